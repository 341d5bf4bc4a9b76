"""The boxes of what a page draws: rules, borders, bullets that are drawn and not set, and what lies under words."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from pypdfium2 import raw

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points

OBJECTS = 20_000  # of a page are looked at; a drawing may have millions


def is_shape(drawn: Any) -> bool:
    """Whether PDFium's page object is a path."""
    return bool(raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_PATH)


def boxes(handle: Any, wanted: Callable[[Any], bool]) -> list[Box]:
    """The boxes of the objects on a page that are ``wanted``; ``handle`` is PDFium's page."""
    found = []
    for number in range(min(raw.FPDFPage_CountObjects(handle.raw), OBJECTS)):
        drawn = raw.FPDFPage_GetObject(handle.raw, number)
        if not wanted(drawn):
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        if raw.FPDFPageObj_GetBounds(drawn, *map(ctypes.byref, edges)):
            left, bottom, right, top = (edge.value for edge in edges)
            found.append((left, bottom, right, top))
    return found

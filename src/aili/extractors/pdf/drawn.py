"""The boxes of the shapes that a page draws: rules, borders, and bullets that are drawn and not set."""

from __future__ import annotations

import ctypes
from typing import Any

from pypdfium2 import raw

from aili.extractors.pdf.unseen import OBJECTS

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points


def shapes(handle: Any) -> list[Box]:
    """The boxes of the shapes on a page; ``handle`` is PDFium's page."""
    found = []
    for number in range(min(raw.FPDFPage_CountObjects(handle.raw), OBJECTS)):
        drawn = raw.FPDFPage_GetObject(handle.raw, number)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        if raw.FPDFPageObj_GetBounds(drawn, *map(ctypes.byref, edges)):
            left, bottom, right, top = (edge.value for edge in edges)
            found.append((left, bottom, right, top))
    return found

"""Bullets that are drawn and not set (browsers print the marks of nested lists so): they are put before their lines."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from typing import Any

from pypdfium2 import raw

from aili.extractors.pdf.glyphs import Glyphs, Segment
from aili.extractors.pdf.unseen import OBJECTS

LARGEST = 9.0  # points; a larger mark is a picture
MOST = 400  # marks on a page; more are the points of a drawing

_Box = tuple[float, float, float, float]


def with_bullets(page: Glyphs, handle: Any) -> Glyphs:
    """The page with ``•`` before the lines that a small round or square mark stands beside; ``handle`` is PDFium's page."""
    marks = _marks(handle)
    if not 0 < len(marks) <= MOST:
        return page
    segments = list(page.segments)
    for mark in marks:
        beside = [(gap, at) for at, segment in enumerate(segments) if (gap := _gap(mark, segment)) is not None]
        if beside:
            at = min(beside)[1]
            segment = segments[at]
            x0, x1 = min(segment.x0, mark[0]), max(segment.x1, mark[2])
            segments[at] = replace(segment, text=f"• {segment.text}", x0=x0, x1=x1)
    return replace(page, segments=tuple(segments))


def _marks(handle: Any) -> list[_Box]:
    """Boxes of what is drawn as high as wide, and small: left, bottom, right, top."""
    found = []
    for number in range(min(raw.FPDFPage_CountObjects(handle.raw), OBJECTS)):
        drawn = raw.FPDFPage_GetObject(handle.raw, number)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        if raw.FPDFPageObj_GetBounds(drawn, *map(ctypes.byref, edges)):
            left, bottom, right, top = (edge.value for edge in edges)
            wide, high = right - left, top - bottom
            if 1.0 < wide < LARGEST and abs(wide - high) < 0.2 * wide:
                found.append((left, bottom, right, top))
    return found


def _gap(mark: _Box, segment: Segment) -> float | None:
    """How far the mark stands before (or, of a line from right to left, behind) the segment; None where it is no bullet."""
    left, bottom, right, top = mark
    size = segment.size
    if right - left > 0.65 * size or abs((bottom + top) / 2 - segment.y - 0.33 * size) > 0.25 * size:
        return None
    gap = max(segment.x0 - right, left - segment.x1)
    return gap if 0.1 * size < gap < 1.8 * size else None

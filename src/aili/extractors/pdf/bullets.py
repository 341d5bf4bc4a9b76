"""Bullets that are drawn and not set (browsers print the marks of nested lists so): they are put before their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from aili.extractors.pdf.drawn import Box
from aili.extractors.pdf.glyphs import Glyphs, Segment

LARGEST = 9.0  # points; a larger mark is a picture
MOST = 400  # marks on a page; more are the points of a drawing


def with_bullets(page: Glyphs, shapes: Sequence[Box]) -> Glyphs:
    """The page with ``•`` before the lines that a small round or square mark stands beside, among the boxes it draws."""
    marks = list(_marks(shapes))
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


def _marks(shapes: Sequence[Box]) -> Iterator[Box]:
    """Those that are as high as wide, and small."""
    for left, bottom, right, top in shapes:
        wide, high = right - left, top - bottom
        if 1.0 < wide < LARGEST and abs(wide - high) < 0.2 * wide:
            yield left, bottom, right, top


def _gap(mark: Box, segment: Segment) -> float | None:
    """How far the mark stands before (or, of a line from right to left, behind) the segment; None where it is no bullet."""
    left, bottom, right, top = mark
    size = segment.size
    if right - left > 0.65 * size or abs((bottom + top) / 2 - segment.y - 0.33 * size) > 0.25 * size:
        return None
    gap = max(segment.x0 - right, left - segment.x1)
    return gap if 0.1 * size < gap < 1.8 * size else None

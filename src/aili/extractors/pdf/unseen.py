"""What a page shows to nobody, and what it shows that is no text: hidden words are taken out and counted, pictures found.

White text is hidden only where nothing lies under it: on a dark box it is a heading. Invisible text is the layer that text
recognition puts over a scan where it is most of the page, and hidden where it is not.
"""

from __future__ import annotations

import ctypes
from dataclasses import replace
from typing import Any

from pypdfium2 import raw

from aili.extractors.pdf.drawn import boxes, is_shape
from aili.extractors.pdf.glyphs import Glyphs, Segment
from aili.language import count_words


def without_hidden(page: Glyphs, handle: Any) -> tuple[Glyphs, int]:
    """The page without the words that nobody sees, and how many they were; ``handle`` is PDFium's page."""
    total = sum(len(segment.text) for segment in page.segments)
    unseen = [segment for segment in page.segments if segment.hidden]
    if 2 * sum(len(segment.text) for segment in unseen) > total:
        unseen = []
    pale = [segment for segment in page.segments if segment.pale and not segment.hidden]
    if pale:
        grounds = boxes(handle, _is_ground)
        unseen += [segment for segment in pale if not any(_lies_on(segment, ground) for ground in grounds)]
    if not unseen:
        return page, 0
    gone = {id(segment) for segment in unseen}
    kept = tuple(segment for segment in page.segments if id(segment) not in gone)
    return replace(page, segments=kept), sum(count_words(segment.text) for segment in unseen)


def _lies_on(segment: Segment, ground: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = ground
    middle = (segment.x0 + segment.x1) / 2
    return left <= middle <= right and bottom - 1 <= segment.y + 0.3 * segment.size <= top + 1


def _is_ground(drawn: Any) -> bool:
    """Whether something could lie under white text: it is no text and not white itself."""
    return raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_TEXT and not (is_shape(drawn) and _is_white(drawn))


def _is_white(drawn: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(drawn, *map(ctypes.byref, (red, green, blue, alpha))):
        return False
    return min(red.value, green.value, blue.value) > 247 or alpha.value < 8


def pictures(handle: Any) -> bool:
    """Whether the page shows a picture, or draws so much that it may be letters drawn as shapes."""
    count = raw.FPDFPage_CountObjects(handle.raw)
    if count > 200:
        return True
    kinds = {raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(handle.raw, number)) for number in range(count)}
    return bool(kinds & {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM})

"""What repeats on every page and is no part of the text: running heads and feet, page numbers, line numbers.

A line at the edge of a page goes where other pages have the same one at the same height, digits apart; a number goes where
it counts the pages. Nothing goes for its place alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from aili.extractors.pdf.glyphs import Glyphs, Segment

ZONE = 0.2  # of a page's height, at its top and at its bottom
OUTER = 0.05  # of the height that the pages print on, at its top and at its bottom
DEPTH = 3  # lines at either edge that may be a running head
LONGEST = 90  # characters; no running head has more
APART = 1.8  # em from a running head to the text, at least
HEADS = 3  # pages with the same words in one part of their heads, from which on the other part is a head too
NEAR = 0.012  # of a page's height: how exactly a running head keeps its place

_DIGITS = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]{3}|[\u3040-\u30ff\u3400-\u9fff]{2}")
_NUMBER = re.compile(
    r"(?:page|seite|p\.|s\.|pg\.|página|pagina|第)?[\s\-–—|\[(·•]*(\d{1,4})(?:[\s\-–—|\])·•]*|\s*(?:/|of|von|de|sur|di)\s*\d{1,4}|\s*页|\s*頁)",
    re.IGNORECASE,
)
_FLANKED = re.compile(r"^(\d{1,4})(?=[^\W\d_]| [^\W\d_])|(?<= )(\d{1,4})$")
_ROMAN = re.compile(r"[\s\-–—]*([ivxlc]{1,8})[\s\-–—]*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Edge:
    """Part of a line near the edge of a page; ``at`` is its height above the bottom as a share of the page's."""

    page: int
    segments: tuple[Segment, ...]
    text: str
    at: float
    top: bool
    outermost: bool
    alone: bool
    apart: bool  # farther from the next line than lines of a text are

    @property
    def key(self) -> str:
        """The text without its numbers."""
        return _DIGITS.sub("#", self.text.casefold())


def without_furniture(pages: Sequence[Glyphs]) -> list[Glyphs]:
    """The pages without running heads, feet and numbers."""
    heights = [one.y for page in pages for one in page.segments if one.text.strip()]
    printed = (min(heights), max(heights)) if heights else (0.0, 0.0)
    edges = [edge for number, page in enumerate(pages) for edge in _edges(number, page, printed)]
    dropped: dict[int, set[int]] = defaultdict(set)
    counting, repeated = list(_counting(edges)), list(_repeated(edges, len(pages)))
    for edge in (*repeated, *counting, *_beside(edges, counting), *_with_repeated(edges, repeated)):
        dropped[edge.page].update(id(segment) for segment in edge.segments)
    return [
        replace(
            page,
            segments=tuple(
                one for one in _without_line_numbers(page.segments) if id(one) not in dropped.get(number, ())
            ),
        )
        for number, page in enumerate(pages)
    ]


def _edges(number: int, page: Glyphs, printed: tuple[float, float]) -> Iterator[_Edge]:
    """The edges of a page, of which the pages use the heights between ``printed``: small pages may be set on large paper."""
    height = max(page.top - page.bottom, 1.0)
    lowest, highest = max(printed[0], page.bottom), min(printed[1], page.top)
    shown = sorted((one for one in page.segments if one.text.strip()), key=lambda one: one.y)
    for top in (True, False):
        rows = _outer_rows(reversed(shown) if top else shown)
        for depth, row in enumerate(rows):
            parts = _parts(row)
            apart = depth + 1 == len(rows) or abs(row[0].y - rows[depth + 1][0].y) > APART * row[0].size
            for part in parts:
                at = (part[0].y - page.bottom) / height
                inward = highest - part[0].y if top else part[0].y - lowest
                if (at > 1 - ZONE if top else at < ZONE) or inward < OUTER * (highest - lowest):
                    yield _Edge(
                        page=number,
                        segments=tuple(part),
                        text=" ".join(" ".join(one.text for one in part).split()),
                        at=at,
                        top=top,
                        outermost=depth == 0,
                        alone=len(parts) == 1,
                        apart=apart,
                    )


def _outer_rows(segments: Iterable[Segment]) -> list[list[Segment]]:
    """The first lines of a page's segments, which come from the edge inwards."""
    rows: list[list[Segment]] = []
    for segment in segments:
        if rows and abs(rows[-1][0].y - segment.y) < 0.45 * max(rows[-1][0].size, segment.size):
            rows[-1].append(segment)
        elif len(rows) == DEPTH:
            break
        else:
            rows.append([segment])
    return rows


def _parts(row: Sequence[Segment]) -> list[list[Segment]]:
    """The parts of a line that stand apart: a head on the left, a number on the right."""
    parts: list[list[Segment]] = []
    for segment in sorted(row, key=lambda one: one.x0):
        if parts and segment.x0 - max(one.x1 for one in parts[-1]) < 1.5 * segment.size:
            parts[-1].append(segment)
        else:
            parts.append([segment])
    return parts


def _repeated(edges: Sequence[_Edge], count: int) -> Iterator[_Edge]:
    """Those with letters that stand at the same height on several pages."""
    alike: dict[str, list[_Edge]] = defaultdict(list)
    for edge in edges:
        if _LETTER.search(edge.key):
            alike[edge.key].append(edge)
    for found in alike.values():
        for group in _at_one_height(found):
            pages = sorted({one.page for one in group})
            # Twice is enough on pages that follow one another, or face alike (left pages, right pages).
            close = any(later - earlier <= 2 for earlier, later in pairwise(pages))
            if len(pages) >= 2 and (close or len(pages) >= max(3, count // 10)):
                yield from group


def _at_one_height(edges: Sequence[_Edge]) -> list[list[_Edge]]:
    groups: list[list[_Edge]] = []
    for edge in sorted(edges, key=lambda one: one.at):
        if groups and edge.at - groups[-1][-1].at < NEAR:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    return groups


def _counting(edges: Sequence[_Edge]) -> Iterator[_Edge]:
    """Numbers at the very edge that count the pages; on one page alone, a small number in a line of its own."""
    by_shift: dict[tuple[bool, int], list[_Edge]] = defaultdict(list)
    for edge in edges:
        if match := _NUMBER.fullmatch(edge.text):
            by_shift[edge.top, int(match[1]) - edge.page].append(edge)
        elif match := _ROMAN.fullmatch(edge.text):
            by_shift[edge.top, _roman(match[1]) - edge.page].append(edge)
    for found in by_shift.values():
        for group in _at_one_height(found):
            if len({edge.page for edge in group}) > 1:
                yield from (edge for edge in group if edge.outermost or edge.alone)
            else:
                yield from (edge for edge in group if edge.outermost and edge.alone and not edge.top)


def _beside(edges: Sequence[_Edge], counting: Sequence[_Edge]) -> Iterator[_Edge]:
    """The outermost lines that hold a page's number and more, as the name of a chapter; no end of a sentence."""
    places = [(edge.top, edge.at) for edge in counting if edge.outermost]
    rows = {(edge.page, edge.top) for edge in counting if edge.outermost and not edge.alone}
    shifts = {int(match[1]) - edge.page for edge in counting if (match := _NUMBER.fullmatch(edge.text))}
    for edge in edges:
        if not edge.outermost or len(edge.text) > LONGEST or edge.text.endswith("."):
            continue
        if sum(top == edge.top and abs(at - edge.at) < NEAR for top, at in places) < 2:
            continue  # the pages' numbers stand elsewhere
        numbers = (int(match[1] or match[2]) for match in _FLANKED.finditer(edge.text))
        if (edge.page, edge.top) in rows or any(number - edge.page in shifts for number in numbers):
            yield edge


def _with_repeated(edges: Sequence[_Edge], repeated: Sequence[_Edge]) -> Iterator[_Edge]:
    """The other part of a running head whose one part is the same on three pages or more: the name of a chapter."""
    alike: dict[tuple[str, bool], set[int]] = defaultdict(set)
    for edge in repeated:
        if edge.outermost and not edge.alone:
            alike[edge.key, edge.top].add(edge.page)
    rows = {
        (edge.page, edge.top)
        for edge in repeated
        if edge.outermost and not edge.alone and len(alike[edge.key, edge.top]) >= HEADS
    }
    for edge in edges:
        beside = edge.outermost and edge.apart and not edge.alone and (edge.page, edge.top) in rows
        if beside and _WORD.search(edge.text) and len(edge.text) <= LONGEST and not edge.text.endswith("."):
            yield edge


_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def _roman(text: str) -> int:
    values = [_VALUES[char] for char in text.lower()]
    return sum(-one if one < after else one for one, after in pairwise([*values, 0]))


def _without_line_numbers(segments: Sequence[Segment]) -> Sequence[Segment]:
    """Without the numbers in the margin that some manuscripts count their lines with."""
    numbers = [one for one in segments if one.text.strip().isdecimal() and len(one.text.strip()) < 5]
    if len(numbers) < 10:
        return segments
    edge = min(one.x0 for one in segments)
    column = sorted((one for one in numbers if one.x1 < edge + 30), key=lambda one: -one.y)
    values = [int(one.text) for one in column]
    steps = {after - before for before, after in pairwise(values)}
    if len(column) < 10 or len(steps) != 1 or steps == {0} or min(steps) < 0:
        return segments
    gone = {id(one) for one in column}
    return [one for one in segments if id(one) not in gone]

"""Tables whose cells have several lines: rows of a page that keep to the same columns become rows of a table.

A run of rows is one where at least two columns stay apart from top to bottom, and some cell goes over more than one line.
Where the column with the most lines has wider gaps, these part the table's rows; else a row begins where the first column
has text. Cells as long as paragraphs are no cells: text with remarks in its margin is not taken for a table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from aili.extractors.pdf.glyphs import Segment

APART = 0.7  # em; columns stand at least this far apart
LINES = 7  # a cell has at most
WORDS = 60  # a cell has at most
ROWS = 60  # lines of a page that are looked at for one table

_MARKER = re.compile(r"[^\w\s]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\[\d+\]|\d{1,2}")
_LEADERS = re.compile(r"(?:\.\s?){4,}")


@dataclass(slots=True)
class Row:
    """Segments on one baseline."""

    y: float
    size: float
    segments: list[Segment] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """A table: the numbers of the rows it takes, from ``first`` up to ``end``, and the segments of each of its cells."""

    first: int
    end: int
    cells: tuple[tuple[tuple[Segment, ...], ...], ...]  # by row, from left to right; a cell may be empty


def grids(rows: Sequence[Row]) -> list[Grid]:
    """The tables among rows that come from top to bottom."""
    found: list[Grid] = []
    at = 0
    while at < len(rows) - 2:
        end = _reach(rows, at)
        grid = table(rows, at, end) if end - at > 2 else None
        if grid is not None:
            found.append(grid)
        at = grid.end if grid is not None else at + 1
    return found


def columns(rows: Sequence[Row], *, apart: float = APART) -> list[tuple[float, float]]:
    """From where to where the columns reach that the rows have in common, which stand ``apart`` (em) at least."""
    found: list[tuple[float, float]] = []
    width = apart * max(row.size for row in rows)
    for segment in sorted((one for row in rows for one in row.segments), key=lambda one: one.x0):
        if found and segment.x0 - found[-1][1] < width:
            found[-1] = found[-1][0], max(found[-1][1], segment.x1)
        else:
            found.append((segment.x0, segment.x1))
    return found


def _reach(rows: Sequence[Row], first: int) -> int:
    """Up to where the rows from ``first`` on keep to its columns; ``first`` itself where it has no two."""
    opening = rows[first : first + 2]
    if opening[0].y - opening[-1].y > 0.9 * opening[0].size:  # nearer: a cell in the middle of its row's height
        opening = opening[:1]
    count = len(columns(opening))
    if count < 2:
        return first
    end = first + 1
    while end < min(len(rows), first + ROWS):
        gap, size = rows[end - 1].y - rows[end].y, max(rows[end - 1].size, rows[end].size)
        other = end > first + 1 and abs(rows[end].size - rows[end - 1].size) > 0.02 * size  # the first may be a head
        if gap > 4 * size or other or len(columns(rows[first : end + 1])) < count:
            break
        end += 1
    return end


def table(rows: Sequence[Row], first: int, end: int) -> Grid | None:
    """The rows as a table; None where they are none."""
    within = rows[first:end]
    places = columns(within)
    placed = [[in_column(row, place) for place in places] for row in within]
    tops = _tops(within, placed)
    if (
        len(tops) < 2
        or _is_justified(within)
        or any(_LEADERS.search(one.text) for row in within for one in row.segments)
    ):
        return None
    cells: list[list[list[Segment]]] = [[[] for _ in places] for _ in tops]
    heights: dict[tuple[int, int], int] = {}
    for row, parts in zip(within, placed, strict=True):
        number = _nearest(row.y, tops)
        for column, part in enumerate(parts):
            cells[number][column] += part
            heights[number, column] = heights.get((number, column), 0) + bool(part)
    if not _is_table(cells, heights):
        return None
    return Grid(first=first, end=end, cells=tuple(tuple(tuple(cell) for cell in row) for row in cells))


def _is_justified(rows: Sequence[Row]) -> bool:
    """Whether the gaps are those of justified lines of few words: small, alike in each line, at other places in the next."""
    second: list[float] = []
    for row in rows:
        ordered = sorted(row.segments, key=lambda one: one.x0)
        gaps = [after.x0 - before.x1 for before, after in pairwise(ordered)]
        if gaps and (max(gaps) > 2.2 * row.size or max(gaps) - min(gaps) > 0.3 * row.size):
            return False
        second += [one.x0 for one in ordered[1:2]]
    return max(second) - min(second) > rows[0].size


def in_column(row: Row, column: tuple[float, float]) -> list[Segment]:
    """What a row has in a column."""
    return [one for one in row.segments if column[0] - 1 <= one.x0 and one.x1 <= column[1] + 1]


def _tops(rows: Sequence[Row], placed: Sequence[Sequence[Sequence[Segment]]]) -> list[tuple[float, float]]:
    """The heights that the table's rows have, each from its top to its bottom."""
    columns = [[row.y for row, parts in zip(rows, placed, strict=True) if parts[at]] for at in range(len(placed[0]))]
    longest = max(columns, key=len)
    size = max(row.size for row in rows)
    gaps = [above - below for above, below in pairwise(longest)]
    leading = min(gaps, default=0.0)
    starts = [0, *(at for at, gap in enumerate(gaps, start=1) if gap > 1.25 * leading)]
    if len(starts) > 1 and leading > 0.8 * size:
        bounds = [*starts, len(longest)]
        return [(longest[begin], longest[last - 1]) for begin, last in pairwise(bounds)]
    ys = [row.y for row in rows]
    begins = [at for at, parts in enumerate(placed) if parts[0]]
    if not begins or begins[0] != 0:
        return []
    return [(ys[begin], ys[last - 1]) for begin, last in pairwise([*begins, len(ys)])]


def _nearest(y: float, tops: Sequence[tuple[float, float]]) -> int:
    return min(range(len(tops)), key=lambda at: max(y - tops[at][0], tops[at][1] - y, 0.0))


def _is_table(table: Sequence[Sequence[Sequence[Segment]]], heights: dict[tuple[int, int], int]) -> bool:
    """Whether the cells are a table's: one of several lines, none as long as a paragraph, and not the marks of a list."""
    most = max(heights.values())
    if not 1 < most <= LINES:
        return False
    if any(sum(len(one.text.split()) for one in cell) > WORDS for row in table for cell in row):
        return False
    opening = [" ".join(one.text for one in row[0]).strip() for row in table if row[0]]
    if all(_MARKER.fullmatch(text) for text in opening) or not all(map(_aligned, zip(*table, strict=True))):
        return False
    return sum(sum(bool(cell) for cell in row) > 1 for row in table) > 0.6 * len(table)


def _aligned(column: Sequence[Sequence[Segment]]) -> bool:
    """Whether most cells of a column begin, end or have their middle at one place."""
    cells = [(min(one.x0 for one in cell), max(one.x1 for one in cell)) for cell in column if cell]
    near = 0.4 * max((one.size for cell in column for one in cell), default=0.0)
    for places in ([x0 for x0, _ in cells], [x1 for _, x1 in cells], [(x0 + x1) / 2 for x0, x1 in cells]):
        usual = sorted(places)[len(places) // 2] if places else 0.0
        if sum(abs(place - usual) < near for place in places) > 0.7 * len(places):
            return True
    return not cells

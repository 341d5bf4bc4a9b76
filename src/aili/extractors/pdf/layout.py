"""Reading order: a page's segments become lines, column after column.

A gutter is a line from top to bottom that parts enough text on both sides; what crosses it (a title over two columns, a
wide figure's caption) cuts the page into bands, and in each band the left column is read before the right one (in scripts
written from right to left, the right one first). Columns are divided again in the same way, so that three are found too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from aili.extractors.pdf.apart import without_initials, without_ruby
from aili.extractors.pdf.glyphs import Glyphs, Rule, Segment
from aili.extractors.pdf.grid import Grid, Row, grids
from aili.extractors.pdf.ruled import tables

CELL = 1.5  # em; a wider gap parts the cells of a table
GUTTER = 0.5  # em; columns stand at least this far apart
MOST = 4_000  # segments; a page with more is a drawing, and is read from top to bottom

_LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_MARK = re.compile(r"[\d*†‡§¶a-z,∗ ]{1,6}")
_UNIT = re.compile(r"(?:\d|\b(?:[a-zA-Z]|[cmk]?m|dm))$")  # what a raised number is an exponent of


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A part of a line that stands apart."""

    text: str
    x0: float
    x1: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of text in its column, whose edges are ``left`` and ``right``; ``mark`` is a raised number it begins with."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    mono: bool = False
    mark: str = ""
    cells: tuple[Cell, ...] = ()
    page: int = 0
    left: float = 0.0
    right: float = 0.0
    column: int = 0  # counts the columns and bands of a page
    leftward: bool = False
    even: bool = False  # the words stand equally far apart, as justification sets them
    table: bool = False  # a row of a table whose cells have several lines


def lines(page: Glyphs, *, number: int) -> list[Line]:
    """The lines of a page in reading order; ``number`` is the page's."""
    shown = without_initials(without_ruby([segment for segment in page.segments if segment.text.strip()]))
    leftward = _is_leftward(shown)
    found: list[Line] = []
    for at, column in enumerate(_columns(shown, page.rules, leftward=leftward, depth=0)):
        rows = [row for row in _lines(_rows(column), page.rules, leftward=leftward) if row.text]
        if rows:
            left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
            found += [replace(row, page=number, column=at, left=left, right=right) for row in rows]
    return found


def _lines(rows: Sequence[Row], rules: Sequence[Rule], *, leftward: bool) -> Iterator[Line]:
    """A line for each row; for those of a table whose cells have several lines, one for each of the table's rows."""
    at = 0
    for grid in tables(rows, rules) or (grids(rows) if len(rows) <= MOST // 4 else ()):
        yield from (_line(row, leftward=leftward) for row in rows[at : grid.first])
        yield from _table(grid, leftward=leftward)
        at = grid.end
    yield from (_line(row, leftward=leftward) for row in rows[at:])


def _table(grid: Grid, *, leftward: bool) -> Iterator[Line]:
    for row in grid.cells:
        written = [[_line(one, leftward=leftward) for one in _rows(cell)] for cell in row if cell]
        cells = [
            Cell(text=_joined(part), x0=min(one.x0 for one in part), x1=max(one.x1 for one in part)) for part in written
        ]
        first = written[0][0]
        yield replace(
            first,
            text=" ".join(cell.text for cell in cells),
            cells=tuple(reversed(cells) if leftward else cells),
            x0=min(cell.x0 for cell in cells),
            x1=max(cell.x1 for cell in cells),
            y=max(one.y for part in written for one in part),
            bold=all(one.bold for part in written for one in part),
            even=False,
            table=True,
        )


def _joined(part: Sequence[Line]) -> str:
    """The lines of a cell as one; a word divided at the end of a line is whole."""
    return re.sub(r"(?<=\w)\u00ad (?=\w)", "", " ".join(line.text for line in part))


def _is_leftward(segments: Sequence[Segment]) -> bool:
    text = "".join(segment.text for segment in segments)
    return 2 * len(_LEFTWARD.findall(text)) > len(_LETTER.findall(text))


def _rows(segments: Sequence[Segment]) -> list[Row]:
    """Rows from top to bottom; a raised or lowered number is in the row of what it stands beside."""
    rows: list[Row] = []
    for segment in sorted(segments, key=lambda one: -one.y):
        row = rows[-1] if rows else None
        if row is not None:
            larger, smaller = max(row.size, segment.size), min(row.size, segment.size)
            near = 0.45 * (larger if larger < 2 * smaller else smaller)
            if abs(row.y - segment.y) < near:
                row.segments.append(segment)
                if segment.size > 1.1 * row.size:  # the baseline is that of the larger type
                    row.y, row.size = segment.y, segment.size
                continue
        rows.append(Row(y=segment.y, size=segment.size, segments=[segment]))
    return rows


def _columns(segments: list[Segment], rules: Sequence[Rule], *, leftward: bool, depth: int) -> Iterator[list[Segment]]:
    """The segments of each column of each band, and of each table between rules, in reading order."""
    rows = _rows(segments)
    at = 0
    for grid in tables(rows, rules):
        yield from _parted(_segments(rows[at : grid.first]), rules, leftward=leftward, depth=depth)
        yield _segments(rows[grid.first : grid.end])
        at = grid.end
    yield from _parted(_segments(rows[at:]) if at else segments, rules, leftward=leftward, depth=depth)


def _segments(rows: Sequence[Row]) -> list[Segment]:
    return [segment for row in rows for segment in row.segments]


def _parted(segments: list[Segment], rules: Sequence[Rule], *, leftward: bool, depth: int) -> Iterator[list[Segment]]:
    rows = _rows(segments)
    x = _gutter(rows) if depth < 5 and 6 <= len(segments) <= MOST else None
    if x is None:
        yield segments
        return
    for band in _bands(rows, x):
        sides = _sides(band, x)
        if not _crosses(band[0], x) and _is_parted(sides):
            for side in reversed(sides) if leftward else sides:
                yield from _columns(side, rules, leftward=leftward, depth=depth + 1)
        else:
            yield _segments(band)


def _bands(rows: Sequence[Row], x: float) -> list[list[Row]]:
    """Rows that follow one another and all cross the gutter, or all keep to its sides."""
    bands: list[list[Row]] = []
    for row in rows:
        if bands and _crosses(bands[-1][0], x) == _crosses(row, x):
            bands[-1].append(row)
        else:
            bands.append([row])
    merged: list[list[Row]] = []
    for band in bands:  # the short last line of a wide paragraph is no band of columns
        wide = _crosses(band[0], x) or not _is_parted(_sides(band, x))
        if merged and wide and (_crosses(merged[-1][0], x) or not _is_parted(_sides(merged[-1], x))):
            merged[-1].extend(band)
        else:
            merged.append(band)
    return merged


def _crosses(row: Row, x: float) -> bool:
    return any(segment.x0 < x - 1 and segment.x1 > x + 1 for segment in row.segments)


def _sides(rows: Sequence[Row], x: float) -> tuple[list[Segment], list[Segment]]:
    left: list[Segment] = []
    right: list[Segment] = []
    for row in rows:
        for segment in row.segments:
            (left if segment.x0 + segment.x1 < 2 * x else right).append(segment)
    return left, right


def _gutter(rows: Sequence[Row]) -> float | None:
    """Where the page is best parted into columns; None where it is not."""
    best, parted = None, 0
    for x in _candidates(rows):
        count = 0
        for band in _bands(rows, x):
            sides = _sides(band, x)
            if not _crosses(band[0], x) and _is_parted(sides):
                count += len(band)
        if count > parted:
            best, parted = x, count
    return best


def _candidates(rows: Sequence[Row]) -> list[float]:
    """Places just before where lines begin, or just behind where they end (text from right to left), most lines first."""
    begin, end = Counter[int](), Counter[int]()
    for row in rows:
        for segment in row.segments:
            begin[round(segment.x0 / 2)] += 1
            end[round(segment.x1 / 2)] += 1
    left, right = min(begin) * 2.0, max(end) * 2.0
    found = [(count, at * 2.0 - 3.0) for at, count in begin.most_common(8) if count > 2]
    found += [(count, at * 2.0 + 3.0) for at, count in end.most_common(8) if count > 2]
    inside = [(count, x) for count, x in found if left + 0.12 * (right - left) < x < right - 0.12 * (right - left)]
    return [x for _, x in sorted(inside, reverse=True)]


def _is_parted(sides: tuple[list[Segment], list[Segment]]) -> bool:
    """Whether both sides hold lines of text beside each other, and not the cells of a table."""
    left, right = sides
    if len(left) < 3 or len(right) < 3:
        return False
    size = median(segment.size for segment in left)
    if min(segment.x0 for segment in right) - max(segment.x1 for segment in left) < GUTTER * size:
        return False
    spans = [(min(one.y for one in side), max(one.y for one in side)) for side in sides]
    shared = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
    if shared < 0.5 * min(high - low for low, high in spans):
        return False
    if all(_reads_on(column) for side in sides for column in _rivers(side, GUTTER * size)):
        return True
    return any(_reads_on(side) for side in sides) and _stands_beside(*sides)


def _rivers(side: Sequence[Segment], width: float) -> list[list[Segment]]:
    """The segments parted where white runs from top to bottom between them, at least ``width`` wide."""
    found: list[list[Segment]] = []
    end = 0.0
    for segment in sorted(side, key=lambda one: one.x0):
        if found and segment.x0 - end < width:
            found[-1].append(segment)
            end = max(end, segment.x1)
        else:
            found.append([segment])
            end = segment.x1
    return found


def _stands_beside(left: Sequence[Segment], right: Sequence[Segment]) -> bool:
    """Whether one side is a box beside the text, whose lines have baselines of their own; a table's rows share theirs."""
    few, many = sorted(([row.y for row in _rows(side)] for side in (left, right)), key=len)
    size = min(segment.size for segment in left)
    shared = sum(any(abs(one - other) < 0.15 * size for other in many) for one in few)
    gap = min(segment.x0 for segment in right) - max(segment.x1 for segment in left)
    return len(few) > 3 and 2 * shared < len(few) and gap > size


def _reads_on(side: Sequence[Segment]) -> bool:
    """Whether the segments are lines of running text: several words each, and most of them as wide as the column."""
    rows = _rows(side)
    width = max(one.x1 for one in side) - min(one.x0 for one in side)
    widths = [max(one.x1 for one in row.segments) - min(one.x0 for one in row.segments) for row in rows]
    words = [sum(_words(one.text) for one in row.segments) for row in rows]
    return len(rows) > 2 and median(words) >= 2.5 and median(widths) > 0.5 * width


def _words(text: str) -> float:
    return len(text.split()) + len(_WIDE.findall(text)) / 2


def _line(row: Row, *, leftward: bool) -> Line:
    segments = sorted(row.segments, key=lambda one: one.x0)
    if leftward:
        segments = _forward_runs(segments)[::-1]
    chars = Counter[float]()
    bold = mono = letters = 0
    for segment in segments:
        count = len(segment.text)
        chars[segment.size] += count
        letters += count
        bold += count * segment.bold
        mono += count * segment.mono
    size = max(chars, key=lambda one: (chars[one], one))
    raised = [one for one in segments if one.size < 0.85 * size and one.y > row.y + 0.12 * size]
    mark, cells = _cells(segments, raised, size=size, leftward=leftward)
    return Line(
        text=" ".join(cell.text for cell in cells),
        x0=min(one.x0 for one in segments),
        x1=max(one.x1 for one in segments),
        y=row.y,
        size=size,
        bold=bold > 0.8 * letters,
        mono=mono > 0.8 * letters,
        mark=mark,
        cells=tuple(cells),
        leftward=leftward,
        even=_is_even(segments, size),
    )


def _forward_runs(segments: Sequence[Segment]) -> list[Segment]:
    """In a line from right to left: words of another script are one segment, since among them the order is theirs."""
    found: list[Segment] = []
    for segment in segments:
        last = found[-1] if found else None
        if (
            last is not None
            and not _LEFTWARD.search(last.text + segment.text)
            and _LETTER.search(last.text)
            and re.search(r"\w", segment.text)
            and segment.x0 - last.x1 < last.size
        ):
            space = "" if segment.x0 - last.x1 < 0.14 * last.size else " "
            found[-1] = replace(last, text=last.text + space + segment.text, x1=segment.x1)
        else:
            found.append(segment)
    return found


def _is_even(segments: Sequence[Segment], size: float) -> bool:
    """Whether all gaps are alike; those within a segment are small."""
    gaps = [max(after.x0 - before.x1, before.x0 - after.x1) for before, after in pairwise(segments)]
    gaps += [0.3 * size for segment in segments if " " in segment.text.strip()]
    return bool(gaps) and max(gaps) - min(gaps) < 0.3 * size


def _cells(
    segments: Sequence[Segment], raised: Sequence[Segment], *, size: float, leftward: bool
) -> tuple[str, list[Cell]]:
    """The raised mark at the beginning, and the cells; raised marks elsewhere point to notes and go, exponents stay."""
    mark = ""
    cells: list[Cell] = []
    last: Segment | None = None
    for segment in segments:
        text = segment.text
        if segment in raised and _MARK.fullmatch(text.strip()):
            if last is None:
                mark = text.strip()
                continue
            if not _UNIT.search(cells[-1].text):
                continue
        gap = 0.0 if last is None else (last.x0 - segment.x1 if leftward else segment.x0 - last.x1)
        if not cells or gap > CELL * size:
            cells.append(Cell(text=text, x0=segment.x0, x1=segment.x1))
        else:
            cell = cells[-1]
            glued = gap < 0.14 * size or (segment.glued and gap < 0.3 * size and not leftward)
            space = "" if glued else " "
            cells[-1] = Cell(text=cell.text + space + text, x0=min(cell.x0, segment.x0), x1=max(cell.x1, segment.x1))
        last = segment
    return mark, [replace(cell, text=re.sub(r" +([.,;:،؛])(?= |$)", r"\1", cell.text)) for cell in cells]


def leading(found: Sequence[Line], size: float) -> float:
    """How far lines of body type stand apart, in units of ``size``: the median; 1.2 where there are none."""
    gaps = [
        (above.y - below.y) / size
        for above, below in pairwise(found)
        if (above.page, above.column) == (below.page, below.column)
        and abs(above.size - size) < 0.05 * size
        and abs(below.size - size) < 0.05 * size
        and 0.8 * size < above.y - below.y < 3 * size
    ]
    return median(gaps) if gaps else 1.2

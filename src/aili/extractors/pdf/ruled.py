"""Tables by their heads: one between two lines drawn across, or in bold type, and rows below that keep to its columns.

Books and reports set tables so (a rule above the head, one below it, one below the last row). Cells that are sentences look
like columns of text otherwise, and are read one below the other. Two columns of text below a masthead between rules are
none: a head's words stand above those of their column, at its left edge or in its middle. Two boxes of text below bold
headings are none either: most of their lines go on with a sentence, where those of cells begin one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from aili.extractors.pdf.drawn import Box
from aili.extractors.pdf.glyphs import Glyphs, Rule, Segment
from aili.extractors.pdf.grid import APART, ROWS, WORDS, Grid, Row, columns, in_column, table

THIN = 2.0  # points; a rule is no higher
SHORT = 30.0  # points; a shorter line underlines a word
LINES = 300  # of a column; one with more is a drawing
MOST = 400  # rules on a page; more are a drawing
ALIKE = 3.0  # points; the rules of a table begin and end at the same places, this exactly
WIDE = 0.75  # of the column's width, that a rule goes over
HEAD = 4  # lines of a head, at most
BEGIN = 0.55  # of the lines below a bold head of two columns, that begin with a capital or a number
CLOSER = (APART, 0.5, 0.35)  # em between columns; the less only where a head says how many there are
NEAR = 3.0  # em from the last row to the rule below it


def with_rules(page: Glyphs, shapes: Sequence[Box]) -> Glyphs:
    """The page with the lines drawn across it, among the boxes it draws."""
    pieces = sorted(_pieces(shapes), key=lambda one: (-round(one.y), one.x0))
    if len(pieces) > MOST:
        return page
    rules: list[Rule] = []
    for piece in pieces:  # borders are drawn cell by cell
        last = rules[-1] if rules else None
        if last is not None and abs(last.y - piece.y) < 1 and piece.x0 - last.x1 < ALIKE:
            rules[-1] = Rule(x0=last.x0, x1=max(last.x1, piece.x1), y=last.y)
        else:
            rules.append(piece)
    kept = tuple(rule for rule in rules if rule.x1 - rule.x0 > SHORT)
    return replace(page, rules=kept)


def _pieces(shapes: Sequence[Box]) -> Iterator[Rule]:
    for left, bottom, right, top in shapes:
        if top - bottom < THIN < right - left:
            yield Rule(x0=left, x1=right, y=(bottom + top) / 2)


def tables(rows: Sequence[Row], rules: Sequence[Rule]) -> list[Grid]:
    """The tables among the rows of a column, which come from top to bottom."""
    found = _ruled(rows, rules) if rows and len(rules) > 1 else []
    if len(rows) > LINES:
        return found
    found += [
        grid for grid in _bold(rows) if all(grid.end <= other.first or grid.first >= other.end for other in found)
    ]
    return sorted(found, key=lambda grid: grid.first)


def _bold(rows: Sequence[Row]) -> Iterator[Grid]:
    """The tables whose heads are bold, and nothing below is."""
    at = 0
    while at < len(rows) - 2:
        first, at = at, at + 1
        if not _is_bold(rows[first]) or len(columns(rows[first:at])) < 2:
            continue
        while at < len(rows) and at - first < HEAD and _is_bold(rows[at]):
            at += 1
        end = _kept(rows, first, at) if at < len(rows) and not _is_bold(rows[at]) else at
        if end - at < 2 or any(one.bold for row in rows[at:end] for one in row.segments):
            continue
        grid = _grid(rows, first, at, end) if _is_filled(rows, first, at, end) else None
        if grid is not None:
            yield grid
            at = end


def _is_bold(row: Row) -> bool:
    return all(one.bold for one in row.segments)


def _is_filled(rows: Sequence[Row], first: int, below: int, end: int) -> bool:
    """Whether what stands below a bold head is cells: some in every column, and where these are two, mostly beginnings.

    A heading whose number stands apart heads no table.
    """
    places = _places(rows, first, below, end)
    filled = [[cell for row in rows[below:end] if (cell := in_column(row, place))] for place in places]
    if not places or min(map(len, filled)) < 2:
        return False
    lines = [cell[0].text.strip() for column in filled for cell in column]
    begun = sum(line[:1].isupper() or line[:1].isdecimal() for line in lines)
    return len(places) > 2 or begun >= BEGIN * len(lines)


def _ruled(rows: Sequence[Row], rules: Sequence[Rule]) -> list[Grid]:
    left = min(one.x0 for row in rows for one in row.segments)
    right = max(one.x1 for row in rows for one in row.segments)
    wide = [
        rule for rule in rules if rule.x1 - rule.x0 > WIDE * (right - left) and left < (rule.x0 + rule.x1) / 2 < right
    ]
    found: list[Grid] = []
    for at in range(len(wide) - 1):
        first, below = _between(rows, wide[at], wide[at + 1])
        if not 0 < below - first <= HEAD or not _alike(wide[at], wide[at + 1]) or (found and first < found[-1].end):
            continue
        end = _end(rows, wide[at + 1 :], below)
        grid = _grid(rows, first, below, end) if end > below else _open(rows, first, below)
        if grid is not None:
            found.append(grid)
    return found


def _between(rows: Sequence[Row], above: Rule, below: Rule) -> tuple[int, int]:
    """The rows from one rule to the next: the first, and the one behind the last."""
    first = next((at for at, row in enumerate(rows) if row.y < above.y), len(rows))
    return first, next((at for at, row in enumerate(rows) if row.y < below.y), len(rows))


def _alike(one: Rule, other: Rule) -> bool:
    return abs(one.x0 - other.x0) < ALIKE and abs(one.x1 - other.x1) < ALIKE


def _end(rows: Sequence[Row], rules: Sequence[Rule], below: int) -> int:
    """Behind the last row of the table whose head stands above the first of ``rules``; ``below`` where it has no end.

    The next rules are its own where they are as long, and where a row stands just above them.
    """
    end = below
    for rule in rules[1:]:
        first, last = _between(rows, rules[0], rule)
        if not _alike(rules[0], rule) or last == first or rows[last - 1].y - rule.y > NEAR * rows[last - 1].size:
            break
        if end > below and _prose(rows[end:last]):
            break
        end = last
    return end


def _prose(rows: Sequence[Row]) -> bool:
    """Whether a line goes on without a gap: what stands between two tables."""
    return any(len(columns([row])) < 2 for row in rows)


def _grid(rows: Sequence[Row], first: int, below: int, end: int) -> Grid | None:
    """The table of a head and the rows below it; None where they do not keep to its columns."""
    places = _places(rows, first, below, end)
    if len(places) < 2 or len(columns(rows[first:below])) < 2:
        return None
    head = [_cell(rows[first:below], place) for place in places]
    if sum(map(bool, head)) < 2:
        return None
    body = [[cell for row in rows[below:end] if (cell := in_column(row, place))] for place in places]
    misfits = sum(bool(cell) and not _heads(cell, column) for cell, column in zip(head, body, strict=True))
    if misfits > len(places) // 4:
        return None
    cells = [[in_column(row, place) for place in places] for row in rows[below:end]]
    gaps = [above.y - under.y for above, under in pairwise(rows[below:end])]
    if min(gaps, default=HEAD * rows[below].size) < 0.8 * rows[below].size:
        return table(rows, first, end)  # cells in the middle of their row's height
    starts = _starts(cells, gaps)
    if not starts and (found := table(rows, first, end)) is not None:
        return found
    if not starts and len(places) < 3:
        return None
    starts = starts or list(range(len(cells)))
    groups = [cells[start:last] for start, last in pairwise([*starts, len(cells)])]
    table_rows = [
        head,
        *([[one for part in column for one in part] for column in zip(*group, strict=True)] for group in groups),
    ]
    several = sum(sum(map(bool, row)) > 1 for row in table_rows[1:])
    if 2 * several < len(groups) or any(
        sum(len(one.text.split()) for one in cell) > WORDS for row in table_rows for cell in row
    ):
        return None
    return Grid(first=first, end=end, cells=tuple(tuple(map(tuple, row)) for row in table_rows))


def _starts(lines: Sequence[Sequence[Sequence[Segment]]], gaps: Sequence[float]) -> list[int]:
    """Where the rows of a table begin, given what its lines have in each column: where the first column has a new text.

    Where lines go on with the row above, wider gaps part the rows, if there are any. Empty where the first line begins none.
    """
    starts = [at for at, line in enumerate(lines) if line[0] and not line[0][0].text.strip()[:1].islower()]
    starts = [at for at in starts if 2 * sum(map(bool, lines[at])) >= len(lines[at])]
    if len(starts) < len(lines) and gaps and max(gaps) > 1.25 * min(gaps):
        starts = [0, *(at for at, gap in enumerate(gaps, start=1) if gap > 1.25 * min(gaps))]
    return starts if starts[:1] == [0] else []


def _open(rows: Sequence[Row], first: int, below: int) -> Grid | None:
    """The table without a rule below it, since it goes on overleaf: its lines keep to the head's columns."""
    end = _kept(rows, first, below)
    return _grid(rows, first, below, end) if end > below else None


def _kept(rows: Sequence[Row], first: int, below: int) -> int:
    """Up to where the rows keep to the columns of the head, which are two at least; ``below`` where none does."""
    end = below
    if len(columns(rows[first:below])) < 2:
        return end
    while end < min(len(rows), first + ROWS) and not _apart(rows, end, below) and _places(rows, first, below, end + 1):
        end += 1
    return end


def _places(rows: Sequence[Row], first: int, below: int, end: int) -> list[tuple[float, float]]:
    """The columns of a head and what is below it, at least as many as the head's; empty where a line crosses them.

    A long cell may come near to the next one.
    """
    count = len(columns(rows[first:below]))
    found = (columns(rows[first:end], apart=apart) for apart in CLOSER)
    return next((places for places in found if len(places) >= count), [])


def _apart(rows: Sequence[Row], at: int, below: int) -> bool:
    """Whether a row stands far below the one above, or is set smaller, as notes are, or bold, as headings are."""
    if at == below:
        return False
    above, row = rows[at - 1], rows[at]
    headed = _is_bold(row) and not _is_bold(above)
    return above.y - row.y > NEAR * row.size or row.size < 0.9 * above.size or headed


def _cell(rows: Sequence[Row], place: tuple[float, float]) -> list[Segment]:
    return [one for row in rows for one in in_column(row, place)]


def _heads(head: Sequence[Segment], column: Sequence[Sequence[Segment]]) -> bool:
    """Whether the words of a head stand at the left edge of the cells below, or over their middle."""
    if not column:
        return True
    left, right = min(one.x0 for one in head), max(one.x1 for one in head)
    edges = [(min(one.x0 for one in cell), max(one.x1 for one in cell)) for cell in column]
    near = max(one.size for one in head)
    middle = median((x0 + x1) / 2 for x0, x1 in edges)
    return abs(left - median(x0 for x0, _ in edges)) < near or abs((left + right) / 2 - middle) < near

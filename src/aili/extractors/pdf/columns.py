"""Which column of its table each cell stands in: a row may lack some, and a head may stand over several."""

from __future__ import annotations

from collections.abc import Sequence

from aili.extractors.pdf.layout import Cell, Line
from aili.grid import Cell as Told
from aili.grid import table_text

Span = tuple[float, float]


def rows_text(lines: Sequence[Line]) -> str:
    """The rows of a table as text; cells that no column tells apart stand one after the other."""
    columns = _columns([cell for line in lines for cell in line.cells])
    if any(line.leftward for line in lines):
        columns.reverse()
    placed = [_placed(line.cells, columns) for line in lines]
    if not all(row or not line.cells for row, line in zip(placed, lines, strict=True)):
        placed = [[(cell.text, 1, 1) for cell in line.cells] for line in lines]
    return table_text(placed)


def _columns(cells: Sequence[Cell]) -> list[Span]:
    """The columns from left to right, as the narrow cells show them; a cell over several of those shows none."""
    columns: list[Span] = []
    for cell in sorted(cells, key=lambda one: (one.x1 - one.x0, one.x0)):
        over = [at for at, column in enumerate(columns) if _overlap(cell, column) > 0]
        if not over:
            columns.append((cell.x0, cell.x1))
        elif len(over) == 1:
            left, right = columns[over[0]]
            columns[over[0]] = (min(left, cell.x0), max(right, cell.x1))
    return sorted(columns)


def _placed(cells: Sequence[Cell], columns: Sequence[Span]) -> list[Told]:
    """A row with an empty cell for each column that it lacks; nothing where two cells stand in one column."""
    row: list[Told] = []
    at = 0
    for cell in cells:
        over = [number for number, column in enumerate(columns) if _overlap(cell, column) > 0]
        if not over or over[0] < at:
            return []
        row += [("", 1, 1)] * (over[0] - at) + [(cell.text, over[-1] - over[0] + 1, 1)]
        at = over[-1] + 1
    return row


def _overlap(cell: Cell, column: Span) -> float:
    return min(cell.x1, column[1]) - max(cell.x0, column[0])

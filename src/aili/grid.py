"""Tables as text: a line a row, every value under its own head."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Cell = tuple[str, int, int]
"""Its text, and how many columns and rows it takes."""
_BAR = re.compile(r"(?:(?<=\s)|^)\|(?=\s|$)")  # a bar within a word or a formula parts no cells
SPAN = 50  # columns that one cell may take; a file may promise millions
WIDEST = (
    500  # columns of a row up to which spans are followed; 300 rows of cells that claim 9,999 rows took 30 s without
)


def table_text(rows: Iterable[Iterable[Cell]]) -> str:
    """A table as text: a line a row, its cells apart by bars.

    Empty cells keep their place, so that no value moves under another's head; left out are columns that are empty in all
    rows, and a row's last empty cells.
    """
    table = list(_spread(rows))
    filled = [at for at in range(max(map(len, table), default=0)) if any(at < len(row) and row[at] for row in table)]
    lines = (" | ".join(row[at] if at < len(row) else "" for at in filled).rstrip(" |") for row in table)
    return "\n".join(" ".join(line.split()) for line in lines if line)


def _spread(rows: Iterable[Iterable[Cell]]) -> Iterator[list[str]]:
    """The texts of each row, with an empty one wherever a cell reaches over a column or down from a row above."""
    hanging: dict[int, int] = {}  # of a column: how many more rows a cell above reaches into
    for row in rows:
        texts: list[str] = []
        for text, across, down in [*row, ("", 0, 0)]:
            while len(texts) < WIDEST and hanging.get(len(texts), 0):
                hanging[len(texts)] -= 1
                texts.append("")
            most = SPAN if len(texts) < WIDEST else 1
            for at in range(min(max(across, int(bool(text))), most)):
                if down > 1 and len(texts) < WIDEST:
                    hanging[len(texts)] = down - 1
                texts.append("" if at else " ".join(text.split()))
        yield texts


def span(said: str | None) -> int:
    """How many columns or rows an attribute says that a cell takes; 1 where it says nothing, or no number."""
    told = (said or "").strip()
    return int(told) if re.fullmatch(r"\d{1,4}", told, re.ASCII) else 1


def cells(row: str) -> Iterator[tuple[int, int]]:
    """Where the cells of a table's row, as ``table_text`` writes it, begin and end: characters, without spaces around."""
    bars = [match.span() for match in _BAR.finditer(row)]
    for start, end in zip([0, *(end for _, end in bars)], [*(start for start, _ in bars), len(row)], strict=True):
        cell = row[start:end]
        begin = start + len(cell) - len(cell.lstrip())
        yield begin, max(begin, start + len(cell.rstrip()))

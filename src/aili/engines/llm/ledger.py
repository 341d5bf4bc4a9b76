"""A file to which a line is added for every request to a language model: what it cost, never what it was about.

A line is written at once and forced to the disk. One that a power cut or a kill tore is passed over when the file is read,
and the next begins on a line of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aili import codec
from aili.errors import MalformedError, OutputError


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One request: when (ISO 8601, UTC), which model, tokens, US dollars (None: not known) by which list of prices.

    ``estimated`` where the request was broken off, so that nobody counted its tokens.
    """

    time: str
    engine: str
    input_tokens: int
    output_tokens: int
    dollars: float | None
    price: str
    estimated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """The requests to one engine in one month (``2026-11``); ``unpriced`` are those of them whose price is not known.

    ``dollars`` is what the others cost, None where there are no others; ``price`` names the lists of prices, ``estimated``
    counts requests as in an Entry.
    """

    month: str
    engine: str
    requests: int
    input_tokens: int
    output_tokens: int
    dollars: float | None
    unpriced: int
    price: str
    estimated: int


def append(path: Path, entry: Entry) -> bool:
    """Add ``entry``; False where the disk would not take it, which must not cost anybody a digest."""
    line = codec.encode(entry) + b"\n"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    line = b"\n" + line
            file.write(line)  # one call: lines of several processes do not mix
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def read(path: Path) -> list[Entry]:
    """Every entry that can be read; none where there is no file. Raises OutputError where it may not be read."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror or error}.", hint="Mend its permissions.") from error
    found = []
    for line in lines:
        try:
            found.append(codec.decode(line, Entry))
        except MalformedError:
            continue  # torn, or empty
    return found


def totals(entries: Iterable[Entry]) -> list[Total]:
    """The entries by month and engine, the newest month first."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.time[:7], entry.engine), []).append(entry)
    made = [_total(month, engine, group) for (month, engine), group in groups.items()]
    made.sort(key=lambda total: total.engine)
    return sorted(made, key=lambda total: total.month, reverse=True)


def _total(month: str, engine: str, group: list[Entry]) -> Total:
    known = [entry.dollars for entry in group if entry.dollars is not None]
    return Total(
        month=month,
        engine=engine,
        requests=len(group),
        input_tokens=sum(entry.input_tokens for entry in group),
        output_tokens=sum(entry.output_tokens for entry in group),
        dollars=sum(known) if known else None,
        unpriced=len(group) - len(known),
        price=", ".join(sorted({entry.price for entry in group} - {""})),
        estimated=sum(entry.estimated for entry in group),
    )

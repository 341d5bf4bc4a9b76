"""Shows on standard error, and only on a terminal, what the pipeline is doing, and a digest while a model writes it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aili.events import Drafted, Event, Expected, Extracted, FellBack, Fetched, Started


def describe(event: Event) -> str:
    """What is being done after ``event``, in a few words; empty where nothing more is."""
    match event:
        case Started(reference=reference):
            return f"Fetching {reference}"
        case Fetched(size=size, media_type=media_type):
            return f"Reading {size:,} bytes of {media_type}"
        case Extracted(document=document):
            return f"Writing the digest of {document.reading.words:,} words"
        case Expected():
            return "Waiting for the model's first words"
        case FellBack():
            return "Writing the digest with the embedded engine"
        case Drafted(draft=draft, complete=complete):
            return "Checking every bullet" if complete else f"Writing, {len(draft.sections)} sections so far"
        case _:
            return ""


class Progress:
    """Some lines that change in place; silent where they are not wanted."""

    def __init__(self, *, shown: bool, label: str = "") -> None:
        self._shown = shown
        self._label = label
        self._rows = 0  # on the screen, the one with the cursor included

    def show(self, event: Event) -> None:
        """Replace the lines by what ``event`` begins, under as much of a growing digest as the screen has room for."""
        if not self._shown or not (words := describe(event)):
            return
        size = shutil.get_terminal_size((80, 24))
        rows = []
        if isinstance(event, Drafted) and not event.complete:
            from aili.cli.preview import preview  # here: only a model is worth watching

            rows = preview(event.draft, width=size.columns - 1)[-(size.lines - 2) :]
        self._draw([*rows, self._row(words, size.columns)])

    def tell(self, words: str) -> None:
        """Replace the lines by one that says ``words``."""
        if self._shown:
            self._draw([self._row(words, shutil.get_terminal_size((80, 24)).columns)])

    def _row(self, words: str, columns: int) -> str:
        plain = "".join(character for character in f"{self._label}{words}" if character.isprintable())
        return f"\x1b[2m{plain[: min(78, columns - 3)]} …\x1b[0m"

    def _draw(self, rows: list[str]) -> None:
        self.clear()
        sys.stderr.write("\n".join(rows))
        sys.stderr.flush()
        self._rows = len(rows)

    def clear(self) -> None:
        """Take the lines away."""
        if self._shown:
            up = f"\x1b[{self._rows - 1}A" if self._rows > 1 else ""
            sys.stderr.write(f"\r{up}\x1b[J")
            sys.stderr.flush()
            self._rows = 0


@contextmanager
def progress(*, quiet: bool, label: str = "") -> Iterator[Progress]:
    """Progress for the length of the block, each line after ``label``, taken away at its end whatever happens."""
    line = Progress(shown=not quiet and sys.stderr.isatty(), label=label)
    try:
        yield line
    finally:
        line.clear()

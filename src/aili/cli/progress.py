"""Shows on standard error, and only on a terminal, what the pipeline is doing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aili.events import Drafted, Event, Extracted, Fetched, Started


def describe(event: Event) -> str:
    """What is being done after ``event``, in a few words; empty where nothing more is."""
    match event:
        case Started(reference=reference):
            return f"Fetching {reference}"
        case Fetched(size=size, media_type=media_type):
            return f"Reading {size:,} bytes of {media_type}"
        case Extracted(document=document):
            return f"Writing the digest of {document.reading.words:,} words"
        case Drafted(draft=draft, complete=complete):
            return "Checking every bullet" if complete else f"Writing, {len(draft.sections)} sections so far"
        case _:
            return ""


class Progress:
    """One line that changes in place; silent where it is not wanted."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown

    def show(self, event: Event) -> None:
        """Replace the line by what ``event`` begins."""
        if self._shown and (words := describe(event)):
            plain = "".join(character for character in words if character.isprintable())
            sys.stderr.write(f"\r\x1b[2K\x1b[2m{plain[:78]} …\x1b[0m")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """A progress line for the length of the block, taken away at its end whatever happens."""
    line = Progress(shown=not quiet and sys.stderr.isatty())
    try:
        yield line
    finally:
        line.clear()

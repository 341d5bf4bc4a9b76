"""An engine that reads its drafts from a JSON file: for tests, and for checking somebody else's digest of a document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from aili import codec
from aili.digest import Draft
from aili.document import Document
from aili.engines import EngineOptions
from aili.errors import MissingError, UsageError


class ScriptedEngine:
    """``scripted:FILE`` yields the drafts in FILE, a JSON list of Draft values (``aili schema draft``), in order."""

    costly = False

    def __init__(self, model: str, options: EngineOptions) -> None:
        del options
        if not model:
            raise UsageError("The scripted engine needs a file of drafts.", hint="Write -m scripted:drafts.json.")
        self.name = f"scripted:{model}"
        self._path = Path(model)
        self.version = "1"

    def prepare(self) -> None:
        """Nothing is slow here."""

    def draft(self, document: Document, *, language: str = "") -> Iterator[Draft]:
        """Yield the file's drafts, whatever the document."""
        del document, language
        try:
            data = self._path.read_bytes()
        except OSError as error:
            raise MissingError(f"The drafts in {self._path} cannot be read: {error.strerror}.") from error
        yield from codec.decode(data, tuple[Draft, ...])

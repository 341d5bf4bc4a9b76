"""aili reads a document for you and gives back a checked digest.

>>> import aili
>>> digest = aili.summarize("article.html")  # doctest: +SKIP
>>> print(aili.render(digest))  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str
    from aili.acquisition import list_feed
    from aili.answer import Answer, Conversation
    from aili.asking import ask
    from aili.digest import (
        Bullet,
        Checks,
        Citation,
        Coverage,
        Digest,
        Draft,
        Imprint,
        Omission,
        Provenance,
        Question,
        Reason,
        Section,
        Usage,
    )
    from aili.document import Block, Document, Metadata, Reading, Resource, Sentence
    from aili.errors import AiliError
    from aili.events import Drafted, Event, Expected, Extracted, FellBack, Fetched, Finished, Listed, Started, Verified
    from aili.feed import Entry, Feed
    from aili.pipeline import check, read, stream, summarize
    from aili.renderers import parse, render
    from aili.report import Report, Span, Statement
    from aili.settings import Settings

# Imported on first use: `import aili` takes 10 ms this way, 150 ms otherwise.
_HOMES = {
    "aili.answer": ("Answer", "Conversation"),
    "aili.asking": ("ask",),
    "aili.acquisition": ("list_feed",),
    "aili.digest": (
        "Bullet", "Checks", "Citation", "Coverage", "Digest", "Draft", "Imprint", "Omission", "Provenance", "Question",
        "Reason", "Section", "Usage",
    ),
    "aili.document": ("Block", "Document", "Metadata", "Reading", "Resource", "Sentence"),
    "aili.errors": ("AiliError",),
    "aili.events": (
        "Drafted", "Event", "Expected", "Extracted", "FellBack", "Fetched", "Finished", "Listed", "Started", "Verified",
    ),
    "aili.feed": ("Entry", "Feed"),
    "aili.pipeline": ("check", "read", "stream", "summarize"),
    "aili.renderers": ("parse", "render"),
    "aili.report": ("Report", "Span", "Statement"),
    "aili.settings": ("Settings",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [  # noqa: RUF022 (in the order of a reader's need)
    "read", "summarize", "stream", "check", "ask", "list_feed", "render", "parse", "Settings", "AiliError",
    "Resource", "Document", "Block", "Sentence", "Metadata", "Reading",
    "Digest", "Draft", "Section", "Question", "Bullet", "Reason", "Citation", "Checks", "Provenance", "Usage", "Imprint",
    "Coverage", "Omission", "Report", "Statement", "Span", "Answer", "Conversation", "Feed", "Entry",
    "Event", "Started", "Fetched", "Listed", "Extracted", "Expected", "Drafted", "FellBack", "Verified", "Finished",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("aili")
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'aili' has no attribute {name!r}")
    return getattr(import_module(home), name)

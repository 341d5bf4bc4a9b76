"""Engines write drafts: a table by name, and what every engine promises.

An engine is chosen by ``name`` or ``name:model`` (``embedded``, ``scripted:drafts.json``). It proposes; it does not check:
verification goes over every draft alike and trusts none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from aili.digest import Draft
from aili.document import Document
from aili.registry import Registry


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineOptions:
    """What a face may ask of any engine: processor threads (0: it chooses), how many words it reads at most, and how long
    the digest is to be (``brief``, ``standard``, ``detailed``).
    """

    threads: int = 0
    max_words: int = 300_000
    length: str = "standard"


class Engine(Protocol):
    """What writes drafts.

    ``version`` changes whenever the same document could give another draft; ``costly`` says that a draft is worth keeping,
    because writing it again costs money or many seconds.
    """

    name: str
    version: str
    costly: bool

    def prepare(self) -> None:
        """Load what is slow to load; safe to call early, from another thread, and more than once."""

    def draft(self, document: Document, *, language: str = "") -> Iterator[Draft]:
        """Yield drafts of ``document``, each more complete than the one before; the last one is complete.

        ``language`` is the wanted language of the digest (BCP 47), empty for the document's own. Closing the iterator
        cancels the work. Raises EngineError.
        """
        ...


class EngineFactory(Protocol):
    """A row of the table: makes an engine for a model name (what follows the colon, may be empty)."""

    def __call__(self, model: str, options: EngineOptions) -> Engine:
        """Make the engine; cheap, loads nothing."""
        ...


ENGINES: Registry[EngineFactory] = Registry(
    "engines",
    "engine",
    {
        "embedded": "aili.engines.embedded:EmbeddedEngine",
        "scripted": "aili.engines.scripted:ScriptedEngine",
    },
)


def known(name: str) -> None:
    """Raise UsageError unless there is an engine called ``name`` or ``name:model``; imports nothing."""
    family = name.partition(":")[0]
    if family not in ENGINES:
        ENGINES.load(family)


def engine(name: str, options: EngineOptions) -> Engine:
    """The engine called ``name`` or ``name:model``; raises UsageError where there is none of that name."""
    family, _, model = name.partition(":")
    return ENGINES.load(family)(model, options)

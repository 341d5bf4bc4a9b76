"""What is asked of a document and what comes back: an Inquiry, an engine's Reply, and an Answer that has been checked."""

from __future__ import annotations

from dataclasses import dataclass, field

from aili import codec
from aili.digest import Bullet, Checks, Citation, Provenance, Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A question that was asked before, as it was read, and the bullets that answered it; none where nothing did."""

    question: str
    bullets: tuple[Bullet, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Inquiry:
    """A question about a document, and the turns of the conversation before it, the oldest first."""

    question: str
    before: tuple[Turn, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What an engine proposes: bullets that answer the inquiry, or none where the document does not say.

    ``read_as`` is the question as the engine understood it, where it carried something over from an earlier one. The rest
    is as in a Draft: ``share`` is the part of the document's words that were read (0–1), ``complete`` is False while the
    engine is writing.
    """

    bullets: tuple[Bullet, ...]
    language: str
    engine: str
    version: str
    read_as: str = ""
    share: float = 1.0
    notes: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    complete: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A checked answer from one document: one to three bullets with their evidence, or that the document does not say.

    ``said`` tells the two apart. ``read_as`` is what a follow-up was read as, empty for a question that stands alone.
    ``title``, ``location`` and ``published`` are the document's; ``citations`` are the sentences that the bullets rest on.
    """

    question: str
    said: bool
    bullets: tuple[Bullet, ...] = ()
    read_as: str = ""
    language: str = "en"
    title: str = ""
    location: str = ""
    published: str = ""
    citations: tuple[Citation, ...] = ()
    checks: Checks = field(default_factory=Checks)
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def hash(self) -> str:
        """Content hash of the whole value, ``answer-1:…``."""
        return codec.fingerprint("answer-1", codec.encode(self))

    @property
    def turn(self) -> Turn:
        """The answer as a turn of a conversation."""
        return Turn(question=self.read_as or self.question, bullets=self.bullets)

    def citation(self, number: int) -> Citation | None:
        """The cited sentence with id ``number``, or None where the answer does not carry it."""
        return next((citation for citation in self.citations if citation.id == number), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """Questions about one document with their answers, the oldest first; ``document`` is the document's hash."""

    document: str
    title: str = ""
    answers: tuple[Answer, ...] = ()

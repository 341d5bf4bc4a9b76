"""What happens while a document is digested; only the pipeline makes these, a face is one loop over them."""

from __future__ import annotations

from dataclasses import dataclass

from aili.answer import Answer, Reply
from aili.digest import Digest, Draft
from aili.document import Document
from aili.feed import Feed


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """Work on ``reference`` begins."""

    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """The bytes are here: how many, of which media type, from where; ``cached`` where the server said they are unchanged."""

    location: str
    media_type: str
    size: int
    cached: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """What was fetched is a feed: it lists articles, and nothing is digested. Only for those who ask for it."""

    feed: Feed


@dataclass(frozen=True, kw_only=True, slots=True)
class Extracted:
    """The text is here."""

    document: Document


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafted:
    """An engine proposes this; ``complete`` is False while an engine that streams is still writing.

    ``kept`` where it was written for an earlier digest, so that nothing was paid for it now.
    """

    draft: Draft
    complete: bool
    kept: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """A model on this machine begins, as fast as was measured: it needs about so many ``seconds``."""

    seconds: float
    tokens_per_second: float


@dataclass(frozen=True, kw_only=True, slots=True)
class FellBack:
    """``engine`` could not write, as ``message`` says and ``hint`` may mend; now the embedded engine does."""

    engine: str
    message: str
    hint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """Every bullet has been checked."""

    digest: Digest


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """The digest is ready, with the document it was made from."""

    digest: Digest
    document: Document


@dataclass(frozen=True, kw_only=True, slots=True)
class Replied:
    """An engine proposes this answer; ``complete`` is False while an engine that streams is still writing.

    ``kept`` where the same was asked before, so that nothing was paid for it now.
    """

    reply: Reply
    complete: bool
    kept: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The answer is ready and checked, with the document that it is from."""

    answer: Answer
    document: Document


Event = Started | Fetched | Listed | Extracted | Expected | Drafted | FellBack | Verified | Finished
# What happens while a question is answered.
AskEvent = Started | Fetched | Extracted | Expected | FellBack | Replied | Answered

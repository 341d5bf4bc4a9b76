"""What happens while a document is digested; only the pipeline makes these, a face is one loop over them."""

from __future__ import annotations

from dataclasses import dataclass

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
    """An engine proposes this; ``complete`` is False while an engine that streams is still writing."""

    draft: Draft
    complete: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FellBack:
    """``engine`` could not write the digest, as ``message`` says and ``hint`` may mend; now the embedded engine does."""

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


Event = Started | Fetched | Listed | Extracted | Drafted | FellBack | Verified | Finished

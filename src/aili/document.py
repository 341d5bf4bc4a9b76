"""What was had and what was read: a Resource is bytes, a Document is clean text with numbered sentences.

Offsets are counted in Python characters (Unicode code points) of ``Document.text``; a sentence's id is its position in
``Document.sentences``, from 0. Faces that number sentences for people count from 1.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from aili import codec

BlockKind = Literal["heading", "paragraph", "item", "quote", "code", "caption", "table"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """Bytes with a media type and where they came from.

    ``reference`` is what the person typed; ``location`` where the bytes were finally found (after redirects). ``charset``
    is what the transport declared, empty where it said nothing. ``etag`` and ``modified`` are the HTTP validators
    (RFC 9110 §8.8), empty where there are none. ``notes`` are sentences that whoever reads its digest must know.
    """

    data: bytes
    media_type: str
    reference: str
    location: str
    charset: str = ""
    etag: str = ""
    modified: str = ""
    notes: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """Content hash of the bytes, ``resource-1:…``."""
        return codec.fingerprint("resource-1", self.data)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A run of ``Document.text`` of one kind; ``level`` is the rank of a heading (1–6) or the depth of a list item (1…)."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence's offsets in ``Document.text`` and the index of the block it stands in."""

    start: int
    end: int
    block: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Locator:
    """From the offset ``start`` on, the text stands at the place ``label`` of the original (``p. 12``).

    ``address`` is the place's own web address, such as a further page's; it is left out (UNSET) where the document's
    ``location`` leads there.
    """

    start: int
    label: str
    address: str | codec.Unset = codec.UNSET


@dataclass(frozen=True, kw_only=True, slots=True)
class Metadata:
    """What a document says of itself; a field is empty where the document does not say, never guessed.

    ``published`` is an ISO 8601 date (``2024-06-19``), ``language`` a BCP 47 primary tag (``en``), ``location`` the
    canonical web address, or a file's name without its folders.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    site: str = ""
    language: str = ""
    location: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How much of the input became text: ``share`` is the part of the visible words kept (0–1), warnings are sentences."""

    words: int = 0
    share: float = 1.0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """Clean text with its blocks, its numbered sentences, and what it says of itself; a blank line separates blocks.

    ``locators`` say where in the original a text with pages stands, in the order of the text; empty for one without.
    """

    text: str
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    metadata: Metadata = field(default_factory=Metadata)
    reading: Reading = field(default_factory=Reading)
    source: str = ""  # hash of the Resource it was read from
    locators: tuple[Locator, ...] = ()

    def sentence(self, number: int) -> str:
        """Text of the sentence with id ``number``."""
        span = self.sentences[number]
        return self.text[span.start : span.end]

    def block(self, index: int) -> str:
        """Text of the block at ``index``."""
        span = self.blocks[index]
        return self.text[span.start : span.end]

    def locator(self, offset: int) -> str:
        """The label of the place that the text at ``offset`` has in the original; empty where it has none."""
        place = self._place(offset)
        return place.label if place else ""

    def address(self, offset: int) -> str | codec.Unset:
        """The web address of the place that the text at ``offset`` has; UNSET where it has none of its own."""
        place = self._place(offset)
        return place.address if place else codec.UNSET

    def _place(self, offset: int) -> Locator | None:
        at = bisect_right(self.locators, offset, key=lambda locator: locator.start)
        return self.locators[at - 1] if at else None

    @property
    def hash(self) -> str:
        """Content hash of the whole value, ``document-1:…``."""
        return codec.fingerprint("document-1", codec.encode(self))

"""What an engine proposes and what the reader gets: a Draft, and a Digest whose every bullet has been checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal

from aili import codec

Verdict = Literal["supported", "refuted", "not enough info"]
Origin = Literal["written", "extracted", "replaced"]
Rule = Literal[
    "evidence",
    "number",
    "date",
    "name",
    "quotation",
    "negation",
    "attribution",
    "modality",
    "role",
    "scope",
    "comparison",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a verdict was given: the rule that spoke and a sentence a person can read."""

    rule: Rule
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bullet:
    """A sentence that stands alone, the ids of the document's sentences it rests on, and what checking said of it.

    ``origin`` is *written* where an engine composed it, *extracted* where it is the document's own sentence (shortened at
    most), *replaced* where checking put the source sentence in place of a bullet that failed. ``verdict`` is None only
    where nothing was checked: in a draft, and in a digest imported from a text that shows no evidence.
    """

    text: str
    evidence: tuple[int, ...] = ()
    origin: Origin = "written"
    verdict: Verdict | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question a reader would ask and the bullets that answer it."""

    text: str
    bullets: tuple[Bullet, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A topic of the document with its questions."""

    heading: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a digest cost: tokens in and out, and US dollars where a price is known.

    ``price`` names the list of prices (``genai-prices 0.2.3``), or says ``own machine`` where nobody asks for money; it is
    empty where the price is not known. ``requests`` counts those that were answered, or begun to be.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    dollars: float | None = None
    requests: int = 0
    price: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What an engine proposes: abstract sentences (as bullets) and sections.

    ``engine`` names the engine and model as a person would choose it (``embedded``); ``version`` changes whenever the same
    document could give another draft. ``share`` is the part of the document's words the engine read (0–1); ``notes`` are
    sentences the reader must see, for example that a fallback wrote this. ``complete`` is False while the engine is writing.
    """

    abstract: tuple[Bullet, ...]
    sections: tuple[Section, ...]
    language: str
    engine: str
    version: str
    share: float = 1.0
    notes: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    complete: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """A sentence that a digest rests on: its id, its text, its offsets in the document's text.

    ``locator`` says where it stands in an original that has pages (``p. 12``), and is empty for one without. ``address`` is
    the web address of that place (a further page, a moment of a video); it is left out (UNSET) where the document's own
    ``location`` leads there.
    """

    id: int
    text: str
    start: int
    end: int
    locator: str = ""
    address: str | codec.Unset = codec.UNSET


@dataclass(frozen=True, kw_only=True, slots=True)
class Checks:
    """What checking did: bullets with each verdict as they now stand, and how many were replaced or dropped on the way."""

    supported: int = 0
    refuted: int = 0
    not_enough_info: int = 0
    replaced: int = 0
    dropped: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Omission:
    """A passage of the document that nothing told rests on, shown by its most telling sentence.

    ``id`` is that sentence's, ``text`` its words; ``heading`` is the one that the passage stands under, ``words`` its
    length.
    ``salience`` (0–1) says how much of what the document is about it holds, beside the document's other passages;
    ``locator`` and ``address`` are as in a Citation.
    """

    id: int
    text: str
    heading: str = ""
    words: int = 0
    salience: float = 0.0
    locator: str = ""
    address: str | codec.Unset = codec.UNSET


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """What was told of a document and what was left out, the weightiest omissions first.

    ``share`` is the part of the document's words (0–1) that stand in passages which something told rests on; None where
    nobody looked, as in a digest read back from plain text. ``passages`` counts all passages, ``omitted`` those left out;
    ``omissions`` shows the weightiest of them.
    """

    share: float | None = None
    passages: int = 0
    omitted: int = 0
    omissions: tuple[Omission, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where a digest comes from: engine, document, and how much of the document was read.

    ``words`` counts the document's words, ``share`` is the part of them that the engine read, ``page_share`` the part of the
    page's visible words that became the document. ``document`` and ``source`` are content hashes.
    """

    engine: str = ""
    version: str = ""
    document: str = ""
    source: str = ""
    words: int = 0
    share: float = 1.0
    page_share: float = 1.0
    usage: Usage = field(default_factory=Usage)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Imprint:
    """The header and footer of a digest; *Shared by* and © show only where a name is set."""

    brand: str = "Aili"
    logo: str = "✨"
    abstract_mark: str = "🌈"
    questions_mark: str = "🙋"
    shared_by: str = ""
    year: str = ""
    owner: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """A checked digest of one document: abstract, then topics with questions and answers, each tied to its evidence.

    ``title`` is the document's own. For one that has none it is made, of its file's name or of its first words
    (``made_title``); it is empty only in a digest that was made elsewhere, or before titles were made.
    """

    title: str
    abstract: tuple[Bullet, ...]
    sections: tuple[Section, ...]
    language: str = "en"
    site: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    location: str = ""
    citations: tuple[Citation, ...] = ()
    checks: Checks = field(default_factory=Checks)
    coverage: Coverage = field(default_factory=Coverage)
    provenance: Provenance = field(default_factory=Provenance)
    imprint: Imprint = field(default_factory=Imprint)

    @property
    def hash(self) -> str:
        """Content hash of the whole value, ``digest-3:…``."""
        return codec.fingerprint("digest-3", codec.encode(self))

    @property
    def name(self) -> str:
        """What a reader knows it by: its title, else one that is made of what it says of its document."""
        told = [*(bullet.text for bullet in self.abstract), *(section.heading for section in self.sections)]
        return self.title if self.title.strip() else made_title(self.location, " ".join(told))

    def citation(self, number: int) -> Citation | None:
        """The cited sentence with id ``number``, or None where the digest does not carry it."""
        return next((citation for citation in self.citations if citation.id == number), None)


TITLE = 60  # characters of a title that is made of a text's first words


def made_title(location: str, text: str) -> str:
    """A title for a document that has none: its file's name without ending, else the first words of ``text``.

    A web address gives none: what ends one (``index``, ``12345``) tells a reader less than the words do.
    """
    named = "" if "://" in location else " ".join(PurePath(location).stem.split())
    return named or first_words(text)


def first_words(text: str, *, most: int = TITLE) -> str:
    """The beginning of ``text`` on one line, cut at a word so that it has at most ``most`` characters with its `` …``."""
    head = " ".join(text[: 20 * most].split())
    if len(head) <= most:
        return head
    cut = head[: most - 1]  # a word may end where the blank before the dots stands
    words = cut.rpartition(" ")[0]
    return f"{words if len(words) > most // 2 else cut[:-1]} …"  # what is written without spaces has no better place

"""Extraction: a Resource's bytes become a Document, by a table from media types to extractors.

An extractor finds the pieces of a text (headings, paragraphs, list items, …) and what it says of itself; ``compose`` lays
them out as one text with numbered sentences, alike for every kind of file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import unquote

from aili import codec, language, sandbox, segmentation, series
from aili.document import Block, BlockKind, Document, Locator, Metadata, Reading, Resource, Sentence
from aili.errors import EmptyError, MediaTypeError, ParserError, PasswordError, ThinTextError
from aili.feed import Feed
from aili.registry import Registry


@dataclass(frozen=True, kw_only=True, slots=True)
class ParseLimits(sandbox.Limits):
    """What reading one document may use, how many words it must have to be worth a digest, and what opens it.

    ``password`` is that of an encrypted document, empty for none; it is in no representation and in no message.
    """

    min_words: int = 40
    password: str = field(default="", repr=False)


class Extractor(Protocol):
    """Reads one kind of file; raises UnreadableError where there is nothing to digest."""

    def __call__(self, resource: Resource, *, limits: ParseLimits) -> Document:
        """The Document that ``resource`` holds."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A block before it has a place: its kind, its text, and its level (see ``aili.document.Block``).

    ``locators`` are places of the original that begin in it: pairs of an offset in ``text`` and a label (``p. 12``).
    """

    kind: BlockKind
    text: str
    level: int = 0
    locators: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What a worker needs to read one document: the resource, how many words are worth a digest, and the password."""

    resource: Resource
    min_words: int
    password: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a file holds in another format: its text in that format, and what the file itself says.

    ``metadata`` goes before what the text says of itself; ``share`` and ``warnings`` are as in ``Reading``.
    """

    text: str
    media_type: str
    metadata: Metadata
    share: float = 1.0
    warnings: tuple[str, ...] = ()


EXTRACTORS: Registry[Extractor] = Registry(
    "extractors",
    "media type that aili reads",
    {
        "text/html": "aili.extractors.html:extract",
        "application/xhtml+xml": "aili.extractors.html:extract",
        "application/pdf": "aili.extractors.pdf:extract",
        "application/epub+zip": "aili.extractors.zipped:extract_epub",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "aili.extractors.zipped:extract_docx",
        "application/vnd.oasis.opendocument.text": "aili.extractors.zipped:extract_odt",
        "application/vnd.oasis.opendocument.presentation": "aili.extractors.zipped:extract_odp",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "aili.extractors.zipped:extract_pptx",
        "text/vtt": "aili.extractors.subtitles:extract",
        "application/x-subrip": "aili.extractors.subtitles:extract",
        "application/x-ipynb+json": "aili.extractors.notebook:extract",
        "message/rfc822": "aili.extractors.mail:extract",
        "application/rtf": "aili.extractors.rtf:extract",
        "text/rtf": "aili.extractors.rtf:extract",
        "application/rss+xml": "aili.extractors.feed:extract",
        "application/atom+xml": "aili.extractors.feed:extract",
        "application/rdf+xml": "aili.extractors.feed:extract",
        "application/feed+json": "aili.extractors.feed:extract",
        "text/markdown": "aili.extractors.markdown:extract",
        "text/plain": "aili.extractors.plain:extract",
    },
)

_READ = (
    "aili reads web pages, PDF, EPUB, Word (.docx), PowerPoint (.pptx), OpenDocument (.odt, .odp), RTF, e-mail, subtitles, "
    "Jupyter notebooks, Markdown and plain text; save it as one of these."
)
# Office before 2007, and what newer Office encrypts.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = {
    "application/msword": "a file of an older Office (.doc, .xls, .ppt)",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "an Excel sheet",
    "application/json": "JSON data",
    "application/zip": "a ZIP archive",
    "application/gzip": "a gzip archive",
    "application/octet-stream": "binary data of no known kind",
}
_ZIPPED = {
    "application/epub+zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.presentation",
}
_MAGIC = {
    _OLD_OFFICE: "application/msword",
    b"%PDF-": "application/pdf",
    b"PK\x03\x04": "application/zip",
    b"\x1f\x8b": "application/gzip",
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"\x7fELF": "application/x-elf",
    b"SQLite format 3": "application/vnd.sqlite3",
    b"{\\rtf": "application/rtf",
}


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that ``resource`` holds, read by the extractor of its media type; unknown ``text/…`` is read as plain.

    Raises MediaTypeError where nothing reads this kind of file, ThinTextError or one of its kinds where the text is not
    worth a digest, MalformedError where the bytes are damaged, and ParserError where the parser overran ``limits``.
    """
    media_type = resource.media_type.partition(";")[0].strip().lower()
    if not resource.data.strip():
        raise EmptyError(f"{resource.reference} is empty.", hint="There is nothing to read; is it the right file?")
    if resource.data.startswith(_OLD_OFFICE) and "EncryptedPackage".encode("utf-16-le") in resource.data:
        raise PasswordError(
            f"{resource.reference} is an encrypted Office file.", hint="Save it without a password, and give that."
        )
    proven = next((kind for magic, kind in _MAGIC.items() if resource.data.startswith(magic)), media_type)
    if proven != "application/zip" or media_type not in _ZIPPED:
        media_type = proven
    if media_type not in EXTRACTORS:
        if not media_type.startswith("text/"):
            kind = _KINDS.get(media_type) or (f"a file of the type {media_type}" if media_type else "of no known type")
            raise MediaTypeError(f"{resource.reference} is {kind}, which nothing here reads.", hint=_READ)
        media_type = "text/plain"
    try:
        document = EXTRACTORS.load(media_type)(resource, limits=limits)
    except ParserError as error:  # the sandbox does not know whose bytes it reads
        told = f"{error.message[:1].lower()}{error.message[1:]}"
        raise ParserError(f"{resource.reference} could not be read: {told}", hint=error.hint) from error
    warnings = (*resource.notes, *document.reading.warnings)
    return replace(document, reading=replace(document.reading, warnings=warnings)) if resource.notes else document


def warm() -> None:
    """Start the worker that reads HTML, so that it is ready when the bytes are here; returns at once."""
    sandbox.warm("aili.extractors.html.page")


def sandboxed(target: str, resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that the function ``target`` makes of a Task in the sandbox's worker (both as JSON)."""
    task = Task(resource=resource, min_words=limits.min_words, password=limits.password)
    return codec.decode(sandbox.run(target, codec.encode(task), limits=limits), Document)


def entries(resource: Resource, *, limits: ParseLimits) -> Feed:
    """What a feed lists, which is no Document; raises MalformedError where it is none, EmptyError where it lists nothing."""
    task = Task(resource=resource, min_words=limits.min_words)
    feed = codec.decode(sandbox.run("aili.extractors.feed.syndication:parse", codec.encode(task), limits=limits), Feed)
    return replace(feed, location=_shown(feed.location))


def unwrapped(target: str, resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document of the Content that ``target`` makes of a Task in the sandbox, read by the extractor of its format."""
    task = Task(resource=resource, min_words=limits.min_words, password=limits.password)
    content = codec.decode(sandbox.run(target, codec.encode(task), limits=limits), Content)
    inner = replace(resource, data=content.text.encode("utf-8"), media_type=content.media_type, charset="utf-8")
    document = EXTRACTORS.load(content.media_type)(inner, limits=limits)
    said, own = content.metadata, document.metadata
    metadata = replace(
        own,
        title=said.title or own.title,
        authors=said.authors or own.authors,
        published=said.published or own.published,
        site=said.site,
        location=_shown(resource.location),
        description=said.description or own.description,
    )
    reading = replace(
        document.reading,
        share=round(content.share * document.reading.share, 3),
        warnings=(*content.warnings, *document.reading.warnings),
    )
    return replace(document, metadata=_clean(metadata), reading=reading, source=resource.hash)


@dataclass(frozen=True, kw_only=True, slots=True)
class Whereto:
    """What the worker needs to see where an article goes on: the page, and the web addresses that it is known by."""

    resource: Resource
    locations: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Onward:
    """Where an article goes on: the address of its next page, and the one that shows all as one page; empty for none."""

    next: str = ""
    whole: str = ""


_PAGES = ("text/html", "application/xhtml+xml")
_ADDRESS = ("http://", "https://")


def goes_on(resource: Resource, document: Document, *, limits: ParseLimits) -> Onward:
    """Where the article that was read as ``document`` goes on; nowhere for what is no page, or of no known web address.

    Raises ParserError where the parser overran ``limits``.
    """
    known = dict.fromkeys((resource.location, document.metadata.location))
    locations = tuple(location for location in known if location.lower().startswith(_ADDRESS))
    if resource.media_type not in _PAGES or not locations or not series.may_go_on(resource.data, locations):
        return Onward()
    asked = Whereto(resource=resource, locations=locations)
    return codec.decode(sandbox.run("aili.extractors.html.onward:parse", codec.encode(asked), limits=limits), Onward)


def set_aside(parts: Mapping[str, int]) -> tuple[str, ...]:
    """The warning that says what was not read: how many of each part, by its name in the singular; none where it is none."""
    told = [f"{count} {part}{'s' * (count > 1)}" for part, count in parts.items() if count]
    if not told:
        return ()
    return (f"Set aside: {', '.join(told[:-1])}{' and ' * (len(told) > 1)}{told[-1]}.",)


def compose(pieces: Iterable[Piece], *, metadata: Metadata, reading: Reading, source: str) -> Document:
    """Lay ``pieces`` out with blank lines between, cut them into sentences, and name their language.

    White space is normalized (no blank line within a block), pieces without text are left out. A heading, a table's row and
    a block of code are one sentence each: they can be cited, and an engine knows by the block's kind that they are none.
    ``reading.words`` is counted here, and of a file's location only its name is kept.
    """
    laid = [(piece, text) for piece in pieces if (text := tidy(piece)) and not _READING_TIME.fullmatch(text)]
    whole = "\n\n".join(text for _, text in laid)
    tag = language.detect(_prose(laid) or whole, hint=metadata.language)
    metadata = _clean(replace(metadata, language=tag, location=_shown(metadata.location)))
    blocks: list[Block] = []
    sentences: list[Sentence] = []
    locators: list[Locator] = []
    start = 0
    for index, (piece, text) in enumerate(laid):
        blocks.append(Block(kind=piece.kind, start=start, end=start + len(text), level=piece.level))
        spans = _sentences(piece.kind, text, metadata.language)
        sentences.extend(Sentence(start=start + first, end=start + last, block=index) for first, last in spans)
        for at, label in _places(piece):
            if not locators or locators[-1].label != label:
                locators.append(Locator(start=start + min(at, len(text)), label=label))
        start += len(text) + 2
    return Document(
        text=whole,
        blocks=tuple(blocks),
        sentences=tuple(sentences),
        metadata=metadata,
        reading=replace(reading, words=language.count_words(whole)),
        source=source,
        locators=tuple(locators),
    )


def _prose(laid: Iterable[tuple[Piece, str]]) -> str:
    """What tells a text's language: all but tables and code, which say the same few words; empty where that is little."""
    prose = "\n\n".join(text for piece, text in laid if piece.kind not in ("table", "code"))
    return prose if len(prose) >= PROSE else ""


def addressed(document: Document, addresses: Mapping[str, str]) -> Document:
    """The same ``document``, its places with the web addresses that ``addresses`` has for their labels."""
    locators = (replace(one, address=addresses.get(one.label, codec.UNSET)) for one in document.locators)
    return replace(document, locators=tuple(locators))


# The names, in small letters, that word processors give the styles of captions.
CAPTION = re.compile(r"(?:(?:table|figure|image) ?)?caption|illustration|table|figure|drawing")
PROSE = 200  # characters outside tables and code, from which on those alone tell the language
_WEB = re.compile("https?://", re.IGNORECASE)


def _shown(location: str) -> str:
    """A web address as it is; of a file only its name, since a digest is shared and folders tell whose machine it is."""
    if _WEB.match(location):
        return location
    if location.lower().startswith("file:"):
        location = unquote(location)
    return "" if location == "-" else re.split(r"[/\\]", location.rstrip("/\\"))[-1]


_READING_TIME = re.compile(r"[·•|–—\s]*\d{1,3}[ -]min(?:ute)?s?(?: read(?:ing time)?)?[·•|–—\s]*", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")  # not a single space, which is most of them and stays
_BREAKS = re.compile(r" ?\n\s*")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")


def _clean(metadata: Metadata) -> Metadata:
    """What a document says of itself without characters that nobody sees, some of which no file may hold."""
    return replace(
        metadata,
        title=_INVISIBLE.sub("", metadata.title),
        authors=tuple(name for one in metadata.authors if (name := _INVISIBLE.sub("", one))),
        site=_INVISIBLE.sub("", metadata.site),
        description=_INVISIBLE.sub("", metadata.description),
    )


def tidy(piece: Piece) -> str:
    """The piece's text with its white space normalized; code keeps its indentation."""
    text = _INVISIBLE.sub("", piece.text.replace("\r\n", "\n").replace("\r", "\n"))
    if piece.kind == "code":
        return "\n".join(line.rstrip() for line in text.split("\n") if line.strip())
    return _BREAKS.sub("\n", _SPACES.sub(" ", text)).strip()


def _places(piece: Piece) -> Iterator[tuple[int, str]]:
    """The piece's locators, with offsets in its tidy text."""
    for at, label in piece.locators:
        yield (len(tidy(replace(piece, text=piece.text[:at] + "x"))) - 1 if at else 0), label


def demand_words(document: Document, *, limits: ParseLimits, reference: str) -> Document:
    """The same ``document``; raises EmptyError or ThinTextError where it has fewer words than ``limits.min_words``."""
    words = document.reading.words
    if not words:
        raise EmptyError(f"{reference} holds no text.", hint="There is nothing to read; is it the right file?")
    if words < limits.min_words:
        raise ThinTextError(
            f"{reference} has {words} word{'s' * (words > 1)}, too few for a digest.",
            hint=f"A text needs {limits.min_words} words (the setting min_words).",
            found=document.text[:200],
            words=words,
        )
    return document


def _sentences(kind: BlockKind, text: str, tag: str) -> Iterable[tuple[int, int]]:
    if kind in ("heading", "code"):
        return ((len(text) - len(text.lstrip()), len(text)),)  # code may open with its indentation
    if kind == "table":
        return tuple(match.span() for match in re.finditer(r"[^\n]+", text))
    return segmentation.segment(text, language=tag)

"""An EPUB book becomes a Document: its pages in the order of the spine, its chapters by its contents; in the sandbox."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from aili import codec
from aili.document import Document, Reading
from aili.errors import MalformedError
from aili.extractors import ParseLimits, Piece, Task, compose, demand_words, set_aside
from aili.extractors.zipped import chapter, opf
from aili.extractors.zipped.container import Container
from aili.extractors.zipped.office import without_byline
from aili.extractors.zipped.opf import Entry
from aili.extractors.zipped.sheets import Sheets
from aili.language import count_words

OPENING = 8  # pieces of a page among which a chapter's name may stand
_UNNAMED = re.compile(r"Section \d+")  # what LibreOffice calls a part without a heading

LABEL = 60  # characters of a chapter's name that say where a sentence stands


@dataclass(kw_only=True, slots=True)
class _Read:
    """What was read of the pages so far."""

    pieces: list[Piece] = field(default_factory=list)
    aside: Counter[str] = field(default_factory=Counter)
    aside_words: int = 0
    hidden: int = 0
    broken: int = 0


def parse(data: bytes) -> bytes:
    """From a ``Task`` to a ``Document``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, Task)))


def read(task: Task) -> Document:
    """The Document of one book; raises UnreadableError or RefusedError where there is nothing to digest."""
    container = Container(task.resource)
    book = opf.read(container)
    found = _pages(container, book, book.apart)
    if not any(piece.kind != "heading" for piece in found.pieces):
        found = _pages(container, book, frozenset())  # the book is what others set aside: an index, a colophon
    if found.broken == len(book.spine):
        raise container.damaged("none of its pages can be read")
    pieces, metadata = list(_without_title(found.pieces, book.metadata.title)), book.metadata
    if len(pieces) < len(found.pieces):
        pieces, metadata = without_byline(pieces, metadata)
    kept = sum(count_words(piece.text) for piece in pieces)
    reading = Reading(
        share=round(kept / max(1, kept + found.aside_words), 3), warnings=tuple(_warnings(found, len(book.spine)))
    )
    about = replace(metadata, location=task.resource.location)
    document = compose(pieces, metadata=about, reading=reading, source=task.resource.hash)
    return demand_words(document, limits=ParseLimits(min_words=task.min_words), reference=task.resource.reference)


def _pages(container: Container, book: opf.Book, apart: frozenset[str]) -> _Read:
    entries: dict[str, list[Entry]] = {}
    for entry in book.entries:
        entries.setdefault(entry.member, []).append(entry)
    found = _Read()
    paged = False
    sheets = Sheets(container)
    for member in book.spine:
        own = entries.get(member, [])
        try:
            root = container.xhtml(member)
        except MalformedError:
            found.broken += 1  # told as a warning
            continue
        if member in apart:
            found.aside["front or back page"] += 1
            found.aside_words += chapter.words(root)
            continue
        page = chapter.read(root, wanted=frozenset(entry.anchor for entry in own), bold=sheets.bold(root, member))
        if page.apart and apart:
            found.aside["front or back page"] += 1
            found.aside_words += chapter.words(root)
            continue
        found.aside.update(page.aside)
        found.aside_words += page.aside_words
        found.hidden += page.hidden
        paged = paged or any(piece.locators for piece in page.pieces)
        found.pieces += _with_chapters(page, own)
    if not paged:
        found.pieces = list(_placed(found.pieces))
    return found


def _with_chapters(page: chapter.Page, entries: Sequence[Entry]) -> list[Piece]:
    """The pieces with the headings that the contents name, of the rank they have there; other headings rank below."""
    pieces: list[Piece] = []
    named = sorted(((_start(page, entry), entry) for entry in entries), key=lambda pair: pair[0])
    starts: dict[int, list[Entry]] = {}
    for at, entry in named:
        starts.setdefault(at, []).append(entry)
    depth = taken = 0
    for at, piece in enumerate(page.pieces):
        for entry in starts.get(at, ()):
            depth = min(entry.depth, 5)
            at_heading = max(at, taken)
            taken = max(taken, _heading(page.pieces, at_heading, entry))
            if taken > at_heading or (entry.label and not _UNNAMED.fullmatch(entry.label)):
                pieces.append(_titled(page.pieces[at_heading:taken], entry, depth))
        if at < taken:
            continue
        if piece.kind == "heading" and depth:
            piece = replace(piece, level=min(6, max(piece.level, depth + 1)))
        pieces.append(piece)
    return pieces


def _start(page: chapter.Page, entry: Entry) -> int:
    """Before which piece an entry's chapter begins; where the entry leads to the page, at the piece that says its label."""
    if entry.anchor or not entry.label:
        return page.anchors.get(entry.anchor, 0)
    label = _folded(entry.label)
    return next((at for at, piece in enumerate(page.pieces[:OPENING]) if _folded(piece.text) == label), 0)


def _heading(pieces: Sequence[Piece], at: int, entry: Entry) -> int:
    """Where the heading of an entry ends that begins at ``at``: the pieces that say its label, together or in part."""
    label = _folded(entry.label)
    said = ""
    for end in range(at, min(at + 4, len(pieces))):
        said = _folded(f"{said} {pieces[end].text}")
        if label == said:
            return end + 1
        if not (label.startswith(said) or (said and said in label)) or len(said) > len(label):
            break
    if at < len(pieces) and pieces[at].kind == "heading" and (not label or _alike(label, _folded(pieces[at].text))):
        return at + 1
    return at


def _titled(pieces: Sequence[Piece], entry: Entry, depth: int) -> Piece:
    text = " ".join(piece.text for piece in pieces) if len(pieces) == 1 else entry.label
    places = tuple((0, label) for piece in pieces for _, label in piece.locators[-1:])
    return Piece(kind="heading", text=" ".join(text.split()), level=depth, locators=places[-1:])


def _alike(label: str, heading: str) -> bool:
    return label in heading or heading in label or set(label.split()) <= set(heading.split())


def _placed(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """In a book without printed pages, a sentence's place is its chapter."""
    for piece in pieces:
        if piece.kind == "heading" and piece.level == 1:
            name = " ".join(piece.text.split())
            piece = replace(piece, locators=((0, name if len(name) <= LABEL else f"{name[: LABEL - 1].rstrip()}…"),))
        yield piece


def _without_title(pieces: Sequence[Piece], title: str) -> Iterator[Piece]:
    """Without first lines that only repeat the book's title."""
    told = _folded(title)
    first = True
    for piece in pieces:
        if first and piece.kind in ("heading", "paragraph") and _folded(piece.text) == told:
            continue
        first = False
        yield piece


def _warnings(found: _Read, pages: int) -> Iterator[str]:
    if found.broken:
        verb = "is" if found.broken == 1 else "are"
        yield f"{found.broken} of {pages} parts of the book {verb} missing or damaged and could not be read."
    if found.hidden:
        yield f"The book holds {found.hidden} word{'s' * (found.hidden > 1)} that nobody sees, which were not read."
    yield from set_aside(found.aside)


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()

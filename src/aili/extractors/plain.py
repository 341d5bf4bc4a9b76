"""Extraction of plain text: paragraphs by blank lines, hard-wrapped lines joined, headings and lists by their shape.

Reads what people save and send: notes, e-mails, books of Project Gutenberg, papers' text. Linear in the text's length, so
it needs no sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from aili.decoding import decode
from aili.document import Document, Metadata, Reading, Resource
from aili.extractors import ParseLimits, Piece, compose, demand_words
from aili.repair import repair

_ITEM = re.compile(r"^(\s*)(?:[-*+•‣◦▪–]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+(?=\S)")
_ONE_BULLET = re.compile(r"^\s*[-*+•‣◦▪–]\s+")
_UNDERLINE = re.compile(r"^\s*([=\-~*])\1{2,}\s*$")
_RULE = re.compile(r"^\s*(?:[-*_=~#.]\s*){3,}$")
_QUOTED = re.compile(r"^\s*>+ ?")
_NAMED_HEADING = re.compile(
    r"^(?:chapter|part|section|book|volume|act|scene|appendix|letter|kapitel|teil|chapitre|capítulo|capitolo)\s+"
    r"(?:[ivxlcdm]+|\d+|[a-z]+)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[^\W\d_])")
_ENDS_SENTENCE = re.compile(r"[.,;:!?…。！？][\"'”’)\]]*$")
_GUTENBERG = re.compile(r"^\*{3}\s*(START|END) OF TH(?:E|IS) PROJECT GUTENBERG.*$", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"^(Title|Author|Language):[ \t]*(.+(?:\n[ \t]{3,}.+)*)", re.MULTILINE)
_LANGUAGES = {"english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt"}
_LANGUAGES |= {"dutch": "nl", "finnish": "fi", "swedish": "sv", "danish": "da", "chinese": "zh", "polish": "pl"}

WRAPPED = 40  # characters; the median line of a wrapped paragraph is longer, a poem's or an address's shorter
UNWRAPPED = 160  # characters; nobody wraps lines this long, so each is a paragraph
HEADING = 80  # characters; headings are shorter


@dataclass(frozen=True, kw_only=True, slots=True)
class _Frame:
    """The text proper and what a frame around it says."""

    text: str
    metadata: Metadata


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that plain text holds; raises EmptyError, ThinTextError or MalformedError."""
    decoded = decode(resource.data, charset=resource.charset, name=resource.reference)
    text = repair(decoded.text).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\t", "    ")
    frame = _unframed(text, resource.location)
    pieces = _headed(list(_pieces(frame.text)))
    title = frame.metadata.title
    if not title and len(pieces) > 1 and pieces[0].kind == "heading":
        title = pieces[0].text
    if title and pieces and pieces[0].text.casefold() == title.casefold():
        pieces = pieces[1:]
    metadata = Metadata(
        title=" ".join(title.split()),
        authors=frame.metadata.authors,
        language=frame.metadata.language,
        location=resource.location,
    )
    document = compose(pieces, metadata=metadata, reading=Reading(warnings=decoded.warnings), source=resource.hash)
    return demand_words(document, limits=limits, reference=resource.reference)


def _unframed(text: str, location: str) -> _Frame:
    """Project Gutenberg puts its licence around a book, and the book's title and author into it."""
    marks = {match[1].upper(): match for match in _GUTENBERG.finditer(text)}
    if "START" not in marks:
        return _Frame(text=text, metadata=Metadata(location=location))
    start = marks["START"]
    end = marks["END"].start() if "END" in marks else len(text)
    fields = {match[1]: " ".join(match[2].split()) for match in _FIELD.finditer(text[: start.start()])}
    author = fields.get("Author", "")
    metadata = Metadata(
        title=fields.get("Title", ""),
        authors=(author,) if author else (),
        language=_LANGUAGES.get(fields.get("Language", "").lower(), ""),
    )
    return _Frame(text=text[start.end() : max(end, start.end())], metadata=metadata)


def _pieces(text: str) -> Iterator[Piece]:
    for block in re.split(r"\n[ ]*\n\s*?(?=[^\n]|$)", text):
        lines = [line.rstrip() for line in block.split("\n") if line.strip()]
        while lines and _RULE.match(lines[0]):
            lines = lines[1:]
        if lines:
            yield from _block(lines)


def _headed(pieces: list[Piece]) -> list[Piece]:
    """A line on its own that ends no sentence heads the much longer paragraph below it; the first such line is the title."""
    found = list(pieces)
    for index, (piece, below) in enumerate(pairwise(pieces)):
        above = pieces[index - 1] if index else None
        if (
            piece.kind != "paragraph"
            or "\n" in piece.text
            or len(piece.text) > HEADING
            or _ENDS_SENTENCE.search(piece.text)
        ):
            continue
        if above and not (above.kind in ("paragraph", "item") and _ENDS_SENTENCE.search(above.text)):
            continue
        if below.kind in ("paragraph", "item") and (len(below.text) > 2 * len(piece.text) or below.kind == "item"):
            if piece.text[:1].islower() or piece.text.endswith((",", ";", ":")):
                continue
            found[index] = replace(piece, kind="heading", level=2 if index else 1)
    return found


def _block(lines: list[str]) -> Iterator[Piece]:
    if len(lines) > 1 and _UNDERLINE.match(lines[1]) and len(lines[0].strip()) <= HEADING:
        yield Piece(kind="heading", text=lines[0].strip(), level=1 if lines[1].strip()[0] == "=" else 2)
        if rest := lines[2:]:
            yield from _block(rest)
        return
    lines = [line for line in lines if not _RULE.match(line)]
    if all(_QUOTED.match(line) for line in lines):
        stripped = [_QUOTED.sub("", line) for line in lines]
        yield Piece(kind="quote", text=_joined([line for line in stripped if line.strip()]))
    elif len(lines) == 1 and (level := _heading_level(lines[0].strip())):
        yield Piece(kind="heading", text=lines[0].strip(), level=level)
    elif any(_ITEM.match(line) for line in lines) and (len(lines) > 1 or _ONE_BULLET.match(lines[0])):
        yield from _items(lines)
    elif max(map(len, lines), default=0) > UNWRAPPED:
        yield from (Piece(kind="paragraph", text=line.strip()) for line in lines)
    elif lines:
        yield Piece(kind="paragraph", text=_joined(lines))


def _items(lines: list[str]) -> Iterator[Piece]:
    """Lines before the first mark are a paragraph; a line without a mark goes on with the item before it."""
    indents: list[int] = []
    gathered: list[str] = []
    level = 0
    for line in lines:
        match = _ITEM.match(line)
        if match is None:
            gathered.append(line)
            continue
        if gathered:
            yield _gathered(gathered, level)
        indent = len(match[1])
        indents = [*(known for known in indents if known < indent), indent]
        level, gathered = len(indents), [_ONE_BULLET.sub("", line)]
    yield _gathered(gathered, level)


def _gathered(lines: list[str], level: int) -> Piece:
    text = " ".join(line.strip() for line in lines) if level else _joined(lines)
    return Piece(kind="item" if level else "paragraph", text=text, level=level)


def _joined(lines: list[str]) -> str:
    """Wrapped lines become one; short lines (verse, an address) stay lines."""
    lines = [line.strip() for line in lines]
    if len(lines) > 1 and median(len(line) for line in lines[:-1]) < WRAPPED:
        return "\n".join(lines)
    text = ""
    for line in lines:
        text += line if not text or re.search(r"\w-$", text) else " " + line
    return text


def _heading_level(line: str) -> int:
    """Rank of the heading that a line on its own looks like; 0 where it looks like none."""
    if len(line) > HEADING or not re.search(r"[^\W\d_]{2}", line):
        return 0
    if _NAMED_HEADING.match(line) and not re.search(r"[,;]$", line):
        return 1
    if _ENDS_SENTENCE.search(line):
        return 0
    if match := _NUMBERED.match(line):
        return min(6, 1 + match["number"].count("."))
    words = line.split()
    if line.isupper():
        return 2
    capitals = sum(1 for word in words if word[0].isupper() or len(word) <= 3)
    return 2 if len(words) <= 10 and words[0][0].isupper() and capitals >= 0.8 * len(words) else 0

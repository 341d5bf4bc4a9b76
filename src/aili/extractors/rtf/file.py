"""An RTF file (specification 1.9.1) becomes a Document: its words by striprtf, its blocks by marks; in the sandbox.

striprtf knows the code pages, and which groups are no text. It says nothing of what a paragraph is, so private characters
are put into the file where it says that a heading, an item, bold type or a cell begins or ends, and found again in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from striprtf.striprtf import rtf_to_text

from aili import codec, properties
from aili.document import Document, Metadata, Reading
from aili.errors import MalformedError
from aili.extractors import CAPTION, ParseLimits, Piece, Task, compose, demand_words, set_aside
from aili.grid import table_text

BYLINE = 4  # paragraphs below a title may belong to it
HEADING = 80  # characters; a bold line that is longer is a paragraph in bold type

_HEAD, _DEEP = 0xE100, 0xE110  # of a heading's rank, and of an item's depth
_CAPTIONED = 15  # the rank that stands for a caption
_ITEM, _BOLD, _PLAIN, _LINE, _CELL, _ROW = "\ue120", "\ue121", "\ue122", "\ue123", "\ue124", "\ue125"
_MARKS = re.compile(r"[\ue100-\ue125]")
_RAW = re.compile(rb"\\bin(\d{1,9}) ?")
_PICTURES = re.compile(rb"(?:[0-9a-fA-F]{64,}+\s*+)++")
_SHEET = re.compile(r"\{\\stylesheet(?![a-z])")
_STYLE = re.compile(r"\{(?:\\\*)?\\s(\d{1,4})(?!\d)((?:[^{}]|\{[^{}]{0,200}\}){0,2000})\}")
_WORDS = re.compile(r"\{[^{}]*\}|\\[a-z]+-?\d* ?|[\\*]")
_NAMED = re.compile(r"(?:heading (\d)|title)", re.IGNORECASE)
_LEVEL = re.compile(r"\\outlinelevel(\d)(?!\d) ?")
_STYLED = re.compile(r"\\s(\d{1,4})(?!\d) ?")
_INFO = re.compile(r"\{\\info(?![a-z])")
_CREATED = re.compile(r"\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_ENDS_SENTENCE = re.compile(r"[.,;:!?…。！？]['\"”’)\]]*$")
# An item whose mark is text: it hangs out to the left, and a tab follows it.
_HANGING = re.compile(
    r"(\\li(\d{1,5})[ ]?(?:\\[a-z]+\d* ?){0,4}\\fi-\d{1,5}[ ]?(?:\\[a-z]+\d* ?){0,4})"
    r"((?:\\bullet|\\endash|\\u8226\?|\\'b7|\\'95|[-*])[ ]?|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])((?:\\tx\d+[ ]?)?\\tab ?)"
)
_FAILED = (TypeError, ValueError, LookupError, OverflowError, AttributeError)  # striprtf's ways to say "damaged"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """A piece, and whether all of it is set in bold type."""

    piece: Piece
    bold: bool


def parse(data: bytes) -> bytes:
    """From a ``Task`` to a ``Document``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, Task)))


def read(task: Task) -> Document:
    """The Document of one file; raises UnreadableError where there is nothing to digest."""
    resource = task.resource
    if not resource.data.startswith(b"{\\rtf"):
        raise MalformedError(f"{resource.reference} is no RTF file.", hint="Try another copy of it.")
    source = _source(resource.data)
    try:
        text = _plain(_marked(source))
    except _FAILED as error:
        raise MalformedError(
            f"{resource.reference} is damaged: it cannot be read as RTF.", hint="Try another copy of it."
        ) from error
    lines = list(_lines(text))
    declared = _declared(source)
    pieces = _headed(lines)
    title = properties.title(declared.title)
    if len(pieces) > 1 and pieces[0].kind == "heading":
        first = " ".join(pieces[0].text.split())
        if (not title and pieces[0].level == 1) or _same(first, title):
            title, pieces = title or first, pieces[1:]
    if title:
        below = [piece.text for piece in takewhile(lambda piece: piece.kind == "paragraph", pieces[:BYLINE])]
        count, authors, day = properties.byline(below[: max(0, len(pieces) - 1)], known=declared.authors)
        pieces = pieces[count:]
        declared = replace(declared, authors=authors, published=day or declared.published)
        if len(pieces) > 1 and pieces[0].kind == "heading" and _same(pieces[0].text, title):
            pieces = pieces[1:]
    aside = {
        "footnote": len(re.findall(r"\{(?:\\\*)?\\footnote(?![a-z])", source)),
        "comment": len(re.findall(r"\{\\\*\\annotation(?![a-z])", source)),
    }
    metadata = replace(declared, title=title, location=resource.location)
    document = compose(pieces, metadata=metadata, reading=Reading(warnings=set_aside(aside)), source=resource.hash)
    return demand_words(document, limits=ParseLimits(min_words=task.min_words), reference=resource.reference)


def _same(heading: str, title: str) -> bool:
    return " ".join(heading.split()).casefold() == title.casefold()


def _source(data: bytes) -> str:
    """The file as text, without pictures: RTF is ASCII, and what is not is in its code page."""
    parts: list[bytes] = []
    at = 0
    while match := _RAW.search(data, at):
        parts.append(data[at : match.start()])
        at = match.end() + int(match[1])
    parts.append(data[at:])
    text = _PICTURES.sub(b"", b"".join(parts)).decode("cp1252", "replace")
    return _MARKS.sub("", text).replace("HYPERLINK", "HYPER")  # whose address striprtf would put into the sentence


def _marked(source: str) -> str:
    """The file with marks where headings, items, bold type and cells begin or end."""
    ranks = _ranks(source)

    def styled(match: re.Match[str]) -> str:
        rank = ranks.get(match[1])
        return match[0] if rank is None else f"\\s{match[1]} {chr(_HEAD + rank)}"

    text = re.sub(r"\\par([\s{}]*)(?=\\(?:nest)?cell(?![a-z]))", r"\1", source)  # the cell's end is the paragraph's
    text = _LEVEL.sub(lambda match: f"\\outlinelevel{match[1]} {chr(_HEAD + min(int(match[1]) + 1, 9))}", text)
    text = _STYLED.sub(styled, text)
    text = re.sub(r"\{(?:\\\*)?\\(listtext|pntext)(?![a-z])", rf"{_ITEM}{{\\*\\\1", text)
    text = _HANGING.sub(_hung, text)
    text = re.sub(r"\\ilvl(\d)(?!\d) ?", lambda match: f"\\ilvl{match[1]} {chr(_DEEP + int(match[1]))}", text)
    text = re.sub(r"\\b(?:1(?!\d))?(?![a-z0-9]) ?", rf"\\b {_BOLD}", text)
    text = re.sub(r"\\(b0|plain)(?![a-z0-9]) ?", rf"\\\1 {_PLAIN}", text)
    text = re.sub(r"(?<!\\)\}", f"{_PLAIN}}}", text)
    text = re.sub(r"\\line(?![a-z]) ?", _LINE, text)
    text = re.sub(r"\\(?:nest)?cell(?![a-z]) ?", _CELL, text)
    return re.sub(r"\\row(?![a-z]) ?", _ROW, text)


def _hung(match: re.Match[str]) -> str:
    """The paragraph marked as an item, at the depth that its indentation shows; a number stays, since it may be meant."""
    depth = min(8, max(0, int(match[2]) // 360 - 1))
    number = f"{match[3]} " if match[3][:1].isalnum() or match[3].startswith("(") else ""
    return f"{match[1]}{_ITEM}{chr(_DEEP + depth)}{number}"


def _ranks(source: str) -> dict[str, int]:
    """The rank of each style that is a heading or a caption, by the style's number."""
    start = _SHEET.search(source)
    ranks: dict[str, int] = {}
    for match in _STYLE.finditer(_group(source, start.start())) if start else ():
        level, named = (
            re.search(r"\\outlinelevel([0-8])(?!\d)", match[2]),
            _NAMED.fullmatch(_WORDS.sub("", match[2]).strip(" ;\r\n")),
        )
        if CAPTION.fullmatch(_WORDS.sub("", match[2]).strip(" ;\r\n").lower()):
            ranks[match[1]] = _CAPTIONED
        elif named:
            ranks[match[1]] = min(int(named[1]), 9) if named[1] else 1
        elif level:
            ranks[match[1]] = int(level[1]) + 1
    return ranks


def _plain(marked: str) -> str:
    # striprtf has no types
    text = str(rtf_to_text(marked, errors="replace"))  # type: ignore[no-untyped-call]
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _lines(text: str) -> Iterator[_Line]:
    """The paragraphs and tables of a text with marks."""
    rows: list[list[str]] = []
    depth = 1
    for paragraph in _paragraphs(text):
        if paragraph.endswith(_ROW):
            rows.append([_MARKS.sub(" ", cell) for cell in paragraph[:-1].split(_CELL)])
            continue
        if not _MARKS.sub("", paragraph).strip():
            continue
        if rows:
            yield _table(rows)
            rows = []
        for mark in re.findall("[\ue110-\ue11f]", paragraph):
            depth = ord(mark) - _DEEP + 1
        yield _line(paragraph, depth)
    if rows:
        yield _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> _Line:
    return _Line(piece=Piece(kind="table", text=table_text([(cell, 1, 1) for cell in row] for row in rows)), bold=False)


def _paragraphs(text: str) -> Iterator[str]:
    """What stands between ends of paragraphs and of rows; the paragraphs of a row's cells are one with its row."""
    for part in text.split(_ROW):
        *before, last = part.split("\n") if _CELL not in part else _until_cells(part)
        yield from before
        yield f"{last}{_ROW}" if _CELL in last else last


def _until_cells(part: str) -> list[str]:
    start = part.rfind("\n", 0, part.index(_CELL)) + 1
    return [*part[:start].split("\n"), part[start:].replace("\n", " ")]


def _line(paragraph: str, depth: int) -> _Line:
    said = _MARKS.sub("", paragraph.replace(_LINE, "\n").replace(_CELL, " "))
    ranks = [ord(mark) - _HEAD for mark in re.findall("[\ue100-\ue10f]", paragraph)]
    if ranks and ranks[-1] == _CAPTIONED:
        return _Line(piece=Piece(kind="caption", text=" ".join(said.split())), bold=False)
    if ranks and 0 < ranks[-1] <= 9:
        return _Line(piece=Piece(kind="heading", text=" ".join(said.split()), level=min(ranks[-1], 6)), bold=False)
    if _ITEM in paragraph:
        return _Line(piece=Piece(kind="item", text=said, level=depth), bold=False)
    plain = "".join(part.partition(_BOLD)[0] for part in f"{_PLAIN}{paragraph}".split(_PLAIN))
    return _Line(piece=Piece(kind="paragraph", text=said), bold=not _MARKS.sub("", plain).strip())


def _headed(lines: Sequence[_Line]) -> list[Piece]:
    """The pieces; a bold line that ends no sentence heads the longer paragraph or the list below it."""
    pieces: list[Piece] = []
    rank = 1
    for line, below in pairwise([*lines, None]):
        if line is None:
            break
        piece = line.piece
        if piece.kind == "heading":
            rank = piece.level
        elif line.bold and below is not None and (_heads(piece, below) or (not pieces and _opens(lines))):
            piece = replace(piece, kind="heading", level=min(6, rank + 1) if pieces else 1)
        pieces.append(piece)
    return pieces


def _opens(lines: Sequence[_Line]) -> bool:
    """Whether the first line stands above a byline, or above short lines and then a paragraph."""
    first, *rest = (line.piece.text.strip() for line in lines[:5])
    if len(first) > HEADING or "\n" in first or (_ENDS_SENTENCE.search(first) and not first.endswith("?")):
        return False
    named, _, day = properties.byline(rest, known=())
    return bool(named and day) or any(len(text) > 2 * HEADING for text in rest)


def _heads(piece: Piece, below: _Line) -> bool:
    text = piece.text.strip()
    if len(text) > HEADING or "\n" in text or _ENDS_SENTENCE.search(text) or text[:1].islower() or below.bold:
        return False
    return below.piece.kind == "item" or (below.piece.kind == "paragraph" and len(below.piece.text) > len(text))


def _declared(source: str) -> Metadata:
    """What the group of information says."""
    start = _INFO.search(source)
    if start is None:
        return Metadata()
    info = _group(source, start.start())
    created = _CREATED.search(info)
    day = f"{created[1]}-{int(created[2]):02d}-{int(created[3]):02d}" if created else ""
    page = re.search(r"\\ansicpg(\d{3,5})(?!\d)", source[:2000])
    said = {
        name: [
            _entry(info, match.start(), page[1] if page else "1252")
            for match in re.finditer(rf"\{{\\{name}(?![a-z])", info)
        ]
        for name in ("title", "author")
    }
    return Metadata(
        title=next((one for one in reversed(said["title"]) if one), ""),
        authors=properties.authors(next((one for one in reversed(said["author"]) if one), "")),
        published=properties.day(day),
    )


def _entry(info: str, start: int, page: str) -> str:
    inner = re.sub(r"\A\{\\[a-z]+ ?", "", _group(info, start)[:2000]).removesuffix("}")
    try:
        return " ".join(_plain(f"{{\\rtf1\\ansi\\ansicpg{page} {inner}}}").split())
    except _FAILED:
        return ""


def _group(text: str, start: int) -> str:
    """The group that opens at ``start``; all that follows where it is never closed."""
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, start):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
            if not depth:
                return text[start : match.end()]
    return text[start:]

"""Extraction of Markdown (CommonMark with tables): its blocks as they are, links as their text, front matter as metadata."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token

from aili import properties
from aili.decoding import decode
from aili.document import BlockKind, Document, Metadata, Reading, Resource
from aili.extractors import ParseLimits, Piece, compose, demand_words, set_aside
from aili.grid import table_text
from aili.language import count_words
from aili.repair import repair

BYLINE = 4  # paragraphs below a title may belong to it

_FRONT = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)\n(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*[:=][ \t]*(.*(?:\n[ \t]*-[ \t].*)*)", re.MULTILINE)
_TAG = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_DAY = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_NOTE = re.compile(r"^\[\^([^\]\s]{1,60})\]:[ \t]", re.MULTILINE)
_ATTRIBUTES = re.compile(
    r"[ \t]*\{[ \t]*(?:[#.][\w:.-]+|-|\w+=\S+)(?:[ \t]+[^{}]{0,200})?\}[ \t]*$"
)  # pandoc's, of a heading
_MARK = re.compile(r"\[\^([^\]\s]{1,60})\]|\^(\S{1,60})")
_FORMULA = re.compile(r"\$\$.*\$\$|\\begin\{(equation|align|gather|eqnarray)(\*?)\}.*\\end\{\1\2\}", re.DOTALL)


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that Markdown holds; raises EmptyError, ThinTextError or MalformedError."""
    decoded = decode(resource.data, charset=resource.charset, name=resource.reference)
    text = repair(decoded.text).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    fields: dict[str, list[str]] = {}
    if match := _FRONT.match(text):
        fields = {entry[1].lower(): _values(entry[2]) for entry in _ENTRY.finditer(match[2])}
        text = text[match.end() :]
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    known: dict[str, Mapping[str, object]] = {}
    walker = _Walker(parser.parse(text, known), known.get("references", {}))
    pieces = walker.pieces()
    title = next(iter(fields.get("title", ())), "")
    if pieces and pieces[0].kind == "heading":
        heading = " ".join(pieces[0].text.split())
        if (not title and pieces[0].level == 1) or heading.casefold() == title.casefold():
            title, pieces = title or heading, pieces[1:]
    authors = tuple(fields.get("author") or fields.get("authors") or ())
    pieces, authors, shown = _without_byline(pieces, authors) if title else (pieces, authors, "")
    metadata = Metadata(
        title=title,
        authors=authors,
        published=_day(" ".join(fields.get("date", ()))) or shown,
        language=next(iter(fields.get("lang") or fields.get("language") or ()), ""),
        location=resource.location,
        description=next(iter(fields.get("description") or fields.get("summary") or ()), ""),
    )
    kept = sum(count_words(piece.text) for piece in pieces)
    reading = Reading(
        share=round(kept / max(1, kept + walker.aside_words), 3),
        warnings=(*decoded.warnings, *set_aside(walker.aside)),
    )
    document = compose(pieces, metadata=metadata, reading=reading, source=resource.hash)
    return demand_words(document, limits=limits, reference=resource.reference)


def _day(told: str) -> str:
    match = _DAY.search(told)
    return match[0] if match else properties.written(told)


def _without_byline(pieces: Sequence[Piece], known: tuple[str, ...]) -> tuple[list[Piece], tuple[str, ...], str]:
    """The pieces below a title without the paragraphs that name its authors and its day, and what those say."""
    below = [piece.text.split("\n") for piece in takewhile(lambda one: one.kind == "paragraph", pieces[:BYLINE])]
    count, authors, day = properties.byline([line for lines in below[: len(pieces) - 1] for line in lines], known=known)
    gone = 0
    while gone < len(below) and len(below[gone]) <= count:
        count -= len(below[gone])
        gone += 1
    return (list(pieces[gone:]), authors, day) if gone else (list(pieces), known, "")


def _values(text: str) -> list[str]:
    """The texts of a front matter entry: one, a list in brackets, or a list of dashes below the key."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        parts = text[1:-1].split(",")
    elif re.match(r"-\s", text):
        parts = re.split(r"(?:^|\n)[ \t]*-[ \t]", text)
    else:
        parts = [text]
    return [value for part in parts if (value := part.strip().strip("\"'").strip())]


class _Walker:
    """Walks the tokens of a text; ``aside`` counts the parts set aside by their names, ``aside_words`` their words."""

    def __init__(self, tokens: Sequence[Token], references: Mapping[str, object]) -> None:
        self.aside: Counter[str] = Counter()
        self.aside_words = 0
        self._tokens = tokens
        cited = {name[1:].casefold() for name in references if name.startswith("^")}  # a note that is an address
        written = [_NOTE.findall(token.content) for token in tokens if token.type == "inline"]
        self._notes = cited | {name.casefold() for names in written for name in names}
        self.aside["footnote"] = len(self._notes)

    def pieces(self) -> list[Piece]:
        """The blocks of the text, without contents and footnotes."""
        found: list[Piece] = []
        at = 0
        while at < len(self._tokens):
            end = _contents(self._tokens, at)
            if end > at:
                self.aside["table of contents"] += 1
                self.aside_words += sum(count_words(token.content) for token in self._tokens[at:end])
                if found and found[-1].kind == "heading":
                    found.pop()
            else:
                end = _end(self._tokens, at)
                found += (piece for piece in self._block(self._tokens[at:end]) if piece.text.strip())
            at = end
        return found

    def _block(self, tokens: Sequence[Token]) -> Iterator[Piece]:
        kinds: list[BlockKind] = []  # of the containers around, innermost last
        level = 0  # of the heading being read
        rows: list[list[str]] = []
        for token in tokens:
            if token.type in ("bullet_list_open", "ordered_list_open"):
                kinds.append("item")
            elif token.type == "blockquote_open":
                kinds.append("quote")
            elif token.type in ("bullet_list_close", "ordered_list_close", "blockquote_close"):
                kinds.pop()
            elif token.type == "heading_open":
                level = int(token.tag[1:])
            elif token.type == "table_open":
                rows = []
                kinds.append("table")
            elif token.type == "tr_open":
                rows.append([])
            elif token.type == "table_close":
                kinds.pop()
                yield Piece(kind="table", text=table_text([(cell, 1, 1) for cell in row] for row in rows))
            elif token.type == "inline" and kinds[-1:] == ["table"]:
                rows[-1].append(self._inline(token))
            elif token.type == "inline" and _NOTE.match(token.content):
                self.aside_words += count_words(token.content)
            elif token.type == "inline" and not kinds and _FORMULA.fullmatch(token.content.strip()):
                yield Piece(kind="code", text=token.content.strip())
            elif token.type == "inline" and not kinds and _is_caption(token):
                yield Piece(kind="caption", text=self._inline(token))
            elif token.type == "inline":
                yield _piece(self._inline(token), kinds, level)
            elif token.type in ("fence", "code_block"):
                yield Piece(kind="code", text=token.content)
            elif token.type == "html_block":
                yield _piece(_TAG.sub(" ", token.content), kinds, 0)

    def _inline(self, token: Token) -> str:
        """The text of an inline token: links and emphasis leave theirs; images, HTML tags and marks of notes nothing."""
        parts: list[str] = []
        linked = False
        for child in token.children or ():
            if child.type in ("link_open", "link_close"):
                linked = child.type == "link_open"
            if child.type == "text" and self._notes:
                match = _MARK.fullmatch(child.content) if linked else None
                if match is None or (match[1] or match[2]).casefold() not in self._notes:
                    parts.append(_MARK.sub(self._unmarked, child.content))
            elif child.type in ("text", "code_inline", "text_special"):
                parts.append(child.content)
            elif child.type == "softbreak":
                parts.append(" ")
            elif child.type == "hardbreak":
                parts.append("\n")
        return "".join(parts)

    def _unmarked(self, match: re.Match[str]) -> str:
        return "" if match[1] and match[1].casefold() in self._notes else match[0]


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where the block ends that begins at ``at``: behind the token that closes it."""
    depth = 0
    for end in range(at, len(tokens)):
        depth += tokens[end].nesting
        if depth <= 0:
            return end + 1
    return len(tokens)


def _contents(tokens: Sequence[Token], at: int) -> int:
    """Where the list ends that begins at ``at`` and only leads to places in this text; ``at`` where none does."""
    if tokens[at].type not in ("bullet_list_open", "ordered_list_open"):
        return at
    end = _end(tokens, at)
    lines = [token for token in tokens[at:end] if token.type == "inline"]
    return end if len(lines) > 1 and all(map(_leads_on, lines)) else at


def _leads_on(line: Token) -> bool:
    children = [child for child in line.children or () if child.content.strip() or child.type == "link_open"]
    if not children or children[0].type != "link_open":
        return False
    opened = [child for child in children if child.type == "link_open"]
    last = (line.children or [])[-1]
    return len(opened) == 1 and last.type == "link_close" and str(opened[0].attrGet("href")).startswith("#")


def _is_caption(line: Token) -> bool:
    """Whether a paragraph is an image and words below it that are all emphasized."""
    inside = 0
    image = words = False
    for child in line.children or ():
        inside += child.nesting if child.type in ("em_open", "em_close", "strong_open", "strong_close") else 0
        image = image or child.type == "image"
        if child.type in ("text", "code_inline", "text_special") and child.content.strip():
            words = True
            if not image or not inside:
                return False
    return image and words


def _piece(text: str, kinds: Sequence[BlockKind], level: int) -> Piece:
    if level:
        return Piece(kind="heading", text=_ATTRIBUTES.sub("", text), level=level)
    kind = kinds[-1] if kinds else "paragraph"
    return Piece(kind=kind, text=text, level=kinds.count("item") if kind == "item" else 0)

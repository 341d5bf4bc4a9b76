"""Extraction of Markdown (CommonMark with tables): its blocks as they are, links as their text, front matter as metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from aili.decoding import decode
from aili.document import BlockKind, Document, Metadata, Reading, Resource
from aili.extractors import ParseLimits, Piece, compose, demand_words
from aili.repair import repair

_FRONT = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)\n(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*[:=][ \t]*(.*(?:\n[ \t]*-[ \t].*)*)", re.MULTILINE)
_TAG = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_DAY = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that Markdown holds; raises EmptyError, ThinTextError or MalformedError."""
    decoded = decode(resource.data, charset=resource.charset, name=resource.reference)
    text = repair(decoded.text).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    fields: dict[str, list[str]] = {}
    if match := _FRONT.match(text):
        fields = {entry[1].lower(): _values(entry[2]) for entry in _ENTRY.finditer(match[2])}
        text = text[match.end() :]
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    pieces = list(_pieces(parser.parse(text)))
    title = next(iter(fields.get("title", ())), "")
    if pieces and pieces[0].kind == "heading":
        heading = " ".join(pieces[0].text.split())
        if (not title and pieces[0].level == 1) or heading.casefold() == title.casefold():
            title, pieces = title or heading, pieces[1:]
    day = _DAY.search(" ".join(fields.get("date", ())))
    metadata = Metadata(
        title=title,
        authors=tuple(fields.get("author") or fields.get("authors") or ()),
        published=day[0] if day else "",
        language=next(iter(fields.get("lang") or fields.get("language") or ()), ""),
        location=resource.location,
        description=next(iter(fields.get("description") or fields.get("summary") or ()), ""),
    )
    document = compose(pieces, metadata=metadata, reading=Reading(warnings=decoded.warnings), source=resource.hash)
    return demand_words(document, limits=limits, reference=resource.reference)


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


def _pieces(tokens: Sequence[Token]) -> Iterator[Piece]:
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
        elif token.type == "heading_close":
            level = 0
        elif token.type == "table_open":
            rows = []
            kinds.append("table")
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            kinds.pop()
            yield Piece(kind="table", text="\n".join(" | ".join(filter(None, row)) for row in rows))
        elif token.type == "inline" and kinds[-1:] == ["table"]:
            rows[-1].append(" ".join(_inline(token).split()))
        elif token.type == "inline":
            yield _piece(_inline(token), kinds, level)
        elif token.type in ("fence", "code_block"):
            yield Piece(kind="code", text=token.content)
        elif token.type == "html_block":
            yield _piece(_TAG.sub(" ", token.content), kinds, 0)


def _piece(text: str, kinds: Sequence[BlockKind], level: int) -> Piece:
    if level:
        return Piece(kind="heading", text=text, level=level)
    kind = kinds[-1] if kinds else "paragraph"
    return Piece(kind=kind, text=text, level=kinds.count("item") if kind == "item" else 0)


def _inline(token: Token) -> str:
    """The text of an inline token: links and emphasis leave theirs, images and HTML tags nothing."""
    parts: list[str] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
    return "".join(parts)

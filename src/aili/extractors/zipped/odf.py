"""OpenDocument (ODF 1.3), as texts and slides have it: blocks by their names and styles, properties, encryption."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from lxml.etree import _Element

from aili import properties
from aili.document import BlockKind, Metadata
from aili.errors import MalformedError, PasswordError, UnreadableError
from aili.extractors import CAPTION, Piece
from aili.extractors.zipped.container import Container
from aili.extractors.zipped.office import Found, Text
from aili.grid import span, table_text
from aili.language import count_words

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"

_BASES = 12  # styles that rest on one another
_CELL_WORDS = 60  # a cell longer than this is a place in a layout, not a value
_SPACES = 100  # of a run of spaces; a file may promise millions

_INDEXES = frozenset(
    (
        "table-of-content",
        "illustration-index",
        "table-index",
        "object-index",
        "user-index",
        "alphabetical-index",
        "bibliography",
    )
)
_UNSAID = frozenset(
    """
    tracked-changes sequence-decls variable-decls user-field-decls forms index-title-template ruby-text change change-start
    change-end bookmark soft-page-break desc script hidden-text page-number
    """.split()
)
SHAPES = frozenset(
    """
    frame text-box g custom-shape rect ellipse circle polygon polyline regular-polygon path line connector caption
    """.split()
)
_BLOCKS = frozenset(("section", "index-body", "numbered-paragraph"))


def _refuse_encrypted(container: Container) -> None:
    if "META-INF/manifest.xml" not in container:
        return
    try:
        root = container.xml("META-INF/manifest.xml")
    except MalformedError:
        return  # the text is what counts
    if next(root.iter("{*}encryption-data"), None) is not None:
        raise PasswordError(f"{container.name} is encrypted.", hint="Save it without a password, and give that.")


def body_of(container: Container, kind: str) -> _Element:
    """The body of a ``text`` or ``presentation``.

    Raises PasswordError where it is encrypted, and MalformedError where there is none.
    """
    _refuse_encrypted(container)
    body = container.xml("content.xml").find(f"{_OFFICE}body/{_OFFICE}{kind}")
    if body is None:
        raise container.damaged(f"it holds no OpenDocument {kind}")
    return body


def declared(container: Container, language: str) -> Metadata:
    """What meta.xml says; nothing where it is damaged."""
    try:
        meta = container.xml("meta.xml").find(f"{_OFFICE}meta")
    except UnreadableError:
        meta = None
    if meta is None:
        return Metadata(language=properties.language(language))
    author = meta.findtext(f"{_META}initial-creator") or meta.findtext(f"{_DC}creator") or ""
    return Metadata(
        title=meta.findtext(f"{_DC}title") or "",
        authors=properties.authors(author),
        published=properties.day(meta.findtext(f"{_META}creation-date") or meta.findtext(f"{_DC}date") or ""),
        language=properties.language(meta.findtext(f"{_DC}language") or "") or properties.language(language),
    )


class Styles:
    """The names that paragraphs' styles go by and rest on, and which styles are bold or hidden."""

    def __init__(self, body: _Element, container: Container) -> None:
        self._styles: dict[str, _Element] = {}
        self.language = ""
        with suppress(UnreadableError):  # a text without looks is a text
            self._take(container.xml("styles.xml"))
        self._take(body.getroottree().getroot())

    def _take(self, root: _Element) -> None:
        for style in root.iter(f"{_STYLE}style"):
            self._styles[style.get(f"{_STYLE}name", "")] = style
        for look in root.iter(f"{_STYLE}default-style"):
            for marks in look.iter(f"{_STYLE}text-properties"):
                self.language = marks.get(f"{_FO}language", "") or self.language

    def chain(self, name: str) -> Iterator[tuple[str, _Element | None]]:
        """The style of that name and those that it rests on: the name that people know it by, and the style."""
        for _ in range(_BASES):
            if not name:
                return
            style = self._styles.get(name)
            shown = style.get(f"{_STYLE}display-name", name) if style is not None else name
            yield shown.replace("_20_", " ").lower(), style
            name = style.get(f"{_STYLE}parent-style-name", "") if style is not None else ""

    def hides_page(self, name: str) -> bool:
        """Whether the style of that name hides the slide that has it."""
        looks = (style.find(f"{_STYLE}drawing-page-properties") for _, style in self.chain(name) if style is not None)
        said = (look.get(f"{PRESENTATION}visibility", "") for look in looks if look is not None)
        return next(filter(None, said), "") == "hidden"

    def marks(self, name: str, attribute: str) -> str:
        """A property of the letters in that style; empty where neither it nor those that it rests on say."""
        for _, style in self.chain(name):
            marks = style.find(f"{_STYLE}text-properties") if style is not None else None
            if marks is not None and (said := marks.get(attribute)):
                return said
        return ""

    def kind(self, name: str) -> str:
        """``title``, ``contents``, a kind of block, or nothing, by the names of a style and those that it rests on."""
        for shown, _ in self.chain(name):
            if shown == "title":
                return "title"
            if re.fullmatch(r"(?:contents|index|illustration index|bibliography)(?: heading| \d+)?", shown):
                return "contents"
            if shown in ("quotations", "block quotation"):
                return "quote"
            if shown in ("preformatted text", "source text"):
                return "code"
            if CAPTION.fullmatch(shown):
                return "caption"
        return ""


class Walker:
    """Walks the blocks of a body, and gathers what they hold."""

    def __init__(self, styles: Styles) -> None:
        self.text = Text()
        self._styles = styles
        self._boxed: list[_Element] = []  # text boxes of the paragraph that is read

    def blocks(self, parent: Iterable[_Element], kind: BlockKind, level: int) -> None:
        """The blocks in ``parent``, of the kind that the surroundings give."""
        for child in parent:
            name = name_of(child)
            if name in ("p", "h"):
                self._paragraph(child, kind, level)
            elif name == "list":
                for item in child:
                    self.blocks(item, "item", level + 1)
            elif name == "table":
                self._table(child)
            elif name in _INDEXES:
                self.text.aside[name.replace("-", " ").replace("content", "contents")] += 1
                self.text.aside_words += count_words("".join(all_text(child)))
            elif name == "section" and child.get(f"{_TEXT}display") == "none":
                self.text.hidden += count_words("".join(all_text(child)))
            elif name in _BLOCKS or name in SHAPES or child.tag == f"{_DRAW}a":
                self.blocks(child, kind, level)

    def _paragraph(self, element: _Element, kind: BlockKind, level: int) -> None:
        style = element.get(f"{_TEXT}style-name", "")
        said = "".join(self.said(element))
        boxes, self._boxed = self._boxed, []
        role = self._styles.kind(style)
        if not said.strip():
            pass
        elif self._is_hidden(style):
            self.text.hidden += count_words(said)
        elif role == "title" and not self.text.title:
            self.text.title = said
        elif role == "contents":
            self.text.aside["table of contents"] = 1
            self.text.aside_words += count_words(said)
        else:
            self.text.found.append(self._found(element, said, kind=kind, level=level, role=role))
        for box in boxes:
            self.blocks(box, "paragraph", 0)

    def _found(self, element: _Element, said: str, *, kind: BlockKind, level: int, role: str) -> Found:
        if name_of(element) == "h" or role == "title":
            outline = element.get(f"{_TEXT}outline-level", "1")
            rank = int(outline) if re.fullmatch(r"[1-9]", outline) else 6
            return Found(piece=Piece(kind="heading", text=said, level=min(rank, 6)))
        piece = Piece(kind=kind, text=said, level=level if kind == "item" else 0)
        if kind == "paragraph" and role in ("quote", "code", "caption"):
            piece = replace(piece, kind="quote" if role == "quote" else "code" if role == "code" else "caption")
        return Found(piece=piece, bold=self._is_bold(element))

    def said(self, element: _Element) -> Iterator[str]:
        """The text of a paragraph, without its notes; text boxes are kept for later."""
        yield element.text or ""
        for child in element:
            name = name_of(child)
            if name == "s":
                count = child.get(f"{_TEXT}c", "1")
                yield " " * (min(int(count), _SPACES) if re.fullmatch(r"\d{1,4}", count, re.ASCII) else 1)
            elif name == "tab":
                yield " "
            elif name == "line-break":
                yield "\n"
            elif name in ("note", "annotation"):
                self._set_aside(
                    child, "comment" if name == "annotation" else child.get(f"{_TEXT}note-class", "footnote")
                )
            elif name in SHAPES:
                self._boxed.append(child)
            elif name == "span" and self._is_hidden(child.get(f"{_TEXT}style-name", "")):
                self.text.hidden += count_words("".join(all_text(child)))
            elif name not in _UNSAID:
                yield from self.said(child)
            yield child.tail or ""

    def _set_aside(self, note: _Element, what: str) -> None:
        self.text.aside[what if what in ("footnote", "endnote", "comment") else "footnote"] += 1
        self.text.aside_words += count_words(" ".join(all_text(note)))

    def _is_hidden(self, style: str) -> bool:
        return bool(style) and self._styles.marks(style, f"{_TEXT}display") == "none"

    def _is_bold(self, element: _Element) -> bool:
        if self._styles.marks(element.get(f"{_TEXT}style-name", ""), f"{_FO}font-weight") == "bold":
            return True
        plain = "".join([element.text or "", *(child.tail or "" for child in element)])
        spans = [child for child in element if name_of(child) == "span"]
        bold = (self._styles.marks(span.get(f"{_TEXT}style-name", ""), f"{_FO}font-weight") == "bold" for span in spans)
        return bool(spans) and not plain.strip() and all(bold)

    def _table(self, table: _Element) -> None:
        """One line a row; a table that lays out a page gives its cells' own blocks."""
        rows = [_cells(row) for row in _rows(table)]
        cells = [cell for row in rows for cell in row]
        if max(map(len, rows), default=0) < 2 or any(_is_layout(cell) for cell in cells):
            for cell in cells:
                self.blocks(cell, "paragraph", 0)
            return
        whole = table_text([(self._cell(cell), _repeats(cell), 1) for cell in row] for row in rows)
        if whole:
            self.text.found.append(Found(piece=Piece(kind="table", text=whole)))

    def _cell(self, cell: _Element) -> str:
        paragraphs = (one for one in cell.iter() if name_of(one) in ("p", "h") and not _is_within(one))
        said = " ".join("".join(self.said(one)) for one in paragraphs)
        boxes, self._boxed = self._boxed, []
        return " ".join(" ".join([said, *("".join(all_text(box)) for box in boxes)]).split())


def _is_within(paragraph: _Element) -> bool:
    """Whether a paragraph stands in a note or a frame of another one, which is asked for it."""
    return any(name_of(one) == "p" for one in paragraph.iterancestors())


def _rows(table: _Element) -> Iterator[_Element]:
    for child in table:
        if name_of(child) == "table-row":
            yield child
        elif name_of(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _cells(row: _Element) -> Sequence[_Element]:
    return [cell for cell in row if name_of(cell) in ("table-cell", "covered-table-cell")]


def _repeats(cell: _Element) -> int:
    """How many columns an empty cell stands for; a filled one that is said to be repeated is read once."""
    return 1 if "".join(all_text(cell)).strip() else span(cell.get(f"{_TABLE}number-columns-repeated"))


def _is_layout(cell: _Element) -> bool:
    return next(cell.iter(f"{_TEXT}list"), None) is not None or count_words(" ".join(all_text(cell))) > _CELL_WORDS


def deletions(body: _Element) -> int:
    """How many tracked deletions a body holds."""
    return sum(1 for _ in body.iter(f"{_TEXT}deletion"))


def all_text(element: _Element) -> Iterator[str]:
    """All text in an element, in pieces."""
    return (str(text) for text in element.itertext())


def name_of(element: _Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]

"""A Word file (Office Open XML, ECMA-376) becomes a Document: its body's blocks by their styles; in the sandbox.

Own code over lxml: mammoth 1.13 gives hidden text as text, and does not say what is a title, a quotation, a caption or a
line of the contents; it takes 3.3 s of CPU for a file of 172,000 words, for which this takes 1.3 s with sentences and all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from aili import codec
from aili.document import Document
from aili.errors import UnreadableError
from aili.extractors import Piece, Task
from aili.extractors.zipped import office
from aili.extractors.zipped.container import Container
from aili.extractors.zipped.office import Found, Text
from aili.extractors.zipped.styles import Styles, flag, value
from aili.grid import span, table_text
from aili.language import count_words

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CELL_WORDS = 60  # a cell longer than this is a place in a layout, not a value
_TINY = 4  # half points; nobody reads letters of two points

_SKIPPED = frozenset(
    (
        "del",
        "moveFrom",
        "delText",
        "instrText",
        "delInstrText",
        "pPr",
        "rPr",
        "sectPr",
        "tblPr",
        "tblGrid",
        "trPr",
        "tcPr",
    )
) | frozenset(("sdtPr", "sdtEndPr", "Fallback", "object", "ruby_rt", "rt", "fldData"))
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote", "commentReference": "comment"}
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}


def parse(data: bytes) -> bytes:
    """From a ``Task`` to a ``Document``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, Task)))


def read(task: Task) -> Document:
    """The Document of one file; raises UnreadableError where there is nothing to digest."""
    container = Container(task.resource)
    main = office.related(container, "", "officeDocument") or "word/document.xml"
    root = container.xml(main)
    body = next(root.iter("{*}body"), None)
    if body is None:
        raise container.damaged("it holds no text of Word")
    styles = Styles(container, main)
    walker = _Walker(styles)
    walker.blocks(body)
    text = walker.text
    for kind in ("footnotes", "endnotes", "comments"):
        text.aside_words += _words(container, main, kind)
    return office.document(task, text, office.core_properties(container, styles.language))


def _words(container: Container, main: str, kind: str) -> int:
    member = office.related(container, main, kind)
    try:
        return count_words(" ".join(_texts(container.xml(member)))) if member else 0
    except UnreadableError:  # a damaged note is one that nobody reads
        return 0


def _texts(root: _Element) -> Iterator[str]:
    return (text.text or "" for text in root.iter("{*}t"))


class _Walker:
    """Walks the blocks of a body, and gathers what they hold."""

    def __init__(self, styles: Styles) -> None:
        self.text = Text()
        self._styles = styles
        self._boxed: list[_Element] = []  # text boxes of the paragraph that is read
        self._within = 0  # tables around

    def blocks(self, parent: _Element) -> None:
        """The blocks directly in ``parent``, and in the frames around blocks that Word knows."""
        for child in parent:
            name = _name(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name == "sdt" and _is_contents(child):
                self._set_aside("table of contents", child)
            elif name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent", "Choice"):
                self.blocks(child)
            elif name in ("del", "moveFrom"):
                self.text.aside["tracked deletion"] += 1

    def _paragraph(self, paragraph: _Element) -> None:
        look = self._styles.look(paragraph)
        said, bold = self._said(paragraph, shaded=look.shaded)
        boxes, self._boxed = self._boxed, []
        if look.role == "contents":
            self.text.aside_words += count_words(said)
            self.text.aside["table of contents"] = 1
        elif said.strip():
            if look.role == "title" and not self.text.title and not self._within:
                self.text.title = said
            else:
                piece = Piece(kind=look.kind, text=said, level=look.level)
                self.text.found.append(Found(piece=piece, bold=bold))
        for box in boxes:
            self.blocks(box)

    def _said(self, element: _Element, *, shaded: bool) -> tuple[str, bool]:
        """The text of a paragraph's runs, and whether all of it is bold."""
        parts: list[str] = []
        bold = True
        for run in _runs(element):
            said = "".join(self._run(run))
            if said.strip() and self._is_hidden(run, shaded=shaded):
                self.text.hidden += count_words(said)
                continue
            parts.append(said)
            bold = bold and (not said.strip() or flag(run.find(f"{_W}rPr"), "b"))
        return "".join(parts), bold

    def _run(self, run: _Element) -> Iterator[str]:
        for child in run:
            name = _name(child)
            if name in ("t", "delText"):
                yield "".join(str(text) for text in child.itertext()) if name == "t" else ""
            elif name == "br" and child.get(f"{_W}type") in ("page", "column"):
                yield " "
            elif name in _SIGNS:
                yield _SIGNS[name]
            elif name in _NOTES:
                self.text.aside[_NOTES[name]] += 1
            elif name in ("drawing", "pict", "AlternateContent"):
                self._boxed += _boxes(child)
            elif name == "ruby":
                yield "".join(text for base in child.iter(f"{_W}rubyBase") for text in _texts(base))

    def _is_hidden(self, run: _Element, *, shaded: bool) -> bool:
        look = run.find(f"{_W}rPr")
        if look is None:
            return False
        if flag(look, "vanish") or 0 < int(_digits(value(look, "sz"))) <= _TINY:
            return True
        dark = shaded or self._within or look.find(f"{_W}shd") is not None or look.find(f"{_W}highlight") is not None
        return not dark and value(look, "color").upper() in ("FFFFFF", "FEFEFE")

    def _table(self, table: _Element) -> None:
        """One line a row; a table that lays out a page gives its cells' own blocks."""
        rows = [_inside(row, "tc") for row in _inside(table, "tr") if row.find(f"{_W}trPr/{_W}del") is None]
        cells = [cell for row in rows for cell in row]
        self._within += 1
        if max(map(len, rows), default=0) < 2 or any(_is_layout(cell) for cell in cells):
            for cell in cells:
                self.blocks(cell)
        else:
            whole = table_text([(self._cell(cell), _across(cell), 1) for cell in row] for row in rows)
            if whole:
                self.text.found.append(Found(piece=Piece(kind="table", text=whole)))
        self._within -= 1

    def _cell(self, cell: _Element) -> str:
        said = " ".join(self._said(paragraph, shaded=True)[0] for paragraph in _paragraphs(cell))
        boxes, self._boxed = self._boxed, []
        said = " ".join([said, *(text for box in boxes for text in _texts(box))])
        return " ".join(said.split())

    def _set_aside(self, what: str, element: _Element) -> None:
        self.text.aside[what] = 1
        self.text.aside_words += count_words(" ".join(_texts(element)))


def _across(cell: _Element) -> int:
    """How many columns a cell takes; one that goes on from a row above is a cell of its own, and empty."""
    return span(value(cell.find(f"{_W}tcPr"), "gridSpan"))


def _paragraphs(cell: _Element) -> Iterator[_Element]:
    """The paragraphs of a cell, of tables in it too; those of a text box are the box's."""
    return (one for one in cell.iter(f"{_W}p") if not any(_name(around) == "p" for around in one.iterancestors()))


def _runs(element: _Element) -> Iterator[_Element]:
    """The runs of a paragraph, within links, fields and insertions too; formulas as runs of their letters."""
    for child in element:
        name = _name(child)
        if name == "r":
            yield child
        elif name not in _SKIPPED:
            yield from _runs(child)


def _boxes(element: _Element) -> list[_Element]:
    """The text boxes of a drawing, each once: a fallback for older programs says it again."""
    return [
        box
        for box in element.iter(f"{_W}txbxContent")
        if not any(_name(one) == "Fallback" for one in box.iterancestors())
    ]


def _inside(element: _Element, name: str) -> list[_Element]:
    """The children of that name, in content controls too."""
    found: list[_Element] = []
    for child in element:
        if _name(child) == name:
            found.append(child)
        elif _name(child) in ("sdt", "sdtContent", "customXml", "ins"):
            found += _inside(child, name)
    return found


def _is_layout(cell: _Element) -> bool:
    return next(cell.iter(f"{_W}numPr"), None) is not None or count_words(" ".join(_texts(cell))) > _CELL_WORDS


def _is_contents(control: _Element) -> bool:
    gallery = control.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return gallery is not None and gallery.get(f"{_W}val") == "Table of Contents"


def _digits(text: str) -> str:
    return text if re.fullmatch(r"\d{1,4}", text, re.ASCII) else "0"


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2]

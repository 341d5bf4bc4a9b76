"""The pieces of an element, in order: blocks in trafilatura's words (``head``, ``list``, ``item``, …) and in HTML's."""

from __future__ import annotations

from lxml.etree import _Element

from aili.document import BlockKind
from aili.extractors import Piece
from aili.extractors.html.outline import is_bold_line
from aili.grid import span, table_text

_HEADINGS = {"head": 0, **{f"h{rank}": rank for rank in range(1, 7)}}
_ITEMS = frozenset(("item", "li", "dd", "dt"))
_LISTS = frozenset(("list", "ul", "ol", "dl"))
_QUOTES = frozenset(("quote", "blockquote"))
_CAPTIONS = frozenset(("figcaption", "caption"))
_CODE = frozenset(("code", "pre"))
_CELLS = frozenset(("cell", "td", "th"))
_BREAKS = frozenset(("lb", "br"))
_SKIPPED = frozenset(
    ("script", "style", "graphic", "img", "svg", "noscript", "template", "button", "select")
) | frozenset(("nav", "aside", "footer", "textarea", "iframe", "object", "video", "audio"))
_BLOCKS = frozenset(
    (
        "p",
        "div",
        "section",
        "article",
        "main",
        "figure",
        "body",
        "html",
        "address",
        "aside",
        "header",
        "footer",
        "details",
    )
) | frozenset(("summary", "tr", "row", "tbody", "thead", "tfoot", "fieldset", "hr", "center", "form"))
_OPENING = _BLOCKS.union(_HEADINGS, _ITEMS, _LISTS, _QUOTES, _CAPTIONS, _CODE, _CELLS, ("table",)) - _SKIPPED
_CELL_WORDS = 60  # a cell longer than this is a place in a layout, not a value


def pieces(root: _Element) -> list[Piece]:
    """The blocks under ``root``; text outside any block element is a paragraph. Links and emphasis leave their text."""
    walker = _Walker()
    walker.inside(root, "paragraph", 0)
    walker.flush("paragraph", 0)
    return walker.found


class _Walker:
    """Gathers inline text until a block begins or ends."""

    def __init__(self) -> None:
        self.found: list[Piece] = []
        self._run: list[str] = []

    def flush(self, kind: BlockKind, level: int) -> None:
        text = "".join(self._run)
        self._run.clear()
        if not text or text.isspace():  # of most
            return
        lead, _, rest = (flow := _flow(text)).partition("\n")
        parts = (lead, rest) if kind in _PROSE and _is_lead(lead, rest) else (flow,)
        self.found += [Piece(kind=kind, text=part, level=level) for part in parts if part]

    def inside(self, element: _Element, kind: BlockKind, level: int) -> None:
        """What stands within ``element``: its text and its children, of the kind that the surroundings give."""
        run = self._run
        if text := element.text:
            run.append(text)
        for child in element:
            if (tag := child.tag) in _BREAKS:
                run.append(_BREAK)
            elif tag in _OPENING:
                self._block(child, kind, level)
            elif tag not in _SKIPPED and isinstance(tag, str):  # a word or some of a sentence
                self.inside(child, kind, level)
            if text := child.tail:
                run.append(text)

    def _block(self, element: _Element, kind: BlockKind, level: int) -> None:
        tag = element.tag
        if tag in _CODE:
            self._code(element, kind, level)
            return
        self.flush(kind, level)
        if tag == "table":
            self._table(element)
            return
        inner = _inner(element, kind, level)
        self.inside(element, *inner)
        self.flush(*inner)

    def _code(self, element: _Element, kind: BlockKind, level: int) -> None:
        text = "".join(_code_text(element))
        if "\n" not in text.strip() and element.tag == "code":  # a name within a sentence
            self._run.append(text)
        else:
            self.flush(kind, level)
            self.found.append(Piece(kind="code", text=text))

    def _table(self, table: _Element) -> None:
        """One line a row; a table that lays out a page gives its cells' own blocks."""
        rows = [[cell for cell in row if cell.tag in _CELLS] for row in table.iter("row", "tr")]
        rows = [row for row in rows if row]
        cells = [cell for row in rows for cell in row]
        if max(map(len, rows), default=0) < 2 or any(_is_layout(cell) for cell in cells):
            self.inside(table, "paragraph", 0)
            self.flush("paragraph", 0)
            return
        told = (
            [(_all_text(cell), span(cell.get("colspan")), span(cell.get("rowspan"))) for cell in row] for row in rows
        )
        self.found.append(Piece(kind="table", text=table_text(told)))


_BREAK = "\ue000"  # a private character, in place of <br> until white space is collapsed


def _flow(text: str) -> str:
    if _BREAK not in text:
        return " ".join(text.split())
    return "\n".join(line for part in text.split(_BREAK) if (line := " ".join(part.split())))


_PROSE = frozenset(("paragraph", "item", "quote"))
_LEAD_WORDS = 9
_PROSE_WORDS = 12


def _is_lead(line: str, rest: str) -> bool:
    """Whether a first line stands over the prose that follows its line break, as a title does: one sentence is not both."""
    if not rest or not rest[0].isupper() or not line[0].isupper() or line[-1] in ".!?…,;-–—":
        return False
    return len(line.split()) <= _LEAD_WORDS and len(rest.split("\n")[0].split()) >= _PROSE_WORDS


def _inner(element: _Element, kind: BlockKind, level: int) -> tuple[BlockKind, int]:
    """Kind and level of the block that ``element`` opens."""
    tag = element.tag
    if tag in _HEADINGS:
        rank = _HEADINGS[tag] or int((element.get("rend") or "h2")[-1:].replace("d", "2"))
        return "heading", rank
    if tag in _ITEMS:
        return "item", max(level, 1)
    if tag in _LISTS:
        return kind, level + 1 if kind == "item" else 1
    if kind == "paragraph" and is_bold_line(element):
        return "heading", 0  # see ``outline.settled``
    if tag in _QUOTES:
        return "quote", 0
    if tag in _CAPTIONS:
        return "caption", 0
    return kind, level


def _is_layout(cell: _Element) -> bool:
    if next(cell.iter("table", "list", "ul", "ol"), None) is not None:
        return True
    return len(_all_text(cell).split()) > _CELL_WORDS


def _all_text(element: _Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _code_text(element: _Element) -> list[str]:
    parts = [element.text or ""]
    for child in element:
        if child.tag in _BREAKS:
            parts.append("\n")
        elif isinstance(child.tag, str):
            parts.extend(_code_text(child))
        parts.append(child.tail or "")
    return parts

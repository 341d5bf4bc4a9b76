"""The pages of a book become pieces: blocks in order, notes set aside, marks of printed pages and anchors kept as places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from lxml.etree import _Element

from aili.document import BlockKind
from aili.extractors import Piece
from aili.extractors.zipped.office import Found, headed
from aili.extractors.zipped.opf import is_apart
from aili.extractors.zipped.sheets import is_bold
from aili.grid import span, table_text
from aili.language import count_words

_OPS = "{http://www.idpf.org/2007/ops}type"
_RANKS = {f"h{rank}": rank for rank in range(1, 7)}
_SKIPPED = frozenset(
    (
        "script",
        "style",
        "svg",
        "img",
        "image",
        "audio",
        "video",
        "object",
        "iframe",
        "nav",
        "form",
        "button",
        "template",
    )
) | frozenset(("rt", "rp", "head", "title", "math-annotation", "annotation", "annotation-xml"))
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
        "header",
        "footer",
        "aside",
        "address",
        "hr",
        "center",
    )
) | frozenset(("details", "summary", "tr", "td", "th", "tbody", "thead", "tfoot", "hgroup", "fieldset"))
_LISTS = frozenset(("ul", "ol", "dl"))
_ITEMS = frozenset(("li", "dd", "dt"))
_NOTE_TYPES = re.compile(r"\b(?:doc-)?(?:foot|end|rear)notes?\b")
_NOTE_CLASS = re.compile(r"(?:^|\s)(?:foot|end)-?notes?(?:-?(?:text|body|section|list))?(?:$|\s)", re.IGNORECASE)
_NOTE_MARK = re.compile(r"[\[({]?(?:\d{1,4}|[*†‡§¶]{1,3}|[a-z])[\])}]?")
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_LICENCE = re.compile(r"(?:^|\s)pg-boilerplate(?:\s|$)")
_CELL_WORDS = 60  # a cell longer than this is a place in a layout, not a value
_ITEM_WORDS = 25  # a paragraph longer than this is no item of a list that lost its marks
_BOLD = frozenset(("b", "strong"))
_NAMED = 2  # times; a bold line that comes more often on a page names who speaks

_BREAK, _PLACE = "\ue000", "\ue001"  # private characters, in the run of a block until it is flushed
_PRIVATE = re.compile(f"[{_BREAK}{_PLACE}]")


@dataclass(kw_only=True, slots=True)
class Page:
    """What one member of a book holds.

    ``anchors`` say before which of the pieces an id stands; ``aside`` counts the parts that were set aside by their names,
    ``aside_words`` their words, ``hidden`` the words that nobody sees.
    """

    pieces: list[Piece] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)
    aside: Counter[str] = field(default_factory=Counter)
    aside_words: int = 0
    hidden: int = 0
    apart: bool = False  # the page says that it is none of the text proper


def read(root: _Element, *, wanted: frozenset[str], bold: frozenset[str] = frozenset()) -> Page:
    """The page under ``root``; ``wanted`` are the ids whose places are asked for, ``bold`` the classes that are set bold."""
    body = next(root.iter("{*}body"), root)
    walker = _Walker(wanted, bold)
    walker.page.apart = is_apart(_types(body)) or _only_section_is_apart(body)
    walker.anchor(body)
    walker.inside(body, "paragraph", 0)
    walker.flush("paragraph", 0)
    walker.page.pieces = _listed(_headed(walker.page.pieces, walker.bold), walker.classes)
    return walker.page


def words(root: _Element) -> int:
    """How many words stand under ``root``, whatever they are."""
    return count_words("".join(str(text) for text in next(root.iter("{*}body"), root).itertext()))


def _only_section_is_apart(body: _Element) -> bool:
    parts = list(body)
    return len(parts) == 1 and is_apart(_types(parts[0])) and not _NOTE_TYPES.search(_types(parts[0]))


def _types(element: _Element) -> str:
    return f"{element.get(_OPS) or element.get('epub:type') or ''} {(element.get('role') or '').removeprefix('doc-')}"


class _Walker:
    """Gathers inline text until a block begins or ends."""

    def __init__(self, wanted: frozenset[str], bold: frozenset[str]) -> None:
        self.page = Page()
        self.bold: set[int] = set()  # the pieces that are set bold from end to end
        self.classes: dict[int, str] = {}  # of the elements whose pieces are paragraphs
        self._wanted = wanted
        self._bold = bold
        self._weight = 0  # elements around that set bold type
        self._light = False  # whether the run has words that are not bold
        self._class = ""
        self._run: list[str] = []
        self._labels: list[str] = []
        self._ids: list[str] = []

    def flush(self, kind: BlockKind, level: int) -> None:
        text = "".join(self._run)
        bold, self._light = not self._light, False
        self._run = []
        self._settle()
        if not _PRIVATE.sub("", text).strip():
            if self._labels:
                self._run = [_PLACE] * len(self._labels)  # the place begins with the next block
            return
        lines = (" ".join(part.split()) for part in text.split(_BREAK))
        flowed = "\n".join(line for line in lines if line)
        parts = flowed.split(_PLACE)
        offsets = accumulate(map(len, parts[:-1]))
        places = tuple(zip(offsets, self._labels, strict=True))
        self._labels = []
        if bold:
            self.bold.add(len(self.page.pieces))
        self.classes[len(self.page.pieces)] = self._class
        self.page.pieces.append(Piece(kind=kind, text="".join(parts), level=level, locators=places))

    def anchor(self, element: _Element) -> None:
        """Remember where an id stands that the contents lead to."""
        for name in (element.get("id"), element.get("name")):
            if name and name in self._wanted:
                self._ids.append(name)

    def _settle(self) -> None:
        """The ids that wait stand before the piece that comes next."""
        for name in self._ids:
            self.page.anchors.setdefault(name, len(self.page.pieces))
        self._ids = []

    def inside(self, element: _Element, kind: BlockKind, level: int) -> None:
        """What stands within ``element``: its text and its children, of the kind that the surroundings give."""
        heavy = self._is_bold(element)
        self._weight += heavy
        self._say(element.text)
        for child in element:
            self._child(child, kind, level)
            self._say(child.tail)
        self._weight -= heavy

    def _is_bold(self, element: _Element) -> bool:
        if _local(element) in _BOLD or is_bold(element.get("style", "")):
            return True
        return not self._bold.isdisjoint(element.get("class", "").split())

    def _say(self, text: str | None) -> None:
        if text:
            self._light = self._light or (not self._weight and not text.isspace())
            self._run.append(_PRIVATE.sub(" ", text))

    def _child(self, element: _Element, kind: BlockKind, level: int) -> None:
        tag = _local(element)
        if tag == "br":
            self._run.append(_BREAK)
            return
        if self._leaves_out(element, tag):
            return
        inner = _inner(tag, kind, level)
        if tag not in ("pre", "table") and inner is None:
            self.anchor(element)
            self.inside(element, kind, level)
            return
        self.flush(kind, level)
        self.anchor(element)
        self._settle()
        if tag == "pre":
            self.page.pieces.append(Piece(kind="code", text="".join(str(text) for text in element.itertext())))
        elif tag == "table":
            self._table(element)
        elif inner is not None:
            self._class = element.get("class", "")
            self.inside(element, *inner)
            self.flush(*inner)
            self._class = ""

    def _leaves_out(self, element: _Element, tag: str) -> bool:
        types = _types(element)
        if "pagebreak" in types:
            self._break(element)
            return True
        if tag in _SKIPPED:
            return True
        if (
            element.get("hidden") is not None
            or (element.get("aria-hidden") == "true" and tag != "figcaption")  # pandoc: the image has it for its text
            or _HIDING.search(element.get("style", ""))
        ):
            self.page.hidden += words(element)
            return True
        named = element.get("class", "")
        if _NOTE_TYPES.search(types) or (tag in ("div", "aside", "p", "section", "li") and _NOTE_CLASS.search(named)):
            self._set_aside("footnote", element, self._notes(element))
            return True
        if _LICENCE.search(named):
            self._set_aside("licence notice", element, 1)
            return True
        return tag in ("a", "sup") and _is_note_mark(element, types)

    def _notes(self, element: _Element) -> int:
        """How many notes an element holds: the items or notes in it, else itself."""
        held = [one for one in element.iter() if one is not element]
        typed = sum(1 for one in held if _NOTE_TYPES.search(_types(one)))
        return typed or sum(1 for one in held if _local(one) == "li") or 1

    def _set_aside(self, what: str, element: _Element, count: int) -> None:
        self.page.aside[what] += count
        self.page.aside_words += words(element)

    def _break(self, element: _Element) -> None:
        """A printed page begins; the mark says which, in one of three ways."""
        said = element.get("title") or element.get("aria-label") or "".join(str(text) for text in element.itertext())
        label = " ".join(said.split()).removeprefix("Page ").removeprefix("page ").strip(" .:")
        if re.fullmatch(r"[\w.\-–]{1,12}", label):
            self._run.append(_PLACE)
            self._labels.append(f"p. {label}")

    def _table(self, table: _Element) -> None:
        """One line a row; a table that lays out a page gives its cells' own blocks."""
        rows = [[cell for cell in row if _local(cell) in ("td", "th")] for row in table.iter("{*}tr")]
        rows = [row for row in rows if row]
        cells = [cell for row in rows for cell in row]
        if max(map(len, rows), default=0) < 2 or any(_is_layout(cell) for cell in cells):
            self.inside(table, "paragraph", 0)
            self.flush("paragraph", 0)
            return
        for caption in table.iter("{*}caption"):
            self.page.pieces.append(Piece(kind="caption", text=_shown(caption)))
        told = ([(_shown(cell), span(cell.get("colspan")), span(cell.get("rowspan"))) for cell in row] for row in rows)
        self.page.pieces.append(Piece(kind="table", text=table_text(told)))


def _headed(pieces: Sequence[Piece], bold: set[int]) -> list[Piece]:
    """The pieces; bold lines that head what follows are headings."""
    told = Counter(pieces[at].text for at in bold)
    found = [Found(piece=piece, bold=at in bold and told[piece.text] <= _NAMED) for at, piece in enumerate(pieces)]
    return headed(found)


def _listed(pieces: list[Piece], classes: Mapping[int, str]) -> list[Piece]:
    """The pieces; short paragraphs in a look of their own, below one that ends in a colon, are items of a list.

    LibreOffice 7 and some converters write lists so. Not where the page has lists, or where most paragraphs look so.
    """
    if any(piece.kind == "item" for piece in pieces):
        return pieces
    usual = Counter(classes.get(at, "") for at, piece in enumerate(pieces) if piece.kind == "paragraph")
    body = usual.most_common(1)[0][0] if usual else ""
    found = list(pieces)
    for at, piece in enumerate(pieces):
        look = classes.get(at + 1, "")
        if piece.kind != "paragraph" or not piece.text.endswith((":", "：")) or look in ("", body, classes.get(at)):
            continue
        end = at + 1
        while end < len(pieces) and pieces[end].kind == "paragraph" and classes.get(end) == look:
            end += 1
        if end - at > 2 and all(len(one.text.split()) <= _ITEM_WORDS for one in pieces[at + 1 : end]):
            found[at + 1 : end] = [replace(one, kind="item", level=1) for one in pieces[at + 1 : end]]
    return found


def _inner(tag: str, kind: BlockKind, level: int) -> tuple[BlockKind, int] | None:
    """Kind and level of the block that an element opens; None where it is inline."""
    if tag in _RANKS:
        return "heading", _RANKS[tag]
    if kind == "heading" and tag in _BLOCKS:
        return None  # <h1><div>Chapter 1</div></h1>
    if tag in _ITEMS:
        return "item", max(level, 1)
    if tag in _LISTS:
        return kind, level + 1 if kind == "item" else 1
    if tag == "blockquote":
        return "quote", 0
    if tag in ("figcaption", "caption"):
        return "caption", 0
    return (kind, level) if tag in _BLOCKS else None


def _is_note_mark(element: _Element, types: str) -> bool:
    if "noteref" in types or "backlink" in types:
        return True
    text = "".join(str(part) for part in element.itertext()).strip()
    links = _local(element) == "a" or next(element.iter("{*}a"), None) is not None
    raised = _local(element) == "sup" or any(_local(one) == "sup" for one in (*element, element.getparent()))
    led = "#" in (element.get("href") or next((one.get("href", "") for one in element.iter("{*}a")), ""))
    return bool(links and led and _NOTE_MARK.fullmatch(text) and (raised or not text.isalnum()))


def _is_layout(cell: _Element) -> bool:
    if any(_local(inner) in ("table", "ul", "ol", "blockquote") for inner in cell.iter()):
        return True
    return len(_shown(cell).split()) > _CELL_WORDS


def _shown(element: _Element) -> str:
    return " ".join("".join(str(text) for text in element.itertext()).split())


def _local(element: _Element | None) -> str:
    return "" if element is None else element.tag.rpartition("}")[2].lower()

"""Slides (Office Open XML, ECMA-376) become a Document: each slide's title a heading, its number a place; in the sandbox.

Own code over lxml: python-pptx 1.0 asks for XlsxWriter, takes 0.11 s to import, and had its last release in 2024.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lxml.etree import _Element

from aili import codec, properties
from aili.document import Document
from aili.errors import UnreadableError
from aili.extractors import Piece, Task
from aili.extractors.zipped import office
from aili.extractors.zipped.container import Container
from aili.extractors.zipped.office import Found, Text
from aili.extractors.zipped.slides import Slide, gather
from aili.grid import table_text
from aili.language import count_words

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT_R = "{http://purl.org/oclc/ooxml/officeDocument/relationships}"

_FURNITURE = frozenset(("sldNum", "dt", "ftr", "hdr"))
_TITLES = frozenset(("title", "ctrTitle"))
_BULLETED = frozenset(("body", "obj", ""))  # placeholders whose text is a list unless it says otherwise


def parse(data: bytes) -> bytes:
    """From a ``Task`` to a ``Document``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, Task)))


def read(task: Task) -> Document:
    """The Document of one file; raises UnreadableError where there is nothing to digest."""
    container = Container(task.resource)
    main = office.related(container, "", "officeDocument") or "ppt/presentation.xml"
    root = container.xml(main)
    leads = office.relations(container, main)
    text, declared = Text(), office.core_properties(container)
    layouts = _Layouts(container)
    shown: list[Slide] = []
    broken = count = 0
    for number, slide in enumerate(root.iter(f"{_P}sldId"), start=1):
        count = number
        try:
            found = _slide(container, leads[_relation(slide, "id")][1], text, layouts)
        except (UnreadableError, KeyError):
            broken += 1
            continue
        if found is not None:
            shown.append(replace(found, number=number))
    if count and broken == count:
        raise container.damaged("none of its slides can be read")
    declared = gather(shown, text, declared)
    text.aside["damaged slide"] = broken
    return office.document(task, text, declared)


class _Layouts:
    """Which layouts of slides are those that open a part; each is read once."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._opens: dict[str, bool] = {}

    def opens(self, leads: Mapping[str, tuple[str, str]]) -> bool:
        """Whether a slide with these relations opens a part; a damaged layout says nothing."""
        layout = next((target for kind, target in leads.values() if kind.endswith("/slideLayout")), "")
        if layout not in self._opens:
            try:
                self._opens[layout] = self._container.xml(layout).get("type") == "secHead"
            except UnreadableError:
                self._opens[layout] = False
        return self._opens[layout]


def _slide(container: Container, member: str, text: Text, layouts: _Layouts) -> Slide | None:
    """A slide; None where it is hidden."""
    root = container.xml(member)
    leads = office.relations(container, member)
    if root.get("show") in ("0", "false"):
        text.aside["hidden slide"] += 1
        text.aside_words += count_words(" ".join(_texts(root)))
        return None
    notes = next((target for kind, target in leads.values() if kind.endswith("/notesSlide")), "")
    if notes in container and (words := _note_words(container, notes)):
        text.aside["speaker note"] += 1
        text.aside_words += words
    found = [one for one in _shapes(container, root, leads) if one.piece.text.strip()]
    titles = tuple(one for one in found if one.piece.kind == "heading")
    rest = tuple(one for one in found if one.piece.kind != "heading")
    return Slide(titles=titles, rest=rest, section=bool(titles) and layouts.opens(leads), day=_day(root))


def _day(root: _Element) -> str:
    """The day in the foot of a slide; empty where it is that on which the slides are looked at."""
    feet = (one for one in root.iter(f"{_P}sp") if _placeholder(one) == "dt")
    return next((day for foot in feet if (day := properties.written("".join(_texts(foot)))) and not _fields(foot)), "")


def _fields(shape: _Element) -> bool:
    return next(shape.iter(f"{_A}fld"), None) is not None


def _note_words(container: Container, member: str) -> int:
    try:
        root = container.xml(member)
    except UnreadableError:  # a damaged note is one that nobody reads
        return 0
    bodies = (shape for shape in root.iter(f"{_P}sp") if _placeholder(shape) == "body")
    return count_words(" ".join(text for shape in bodies for text in _texts(shape)))


def _shapes(container: Container, tree: _Element, leads: dict[str, tuple[str, str]]) -> Iterator[Found]:
    """What the shapes of a slide say, in the order in which they are read aloud."""
    for shape in tree:
        name = _name(shape)
        if name == "sp":
            yield from _shape(shape)
        elif name == "graphicFrame":
            for table in shape.iter(f"{_A}tbl"):
                whole = table_text([(text, 1, 1) for text in _cells(row)] for row in table.iter(f"{_A}tr"))
                yield Found(piece=Piece(kind="table", text=whole))
            for diagram in shape.iter("{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"):
                yield from _diagram(container, leads.get(_relation(diagram, "dm"), ("", ""))[1])
        elif name in ("cSld", "spTree", "grpSp", "AlternateContent", "Choice"):
            yield from _shapes(container, shape, leads)


def _shape(shape: _Element) -> Iterator[Found]:
    kind = _placeholder(shape)
    body = shape.find(f"{_P}txBody")
    if body is None or kind in _FURNITURE:
        return
    if kind in _TITLES:
        title = " ".join(" ".join(_said(one) for one in body.iter(f"{_A}p")).split())
        yield Found(piece=Piece(kind="heading", text=title, level=1))
        return
    for paragraph in body.iter(f"{_A}p"):
        marks = paragraph.find(f"{_A}pPr")
        depth = marks.get("lvl", "0") if marks is not None else "0"
        level = int(depth) + 1 if re.fullmatch("[0-8]", depth) else 1
        if _is_item(marks, kind):
            yield Found(piece=Piece(kind="item", text=_said(paragraph), level=level))
        else:
            yield Found(piece=Piece(kind="paragraph", text=_said(paragraph)), bold=_is_bold(paragraph))


def _is_bold(paragraph: _Element) -> bool:
    runs = [run for run in paragraph.iter(f"{_A}r") if "".join(_texts(run)).strip()]
    looks = [run.find(f"{_A}rPr") for run in runs]
    return bool(runs) and all(look is not None and look.get("b") in ("1", "true") for look in looks)


def _is_item(marks: _Element | None, kind: str | None) -> bool:
    names = {_name(mark) for mark in marks} if marks is not None else set()
    if "buNone" in names:
        return False
    return bool(names & {"buChar", "buAutoNum", "buBlip"}) or kind in _BULLETED


def _diagram(container: Container, member: str) -> Iterator[Found]:
    try:
        points = container.xml(member).iter("{*}pt") if member else iter(())
        yield from (
            Found(piece=Piece(kind="item", text=text, level=1))
            for point in points
            if (text := " ".join(_texts(point)).strip())
        )
    except UnreadableError:  # a damaged drawing is one that nobody sees
        return


def _cells(row: _Element) -> list[str]:
    return [" ".join(map(_said, cell.iter(f"{_A}p"))) for cell in row.iter(f"{_A}tc")]


def _said(paragraph: _Element) -> str:
    parts = []
    for child in paragraph.iter():
        name = _name(child)
        if name == "br":
            parts.append("\n")
        elif name == "t" and not _is_number(child.getparent()) and not _is_mark(child, parts):
            parts.append(child.text or "")
    return "".join(parts)


def _is_mark(text: _Element, before: Sequence[str]) -> bool:
    """Whether the text is a raised number behind a sentence or a word, which points to a note; exponents stay."""
    run = text.getparent()
    look = run.find(f"{_A}rPr") if run is not None else None
    if (
        look is None
        or not re.fullmatch(r"[1-9]\d{3,4}", look.get("baseline", ""))
        or not (text.text or "").strip().isdecimal()
    ):
        return False
    return bool(re.search(r"(?:[^\W\d_]{4,}|[.,;:!?)”\"])$", "".join(before)))


def _is_number(field: _Element | None) -> bool:
    return field is not None and _name(field) == "fld" and field.get("type", "").startswith(("slidenum", "datetime"))


def _placeholder(shape: _Element) -> str | None:
    """The type of the placeholder that a shape fills, empty for the usual one; None where it fills none."""
    found = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return None if found is None else found.get("type", "")


def _relation(element: _Element, name: str) -> str:
    return element.get(f"{_R}{name}") or element.get(f"{_STRICT_R}{name}") or ""


def _texts(root: _Element) -> Iterator[str]:
    return (text.text or "" for text in root.iter(f"{_A}t"))


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2]

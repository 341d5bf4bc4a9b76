"""The styles and lists of a Word file: what kind of block a paragraph is, by its own marks and by its style."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from lxml.etree import _Element

from aili.document import BlockKind
from aili.errors import UnreadableError
from aili.extractors import CAPTION
from aili.extractors.zipped import office
from aili.extractors.zipped.container import Container

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BASES = 12  # styles that rest on one another; Word allows eleven
_HEADING = re.compile(r"heading ([1-9])")
_CONTENTS = re.compile(r"toc \d|toc heading|table of (?:figures|authorities)|index \d|index heading|bibliography")
_QUOTE = re.compile(r"(?:intense )?quote|block ?text|block ?quotation|quotations?")
_LIST = re.compile(r"list (?:bullet|number)(?: ([2-5]))?")
_CODE = re.compile(r"html preformatted|(?:source )?code|preformatted(?: text)?|macro text|programlisting")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a paragraph is: a block's kind and level, or one of two roles that are no block of the text."""

    kind: BlockKind = "paragraph"
    level: int = 0
    role: Literal["", "title", "contents"] = ""
    shaded: bool = False


class Styles:
    """The styles of the file whose main part is ``main``; none where they are damaged."""

    def __init__(self, container: Container, main: str) -> None:
        self.language = ""
        self._styles: dict[str, _Element] = {}
        self._formats: dict[tuple[str, str], str] = {}
        self._looks: dict[str, Look] = {}
        self._default = ""
        try:
            if member := office.related(container, main, "styles"):
                self._take(container.xml(member))
            if member := office.related(container, main, "numbering"):
                self._count(container.xml(member))
        except UnreadableError:
            return  # a text without looks is a text

    def look(self, paragraph: _Element) -> Look:
        """What a paragraph is, by its own marks, then by its style."""
        own = paragraph.find(f"{_W}pPr")
        look = self._by_style(value(own, "pStyle") or self._default)
        if own is None:
            return look
        outline = value(own, "outlineLvl")
        if re.fullmatch("[0-8]", outline) and look.kind == "paragraph" and not look.role:
            look = Look(kind="heading", level=min(6, int(outline) + 1))
        listed = own.find(f"{_W}numPr")
        if listed is not None and look.kind in ("paragraph", "item"):
            look = self._item(listed, look)
        return replace(look, shaded=look.shaded or own.find(f"{_W}shd") is not None)

    def _by_style(self, style: str) -> Look:
        if style not in self._looks:
            self._looks[style] = self._looked_up(style)
        return self._looks[style]

    def _looked_up(self, style: str) -> Look:
        shaded = False
        for _ in range(_BASES):
            element = self._styles.get(style)
            if element is None:
                break
            marks = element.find(f"{_W}pPr")
            shaded = shaded or (marks is not None and marks.find(f"{_W}shd") is not None)
            look = _named(value(element, "name").lower())
            outline = value(marks, "outlineLvl")
            if look is None and re.fullmatch("[0-8]", outline):
                look = Look(kind="heading", level=min(6, int(outline) + 1))
            listed = marks.find(f"{_W}numPr") if marks is not None else None
            if look is None and listed is not None:
                look = self._item(listed, Look())
            if look is not None:
                return replace(look, shaded=shaded)
            style = value(element, "basedOn")
        return Look(shaded=shaded)

    def _item(self, listed: _Element, look: Look) -> Look:
        number, depth = value(listed, "numId"), value(listed, "ilvl") or "0"
        if number == "0" or self._formats.get((number, depth)) == "none":
            return Look(shaded=look.shaded)
        level = int(depth) + 1 if re.fullmatch("[0-8]", depth) else 1
        return Look(kind="item", level=level, shaded=look.shaded)

    def _take(self, root: _Element) -> None:
        for style in root.iter(f"{_W}style"):
            name = style.get(f"{_W}styleId", "")
            self._styles[name] = style
            if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true"):
                self._default = name
        language = root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr/{_W}lang")
        if language is not None:
            self.language = language.get(f"{_W}val", "")

    def _count(self, root: _Element) -> None:
        """The format of each list at each depth: ``bullet``, ``decimal``, ``none``."""
        abstract = {one.get(f"{_W}abstractNumId", ""): one for one in root.iter(f"{_W}abstractNum")}
        for one in root.iter(f"{_W}num"):
            base = abstract.get(value(one, "abstractNumId"))
            for level in base.iter(f"{_W}lvl") if base is not None else ():
                key = (one.get(f"{_W}numId", ""), level.get(f"{_W}ilvl", ""))
                self._formats[key] = value(level, "numFmt")


def value(element: _Element | None, name: str) -> str:
    """The value of the child of that name; empty where there is none."""
    found = None if element is None else element.find(f"{_W}{name}")
    return "" if found is None else found.get(f"{_W}val", "")


def flag(element: _Element | None, name: str) -> bool:
    """Whether the child of that name is there and not switched off."""
    found = None if element is None else element.find(f"{_W}{name}")
    return found is not None and found.get(f"{_W}val", "1") not in ("0", "false", "off")


def _named(name: str) -> Look | None:
    """What a style is by its name, which is English in every Word."""
    if match := _HEADING.fullmatch(name):
        return Look(kind="heading", level=min(6, int(match[1])))
    if name == "title":
        return Look(role="title", kind="heading", level=1)
    if name == "subtitle":
        return Look(kind="paragraph")
    if _CONTENTS.fullmatch(name):
        return Look(role="contents")
    if match := _LIST.fullmatch(name):
        return Look(kind="item", level=int(match[1] or 1))
    if _QUOTE.fullmatch(name):
        return Look(kind="quote")
    if _CODE.fullmatch(name):
        return Look(kind="code")
    return Look(kind="caption") if CAPTION.fullmatch(name) else None

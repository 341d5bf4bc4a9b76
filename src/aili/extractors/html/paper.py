"""A paper that LaTeXML made a page of (arXiv's HTML, ar5iv): what stands around it and beside it is no text.

LaTeXML (https://math.nist.gov/~BMiller/LaTeXML/) names every part by a class: the document, its authors, notes, references,
the marks of items, the numbers of headings and of formulas. arXiv puts warnings about the conversion above, and how to
report errors below.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import Element, HtmlElement

from aili import properties
from aili.extractors import set_aside
from aili.extractors.html.tree import drop, shown_text

_APART = {"footnote": ("ltx_role_footnote", "ltx_role_footnotetext"), "reference": ("ltx_bibitem",)}
_UNSAID = frozenset(("ltx_authors", "ltx_tag_item", "ltx_tag_equation", "ltx_bibliography", "ltx_ERROR", "ltx_TOC"))
_FORMULAS = frozenset(("ltx_equation", "ltx_equationgroup"))
_LISTED = re.compile(r"\s*(?:,|;|&|\band\b)\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """What was taken out of a page: its authors, and how many notes and references; all empty of what is no paper."""

    authors: tuple[str, ...] = ()
    aside: Counter[str] = field(default_factory=Counter)

    def warnings(self) -> tuple[str, ...]:
        """The sentence that says what was not read."""
        return set_aside(self.aside)


def without_annotations(tree: HtmlElement) -> None:
    """Remove from ``tree``, in place, what MathML says for machines: formulas are shown once, and said up to three times."""
    for name in ("annotation", "annotation-xml"):
        for element in list(tree.iter(name)):
            drop(element)


def alone(tree: HtmlElement) -> Paper:
    """Leave in ``tree``, in place, only the text proper of the paper that the page is; any other page is left as it is."""
    document = next((one for one in tree.iter("article") if "ltx_document" in _classes(one)), None)
    body = tree.find("body")
    if document is None or body is None:
        return Paper()
    authors = tuple(dict.fromkeys(_authors(document)))
    for child in list(body):
        body.remove(child)
    body.text, document.tail = None, None
    body.append(document)
    aside: Counter[str] = Counter()
    for element in [one for one in document.iter() if isinstance(one.tag, str)]:
        classes = _classes(element)
        for part, names in _APART.items():
            aside[part] += not classes.isdisjoint(names)
        if _UNSAID & classes or not classes.isdisjoint(_APART["footnote"]):
            drop(element)
        elif element.tag == "table" and _FORMULAS & classes:
            _as_code(element)
        elif "ltx_tag_section" in classes and (element.text or "").strip().isdecimal():
            element.text = f"{(element.text or '').strip()}. "  # in plain text, a point shows that it counts
    return Paper(authors=authors, aside=aside)


def _classes(element: HtmlElement) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())


def _authors(document: HtmlElement) -> Iterator[str]:
    """The names in the first lines of what each author's box says, before institutes and addresses."""
    for box in document.iter("span", "div"):
        if "ltx_personname" not in _classes(box):
            continue
        for name in _LISTED.split(_first_line(box)):
            if properties.NAME.fullmatch(name):
                yield name


def _first_line(box: HtmlElement) -> str:
    """The text of ``box`` up to the first end of a line, without raised marks."""
    parts = [box.text or ""]
    for child in box:
        if child.tag == "br" or "ltx_break" in _classes(child):
            break
        if child.tag != "sup" and "ltx_note" not in _classes(child):
            parts.append(child.text_content())
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())


def _as_code(table: HtmlElement) -> None:
    """A table that places formulas as the formulas, one a line, as their author wrote them."""
    lines = [(math.get("alttext") or shown_text(math)).strip() for math in table.iter("math")]
    code = Element("pre")
    code.text, code.tail = "\n".join(line for line in lines if line), table.tail
    parent = table.getparent()
    if parent is not None:
        parent.replace(table, code)

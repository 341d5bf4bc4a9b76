"""A page's text becomes a tree, and a tree the words in it."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from aili.errors import EmptyError, MalformedError

# libxml2 takes the first of these for the page's end and puts what follows beside <html>; browsers read on (HTML Standard,
# 13.2.6.4.19). One page of 410 closes its body after its menu, above its article.
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_REFERENCE = re.compile(r"&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,9});?")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def parse(text: str, *, name: str) -> HtmlElement:
    """The page's tree, without the characters that XML forbids.

    Raises EmptyError where there is no element at all, and MalformedError where they lie too deep.
    """
    data = _REFERENCE.sub(_allowed, _NOT_XML.sub("", _ENDS.sub("", text))).encode("utf-8")
    # huge_tree: else libxml2 silently leaves out what lies deeper than 255 elements, as under unclosed <font>s.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = document_fromstring(data, parser=parser)
    except etree.ParserError as error:  # lxml's word for "Document is empty"
        raise EmptyError(f"{name} is empty.", hint="There is nothing to read; is it the right address?") from error
    if any("depth" in entry.message for entry in parser.error_log):
        raise MalformedError(f"{name} nests its elements too deep to be read.", hint="Save it as text, and give that.")
    return tree


def _allowed(reference: re.Match[str]) -> str:
    """A character reference as it is, or nothing where it names a character that lxml would refuse to write later."""
    number = int(reference[1][1:], 16) if reference[1][0] in "xX" else int(reference[1])
    return "" if number > 0x10FFFF or _NOT_XML.match(chr(number)) else reference[0]


def free_buttons(tree: HtmlElement) -> None:
    """Make plain text, in place, of a button in the middle of a sentence: a name that opens a card when it is pressed."""
    for button in list(tree.iter("button")):
        parent, previous = button.getparent(), button.getprevious()
        if parent is None:
            continue
        before = (parent.text if previous is None else previous.tail) or ""
        if before.strip() and (button.tail or "").strip():
            button.tag = "span"


def visible_text(tree: HtmlElement) -> str:
    """Every word a reader of the page could see, navigation included, separated by spaces."""
    body = tree.find("body")
    parts: list[str] = []
    for element in (tree if body is None else body).iter():
        if isinstance(element.tag, str) and element.tag not in ("script", "style", "title", "meta"):
            parts.append(element.text or "")
        parts.append(element.tail or "")
    return " ".join(" ".join(parts).split())


def drop(element: HtmlElement) -> None:
    """Take ``element`` out of its tree; what follows it stays."""
    if element.getparent() is not None:
        element.drop_tree()

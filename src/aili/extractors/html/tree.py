"""A page's text becomes a tree, and a tree the words in it."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HtmlProcessingInstruction, document_fromstring

from aili.errors import EmptyError, MalformedError

# libxml2 takes the first of these for the page's end and puts what follows beside <html>; browsers read on (HTML Standard,
# 13.2.6.4.19). One page of 410 closes its body after its menu, above its article.
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,9});?")
# lxml.html asks a Python function for the class of each element that is touched, to tell forms and their fields, of which
# nothing is used here. Measured: going through a page's elements takes a third of the time without.
_CLASSES = etree.ElementDefaultClassLookup(
    element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
)
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def parse(text: str, *, name: str) -> HtmlElement:
    """The page's tree, without the characters that XML forbids.

    Raises EmptyError where there is no element at all, and MalformedError where they lie too deep.
    """
    data = _ENDS.sub("", text).encode("utf-8", "ignore").translate(None, _CONTROLS)  # bytes: faster
    data = _REFERENCE.sub(_allowed, data.replace(_NONCHARACTERS[0], b"").replace(_NONCHARACTERS[1], b""))
    # huge_tree: else libxml2 silently leaves out what lies deeper than 255 elements, as under unclosed <font>s.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_CLASSES)
    try:
        tree = document_fromstring(data, parser=parser)
    except etree.ParserError as error:  # lxml's word for "Document is empty"
        raise EmptyError(f"{name} is empty.", hint="There is nothing to read; is it the right address?") from error
    if any("depth" in entry.message for entry in parser.error_log):
        raise MalformedError(f"{name} nests its elements too deep to be read.", hint="Save it as text, and give that.")
    return tree


def _allowed(reference: re.Match[bytes]) -> bytes:
    """A character reference as it is, or nothing where it names a character that lxml would refuse to write later."""
    number = int(reference[1][1:], 16) if reference[1][:1] in b"xX" else int(reference[1])
    return b"" if number > 0x10FFFF or _NOT_XML.match(chr(number)) else reference[0]


def without_forbidden(text: str) -> str:
    """``text`` without the characters that XML forbids, as JSON can hold them."""
    return _NOT_XML.sub("", text)


def free_buttons(tree: HtmlElement) -> None:
    """Make plain text, in place, of a button in the middle of a sentence: a name that opens a card when it is pressed."""
    for button in list(tree.iter("button")):
        parent, previous = button.getparent(), button.getprevious()
        if parent is None:
            continue
        before = (parent.text if previous is None else previous.tail) or ""
        if before.strip() and (button.tail or "").strip():
            button.tag = "span"


_SHOWN_TEXTS = etree.XPath(
    "descendant::text()[not(parent::script or parent::style or parent::title)]", smart_strings=False
)


def visible_text(tree: HtmlElement) -> str:
    """Every word a reader of the page could see, navigation included, separated by spaces."""
    body = tree.find("body")
    return shown_text(tree if body is None else body)


def shown_text(element: HtmlElement) -> str:
    """Every word in ``element``, in order, as ``visible_text`` gives them."""
    return " ".join(" ".join(cast(list[str], _SHOWN_TEXTS(element))).split())


def drop(element: HtmlElement) -> None:
    """Take ``element`` out of its tree; what follows it stays."""
    if element.getparent() is not None:
        element.drop_tree()

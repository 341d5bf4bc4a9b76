"""The HTML of a mail without what its sender did not write: what mail programs mark as quoted history or as a signature."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html
from lxml.html import HtmlElement

from aili.extractors.mail.plain import NOTHING
from aili.language import count_words

_HISTORY = (
    "//blockquote[@type='cite' or contains(@class, 'gmail_quote') or contains(@class, 'protonmail_quote')]",
    "//div[contains(@class, 'gmail_quote') or contains(@class, 'yahoo_quoted') or contains(@class, 'moz-cite-prefix')]",
    "//div[contains(@class, 'protonmail_quote') or contains(@class, 'zmail_extra') or contains(@class, 'gmail_attr')]",
)
# Outlook's: the rest of the page is the older message.
_FROM_HERE = ("//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='x_divRplyFwdMsg']",)
_SIGNATURES = (
    "//*[contains(@class, 'gmail_signature') or contains(@class, 'moz-signature') or @id='Signature' or @id='signature']",
    "//*[contains(@class, 'protonmail_signature_block')]",
)
# Characters that XML forbids, and references to them: lxml reads them and then refuses to move them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MEANT = re.compile(r"&#(?:0*(?:[12]?\d|3[01]|6553[45])|[xX]0*(?:1?[0-9a-fA-F]|[fF]{3}[eEfF]))(?![0-9a-fA-F]);?")


@dataclass(kw_only=True, slots=True)
class Framed:
    """A page that the sender wrote, how many words it shows, what was set aside and how many words that is."""

    text: str
    words: int
    aside: Counter[str] = field(default_factory=Counter)
    aside_words: int = 0


def written(page: str) -> Framed | None:
    """The HTML of a mail as its sender wrote it; None where it is no HTML at all."""
    tree = _parsed(page)
    if tree is None:
        return None
    found = Framed(text="", words=0)
    own = _parsed(page)
    if own is not None:
        for what, paths, rest in (
            ("quoted message", _FROM_HERE, True),
            ("quoted message", _HISTORY, False),
            ("signature", _SIGNATURES, False),
        ):
            for element in [one for path in paths for one in own.xpath(path)]:
                if words := _dropped(element, own, following=rest):
                    found.aside[what] += 1
                    found.aside_words += words
        if _words(own) >= NOTHING:
            tree = own
        else:  # it only points to what it quotes
            found = Framed(text="", words=0)
    for title in list(tree.iter("title")):
        title.drop_tree()
    found.text = html.tostring(tree, encoding="unicode")
    found.words = _words(tree)
    return found


def _parsed(page: str) -> HtmlElement | None:
    page = _NOT_XML.sub("", _MEANT.sub(" ", page))
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(page.encode("utf-8"), parser=parser)
    except (etree.ParserError, ValueError):  # lxml's words for "there is nothing"
        return None


def _dropped(element: HtmlElement, root: HtmlElement, *, following: bool) -> int:
    """Take an element out of ``root``, and with ``following`` all that comes after it; how many words those were."""
    if root not in element.iterancestors():  # it went with what was around it
        return 0
    words = 0
    if following:
        for one in list(element.itersiblings()):
            words += _words(one)
            one.drop_tree()
    words += _words(element)
    element.drop_tree()
    return words


def _words(element: HtmlElement) -> int:
    return count_words(" ".join(_shown(element)))


def _shown(element: HtmlElement) -> Iterator[str]:
    for one in element.iter():
        if isinstance(one.tag, str) and one.tag not in ("script", "style", "title", "head"):
            yield one.text or ""
        if one is not element:
            yield one.tail or ""

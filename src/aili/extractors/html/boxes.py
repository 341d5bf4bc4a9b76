"""Boxes of the site's own that stand in an article or below it: who its author is, calls to act, windows that open.

They read like prose, so that no method leaves them out for what they say; but pages name them for their style sheets.
Measured: of 142 even-numbered articles 12 gain and none loses, F1 .9551 to .9562; of 178 odd-numbered ones 15 gain and 3
lose, .9472 to .9479. Pages of services and shops are such boxes, so that only articles are rid of them.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from aili.extractors.html.tree import drop, shown_text

_NAMED = re.compile(
    r"(?:^|[\s_-])(?:authors?(?:bio|box|card|info)?|bio|cta|call-?to-?action|pop-?up|modal)(?:$|[\s_-])", re.IGNORECASE
)
_TAGS = ("div", "section", "aside", "footer", "figure", "dialog", "article")
_MAX_WORDS = 250
_MAX_SHARE = 0.2  # of the page's words that stand in no link


def drop_boxes(tree: HtmlElement) -> None:
    """Remove such boxes from ``tree``, in place; none where together they hold a fifth of the page's words outside links."""
    boxes = [element for element in tree.iter(*_TAGS) if _is_box(element)]
    known = set(boxes)
    outermost = [box for box in boxes if known.isdisjoint(box.iterancestors())]
    if boxes and sum(map(_own_words, outermost)) <= _MAX_SHARE * _own_words(tree):
        for box in outermost:
            drop(box)


def _is_box(element: HtmlElement) -> bool:
    named = any(_NAMED.search(name) for name in (element.get("class"), element.get("id")) if name)
    if not named or len(element.text_content().split()) > _MAX_WORDS:
        return False
    return next(element.iter("h1"), None) is None


def _own_words(element: HtmlElement) -> int:
    """The words that ``element`` shows outside of links."""
    linked = sum(len(link.text_content().split()) for link in element.iter("a"))
    return len(shown_text(element).split()) - linked

"""The longest run of paragraphs on a page: one element and the long paragraphs directly in it.

The last resort where the methods that weigh a whole page took its teasers for its text: teasers stand in a box each, an
article's paragraphs stand in one.
"""

from __future__ import annotations

import re
from collections import Counter

from lxml.html import HtmlElement

_LONG = 80  # characters; shorter paragraphs are teasers, captions and bylines as often as prose
_LINKED = 0.5  # the share of a paragraph's text that is text of links, in a paragraph that is no prose
_NOT_MAIN = re.compile(
    r"\bnav|\bmenu|comment|review|discuss|cookie|consent|gdpr|disclaimer|footer|sidebar|newsletter|modal|popup|related|repl(?:y|ies)|legal",
    re.IGNORECASE,
)
_NOT_MAIN_TAGS = frozenset(("nav", "aside", "footer", "header", "form", "dialog", "blockquote", "li"))


def longest_run(tree: HtmlElement) -> HtmlElement | None:
    """The element with the most text in long paragraphs that are its own children; None where there are no such."""
    lengths: Counter[HtmlElement] = Counter()
    seen: set[tuple[HtmlElement, str]] = set()
    for paragraph in tree.iter("p"):
        parent = paragraph.getparent()
        text = " ".join(paragraph.text_content().split())
        length = len(text) if (parent, text) not in seen else 0  # what is said twice counts once
        seen.add((parent, text))
        if parent is not None and length >= _LONG and _linked(paragraph) < _LINKED * length:
            lengths[parent] += length
    return next((element for element, _ in lengths.most_common() if not _is_beside(element)), None)


def words_in(element: HtmlElement) -> int:
    """How many words stand in the long paragraphs directly in ``element``."""
    texts = {" ".join(child.text_content().split()) for child in element if child.tag == "p"}
    return sum(len(text.split()) for text in texts if len(text) >= _LONG)


def _linked(paragraph: HtmlElement) -> int:
    return sum(len(link.text_content()) for link in paragraph.iter("a"))


def _is_beside(element: HtmlElement) -> bool:
    """Whether ``element`` or a box around it says that it stands beside the main text."""
    around = [element, *element.iterancestors()]
    return any(
        box.tag in _NOT_MAIN_TAGS
        or (box.tag not in ("html", "body") and _NOT_MAIN.search(f"{box.get('id', '')} {box.get('class', '')}"))
        for box in around
    )

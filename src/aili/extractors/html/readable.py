"""Readability's text of a page, where it can be long enough to matter; of most pages it cannot, which is seen early.

It is trafilatura's own fork, since readability-lxml asks for an LGPL library. Words are counted with each text of the tree
by itself, which never gives fewer than the blocks have. Measured on 160 articles: 102 have words enough, and of 6 of them
readability's text is taken; of 58 what it does not drop by name has too few words, of 34 more the article that it chose.
"""

from __future__ import annotations

import re
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml.etree import ParserError
from lxml.html import HtmlElement, fromstring

from aili.extractors import Piece
from aili.extractors.html import lean  # noqa: F401 - must come before trafilatura
from aili.extractors.html.blocks import pieces
from aili.extractors.html.tree import shown_text

from trafilatura.readability_lxml import FRAME_TAGS, REGEXES, Document  # isort: skip - after lean

if TYPE_CHECKING:
    from trafilatura.readability_lxml import Candidate

_WORD = re.compile(r"\w+")
_LEAST_TEXT = 25  # characters of a paragraph that counts


def readable(tree: HtmlElement, *, least: float) -> list[Piece]:
    """The blocks that readability finds in ``tree``, which stays as it is; none where they have ``least`` words or fewer."""
    try:
        return pieces(fromstring(_Readability(deepcopy(tree), least=least).summary()))
    except ParserError:  # an empty summary
        return []


def words_beside(tree: HtmlElement) -> int:
    """How many of the words that ``tree`` shows stand in elements that readability drops by their names."""
    unlikely: set[HtmlElement] = set()
    words = 0
    body = tree.find("body")
    for element in (tree if body is None else body).iterdescendants("*"):
        own, names = element.get("id"), element.get("class")
        if (own or names) and _is_unlikely(names or "", own or "") and element.tag not in FRAME_TAGS:
            if unlikely.isdisjoint(element.iterancestors()):
                words += len(_WORD.findall(shown_text(element)))
            unlikely.add(element)
    return words


@lru_cache(8192)
def _is_unlikely(names: str, own: str) -> bool:
    """As ``Document.remove_unlikely_candidates`` says."""
    marks = " ".join(filter(None, (names, own)))
    low = marks.lower()
    return (
        len(marks) > 1
        and REGEXES["unlikelyCandidatesRe"].search(low) is not None
        and not REGEXES["okMaybeItsACandidateRe"].search(low)
    )


class _Readability(Document):
    """Readability that does not clean what it found where that has ``least`` words or fewer."""

    __slots__ = ("_least",)

    def __init__(self, tree: HtmlElement, *, least: float) -> None:
        super().__init__(tree, min_text_length=_LEAST_TEXT)
        self._least = least

    def sanitize(self, node: HtmlElement, candidates: dict[HtmlElement, Candidate]) -> str:
        if len(_WORD.findall(" ".join(map(str, node.itertext())))) <= self._least:
            return ""
        return super().sanitize(node, candidates)

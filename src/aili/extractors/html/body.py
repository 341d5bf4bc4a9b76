"""The main text of a page: trafilatura's, or readability's where that found the same text and much more of it.

Configuration A of findings on extraction: comments are left out; over the sets of lower-cased 4-grams, readability's R
replaces trafilatura's T where |R| > 1.5 |T| and |T∩R| > 0.7 |T| (trafilatura cuts pages that come in chunks); leading
lines that only repeat the title are dropped. Readability is trafilatura's own fork of it, which asks for no LGPL library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy

from lxml.etree import ParserError
from lxml.html import HtmlElement, fromstring

from aili.extractors import Piece
from aili.extractors.html import lean  # noqa: F401 - must come before trafilatura
from aili.extractors.html.blocks import pieces

from trafilatura.core import bare_extraction  # isort: skip - after lean
from trafilatura.readability_lxml import Document as Readability  # isort: skip - after lean

_WORD = re.compile(r"\w+")
_REPEATED_TITLE_LINES = 3
_PREFIX_WORDS = 4


def main_text(tree: HtmlElement, *, titles: Iterable[str]) -> list[Piece]:
    """The blocks of the page's main text; none where neither method finds any. ``tree`` is left as it is.

    ``titles`` are texts whose repetition at the start of the text says nothing.
    """
    found = _trafilatura(tree)
    other = _readability(tree)
    if _much_longer(_grams(other), _grams(found)):
        found = other
    return _without_title(found, titles)


def _trafilatura(tree: HtmlElement) -> list[Piece]:
    document = bare_extraction(deepcopy(tree), include_comments=False, include_formatting=False)
    if document is None:
        return []
    return pieces(document.body)


def _readability(tree: HtmlElement) -> list[Piece]:
    summary = Readability(deepcopy(tree), min_text_length=25).summary()
    try:
        return pieces(fromstring(summary))
    except ParserError:  # an empty summary
        return []


def _grams(found: Sequence[Piece]) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall("\n".join(piece.text for piece in found).lower())
    return frozenset(zip(words, words[1:], words[2:], words[3:], strict=False))


def _much_longer(other: frozenset[tuple[str, ...]], own: frozenset[tuple[str, ...]]) -> bool:
    return len(other) > 1.5 * len(own) and len(other & own) > 0.7 * len(own)


def _without_title(found: list[Piece], titles: Iterable[str]) -> list[Piece]:
    known = [_WORD.findall(title.lower()) for title in titles]
    kept: list[Piece] = []
    for index, piece in enumerate(found):
        words = _WORD.findall(piece.text.lower())
        repeats = index < _REPEATED_TITLE_LINES and any(
            words == title or (len(words) >= _PREFIX_WORDS and words == title[: len(words)]) for title in known if title
        )
        if not repeats:
            kept.append(piece)
    return kept

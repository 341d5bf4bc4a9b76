"""The main text of a page: trafilatura's, or another method's where that found the same text and much more of it.

Trafilatura cuts pages that come in chunks. So over the sets of lower-cased 4-grams another method's R replaces
trafilatura's T where |T∩R| > 0.7 |T| and |R| > k |T|: k = 1.25 for readability, 3 for all that the page itself marks as
``<main>`` or ``<article>``. Comments are left out, and leading lines that only repeat the title are dropped. Measured on
320 articles (F1): trafilatura .930, with titles dropped .931, with readability .935, with ``<main>`` too .940; readability
is trafilatura's own fork, since readability-lxml (.936 in its place) asks for an LGPL library. With the page's own headings
put back and blocks that lead away removed: .945.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from lxml.html import HtmlElement

from aili.extractors import Piece
from aili.extractors.html import searches
from aili.extractors.html.blocks import pieces
from aili.extractors.html.gaps import with_gaps_filled
from aili.extractors.html.marks import unmarked, without_hulls
from aili.extractors.html.notices import without_notices
from aili.extractors.html.outline import first_words, settled, with_headings
from aili.extractors.html.readable import readable, words_beside
from aili.extractors.html.related import leads_away
from aili.extractors.html.runs import longest_run, words_in

from trafilatura.core import bare_extraction  # isort: skip - after searches, which import it without what is not needed

Grams = frozenset[tuple[str, ...]]

_WORD = re.compile(r"\w+")
_REPEATED_TITLE_LINES = 3
_PREFIX_WORDS = 4
_LAST_HEADINGS = 2  # at the end of a text, that head nothing; more are a list set in headings
_FEW, _FEW_SHARE = 400, 0.3  # words, and of the words shown, below which trafilatura looks a second time
_READABLE_RATIO, _MAIN_RATIO = 1.25, 3.0  # times what was found, that another method must find
_RUN_WORDS = 150  # of a run of paragraphs that is taken instead
_RUN_RATIO = 2.0  # times the words that were found


class _Extracted(Protocol):
    """What is used of trafilatura's own document."""

    body: HtmlElement


def main_text(tree: HtmlElement, *, titles: Iterable[str], visible: str) -> list[Piece]:
    """The blocks of the page's main text; none where neither method finds any. ``tree`` is left as it is.

    ``titles`` are texts whose repetition at the start of the text says nothing, ``visible`` is all that the page shows.
    """
    found = _trafilatura(tree, fast=True)
    most = len(_WORD.findall(visible))  # words, and so 4-grams, that a method could find
    if len(found) < 2 or _words(found) < min(_FEW, _FEW_SHARE * most):  # one block may be all blocks run together
        found = _trafilatura(tree, fast=False)
    own = _grams(found)
    least = _READABLE_RATIO * len(own)
    if most > least and most - words_beside(tree) > least:  # else readability drops too much
        other = readable(tree, least=least)
        if _is_much_longer(others := _grams(other), own, _READABLE_RATIO):
            found, own = other, others
    if most > _MAIN_RATIO * len(own) and _is_much_longer(_grams(other := _declared_main(tree)), own, _MAIN_RATIO):
        found = other
    run = longest_run(tree)
    if run is not None and words_in(run) > max(_RUN_WORDS, _RUN_RATIO * _words(found)):
        found = pieces(run)
    page = settled(_whole(tree))
    if len(found) == 1 and _same(page, found):
        found = page  # trafilatura's last resort runs a page's blocks together
    keys = [first_words(piece) for piece in page]
    links = (link.text_content() for link in tree.iter("a"))
    found = with_headings(with_gaps_filled(settled(found), page, keys, links=links), page, keys)
    found = without_notices(_with_sections(without_title(found, titles)))
    return without_hulls([unmarked(piece) for piece in found])


def holds_more(other: Sequence[Piece], found: Sequence[Piece], *, ratio: float) -> bool:
    """Whether ``other`` has ``ratio`` times the 4-grams of ``found``, and most of those."""
    return _is_much_longer(_grams(other), _grams(found), ratio)


def _trafilatura(tree: HtmlElement, *, fast: bool) -> list[Piece]:
    """``fast``: without its own second looks, by readability, which is asked anyway, and by justext."""
    lines = [element for element in tree.iter("pre") if next(element.iter("code"), None) is None]
    for element in lines:  # which trafilatura takes for a quotation, and joins
        element.tag = "code"
    # The tree is copied before it is changed. Any other output format than "python" saves writing the text out.
    with searches.quick():
        document = bare_extraction(
            tree, fast=fast, include_comments=False, include_formatting=False, output_format="xml"
        )
    for element in lines:
        element.tag = "pre"
    return [] if document is None else pieces(cast(_Extracted, document).body)


def _declared_main(tree: HtmlElement) -> list[Piece]:
    """All of the longest element that the page marks as its main part."""
    marked = [pieces(element) for element in tree.iter("main", "article")]
    return max(marked, key=lambda found: sum(len(piece.text) for piece in found), default=[])


def _words(found: Sequence[Piece]) -> int:
    return sum(len(piece.text.split()) for piece in found)


def _whole(tree: HtmlElement) -> list[Piece]:
    return [piece for body in tree.iter("body") for piece in pieces(body)]


def _grams(found: Sequence[Piece]) -> Grams:
    words = _WORD.findall("\n".join(piece.text for piece in found).lower())
    return frozenset(zip(words, words[1:], words[2:], words[3:], strict=False))


def _is_much_longer(others: Grams, own: Grams, ratio: float) -> bool:
    return len(others) > ratio * len(own) and len(others & own) > 0.7 * len(own)


def _same(other: Sequence[Piece], found: Sequence[Piece]) -> bool:
    grams, own = _grams(other), _grams(found)
    return len(grams & own) > 0.7 * max(len(grams), len(own))


def without_title(found: list[Piece], titles: Iterable[str]) -> list[Piece]:
    """``found`` without first lines that repeat one of ``titles``, and without a heading that repeats the first."""
    known = [words for title in titles if (words := _WORD.findall(title.lower()))]
    kept: list[Piece] = []
    for index, piece in enumerate(found):
        heading = piece.kind == "heading"
        words = _WORD.findall(piece.text.lower()) if heading or index < _REPEATED_TITLE_LINES else []
        repeats = index < _REPEATED_TITLE_LINES and any(
            words == title or (len(words) >= _PREFIX_WORDS and words == title[: len(words)]) for title in known
        )
        if not repeats and not (heading and (not words or words in known[:1] or piece in kept[-1:])):
            kept.append(piece)
    return kept


def _with_sections(found: Sequence[Piece]) -> list[Piece]:
    """``found`` without a heading or two at its end, and without those that announce other pages, none of which was read."""
    end = len(found)
    while end and found[end - 1].kind == "heading":
        end -= 1
    if len(found) - end > _LAST_HEADINGS:
        end = len(found)
    kept: list[Piece] = []
    below: Piece | None = None
    for piece in reversed(found[:end]):
        heads = below is None or below.kind != "heading" or below.level > piece.level
        if piece.kind != "heading" or heads or not leads_away(piece.text):
            kept.append(piece)
            below = piece
    return kept[::-1]

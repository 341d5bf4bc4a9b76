"""What kind of page it is, where that is not one text: a list of other pages, a forum's thread, a product.

A list shows cards: children of one element, or ``<article>`` elements, each short and with a link of its own. Measured on
410 pages: docs/extraction.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lxml.html import HtmlElement

from aili.extractors.html.structured import Structured, types

Kind = Literal["text", "list", "thread", "product"]

TOLD = "This page lists other pages, rather than being a text of its own."
_LISTS = frozenset(("collectionpage", "searchresultspage"))
_DECLARED = (
    "article",
    "newsarticle",
    "blogposting",
    "techarticle",
    "reportagenewsarticle",
    "report",
    "analysisnewsarticle",
)
_THREADS = frozenset(("discussionforumposting", "qapage"))
_THREAD_PATH = re.compile(
    r"/(?:threads?|topics?|t)/[^/]*\d|/forums?/|/(?:viewtopic|showthread|viewthread)\.|/questions/\d", re.IGNORECASE
)
_PRODUCTS = frozenset(("product", "productgroup"))
_BESIDE = frozenset(("nav", "header", "footer", "aside", "dialog", "script", "style", "select", "button"))
_ROLES_BESIDE = frozenset(("navigation", "banner", "contentinfo", "complementary", "search", "dialog"))
_NO_CARDS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "a", "span", "br", "td", "th"))
_CARDS = 4  # in one element; fewer are a choice
_ALIKE = 0.6  # of the children of one name, so many are cards
_APART = 0.7  # links to different places for each card
_CARD_WORDS = 90
_ARTICLES = 6  # ``<article>`` elements that are cards wherever they stand
_LISTED = 0.45  # the share of the page's words that stands in cards
_PROSE = 0.15  # the share that stands in paragraphs outside of them
_PARAGRAPH_WORDS = 15
_NO_PLACE = ("#", "javascript:", "mailto:")


def says_article(declared: Structured) -> bool:
    """Whether the page says to machines that it is an article."""
    return declared.meta("og:type").lower() == "article" or next(declared.of_type(*_DECLARED), None) is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """How many of a page's words stand where, menus and margins left out: in all, in cards, in paragraphs outside.

    A paragraph within a link is as good as a card: it is the teaser of what the link leads to.
    """

    words: int
    listed: int
    prose: int

    @property
    def is_list(self) -> bool:
        """Whether the page is cards, and little else."""
        return self.listed >= _LISTED * self.words > 0 and self.prose <= _PROSE * self.words


def kind(tree: HtmlElement, declared: Structured, *, location: str) -> Kind:
    """What the page says that it is, else how it is built; ``tree`` is without what is hidden."""
    said = frozenset(name for entry in declared.objects for name in types(entry))
    if said & _THREADS or _THREAD_PATH.search(location):
        return "thread"
    shown_as = declared.meta("og:type").lower()
    if said & _LISTS or shown_as == "product.group":
        return "list"
    if said & _PRODUCTS or "product" in shown_as:
        return "product"
    return "list" if shape(tree).is_list else "text"


def shape(tree: HtmlElement) -> Shape:
    """How the words of ``tree`` are spread."""
    body = tree.find("body")
    root = tree if body is None else body
    words = _words(root)
    inside: set[HtmlElement] = set()
    listed = 0
    for card in _cards(words):
        if card not in inside:
            inside.update(card.iter())
            listed += words[card]
    for link in (element for element in words if element.tag == "a" and _place(element)):
        teasers = [teaser for teaser in link.iter("p") if teaser not in inside]
        inside.update(teasers)
        listed += sum(words.get(teaser, 0) for teaser in teasers)
    paragraphs = (element for element in words if element.tag == "p" and element not in inside)
    prose = sum(words[paragraph] for paragraph in paragraphs if words[paragraph] >= _PARAGRAPH_WORDS)
    return Shape(words=words[root], listed=listed, prose=prose)


def _words(root: HtmlElement) -> dict[HtmlElement, int]:
    """How many words stand in each element under ``root`` that stands in no margin; each element before what it holds."""
    words: dict[HtmlElement, int] = {}
    held: list[list[HtmlElement]] = []
    stack = [root]
    while stack:
        element = stack.pop()
        own = len((element.text or "").split())
        children = []
        for child in element:
            own += len((child.tail or "").split())
            if isinstance(tag := child.tag, str) and tag not in _BESIDE and child.get("role") not in _ROLES_BESIDE:
                children.append(child)
        words[element] = own
        held.append(children)
        stack += reversed(children)
    for element, children in zip(reversed(words), reversed(held), strict=True):  # what is held is counted before
        words[element] += sum(words[child] for child in children)
    return words


def _place(link: HtmlElement) -> str:
    """Where ``link`` leads, without the place on that page; empty where it leads to no page."""
    place = (link.get("href") or "").strip()
    return "" if place.lower().startswith(_NO_PLACE) else place.partition("#")[0]


def _cards(words: dict[HtmlElement, int]) -> Iterator[HtmlElement]:
    for parent in words:
        if len(parent) >= _CARDS and parent.tag not in _NO_CARDS:
            alike: dict[str, list[HtmlElement]] = defaultdict(list)
            for child in parent:
                if child in words and child.tag not in _NO_CARDS:
                    alike[child.tag].append(child)
            for children in alike.values():
                yield from _cards_of(children, words, least=max(_CARDS, _ALIKE * len(children)))
    articles = [element for element in words if element.tag == "article"]
    yield from _cards_of(articles, words, least=_ARTICLES)


def _cards_of(elements: Sequence[HtmlElement], words: dict[HtmlElement, int], *, least: float) -> Sequence[HtmlElement]:
    """Those of ``elements`` that are cards, where they are ``least`` at least and lead to different places."""
    short = [element for element in elements if 1 < words[element] <= _CARD_WORDS]
    if len(short) < least:
        return ()
    places = {element: found for element in short if (found := _places(element, words))}
    apart = set[str]().union(*places.values())
    return tuple(places) if len(places) >= least and len(apart) >= _APART * len(places) else ()


def _places(element: HtmlElement, words: dict[HtmlElement, int]) -> set[str]:
    """Where the links in ``element`` lead that stand in no margin of it."""
    return {place for link in element.iter("a") if link in words and (place := _place(link))}

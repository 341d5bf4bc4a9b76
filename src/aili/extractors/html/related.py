"""Blocks that lead away from a page: a heading such as "Read next", and below it little but links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from lxml.html import HtmlElement

from aili.extractors.html.outline import heading_rank

_LEADS_AWAY = re.compile(
    r"(?:explore (?:more|further)|discover more|(?:you (?:may|might|could)|we think you.?ll) (?:also )?(?:like|enjoy|love|be interested)"
    r"|related(?:$| (?:articles?|posts?|stor(?:y|ies)|reading|reads?|content|news|topics?|resources|links?|blogs?|guides?)\b)"
    r"|(?:what to )?read (?:next|more|also)\b|(?:more|other|latest|recent|popular|featured|similar|trending)"
    r" (?:articles?|posts?|stor(?:y|ies)|news|reads|blogs?|guides?|like this)\b"
    r"|more (?:from|on|in|about|like|to (?:read|explore))\b|most (?:read|popular|viewed|shared)\b|recommended\b"
    r"|(?:keep|continue) reading\b|up next\b|don.?t miss\b|trending\b|in case you missed|next article|previous article"
    r"|mehr (?:zum thema|aus|von)\b|das könnte (?:sie|dich)|lesen sie (?:auch|mehr|weiter)|weitere (?:artikel|beiträge|themen)"
    r"|ähnliche (?:artikel|beiträge)|à lire (?:aussi|ensuite)|lire aussi|articles (?:similaires|liés|récents)|sur le même (?:sujet|thème)"
    r"|(?:te|le) puede interesar|(?:artículos|noticias) relacionad[ao]s|lee (?:también|más)|más (?:noticias|de|sobre)\b"
    r"|articoli correlati|leggi anche|potrebbe interessarti|leia (?:também|mais)|(?:artigos|notícias) relacionad[ao]s|lees ook)",
    re.IGNORECASE,
)
_MAX_WORDS = 9  # of such a heading
_LINKED = 0.5  # the share of a block's words that are words of links, in a block that leads away
_MIN_LINKS = 2
_MAX_BLOCK = 400  # words; what is longer is a text about its subject


def drop_related(tree: HtmlElement) -> None:
    """Remove from ``tree``, in place, each block that leads away together with its heading."""
    for element in [element for element in tree.iter() if isinstance(element.tag, str) and heading_rank(element)]:
        text = " ".join(element.text_content().split())
        if len(text.split()) <= _MAX_WORDS and _LEADS_AWAY.match(text) and element.getparent() is not None:
            block = _below(element)
            if _is_linked(block):
                for part in (element, *block):
                    part.drop_tree()


def _below(heading: HtmlElement) -> list[HtmlElement]:
    """What stands under ``heading``: its siblings to the next heading as high; a heading alone in its box heads the box's."""
    rank = heading_rank(heading)
    place: HtmlElement = heading
    while True:
        siblings = [sibling for sibling in place.itersiblings() if isinstance(sibling.tag, str)]
        found = list(takewhile(lambda sibling: not 0 < heading_rank(sibling) <= rank, siblings))
        if any(sibling.text_content().strip() for sibling in found):
            return found
        parent = place.getparent()
        if siblings or parent is None or parent.tag in ("body", "article", "main"):
            return []
        place = parent


def _is_linked(block: list[HtmlElement]) -> bool:
    links = [link for part in block for link in _links(part) if link.text_content().strip()]
    words = sum(len(part.text_content().split()) for part in block)
    linked = sum(len(link.text_content().split()) for link in links)
    return len(links) >= _MIN_LINKS and words <= _MAX_BLOCK and linked >= _LINKED * words


def _links(part: HtmlElement) -> Iterator[HtmlElement]:
    return part.iter("a")

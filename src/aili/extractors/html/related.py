"""Blocks that lead away from a page: a heading such as "Read next", and below it little but links."""

from __future__ import annotations

import re
from itertools import takewhile

from lxml.html import HtmlElement

from aili.extractors.html.outline import heading_rank

_LEADS_AWAY = re.compile(
    r"(?:explore (?:more|further)|discover more|(?:you (?:may|might|could)|we think you.?ll) (?:also )?(?:like|enjoy|love)"
    r"|you (?:may|might) (?:also )?be interested|related(?:$| (?:articles?|posts?|stor(?:y|ies)|reading|reads?)\b)"
    r"|related (?:content|news|topics?|resources|links?|blogs?|guides?)\b|(?:what to )?read (?:next|more|also)\b"
    r"|(?:more|other|latest|recent|popular|featured|similar|trending) (?:articles?|posts?|stor(?:y|ies)|news|reads)\b"
    r"|(?:more|other|latest|recent|popular|featured|similar) (?:blogs?|guides?|like this)\b"
    r"|more (?:from|on|in|about|like|to (?:read|explore))\b|most (?:read|popular|viewed|shared)\b"
    r"|recommended(?:$| (?:for you|reading|reads|articles?|posts?|stories|content)\b)|(?:keep|continue) reading\b"
    r"|up next\b|don.?t miss\b|trending(?:$| now\b)|in case you missed|next article|previous article"
    r"|mehr (?:zum thema|aus|von)\b|das könnte (?:sie|dich)|lesen sie (?:auch|mehr|weiter)|ähnliche (?:artikel|beiträge)"
    r"|weitere (?:artikel|beiträge|themen)|à lire (?:aussi|ensuite)|lire aussi|articles (?:similaires|liés|récents)"
    r"|sur le même (?:sujet|thème)|(?:te|le) puede interesar|(?:artículos|noticias) relacionad[ao]s|lee (?:también|más)"
    r"|más (?:noticias|sobre)\b|articoli correlati|leggi anche|potrebbe interessarti|leia (?:também|mais)"
    r"|(?:artigos|notícias) relacionad[ao]s|lees ook)",
    re.IGNORECASE,
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "p")
_MAX_WORDS = 9  # of such a heading
_LINKED = 0.5  # the share of a block's words that are words of links, in a block that leads away
_LINKED_TEASERS = 0.3  # the same, where no paragraph is longer than a teaser
_TEASER = 40  # words
_MIN_LINKS = 2
_MAX_BLOCK = 400  # words; what is longer is a text about its subject


def drop_related(tree: HtmlElement, *, words: int) -> None:
    """Remove from ``tree``, in place, each block that leads away together with its heading.

    Where they hold more than half of the page's ``words``, the page is an index of others, and nothing is removed.
    """
    blocks = [[heading, *block] for heading in _leading_away(tree) if _is_linked(block := _below(heading))]
    if sum(map(_words, blocks)) > words / 2:
        return
    for part in [part for block in blocks for part in block]:
        if part.getparent() is not None:
            part.drop_tree()


def _leading_away(tree: HtmlElement) -> list[HtmlElement]:
    headings = [element for element in tree.iter(*_HEADINGS) if heading_rank(element)]
    return [heading for heading in headings if leads_away(" ".join(heading.text_content().split()))]


def leads_away(text: str) -> bool:
    """Whether the heading ``text`` announces other pages."""
    return len(text.split()) <= _MAX_WORDS and _LEADS_AWAY.match(text) is not None


def _below(heading: HtmlElement) -> list[HtmlElement]:
    """What stands under ``heading``: its siblings to the next heading as high, or its box's if it is alone there."""
    rank = heading_rank(heading)
    place: HtmlElement = heading
    while True:
        siblings = [sibling for sibling in place.itersiblings() if isinstance(sibling.tag, str)]
        found = list(takewhile(lambda sibling: not _opens_section(sibling, rank), siblings))
        if any(sibling.text_content().strip() for sibling in found):
            return found
        parent = place.getparent()
        if siblings or parent is None or parent.tag in ("body", "article", "main"):
            return []
        place = parent


def _opens_section(element: HtmlElement, rank: int) -> bool:
    """A heading as high ends the block, unless it is a link: then it is the headline of one of the pages offered."""
    return 0 < heading_rank(element) <= rank and _linked_words([element]) < _words([element])


def _is_linked(block: list[HtmlElement]) -> bool:
    """Whether ``block`` is mostly links, or headlines that are links with a teaser each."""
    links = sum(1 for part in block for link in part.iter("a") if link.text_content().strip())
    words = _words(block)
    longest = max((_words([text]) for part in block for text in part.iter("p", "li")), default=0)
    share = _LINKED if longest > _TEASER else _LINKED_TEASERS
    return links >= _MIN_LINKS and words <= _MAX_BLOCK and _linked_words(block) >= share * words


def _words(parts: list[HtmlElement]) -> int:
    return sum(len(part.text_content().split()) for part in parts)


def _linked_words(parts: list[HtmlElement]) -> int:
    return _words([link for part in parts for link in part.iter("a")])

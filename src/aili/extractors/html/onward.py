"""Where an article goes on: the link to its next page, and the one that shows all pages as one.

A link counts where its address is that of the page after this one (see ``series``), where it says so (``rel=next``, its
number, or words for "next page"), and where the page is an article: lists, threads and the reviews of products have next
pages too. A link to the next article has another address, and is none. Measured on 410 pages: docs/extraction.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from aili import codec, labels, series
from aili.decoding import decode
from aili.extractors import Onward, Whereto
from aili.extractors.html import kinds, structured, tree
from aili.extractors.html.hidden import hide
from aili.extractors.html.runs import longest_run, words_in
from aili.extractors.html.structured import Structured

_WHOLE_ADDRESS = re.compile(
    r"\b(?:all|full|single(?:page)?|complete|komplett\w*|alles|tout|onepage|print)\b", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"comment|disqus|repl(?:y|ies)|review|related|recommend|archive|recent|sidebar|widget|carousel|slider|gallery",
    re.IGNORECASE,
)
_LABEL = 100  # characters
_AROUND = 6  # elements around a link whose names are read
_PROSE = 150  # words in one run of paragraphs, on a page that does not say that it is an article
_LISTED = 0.45  # the share of an article's words that stands in cards, teasers of others; a blog's front page has more
_LISTED_UNDER = 0.1  # the same, on a page that does not say so; a category with a text above it has more
_ENTRY_WORDS = 80  # of an article that is more than a teaser


def parse(data: bytes) -> bytes:
    """From a ``Whereto`` to an ``Onward``, both as JSON; called in the sandbox."""
    asked = codec.decode(data, Whereto)
    resource = asked.resource
    source = decode(resource.data, charset=resource.charset, html=True, name=resource.reference).text
    root = tree.parse(source, name=resource.reference)
    declared = structured.read(root)
    hide(root, source)
    return codec.encode(onward(root, declared, locations=asked.locations))


def onward(root: HtmlElement, declared: Structured, *, locations: tuple[str, ...]) -> Onward:
    """Where the article in ``root`` goes on; ``locations`` are the page's addresses, the first the one it was found at."""
    found = next((entry for location in locations for entry in _next(root, location)), None)
    if found is None or kinds.kind(root, declared, location=locations[0]) != "text" or not _is_article(root, declared):
        return Onward()
    base, address = found
    return Onward(next=address, whole=_whole(root, locations[0], base))


def _next(root: HtmlElement, location: str) -> Iterator[tuple[series.Numbered, str]]:
    """The pages after the one at ``location``: what that is, and the address of the next."""
    numbers = frozenset(_run(root, location))
    for link, address in _links(root, location):
        for here, there in series.follows(location, address):
            if here.base.partition("?")[0].partition("/")[2] and _says_next(link, here, there, numbers):
                yield here, address


def _run(root: HtmlElement, location: str) -> Iterator[tuple[str, int]]:
    """The base of whatever ``location`` is a page of, with each number by which the page links to one of its pages."""
    bases = {entry.base for entry in series.forms(location)}
    for link, address in _links(root, location):
        if match := labels.NUMBERED.fullmatch(_text(link)):
            for entry in series.forms(address):
                if entry.base in bases:
                    yield entry.base, int(match[1])


def _says_next(
    link: HtmlElement, here: series.Numbered, there: series.Numbered, numbers: frozenset[tuple[str, int]]
) -> bool:
    text = _text(link)
    numbered = labels.NUMBERED.fullmatch(text)
    if numbered:
        # In a query, sites also count from 0: there, page 3 is number 2.
        own = {there.number, there.number + 1} if here.form.startswith("?") else {here.number + 1}
        if int(numbered[1]) not in own:
            return False
    elif there.number == here.number or not _says_so(link, text):
        return labels.NEXT.fullmatch(text) is not None
    # /story/2: what looks like a page's number may be an article's
    return bool(here.form.strip("0123456789")) or not here.form or (here.base, 1) in numbers


def _text(link: HtmlElement) -> str:
    """What the link says; nothing where that is a text and no label."""
    text = " ".join("".join(map(str, link.itertext())).split()) or link.get("aria-label") or link.get("title") or ""
    return text if len(text) <= _LABEL else ""


def _says_so(link: HtmlElement, text: str) -> bool:
    related = (link.get("rel") or "").lower().split()
    return "next" in related or labels.NEXT.fullmatch(text) is not None or labels.ARROW.fullmatch(text) is not None


def _links(root: HtmlElement, location: str) -> Iterator[tuple[HtmlElement, str]]:
    """The links of ``root`` that lead to other pages of the site, with their addresses."""
    declared = next((element.get("href") for element in root.iter("base")), None) or ""
    for link in root.iter("link", "a"):
        target = (link.get("href") or "").strip()
        if not target or target.startswith("#") or not _may_lead_on(link):
            continue
        try:
            address = urljoin(urljoin(location, declared), target)
        except ValueError:
            continue
        if series.same_site(location, address) and not _stands_elsewhere(link, address):
            yield link, address.partition("#")[0]


def _may_lead_on(link: HtmlElement) -> bool:
    if "next" in (link.get("rel") or "").lower().split():
        return True
    text = _text(link)
    return any(pattern.fullmatch(text) for pattern in (labels.NUMBERED, labels.NEXT, labels.ARROW, labels.WHOLE))


def _stands_elsewhere(link: HtmlElement, address: str) -> bool:
    if "comment" in address.lower():
        return True
    box: HtmlElement | None = link
    for _ in range(_AROUND):
        if box is None or box.tag in ("body", "html", "main", "article"):
            return False
        if box.tag == "aside" or _ELSEWHERE.search(f"{box.get('id', '')} {box.get('class', '')}"):
            return True
        box = box.getparent()
    return False


def _is_article(root: HtmlElement, declared: Structured) -> bool:
    """Whether the page says that it is one article, or has the prose of one and of no other."""
    spread = kinds.shape(root)
    if kinds.says_article(declared):
        return spread.listed < _LISTED * spread.words
    entries = [entry for entry in root.iter("article") if len(entry.text_content().split()) >= _ENTRY_WORDS]
    run = longest_run(root)
    if len(entries) > 1 or run is None or words_in(run) < _PROSE:
        return False
    return spread.listed < _LISTED_UNDER * spread.words


def _whole(root: HtmlElement, location: str, here: series.Numbered) -> str:
    """The address that shows all pages as one; empty where the page names none."""
    path = here.base.partition("?")[0].partition("/")[2]
    for link, address in _links(root, location):
        if not labels.WHOLE.fullmatch(_text(link)):
            continue
        parts = urlsplit(address)
        rest = f"{parts.path.strip('/').removeprefix(path)}?{parts.query}"
        if parts.path.strip("/").startswith(path) and _WHOLE_ADDRESS.search(rest):
            return address
    return ""

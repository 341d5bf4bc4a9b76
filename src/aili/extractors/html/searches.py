"""What trafilatura looks for by elements' names, found as its own XPath expressions find it, four times as fast.

An expression asks a Python function about the names of each element; here names are judged once, and most of a page's names
come again and again. The vocabulary is read from trafilatura's expressions. They are stood in for only while ``quick`` lasts
(whoever else uses trafilatura in the process finds it as it is), and only if they are those that the functions here were
written from. Measured on the trees of 410 pages: each asked once, the expressions take 33 ms a tree, these functions 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import import_module

from lxml.etree import XPath
from lxml.html import HtmlElement

from aili.extractors.html import lean  # noqa: F401 - must come before trafilatura

from trafilatura import core, main_extractor  # isort: skip - after lean

_REMEMBERED = 8192  # names; a page has some hundreds
_SECTIONS = frozenset(("div", "item", "list", "p", "section", "span"))
_FRAMES = ("article", "div", "main", "section")
_BASELINE = import_module("trafilatura.baseline")  # from trafilatura, it is a function
_PLACES = (
    *((core, "RAW_TREE_PRUNE_XPATH"), (core, "REMOVE_COMMENTS_AND_LISTS_XPATH")),
    *((main_extractor, "OVERALL_DISCARD_XPATH"), (main_extractor, "TEASER_DISCARD_XPATH")),
    *((main_extractor, "DISCARD_IMAGE_ELEMENTS"), (main_extractor, "BODY_XPATH"), (_BASELINE, "BASIC_CLEAN_XPATH")),
)
_EXPRESSIONS: dict[str, XPath | list[XPath] | None] = {name: getattr(module, name, None) for module, name in _PLACES}


def _path(name: str, at: int = 0) -> str:
    """One of the expressions called ``name``; empty where there is none, in another version of trafilatura."""
    found = _EXPRESSIONS[name]
    group = found if isinstance(found, list) else [found]
    return getattr(group[at], "path", "") if at < len(group) else ""


_WRITTEN_FROM = "29c57edbe37b67ec"  # trafilatura 2.3.1
_ALL = "\0".join(_path(name, at) for name in _EXPRESSIONS for at in range(8))
KNOWN = sha256(_ALL.encode()).hexdigest()[:16] == _WRITTEN_FROM
"""Whether the functions here find what the expressions of this trafilatura find."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Vocabulary:
    """What an expression tests ids and classes by, in its order."""

    own: tuple[re.Pattern[str], ...]
    names: tuple[re.Pattern[str], ...]

    def has(self, own: str, names: str) -> bool:
        """Whether any of it is found in an id or in classes."""
        return any(one.search(own) for one in self.own) or any(one.search(names) for one in self.names)


def _vocabulary(path: str) -> _Vocabulary:
    own, names = (
        tuple(re.compile(pattern, re.IGNORECASE if folded else 0) for pattern, folded in found)
        for found in (re.findall(rf"re:test\(@{mark}, '([^']*)'(, 'i')?\)", path) for mark in ("id", "class"))
    )
    return _Vocabulary(own=own, names=names)


def _first(attributes: Mapping[str, str], *names: str) -> str:
    """The value of the one among ``names`` that is written first, as XPath takes the text of ``@id|@class``."""
    return next((value for name, value in attributes.items() if name in names), "")


def _named(element: HtmlElement) -> tuple[str, str]:
    return element.get("id") or "", element.get("class") or ""


_APPENDED = _vocabulary(_path("RAW_TREE_PRUNE_XPATH"))
_SHARING = "elementor-share-buttons"


def appended(tree: HtmlElement) -> list[HtmlElement]:
    """``RAW_TREE_PRUNE_XPATH``: articles that are appended while a page is scrolled, and buttons to share."""
    found = [one for one in tree.iterdescendants("div", "section", "aside") if _may_be_appended(*_named(one))]
    return [one for one in found if _is_appended(one, *_named(one))]


@lru_cache(_REMEMBERED)
def _may_be_appended(own: str, names: str) -> bool:
    return _SHARING in names or _APPENDED.has(own, names)


def _is_appended(element: HtmlElement, own: str, names: str) -> bool:
    known = _APPENDED.own[1].search(own) or _APPENDED.names[1].search(names)  # by a theme's name
    return _SHARING in names or known is not None or next(element.iterdescendants("h1"), None) is None


_COMMENTS = _vocabulary(_path("REMOVE_COMMENTS_AND_LISTS_XPATH"))


def comments(tree: HtmlElement) -> list[HtmlElement]:
    """``REMOVE_COMMENTS_AND_LISTS_XPATH``."""
    boxes = tree.iterdescendants("div", "list", "section", "details", "ol", "ul")
    return [one for one in boxes if _are_comments(*_named(one), one.tag in ("ol", "ul"))]


@lru_cache(_REMEMBERED)
def _are_comments(own: str, names: str, in_list: bool) -> bool:
    return bool(_COMMENTS.own[in_list].search(own) or _COMMENTS.names[in_list].search(names))


_BESIDE = _vocabulary(_path("OVERALL_DISCARD_XPATH"))
_UNSHOWN = _vocabulary(_path("OVERALL_DISCARD_XPATH", 1))
_CONSENT = "cookie"
_UNCERTAIN = re.compile(f"{_CONSENT}|^reply-|hidden")
_RARE = frozenset(("style", "role", "aria-hidden", "data-component", "data-lp-replacement-content"))


def beside(tree: HtmlElement) -> list[HtmlElement]:
    """``OVERALL_DISCARD_XPATH``: menus, margins, and what is not shown."""
    found: list[HtmlElement] = []
    for element in tree.iterdescendants("*"):
        attributes = dict(element.items())
        if not attributes:
            continue
        section = element.tag in _SECTIONS
        own, names = attributes.get("id", ""), attributes.get("class", "")
        verdict = _is_beside(own, names, section)
        if verdict is None or (verdict is False and not _RARE.isdisjoint(attributes)):
            verdict = _says_beside(attributes, section)
        if verdict:
            found.append(element)
    return found


@lru_cache(_REMEMBERED)
def _is_beside(own: str, names: str, section: bool) -> bool | None:
    """None where it depends on the order of the attributes."""
    if (section and _BESIDE.has(own, names)) or _UNSHOWN.has(own, names):
        return True
    return None if _UNCERTAIN.search(own) or _UNCERTAIN.search(names) else False


def _says_beside(attributes: dict[str, str], section: bool) -> bool:
    """Whether ``attributes`` say so in their order, or those that few elements have."""
    style, marked = attributes.get("style", ""), _first(attributes, "id", "class")
    if (
        marked.startswith("reply-")
        or "hidden" in _first(attributes, "id", "style")
        or "display:none" in style
        or "display: none" in style
        or attributes.get("aria-hidden") == "true"
    ):
        return True
    return section and (
        "data-lp-replacement-content" in attributes
        or "nav" in attributes.get("role", "").replace("N", "n")
        or "MostPopularStories" in attributes.get("data-component", "")
        or _CONSENT in marked
    )


def teasers(tree: HtmlElement) -> list[HtmlElement]:
    """``TEASER_DISCARD_XPATH``."""
    return [one for one in tree.iterdescendants(*_SECTIONS) if _is_teaser(*_named(one))]


@lru_cache(_REMEMBERED)
def _is_teaser(own: str, names: str) -> bool:
    return "teaser" in own.replace("T", "t") or "teaser" in names.replace("T", "t")


def captions(tree: HtmlElement) -> list[HtmlElement]:
    """``DISCARD_IMAGE_ELEMENTS``."""
    return [one for one in tree.iterdescendants(*_SECTIONS) if any("caption" in name for name in _named(one))]


_BANNER = _vocabulary(_path("BASIC_CLEAN_XPATH"))
_NEVER_READ = frozenset(("aside", "fencedframe", "footer", "script", "style", "svg", "template"))


def unread(tree: HtmlElement) -> list[HtmlElement]:
    """``BASIC_CLEAN_XPATH``: what its simpler methods leave out."""
    return [
        one
        for one in tree.iterdescendants("*")
        if one.tag in _NEVER_READ
        or _is_banner(*_named(one))
        or (one.tag == "div" and "footer" in _first(one.attrib, "class", "id"))
    ]


@lru_cache(_REMEMBERED)
def _is_banner(own: str, names: str) -> bool:
    return _BANNER.has(own, names)


_TEXT, _STORY, _CONTENT = (_vocabulary(_path("BODY_XPATH", at)) for at in (0, 2, 3))


@lru_cache(_REMEMBERED)
def _is_text(own: str, names: str) -> bool:
    return names in ("post", "entry") or own == "articleContent" or _TEXT.has(own, names)


@lru_cache(_REMEMBERED)
def _is_story(own: str, names: str) -> bool:
    if own in ("article", "story") or names in ("postarea", "art-postcontent", "text", "cell", "story"):
        return True
    return _STORY.has(own, names)


@lru_cache(_REMEMBERED)
def _is_content(own: str, names: str) -> bool:
    if own == "content" or names == "content" or _CONTENT.has(own, names):
        return True
    folded = names.replace("C", "c")
    return "main-content" in own.replace("C", "c").replace("M", "m") or (
        "main-content" in folded.replace("M", "m") or "page-content" in folded.replace("P", "p")
    )


def _frames(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str, str]]:
    for element in tree.iterdescendants(*_FRAMES):
        yield element, element.get("id") or "", element.get("class") or ""


def _one(found: Iterator[HtmlElement]) -> list[HtmlElement]:
    """The first element found, which is all that trafilatura takes."""
    return [one] if (one := next(found, None)) is not None else []


def _texts(tree: HtmlElement) -> list[HtmlElement]:
    return _one(
        one for one, own, names in _frames(tree) if _is_text(own, names) or one.get("itemprop") == "articleBody"
    )


def _articles(tree: HtmlElement) -> list[HtmlElement]:
    return _one(tree.iterdescendants("article"))


def _stories(tree: HtmlElement) -> list[HtmlElement]:
    return _one(one for one, own, names in _frames(tree) if _is_story(own, names) or one.get("role") == "article")


def _contents(tree: HtmlElement) -> list[HtmlElement]:
    return _one(one for one, own, names in _frames(tree) if _is_content(own, names))


def _mains(tree: HtmlElement) -> list[HtmlElement]:
    return _one(
        one
        for one, own, names in _frames(tree)
        if one.tag == "main" or any(name.startswith("main") for name in (names, own, one.get("role") or ""))
    )


BODIES = [_texts, _articles, _stories, _contents, _mains]
"""``BODY_XPATH``: where a page's text stands, most certain first; each finds at most one element."""

_SEARCHES = ([appended], [comments], [beside], [teasers], [captions], BODIES, unread)


@contextmanager
def quick() -> Iterator[None]:
    """Let trafilatura search with the functions of this module, if they find what its expressions find."""
    if not KNOWN:
        yield
        return
    for (module, name), search in zip(_PLACES, _SEARCHES, strict=True):
        setattr(module, name, search)
    try:
        yield
    finally:
        for module, name in _PLACES:
            setattr(module, name, _EXPRESSIONS[name])

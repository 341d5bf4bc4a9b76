"""A live blog: posts with a time each, which are read one by one, and the times are the places of their sentences.

Comments and teasers have times as well, so a page counts as a live blog only where it says so: to machines
(https://schema.org/LiveBlogPosting), in its title, or in the names of the box that holds the posts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from lxml.html import HtmlElement

from aili.extractors import Piece
from aili.extractors.html.blocks import pieces
from aili.extractors.html.structured import Structured

_BESIDE = frozenset(("aside", "nav", "footer", "header"))
_LEAD_WORDS = 12  # of a paragraph above the posts; a shorter one is a date or a name
_POSTS = 4  # fewer are no live blog
_POST_WORDS = 12  # on average; less are the entries of a list
_SHARE = 0.6  # of the words found otherwise, so many must the posts have to be read instead
_NAMED = re.compile(
    r"live[-_]?(?:blog|ticker|feed|stream|update|post|coverage|center|event)|(?:^|[-_\s])(?:ticker|live)(?:$|[-_\s])",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\blive(?: ?blog| updates?| coverage|[:,!])|[:|–—-] live\b|\bas it happened\b|\blive-?ticker\b|\ben direct\b"
    r"|\ben (?:vivo|directo)\b|\bminuto a minuto\b|\bin diretta\b|\bao vivo\b",
    re.IGNORECASE,
)
_NO_POSTS = re.compile(r"comment|disqus|repl(?:y|ies)|related|recommend|sidebar|teaser", re.IGNORECASE)
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.h]([0-5]\d)\b(?:\s?[ap]\.?m\b\.?)?", re.IGNORECASE)
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)")
_TIMED = re.compile(r"(?:^|[-_\s])(?:time|timestamp|date(?:time)?|published|posted)(?:$|[-_\s])", re.IGNORECASE)
_LABEL = 24  # characters; what is longer is no time
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One post: its element, its time as the page shows it (else as it declares it), and its moment to sort by."""

    element: HtmlElement
    label: str
    moment: str


def posts(tree: HtmlElement, declared: Structured, *, title: str) -> tuple[Post, ...]:
    """The posts of a live blog in the page's order; none where the page is none."""
    said = next(declared.of_type("liveblogposting"), None) is not None or _TITLED.search(title) is not None
    times = [(element, *_time(element)) for element in tree.iter("time", "span", "div", "p", "a", "h2", "h3", "h4")]
    times = [entry for entry in times if entry[1]]
    if len(times) < _POSTS:
        return ()
    holding: Counter[HtmlElement] = Counter()
    inside: dict[HtmlElement, dict[HtmlElement, Post]] = {}
    for element, label, moment in times:
        post = element
        for box in element.iterancestors():
            if box.tag in ("html", "body"):
                break
            if post not in inside.setdefault(box, {}):
                inside[box][post] = Post(element=post, label=label, moment=moment)
                holding[box] += 1
            post = box
    for box, count in holding.most_common(8):
        if count < _POSTS:
            break
        if (said or _is_named(box)) and not _is_beside(box):
            found = tuple(inside[box].values())
            if sum(len(post.element.text_content().split()) for post in found) >= _POST_WORDS * count:
                return _dated(found)
    return ()


def told(found: Sequence[Post]) -> str:
    """What the reader of a digest must know, in one sentence."""
    first, last = found[0].moment, found[-1].moment
    order = "" if first == last else ", the newest first" if first > last else ", the oldest first"
    return f"This page is a live blog: {len(found)} posts{order}."


def read(found: Sequence[Post], main: Sequence[Piece]) -> list[Piece]:
    """The posts' blocks after what ``main`` has above them; ``main`` itself where the posts have much less text."""
    own = [piece for post in found for piece in _pieces(post)]
    if _words(own) < _SHARE * _words(main):
        return list(main)
    keys = {_key(piece) for piece in own}
    above = [piece for piece in _above(found[0].element) if _key(piece) not in keys]
    lead = above or list(takewhile(lambda piece: _key(piece) not in keys, main))
    return [*lead, *own]


def _above(post: HtmlElement) -> Iterator[Piece]:
    """The prose that stands above the posts: in the elements before theirs, out to the page's main part."""
    boxes = [post]
    for box in post.iterancestors():
        if box.tag in ("main", "article", "body"):
            break
        boxes.append(box)
    for box in reversed(boxes[1:]):
        before = [sibling for sibling in box.itersiblings(preceding=True) if isinstance(sibling.tag, str)]
        for sibling in reversed(before):
            if sibling.tag not in _BESIDE:
                yield from (piece for piece in pieces(sibling) if len(piece.text.split()) >= _LEAD_WORDS)


def _pieces(post: Post) -> Iterator[Piece]:
    label = post.label
    for piece in pieces(post.element):
        if not _is_time(piece.text) and piece.text != label:
            yield replace(piece, locators=((0, label),))


def _dated(found: tuple[Post, ...]) -> tuple[Post, ...]:
    """The posts with the day in front of their times where they are of several days."""
    days = {post.moment[:10] for post in found}
    if len(days) < 2 or not all(_STAMP.match(post.moment) for post in found):
        return found
    return tuple(replace(post, label=post.moment.replace("T", " ")) for post in found)


def _time(element: HtmlElement) -> tuple[str, str]:
    """The time that ``element`` shows, as it is shown and to sort by; both empty where it is no time."""
    if element.tag != "time" and not ((names := element.get("class")) and _is_timed(names)):
        return "", ""
    shown = " ".join(element.text_content().split())
    clock = _CLOCK.search(shown) if len(shown) <= _LABEL else None
    stamp = _STAMP.search(element.get("datetime") or "")
    moment = f"{stamp[1]}T{stamp[2]}" if stamp else f"{int(clock[1]):02}:{clock[2]}" if clock else ""
    return (clock[0] if clock else stamp[2] if stamp else ""), moment


@lru_cache(8192)
def _is_timed(names: str) -> bool:
    return _TIMED.search(names) is not None


def _is_time(text: str) -> bool:
    return len(text) <= _LABEL and _CLOCK.search(text) is not None


def _is_named(box: HtmlElement) -> bool:
    around = [box, *box.iterancestors(), *list(box)[:2]]
    return any(
        _NAMED.search(f"{e.get('id', '')} {e.get('class', '')}") for e in around if e.tag not in ("html", "body")
    )


def _is_beside(box: HtmlElement) -> bool:
    around = [box, *box.iterancestors()]
    return any(
        e.tag in _BESIDE or _NO_POSTS.search(f"{e.get('id', '')} {e.get('class', '')}")
        for e in around
        if e.tag not in ("html", "body")
    )


def _words(found: Sequence[Piece]) -> int:
    return sum(len(piece.text.split()) for piece in found)


def _key(piece: Piece) -> tuple[str, ...]:
    return tuple(_WORD.findall(piece.text.lower())[:12])

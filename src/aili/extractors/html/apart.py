"""What stands within a text and is none of its author's running words: captions, and what is embedded from elsewhere.

A post of another site (a tweet, a video's card) is embedded as a quotation or a box of its own. It stays in the text, where
it was shown, as a caption: a reader sees it, and no engine digests it as the author's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from lxml.html import HtmlElement

from aili.extractors import Piece
from aili.extractors.html.blocks import pieces

# The classes that the sites' own snippets use (their embed documentation), and those of WordPress' blocks.
_EMBEDDED = re.compile(
    r"(?:^|\s)(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-(?:post|video)|bluesky-embed|mastodon-embed"
    r"|reddit-(?:embed-bq|card)|text-post-media|imgur-embed-pub|pinterest-embed|wp-embedded-content|wp-block-embed"
    r"|(?:tweet|twitter|instagram|tiktok|facebook|youtube|social|social-media|video|oembed)-embed(?:ded)?"
    r"|embed(?:ded)?-(?:tweet|twitter|post|instagram|tiktok|facebook|youtube|social|video|card))(?:\s|$)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:^|\s)(?:wp-caption-text|(?:image|img|photo|picture|media|figure|video|gallery|lead|hero)?[-_]{0,2}"
    r"(?:caption|credits?)(?:[-_]{1,2}(?:text|inner|content|wrapper|body))?)(?:\s|$)",
    re.IGNORECASE,
)
_CAPTION_TAGS = frozenset(("p", "div", "span", "small", "em", "cite", "dd"))
_CAPTION_WORDS = 60  # a longer one is a text
_WORD = re.compile(r"\w+")


def apart(tree: HtmlElement) -> frozenset[tuple[str, ...]]:
    """The words of each block of ``tree`` that is a caption, or stands in something embedded."""
    blocks = (piece for element in _elements(tree) for piece in pieces(element))
    return frozenset(words for piece in blocks if (words := key(piece)))


def separated(found: Sequence[Piece], set_apart: frozenset[tuple[str, ...]]) -> list[Piece]:
    """``found`` with its blocks of ``set_apart`` as captions."""
    first = {words[0] for words in set_apart}
    return [
        replace(piece, kind="caption", level=0)
        if piece.kind in ("paragraph", "quote", "item")
        and (word := _WORD.search(piece.text.lower()))
        and word[0] in first
        and key(piece) in set_apart
        else piece
        for piece in found
    ]


def _elements(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter("figcaption", "blockquote", "figure", "section", "article", *_CAPTION_TAGS):
        if element.tag == "figcaption":
            yield element
        elif names := element.get("class"):
            embedded, caption = _says(names)
            if embedded or (caption and element.tag in _CAPTION_TAGS and _is_short(element)):
                yield element


@lru_cache(8192)
def _says(names: str) -> tuple[bool, bool]:
    """Whether classes say that an element is embedded, and that it is a caption."""
    return _EMBEDDED.search(names) is not None, _CAPTION.search(names) is not None


def _is_short(element: HtmlElement) -> bool:
    return len(element.text_content().split()) <= _CAPTION_WORDS


def key(piece: Piece) -> tuple[str, ...]:
    """The words of a block, by which it is known again."""
    return tuple(_WORD.findall(piece.text.lower()))

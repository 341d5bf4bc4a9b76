"""The text that a page gives to who runs no script, read where it shows clearly less: JSON-LD's articleBody and <noscript>.

What a page shows comes first, since that is what a reader can check. Where it shows the beginning of a text and gives the
rest to search engines, or nothing until a script has run, the other is the better text, and the reader is told. Of the 410
pages measured 11 declare an articleBody, none of them 1.5 times what was read: these are rules for pages that stand empty.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from aili.errors import UnreadableError
from aili.extractors import Piece
from aili.extractors.html.blocks import pieces
from aili.extractors.html.body import holds_more, without_title
from aili.extractors.html.hidden import Hidden, speaks_to_ai, told
from aili.extractors.html.outline import settled
from aili.extractors.html.structured import Structured
from aili.extractors.html.tree import parse, without_forbidden
from aili.extractors.html.walls import asks_for_script
from aili.language import count_words

_LONGER = 1.5  # times the words of what was found
_MARKUP = re.compile(r"<(?:p|br|div|li|h[1-6])\b[^<>]*>", re.IGNORECASE)
_FROM_BODY = "The page shows less of its text than it gives to search engines; what it gives to them was read."
_FROM_NOSCRIPT = "The page shows its text by a script; what it gives to readers without scripts was read."


def declared(structured: Structured) -> list[Piece]:
    """The blocks of the JSON-LD article's ``articleBody``: its elements where it is HTML, else its lines."""
    body = structured.subject().get("articleBody")
    text = without_forbidden(html.unescape(body)) if isinstance(body, str) else ""
    if _MARKUP.search(text):
        try:
            return pieces(parse(text, name="articleBody"))
        except UnreadableError:  # it is a hint, and the page may be read without it
            return []
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [Piece(kind="paragraph", text=line) for line in lines if line]


def unscripted(tree: HtmlElement) -> list[Piece]:
    """The blocks that ``tree`` has for browsers without scripts, but not the request to enable them."""
    found = (piece for element in tree.iter("noscript") for piece in pieces(element))
    return [piece for piece in found if not asks_for_script(piece.text)]


def instead(
    main: list[Piece], *, body: Sequence[Piece], noscript: Sequence[Piece], titles: Sequence[str], min_words: int
) -> tuple[list[Piece], list[str]]:
    """The text to read, and what the reader is told where it is not ``main``.

    ``body`` stands in for a ``main`` that is too thin for a digest, or of which it holds most and 1.5 times the words;
    ``noscript`` for one that is too thin. ``titles`` are not repeated at its start.
    """
    if not body and not noscript:  # as nearly all pages
        return main, []
    found = sum(count_words(piece.text) for piece in main)
    for other, sentence in ((body, _FROM_BODY), (noscript, _FROM_NOSCRIPT)):
        kept = without_title([piece for piece in settled(other) if not speaks_to_ai(piece.text)], titles)
        if sum(count_words(piece.text) for piece in kept) < max(min_words, _LONGER * found):
            continue
        if found < min_words or (other is body and holds_more(kept, main, ratio=_LONGER)):
            # What <noscript> hides is told already, as all that is hidden is.
            addressed = [told(piece.text) for piece in body if speaks_to_ai(piece.text)]
            return kept, [sentence, *Hidden(addressed=tuple(addressed)).warnings()]
    return main, []

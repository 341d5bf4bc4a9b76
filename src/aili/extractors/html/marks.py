"""What stands in a sentence and is none of its words: footnotes' marks, and words that a page repeats by mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml.html import HtmlElement

from aili.extractors import Piece

_SYMBOLS = re.compile(r"[*†‡§¶]{1,4}")
_NUMBER = re.compile(r"\[?(?:[0-9]{1,3}|[a-z])\]?", re.IGNORECASE)
_OPENING = re.compile(r"\s*[*†‡§¶]{1,4}\s*(?=[^\W_])")
# Four to twelve words, and the same again at once.
_TWICE = re.compile(r"(?<!\S)((?:\S+ ){3,11}\S+) \1(?=[\s,;:.!?)]|$)")
_RUN = 4  # words at least that are said twice
_HULL = re.compile(r"(?<=\S) ?\[[\s,;–-]*\]")
_HULLS = 3  # fewer may be a text about empty lists
_DIFFERENT = 3  # words of a repetition, so that "no no no no" and a row of numbers stay
_LETTERS = 16  # of a repetition: a shorter one can be meant


def drop_note_marks(tree: HtmlElement) -> None:
    """Remove from ``tree``, in place, the raised marks that point at footnotes; exponents and ordinals stay."""
    for element in list(tree.iter("sup")):
        text = " ".join(element.text_content().split())
        if _SYMBOLS.fullmatch(text) or (_NUMBER.fullmatch(text) and _points_into_page(element)):
            element.drop_tree()


def unmarked(piece: Piece) -> Piece:
    """``piece`` without a footnote's mark at its start, and without words said twice at once."""
    if piece.kind not in ("paragraph", "item", "quote"):
        return piece
    text = piece.text
    mark = _OPENING.match(text)
    if mark and mark[0].strip()[0] not in text[mark.end() :]:  # else it may be Markdown's emphasis
        text = text[mark.end() :]
    if _says_twice(text.split()):
        text = _TWICE.sub(_once, text)
    return piece if text == piece.text else replace(piece, text=text)


def without_hulls(pieces: list[Piece]) -> list[Piece]:
    """``pieces`` without the empty brackets that are left where the numbers of references were links: ``words [,]``."""
    prose = [piece for piece in pieces if piece.kind != "code"]
    if sum(len(_HULL.findall(piece.text)) for piece in prose if "[" in piece.text) < _HULLS:
        return pieces
    return [piece if piece.kind == "code" else replace(piece, text=_HULL.sub("", piece.text)) for piece in pieces]


def _says_twice(words: list[str]) -> bool:
    """Whether any three words in a row come again; without, no four do, and the search for them is not needed."""
    if len(words) < 2 * _RUN:
        return False
    runs = list(zip(words, words[1:], words[2:], strict=False))
    return len(set(runs)) < len(runs)


def _once(match: re.Match[str]) -> str:
    meant = len(set(match[1].split())) < _DIFFERENT or sum(map(str.isalpha, match[1])) < _LETTERS
    return match[0] if meant else match[1]


def _points_into_page(element: HtmlElement) -> bool:
    return any((link.get("href") or "").startswith("#") for link in _links(element))


def _links(element: HtmlElement) -> Iterator[HtmlElement]:
    yield from element.iter("a")
    parent = element.getparent()
    if parent is not None and parent.tag == "a":
        yield parent

"""The headings of a page, put back where the methods that find its main text leave them out or take them for prose.

Trafilatura drops headings whose box it takes for a menu, and both methods know no heading that is only a bold paragraph. The
page itself is read once more, block by block; where a block of it was read as main text, its headings directly above are
the text's too. Blocks are matched as patience diff does: keys that occur once on both sides, in the longest common order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml.etree import _Element

from aili.extractors import Piece

Key = tuple[str, ...]

_RANKS = {"head": 0, **{f"h{rank}": rank for rank in range(1, 7)}}
_WORD = re.compile(r"\w+")
_KEY_WORDS = 12  # a block is known by its first words; methods cut its end more often than its start
_BOLD = frozenset(("b", "strong"))
_BOLD_WORDS = 14
_BOLD_RANK = 3  # where no heading stands above
_FULL_STOP = re.compile(r"[.,;:…。，；：][\"'”’)\]]*$")
_REACH = 2  # blocks below a heading among which one must be main text


def heading_rank(element: _Element) -> int:
    """1–6 for a heading element, 7 for a paragraph that is a short bold line, else 0."""
    if isinstance(element.tag, str) and (rank := _RANKS.get(element.tag, 0)):
        return rank
    return 7 if is_bold_line(element) else 0


def is_bold_line(element: _Element) -> bool:
    """Whether a paragraph is bold from end to end, short, and ends no sentence: a heading, if longer text follows."""
    if element.tag != "p" or next(element.iter("b", "strong"), None) is None:
        return False
    text = " ".join("".join(str(part) for part in element.itertext()).split())
    if not text or len(text.split()) > _BOLD_WORDS or _FULL_STOP.search(text) or not _WORD.search(text):
        return False
    return _is_bold(element)


def _is_bold(element: _Element) -> bool:
    if (element.text or "").strip():
        return False
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _BOLD and not _is_bold(child):
            return False
        if (child.tail or "").strip():
            return False
    return True


def settled(found: Sequence[Piece]) -> list[Piece]:
    """``found`` with bold lines (headings of level 0) as headings below the last one, or as prose where nothing longer follows."""
    above = 0
    kept: list[Piece] = []
    for index, piece in enumerate(found):
        if piece.kind == "heading" and piece.level:
            above = piece.level
        elif piece.kind == "heading":
            below = found[index + 1] if index + 1 < len(found) else None
            heads = below is not None and below.kind != "heading"
            heads = heads and below is not None and (below.kind == "item" or len(below.text) > len(piece.text))
            level = min(6, above + 1) if above else _BOLD_RANK
            piece = replace(piece, level=level) if heads else replace(piece, kind="paragraph")
        kept.append(piece)
    return kept


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """A heading of the page and where it belongs in the text: before its block at ``before``, behind the one at ``after``."""

    heading: Piece
    key: Key
    after: int
    before: int


def with_headings(found: Sequence[Piece], page: Sequence[Piece]) -> list[Piece]:
    """``found`` with the headings of ``page`` (all its blocks, in order) that stand directly above a block of ``found``."""
    keys, own = [_key(piece) for piece in page], [_key(piece) for piece in found]
    places = _places(page, keys, _matched(keys, own))
    promoted = {place: heading for place, heading in _same(page, keys, own)}
    inserted: dict[int, list[Piece]] = {}
    for place in places:
        there = next((at for at in range(place.after + 1, place.before) if own[at] == place.key), None)
        if there is None:
            inserted.setdefault(place.before, []).append(place.heading)
        else:
            promoted[there] = place.heading
    result: list[Piece] = []
    for index, piece in enumerate(found):
        result += inserted.get(index, [])
        heading = promoted.get(index)
        result.append(piece if heading is None or piece.kind == "heading" else heading)
    return result


def _same(page: Sequence[Piece], keys: Sequence[Key], own: Sequence[Key]) -> list[tuple[int, Piece]]:
    """Blocks of the text that are headings wherever the page has them."""
    kinds: dict[Key, set[str]] = {}
    headings: dict[Key, Piece] = {}
    for piece, key in zip(page, keys, strict=True):
        kinds.setdefault(key, set()).add(piece.kind)
        if piece.kind == "heading":
            headings.setdefault(key, piece)
    return [(at, headings[key]) for at, key in enumerate(own) if key in headings and kinds[key] == {"heading"}]


def _places(page: Sequence[Piece], keys: Sequence[Key], matched: dict[int, int]) -> list[_Place]:
    places: list[_Place] = []
    after = -1
    for index, piece in enumerate(page):
        if index in matched:
            after = matched[index]
        elif piece.kind == "heading" and keys[index]:
            below = [at for at in range(index + 1, min(index + 8, len(page))) if page[at].kind != "heading"][:_REACH]
            first = next((at for at in range(index + 1, (below or [index])[-1] + 1) if at in matched), None)
            if first is not None:
                places.append(_Place(heading=piece, key=keys[index], after=after, before=matched[first]))
    return places


def _matched(keys: Sequence[Key], own: Sequence[Key]) -> dict[int, int]:
    """Positions in the page that are positions in the text: keys single on both sides, longest increasing run; n log n."""
    here, there = Counter(keys), Counter(own)
    at = {key: index for index, key in enumerate(own) if key and there[key] == 1}
    pairs = [(index, at[key]) for index, key in enumerate(keys) if key in at and here[key] == 1]
    tails: list[int] = []  # smallest last position of a run of each length
    ends: list[int] = []  # which pair that is
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(place)
            ends.append(number)
        else:
            tails[length], ends[length] = place, number
    run: dict[int, int] = {}
    number = ends[-1] if ends else -1
    while number >= 0:
        run[pairs[number][0]] = pairs[number][1]
        number = before[number]
    return run


def _key(piece: Piece) -> Key:
    return tuple(_WORD.findall(piece.text.lower())[:_KEY_WORDS])

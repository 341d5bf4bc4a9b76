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
from itertools import pairwise

from lxml.etree import _Element

from aili.extractors import Piece

Key = tuple[str, ...]

_RANKS = {"head": 0, **{f"h{rank}": rank for rank in range(1, 7)}}
_WORD = re.compile(r"\w+")
_KEY_WORDS = 12  # a block is known by its first words; methods cut its end more often than its start
_KEY_CHARACTERS = 160  # in which most blocks have so many words
_BOLD = frozenset(("b", "strong"))
_BOLD_WORDS = 14
_BOLD_DEPTH = 6  # elements between a paragraph and its bold text
_BOLD_RANK = 3  # where no heading stands above
_FULL_STOP = re.compile(r"[.,;:…。，；：][\"'”’)\]]*$")
_CHAIN = 8  # blocks above a block of the text that are looked at
_LACKING = 2  # headings in a row that a method left out; more, and the page and its text are no longer in step
_SKIPPED = 1  # block between a heading and the text that a method left out: a picture's caption, a day
_SKIPPED_WORDS = 12
# Headings of what pages put between an article's paragraphs, or above them.
_NO_SECTION = re.compile(
    r"\W*(?:(?:table of )?contents?|in this (?:article|post|guide|story|issue)|on this page|jump to|search|advertisement"
    r"|sponsored|(?:about )?(?:the )?authors?|(?:written |reviewed )?by [A-Z].*|share(?: (?:this|on|via|with).*)?"
    r"|follow (?:us|me).*|tags|categories|filed under.*|(?:also )?(?:read|see|related) ?:.*|also read\b.*|related"
    r"|recent posts|leave a (?:reply|comment)|(?:\d+ )?comments?|(?:our )?newsletters?"
    r"|(?:sign up|subscribe|register|join us|request|get started|contact us)\b.*|inhalt(?:sverzeichnis)?|sommaire|índice"
    r"|(?:[A-Z][a-z]+ )?\d{1,2}(?: [A-Z][a-z]+)?,? \d{4})\W*$",
    re.IGNORECASE,
)


def heading_rank(element: _Element) -> int:
    """1–6 for a heading element, 7 for a paragraph that is a short bold line, else 0."""
    if rank := _RANKS.get(element.tag, 0):
        return rank
    return 7 if is_bold_line(element) else 0


def is_bold_line(element: _Element) -> bool:
    """Whether a paragraph is bold from end to end, short, and ends no sentence: a heading, if longer text follows."""
    if element.tag not in ("p", "div") or not len(element) or not _is_bold(element, _BOLD_DEPTH):
        return False
    text = " ".join("".join(str(part) for part in element.itertext()).split())
    return len(text.split()) <= _BOLD_WORDS and _WORD.search(text) is not None and not _FULL_STOP.search(text)


def _is_bold(element: _Element, depth: int) -> bool:
    """Whether no text under ``element`` stands outside a bold element."""
    if not depth or ((text := element.text) and not text.isspace()):
        return False
    for child in element:  # no generator: asked of most of a page's elements
        if ((text := child.tail) and not text.isspace()) or not (child.tag in _BOLD or _is_bold(child, depth - 1)):
            return False
    return True


def settled(found: Sequence[Piece]) -> list[Piece]:
    """``found`` with bold lines (headings of level 0) ranked below the last heading, or as prose where they head nothing."""
    above = 0
    kept: list[Piece] = []
    for index, piece in enumerate(found):
        if piece.kind == "heading" and piece.level:
            above = piece.level
        elif piece.kind == "heading":
            below = found[index + 1] if index + 1 < len(found) else None
            level = min(6, above + 1) if above else _BOLD_RANK
            piece = replace(piece, level=level) if _heads(piece, below) else replace(piece, kind="paragraph")
        kept.append(piece)
    return kept


def _heads(line: Piece, below: Piece | None) -> bool:
    if below is None or below.kind in ("heading", "caption") or _NO_SECTION.match(line.text):
        return False
    return below.kind in ("item", "table", "code") or len(below.text) > len(line.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """A heading of the page, and the blocks of the text (their positions) between which it belongs."""

    heading: Piece
    key: Key
    after: int
    before: int


def with_headings(found: Sequence[Piece], page: Sequence[Piece], keys: Sequence[Key]) -> list[Piece]:
    """``found`` with the headings of ``page`` (all its blocks, in order) that stand directly above a block of ``found``.

    ``keys`` are what the blocks of ``page`` are known by (``first_words``), which is asked more than once.
    """
    own = [first_words(piece) for piece in found]
    places = _places(page, keys, _extended(_matched(keys, own), page, keys, own))
    promoted = dict(_same(page, keys, own))
    inserted: dict[int, list[Piece]] = {}
    for place in places:
        there = next((at for at in range(max(place.after, 0), place.before) if own[at] == place.key), None)
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


def positions(page: Sequence[Piece], keys: Sequence[Key], own: Sequence[Key]) -> dict[int, int]:
    """Positions in ``page``, in order, of blocks that stand in a text, and where they stand there; by the keys of both.

    Between two blocks that are matched, those that occur once there on both sides are matched too, as patience diff goes on.
    """
    pairs = _extended(_matched(keys, own), page, keys, own)
    within: dict[int, int] = {}
    for (above, there), (below, then) in pairwise([(-1, -1), *pairs.items(), (len(keys), len(own))]):
        if below - above > 1 and then - there > 1:
            more = _matched(keys[above + 1 : below], own[there + 1 : then])
            within |= {above + 1 + here: there + 1 + place for here, place in more.items()}
    return dict(sorted((pairs | within).items()))


def _same(page: Sequence[Piece], keys: Sequence[Key], own: Sequence[Key]) -> list[tuple[int, Piece]]:
    """Blocks of the text that are headings wherever the page has them."""
    kinds: dict[Key, set[str]] = {}
    headings: dict[Key, Piece] = {}
    for piece, key in zip(page, keys, strict=True):
        kinds.setdefault(key, set()).add(piece.kind)
        if piece.kind == "heading" and key and not _NO_SECTION.match(piece.text):
            headings.setdefault(key, piece)
    return [(at, headings[key]) for at, key in enumerate(own) if kinds.get(key) == {"heading"} and key in headings]


def _places(page: Sequence[Piece], keys: Sequence[Key], matched: dict[int, int]) -> list[_Place]:
    """Above each block of the text, the headings that rank ever higher: one that another as high follows heads nothing."""
    places: list[_Place] = []
    after = -1
    for index, before in matched.items():
        rank = 7 if page[index].kind != "heading" else page[index].level
        skipped = 0
        chain: list[_Place] = []
        for above in range(index - 1, max(-1, index - 1 - _CHAIN), -1):
            piece = page[above]
            if above in matched:
                break
            if piece.kind != "heading":
                skipped += 1
                if skipped > _SKIPPED or len(piece.text.split()) > _SKIPPED_WORDS:
                    break
            elif piece.level < rank:
                rank = piece.level
                if keys[above] and not _NO_SECTION.match(piece.text):
                    chain.append(_Place(heading=piece, key=keys[above], after=after, before=before))
        places += reversed(chain)
        after = before
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


def _extended(run: dict[int, int], page: Sequence[Piece], keys: Sequence[Key], own: Sequence[Key]) -> dict[int, int]:
    """``run``, sorted, with the equal blocks next to its pairs; a heading or two that the text lacks do not part them."""
    found, taken = dict(run), set(run.values())
    for start, place in run.items():
        for step in (1, -1):
            here, there, lacking = start + step, place + step, 0
            while 0 <= here < len(keys) and 0 <= there < len(own) and here not in found and there not in taken:
                if keys[here] == own[there]:
                    found[here] = there
                    taken.add(there)
                    there += step
                    lacking = 0
                elif page[here].kind != "heading" or lacking == _LACKING:
                    break
                else:
                    lacking += 1
                here += step
    return dict(sorted(found.items()))


def first_words(piece: Piece) -> Key:
    """What a block is known by: its first words."""
    words = _WORD.findall(piece.text, 0, _KEY_CHARACTERS)
    if len(words) <= _KEY_WORDS and len(piece.text) > _KEY_CHARACTERS:  # the last word may have been cut
        words = _WORD.findall(piece.text)
    return tuple(map(str.lower, words[:_KEY_WORDS]))

"""What a run of characters says, by the places that they have: in reading order, each once, words of wide letters whole."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

_LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_COUNT = re.compile("[\u0660-\u0669\u06f0-\u06f9\u066b\u066c]")
_MARKED = re.compile("[\u0e00-\u0eff][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd]+")


def logical(chars: list[str], places: list[float]) -> str:
    """The text with every word from right to left in the order it is read; some arrive in the order they are seen."""
    words: list[str] = []
    start = 0
    for end in [*(at for at, char in enumerate(chars) if char == " "), len(chars)]:
        letters = [at for at in range(start, end) if _LEFTWARD.match(chars[at]) and not _COUNT.match(chars[at])]
        word = chars[start:end]
        if not letters and end - start > 1 and _COUNT.match(word[0]) and places[start] > places[end - 1]:
            word.reverse()  # a number is read from its left end in every script
        if letters and places[letters[-1]] > places[letters[0]]:
            first, last = letters[0] - start, letters[-1] + 1 - start
            word[first:last] = reversed(word[first:last])
        words.append("".join(word))
        start = end + 1
    return " ".join(words)


def closed(chars: list[str], places: list[float], ends: list[float], size: float) -> str:
    """The text without the spaces between the letters of words that are set wide."""
    text = "".join(chars)
    letters = [at for at, char in enumerate(chars) if char != " "]
    gaps = [places[after] - ends[before] for before, after in pairwise(letters)]
    usual = median(gaps) if gaps else 0.0
    wide = [gap > usual + 0.15 * size for gap in gaps]
    alike = bool(gaps) and max(gaps) - min(gaps) < 0.12 * size and len(text.split()) < len(letters)
    if usual < 0.05 * size or not (any(wide) or alike or text.isupper()):
        return text
    return chars[letters[0]] + "".join(" " * apart + chars[at] for apart, at in zip(wide, letters[1:], strict=True))


def once(chars: list[str], places: list[float], ends: list[float], size: float) -> str:
    """The text with each letter and its marks said once: browsers name the letter's glyph and the mark's both so."""
    text = "".join(chars)
    if len(text) != len(chars):  # a ligature is among them, and places are no longer those of letters
        return text
    marked = [(match[0], *match.span()) for match in _MARKED.finditer(text)]
    gone: set[int] = set()
    for number, (letters, begin, end) in enumerate(marked):
        for before, first, last in marked[max(0, number - 4) : number]:
            overlap = min(max(ends[begin:end]), max(ends[first:last])) - max(places[begin], places[first])
            if before == letters and first not in gone and overlap > 0.3 * (max(ends[begin:end]) - places[begin]):
                gone.update(range(begin, end))
    if not gone:
        return text
    kept = [at for at, char in enumerate(text) if char != " " and at not in gone]
    whole, reached = "", places[kept[0]]
    for at in kept:
        whole += (" " if places[at] - reached > 0.15 * size else "") + text[at]
        reached = max(reached, ends[at])
    return whole

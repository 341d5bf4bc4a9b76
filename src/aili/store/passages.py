"""Finds in a text the passage that best shows why a search found it, and where in it the words stand.

Words are looked for in the index's letters, which leave out Arabic vowel marks and make one of wide and narrow forms; what
is shown is the line as it was written, with the marks carried over to its characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from aili.store.indexing import GAP, UNSPACED, Query, Unit, alone, folded

WIDTH = 240  # characters
BEFORE = 60  # characters in front of the first word, where a line is cut
MOST_HITS = 200  # of one word in one text: enough to find the best line


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    unit: int


class _Bases(dict[int, int]):
    """Characters to their lower-case base letter, one for one, so that offsets hold."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        syllable = 0xAC00 <= code <= 0xD7A3  # Hangul comes apart into other letters
        base = character if syllable else unicodedata.normalize("NFD", character)[0]
        lower = base.lower().replace("ς", "σ")
        self[code] = ord(lower) if len(lower) == 1 else ord(base)
        return self[code]


_BASES = _Bases()
_LETTER = rf"[^\W_{UNSPACED}]"
_ASCII_LETTER = "[a-z0-9]"  # of a text that is ASCII and in small letters: three times as fast


def passage(
    query: Query, fields: Sequence[str], written: Callable[[int], str]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The best line of the best of ``fields`` (as the index holds them), cut to ``WIDTH``, with marks over its characters.

    ``written`` gives the field at an index as it was written; it is asked for one at most. Where no field holds a word, the
    first field's beginning without marks.
    """
    patterns = [_patterns(unit) for unit in query.wanted]
    texts = [field.replace(GAP, "") for field in fields]
    first = next((at for at, text in enumerate(texts) if text), 0)
    best: tuple[int, bool, int, int, list[_Hit]] = (0, False, first, 0, [])
    for at, text in enumerate(texts):
        for start, end, hits in _lines(text, _hits(text, patterns)):
            score = (len({hit.unit for hit in hits}), end - start >= BEFORE)
            if score > best[:2]:
                best = (*score, at, start, hits)
        if best[0] == len(patterns):
            break
    _, _, at, start, hits = best
    text = texts[at] if texts else ""
    line = text[start:].partition("\n")[0]
    return _cut(*_unfolded(line, hits, _line(written(at), text.count("\n", 0, start))))


def _line(text: str, number: int) -> str:
    """The line with this number, from 0; empty where there are not so many."""
    return next(islice(text.split("\n"), number, None), "")


def _unfolded(line: str, hits: list[_Hit], written: str) -> tuple[str, list[_Hit]]:
    """The ``written`` line with the hits of the folded ``line``; that one as it is where it does not come of the other."""
    if line == written:
        return line, hits
    at: list[tuple[int, int]] = []  # of each folded character, where that stands which it was made of
    made = []
    for start, end in _clusters(written):
        letters = folded(written[start:end])
        made.append(letters)
        at += [(start, end)] * len(letters)
    if "".join(made) != line:
        return line, hits
    return written, [_Hit(at[hit.start][0], at[hit.end - 1][1], hit.unit) for hit in hits]


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Where each character with the marks that are set on it stands: no folding reaches beyond these."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not (unicodedata.category(text[at])[0] == "M" or "\u1160" <= text[at] <= "\u11ff"):
            yield start, at
            start = at


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How a word or phrase is written: its first word, without which it need not be looked for, and its patterns."""

    first: str
    pattern: re.Pattern[str]
    ascii: re.Pattern[str]


def _patterns(unit: Unit) -> list[_Spelling]:
    folded = dict.fromkeys(tuple(word.translate(_BASES) for word in words) for words in unit.spellings)
    return [
        _Spelling(
            words[0],
            _pattern(words, open_=unit.open, letter=_LETTER),
            _pattern(words, open_=unit.open, letter=_ASCII_LETTER),
        )
        for words in folded
    ]


def _pattern(folded: tuple[str, ...], *, open_: bool, letter: str) -> re.Pattern[str]:
    pattern = ""
    for at, word in enumerate(folded):
        if at:
            pattern += r"[\W_]*" if alone(word) or alone(folded[at - 1]) else r"[\W_]+"
        pattern += re.escape(word)
    before = "" if alone(folded[0]) else rf"(?<!{letter})"
    after = "" if alone(folded[-1]) else rf"{letter}*" if open_ else rf"(?!{letter})"
    return re.compile(before + pattern + after)


def _hits(text: str, patterns: list[list[_Spelling]]) -> list[_Hit]:
    plain = text.isascii()
    folded = text.lower() if plain else text.translate(_BASES)
    found = [
        _Hit(*match.span(), unit)
        for unit, spelt in enumerate(patterns)
        for spelling in spelt
        if spelling.first in folded
        for match in islice((spelling.ascii if plain else spelling.pattern).finditer(folded), MOST_HITS)
    ]
    return sorted(found, key=lambda hit: (hit.start, -hit.end))


def _lines(text: str, hits: list[_Hit]) -> Iterable[tuple[int, int, list[_Hit]]]:
    """Where the lines that hold a hit begin and end, each with its hits, counted from the line's start."""
    lines: dict[int, list[_Hit]] = {}
    for hit in hits:
        lines.setdefault(text.rfind("\n", 0, hit.start) + 1, []).append(hit)
    for start, held in lines.items():
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end, [_Hit(hit.start - start, hit.end - start, hit.unit) for hit in held if hit.end <= end]


def _cut(line: str, hits: list[_Hit]) -> tuple[str, tuple[tuple[int, int], ...]]:
    start, end = 0, len(line)
    if end > WIDTH:
        start = max(0, _densest(hits) - BEFORE)
        end = min(len(line), start + WIDTH)
        start = max(0, min(start, end - WIDTH))
        if start and (space := line.find(" ", start, start + 20)) >= 0:
            start = space + 1
        if end < len(line) and (space := line.rfind(" ", end - 20, end)) > start:
            end = space
    shown, lead = line[start:end], "…" if start else ""
    marks: list[tuple[int, int]] = []
    for hit in hits:
        span = (hit.start - start + len(lead), hit.end - start + len(lead))
        if hit.start >= start and hit.end <= end and (not marks or span[0] >= marks[-1][1]):
            marks.append(span)
    return f"{lead}{shown}{'…' if end < len(line) else ''}", tuple(marks)


def _densest(hits: list[_Hit]) -> int:
    """Where the stretch begins that holds the most different words."""
    room = WIDTH - BEFORE
    best, where = 0, 0
    for at, hit in enumerate(hits):
        near = _units(islice(hits, at, None), until=hit.start + room)
        if len(near) > best:
            best, where = len(near), hit.start
    return where


def _units(hits: Iterable[_Hit], *, until: int) -> set[int]:
    return {hit.unit for hit in takewhile(lambda hit: hit.end <= until, hits)}

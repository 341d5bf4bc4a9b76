"""Finds in a text the passage that best shows why a search found it, and where in it the words stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, takewhile

from aili.store.indexing import GAP, Query, Unit, alone

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
_LETTER = r"[^\W_]"


def passage(query: Query, fields: Iterable[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The best line of the best of ``fields`` (as the index holds them), cut to ``WIDTH``, with marks over its characters.

    Where no field holds a word, the first field's beginning without marks.
    """
    patterns = [_patterns(unit) for unit in query.wanted]
    texts = [field.replace(GAP, "") for field in fields]
    best: tuple[int, bool, str, list[_Hit]] = (0, False, "", [])
    for text in texts:
        for line, hits in _lines(text, _hits(text, patterns)):
            score = (len({hit.unit for hit in hits}), len(line) >= BEFORE)
            if score > best[:2]:
                best = (*score, line, hits)
        if best[0] == len(patterns):
            break
    _, _, line, hits = best
    if not hits:
        return _cut(next((text.partition("\n")[0] for text in texts if text), ""), [])
    return _cut(line, hits)


def _patterns(unit: Unit) -> list[tuple[str, re.Pattern[str]]]:
    """For each spelling its first word, without which it need not be looked for, and its pattern."""
    folded = dict.fromkeys(tuple(word.translate(_BASES) for word in words) for words in unit.spellings)
    return [(words[0], _pattern(words, open_=unit.open)) for words in folded]


def _pattern(folded: tuple[str, ...], *, open_: bool) -> re.Pattern[str]:
    pattern = ""
    for at, word in enumerate(folded):
        if at:
            pattern += r"[\W_]*" if alone(word) or alone(folded[at - 1]) else r"[\W_]+"
        pattern += re.escape(word)
    before = "" if alone(folded[0]) else rf"(?<!{_LETTER})"
    after = "" if alone(folded[-1]) else rf"{_LETTER}*" if open_ else rf"(?!{_LETTER})"
    return re.compile(before + pattern + after)


def _hits(text: str, patterns: list[list[tuple[str, re.Pattern[str]]]]) -> list[_Hit]:
    folded = text.translate(_BASES)
    found = [
        _Hit(*match.span(), unit)
        for unit, spelt in enumerate(patterns)
        for first, pattern in spelt
        if first in folded
        for match in islice(pattern.finditer(folded), MOST_HITS)
    ]
    return sorted(found, key=lambda hit: (hit.start, -hit.end))


def _lines(text: str, hits: list[_Hit]) -> Iterable[tuple[str, list[_Hit]]]:
    """The lines that hold a hit, each with its hits, counted from the line's start."""
    lines: dict[int, list[_Hit]] = {}
    for hit in hits:
        lines.setdefault(text.rfind("\n", 0, hit.start) + 1, []).append(hit)
    for start, held in lines.items():
        end = text.find("\n", start)
        line = text[start:] if end < 0 else text[start:end]
        yield line, [_Hit(hit.start - start, hit.end - start, hit.unit) for hit in held if hit.end <= start + len(line)]


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

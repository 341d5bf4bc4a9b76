"""How else a word may be spelt: what the index keeps apart and a person who searches does not.

The index folds the accents of Latin letters and nothing else (measured, FTS5 of SQLite 3.40, ``remove_diacritics 2``): not
ß, ø, ł, đ, ı, æ and œ, no accent of Greek, no ё, no hamza on an alef, none of the letters for which Arabic, Persian and
Urdu keyboards have different codes, no digit of another script. The query asks
for the spellings instead, the likeliest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count

MOST = 16  # spellings of one word or phrase, its own among them
FARTHEST = 2.9  # the dearest that is still asked for
LONGEST = 100  # characters of what is varied; longer is no word

_DIGITS = tuple("".join(chr(zero + digit) for digit in range(10)) for zero in (0x30, 0x660, 0x6F0, 0x966, 0x9E6))


def _table(pairs: str) -> dict[int, str]:
    return {ord(pair[0]): pair[1:] for pair in pairs.split()}


# What a spelling costs: little where it is the plainer one, much where a plain Latin letter might be a special one. Costs
# add up to FARTHEST at most: a guess about an alef goes with one about the word's end or another alef, one about a Latin
# letter stays alone.
_EVERY: tuple[tuple[float, dict[int, str]], ...] = (  # letters that are replaced wherever they stand
    (0.5, _table("øo łl đd ðd ıi þth ßss æae œoe")),
    (1.0, _table("äae öoe üue åaa øoe")),
    *((2.5, _table(pair)) for pair in ("oø", "lł", "dđ", "dð", "iı")),
    (0.5, _table("ёе")),
    (0.5, _table("άα έε ήη ίι όο ύυ ώω ϊι ϋυ ΐι ΰυ")),
    (0.5, _table("أا إا آا ٱا")),
    (0.5, _table("یي کك")),
    (1.3, _table("يی ىی كک")),
    (1.3, _table("هہ")),
    (0.5, _table("ہه")),
    (0.5, {0x93C: ""}),  # nukta
    *((1.0, {ord(digit): to[value] for of in _DIGITS if of != to for value, digit in enumerate(of)}) for to in _DIGITS),
)
_EACH: tuple[tuple[float, re.Pattern[str], str], ...] = tuple(  # one of the places where these letters stand
    (cost, re.compile(letters), to)
    for cost, letters, to in (
        (0.1, r"ه\b", "ة"),
        (0.1, r"ة\b", "ه"),
        (0.1, r"ي\b", "ى"),
        (0.1, r"ى\b", "ي"),
        (1.0, "ا", "أ"),
        (1.1, r"(?<![^\sوفبكل])ا\B", "إ"),  # at the beginning, or behind what is written together with the next word
        (1.2, r"ا\B", "آ"),
        (1.9, r"\bا", "ٱ"),
        (0.9, "ss", "ß"),
        (0.9, "ae", "æ"),
        (0.9, "oe", "œ"),
        (2.5, "th", "þ"),
        (2.6, "o", "ø"),
        (2.6, "l", "ł"),
        (2.6, "i", "ı"),
        (2.6, "ı", "i"),
        (0.9, "ι", "ϊ"),
        (0.9, "υ", "ϋ"),
        *((1.5, plain, accented) for plain, accented in zip("αεηιουω", "άέήίόύώ", strict=True)),
        (1.5, "е", "ё"),
        *((1.5, f"{letter}(?!\u093c)", f"{letter}\u093c") for letter in "जफडढखगक"),
    )
)


@lru_cache(maxsize=2_000)
def spellings(words: str) -> tuple[str, ...]:
    """A word, or words with a space between, and how else it may be spelt: ``MOST`` at most, the likeliest first."""
    if len(words) > LONGEST:
        return (words,)
    order = count()
    heap = [(0.0, next(order), words.lower())]
    found: dict[str, None] = {}
    while heap and len(found) < MOST:
        cost, _, spelt = heappop(heap)
        if spelt in found:
            continue
        found[spelt] = None
        for more, other in _respelt(spelt):
            if cost + more <= FARTHEST and other not in found:
                heappush(heap, (cost + more, next(order), other))
    return (words, *list(found)[1:])


def _respelt(spelt: str) -> Iterator[tuple[float, str]]:
    for cost, table in _EVERY:
        other = spelt.translate(table)
        if other != spelt:
            yield cost, other
    for cost, letters, to in _EACH:
        for match in letters.finditer(spelt):
            yield cost, spelt[: match.start()] + to + spelt[match.end() :]

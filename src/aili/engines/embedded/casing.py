"""Capitals: a heading's made small where it is told inside a sentence, a phrase's made large where it becomes a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from aili.encoder import Token
from aili.engines.embedded.network import Network
from aili.engines.embedded.reading import Survey
from aili.language import stop_words

_SMALL = frozenset("a an the and or but of in on to for with by at from as into over vs via per than".split())
_MARKS = "?,.!:;()“”\"'"
_POSSESSIVE = re.compile(r"[’']s?$")
_SHOUTED = 6  # letters of a lone word in capitals that is no abbreviation


def inside(text: str, survey: Survey, network: Network) -> str:
    """A heading as it reads inside a sentence: its capitals made small, but for names and abbreviations.

    A name is what the running text writes large, or what the parser, which sees no capitals, takes for one and the text
    never writes small.
    """
    (analysis,) = network.analyse([text])
    proper = frozenset(_proper(analysis.tokens, survey.small))
    people = frozenset(token.text for token in analysis.tokens if token.entity[2:] in ("PER", "LOC"))
    quiet = calm(text, survey.abbreviations, survey.small)
    return as_told(lowered(quiet, survey.names | proper | people), survey.running, survey.told)


def as_told(text: str, running: str, low: str) -> str:
    """``text`` with each run of two to five words in the capitals of ``running``, where those are one name's.

    ``low`` is ``running`` in small letters.
    """
    words = text.split()
    at = 0
    while at < len(words):
        longest = 1 if words[at].lower() in _SMALL else min(5, len(words) - at)
        for size in range(longest, 1, -1):
            whole = " ".join(words[at : at + size])
            wanted = whole.rstrip(_MARKS)
            small = wanted.lower()
            found = low.find(f" {small}") + 1
            told = running[found : found + len(wanted)] if found else ""
            ends = not running[found + len(wanted) :][:1].isalnum() and f" {small}" not in running
            if ends and told.lower() == small and _is_name(told.split()):
                words[at : at + size] = (told + whole[len(wanted) :]).split()
                at += size - 1
                break
        at += 1
    return " ".join(words)


def _is_name(words: Sequence[str]) -> bool:
    """Whether words are written as a name's: large, but for small ones within (*Lake of Darkness*)."""
    inner = (_is_large(word) or word in _SMALL for word in words[1:-1])
    return _is_large(words[0]) and _is_large(words[-1]) and all(inner)


def _is_large(word: str) -> bool:
    return word[:1].isupper() or word[:1].isdigit()


def renamed(text: str, names: frozenset[str]) -> str:
    """``text`` with the names that only the opening of a sentence had made small ("What is battleship?") large again."""
    small = stop_words("en")  # "Should" of a heading is no name
    return " ".join(
        opened(word)
        if len(word) > 4 and word.islower() and word not in small and opened(_bare(word)) in names
        else word
        for word in text.split()
    )


def _proper(tokens: Sequence[Token], small: frozenset[str]) -> Iterator[str]:
    """The words of each run that the parser takes for a name, where the text never writes one of them small."""
    for is_name, run in groupby(tokens, key=lambda token: token.tag == "PROPN" or bool(token.entity)):
        words = [token.text for token in run]
        if is_name and any(word.lower() not in small for word in words):
            yield from words


def opened(text: str) -> str:
    """``text`` with a capital, as it opens a sentence."""
    return text[:1].upper() + text[1:]


def lowered(text: str, names: frozenset[str]) -> str:
    """``text`` with small letters, but for ``names``, the words that are always written large."""
    known = frozenset(_bare(name).lower() for name in names)
    return " ".join(
        "-".join(part if _stays(part, known) else part.lower() for part in word.split("-")) for word in text.split()
    )


def _stays(word: str, known: frozenset[str]) -> bool:
    return word == "I" or _is_set(word) or _bare(word).lower() in known


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.strip(_MARKS))


def calm(text: str, abbreviations: frozenset[str], small: frozenset[str]) -> str:
    """A heading that is shouted, with only its first letters large; ``abbreviations`` stay as they are.

    A short word that stands alone is shouted only if it is among ``small``, the words that the text writes small.
    """
    words = re.findall(r"[^\W\d_]{2,}", text)
    if not words or any(not word.isupper() for word in words):
        return text
    if len(words) == 1 and (words[0] in abbreviations or (len(words[0]) < _SHOUTED and words[0].lower() not in small)):
        return text
    kept = [
        word if _bare(word) in abbreviations or any(c.isdigit() for c in word) else word.lower()
        for word in text.split()
    ]
    return title_case(" ".join(kept), articles=True)


def title_case(phrase: str, *, articles: bool = False) -> str:
    """``phrase`` as a heading: main words with a capital, without its article unless ``articles`` stay."""
    words = phrase.split()
    if words and not articles and words[0].lower() in ("the", "a", "an"):
        words = words[1:]
    return " ".join(
        word if (i and word.lower() in _SMALL) or _is_set(word) else opened(word) for i, word in enumerate(words)
    )


def _is_set(word: str) -> bool:
    """Whether a word is written as it is wherever it stands: *iPhone*, *NATO*, *i7*."""
    return word[1:] != word[1:].lower() or any(c.isdigit() for c in word)

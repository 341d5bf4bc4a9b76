"""A text read once for all rules: its words with folded forms and stems, and what the rules find in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from aili.verification.words import STOPWORDS, fold, stem

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., e.g.
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*"
    r"|[^\W\d_]+(?:['’ʼ][^\W\d_]+)*['’]?"
    r"|[^\w\s]|_"
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


class Token(NamedTuple):
    """One word, number or mark: as written, folded (possessive removed), stemmed, and its offset in the passage.

    ``is_content`` tells a word that carries content from one of grammar.
    """

    text: str
    norm: str
    stem: str
    is_word: bool
    is_capitalised: bool
    is_content: bool
    start: int


@dataclass(frozen=True)
class Passage:
    """A sentence or a few, tokenised on first use."""

    text: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All words, numbers and marks in order."""
        # Past the constructor of a named tuple, which takes longer than all else here.
        make = tuple.__new__
        return tuple(make(Token, (*_forms(match[0]), match.start())) for match in _TOKEN.finditer(self.text))

    @cached_property
    def norms(self) -> frozenset[str]:
        """Folded forms of all tokens."""
        return frozenset(token.norm for token in self.tokens)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of all words."""
        return frozenset(token.stem for token in self.tokens if token.is_word)

    @cached_property
    def content(self) -> tuple[Token, ...]:
        """The words that carry content."""
        return tuple(token for token in self.tokens if token.is_content)

    @cached_property
    def plain(self) -> str:
        """The words alone, folded, one space between and around: for finding one passage in another."""
        return " " + " ".join(token.norm for token in self.tokens if token.text[0].isalnum()) + " "

    @cached_property
    def grams(self) -> frozenset[str]:
        """Character n-grams of the words: pairs where the script writes without spaces, fours elsewhere."""
        folded = fold(self.text)
        size = 2 if _CJK.search(folded) else 4
        joined = re.sub(r"[\W_]+", "" if size == 2 else " ", folded)
        return frozenset(joined[i : i + size] for i in range(max(1, len(joined) - size + 1)))


@lru_cache(maxsize=65536)
def _forms(text: str) -> tuple[str, str, str, bool, bool, bool]:
    """All of a token but its offset; kept, since a document has few different words (measured: three times as fast)."""
    norm = fold(text) or text  # a combining mark alone folds to nothing
    if len(norm) > 2 and norm[-2:] == "'s":
        norm = norm[:-2]
    elif norm[-1] == "'" and len(norm) > 1:
        norm = norm[:-1]
    if "." in norm and norm[0].isalpha():
        norm = norm.replace(".", "")
        norm = "usa" if norm == "us" else norm
    elif text in ("US", "USA", "US's", "US’s"):
        norm = "usa"
    is_word = text[0].isalpha()
    return text, norm, stem(norm), is_word, text[0].isupper(), is_word and norm not in STOPWORDS and len(norm) > 1


@lru_cache(maxsize=2048)
def passage(text: str) -> Passage:
    """The passage of ``text``; the same texts come again and again while one document is checked, so they are kept."""
    return Passage(text)


_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."}
)


def normalise(text: str) -> str:
    """White space, quotation marks and dashes made alike and the final mark left out, so that copies compare equal."""
    return " ".join(text.translate(_QUOTES).split()).rstrip(" .!?;:\"'").lstrip(" \"'")

"""What the full-text index holds, and how a person's query becomes one of its own.

The index (FTS5, tokenizer unicode61) cuts words at spaces. Scripts that write none are indexed character by character, with
a zero-width space between, and asked for as phrases; without a dictionary that finds everything and, at worst, too much.
Queries are never passed on: words are taken out of them and quoted, so that nothing a person types is syntax to the index
(measured: 5 of 5 odd queries raised otherwise). How else a word may be spelt is asked of the index, not put into it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from aili.digest import Digest
from aili.document import Document
from aili.store.spelling import spellings

GAP = "\u200b"
MOST_WORDS = 64  # of a query; what follows is not asked for

# Thai, Lao, Burmese, Khmer; kana; Han; Hangul.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Vowel signs and accents: no letters to Python, parts of words to the index.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962-\u0963\u0981-\u0983\u09bc-\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0b01-\u0b03"
    "\u0b3c-\u0b57\u0b82\u0bbe-\u0bd7\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3e-\u0d57"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b6-\u17d3"
)
_SEAM = re.compile(rf"(?:(?<=[{UNSPACED}])|(?<=\w)(?=[{UNSPACED}]))(?=\w)")
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
_ALONE = re.compile(rf"[{UNSPACED}]")
_PART = re.compile(r'(?P<not>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_STRAY = re.compile("[\x00-\x08\ud800-\udfff]")

# Points of Hebrew and Arabic are seldom written and never typed when searching; wide and narrow forms are the same letters.
_FOLDED = {
    **dict.fromkeys([*range(0x591, 0x5C8), *range(0x64B, 0x660), 0x670, 0x640, 0x200B]),
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFFEF)},
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A word or phrase that is asked for: its words as the index holds them; ``open`` where more letters may follow."""

    words: tuple[str, ...]
    open: bool = False

    @property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """The words as they were typed, and as they may be spelt otherwise."""
        return tuple(tuple(spelt.split(" ")) for spelt in spellings(" ".join(self.words)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """What a person asked for, all of it, and what must not be there."""

    wanted: tuple[Unit, ...] = ()
    unwanted: tuple[Unit, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether it asks anything at all."""
        return bool(self.wanted or self.unwanted)

    @property
    def match(self) -> str:
        """The FTS5 expression of what is wanted, without what is not unless something is; empty where nothing is wanted."""
        if not self.wanted:
            return ""
        wanted = " AND ".join(map(_quoted, self.wanted))
        return f"({wanted}) NOT ({self.against})" if self.unwanted else wanted

    @property
    def against(self) -> str:
        """The FTS5 expression of what must not be there; empty where anything may."""
        return " OR ".join(map(_quoted, self.unwanted))


def understand(text: str) -> Query:
    """The query that ``text`` means: all words, ``"whole phrases"`` and ``-not this``; the last word may go on.

    Any text is a query; one without a word in it asks nothing.
    """
    wanted: list[Unit] = []
    unwanted: list[Unit] = []
    left = MOST_WORDS
    text = _STRAY.sub(" ", text)
    end = len(text.rstrip())
    for part in _PART.finditer(text):
        words = tuple(_WORD.findall(indexed(part["word"] or part["phrase"] or "")))[:left]
        if not words:
            continue
        left -= len(words)
        may_go_on = part.end() == end and part["word"] is not None and len(words[-1]) > 1
        unit = Unit(words=words, open=may_go_on and not part["not"])
        (unwanted if part["not"] else wanted).append(unit)
    return Query(wanted=tuple(wanted), unwanted=tuple(unwanted))


def indexed(text: str) -> str:
    """``text`` as the index holds it: folded, with ``GAP`` between the characters of scripts that write no spaces."""
    return text if text.isascii() else _SEAM.sub(GAP, folded(text))


def alone(word: str) -> bool:
    """Whether a word of the index is a character of a script that writes no spaces."""
    return bool(_ALONE.match(word))


def columns(digest: Digest, document: Document | None) -> tuple[str, str, str]:
    """Title, digest and text as the index holds them; of a digest without its document the text is what it cites."""
    title = " ".join([digest.title, digest.site, *digest.authors])
    return indexed(title), indexed(told(digest)), indexed(document.text if document else cited(digest))


def folded(text: str) -> str:
    """``text`` in the letters of the index, which may be fewer or more than it has."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_FOLDED)


def told(digest: Digest) -> str:
    """What a digest says, a line each."""
    return "\n".join(_lines(digest))


def cited(digest: Digest) -> str:
    """What a digest cites, a line each."""
    return "\n".join(citation.text for citation in digest.citations)


def _lines(digest: Digest) -> Iterator[str]:
    for bullet in digest.abstract:
        yield bullet.text
    for section in digest.sections:
        yield section.heading
        for question in section.questions:
            yield question.text
            for bullet in question.bullets:
                yield bullet.text


def _quoted(unit: Unit) -> str:
    goes_on = " *" if unit.open else ""
    phrases = [f'"{" ".join(words)}"{goes_on}' for words in unit.spellings]
    return phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"

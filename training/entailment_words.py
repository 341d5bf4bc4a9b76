"""Words that may, and words that may not, stand in the place of another: from WordNet 3.0, in forms that the corpus attests.

WordNet (Princeton's licence, which allows any use with its notice) is read from Debian's package `wordnet-base`; nothing
of it ships but what the head learned. A word takes another's place only in a form seen in the corpus with the same Penn tag,
so that nothing has to be inflected and rare words stay out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from aili.encoder import Token

FILES = {"NOUN": "noun", "VERB": "verb", "ADJ": "adj", "ADV": "adv"}
_ENDINGS = {
    "NOUN": (("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"),
             ("ies", "y")),
    "VERB": (("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
    "ADJ": (("er", ""), ("est", ""), ("er", "e"), ("est", "e"), ("ier", "y"), ("iest", "y")),
    "ADV": (),
}  # fmt: skip
# Light verbs, and words whose first sense misleads: never exchanged.
KEPT = frozenset(
    "be have do make take get go come give put set let keep say see use show find know become seem include call be "
    "one thing way time year day people man woman part number other such same own many much more most new first last "
    "able also so then here there well just only even still now very too not never as like work have".split()
)


@dataclass(frozen=True, slots=True)
class Synset:
    """One sense: its words, and the synsets it points to by kind of pointer (and word numbers, for antonyms)."""

    words: tuple[str, ...]
    pointers: tuple[tuple[str, str, int, int], ...]  # symbol, target key, own word, target's word (from 1; 0: all)


@dataclass(slots=True)
class Words:
    """WordNet beside the corpus's forms."""

    senses: dict[tuple[str, str], list[str]]  # (part of speech, lemma) → keys of synsets, the commonest first
    synsets: dict[str, Synset]
    exceptions: dict[tuple[str, str], str]
    forms: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def lemma(self, token: Token) -> str:
        """The dictionary form, or nothing where WordNet has none."""
        return self._lemma(token.text.lower(), token.tag)

    def _lemma(self, word: str, tag: str) -> str:
        if tag not in FILES:
            return ""
        if (found := self.exceptions.get((tag, word))) and (tag, found) in self.senses:
            return found
        if (tag, word) in self.senses:
            return word
        for old, new in _ENDINGS[tag]:
            if word.endswith(old) and (tag, stem := word.removesuffix(old) + new) in self.senses:
                return stem
        return ""

    def learn(self, sentences: Iterable[tuple[Token, ...]]) -> None:
        """Count which forms of which words the corpus has."""
        for token in (token for tokens in sentences for token in tokens):
            if token.text.isalpha() and token.text.islower() and (lemma := self.lemma(token)):
                self.forms[lemma, token.xpos][token.text] += 1

    def form(self, lemma: str, xpos: str, at_least: int = 2) -> str:
        """The commonest form of a lemma with this Penn tag; nothing where the corpus lacks it."""
        found = self.forms.get((lemma, xpos))
        if not found:
            return ""
        word, count = found.most_common(1)[0]
        return word if count >= at_least else ""

    def like(self, token: Token) -> list[str]:
        """Words that mean nearly the same: of its first sense, where that is also one of the other's first two."""
        lemma = self.lemma(token)
        return self._forms(token, self._synonyms(lemma, token.tag, own=1, other=2)) if self._open(lemma) else []

    def unlike(self, token: Token) -> list[str]:
        """Opposites of its first three senses, direct or by the adjective they resemble."""
        lemma = self.lemma(token)
        return (
            self._forms(token, self._antonyms(lemma, token.tag)) if lemma and lemma not in {"be", "have", "do"} else []
        )

    def beside(self, token: Token) -> list[str]:
        """Words of the same kind that mean something else: other members of its first sense's class."""
        lemma = self.lemma(token)
        if not self._open(lemma):
            return []
        close = set(self._synonyms(lemma, token.tag, own=5, other=5)) | set(self._kin(lemma, token.tag))
        return [word for word in self._forms(token, self._siblings(lemma, token.tag)) if word not in close]

    def _open(self, lemma: str) -> bool:
        return bool(lemma) and lemma not in KEPT

    def _forms(self, token: Token, lemmas: Iterable[str]) -> list[str]:
        found = (self.form(lemma, token.xpos) for lemma in dict.fromkeys(lemmas))
        return [word for word in dict.fromkeys(found) if word and word != token.text.lower()]

    def _synonyms(self, lemma: str, tag: str, *, own: int, other: int) -> Iterator[str]:
        for key in self.senses.get((tag, lemma), [])[:own]:
            for word in self.synsets[key].words:
                if word != lemma and "_" not in word and key in self.senses.get((tag, word), [])[:other]:
                    yield word

    def _antonyms(self, lemma: str, tag: str) -> Iterator[str]:
        for key in self.senses.get((tag, lemma), [])[:3]:
            synset = self.synsets[key]
            for symbol, target, mine, theirs in synset.pointers:
                if symbol == "!" and synset.words[mine - 1] == lemma:
                    yield self.synsets[target].words[theirs - 1]
        if tag == "ADJ":
            for key in self.senses.get((tag, lemma), [])[:1]:
                for symbol, target, *_ in self.synsets[key].pointers:
                    if symbol == "&":
                        yield from self._direct(target)

    def _direct(self, key: str) -> Iterator[str]:
        for symbol, target, _, theirs in self.synsets[key].pointers:
            if symbol == "!":
                yield self.synsets[target].words[theirs - 1]

    def _siblings(self, lemma: str, tag: str) -> Iterator[str]:
        for key in self.senses.get((tag, lemma), [])[:1]:
            for parent in self._targets(key, "@"):
                for child in self._targets(parent, "~"):
                    if child != key:
                        for word in self.synsets[child].words[:2]:
                            if "_" not in word and child in self.senses.get((tag, word), [])[:1]:
                                yield word

    def _kin(self, lemma: str, tag: str) -> Iterator[str]:
        """Words of the senses above and below, which may be told in its place."""
        for key in self.senses.get((tag, lemma), [])[:3]:
            for other in (*self._targets(key, "@"), *self._targets(key, "~"), *self._targets(key, "&")):
                yield from self.synsets[other].words

    def _targets(self, key: str, symbol: str) -> list[str]:
        return [target for found, target, *_ in self.synsets[key].pointers if found == symbol]


@cache
def wordnet(folder: Path) -> Words:
    """Read WordNet's database files (wndb(5WN)) from a folder."""
    letters = {"n": "NOUN", "v": "VERB", "a": "ADJ", "s": "ADJ", "r": "ADV"}
    senses: dict[tuple[str, str], list[str]] = {}
    synsets: dict[str, Synset] = {}
    exceptions: dict[tuple[str, str], str] = {}
    for tag, name in FILES.items():
        for line in (folder / f"index.{name}").read_text(encoding="latin-1").splitlines():
            if not line.startswith(" "):
                lemma, _, count, pointers, *rest = line.split()
                senses[tag, lemma] = [tag + offset for offset in rest[int(pointers) + 2 :]][: int(count)]
        for line in (folder / f"data.{name}").read_text(encoding="latin-1").splitlines():
            if not line.startswith(" "):
                fields = line.partition(" | ")[0].split()
                words = int(fields[3], 16)
                at = 4 + 2 * words
                found = (fields[at + 1 + 4 * n : at + 5 + 4 * n] for n in range(int(fields[at])))
                synsets[tag + fields[0]] = Synset(
                    words=tuple(word.partition("(")[0].lower() for word in fields[4:at:2]),
                    pointers=tuple((s, letters[p] + o, int(w[:2], 16), int(w[-2:], 16)) for s, o, p, w in found),
                )
        for line in (folder / f"{name}.exc").read_text(encoding="latin-1").splitlines():
            word, lemma, *_ = line.split()
            exceptions[tag, word] = lemma
    return Words(senses, synsets, exceptions)

"""Roles: who did it and to whom. Both are parsed where they have the same words in another order, or *by* in one only.

A passive, a relative clause or a nominal style change the order and keep the roles, and a passive may keep the order and
change the roles ("Keller was thanked by Novak"), so that order alone says nothing; the embedded encoder's dependency
heads say which word is whose subject and object. A verb that both have, with the same two words beneath it in each
other's place, is refuted. Parsing takes some milliseconds a sentence and is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from aili.encoder import Token, load
from aili.verification.cases import Case, Finding, finding
from aili.verification.passages import Passage
from aili.verification.words import SYMMETRIC, fold, stem

_SUBJECT, _OBJECT = "subject", "object"
_SLOTS = {
    "nsubj": _SUBJECT,
    "csubj": _SUBJECT,
    "obl:agent": _SUBJECT,
    "obj": _OBJECT,
    "nsubj:pass": _OBJECT,
}
_NOUNS = frozenset(("NOUN", "PROPN"))
_LONGEST = 60  # words; a longer sentence is a list, and its parse a guess


def roles(case: Case) -> Iterator[Finding]:
    """Refuted where a verb has its subject and its object, or two other parts, in each other's place."""
    for part in case.evidence:
        if not (_reordered(case.claim, part) or _revoiced(case.claim, part)):
            continue
        ours = [act for act in _acts(case.claim.text) if _may_swap(act, part)]
        theirs = _acts(part.text) if ours else ()
        for verb, parts in ours:
            for other, known in theirs:
                if verb == other and (swapped := _swapped(parts, known)) and not _same_somewhere(parts, verb, theirs):
                    one, two = swapped
                    word = next((token.text for token in case.claim.tokens if token.stem == verb), verb)
                    yield finding(
                        "role", "refuted", f"The claim has {one!r} and {two!r} in each other's place beside {word!r}."
                    )
                    return


def _reordered(claim: Passage, evidence: Passage) -> bool:
    """Whether two words that both have stand on the other side of a third, without which roles cannot be exchanged."""
    if len(evidence.content) > _LONGEST or len(claim.content) > _LONGEST:
        return False
    shared = _shared(claim, evidence)
    return any(
        min(shared[middle + 1 :]) < place < max(shared[:middle])
        for middle, place in enumerate(shared)
        if 0 < middle < len(shared) - 1
    )


def _revoiced(claim: Passage, evidence: Passage) -> bool:
    """Whether one of the two may be passive where the other is not, so that words in the same order exchange roles."""
    if len(evidence.content) > _LONGEST or len(claim.content) > _LONGEST:
        return False
    return _agents(claim) != _agents(evidence) and len(_shared(claim, evidence)) >= 3


def _agents(part: Passage) -> int:
    return sum(token.norm == "by" for token in part.tokens)


def _shared(claim: Passage, evidence: Passage) -> list[int]:
    """Places in the evidence of the content words that both have, in the order of the claim."""
    places = {token.stem: at for at, token in reversed(list(enumerate(evidence.content)))}
    return list(dict.fromkeys(places[token.stem] for token in claim.content if token.stem in places))


_Parts = tuple[tuple[str, frozenset[str], str], ...]


def _may_swap(act: tuple[str, _Parts], evidence: Passage) -> bool:
    """Whether the evidence has the verb and words of two of its parts; without them its parse is not needed."""
    verb, parts = act
    return (verb in evidence.stems or "-" in verb) and sum(
        not words.isdisjoint(evidence.stems) for _, words, _ in parts
    ) >= 2


def _swapped(ours: _Parts, theirs: _Parts) -> tuple[str, str] | None:
    """Two parts of ours, each of which fills the slot of the other in theirs."""
    for slot, words, text in ours:
        for slot2, words2, text2 in ours:
            if slot >= slot2 or words & words2:
                continue
            if any(s == slot2 and w & words and not w & words2 for s, w, _ in theirs) and any(
                s == slot and w & words2 and not w & words for s, w, _ in theirs
            ):
                return text, text2
    return None


def _same_somewhere(parts: _Parts, verb: str, theirs: Sequence[tuple[str, _Parts]]) -> bool:
    """Whether the evidence also has the verb with its parts as the claim has them."""
    return any(
        other == verb and sum(any(s == slot and w & words for s, w, _ in known) for slot, words, _ in parts) >= 2
        for other, known in theirs
    )


@lru_cache(maxsize=1024)
def _acts(text: str) -> tuple[tuple[str, _Parts], ...]:
    """Each verb (its stem) with the parts beneath it: slot, stems of its head and of what is joined to it, its text."""
    tokens = load(threads=1).analyse([text])[0].tokens
    found = []
    for at, token in enumerate(tokens):
        verb = stem(fold(token.text))
        if token.tag not in ("VERB", "ADJ") or verb in _SYMMETRIC:
            continue
        parts = tuple(
            (_slot(tokens, n), _words(tokens, n), child.text)
            for n, child in enumerate(tokens)
            if child.head == at
            and child.tag in _NOUNS
            and child.label.startswith(("nsubj", "csubj", "obj", "iobj", "obl"))
        )
        if len(parts) >= 2:
            found.append((verb, parts))
    return tuple(found)


_SYMMETRIC = frozenset(map(stem, SYMMETRIC))


def _slot(tokens: Sequence[Token], at: int) -> str:
    """The role of a verb's part: subject, object, or the preposition before it; ``by`` marks the subject of a passive."""
    label = tokens[at].label
    passive = any(t.head == tokens[at].head and t.label in ("nsubj:pass", "aux:pass") for t in tokens)
    case = next((t.text.lower() for t in tokens if t.head == at and t.label == "case"), "")
    if label.startswith("obl") and case == "by" and (passive or label == "obl:agent"):
        return _SUBJECT
    return _SLOTS.get(label) or (case if label.startswith("obl") else label)


def _words(tokens: Sequence[Token], at: int) -> frozenset[str]:
    """Stems of a part's head, of the names and nouns compounded with it, and of those joined to it by *and*."""
    inside = {at}
    inside |= {
        n for n, t in enumerate(tokens) if t.head == at and t.label in ("compound", "flat", "conj") and t.tag in _NOUNS
    }
    return frozenset(stem(fold(tokens[n].text)) for n in inside)

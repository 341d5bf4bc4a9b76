"""A sentence split into the claims that it joins: *Novak resigned and Keller took over* makes two.

A compound sentence is told from several sentences of a source, so that it is a near copy of none, and the rules that
compare a claim with one sentence word by word pass it by; its parts are near copies again. The embedded encoder's
dependency heads say which clauses are joined to the main one, and whose subject a clause without one shares.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from aili.encoder import Token, load
from aili.verification.words import NEGATIONS, fold

_JOINT = re.compile(r"\b(?:and|but|yet|so|while)\b|;")
_FEWEST, _MOST = 4, 60  # tokens of a part, and of a sentence: a longer one is a list, and its parse a guess
_VERBAL = ("cop", "aux", "nsubj")


@lru_cache(maxsize=1024)
def claims(text: str) -> tuple[str, ...]:
    """The claims of an English sentence, in its order, each a sentence of its own; ``text`` alone where it joins none."""
    count = len(text.split())
    if not any(
        _FEWEST - 1 <= len(text[: joint.start()].split()) <= count - _FEWEST + 1 for joint in _JOINT.finditer(text)
    ):
        return (text,)
    tokens = load(threads=1).analyse([text])[0].tokens
    root = next((at for at, token in enumerate(tokens) if token.head < 0), -1)
    if len(tokens) > _MOST or root < 0 or not (subjects := _subjects(tokens, root)):
        return (text,)
    joined = [at for at, token in enumerate(tokens) if at > root and token.head == root and _is_clause(tokens, at)]
    trees = {at: _tree(tokens, at) for at in joined}
    first = set(range(len(tokens))).difference(*trees.values())
    parts = [_trimmed(tokens, part) for part in (first, *trees.values())]
    if len(parts) < 2 or any(len(part) < _FEWEST for part in parts):
        return (text,)
    if any(tokens[part[0]].label == "mark" for part in parts[1:]):  # "asks if …, and" read as "asks" and "if …"
        return (text,)
    alone = [at for at in joined if not _subjects(tokens, at)]
    if any(_is_alternative(tokens, at) for at in joined) or (alone and _is_denied(tokens, root)):
        return (text,)  # "bought or sold" says neither, "did not buy and sell" may deny both
    subject = _words(text, tokens, _trimmed(tokens, _tree(tokens, subjects[0])))
    told = [_words(text, tokens, part) for part in parts]
    whose = ["", *(f"{subject} {_shared(tokens, root, at)}" if at in alone else "" for at in joined)]
    return tuple(f"{before}{words}." for before, words in zip(whose, told, strict=True))


def _subjects(tokens: Sequence[Token], at: int) -> list[int]:
    return [n for n, token in enumerate(tokens) if token.head == at and token.label.startswith(("nsubj", "csubj"))]


def _shared(tokens: Sequence[Token], root: int, at: int) -> str:
    """The auxiliaries of the main verb where a verb of the same form stands without its own: *was built and opened*."""
    ours, theirs = (
        [t.text for t in tokens if t.head == verb and t.label.startswith(("aux", "cop"))] for verb in (at, root)
    )
    return "".join(f"{word} " for word in theirs) if not ours and tokens[at].xpos == tokens[root].xpos else ""


def _is_alternative(tokens: Sequence[Token], at: int) -> bool:
    return any(token.head == at and token.label == "cc" and fold(token.text) in ("or", "nor") for token in tokens)


def _is_denied(tokens: Sequence[Token], at: int) -> bool:
    texts = [fold(token.text) for token in tokens if token.head == at]
    return any(text in NEGATIONS or text.endswith("n't") for text in texts)


def _is_clause(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that is joined to the main verb carries a clause: it is a verb, or has a copula or a subject."""
    return tokens[at].label in ("conj", "parataxis") and (
        tokens[at].tag in ("VERB", "AUX")
        or any(token.head == at and token.label.startswith(_VERBAL) for token in tokens)
    )


def _tree(tokens: Sequence[Token], at: int) -> set[int]:
    """A word and all that depends on it."""
    inside, grown = {at}, True
    while grown:
        more = {n for n, token in enumerate(tokens) if token.head in inside} - inside
        inside |= more
        grown = bool(more)
    return inside


def _trimmed(tokens: Sequence[Token], part: Collection[int]) -> list[int]:
    """The words of a part in order, without marks and conjunctions at its ends."""
    kept = sorted(part)
    while kept and tokens[kept[0]].label in ("cc", "punct"):
        kept = kept[1:]
    while kept and tokens[kept[-1]].label in ("cc", "punct"):
        kept = kept[:-1]
    return kept


def _words(text: str, tokens: Sequence[Token], part: Sequence[int]) -> str:
    """The words of a part as they stand in the text, with a space where something was left out between."""
    told = ""
    for before, at in zip((-1, *part), part, strict=False):
        gap = text[tokens[before].end : tokens[at].start] if at == before + 1 and told else " " if told else ""
        told += gap + tokens[at].text
    return told

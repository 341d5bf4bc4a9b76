"""A near copy of a sentence must not change a word of it: where all else is the same, another word is another statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aili.verification.cases import Case, Edit, Finding, finding
from aili.verification.entities import plain_word
from aili.verification.passages import Token
from aili.verification.quantities import is_number
from aili.verification.rules.negation import is_cue
from aili.verification.words import ANTONYMS, HEDGES, REPORTING, STOPWORDS, SYMMETRIC, related, word_set

_LISTED = word_set(", and or & ; /")


def changes(case: Case) -> Iterator[Finding]:
    """Refuted where two parts of a copied sentence are exchanged or a word is its opposite, else not enough info."""
    if (swapped := _exchanged(case)) is not None:
        one, other = swapped
        yield finding("role", "refuted", f"The claim is the sentence with {one!r} and {other!r} in each other's place.")
        return
    if not case.is_copy:
        return
    for edit in case.edits:
        yield from _changed(case, edit)


def _changed(case: Case, edit: Edit) -> Iterator[Finding]:
    ours = [token for token in edit.claim if _weighs(token)]
    theirs = [token for token in edit.evidence if _weighs(token)]
    for token in edit.claim:
        for other in edit.evidence:
            if other.stem in ANTONYMS.get(token.stem, frozenset()):
                yield finding("negation", "refuted", f"The evidence says {other.text!r}, the claim {token.text!r}.")
                return
    hedge = next((token for token in edit.evidence if token.norm in HEDGES and token.text != "May"), None)
    if hedge is not None and not any(token.norm in HEDGES for token in case.claim.tokens):
        yield finding("modality", "not enough info", f"The evidence says {hedge.text!r}, the claim does not.")
        return
    if len(ours) == 1 and len(theirs) == 1 and len(edit.claim) <= 2 and len(edit.evidence) <= 2:
        one, other = ours[0], theirs[0]
        if one.is_capitalised == other.is_capitalised and not _known(case, one) and not related(one.stem, other.stem):
            yield finding("evidence", "not enough info", f"The evidence says {other.text!r}, the claim {one.text!r}.")


def _weighs(token: Token) -> bool:
    return token.is_content and not is_number(token) and not is_cue(token)


def _known(case: Case, token: Token) -> bool:
    """Whether the evidence or what is around it has the word, or the word only tells that somebody says so."""
    return (
        token.norm in REPORTING
        or plain_word(token)
        or token.stem in case.whole.stems
        or token.stem in case.neighbours.stems
        or any(related(token.stem, stem) for stem in case.whole.stems)
    )


def _exchanged(case: Case) -> tuple[str, str] | None:
    """Two parts that a copy of the sentence has in each other's place, where that makes another statement of it."""
    ours, theirs = case.claim.tokens, case.nearest.tokens
    if len(ours) != len(theirs) or sorted(t.norm for t in ours) != sorted(t.norm for t in theirs):
        return None
    one, two = [t.norm for t in ours], [t.norm for t in theirs]
    if one == two:
        return None
    start = next(i for i in range(len(one)) if one[i] != two[i])
    end = len(one) - next(i for i in range(len(one)) if one[-1 - i] != two[-1 - i])
    size = end - start
    for first in range(1, size):
        if one[start : start + first] != two[end - first : end]:
            continue
        for second in range(1, size - first + 1):
            if one[end - second : end] == two[start : start + second] and (
                one[start + first : end - second] == two[start + second : end - first]
            ):
                between = ours[start + first : end - second]
                return (
                    None if _alike(between) else (_text(ours[start : start + first]), _text(ours[end - second : end]))
                )
    return None


def _alike(between: Sequence[Token]) -> bool:
    """Whether what stands between two parts lets them be exchanged: a list, a verb such as *meet*, *is*."""
    return all(token.norm in _LISTED for token in between) or any(token.norm in SYMMETRIC for token in between)


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens if token.norm not in STOPWORDS) or tokens[0].text

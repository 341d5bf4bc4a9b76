"""Small words between the same two words: where the claim and the evidence share a pair, what stands between must agree.

A reworded sentence lines up with its evidence only in places: "most food is imported" against "Most of the food, however, is
imported". Two content words in a row that both have make such a place, and the words of grammar in and before it say whether
it is denied, may be, or is said of all: so a *not* too many is found wherever else the two differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from aili.digest import Rule, Verdict
from aili.verification.cases import Case, Finding, finding
from aili.verification.passages import Token, passage
from aili.verification.rules.negation import cues
from aili.verification.words import MODALS, NEGATIONS, word_set

_BREAKS = word_set(". ; : ? ! ( ) —")
_NO_DENIAL = word_set("only just merely until simply least because")  # "not only", "not until": no denial
_ASIDE = word_set("rather than instead unlike without except but although whereas while if unless whether or")
_WEAK = word_set("may might could possibly perhaps maybe potentially allegedly reportedly probably")
_PARTIAL = word_set(
    "some most many several often sometimes usually generally can may might could nearly almost partly mostly"
)
_WHOLE = word_set("all every always must never none entirely completely certainly only")
_TURNED = {"more": "less fewer", "less": "more", "fewer": "more", "most": "least fewest", "least": "most"}
_SMALL = NEGATIONS | _WEAK | _PARTIAL | _WHOLE | _TURNED.keys()


@dataclass(frozen=True, slots=True)
class _Place:
    """Two content words in a row, by their stems: the small words before the first and between the two."""

    before: tuple[Token, ...]
    between: tuple[Token, ...]

    @property
    def denied(self) -> bool:
        """Whether the second word is denied."""
        norms = [token.norm for token in self.between]
        return any(_denies(norm) for norm in norms) and not (_NO_DENIAL | _ASIDE) & set(norms)

    @property
    def told(self) -> frozenset[str]:
        """Folded small words of the place."""
        return frozenset(token.norm for token in (*self.before, *self.between))


def slots(case: Case) -> Iterator[Finding]:
    """One finding for the first place where the claim and all such places of the evidence disagree."""
    if case.is_overview:
        return
    theirs: dict[tuple[str, str], list[tuple[_Place, int]]] = defaultdict(list)
    for part in case.evidence:
        surplus = cues(case.claim) - cues(part)  # a denial may have moved to another word of the sentence
        for pair, place in _places(part.text):
            theirs[pair].append((place, surplus))
    for pair, place in _places(case.claim.text):
        if others := theirs.get(pair):
            found = [_compared(case, place, other, surplus) for other, surplus in others]
            if all(found) and found[0] is not None:
                yield finding(*found[0])
                return


def _compared(case: Case, ours: _Place, theirs: _Place, surplus: int) -> tuple[Rule, Verdict, str] | None:
    if (
        (surplus > 0 if ours.denied else surplus < 0)
        and ours.denied != theirs.denied
        and not _ASIDE & (ours.told | theirs.told)
    ):
        told = (
            "The claim denies what the evidence does not"
            if ours.denied
            else "The evidence denies what the claim does not"
        )
        return "negation", "refuted", f"{told}: {_shown(ours if ours.denied else theirs)!r}."
    for word in ours.told & _TURNED.keys() - theirs.told:
        if turned := [other for other in _TURNED[word].split() if other in theirs.told and other not in ours.told]:
            return "comparison", "refuted", f"The evidence says {turned[0]!r} where the claim says {word!r}."
    strong = sorted((ours.told & _WHOLE) - theirs.told)
    partial = sorted(theirs.told & _PARTIAL - ours.told)
    if strong and partial:
        return "scope", "not enough info", f"The claim says {strong[0]!r}, the evidence only {partial[0]!r}."
    weak = sorted(token.norm for token in theirs.between if token.norm in _WEAK and token.text != "May")
    if weak and not case.claim.norms & (MODALS - {"will", "must"}):
        return "modality", "not enough info", f"The evidence says {weak[0]!r}, the claim tells it as certain."
    return None


def _shown(place: _Place) -> str:
    return " ".join(token.text for token in place.between)


@lru_cache(maxsize=2048)
def _places(text: str) -> tuple[tuple[tuple[str, str], _Place], ...]:
    found: list[tuple[tuple[str, str], _Place]] = []
    last, before, small = "", list[Token](), list[Token]()
    for token in passage(text).tokens:
        if token.norm in _BREAKS:
            last, before, small = "", [], []
        elif (token.is_content or token.text[0].isdigit()) and token.norm not in _SMALL and not _denies(token.norm):
            if last and len(small) <= _MOST:
                found.append(((last, token.stem), _Place(tuple(before), tuple(small))))
            last, before, small = token.stem, small, []
        else:
            small.append(token)
    return tuple(found)


_MOST = 5  # small words between two words that still belong together


def _denies(norm: str) -> bool:
    return norm in NEGATIONS or norm.endswith("n't")

"""Scope and comparison: only, all, always and first must be said by the evidence; more must not be told for less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aili.verification.cases import Case, Edit, Finding, finding
from aili.verification.passages import Passage, Token
from aili.verification.words import word_set


@dataclass(frozen=True, kw_only=True, slots=True)
class _Claim:
    """Words that widen or narrow a statement, and what in the evidence may be told by them."""

    words: frozenset[str]
    said_by: frozenset[str]


_IDIOMS = word_set("in at after above of for")
_FIRST = frozenset(("first",))
_CLASSES = (
    _Claim(
        words=word_set("only solely exclusively sole"),
        said_by=word_set("""
            only solely exclusively sole alone just single nothing except unless until merely mere limited limit
            limits restrict restricted restricts reserved no not never none nobody cannot n't other but strictly
            purely specific sole simply one lone first unique uniquely rarely few little hardly barely far small
            lack
        """),
    ),
    _Claim(
        words=word_set("all every always entirely completely exactly must certainly indeed"),
        said_by=word_set("""
            all every always entirely completely exactly must certainly indeed each both any everyone everybody everything
            entire whole total full fully never constantly complete throughout whatever whenever wherever consistently
            regularly perfectly no none nothing nobody precisely absolutely definitely sure surely certain need needs
            required require requires have has had necessary essential mandatory forever ever continually nationwide
            universal universally wherever overall across anything anyone anybody sweep clean daily annually
            everywhere anywhere altogether nonstop continuous continuously shall crucial vital should without
        """),
    ),
    _Claim(
        words=_FIRST,
        said_by=word_set("""
            first 1st firstly new newly debut debuts debuted initial initially earliest inaugural original originally begin
            began begins beginning begun start started starts starting launch launched launches pioneer pioneered before
            previously never early one once maiden introduce introduced introduces i oldest primary primarily 1 next
            preliminary unprecedented opening opened
        """),
    ),
)  # fmt: skip


def scope(case: Case) -> Iterator[Finding]:
    """Not enough info where the claim says *only*, *all* or *first* and neither the evidence nor what is around it does."""
    if case.is_overview:
        return
    for kind in _CLASSES:
        token = next(_words(case.claim, kind), None)
        if token is None or _says(case, kind, token):
            continue
        yield finding("scope", "not enough info", f"The claim says {token.text!r}, the evidence does not.")


def _words(part: Passage, kind: _Claim) -> Iterator[Token]:
    """The words of a class, without those of idioms: in all, above all, not at all."""
    before = ""
    for token in part.tokens:
        if token.norm in kind.words and not (token.norm == "all" and before in _IDIOMS):
            yield token
        before = token.norm


def _says(case: Case, kind: _Claim, token: Token) -> bool:
    if (edit := _added(case, token)) is not None:
        return token.norm in case.nearest.norms or any(other.norm in kind.said_by for other in edit.evidence)
    if kind.words == _FIRST:  # it may also number a list: "the first review", "ranked first"
        return True
    return any(_has(part, kind) for part in (case.whole, case.neighbours))


def _added(case: Case, token: Token) -> Edit | None:
    """Where a near copy differs in this word, so that only what stands in its place can say the same."""
    return next((edit for edit in case.edits if token in edit.claim), None) if case.is_copy else None


def _has(part: Passage, kind: _Claim) -> bool:
    return bool(part.norms & kind.said_by) or any(
        token.norm.endswith("n't") or token.norm.endswith("est") for token in part.tokens if token.is_word
    )

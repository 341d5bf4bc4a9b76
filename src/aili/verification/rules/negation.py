"""Negation and opposites: what the evidence denies must not be told as so, nor the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from aili.verification.cases import Case, Edit, Finding, finding
from aili.verification.passages import Passage, Token, passage
from aili.verification.words import ANTONYMS, DENIALS, FRAME, NEGATIONS, word_set

_BREAKS = word_set(". ; : ? ! but although though however while whereas because ( ) —")
_REACH = 4  # content words a cue denies, at most, counted from the cue
_FEW = word_set(
    """
    few little unless hard difficult only less minus eliminate eliminates eliminating except apart excluding excluded
    replace replaces replaced replacing against instead better necessary
"""
)
_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non")


def is_cue(token: Token) -> bool:
    """Whether a token denies what follows it."""
    return token.norm in NEGATIONS or token.norm.endswith("n't") or token.norm in DENIALS


def cues(part: Passage) -> int:
    """How many words of a passage deny something."""
    tokens = part.tokens
    return sum(_denies(tokens, index) for index in range(len(tokens)))


def _denies(tokens: tuple[Token, ...], index: int) -> bool:
    if tokens[index].norm == "rather":
        return index + 1 < len(tokens) and tokens[index + 1].norm == "than"
    return is_cue(tokens[index]) and not _is_idiom(tokens, index)


@lru_cache(maxsize=2048)
def _scopes(text: str) -> tuple[dict[str, int], frozenset[str]]:
    """Stem → distance from its cue for denied words, and the stems that stand somewhere undenied."""
    denied: dict[str, int] = {}
    free: set[str] = set()
    left, distance = 0, 0
    tokens = passage(text).tokens
    for index, token in enumerate(tokens):
        if token.norm in _BREAKS:
            left = 0
        elif _denies(tokens, index):
            left, distance = _REACH, 0
        elif token.is_content:
            if left:
                distance += 1
                denied[token.stem] = min(distance, denied.get(token.stem, 9))
                left -= 1
            else:
                free.add(token.stem)
    return denied, frozenset(free)


def _is_idiom(tokens: tuple[Token, ...], index: int) -> bool:
    """'Not only', 'no longer than', 'no doubt', 'not until', 'nothing but': words that do not deny what follows."""
    after = tokens[index + 1].norm if index + 1 < len(tokens) else ""
    word = tokens[index].norm
    before = tokens[index - 1].norm if index else ""
    return (
        (word in ("not", "n't") and after in ("only", "just", "merely", "until", "simply", "least"))
        or (word == "none" and after == "other")
        or (word.startswith("declin") and after != "to")
        or (word == "no" and after in ("doubt", "matter", "later", "less", "fewer", "more", ".", "one"))
        or (word in ("free", "stop", "stops") and after not in ("of", "from"))
        or (word == "instead" and after != "of")
        or (before in ("if", "whether", "or") and word == "not")
        or after == "but"
    )


def negation(case: Case) -> Iterator[Finding]:
    """Refuted where the claim and the evidence differ in denying the same word."""
    if (edit := _edited(case)) is not None:
        words = "denies it" if any(is_cue(token) for token in edit.evidence) else "does not deny it"
        yield finding("negation", "refuted", f"The claim is the sentence but for a negation: the evidence {words}.")
        return
    ours, theirs = cues(case.claim), cues(case.whole)
    if ours == theirs or case.is_overview:
        return
    ours_denied, ours_free = _scopes(case.claim.text)
    theirs_denied, theirs_free = _scopes(case.whole.text)
    for stem in _heads(theirs_denied) if theirs > ours else ():
        if (
            stem in ours_free
            and stem not in ours_denied
            and stem not in theirs_free
            and _same_setting(case, stem)
            and not _hidden(case.claim, stem)
        ):
            yield finding(
                "negation", "refuted", f"The evidence denies {_word(case.whole, stem)!r}, the claim does not."
            )
            return
    for stem in _heads(ours_denied) if ours > theirs else ():
        if (
            stem in theirs_free
            and stem not in theirs_denied
            and stem not in ours_free
            and _same_setting(case, stem)
            and not _denies_otherwise(case)
        ):
            yield finding(
                "negation", "refuted", f"The claim denies {_word(case.claim, stem)!r}, the evidence does not."
            )
            return


def _heads(denied: dict[str, int]) -> list[str]:
    """The words that a cue denies first of all."""
    return [stem for stem, distance in denied.items() if distance == 1]


def _hidden(part: Passage, stem: str) -> bool:
    """Whether an opposite or a prefix in the claim does what the evidence's negation does: few, little, unknown."""
    return bool(part.norms & _FEW) or any(
        token.norm.startswith(_PREFIXES) and stem in token.norm[2:] for token in part.content
    )


def _word(part: Passage, stem: str) -> str:
    return next((token.text for token in part.tokens if token.stem == stem), stem)


def _has_cue(part: Passage) -> bool:
    return any(is_cue(token) for token in part.tokens)


def _denies_otherwise(case: Case) -> bool:
    """Whether the evidence denies by a prefix or an opposite what the claim denies by a word: unknown, illegal, lost."""
    theirs = case.whole.norms
    if theirs & _FEW:
        return True
    for token in case.claim.content:
        if ANTONYMS.get(token.stem, frozenset()) & case.whole.stems:
            return True
        if any(prefix + token.norm in theirs for prefix in _PREFIXES):
            return True
    return False


def _same_setting(case: Case, stem: str) -> bool:
    """Whether the words around the denied one are the same too, so that one statement is compared with itself."""
    near_ours, near_theirs = _around(case.claim, stem), _around(case.whole, stem)
    return len(near_ours & near_theirs) >= 1


def _around(part: Passage, stem: str) -> frozenset[str]:
    content = part.content
    places = [index for index, token in enumerate(content) if token.stem == stem]
    return frozenset(
        t.stem for at in places for t in content[max(0, at - 3) : at + 4] if t.stem != stem and t.norm not in FRAME
    )


def _edited(case: Case) -> Edit | None:
    """The one place where a near copy has a negation too few or too many."""
    if not case.is_copy:
        return None
    for edit in case.edits:
        ours = [token for token in edit.claim if is_cue(token)]
        theirs = [token for token in edit.evidence if is_cue(token)]
        if bool(ours) != bool(theirs) and len(edit.claim) <= 4 and len(edit.evidence) <= 4:
            part = case.claim if ours else case.nearest
            alone = sorted((len(edit.claim), len(edit.evidence))) == [
                0,
                1,
            ]  # "was [not] just", where no idiom excuses it
            if alone or any(_denies(part.tokens, part.tokens.index(token)) for token in ours or theirs):
                return edit
    return None


def antonyms(case: Case) -> Iterator[Finding]:
    """Refuted where a near copy, or the same setting, has the opposite of the evidence's word."""
    cue_ours, cue_theirs = _has_cue(case.claim), _has_cue(case.whole)
    for token in case.claim.content:
        opposites = ANTONYMS.get(token.stem, frozenset()) & case.whole.stems
        if not opposites or token.stem in case.whole.stems or cue_ours != cue_theirs:
            continue
        for opposite in sorted(opposites):
            if (
                opposite not in (case.sentence or case.claim).stems
                and len(_around(case.claim, token.stem) & _around(case.nearest, opposite)) >= 2
            ):
                yield finding(
                    "negation",
                    "refuted",
                    f"The evidence says {_word(case.whole, opposite)!r}, the claim {token.text!r}.",
                )
                return

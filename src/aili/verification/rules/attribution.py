"""Attribution and modality: who says so, and whether it is so or only may be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from aili.verification.cases import Case, Finding, finding
from aili.verification.passages import Passage, Token
from aili.verification.words import DISTANCING, FRAME, MODALS, REPORTING, TITLES, WEAK_MODALS, word_set

_SPEECH = word_set("""
    said says told tells stated states claimed claims alleged alleges argued argues believes believed asserted
    asserts insisted insists announced warned warns wrote writes explained explains declared declares admitted
    admits confirmed denied denies contends noted notes added adds
""")

_OWN = word_set("i we my our me us")
_PHRASE = 12  # tokens of a speaker's name with title and office
_ENDS = frozenset((".", ";", ":", "?", "!", '"', "“", "”"))


def attribution(case: Case) -> Iterator[Finding]:
    """Refuted where another speaker is named, not enough info where an allegation is told as a fact."""
    ours, theirs = _speakers(case.claim), _speakers(case.whole)
    if ours and theirs and not ours & theirs:
        swapped = ours & case.whole.norms and theirs & case.claim.norms
        if swapped:
            yield finding(
                "attribution",
                "refuted",
                f"In the evidence {_shown(case.whole, theirs)} says so, not {_shown(case.claim, ours)}.",
            )
            return
    if (stranger := _stranger(case)) is not None:
        yield finding("attribution", "not enough info", f"The document knows no {stranger!r} who says so.")
        return
    told = {token.norm for token in case.claim.tokens}
    if (
        told & REPORTING
        or told & MODALS
        or '"' in case.claim.text
        or "“" in case.claim.text
        or told & FRAME & REPORTING
    ):
        return
    nearest = case.nearest
    for index, token in enumerate(nearest.tokens):
        if token.norm in DISTANCING and _follows(case, nearest, index):
            yield finding(
                "attribution",
                "not enough info",
                f"The evidence only has it as {token.text!r}; the claim tells it as a fact.",
            )
            return


def _stranger(case: Case) -> str | None:
    """A speaker without a name ("critics say") of whom the whole document does not speak; None in somebody's own account."""
    if case.whole.norms & _OWN:
        return None
    tokens = case.claim.tokens
    for before, token in pairwise(tokens):
        plain = before is tokens[0] or not before.is_capitalised  # the rule of names looks at the others
        if token.norm in _SPEECH and before.is_content and plain and before.norm not in FRAME:
            known = case.whole.stems | case.neighbours.stems | case.document.stems
            if before.stem not in known and before.norm not in REPORTING:
                return before.text
    return None


def _follows(case: Case, part: Passage, index: int) -> bool:
    """Whether most of the claim's content stands after the distancing verb."""
    after = {token.stem for token in part.tokens[index + 1 :] if token.is_content}
    content = [token.stem for token in case.claim.content]
    return bool(content) and sum(stem in after for stem in content) >= 0.6 * len(content)


def _speakers(part: Passage) -> frozenset[str]:
    """Folded names right before or after a verb of speech: of "Anna Keller of the Harbour Board said" every one."""
    tokens = part.tokens
    found: set[str] = set()
    for index, token in enumerate(tokens):
        if token.norm in _SPEECH:
            before = _names_before(tokens, index)
            after = _name_after(tokens, index) if index and tokens[index - 1].text in (",", '"', "”", "'", "’") else ""
            found |= before or {name for name in (after,) if name}
        elif token.norm == "according" and index + 1 < len(tokens) and tokens[index + 1].norm == "to":
            found |= {name for name in (_name_after(tokens, index + 1),) if name}
    return frozenset(found)


def _is_name(token: Token) -> bool:
    return token.is_word and token.is_capitalised and token.is_content and token.norm not in TITLES


def _names_before(tokens: tuple[Token, ...], index: int) -> set[str]:
    """The names of the phrase that ends at the verb; empty where the verb follows no name."""
    names: set[str] = set()
    if not index or not _is_name(tokens[index - 1]):
        return names
    for token in reversed(tokens[max(0, index - _PHRASE) : index]):
        if _is_name(token):
            names.add(token.norm)
        elif token.norm in _SPEECH or token.text in _ENDS:
            break
    return names


def _name_after(tokens: tuple[Token, ...], index: int) -> str:
    name = ""
    for token in tokens[index + 1 : index + 6]:
        if _is_name(token):
            name = token.norm
        elif name or token.norm not in TITLES:
            break
    return name


def _shown(part: Passage, names: frozenset[str]) -> str:
    return ", ".join(dict.fromkeys(token.text for token in part.tokens if token.norm in names and token.is_capitalised))


def modality(case: Case) -> Iterator[Finding]:
    """Not enough info where the evidence says that something may be and the claim that it is or will be."""
    told = {token.norm for token in case.claim.tokens}
    if told & (MODALS - {"will", "shall"}) or told & REPORTING & {"suggests", "suggested", "proposed", "said", "says"}:
        return
    nearest = case.nearest
    ours = case.claim.stems
    for index, token in enumerate(nearest.tokens):
        if token.norm not in WEAK_MODALS or token.text == "May":
            continue
        scope = [word.stem for word in nearest.tokens[index + 1 : index + 10] if word.is_content][:3]
        if (
            len(scope) >= 2
            and all(stem in ours for stem in scope[:2])
            and _elsewhere_firm(case, scope[0], index) is False
        ):
            yield finding(
                "modality", "not enough info", f"The evidence says {token.text!r}, the claim tells it as certain."
            )
            return


def _elsewhere_firm(case: Case, stem: str, index: int) -> bool:
    """Whether the word also stands in the evidence outside the reach of that modal."""
    places = [at for at, token in enumerate(case.nearest.tokens) if token.stem == stem and not index < at < index + 10]
    return bool(places) or any(stem in part.stems for part in case.evidence if part is not case.nearest)

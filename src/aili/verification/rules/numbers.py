"""Numbers: each one the claim gives must stand in its evidence, with its unit and as exactly as it is told."""

from __future__ import annotations

from collections.abc import Iterator

from aili.verification.cases import Case, Edit, Finding, finding
from aili.verification.dating import dates
from aili.verification.passages import Passage, Token
from aili.verification.quantities import Quantity, agrees, quantities


def numbers(case: Case) -> Iterator[Finding]:
    """Refuted where the evidence gives another number in its place, not enough info where it gives none."""
    told = _outside_dates(case.claim)
    if not told:
        return
    given = quantities(case.whole)
    matched: list[str] = []
    for quantity in told:
        if any(agrees(quantity, other) for other in given):
            if (conflict := _swapped(case, quantity)) is not None:
                yield finding(
                    "number", "refuted", f"The evidence has {conflict.text!r} where the claim says {quantity.text!r}."
                )
            matched.append(quantity.text)
        else:
            yield from _missing(case, quantity, given)
    if matched:
        yield finding("number", "supported", f"In the evidence: {', '.join(dict.fromkeys(matched))}.")


def _outside_dates(part: Passage) -> tuple[Quantity, ...]:
    spans = [(when.start, when.end) for when in dates(part)]
    tokens = part.tokens
    return tuple(
        quantity
        for quantity in quantities(part)
        if not any(start <= tokens[quantity.first].start < end for start, end in spans)
    )


def _missing(case: Case, told: Quantity, given: tuple[Quantity, ...]) -> Iterator[Finding]:
    replaced = _in_place(case, told)
    if replaced is not None:
        yield finding("number", "refuted", f"The evidence says {replaced.text!r}, not {told.text!r}.")
        return
    rival = _rival(case, told, given)
    if rival is not None:
        yield finding("number", "refuted", f"The evidence says {rival.text!r}, not {told.text!r}.")
    elif (
        not _is_count(told)
        and told.text.casefold() not in case.whole.norms
        and not any(agrees(told, other) for other in quantities(case.neighbours))
    ):
        where = "elsewhere in the document" if _elsewhere(case, told) else "nowhere in the document"
        yield finding("number", "not enough info", f"{told.text!r} is not in the evidence; it stands {where}.")


def _is_count(told: Quantity) -> bool:
    """'Two brothers' may count what the evidence lists; 'the third' may order it."""
    return (told.worded and not told.unit and (told.value <= 5 or told.ordinal)) or (
        told.value <= 3 and not told.unit and told.step == 1.0
    )


def _elsewhere(case: Case, told: Quantity) -> bool:
    return told.text.casefold() in case.context.document.casefold()


def _head(tokens: tuple[Token, ...], quantity: Quantity) -> frozenset[str]:
    """Stems of the words counted: content words within three tokens after the number."""
    near = tokens[quantity.last + 1 : quantity.last + 4]
    return frozenset(token.stem for token in near if token.is_content)


def _rival(case: Case, told: Quantity, given: tuple[Quantity, ...]) -> Quantity | None:
    """The evidence's number of the same unit and the same noun, where the claim does not use it elsewhere."""
    used = quantities(case.claim)
    wanted = _head(case.claim.tokens, told)
    for other in given:
        if any(agrees(claimed, other) for claimed in used) or other.ordinal != told.ordinal:
            continue
        same_unit = told.unit == other.unit or (told.value == other.value and bool(told.unit) and bool(other.unit))
        if same_unit and wanted & _head(case.whole.tokens, other):
            return other
    return None


def _in_place(case: Case, told: Quantity) -> Quantity | None:
    """The number that stands in the nearest sentence where a near copy has this one."""
    for edit in case.edits:
        if any(token is case.claim.tokens[told.first] for token in edit.claim):
            for other in _within(case.nearest, edit):
                if not agrees(told, other):
                    return other
    return None


def _swapped(case: Case, told: Quantity) -> Quantity | None:
    """The same for a number that does stand in the evidence, but in another place."""
    if not case.is_copy:
        return None
    for edit in case.edits:
        if len(edit.claim) <= 5 and any(token is case.claim.tokens[told.first] for token in edit.claim):
            there = _within(case.nearest, edit)
            if there and not any(agrees(told, other) for other in there):
                return there[0]
    return None


def _within(part: Passage, edit: Edit) -> list[Quantity]:
    places = range(edit.at, edit.at + len(edit.evidence))
    return [other for other in quantities(part) if other.first in places or other.last in places]

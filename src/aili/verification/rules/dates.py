"""Dates: each one the claim gives must agree with one of the evidence; the day of publication fills in what is relative."""

from __future__ import annotations

from collections.abc import Iterator

from aili.verification.cases import Case, Finding, finding
from aili.verification.dating import When, agrees, dates, resolve
from aili.verification.quantities import quantities


def date_rule(case: Case) -> Iterator[Finding]:
    """Refuted where the evidence gives another date of the same kind, not enough info where it gives none."""
    told = dates(case.claim)
    if not told:
        return
    published = case.context.published
    given = [meant for when in dates(case.whole) for meant in resolve(when, published)]
    around = [meant for when in dates(case.neighbours) for meant in resolve(when, published)]
    matched: list[str] = []
    for when in told:
        meanings = resolve(when, published)
        if any(
            _agree(meaning, other, [*given, *around], published) for meaning in meanings for other in given
        ) or _as_word(case, when):
            if (other := _in_place(case, when)) is not None:
                yield finding("date", "refuted", f"The evidence has {other.text!r} where the claim says {when.text!r}.")
            matched.append(when.text)
            continue
        rival = _in_place(case, when) or _rival(when, given, told)
        if rival is not None:
            yield finding("date", "refuted", f"The evidence says {rival.text!r}, not {when.text!r}.")
        elif not any(agrees(meaning, other) for meaning in meanings for other in around):
            yield finding("date", "not enough info", f"The date {when.text!r} is not in the evidence.")
    if matched:
        yield finding("date", "supported", f"In the evidence: {', '.join(dict.fromkeys(matched))}.")


def _agree(claim: When, evidence: When, known: list[When], published: str) -> bool:
    """Whether the dates agree, and a year that only the claim gives stands in the context."""
    if not agrees(claim, evidence):
        return False
    if claim.year and not evidence.year and not evidence.decade:
        return str(claim.year) == published[:4] or any(other.year == claim.year for other in known) or not published
    return True


def _as_word(case: Case, when: When) -> bool:
    """A year or a month may stand in the evidence in a form that is no date to us: 2007/08, "April is the best month"."""
    if when.month and not (when.year or when.day):
        return any(token.norm == when.text.split()[-1].lower() for token in case.whole.tokens if token.is_capitalised)
    year = when.year or when.decade
    if year and not when.month and not when.day:
        return any(other.value == year for other in quantities(case.whole))
    return False


def _kind(when: When) -> tuple[bool, ...]:
    parts = (when.year, when.month, when.day, when.weekday, when.decade, when.relative)
    return tuple(bool(part) for part in parts)


def _rival(when: When, given: list[When], told: tuple[When, ...]) -> When | None:
    """The evidence's only date of that kind, or its only date at all where the two contradict each other."""
    unused = [other for other in given if not any(agrees(ours, other) for ours in told)]
    same = [other for other in unused if _kind(other) == _kind(when)]
    if len(same) == 1:
        return same[0]
    only = {other.start for other in given}
    return unused[0] if len(only) == 1 and unused and all(_contradicts(when, other) for other in given) else None


def _contradicts(one: When, other: When) -> bool:
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day), (one.weekday, other.weekday))
    return any(ours and theirs and ours != theirs for ours, theirs in pairs) or not any(
        ours and theirs for ours, theirs in pairs
    )


def _in_place(case: Case, when: When) -> When | None:
    """The date that stands in the nearest sentence where a near copy has this one, and disagrees with it."""
    for edit in case.edits:
        if not edit.claim or not edit.evidence or len(edit.claim) > 6:
            continue
        first, last = edit.claim[0], edit.claim[-1]
        if first.start < when.end and when.start < last.start + len(last.text):
            begin, end = edit.evidence[0].start, edit.evidence[-1].start + len(edit.evidence[-1].text)
            there = [other for other in dates(case.nearest) if other.start < end and begin < other.end]
            published = case.context.published
            if there and not any(
                agrees(mine, meaning)
                for mine in resolve(when, published)
                for other in there
                for meaning in resolve(other, published)
            ):
                return there[0]
    return None

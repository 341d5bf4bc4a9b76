"""Rules for every language: digits that must recur, and n-grams of characters that must overlap."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aili.verification.cases import Case, Finding, finding
from aili.verification.words import fold

_DIGITS = re.compile(r"\d+(?:[.,'’\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
# Low on purpose: no labelled claims in other languages were at hand to measure it on, and a false alarm costs a bullet.
OVERLAP_FLOOR = 0.35


def foreign_numbers(case: Case) -> Iterator[Finding]:
    """Not enough info where a number's digits stand nowhere in the evidence, however its separators are written."""
    given = {_key(match) for part in (case.whole, case.neighbours) for match in _DIGITS.findall(fold(part.text))}
    given |= {_key(run) for part in (case.whole, case.neighbours) for run in re.findall(r"\d+", fold(part.text))}
    for match in _DIGITS.findall(fold(case.claim.text)):
        key = _key(match)
        if key not in given and not all(_key(run) in given for run in re.findall(r"\d+", match)):
            yield finding("number", "not enough info", f"{match!r} is not in the evidence.")


def _key(number: str) -> str:
    """Digits without separators and without final zeros, so that 1.2 Mio. and 1 200 000 do not differ."""
    return re.sub(r"\D", "", number).strip("0") or "0"


def overlap(case: Case) -> Iterator[Finding]:
    """Not enough info where too few of the claim's character n-grams stand in the evidence and its neighbours."""
    ours = case.claim.grams
    share = len(ours & (case.whole.grams | case.neighbours.grams)) / max(1, len(ours))
    if share < OVERLAP_FLOOR:
        yield finding("evidence", "not enough info", f"Only {share:.0%} of the claim's wording is in the evidence.")
    else:
        yield finding("evidence", "supported", f"{share:.0%} of the claim's wording is in the evidence.")

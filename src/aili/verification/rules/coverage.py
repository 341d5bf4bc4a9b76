"""Coverage: most of what the claim says must be said in the evidence at all."""

from __future__ import annotations

from collections.abc import Iterator

from aili.verification.cases import Case, Finding, finding
from aili.verification.passages import Token
from aili.verification.words import FRAME, REPORTING, related

# Measured on the reference digests (train): 1 of 5,403 true bullets lies below.
FLOOR = 0.34
# So many content words in a row that nothing carries are a statement added. Measured on the train split: three would catch
# 54 % of the clauses put at a bullet's end and call 0.6 % of the true bullets unsupported, four 36 % and 0.2 %.
RUN = 4
# What stands only in the neighbours counts this much: context explains words, it does not carry the claim.
NEIGHBOUR_WEIGHT = 0.6


def coverage(case: Case) -> Iterator[Finding]:
    """Not enough info where fewer than a third of the content words have a relative in the evidence."""
    words = [token for token in case.claim.content if token.norm not in FRAME and token.norm not in REPORTING]
    if not words:
        return
    if (run := _unknown(case)) is not None:
        yield finding("evidence", "not enough info", f"Nothing of {run!r} is in the evidence.")
        return
    score = sum(_found(case, token) for token in words) / len(words)
    if score < FLOOR:
        missing = ", ".join(dict.fromkeys(token.text for token in words if not _found(case, token)))
        yield finding("evidence", "not enough info", f"Too little of it is in the evidence; missing: {missing}.")
    else:
        yield finding("evidence", "supported", f"{score:.0%} of its content words are in the evidence.")


def _unknown(case: Case) -> str | None:
    """A run of content words of which the evidence and what is around it have none, as it stands in the claim."""
    if case.is_overview:
        return None
    run: list[Token] = []
    for token in case.claim.tokens:
        if token.is_content and token.norm not in FRAME and token.norm not in REPORTING:
            known = _found(case, token) or any(related(token.stem, stem) for stem in case.neighbours.stems)
            run = [] if known else [*run, token]
            if len(run) == RUN:
                end = run[-1].start + len(run[-1].text)
                return case.claim.text[run[0].start : end]
    return None


def _found(case: Case, token: Token) -> float:
    if token.stem in case.whole.stems or token.norm in case.whole.norms:
        return 1.0
    if any(related(token.stem, other) for other in case.whole.stems):
        return 1.0
    around = case.document if case.is_overview else case.neighbours
    return NEIGHBOUR_WEIGHT if token.stem in around.stems else 0.0

"""One claim against its evidence: every rule of the table speaks, the gravest finding decides."""

from __future__ import annotations

from collections.abc import Sequence

from aili.digest import Reason, Verdict
from aili.verification.cases import Case, Context, finding
from aili.verification.passages import normalise, passage
from aili.verification.rules import RULES

_NOTHING = Context()


def check(claim: str, evidence: Sequence[str], *, context: Context = _NOTHING) -> tuple[Verdict, tuple[Reason, ...]]:
    """Whether ``evidence`` (sentences) supports ``claim`` (one or a few sentences), and why; pure, and raises nothing.

    The reasons are those of the verdict given; a refuted claim also shows what else is missing. A claim copied verbatim from
    its evidence is always supported. Measured: 1.7 ms of processor
    time a claim, reading each document once included (docs/verification.md).
    """
    given = tuple(sentence for sentence in evidence if sentence.strip())
    if not claim.strip() or not given:
        return "not enough info", (Reason(rule="evidence", message="There is no evidence to check it against."),)
    if _copied(claim, given):
        return "supported", (Reason(rule="evidence", message="Word for word as in the evidence."),)
    case = Case(claim=passage(claim), evidence=tuple(passage(sentence) for sentence in given), context=context)
    findings = [found for row in RULES if row.runs(context) for found in row.function(case)] or [
        finding("evidence", "supported", "Nothing in it speaks against the evidence.")
    ]
    asked = {found.verdict for found in findings}
    verdict: Verdict = (
        "refuted" if "refuted" in asked else "not enough info" if "not enough info" in asked else "supported"
    )
    kept = [
        found.reason
        for found in findings
        if found.verdict == verdict or (verdict == "refuted" and found.verdict != "supported")
    ]
    return verdict, tuple(dict.fromkeys(kept))


def _copied(claim: str, evidence: Sequence[str]) -> bool:
    plain = normalise(claim)
    return any(plain == normalise(sentence) for sentence in evidence) or plain == normalise(" ".join(evidence))

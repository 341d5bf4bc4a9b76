"""The rules: each reads one case and says what it finds; the table says which of them any language can bear."""

from __future__ import annotations

from dataclasses import dataclass

from aili.verification.cases import RuleFunction
from aili.verification.rules.attribution import attribution, modality
from aili.verification.rules.coverage import coverage
from aili.verification.rules.dates import date_rule
from aili.verification.rules.foreign import foreign_numbers, overlap
from aili.verification.rules.names import names
from aili.verification.rules.negation import antonyms, negation
from aili.verification.rules.numbers import numbers
from aili.verification.rules.quotations import quotations


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleRow:
    """A rule by name, and whether it knows English words (``english``) or runs where those do not help (``foreign``)."""

    name: str
    function: RuleFunction
    english: bool = True
    foreign: bool = False


RULES: tuple[RuleRow, ...] = (
    RuleRow(name="numbers", function=numbers),
    RuleRow(name="dates", function=date_rule),
    RuleRow(name="names", function=names),
    RuleRow(name="quotations", function=quotations, foreign=True),
    RuleRow(name="negation", function=negation),
    RuleRow(name="antonyms", function=antonyms),
    RuleRow(name="attribution", function=attribution),
    RuleRow(name="modality", function=modality),
    RuleRow(name="coverage", function=coverage),
    RuleRow(name="digits", function=foreign_numbers, english=False, foreign=True),
    RuleRow(name="overlap", function=overlap, english=False, foreign=True),
)

"""The rules: each reads one case and says what it finds; the table says which of them any language can bear."""

from __future__ import annotations

from dataclasses import dataclass

from aili.verification.cases import Context, RuleFunction
from aili.verification.rules.attribution import attribution, modality
from aili.verification.rules.changes import changes
from aili.verification.rules.coverage import coverage
from aili.verification.rules.dates import date_rule
from aili.verification.rules.foreign import foreign_numbers, overlap
from aili.verification.rules.names import names
from aili.verification.rules.negation import antonyms, negation
from aili.verification.rules.numbers import numbers
from aili.verification.rules.quotations import quotations
from aili.verification.rules.roles import roles
from aili.verification.rules.scope import scope
from aili.verification.rules.slots import slots


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleRow:
    """A rule, where it runs: on ``english`` texts, on ``other`` languages, on a claim ``translated`` from its evidence.

    ``parts`` where it also judges, of an English sentence that joins claims, each of them.
    """

    name: str
    function: RuleFunction
    english: bool = True
    other: bool = False
    translated: bool = False
    parts: bool = False

    def runs(self, context: Context) -> bool:
        """Whether the rule can judge a claim in this context."""
        if context.translated:
            return self.translated
        return self.english if context.language.partition("-")[0].lower() == "en" else self.other


RULES: tuple[RuleRow, ...] = (
    RuleRow(name="numbers", function=numbers, parts=True),
    RuleRow(name="dates", function=date_rule),
    RuleRow(name="names", function=names),
    RuleRow(name="quotations", function=quotations, other=True),
    RuleRow(name="negation", function=negation, parts=True),
    RuleRow(name="antonyms", function=antonyms, parts=True),
    RuleRow(name="attribution", function=attribution),
    RuleRow(name="modality", function=modality),
    RuleRow(name="changes", function=changes, parts=True),
    RuleRow(name="scope", function=scope),
    RuleRow(name="slots", function=slots, parts=True),
    RuleRow(name="roles", function=roles),
    RuleRow(name="coverage", function=coverage),
    RuleRow(name="digits", function=foreign_numbers, english=False, other=True, translated=True),
    RuleRow(name="overlap", function=overlap, english=False, other=True),
)

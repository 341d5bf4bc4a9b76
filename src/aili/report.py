"""What checking a summary against its source found: a Report of statements with verdicts, reasons, evidence and spans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from aili.digest import Checks, Citation, Coverage, Reason, Rule, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A name, number, date or quotation of a statement that stands in its evidence.

    ``start`` and ``end`` are character offsets into the statement's text. ``sentence`` is the id of the evidence sentence,
    ``source_start`` and ``source_end`` are offsets into the source document's text.
    """

    rule: Rule
    start: int
    end: int
    sentence: int
    source_start: int
    source_end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A sentence of the summary, judged; ``evidence`` are at most three ids of the source's sentences, best first."""

    text: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    evidence: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Every sentence of a summary checked against a source, and what of the source the summary leaves out.

    ``title`` and ``location`` are the source's, ``language`` is the summary's, ``summary`` names it; ``document`` is the
    source document's hash. ``words`` counts the source's words, ``summary_words`` the summary's. ``notes`` are sentences
    that the reader must see.
    """

    title: str
    statements: tuple[Statement, ...]
    summary: str = ""
    language: str = "en"
    location: str = ""
    published: str = ""
    document: str = ""
    words: int = 0
    summary_words: int = 0
    citations: tuple[Citation, ...] = ()
    checks: Checks = field(default_factory=Checks)
    coverage: Coverage = field(default_factory=Coverage)
    notes: tuple[str, ...] = ()

    def citation(self, number: int) -> Citation | None:
        """The evidence sentence with id ``number``, or None where the report does not carry it."""
        return next((citation for citation in self.citations if citation.id == number), None)

    def evidence(self, statement: Statement) -> Iterator[Citation]:
        """The evidence sentences of a statement, best first."""
        return (found for number in statement.evidence if (found := self.citation(number)) is not None)

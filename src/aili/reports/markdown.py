"""A report as Markdown: a list of statements with their marks, reasons and quoted evidence."""

from __future__ import annotations

from collections.abc import Iterator

from aili.renderers import LEFT_OUT, MARKS, Options, omission_lead, told_share, web_address
from aili.renderers.markdown.escaping import escaped, place_of
from aili.report import Report, Statement
from aili.reports import account, heading, reasons


def write(report: Report, _options: Options) -> str:
    """The report; every text in it is escaped."""
    blocks = [f"# {escaped(heading(report))}", "\n".join(_account(report))]
    blocks += [f"> **Note:** {escaped(note)}" for note in report.notes]
    blocks.append("\n".join(text for statement in report.statements for text in _statement(report, statement)))
    if told := told_share(report.coverage):
        rows = [
            f"- **[{omission.id + 1}]** {escaped(omission.text)} *{escaped(omission_lead(omission))}*"
            for omission in report.coverage.omissions
        ]
        blocks += [f"Told: {escaped(told)}", f"## {LEFT_OUT}" if rows else "", "\n".join(rows)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _account(report: Report) -> Iterator[str]:
    address = web_address(report.location)
    for name, text in account(report):
        yield f"- {name}: " + (f"[{escaped(text)}](<{address}>)" if name == "Source" and address else escaped(text))


def _statement(report: Report, statement: Statement) -> Iterator[str]:
    yield f"- **{MARKS[statement.verdict]}** {escaped(statement.text)}"
    yield f"  - *{statement.verdict}*: {escaped(reasons(statement))}"
    for citation in report.evidence(statement):
        yield f"  - [{citation.id + 1}] {escaped(citation.text)}{place_of(citation)}"

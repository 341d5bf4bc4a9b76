"""A report for a terminal: what is refuted stands out by its mark and its word, not by colour alone."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from aili.renderers import LEFT_OUT, MARKS, Options, line, omission_lead, passage_address, told_share, web_address
from aili.renderers.terminal import written
from aili.report import Report, Statement
from aili.reports import account, heading, reasons

_STYLES = {"supported": "dim", "refuted": "bold red", "not enough info": "bold yellow"}


def write(report: Report, options: Options) -> str:
    """The report; escape sequences only where ``options.color`` or ``options.links`` allows them."""
    return written(options, lambda console: _show(console, report, links=options.links))


def _show(console: Console, report: Report, *, links: bool) -> None:
    _hang(console, "", "", heading(report), "bold")
    for name, text in account(report):
        _hang(console, f"{name}: ", "dim", text, "dim")
    if address := web_address(report.location):
        _hang(console, "", "", address, "dim")
    for note in report.notes:
        _hang(console, "! ", "bold yellow", f"Note: {line(note)}", "bold yellow")
    for statement in report.statements:
        console.print()
        _show_statement(console, report, statement, links=links)
    if told := told_share(report.coverage):
        console.print()
        _hang(console, "Told: ", "dim", told, "dim")
    if report.coverage.omissions:
        _hang(console, "", "", LEFT_OUT, "bold")
    for omission in report.coverage.omissions:
        _hang(console, "  • ", "", omission_lead(omission), "dim")
        _hang(console, f"    [{omission.id + 1}] ", "dim", line(omission.text), "")


def _show_statement(console: Console, report: Report, statement: Statement, *, links: bool) -> None:
    style = _STYLES[statement.verdict]
    _hang(console, f"{MARKS[statement.verdict]} ", style, line(statement.text), "")
    _hang(console, f"    {statement.verdict}: ", style, reasons(statement), "")
    for citation in report.evidence(statement):
        place = f" ({line(citation.locator)})" if citation.locator else ""
        link = passage_address(report.location, citation) if links else ""
        look = f"dim link {link}" if link else "dim"
        _hang(console, f"    [{citation.id + 1}] ", look, line(citation.text) + place, "dim italic")


def _hang(console: Console, lead: str, lead_style: str, text: str, style: str) -> None:
    """Print ``text`` after ``lead``, its further lines indented by four columns at most."""
    first = Text(lead, style=lead_style)
    indent = " " * min(first.cell_len, 8)
    whole = Text.assemble(first, (text, style))
    rows = whole.wrap(console, console.width)
    if len(rows) > 1:
        room = max(10, console.width - len(indent))
        rest = Text("".join(row.plain if row.plain.endswith(" ") else f"{row.plain} " for row in rows[1:]), style=style)
        rows = [rows[0], *(Text.assemble(indent, row) for row in rest.wrap(console, room))]  # type: ignore[assignment]
    for row in rows:
        row.rstrip()
        console.print(row, soft_wrap=True)

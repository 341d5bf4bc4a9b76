"""An answer for a terminal: bullets with the mark of their verdict, wrapped, their sentences dim beneath."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from aili.answer import Answer
from aili.answers import SILENT, copied, evidence, remarks, source
from aili.digest import Citation
from aili.renderers import MARKS, REPLACED, Options, line, passage_address
from aili.renderers.terminal import written

_STYLES = {"supported": "green", "refuted": "bold red", "not enough info": "bold yellow"}


def write(answer: Answer, options: Options) -> str:
    """The answer; escape sequences only where ``options.color`` or ``options.links`` allows them."""
    return written(options, lambda console: _show(console, answer, links=options.links))


def _show(console: Console, answer: Answer, *, links: bool) -> None:
    _hang(console, "", "", line(answer.question), "bold")
    if answer.read_as:
        _hang(console, "", "", f"Read as: {line(answer.read_as)}", "dim")
    if not answer.said:
        _hang(console, "", "", SILENT, "")
    for bullet in answer.bullets:
        verdict = bullet.verdict or "not enough info"
        whole = copied(answer, bullet)
        text = Text(line(bullet.text))
        if whole:
            numbers = (_number(answer, citation, links=links) for citation in evidence(answer, bullet))
            text = Text.assemble(text, " ", *numbers)
        _hang(console, f"{MARKS[verdict]} ", _STYLES[verdict], text, "")
        if bullet.origin == "replaced":
            _hang(console, "    ", "", REPLACED, "dim")
        if verdict != "supported":
            _hang(console, "    ", "", " ".join(line(reason.message) for reason in bullet.reasons), "yellow")
        for citation in () if whole else evidence(answer, bullet):
            place = f" ({line(citation.locator)})" if line(citation.locator) else ""
            number = Text.assemble("    ", _number(answer, citation, links=links), " ")
            _hang(console, number, "dim", line(citation.text) + place, "dim italic")
    _hang(console, "", "", f"From: {source(answer)}", "dim")
    for remark in remarks(answer):
        _hang(console, "! ", "bold yellow", f"Note: {remark}", "bold yellow")


def _number(answer: Answer, citation: Citation, *, links: bool) -> Text:
    """The number of a cited sentence, which leads to where that stands."""
    link = passage_address(answer.location, citation) if links else ""
    return Text(f"[{citation.id + 1}]", style=f"link {link}" if link else "")


def _hang(console: Console, lead: str | Text, lead_style: str, text: str | Text, style: str) -> None:
    """Print ``text`` after ``lead``, its further lines indented as far."""
    first = Text.assemble(lead, style=lead_style)
    room = max(10, console.width - first.cell_len)
    for at, row in enumerate(Text.assemble(text, style=style).wrap(console, room)):
        row.rstrip()
        console.print(Text.assemble(first if not at else " " * first.cell_len, row), soft_wrap=True)

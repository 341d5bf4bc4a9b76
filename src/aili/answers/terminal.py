"""An answer for a terminal: bullets with the mark of their verdict, wrapped, their sentences dim beneath."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.text import Text

from aili.answer import Answer
from aili.answers import SILENT, copied, evidence, remarks, source
from aili.renderers import MARKS, REPLACED, Options, line

MEASURE = 92  # columns, as for a digest
_STYLES = {"supported": "green", "refuted": "bold red", "not enough info": "bold yellow"}


def write(answer: Answer, options: Options) -> str:
    """The answer; escape sequences only where ``options.color`` allows them."""
    out = StringIO()
    console = Console(
        file=out,
        width=max(20, min(options.width, MEASURE)),
        force_terminal=options.color,
        color_system="standard" if options.color else None,
        no_color=not options.color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},  # what the terminal can do is said by the options alone
    )
    _show(console, answer)
    return out.getvalue()


def _show(console: Console, answer: Answer) -> None:
    _hang(console, "", "", line(answer.question), "bold")
    if answer.read_as:
        _hang(console, "", "", f"Read as: {line(answer.read_as)}", "dim")
    if not answer.said:
        _hang(console, "", "", SILENT, "")
    for bullet in answer.bullets:
        verdict = bullet.verdict or "not enough info"
        numbers = "".join(f"[{number + 1}]" for number in sorted(bullet.evidence))
        text = f"{line(bullet.text)} {numbers}" if copied(answer, bullet) else line(bullet.text)
        _hang(console, f"{MARKS[verdict]} ", _STYLES[verdict], text, "")
        if bullet.origin == "replaced":
            _hang(console, "    ", "", REPLACED, "dim")
        if verdict != "supported":
            _hang(console, "    ", "", " ".join(line(reason.message) for reason in bullet.reasons), "yellow")
        if copied(answer, bullet):
            continue
        for citation in evidence(answer, bullet):
            place = f" ({line(citation.locator)})" if line(citation.locator) else ""
            _hang(console, f"    [{citation.id + 1}] ", "dim", line(citation.text) + place, "dim italic")
    _hang(console, "", "", f"From: {source(answer)}", "dim")
    for remark in remarks(answer):
        _hang(console, "! ", "bold yellow", f"Note: {remark}", "bold yellow")


def _hang(console: Console, lead: str, lead_style: str, text: str, style: str) -> None:
    """Print ``text`` after ``lead``, its further lines indented as far."""
    first = Text(lead, style=lead_style)
    room = max(10, console.width - first.cell_len)
    for at, row in enumerate(Text(text, style=style).wrap(console, room)):
        row.rstrip()
        console.print(Text.assemble(first if not at else " " * first.cell_len, row), soft_wrap=True)

"""The command ``check``, which says of each sentence of a summary whether its source says so."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

import click

import aili
from aili.cli.configuration import configured
from aili.cli.exits import check_usage
from aili.cli.output import write
from aili.cli.references import refuse_overwriting, refuse_typing
from aili.cli.showing import fetch_options, options

REFUTED = 1

EPILOG = """\b
Exit codes: 0 nothing is refuted, 1 something is, 2 wrong usage, 3 unreadable
input, 4 refused, 5 network or server, 7 output (all in docs/errors.md).
"""


@click.command(name="check", epilog=EPILOG)
@click.argument("source", metavar="SOURCE")
@click.argument("summary", metavar="SUMMARY")
@options(
    click.option(
        "-f",
        "--format",
        "format_",
        default="",
        metavar="FORMAT",
        help="terminal, markdown, html or json. [default: terminal]",
    ),
    click.option("-o", "--output", default="", metavar="FILE", help="Write to FILE; its name gives the format."),
    fetch_options,
    click.option("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells."),
)
def check(source: str, summary: str, format_: str, output: str, quiet: bool, **flags: Any) -> int:
    """Check each sentence of SUMMARY against SOURCE.

    Both are web addresses, files, or - for standard input. SUMMARY is any text, page or
    PDF, a digest of aili's in any of its formats, or a page that an aili server shares.
    Every sentence is called supported, refuted or not enough info, with the reason and
    the sentences of SOURCE that it was compared with.
    """
    from aili.reports import render  # here: `aili --help` needs none of it

    password = flags.pop("password")
    settings = configured(flags)
    check_usage([source, summary].count("-") <= 1, "Standard input can be read only once.")
    chosen = _format(format_, output)
    for reference in (source, summary):
        refuse_typing(reference)
        refuse_overwriting(reference, output)
    report = aili.check(source, summary, settings=settings, stdin=sys.stdin.buffer, password=password)
    if not quiet or output:
        write(render(report, format=chosen, options=_options(chosen, output)), output)
    return REFUTED if report.checks.refuted else 0


def _format(named: str, output: str) -> str:
    from aili.renderers import format_of
    from aili.reports import REPORTS

    chosen = named or (format_of(output) if output and output != "-" else "terminal")
    if not named and chosen == "text":  # notes.txt: a report has no form to be pasted, the terminal's is plain text
        chosen = "terminal"
    REPORTS.load(chosen)
    return chosen


def _options(chosen: str, output: str) -> Any:
    from aili.renderers import Options

    color = chosen == "terminal" and sys.stdout.isatty() and not output and "NO_COLOR" not in os.environ
    return Options(width=shutil.get_terminal_size((88, 24)).columns, color=color, links=color)

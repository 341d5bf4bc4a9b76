"""Shows a digest in the format that was asked for, and the options that ask for it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

import aili
from aili.cli.output import write

Command = TypeVar("Command", bound=Callable[..., Any])


def options(*each: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """One decorator that gives a command several options, shown in this order."""

    def decorate(command: Command) -> Command:
        for option in reversed(each):
            command = option(command)
        return command

    return decorate


fetch_options = options(
    click.option("--timeout", "fetch_seconds", type=float, metavar="SECONDS", help="Longest time a page may take."),
    click.option("--max-size", "fetch_megabytes", type=float, metavar="MB", help="Largest input that is read."),
    click.option(
        "--allow-host",
        "allow_hosts",
        multiple=True,
        metavar="HOST",
        help="A private host, address or network that may be fetched from; repeatable.",
    ),
    click.option(
        "--one-page",
        "fetch_pages",
        flag_value=1,
        default=None,
        type=int,
        help="Read only the page named, not the pages that its article goes on at.",
    ),
    click.option("--password", envvar="AILI_PASSWORD", default="", metavar="TEXT", help="Opens an encrypted document."),
)
output_options = options(
    click.option(
        "-f",
        "--format",
        "format_",
        default="",
        metavar="FORMAT",
        help="text, terminal, markdown, html or json. [default: terminal on a terminal, else text]",
    ),
    click.option("-o", "--output", default="", metavar="FILE", help="Write to FILE; its name gives the format."),
    click.option("--evidence", is_flag=True, help="Show the cited sentences under each bullet."),
)


def chosen_format(named: str, output: str) -> str:
    """The format asked for, else the one the file name means, else what suits where the output goes."""
    from aili.renderers import RENDERERS, format_of  # here, as below: `aili --help` needs none of it

    if named:
        RENDERERS.load(named)  # an unknown name fails now, not after the work
        return named
    if output and output != "-":
        return format_of(output)
    return "terminal" if sys.stdout.isatty() else "text"


def show(
    digest: aili.Digest,
    document: aili.Document | None,
    format_: str,
    output: str,
    *,
    evidence: bool,
    omissions: bool = False,
) -> None:
    """Write a digest to standard output, or to the file ``output``; raises OutputError."""
    from aili.renderers import Options

    color = format_ == "terminal" and sys.stdout.isatty() and not output and "NO_COLOR" not in os.environ
    options = Options(
        evidence=evidence,
        omissions=omissions,
        width=shutil.get_terminal_size((88, 24)).columns,
        color=color,
        links=color,
    )
    write(aili.render(digest, format=format_, document=document, options=options), output)

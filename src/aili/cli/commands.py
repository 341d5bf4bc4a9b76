"""The commands. Each turns its arguments into Settings, calls the pipeline, and shows what comes back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

import aili
from aili import settings as setting
from aili.cli.configuration import configured
from aili.cli.doctor import doctor
from aili.cli.exits import check_usage, guarded
from aili.cli.library import keep, library
from aili.cli.output import write
from aili.cli.serving import serve
from aili.cli.showing import chosen_format, options, output_options, show
from aili.cli.users import user

Command = TypeVar("Command", bound=Callable[..., Any])

EPILOG = """\b
Exit codes: 0 done, 2 wrong usage, 3 unreadable input, 4 refused, 5 network or
server, 6 engine, 7 output, 8 library, 130 interrupted (all in docs/errors.md).
"""


class DefaultGroup(click.Group):
    """A group whose first word, where it is no command, is a reference to digest."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``summarize`` in front unless a command or the group's own option comes first."""
        own = {"--help", "-h", "--version"}
        if args and args[0] not in self.commands and args[0] not in own:
            args.insert(0, "summarize")
        return super().parse_args(ctx, args)


@click.group(
    cls=DefaultGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
    epilog=EPILOG,
    options_metavar="",
    subcommand_metavar="REF | COMMAND …",
)
@click.version_option(package_name="aili", message="aili %(version)s")
def cli() -> None:
    """Read a document for me: aili REF prints a checked digest.

    REF is a web address, a file, or - for standard input. Every bullet of the digest
    rests on numbered sentences of the document and has been checked against them.
    Nothing is sent anywhere; the embedded engine needs no key and no network.

    \b
      aili https://example.org/article
      aili report.md -o report.html
      curl -s https://example.org | aili -
    """


input_options = options(
    click.option("--timeout", "fetch_seconds", type=float, metavar="SECONDS", help="Longest time a page may take."),
    click.option("--max-size", "fetch_megabytes", type=float, metavar="MB", help="Largest input that is read."),
    click.option("--min-words", type=int, metavar="N", help="Fewest words that are worth digesting."),
    click.option(
        "--allow-host",
        "allow_hosts",
        multiple=True,
        metavar="HOST",
        help="A private host, address or network that may be fetched from; repeatable.",
    ),
    click.option(
        "--no-cache", "cache", flag_value=False, default=None, type=bool, help="Neither use nor keep fetched pages."
    ),
    click.option("--password", envvar="AILI_PASSWORD", default="", metavar="TEXT", help="Opens an encrypted document."),
    click.option("-q", "--quiet", is_flag=True, help="No progress on standard error."),
)


@cli.command(epilog=EPILOG)
@click.argument("references", nargs=-1, required=True, metavar="REF...")
@click.option("-m", "--engine", metavar="ENGINE", help="What writes the digest. [default: embedded]")
@click.option("--language", metavar="TAG", help="Language of the digest, such as en. [default: the document's]")
@click.option("--length", metavar="LENGTH", help="brief, standard or detailed. [default: standard]")
@click.option("--shared-by", metavar="NAME", help="Name in the footer: Shared by NAME.")
@click.option("--owner", metavar="NAME", help="Copyright owner in the footer.")
@click.option(
    "--no-save", "save", flag_value=False, default=None, type=bool, help="Do not keep the digest in the library."
)
@output_options
@input_options
def summarize(references: tuple[str, ...], format_: str, output: str, evidence: bool, quiet: bool, **flags: Any) -> int:
    """Digest each REF: a web address, a file, or - for standard input."""
    password = flags.pop("password")
    settings = configured(flags)
    check_usage(not output or len(references) == 1, "-o FILE takes one REF.", hint="Run aili once for each.")
    for reference in references:
        _refuse_overwriting(reference, output)
    check_usage(references.count("-") <= 1, "Standard input can be read only once.")
    chosen = chosen_format(format_, output)
    codes = [
        guarded(partial(_summarize, reference, settings, password, chosen, output, evidence=evidence, quiet=quiet))
        for reference in references
    ]  # one failure does not keep the others from being digested
    return next((code for code in codes if code), 0)


def _summarize(
    reference: str, settings: setting.Settings, password: str, format_: str, output: str, *, evidence: bool, quiet: bool
) -> None:
    from aili.cli.progress import progress  # here, as below: `aili --help` needs none of it
    from aili.events import Finished

    _refuse_typing(reference)
    finished = None
    with progress(quiet=quiet) as line:
        for event in aili.stream(reference, settings=settings, stdin=sys.stdin.buffer, password=password):
            line.show(event)
            if isinstance(event, Finished):
                finished = event
    if finished is not None:
        show(finished.digest, finished.document, format_, output, evidence=evidence)
        if settings.save:
            keep(finished.digest, finished.document, settings)


@cli.command(epilog=EPILOG)
@click.argument("reference", metavar="REF")
@click.option("-f", "--format", "format_", type=click.Choice(["markdown", "text", "json"]), help="[default: markdown]")
@click.option("-o", "--output", default="", metavar="FILE", help="Write to FILE; its name gives the format.")
@input_options
def read(reference: str, format_: str | None, output: str, quiet: bool, **flags: Any) -> None:
    """Show what aili reads of REF: its text with numbered sentences."""
    from aili.cli.progress import progress
    from aili.cli.reading import FORMATS, show_document

    password = flags.pop("password")
    settings = configured(flags)
    _refuse_typing(reference)
    _refuse_overwriting(reference, output)
    chosen = format_ or FORMATS.get(Path(output).suffix.lower(), "markdown")
    with progress(quiet=quiet):
        document = aili.read(reference, settings=settings, stdin=sys.stdin.buffer, password=password)
    write(show_document(document, chosen), output)


@cli.command(name="import", epilog=EPILOG)
@click.argument("reference", metavar="FILE")
@output_options
def import_(reference: str, format_: str, output: str, evidence: bool) -> None:
    """Read back a digest that was shared as text, Markdown, HTML or JSON."""
    from aili import sources
    from aili.errors import MalformedError

    _refuse_typing(reference)
    resource = sources.fetch(reference, limits=sources.Limits(), stdin=sys.stdin.buffer)
    try:
        digest = aili.parse(resource.data)
    except MalformedError as error:
        told = f"{error.message[:1].lower()}{error.message[1:]}"
        raise MalformedError(f"{resource.reference} cannot be read back: {told}", hint=error.hint) from error
    show(digest, None, chosen_format(format_, output), output, evidence=evidence)


@cli.command(epilog=EPILOG)
@click.argument("value", type=click.Choice(["digest", "document", "draft"]), default="digest")
def schema(value: str) -> None:
    """Print the JSON Schema of a digest, a document or a draft."""
    from aili import codec

    kind = {"digest": aili.Digest, "document": aili.Document, "draft": aili.Draft}[value]
    write(codec.encode(codec.schema(kind), indent=2).decode(), "")


cli.add_command(library)
cli.add_command(doctor)
cli.add_command(serve)
cli.add_command(user)


def _refuse_overwriting(reference: str, output: str) -> None:
    """What is written must not take the place of what it was made from."""
    source, target = Path(reference).expanduser(), Path(output).expanduser()
    try:
        same = bool(output) and target.is_file() and source.is_file() and target.samefile(source)
    except (OSError, ValueError):
        return  # no path that a file could have
    check_usage(not same, f"{output} is the document itself.", hint="Name another file: -o digest.md.")


def _refuse_typing(reference: str) -> None:
    check_usage(
        reference != "-" or not sys.stdin.isatty(),
        "Nothing is piped into standard input.",
        hint="Give a file or an address, or pipe a text: cat notes.txt | aili -",
    )

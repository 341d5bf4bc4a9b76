"""The commands. Each turns its arguments into Settings, calls the pipeline, and shows what comes back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

import aili
from aili import settings as setting
from aili.cli.asking import ask
from aili.cli.checking import check
from aili.cli.configuration import config, configured
from aili.cli.costs import show_plan, tell_cost, tell_wait
from aili.cli.doctor import doctor
from aili.cli.engines import engines
from aili.cli.exits import check_usage, guarded, say
from aili.cli.handed import Handed, handed_options
from aili.cli.library import keep, library
from aili.cli.models import models
from aili.cli.output import write
from aili.cli.references import refuse_overwriting, refuse_typing
from aili.cli.serving import serve
from aili.cli.showing import chosen_format, fetch_options, options, output_options, show
from aili.cli.usage import usage
from aili.cli.users import user
from aili.feed import Feed

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
    Nothing is sent anywhere, and no key is needed, unless -m names a language model.

    \b
      aili https://example.org/article
      aili report.md -o report.html
      curl -s https://example.org | aili -
      aili --html page.html --url https://example.org/article
    """


input_options = options(
    fetch_options,
    click.option("--min-words", type=int, metavar="N", help="Fewest words that are worth digesting."),
    click.option(
        "--no-cache", "cache", flag_value=False, default=None, type=bool, help="Neither use nor keep fetched pages."
    ),
    click.option("-q", "--quiet", is_flag=True, help="No progress on standard error."),
)


@cli.command(epilog=EPILOG)
@click.argument("references", nargs=-1, metavar="REF...")
@click.option(
    "-m",
    "--engine",
    metavar="ENGINE",
    help="What writes the digest: embedded, or PROVIDER:MODEL for a language model. [default: embedded]",
)
@click.option("--language", metavar="TAG", help="Language of the digest, such as en. [default: the document's]")
@click.option("--length", metavar="LENGTH", help="brief, standard or detailed. [default: standard]")
@click.option("--focus", metavar="TEXT", help="What you care about; for language models.")
@click.option("--prompt", metavar="FILE", help="Further instructions for a language model.")
@click.option(
    "--no-fallback",
    "fallback",
    flag_value=False,
    default=None,
    type=bool,
    help="Fail where the language model fails, instead of taking the embedded engine.",
)
@click.option("--max-cost", type=float, metavar="DOLLARS", help="Let no digest cost more than that.")
@click.option(
    "--refresh", is_flag=True, default=None, type=bool, help="Ask the language model again, also for what was kept."
)
@click.option("--dry-run", is_flag=True, help="Show what would be asked, with tokens and price, and ask nobody.")
@click.option("--shared-by", metavar="NAME", help="Name in the footer: Shared by NAME.")
@click.option("--owner", metavar="NAME", help="Copyright owner in the footer.")
@click.option(
    "--no-save", "save", flag_value=False, default=None, type=bool, help="Do not keep the digest in the library."
)
@output_options
@click.option("--omissions", is_flag=True, help="Show what the digest leaves out, as on a terminal unless -f is given.")
@click.option("--json", "as_json", is_flag=True, help="Short for -f json.")
@click.option("--latest", type=click.IntRange(min=1), metavar="N", help="Digest the newest N entries of a feed.")
@handed_options
@input_options
def summarize(references: tuple[str, ...], format_: str, output: str, evidence: bool, quiet: bool, **flags: Any) -> int:
    """Digest each REF: a web address, a file, or - for standard input.

    Of a feed (RSS, Atom, JSON Feed) the entries are listed; --latest N digests them.
    """
    password = flags.pop("password")
    omissions = flags.pop("omissions")
    handed = Handed(html=flags.pop("html"), url=flags.pop("url"))
    latest = flags.pop("latest") or 0
    dry_run = flags.pop("dry_run")
    format_ = "json" if flags.pop("as_json") else format_
    settings = configured(flags)
    references = handed.references(references)
    check_usage(
        not output or (len(references) == 1 and latest < 2),
        "-o FILE takes the digest of one document.",
        hint="Run aili once for each.",
    )
    for reference in references:
        refuse_overwriting(reference, output)
    check_usage(references.count("-") <= 1, "Standard input can be read only once.", hint="Give - once.")
    if dry_run:
        check_usage(format_ in ("", "text", "json"), "--dry-run shows text or JSON.", hint="Leave -f out.")
        plan = partial(_plan, handed=handed, settings=settings, password=password, format_=format_, output=output)
        return next((code for code in [guarded(partial(plan, reference)) for reference in references] if code), 0)
    chosen = chosen_format(format_ or ("terminal" if omissions and not output else ""), output)
    shown = partial(show, format_=chosen, output=output, evidence=evidence, omissions=omissions)
    digest = partial(_digest, settings=settings, password=password, shown=shown, quiet=quiet)
    first = partial(digest, feeds=True, demand_feed=bool(latest))
    listed = partial(_listed, digest=digest, latest=latest, format_=chosen, output=output)
    codes = [
        guarded(partial(_summarize, reference, handed, settings, first, listed)) for reference in references
    ]  # one failure does not keep the others from being digested
    return next((code for code in codes if code), 0)


def _summarize(
    reference: str,
    handed: Handed,
    settings: setting.Settings,
    digest: Callable[..., Feed | None],
    listed: Callable[[Feed], int],
) -> int:
    refuse_typing(reference)
    feed = digest(handed.taken(reference, settings, sys.stdin.buffer))
    return listed(feed) if feed else 0


def _plan(
    reference: str, *, handed: Handed, settings: setting.Settings, password: str, format_: str, output: str
) -> None:
    from aili.pipeline import plan  # here: most runs ask no model

    refuse_typing(reference)
    taken = handed.taken(reference, settings, sys.stdin.buffer)
    made = plan(taken, settings=settings, stdin=sys.stdin.buffer, password=password)
    show_plan(made, as_json=format_ == "json", output=output)


def _listed(feed: Feed, *, digest: Callable[..., object], latest: int, format_: str, output: str) -> int:
    """Show the list, or digest the newest of it."""
    from aili.cli import feeds  # here: most references are none

    if latest:
        return feeds.digest_newest(feed, latest, digest)
    feeds.list_entries(feed, format_=format_, output=output)
    return 0


def _digest(
    reference: str | aili.Resource,
    *,
    settings: setting.Settings,
    password: str,
    shown: Callable[..., None],
    quiet: bool,
    schemes: tuple[str, ...] = (),
    label: str = "",
    feeds: bool = False,
    demand_feed: bool = False,
) -> Feed | None:
    """Digest ``reference``, show what comes and keep it; where it is a feed, and ``feeds`` may come, give that back.

    Raises UsageError where it is none and ``demand_feed`` says that it must be one.
    """
    from aili.cli.progress import progress  # here, as below: `aili --help` needs none of it
    from aili.events import Drafted, Expected, Extracted, FellBack, Finished, Listed

    finished = feed = None
    kept = False
    events = aili.stream(
        reference, settings=settings, stdin=sys.stdin.buffer, password=password, schemes=schemes, feeds=feeds
    )
    with (
        progress(quiet=quiet, label=label) as line,
        closing(events),
    ):  # closing ends the request to a model, and the bill
        for event in events:
            line.show(event)
            if isinstance(event, Drafted):
                kept = event.kept
            elif isinstance(event, Expected) and not quiet:
                line.clear()
                tell_wait(event, settings.draft_seconds)
                line.show(event)
            elif isinstance(event, FellBack):
                line.clear()
                say(f"{event.message} {event.hint} The embedded engine writes the digest instead.", 0)
            elif isinstance(event, Listed):
                feed = event.feed
            elif isinstance(event, Extracted):
                name = event.document.metadata.location or "standard input"
                check_usage(not demand_feed, f"--latest is for feeds, and {name} is none.", hint="Leave it out.")
            elif isinstance(event, Finished):
                finished = event
    if finished is not None:
        shown(finished.digest, finished.document)
        if not quiet:
            tell_cost(finished.digest.provenance, kept=kept)
        if settings.save:
            keep(finished.digest, finished.document, settings)
    return feed


@cli.command(epilog=EPILOG)
@click.argument("references", nargs=-1, metavar="REF")
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["numbered", "text", "markdown", "json"]),
    help="[default: numbered sentences]",
)
@click.option("-o", "--output", default="", metavar="FILE", help="Write to FILE; its name gives the format.")
@handed_options
@input_options
def read(references: tuple[str, ...], format_: str | None, output: str, quiet: bool, **flags: Any) -> None:
    """Show what aili reads of REF: with numbered sentences, or as text alone."""
    from aili.cli.progress import progress
    from aili.cli.reading import FORMATS, show_document

    password = flags.pop("password")
    handed = Handed(html=flags.pop("html"), url=flags.pop("url"))
    settings = configured(flags)
    reference, *others = handed.references(references)
    check_usage(not others, "aili read shows one document.", hint="Run it once for each.")
    refuse_typing(reference)
    refuse_overwriting(reference, output)
    chosen = format_ or FORMATS.get(Path(output).suffix.lower(), "numbered")
    with progress(quiet=quiet):
        taken = handed.taken(reference, settings, sys.stdin.buffer)
        document = aili.read(taken, settings=settings, stdin=sys.stdin.buffer, password=password)
    write(show_document(document, chosen), output)


@cli.command(name="import", epilog=EPILOG)
@click.argument("reference", metavar="FILE")
@output_options
def import_(reference: str, format_: str, output: str, evidence: bool) -> None:
    """Read back a digest that was shared as text, Markdown, HTML or JSON."""
    from aili import sources
    from aili.errors import MalformedError

    refuse_typing(reference)
    resource = sources.fetch(reference, limits=sources.Limits(), stdin=sys.stdin.buffer)
    try:
        digest = aili.parse(resource.data)
    except MalformedError as error:
        told = f"{error.message[:1].lower()}{error.message[1:]}"
        raise MalformedError(f"{resource.reference} cannot be read back: {told}", hint=error.hint) from error
    show(digest, None, chosen_format(format_, output), output, evidence=evidence)


@cli.command(epilog=EPILOG)
@click.argument("value", type=click.Choice(["digest", "document", "draft", "report", "answer"]), default="digest")
def schema(value: str) -> None:
    """Print the JSON Schema of a digest, a document, a draft, a report or an answer."""
    from aili import codec

    kinds = {"digest": aili.Digest, "document": aili.Document, "draft": aili.Draft, "report": aili.Report}
    write(codec.encode(codec.schema({**kinds, "answer": aili.Answer}[value]), indent=2).decode(), "")


cli.add_command(ask)
cli.add_command(check)
cli.add_command(config)
cli.add_command(library)
cli.add_command(doctor)
cli.add_command(engines)
cli.add_command(models)
cli.add_command(serve)
cli.add_command(usage)
cli.add_command(user)

"""The command ``ask``, which answers a question from a document, or says that the document does not say."""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aili.cli.configuration import configured
from aili.cli.costs import show_plan, tell_cost, tell_wait
from aili.cli.exits import check_usage, say
from aili.cli.library import OWNER
from aili.cli.output import write
from aili.cli.references import refuse_overwriting, refuse_typing
from aili.cli.showing import fetch_options, options
from aili.errors import MissingError, NotFoundError, OutputError, quoted

if TYPE_CHECKING:
    from aili.answer import Answer, Conversation
    from aili.document import Document
    from aili.engines import Plan
    from aili.events import AskEvent
    from aili.settings import Settings

SILENT = 1
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")  # of a kept digest, or its beginning

EPILOG = """\b
Exit codes: 0 answered, 1 the document does not say, 2 wrong usage, 3 unreadable
input, 4 refused, 5 network or server, 6 engine, 7 output, 8 library (all in
docs/errors.md).
"""


@click.command(name="ask", epilog=EPILOG)
@click.argument("reference", metavar="REF")
@click.argument("question", metavar="QUESTION")
@options(
    click.option(
        "-m",
        "--engine",
        metavar="ENGINE",
        help="What answers: embedded, or PROVIDER:MODEL for a language model. [default: embedded]",
    ),
    click.option("--language", metavar="TAG", help="Language of a model's answer. [default: the document's]"),
    click.option(
        "--session", default="", metavar="FILE", help="Keep the conversation in FILE, so that one can ask on."
    ),
    click.option(
        "-f",
        "--format",
        "format_",
        default="",
        metavar="FORMAT",
        help="text, terminal, markdown or json. [default: terminal on a terminal, else text]",
    ),
    click.option("-o", "--output", default="", metavar="FILE", help="Write to FILE; its name gives the format."),
    click.option("--evidence", is_flag=True, help="Show the cited sentences under each bullet."),
    click.option(
        "--no-fallback",
        "fallback",
        flag_value=False,
        default=None,
        type=bool,
        help="Fail where the language model fails, instead of taking the embedded engine.",
    ),
    click.option("--max-cost", type=float, metavar="DOLLARS", help="Let no answer cost more than that."),
    click.option(
        "--refresh", is_flag=True, default=None, type=bool, help="Ask the language model again, also what was kept."
    ),
    click.option("--dry-run", is_flag=True, help="Show what would be asked, with tokens and price, and ask nobody."),
    click.option("--library", "library", metavar="FILE", help="Another library than your own."),
    fetch_options,
    click.option("-q", "--quiet", is_flag=True, help="No progress on standard error."),
)
def ask(
    reference: str, question: str, session: str, format_: str, output: str, evidence: bool, quiet: bool, **flags: Any
) -> int:
    """Answer QUESTION from a document.

    REF is a web address, a file, - for standard input, or the id of a kept digest, as
    aili library list shows it. The answer is one to three bullets, each with the
    sentences that it rests on and checked against them.

    \b
      aili ask report.pdf "When does the bridge open again?" --session bridge.json
      aili ask report.pdf "And why?" --session bridge.json
    """
    password = flags.pop("password")
    dry_run = flags.pop("dry_run")
    settings = configured(flags)
    refuse_typing(reference)
    for target in (output, session):
        refuse_overwriting(reference, target)
    check_usage(not session or session != "-", "A session is kept in a file.", hint="Name one: --session talk.json.")
    check_usage(not session or session != output, "The session and the answer cannot be the same file.")
    if dry_run:
        check_usage(format_ in ("", "text", "json"), "--dry-run shows text or JSON.", hint="Leave -f out.")
        made = _plan(_source(reference, settings), question, settings, _recalled(session), password)
        show_plan(made, as_json=format_ == "json", output=output)
        return 0
    chosen = _format(format_, output)
    before = _recalled(session)
    answer, kept = _answer(_source(reference, settings), question, settings, before, password=password, quiet=quiet)
    _show(answer, chosen, output, evidence=evidence)
    if not quiet:
        tell_cost(answer.provenance, kept=kept)
    if session:
        _remember(session, before, answer)
    return 0 if answer.said else SILENT


def _plan(
    source: str | Document, question: str, settings: Settings, before: Conversation | None, password: str
) -> Plan:
    from aili import asking  # here, as below: `aili --help` needs none of it

    stdin = sys.stdin.buffer
    return asking.plan(source, question, settings=settings, conversation=before, stdin=stdin, password=password)


def _answer(
    source: str | Document,
    question: str,
    settings: Settings,
    before: Conversation | None,
    *,
    password: str,
    quiet: bool,
) -> tuple[Answer, bool]:
    """The answer, and whether it was kept from earlier."""
    from aili import asking
    from aili.cli.progress import progress
    from aili.events import Answered, Expected, FellBack, Replied

    answer = None
    kept = False
    events = asking.stream(
        source, question, settings=settings, conversation=before, stdin=sys.stdin.buffer, password=password
    )
    with progress(quiet=quiet) as line, closing(events):  # closing ends the request to a model, and the bill
        for event in events:
            if isinstance(event, FellBack):
                line.clear()
                say(f"{event.message} {event.hint} The embedded engine answers instead.", 0)
            elif isinstance(event, Answered):
                answer = event.answer
            elif isinstance(event, Expected):
                line.clear()
                if not quiet:
                    tell_wait(event, settings.draft_seconds)
                line.tell(_describe(event))
            else:
                kept = isinstance(event, Replied) and event.kept
                line.tell(_describe(event))
    assert answer is not None  # the last event is Answered, or there was an error
    return answer, kept


def _describe(event: AskEvent) -> str:
    """What is being done after ``event``, in a few words."""
    from aili.events import Expected, Extracted, Fetched, Replied, Started

    match event:
        case Started(reference=reference):
            return f"Fetching {reference}"
        case Fetched(size=size, media_type=media_type):
            return f"Reading {size:,} bytes of {media_type}"
        case Extracted(document=document):
            return f"Looking for the answer in {document.reading.words:,} words"
        case Expected():
            return "Waiting for the model's first words"
        case Replied(reply=reply, complete=False) if reply.bullets:
            return f"Answering: {reply.bullets[-1].text}"
        case _:
            return "Checking every bullet"


def _source(reference: str, settings: Settings) -> str | Document:
    """The reference, or the document of the kept digest whose id it is or begins; raises MissingError."""
    if not _ID.fullmatch(reference) or _exists(reference):
        return reference
    from aili.library import open_library

    library = open_library(settings)
    try:
        found = library.digests.resolve(OWNER, reference)
        document = library.digests.document(OWNER, found)
    except NotFoundError:
        raise MissingError(
            f"There is no file and no kept digest {quoted(reference)}.", hint="aili library list shows the digests."
        ) from None
    finally:
        library.close()
    if document is None:
        raise MissingError(
            f"The library has the digest {quoted(found)} without its text.", hint="Ask the document itself."
        )
    return document


def _exists(reference: str) -> bool:
    try:
        return Path(reference).expanduser().exists()
    except (OSError, RuntimeError, ValueError):
        return True  # no name that an id could be; reading it says what is wrong


def _format(named: str, output: str) -> str:
    from aili.answers import ANSWERS
    from aili.renderers import format_of

    chosen = named or (format_of(output) if output and output != "-" else "")
    chosen = chosen or ("terminal" if sys.stdout.isatty() else "text")
    ANSWERS.load(chosen)  # an unknown name fails now, not after the work
    return chosen


def _show(answer: Answer, chosen: str, output: str, *, evidence: bool) -> None:
    from aili.answers import render
    from aili.renderers import Options

    color = chosen == "terminal" and sys.stdout.isatty() and not output and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size((88, 24)).columns
    options = Options(evidence=evidence, width=width, color=color, links=color)
    write(render(answer, format=chosen, options=options), output)


def _recalled(session: str) -> Conversation | None:
    """The conversation in the file, None where there is no such file yet; raises MalformedError or MissingError."""
    if not session:
        return None
    from aili.asking import recalled

    path = Path(session).expanduser()
    try:
        return recalled(path.read_bytes(), session)
    except FileNotFoundError:
        if path.parent.is_dir():
            return None
        raise OutputError(
            f"{session} could not be written: its directory does not exist.", hint="Make it first."
        ) from None
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise MissingError(
            f"The session {quoted(session)} cannot be read: {told}.", hint="Name another file."
        ) from None


def _remember(session: str, before: Conversation | None, answer: Answer) -> None:
    from aili import codec
    from aili.asking import remembered

    write(codec.encode(remembered(before, answer), indent=2).decode(), session)

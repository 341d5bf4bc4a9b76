"""A page that is handed over: a file or standard input, with the address that it came from. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, TypeVar

import click

from aili.cli.exits import check_usage
from aili.cli.references import refuse_typing
from aili.cli.showing import options
from aili.document import Resource
from aili.errors import ForbiddenAddressError, UsageError, quoted
from aili.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

HERE = ("", "file", "-")  # rows of the table of sources that ask no network

handed_options = options(
    click.option("--html", default="", metavar="FILE", help="A page as a browser shows it; - is standard input."),
    click.option("--url", default="", metavar="URL", help="Where FILE, REF or standard input comes from; not fetched."),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """What ``--html`` and ``--url`` say: the file of a page, and the address of what is read; either may be empty."""

    html: str
    url: str

    def references(self, given: Sequence[str]) -> tuple[str, ...]:
        """All that is to be read; raises UsageError where that is nothing, or more than one thing with one address."""
        from aili.renderers import web_address  # here: `aili --help` needs none of it

        everything = (*given, *filter(None, (self.html,)))
        if not everything:
            raise click.UsageError("Missing argument 'REF...'.", ctx=click.get_current_context(silent=True))
        check_usage(
            not self.url or web_address(self.url),
            f"{quoted(self.url[:200])} is no web address.",
            hint="Give one that begins with https://.",
        )
        check_usage(
            not self.url or len(everything) == 1, "--url is the address of one page.", hint="Run aili once for each."
        )
        return everything

    def taken(self, reference: str, settings: Settings, stdin: BinaryIO) -> str | Resource:
        """``reference`` itself, or, where these options speak of it, its bytes with the address that they came from.

        Raises UsageError where ``reference`` is no file that is here.
        """
        page = bool(self.html) and reference == self.html
        if not (page or self.url):
            return reference
        from aili import sources  # here, as above

        refuse_typing(reference)
        limits = sources.Limits(max_bytes=int(settings.fetch_megabytes * 1_000_000), schemes=HERE)
        try:
            resource = sources.fetch(reference, limits=limits, stdin=stdin)
        except ForbiddenAddressError as error:
            raise UsageError(
                f"{quoted(reference[:200])} is no file.",
                hint="--html and --url go with a file or with -, standard input; a page of the web needs only its address.",
            ) from error
        return replace(
            resource,
            media_type="text/html" if page else resource.media_type,
            location=sources.without_user(self.url) if self.url else resource.location,
        )

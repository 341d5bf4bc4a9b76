"""Prints kept digests: in aligned columns on a terminal, as lines of tabs where a program reads them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from aili.renderers import line
from aili.store.records import Found, Kept, Listing

if TYPE_CHECKING:
    from rich.console import Console

SHORT = 8  # characters of an id: 48 bits, so that two of a library's are as good as never the same
MARK = "**"  # around a word that was found, where no terminal can make it bold


def print_listing(listing: Listing, *, searched: bool) -> None:
    """Print a page of digests, with the passages that matched where there was a search."""
    if not sys.stdout.isatty():
        for found in listing.items:
            click.echo(plain(found, searched=searched))
        return
    if searched:
        _print_found(listing)
    else:
        _print_table(listing)
    shown = len(listing.items)
    if listing.total > listing.offset + shown and shown:
        click.echo(
            f"{listing.offset + 1:,}-{listing.offset + shown:,} of {listing.total:,}; more with --offset", err=True
        )
    elif not shown:
        click.echo(
            ("Nothing was found." if searched else "There are no such digests.")
            if listing.total == 0
            else f"There are only {listing.total:,}: choose a smaller --offset.",
            err=True,
        )


def plain(found: Found, *, searched: bool) -> str:
    """A digest as fields between tabs: id, day, title, site, tags separated by commas, and the passage of a search."""
    kept = found.kept
    fields = [kept.id, kept.created[:10], _title(kept), line(kept.site), ",".join(map(line, kept.tags))]
    if searched:
        fields.append(line(_marked(found)))
    return "\t".join(field.replace("\t", " ") for field in fields)


def _marked(found: Found) -> str:
    text, end = "", 0
    for start, stop in found.marks:
        text += found.passage[end:start] + MARK + found.passage[start:stop] + MARK
        end = stop
    return text + found.passage[end:]


def _title(kept: Kept) -> str:
    return line(kept.title) or "Untitled"


def _print_table(listing: Listing) -> None:
    from rich.cells import cell_len  # here, as below: a pipe needs none of it
    from rich.table import Table
    from rich.text import Text

    console = _console()
    rows = [
        (kept.id[:SHORT], kept.created[:10], _title(kept), line(kept.site), ", ".join(map(line, kept.tags)))
        for kept in (found.kept for found in listing.items)
    ]
    # Site and tags take what they need, a quarter of the line at most; the title has the rest.
    site, tags = (min(max((cell_len(row[at]) for row in rows), default=0), console.width // 4) for at in (3, 4))
    title = max(console.width - SHORT - 10 - site - tags - 8, 10)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    for width, style in ((SHORT, "dim"), (10, ""), (title, ""), (site, "dim"), (tags, "cyan")):
        table.add_column(width=width, no_wrap=True, overflow="ellipsis", style=style)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _print_found(listing: Listing) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console = _console()
    for found in listing.items:
        kept = found.kept
        head = Text.assemble(
            (kept.id[:SHORT], "dim"),
            "  ",
            (_title(kept), "bold"),
            (f"  {' · '.join(filter(None, (line(kept.site), kept.created[:10], *map(line, kept.tags))))}", "dim"),
        )
        passage = Text(found.passage)
        for start, end in found.marks:
            passage.stylize("bold yellow", start, end)
        console.print(head)
        if found.passage:
            console.print(Padding(passage, (0, 0, 1, SHORT + 2)))


def _console() -> Console:
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, no_color="NO_COLOR" in os.environ)

"""``aili library``: the digests that were kept: found again, shown, tagged, removed, taken elsewhere and back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aili.cli.configuration import configured
from aili.cli.exits import check_usage, say
from aili.cli.showing import chosen_format, options, output_options, show
from aili.errors import LibraryError, UnreadableError

if TYPE_CHECKING:
    from aili.digest import Digest
    from aili.document import Document
    from aili.library import Library
    from aili.settings import Settings
    from aili.store.records import Order

OWNER = "owner"  # the command line's account; aili.store.records has it too, at the price of its imports
MOST = 500  # digests that one page of the library holds

json_option = click.option("--json", "as_json", is_flag=True, help="Print the values as JSON.")
filter_options = options(
    click.option("-t", "--tag", "tags", multiple=True, metavar="TAG", help="Only with this tag; repeatable."),
    click.option("--site", default="", metavar="SITE", help="Only from this site."),
    click.option("--engine", default="", metavar="ENGINE", help="Only written by this engine."),
    click.option("--language", default="", metavar="TAG", help="Only in this language, such as en."),
    click.option("--since", default="", metavar="DATE", help="Only kept on this day or later, such as 2024-06-19."),
    click.option("--until", default="", metavar="DATE", help="Only kept on this day or earlier."),
    click.option("--order", type=click.Choice(["relevance", "newest", "oldest", "title"]), help="What comes first."),
    click.option(
        "-n", "--limit", type=click.IntRange(1, MOST), default=50, show_default=True, metavar="N", help="How many."
    ),
    click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="How many to pass over."),
)


def keep(digest: Digest, document: Document | None, settings: Settings) -> None:
    """Leave a digest for the library. It has been shown by now, so where that fails a line says so, and that is all."""
    from aili import spool  # here, as below: `aili --help` needs none of it

    try:
        spool.leave(spool.inbox_of(spool.library_path(settings)), digest, document)
    except LibraryError as error:
        say(f"The digest was not kept in the library. {error}", 0)


@contextmanager
def opened(file: str | None) -> Iterator[Library]:
    """The library of these settings, closed at the end of the block; raises LibraryError."""
    from aili.library import open_library

    library = open_library(configured({"library": file}))
    try:
        yield library
    finally:
        library.close()


@click.group()
@click.option("--library", "file", metavar="FILE", help="Another library than your own.")
@click.pass_context
def library(context: click.Context, file: str | None) -> None:
    """Find, show, tag, remove, export and import kept digests.

    \b
    ID is a digest's id or its beginning, as aili library list shows it.
    Every digest of the command line is kept, unless --no-save is given.
    """
    context.obj = file


@library.command(name="list")
@filter_options
@json_option
@click.pass_obj
def list_(file: str | None, /, as_json: bool, **wanted: Any) -> None:
    """List kept digests, the newest first."""
    _find(file, "", as_json=as_json, **wanted)


@library.command()
@click.argument("query", nargs=-1, required=True)
@filter_options
@json_option
@click.pass_obj
def search(file: str | None, /, query: tuple[str, ...], as_json: bool, **wanted: Any) -> None:
    """Search titles, digests and texts for all words of QUERY.

    Quoted words are found side by side, and -word leaves out what has it:

    \b
      aili library search '"harbour bridge" divers -railway'
    """
    _find(file, " ".join(query), as_json=as_json, **wanted)


def _find(
    file: str | None, query: str, *, as_json: bool, limit: int, offset: int, order: Order | None = None, **wanted: Any
) -> None:
    from aili import codec
    from aili.cli.listing import print_listing
    from aili.store.records import Filter

    with opened(file) as it:
        listing = it.digests.find(OWNER, Filter(query=query, order=order, **wanted), offset=offset, limit=limit)
    if as_json:
        _print_json(codec.encode(listing, indent=2))
    else:
        print_listing(listing, searched=bool(query))


@library.command(name="show")
@click.argument("id_", metavar="ID")
@output_options
@click.option("--json", "as_json", is_flag=True, help="Short for -f json.")
@click.pass_obj
def show_(file: str | None, id_: str, format_: str, output: str, *, evidence: bool, as_json: bool) -> None:
    """Show a digest again, in any format; HTML has the original beside it."""
    format_ = "json" if as_json else chosen_format(format_, output)
    with opened(file) as it:
        found = it.digests.resolve(OWNER, id_)
        digest, document = it.digests.digest(OWNER, found), it.digests.document(OWNER, found)
    show(digest, document, format_, output, evidence=evidence)


@library.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("-a", "--add", multiple=True, metavar="TAG", help="Add this tag; repeatable.")
@click.option("-r", "--remove", multiple=True, metavar="TAG", help="Take this tag away; repeatable.")
@json_option
@click.pass_obj
def tag(file: str | None, ids: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...], as_json: bool) -> None:
    """Add tags to digests, or take them away."""
    check_usage(add or remove, "No tag is named.", hint="Use --add TAG or --remove TAG.")
    with opened(file) as it:
        found = [it.digests.resolve(OWNER, id_) for id_ in ids]
        count = it.digests.tag(OWNER, found, add=add, remove=remove)
    _tell(as_json, f"Tagged {_digests(count)}.", tagged=count)


@library.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def rm(file: str | None, ids: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Remove digests for good, with their shares."""
    from aili.renderers import line

    check_usage(yes or sys.stdin.isatty(), "There is no terminal to ask on whether to remove.", hint="Add --yes.")
    with opened(file) as it:
        found = [it.digests.resolve(OWNER, id_) for id_ in ids]
        if not yes:
            for id_ in found:
                click.echo(f"  {line(it.digests.get(OWNER, id_).title)}", err=True)
            click.confirm(f"Remove {_digests(len(found))} for good?", abort=True, err=True)
        count = it.digests.remove(OWNER, found)
    _tell(as_json, f"Removed {_digests(count)}.", removed=count)


@library.command()
@click.argument("target", metavar="FILE")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@json_option
@click.pass_obj
def export(file: str | None, target: str, ids: tuple[str, ...], as_json: bool) -> None:
    """Write digests with their documents to a ZIP of JSON: all, or those named.

    FILE must be new; - is standard output.
    """
    from aili.library import exchange

    check_usage(
        target != "-" or not as_json,
        "Standard output cannot be both the ZIP and the JSON.",
        hint="Name a file for the ZIP.",
    )
    with opened(file) as it:
        found = [it.digests.resolve(OWNER, id_) for id_ in ids] or None
        stream = sys.stdout.buffer if target == "-" else Path(target).expanduser()
        count = exchange.export(it, OWNER, stream, found)
    if target != "-":
        _tell(as_json, f"Exported {_digests(count)} to {target}.", exported=count, file=target)


@library.command(name="import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def import_(file: str | None, files: tuple[Path, ...], as_json: bool) -> int:
    """Take in exported ZIPs, digests as JSON, and shared pages (HTML, Markdown, text).

    What cannot be taken in is named, and does not keep the rest out; the exit code is 3 then.
    """
    from aili import codec
    from aili.library import exchange

    taken = exchange.Taken()
    with opened(file) as it:
        for path in files:
            taken += exchange.take(it, OWNER, path)
    if as_json:
        _print_json(codec.encode(taken, indent=2))
    else:
        click.echo(f"{_digests(taken.new)} taken in, {taken.known} known before, {len(taken.refused)} refused.")
        for row in taken.refused:
            say(f"{row.name}: {row.message}", 0)
    return UnreadableError.exit_code if taken.refused else 0


@library.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def backup(file: str | None, target: Path, as_json: bool) -> None:
    """Copy the whole library into the new FILE, also while others use it.

    To go back to it, put FILE in the library's place while no aili runs.
    """
    with opened(file) as it:
        it.store.backup(target.expanduser())
    size = target.expanduser().stat().st_size
    _tell(as_json, f"{size:,} bytes written to {target}.", bytes=size, file=str(target))


def _tell(as_json: bool, sentence: str, **values: object) -> None:
    if not as_json:
        click.echo(sentence)
        return
    from aili import codec

    _print_json(codec.encode(values, indent=2))


def _print_json(data: bytes) -> None:
    from aili.cli.output import write

    write(data.decode(), "")


def _digests(count: int) -> str:
    return f"{count:,} digest{'' if count == 1 else 's'}"

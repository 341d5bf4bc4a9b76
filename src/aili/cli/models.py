"""``aili models``: language models that run on this machine, pulled, listed, checked, removed and found."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from aili.cli.configuration import configured
from aili.cli.exits import INTERRUPTED, check_usage, guarded, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aili.models import Model
    from aili.models.pulling import Step
    from aili.models.storage import Stored

    Bar = Callable[[str, int, int], None]

_STATES = {"here": "here", "part": "in part", "none": ""}


@click.group()
@click.option("--models", "folder", metavar="FOLDER", help="Another folder than your own.")
@click.pass_context
def models(context: click.Context, folder: str | None) -> None:
    """Pull, list, check, remove and find language models that run on this machine.

    A model file that you have already needs none of this.
    """
    context.obj = folder


@models.command()
@click.argument("name")
@click.option("--mirror", "url", metavar="URL", help="Another server than the publisher's, for this once.")
@click.option("--offline", is_flag=True, help="Ask no server: fail unless the model is here.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@click.pass_obj
def pull(folder: str | None, name: str, url: str | None, offline: bool, quiet: bool) -> int:
    """Fetch the model NAME, or what is missing of it, and check it.

    Ctrl-C keeps what has come; the same command goes on from there.
    """
    from aili import models as known  # here, as below: `aili --help` needs none of it

    settings = configured({"models": folder, "models_url": url})
    model = known.named(name)
    if offline:
        click.echo(_is_here(model, known.path(name, folder=settings.models)))
        return 0
    from aili.models.pulling import kept, pull
    from aili.models.storage import folder_of
    from aili.models.transfer import ORIGIN, Origin

    place = folder_of(settings.models)
    origin = Origin(url=settings.models_url or ORIGIN, ca_file=settings.ca_file, user_agent=settings.user_agent)
    try:
        with closing(pull(model, place, origin)) as steps:
            path = _shown(steps, model, quiet=quiet)
    except KeyboardInterrupt:
        return say(f"Interrupted. {kept(model, place)}".strip(), INTERRUPTED)
    click.echo(_is_here(model, path))
    return 0


@models.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print the values as JSON.")
@click.pass_obj
def list_(folder: str | None, as_json: bool) -> None:
    """List the models that are here and those that can be had."""
    from aili.models import MODELS
    from aili.models.storage import folder_of, stored

    place = folder_of(configured({"models": folder}).models)
    found = [stored(model, place) for model in MODELS.values()]
    if as_json:
        _print_json(found)
    elif sys.stdout.isatty():
        _print_table(found)
    else:
        for each in found:
            model = each.model
            fields = (model.name, each.state, model.size, model.memory(), model.context, model.licence, each.path)
            click.echo("\t".join(map(str, fields)))


@models.command()
@click.argument("name", required=False)
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@click.pass_obj
def verify(folder: str | None, name: str | None, quiet: bool) -> int:
    """Compare the model NAME with its checksum, or all that are here."""
    from aili.models import MODELS, named
    from aili.models.storage import folder_of

    place = folder_of(configured({"models": folder}).models)
    wanted = [named(name)] if name else [model for model in MODELS.values() if (place / model.file).is_file()]
    if not wanted:
        return say("No model is here. aili models list shows which can be had.", 0)
    codes = [guarded(partial(_verify, model, place, quiet=quiet)) for model in wanted]
    return next((code for code in codes if code), 0)


@models.command()
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def rm(folder: str | None, name: str, yes: bool) -> None:
    """Remove the model NAME, or what there is of it."""
    from aili.models import named
    from aili.models.holding import remove
    from aili.models.machine import amount
    from aili.models.storage import folder_of, stored

    check_usage(yes or sys.stdin.isatty(), "There is no terminal to ask on whether to remove.", hint="Add --yes.")
    model, place = named(name), folder_of(configured({"models": folder}).models)
    if not yes and (there := stored(model, place).size):
        click.confirm(f"Remove {model.name}, {amount(there)}?", abort=True, err=True)
    click.echo(f"Removed {model.name}: {amount(remove(model, place))} are free again.")


@models.command()
@click.argument("name")
@click.pass_obj
def path(folder: str | None, name: str) -> None:
    """Print where the file of the model NAME is.

    The exit code is 3 where it is not here.
    """
    from aili.models import path

    click.echo(path(name, folder=configured({"models": folder}).models))


def _is_here(model: Model, path: Path) -> str:
    return f"{model.name} is here: {path}"


def _shown(steps: Iterator[Step], model: Model, *, quiet: bool) -> Path:
    """Show a pull as it goes, and return where the model is at its end."""
    from aili.models.pulling import Noted, Progressed

    with _bar(model, quiet=quiet) as bar:
        for step in steps:
            if isinstance(step, Progressed):
                bar("Checking" if step.what == "checking" else "Pulling", step.done, step.total)
            elif isinstance(step, Noted):
                say(step.message, 0)
            else:
                return step.path
    raise AssertionError("a pull ends with a path or with an error")


def _verify(model: Model, place: Path, *, quiet: bool) -> None:
    from aili.models.storage import verify

    with _bar(model, quiet=quiet) as bar:
        for done in verify(model, place):
            bar("Checking", done, model.size)
    click.echo(f"{model.name} is whole.")


@contextmanager
def _bar(model: Model, *, quiet: bool) -> Iterator[Bar]:
    """A bar on standard error where that is a terminal, taken away at the end; call it with a word, done and total."""
    if quiet or not sys.stderr.isatty():
        yield _unseen
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    shown = Progress(TextColumn("{task.description}"), *columns, console=Console(stderr=True), transient=True)
    tasks = {}

    def show(what: str, done: int, total: int) -> None:
        if what not in tasks:  # a task of its own: what was there before says nothing of the speed
            for task in shown.task_ids:
                shown.remove_task(task)
            tasks[what] = shown.add_task(f"{what} {model.name}", completed=done, total=total)
        shown.update(tasks[what], completed=done)

    with shown:
        yield show


def _unseen(*_: object) -> None:
    """A bar where there is nobody to see one."""


def _print_table(found: list[Stored]) -> None:
    from aili.models.machine import amount

    rows = [("MODEL", "", "SIZE", "MEMORY", "WINDOW", "LICENCE", "")]
    for each in found:
        model = each.model
        sizes = (amount(model.size), amount(model.memory()), f"{model.context:,}")
        rows.append((model.name, _STATES[each.state], *sizes, model.licence, model.title))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_json(found: list[Stored]) -> None:
    from dataclasses import asdict

    from aili import codec
    from aili.cli.output import write

    values = [
        {
            **asdict(each.model),
            "memory": each.model.memory(),
            "state": each.state,
            "path": str(each.path),
        }
        for each in found
    ]
    write(codec.encode(values, indent=2).decode(), "")

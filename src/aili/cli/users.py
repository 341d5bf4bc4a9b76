"""``aili user``: who may sign in to this machine's library. Passwords are typed or piped in, never part of a command."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from aili.cli.configuration import configured
from aili.cli.exits import check_usage

if TYPE_CHECKING:
    from aili.library import Library

library_option = click.option("--library", metavar="FILE", help="Library that is meant. [default: your own]")
stdin_option = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def user() -> None:
    """Say who may sign in: add, list and remove accounts, change passwords."""


@user.command()
@click.argument("name")
@stdin_option
@library_option
def add(name: str, password_stdin: bool, library: str | None) -> None:
    """Add the account NAME, with a library of its own."""
    with _opened(library) as held:
        made = held.accounts.add(name, _password(name, piped=password_stdin))
    click.echo(f"{made.name} can sign in.")


@user.command()
@click.argument("name")
@stdin_option
@library_option
def passwd(name: str, password_stdin: bool, library: str | None) -> None:
    """Give the account NAME a new password; the first account is called owner."""
    with _opened(library) as held:
        account = held.accounts.named(name)  # before anything is typed
        held.accounts.set_password(account.name, _password(account.name, piped=password_stdin))
    click.echo(f"The password of {account.name} is changed. Whoever was signed in must sign in again.")


@user.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@library_option
def rm(name: str, yes: bool, library: str | None) -> None:
    """Remove the account NAME with everything in its library."""
    from aili.store.accounts import Counts

    with _opened(library) as held:
        account = held.accounts.named(name)
        counts = held.accounts.counts().get(account.id, Counts())
        holds = f"{counts.digests} digests, {counts.shares} shares, {counts.jobs} jobs and {counts.tokens} tokens"
        if account.role != "owner" and not yes:
            check_usage(
                sys.stdin.isatty(), f"Removing {account.name} also removes {holds}.", hint="Add --yes to do so."
            )
            typed = click.prompt(f"Removing {account.name} also removes {holds}. Type the name to do so", default="")
            check_usage(typed.strip().casefold() == account.name, "The name does not match; nothing was removed.")
        held.accounts.remove(account.name)
    click.echo(f"{account.name} is removed, and with the account {holds}.")


@user.command(name="list")
@library_option
def list_(library: str | None) -> None:
    """Show every account and how much it holds."""
    from aili.store.accounts import Counts

    with _opened(library) as held:
        counts = held.accounts.counts()
        for account in held.accounts.all():
            state = "disabled" if account.disabled else "" if account.has_password else "no password"
            number = counts.get(account.id, Counts()).digests
            click.echo(f"{account.name}\t{account.role}\t{number} digests\t{state}".rstrip())


@contextmanager
def _opened(file: str | None) -> Iterator[Library]:
    from aili.library import open_library  # here: `aili --help` needs no database

    library = open_library(configured({"library": file}))
    try:
        yield library
    finally:
        library.close()


def _password(name: str, *, piped: bool) -> str:
    """The password that is typed twice, or the first line of standard input."""
    if piped:
        return sys.stdin.readline().rstrip("\r\n")
    check_usage(
        sys.stdin.isatty(),
        "There is no terminal to type a password on.",
        hint="Pipe it in with --password-stdin.",
    )
    first = getpass.getpass(f"Password for {name} (at least 10 characters): ")
    check_usage(first == getpass.getpass("Once more: "), "The two passwords are not the same.", hint="Try again.")
    return first

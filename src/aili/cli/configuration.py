"""The settings of a command: from its options, the environment and the reader's file; ``aili config`` shows them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import click
import platformdirs

from aili import settings

_HIDDEN = "••••••"  # in place of a key, however long it is


def configured(flags: Mapping[str, object]) -> settings.Settings:
    """The settings in effect; options that were not given are None or an empty tuple. Raises UsageError."""
    given = {name: value for name, value in flags.items() if value not in (None, ())}
    return settings.load(os.environ, file=settings_file(), flags=given)


def settings_file() -> Path:
    """Where the reader's settings are, whether there are any or not."""
    return Path(os.environ.get("AILI_CONFIG") or platformdirs.user_config_path("aili") / "config.toml")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the values as JSON.")
@click.option("--changed", is_flag=True, help="Only what is not as aili would have it by itself.")
def config(as_json: bool, changed: bool) -> None:
    """Show the settings in effect and where each comes from: environment, file or default.

    An option of a command goes before all three. Keys are not shown, only that they are there.
    """
    file = settings_file()
    chosen = settings.load(os.environ, file=file)
    origins = settings.origins(os.environ, file=file)
    rows = [
        (entry.name, getattr(chosen, entry.name), origins[entry.name])
        for entry in fields(settings.Settings)
        if entry.name in origins and not (changed and origins[entry.name] == "default")
    ]
    keys = [(f"keys.{provider}", _HIDDEN, "environment") for provider in chosen.keys]
    if as_json:
        from aili import codec  # here, as below: `aili --help` needs none of it
        from aili.cli.output import write

        values = [{"name": name, "value": value, "from": origin} for name, value, origin in [*rows, *keys]]
        told = {"file": str(file), "exists": file.is_file(), "settings": values}
        write(codec.encode(told, indent=2).decode(), "")
        return
    click.echo(f"# {file}{'' if file.is_file() else ' (there is none)'}")
    width = max((len(name) for name, _, _ in [*rows, *keys]), default=0)
    for name, value, origin in [*rows, *keys]:
        click.echo(f"{name.ljust(width)} = {_shown(value)}  # {origin}")


def _shown(value: object) -> str:
    """A value as it would stand in the file."""
    from aili import codec

    return codec.encode(value).decode()

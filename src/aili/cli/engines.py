"""``aili engines``: what can write a digest here."""

from __future__ import annotations

import os
import sys

import click

from aili.cli.configuration import configured


@click.command()
@click.option("--models", metavar="FOLDER", help="Another folder of pulled models than your own.")
@click.option("--json", "as_json", is_flag=True, help="Print the values as JSON.")
def engines(models: str | None, as_json: bool) -> None:
    """List what can write a digest, and what is missing where something cannot.

    Only this machine is asked: of providers elsewhere it is said whether there is a key.
    """
    from aili.engines.llm.surveying import survey  # here, as below: `aili --help` needs none of it

    found = list(survey(configured({"models": models}), os.environ))
    if as_json:
        from aili import codec
        from aili.cli.output import write

        write(codec.encode(found, indent=2).decode(), "")
        return
    if not sys.stdout.isatty():
        for each in found:
            click.echo("\t".join((each.name, each.state, each.told, " ".join(each.choose))))
        return
    widths = (max(len(each.name) for each in found), max(len(each.state) for each in found))
    for each in found:
        mark = "✓" if each.state == "ready" else "·"
        click.echo(f"{mark} {each.name.ljust(widths[0])}  {each.state.ljust(widths[1])}  {each.told}")
        for name in each.choose if each.state == "ready" else ():
            click.echo(f"  {' ' * sum(widths)}    -m {name}")

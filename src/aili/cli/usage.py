"""``aili usage``: what language models have cost, by month and engine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from aili.cli.configuration import configured
from aili.cli.costs import OWN, money

if TYPE_CHECKING:
    from aili.engines.llm.ledger import Total


@click.command()
@click.option("--library", metavar="FILE", help="Another library than your own.")
@click.option("--json", "as_json", is_flag=True, help="Print the values as JSON.")
def usage(library: str | None, as_json: bool) -> None:
    """Show what language models have cost: requests, tokens and price by month and engine."""
    from aili.engines.llm import ledger  # here, as below: `aili --help` needs none of it
    from aili.pipeline import usage_path

    totals = ledger.totals(ledger.read(usage_path(configured({"library": library}))))
    if as_json:
        from aili import codec
        from aili.cli.output import write

        write(codec.encode(totals, indent=2).decode(), "")
        return
    rows = [
        (
            total.month,
            total.engine,
            f"{total.requests:,}",
            f"{total.input_tokens:,}",
            f"{total.output_tokens:,}",
            _price(total),
        )
        for total in totals
    ]
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(row))
        return
    if not rows:
        click.echo("No language model has been asked yet.", err=True)
        return
    table = [("MONTH", "ENGINE", "REQUESTS", "TOKENS IN", "OUT", "PRICE"), *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _price(total: Total) -> str:
    known = "" if total.dollars is None else ("none" if total.price == OWN else money(total.dollars))
    if not total.unpriced:
        return known
    if not known:
        return "price not known"
    requests = "1 request" if total.unpriced == 1 else f"{total.unpriced:,} requests"
    return f"{known}, and {requests} whose price is not known"

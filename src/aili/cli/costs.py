"""What a digest by a language model will cost, and has cost, in words; and how long one on this machine will take."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from aili.cli.exits import say
from aili.cli.output import write

if TYPE_CHECKING:
    from aili.digest import Provenance
    from aili.engines import Plan
    from aili.events import Expected

LONG = 20.0  # seconds of waiting that are worth a warning
OWN = "own machine"  # ``Usage.price`` where nobody asks for money


def tell_cost(provenance: Provenance, *, kept: bool) -> None:
    """Say on a terminal what a digest or an answer has cost, or that it was ``kept``; nothing where no model was asked."""
    usage, engine = provenance.usage, provenance.engine
    if not sys.stderr.isatty():
        return
    if kept:
        say(f"{engine} wrote this earlier, and it was kept: nothing was asked now. --refresh asks again.", 0)
    elif usage.requests:
        asked = "1 request" if usage.requests == 1 else f"{usage.requests:,} requests"
        tokens = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
        who = "What failed" if engine == "embedded" else engine  # which stepped in
        say(f"{who}: {asked}, {tokens}, {price(usage.dollars, usage.price)}.", 0)


def tell_wait(expected: Expected, allowed: float) -> None:
    """Say how long a model on this machine will take, where that is long; ``allowed`` are the seconds that it has."""
    if expected.seconds >= LONG:
        speed = f"{expected.tokens_per_second:,.1f} tokens a second"
        late = f" draft_seconds allows {duration(allowed)}: raise it." if expected.seconds > allowed else ""
        say(f"This will take about {duration(expected.seconds)}: the model writes {speed} on this machine.{late}", 0)


def price(dollars: float | None, source: str) -> str:
    """A price and the list that it is from, in words; never a zero where it is not known."""
    if source == OWN:
        return "at no price: it runs on this machine"
    return "price not known" if dollars is None else f"{money(dollars)} by {source}"


def money(dollars: float) -> str:
    """US dollars with as many digits as tell something: ``$1.20``, ``$0.0013``."""
    return f"${dollars:,.2f}" if dollars >= 1 or not dollars else f"${dollars:,.4f}"


def duration(seconds: float) -> str:
    """A time as people say it: ``40 seconds``, ``4 minutes``, ``2 hours``."""
    if seconds < 90:
        return f"{max(1, round(seconds / 10) * 10 if seconds > 20 else round(seconds))} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 90 else f"{round(minutes / 60)} hours"


def show_plan(plan: Plan, *, as_json: bool, output: str) -> None:
    """Write what would be asked: requests, tokens and price, then the prompts."""
    if as_json:
        from aili import codec  # here: text needs none of it

        write(codec.encode(plan, indent=2).decode(), output)
        return
    seen = len(plan.prompts)
    more = f"; {plan.requests - seen:,} more depend on their answers" if plan.requests > seen else ""
    head = [
        f"Engine: {plan.engine}",
        f"Requests: {plan.requests:,}{more}",
        f"Tokens: at most about {plan.input_tokens:,} in, {plan.output_tokens:,} out",
        f"Price: {'' if plan.dollars is None or plan.price == OWN else 'at most about '}{price(plan.dollars, plan.price)}",
    ]
    if plan.kept:
        head.append("Nothing would be asked: the answer was kept from earlier. --refresh asks again.")
    parts = ["\n".join(head)]
    for number, prompt in enumerate(plan.prompts, 1):
        parts.append(f"--- Prompt {number} of {seen} ---\n{prompt}")
    write("\n\n".join(parts), output)

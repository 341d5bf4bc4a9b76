"""What the requests of one digest cost: counted, written down, and bounded before each is sent.

Before a request is sent, the most that it can cost is set aside: its prompt by a safe estimate and every token that it may
write. So a limit holds whatever a model does, also with several requests under way at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic_ai.usage import RequestUsage

from aili.digest import Usage
from aili.engines import EngineOptions
from aili.engines.llm import ledger
from aili.engines.llm.prices import Tariff, tariff
from aili.engines.llm.providers import Place
from aili.errors import EngineError


class CostError(EngineError):
    """A request was not sent, since it could have cost more than the reader allows."""


@dataclass
class Spending:
    """The bill of one digest by ``engine``; ``most`` US dollars (0: no limit), each request written to ``file``.

    ``tell`` gets all that was spent so far after each request.
    """

    engine: str = ""
    tariff: Tariff = field(default_factory=Tariff)
    most: float = 0.0
    file: str = ""
    tell: Callable[[Usage], None] | None = None
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    _dollars: float = 0.0
    _held: float = 0.0  # set aside for requests under way

    @property
    def usage(self) -> Usage:
        """All requests so far."""
        return Usage(
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            dollars=round(self._dollars, 8) if self.tariff.source else None,
            requests=self.requests,
            price=self.tariff.source,
        )

    def hold(self, input_tokens: int, output_tokens: int) -> float:
        """Set aside what a request of at most so many tokens can cost, and return it; raises CostError."""
        if not self.most:
            return 0.0
        cost = self.tariff.dollars(RequestUsage(input_tokens=input_tokens, output_tokens=output_tokens))
        if cost is None:
            raise CostError(
                f"The price of {self.engine} is not known, so that max_cost could not be kept.",
                hint="Leave max_cost out for this model, or use another one.",
            )
        gone = self._dollars + self._held
        if gone + cost > self.most:
            spent = f", and {money(gone)} are spent or set aside" if gone else ""
            raise CostError(
                f"The next request to {self.engine} could cost {money(cost)}{spent}: more than max_cost allows.",
                hint=f"It is {money(self.most)}; raise it, or choose a shorter length or a cheaper model.",
            )
        self._held += cost
        return cost

    def settle(self, held: float, usage: RequestUsage | None, *, estimated: bool = False) -> None:
        """Give back what was ``held`` and count what a request used; None where it was not even begun to be answered."""
        self._held = max(0.0, self._held - held)
        if usage is None:
            return
        dollars = self.tariff.dollars(usage)
        self.requests += 1
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self._dollars += dollars or 0.0
        if self.file:
            entry = ledger.Entry(
                time=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                engine=self.engine,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                dollars=dollars,
                price=self.tariff.source,
                estimated=estimated,
            )
            ledger.append(Path(self.file), entry)
        if self.tell is not None:
            self.tell(self.usage)


def spending(place: Place, engine: str, options: EngineOptions) -> Spending:
    """An empty bill for a digest by the model at ``place``."""
    return Spending(
        engine=engine,
        tariff=tariff(place),
        most=options.max_cost,
        file=options.usage_file,
        tell=options.on_usage,
    )


def money(dollars: float) -> str:
    """US dollars with as many digits as tell something: ``$1.20``, ``$0.0013``."""
    return f"${dollars:,.2f}" if dollars >= 1 or not dollars else f"${dollars:,.4f}"

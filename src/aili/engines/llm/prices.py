"""What a request costs: the list of prices that comes with the package genai-prices, which is asked without any network.

A price that is not in the list is not known, which is another thing than nothing. At a gateway the provider's own price
counts; whoever runs the model on this machine asks for none.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import ip_address
from urllib.parse import urlsplit

from genai_prices import calc_price
from pydantic_ai.usage import RequestUsage

from aili.engines.llm.providers import Place

OWN = "own machine"  # in place of a list of prices, where nobody asks for money


@dataclass(frozen=True, kw_only=True, slots=True)
class Tariff:
    """The prices of one model; ``source`` says where they stand and is empty where they are not known."""

    provider: str = ""
    model: str = ""
    source: str = ""

    def dollars(self, usage: RequestUsage) -> float | None:
        """US dollars for one request; None where the price is not known."""
        if self.source == OWN:
            return 0.0
        if not self.source:
            return None
        return float(calc_price(usage, self.model, provider_id=self.provider).total_price)


def tariff(place: Place) -> Tariff:
    """The prices of the model at ``place``."""
    if _runs_here(place):
        return Tariff(source=OWN)
    found = Tariff(provider=place.provider.name, model=place.model, source=f"genai-prices {version('genai-prices')}")
    try:
        found.dollars(RequestUsage(input_tokens=1, output_tokens=1))
    except LookupError:
        return Tariff()
    return found


def _runs_here(place: Place) -> bool:
    """Whether the model runs on this machine; Ollama passes those called ``…-cloud`` on to its own."""
    if not place.provider.local or place.model.endswith("cloud"):
        return False
    host = urlsplit(place.address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""Who runs language models: how each is called, spoken to and paid, as one row a provider.

OpenRouter, Mistral, Groq and Ollama speak OpenAI's chat completions, so that three clients serve eight providers. Any of
them may be reached elsewhere, through a gateway or a server of one's own: ``MODEL@https://gateway.example/v1``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from aili.errors import UsageError, quoted

Wire = Literal["responses", "chat", "anthropic", "google"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """A row: ``label`` is what people call it, ``wire`` what it speaks at ``address``.

    ``example`` is one of its models. ``keyless`` where it asks for no key. ``local`` where the model runs on a machine of
    the user's: it may be long before its first word, reads little at once unless told otherwise, and writes best without
    chance.
    """

    name: str
    label: str
    wire: Wire
    address: str
    example: str
    keyless: bool = False
    local: bool = False


PROVIDERS = {
    row.name: row
    for row in (
        Provider(
            name="openai",
            label="OpenAI",
            wire="responses",
            address="https://api.openai.com/v1",
            example="gpt-5-mini",
        ),
        Provider(
            name="anthropic",
            label="Anthropic",
            wire="anthropic",
            address="https://api.anthropic.com",
            example="claude-sonnet-4-5",
        ),
        Provider(
            name="google",
            label="Google",
            wire="google",
            address="https://generativelanguage.googleapis.com",
            example="gemini-2.5-flash",
        ),
        Provider(
            name="openrouter",
            label="OpenRouter",
            wire="chat",
            address="https://openrouter.ai/api/v1",
            example="qwen/qwen3-32b",
        ),
        Provider(
            name="mistral",
            label="Mistral",
            wire="chat",
            address="https://api.mistral.ai/v1",
            example="mistral-small-latest",
        ),
        Provider(
            name="groq",
            label="Groq",
            wire="chat",
            address="https://api.groq.com/openai/v1",
            example="openai/gpt-oss-20b",
        ),
        Provider(
            name="ollama",
            label="Ollama",
            wire="chat",
            address="http://localhost:11434/v1",
            example="qwen3:4b",
            keyless=True,
            local=True,
        ),
        Provider(
            name="compatible",
            label="The server",
            wire="chat",
            address="",
            example="MODEL@http://localhost:8080/v1",
            keyless=True,
            local=True,
        ),
        Provider(
            name="local",
            label="The model",
            wire="chat",
            address="",  # known once it runs
            example="qwen3-4b",
            keyless=True,
            local=True,
        ),
    )
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A model and where it answers; ``elsewhere`` where that is not the provider's own address."""

    provider: Provider
    model: str
    address: str
    elsewhere: bool


def place(provider: Provider, text: str) -> Place:
    """What ``text``, the part after ``provider:``, names: ``MODEL`` or ``MODEL@ADDRESS``. Raises UsageError."""
    model, _, address = text.partition("@http")
    address = f"http{address}".rstrip("/") if address else ""
    if not model or model != model.strip() or not model.isprintable():
        raise UsageError(
            f"The engine {provider.name} needs the name of a model.",
            hint=f"Write -m {provider.name}:{provider.example}.",
        )
    if address:
        _demand_address(address)
    elif not provider.address:
        raise UsageError(
            f"The engine {provider.name} needs the address of a server.",
            hint=f"Write -m {provider.name}:{provider.example}.",
        )
    return Place(provider=provider, model=model, address=address or provider.address, elsewhere=bool(address))


def _demand_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or not address.isprintable() or " " in address:
        raise UsageError(
            f"{quoted(address.partition('@')[0])} is no address of a server.", hint="Write http://localhost:8080/v1."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        # What stands in an address is seen in process lists, shell histories and logs.
        raise UsageError(
            "The address of a server must hold no name, key or question mark.",
            hint="Put the key into COMPATIBLE_API_KEY or the key file.",
        )

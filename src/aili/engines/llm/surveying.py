"""What can write digests here: engines with a key, models on this machine, and whether a local Ollama answers.

Providers elsewhere are not asked: that a key is there is all that is said of them. Ollama is, in one bounded request to this
machine; what is found is mentioned, and used only when somebody names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from aili import models
from aili.engines.llm.credentials import found_key
from aili.engines.llm.providers import PROVIDERS, Provider
from aili.errors import AiliError
from aili.models.storage import folder_of, stored
from aili.settings import KEY_VARIABLES, Settings

SECONDS = 0.5  # that a server on this machine may take to say what it has
_MOST_BYTES = 1_000_000

State = Literal["ready", "no key", "not installed", "not running", "no model", "needs an address", "fault"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An engine: whether it can be used now, what was found in a sentence, and what to write after ``-m``."""

    name: str
    label: str
    state: State
    told: str
    choose: tuple[str, ...] = ()


def survey(settings: Settings, environ: Mapping[str, str]) -> Iterator[Found]:
    """Every engine; takes half a second at most, and asks nobody but this machine.

    Ollama is looked for where ``OLLAMA_HOST``, its own variable, says, if that is on this machine.
    """
    yield Found(
        name="embedded",
        label="aili's own",
        state="ready",
        told="Needs no key and sends nothing anywhere.",
        choose=("embedded",),
    )
    installed = find_spec("pydantic_ai") is not None
    for provider in PROVIDERS.values():
        if not installed:
            yield _found(provider, "not installed", "Run: pip install 'aili[llm]'")
        elif provider.name == "local":
            yield _local(provider, settings)
        elif provider.name == "ollama":
            yield _ollama(provider, environ.get("OLLAMA_HOST", ""))
        elif not provider.address:
            yield _found(provider, "needs an address", "Any server that speaks OpenAI's chat completions.")
        else:
            yield _hosted(provider, settings)


def _found(provider: Provider, state: State, told: str, choose: tuple[str, ...] = ()) -> Found:
    chosen = choose or (f"{provider.name}:{provider.example}",)
    return Found(name=provider.name, label=provider.label, state=state, told=told, choose=chosen)


def _hosted(provider: Provider, settings: Settings) -> Found:
    try:
        _, where = found_key(provider, keys=settings.keys, key_file=settings.key_file)
    except AiliError as error:
        return _found(provider, "fault", str(error))
    if not where:
        return _found(provider, "no key", f"Put one into {KEY_VARIABLES[provider.name][0]}.")
    return _found(provider, "ready", f"Its key is in {where}; it was not asked.")


def _ollama(provider: Provider, host: str) -> Found:
    address, named = _ollama_address(provider, host)
    try:
        names = _tags(address)
    except (OSError, ValueError):
        return _found(provider, "not running", "No Ollama answers on this machine.")
    if not names:
        return _found(provider, "no model", "It answers and has no model. Run: ollama pull qwen3:4b")
    suffix = f"@{address}/v1" if named else ""
    told = f"It answers on this machine and has {len(names):,} model{'' if len(names) == 1 else 's'}."
    return _found(provider, "ready", told, tuple(f"ollama:{name}{suffix}" for name in names))


def _ollama_address(provider: Provider, named: str) -> tuple[str, bool]:
    """Where Ollama would be on this machine, and whether ``named`` says so."""
    usual = provider.address.removesuffix("/v1")
    named = named.strip()
    try:
        parts = urlsplit(named if "://" in named else f"http://{named}")
        host, port = parts.hostname or "", parts.port or 11434
        here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return usual, False
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    return (address, True) if here else (usual, False)


def _tags(address: str) -> tuple[str, ...]:
    """Names of the models that Ollama has; raises OSError or ValueError where none answers."""
    opener = build_opener(ProxyHandler({}))  # no proxy stands between this machine and itself
    request = Request(f"{address}/api/tags", headers={"Accept": "application/json"})  # noqa: S310 (made above)
    with opener.open(request, timeout=SECONDS) as answer:
        table = json.loads(answer.read(_MOST_BYTES))
    listed = table.get("models") if isinstance(table, dict) else None
    if not isinstance(listed, list):
        raise ValueError(f"{address} is no Ollama")
    names = [entry.get("name") for entry in listed if isinstance(entry, dict)]
    return tuple(sorted(name for name in names if isinstance(name, str) and name.isprintable()))


def _local(provider: Provider, settings: Settings) -> Found:
    if find_spec("xllamacpp") is None:
        return _found(provider, "not installed", "Run: pip install 'aili[local]'")
    folder = folder_of(settings.models)
    here = tuple(f"local:{name}" for name, model in models.MODELS.items() if stored(model, folder).state == "here")
    if not here:
        return _found(provider, "no model", "Run: aili models pull qwen3-4b; or name a file: local:/path/model.gguf.")
    return _found(provider, "ready", f"{len(here):,} pulled; any other file: local:/path/model.gguf.", here)

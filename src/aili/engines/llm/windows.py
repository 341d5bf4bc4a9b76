"""How much a server of one's own reads and writes at once, as it says itself: each kind of server in its own way.

OpenAI's chat completions have no word for it. Asked are llama.cpp (``/props``), vLLM and its like (``/v1/models``), LM
Studio (``/api/v0/models``) and Ollama (``/api/ps`` for a model that is loaded, ``/api/show`` for one that is not), all at
once and for a second at most; what does not answer, or with something else, says nothing. Only what the server really gives
a model counts, never what the model could take.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from aili.engines.llm.providers import Place

SECONDS = 1.0
_MOST_BYTES = 4_000_000
_LEAST, _MOST = 256, 100_000_000  # tokens; what is outside is no window
_NUM_CTX = re.compile(r"^\s*num_ctx\s+(\d+)\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    """Where a kind of server tells its window, and how to read it there; ``shows`` where the model is named in the request.

    ``path`` is the server's, or, where it begins with a dot, that of its chat completions.
    """

    path: str
    read: Callable[[Any, str], Iterator[object]]
    shows: bool = False


def _props(table: Any, model: str) -> Iterator[object]:
    del model  # the server has one
    yield table["default_generation_settings"]["n_ctx"]


def _listed(field: str) -> Callable[[Any, str], Iterator[object]]:
    """Reads ``field`` of the model in a list of them."""

    def read(table: Any, model: str) -> Iterator[object]:
        models = table.get("data") or table.get("models")
        yield from (
            entry.get(field) for entry in models if model in (entry.get("id"), entry.get("model"), entry.get("name"))
        )

    return read


def _shown(table: Any, model: str) -> Iterator[object]:
    del model
    found = _NUM_CTX.search(table["parameters"])
    yield int(found[1]) if found else None


_SOURCES = {
    "compatible": (
        _Source(path="/props", read=_props),
        _Source(path="./models", read=_listed("max_model_len")),
        _Source(path="/api/v0/models", read=_listed("loaded_context_length")),
        _Source(path="/api/ps", read=_listed("context_length")),
        _Source(path="/api/show", read=_shown, shows=True),
    ),
    "ollama": (
        _Source(path="/api/ps", read=_listed("context_length")),
        _Source(path="/api/show", read=_shown, shows=True),
    ),
}


async def window(http: httpx2.AsyncClient, place: Place, key: str) -> int:
    """Tokens at once, 0 where the server does not say."""
    sources = _SOURCES.get(place.provider.name, ())
    if not sources:
        return 0
    told = await asyncio.gather(*(_asked(http, source, place, key) for source in sources))
    return next(filter(None, told), 0)


async def _asked(http: httpx2.AsyncClient, source: _Source, place: Place, key: str) -> int:
    server = place.address.removesuffix("/v1")
    address = f"{place.address}{source.path[1:]}" if source.path.startswith(".") else f"{server}{source.path}"
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    asking = http.stream(
        "POST" if source.shows else "GET",
        address,
        headers=headers,
        json={"model": place.model} if source.shows else None,
    )
    try:
        async with asyncio.timeout(SECONDS), asking as answer:
            if answer.status_code != 200:
                return 0
            data = bytearray()
            async for piece in answer.aiter_bytes():
                data += piece
                if len(data) > _MOST_BYTES:
                    return 0
        found = [value for value in source.read(json.loads(data), place.model) if type(value) is int]
    except (httpx2.HTTPError, TimeoutError, ValueError, LookupError, TypeError, AttributeError):
        return 0  # another kind of server, or none
    return next((value for value in found if _LEAST <= value <= _MOST), 0)

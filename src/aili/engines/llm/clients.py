"""From a place to a client that can ask its model: the only module that knows the providers' own libraries.

Each client is told its address and key, so that no variable of the environment decides where a key goes; none follows a
redirect, since two of the three libraries would take their key along; and none retries by itself, since retries have one
deadline (``attempts``).
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path

import httpx2
from pydantic_ai.models import Model

from aili.engines.llm.providers import Place
from aili.errors import UsageError

CONNECT_SECONDS = 10.0
NO_KEY = "none"  # servers without keys ignore it; the library wants something


@asynccontextmanager
async def connected(
    place: Place, key: str, *, seconds: float, ca_file: str
) -> AsyncIterator[tuple[Model, httpx2.AsyncClient]]:
    """The model at ``place`` and what reaches it, whose connections are closed at the end; a wait for bytes ends after
    ``seconds``.
    """
    timeout = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    async with _Client(timeout=timeout, verify=_trusted(place, ca_file)) as http:
        yield _model(place, key, http), http


class _Client(httpx2.AsyncClient):
    """An HTTP client that never follows a redirect, whatever the library that uses it asks for."""

    async def send(
        self, request: httpx2.Request, *, stream: bool = False, auth: object = None, follow_redirects: object = False
    ) -> httpx2.Response:
        del auth, follow_redirects  # no library here uses the first; the second is why this class is here
        return await super().send(request, stream=stream, follow_redirects=False)


def _trusted(place: Place, ca_file: str) -> ssl.SSLContext:
    """Who may vouch for a server; nobody where none is asked over TLS: to read the list of those who may takes 50 ms."""
    if place.address.startswith("http://"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        changed = Path(ca_file).stat().st_mtime_ns if ca_file else 0
    except OSError:
        changed = 0
    return _authorities(ca_file, changed)


@lru_cache(maxsize=1)
def _authorities(ca_file: str, changed: int) -> ssl.SSLContext:
    del changed  # another version of the file is read again
    context = httpx2.create_ssl_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"The file of certificate authorities {ca_file} cannot be read: {error}.") from error
    return context


def _model(place: Place, key: str, http: httpx2.AsyncClient) -> Model:
    name, address = place.model, place.address
    match place.provider.wire:
        case "responses":
            from pydantic_ai.models.openai import OpenAIResponsesModel
            from pydantic_ai.providers.openai import OpenAIProvider

            openai = OpenAIProvider(base_url=address, api_key=key or NO_KEY, http_client=http)
            return OpenAIResponsesModel(name, provider=openai)
        case "anthropic":
            from pydantic_ai.models.anthropic import AnthropicModel
            from pydantic_ai.providers.anthropic import AnthropicProvider

            anthropic = AnthropicProvider(base_url=address, api_key=key or NO_KEY, http_client=http)
            return AnthropicModel(name, provider=anthropic)
        case "google":
            from pydantic_ai.models.google import GoogleModel
            from pydantic_ai.providers.google import GoogleProvider

            google = GoogleProvider(base_url=address, api_key=key or NO_KEY, http_client=http)
            return GoogleModel(name, provider=google)
        case "chat":
            from pydantic_ai.models.openai import OpenAIChatModel
            from pydantic_ai.profiles.openai import OpenAIModelProfile
            from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

            profile = OpenAIModelProfile(
                supports_json_schema_output=True,
                supports_json_object_output=True,
                openai_chat_supports_max_completion_tokens=False,  # Mistral refuses that name; all take the older one
            )
            compatible = OpenAICompatibleProvider(
                place.provider.name, base_url=address, api_key=key or NO_KEY, http_client=http, profile=profile
            )
            return OpenAIChatModel(name, provider=compatible)

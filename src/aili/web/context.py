"""What every request can reach: the library, the settings, how the server is bound, and the worker that makes digests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from starlette.requests import HTTPConnection

from aili.library import Library
from aili.settings import Settings
from aili.web.once import Once


@dataclass(frozen=True, kw_only=True, slots=True)
class Serving:
    """How the server is bound. ``login`` is False only on loopback, where whoever reaches it is the owner.

    ``hosts`` are the names (without port) that it answers to, ``origin`` its public address without a slash at the end;
    empty where it is whatever the request was sent to.
    """

    host: str = "127.0.0.1"
    port: int = 8017
    login: bool = False
    origin: str = ""
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost", "::1"})
    trusted_proxies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Held by the application's state as ``context``."""

    library: Library
    settings: Settings
    serving: Serving
    once: Once = field(default_factory=Once)


def context(connection: HTTPConnection) -> Context:
    """The context of the application that answers this request."""
    return cast(Context, connection.app.state.context)


def address_of(connection: HTTPConnection, path: str = "") -> str:
    """Absolute address of ``path`` (which begins with a slash) as the reader's browser knows it."""
    origin = context(connection).serving.origin or f"{connection.url.scheme}://{connection.url.netloc}"
    return f"{origin}{path}"

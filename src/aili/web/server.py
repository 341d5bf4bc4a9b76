"""Runs the web app on a socket: limits on what a client may send and hold open, and an end within seconds.

uvicorn with httptools has no limit on a request's head and none on the time it may take; ``Guarded`` adds both. Measured on
2 cores: a head of 64 KiB holds every cookie and address that the pages make, and 20 s serve a phone on a bad line.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from aili.errors import UsageError, quoted
from aili.settings import Settings
from aili.web.context import Serving

if TYPE_CHECKING:
    from fastapi import FastAPI

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HEAD_BYTES = 65_536  # of a request line and its headers
HEAD_SECONDS = 20.0  # from a request's first byte to the end of its headers
CONNECTIONS = 1_000  # at once; more are answered 503
KEEP_ALIVE = 10  # seconds that a connection may idle between requests
GRACE = 1  # seconds that open answers have when the server ends; a stream of events never ends by itself
TRIES = 20  # ports tried after the usual one


class Guarded(HttpToolsProtocol):
    """uvicorn's protocol with a limit on the size and the time of a request's head."""

    _head = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Give the first request its time."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._head_arrived()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins, perhaps while the one before is still answered."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """The head is here."""
        self._head_arrived()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a head that has not ended, and end the connection where they are too many."""
        super().data_received(data)
        if self._timer is None:
            return
        self._head += len(data)
        if self._head > HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\r\n")
            self.transport.close()

    def _await_head(self) -> None:
        self._head_arrived()
        self._head = 0
        self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _head_arrived(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def loopback(host: str) -> bool:
    """Whether ``host``, a name or an address, is reached from this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def listen(host: str, port: int, *, search: bool = False) -> socket.socket:
    """A listening socket; with ``search``, on the next free port where ``port`` is taken. Port 0 is any free one.

    Raises UsageError that says what is in the way.
    """
    for candidate in range(port, port + (TRIES if search and port else 0) + 1):
        try:
            return _bound(host, candidate)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            raise UsageError(
                f"The server cannot listen on {host}, port {candidate}: {error.strerror or error}.",
                hint="Choose another with --host and --port; ports below 1024 belong to the system.",
            ) from error
        except OverflowError as error:
            raise UsageError(f"There is no port {candidate}.", hint="Ports go from 1 to 65535.") from error
    raise UsageError(
        f"Port {port} on {host} is in use by another program, perhaps by another aili.",
        hint=f"Open http://{host}:{port} to see, or choose another: aili serve --port {port + 1}.",
    )


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere it would let two servers have one port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(1024)
    except BaseException:
        made.close()
        raise
    return made


def serving_of(settings: Settings, port: int, *, login: bool = False) -> Serving:
    """How a server with these settings is bound; it asks people to sign in wherever others could reach it.

    That is on every address but loopback, and behind a ``public_url``. Raises UsageError where that is no web address.
    """
    public = urlsplit(settings.public_url)
    if settings.public_url and (public.scheme not in ("http", "https") or not public.hostname or public.query):
        raise UsageError(
            f"{quoted(settings.public_url)} is no address that a server could have.",
            hint="Write https://aili.example.org.",
        )
    if public.path.strip("/"):
        raise UsageError(
            f"The public address {quoted(settings.public_url)} has a path.", hint="Give aili a host name of its own."
        )
    origin = f"{public.scheme}://{public.netloc}".lower() if settings.public_url else ""
    named = {(public.hostname or ""), *map(_host_of, settings.allow_origins)}
    if not settings.host or settings.host in ("0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
        own: set[str] = set()
    else:
        own = {settings.host.strip("[]").lower()}
    return Serving(
        host=settings.host,
        port=port,
        login=login or not loopback(settings.host) or bool(origin and not loopback(public.hostname or "")),
        origin=origin,
        hosts=frozenset(LOOPBACK | own | named) - {""},
        trusted_proxies=settings.trusted_proxies,
    )


def _host_of(entry: str) -> str:
    """The name in ``example.org``, ``example.org:8080`` or ``https://example.org``."""
    return urlsplit(entry if "://" in entry else f"//{entry}").hostname or ""


def address(serving: Serving) -> str:
    """Where this machine's own browser finds the server."""
    if serving.host in ("", "0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
        return f"http://127.0.0.1:{serving.port}"
    host = serving.host.strip("[]")
    return f"http://[{host}]:{serving.port}" if ":" in host else f"http://{host}:{serving.port}"


class Ending(uvicorn.Server):
    """A server that says when it is ready and, told to end, ends within seconds and returns to whoever ran it.

    uvicorn's own sends itself the signal once more, which would end the process before the library is closed.
    """

    def __init__(self, app: FastAPI, *, ready: Callable[[], object] = int, log: bool = False) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Guarded,
                loop="asyncio",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=log,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=CONNECTIONS,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End at Ctrl-C and SIGTERM while this runs; in a thread that is not the main one, only when told otherwise."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

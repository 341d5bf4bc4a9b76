"""The connection under httpx2: one resolution, one check, one deadline, and a socket to the very address that was checked.

A check before the request would be worth nothing, since a name may resolve anew, to a private address, when the
connection is made (DNS rebinding); and httpx2's own timeouts bound each read, so that a server which drips one byte a
second is never late. Both are therefore decided here, at the socket. The host name stays for TLS and the Host header.
"""
# ruff: noqa: ARG002 (httpcore2 names the parameters, and passes timeouts of its own, which the deadline replaces)

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache

import httpcore2
import httpx2

from aili.errors import DeadlineError, NetworkError, UsageError, quoted
from aili.sources import Limits, Resolver
from aili.sources.web.addresses import Allowed, checked

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class Deadline:
    """The moment at which a whole exchange must be over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, more than 0; raises DeadlineError where none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.error()
        return left

    def error(self) -> DeadlineError:
        """What to raise where the moment has passed."""
        return DeadlineError(
            f"The server took longer than {self.seconds:g} seconds.",
            hint="Try again later, or raise the setting fetch_seconds.",
            seconds=self.seconds,
        )


class Transport(httpx2.BaseTransport):
    """Sends the requests of one fetch over guarded connections."""

    def __init__(self, limits: Limits, deadline: Deadline) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_trust(limits.ca_file), network_backend=_Backend(limits, deadline), http2=False
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; errors are those of httpcore2 and aili's own."""
        url = request.url
        response = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        )
        return httpx2.Response(status_code=response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, limits: Limits, deadline: Deadline) -> None:
        self._sockets = httpcore2.SyncBackend()
        self._allowed = Allowed.of(limits.allow_hosts)
        self._resolver = limits.resolver
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.NetworkStream:
        *others, last = checked(host, port, _resolve(self._resolver, host, port, self._deadline), self._allowed)
        for position, address in enumerate(others):
            try:
                return self._connect(address, port, left=len(others) + 1 - position)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connect(last, port, left=1)

    def _connect(self, address: str, port: int, *, left: int) -> httpcore2.NetworkStream:
        # Each address gets its share of the time: a first one that swallows packets must not use it all.
        share = self._deadline.remaining() / left
        return _Stream(self._sockets.connect_tcp(address, port, timeout=share), self._deadline)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=self._deadline.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=self._deadline.remaining())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, timeout=self._deadline.remaining())
        except BaseException:  # httpcore2 does not close what it was given no connection for
            self._stream.close()
            raise
        return _Stream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _resolve(resolver: Resolver, host: str, port: int, deadline: Deadline) -> tuple[str, ...]:
    """Ask ``resolver`` in a thread, since the operating system's cannot be interrupted; a late answer is dropped."""
    answers: list[tuple[str, ...]] = []
    failures: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            answers.append(resolver(host, port))
        except (OSError, UnicodeError) as error:  # UnicodeError: a label too long for a host name
            failures.append(error)

    thread = threading.Thread(target=ask, name="aili-resolve", daemon=True)
    thread.start()
    thread.join(deadline.remaining())
    if answers and answers[0]:
        return answers[0]
    if thread.is_alive():
        raise deadline.error()
    raise NetworkError(
        f"The host {host} cannot be found.", hint="Check the spelling and the connection to the network."
    ) from (failures[0] if failures else None)


@lru_cache(maxsize=8)  # measured: 28 ms of processor time to load the system's authorities
def _trust(ca_file: str) -> ssl.SSLContext:
    context = httpx2.create_ssl_context(trust_env=False)
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:  # ssl.SSLError is one too
            raise UsageError(
                f"The certificate authorities in {quoted(ca_file)} cannot be read: {error.strerror or error}."
            ) from error
    return context

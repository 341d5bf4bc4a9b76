"""A real web server on loopback for tests: answers from a table of routes, keeps what it was asked, counts connections.

    with serve({"/a": page("<p>Hello"), "/slow": drip}) as server:
        ... server.url("/a"), server.requests, server.connections

A route is a ``Page`` or a function that is given the ``Exchange`` and writes what it likes, bytes that are no HTTP
included. With ``tls=True`` the server shows a certificate of the authority in ``server.ca_file``.
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from tempfile import TemporaryDirectory
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Page:
    """A whole answer; Content-Length is added unless the headers name one, or Transfer-Encoding."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def page(text: str, *, status: int = 200, media_type: str = "text/html; charset=utf-8", **headers: str) -> Page:
    """An answer in UTF-8; ``retry_after="5"`` becomes the header Retry-After."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return Page(body=text.encode(), status=status, headers={"Content-Type": media_type, **named})


def redirect(target: str, *, status: int = 302) -> Page:
    """An answer that sends the client to ``target``."""
    return Page(status=status, headers={"Location": target})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as the server saw it; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Exchange(BaseHTTPRequestHandler):
    """One request under way: ``asked`` is the request, ``stopping`` is set when the server is to end."""

    protocol_version = "HTTP/1.1"
    server: Server
    asked: Asked

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    @property
    def stopping(self) -> threading.Event:
        return self.server.stopping

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.connection.close()

    def _answer(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked = Asked(method=self.command, path=self.path, headers=headers, body=self.rfile.read(length))
        self.server.requests.append(self.asked)
        route = self.server.routes.get(self.path.partition("?")[0], Page(status=404))
        if isinstance(route, Page):
            self._send(route)
        else:
            self.close_connection = True
            route(self)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815 (the names http.server looks for)

    def _send(self, answer: Page) -> None:
        self.send_response(answer.status)
        names = {name.lower() for name in answer.headers}
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if not names & {"content-length", "transfer-encoding"} and answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's own)
        """Keep the tests' output clean."""


Route = Page | Callable[[Exchange], None]


class Server(ThreadingHTTPServer):
    """The server; ``connections`` counts every TCP connection, those without a request too."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, routes: Mapping[str, Route], host: str, context: ssl.SSLContext | None) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        self.routes = dict(routes)
        self.requests: list[Asked] = []
        self.connections = 0
        self.failures: list[BaseException] = []
        self.stopping = threading.Event()
        self.ca_file = ""
        self._context = context
        super().__init__((host, 0), Exchange)

    def server_bind(self) -> None:
        # HTTPServer's own looks the host's name up, which takes seconds on machines without a resolver.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.port

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str = "/", *, host: str = "") -> str:
        """Address of ``path`` on this server, by the address it listens on or by another name for it."""
        own = str(self.server_address[0])
        host = host or (f"[{own}]" if ":" in own else own)
        return f"{'https' if self._context else 'http'}://{host}:{self.port}{path}"

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def finish_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        assert isinstance(request, socket.socket)
        if self._context is not None:
            # In the connection's own thread, so that one client that is slow to shake hands does not stop the others.
            with self._context.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, client_address)
        else:
            super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        # A client that hangs up is what many tests are about; anything else is a mistake in the test.
        if error is not None and not isinstance(error, OSError | ValueError):
            self.failures.append(error)


@contextmanager
def serve(routes: Mapping[str, Route], *, host: str = "127.0.0.1", tls: bool = False) -> Iterator[Server]:
    """Run a server in a thread until the block ends; raises what a route of the test itself raised."""
    with TemporaryDirectory() as directory:
        context, ca_file = _certificate(Path(directory), host) if tls else (None, "")
        server = Server(routes, host, context)
        server.ca_file = ca_file
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
            server.server_close()
            thread.join()
    if server.failures:
        raise server.failures[0]


def _certificate(directory: Path, host: str) -> tuple[ssl.SSLContext, str]:
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, "localhost", "pages.example").configure_cert(context)
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    return context, str(directory / "ca.pem")

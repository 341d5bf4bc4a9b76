"""The gate that every request passes: which host was meant, who is in between, which site it comes from, how much it brings.

Plain ASGI: a middleware that collects answers would hold up streams of events. What each check holds off is in
docs/serving.md; ``identity.genuine`` adds the secret that forms bring back.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from contextlib import suppress
from typing import TypeAlias
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aili.errors import AiliError, UsageError
from aili.web.context import Serving, context
from aili.web.failures import answer
from aili.web.identity import SAFE, bearer, keep_session, known_person

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
# Referrer-Policy is same-origin and not no-referrer: under that one browsers send the Origin "null" with our own forms.
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000"
PUBLIC = ("/s/", "/feeds/", "/static/")  # what other sites may show or link as an image
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
UPLOADS = ("/jobs", "/library", "/api/v1/")  # where a whole document or library may be sent
MEGABYTE = 1_000_000
DRAIN_SECONDS = 5.0  # a browser reads an answer only when it has sent what it wanted to send
BODY_SECONDS = 30.0  # between two pieces of what is sent; who sends slower only holds a connection


def install(app: FastAPI, serving: Serving) -> None:
    """Put the gate in front of the application; raises UsageError for a trusted proxy that is no address."""
    app.add_middleware(Gate, serving=serving, proxies=networks(serving.trusted_proxies))


def networks(entries: Iterable[str]) -> tuple[Network, ...]:
    """The addresses and networks that settings name; raises UsageError."""
    try:
        return tuple(ipaddress.ip_network(entry, strict=False) for entry in entries)
    except ValueError as error:
        raise UsageError(
            f"The setting trusted_proxies holds what is no address: {error}.", hint="Write 10.0.0.2 or 10.0.0.0/24."
        ) from error


class Gate:
    """ASGI middleware around everything, errors included."""

    def __init__(self, app: ASGIApp, *, serving: Serving, proxies: tuple[Network, ...]) -> None:
        self._app = app
        self._serving = serving
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it with what is wrong with it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        forwarded(scope, self._proxies)
        request = Request(scope, receive)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                dress(request, message, secure=scope["scheme"] == "https" or self._serving.origin.startswith("https:"))
            await send(message)

        limit = room(request)
        refusal = (
            misdirected(request, self._serving) or foreign(request, self._serving) or await oversized(request, limit)
        )
        if refusal is None:
            await self._app(scope, counted(receive, limit), dressed)
            return
        if request.method not in SAFE:
            await drain(receive)
        await answer(request, refusal)(scope, receive, dressed)


def forwarded(scope: Scope, proxies: tuple[Network, ...]) -> None:
    """Put the client that trusted proxies speak for in the place of the peer, and the scheme that it used.

    The list is read from its end, where the nearest proxy wrote, up to the first address that is not trusted: whatever a
    client wrote itself stands before that.
    """
    peer = scope["client"][0] if scope.get("client") else ""
    if not _among(peer, proxies):
        return
    headers = Headers(scope=scope)
    hops = [hop.strip() for line in headers.getlist("x-forwarded-for") for hop in line.split(",")]
    while hops and _among(peer, proxies):
        named = _address(hops.pop())
        if not named:
            break
        peer = named
    scope["client"] = (peer, 0)
    scheme = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
    if scheme in ("http", "https"):
        scope["scheme"] = scheme


def misdirected(request: Request, serving: Serving) -> HTTPException | None:
    """Whether the request was meant for this server: against DNS rebinding, and a proxy in front of an open library."""
    named = request.headers.getlist("host")
    if len(named) != 1:
        return HTTPException(400, "The request does not name one host.")
    host = _hostname(named[0])
    if host not in serving.hosts and not (serving.login and _address(host)):
        return HTTPException(
            421,
            f"This server does not answer to the name {host or named[0]!r}. "
            "Its owner can add it: aili serve --public-url https://NAME, or the setting allow_origins.",
        )
    if not serving.login and any(name in request.headers for name in FORWARDED):
        return HTTPException(
            403,
            "This request came through a proxy, and the server asks nobody to sign in. "
            "Start it with aili serve --login, or with --public-url and the address that others use.",
        )
    return None


def foreign(request: Request, serving: Serving) -> HTTPException | None:
    """Whether another site sends the request: a change in somebody's name, or a page that it would look into.

    Fetch Metadata says it where the browser sends it (W3C, Fetch Metadata Request Headers), else Origin does (RFC 6454). A
    program with a token is no browser that could be misled: another site cannot send one.
    """
    headers = request.headers
    if bearer(request):
        return None
    site = headers.get("sec-fetch-site", "same-origin")
    if request.method in SAFE:
        followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") in (None, "document")
        if site in ("same-origin", "none") or followed or request.url.path.startswith(PUBLIC):
            return None
    elif site in ("same-origin", "none") and _ours(headers.get("origin"), request, serving):
        return None
    return HTTPException(403, "Another site sent this request. Open the page on this server and send it from there.")


def _ours(origin: str | None, request: Request, serving: Serving) -> bool:
    if origin is None:
        return True
    if origin == "null":  # a page that hides where it comes from; the browser itself says that it is ours, or it is not
        return request.headers.get("sec-fetch-site") == "same-origin"
    host = request.headers["host"].lower()
    return origin.lower() in {serving.origin, f"{request.url.scheme}://{host}", f"https://{host}"} - {""}


def room(request: Request) -> int:
    """How many bytes the request may bring."""
    if request.url.path.startswith(UPLOADS):
        return int(
            (context(request).settings.fetch_megabytes + 1) * MEGABYTE
        )  # one more for what is around the document
    return MEGABYTE


async def oversized(request: Request, limit: int) -> HTTPException | None:
    """Whether the request announces too much; from strangers, anything that is more than a form."""
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit():
        return HTTPException(400, "The request does not say properly how long it is.")
    large = int(length) > MEGABYTE or "transfer-encoding" in request.headers
    if large and limit > MEGABYTE and not await run_in_threadpool(_known, request):
        return HTTPException(401, "Nobody is signed in. Sign in, then send the document.")
    if int(length) > limit:
        return too_large(limit)
    return None


def too_large(limit: int) -> HTTPException:
    """What is said of a request that brings more than ``limit`` bytes."""
    if limit > MEGABYTE:
        most = (limit - MEGABYTE) / MEGABYTE
        said = f"This is larger than {most:g} MB, the most that can be handed in. Hand in the part of it that matters."
    else:
        said = f"This is more than the {limit / MEGABYTE:g} MB that may be sent here."
    return HTTPException(413, said, {"Connection": "close"})


def counted(receive: Receive, limit: int) -> Receive:
    """``receive`` that stops where more bytes come than were allowed, whatever was announced, or none for too long."""
    seen, more = 0, True

    async def receive_within() -> Message:
        nonlocal seen, more
        if not more:
            return await receive()  # waits for the client to hang up, as long as it takes to answer
        try:
            async with asyncio.timeout(BODY_SECONDS):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, "The rest of the request did not come.", {"Connection": "close"}) from error
        seen += len(message.get("body", b""))
        more = bool(message.get("more_body"))
        if seen > limit:
            raise too_large(limit)
        return message

    return receive_within


async def drain(receive: Receive) -> None:
    """Take what a refused client is still sending, for a while, so that it reads why it was refused."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while (await receive()).get("more_body"):
                pass


def dress(request: Request, message: Message, *, secure: bool) -> None:
    """Add to an answer's head the headers that it does not set itself, and prolong the browser's session."""
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if secure:
        headers.setdefault("Strict-Transport-Security", HSTS)
    cookie = getattr(request.state, "cookie", "")
    if cookie and "set-cookie" not in headers:
        kept = Response()
        keep_session(request, kept, cookie)
        headers.append("Set-Cookie", kept.headers["set-cookie"])


def _known(request: Request) -> bool:
    try:
        return known_person(request) is not None
    except AiliError:
        return False  # the library cannot be asked; the request itself will say so, without the upload


def _among(address: str, proxies: tuple[Network, ...]) -> bool:
    try:
        return any(ipaddress.ip_address(address) in network for network in proxies)
    except ValueError:
        return False


def _address(text: str) -> str:
    """The IP address in ``1.2.3.4``, ``1.2.3.4:80``, ``::1`` or ``[::1]:80``; empty where there is none."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return ""


def _hostname(netloc: str) -> str:
    """The name in a Host header, without port, in lower case; empty where it is none."""
    try:
        parts = urlsplit(f"//{netloc}")
        return (parts.hostname or "").rstrip(".") if parts.netloc == netloc and "@" not in netloc else ""
    except ValueError:
        return ""

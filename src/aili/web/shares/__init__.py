"""What whoever has a link sees: the shared digest, its picture for messengers, the single file, and a person's public feed.

Plain routes without a person: nothing here asks who reads, and nothing depends on it. Whether a link is open is read from
the library on every request, so that a revoked one is gone at once; what it shows is made once and kept in memory. That one
read happens in the loop itself: measured, it takes 0.3 ms of a core there and 0.9 ms by way of a thread, and readers of a
library in WAL mode wait for no writer.
"""

from __future__ import annotations

from collections.abc import Mapping

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aili.errors import NotFoundError
from aili.library.shares import Standing
from aili.renderers import render
from aili.web.cards import card
from aili.web.context import address_of, context
from aili.web.pages.digest import disposition
from aili.web.shares.feed import feed
from aili.web.shares.showing import Shelf, Shown, public, show_page, shown
from aili.web.templating import environment

router = APIRouter()

SHELF_BYTES = 32_000_000  # of finished pages, cards and feeds: about 2,000 pages
MAKING = 2  # things made at a time; a card takes 20 ms of a core, a page 3 ms
# Kept by the reader's browser only, and asked for again each time: what is revoked must not open from anybody's cache.
AGAIN = "private, no-cache"
NEVER_INDEXED: Mapping[str, str] = {"X-Robots-Tag": "noindex"}
NOTHING: Mapping[str, str] = {}


class Desk:
    """Where an application keeps what it has made for open links."""

    def __init__(self, gone: bytes) -> None:
        self.shelf = Shelf(SHELF_BYTES)
        self.limiter = CapacityLimiter(MAKING)
        self.gone = gone


def _desk(request: Request) -> Desk:
    """The application's desk; made by its first request, in the loop whose limiter it has."""
    state = request.app.state
    if not hasattr(state, "desk"):
        template = environment().get_template("share_gone.html")
        state.desk = Desk(template.render(brand=context(request).settings.brand).encode())
    desk: Desk = state.desk
    return desk


async def page(request: Request) -> Response:
    """The share page."""
    return await _answer(request, "page", "text/html; charset=utf-8")


async def picture(request: Request) -> Response:
    """The card image; other sites may show it."""
    return await _answer(request, "card", "image/png", {"Cross-Origin-Resource-Policy": "cross-origin"})


async def download(request: Request) -> Response:
    """The digest as one file that works offline."""
    return await _answer(request, "file", "text/html; charset=utf-8")


async def atom(request: Request) -> Response:
    """The public feed of an account."""
    held, desk = context(request), _desk(request)
    try:
        account, shares = held.library.shares.feed(request.path_params["secret"])
    except NotFoundError:
        return _gone(request)
    key = ("feed", account, shares, address_of(request))
    made = desk.shelf.get(key)
    if made is None:
        made = await to_thread.run_sync(lambda: feed(request, account, shares), limiter=desk.limiter)
        desk.shelf.put(key, made)
    return _sent(request, made, "application/atom+xml; charset=utf-8", NEVER_INDEXED)


async def nothing(request: Request) -> Response:
    """Any other address here: the same answer as for a link that was revoked."""
    return _gone(request)


async def _answer(request: Request, kind: str, media_type: str, extra: Mapping[str, str] = NOTHING) -> Response:
    desk = _desk(request)
    try:
        standing = context(request).library.shares.standing(request.path_params["token"])
        made = desk.shelf.get((kind, standing, address_of(request)))
        if made is None:
            made = await to_thread.run_sync(lambda: _made(request, kind, standing), limiter=desk.limiter)
    except NotFoundError:
        return _gone(request)
    indexed = standing.share.indexed and kind != "file"  # the page is to be found, and its picture
    return _sent(request, made, media_type, extra if indexed else {**extra, **NEVER_INDEXED})


def _made(request: Request, kind: str, standing: Standing) -> Shown:
    """What the share shows as it now stands, which the shelf keeps under that standing."""
    desk, held = _desk(request), context(request)
    key = (kind, standing, address_of(request))
    if made := desk.shelf.get(key):
        return made  # another request was faster
    opened = held.library.shares.open(standing.share.token)
    digest = public(opened.digest, held.settings)
    if kind == "card":
        made = shown(card(digest, brand=held.settings.brand), squeeze=False)
    elif kind == "file":
        made = shown(render(digest, format="html", document=opened.document).encode(), name=disposition(digest, "html"))
    else:
        made = show_page(request, opened.standing.share, digest, opened.document)
    desk.shelf.put((kind, opened.standing, key[2]), made)
    return made


def _sent(request: Request, made: Shown, media_type: str, extra: Mapping[str, str]) -> Response:
    headers = {
        "ETag": made.etag,
        "Cache-Control": AGAIN,
        "Vary": "Accept-Encoding",
        "Referrer-Policy": "no-referrer",  # the address is the secret
        **extra,
    }
    if made.name:
        headers["Content-Disposition"] = made.name
    if _unchanged(request, made.etag):
        return Response(status_code=304, headers=headers)
    if made.packed and _takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return Response(made.packed, headers=headers, media_type=media_type)
    return Response(made.body, headers=headers, media_type=media_type)


def _gone(request: Request) -> Response:
    """The one answer for every link that shows nothing, whatever the reason."""
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", **NEVER_INDEXED}
    return Response(_desk(request).gone, status_code=404, headers=headers, media_type="text/html; charset=utf-8")


def _unchanged(request: Request, etag: str) -> bool:
    """Whether the reader has it already (RFC 9110 §13.1.2, weak comparison)."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or etag in (part.strip() for part in known.split(","))


def _takes_gzip(request: Request) -> bool:
    """Whether the reader accepts gzip (RFC 9110 §12.5.3)."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


for _path, _endpoint in (
    ("/s/{token}", page),
    ("/s/{token}/card.png", picture),
    ("/s/{token}/digest.html", download),
    ("/feeds/{secret}.atom", atom),
    ("/s/{rest:path}", nothing),
    ("/feeds/{rest:path}", nothing),
):
    router.add_route(_path, _endpoint, methods=["GET"])

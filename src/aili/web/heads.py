"""HEAD, answered as GET without the body (RFC 9110 §9.3.2), for every page: FastAPI's own routes answer it 405."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from aili.web.identity import PROGRAMS


class Heads:
    """ASGI middleware: the application sees a GET, and the server, which knows better, keeps the body back.

    What programs ask is left alone: a stream of events would be made for nobody.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["method"] == "HEAD" and not scope["path"].startswith(PROGRAMS):
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)

"""The files that pages load: styles and scripts under ``/static``, their addresses made new by every change to them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

YEAR = "public, max-age=31536000, immutable"
AGAIN = "no-cache"  # kept, but asked for again: an address without a fingerprint says nothing of what it leads to


def _folders() -> tuple[Traversable, ...]:
    """The web app's own files, then those that it shares with the single-file page."""
    return files("aili.web") / "static", files("aili.renderers") / "assets"


@cache
def address(name: str) -> str:
    """Address of the file ``name`` with its fingerprint; raises FileNotFoundError where there is none of that name."""
    for folder in _folders():
        if (file := folder / name).is_file():
            return f"/static/{name}?v={_fingerprint(file)}"
    raise FileNotFoundError(name)


def _fingerprint(file: Traversable) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


class Static(StaticFiles):
    """The files of both folders; one that is asked for by its fingerprint may be kept for a year."""

    def __init__(self) -> None:
        own, shared = _folders()
        super().__init__(directory=str(own))
        self.all_directories = [str(own), str(shared)]

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at ``path``, with what a browser may do to keep it."""
        response = await super().get_response(path, scope)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[0]
        if response.status_code in (200, 206, 304):
            known = asked and address(path).endswith(f"?v={asked}")
            response.headers["Cache-Control"] = YEAR if known else AGAIN
        return response

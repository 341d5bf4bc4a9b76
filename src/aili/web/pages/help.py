"""What the marks mean, what checking can and cannot catch, which keys there are; words only, so for everybody."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aili.extractors import EXTRACTORS
from aili.web.context import context
from aili.web.identity import known_person
from aili.web.templating import page

router = APIRouter()

_KINDS = (
    ("text/html", "web pages"),
    ("application/pdf", "PDF"),
    ("application/epub+zip", "EPUB"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    ("text/vtt", "subtitles"),
    ("text/markdown", "Markdown"),
)


@cache
def kinds() -> str:
    """The kinds of document that are read here, as a part of a sentence."""
    return f"{', '.join(name for media_type, name in _KINDS if media_type in EXTRACTORS)} and plain text"


@router.get("/help")
def show(request: Request) -> Response:
    """The one page of help."""
    held = context(request).settings
    return page(request, "help.html", known_person(request), kinds=kinds(), megabytes=held.fetch_megabytes)

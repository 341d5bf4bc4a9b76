"""Pages of the web, and the sites whose addresses name a text that lies elsewhere: arXiv's abstracts, YouTube's videos."""

from __future__ import annotations

import httpx2

from aili.document import Resource
from aili.sources import Request
from aili.sources.web import address, arxiv
from aili.sources.web import fetch as fetch_page


def fetch(request: Request) -> Resource:
    """The text that the address of ``request`` leads a reader to; the page itself where that is the text."""
    url = address(request.reference)
    if paper := arxiv.paper(url):
        return arxiv.fetch(request, paper)
    if video := _video(url):
        from aili.sources.web import youtube  # here: it needs packages that not everybody has

        return youtube.fetch(request, video)
    return fetch_page(request)


_VIDEO_HOSTS = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"})
_VIDEO_PATHS = frozenset({"shorts", "live", "embed", "v"})


def _video(url: httpx2.URL) -> str:
    """The id of the video at ``url``; empty where that is no video's address."""
    host = url.host.removeprefix("www.")
    first, _, rest = url.path.strip("/").partition("/")
    found = ""
    if host == "youtu.be":
        found = first
    elif host in _VIDEO_HOSTS and first == "watch":
        found = url.params.get("v", "")
    elif host in _VIDEO_HOSTS and first in _VIDEO_PATHS:
        found = rest.partition("/")[0]
    return found if len(found) == 11 and found.isascii() and found.replace("-", "").replace("_", "").isalnum() else ""

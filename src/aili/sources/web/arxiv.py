"""arXiv: the page of an abstract leads to the paper, as HTML where arXiv has it, else as PDF.

The abstract's page is asked first: it is the one that was named, it says whether there is HTML, and it is what remains where
the paper cannot be had. The reader is told which of them was read.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace

import httpx2

from aili.document import Resource
from aili.errors import AiliError, MediaTypeError
from aili.sources import Request
from aili.sources.web import fetch as fetch_page

_HOSTS = frozenset({"arxiv.org", "www.arxiv.org", "export.arxiv.org"})
# https://info.arxiv.org/help/arxiv_identifier.html: since 2007, and before.
_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})"
_ABSTRACT = re.compile(rf"/abs/({_ID}(?:v\d+)?)/?")


def paper(url: httpx2.URL) -> str:
    """The identifier of the paper whose abstract is at ``url``; empty where that is another page."""
    match = _ABSTRACT.fullmatch(url.path) if url.host in _HOSTS else None
    return match[1] if match else ""


def fetch(request: Request, identifier: str) -> Resource:
    """The full text of a paper, else the page with its abstract; its notes say which."""
    end = time.monotonic() + request.limits.seconds
    abstract = fetch_page(replace(request, known=None))
    failure: AiliError | None = None
    for path in _paths(abstract.data, identifier):
        left = end - time.monotonic()
        if left <= 0:
            break
        target = str(httpx2.URL(abstract.location).copy_with(raw_path=path.encode()))
        try:
            found = fetch_page(replace(request, reference=target, limits=replace(request.limits, seconds=left)))
            if found is request.known:
                return found
            if path.startswith("/pdf/") and not found.data.lstrip().startswith(b"%PDF-"):
                raise MediaTypeError(f"What answers at {target} is no PDF.")
        except AiliError as error:
            failure = failure or error
            continue
        return replace(found, notes=(f"Read from {found.location}.",))
    told = failure.message if failure else "There was no time left for it."
    note = f"This is the abstract only: the paper could not be had. {told}"
    return replace(abstract, notes=(note,), etag="", modified="")  # next time, the paper is asked for again


def _paths(page: bytes, identifier: str) -> list[str]:
    """Where the full text may be, the best first; HTML only where the page of the abstract links to it."""
    base = re.escape(re.sub(r"v\d+$", "", identifier)).encode()
    linked = re.search(rb'href="[^"\s]{0,40}/html/(' + base + rb'(?:v\d+)?)"', page)
    return [*([f"/html/{linked[1].decode()}"] if linked else []), f"/pdf/{identifier}"]

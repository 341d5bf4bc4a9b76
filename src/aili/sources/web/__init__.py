"""Pages of the web: GET requests whose redirects are followed by hand, each over a guarded connection."""

from __future__ import annotations

import re
from contextlib import closing

import httpx2

from aili import __version__
from aili.document import Resource
from aili.errors import EmptyError, ForbiddenAddressError, RedirectError, UsageError
from aili.sources import Request
from aili.sources.web import body
from aili.sources.web.connection import Deadline, Transport
from aili.sources.web.failures import shown, status_error, translated

USER_AGENT = f"aili/{__version__} (reads one page for one person)"
_ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/*;q=0.9,*/*;q=0.7"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHARSET = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


def fetch(request: Request) -> Resource:
    """The page at an ``http`` or ``https`` address, or the known one where the server says that it is unchanged."""
    limits = request.limits
    hops = [address(request.reference)]
    transport = Transport(limits, Deadline(limits.seconds))
    # A client of its own for each fetch: cookies live from one redirect to the next and no longer.
    with httpx2.Client(transport=transport, trust_env=False, timeout=None) as client:
        while len(hops) <= limits.redirects + 1:
            url = hops[-1]
            message = client.build_request("GET", url, headers=_headers(url, request))
            with translated(url, limits.seconds), closing(client.send(message, stream=True)) as response:
                if response.status_code not in _REDIRECTS:
                    return _resource(response, url, request)
                hops.append(_target(response, url))
    what = "redirects in a circle" if hops[-1] in hops[:-1] else f"redirects more than {limits.redirects} times"
    raise RedirectError(
        f"{shown(hops[0])} {what}, last to {shown(hops[-1])}.", hint="Open it in your browser; it may want a cookie."
    )


def address(reference: str) -> httpx2.URL:
    """The address that is asked for ``reference``; raises UsageError where it is none of the web."""
    try:
        url = httpx2.URL(reference)
    except httpx2.InvalidURL as error:
        raise UsageError(f"{reference[:200]!r} is not a web address: {error}.", hint="Check the spelling.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(f"{reference[:200]!r} is not a web address: it names no host.", hint="Check the spelling.")
    return _bare(url)


def _bare(url: httpx2.URL) -> httpx2.URL:
    """Without user name and password, which are neither sent nor kept, and without the fragment, which is not sent."""
    return url.copy_with(userinfo=b"", fragment=None)


def _headers(url: httpx2.URL, request: Request) -> dict[str, str]:
    known = request.known
    headers = {
        "User-Agent": request.limits.user_agent or USER_AGENT,
        "Accept": _ACCEPT,
        "Accept-Encoding": body.ENCODING,
    }
    # A validator says something of the address it came from, and nothing of one that redirects there.
    if known is not None and known.location == str(url):
        headers |= {"If-None-Match": known.etag} if known.etag else {}
        headers |= {"If-Modified-Since": known.modified} if known.modified else {}
    return headers


def _target(response: httpx2.Response, url: httpx2.URL) -> httpx2.URL:
    location = response.headers.get("location", "")
    try:
        target = url.join(location)
    except httpx2.InvalidURL as error:
        raise RedirectError(f"{shown(url)} redirects to {location[:200]!r}, which is no address.") from error
    if not location:
        raise RedirectError(f"{shown(url)} redirects without saying where to.", hint="Open it in your browser.")
    if target.scheme not in ("http", "https"):
        raise ForbiddenAddressError(
            f"{shown(url)} redirects to {location[:200]!r}; a web page may lead only to web pages.",
            hint="If you trust that address, give it yourself.",
            address=location,
        )
    if not target.host:
        raise RedirectError(f"{shown(url)} redirects to {location[:200]!r}, which names no host.")
    return _bare(target)


def _resource(response: httpx2.Response, url: httpx2.URL, request: Request) -> Resource:
    known = request.known
    if response.status_code == 304 and known is not None and known.location == str(url):
        return known
    if response.status_code in (204, 205):
        raise EmptyError(f"{shown(url)} answered that there is no content.", hint="Check the address.")
    if not 200 <= response.status_code < 300 or response.status_code == 206:
        raise status_error(response, url)
    data = body.read(response, url, limit=request.limits.max_bytes)
    if not data:
        raise EmptyError(f"{shown(url)} answered with an empty page.", hint="Check the address.")
    charset = response.charset_encoding or ""
    declared = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Resource(
        data=data,
        media_type=declared if _MEDIA_TYPE.fullmatch(declared) else "",
        reference=request.reference,
        location=str(url),
        charset=charset if _CHARSET.fullmatch(charset) else "",
        etag=_validator(response, "etag"),
        modified=_validator(response, "last-modified"),
    )


def _validator(response: httpx2.Response, header: str) -> str:
    """The header, where it can be sent back as it came."""
    value = response.headers.get(header, "")
    return value if value.isascii() and value.isprintable() and len(value) <= 1000 else ""

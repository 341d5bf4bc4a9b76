"""The body of a response, decompressed, up to a limit.

Only gzip is asked for and only gzip is read: it is what every server has, the standard library inflates it in bounded
steps, and its end is marked, so that a page which broke off is noticed (httpx2's decoder takes it for complete).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

import httpx2

from aili.errors import NetworkError, TooLargeError
from aili.sources.web.failures import shown

ENCODING = "gzip"
_STEP = 1 << 18  # bytes inflated at once: what a bomb can cost before it is counted
_COMPRESSIONS = frozenset({"gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd", "dcb", "dcz"})


def read(response: httpx2.Response, url: httpx2.URL, *, limit: int) -> bytes:
    """All bytes of the body after decompression; raises TooLargeError as soon as they are more than ``limit``."""
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and (len(declared) > 15 or int(declared) > limit):
        raise _too_large(url, limit)
    data = bytearray()
    try:
        for piece in _decoded(response, url):
            data += piece
            if len(data) > limit:
                raise _too_large(url, limit)
    except (zlib.error, EOFError) as error:
        raise NetworkError(f"{shown(url)} arrived damaged: {error}.", hint="Try again later.") from error
    return bytes(data)


def _decoded(response: httpx2.Response, url: httpx2.URL) -> Iterator[bytes]:
    named = [name.strip().lower() for name in response.headers.get("content-encoding", "").split(",")]
    codings = [name for name in named if name in _COMPRESSIONS]  # others are mistakes, such as `utf-8`
    if not codings:
        return response.iter_raw()
    if codings in (["gzip"], ["x-gzip"]):
        return _inflated(response.iter_raw())
    raise NetworkError(
        f"{shown(url)} came compressed as {', '.join(codings)}, which aili did not ask for.",
        hint="Open it in your browser, save the page, and give aili the file.",
    )


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Inflate gzip (RFC 1952), which may be of several members, in steps; raises EOFError where its end is missing."""
    inflater = zlib.decompressobj(wbits=31)
    begun = False
    for rest in chunks:
        begun = begun or bool(rest)
        while rest:
            if inflater.eof:
                if not rest.startswith(b"\x1f"):  # padding behind the last member, which gzip ignores too
                    break
                inflater = zlib.decompressobj(wbits=31)
            yield inflater.decompress(rest, _STEP)
            rest = inflater.unconsumed_tail or inflater.unused_data
    while tail := inflater.decompress(b"", _STEP):
        yield tail
    if begun and not inflater.eof:
        raise EOFError("the compressed data has no end")


def _too_large(url: httpx2.URL, limit: int) -> TooLargeError:
    return TooLargeError(
        f"{shown(url)} is larger than the limit of {limit / 1e6:g} MB.",
        hint="The setting fetch_megabytes raises the limit.",
        limit=limit,
    )

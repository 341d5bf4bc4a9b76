"""A reference becomes a Resource: ``fetch`` finds the source that a reference names and the media type of what it gives.

A reference is what a person types: an address with its scheme (``https://…``), one without (``example.org/article``), a
file's path or ``file:`` address, or ``-`` for standard input.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from aili.document import Resource
from aili.errors import ForbiddenAddressError, NetworkError, StatusError, UsageError, quoted
from aili.registry import Registry

Resolver = Callable[[str, int], tuple[str, ...]]
"""Gives every IP address of a host name, which is asked for with its port; raises OSError where there is none."""


def system_resolver(host: str, port: int) -> tuple[str, ...]:
    """Addresses as the operating system knows them, which reads ``0x7f.1`` and ``2130706433`` as addresses too."""
    import socket  # here, since a file needs no network

    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a source may do and how much; docs/fetching.md describes each.

    ``seconds`` bounds the whole exchange with the network, redirects included; ``max_bytes`` the bytes after
    decompression. ``schemes`` are the rows of SOURCES that may be used, empty for all: a server that fetches for other
    people passes ``("http", "https")``, so that nobody reads its files. Raises UsageError where a value cannot be used.
    """

    seconds: float = 30.0
    max_bytes: int = 50_000_000
    redirects: int = 5
    user_agent: str = ""  # empty: aili's own
    allow_hosts: tuple[str, ...] = ()  # private hosts that may be contacted: names, addresses, networks
    ca_file: str = ""  # certificate authorities (PEM) that are trusted beside the system's
    schemes: tuple[str, ...] = ()
    language: str = ""  # of what there is in several, such as the captions of a video; empty: the original's
    resolver: Resolver = system_resolver

    def __post_init__(self) -> None:
        if not (self.user_agent.isascii() and self.user_agent.isprintable()):
            raise UsageError(f"The user agent {self.user_agent!r} must be printable ASCII.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a source is asked for: the reference as that source reads it, and what ``fetch`` was given beside it."""

    reference: str
    limits: Limits
    known: Resource | None
    stdin: BinaryIO | None


Source = Callable[[Request], Resource]
"""Gives the bytes of a request. It may leave the media type empty, or wrong: ``fetch`` settles it.

A source that hears that the known Resource is unchanged returns that object itself.
"""

SOURCES: Registry[Source] = Registry(
    "sources",
    "source",
    {
        "https": "aili.sources.web.sites:fetch",
        "http": "aili.sources.web.sites:fetch",
        "file": "aili.sources.local:fetch_address",
        "": "aili.sources.local:fetch_path",
        "-": "aili.sources.local:fetch_stdin",
    },
)


def fetch(
    reference: str, *, limits: Limits = Limits(), known: Resource | None = None, stdin: BinaryIO | None = None
) -> Resource:
    """The bytes that ``reference`` names, with their media type.

    ``known`` is a Resource fetched from the same reference before: where the server says that it is unchanged, ``known``
    itself is returned. ``stdin`` is what ``-`` reads. Raises UsageError, MissingError, EmptyError, RefusedError or
    NetworkError.
    """
    scheme, target = _understand(reference, limits)
    source = SOURCES.load(scheme)
    try:
        resource = source(Request(reference=target, limits=limits, known=known, stdin=stdin))
    except NetworkError as error:
        if target != reference.strip() and _may(limits, "") and not isinstance(error, StatusError):
            error.hint = f"{error.hint} There is no file of that name either.".strip()
        raise
    if resource is known:
        return resource
    kind = media_type(resource.data, name=_file_name(resource.location), declared=resource.media_type)
    shown = "standard input" if scheme == "-" else without_user(reference.strip())
    return replace(resource, media_type=kind, reference=shown)


def check(reference: str, *, limits: Limits) -> None:
    """Raise UsageError or ForbiddenAddressError where ``fetch`` would not even try; asks neither the network nor the disk,
    unless ``limits`` allow files.
    """
    _understand(reference, limits)


_USER = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*@")


def without_user(reference: str) -> str:
    """``reference`` without the user's name and password of a web address: they must not travel on in jobs and digests."""
    match = _USER.match(reference)
    return f"{match[1] or ''}//{reference[match.end() :]}" if match else reference


# A scheme of one letter is a Windows drive; `example.org:8080` is a host and its port.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(?!\d+(?:[/?#]|$))")
_NUMERIC = re.compile(r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\])(?::\d+)?", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)\.?(?::\d+)?", re.IGNORECASE)


def _understand(reference: str, limits: Limits) -> tuple[str, str]:
    """The row of SOURCES that ``reference`` means, and the reference as that source reads it."""
    reference = reference.strip()
    if not reference:
        raise UsageError("There is nothing to read: the reference is empty.")
    scheme = _scheme(reference, files=_may(limits, ""))
    if scheme not in SOURCES or not _may(limits, scheme):
        kind = f"{scheme}:" if scheme.isalnum() else "local"
        allowed = ", ".join(name for name in (limits.schemes or SOURCES) if name.isalpha())
        raise ForbiddenAddressError(
            f"aili does not read {kind} references such as {quoted(reference[:200])}.",
            hint=f"Give an address that begins with one of: {allowed}.",
            address=reference,
        )
    if scheme in ("http", "https") and not _SCHEME.match(reference):
        reference = f"{scheme}://{reference}"
    return scheme, reference


def _may(limits: Limits, scheme: str) -> bool:
    return not limits.schemes or scheme in limits.schemes


def _scheme(reference: str, *, files: bool) -> str:
    """Scheme of ``reference``, in this order: stated, a file of that name, an address without its scheme, a path."""
    if reference == "-":
        return "-"
    match = _SCHEME.match(reference)
    stated = match[1].lower() if match else ""
    if stated in ("http", "https", "file"):
        return stated
    if files and _exists(reference):
        return ""
    if stated:
        return stated
    host = re.split(r"[/?#]", reference, maxsplit=1)[0]
    if _NUMERIC.fullmatch(host):
        return "http"
    # `report.md` could be a host in Moldova; without a path behind it, it is a file that is missing.
    if _DOMAIN.fullmatch(host) and not (host == reference and Path(host).suffix.lower() in _TYPE_OF_SUFFIX):
        return "https"
    return ""


_AROUND_PATH = re.compile(r"^[^:]+://[^/?#]*|[?#].*$", re.DOTALL)  # of an address


def _exists(reference: str) -> bool:
    try:
        return Path(reference).expanduser().exists()
    except (OSError, ValueError, RuntimeError):  # too long for a name, a NUL in it, the home of nobody
        return False


def _file_name(location: str) -> str:
    return _AROUND_PATH.sub("", location) if "://" in location else location


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_ODT = "application/vnd.oasis.opendocument.text"
_ODP = "application/vnd.oasis.opendocument.presentation"
_NOTEBOOK = "application/x-ipynb+json"
_UNKNOWN = "application/octet-stream"

_TYPE_OF_SUFFIX = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".md": "text/markdown",
    ".markdown": "text/markdown", ".txt": "text/plain", ".text": "text/plain", ".rst": "text/plain", ".log": "text/plain",
    ".pdf": "application/pdf", ".epub": "application/epub+zip", ".docx": _DOCX, ".xlsx": _XLSX, ".pptx": _PPTX,
    ".odt": _ODT, ".doc": "application/msword", ".rtf": "application/rtf", ".vtt": "text/vtt",
    ".srt": "application/x-subrip", ".rss": "application/rss+xml", ".atom": "application/atom+xml",
    ".xml": "application/xml", ".json": "application/json", ".csv": "text/csv", ".zip": "application/zip",
    ".docm": _DOCX, ".dotx": _DOCX, ".pptm": _PPTX, ".ppsx": _PPTX, ".ott": _ODT, ".xls": "application/msword",
    ".odp": _ODP, ".otp": _ODP, ".ppt": "application/msword", ".eml": "message/rfc822", ".ipynb": _NOTEBOOK,
}  # fmt: skip

# Servers that know no better call these text/plain.
_OFTEN_PLAIN = {"text/markdown", "text/vtt", "text/csv", "application/x-subrip", "message/rfc822", _NOTEBOOK}
_VAGUE = {"", _UNKNOWN, "binary/octet-stream", "application/force-download", "application/x-download"}

# Offset, bytes that stand there, media type (the WHATWG MIME Sniffing standard, and the formats' own definitions).
_BINARY = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"), (0, b"\xff\xd8\xff", "image/jpeg"), (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"), (0, b"BM", "image/bmp"), (0, b"II*\x00", "image/tiff"), (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypavif", "image/avif"), (4, b"ftyphei", "image/heic"), (4, b"ftypmif1", "image/heic"),
    (4, b"ftyp", "video/mp4"), (0, b"\x1aE\xdf\xa3", "video/webm"), (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "application/ogg"), (8, b"WAVE", "audio/wav"), (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"), (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    (30, b"mimetypeapplication/epub+zip", "application/epub+zip"), (30, b"mimetype" + _ODT.encode(), _ODT),
    (30, b"mimetype" + _ODP.encode(), _ODP),
)  # fmt: skip
# Names in the central directory of a ZIP, or in its members' own heads where it broke off before that.
_NAMED = rb"(?:PK\x01\x02.{42}|PK\x03\x04.{26})(?:%b)"
_ZIPPED = (
    (re.compile(_NAMED % rb"META-INF/container\.xml", re.DOTALL), "application/epub+zip"),
    (re.compile(_NAMED % rb"word/document\d*\.xml", re.DOTALL), _DOCX),  # Word also writes word/document2.xml
    (re.compile(_NAMED % rb"xl/workbook\.(?:xml|bin)", re.DOTALL), _XLSX),
    (re.compile(_NAMED % rb"ppt/presentation\.xml", re.DOTALL), _PPTX),
)

_HEADS = re.DOTALL | re.MULTILINE | re.IGNORECASE
_BLANK = rb"(?:\xef\xbb\xbf)?(?:\s|<!--(?:(?!-->).)*-->)*+"
_HTML = re.compile(_BLANK + rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE | re.DOTALL)
_FEEDS = (
    (re.compile(_BLANK + rb"(?:<\?xml.*)?<(?:rss|rdf:RDF)[\s>]", re.DOTALL), "application/rss+xml"),
    (re.compile(_BLANK + rb"(?:<\?xml.*)?<feed[\s>]", re.DOTALL), "application/atom+xml"),
)
_TEXTS = (
    (_HTML, "text/html"),
    *_FEEDS,
    (re.compile(_BLANK + rb"<\?xml.*<html[\s>]", re.DOTALL), "application/xhtml+xml"),
    (re.compile(_BLANK + rb"<\?xml\s", re.DOTALL), "application/xml"),
    (re.compile(_BLANK + rb"WEBVTT\s.*-->", re.DOTALL), "text/vtt"),
    (
        re.compile(_BLANK + rb"\{.*\"version\"\s*:\s*\"https?:\\?/\\?/jsonfeed\.org\\?/", re.DOTALL),
        "application/feed+json",
    ),
    (re.compile(_BLANK + rb"\{\s*\"(?:cells|nbformat|metadata)\"\s*:.*\"cell_type\"\s*:", re.DOTALL), _NOTEBOOK),
    (re.compile(rb"(?:From |[A-Z][\w-]+: )[^\0]*?^(?:MIME-Version|Message-ID|Received): ", _HEADS), "message/rfc822"),
    (re.compile(_BLANK + rb"\d+\s+\d\d:\d\d:\d\d,\d{3} -->", re.DOTALL), "application/x-subrip"),
)


def media_type(data: bytes, *, name: str = "", declared: str = "") -> str:
    """Media type of ``data``, from its first bytes, then what the transport ``declared``, then the file's ``name``.

    Bytes that prove a format win over both, since servers and names are often wrong; text that proves nothing is what
    it was declared or named, or ``text/plain``. Binary data of no known kind is ``application/octet-stream``.
    """
    head = data[:2048]
    if proven := _proven(data, head):
        return proven
    named = _TYPE_OF_SUFFIX.get(Path(name).suffix.lower(), "")
    plain = declared == "text/plain" and named in _OFTEN_PLAIN
    said = named if declared in _VAGUE or plain else declared
    if said in ("", "text/plain", "application/xml", "text/xml", "application/json") or _is_feed_called_html(
        said, head
    ):
        said = next((kind for pattern, kind in _TEXTS if pattern.match(head)), said) or "text/plain"
    elif not said.startswith("text/") and not said.endswith("xml") and _HTML.match(head):
        said = "text/html"  # a sign-in page in place of the PDF that the address names
    return _UNKNOWN if said.startswith("text/") and _is_binary(head) else said


def _is_feed_called_html(said: str, head: bytes) -> bool:
    """Whether a feed comes with the media type of a page, as those do that a page's own program writes."""
    return said == "text/html" and b"<html" not in head and any(pattern.match(head) for pattern, _ in _FEEDS)


def _proven(data: bytes, head: bytes) -> str:
    if re.match(rb"\s*%PDF-\d", head):
        return "application/pdf"
    if head.startswith(b"{\\rtf"):
        return "application/rtf"
    if not _is_binary(head):  # a text may well begin with `BMW` or `ID3`
        return ""
    if kind := next((kind for offset, mark, kind in _BINARY if head.startswith(mark, offset)), ""):
        return kind
    if not head.startswith(b"PK\x03\x04"):
        return ""
    listed = _central_directory(data)
    return next((kind for pattern, kind in _ZIPPED if pattern.search(listed)), "application/zip")


def _central_directory(data: bytes) -> bytes:
    """Where a ZIP lists its own members, and not those of an archive in it; all of it where its end is missing."""
    end = data.rfind(b"PK\x05\x06")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    return data[end - size : end] if end - size >= 0 else data


def _is_binary(head: bytes) -> bool:
    return b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16 and UTF-32 announce themselves

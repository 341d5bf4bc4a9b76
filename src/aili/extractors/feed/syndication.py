"""The entries of a feed, out of XML by feedparser and out of JSON Feed (https://jsonfeed.org/version/1.1) by hand.

feedparser, because feeds are often no XML: measured on feeds with a bare ampersand, ``&nbsp;``, a control character, a
wrong charset and a missing end, it lost nothing, where lxml's recovery and fastfeedparser (which stands on it) lost words,
whole titles and dates. It takes 0.5 ms an entry, in the sandbox's worker.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from aili import codec
from aili.digest import first_words
from aili.document import Resource
from aili.errors import EmptyError, MalformedError
from aili.extractors import Task
from aili.feed import Entry, Feed

_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
_LAST = re.compile(r"<p\b[^>]*>((?:(?!</?p\b).){0,2000})</p>\s*$", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"<a\b[^>]*?\bhref\s*=\s*[\"']([^\"']{1,2000})[\"'][^>]*>.*?</a>", re.DOTALL | re.IGNORECASE)
_WHOLE = 150  # words; a shorter text beside a link is a teaser
_SIGNED = 8  # words around the links of a last line that says where the article appeared first
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def parse(data: bytes) -> bytes:
    """From a ``Task`` to a ``Feed``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, Task).resource))


def read(resource: Resource) -> Feed:
    """What the feed lists; raises MalformedError where it is none, EmptyError where it lists nothing."""
    if resource.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        title, entries = _json(resource)
    else:
        title, entries = _xml(resource)
    kept = [entry for entry in entries if entry.link or entry.text]
    if not kept:
        raise EmptyError(f"{resource.reference} is a feed that lists nothing.", hint="Look again later.")
    if all(entry.published for entry in kept):
        kept.sort(key=lambda entry: entry.published, reverse=True)
    return Feed(title=title, location=resource.location, entries=tuple(kept))


def _xml(resource: Resource) -> tuple[str, Iterable[Entry]]:
    import feedparser  # here: JSON needs none of it
    from feedparser import encodings

    # It would ask chardet where that happens to be installed, whose patterns take a minute for 5,000 letters on end (found
    # by fuzzing); without it, it tries UTF-8 and Windows-1252.
    encodings.lazy_chardet_encoding = None
    headers = {"content-location": resource.location} if "://" in resource.location else {}
    if resource.charset:
        headers["content-type"] = f"application/xml; charset={resource.charset}"
    try:
        # As a stream: of bytes alone, feedparser would first try to open a file of that name.
        found = feedparser.parse(io.BytesIO(resource.data), response_headers=headers, sanitize_html=False)
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # its own, on damage that it does not foresee
        raise MalformedError(f"{resource.reference} is a damaged feed.", hint="Try again later.") from error
    if not found.get("version") and not found.entries:  # of no bytes, it says no version
        raise MalformedError(
            f"{resource.reference} is no feed that could be read.", hint="Open it in your browser; is it one?"
        )
    return _plain(_detail(found.feed, "title")), (_entry(one) for one in found.entries)


def _entry(found: Mapping[str, Any]) -> Entry:
    one = dict(found)  # what was there, without what feedparser's own dictionary makes up for keys that are missing
    link = _web(one.get("link"))
    texts = [*one.get("content", ()), *filter(None, (one.get("summary_detail"),))]
    html = next((_html(text) for text in texts if str(text.get("value", "")).strip()), "")
    moments = (one.get(f"{name}_parsed") for name in ("published", "created", "updated"))
    return _made(
        title=_plain(_detail(one, "title")),
        link=link,
        published=next((_stamp(moment) for moment in moments if moment), ""),
        html=html,
    )


def _made(*, title: str, link: str, published: str, html: str) -> Entry:
    """An entry with its text, where it has no link or that is a whole article; its title is of its first words, else."""
    html = _unsigned(html, link)
    told = title or (first_words(_plain({"value": html, "type": "text/html"})) if html else "")
    return Entry(title=told, link=link, published=published, text="" if link and not _is_whole(html) else html)


def _is_whole(html: str) -> bool:
    return len(_TAG.sub(" ", html).split()) >= _WHOLE


def _unsigned(html: str, link: str) -> str:
    """Without a last line that only says where the article appeared first (WordPress), by links there and to the site."""
    last = _LAST.search(html[-4000:]) if link else None
    if last is None:
        return html
    leads = [unescape(href).partition("?")[0].rstrip("/") for href in _LINK.findall(last[1])]
    around = _TAG.sub(" ", _LINK.sub(" ", last[1])).split()
    signed = len(leads) == 2 and link.partition("?")[0].rstrip("/") in leads and len(around) <= _SIGNED
    return html[: len(html) - len(last[0])] if signed else html


def _detail(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    detail = one.get(f"{name}_detail")
    return detail if isinstance(detail, Mapping) else {}


def _html(text: Mapping[str, Any]) -> str:
    value = str(text.get("value", ""))
    return _paragraphs(value) if text.get("type") == "text/plain" and not _TAG.search(value) else value


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in re.split(r"\n\s*\n", text) if part.strip())


def _plain(text: Mapping[str, Any]) -> str:
    """A text on one line, without the markup that it may have."""
    value = str(text.get("value", ""))[:20_000]
    if text.get("type") != "text/plain" or _TAG.search(value):
        value = unescape(_TAG.sub(" ", value))
    shown = "".join(character if character.isprintable() else " " for character in value)
    return re.sub(r"\s+([,.;:!?])", r"\1", " ".join(shown.split()))


def _web(link: object, base: str = "") -> str:
    """The address where it is one of the web and nothing else: no file of the reader's may be named by a feed."""
    try:
        address = urljoin(base, str(link or "").strip())
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.hostname and address.isprintable() else ""


def _stamp(moment: time.struct_time) -> str:
    return time.strftime(_STAMP, moment) if 1 <= moment.tm_year <= 9999 else ""


def _json(resource: Resource) -> tuple[str, Iterable[Entry]]:
    try:
        found = json.loads(resource.data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise MalformedError(
            f"{resource.reference} is a damaged JSON Feed.", hint="Open it in your browser; is it one?"
        ) from error
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list):
        raise MalformedError(f"{resource.reference} is no JSON Feed: it has no items.", hint="Is it the right address?")
    title = {"value": _said(found, "title"), "type": "text/plain"}
    return _plain(title), _items(items, base=resource.location)


def _items(items: list[object], *, base: str) -> Iterator[Entry]:
    for item in items:
        if not isinstance(item, dict):
            continue
        html = _said(item, "content_html") or _paragraphs(_said(item, "content_text", "summary"))
        yield _made(
            title=_plain({"value": _said(item, "title"), "type": "text/plain"}),
            link=_web(_said(item, "url", "external_url"), base) if _said(item, "url", "external_url") else "",
            published=_iso(_said(item, "date_published", "date_modified")),
            html=html,
        )


def _said(item: Mapping[str, object], *names: str) -> str:
    return next((value for name in names if isinstance(value := item.get(name), str) and value.strip()), "")


def _iso(declared: str) -> str:
    try:
        moment = datetime.fromisoformat(declared.strip())
        return (moment.astimezone(UTC) if moment.tzinfo else moment).strftime(_STAMP)
    except (ValueError, OverflowError):
        return ""

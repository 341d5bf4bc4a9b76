"""A feed (RSS, Atom, JSON Feed) as a value: a list of entries, each of which is an article to read or leads to one."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from aili.document import Resource

MEDIA_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry of a feed; a field is empty where the feed does not say.

    ``link`` is the web address of the article, ``published`` an ISO 8601 time in UTC (``2024-06-19T08:00:00Z``). ``text``
    is the article's HTML, and there only where no link leads to the article, or where it is long enough to stand for it.
    """

    title: str = ""
    link: str = ""
    published: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """What a feed lists, the newest first where all its entries have times, else in its own order."""

    title: str = ""
    location: str = ""
    entries: tuple[Entry, ...] = ()

    def resource(self, entry: Entry, *, because: str = "") -> Resource:
        """The text that the feed itself holds of ``entry``, as a page that can be digested.

        It is at the address that the entry leads to, else at the feed's own. ``because`` says why the page there was not
        read; the digest then tells it.
        """
        day = f'<meta property="article:published_time" content="{escape(entry.published)}">' if entry.published else ""
        site = f'<meta property="og:site_name" content="{escape(self.title)}">' if self.title else ""
        title = escape(entry.title)
        page = (
            f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>{site}{day}</head>'
            f"<body><article><h1>{title}</h1>{entry.text}</article></body></html>"
        )
        return Resource(
            data=page.encode("utf-8", "replace"),
            media_type="text/html",
            reference=entry.link or entry.title or self.location,
            location=entry.link or self.location,
            charset="utf-8",
            notes=(f"This is the text that the feed has of it. {because}",) if because else (),
        )

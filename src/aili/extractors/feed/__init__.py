"""Feeds (RSS 2.0 and its elders, RDF, Atom, JSON Feed): the door, which sends them to the sandbox.

A feed is no document: it lists some. Whoever can show a list asks for it here; who asks for a Document is told so.
"""

from __future__ import annotations

from aili.document import Document, Resource
from aili.errors import IndexPageError
from aili.extractors import ParseLimits, entries


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """Raises IndexPageError (or MalformedError, where it is not even a feed): there is no Document in a list."""
    feed = entries(resource, limits=limits)
    count = len(feed.entries)
    raise IndexPageError(
        f"{resource.reference} is a feed: a list of {count} article{'s' * (count > 1)}, and none itself.",
        hint="Give the address of an article; on the command line, aili lists a feed, and --latest 3 digests its newest.",
        found=feed.title,
    )

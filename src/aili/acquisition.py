"""From a reference to its bytes, as the settings have it: fetched within their limits, or as they were kept before."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import BinaryIO

import platformdirs

from aili import extractors, sources
from aili.cache import Cache
from aili.document import Resource
from aili.errors import MediaTypeError
from aili.extractors import ParseLimits
from aili.feed import MEDIA_TYPES, Feed
from aili.settings import Settings
from aili.sources import Limits

Reference = str | PathLike[str]
MEGABYTE = 1_000_000


def acquire(
    reference: Reference, settings: Settings, stdin: BinaryIO | None, schemes: tuple[str, ...] = ()
) -> tuple[Resource, bool]:
    """The Resource that ``reference`` names, and whether the server said that the one kept from last time is unchanged."""
    name = fspath(reference)
    limits = Limits(
        seconds=settings.fetch_seconds,
        max_bytes=int(settings.fetch_megabytes * MEGABYTE),
        redirects=settings.fetch_redirects,
        user_agent=settings.user_agent,
        allow_hosts=settings.allow_hosts,
        ca_file=settings.ca_file,
        schemes=schemes,
        language=settings.language,
    )
    cache = cache_of(settings)
    known = cache.get(Resource, name) if cache else None
    resource = sources.fetch(name, limits=limits, known=known, stdin=stdin)
    if cache and resource is not known and (resource.etag or resource.modified):
        cache.put(resource, name)
    return resource, resource is known


def cache_of(settings: Settings) -> Cache | None:
    """What is kept from one run to the next; None where nothing may be."""
    if not settings.cache:
        return None
    directory = Path(settings.cache_dir) if settings.cache_dir else platformdirs.user_cache_path("aili")
    return Cache(directory, max_bytes=settings.cache_megabytes * MEGABYTE)


def parse_limits(settings: Settings, password: str) -> ParseLimits:
    """What reading one document may use, and what opens it."""
    return ParseLimits(
        seconds=settings.parse_seconds,
        max_bytes=settings.parse_megabytes * MEGABYTE,
        min_words=settings.min_words,
        password=password,
    )


def settled(resource: Resource) -> Resource:
    """The Resource with the media type that its bytes prove, where it was declared wrongly or not at all."""
    kind = sources.media_type(resource.data, name=resource.location, declared=resource.media_type)
    return replace(resource, media_type=kind)


def list_feed(
    reference: Reference | Resource, *, settings: Settings | None = None, stdin: BinaryIO | None = None
) -> Feed:
    """What a feed (RSS, RDF, Atom, JSON Feed) lists: digest an entry by its ``link``, or by ``Feed.resource`` without one.

    Raises MediaTypeError where ``reference`` is no feed, MalformedError where it is damaged, EmptyError where it lists
    nothing, and RefusedError or NetworkError as ``read`` does.
    """
    settings = settings or Settings()
    resource = settled(reference) if isinstance(reference, Resource) else acquire(reference, settings, stdin)[0]
    if resource.media_type not in MEDIA_TYPES:
        raise MediaTypeError(
            f"{resource.reference} is no feed but {resource.media_type}.", hint="Look for its RSS or Atom address."
        )
    return extractors.entries(resource, limits=parse_limits(settings, ""))

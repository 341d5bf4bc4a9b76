"""The stages in order: fetch, extract, draft, verify. Every face calls these, and only these make events."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import BinaryIO

import platformdirs

from aili import engines, extractors, sources, verification
from aili.cache import Cache
from aili.digest import Digest, Draft, Imprint
from aili.document import Document, Resource
from aili.engines import Engine, EngineOptions
from aili.errors import AiliError, EngineError
from aili.events import Drafted, Event, Extracted, Fetched, Finished, Started, Verified
from aili.extractors import ParseLimits
from aili.settings import Settings
from aili.sources import Limits

Reference = str | PathLike[str]
MEGABYTE = 1_000_000


def read(
    reference: Reference, *, settings: Settings | None = None, stdin: BinaryIO | None = None, password: str = ""
) -> Document:
    """Fetch ``reference`` (an address, a path, or ``-`` for ``stdin``) and return its text as a Document.

    ``password`` opens an encrypted one. Raises UnreadableError, RefusedError or NetworkError (see aili.errors).
    """
    settings = settings or Settings()
    _warm(fspath(reference))
    resource, _ = _fetch(reference, settings, stdin)
    return extractors.extract(resource, limits=_parse_limits(settings, password))


def summarize(
    reference: Reference | Resource | Document,
    *,
    settings: Settings | None = None,
    stdin: BinaryIO | None = None,
    password: str = "",
) -> Digest:
    """Digest a document and return the checked digest; ``password`` opens an encrypted one.

    Raises AiliError (see aili.errors).
    """
    for event in stream(reference, settings=settings, stdin=stdin, password=password):
        if isinstance(event, Finished):
            return event.digest
    raise EngineError(f"No digest of {_name(reference)} was finished.")


def stream(
    reference: Reference | Resource | Document,
    *,
    settings: Settings | None = None,
    stdin: BinaryIO | None = None,
    schemes: tuple[str, ...] = (),
    password: str = "",
) -> Generator[Event, None, None]:
    """Digest a document and yield what happens on the way; the last event is Finished. Closing the generator cancels.

    ``reference`` may be a Document that was read before, or a Resource whose bytes are here. ``schemes`` are those that may
    be fetched from, empty for all (see ``sources.Limits``); ``password`` opens an encrypted document. Raises AiliError.
    """
    settings = settings or Settings()
    engines.known(settings.engine)
    name = _name(reference)
    if not isinstance(reference, Document):
        _warm(name)
    loading = _Loading(settings)
    yield Started(reference=name)
    if isinstance(reference, Document):
        document = reference
    else:
        if isinstance(reference, Resource):
            resource, cached = _settled(reference), False
        else:
            resource, cached = _fetch(reference, settings, stdin, schemes)
        yield Fetched(
            location=resource.location, media_type=resource.media_type, size=len(resource.data), cached=cached
        )
        document = extractors.extract(resource, limits=_parse_limits(settings, password))
    yield Extracted(document=document)
    engine = loading.engine()
    draft = None
    for draft, complete in _drafts(engine, document, settings):
        yield Drafted(draft=draft, complete=complete)
    if draft is None:
        about = name or "this document"
        raise EngineError(f"The engine {engine.name} wrote nothing about {about}.", hint="Try another one.")
    digest = verification.verify(draft, document, name=name)
    digest = replace(digest, imprint=Imprint(brand=settings.brand, shared_by=settings.shared_by, owner=settings.owner))
    yield Verified(digest=digest)
    yield Finished(digest=digest, document=document)


def prepare(settings: Settings) -> None:
    """Load the engine of these settings, so that the first digest need not wait for it; raises AiliError."""
    _Loading(settings).engine()


def _name(reference: Reference | Resource | Document) -> str:
    if isinstance(reference, Document):
        return reference.metadata.location or reference.metadata.title
    return reference.reference if isinstance(reference, Resource) else fspath(reference)


def _settled(resource: Resource) -> Resource:
    """The Resource with the media type that its bytes prove, where it was declared wrongly or not at all."""
    kind = sources.media_type(resource.data, name=resource.location, declared=resource.media_type)
    return replace(resource, media_type=kind)


def _warm(name: str) -> None:
    """Start the HTML worker while the bytes are on their way, unless it is plain that it has nothing to read."""
    if name != "-" and not name.lower().endswith((".txt", ".md", ".markdown")):
        extractors.warm()


class _Loading:
    """The engine on its way: imported and loaded in a thread, while the document is fetched and parsed elsewhere.

    Measured on a 900-word page, cold: 0.35 s of imports and weights pass while the sandbox reads the page. A script that
    ends before waits for it: Python cannot leave while another thread is in the middle of onnxruntime's start.
    """

    def __init__(self, settings: Settings) -> None:
        self._name = settings.engine
        self._options = EngineOptions(threads=settings.threads, max_words=settings.max_words, length=settings.length)
        self._engine: Engine | None = None
        self._error: AiliError | None = None
        self._thread = threading.Thread(target=self._load, name="aili-engine")
        self._thread.start()

    def _load(self) -> None:
        try:
            engine = engines.engine(self._name, self._options)
            engine.prepare()
            self._engine = engine
        except AiliError as error:
            self._error = error
        except RuntimeError as error:  # as imports raise it while Python shuts down, when nobody waits for the engine
            self._error = EngineError(f"The engine {self._name} could not be loaded: {error}.")

    def engine(self) -> Engine:
        """The engine, when it is ready; raises what went wrong on the way."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        if self._engine is None:
            raise EngineError(f"The engine {self._name} could not be loaded.", hint="Try another one.")
        return self._engine


def _drafts(engine: Engine, document: Document, settings: Settings) -> Iterator[tuple[Draft, bool]]:
    cache = _cache(settings) if engine.costly else None
    key = (document.hash, engine.name, engine.version, settings.language, settings.length) if cache else ()
    if cache and (kept := cache.get(Draft, *key)):
        yield kept, True
        return
    draft = None
    for newer in engine.draft(document, language=settings.language):
        if draft is not None:
            yield draft, False
        draft = newer
    if draft is not None:
        yield draft, True
        if cache:
            cache.put(draft, *key)


def _fetch(
    reference: Reference, settings: Settings, stdin: BinaryIO | None, schemes: tuple[str, ...] = ()
) -> tuple[Resource, bool]:
    """The Resource, and whether the server said that the one kept from last time is unchanged."""
    name = fspath(reference)
    limits = Limits(
        seconds=settings.fetch_seconds,
        max_bytes=int(settings.fetch_megabytes * MEGABYTE),
        redirects=settings.fetch_redirects,
        user_agent=settings.user_agent,
        allow_hosts=settings.allow_hosts,
        ca_file=settings.ca_file,
        schemes=schemes,
    )
    cache = _cache(settings)
    known = cache.get(Resource, name) if cache else None
    resource = sources.fetch(name, limits=limits, known=known, stdin=stdin)
    if cache and resource is not known and (resource.etag or resource.modified):
        cache.put(resource, name)
    return resource, resource is known


def _cache(settings: Settings) -> Cache | None:
    if not settings.cache:
        return None
    directory = Path(settings.cache_dir) if settings.cache_dir else platformdirs.user_cache_path("aili")
    return Cache(directory, max_bytes=settings.cache_megabytes * MEGABYTE)


def _parse_limits(settings: Settings, password: str) -> ParseLimits:
    return ParseLimits(
        seconds=settings.parse_seconds,
        max_bytes=settings.parse_megabytes * MEGABYTE,
        min_words=settings.min_words,
        password=password,
    )

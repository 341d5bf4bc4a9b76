"""The stages in order: fetch, extract, draft, verify. Every face calls these, and only these make events."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import BinaryIO

import platformdirs

from aili import engines, extractors, sources, summaries, verification
from aili.cache import Cache
from aili.digest import Bullet, Digest, Draft, Imprint
from aili.document import Document, Resource
from aili.engines import Engine, EngineOptions, Review
from aili.errors import AiliError, EngineError, MediaTypeError
from aili.events import Drafted, Event, Extracted, FellBack, Fetched, Finished, Listed, Started, Verified
from aili.extractors import ParseLimits
from aili.feed import MEDIA_TYPES, Feed
from aili.report import Report
from aili.settings import Settings
from aili.sources import Limits

Reference = str | PathLike[str]
MEGABYTE = 1_000_000


def read(
    reference: Reference | Resource,
    *,
    settings: Settings | None = None,
    stdin: BinaryIO | None = None,
    password: str = "",
) -> Document:
    """Fetch ``reference`` (an address, a path, or ``-`` for ``stdin``) and return its text as a Document.

    ``reference`` may be a Resource whose bytes are here; ``password`` opens an encrypted one. Raises UnreadableError,
    RefusedError or NetworkError (see aili.errors).
    """
    settings = settings or Settings()
    _warm(_name(reference))
    resource = _settled(reference) if isinstance(reference, Resource) else _fetch(reference, settings, stdin)[0]
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
    feeds: bool = False,
) -> Generator[Event, None, None]:
    """Digest a document and yield what happens on the way; the last event is Finished. Closing the generator cancels.

    ``reference`` may be a Document that was read before, or a Resource whose bytes are here. ``schemes`` are those that may
    be fetched from, empty for all (see ``sources.Limits``); ``password`` opens an encrypted document. With ``feeds``, the
    last event is Listed where ``reference`` is a feed, which is otherwise an IndexPageError. Raises AiliError.
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
        if feeds and resource.media_type in MEDIA_TYPES:
            yield Listed(feed=_feed(resource, settings))
            return
        document = extractors.extract(resource, limits=_parse_limits(settings, password))
    yield Extracted(document=document)
    try:
        digest = yield from _digest(loading, document, settings, name)
    except EngineError as error:
        if not (settings.fallback and engines.asks_model(settings.engine)):
            raise
        failed = _engine_name(settings.engine)
        yield FellBack(engine=failed, message=error.message, hint=error.hint)
        note = f"{failed} could not write this digest, so the embedded engine did. {error.message}"
        embedded = replace(settings, engine="embedded")
        digest = yield from _digest(_Loading(embedded), document, embedded, name, note)
    yield Verified(digest=digest)
    yield Finished(digest=digest, document=document)


def list_feed(
    reference: Reference | Resource, *, settings: Settings | None = None, stdin: BinaryIO | None = None
) -> Feed:
    """What a feed (RSS, RDF, Atom, JSON Feed) lists: digest an entry by its ``link``, or by ``Feed.resource`` without one.

    Raises MediaTypeError where ``reference`` is no feed, MalformedError where it is damaged, EmptyError where it lists
    nothing, and RefusedError or NetworkError as ``read`` does.
    """
    settings = settings or Settings()
    resource = _settled(reference) if isinstance(reference, Resource) else _fetch(reference, settings, stdin)[0]
    if resource.media_type not in MEDIA_TYPES:
        raise MediaTypeError(
            f"{resource.reference} is no feed but {resource.media_type}.", hint="Look for its RSS or Atom address."
        )
    return _feed(resource, settings)


def _feed(resource: Resource, settings: Settings) -> Feed:
    from aili.extractors.feed import entries  # here: most references are no feeds

    return entries(resource, limits=_parse_limits(settings, ""))


def check(
    source: Reference | Resource | Document,
    summary: Reference | Resource | Document | Digest,
    *,
    settings: Settings | None = None,
    stdin: BinaryIO | None = None,
    password: str = "",
) -> Report:
    """Check any summary against any source, sentence by sentence, and say what of the source it leaves out.

    Both may be references, bytes, or values that were read before; ``-`` (``stdin``) can be only one of them. A digest's
    bullets are checked by the evidence they name where it was made from this very document. Raises AiliError: an empty
    summary is a ThinTextError; what else is odd (another language, a summary longer than its source) is a note in the
    Report.
    """
    settings = settings or Settings()
    document = _source(source, settings, stdin, password)
    if isinstance(summary, Digest):
        told = summaries.summary_of(summary, document)
    elif isinstance(summary, Document):
        told = summaries.sentences_of(summary, document)
    else:
        resource = _settled(summary) if isinstance(summary, Resource) else _fetch(summary, settings, stdin)[0]
        limits = replace(_parse_limits(settings, password), min_words=1)
        told = summaries.read_summary(resource, document, limits=limits)
    return verification.examine(told, document)


def _source(
    source: Reference | Resource | Document, settings: Settings, stdin: BinaryIO | None, password: str
) -> Document:
    """The document that is checked against; it may be shorter than one worth a digest, unless it is a page.

    A page of a few words is a sign-in form or a notice, whatever its sentences are.
    """
    if isinstance(source, Document):
        return source
    resource = _settled(source) if isinstance(source, Resource) else _fetch(source, settings, stdin)[0]
    limits = _parse_limits(settings, password)
    return extractors.extract(
        resource, limits=limits if "html" in resource.media_type else replace(limits, min_words=1)
    )


def prepare(settings: Settings) -> None:
    """Load the engine of these settings, so that the first digest need not wait for it; raises AiliError."""
    _Loading(settings).engine()


def _name(reference: Reference | Resource | Document) -> str:
    if isinstance(reference, Document):
        return reference.metadata.location or reference.metadata.title
    return reference.reference if isinstance(reference, Resource) else fspath(reference)


def _engine_name(engine: str) -> str:
    """The engine as a person knows it, without the address of a server."""
    return engine.partition("@http")[0]


def _digest(
    loading: _Loading, document: Document, settings: Settings, name: str, note: str = ""
) -> Generator[Event, None, Digest]:
    """Let the engine write and verify what it wrote; ``note`` is what the reader must know besides."""
    engine = loading.engine()
    draft = None
    with closing(_drafts(engine, document, settings)) as drafts:
        for draft, complete in drafts:
            yield Drafted(draft=draft, complete=complete)
    if draft is None:
        about = name or "this document"
        raise EngineError(f"The engine {engine.name} wrote nothing about {about}.", hint="Try another one.")
    notes = tuple(filter(None, (note, _unasked(settings))))
    digest = verification.verify(replace(draft, notes=(*notes, *draft.notes)), document, name=name)
    return replace(digest, imprint=Imprint(brand=settings.brand, shared_by=settings.shared_by, owner=settings.owner))


def _unasked(settings: Settings) -> str:
    """What the reader wished for and no engine but a language model can heed."""
    if engines.asks_model(settings.engine) or not (settings.focus or settings.prompt):
        return ""
    return f"The engine {_engine_name(settings.engine)} takes no instructions: focus and prompt had no effect."


def _review(document: Document, language: str) -> Review:
    """What verification will say of a bullet about ``document`` in a digest in ``language``."""
    from aili.verification.examining import Examination  # here: only an engine that can mend its bullets asks

    examination = Examination(document, language=language)

    def review(bullet: Bullet) -> Bullet:
        verdict, reasons, ids = examination.judged(bullet.text, bullet.evidence)
        return replace(bullet, verdict=verdict, reasons=reasons, evidence=ids)

    return review


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
        self._options = EngineOptions(
            threads=settings.threads,
            max_words=settings.max_words,
            length=settings.length,
            focus=settings.focus,
            prompt=settings.prompt,
            context_window=settings.context_window,
            seconds=settings.draft_seconds,
            parallel=settings.draft_parallel,
            keys=settings.keys,
            key_file=settings.key_file,
            ca_file=settings.ca_file,
            reviewer=_review,
        )
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


def _drafts(engine: Engine, document: Document, settings: Settings) -> Generator[tuple[Draft, bool], None, None]:
    cache = _cache(settings) if engine.costly else None
    key = (document.hash, engine.name, engine.version, settings.language, settings.length) if cache else ()
    if cache and (kept := cache.get(Draft, *key)):
        yield kept, True
        return
    draft = None
    for newer in engine.draft(document, language=settings.language):
        if not newer.complete:
            yield newer, False
            continue
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

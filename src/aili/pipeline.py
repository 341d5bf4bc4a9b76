"""The stages in order: fetch, extract, draft, verify. Every face calls these, and only these make events."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from os import fspath
from pathlib import Path
from typing import BinaryIO, TypeVar

from aili import continuation, engines, extractors, spool, summaries, verification
from aili.acquisition import Reference, acquire, cache_of, parse_limits, settled
from aili.cancellation import Cancellation
from aili.digest import Bullet, Digest, Draft, Imprint, Usage
from aili.document import Document, Resource
from aili.engines import Engine, EngineOptions, Forecast, Plan, Planner, Review
from aili.errors import AiliError, EngineError, UsageError
from aili.events import Drafted, Event, Expected, Extracted, FellBack, Fetched, Finished, Listed, Started, Verified
from aili.feed import MEDIA_TYPES
from aili.report import Report
from aili.settings import Settings

Value = TypeVar("Value")


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
    document = _drained(opened(reference, settings, stdin=stdin, password=password))
    assert document is not None  # only who asks for feeds is given none
    return document


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
    cancellation: Cancellation | None = None,
) -> Generator[Event, None, None]:
    """Digest a document and yield what happens on the way; the last event is Finished. Closing the generator cancels.

    ``reference`` may be a Document that was read before, or a Resource whose bytes are here. ``schemes`` are those that may
    be fetched from, empty for all (see ``sources.Limits``); ``password`` opens an encrypted document. With ``feeds``, the
    last event is Listed where ``reference`` is a feed, which is otherwise an IndexPageError. Raises AiliError, and
    StoppedError where another thread ends a wait for a language model by ``cancellation``.
    """
    settings = settings or Settings()
    engines.known(settings.engine)
    name = _name(reference)
    if not isinstance(reference, Document):
        _warm(name)
    loading = Loading(settings, cancellation)
    document = yield from opened(reference, settings, stdin=stdin, schemes=schemes, password=password, feeds=feeds)
    if document is None:
        return
    try:
        digest = yield from _digest(loading, document, settings, name)
    except EngineError as error:
        if not (settings.fallback and engines.asks_model(settings.engine)):
            raise
        failed = _engine_name(settings.engine)
        yield FellBack(engine=failed, message=error.message, hint=error.hint)
        note = f"{failed} could not write this digest, so the embedded engine did. {error.message}"
        embedded = replace(settings, engine="embedded")
        digest = yield from _digest(Loading(embedded), document, embedded, name, note, paid=loading.paid)
    yield Verified(digest=digest)
    yield Finished(digest=digest, document=document)


def opened(
    reference: Reference | Resource | Document,
    settings: Settings,
    *,
    stdin: BinaryIO | None = None,
    schemes: tuple[str, ...] = (),
    password: str = "",
    feeds: bool = False,
) -> Generator[Event, None, Document | None]:
    """Fetch and read ``reference``, yield what happens on the way, and return the document; None where a feed was Listed.

    The arguments are those of ``stream``. Raises AiliError.
    """
    yield Started(reference=_name(reference))
    if isinstance(reference, Document):
        yield Extracted(document=reference)
        return reference
    if isinstance(reference, Resource):
        resource, cached = settled(reference), False
    else:
        resource, cached = acquire(reference, settings, stdin, schemes)
    yield Fetched(location=resource.location, media_type=resource.media_type, size=len(resource.data), cached=cached)
    if feeds and resource.media_type in MEDIA_TYPES:
        yield Listed(feed=extractors.entries(resource, limits=parse_limits(settings, "")))
        return None
    first = extractors.extract(resource, limits=parse_limits(settings, password))
    document = yield from _whole(reference, resource, first, settings)
    yield Extracted(document=document)
    return document


def _whole(
    reference: Reference | Resource, resource: Resource, first: Document, settings: Settings
) -> Generator[Fetched, None, Document]:
    """The document of all pages of an article; of one whose bytes were handed over, what was read and where it goes on."""
    if isinstance(reference, Resource) or not resource.location.lower().startswith(("http://", "https://")):
        return continuation.told(resource, first, settings)
    pages = continuation.continued(resource, first, settings)
    while True:
        try:
            page, cached = next(pages)
        except StopIteration as end:
            document: Document = end.value
            return document
        yield Fetched(location=page.location, media_type=page.media_type, size=len(page.data), cached=cached)


def _drained(events: Generator[Event, None, Value]) -> Value:
    """What ``events`` returns at its end."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            value: Value = end.value
            return value


def plan(
    reference: Reference | Resource | Document,
    *,
    settings: Settings,
    stdin: BinaryIO | None = None,
    password: str = "",
) -> Plan:
    """What a language model would be asked for a digest of ``reference``; it is read, and no model is asked.

    No key is needed. Raises AiliError; UsageError where the engine asks nobody.
    """
    engine = planner(settings)
    document = reference
    if not isinstance(document, Document):
        document = read(document, settings=settings, stdin=stdin, password=password)
    made = engine.plan(document, language=settings.language)
    cache = None if settings.refresh else cache_of(settings)
    return replace(made, kept=bool(cache and cache.get(Draft, *_draft_key(engine, document, settings))))


def planner(settings: Settings) -> Planner:
    """The engine of these settings, which can say what it would ask; raises UsageError where it asks nobody."""
    engine = engines.engine(settings.engine, _options(settings))
    if not isinstance(engine, Planner):
        raise UsageError(f"The engine {settings.engine} asks no language model.", hint="Name one: -m PROVIDER:MODEL.")
    return engine


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
        resource = settled(summary) if isinstance(summary, Resource) else acquire(summary, settings, stdin)[0]
        limits = replace(parse_limits(settings, password), min_words=1)
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
    resource = settled(source) if isinstance(source, Resource) else acquire(source, settings, stdin)[0]
    limits = parse_limits(settings, password)
    if "html" not in resource.media_type:
        return extractors.extract(resource, limits=replace(limits, min_words=1))
    return _drained(_whole(source, resource, extractors.extract(resource, limits=limits), settings))


def prepare(settings: Settings) -> None:
    """Load the engine of these settings, so that the first digest need not wait for it; raises AiliError."""
    Loading(settings).engine()


def _name(reference: Reference | Resource | Document) -> str:
    if isinstance(reference, Document):
        return reference.metadata.location or reference.metadata.title
    return reference.reference if isinstance(reference, Resource) else fspath(reference)


def _engine_name(engine: str) -> str:
    """The engine as a person knows it, without the address of a server or the folder of a file."""
    family, _, model = engine.partition("@http")[0].partition(":")
    if family == "local" and model.lower().endswith(".gguf"):
        model = Path(model).stem
    return f"{family}:{model}" if model else family


def _digest(
    loading: Loading, document: Document, settings: Settings, name: str, note: str = "", *, paid: Usage | None = None
) -> Generator[Event, None, Digest]:
    """Let the engine write and verify what it wrote; ``note`` is what the reader must know besides, ``paid`` what an engine
    that failed has cost.
    """
    engine = loading.engine()
    draft = None
    with closing(_drafts(engine, document, settings)) as events:
        for event in events:
            if isinstance(event, Drafted):
                draft = event.draft
            yield event
    if draft is None:
        about = name or "this document"
        raise EngineError(f"The engine {engine.name} wrote nothing about {about}.", hint="Try another one.")
    notes = tuple(filter(None, (note, _unasked(settings))))
    draft = replace(draft, notes=(*notes, *draft.notes), usage=paid or draft.usage)
    digest = verification.verify(draft, document, name=name)
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


def _warm(name: str) -> None:
    """Start the HTML worker while the bytes are on their way, unless it is plain that it has nothing to read."""
    if name != "-" and not name.lower().endswith((".txt", ".md", ".markdown")):
        extractors.warm()


def _options(settings: Settings) -> EngineOptions:
    return EngineOptions(
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
        max_cost=settings.max_cost,
        usage_file=str(usage_path(settings)),
        models=settings.models,
    )


def usage_path(settings: Settings) -> Path:
    """The file beside the library in which every request to a language model is written down."""
    library = spool.library_path(settings)
    return library.with_name(f"{library.name}.usage.jsonl")


class Loading:
    """The engine on its way: imported and loaded in a thread, while the document is fetched and parsed elsewhere.

    Measured on a 900-word page, cold: 0.35 s of imports and weights pass while the sandbox reads the page. A script that
    ends before waits for it: Python cannot leave while another thread is in the middle of onnxruntime's start.

    ``paid`` is what the engine's requests to a language model have cost so far.
    """

    def __init__(self, settings: Settings, cancellation: Cancellation | None = None) -> None:
        self._name = settings.engine
        self.paid = Usage()
        self._options = replace(_options(settings), on_usage=self._pay, cancellation=cancellation)
        self._engine: Engine | None = None
        self._error: AiliError | None = None
        self._thread = threading.Thread(target=self._load, name="aili-engine")
        self._thread.start()

    def _pay(self, usage: Usage) -> None:
        self.paid = usage

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


def _drafts(engine: Engine, document: Document, settings: Settings) -> Generator[Drafted | Expected, None, None]:
    cache = cache_of(settings) if engine.costly else None
    key = _draft_key(engine, document, settings) if cache else ()
    if cache and not settings.refresh and (kept := cache.get(Draft, *key)):
        yield Drafted(draft=kept, complete=True, kept=True)
        return
    draft = None
    for newer in engine.draft(document, language=settings.language):
        if isinstance(newer, Forecast):
            yield Expected(seconds=newer.seconds, tokens_per_second=newer.tokens_per_second)
            continue
        if not newer.complete:
            yield Drafted(draft=newer, complete=False)
            continue
        if draft is not None:
            yield Drafted(draft=draft, complete=False)
        draft = newer
    if draft is not None:
        yield Drafted(draft=draft, complete=True)
        if cache:
            cache.put(draft, *key)


def _draft_key(engine: Engine, document: Document, settings: Settings) -> tuple[str, ...]:
    """What a draft depends on; the engine's version stands for its model, its wish and its prompts."""
    return (document.hash, engine.name, engine.version, settings.language, settings.length)

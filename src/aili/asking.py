"""A question is put to a document: read it, let the engine answer, check every bullet, and remember what was asked."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from typing import BinaryIO

from aili import codec, engines, verification
from aili.acquisition import Reference, cache_of
from aili.answer import Answer, Conversation, Inquiry, Reply
from aili.digest import Usage
from aili.document import Document, Resource
from aili.engines import Answering, Engine, Forecast, Plan
from aili.errors import EngineError, MalformedError, UsageError, quoted
from aili.events import Answered, AskEvent, Expected, Extracted, FellBack, Fetched, Replied, Started
from aili.pipeline import Loading, opened, planner, read
from aili.settings import Settings

LONGEST = 1000  # characters of a question
KEPT = 50  # answers that a conversation remembers


def ask(
    source: Reference | Resource | Document,
    question: str,
    *,
    settings: Settings | None = None,
    conversation: Conversation | None = None,
    stdin: BinaryIO | None = None,
    password: str = "",
) -> Answer:
    """Answer ``question`` from ``source`` with checked bullets, or say that the document does not say (``Answer.said``).

    ``source`` is a reference, bytes, or a document that was read before, such as a kept digest's. A ``conversation`` about
    the same document lets a follow-up lean on earlier questions; it is not changed (see ``remembered``). Raises UsageError
    for an empty question or a conversation about another document, EngineError, and what ``read`` raises.
    """
    for event in stream(source, question, settings=settings, conversation=conversation, stdin=stdin, password=password):
        if isinstance(event, Answered):
            return event.answer
    raise EngineError("No answer was finished.")


def stream(
    source: Reference | Resource | Document,
    question: str,
    *,
    settings: Settings | None = None,
    conversation: Conversation | None = None,
    stdin: BinaryIO | None = None,
    password: str = "",
) -> Generator[AskEvent, None, None]:
    """Answer as ``ask`` does and yield what happens on the way; the last event is Answered. Closing it cancels."""
    settings = settings or Settings()
    engines.known(settings.engine)
    plain = _plain(question)
    loading = Loading(settings)
    document = None
    for event in opened(source, settings, stdin=stdin, password=password):
        if isinstance(event, Started | Fetched | Extracted):
            yield event
        if isinstance(event, Extracted):
            document = event.document
    if document is None:
        raise EngineError("The document was not read.")
    inquiry = _inquiry(plain, document, conversation)
    try:
        answer = yield from _answer(loading, document, inquiry, settings)
    except EngineError as error:
        if not (settings.fallback and engines.asks_model(settings.engine)):
            raise
        failed = settings.engine.partition("@http")[0]
        yield FellBack(engine=failed, message=error.message, hint=error.hint)
        note = f"{failed} could not answer, so the embedded engine did. {error.message}"
        embedded = replace(settings, engine="embedded")
        answer = yield from _answer(Loading(embedded), document, inquiry, embedded, note, paid=loading.paid)
    yield Answered(answer=answer, document=document)


def plan(
    source: Reference | Resource | Document,
    question: str,
    *,
    settings: Settings,
    conversation: Conversation | None = None,
    stdin: BinaryIO | None = None,
    password: str = "",
) -> Plan:
    """What a language model would be asked for the answer; ``source`` is read, and no model is asked.

    The arguments are those of ``ask``; no key is needed. Raises AiliError; UsageError where the engine asks nobody.
    """
    plain = _plain(question)
    engine = planner(settings)
    document = source
    if not isinstance(document, Document):
        document = read(document, settings=settings, stdin=stdin, password=password)
    inquiry = _inquiry(plain, document, conversation)
    made = engine.plan(document, language=settings.language, inquiry=inquiry)
    return replace(made, kept=_kept(engine, document, inquiry, settings) is not None)


def remembered(conversation: Conversation | None, answer: Answer) -> Conversation:
    """The conversation with ``answer`` at its end, or a new one; the oldest of more than 50 answers go."""
    before = conversation.answers if conversation else ()
    return Conversation(document=answer.provenance.document, title=answer.title, answers=(*before, answer)[-KEPT:])


def _plain(question: str) -> str:
    plain = " ".join("".join(character if character.isprintable() else " " for character in question).split())
    if not any(character.isalnum() for character in plain):
        raise UsageError(
            "There is no question.", hint='Write one after the document: aili ask REF "When does it open?"'
        )
    if len(plain) > LONGEST:
        raise UsageError(f"The question has more than {LONGEST:,} characters.", hint="Ask in fewer words.")
    return plain


def _inquiry(question: str, document: Document, conversation: Conversation | None) -> Inquiry:
    if conversation is None:
        return Inquiry(question=question)
    if conversation.document != document.hash:
        about = f" ({quoted(conversation.title)})" if conversation.title.strip() else ""
        raise UsageError(
            f"The conversation is about another document{about}, or about another state of this one.",
            hint="Begin a new one: --session with a new file.",
        )
    return Inquiry(question=question, before=tuple(answer.turn for answer in conversation.answers))


def _answer(
    loading: Loading,
    document: Document,
    inquiry: Inquiry,
    settings: Settings,
    note: str = "",
    *,
    paid: Usage | None = None,
) -> Generator[AskEvent, None, Answer]:
    """Let the engine answer and verify what it answered; ``note`` is what the reader must know besides, ``paid`` what an
    engine that failed has cost.
    """
    engine = loading.engine()
    reply = yield from _reply(engine, document, inquiry, settings)
    noted = replace(reply, notes=(*filter(None, (note,)), *reply.notes), usage=paid or reply.usage)
    try:
        return verification.verify_reply(noted, document, question=inquiry.question)
    except EngineError:
        if engines.asks_model(settings.engine):
            raise
        # Sentences of the document that do not stand alone, and that nothing else proves, are no answer.
        return verification.verify_reply(replace(noted, bullets=()), document, question=inquiry.question)


def _reply(
    engine: Engine, document: Document, inquiry: Inquiry, settings: Settings
) -> Generator[AskEvent, None, Reply]:
    """The engine's whole reply, or the one that it gave to the same question before."""
    if not isinstance(engine, Answering):
        raise UsageError(
            f"The engine {engine.name} answers no questions.", hint="Use -m embedded, or a language model."
        )
    if kept := _kept(engine, document, inquiry, settings):
        yield Replied(reply=kept, complete=True, kept=True)
        return kept
    reply = None
    # an engine may return any iterator; those of ours are generators, which close
    with closing(engine.answer(document, inquiry, language=settings.language)) as replies:  # type: ignore[type-var]
        for newer in replies:
            if isinstance(newer, Forecast):
                yield Expected(seconds=newer.seconds, tokens_per_second=newer.tokens_per_second)
                continue
            reply = newer
            yield Replied(reply=reply, complete=reply.complete)
    if reply is None or not reply.complete:
        raise EngineError(f"The engine {engine.name} answered nothing.", hint="Try another one.")
    if engine.costly and (cache := cache_of(settings)):
        cache.put(reply, *_key(engine, document, inquiry, settings))
    return reply


def _kept(engine: Engine, document: Document, inquiry: Inquiry, settings: Settings) -> Reply | None:
    """What a costly engine replied to the same question, after the same conversation; None where it is to be asked."""
    cache = cache_of(settings) if engine.costly and not settings.refresh else None
    return cache.get(Reply, *_key(engine, document, inquiry, settings)) if cache else None


def _key(engine: Engine, document: Document, inquiry: Inquiry, settings: Settings) -> tuple[str, ...]:
    asked = codec.fingerprint("inquiry", codec.encode(inquiry))
    return (document.hash, engine.name, engine.version, settings.language, asked)


def recalled(data: bytes, name: str) -> Conversation | None:
    """The conversation in a session file's bytes, None for an empty file; raises MalformedError where it is none."""
    if not data.strip():
        return None
    try:
        return codec.decode(data, Conversation)
    except MalformedError:
        raise MalformedError(f"{name} is no session of aili ask.", hint="Name another file, or a new one.") from None

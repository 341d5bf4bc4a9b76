"""From a document and an errand to drafts: connects, lets the digest be written in a thread, and hands over what stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from httpx2 import AsyncClient
from pydantic_ai.models import Model

from aili import answer as answers
from aili.digest import Draft
from aili.document import Document
from aili.engines import EngineOptions, Plan
from aili.engines.llm import budget
from aili.engines.llm.answers import Reply
from aili.engines.llm.asking import Asking
from aili.engines.llm.clients import connected
from aili.engines.llm.composing import Task
from aili.engines.llm.guard import Guard
from aili.engines.llm.injections import orders
from aili.engines.llm.judging import Judge
from aili.engines.llm.planning import planned
from aili.engines.llm.prices import tariff
from aili.engines.llm.prompting import Wish
from aili.engines.llm.providers import Place
from aili.engines.llm.pumping import pumped
from aili.engines.llm.replying import Replying
from aili.engines.llm.spending import spending
from aili.engines.llm.windows import window
from aili.engines.llm.writing import Writing


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """Who is asked, with which key, and for what; ``own`` is the document's language, ``language`` the digest's."""

    place: Place
    key: str
    options: EngineOptions
    preset: str
    language: str
    own: str
    engine: str
    version: str

    def __repr__(self) -> str:
        return f"Errand({self.engine})"  # the key is nobody's to see


def drafts(document: Document, errand: Errand) -> Iterator[Draft]:
    """Yield partial drafts, then the complete one; closing the iterator ends the request. Raises EngineError."""
    yield from pumped(partial(_write, document, errand), errand.options.cancellation)


def replies(document: Document, inquiry: answers.Inquiry, errand: Errand) -> Iterator[answers.Reply]:
    """Yield partial answers, then the complete one; otherwise as ``drafts``."""
    yield from pumped(partial(_answer, document, inquiry, errand), errand.options.cancellation)


async def _answer(
    document: Document, inquiry: answers.Inquiry, errand: Errand, tell: Callable[[answers.Reply], None]
) -> None:
    options, place = errand.options, errand.place
    withheld = orders(document)
    async with connected(place, errand.key, seconds=options.seconds, ca_file=options.ca_file) as (model, http):
        asking = _asking(errand, model)
        told = await _told(errand, http)
        task = _task(document, _brief(errand), withheld, _window(errand, model, told))
        replying = Replying(task, asking, _judge(task, errand), lambda reply: tell(_reply(reply, errand, asking)))
        reply = await replying.reply(inquiry)
        notes = (*_notes(len(withheld), replying.dropped), *replying.notes, *_assumed(errand, told, replying))
        made = _reply(reply, errand, asking)
        tell(replace(made, notes=notes, share=_share(document, withheld), complete=True))


async def _write(document: Document, errand: Errand, tell: Callable[[Draft], None]) -> None:
    options, place = errand.options, errand.place
    withheld = orders(document)
    async with connected(place, errand.key, seconds=options.seconds, ca_file=options.ca_file) as (model, http):
        asking = _asking(errand, model)
        told = await _told(errand, http)
        task = _task(document, errand, withheld, _window(errand, model, told))
        writing = Writing(task, asking, _judge(task, errand), lambda reply: tell(_draft(reply, errand, asking)))
        reply = await writing.write()
        notes = (*_notes(len(withheld), writing.dropped), *writing.notes, *_assumed(errand, told, writing))
        draft = _draft(reply, errand, asking)
        tell(replace(draft, notes=notes, share=_share(document, withheld), complete=True))


def _asking(errand: Errand, model: Model) -> Asking:
    options = errand.options
    bill = spending(errand.place, errand.engine, options)
    return Asking(model=model, place=errand.place, seconds=options.seconds, parallel=options.parallel, spending=bill)


def _brief(errand: Errand) -> Errand:
    """The errand of an answer, which is short whatever digests are to be."""
    return replace(errand, options=replace(errand.options, length="brief"))


def plan(document: Document, errand: Errand, inquiry: answers.Inquiry | None = None) -> Plan:
    """What would be asked for a digest, or for the answer to ``inquiry``; connects to nobody. Raises EngineError."""
    errand = _brief(errand) if inquiry else errand

    async def made() -> Plan:
        seconds, ca_file = errand.options.seconds, errand.options.ca_file
        async with connected(errand.place, "", seconds=seconds, ca_file=ca_file) as (model, _):  # which sends nothing
            task = _task(document, errand, orders(document), _window(errand, model))
            return planned(task, engine=errand.engine, tariff=tariff(errand.place), inquiry=inquiry)

    return asyncio.run(made())


def _task(document: Document, errand: Errand, withheld: frozenset[int], tokens: int) -> Task:
    options = errand.options
    return Task(
        document=document,
        orders=withheld,
        wish=Wish(language=errand.language, focus=" ".join(options.focus.split()), preset=errand.preset),
        own=errand.own,
        length=options.length,
        window=tokens,
        thinks=not errand.place.provider.local,
    )


def _judge(task: Task, errand: Errand) -> Judge:
    document, language, own = task.document, errand.language, errand.own
    translated = bool(own) and own.partition("-")[0].lower() != language.partition("-")[0].lower()
    guard = Guard(document, language=language or "en", translated=translated, orders=task.orders)
    citable = frozenset(i for line in budget.lines(document, task.orders) for i in line.ids)
    reviewer = errand.options.reviewer
    review = reviewer(document, language) if reviewer is not None else None
    return Judge(document, guard, language=language or "en", citable=citable, review=review)


async def _told(errand: Errand, http: AsyncClient) -> int:
    """The window that the server says it has, 0 where it does not, or is not to be asked."""
    return 0 if errand.options.context_window else await window(http, errand.place, errand.key)


def _window(errand: Errand, model: Model, told: int = 0) -> int:
    """Tokens at once: those that the reader set, else those that the server ``told``, else what is known of the model."""
    if known := errand.options.context_window or told:
        return max(budget.LEAST_WINDOW, known)
    if errand.place.provider.local:
        return budget.LOCAL_WINDOW
    return model.context_window or budget.HOSTED_WINDOW


def _share(document: Document, withheld: frozenset[int]) -> float:
    """The part of the text's characters that the model was shown."""
    spans = document.sentences
    total = sum(span.end - span.start for span in spans)
    kept = sum(span.end - span.start for i, span in enumerate(spans) if i not in withheld)
    return kept / total if total else 1.0


def _assumed(errand: Errand, told: int, writing: Writing) -> Iterator[str]:
    """What the reader must know where a window was assumed and made a difference."""
    if writing.in_parts and errand.place.provider.local and not (errand.options.context_window or told):
        yield (
            f"The text was read in parts: the server does not say how many tokens it reads at once, and"
            f" {budget.LOCAL_WINDOW:,} were assumed. Where it reads more, set context_window to that."
        )


def _notes(withheld: int, dropped: int) -> Iterator[str]:
    if withheld:
        yield f"{_counted(withheld)} kept from the model: orders to a program, not words for a reader."
    if dropped:
        yield f"{_counted(dropped)} left out of what the model wrote: not about the text, or with links or orders in it."


def _counted(sentences: int) -> str:
    return "A sentence was" if sentences == 1 else f"{sentences:,} sentences were"


def _draft(reply: Reply, errand: Errand, asking: Asking) -> Draft:
    return Draft(
        abstract=reply.abstract,
        sections=reply.sections,
        language=errand.language,
        engine=errand.engine,
        version=errand.version,
        usage=asking.usage,
        complete=False,
    )


def _reply(reply: Reply, errand: Errand, asking: Asking) -> answers.Reply:
    return answers.Reply(
        bullets=reply.bullets,
        language=errand.language,
        engine=errand.engine,
        version=errand.version,
        usage=asking.usage,
        complete=False,
    )

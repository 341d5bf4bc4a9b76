"""A job's events as a stream (server-sent events, WHATWG HTML §9.2) that resumes after any of them; or as JSON, so far."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from aili import codec
from aili.errors import AiliError, LimitError
from aili.library import Library
from aili.store.records import ENDED, JobEvent
from aili.web.api.negotiation import preferred
from aili.web.api.operations import JSON, STREAM, Call, Operation, Reply, Routes, shown
from aili.web.failures import Fault, InvalidError

routes = Routes("Jobs")

POLL_SECONDS = 1.0  # another process writes to the library without ringing a bell here
HEARTBEAT_SECONDS = 15.0  # proxies close what is silent for a minute; some for half of it
RETRY_MILLISECONDS = 2_000  # after which a browser asks again
MOST_STREAMS = 500  # at once; each holds a connection of the 1,000 that the server takes


@dataclass(frozen=True, kw_only=True, slots=True)
class EventsQuery:
    """From where on events are wanted."""

    after: Annotated[int, Meta(ge=0, le=2**53, description="Only events with a higher number.")] = 0


@routes.add(
    Operation(
        method="GET",
        path="/jobs/{job}/events",
        about="What happens to a job, as it happens",
        more="Each event has the number of the event as its id, its kind as its name and its data as JSON. The stream ends"
        " after the last event of a job that has ended; asked again after that one, it answers 204, upon which a browser"
        " stops asking. A lost connection resumes with Last-Event-ID, or with after. With Accept: application/json the"
        " answer is the list of the events so far.",
        scope="read",
        query=EventsQuery,
        replies=(
            Reply(status=200, about="The events", value=tuple[JobEvent, ...], media=(STREAM,)),
            Reply(status=204, about="The job has ended, and there is nothing after this event"),
        ),
        problems=(404, 406),
    )
)
async def job_events(call: Call) -> Response:
    """Stream what follows the last event that the reader knows."""
    after = max(call.query(EventsQuery).after, _last_event(call))
    library, account, job = call.library, call.account, call.part("job")
    found = await run_in_threadpool(library.jobs.events, account, job, after=after)
    if preferred(call.request, (STREAM, JSON)) == JSON:
        return shown(found)
    if not found and (await run_in_threadpool(library.jobs.get, account, job)).state in ENDED:
        return Response(status_code=204)
    if library.jobs.bell.listeners() >= MOST_STREAMS:
        raise LimitError("Too many streams of events are open.", hint="Try again in a moment.", seconds=5)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream(library, account, job, after=after), headers=headers, media_type=STREAM)


async def stream(library: Library, account: str, job: str, *, after: int) -> AsyncIterator[str]:
    """The job's events after ``after`` as they come, until it has ended; between two of them nothing is held."""
    silent = 0.0
    # Where the job is gone or the library busy the stream ends: a browser asks again, and is told.
    with library.jobs.bell.listening(job) as listener, suppress(AiliError):
        yield f"retry: {RETRY_MILLISECONDS}\n\n"
        while True:
            # Its state first: what was written before it ended is then among the events.
            ended = (await run_in_threadpool(library.jobs.get, account, job)).state in ENDED
            for event in await run_in_threadpool(library.jobs.events, account, job, after=after):
                yield written(event)
                after, silent = event.number, 0.0
            if ended:
                return
            if silent >= HEARTBEAT_SECONDS:
                yield ": still here\n\n"
                silent = 0.0
            if not await listener.wait(POLL_SECONDS):
                silent += POLL_SECONDS


def written(event: JobEvent) -> str:
    """An event in the form of the stream."""
    return f"id: {event.number}\nevent: {event.kind}\ndata: {codec.encode(event.data).decode()}\n\n"


def _last_event(call: Call) -> int:
    text = call.request.headers.get("last-event-id", "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise InvalidError(
            "Last-Event-ID is the number of an event.",
            errors=(Fault(pointer="#/Last-Event-ID", detail="Expected a number."),),
        )
    return int(text)

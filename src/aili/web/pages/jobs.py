"""A digest on its way: what has been done of it, step by step, and what to do when it fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from aili.errors import AiliError, ConflictError
from aili.store.records import ENDED, Job, JobEvent
from aili.web.context import context
from aili.web.failures import status_of
from aili.web.identity import Asking, Person, require
from aili.web.pages import see, texts
from aili.web.pages.home import Form
from aili.web.templating import count, host, page, size

router = APIRouter()

LISTED = 100  # jobs

Step = Literal["fetched", "extracted", "drafted", "verified"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """A step of the work as the page tells it: its name while it is under way and once it is done, and what came of it."""

    step: Step
    doing: str
    done: str
    state: Literal["todo", "now", "done", "stopped"] = "todo"
    told: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """All that is known of a job's work."""

    stages: tuple[Stage, ...]
    title: str = ""
    headings: tuple[tuple[str, int], ...] = ()
    last: int = 0  # number of the last event


BACK = ("/jobs", "/library")  # lists on which a job can be stopped or dismissed
_TAKEN_IN: tuple[Step, str, str] = (
    "fetched",
    "Taking in",
    "Taken in",
)  # instead of fetching, where something was handed over
_STAGES: tuple[tuple[Step, str, str], ...] = (
    ("fetched", "Fetching", "Fetched"),
    ("extracted", "Reading", "Read"),
    ("drafted", "Writing", "Written"),
    ("verified", "Checking every answer", "Checked"),
)


@router.get("/jobs")
def listing(request: Request, asking: Asking, taken: str = "") -> Response:
    """The reader's jobs, the newest first; ``taken`` as for ``show``."""
    require(asking, "read")
    jobs = context(request).library.jobs.list(asking.account.id, limit=LISTED)
    waits = any(job.state not in ENDED for job in jobs)
    return page(request, "jobs.html", asking, jobs=jobs, waits=waits, only_links=taken == "links")


@router.get("/jobs/{job_id}")
def show(request: Request, asking: Asking, job_id: str, taken: str = "") -> Response:
    """How far a digest is; once it is done, the way leads to it.

    ``taken`` is ``links`` where they were taken out of words around them, which the page then says.
    """
    require(asking, "read")
    jobs = context(request).library.jobs
    job = jobs.get(asking.account.id, job_id)
    if job.state == "done" and job.digest:
        return see(f"/digests/{job.digest}")
    return _page(request, asking, job, only_links=taken == "links")


@router.post("/jobs/dismiss")
def dismiss(request: Request, asking: Asking) -> Response:
    """Take all jobs that have ended off the list."""
    require(asking, "write")
    context(request).library.jobs.remove_ended(asking.account.id)
    return see("/jobs")


@router.post("/jobs/{job_id}/cancel")
def cancel(request: Request, asking: Asking, job_id: str, form: Form) -> Response:
    """Stop the work; the page that it was stopped on comes back."""
    require(asking, "write")
    context(request).library.jobs.cancel(asking.account.id, job_id)
    return see(_back(form, f"/jobs/{job_id}"))


@router.post("/jobs/{job_id}/retry")
def retry(request: Request, asking: Asking, job_id: str) -> Response:
    """The same wish once more."""
    require(asking, "write")
    jobs = context(request).library.jobs
    try:
        again = jobs.retry(asking.account.id, job_id)
    except AiliError as error:
        return _page(request, asking, jobs.get(asking.account.id, job_id), error=error)
    return see(f"/jobs/{again.id}")


@router.post("/jobs/{job_id}/remove")
def remove(request: Request, asking: Asking, job_id: str, form: Form) -> Response:
    """Take a job that has ended off the lists; the page that it was dismissed on comes back."""
    require(asking, "write")
    jobs = context(request).library.jobs
    try:
        jobs.remove(asking.account.id, job_id)
    except ConflictError as error:
        return _page(request, asking, jobs.get(asking.account.id, job_id), error=error)
    return see(_back(form, "/jobs"))


def _back(form: FormData, otherwise: str) -> str:
    """The list that the form stood on."""
    return next((back for back in texts(form.getlist("back")) if back in BACK), otherwise)


def _page(
    request: Request, asking: Person, job: Job, *, error: AiliError | None = None, only_links: bool = False
) -> Response:
    return page(
        request,
        "job.html",
        asking,
        status=status_of(type(error)) if error else 200,
        job=job,
        progress=progress_of(job, context(request).library.jobs.events(asking.account.id, job.id)),
        ended=job.state in ENDED,
        only_links=only_links,
        fault=error,
    )


def progress_of(job: Job, events: Iterable[JobEvent]) -> Progress:
    """What the events of a job's latest attempt come to."""
    known: dict[str, dict[str, Any]] = {}
    last = 0
    for event in events:
        last = event.number
        if event.kind in ("queued", "started"):
            known = {}
        known[event.kind] = event.data
    if job.upload and "started" in known:
        known.setdefault("fetched", {})  # it is there already; the event comes with the next one, or never
    begun = "started" in known and job.state == "running"
    stages: list[Stage] = []
    for step, doing, done in (_TAKEN_IN, *_STAGES[1:]) if job.upload else _STAGES:
        if step in known:
            stages.append(Stage(step=step, doing=doing, done=done, state="done", told=_told(step, known[step])))
        elif begun or (job.state in ENDED and (not stages or stages[-1].state == "done")):
            stages.append(Stage(step=step, doing=doing, done=done, state="now" if begun else "stopped"))
            begun = False
        else:
            stages.append(Stage(step=step, doing=doing, done=done))
    sections = known.get("drafted", {}).get("sections", [])
    return Progress(
        stages=tuple(stages),
        title=known.get("extracted", {}).get("title", ""),
        headings=tuple((section["heading"], section["questions"]) for section in sections),
        last=last,
    )


def _told(step: Step, data: dict[str, Any]) -> str:
    match step:
        case "fetched":
            found = [
                host(data.get("location", "")),
                size(data["size"]) if "size" in data else "",
                "unchanged since last time" if data.get("cached") else "",
            ]
        case "extracted":
            found = [count(data["words"], "word"), count(data["sentences"], "sentence")]
        case "drafted":
            sections = data["sections"]
            asked = sum(section["questions"] for section in sections)
            found = [count(len(sections), "topic"), count(asked, "question")]
        case "verified":
            found = [f"{data['supported']:,} supported", f"{data['dropped']:,} dropped" if data.get("dropped") else ""]
    return " · ".join(filter(None, found))

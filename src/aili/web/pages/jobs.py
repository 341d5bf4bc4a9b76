"""A digest on its way: what has been done of it, step by step, and what to do when it fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aili.errors import AiliError
from aili.store.records import ENDED, Job, JobEvent
from aili.web.context import context
from aili.web.failures import status_of
from aili.web.identity import Asking, require
from aili.web.pages import see
from aili.web.templating import count, host, page, size

router = APIRouter()

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


_STAGES: tuple[tuple[Step, str, str], ...] = (
    ("fetched", "Fetching", "Fetched"),
    ("extracted", "Reading", "Read"),
    ("drafted", "Writing", "Written"),
    ("verified", "Checking every answer", "Checked"),
)


@router.get("/jobs")
def listing(request: Request, asking: Asking) -> Response:
    """The reader's jobs, the newest first."""
    require(asking, "read")
    jobs = context(request).library.jobs.list(asking.account.id, limit=100)
    return page(request, "jobs.html", asking, jobs=jobs, waits=any(job.state not in ENDED for job in jobs))


@router.get("/jobs/{job_id}")
def show(request: Request, asking: Asking, job_id: str) -> Response:
    """How far a digest is; once it is done, the way leads to it."""
    require(asking, "read")
    jobs = context(request).library.jobs
    job = jobs.get(asking.account.id, job_id)
    if job.state == "done" and job.digest:
        return see(f"/digests/{job.digest}")
    progress = progress_of(job, jobs.events(asking.account.id, job_id))
    return page(request, "job.html", asking, job=job, progress=progress, ended=job.state in ENDED)


@router.post("/jobs/{job_id}/cancel")
def cancel(request: Request, asking: Asking, job_id: str) -> Response:
    """Stop the work."""
    require(asking, "write")
    context(request).library.jobs.cancel(asking.account.id, job_id)
    return see(f"/jobs/{job_id}")


@router.post("/jobs/{job_id}/retry")
def retry(request: Request, asking: Asking, job_id: str) -> Response:
    """The same wish once more."""
    require(asking, "write")
    jobs = context(request).library.jobs
    try:
        again = jobs.retry(asking.account.id, job_id)
    except AiliError as error:
        job = jobs.get(asking.account.id, job_id)
        progress = progress_of(job, jobs.events(asking.account.id, job_id))
        values = {"job": job, "progress": progress, "ended": job.state in ENDED, "fault": error}
        return page(request, "job.html", asking, status=status_of(type(error)), **values)
    return see(f"/jobs/{again.id}")


def progress_of(job: Job, events: Iterable[JobEvent]) -> Progress:
    """What the events of a job's latest attempt come to."""
    known: dict[str, dict[str, Any]] = {}
    last = 0
    for event in events:
        last = event.number
        if event.kind in ("queued", "started"):
            known = {}
        known[event.kind] = event.data
    begun = "started" in known and job.state == "running"
    stages: list[Stage] = []
    for step, doing, done in _STAGES:
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
                size(data["size"]),
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

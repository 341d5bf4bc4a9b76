"""Digests on their way: handed in, watched, cancelled, tried again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Literal

from msgspec import Meta
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from aili import codec
from aili.document import Resource
from aili.errors import EmptyError
from aili.library.wishes import demand_web_address, name_of
from aili.renderers import line
from aili.sources import media_type, without_user
from aili.store.records import Job, Wish
from aili.web.api.bodies import read_json
from aili.web.api.operations import PREFIX, Call, Operation, Reply, Routes, done, shown
from aili.web.api.schemas import Changed, JobRequest
from aili.web.failures import Fault, InvalidError

routes = Routes("Jobs")

PASTED = "Pasted text"
_LOCATION = {"Location": "Address of the job"}


@dataclass(frozen=True, kw_only=True, slots=True)
class JobsQuery:
    """Which jobs are wanted, the newest first."""

    state: Literal["", "waiting", "running", "done", "failed", "cancelled"] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class EndedQuery:
    """Which of the jobs that have ended are meant; empty for all."""

    state: Literal["", "done", "failed", "cancelled"] = ""


@routes.add(
    Operation(
        method="POST",
        path="/jobs",
        about="Digest something",
        more="As JSON, or as a form with a file and the same fields; tags are then separated by commas. What a browser shows"
        " may be handed in as the text of its address.",
        scope="write",
        body=JobRequest,
        form=True,
        replies=(
            Reply(status=202, about="The job, which will end", value=Job, headers=_LOCATION, leads={"job": "/id"}),
        ),
        problems=(409, 413),
    )
)
def submit_job(call: Call) -> Response:
    """Hand something in."""
    return accepted(submit(call))


@routes.add(
    Operation(
        method="GET",
        path="/jobs",
        about="List the jobs",
        scope="read",
        query=JobsQuery,
        replies=(Reply(status=200, about="The newest jobs", value=tuple[Job, ...]),),
    )
)
def list_jobs(call: Call) -> Response:
    """The newest jobs."""
    query = call.query(JobsQuery)
    return shown(call.library.jobs.list(call.account, state=query.state, limit=query.limit))


@routes.add(
    Operation(
        method="GET",
        path="/jobs/{job}",
        about="How far a job is",
        scope="read",
        replies=(Reply(status=200, about="The job", value=Job),),
        problems=(404,),
    )
)
def show_job(call: Call) -> Response:
    """One job."""
    return shown(call.library.jobs.get(call.account, call.part("job")))


@routes.add(
    Operation(
        method="POST",
        path="/jobs/{job}/cancel",
        about="Cancel a job",
        more="A job that has ended stays as it is; DELETE removes one.",
        scope="write",
        replies=(Reply(status=200, about="The job", value=Job),),
        problems=(404, 409),
    )
)
def cancel_job(call: Call) -> Response:
    """Stop the work."""
    return shown(call.library.jobs.cancel(call.account, call.part("job")))


@routes.add(
    Operation(
        method="POST",
        path="/jobs/{job}/retry",
        about="Try a job again",
        more="A new job with the same wish as one that failed or was cancelled. A file or a text that was handed over is"
        " kept for a week in case of that; where it was dropped, the answer is 409.",
        scope="write",
        replies=(Reply(status=202, about="The new job", value=Job, headers=_LOCATION, leads={"job": "/id"}),),
        problems=(404, 409),
    )
)
def retry_job(call: Call) -> Response:
    """The same wish once more."""
    return accepted(call.library.jobs.retry(call.account, call.part("job")))


@routes.add(
    Operation(
        method="DELETE",
        path="/jobs",
        about="Remove all jobs that have ended",
        more="Or only those in the state that is named, as DELETE of each would; digests that they made stay.",
        scope="write",
        query=EndedQuery,
        replies=(Reply(status=200, about="How many are no longer listed", value=Changed),),
    )
)
def remove_jobs(call: Call) -> Response:
    """Take what has ended off the list."""
    return shown(Changed(count=call.library.jobs.remove_ended(call.account, state=call.query(EndedQuery).state)))


@routes.add(
    Operation(
        method="DELETE",
        path="/jobs/{job}",
        about="Remove a job that has ended",
        more="With its events and what was handed over for it. The digest that it made stays. A job that has not ended is"
        " cancelled first.",
        scope="write",
        replies=(Reply(status=204, about="The job is no longer listed"),),
        problems=(404, 409),
    )
)
def remove_job(call: Call) -> Response:
    """Take a job off the list."""
    call.library.jobs.remove(call.account, call.part("job"))
    return done()


def accepted(job: Job) -> Response:
    """The answer to what has become a job."""
    return shown(job, 202, {"Location": f"{PREFIX}/jobs/{job.id}"})


def submit(call: Call) -> Job:
    """The new job for what ``call`` brings; raises InvalidError, and what ``Jobs.submit`` raises."""
    file = None
    if call.form is not None:
        request, file = _of_form(call.form)
    else:
        request = read_json(call.content, JobRequest)
    upload = _file(file) if file else _text(request) if request.text else None
    if upload is None and not request.reference:
        missing = Fault(pointer="#/reference", detail="Expected a web address, a text or a file.")
        raise InvalidError("There is nothing to read.", hint="Give a reference or a text.", errors=(missing,))
    if upload is not None and request.reference:
        demand_web_address(request.reference)
    wish = Wish(
        reference=_name(request, file, upload) if upload else request.reference,
        engine=request.engine,
        language=request.language,
        length=request.length,
        tags=request.tags,
    )
    return call.library.jobs.submit(call.account, wish, upload=upload)


def _name(request: JobRequest, file: UploadFile | None, upload: Resource) -> str:
    return upload.reference if file or request.reference or line(request.title) else name_of(request.text)


def _text(request: JobRequest) -> Resource:
    """The text as if it had been fetched; its title stands at its head, where extraction looks for it."""
    if not request.text.strip():
        raise EmptyError("The text is empty.", hint="There is nothing to digest in it.")
    title, address = line(request.title), without_user(request.reference)
    heading = {"text/plain": f"{title}\n=====\n\n", "text/markdown": f"# {title}\n\n"}.get(request.media_type, "")
    text = (heading if title else "") + request.text
    return Resource(
        data=text.encode(),
        media_type=request.media_type,
        charset="utf-8",
        reference=address or title or PASTED,
        location=address,
    )


def _file(file: UploadFile) -> Resource:
    name = line(PurePath((file.filename or "").replace("\\", "/")).name)[:200] or "A file"
    data = file.file.read()
    if not data:
        raise EmptyError(f"{name} is empty.", hint="Choose another file.")
    declared = (file.content_type or "").partition(";")[0].strip().lower()
    kind = media_type(data, name=name, declared=declared)
    return Resource(data=data, media_type=kind, reference=name, location=name)


def _of_form(form: FormData) -> tuple[JobRequest, UploadFile | None]:
    """The request that a form makes, through the same strict reading as JSON, and its file."""
    given: dict[str, object] = {}
    file = None
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if name != "file":
                raise InvalidError("The file's field is called file.", errors=(_no_such(name),))
            file = value
        elif name == "tags":
            given[name] = [tag.strip() for tag in value.split(",") if tag.strip()]
        elif name != "csrf":  # brought by a page's form, and looked at already
            given[name] = value
    return read_json(codec.encode(given), JobRequest), file


def _no_such(name: str) -> Fault:
    return Fault(pointer=f"#/{name[:80]}", detail="There is no such field.")

"""Making a digest while one waits, and taking in one that was made elsewhere."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from aili import errors
from aili.errors import AiliError, EngineError
from aili.store.records import ENDED, Failure, Job
from aili.web.api.bodies import read_json
from aili.web.api.jobs import accepted, submit
from aili.web.api.operations import PREFIX, Call, Operation, Reply, Routes, shown
from aili.web.api.schemas import DigestImport, JobRequest, KeptDigest

routes = Routes("Digests")

POLL_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitQuery:
    """How long to wait for a digest to be made."""

    wait: Annotated[float, Meta(ge=0, le=60, description="Seconds; the job is answered where it takes longer.")] = 30


@routes.add(
    Operation(
        method="POST",
        path="/digests",
        about="Digest something and wait for it, or import a digest",
        more="What would go to /jobs is digested, and the answer waits for it; where that takes longer than wait seconds it"
        " is the job. A body with a digest keeps that digest, with its document where that is sent along.",
        scope="write",
        query=WaitQuery,
        body=(JobRequest, DigestImport),
        form=True,
        replies=(
            Reply(
                status=201,
                about="The digest, which is in the library now",
                value=KeptDigest,
                headers={"Location": "Address of the digest"},
                leads={"digest": "/kept/id"},
            ),
            Reply(
                status=202, about="The job", value=Job, headers={"Location": "Address of the job"}, leads={"job": "/id"}
            ),
        ),
        problems=(403, 409, 413, 500, 502, 504),
    )
)
async def make_digest(call: Call) -> Response:
    """Make a digest, or take in one that was made elsewhere."""
    wait = call.query(WaitQuery).wait
    if call.form is None and await run_in_threadpool(_is_import, call.content):
        return await run_in_threadpool(_take_in, call)
    job = await run_in_threadpool(submit, call)
    job = await _ended(call, job, time.monotonic() + wait)
    if job.state == "failed":
        raise _error(job.failure or Failure(kind="EngineError", message="The job failed."))
    if job.state != "done":
        return accepted(job)
    return await run_in_threadpool(_made, call, job.digest)


async def _ended(call: Call, job: Job, until: float) -> Job:
    """The job once it has ended, or as it is when the time is over; nothing is held meanwhile."""
    jobs = call.library.jobs
    with jobs.bell.listening(job.id) as listener:
        while True:
            job = await run_in_threadpool(jobs.get, call.account, job.id)
            left = until - time.monotonic()
            if job.state in ENDED or left <= 0 or await call.request.is_disconnected():
                return job
            await listener.wait(min(POLL_SECONDS, left))


def _is_import(content: bytes) -> bool:
    try:
        given = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False  # reading it as a request for a job says what is wrong with it
    return "digest" in given


def _take_in(call: Call) -> Response:
    given = read_json(call.content, DigestImport)
    kept = call.library.digests.keep(call.account, given.digest, given.document, tags=given.tags)
    return _made(call, kept.id)


def _made(call: Call, digest: str) -> Response:
    digests = call.library.digests
    value = KeptDigest(kept=digests.get(call.account, digest), digest=digests.digest(call.account, digest))
    return shown(value, 201, {"Location": f"{PREFIX}/digests/{digest}"})


def _error(failure: Failure) -> AiliError:
    """The error that a job failed with, as if it had happened in this request."""
    found: object = vars(errors).get(failure.kind)
    kind = found if isinstance(found, type) and issubclass(found, AiliError) else EngineError
    return kind(failure.message, hint=failure.hint)

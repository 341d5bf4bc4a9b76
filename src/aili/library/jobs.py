"""Digests on their way: a reader hands in a wish and watches its numbered events; workers take jobs and write to them.

A job's truth is its row. Whoever claims it gets a lease under a name made for that claim (Gray & Cheriton 1989), renews it
while it works, and may write only as long as it holds: every write asks for both within its own transaction, so that a
worker that was too slow, cancelled or taken for dead writes nothing. Work is done at least once and kept once: the digest
is kept by the transaction that ends its job.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from aili import codec
from aili.cancellation import Cancellation
from aili.document import Resource
from aili.errors import ConflictError, EmptyError, LimitError, MalformedError, NotFoundError, TooLargeError, quoted
from aili.library.bell import Arrivals, Bell
from aili.library.ownership import is_gone, new_owner
from aili.library.wishes import demand_web_address, settings_for
from aili.settings import Settings
from aili.sources import without_user
from aili.store import Store, digests
from aili.store import jobs as rows
from aili.store.digests import Entry
from aili.store.records import ENDED, Failure, Job, JobEvent, Wish, new_id, now

LEASE = 30.0  # seconds
ATTEMPTS = 3
KEPT_DAYS = 30
KEPT_JOBS = 1_000  # ended ones of an account
KEPT_UPLOAD_DAYS = 7  # that a file or text is kept which became no digest, so that it can be tried again
KEPT_UPLOADS = 100_000_000  # bytes of these, packed, of an account
MEGABYTE = 1_000_000
BUSY_SECONDS = 30  # after which a reader who has too many jobs may try again

Change = tuple[str, Mapping[str, Any]]
"""Kind and data of an event that is to be recorded."""
_BROKEN_OFF = Failure(
    kind="EngineError",
    message=f"The work was broken off {ATTEMPTS} times, because the server stopped in the middle of it.",
    hint="Try again; if it ends like this once more, the document may be too much for this server.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A job that was taken to be done: ``number`` is its row, ``owner`` the name under which may be written to it.

    ``packed`` is what was handed over, as it lies in the row; empty where the job is on an address.
    """

    number: int
    owner: str
    account: str
    job: Job
    packed: bytes = b""

    def upload(self) -> Resource | None:
        """What was handed over, unpacked; raises MalformedError where the row is damaged."""
        return _unpacked(self.packed) if self.packed else None


class LostError(ConflictError):
    """The job is no longer this worker's: cancelled, removed, past its time, or taken by another."""


class Jobs:
    """The jobs of a library. ``bell`` rings when a job of this process changes, ``arrivals`` when there is one to do."""

    def __init__(self, store: Store, settings: Settings, *, lease: float = LEASE) -> None:
        self._store = store
        self._settings = settings
        self.lease = lease
        self.bell = Bell()
        self.arrivals = Arrivals()
        self._cancellations: dict[str, Cancellation] = {}  # of the jobs that this process works on

    # The reader's side.

    def submit(self, account: str, wish: Wish, *, upload: Resource | None = None) -> Job:
        """A new job of ``account``; once this returns, it will end done, failed or cancelled.

        Without an ``upload`` the wish's reference must be a web address. Raises UsageError, EmptyError, TooLargeError,
        and LimitError where this account, or everyone together, has too many jobs already.
        """
        return self.submit_all(account, [(wish, upload)])[0]

    def submit_all(self, account: str, wanted: Sequence[tuple[Wish, Resource | None]]) -> tuple[Job, ...]:
        """New jobs for several wishes, in their order: all of them or none; raises as ``submit`` does."""
        for wish, upload in wanted:
            self.check(wish, upload)
        return self._add(account, [(wish, _packed(upload) if upload else None) for wish, upload in wanted])

    def check(self, wish: Wish, upload: Resource | None = None) -> None:
        """Raise UsageError, EmptyError or TooLargeError where a wish cannot be fulfilled."""
        settings_for(self._settings, wish)
        if upload is None:
            demand_web_address(wish.reference.strip())
        elif not upload.data:
            raise EmptyError(f"{upload.reference or 'The text'} is empty.", hint="There is nothing to digest in it.")
        elif len(upload.data) > self._settings.fetch_megabytes * MEGABYTE:
            raise TooLargeError(
                f"{upload.reference or 'The text'} is larger than the limit of {self._settings.fetch_megabytes:g} MB.",
                hint="The setting fetch_megabytes raises the limit.",
                limit=int(self._settings.fetch_megabytes * MEGABYTE),
            )

    def get(self, account: str, job_id: str) -> Job:
        """The job of that id; raises NotFoundError where the account has none."""
        with self._store.reading() as connection:
            return rows.job(_found(connection, account, job_id))

    def list(self, account: str, *, state: str = "", limit: int = 50) -> tuple[Job, ...]:
        """The account's jobs, the newest first; only those in ``state`` where that is given."""
        with self._store.reading() as connection:
            return rows.newest(connection, account, state=state, limit=limit)

    def upload(self, account: str, job_id: str) -> Resource | None:
        """What was handed over for the job, as long as it is kept; raises NotFoundError, and MalformedError where the row
        is damaged.
        """
        with self._store.reading() as connection:
            packed = rows.upload(connection, _found(connection, account, job_id).number)
        return _unpacked(packed) if packed else None

    def events(self, account: str, job_id: str, *, after: int = 0) -> tuple[JobEvent, ...]:
        """What happened to the job since its event ``after``, in order; raises NotFoundError."""
        with self._store.reading() as connection:
            return rows.events_after(connection, _found(connection, account, job_id).number, after)

    def cancel(self, account: str, job_id: str) -> Job:
        """Cancel the job at once, even in the middle of a long step, whose result is then dropped.

        A wait for a language model ends with it, and the request; at once where this process works on the job, else when
        the watch of the process that does looks next. A job that has ended stays as it is. Raises NotFoundError.
        """
        with self._store.writing(spare=True) as connection:
            row = _found(connection, account, job_id)
            if row.state not in ENDED:
                rows.record(connection, row.number, "cancelled", {})
                rows.end(connection, row.number, "cancelled", moment=time.time())
                _drop_uploads(connection)
        self.bell.ring(job_id)
        if cancellation := self._cancellations.get(row.id):
            cancellation.cancel()
        return self.get(account, job_id)

    def retry(self, account: str, job_id: str) -> Job:
        """A new job with the wish of one that failed or was cancelled, and with what was handed over for that.

        Raises NotFoundError, LimitError, and ConflictError where it has not failed, or needs a file that is no longer kept.
        """
        with self._store.reading() as connection:
            row = _found(connection, account, job_id)
            packed = rows.upload(connection, row.number)
        job = rows.job(row)
        if job.state not in ("failed", "cancelled"):
            raise ConflictError(
                "This job has not failed.", hint="Only one that failed or was cancelled is tried again."
            )
        if job.upload == "dropped":
            raise ConflictError(
                f"{job.wish.reference} was handed over and is no longer kept.",
                hint="Hand the file or the text over again.",
            )
        if not packed:
            return self.submit(account, job.wish)
        settings_for(self._settings, job.wish)
        return self._add(account, [(job.wish, packed)])[0]

    def remove(self, account: str, job_id: str) -> None:
        """Remove a job that has ended, with its events and what was handed over for it; a digest that it made stays.

        Raises NotFoundError, and ConflictError where it has not ended.
        """
        with self._store.writing(spare=True) as connection:
            row = _found(connection, account, job_id)
            if row.state not in ENDED:
                raise ConflictError("This job has not ended.", hint="Cancel it first.")
            rows.remove(connection, row.number)

    def remove_ended(self, account: str, *, state: str = "") -> int:
        """Remove every job of the account that has ended, or only those in ``state``; returns how many."""
        with self._store.writing(spare=True) as connection:
            return rows.remove_ended(connection, account, states=tuple(one for one in ENDED if state in ("", one)))

    # The workers' side.

    @contextmanager
    def cancellable(self, claim: Claim, cancellation: Cancellation) -> Iterator[None]:
        """For the length of the block, who cancels the job through this process cancels ``cancellation``."""
        self._cancellations[claim.job.id] = cancellation
        try:
            yield
        finally:
            if self._cancellations.get(claim.job.id) is cancellation:  # not that of who took the job after us
                del self._cancellations[claim.job.id]

    def waiting(self) -> bool:
        """Whether there is a job to take; cheap."""
        with self._store.reading() as connection:
            return rows.anything_to_take(connection, moment=time.time(), gone=_gone(connection))

    def claim(self) -> Claim | None:
        """Take the next job, with its event *started*; None where there is none to take.

        Jobs whose owner is dead or whose lease has run out are taken again, up to three times in all.
        """
        failed = []
        try:
            with self._store.writing(spare=True) as connection:
                gone = _gone(connection)
                while row := rows.next_free(connection, moment=time.time(), gone=gone):
                    if row.attempts < ATTEMPTS:
                        return self._taken(connection, row)
                    _fail(connection, row.number, _BROKEN_OFF)
                    failed.append(row.id)
        finally:
            for job_id in failed:
                self.bell.ring(job_id)
        return None

    def renew(self, claim: Claim) -> bool:
        """Prolong the lease; False where it is lost."""
        moment = time.time()
        with self._store.writing(spare=True) as connection:
            return rows.renew(connection, claim.number, claim.owner, moment=moment, lease=moment + self.lease)

    def holds(self, claim: Claim) -> bool:
        """Whether the job is still this claim's; cheaper than ``renew``."""
        with self._store.reading() as connection:
            return rows.holds(connection, claim.number, claim.owner, moment=time.time())

    def record(self, claim: Claim, *changes: Change) -> None:
        """Write events; raises LostError."""
        with self._held(claim) as connection:
            for kind, data in changes:
                rows.record(connection, claim.number, kind, data)

    def finish(self, claim: Claim, made: Entry, *before: Change) -> str:
        """Keep the digest that was made and let the job be done with it, after the events ``before``: all of it or nothing.

        Returns the digest's id. Raises LostError, and UsageError where the document is another one's, or a tag is none.
        """
        with self._held(claim, spare=False) as connection:
            number, _ = digests.put(connection, claim.account, made)
            digest = digests.kept(connection, [number])[0].id
            for kind, data in (*before, ("finished", {"digest": digest})):
                rows.record(connection, claim.number, kind, data)
            rows.end(connection, claim.number, "done", moment=time.time(), digest=digest)
        return digest

    def fail(self, claim: Claim, failure: Failure) -> None:
        """Let the job have failed; raises LostError."""
        with self._held(claim) as connection:
            _fail(connection, claim.number, failure)

    def give_back(self, claim: Claim) -> None:
        """Let the job wait for another worker, as if this one had never taken it; raises LostError."""
        with self._held(claim) as connection:
            rows.record(connection, claim.number, "queued", {})
            rows.give_back(connection, claim.number, moment=time.time(), attempts=claim.job.attempts - 1)
        self.arrivals.announce()

    def prune(self) -> int:
        """Remove what ended long ago, and say how many."""
        with self._store.writing(spare=True) as connection:
            _drop_uploads(connection)
            return rows.prune(connection, before=now(ahead=-KEPT_DAYS * 86_400), kept=KEPT_JOBS)

    def _add(self, account: str, wanted: Sequence[tuple[Wish, bytes | None]]) -> tuple[Job, ...]:
        ids = [new_id() for _ in wanted]
        with self._store.writing() as connection:
            self._make_room(connection, account, len(ids))
            for job_id, (wish, packed) in zip(ids, wanted, strict=True):
                named = replace(wish, reference=without_user(wish.reference.strip()))
                rows.add(connection, account=account, job_id=job_id, wish=named, upload=packed)
        self.arrivals.announce()
        return tuple(self.get(account, job_id) for job_id in ids)

    def _make_room(self, connection: Connection, account: str, new: int) -> None:
        own, waiting = rows.how_many(connection, account)
        room = min(self._settings.jobs_per_account - own, self._settings.jobs_waiting - waiting)
        if room >= new:
            return
        if new > 1:
            raise LimitError(
                f"These are {new} documents; there is room for {max(0, room)} at the moment, so none was taken.",
                hint="Hand in fewer, or wait until some of what is under way is done.",
                seconds=BUSY_SECONDS,
            )
        if own >= self._settings.jobs_per_account:
            raise LimitError(
                f"{own} digests of yours are on their way already, as many as one account may have.",
                hint="Wait until one is done, or cancel one.",
                seconds=BUSY_SECONDS,
            )
        raise LimitError(
            f"{waiting} digests are waiting to be made, as many as this server takes.",
            hint="Try again in a while.",
            seconds=BUSY_SECONDS,
        )

    def _taken(self, connection: Connection, row: rows.Found) -> Claim:
        owner, attempts = new_owner(), row.attempts + 1
        rows.take(connection, row.number, owner=owner, lease=time.time() + self.lease, attempts=attempts)
        job = replace(rows.job(row), state="running", attempts=attempts)
        rows.record(connection, row.number, "started", {"reference": job.wish.reference, "attempt": attempts})
        return Claim(number=row.number, owner=owner, account=row.account, job=job, packed=row.upload or b"")

    @contextmanager
    def _held(self, claim: Claim, *, spare: bool = True) -> Iterator[Connection]:
        """A transaction that writes to a job, in which nobody can take it away; rings its bell afterwards."""
        with self._store.writing(spare=spare) as connection:
            if not rows.holds(connection, claim.number, claim.owner, moment=time.time()):
                raise LostError(f"The job on {claim.job.wish.reference} is no longer this worker's.")
            yield connection
        self.bell.ring(claim.job.id)


def _found(connection: Connection, account: str, job_id: str) -> rows.Found:
    row = rows.find(connection, account, job_id)
    if row is None:
        raise NotFoundError(f"There is no job {quoted(job_id[:100])}.", hint="It may have been removed: old ones are.")
    return row


def _gone(connection: Connection) -> tuple[str, ...]:
    return tuple(owner for owner in rows.holders(connection) if is_gone(owner))


def _packed(upload: Resource) -> bytes:
    return zlib.compress(codec.encode(upload), 1)


def _unpacked(packed: bytes) -> Resource:
    try:
        return codec.decode(zlib.decompress(packed), Resource)
    except zlib.error as error:
        raise MalformedError("What was handed over is damaged.", hint="Hand it over again.") from error


def _drop_uploads(connection: Connection) -> None:
    rows.drop_uploads(connection, before=now(ahead=-KEPT_UPLOAD_DAYS * 86_400), kept=KEPT_UPLOADS)


def _fail(connection: Connection, number: int, failure: Failure) -> None:
    data = {"kind": failure.kind, "message": failure.message, "hint": failure.hint}
    rows.record(connection, number, "failed", data)
    rows.end(connection, number, "failed", moment=time.time(), failure=failure)
    _drop_uploads(connection)

"""The SQL of jobs and their events, as functions over a connection: who may take which job, and who may write to it.

An owner is a name made for one claim, so that nobody else ever writes under it. ``lease`` is the moment (Unix seconds) until
which the owner of a running job may work; in a job that has ended or was given back it is the moment when that happened.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, and_, case, delete, func, insert, or_, select, update

from aili import codec
from aili.store.records import ENDED, Failure, Job, JobEvent, State, Wish, now
from aili.store.tables import events, jobs

Found = Row[Any]


def add(connection: Connection, *, account: str, job_id: str, wish: Wish, upload: bytes | None) -> None:
    """A new waiting job, with its first event."""
    row = {
        "id": job_id,
        "account": account,
        "wish": codec.encode(wish).decode(),
        "upload": upload,
        "state": "waiting",
        "created": now(),
    }
    number = connection.execute(insert(jobs).values(row)).inserted_primary_key
    assert number is not None
    record(connection, number[0], "queued", {})


def how_many(connection: Connection, account: str) -> tuple[int, int]:
    """The account's jobs that have not ended, and everybody's jobs that wait."""
    own = select(func.count()).where(jobs.c.account == account, jobs.c.state.in_(("waiting", "running")))
    waiting = select(func.count()).where(jobs.c.state == "waiting")
    return connection.execute(own).scalar_one(), connection.execute(waiting).scalar_one()


def find(connection: Connection, account: str, job_id: str) -> Found | None:
    """The account's job, or None."""
    return connection.execute(select(*_SHOWN).where(jobs.c.account == account, jobs.c.id == job_id)).one_or_none()


def newest(connection: Connection, account: str, *, state: str, limit: int) -> tuple[Job, ...]:
    """The account's jobs, the newest first; ``state`` empty for all."""
    wanted = select(*_SHOWN).where(jobs.c.account == account)
    if state:
        wanted = wanted.where(jobs.c.state == state)
    rows = connection.execute(wanted.order_by(jobs.c.number.desc()).limit(limit))
    return tuple(job(row) for row in rows)


def upload(connection: Connection, number: int) -> bytes:
    """What was handed over for a job, as it lies in the row; empty where nothing was, or where it was dropped."""
    return connection.execute(select(jobs.c.upload).where(jobs.c.number == number)).scalar_one() or b""


def remove(connection: Connection, number: int) -> None:
    """Remove a job, its events and what was handed over for it."""
    connection.execute(delete(jobs).where(jobs.c.number == number))


def remove_ended(connection: Connection, account: str, *, states: Collection[str]) -> int:
    """Remove an account's jobs in one of these ``states``; returns how many."""
    return connection.execute(delete(jobs).where(jobs.c.account == account, jobs.c.state.in_(states))).rowcount


def events_after(connection: Connection, number: int, after: int) -> tuple[JobEvent, ...]:
    """The events of a job whose numbers are greater than ``after``, in order."""
    wanted = select(events).where(events.c.job == number, events.c.number > after).order_by(events.c.number)
    return tuple(
        JobEvent(number=row.number, kind=row.kind, data=codec.decode(row.data, dict[str, Any]), moment=row.moment)
        for row in connection.execute(wanted)
    )


def record(connection: Connection, number: int, kind: str, data: Mapping[str, Any]) -> None:
    """The next event of a job. Within BEGIN IMMEDIATE nobody else takes the same number."""
    last = select(func.coalesce(func.max(events.c.number), 0)).where(events.c.job == number)
    row = {
        "job": number,
        "number": connection.execute(last).scalar_one() + 1,
        "kind": kind,
        "data": codec.encode(data).decode(),
        "moment": now(),
    }
    connection.execute(insert(events).values(row))


def holders(connection: Connection) -> tuple[str, ...]:
    """The owners of all running jobs."""
    return tuple(connection.execute(select(jobs.c.owner).where(jobs.c.state == "running")).scalars())


def anything_to_take(connection: Connection, *, moment: float, gone: Collection[str]) -> bool:
    """Whether a job waits, or has lost its owner."""
    return connection.execute(select(jobs.c.number).where(_free(moment, gone)).limit(1)).first() is not None


def next_free(connection: Connection, *, moment: float, gone: Collection[str]) -> Found | None:
    """The job that is to be done next, or None.

    Accounts take turns: that with the fewest running jobs is next, then that whose last turn is the longest ago; within an
    account the oldest job. So whoever hands in fifty delays another's one by a single job.
    """
    first = (
        select(jobs.c.account, func.min(jobs.c.number).label("number"))
        .where(_free(moment, gone))
        .group_by(jobs.c.account)
        .subquery()
    )
    others = jobs.alias()
    running = (
        select(func.count()).where(others.c.account == first.c.account, others.c.state == "running").scalar_subquery()
    )
    served = select(func.max(others.c.lease)).where(others.c.account == first.c.account).scalar_subquery()
    chosen = select(first.c.number).order_by(running, served, first.c.number).limit(1).scalar_subquery()
    columns: Sequence[ColumnElement[Any]] = (*_SHOWN, jobs.c.account, jobs.c.upload)
    return connection.execute(select(*columns).where(jobs.c.number == chosen)).one_or_none()


def take(connection: Connection, number: int, *, owner: str, lease: float, attempts: int) -> None:
    """Let ``owner`` work on a job until ``lease``."""
    values = {"state": "running", "owner": owner, "lease": lease, "attempts": attempts, "started": now()}
    connection.execute(update(jobs).where(jobs.c.number == number).values(values))


def holds(connection: Connection, number: int, owner: str, *, moment: float) -> bool:
    """Whether ``owner`` may still write to the job."""
    return connection.execute(select(jobs.c.number).where(_held(number, owner, moment))).first() is not None


def renew(connection: Connection, number: int, owner: str, *, moment: float, lease: float) -> bool:
    """Prolong the lease until ``lease``; False where it was lost already."""
    done = connection.execute(update(jobs).where(_held(number, owner, moment)).values(lease=lease))
    return done.rowcount == 1


def give_back(connection: Connection, number: int, *, moment: float, attempts: int) -> None:
    """Let the job wait again."""
    values = {"state": "waiting", "owner": "", "lease": moment, "attempts": attempts}
    connection.execute(update(jobs).where(jobs.c.number == number).values(values))


def end(
    connection: Connection,
    number: int,
    state: State,
    *,
    moment: float,
    digest: str = "",
    failure: Failure | None = None,
) -> None:
    """Let the job have ended; of what was handed over for one that is done, only that there was something is kept."""
    values: dict[str, Any] = {
        "state": state,
        "ended": now(),
        "digest": digest,
        "failure": codec.encode(failure).decode() if failure else "",
        "cancelling": False,
        "lease": func.min(jobs.c.lease, moment),  # 0 where it never had a turn
    }
    if state == "done":
        values["upload"] = case((jobs.c.upload.is_not(None), b""))
    connection.execute(update(jobs).where(jobs.c.number == number).values(values))


def prune(connection: Connection, *, before: str, kept: int) -> int:
    """Remove jobs that ended before a moment, and of each account's ended jobs all but the newest ``kept``."""
    ended = jobs.c.state.in_(ENDED)
    place = func.row_number().over(partition_by=jobs.c.account, order_by=jobs.c.number.desc()).label("place")
    ranked = select(jobs.c.number, place).where(ended).subquery()
    surplus = select(ranked.c.number).where(ranked.c.place > kept)
    gone = delete(jobs).where(ended, or_(jobs.c.ended < before, jobs.c.number.in_(surplus)))
    return connection.execute(gone).rowcount


def drop_uploads(connection: Connection, *, before: str, kept: int) -> None:
    """Drop what was handed over for jobs that did not become a digest: what ended before a moment, and of each account
    whatever comes after the newest ``kept`` bytes.
    """
    heap = func.sum(_SIZE).over(partition_by=jobs.c.account, order_by=jobs.c.number.desc()).label("heap")
    held = (
        select(jobs.c.number, jobs.c.ended, heap).where(jobs.c.state.in_(("failed", "cancelled")), _SIZE > 0).subquery()
    )
    gone = select(held.c.number).where(or_(held.c.ended < before, held.c.heap > kept))
    connection.execute(update(jobs).where(jobs.c.number.in_(gone)).values(upload=b""))


def job(row: Found) -> Job:
    """The Job of a row."""
    return Job(
        id=row.id,
        wish=codec.decode(row.wish, Wish),
        title=row.title or "",
        state=row.state,
        attempts=row.attempts,
        created=row.created,
        started=row.started,
        ended=row.ended,
        digest=row.digest,
        failure=codec.decode(row.failure, Failure) if row.failure else None,
        cancelling=row.cancelling,
        upload="" if row.size is None else "kept" if row.size else "dropped",
    )


_SIZE = func.length(jobs.c.upload, type_=Integer)
_TITLE = (
    select(func.json_extract(events.c.data, "$.title"))
    .where(events.c.job == jobs.c.number, events.c.kind == "extracted")
    .order_by(events.c.number.desc())
    .limit(1)
    .correlate(jobs)
    .scalar_subquery()
)
# Of the upload only its size: it may have many megabytes.
_SHOWN = (
    *(column for column in jobs.c if column.name not in ("account", "upload")),
    _SIZE.label("size"),
    _TITLE.label("title"),
)


def _free(moment: float, gone: Collection[str]) -> ColumnElement[bool]:
    lost = or_(jobs.c.lease < moment, jobs.c.owner.in_(gone)) if gone else jobs.c.lease < moment
    return or_(jobs.c.state == "waiting", and_(jobs.c.state == "running", lost))


def _held(number: int, owner: str, moment: float) -> ColumnElement[bool]:
    return and_(jobs.c.number == number, jobs.c.owner == owner, jobs.c.state == "running", jobs.c.lease >= moment)

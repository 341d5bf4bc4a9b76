"""The SQL of answers that were given to requests with an idempotency key: kept for a day, so that asking again asks once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from aili.store.tables import answers

SECONDS = 86_400.0  # for which an answer is kept
MOST = 1_000  # of one account; the oldest go first


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A row: what was asked (its hash), and the answer; while ``status`` is 0, ``body`` names who is answering."""

    request: str
    status: int
    body: bytes
    moment: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A key that somebody is answering: whose it is, and the name under which the answer may be written."""

    account: str
    key: str
    owner: bytes


def answered(connection: Connection, account: str, key: str) -> Answered | None:
    """What is known of a key of an account."""
    columns = (answers.c.request, answers.c.status, answers.c.body, answers.c.moment)
    row = connection.execute(select(*columns).where(answers.c.account == account, answers.c.key == key)).one_or_none()
    return None if row is None else Answered(request=row[0], status=row[1], body=row[2], moment=row[3])


def claim(connection: Connection, claimed: Claimed, request: str, moment: float) -> None:
    """Take a key, whatever is known of it, to answer ``request``."""
    discard(connection, claimed.account, moment)
    connection.execute(delete(answers).where(_of(claimed.account, claimed.key)))
    row = {"account": claimed.account, "key": claimed.key, "request": request, "body": claimed.owner}
    connection.execute(insert(answers).values(**row, status=0, moment=moment))


def settle(connection: Connection, claimed: Claimed, status: int, body: bytes) -> bool:
    """Keep the answer; False where the key is no longer this owner's."""
    return bool(connection.execute(update(answers).where(_held(claimed)).values(status=status, body=body)).rowcount)


def release(connection: Connection, claimed: Claimed) -> None:
    """Free a key that was not answered."""
    connection.execute(delete(answers).where(_held(claimed)))


def discard(connection: Connection, account: str, moment: float) -> None:
    """Take away what is older than a day, and of an account what is more than it may have."""
    connection.execute(delete(answers).where(answers.c.moment < moment - SECONDS))
    mine = answers.c.account == account
    count = connection.execute(select(func.count()).where(mine)).scalar() or 0
    if count >= MOST:
        oldest = select(answers.c.key).where(mine).order_by(answers.c.moment).limit(count - MOST + 1)
        connection.execute(delete(answers).where(mine, answers.c.key.in_(oldest)))


def _of(account: str, key: str) -> ColumnElement[bool]:
    return (answers.c.account == account) & (answers.c.key == key)


def _held(claimed: Claimed) -> ColumnElement[bool]:
    return _of(claimed.account, claimed.key) & (answers.c.status == 0) & (answers.c.body == claimed.owner)

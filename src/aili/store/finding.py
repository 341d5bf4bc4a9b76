"""Finds an account's digests by words and by what is known of them, a page at a time.

Ranking (BM25; Robertson & Zaragoza 2009) reads every digest that matches (measured: 77 ms for 10,000), so of a word that
is nearly everywhere only the ``MOST_RANKED`` kept last are ranked; the others follow, the last kept first. All are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select, text

from aili.errors import LibraryDamagedError, UsageError, quoted
from aili.store import digests as rows
from aili.store.indexing import Query, understand
from aili.store.passages import passage
from aili.store.records import Filter, Found, Kept, Listing
from aili.store.tables import digests, tags

MOST_RANKED = 2_000
MOST_SHOWN = 500  # on one page
_RANK: ColumnElement[float] = literal_column("bm25(search, 10.0, 4.0, 1.0)")  # title, digest, text
_SEARCH = text("search")
_INDEXED = text("SELECT digest, text FROM search WHERE rowid = :number")
_ROWID: ColumnElement[int] = literal_column("search.rowid")


def find(connection: Connection, account: str, filter_: Filter, *, offset: int = 0, limit: int = 50) -> Listing:
    """The page of ``limit`` digests from ``offset`` on that ``filter_`` lets through.

    Raises UsageError for a date that is none, and for a page that cannot be.
    """
    if offset < 0 or not 0 <= limit <= MOST_SHOWN:
        raise UsageError(
            f"A page begins at 0 or later and has {MOST_SHOWN} digests at most.", hint="Choose another offset or limit."
        )
    query = understand(filter_.query)
    known = _conditions(connection, account, filter_)
    wanted = [*known, *_worded(query)]
    total = int(connection.execute(select(func.count()).select_from(digests).where(*wanted)).scalar() or 0)
    if query.wanted and filter_.order in (None, "relevance"):
        numbers = _by_relevance(connection, known, query, total, offset=offset, limit=limit)
    else:
        numbers = _page(connection, _sorted(wanted, filter_.order), offset=offset, limit=limit)
    kept = rows.kept(connection, numbers)
    if len(kept) != len(numbers):
        raise _damaged()
    found = [_found(connection, number, one, query) for number, one in zip(numbers, kept, strict=True)]
    return Listing(items=tuple(found), total=total, offset=offset, limit=limit)


def _conditions(connection: Connection, account: str, filter_: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [digests.c.account == account]
    for column, value in (
        (digests.c.site, filter_.site),
        (digests.c.engine, filter_.engine),
        (digests.c.language, filter_.language),
    ):
        if value:
            conditions.append(column == value)
    for name in filter_.tags:
        spelt = rows.spellings(connection, name)
        conditions.append(digests.c.number.in_(select(tags.c.digest).where(tags.c.tag.in_(spelt))))
    if filter_.since:
        conditions.append(digests.c.created >= _day(filter_.since))
    if filter_.until:
        conditions.append(digests.c.created <= f"{_day(filter_.until)}T23:59:59Z")
    return conditions


def _worded(query: Query) -> list[ColumnElement[bool]]:
    if query.match:
        return [digests.c.number.in_(_matching(query.match))]
    return [digests.c.number.not_in(_matching(query.against))] if query.against else []


def _matching(expression: str) -> Select[int]:
    return select(_ROWID).select_from(_SEARCH).where(literal_column("search").op("MATCH")(expression))


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise UsageError(
            f"{quoted(value)} is no date.", hint="Write it as year, month and day, such as 2024-06-19."
        ) from error


def _sorted(conditions: Sequence[ColumnElement[bool]], order: str | None) -> Select[int]:
    query = select(digests.c.number).where(*conditions)
    match order:
        case "oldest":
            return query.order_by(digests.c.created, digests.c.number)
        case "title":
            return query.order_by(func.lower(digests.c.title), digests.c.title, digests.c.number)
    return query.order_by(digests.c.created.desc(), digests.c.number.desc())


def _page(connection: Connection, query: Select[int], *, offset: int, limit: int) -> list[int]:
    return list(connection.execute(query.offset(offset).limit(limit)).scalars())


def _by_relevance(
    connection: Connection, known: Sequence[ColumnElement[bool]], query: Query, total: int, *, offset: int, limit: int
) -> list[int]:
    last_kept = select(digests.c.number).where(*known, *_worded(query)).order_by(digests.c.number.desc())
    floor = _page(connection, last_kept, offset=MOST_RANKED - 1, limit=1)[0] if total > MOST_RANKED else 0
    ranked = (
        select(_ROWID)
        .select_from(_SEARCH)
        .join(digests, digests.c.number == _ROWID)
        .where(literal_column("search").op("MATCH")(query.match), floor <= _ROWID, *known)
        .order_by(_RANK, _ROWID.desc())
    )
    numbers = _page(connection, ranked, offset=offset, limit=limit) if offset < MOST_RANKED else []
    rest = limit - len(numbers)
    if floor and rest:
        older = last_kept.where(digests.c.number < floor)
        numbers += _page(connection, older, offset=max(0, offset - MOST_RANKED), limit=rest)
    return numbers


def _found(connection: Connection, number: int, kept: Kept, query: Query) -> Found:
    if not query.wanted:
        return Found(kept=kept)
    fields = connection.execute(_INDEXED, {"number": number}).one_or_none()
    if fields is None:
        raise _damaged()
    shown, marks = passage(query, fields, lambda at: rows.written(connection, number, source=at == 1))
    return Found(kept=kept, passage=shown, marks=marks)


def _damaged() -> LibraryDamagedError:
    return LibraryDamagedError(
        "The library is damaged: its lists and its digests do not agree.",
        hint="Run aili doctor, then put a backup in its place.",
    )

"""Shares as rows: small functions over a connection, and the one question that decides whether a link is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from aili.store.digests import name
from aili.store.records import Account, Share
from aili.store.tables import accounts, digests, documents, shares

_SHARES: Select[Any] = select(
    shares.c.token,
    digests.c.id.label("digest"),
    digests.c.number,
    digests.c.title,
    shares.c.shared_by,
    shares.c.with_source,
    shares.c.listed,
    shares.c.indexed,
    shares.c.created,
    shares.c.expires,
    shares.c.revoked,
).join(digests, digests.c.number == shares.c.digest)

_IS_OPEN = (
    (shares.c.revoked == "")
    & ((shares.c.expires == "") | (shares.c.expires > bindparam("moment")))
    & accounts.c.disabled.is_(False)
)
# Unknown, revoked, expired and disabled are one question with one answer, so that no time tells them apart.
_OPEN = (
    _SHARES.add_columns(digests.c.hash, digests.c.document.label("source"))
    .join(accounts, accounts.c.id == shares.c.account)
    .where(shares.c.token == bindparam("token"), _IS_OPEN)
)
_FEED = (
    _SHARES.join(accounts, accounts.c.id == shares.c.account)
    .where(shares.c.account == bindparam("account"), shares.c.listed.is_(True), _IS_OPEN)
    .order_by(shares.c.created.desc(), shares.c.token)
    .limit(bindparam("most"))
)


def insert_share(connection: Connection, account: str, number: int, share: Share) -> None:
    """Add a share of the digest whose row has this ``number``."""
    connection.execute(
        insert(shares).values(
            token=share.token,
            account=account,
            digest=number,
            shared_by=share.shared_by,
            with_source=share.with_source,
            listed=share.listed,
            indexed=share.indexed,
            created=share.created,
            expires=share.expires,
            revoked=share.revoked,
        )
    )


def digest_of(connection: Connection, account: str, digest: str) -> tuple[int, str, bool] | None:
    """Row number and title of an account's digest, and whether its document is there."""
    row = connection.execute(
        select(digests.c.number, digests.c.title, digests.c.document).where(
            digests.c.account == account, digests.c.id == digest
        )
    ).one_or_none()
    return None if row is None else (row.number, name(connection, row.number, row.title), row.document is not None)


def share(connection: Connection, account: str, token: str) -> Share | None:
    """The account's share with this token."""
    row = connection.execute(_SHARES.where(shares.c.account == account, shares.c.token == token)).one_or_none()
    return None if row is None else _share(connection, row)


def shares_of(connection: Connection, account: str, digest: str = "") -> tuple[Share, ...]:
    """The account's shares, of one digest where it is named, the newest first."""
    query = _SHARES.where(shares.c.account == account).order_by(shares.c.created.desc(), shares.c.token)
    if digest:
        query = query.where(digests.c.id == digest)
    return tuple(_share(connection, row) for row in connection.execute(query))


def change_share(connection: Connection, token: str, values: Mapping[str, Any]) -> None:
    """Set columns of a share."""
    connection.execute(update(shares).where(shares.c.token == token).values(**values))


def open_share(connection: Connection, token: str, moment: str) -> tuple[Share, str, str] | None:
    """The share that is open at ``moment`` with the content hashes of its digest and document (empty where it has none)."""
    row = connection.execute(_OPEN, {"token": token, "moment": moment}).one_or_none()
    return None if row is None else (_share(connection, row), row.hash, row.source or "")


def body_of_digest(connection: Connection, digest: str) -> bytes:
    """The packed digest with this id; empty where it is not there."""
    return connection.execute(select(digests.c.body).where(digests.c.id == digest)).scalar() or b""


def body_of_document(connection: Connection, hash_: str) -> bytes:
    """The packed document with this content hash; empty where it is not there."""
    return connection.execute(select(documents.c.body).where(documents.c.hash == hash_)).scalar() or b""


def account_of_feed(connection: Connection, secret: str) -> Account | None:
    """The account whose feed has this secret, unless it is disabled; without what only the account itself may see."""
    row = connection.execute(
        select(accounts.c.id, accounts.c.name, accounts.c.created, accounts.c.feed).where(
            accounts.c.feed == secret, accounts.c.disabled.is_(False)
        )
    ).one_or_none()
    return None if row is None else Account(id=row.id, name=row.name, created=row.created, feed=row.feed)


def listed_shares(connection: Connection, account: str, moment: str, most: int) -> tuple[Share, ...]:
    """The account's listed shares that are open at ``moment``, the newest ``most`` of them."""
    found = connection.execute(_FEED, {"account": account, "moment": moment, "most": most})
    return tuple(_share(connection, row) for row in found)


def _share(connection: Connection, row: Row[Any]) -> Share:
    return Share(
        token=row.token,
        digest=row.digest,
        title=name(connection, row.number, row.title),
        shared_by=row.shared_by,
        with_source=row.with_source,
        listed=row.listed,
        indexed=row.indexed,
        created=row.created,
        expires=row.expires,
        revoked=row.revoked,
    )

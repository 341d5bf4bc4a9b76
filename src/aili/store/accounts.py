"""Accounts, sessions, tokens and attempts to sign in, as rows: small functions over a connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from aili import codec
from aili.store.records import SCOPES, Account, Preferences, Role, Scope, Session, Token
from aili.store.tables import accounts, attempts, digests, jobs, sessions, shares, tokens

_COLUMNS = (
    accounts.c.id,
    accounts.c.name,
    accounts.c.role,
    accounts.c.password,
    accounts.c.feed,
    accounts.c.preferences,
    accounts.c.disabled,
    accounts.c.created.label("since"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How much an account holds, without what it is."""

    digests: int = 0
    shares: int = 0
    jobs: int = 0
    tokens: int = 0


def all_of(connection: Connection) -> tuple[Account, ...]:
    """Every account: the owner, then the others by name."""
    found = connection.execute(select(*_COLUMNS).order_by(accounts.c.role.desc(), accounts.c.name))
    return tuple(_account(row) for row in found)


def by_id(connection: Connection, id_: str) -> Account | None:
    """The account with this id."""
    return _first(connection, select(*_COLUMNS).where(accounts.c.id == id_))


def by_name(connection: Connection, name: str) -> Account | None:
    """The account with this name, which is in lower case."""
    return _first(connection, select(*_COLUMNS).where(accounts.c.name == name))


def password_of(connection: Connection, id_: str) -> str:
    """The hash of the account's password; empty where it has none, or where there is no such account."""
    return str(connection.execute(select(accounts.c.password).where(accounts.c.id == id_)).scalar() or "")


def insert_account(connection: Connection, account: Account, password: str) -> None:
    """Add an account; ``password`` is a hash."""
    connection.execute(
        insert(accounts).values(
            id=account.id,
            name=account.name,
            role=account.role,
            password=password,
            feed=account.feed,
            preferences=codec.encode(account.preferences).decode(),
            disabled=account.disabled,
            created=account.created,
        )
    )


def change_account(connection: Connection, id_: str, values: Mapping[str, Any]) -> None:
    """Set columns of an account."""
    connection.execute(update(accounts).where(accounts.c.id == id_).values(**values))


def delete_account(connection: Connection, id_: str) -> None:
    """Take an account away, and with it every row that is its own."""
    connection.execute(delete(accounts).where(accounts.c.id == id_))


def counts(connection: Connection) -> dict[str, Counts]:
    """What each account holds, by its id."""
    found: dict[str, dict[str, int]] = {}
    for name, table in (("digests", digests), ("shares", shares), ("jobs", jobs), ("tokens", tokens)):
        for account, number in connection.execute(
            select(table.c.account, func.count()).select_from(table).group_by(table.c.account)
        ):
            found.setdefault(account, {})[name] = number
    return {account: Counts(**numbers) for account, numbers in found.items()}


def insert_session(connection: Connection, secret: str, session: Session) -> None:
    """Keep a session under the hash of its secret."""
    connection.execute(
        insert(sessions).values(
            secret=secret,
            account=session.account.id,
            csrf=session.csrf,
            created=session.created,
            expires=session.expires,
        )
    )


def session(connection: Connection, secret: str, moment: str) -> Session | None:
    """The session that is open at ``moment`` under this hash, of an account that is not disabled."""
    row = connection.execute(
        select(*_COLUMNS, sessions.c.csrf, sessions.c.created, sessions.c.expires)
        .join(sessions, sessions.c.account == accounts.c.id)
        .where(sessions.c.secret == secret, sessions.c.expires > moment, accounts.c.disabled.is_(False))
    ).one_or_none()
    if row is None:
        return None
    return Session(account=_account(row), csrf=row.csrf, created=row.created, expires=row.expires)


def prolong_session(connection: Connection, secret: str, expires: str) -> None:
    """Let a session last until ``expires``."""
    connection.execute(update(sessions).where(sessions.c.secret == secret).values(expires=expires))


def delete_session(connection: Connection, secret: str) -> None:
    """End the session under this hash."""
    connection.execute(delete(sessions).where(sessions.c.secret == secret))


def delete_sessions(connection: Connection, account: str) -> int:
    """End every session of an account; how many there were."""
    return connection.execute(delete(sessions).where(sessions.c.account == account)).rowcount


def delete_expired_sessions(connection: Connection, moment: str) -> None:
    """Take away the rows of sessions that had ended by ``moment``."""
    connection.execute(delete(sessions).where(sessions.c.expires <= moment))


def insert_token(connection: Connection, account: str, secret: str, token: Token) -> None:
    """Keep a token under the hash of its secret."""
    connection.execute(
        insert(tokens).values(
            id=token.id,
            account=account,
            name=token.name,
            secret=secret,
            scopes=" ".join(token.scopes),
            created=token.created,
            expires=token.expires,
            used=token.used,
        )
    )


def tokens_of(connection: Connection, account: str) -> tuple[Token, ...]:
    """An account's tokens, the newest first."""
    found = connection.execute(
        select(tokens).where(tokens.c.account == account).order_by(tokens.c.created.desc(), tokens.c.id)
    )
    return tuple(_token(row) for row in found)


def token(connection: Connection, secret: str, moment: str) -> tuple[Account, Token] | None:
    """The token that is valid at ``moment`` under this hash, with its account, which is not disabled."""
    row = connection.execute(
        select(*_COLUMNS, tokens.c.id.label("token"), tokens.c.name.label("called"))
        .add_columns(tokens.c.scopes, tokens.c.created, tokens.c.expires, tokens.c.used)
        .join(tokens, tokens.c.account == accounts.c.id)
        .where(tokens.c.secret == secret, accounts.c.disabled.is_(False))
        .where((tokens.c.expires == "") | (tokens.c.expires > moment))
    ).one_or_none()
    if row is None:
        return None
    held = Token(
        id=row.token,
        name=row.called,
        scopes=_scopes(row.scopes),
        created=row.created,
        expires=row.expires,
        used=row.used,
    )
    return _account(row), held


def mark_token_used(connection: Connection, id_: str, moment: str) -> None:
    """Remember when a token was last used."""
    connection.execute(update(tokens).where(tokens.c.id == id_).values(used=moment))


def delete_token(connection: Connection, account: str, id_: str) -> bool:
    """Take a token away; whether the account had it."""
    return bool(connection.execute(delete(tokens).where(tokens.c.account == account, tokens.c.id == id_)).rowcount)


def attempts_of(connection: Connection, what: str, since: float) -> tuple[float, ...]:
    """The moments (Unix seconds) after ``since`` at which this was attempted, the earliest first."""
    found = connection.execute(
        select(attempts.c.moment).where(attempts.c.what == what, attempts.c.moment > since).order_by(attempts.c.moment)
    )
    return tuple(row.moment for row in found)


def insert_attempts(connection: Connection, whats: Iterable[str], moment: float) -> None:
    """Remember that these were attempted."""
    connection.execute(insert(attempts), [{"what": what, "moment": moment} for what in whats])


def delete_attempts(connection: Connection, what: str) -> None:
    """Forget every attempt at this."""
    connection.execute(delete(attempts).where(attempts.c.what == what))


def delete_attempt(connection: Connection, what: str, moment: float) -> None:
    """Forget the one attempt at this moment."""
    connection.execute(delete(attempts).where(attempts.c.what == what, attempts.c.moment == moment))


def delete_old_attempts(connection: Connection, before: float) -> None:
    """Forget what was attempted before this moment."""
    connection.execute(delete(attempts).where(attempts.c.moment < before))


def _first(connection: Connection, query: Select[Any]) -> Account | None:
    row = connection.execute(query).one_or_none()
    return None if row is None else _account(row)


def _account(row: Row[*tuple[Any, ...]]) -> Account:
    role: Role = "owner" if row.role == "owner" else "member"
    return Account(
        id=row.id,
        name=row.name,
        role=role,
        created=row.since,
        disabled=bool(row.disabled),
        has_password=bool(row.password),
        feed=row.feed,
        preferences=codec.decode(row.preferences, Preferences),
    )


def _token(row: Row[*tuple[Any, ...]]) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        scopes=_scopes(row.scopes),
        created=row.created,
        expires=row.expires,
        used=row.used,
    )


def _scopes(text: str) -> tuple[Scope, ...]:
    held = set(text.split())
    return tuple(scope for scope in SCOPES if scope in held)

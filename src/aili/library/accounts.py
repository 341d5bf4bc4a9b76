"""Accounts: the people who have a library here, how they sign in, and what their programs sign in with."""

from __future__ import annotations

import hashlib
import re
import secrets
from contextlib import suppress

from aili import codec
from aili.errors import AccessError, ConflictError, LibraryError, NotFoundError, UsageError, quoted
from aili.library import passwords
from aili.library.attempts import Attempt, account_key
from aili.store import Store
from aili.store import accounts as rows
from aili.store.accounts import Counts
from aili.store.records import OWNER, SCOPES, Account, Preferences, Role, Scope, Session, Token, new_id, now

DAY = 86_400.0
SESSION_DAYS = 30  # after the last use
TOKEN_PREFIX = "aili_"  # noqa: S105 (by which a leaked one is recognized)
TOKENS = 100  # of one account
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_NEVER = "9999-12-31T23:59:59Z"
_HERE = "loopback"  # no hash of a secret: nobody can present it


class Accounts:
    """The accounts of a library. Names are compared without regard to case; secrets are kept as hashes only."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._here: Session | None = None

    def get(self, id_: str) -> Account:
        """The account with this id; raises NotFoundError."""
        with self._store.reading() as connection:
            return _there(rows.by_id(connection, id_), id_)

    def named(self, name: str) -> Account:
        """The account with this name; raises NotFoundError."""
        with self._store.reading() as connection:
            return _there(rows.by_name(connection, name.strip().casefold()), name)

    def all(self) -> tuple[Account, ...]:
        """Every account: the owner, then the others by name."""
        with self._store.reading() as connection:
            return rows.all_of(connection)

    def counts(self) -> dict[str, Counts]:
        """How much each account holds, by its id; an account that holds nothing may be missing."""
        with self._store.reading() as connection:
            return rows.counts(connection)

    def add(self, name: str, password: str, *, role: Role = "member") -> Account:
        """Add a person. Raises UsageError for a name or a password that will not do, ConflictError for a name in use."""
        chosen = name.strip().casefold()
        if not _NAME.fullmatch(chosen):
            raise UsageError(
                f"{quoted(name)} is no name for an account.",
                hint="Use 1 to 40 letters, digits, dots, underscores and hyphens.",
            )
        if role == "owner":
            raise UsageError("A library has one owner.", hint="Add a member.")
        hash_ = passwords.hashed(passwords.check(password, name=chosen))
        made = Account(
            id=new_id(), name=chosen, role=role, created=now(), has_password=True, feed=secrets.token_urlsafe(32)
        )
        with self._store.writing() as connection:
            if rows.by_name(connection, chosen):
                raise ConflictError(f"There is an account {quoted(chosen)} already.", hint="Choose another name.")
            rows.insert_account(connection, made, hash_)
        return made

    def set_password(self, name: str, password: str) -> Account:
        """Give an account a password; whoever was signed in must sign in again, and failed attempts are forgotten."""
        account = self.named(name)
        hash_ = passwords.hashed(passwords.check(password, name=account.name))
        with self._store.writing() as connection:
            rows.change_account(connection, account.id, {"password": hash_})
            rows.delete_sessions(connection, account.id)
            rows.delete_attempts(connection, account_key(account.name))
        return self.get(account.id)

    def disable(self, name: str) -> Account:
        """Keep a person out, without taking anything away: sessions end, tokens and shares stop. Never the owner."""
        account = _member(self.named(name))
        with self._store.writing() as connection:
            rows.change_account(connection, account.id, {"disabled": True})
            rows.delete_sessions(connection, account.id)
        return self.get(account.id)

    def enable(self, name: str) -> Account:
        """Let a person in again."""
        account = self.named(name)
        with self._store.writing() as connection:
            rows.change_account(connection, account.id, {"disabled": False})
        return self.get(account.id)

    def remove(self, name: str) -> Counts:
        """Remove a person with everything that is theirs, and say how much that was. Never the owner."""
        account = _member(self.named(name))
        with self._store.writing() as connection:
            held = rows.counts(connection).get(account.id, Counts())
            rows.delete_account(connection, account.id)
            rows.delete_attempts(connection, account_key(account.name))
        return held

    def prefer(self, id_: str, preferences: Preferences) -> Account:
        """Keep what a person chose for all digests."""
        with self._store.writing() as connection:
            _there(rows.by_id(connection, id_), id_)
            rows.change_account(connection, id_, {"preferences": codec.encode(preferences).decode()})
        return self.get(id_)

    def sign_in(self, name: str, password: str, *, peer: str) -> tuple[str, Session]:
        """Check a password and open a session: its secret, for the browser's cookie, and what it is.

        ``peer`` is the address that asks. Raises AccessError where name and password do not belong together (whichever of
        the two is wrong, or the account disabled), LimitError after too many failures of the account or the peer.
        """
        chosen = name.strip().casefold()
        attempt = Attempt(self._store, chosen, peer)
        with self._store.reading() as connection:
            account = rows.by_name(connection, chosen)
            kept = rows.password_of(connection, account.id) if account else ""
        if not passwords.fits(password, kept) or account is None or account.disabled:
            raise AccessError(
                "The name or the password is wrong.", hint="Try again, or ask the owner for a new password."
            )
        attempt.succeeded()
        if passwords.stale(kept):
            renewed = passwords.hashed(passwords.normal(password))
            with self._store.writing() as connection:
                rows.change_account(connection, account.id, {"password": renewed})
        return self._open(account)

    def confirm(self, account: Account, password: str, *, peer: str) -> None:
        """Check the password of who is signed in already; limits and errors are those of ``sign_in``."""
        attempt = Attempt(self._store, account.name, peer)
        with self._store.reading() as connection:
            kept = rows.password_of(connection, account.id)
        if not passwords.fits(password, kept):
            raise AccessError("The password is wrong.", hint="Nothing was changed; try again.")
        attempt.succeeded()

    def open_session(self, account: Account) -> tuple[str, Session]:
        """Open a session without a password, for who has just proved to be this account."""
        return self._open(account)

    def session(self, secret: str) -> Session | None:
        """The open session of this secret; each use prolongs it, at most once a day."""
        hash_ = _hash(secret)
        with self._store.reading() as connection:
            found = rows.session(connection, hash_, now())
        if found is None or found.expires >= now(ahead=(SESSION_DAYS - 1) * DAY):
            return found
        expires = now(ahead=SESSION_DAYS * DAY)
        with suppress(LibraryError), self._store.writing() as connection:  # who only reads needs no room on the disk
            rows.prolong_session(connection, hash_, expires)
        return Session(account=found.account, csrf=found.csrf, created=found.created, expires=expires)

    def here(self) -> Session:
        """The session of whoever sits at the machine: the owner's, on loopback; its ``csrf`` outlives the server."""
        moment = now()
        with self._store.reading() as connection:
            found = rows.session(connection, _HERE, moment)
        if found is not None:
            return found
        owner = self.get(OWNER)
        made = self._here or Session(account=owner, csrf=secrets.token_urlsafe(32), created=moment, expires=_NEVER)
        try:
            with self._store.writing() as connection:
                found = rows.session(connection, _HERE, moment)
                if found is None:
                    rows.insert_session(connection, _HERE, made)
        except LibraryError:  # who only reads needs no room on the disk; forms hold as long as the server then
            self._here = made
        return found or made

    def sign_out(self, secret: str) -> None:
        """End the session of this secret."""
        with self._store.writing() as connection:
            rows.delete_session(connection, _hash(secret))

    def sign_out_all(self, account: str) -> int:
        """End every session of the account with this id; how many there were."""
        with self._store.writing() as connection:
            return rows.delete_sessions(connection, account)

    def make_token(self, account: str, name: str, scopes: tuple[Scope, ...], *, expires: str = "") -> tuple[str, Token]:
        """Make a token for a program: its secret, which is shown once, and what it is. Raises UsageError, ConflictError."""
        called = " ".join(name.split())
        if not called or len(called) > 80:
            raise UsageError("A token needs a name of 1 to 80 characters.", hint="Name the program that will use it.")
        if not scopes or set(scopes) - set(SCOPES):
            raise UsageError("A token needs something that it may do.", hint=f"Choose among {', '.join(SCOPES)}.")
        if expires and expires <= now():
            raise UsageError("The token would have expired already.", hint="Choose a day to come.")
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        ordered = tuple(scope for scope in SCOPES if scope in scopes)
        made = Token(id=new_id(), name=called, scopes=ordered, created=now(), expires=expires)
        with self._store.writing() as connection:
            owner = _there(rows.by_id(connection, account), account)
            if "admin" in scopes and owner.role != "owner":
                raise UsageError("Only the owner's tokens may administer.", hint="Leave admin out.")
            if len(rows.tokens_of(connection, account)) >= TOKENS:
                raise ConflictError(f"There are {TOKENS} tokens already.", hint="Revoke the ones that nothing uses.")
            rows.insert_token(connection, account, _hash(secret), made)
        return secret, made

    def tokens(self, account: str) -> tuple[Token, ...]:
        """The tokens of an account, the newest first."""
        with self._store.reading() as connection:
            return rows.tokens_of(connection, account)

    def revoke_token(self, account: str, id_: str) -> None:
        """Take a token away; raises NotFoundError where it is not this account's."""
        with self._store.writing() as connection:
            if not rows.delete_token(connection, account, id_):
                raise NotFoundError("There is no such token.", hint="It may have been revoked already.")

    def token(self, secret: str) -> tuple[Account, Token] | None:
        """Whose token this is, while it is valid; remembers the hour of its use."""
        moment = now()
        with self._store.reading() as connection:
            found = rows.token(connection, _hash(secret), moment)
        if found is not None and found[1].used[:13] != moment[:13]:
            with suppress(LibraryError), self._store.writing() as connection:  # as in session()
                rows.mark_token_used(connection, found[1].id, moment)
        return found

    def _open(self, account: Account) -> tuple[str, Session]:
        secret = secrets.token_urlsafe(32)
        made = Session(
            account=account,
            csrf=secrets.token_urlsafe(32),
            created=now(),
            expires=now(ahead=SESSION_DAYS * DAY),
        )
        with self._store.writing() as connection:
            rows.delete_expired_sessions(connection, made.created)
            rows.insert_session(connection, _hash(secret), made)
        return secret, made


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _there(account: Account | None, asked: str) -> Account:
    if account is None:
        raise NotFoundError(f"There is no account {quoted(asked)}.", hint="aili user list shows those there are.")
    return account


def _member(account: Account) -> Account:
    if account.role == "owner":
        raise UsageError(
            "The owner can be neither disabled nor removed.", hint="Give the owner another password instead."
        )
    return account

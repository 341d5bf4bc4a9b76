"""What the library holds beside documents and digests, as plain values: accounts, kept digests, shares, jobs, tokens.

Moments are ISO 8601 in UTC with seconds (``2024-06-19T08:00:00Z``), so that their order is that of their text; an empty
string is a moment that has not come. Ids that reach a browser have 128 random bits.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

Role = Literal["owner", "member"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]
Upload = Literal["", "kept", "dropped"]
Order = Literal["relevance", "newest", "oldest", "title"]
Scope = Literal["read", "write", "share", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "write", "share", "admin")
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
OWNER = "owner"  # the id of the account that every library has


def new_id() -> str:
    """128 random bits as 22 characters that a web address may hold."""
    return secrets.token_urlsafe(16)


def now(*, ahead: float = 0.0) -> str:
    """This moment, or the one ``ahead`` seconds from it."""
    return (datetime.now(UTC) + timedelta(seconds=ahead)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """What a person chose once for all digests; empty means the server's own setting."""

    shared_by: str = ""
    engine: str = ""
    language: str = ""
    length: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A person with a library of their own. ``feed`` is the secret part of the address of their public feed."""

    id: str
    name: str
    role: Role = "member"
    created: str = ""
    disabled: bool = False
    has_password: bool = False
    feed: str = ""
    preferences: Preferences = field(default_factory=Preferences)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A digest in somebody's library, without its body. ``hash`` and ``document`` are content hashes; ``document`` is empty
    where a digest was imported without its document.
    """

    id: str
    hash: str
    document: str = ""
    title: str = ""
    site: str = ""
    location: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    engine: str = ""
    language: str = ""
    words: int = 0
    created: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A kept digest that a search found, with the passage that matched as plain text and ``marks`` over its code points."""

    kept: Kept
    passage: str = ""
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Which digests are wanted: all conditions hold, an empty one asks nothing. ``since`` and ``until`` are dates."""

    query: str = ""
    tags: tuple[str, ...] = ()
    site: str = ""
    engine: str = ""
    language: str = ""
    since: str = ""
    until: str = ""
    order: Order | None = None  # None: relevance where there is a query, else newest


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A page of what was found, and how many there are in all."""

    items: tuple[Found, ...] = ()
    total: int = 0
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Facets:
    """By what an account's library can be narrowed, each value with its number of digests, the most frequent first."""

    tags: tuple[tuple[str, int], ...] = ()
    sites: tuple[tuple[str, int], ...] = ()
    engines: tuple[tuple[str, int], ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    total: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A page at an unguessable address that shows one digest to whoever has the link.

    ``with_source`` shows the whole document beside the digest, otherwise only the cited sentences; ``listed`` puts it into
    the account's public feed; ``indexed`` lets search engines find it. It is open unless ``revoked`` or past ``expires``.
    """

    token: str
    digest: str  # id of the kept digest
    title: str = ""
    shared_by: str = ""
    with_source: bool = False
    listed: bool = False
    indexed: bool = False
    created: str = ""
    expires: str = ""
    revoked: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a job is to do: digest ``reference`` (a web address), or bytes that were handed over and are called so.

    Empty ``engine``, ``language`` or ``length`` means the account's preference, then the server's setting.
    """

    reference: str
    engine: str = ""
    language: str = ""
    length: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why a job failed: the error's class, its sentence and its hint."""

    kind: str
    message: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A digest on its way. ``digest`` is the kept digest's id once it is *done*; ``failure`` is there once it *failed*.

    ``title`` is the document's own, once it was read. ``upload`` says whether a file or text was handed over for it: it is
    *kept* while the job can be tried again with it, and *dropped* afterwards.
    """

    id: str
    wish: Wish
    title: str = ""
    state: State = "waiting"
    attempts: int = 0
    created: str = ""
    started: str = ""
    ended: str = ""
    digest: str = ""
    failure: Failure | None = None
    cancelling: bool = False
    upload: Upload = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class JobEvent:
    """What happened to a job: numbered from 1 without gaps, so that a stream can be resumed after any of them."""

    number: int
    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    moment: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A signed-in browser. ``csrf`` must come back with every change that a form of it makes."""

    account: Account
    csrf: str
    created: str = ""
    expires: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """What a program signs in with; the secret itself is shown once, when it is made, and only its hash is kept."""

    id: str
    name: str
    scopes: tuple[Scope, ...] = ("read",)
    created: str = ""
    expires: str = ""
    used: str = ""

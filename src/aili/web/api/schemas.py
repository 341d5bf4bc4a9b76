"""What programs send and are shown beside the library's own values: requests, and answers made of several of those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from aili.digest import Digest
from aili.document import Document
from aili.store.digests import MOST_TAGS, TAG_LENGTH
from aili.store.records import Kept, Preferences, Role, Scope, Token

PRINTED = r"^[^\x00-\x1f\x7f-\x9f]*$"  # no control characters
Tag = Annotated[str, Meta(min_length=1, max_length=TAG_LENGTH, pattern=PRINTED)]
Tags = Annotated[tuple[Tag, ...], Meta(max_length=MOST_TAGS)]
# What parts tags where a person types them is in none, so that every tag can be typed; one from elsewhere can be removed.
PARTING = ",;،、"
NewTag = Annotated[str, Meta(min_length=1, max_length=TAG_LENGTH, pattern=rf"^[^\x00-\x1f\x7f-\x9f{PARTING}]*$")]
NewTags = Annotated[tuple[NewTag, ...], Meta(max_length=MOST_TAGS)]
Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Line = Annotated[str, Meta(max_length=1_000, pattern=PRINTED)]
Language = Annotated[str, Meta(max_length=35, pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$")]
Ids = Annotated[tuple[Id, ...], Meta(min_length=1, max_length=1_000)]
Length = Literal["", "brief", "standard", "detailed"]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Password = Annotated[str, Meta(max_length=1_000)]
Moment = Annotated[str, Meta(max_length=40, description="A moment (2030-12-31T18:00:00Z) or a date; empty: never.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRequest:
    """What is to be digested: a web address that is fetched, or a ``text``, which may be what a browser shows there.

    ``title`` is for a text that has none. Empty ``engine``, ``language`` or ``length`` means one's preference, then the
    server's setting.
    """

    reference: Annotated[str, Meta(max_length=8_000)] = ""
    text: str = ""
    media_type: Literal["text/plain", "text/markdown", "text/html"] = "text/plain"
    title: Annotated[str, Meta(max_length=80)] = ""
    engine: Annotated[str, Meta(max_length=200)] = ""
    language: Language = ""
    length: Length = ""
    tags: NewTags = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestImport:
    """A digest that was made before, with its document where that is at hand."""

    digest: Digest
    document: Document | None = None
    tags: NewTags = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptDigest:
    """A digest and what the library knows of it."""

    kept: Kept
    digest: Digest


@dataclass(frozen=True, kw_only=True, slots=True)
class TagChange:
    """Tags to add and to remove."""

    add: NewTags = ()
    remove: Tags = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkChange:
    """What to do with several digests at once."""

    action: Literal["tag", "untag", "remove"]
    ids: Ids
    tags: Tags = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """How many were changed; ids that are nobody's, or somebody else's, do not count."""

    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ShareTerms:
    """On which terms a digest is shared; see ``Share``."""

    shared_by: Annotated[str, Meta(max_length=100)] = ""
    with_source: bool = False
    listed: bool = False
    indexed: bool = False
    expires: Moment = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShareChange:
    """Terms of a share to change; what is null stays as it is."""

    shared_by: Annotated[str, Meta(max_length=100)] | None = None
    with_source: bool | None = None
    listed: bool | None = None
    indexed: bool | None = None
    expires: Moment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """Where whoever knows the address reads one's listed shares (Atom)."""

    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PreferencesRequest:
    """What one chooses for all digests; empty means the server's own setting."""

    shared_by: Annotated[str, Meta(max_length=100)] = ""
    engine: Annotated[str, Meta(max_length=200)] = ""
    language: Language = ""
    length: Length = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenRequest:
    """A token to make: what will use it, and what it may do."""

    name: Name
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=4)] = ("read",)
    expires: Moment = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewToken:
    """A token that was made, with its ``secret``, which is shown this once."""

    secret: str
    token: Token


@dataclass(frozen=True, kw_only=True, slots=True)
class Me:
    """Who asks, how that is known, and what may be done so.

    ``csrf`` must come as ``X-CSRF-Token`` with every form that is sent without a token; with a token it is empty.
    """

    id: str
    name: str
    role: Role
    via: Literal["loopback", "session", "token"]
    scopes: tuple[Scope, ...]
    preferences: Preferences
    csrf: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordChange:
    """One's present password, and the one to have instead."""

    current: Password
    password: Password


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountShown:
    """An account as its owner sees it, and how much it holds."""

    id: str
    name: str
    role: Role
    created: str
    disabled: bool
    has_password: bool
    digests: int
    shares: int
    jobs: int
    tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountRequest:
    """A person to add."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    password: Password


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountChange:
    """What to change of an account; what is null stays as it is."""

    password: Password | None = None
    disabled: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Engines:
    """The engines of this server, and what holds unless another is asked for."""

    engines: tuple[str, ...]
    lengths: tuple[str, ...]
    engine: str
    language: str
    length: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """That the server answers, and its version."""

    status: Literal["ok"]
    version: str

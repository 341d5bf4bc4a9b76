"""Links to digests for whoever has them: made, listed, changed, revoked, and opened by people who have no account.

What a link shows is the digest and no more: of the person who shared it only the name that they gave, of the document only
the sentences that the digest cites, unless the whole was shared on purpose.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath, PureWindowsPath
from typing import TypedDict, TypeVar, Unpack
from urllib.parse import urlsplit, urlunsplit

from aili import codec
from aili.digest import Digest, Imprint, Usage
from aili.document import Document
from aili.errors import ConflictError, LibraryDamagedError, MalformedError, NotFoundError, UsageError, quoted
from aili.renderers import bullets_of, line, web_address
from aili.store import Store
from aili.store import shares as rows
from aili.store.records import Account, Share, new_id, now

Value = TypeVar("Value")

LONGEST_NAME = 100  # characters
LONGEST_LIFE = timedelta(days=3653)  # ten years
IN_FEED = 50  # the newest shares that a feed holds
GONE = "There is no such share."


class Terms(TypedDict, total=False):
    """What may be chosen for a share and changed later; see ``Share``."""

    shared_by: str
    with_source: bool
    listed: bool
    indexed: bool
    expires: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A share that is open, with the content hashes of what it shows: equal standings show the same page.

    ``document`` is empty where the document is not to be shown.
    """

    share: Share
    digest: str
    document: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What an open share shows: a digest that says nothing of the sharer but the name, and the document where it is shared.

    The document's own metadata is not cleaned; show its text only.
    """

    standing: Standing
    digest: Digest
    document: Document | None = None

    @property
    def share(self) -> Share:
        """The share."""
        return self.standing.share


class Shares:
    """The shares of a library. ``expires`` may be a moment of any offset, or a date, the last on which it is open."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def make(self, account: str, digest_id: str, **terms: Unpack[Terms]) -> Share:
        """Share one of the account's digests at a new link.

        Raises NotFoundError, or UsageError where the name is longer than 100 characters or one line, ``expires`` is neither
        empty nor within the next ten years, or ``with_source`` is wished for a digest that was kept without its document.
        """
        chosen = _checked(terms)
        with self._store.writing() as connection:
            found = rows.digest_of(connection, account, digest_id)
            if found is None:
                raise NotFoundError("There is no such digest.")
            number, title, has_document = found
            _check_source(chosen, has_document=has_document)
            share = Share(token=new_id(), digest=digest_id, title=title, created=now(), **chosen)
            rows.insert_share(connection, account, number, share)
        return share

    def get(self, account: str, token: str) -> Share:
        """The account's share with this token, open or not; raises NotFoundError."""
        with self._store.reading() as connection:
            share = rows.share(connection, account, token)
        if share is None:
            raise NotFoundError(GONE)
        return share

    def of(self, account: str, digest_id: str = "") -> tuple[Share, ...]:
        """The account's shares, of one digest where it is named, the newest first."""
        with self._store.reading() as connection:
            return rows.shares_of(connection, account, digest_id)

    def change(self, account: str, token: str, **terms: Unpack[Terms]) -> Share:
        """Change what is given and leave the rest; raises NotFoundError, UsageError, ConflictError where it is revoked."""
        chosen = _checked(terms)
        with self._store.writing() as connection:
            share = rows.share(connection, account, token)
            if share is None:
                raise NotFoundError(GONE)
            if share.revoked:
                raise ConflictError("This share is revoked.", hint="Share the digest again; it gets a new link.")
            found = rows.digest_of(connection, account, share.digest)
            _check_source(chosen, has_document=found is not None and found[2])
            if chosen:
                rows.change_share(connection, token, chosen)
        return replace(share, **chosen)

    def revoke(self, account: str, token: str) -> Share:
        """Close a link for ever; once closed it stays so. Raises NotFoundError."""
        with self._store.writing(spare=True) as connection:
            share = rows.share(connection, account, token)
            if share is None:
                raise NotFoundError(GONE)
            if not share.revoked:
                share = replace(share, revoked=now())
                rows.change_share(connection, token, {"revoked": share.revoked})
        return share

    def standing(self, token: str) -> Standing:
        """Whether a link is open and what it shows, in one small read; raises NotFoundError as ``open`` does."""
        with self._store.reading() as connection:
            found = rows.open_share(connection, token, now())
        return _standing(found)

    def open(self, token: str) -> Opened:
        """What the link shows to whoever has it.

        Raises the same NotFoundError whether it is unknown, revoked, past its end, or its account is disabled.
        """
        with self._store.reading() as connection:
            standing = _standing(rows.open_share(connection, token, now()))
            digest = _unpacked(rows.body_of_digest(connection, standing.share.digest), Digest)
            whole = standing.document and rows.body_of_document(connection, standing.document)
        document = _unpacked(whole, Document) if whole else None
        return Opened(standing=standing, digest=_shown(digest, standing.share), document=document)

    def feed(self, secret: str) -> tuple[Account, tuple[Share, ...]]:
        """The account whose feed has this secret, with its newest listed and open shares; raises NotFoundError."""
        with self._store.reading() as connection:
            account = rows.account_of_feed(connection, secret)
            if account is None:
                raise NotFoundError("There is no such feed.")
            return account, rows.listed_shares(connection, account.id, now(), IN_FEED)


def _checked(terms: Terms) -> Terms:
    chosen = terms.copy()
    if "shared_by" in chosen:
        chosen["shared_by"] = _name(chosen["shared_by"])
    if "expires" in chosen:
        chosen["expires"] = _expiry(chosen["expires"])
    return chosen


def _name(text: str) -> str:
    if len(text.strip().splitlines()) > 1:
        raise UsageError("The name on a share is one line.")
    name = line(text)
    if len(name) > LONGEST_NAME:
        raise UsageError(f"The name on a share has {LONGEST_NAME} characters at most.", hint="Give a shorter one.")
    return name


def _expiry(text: str) -> str:
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text if len(text) > 10 else f"{text}T23:59:59Z")
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{quoted(line(text)[:40])} is no moment.", hint="Write 2030-12-31 or 2030-12-31T18:00:00Z."
        ) from error
    start = datetime.now(UTC)
    if not start < moment <= start + LONGEST_LIFE:
        raise UsageError(
            f"A share cannot end at {moment:%Y-%m-%d %H:%M} UTC.",
            hint="Choose a moment in the next ten years, or none.",
        )
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_source(chosen: Terms, *, has_document: bool) -> None:
    if chosen.get("with_source") and not has_document:
        raise UsageError("This digest is kept without its document.", hint="Share it with excerpts only.")


def _standing(found: tuple[Share, str, str] | None) -> Standing:
    if found is None:
        raise NotFoundError(GONE)
    share, digest, document = found
    return Standing(share=share, digest=digest, document=document if share.with_source else "")


def _unpacked(body: bytes, kind: type[Value]) -> Value:
    try:
        return codec.decode(zlib.decompress(body), kind)
    except (zlib.error, MalformedError) as error:
        raise LibraryDamagedError(
            "The library holds a digest that cannot be read.", hint="aili doctor says what is damaged."
        ) from error


def _shown(digest: Digest, share: Share) -> Digest:
    """The digest without what is the sharer's own: where a file lay, a password in an address, what it cost.

    Only the sentences that a bullet cites go along: more would be a copy of the document.
    """
    omissions = tuple(replace(one, address=_own_place(one.address)) for one in digest.coverage.omissions)
    cited = {number for bullet in bullets_of(digest) for number in bullet.evidence}
    return replace(
        digest,
        location=_public(digest.location),
        citations=tuple(replace(one, address=_own_place(one.address)) for one in digest.citations if one.id in cited),
        coverage=replace(digest.coverage, omissions=omissions),
        provenance=replace(digest.provenance, usage=Usage()),
        imprint=Imprint(shared_by=share.shared_by, year=share.created[:4]),
    )


def _own_place(address: str | codec.Unset) -> str | codec.Unset:
    return _public(address) if address and web_address(address) else codec.UNSET


def _public(location: str) -> str:
    """A web address without the name and password in it; of anything else the last part."""
    if web_address(location):
        parts = urlsplit(location)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return PureWindowsPath(PurePosixPath(location).name).name

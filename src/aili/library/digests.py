"""The digests of an account: kept once each, found again, tagged, removed; and what the command line left is taken in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from aili import spool
from aili.digest import Digest
from aili.document import Document
from aili.errors import (
    AiliError,
    LibraryBusyError,
    LibraryFullError,
    MalformedError,
    MissingError,
    NotFoundError,
    UsageError,
    quoted,
)
from aili.store import Store, finding
from aili.store import digests as rows
from aili.store.digests import Entry
from aili.store.records import OWNER, Facets, Filter, Kept, Listing, now

Value = TypeVar("Value")
AT_ONCE = 100  # files taken in by one transaction
REMOVED_AT_ONCE = 20  # measured: 25 write 2 MB to the log of a library of 10,000, 100 write 10 MB

log = logging.getLogger(__name__)


class Digests:
    """The digests in a library; every method is told whose. Not there and not theirs are the same NotFoundError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._inbox = spool.inbox_of(store.path)

    def keep(self, account: str, digest: Digest, document: Document | None, *, tags: Iterable[str] = ()) -> Kept:
        """Keep a digest with its document; the same digest twice is the one that is there, kept anew, with the tags added.

        Raises UsageError where the document is another one's, or a tag is none.
        """
        entry = Entry(digest=digest, document=document, tags=tuple(tags), created=now(), again=True)
        return self.keep_all(account, [entry])[0][0]

    def keep_all(self, account: str, entries: Iterable[Entry]) -> list[tuple[Kept, bool]]:
        """Keep several in one transaction; each with whether it is new."""
        with self._store.writing() as connection:
            put = [rows.put(connection, account, entry) for entry in entries]
            kept = rows.kept(connection, [number for number, _ in put])
        return [(one, new) for one, (_, new) in zip(kept, put, strict=True)]

    def get(self, account: str, digest: str) -> Kept:
        """What is known of a digest; raises NotFoundError."""
        return self._with(account, digest, lambda connection, number: rows.kept(connection, [number])[0])

    def digest(self, account: str, digest: str) -> Digest:
        """The digest itself; raises NotFoundError."""
        return self._with(account, digest, rows.digest_of)

    def document(self, account: str, digest: str) -> Document | None:
        """The document that a digest was made from, or None where it was imported without; raises NotFoundError."""
        return self._with(account, digest, _document)

    def resolve(self, account: str, start: str) -> str:
        """The one id that begins with ``start``; raises NotFoundError, or UsageError where several do."""
        with self._store.reading() as connection:
            found = rows.ids_like(connection, account, start, 3) if start else []
        if not found:
            raise NotFoundError(
                f"There is no digest {quoted(start)} in this library.", hint="aili library list shows them."
            )
        if len(found) > 1 and start not in found:
            raise UsageError(
                f"Several digests begin with {quoted(start)}.", hint=f"Write more of it: {', '.join(found)}."
            )
        return start if start in found else found[0]

    def same(self, account: str, *, source: str, engine: str, language: str) -> Kept | None:
        """The newest digest of the resource with hash ``source``, or None; an empty ``language`` asks nothing."""
        with self._store.reading() as connection:
            number = rows.newest_of_source(connection, account, source, engine, language)
            return None if number is None else rows.kept(connection, [number])[0]

    def find(self, account: str, filter: Filter, *, offset: int = 0, limit: int = 50) -> Listing:  # noqa: A002
        """A page of the digests that ``filter`` lets through; raises UsageError for a date that is none."""
        with self._store.reading() as connection:
            return finding.find(connection, account, filter, offset=offset, limit=limit)

    def facets(self, account: str) -> Facets:
        """By what this account's digests can be narrowed."""
        with self._store.reading() as connection:
            return rows.facets(connection, account)

    def tag(self, account: str, ids: Iterable[str], *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> int:
        """Add and remove tags; returns how many of ``ids`` are this account's digests. Raises UsageError for no tag."""
        with self._store.writing() as connection:
            numbers = rows.numbers_of(connection, account, ids)
            rows.tag(connection, account, numbers, add=add, remove=remove)
        return len(numbers)

    def remove(self, account: str, ids: Iterable[str]) -> int:
        """Take digests out for good, with their shares, and documents that no digest needs any more; returns how many.

        Many go in several steps, each of them safe once it is done, so that the reserve is enough for each on a full disk.
        """
        wanted, removed = list(dict.fromkeys(ids)), 0
        for at in range(0, len(wanted), REMOVED_AT_ONCE):
            with self._store.writing(spare=True) as connection:
                numbers = rows.numbers_of(connection, account, wanted[at : at + REMOVED_AT_ONCE])
                rows.remove(connection, numbers)
            removed += len(numbers)
        return removed

    def waiting(self) -> bool:
        """Whether the command line has left anything; costs one look at a directory."""
        return bool(spool.waiting(self._inbox))

    def take_in(self) -> int:
        """Move what the command line left into the owner's library; returns how many digests were new.

        Each file goes once its digest is safe. A damaged one is set aside and logged. On a full disk, and while another
        program writes, they are left for the next time.
        """
        taken = 0
        files = spool.waiting(self._inbox)
        for at in range(0, len(files), AT_ONCE):
            batch = files[at : at + AT_ONCE]
            try:
                taken += self._take_in(batch)
            except (LibraryFullError, LibraryBusyError) as error:
                log.warning("Digests wait in %s: %s", self._inbox, error)
                break
        return taken

    def _take_in(self, files: list[Path]) -> int:
        taken = 0
        done: list[Path] = []
        with self._store.writing() as connection:
            for path, left in _readable(files):
                entry = Entry(
                    digest=left.digest, document=left.document, tags=left.tags, created=left.created, again=True
                )
                try:
                    with connection.begin_nested():
                        taken += rows.put(connection, OWNER, entry)[1]
                except UsageError as error:
                    _set_aside(path, error)
                    continue
                done.append(path)
        for path in (
            done
        ):  # after the commit: a crash between leaves a file that is taken in again, as the digest that is there
            path.unlink(missing_ok=True)
        return taken

    def _with(self, account: str, digest: str, work: Callable[[Connection, int], Value]) -> Value:
        with self._store.reading() as connection:
            return work(connection, rows.number_of(connection, account, digest))


def _document(connection: Connection, number: int) -> Document | None:
    hash_ = rows.document_hash(connection, number)
    return rows.document_of(connection, hash_) if hash_ else None


def _readable(files: list[Path]) -> Iterator[tuple[Path, spool.Left]]:
    for path in files:
        try:
            yield path, spool.read(path)
        except MissingError:
            continue  # another process has just taken it in
        except MalformedError as error:
            _set_aside(path, error)


def _set_aside(path: Path, error: AiliError) -> None:
    log.warning("%s could not be taken into the library (%s); it is kept as %s.", path, error, spool.set_aside(path))

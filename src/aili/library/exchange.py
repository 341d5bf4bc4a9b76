"""Takes digests out as one file and in again: a ZIP of their JSON, and single digests in any form that reads back.

``index.json`` names each digest's member, its document's, its tags and when it was made. What is taken in comes from
elsewhere: no name in an archive becomes a path, a document must have the hash that its digest names, and all has its limit.
"""

from __future__ import annotations

import errno
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from aili import codec
from aili.digest import Digest
from aili.document import Document
from aili.errors import (
    AiliError,
    LibraryError,
    MalformedError,
    MissingError,
    OutputError,
    TooLargeError,
    UsageError,
    quoted,
)
from aili.library.digests import Digests
from aili.renderers import parse
from aili.store.digests import Entry
from aili.store.records import Filter, now

FORM = "aili-library-1"
INDEX = "index.json"
MEMBER_BYTES = 64_000_000  # largest digest or document
INDEX_BYTES = 256_000_000
RATIO = 200  # what is unpacked to what is packed, of the whole archive; JSON packs to a fifth, seldom to a fiftieth
SLACK_BYTES = 16_000_000  # that a small archive may unpack to in any case
FILE_BYTES = 64_000_000  # largest single digest
BATCH = 50  # digests kept by one transaction
PAGE = 500
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same library gives the same bytes


class HasDigests(Protocol):
    """A library, of which only the digests are of interest here."""

    @property
    def digests(self) -> Digests:
        """The digests."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A digest in an archive: names of the members that hold it and its document (empty: none)."""

    digest: str
    document: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()
    created: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """What an archive holds, in the order in which it was kept."""

    form: str = FORM
    digests: tuple[Row, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """What could not be taken in, and why."""

    name: str
    kind: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What came of taking in: digests that are new, digests that were there, and what was refused."""

    new: int = 0
    known: int = 0
    refused: tuple[Refused, ...] = ()

    def __add__(self, other: Taken) -> Taken:
        return Taken(new=self.new + other.new, known=self.known + other.known, refused=self.refused + other.refused)


def export(library: HasDigests, account: str, target: Path | BinaryIO, ids: Iterable[str] | None = None) -> int:
    """Write an account's digests, or those with ``ids``, to a ZIP; returns how many.

    ``target`` is a new file, or anything that bytes can be written to; one digest is in memory at a time. Raises OutputError
    where it cannot be written, NotFoundError where an id is unknown; no half of a file is left then.
    """
    if not isinstance(target, Path):
        return _written(library.digests, account, target, ids)
    try:
        with target.open("xb") as file:
            return _written(library.digests, account, file, ids)
    except FileExistsError as error:
        raise OutputError(f"{target} exists already.", hint="Name a new file.") from error
    except OSError as error:
        raise OutputError(f"{target} could not be written: {_reason(error)}.") from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def take(library: HasDigests, account: str, source: Path | BinaryIO, *, name: str = "") -> Taken:
    """Take in a ZIP that ``export`` wrote, or one digest as JSON, as a shared page, as Markdown or text.

    ``name`` is what a refusal calls the source, else its path. What does not fit is a row of ``refused``, and does not keep
    the rest from being taken in. Raises LibraryError where the library itself fails.
    """
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                return take(library, account, file, name=name or str(source))
        except OSError as error:
            missing = MissingError(_unread(source, error))
            return Taken(refused=(_refused(name or str(source), missing),))
    name = name or "the upload"
    try:
        if zipfile.is_zipfile(source):
            return _take_archive(library.digests, account, source)
        source.seek(0)
        return _take_one(library.digests, account, source)
    except LibraryError:
        raise
    except AiliError as error:
        return Taken(refused=(_refused(name, error),))


def _written(digests: Digests, account: str, target: BinaryIO, ids: Iterable[str] | None) -> int:
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            return _write(digests, account, archive, _ids(digests, account) if ids is None else list(ids))
    except OSError as error:
        raise OutputError(f"The export could not be written: {_reason(error)}.") from error


def _write(digests: Digests, account: str, archive: zipfile.ZipFile, ids: Iterable[str]) -> int:
    rows: list[Row] = []
    written: set[str] = set()
    for id_ in ids:
        kept = digests.get(account, id_)
        row = Row(
            digest=f"digests/{len(rows) + 1:06}.json",
            document=f"documents/{kept.document.partition(':')[2]}.json" if kept.document else "",
            title=kept.title,
            tags=kept.tags,
            created=kept.created,
        )
        _add(archive, row.digest, codec.encode(digests.digest(account, id_)))
        if row.document and row.document not in written:
            _add(archive, row.document, codec.encode(digests.document(account, id_)))
            written.add(row.document)
        rows.append(row)
    _add(archive, INDEX, codec.encode(Index(digests=tuple(rows)), indent=1))
    return len(rows)


def _ids(digests: Digests, account: str) -> Iterator[str]:
    offset = 0
    while items := digests.find(account, Filter(order="oldest"), offset=offset, limit=PAGE).items:
        yield from (found.kept.id for found in items)
        offset += PAGE


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)


def _take_one(digests: Digests, account: str, source: BinaryIO) -> Taken:
    data = source.read(FILE_BYTES + 1)
    if len(data) > FILE_BYTES:
        raise TooLargeError(f"This file is larger than {FILE_BYTES:,} bytes.", limit=FILE_BYTES)
    entry = Entry(digest=parse(data), created=now())
    [(_, new)] = digests.keep_all(account, [entry])
    return Taken(new=int(new), known=int(not new))


def _take_archive(digests: Digests, account: str, source: BinaryIO) -> Taken:
    try:
        with zipfile.ZipFile(source) as archive:
            members = _Members(archive, source)
            index = codec.decode(members.read(INDEX, INDEX_BYTES), Index)
            if index.form != FORM:
                raise MalformedError(
                    f"This archive is of the form {quoted(index.form)}, and this aili reads {quoted(FORM)}."
                )
            taken = Taken()
            for at in range(0, len(index.digests), BATCH):
                taken += _take_rows(digests, account, members, index.digests[at : at + BATCH])
            return taken
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:  # as zipfile tells of wrong bytes
        raise MalformedError(f"This is a damaged ZIP archive: {error}.") from error


def _take_rows(digests: Digests, account: str, members: _Members, rows: tuple[Row, ...]) -> Taken:
    refused: list[Refused] = []
    entries: list[Entry] = []
    for row in rows:
        try:
            entries.append(members.entry(row))
        except TooLargeError:
            raise
        except AiliError as error:
            refused.append(_refused(row.title or row.digest, error))
    try:
        results = digests.keep_all(account, entries)
    except UsageError:  # one of them does not fit: each by itself, to say which
        results = []
        for entry in entries:
            try:
                results += digests.keep_all(account, [entry])
            except UsageError as error:
                refused.append(_refused(entry.digest.title, error))
    new = sum(new for _, new in results)
    return Taken(new=new, known=len(results) - new, refused=tuple(refused))


class _Members:
    """The members of an archive, each read within its limit and all within one."""

    def __init__(self, archive: zipfile.ZipFile, source: BinaryIO) -> None:
        self._archive = archive
        self._left = source.seek(0, 2) * RATIO + SLACK_BYTES

    def entry(self, row: Row) -> Entry:
        digest = codec.decode(self.read(row.digest, MEMBER_BYTES), Digest)
        document = codec.decode(self.read(row.document, MEMBER_BYTES), Document) if row.document else None
        return Entry(digest=digest, document=document, tags=row.tags, created=_moment(row.created))

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a member; what the archive says of their number is not believed."""
        try:
            with self._archive.open(name) as member:
                data = member.read(min(limit, self._left) + 1)
        # zipfile tells of an unknown method by NotImplementedError, of a locked member by RuntimeError
        except (KeyError, NotImplementedError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise MalformedError(f"The archive holds no {quoted(name)} that can be read.") from error
        self._left -= len(data)
        if self._left < 0:
            raise TooLargeError("The archive unpacks to far more than an export does.", limit=limit)
        if len(data) > limit:
            raise TooLargeError(f"{quoted(name)} in the archive is larger than {limit:,} bytes.", limit=limit)
        return data


def _moment(text: str) -> str:
    """A moment of an archive where it is one and has passed, else this one: moments are compared as text."""
    present = now()
    if not _MOMENT.fullmatch(text) or text > present:
        return present
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return present
    return text


def _unread(source: Path, error: OSError) -> str:
    """Why a file cannot be read; its name stands beside that already."""
    if source.is_dir():  # Windows would call it forbidden
        return "This is a folder: name the files in it."
    if isinstance(error, FileNotFoundError):
        return "There is no such file."
    return f"This file cannot be read: {error.strerror or error}."


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "its folder does not exist"
    return "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error.strerror or str(error)


def _refused(name: str, error: AiliError) -> Refused:
    return Refused(name=name, kind=type(error).__name__, message=str(error))

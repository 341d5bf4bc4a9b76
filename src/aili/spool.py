"""Where the command line leaves its digests for the library: a file each, which the library takes in when next opened.

Saving costs a digest its file and nothing more this way: 5 ms, where opening the database takes 0.4 s of imports. A file
is written under a temporary name, forced to the disk and renamed, so that there is never half of one.
"""

from __future__ import annotations

import errno
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from aili import codec
from aili.digest import Digest
from aili.document import Document
from aili.errors import LibraryError, LibraryFullError, MalformedError, MissingError
from aili.settings import Settings

SUFFIX = ".json"
ASIDE = ".damaged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """A digest with its document, and when it was made (ISO 8601, UTC)."""

    digest: Digest
    document: Document | None = None
    tags: tuple[str, ...] = ()
    created: str


def library_path(settings: Settings) -> Path:
    """Where the library of these settings lies."""
    if settings.library:
        return Path(settings.library).expanduser()
    return platformdirs.user_data_path("aili") / "library.db"


def inbox_of(library: Path) -> Path:
    """The directory in which digests wait for the library at this path."""
    return library.with_name(f"{library.name}.inbox")


def leave(inbox: Path, digest: Digest, document: Document | None, *, tags: tuple[str, ...] = ()) -> Path:
    """Leave a digest; on return it is on the disk. One that waits already is left as it is.

    Raises LibraryError: a full disk, no permission.
    """
    moment = datetime.now(UTC)
    data = codec.encode(
        Left(digest=digest, document=document, tags=tags, created=moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    )
    path = inbox / f"{digest.hash.partition(':')[2]}{SUFFIX}"
    temporary = ""
    try:
        if path.exists():
            return path
        inbox.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        inbox.mkdir(mode=0o700, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=inbox, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(path)
        _sync(inbox)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise _told(error, inbox) from error
    return path


def waiting(inbox: Path) -> list[Path]:
    """The files that wait, the oldest first; costs one look at the directory."""
    try:
        with os.scandir(inbox) as entries:
            found = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(SUFFIX)]
    except OSError:
        return []  # nothing was ever left, or not for this user
    return [Path(path) for _, path in sorted(found)]


def aside(inbox: Path) -> list[Path]:
    """The files that could not be taken in."""
    try:
        return sorted(path for path in inbox.iterdir() if path.name.endswith(ASIDE))
    except OSError:
        return []


def read(path: Path) -> Left:
    """What a file holds; raises MissingError where it is gone, MalformedError where it is damaged."""
    try:
        return codec.decode(path.read_bytes(), Left)
    except FileNotFoundError as error:
        raise MissingError(f"{path} is gone.") from error
    except OSError as error:
        raise MalformedError(f"{path} cannot be read: {error.strerror or error}.") from error


def set_aside(path: Path) -> Path:
    """Rename a file that cannot be taken in, so that it is not tried again and not lost; returns its new path."""
    target = path.with_name(path.name + ASIDE)
    try:
        path.rename(target)
    except OSError:
        return path
    return target


def _sync(directory: Path) -> None:
    """Force a rename to the disk; systems that cannot open a directory do so by themselves."""
    if os.name == "posix":
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _told(error: OSError, inbox: Path) -> LibraryError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LibraryFullError(f"The disk that holds {inbox} is full.", hint="Free some space and try again.")
    return LibraryError(f"{inbox} cannot be written to: {error.strerror or error}.")

"""Files and standard input. What is no regular file (a directory, a pipe, a device) is refused before it is read."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from aili.document import Resource
from aili.errors import EmptyError, ForbiddenAddressError, MissingError, RefusedError, TooLargeError, UsageError, quoted
from aili.sources import Limits, Request

_STEP = 1 << 20


def fetch_stdin(request: Request) -> Resource:
    """All of ``stdin``, which has no deadline: a slow command may be writing it."""
    if request.stdin is None:
        raise UsageError("There is no standard input to read here.", hint="Give an address or a file.")
    try:
        data = _read(request.stdin, "Standard input", request.limits)
    except OSError as error:
        raise MissingError(f"Standard input cannot be read: {error.strerror}.", hint="Give a file instead.") from error
    return Resource(data=data, media_type="", reference=request.reference, location=request.reference)


def fetch_address(request: Request) -> Resource:
    """The file that a ``file:`` address (RFC 8089) names; only files of this machine."""
    from urllib.request import url2pathname  # here, since it takes 40 ms

    try:
        address = urlsplit(request.reference)
    except ValueError as error:
        raise UsageError(
            f"{quoted(request.reference[:200])} is no file: address: {error}.", hint="Give a path."
        ) from error
    if address.netloc.lower() not in ("", "localhost"):
        raise ForbiddenAddressError(
            f"{quoted(request.reference[:200])} names a file of the host {address.netloc[:200]}, which aili does not read.",
            hint="Copy the file here, or give its web address.",
            address=address.netloc,
        )
    return _file(Path(url2pathname(address.path)), request)


def fetch_path(request: Request) -> Resource:
    """The file at a path, ``~`` being the reader's home."""
    try:
        path = Path(request.reference).expanduser()
    except RuntimeError as error:
        raise MissingError(f"There is no file {quoted(request.reference[:200])}: {error}.") from error
    return _file(path, request)


def _file(path: Path, request: Request) -> Resource:
    reference, limits = request.reference, request.limits
    shown = quoted(reference if len(reference) <= 200 else f"{reference[:199]}…")
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if path.is_dir():  # Windows cannot open one, and would call it forbidden
            raise IsADirectoryError(errno.EISDIR, "")
        with os.fdopen(os.open(path, flags), "rb") as file:
            _refuse_special(os.fstat(file.fileno()), shown, limits)
            data = _read(file, f"The file {shown}", limits)
    except (OSError, ValueError) as error:
        raise _missing(shown, reference, error) from error
    return Resource(data=data, media_type="", reference=reference, location=reference)


def _refuse_special(status: os.stat_result, shown: str, limits: Limits) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise RefusedError(
            f"{shown} is a pipe or a device, not a file.",
            hint="Let the command that writes it send to standard input: command | aili -",
        )
    if status.st_size > limits.max_bytes:
        raise _too_large(f"The file {shown}", limits)


def _missing(shown: str, reference: str, error: OSError | ValueError) -> MissingError:
    if isinstance(error, IsADirectoryError):
        return MissingError(f"{shown} is a directory.", hint="Name the files in it, one by one.")
    if isinstance(error, PermissionError):
        return MissingError(f"The file {shown} may not be read.", hint="Ask its owner for permission, or copy it.")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        hint = "Check the spelling and the folder you are in."
        if "." in reference.strip(".") and "/" not in reference and "\\" not in reference:
            hint += f" If a web page is meant: https://{reference[:200]}"
        return MissingError(f"There is no file {shown}.", hint=hint)
    if isinstance(error, ValueError) or error.errno == errno.ENAMETOOLONG:
        return MissingError(
            f"{shown} is no name that a file can have.", hint="A text itself goes to standard input: aili -"
        )
    return MissingError(f"The file {shown} cannot be read: {error.strerror}.")


def _read(stream: BinaryIO, what: str, limits: Limits) -> bytes:
    data = bytearray()
    while piece := stream.read(min(_STEP, limits.max_bytes + 1 - len(data))):
        data += piece
        if len(data) > limits.max_bytes:
            raise _too_large(what, limits)
    if not data:
        raise EmptyError(f"{what} is empty.", hint="There is nothing to digest in it.")
    return bytes(data)


def _too_large(what: str, limits: Limits) -> TooLargeError:
    return TooLargeError(
        f"{what} is larger than the limit of {limits.max_bytes / 1e6:g} MB.",
        hint="The setting fetch_megabytes raises the limit.",
        limit=limits.max_bytes,
    )

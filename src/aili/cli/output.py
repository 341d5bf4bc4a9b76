"""Writes results to standard output, or to a file that is whole or not there at all."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from pathlib import Path

from aili.errors import OutputError


def write(text: str, target: str) -> None:
    """Write ``text`` to the file ``target``, or to standard output where it is empty or ``-``; raises OutputError."""
    if not text.endswith("\n"):
        text += "\n"
    if target in ("", "-"):
        # Bytes, so that emoji reach a pipe whatever the locale says.
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        return
    path = Path(target).expanduser()
    if path.exists() and not path.is_file():
        _write_through(path, text)
        return
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except OSError as error:
        raise _translated(error, target) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _write_through(path: Path, text: str) -> None:
    """Devices and pipes cannot be replaced by a renamed file."""
    if path.is_dir():
        raise OutputError(f"{path} is a directory.", hint="Name a file: -o digest.html.")
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise _translated(error, str(path)) from error


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, or what the user's umask gives a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _translated(error: OSError, target: str) -> OutputError:
    if error.errno == errno.ENOSPC:
        return OutputError(
            f"{target} could not be written: the disk is full.", hint="Free some space or name another place."
        )
    if error.errno == errno.ENOENT:
        return OutputError(f"{target} could not be written: its directory does not exist.", hint="Make it first.")
    return OutputError(f"{target} could not be written: {error.strerror or error}.")

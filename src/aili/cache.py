"""A content-addressed cache on disk: the stages it wraps never know of it.

An entry is one file named by the hash of its key; it is written to a temporary name and renamed, so that a reader never
sees half of one. An entry that cannot be read counts as absent. The cache holds what people read, so its directory is
private to the user. The oldest entries go when it grows past its size.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TypeVar

from aili import codec
from aili.errors import MalformedError

Value = TypeVar("Value")


class Cache:
    """Values by key in ``directory``, of ``max_bytes`` in all."""

    def __init__(self, directory: Path, *, max_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes

    def get(self, kind: type[Value], *key: str) -> Value | None:
        """The value kept under ``key``, or None where there is none that can be read."""
        path = self._path(kind, key)
        try:
            value = codec.decode(path.read_bytes(), kind)
            os.utime(path)  # the oldest *used* go first
        except (OSError, MalformedError):
            return None
        return value

    def put(self, value: object, *key: str) -> bool:
        """Keep ``value`` under ``key``; False where the disk would not take it, which must not cost anybody a digest."""
        path = self._path(type(value), key)
        temporary = ""
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._directory, suffix=".tmp")
            with os.fdopen(handle, "wb") as file:
                file.write(codec.encode(value))
            Path(temporary).replace(path)
            self._prune()
        except OSError:
            if temporary:
                Path(temporary).unlink(missing_ok=True)
            return False
        return True

    def _path(self, kind: type, key: tuple[str, ...]) -> Path:
        digest = codec.fingerprint("key", "\0".join((kind.__name__, *key)).encode()).partition(":")[2]
        return self._directory / f"{kind.__name__.lower()}-{digest}.json"

    def _prune(self) -> None:
        entries = sorted(
            ((stat.st_mtime, stat.st_size, path) for path in self._directory.iterdir() for stat in (path.stat(),)),
            reverse=True,
        )
        total = 0
        for _, size, path in entries:
            total += size
            if total > self._max_bytes:
                path.unlink(missing_ok=True)

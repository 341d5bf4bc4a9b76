"""Room kept for a full disk, on which even taking something out needs some: a file that is given up when it comes to that.

Measured (8 MB disk, SQLite 3.40): with no byte left a DELETE fails, and so does opening a library for reading.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SIZE = 4_000_000  # bytes; taking out a digest of 10,000 writes 0.1 MB, the search index at times a few
PLENTY = 8 * SIZE  # bytes that must be free before the reserve is made


def size_of(library: Path) -> str:
    """How large a library is, with what SQLite has not yet written into its file, and the reserve beside it; for people."""
    size = sum(map(_octets, (library, library.with_name(f"{library.name}-wal"))))
    reserve = _octets(_reserve(library))
    return f"{size / 1e6:,.1f} MB" + (f", and {reserve / 1e6:,.1f} MB kept free for a full disk" if reserve else "")


def _octets(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _reserve(library: Path) -> Path:
    return library.with_name(f"{library.name}-reserve")


class Reserve:
    """The reserve of the library at ``library``: a file beside it."""

    def __init__(self, library: Path) -> None:
        self._path = _reserve(library)

    def make(self) -> None:
        """Make the reserve where it is missing and there is plenty of room; where that fails the library does without."""
        if self._path.exists() or self._free() < PLENTY:
            return
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            return
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(bytes(SIZE))  # written, not only claimed: a hole takes no room
        except OSError:
            self.give_up()

    def short(self) -> bool:
        """Whether the disk has less room than the reserve itself."""
        return self._free() < SIZE

    def give_up(self) -> bool:
        """Take the reserve away; False where there was none."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def _free(self) -> int:
        try:
            return shutil.disk_usage(self._path.parent).free
        except OSError:
            return 0

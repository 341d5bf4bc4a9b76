"""One process at a time changes the files of a model: a lock that ends with its process, however that ends."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from aili.errors import MissingError, RefusedError
from aili.models.storage import ETAG, PART, beside, size_of, told
from aili.models.table import Model

_POLL = 0.2  # seconds between two looks at a lock that another process holds


class Hold:
    """The right to change the files of the model at ``path``; the folder must be there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(beside(path, ".lock"), thread_local=False)

    def take(self, *, wait: bool) -> bool:
        """Take it, waiting for whoever holds it or not; whether it was had. Raises OutputError where no file can be made."""
        with told(self._path):
            try:
                self._lock.acquire(timeout=-1 if wait else 0, poll_interval=_POLL)
            except Timeout:
                return False
        return True

    def give_up(self) -> None:
        """Let others have it."""
        self._lock.release()


def remove(model: Model, folder: Path) -> int:
    """Remove what there is of a model, a part included; returns how many bytes that frees.

    Raises MissingError where there is nothing, RefusedError while it is being pulled, OutputError where it may not be.
    """
    path = folder / model.file
    there = [file for file in (path, beside(path, PART), beside(path, ETAG)) if file.is_file()]
    if not there:
        raise MissingError(f"The model {model.name} is not here, so there is nothing to remove.")
    hold = Hold(path)
    if not hold.take(wait=False):
        raise RefusedError(
            f"The model {model.name} is being pulled by another aili.", hint="Stop that first, or wait for its end."
        )
    try:
        freed = sum(map(size_of, there))
        with told(path):
            for file in there:
                file.unlink(missing_ok=True)
    finally:
        hold.give_up()
    return freed

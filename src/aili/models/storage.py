"""Where models lie on the disk, which of them are there, and whether they are whole.

A model has its own file's name in one folder. While it is on its way it is called ``….part``; the name it ends with is
given to whole and checked files only, so that a look at name and size is enough to use one. The file ``….part.etag``
beside a part says which version of the server's file that part is of.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from aili.errors import MalformedError, MissingError, OutputError
from aili.models.table import Model

PART, ETAG = ".part", ".part.etag"
STEP = 1 << 20  # bytes that are read and hashed at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """What there is of a model: ``here`` whole, a ``part`` of it, or ``none``; ``size`` counts its bytes."""

    model: Model
    path: Path
    state: Literal["here", "part", "none"]
    size: int


def folder_of(setting: str) -> Path:
    """The folder that the setting ``models`` means; where it is empty, one among the user's data."""
    return Path(setting).expanduser() if setting else platformdirs.user_data_path("aili") / "models"


def stored(model: Model, folder: Path) -> Stored:
    """What there is of ``model``; costs two looks at the folder and reads no file."""
    path = folder / model.file
    size = size_of(path)
    if size == model.size:
        return Stored(model=model, path=path, state="here", size=size)
    size = max(size, size_of(beside(path, PART)))
    return Stored(model=model, path=path, state="part" if size else "none", size=size)


def beside(path: Path, suffix: str) -> Path:
    """A file that accompanies a model's own."""
    return path.with_name(path.name + suffix)


def hashed(path: Path, digest: hashlib._Hash) -> Iterator[int]:
    """Feed a file to ``digest``; yields how many bytes it has had. Raises OutputError where it cannot be read."""
    done = 0
    with told(path), path.open("rb") as file:
        while data := file.read(STEP):
            digest.update(data)
            done += len(data)
            yield done


def verify(model: Model, folder: Path) -> Iterator[int]:
    """Compare a model with its checksum; yields the bytes that were read.

    Raises MissingError where it is not here, MalformedError where its bytes are others.
    """
    found = stored(model, folder)
    if found.size == 0 or not found.path.is_file():
        raise MissingError(f"The model {model.name} is not here.", hint=f"Get it with: aili models pull {model.name}")
    digest = hashlib.sha256()
    if found.state == "here":
        yield from hashed(found.path, digest)
    if digest.hexdigest() != model.sha256:
        raise MalformedError(
            f"The model {model.name} is damaged: {found.path} holds other bytes than it should.",
            hint=f"Remove it (aili models rm {model.name}) and pull it again.",
        )


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the operating system's errors into OutputError, naming the folder of ``path``."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OutputError(
                f"The disk that holds {path.parent} is full.",
                hint="Free some space, or name another folder with the setting models.",
            ) from error
        raise OutputError(
            f"The folder {path.parent} cannot be used for models: {error.strerror or error}.",
            hint="Mend its permissions, or name another folder with the setting models.",
        ) from error


def size_of(path: Path) -> int:
    """How many bytes a file has; 0 where there is none, or none for this user."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0

"""Pulls a model: what is missing of it is fetched, all of it is checked, and only then has it its name.

Bytes that came once are not fetched again, whatever ended the pull before: Ctrl-C, a cut, a kill. What is there is hashed
first, so that the checksum is known as the last byte comes in; measured on a slow core: 2.3 seconds a gigabyte, of 2.6 that
a pull costs in all.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aili.errors import NetworkError, OutputError
from aili.models.holding import Hold
from aili.models.machine import amount, check_room, shortage
from aili.models.storage import ETAG, PART, beside, hashed, size_of, stored, told
from aili.models.table import Model
from aili.models.transfer import Answer, Origin, Passing, Patience, Server

_ONWARD = 1 << 20  # bytes more than ever before that count as getting on


@dataclass(frozen=True, kw_only=True, slots=True)
class Progressed:
    """How many bytes of ``total`` are here, or have been checked."""

    what: Literal["checking", "pulling"]
    done: int
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """Something that the reader should know, in a sentence; the pull goes on."""

    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulled:
    """The end: the model is whole, at ``path``; ``fresh`` where it was not before."""

    path: Path
    fresh: bool


Step = Progressed | Noted | Pulled


def pull(model: Model, folder: Path, origin: Origin) -> Generator[Step, None, None]:
    """Fetch what is missing of ``model`` into ``folder``; closing the generator stops it, and keeps what has come.

    Raises NetworkError and its kin, OutputError (full disk, no permission), UsageError for an origin that is no address.
    """
    found = stored(model, folder)
    if found.state == "here":
        yield Pulled(path=found.path, fresh=False)
        return
    with told(found.path):
        folder.mkdir(parents=True, exist_ok=True)
    hold = Hold(found.path)
    if not hold.take(wait=False):
        yield Noted(message=f"Another aili is pulling {model.name}; this one waits for it.")
        hold.take(wait=True)
    try:
        if stored(model, folder).state == "here":  # the other has done it
            yield Pulled(path=found.path, fresh=False)
            return
        if warning := shortage(model):
            yield Noted(message=warning)
        yield from _pulled(model, found.path, origin)
    except (NetworkError, OutputError) as error:
        error.hint = f"{error.hint} {kept(model, folder)}".strip()
        raise
    finally:
        hold.give_up()
    yield Pulled(path=found.path, fresh=True)


def kept(model: Model, folder: Path) -> str:
    """What a pull that was broken off leaves, and how to go on; empty where it leaves nothing."""
    found = stored(model, folder)
    if found.state != "part":
        return ""
    return f"{amount(found.size)} of {amount(model.size)} are kept; aili models pull {model.name} goes on from there."


class _Part:
    """The file of a model while it is on its way, and the hash of what it holds."""

    def __init__(self, path: Path) -> None:
        self.path = beside(path, PART)
        self._etag = beside(path, ETAG)
        self.size = 0
        self.digest = hashlib.sha256()
        self.patched = False  # of several answers: its bytes may not belong together

    def take_up(self, limit: int) -> Iterator[int]:
        """Go on with what an earlier pull left, where that can be of use; yields the bytes that were hashed."""
        if not 0 < size_of(self.path) <= limit:
            return
        for done in hashed(self.path, self.digest):
            self.size = done
            yield done
        self.patched = True

    @property
    def etag(self) -> str:
        """The version of the server's file that the bytes are of; empty where it is not known."""
        try:
            return self._etag.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def begin(self, etag: str) -> None:
        """Forget all bytes: the next ones are the first, of version ``etag``."""
        self.size, self.digest, self.patched = 0, hashlib.sha256(), False
        with told(self.path):
            self.path.write_bytes(b"")
            self._etag.write_text(etag, encoding="ascii")

    def write(self, pieces: Iterator[bytes]) -> Iterator[int]:
        """Add bytes as they come; yields how many there are. Whatever ends it, what came before is in the file."""
        with told(self.path):
            file = self.path.open("ab", buffering=0)  # a kill must not lose what a buffer holds
        with file:
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    with told(self.path):
                        rest = rest[file.write(rest) :]
                self.digest.update(piece)
                self.size += len(piece)
                yield self.size

    def finish(self, path: Path) -> None:
        """Give the file its name, once it is on the disk."""
        with told(path):
            with self.path.open("rb+") as file:
                os.fsync(file.fileno())
            self.path.replace(path)
            self._etag.unlink(missing_ok=True)

    def remove(self) -> None:
        """Leave nothing of it."""
        with told(self.path):
            self.path.unlink(missing_ok=True)
            self._etag.unlink(missing_ok=True)


def _pulled(model: Model, path: Path, origin: Origin) -> Iterator[Step]:
    part = _Part(path)
    for done in part.take_up(model.size):
        yield Progressed(what="checking", done=done, total=model.size)
    with Server(model, origin) as server:
        yield from _received(model, part, server, origin.patience)
        if part.digest.hexdigest() != model.sha256 and part.patched:
            part.remove()
            part = _Part(path)
            yield Noted(message=f"What was here of {model.name} was damaged, so the pull starts over.")
            yield from _received(model, part, server, origin.patience)
    if part.digest.hexdigest() != model.sha256:
        part.remove()
        raise NetworkError(
            f"What the server gave is not the model {model.name}: its checksum is another. It has been deleted.",
            hint="Try again; if it stays so, look at the setting models_url, or update aili.",
        )
    part.finish(path)


def _received(model: Model, part: _Part, server: Server, patience: Patience) -> Iterator[Step]:
    """Fetch until all bytes are here, with bounded patience for what may pass."""
    check_room(model, part.path, there=part.size)
    failures, furthest, reached = 0, part.size, False
    while part.size < model.size:
        try:
            with server.answer(part.size, part.etag) as answer:
                reached = True
                yield from _added(model, part, answer)
        except Passing as failure:
            if part.size >= furthest + _ONWARD:
                failures, furthest = 0, part.size
            failures += 1
            if failures >= patience.attempts or not (reached or failure.reached):
                raise failure.error from failure
            wait = failure.wait or patience.pause * 2 ** (failures - 1) * random.uniform(0.8, 1.2)
            yield Noted(message=f"{failure.error.message} Trying again in {wait:,.0f} seconds.")
            time.sleep(wait)


def _added(model: Model, part: _Part, answer: Answer) -> Iterator[Step]:
    if part.size and answer.start == 0:
        yield Noted(message=f"The server cannot go on where {model.name} broke off, so the pull starts over.")
    elif part.size and answer.etag != part.etag and answer.etag and part.etag:
        part.begin("")  # it went on in another version of its file: ask again, from the beginning
        yield Noted(message=f"The server's file of {model.name} has changed, so the pull starts over.")
        return
    if answer.start == 0:
        part.begin(answer.etag)
    part.patched = part.size > 0
    for done in part.write(answer.pieces):
        yield Progressed(what="pulling", done=done, total=model.size)

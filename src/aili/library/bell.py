"""Wakes whoever waits within this process: a browser's stream of a job's events, a worker without work.

A bell carries no news, only that there may be some: the truth is in the library, which whoever wakes reads. What another
process writes rings no bell here, so that every wait has an end of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator


class Listener:
    """Somebody who waits in an event loop; made by ``Bell.listening``. A ring between two waits is not lost."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Whether the bell rang since the last wait, or rings within ``seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        rung = self._rung.is_set()
        self._rung.clear()
        return rung

    def ring(self) -> None:
        """Wake it, from any thread."""
        with contextlib.suppress(RuntimeError):  # its loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._rung.set)


class Bell:
    """One bell for each job. Ringing is cheap where nobody listens, and safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[str, set[Listener]] = {}

    def ring(self, job_id: str) -> None:
        """Wake all who listen to ``job_id``."""
        with self._lock:
            listeners = tuple(self._listeners.get(job_id, ()))
        for listener in listeners:
            listener.ring()

    @contextlib.contextmanager
    def listening(self, job_id: str) -> Iterator[Listener]:
        """A listener to ``job_id`` for the length of the block, which must run in an event loop."""
        listener = Listener()
        with self._lock:
            self._listeners.setdefault(job_id, set()).add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners[job_id].discard(listener)
                if not self._listeners[job_id]:
                    del self._listeners[job_id]

    async def wait(self, job_id: str, seconds: float) -> bool:
        """Whether ``job_id`` rings within ``seconds``; what rang before does not count (see ``listening``)."""
        with self.listening(job_id) as listener:
            return await listener.wait(seconds)

    def listeners(self) -> int:
        """How many listen."""
        with self._lock:
            return sum(map(len, self._listeners.values()))


class Arrivals:
    """Wakes threads when there is work. Take the ``count``, look for work, then wait for more than that count."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    @property
    def count(self) -> int:
        """How often work was announced."""
        with self._changed:
            return self._count

    def announce(self) -> None:
        """Wake all who wait."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, count: int, seconds: float) -> bool:
        """Whether more than ``count`` was announced, at once or within ``seconds``."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count > count, seconds)

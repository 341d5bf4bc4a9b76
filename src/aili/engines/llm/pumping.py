"""Runs asynchronous work in a thread of its own and hands over, one after the other, what it has to tell.

The pipeline is synchronous, and whoever closes it must not wait for a server: closing the iterator cancels the work, whose
connections end with it. Whoever only holds a Cancellation need not wait either.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import nullcontext
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

from aili.cancellation import Cancellation, StoppedError

Value = TypeVar("Value")
PATIENCE = 2.0  # seconds that a cancelled task may take to end; after that its thread is left to itself


@dataclass(frozen=True)
class _End:
    """The work is over; ``error`` is what ended it."""

    error: BaseException | None


class _Work(Generic[Value]):
    """The thread, its loop and its task, once they are there."""

    def __init__(self, work: Callable[[Callable[[Value], None]], Coroutine[None, None, None]]) -> None:
        self.told: SimpleQueue[Value | _End] = SimpleQueue()
        self._work = work
        self._lock = threading.Lock()
        self._cancelled = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="aili-model", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._loop is not None and self._task is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:  # noqa: BLE001 (raised again in the thread that waits for it)
            self.told.put(_End(error))
        else:
            self.told.put(_End(None))

    async def _main(self) -> None:
        with self._lock:
            if self._cancelled:
                return
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        try:
            await self._work(self.told.put)
        finally:
            with self._lock:
                self._loop = None


def pumped(
    work: Callable[[Callable[[Value], None]], Coroutine[None, None, None]],
    cancellation: Cancellation | None = None,
) -> Generator[Value, None, None]:
    """Yield what ``work`` gives to the function it is called with, until it ends; raises what it raises.

    Raises StoppedError once there is a word from ``cancellation``, also in the middle of a wait.
    """
    running = _Work(work)
    stop = _End(StoppedError())
    try:
        with cancellation.calling(lambda: running.told.put(stop)) if cancellation else nullcontext():
            while not isinstance(value := running.told.get(), _End):
                yield value
        if value.error is not None:
            raise value.error
    finally:
        running.cancel()

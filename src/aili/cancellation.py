"""A word from another thread that work is to end: whoever waits for something meanwhile is woken by it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class StoppedError(Exception):
    """The work was ended by a Cancellation; only who gave one meets this."""


class Cancellation:
    """Cancelled once, by anybody, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._calls: list[Callable[[], None]] = []

    def cancel(self) -> None:
        """Say that the work is to end; returns at once."""
        with self._lock:
            calls, self._cancelled = ([] if self._cancelled else list(self._calls)), True
        for call in calls:
            call()

    @contextmanager
    def calling(self, call: Callable[[], None]) -> Iterator[None]:
        """For the length of the block, ``call`` is called when the work is to end: at once where that was said before.

        It is called in the thread that cancels, so it must not wait for anything.
        """
        with self._lock:
            self._calls.append(call)
            already = self._cancelled
        if already:
            call()
        try:
            yield
        finally:
            with self._lock:
                self._calls.remove(call)

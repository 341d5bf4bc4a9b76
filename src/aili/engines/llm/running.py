"""Models that run on this machine, each in a child process that serves it on loopback: started, lent, ended.

llama.cpp could run inside this process (the package xllamacpp offers that), and does not, for three reasons: while it loads
a model it holds Python's lock (measured: 0.7 s for 500 MB, in which nothing else runs and Ctrl-C waits); a batch that it
has begun cannot be broken off (57 s at its usual size until the program could end); and where memory ends, the system ends
the process, which should be the model's and not the reader's.

One model runs at a time. It stays while this process does, so that the next digest need not load it again.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.request import ProxyHandler, Request, build_opener

from aili.errors import EngineError

_SCRIPT = Path(__file__).with_name("serving.py")
_PROBE = " ".join(["one two three four five six seven eight"] * 8)  # some 64 tokens: a batch
_PROBE_TOKENS, _PROBE_SECONDS = 6, 60.0
_LEAST_SPEED = 0.01  # tokens a second
_BUSY = 0.25  # of the cores that others keep busy, from which on they are shared


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """Which model is run, with how many tokens at once and how many threads (0: as many as there is room for)."""

    path: Path
    changed: int
    window: int
    threads: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Speed:
    """Tokens a second that a model reads and writes, as measured."""

    reading: float
    writing: float


class Child:
    """A model that runs."""

    def __init__(self, load: Load, seconds: float) -> None:
        self.load = load
        self.key = secrets.token_urlsafe(24)
        self._speed: Speed | None = None
        # -P: a file in the script's directory that is named like a library must not be imported.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-P", "-X", "utf8", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            self.address = self._started(seconds)
        except BaseException:
            self.stop()
            raise

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def speed(self) -> Speed | None:
        """How fast it is, measured the first time that somebody asks; None where it does not answer that in a minute."""
        if self._speed is None:
            body = {"prompt": _PROBE, "n_predict": _PROBE_TOKENS, "cache_prompt": False, "ignore_eos": True}
            request = Request(  # noqa: S310 - our own child
                f"{self.address}/completion",
                data=json.dumps(body).encode(),
                headers={"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"},
            )
            try:
                with build_opener(ProxyHandler({})).open(request, timeout=_PROBE_SECONDS) as answer:
                    timings = json.load(answer)["timings"]
                self._speed = Speed(
                    reading=max(_LEAST_SPEED, float(timings["prompt_per_second"])),
                    writing=max(_LEAST_SPEED, float(timings["predicted_per_second"])),
                )
            except (OSError, ValueError, KeyError, TypeError):
                return None
        return self._speed

    def stop(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _started(self, seconds: float) -> str:
        told = {
            "path": str(self.load.path),
            "window": self.load.window,
            "threads": self.load.threads or _room(),
            "key": self.key,
        }
        answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        output = cast("IO[bytes]", self._process.stdout)
        listening = threading.Thread(target=lambda: answers.put(output.readline()), name="aili-load", daemon=True)
        listening.start()
        name = self.load.path.name
        try:
            told_to = cast("IO[bytes]", self._process.stdin)
            told_to.write(json.dumps(told).encode() + b"\n")
            told_to.flush()
            answer = json.loads(answers.get(timeout=seconds) or b"{}")
        except queue.Empty:
            raise EngineError(
                f"The model {name} was not loaded within {seconds:,.0f} seconds.", hint="Raise draft_seconds."
            ) from None
        except (OSError, ValueError):
            answer = {}
        if not answer.get("address"):
            raise EngineError(
                f"The model {name} could not be loaded.",
                hint="It may need more memory than there is, or a newer aili; try a smaller one.",
            )
        return str(answer["address"])


def _room() -> int:
    """Threads for a model on this machine: half of the cores where others are at work, else 0, as llama.cpp thinks.

    Its threads wait for one another after every layer, so that one which has to wait for a core holds up all. Measured on
    two cores with a load of nine: a model of 135 million parameters wrote 3.5 tokens a second with two threads and 14 with
    one, one of 270 million 1.0 and 6.3.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1, cores // 2) if load > _BUSY * cores else 0


class _Shelf:
    """The model that runs, and how many digests are with it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._child: Child | None = None
        self._users = 0

    @contextmanager
    def lent(self, load: Load, seconds: float) -> Iterator[Child]:
        until = time.monotonic() + seconds
        with self._changed:
            if not self._changed.wait_for(lambda: not self._users or self._runs(load), timeout=seconds):
                raise EngineError("Another model is busy on this machine.", hint="Try again later.")
            if self._child is None or not self._runs(load):
                self.stop()
                self._child = Child(load, max(1.0, until - time.monotonic()))
            child = self._child
            self._users += 1
        try:
            yield child
        finally:
            with self._changed:
                self._users -= 1
                self._changed.notify_all()

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None

    def _runs(self, load: Load) -> bool:
        return self._child is not None and self._child.load == load and self._child.alive


_SHELF = _Shelf()
atexit.register(_SHELF.stop)


def lent(load: Load, *, seconds: float) -> AbstractContextManager[Child]:
    """The child that runs ``load``, started where there is none; waits ``seconds`` for another model's end and for loading.

    Raises EngineError.
    """
    return _SHELF.lent(load, seconds)


def stop() -> None:
    """End the model that runs, if one does."""
    _SHELF.stop()

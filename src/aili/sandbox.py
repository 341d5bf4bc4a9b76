"""Runs a parser in a bounded subprocess: what a page does to a parser, it does to a process that may die.

Parsers of foreign bytes hang, crash and eat memory (measured on trafilatura: one page took 3.4 s of CPU; its issues #657
and #704). So the bytes go to a worker, ``python -m aili.sandbox``, which calls one function and answers. A worker is
reused, since starting one costs 0.3 s, and retired after DOCUMENTS documents, since trafilatura grows by 1 MB a page. The
parent holds the clock and kills what overruns it; the worker holds its own memory (RLIMIT_AS) and CPU (RLIMIT_CPU) where
the platform has them, and leaves when its parent is gone.

The wire is frames of a length (8 bytes, big-endian) and that many bytes, JSON or the parser's own, never pickle: a worker
that was taken over can send wrong text, and nothing else. A request is two frames (what to call; its argument), an answer
two (how it went; the result). The worker keeps the pipe to itself: what a library prints goes nowhere.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from queue import SimpleQueue
from typing import IO, TypeVar, cast

from aili import codec, errors
from aili.errors import AiliError, MalformedError, ParserError

if sys.platform != "win32":
    import resource

_Result = TypeVar("_Result")

DOCUMENTS = 64  # a worker reads before it is replaced
IDLE = 4  # workers kept waiting
START_SECONDS = 30.0  # a worker may take to say hello; 0.05 s on an idle machine
MEGABYTE = 1_000_000
FRAME_BYTES = 256 * MEGABYTE  # no document is this long: a longer frame is a worker gone mad


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a parser may use for one document: ``seconds`` of wall clock and of CPU, ``max_bytes`` of address space."""

    seconds: float = 60.0
    max_bytes: int = 2048 * MEGABYTE


@dataclass(frozen=True, kw_only=True, slots=True)
class _Request:
    target: str
    seconds: float
    max_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    """``error`` names the type, empty where all went well; ``fields`` are the error's attributes."""

    error: str = ""
    fields: dict[str, str | int | float] = field(default_factory=dict)


def run(target: str, data: bytes, *, limits: Limits) -> bytes:
    """Call the function ``target`` ("module:function", bytes to bytes) on ``data`` in a worker and return its result.

    Raises whatever AiliError the function raised, and ParserError where it raised anything else, crashed, or ran out of
    its time or memory. Safe to call from many threads: each call has a worker to itself.
    """
    request = _Request(target=target, seconds=limits.seconds, max_bytes=limits.max_bytes)
    worker = _take()
    try:
        answer, result = worker.call(request, data)
    except BaseException:  # Ctrl-C too: a worker in the middle of an answer cannot be used again
        worker.close()
        raise
    if answer.error == ParserError.__name__:  # out of memory, or a library's own failure: its state is in doubt
        worker.close()
    else:
        _give_back(worker)
    if answer.error:
        raise _rebuild(answer)
    return result


def warm(*modules: str) -> None:
    """Start a worker now and let it import ``modules``, so that ``run`` finds it ready; returns at once."""
    with _lock:
        waiting = bool(_idle)
    if not waiting:
        _give_back(_Worker(modules))


class _Worker:
    """The parent's end of one worker process."""

    def __init__(self, modules: tuple[str, ...] = ()) -> None:
        # -P: a file in the working directory that is named like a library must not be imported.
        command = [sys.executable, "-P", "-X", "utf8", "-m", "aili.sandbox", *modules]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)
        self._greeted = False
        self.documents = 0

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def call(self, request: _Request, data: bytes) -> tuple[_Answer, bytes]:
        if not self._greeted:
            self._within(START_SECONDS, lambda: _read(self._output))
            self._greeted = True
        self.documents += 1

        def exchange() -> tuple[_Answer, bytes]:
            _write(self._input, codec.encode(request))
            _write(self._input, data)
            return codec.decode(_read(self._output), _Answer), _read(self._output)

        return self._within(request.seconds, exchange)

    def _within(self, seconds: float, exchange: Callable[[], _Result]) -> _Result:
        overrun = threading.Event()

        def stop() -> None:
            overrun.set()
            self._process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            return exchange()
        except (OSError, EOFError, MalformedError) as error:
            self._process.kill()
            status = self._process.wait()
            if overrun.is_set() or status == -_SIGXCPU:
                raise ParserError(
                    f"The parser was stopped after {seconds:g} seconds.",
                    hint="Give it more with the setting parse_seconds, or give it less to read.",
                ) from error
            raise ParserError(
                f"The parser crashed (exit status {status}).", hint="The file may be damaged; try another copy of it."
            ) from error
        finally:
            timer.cancel()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._input, self._output):
            with contextlib.suppress(OSError):  # what was still unsent is lost with the worker
                pipe.close()


_SIGXCPU = 24
_lock = threading.Lock()
_idle: list[_Worker] = []


def _take() -> _Worker:
    while True:
        with _lock:
            if not _idle:
                break
            worker = _idle.pop()
        if worker.alive:
            return worker
        worker.close()
    return _Worker()


def _give_back(worker: _Worker) -> None:
    with _lock:
        keep = worker.documents < DOCUMENTS and len(_idle) < IDLE
        if keep:
            _idle.append(worker)
    if not keep:
        worker.close()


def _close_all() -> None:
    with _lock:
        workers = _idle[:]
        _idle.clear()
    for worker in workers:
        worker.close()


atexit.register(_close_all)


def _forget() -> None:
    """In a forked child: the workers are the parent's, and so is whoever held the lock."""
    global _lock
    _lock = threading.Lock()
    _idle.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _rebuild(answer: _Answer) -> AiliError:
    kind = getattr(errors, answer.error, None)
    if not (isinstance(kind, type) and issubclass(kind, AiliError)):
        return ParserError(f"The parser answered with an unknown error {answer.error!r}.")
    error = kind(str(answer.fields.get("message", "")))
    error.__dict__.update(answer.fields)
    return error


def _write(pipe: IO[bytes], frame: bytes) -> None:
    pipe.write(len(frame).to_bytes(8, "big"))
    pipe.write(frame)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    head = pipe.read(8)
    size = int.from_bytes(head, "big")
    if len(head) < 8 or size > FRAME_BYTES:
        raise EOFError
    frame = pipe.read(size)
    if len(frame) < size:
        raise EOFError
    return frame


def _serve(modules: list[str]) -> None:
    """The worker: say hello, then answer requests until the parent closes the pipe."""
    if sys.platform != "win32":
        import signal  # here: only the worker needs it

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the parent decides
    requests, answers = _private_pipes()
    _write(answers, b"")
    waiting: SimpleQueue[tuple[bytes, bytes]] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    for module in modules:
        with contextlib.suppress(ImportError):  # the request that needs it will say so
            import_module(module)
    while True:
        head, data = waiting.get()
        answer, result = _answer(codec.decode(head, _Request), data)
        _write(answers, codec.encode(answer))
        _write(answers, result)


def _private_pipes() -> tuple[IO[bytes], IO[bytes]]:
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return requests, answers


def _listen(requests: IO[bytes], waiting: SimpleQueue[tuple[bytes, bytes]]) -> None:
    """Leave as soon as the parent is gone, in the middle of a document too."""
    try:
        while True:
            waiting.put((_read(requests), _read(requests)))
    except EOFError:
        os._exit(0)


def _answer(request: _Request, data: bytes) -> tuple[_Answer, bytes]:
    try:
        _hold(request)
        module, _, attribute = request.target.partition(":")
        function = cast("Callable[[bytes], bytes]", getattr(import_module(module), attribute))
        result = function(data)
        if not isinstance(result, bytes):
            raise TypeError(f"{request.target} returned {type(result).__name__}, not bytes")
        return _Answer(), result
    except AiliError as error:
        return _Answer(error=_known(type(error)), fields=dict(error.__dict__)), b""
    except MemoryError:
        failure = f"The parser ran out of its {request.max_bytes // MEGABYTE} MB of memory."
        hint = "Give it more with the setting parse_megabytes, or give it less to read."
    except Exception as error:  # noqa: BLE001 - a library may raise anything; the parent must hear what
        failure = f"The parser failed with {type(error).__name__}: {error}"[:500].rstrip(".") + "."
        hint = "The file may be damaged; try another copy of it, or give its text."
    return _Answer(error=ParserError.__name__, fields={"message": failure, "hint": hint}), b""


def _known(kind: type[AiliError]) -> str:
    """The nearest of our own errors, for an error that a plug derived from one."""
    return next(str(base.__name__) for base in kind.__mro__ if getattr(errors, base.__name__, None) is base)


def _hold(request: _Request) -> None:
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        processor = int(used.ru_utime + used.ru_stime + request.seconds) + 2
        for what, wanted in ((resource.RLIMIT_CPU, processor), (resource.RLIMIT_AS, request.max_bytes)):
            _, most = resource.getrlimit(what)
            soft = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
            with contextlib.suppress(OSError, ValueError):  # macOS knows RLIMIT_AS and does not allow it
                resource.setrlimit(what, (soft, most))


if __name__ == "__main__":
    _serve(sys.argv[1:])

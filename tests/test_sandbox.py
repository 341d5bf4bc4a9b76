"""A parser that hangs, crashes, eats memory or prints costs one worker and never the caller."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aili import errors, sandbox
from aili.errors import AiliError, ParserError, ThinTextError
from aili.sandbox import MEGABYTE, Limits

PARSERS = """
import ctypes, os, sys, time
from aili.errors import LoginWallError, StatusError

def echo(data): return data
def process(data): return str(os.getpid()).encode()
def hang(data):
    while True: pass
def sleep(data): time.sleep(600)
def eat(data): return b"x" * 4_000_000_000
def abort(data): os.abort()
def segfault(data): ctypes.string_at(0)
def leave(data): os._exit(0)
def interpreter_exit(data): sys.exit(3)
def shout(data):
    print("noise" * 1000); sys.stdout.flush(); os.write(1, b"raw noise"); os.write(2, b"more noise")
    return b"quiet"
def ask(data): return (sys.stdin.read() or "nothing").encode()
def refuse(data): raise LoginWallError("x asks.", hint="Sign in.", found="Log in", words=2)
def status(data): raise StatusError("x answered 404.", status=404)
def fail(data): raise KeyError("colspan")
def wrong(data): return "text"
class OwnError(LoginWallError): pass
def plug(data): raise OwnError("own.")
"""


@pytest.fixture(autouse=True)
def parsers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module that only workers import, found by the path that they inherit."""
    (tmp_path / "unruly.py").write_text(textwrap.dedent(PARSERS), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    sandbox._close_all()  # workers of other tests do not have that path
    yield
    sandbox._close_all()


def call(function: str, data: bytes = b"", *, seconds: float = 60.0, megabytes: int = 2000) -> bytes:
    return sandbox.run(f"unruly:{function}", data, limits=Limits(seconds=seconds, max_bytes=megabytes * MEGABYTE))


def test_bytes_go_to_the_function_and_come_back() -> None:
    data = bytes(range(256)) * 20_000
    assert call("echo", data) == data
    assert call("echo") == b""


def test_the_parser_runs_in_another_process_which_is_used_again() -> None:
    first = call("process")
    assert int(first) != os.getpid()
    assert call("process") == first


@pytest.mark.parametrize("parser", ["hang", "sleep"])
def test_a_parser_that_hangs_is_stopped_and_the_next_document_is_read(parser: str) -> None:
    with pytest.raises(ParserError, match=r"stopped after 0\.5 seconds"):
        call(parser, seconds=0.5)
    assert call("echo", b"next") == b"next"


@pytest.mark.parametrize("parser", ["abort", "segfault", "leave", "interpreter_exit"])
def test_a_parser_that_crashes_is_reported_and_the_next_document_is_read(parser: str) -> None:
    with pytest.raises(ParserError, match="crashed"):
        call(parser)
    assert call("echo", b"next") == b"next"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds the address space of a process")
def test_a_parser_that_eats_memory_is_stopped() -> None:
    with pytest.raises(ParserError, match="ran out of its 500 MB of memory"):
        call("eat", megabytes=500)
    assert call("echo", b"next") == b"next"


def test_what_a_library_prints_does_not_reach_the_answer() -> None:
    assert call("shout") == b"quiet"
    assert call("echo", b"next") == b"next"


def test_a_parser_cannot_read_the_requests() -> None:
    assert call("ask") == b"nothing"


def test_an_error_of_ours_comes_home_with_its_fields() -> None:
    with pytest.raises(errors.LoginWallError) as caught:
        call("refuse")
    assert (caught.value.message, caught.value.hint) == ("x asks.", "Sign in.")
    assert (caught.value.found, caught.value.words) == ("Log in", 2)
    with pytest.raises(errors.StatusError) as other:
        call("status")
    assert other.value.status == 404


def test_an_error_that_a_plug_derived_comes_home_as_ours() -> None:
    with pytest.raises(errors.LoginWallError, match="own"):
        call("plug")


@pytest.mark.parametrize("parser", ["fail", "wrong", "missing"])
def test_any_other_failure_is_a_parser_error(parser: str) -> None:
    with pytest.raises(ParserError, match="The parser failed with"):
        call(parser)


def test_a_module_that_is_not_there_is_a_parser_error() -> None:
    with pytest.raises(ParserError, match="ModuleNotFoundError"):
        sandbox.run("nowhere_at_all:parse", b"", limits=Limits())


def test_every_error_survives_the_wire() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AiliError)]
    for kind in kinds:
        error = kind("m", hint="h")
        answer = sandbox._Answer(error=sandbox._known(kind), fields=dict(error.__dict__))
        again = sandbox._rebuild(answer)
        assert type(again) is kind
        assert again.__dict__ == error.__dict__
    assert issubclass(ThinTextError, AiliError)


@pytest.mark.parametrize("name", ["SystemExit", "annotations", "", "NoSuchError"])
def test_a_worker_gone_mad_cannot_name_another_class(name: str) -> None:
    assert type(sandbox._rebuild(sandbox._Answer(error=name))) is ParserError


def test_a_worker_is_replaced_after_its_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "DOCUMENTS", 2)
    seen = [call("process") for _ in range(4)]
    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_threads_have_workers_of_their_own() -> None:
    answers: dict[int, bytes] = {}

    def work(number: int) -> None:
        answers[number] = call("echo", b"%d" % number * 100_000)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: b"%d" % number * 100_000 for number in range(6)}


def test_a_warmed_worker_is_the_one_that_reads() -> None:
    sandbox.warm("unruly", "a_module_that_is_not_there")
    (worker,) = sandbox._idle
    assert call("process") == str(worker._process.pid).encode()


def test_a_file_in_the_working_directory_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = tmp_path / "downloads"
    trap.mkdir()
    (trap / "msgspec.py").write_text("raise SystemExit('trapped')", encoding="utf-8")
    monkeypatch.chdir(trap)
    assert call("echo", b"safe") == b"safe"


def script(text: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-W", "error", "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def gone(process: int, seconds: float = 20.0) -> bool:
    for _ in range(int(seconds * 20)):
        try:
            os.kill(process, 0)
            with Path(f"/proc/{process}/stat").open() as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_the_interpreter_ends_without_a_word_and_takes_its_workers_along() -> None:
    text = "from aili import sandbox; print(int(sandbox.run('unruly:process', b'', limits=sandbox.Limits())))"
    process = script(text)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert gone(int(out))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_worker_leaves_when_its_parent_is_killed_even_in_the_middle_of_a_document() -> None:
    text = (
        "import threading\nfrom aili import sandbox\n"
        "limits = sandbox.Limits()\n"
        "print(int(sandbox.run('unruly:process', b'', limits=limits)), flush=True)\n"
        "sandbox.run('unruly:hang', b'', limits=limits)\n"
    )
    process = script(text)
    assert process.stdout is not None
    assert process.stderr is not None
    worker = int(process.stdout.readline())
    time.sleep(0.2)
    process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()
    assert gone(worker)

"""``aili models`` pulls, lists, checks, removes and finds; what ends a pull early leaves what has come, and says so."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.servers import page, serve
from tests.test_architecture import HELP_HEAVY, imported_by
from tests.test_models import DATA, PATH, Publisher, files, small

# The command line as it is, with one small model more in its table.
RUN = """
import json, sys
from aili import models
from aili.models.table import Model
from aili.cli import main
model = Model(**json.loads(sys.argv.pop(1)))
models.MODELS[model.name] = model
main()
"""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", RUN, json.dumps(asdict(small())), "models", *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def folder(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of models that the setting names."""
    monkeypatch.setenv("AILI_MODELS", str(isolated / "models"))
    return isolated / "models"


@contextmanager
def published(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    with serve({PATH: publisher}) as server:
        monkeypatch.setenv("AILI_MODELS_URL", server.url(""))
        yield publisher


@contextmanager
def under_way(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A pull that has a third of the model by now."""
    with subprocess.Popen(
        command("pull", "small"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        part = folder / "small.gguf.part"
        until = time.monotonic() + 30
        while not part.exists() or part.stat().st_size < len(DATA) // 3:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.01)
        yield process


def test_a_pull_in_a_pipe_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with published(Publisher(), monkeypatch):
        done = run("pull", "small")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"small is here: {folder / 'small.gguf'}\n"
        again = run("pull", "SMALL", "--offline")
    assert (again.returncode, again.stdout) == (0, done.stdout)
    assert (folder / "small.gguf").read_bytes() == DATA


def test_a_pull_that_is_killed_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with published(Publisher(pace=0.02), monkeypatch) as publisher:
        with under_way(folder) as process:
            process.kill()
        had = (folder / "small.gguf.part").stat().st_size
        assert len(DATA) // 3 <= had < len(DATA)
        assert run("path", "small").returncode == 3
        done = run("pull", "small")
        assert (done.returncode, done.stderr) == (0, "")
    assert publisher.starts == ["", f"bytes={had}-"]
    assert (folder / "small.gguf").read_bytes() == DATA
    assert files(folder) == ["small.gguf"]


def test_ctrl_c_keeps_what_has_come_and_says_how_to_go_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with published(Publisher(pace=0.02), monkeypatch) as publisher:
        with under_way(folder) as process:
            process.send_signal(signal.SIGINT)
            asked = time.monotonic()
            out, err = process.communicate(timeout=30)
            assert time.monotonic() - asked < 2
        assert (process.returncode, out) == (130, "")
        assert re.fullmatch(
            r"aili: Interrupted\. [\d.]+ MB of 3\.0 MB are kept; aili models pull small goes on from there\.\n", err
        )
        assert run("pull", "small").returncode == 0
    assert len(publisher.asked) == 2
    assert publisher.starts[1]


def test_a_second_pull_says_that_it_waits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with published(Publisher(pace=0.03), monkeypatch) as publisher, under_way(folder) as process:
        second = run("pull", "small")
        assert process.wait(timeout=30) == 0
    assert (second.returncode, second.stderr) == (0, "aili: Another aili is pulling small; this one waits for it.\n")
    assert second.stdout == f"small is here: {folder / 'small.gguf'}\n"
    assert len(publisher.asked) == 1


def test_a_terminal_shows_how_far_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with published(Publisher(pace=0.02), monkeypatch):
        main, other = pty.openpty()
        environment = {**os.environ, "COLUMNS": "100", "TERM": "xterm"}
        with subprocess.Popen(command("pull", "small"), stdin=other, stdout=other, stderr=other, env=environment):
            os.close(other)
            shown = b""
            while True:
                try:
                    piece = os.read(main, 65_536)
                except OSError:
                    break
                if not piece:
                    break
                shown += piece
        os.close(main)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert re.search(r"Pulling small .*[\d.]+/3\.0 MB .*[MK]?B/s", text), text
    assert re.search(r"small is here: \S+small\.gguf", text)


def test_a_pull_without_a_server_is_one_sentence(folder: Path) -> None:
    with serve({}) as server:
        gone = server.url("")
    done = run("pull", "small", "--mirror", gone)
    assert (done.returncode, done.stdout) == (5, "")
    assert re.fullmatch(r"aili: http://127\S+ cannot be reached\. Check the connection to the network\.\n", done.stderr)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("pull", "smal"), 2, "Did you mean small?"),
        (("pull", "small", "--offline"), 3, "is not here"),
        (("pull", "small", "--mirror", "http://models.example"), 2, "must begin with https://"),
        (("path", "small"), 3, "aili models pull small"),
        (("path", "nothing like it"), 2, "Known: qwen3-1.7b"),
        (("verify", "small"), 3, "is not here"),
        (("verify",), 0, "No model is here."),
        (("rm", "small", "--yes"), 3, "nothing to remove"),
        (("rm", "small"), 2, "Add --yes"),
        (("--models", "/dev/null", "pull", "small"), 7, "cannot be used for models"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_its_exit_code(
    folder: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("aili: ")


@pytest.mark.parametrize("status", [404, 403])
def test_a_server_that_has_it_not_is_one_sentence(folder: Path, status: int) -> None:
    with serve({PATH: page("", status=status)}) as server:
        done = run("pull", "small", "--mirror", server.url(""))
    assert done.returncode == 5
    assert re.fullmatch(
        rf"aili: The server of .* \(status {status}\)\. Look at the setting models_url.*\n", done.stderr
    )


def test_what_is_here_is_listed_checked_found_and_removed(folder: Path) -> None:
    folder.mkdir()
    path = folder / "small.gguf"
    path.write_bytes(DATA)
    (folder / "Qwen3-4B-Q4_K_M.gguf.part").write_bytes(b"123")
    rows = {row[0]: row[1:] for row in (line.split("\t") for line in run("list").stdout.splitlines())}
    assert rows["small"] == ["here", "3000000", str(small().memory()), "1024", "Apache-2.0", str(path)]
    assert rows["qwen3-4b"][:2] == ["part", "2497280256"]
    assert rows["qwen3-1.7b"][0] == "none"
    found = {model["name"]: model for model in json.loads(run("list", "--json").stdout)}
    assert found["small"]["state"] == "here"
    assert found["small"]["path"] == str(path)
    assert found["qwen3-4b"]["sha256"].startswith("7485fe6f")
    assert run("path", "small").stdout == f"{path}\n"
    assert run("verify").stdout == "small is whole.\n"
    path.write_bytes(bytes(len(DATA)))
    damaged = run("verify")
    assert damaged.returncode == 3
    assert f"{path} holds other bytes than it should. Remove it (aili models rm small)" in damaged.stderr
    assert run("rm", "small", "--yes").stdout == "Removed small: 3.0 MB are free again.\n"
    assert not path.exists()


def test_the_help_loads_no_client_and_no_table() -> None:
    seen = imported_by("models", "--help")
    assert not seen & (HELP_HEAVY | {"filelock", "asyncio"})

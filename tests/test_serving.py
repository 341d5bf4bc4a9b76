"""``aili serve`` starts with nothing to configure, refuses to be open by accident, and ends when it is told to."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from aili.errors import UsageError
from aili.settings import Settings
from aili.web.context import Serving
from aili.web.server import HEAD_BYTES, listen, loopback, serving_of
from tests.servers import Exchange, page, serve
from tests.web import PASSWORD, Served, csrf

READY = re.compile(r"aili is ready at (\S+) ")


@dataclass(kw_only=True)
class Running:
    """A process that serves, and what it has said of where."""

    process: subprocess.Popen[str]
    url: str

    def end(self, by: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Its exit code and what it said on standard error."""
        self.process.send_signal(by)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@contextmanager
def serving(*options: str) -> Iterator[Running]:
    command = [sys.executable, "-m", "aili", "serve", "--no-browser", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        found = READY.match(told)
        if not found:
            raise AssertionError(process.communicate(timeout=60)[1] or told)
        try:
            yield Running(process=process, url=found[1])
        finally:
            if process.poll() is None:
                process.kill()


def refused(*options: str) -> tuple[int, str]:
    """Exit code and message of a server that does not start."""
    command = [sys.executable, "-m", "aili", "serve", "--no-browser", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stderr


def give_password(library: Path, name: str = "owner") -> None:
    command = [sys.executable, "-m", "aili", "user", "passwd", name, "--password-stdin", "--library", str(library)]
    subprocess.run(command, input=PASSWORD, text=True, check=True, capture_output=True, timeout=120)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_the_readers_own_library_and_ends_at_a_signal(isolated: Path, by: signal.Signals) -> None:
    with serving("--port", "0") as running:
        answer = httpx2.get(running.url, trust_env=False)
        assert answer.status_code == 200
        assert "server" not in answer.headers
        assert list((isolated / "data").rglob("library.db"))
        assert running.end(by) == (0, "")


def test_it_ends_while_a_request_is_still_being_sent() -> None:
    with serving("--port", "0") as running:
        host, _, port = running.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as slow:
            slow.sendall(b"POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n")
            slow.sendall(b"Content-Type: application/x-www-form-urlencoded\r\n\r\nreference=")
            httpx2.get(running.url, trust_env=False)
            assert running.end()[0] == 0


def test_jobs_that_the_end_cuts_off_go_on_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examples: Path
) -> None:
    monkeypatch.setenv("AILI_ALLOW_HOSTS", "127.0.0.1")
    article = (examples / "harbour-bridge.html").read_text(encoding="utf-8")
    options = ("--port", "0", "--library", str(tmp_path / "library.db"))

    def silent(exchange: Exchange) -> None:
        exchange.stopping.wait(60)

    with serve({"/article": silent}) as source:
        with serving(*options) as running, httpx2.Client(base_url=running.url, trust_env=False) as client:
            made = client.post("/api/v1/jobs", json={"reference": source.url("/article")}).json()
            with client.stream("GET", f"/api/v1/jobs/{made['id']}/events") as events:
                assert "started" in next(line for line in events.iter_lines() if line.startswith("event: started"))
                assert running.end(signal.SIGTERM) == (0, "")
        source.routes["/article"] = page(article)
        with serving(*options) as running, httpx2.Client(base_url=running.url, trust_env=False) as client:
            with client.stream("GET", f"/api/v1/jobs/{made['id']}/events") as events:
                lines = list(events.iter_lines())
            assert "event: finished" in lines
            assert client.get(f"/api/v1/jobs/{made['id']}").json()["state"] == "done"
            assert running.end()[0] == 0
        source.stopping.set()


def test_on_a_terminal_it_opens_the_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.new && mv {opened}.new {opened}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    terminal, inner = pty.openpty()
    command = [sys.executable, "-m", "aili", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=inner, text=True) as process:
        assert process.stdout is not None
        told = READY.match(process.stdout.readline())
        assert told
        while not opened.exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    os.close(inner)
    os.close(terminal)
    assert opened.read_text().strip() == told[1]


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = refused("--port", str(port))
    assert code == 2
    assert f"Port {port}" in said
    assert f"--port {port + 1}" in said


def test_the_next_port_is_taken_where_the_usual_one_is_not_free() -> None:
    usual = Settings().port
    try:
        other: socket.socket | None = socket.create_server(("127.0.0.1", usual))
    except OSError:
        other = None  # it is taken already, which is as good
    try:
        with serving() as running:
            assert usual < int(running.url.rpartition(":")[2]) <= usual + 20
            assert httpx2.get(running.url, trust_env=False).status_code == 200
    finally:
        if other is not None:
            other.close()


@pytest.mark.parametrize(
    "options",
    [
        ("--host", "0.0.0.0"),
        ("--host", "::"),
        ("--login",),
        ("--public-url", "https://aili.example.org"),
    ],
)
def test_it_is_not_open_to_others_without_a_password(tmp_path: Path, options: tuple[str, ...]) -> None:
    code, said = refused("--port", "0", "--library", str(tmp_path / "library.db"), *options)
    if "Address family not supported" in said or "Cannot assign" in said:
        pytest.skip("this machine has no IPv6")
    assert code == 2
    assert "aili user passwd owner" in said


def test_with_a_password_it_listens_for_others_who_sign_in(tmp_path: Path) -> None:
    library = tmp_path / "library.db"
    give_password(library)
    with serving("--host", "0.0.0.0", "--port", "0", "--library", str(library)) as running:
        with httpx2.Client(base_url=running.url, trust_env=False) as client:
            assert client.get("/library").headers["location"] == "/sign-in?next=%2Flibrary"
            form = {"name": "owner", "password": PASSWORD, "csrf": csrf(client, "/sign-in"), "next": "/library"}
            assert client.post("/sign-in", data=form).headers["location"] == "/library"
            assert client.get("/library").status_code == 200
        code, said = running.end()
        assert code == 0
        assert "TLS" in said


def test_nobody_is_warned_of_a_network_that_passwords_do_not_cross(tmp_path: Path) -> None:
    library = tmp_path / "library.db"
    give_password(library)
    with serving("--login", "--port", "0", "--library", str(library)) as running:
        code, said = running.end()
        assert code == 0
        assert "TLS" not in said


def test_a_library_that_is_damaged_is_named(tmp_path: Path) -> None:
    library = tmp_path / "library.db"
    library.write_bytes(b"no database at all, but long enough to be looked at " * 100)
    code, said = refused("--port", "0", "--library", str(library))
    assert code == 8
    assert str(library) in said


@pytest.mark.parametrize(
    ("settings", "flag", "asked"),
    [
        (Settings(), False, False),
        (Settings(host="localhost"), False, False),
        (Settings(host="::1"), False, False),
        (Settings(host="127.8.9.1"), False, False),
        (Settings(), True, True),
        (Settings(host="0.0.0.0"), False, True),
        (Settings(host="::"), False, True),
        (Settings(host=""), False, True),
        (Settings(host="192.168.1.7"), False, True),
        (Settings(host="aili.intranet.example"), False, True),
        (Settings(public_url="https://aili.example.org"), False, True),
        (Settings(public_url="http://localhost:8017"), False, False),
    ],
)
def test_people_sign_in_wherever_others_could_reach_the_server(settings: Settings, flag: bool, asked: bool) -> None:
    assert serving_of(settings, 8017, login=flag).login is asked


def test_it_answers_to_its_own_names_and_to_those_it_was_told() -> None:
    settings = Settings(
        host="192.168.1.7",
        public_url="https://Aili.example.org/",
        allow_origins=("reader.example.net", "https://other.example:8443"),
    )
    found = serving_of(settings, 8017)
    assert found.origin == "https://aili.example.org"
    assert found.hosts == {
        "127.0.0.1",
        "localhost",
        "::1",
        "192.168.1.7",
        "aili.example.org",
        "reader.example.net",
        "other.example",
    }


@pytest.mark.parametrize("url", ["aili.example.org", "ftp://a.example", "https://", "https://a.example/aili"])
def test_a_public_address_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        serving_of(Settings(public_url=url), 8017)


def test_names_of_this_machine_alone_are_known() -> None:
    assert [
        name for name in ("localhost", "127.0.0.1", "::1", "[::1]", "10.0.0.1", "example.org") if loopback(name)
    ] == [
        "localhost",
        "127.0.0.1",
        "::1",
        "[::1]",
    ]


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(UsageError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 8017)


def test_a_name_that_leads_nowhere_cannot_be_listened_on() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.invalid"):
        listen("nowhere.invalid", 8017)


def test_what_a_server_is_unless_told_otherwise() -> None:
    assert Serving() == serving_of(Settings(), 8017)


def test_a_head_without_end_is_cut_off(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.serving.port), timeout=60) as endless:
        answer, hung_up = b"", False
        try:
            endless.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ")
            for _ in range(3 * HEAD_BYTES // 1_024):
                endless.sendall(b"x" * 1_024)
            answer = endless.recv(1_024)
        except ConnectionError:
            hung_up = True  # while we were still sending, which took its answer with it
    assert hung_up or answer.startswith(b"HTTP/1.1 431")
    assert served.client().get("/").status_code == 200


def test_a_head_that_does_not_come_is_not_waited_for(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aili.web.server.HEAD_SECONDS", 0.2)
    for begun in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"):
        with socket.create_connection(("127.0.0.1", served.serving.port), timeout=60) as slow:
            slow.sendall(begun)
            assert slow.recv(1_024) == b"", begun


def test_a_large_head_that_ends_is_answered(served: Served) -> None:
    assert served.client().get("/", headers={"X-Long": "x" * 30_000}).status_code == 200


def test_what_is_no_http_is_answered_with_an_error(served: Served) -> None:
    for sent in (b"\0\1\2\3\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\r\n\r\n", b"\r\n" * 50 + b"X\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", served.serving.port), timeout=30) as odd:
            odd.sendall(sent)
            assert odd.recv(64).startswith((b"HTTP/1.1 400", b"")), sent
    assert served.client().get("/").status_code == 200


def test_many_readers_at_once_are_all_answered(served: Served) -> None:
    statuses: list[int] = []

    def read() -> None:
        client = served.client()
        statuses.extend(client.get("/library").status_code for _ in range(5))

    threads = [threading.Thread(target=read) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 80

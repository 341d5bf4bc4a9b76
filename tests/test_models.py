"""A model comes whole or not at all, however its server behaves, and no byte that came once is fetched again."""

from __future__ import annotations

import hashlib
import os
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aili import models
from aili.errors import (
    DeadlineError,
    ForbiddenAddressError,
    MalformedError,
    MissingError,
    NetworkError,
    OutputError,
    RedirectError,
    RefusedError,
    StatusError,
    TLSError,
    UsageError,
)
from aili.models import MODELS, Model, machine, pulling
from aili.models.holding import Hold, remove
from aili.models.pulling import Noted, Progressed, Pulled, Step, kept, pull
from aili.models.storage import ETAG, PART, beside, stored, verify
from aili.models.transfer import Origin, Patience, Server
from tests.servers import Exchange, Page, Route, page, redirect, serve
from tests.servers import Server as Loopback
from tests.test_store import fill, small_disk

__all__ = ["small_disk"]  # a fixture

DATA = random.Random(7).randbytes(3_000_000)
QUICK = Patience(connect=2.0, silence=0.4, trickle=5_000, attempts=3, pause=0.01, longest=2.0)


def small(data: bytes = DATA, **changed: Any) -> Model:
    """A model of these bytes."""
    made = Model(
        name="small",
        title="Small",
        repository="maker/small",
        commit="c0ffee",
        file="small.gguf",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        licence="Apache-2.0",
        context=1_024,
        token_bytes=16,
    )
    return replace(made, **changed)


PATH = "/maker/small/resolve/c0ffee/small.gguf"


@dataclass
class Publisher:
    """A route that gives a file as a content network does; ``cuts`` are places at which it hangs up, each once."""

    data: bytes = DATA
    etag: str = '"one"'
    ranges: bool = True
    if_range: bool = True
    cuts: list[int] = field(default_factory=list)
    pace: float = 0.0  # seconds between pieces of 64 kB
    asked: list[Mapping[str, str]] = field(default_factory=list)

    def __call__(self, exchange: Exchange) -> None:
        headers = exchange.asked.headers
        self.asked.append(headers)
        start = 0
        wanted = re.fullmatch(r"bytes=(\d+)-", headers.get("range", ""))
        current = headers.get("if-range", self.etag) == self.etag or not self.if_range
        if wanted and self.ranges and current:
            start = int(wanted[1])
            exchange.send_response(206)
            exchange.send_header("Content-Range", f"bytes {start}-{len(self.data) - 1}/{len(self.data)}")
        else:
            exchange.send_response(200)
        exchange.send_header("Content-Length", str(len(self.data) - start))
        if self.etag:
            exchange.send_header("ETag", self.etag)
        exchange.end_headers()
        stop = next((cut for cut in self.cuts if cut >= start), None)
        if stop is not None:
            self.cuts.remove(stop)
        end = len(self.data) if stop is None else stop
        for place in range(start, end, 65_536):
            exchange.write(self.data[place : min(place + 65_536, end)])
            exchange.stopping.wait(self.pace)

    @property
    def starts(self) -> list[str]:
        return [headers.get("range", "") for headers in self.asked]


@contextmanager
def published(route: Route, **more: Route) -> Iterator[tuple[Loopback, Origin]]:
    with serve({PATH: route, **more}) as server:
        yield server, Origin(url=server.url(""), patience=QUICK)


def steps(model: Model, folder: Path, origin: Origin) -> list[Step]:
    return [*pull(model, folder, origin)]


def notes(seen: list[Step]) -> str:
    return " ".join(step.message for step in seen if isinstance(step, Noted))


def files(folder: Path) -> list[str]:
    """What lies in a folder, a lock that nobody holds left out."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_a_model_is_pulled_whole_and_under_its_name(tmp_path: Path) -> None:
    publisher = Publisher()
    with published(publisher) as (_, origin):
        seen = steps(small(), tmp_path / "new" / "folder", origin)
    path = tmp_path / "new" / "folder" / "small.gguf"
    assert path.read_bytes() == DATA
    assert files(path.parent) == ["small.gguf"]
    assert seen[-1] == Pulled(path=path, fresh=True)
    counted = [step.done for step in seen if isinstance(step, Progressed)]
    assert counted == sorted(counted)
    assert counted[-1] == len(DATA)
    assert publisher.asked[0]["accept-encoding"] == "identity"


def test_a_model_that_is_here_is_not_fetched_again(tmp_path: Path) -> None:
    publisher = Publisher()
    with published(publisher) as (_, origin):
        steps(small(), tmp_path, origin)
        assert steps(small(), tmp_path, origin) == [Pulled(path=tmp_path / "small.gguf", fresh=False)]
    assert len(publisher.asked) == 1


def test_a_connection_that_is_cut_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    publisher = Publisher(cuts=[1_000_000, 2_500_000])
    with published(publisher) as (_, origin):
        seen = steps(small(), tmp_path, origin)
    assert (tmp_path / "small.gguf").read_bytes() == DATA
    assert publisher.starts == ["", "bytes=1000000-", "bytes=2500000-"]
    assert publisher.asked[1]["if-range"] == '"one"'
    assert "broke" in notes(seen)
    assert "Trying again in" in notes(seen)


def test_what_an_earlier_pull_left_is_checked_and_not_fetched_again(tmp_path: Path) -> None:
    publisher = Publisher()
    with published(publisher) as (_, origin):
        first = pull(small(), tmp_path, origin)
        for step in first:
            if isinstance(step, Progressed) and step.done > 1_000_000:
                break
        first.close()
        had = (tmp_path / "small.gguf.part").stat().st_size
        assert 1_000_000 < had < len(DATA)
        assert stored(small(), tmp_path).state == "part"
        assert (
            kept(small(), tmp_path)
            == f"{had / 1e6:.1f} MB of 3.0 MB are kept; aili models pull small goes on from there."
        )
        seen = steps(small(), tmp_path, origin)
    assert publisher.starts == ["", f"bytes={had}-"]
    assert {step.what for step in seen if isinstance(step, Progressed)} == {"checking", "pulling"}
    assert (tmp_path / "small.gguf").read_bytes() == DATA


def test_a_part_that_was_complete_needs_no_server(tmp_path: Path) -> None:
    (tmp_path / "small.gguf.part").write_bytes(DATA)
    with published(page("", status=500)) as (server, origin):
        seen = steps(small(), tmp_path, origin)
    assert server.requests == []
    assert seen[-1] == Pulled(path=tmp_path / "small.gguf", fresh=True)
    assert files(tmp_path) == ["small.gguf"]


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("if_range", [True, False])
def test_a_server_that_cannot_go_on_or_has_another_version_starts_over(
    tmp_path: Path, ranges: bool, if_range: bool
) -> None:
    (tmp_path / "small.gguf.part").write_bytes(bytes(1_000))
    (tmp_path / "small.gguf.part.etag").write_text('"zero"')
    publisher = Publisher(ranges=ranges, if_range=if_range)
    with published(publisher) as (_, origin):
        seen = steps(small(), tmp_path, origin)
    # A server that knows of no conditions gives the rest of its new file, which is of no use.
    changed = ranges and not if_range
    assert ("has changed, so the pull starts over" in notes(seen)) is changed
    assert ("cannot go on where small broke off" in notes(seen)) is not changed
    assert publisher.starts == ["bytes=1000-", ""] if changed else ["bytes=1000-"]
    assert "damaged" not in notes(seen)
    assert (tmp_path / "small.gguf").read_bytes() == DATA
    assert files(tmp_path) == ["small.gguf"]


def test_a_weak_version_is_no_condition(tmp_path: Path) -> None:
    """RFC 9110 §13.1.5: a client must not send a weak validator in If-Range."""
    publisher = Publisher(etag='W/"one"', cuts=[1_000])
    with published(publisher) as (_, origin):
        steps(small(), tmp_path, origin)
    assert publisher.starts == ["", "bytes=1000-"]
    assert "if-range" not in publisher.asked[1]


@pytest.mark.parametrize("part", [bytes(1_000), bytes(len(DATA)), bytes(len(DATA) + 1), DATA + b"x", b""])
def test_a_damaged_part_costs_time_and_nothing_else(tmp_path: Path, part: bytes) -> None:
    (tmp_path / "small.gguf.part").write_bytes(part)
    (tmp_path / "small.gguf.part.etag").write_bytes(b"\xff\x00" if len(part) > 1_000 else b'"one"')
    with published(Publisher()) as (_, origin):
        seen = steps(small(), tmp_path, origin)
    assert (tmp_path / "small.gguf").read_bytes() == DATA
    assert ("damaged" in notes(seen)) is (0 < len(part) <= len(DATA))


def test_wrong_bytes_leave_nothing_that_looks_whole(tmp_path: Path) -> None:
    wrong = DATA[:-1] + bytes([DATA[-1] ^ 1])
    publisher = Publisher(data=wrong)
    with published(publisher) as (_, origin), pytest.raises(NetworkError, match="its checksum is another") as raised:
        steps(small(), tmp_path, origin)
    assert files(tmp_path) == []
    assert "deleted" in raised.value.message
    assert "models_url" in raised.value.hint
    assert len(publisher.asked) == 1


def test_wrong_bytes_that_came_in_pieces_are_tried_once_more_and_no_oftener(tmp_path: Path) -> None:
    publisher = Publisher(data=bytes(len(DATA)), cuts=[1_000, 500])
    with published(publisher) as (_, origin), pytest.raises(NetworkError, match="its checksum is another"):
        steps(small(), tmp_path, origin)
    assert files(tmp_path) == []
    assert publisher.starts.count("") == 2


@pytest.mark.parametrize("data", [DATA + b"x", DATA[:-1], b"<html>Sign in"])
def test_a_file_of_another_length_is_refused_before_its_first_byte_is_kept(tmp_path: Path, data: bytes) -> None:
    with (
        published(Publisher(data=data)) as (server, origin),
        pytest.raises(NetworkError, match="another file") as raised,
    ):
        steps(small(), tmp_path, origin)
    assert len(server.requests) == 1
    assert files(tmp_path) == []
    assert "sign in" in raised.value.hint


def test_a_file_without_end_is_cut_off(tmp_path: Path) -> None:
    def endless(exchange: Exchange) -> None:
        exchange.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not exchange.stopping.is_set():
            exchange.write(DATA[:65_536])

    with published(endless) as (_, origin), pytest.raises(NetworkError, match="another file"):
        steps(small(), tmp_path, origin)
    assert (tmp_path / "small.gguf.part").stat().st_size <= len(DATA)
    assert stored(small(), tmp_path).state == "part"


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "sign in"), (403, "refuses"), (404, "does not have it"), (410, "no more"), (501, "error")],
)
def test_a_refusal_is_told_at_once(tmp_path: Path, status: int, said: str) -> None:
    with published(page("no", status=status)) as (server, origin), pytest.raises(StatusError, match=said) as raised:
        steps(small(), tmp_path, origin)
    assert raised.value.status == status
    assert len(server.requests) == 1


def test_a_server_in_trouble_is_tried_again_and_not_for_ever(tmp_path: Path) -> None:
    with published(page("", status=500)) as (server, origin), pytest.raises(StatusError, match="status 500"):
        steps(small(), tmp_path, origin)
    assert len(server.requests) == QUICK.attempts


def test_a_wait_that_the_server_asks_for_is_kept(tmp_path: Path) -> None:
    publisher = Publisher()
    refused: list[float] = []

    def busy(exchange: Exchange) -> None:
        if not refused:
            refused.append(time.monotonic())
            exchange.write(b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
            return
        refused.append(time.monotonic())
        publisher(exchange)

    with published(busy) as (_, origin):
        seen = steps(small(), tmp_path, origin)
    assert refused[1] - refused[0] >= 1.0
    assert "Trying again in 1 seconds" in notes(seen)
    assert (tmp_path / "small.gguf").read_bytes() == DATA


@pytest.mark.parametrize("asked", ["3600", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_a_wait_that_is_too_long_is_told(tmp_path: Path, asked: str) -> None:
    answer = page("", status=429, retry_after=asked)
    with published(answer) as (server, origin), pytest.raises(StatusError, match=r"asks to wait [0-9,]+ seconds"):
        steps(small(), tmp_path, origin)
    assert len(server.requests) == 1


def test_getting_on_makes_patience_new(tmp_path: Path) -> None:
    """Ten cuts, each after another megabyte and a half, are more than the tries that are made without getting on."""
    data = random.Random(8).randbytes(16_000_000)
    publisher = Publisher(data=data, cuts=[1_500_000 * number for number in range(1, 11)])
    with published(publisher) as (_, origin):
        steps(small(data), tmp_path, origin)
    assert (tmp_path / "small.gguf").read_bytes() == data
    assert len(publisher.asked) == 11


def test_cuts_without_getting_on_are_told_with_how_to_go_on(tmp_path: Path) -> None:
    publisher = Publisher(cuts=[1_000_000] * 9)
    with published(publisher) as (_, origin), pytest.raises(NetworkError, match=r"broke") as raised:
        steps(small(), tmp_path, origin)
    assert len(publisher.asked) == QUICK.attempts
    assert "1.0 MB of 3.0 MB are kept; aili models pull small goes on from there." in raised.value.hint


def silent(exchange: Exchange) -> None:
    exchange.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(DATA)}\r\n\r\n".encode() + DATA[:10])
    exchange.stopping.wait()


def dripping(exchange: Exchange) -> None:
    exchange.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(DATA)}\r\n\r\n".encode())
    for place in range(len(DATA)):
        exchange.write(DATA[place : place + 1])
        if exchange.stopping.wait(0.05):
            return


def mute(exchange: Exchange) -> None:
    exchange.stopping.wait()


@pytest.mark.parametrize("route", [silent, dripping, mute])
def test_a_server_that_is_silent_or_drips_is_given_up(tmp_path: Path, route: Route) -> None:
    begun = time.monotonic()
    with published(route) as (server, origin), pytest.raises(DeadlineError, match=r"next to nothing for 0\.4 seconds"):
        steps(small(), tmp_path, origin)
    assert time.monotonic() - begun < 10
    assert len(server.requests) == QUICK.attempts


def test_a_slow_server_that_gets_on_is_waited_for(tmp_path: Path) -> None:
    data = DATA[:1_000_000]
    with published(Publisher(data=data, pace=0.1)) as (_, origin):  # 1.6 seconds, four times the longest silence
        steps(small(data), tmp_path, origin)
    assert (tmp_path / "small.gguf").read_bytes() == data


def test_no_server_is_told_at_once(tmp_path: Path) -> None:
    with serve({}) as server:
        gone = server.url("")
    begun = time.monotonic()
    with pytest.raises(NetworkError, match="cannot be reached") as raised:
        steps(small(), tmp_path, Origin(url=gone, patience=replace(QUICK, pause=5.0)))
    assert time.monotonic() - begun < 3
    assert "connection" in raised.value.hint


def test_a_redirect_to_a_content_network_is_followed_with_the_range(tmp_path: Path) -> None:
    publisher = Publisher(cuts=[1_000])
    with (
        serve({"/blob": publisher}) as network,
        published(redirect(network.url("/blob?signature=secret"))) as (_, origin),
    ):
        steps(small(), tmp_path, origin)
    assert publisher.starts == ["", "bytes=1000-"]
    assert (tmp_path / "small.gguf").read_bytes() == DATA


def test_the_signature_of_a_content_network_is_not_told(tmp_path: Path) -> None:
    with (
        serve({"/blob": page("", status=403)}) as network,
        published(redirect(network.url("/blob?signature=secret"))) as (_, origin),
        pytest.raises(StatusError) as raised,
    ):
        steps(small(), tmp_path, origin)
    assert "secret" not in str(raised.value)
    assert "/blob" in str(raised.value)


def test_redirects_end(tmp_path: Path) -> None:
    with published(redirect(PATH)) as (server, origin), pytest.raises(RedirectError, match="more than 5 times"):
        steps(small(), tmp_path, origin)
    assert len(server.requests) == 6


@pytest.mark.parametrize("target", ["http://models.example/a", "ftp://127.0.0.1/a", "file:///etc/passwd"])
def test_a_redirect_away_from_https_is_refused(tmp_path: Path, target: str) -> None:
    with published(redirect(target)) as (_, origin), pytest.raises((ForbiddenAddressError, RedirectError)):
        steps(small(), tmp_path, origin)


@pytest.mark.parametrize(
    ("origin", "fine"), [("http://127.0.0.1:8000", True), ("http://[::1]", True), ("https://models.example", False)]
)
def test_only_a_server_of_this_machine_may_redirect_to_one_without_encryption(origin: str, fine: bool) -> None:
    target = "http://localhost:9000/a"
    answer = httpx2.Response(302, headers={"Location": target})
    with Server(small(), Origin(url=origin)) as server:
        if fine:
            assert server._target(answer, httpx2.URL(origin)) == target
        else:
            with pytest.raises(ForbiddenAddressError, match="over https only"):
                server._target(answer, httpx2.URL(origin))


@pytest.mark.parametrize("url", ["http://models.example", "ftp://models.example", "models.example", "", "https://"])
def test_an_origin_without_encryption_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="models_url"):
        steps(small(), tmp_path, Origin(url=url))


def test_an_origin_must_show_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    with serve({PATH: Publisher()}, tls=True) as server:
        origin = Origin(url=server.url(""), patience=QUICK)
        with pytest.raises(TLSError, match="cannot be trusted"):
            steps(small(), tmp_path, origin)
        steps(small(), tmp_path, replace(origin, ca_file=server.ca_file))
    assert (tmp_path / "small.gguf").read_bytes() == DATA


def test_a_mirror_may_lie_under_a_path_and_its_password_is_not_told(tmp_path: Path) -> None:
    with serve({f"/mirror{PATH}": Publisher()}) as server:
        steps(small(), tmp_path, Origin(url=server.url("/mirror/"), patience=QUICK))
        protected = server.url("/elsewhere").replace("://", "://me:secret@")
        with pytest.raises(StatusError) as raised:
            steps(small(file="b.gguf"), tmp_path, Origin(url=protected, patience=QUICK))
    assert "secret" not in str(raised.value)
    assert "authorization" in server.requests[-1].headers


def test_a_disk_without_room_is_told_before_anything_is_fetched(tmp_path: Path) -> None:
    with (
        published(Publisher()) as (server, origin),
        pytest.raises(OutputError, match=r"needs [0-9,.]+ GB more on the disk"),
    ):
        steps(small(size=10**18), tmp_path, origin)
    assert server.requests == []


def test_a_disk_that_fills_up_meanwhile_keeps_what_has_come(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "check_room", lambda *_, **__: None)
    (small_disk / "gap").write_bytes(bytes(1_000_000))
    fill(small_disk)
    (small_disk / "gap").unlink()
    with published(Publisher()) as (_, origin):
        with pytest.raises(OutputError, match=r"disk .* is full") as raised:
            steps(small(), small_disk, origin)
        had = beside(small_disk / "small.gguf", PART).read_bytes()
        assert 0 < len(had) < len(DATA)
        assert had == DATA[: len(had)]
        assert "goes on from there" in raised.value.hint
        for filler in small_disk.glob("filler-*"):
            filler.unlink()
        steps(small(), small_disk, origin)
    assert (small_disk / "small.gguf").read_bytes() == DATA


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with published(Publisher()) as (_, origin), pytest.raises(OutputError, match="cannot be used for models"):
        steps(small(), tmp_path / "file" / "models", origin)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no such permissions")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    user = os.geteuid()
    for above in (tmp_path, *tmp_path.parents[:2]):
        above.chmod(0o755)
    folder = tmp_path / "models"
    folder.mkdir(mode=0o555)
    if user == 0:  # whom permissions do not hold
        os.seteuid(65534)
    try:
        with published(Publisher()) as (_, origin), pytest.raises(OutputError, match=r"[Pp]ermission"):
            steps(small(), folder, origin)
    finally:
        os.seteuid(user)


def test_a_second_pull_waits_for_the_first_and_fetches_nothing(tmp_path: Path) -> None:
    publisher = Publisher(pace=0.02)
    seen: list[list[Step]] = []
    with published(publisher) as (_, origin):
        threads = [
            threading.Thread(target=lambda: seen.append(steps(small(), tmp_path, origin)), daemon=True)
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert len(publisher.asked) == 1
    first, second = seen
    assert first[-1] == Pulled(path=tmp_path / "small.gguf", fresh=True)
    assert second == [
        Noted(message="Another aili is pulling small; this one waits for it."),
        Pulled(path=tmp_path / "small.gguf", fresh=False),
    ]


def test_a_machine_with_too_little_memory_is_told_and_may_pull(tmp_path: Path) -> None:
    with published(Publisher()) as (_, origin):
        seen = steps(small(token_bytes=10**12), tmp_path, origin)
    assert re.search(r"needs about [0-9,.]+ GB of memory, and this machine has [0-9.,]+ GB", notes(seen))
    assert isinstance(seen[-1], Pulled)


def test_memory_is_the_machines_or_its_containers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    physical = machine.memory()
    assert physical > 10**8
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(machine, "_LIMITS", (limit,))
    for text, expected in (("max\n", None), ("123456789\n", 123456789), ("", None)):
        limit.write_text(text)
        assert machine.memory() == (expected or machine._physical())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.integers(0, 5_000), max_size=6),
    ranges=st.booleans(),
    part=st.one_of(st.just(b""), st.integers(1, 5_000).map(lambda size: DATA[:size]), st.binary(max_size=6_000)),
)
def test_however_it_is_cut_and_whatever_was_left_the_bytes_are_right(
    tmp_path: Path, cuts: list[int], ranges: bool, part: bytes
) -> None:
    data = DATA[:5_000]
    path = tmp_path / "small.gguf"
    path.unlink(missing_ok=True)
    beside(path, PART).write_bytes(part)
    with published(Publisher(data=data, cuts=cuts, ranges=ranges)) as (_, origin):
        patience = replace(QUICK, attempts=20, pause=0.0)
        steps(small(data), tmp_path, replace(origin, patience=patience))
    assert path.read_bytes() == data
    assert files(tmp_path) == ["small.gguf"]


def test_verifying_says_whether_every_byte_is_right(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="aili models pull small"):
        [*verify(small(), tmp_path)]
    (tmp_path / "small.gguf").write_bytes(DATA)
    assert [*verify(small(), tmp_path)][-1] == len(DATA)
    (tmp_path / "small.gguf").write_bytes(DATA[:-1] + b"?")
    with pytest.raises(MalformedError, match="damaged") as raised:
        [*verify(small(), tmp_path)]
    assert "aili models rm small" in raised.value.hint
    (tmp_path / "small.gguf").write_bytes(DATA[:-1])
    with pytest.raises(MalformedError, match="damaged"):
        [*verify(small(), tmp_path)]


def test_removing_takes_parts_too_and_not_from_under_a_pull(tmp_path: Path) -> None:
    path = tmp_path / "small.gguf"
    with pytest.raises(MissingError, match="nothing to remove"):
        remove(small(), tmp_path)
    path.write_bytes(DATA)
    beside(path, PART).write_bytes(b"123")
    beside(path, ETAG).write_text('"a"')
    hold = Hold(path)
    assert hold.take(wait=False)
    with pytest.raises(RefusedError, match="being pulled"):
        remove(small(), tmp_path)
    hold.give_up()
    assert remove(small(), tmp_path) == len(DATA) + 3 + 3
    assert files(tmp_path) == []


def test_the_path_of_a_model_is_told_only_where_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "small", small())
    folder = str(tmp_path)
    with pytest.raises(MissingError, match="is not here") as raised:
        models.path("small", folder=folder)
    assert raised.value.hint == "Get it with: aili models pull small"
    (tmp_path / "small.gguf.part").write_bytes(b"123")
    with pytest.raises(MissingError, match="only in part"):
        models.path("small", folder=folder)
    (tmp_path / "small.gguf").write_bytes(DATA)
    assert models.path("Small", folder=folder) == tmp_path / "small.gguf"


def test_without_a_setting_models_lie_among_the_users_data(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "small", small())
    place = isolated / "data" / "aili" / "models"
    place.mkdir(parents=True)
    (place / "small.gguf").write_bytes(DATA)
    assert models.path("small") == place / "small.gguf"


def test_a_name_that_is_not_known_is_answered_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(UsageError, match=r"There is no model 'qwen3_4b'.*Did you mean qwen3-4b\?"):
        models.named("qwen3_4b")
    with pytest.raises(UsageError, match=r"Known: qwen3-1\.7b, qwen3-4b, qwen3-8b"):
        models.named("something else")


def test_the_table_pins_every_model_to_its_bytes() -> None:
    for name, model in MODELS.items():
        assert model.name == name == name.casefold()
        assert re.fullmatch(r"[0-9a-f]{64}", model.sha256)
        assert re.fullmatch(r"[0-9a-f]{40}", model.commit)
        assert re.fullmatch(r"[\w.-]+\.gguf", model.file)
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", model.repository)
        assert 10**9 < model.size < model.memory() < model.memory(model.context) < 12 * 10**9
        assert model.licence == "Apache-2.0"
    assert (
        len({model.sha256 for model in MODELS.values()})
        == len({model.file for model in MODELS.values()})
        == len(MODELS)
    )


def test_a_page_that_is_no_model_is_not_kept(tmp_path: Path) -> None:
    """What a network says that wants people to sign in first."""
    welcome = Page(body=b"<html>" * 200, headers={"Content-Type": "text/html"})
    with published(welcome) as (_, origin), pytest.raises(NetworkError, match=r"another file of 1\.2 kB"):
        steps(small(), tmp_path, origin)
    assert files(tmp_path) == []

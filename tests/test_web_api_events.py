"""A job's events come as they happen, each with its number, and a reader who was away goes on after the last one seen."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from aili.library import open_library
from aili.web.api import events
from tests.test_web_api import API, FERRY, problem
from tests.web import Served, serving_app


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Served]:
    """A server on which nobody works, so that a job waits."""
    with serving_app(tmp_path / "idle", workers=0) as running:
        yield running


def numbers(text: str) -> list[int]:
    return [int(line.removeprefix("id: ")) for line in text.splitlines() if line.startswith("id: ")]


def submitted(client: httpx2.Client) -> str:
    return str(client.post(f"{API}/jobs", json={"text": FERRY}).headers["location"])


def until(stream: httpx2.Response, wanted: str) -> str:
    """What the stream says up to ``wanted``."""
    seen = ""
    for part in stream.iter_text():
        seen += part
        if wanted in seen:
            return seen
    raise AssertionError(f"the stream ended without {wanted!r}: {seen}")


def test_the_stream_tells_every_event_and_ends_with_the_job(served: Served) -> None:
    client = served.client()
    job = submitted(client)
    with client.stream("GET", f"{job}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        text = "".join(stream.iter_text())
    assert text.startswith("retry: ")
    told = client.get(f"{job}/events", headers={"Accept": "application/json"}).json()
    assert numbers(text) == [event["number"] for event in told] == list(range(1, len(told) + 1))
    assert text.endswith(f'event: finished\ndata: {{"digest":"{client.get(job).json()["digest"]}"}}\n\n')


@pytest.mark.parametrize("by", ["header", "query"])
def test_a_reader_goes_on_after_the_last_event_seen(served: Served, by: str) -> None:
    client = served.client()
    job = submitted(client)
    with client.stream("GET", f"{job}/events") as stream:
        seen = numbers("".join(stream.iter_text()))
    asked = {"headers": {"Last-Event-ID": "2"}} if by == "header" else {"params": {"after": "2"}}
    assert numbers(client.get(f"{job}/events", **asked).text) == seen[2:]  # type: ignore[arg-type]
    after_the_last = client.get(f"{job}/events", headers={"Last-Event-ID": str(seen[-1])})
    assert after_the_last.status_code == 204  # upon which a browser stops asking


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "9" * 400, "²"])
def test_a_last_event_that_is_no_number_is_refused(idle: Served, last: str) -> None:
    client = idle.client()
    problem(client.get(f"{submitted(client)}/events", headers={"Last-Event-ID": last.encode()}), 422)


def test_an_empty_last_event_is_none(served: Served) -> None:
    client = served.client()
    text = client.get(f"{submitted(client)}/events", headers={"Last-Event-ID": ""}).text
    assert numbers(text)[0] == 1


def test_what_another_process_does_is_told_within_a_moment(idle: Served) -> None:
    client = idle.client()
    job = submitted(client)
    other = open_library(idle.settings)  # its bell is not the server's
    try:
        with client.stream("GET", f"{job}/events") as stream:
            parts = stream.iter_text()
            text = next(parts)
            other.jobs.cancel("owner", job.rpartition("/")[2])
            text += "".join(parts)
    finally:
        other.close()
    assert "event: cancelled" in text


def test_a_silent_stream_shows_that_it_is_alive(idle: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.1)
    client = idle.client()
    with client.stream("GET", f"{submitted(client)}/events") as stream:
        assert until(stream, "\n: ")


def test_many_waiting_streams_hold_up_nobody(idle: Served) -> None:
    """More of them than the server has threads (40) or connections to the library (64)."""
    client = idle.client(limits=httpx2.Limits(max_connections=200))
    job = submitted(client)
    with ExitStack() as stack:
        streams = [stack.enter_context(client.stream("GET", f"{job}/events")) for _ in range(100)]
        readings: list[Iterator[str]] = [stream.iter_text() for stream in streams]
        for reading in readings:
            next(reading)
        assert client.get(f"{API}/digests").status_code == 200
        assert client.post(f"{job}/cancel").status_code == 200
        assert all("event: cancelled" in "".join(reading) for reading in readings)


def test_a_reader_who_leaves_leaves_nothing_behind(idle: Served) -> None:
    client = idle.client()
    bell = idle.library.jobs.bell
    with client.stream("GET", f"{submitted(client)}/events") as stream:
        reading = stream.iter_text()  # closed with the last reference to it
        next(reading)
        assert bell.listeners() == 1
    while bell.listeners():
        time.sleep(0.05)


def test_the_server_ends_though_somebody_still_listens(tmp_path: Path) -> None:
    with serving_app(tmp_path / "app", workers=0) as running:
        client = running.client()
        ended = threading.Event()
        with client.stream("GET", f"{submitted(client)}/events") as stream:

            def listen() -> None:
                try:
                    for _ in stream.iter_text():
                        pass
                except httpx2.TransportError:
                    pass
                ended.set()

            listening = threading.Thread(target=listen)
            listening.start()
            running.server.should_exit = True
            running.thread.join(timeout=30)
            assert not running.thread.is_alive()
            assert ended.wait(timeout=30)
            listening.join()


def test_more_streams_than_the_server_has_room_for_are_refused(idle: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_STREAMS", 1)
    client = idle.client()
    job = submitted(client)
    with client.stream("GET", f"{job}/events") as stream:
        reading = stream.iter_text()
        next(reading)
        problem(client.get(f"{job}/events"), 429)

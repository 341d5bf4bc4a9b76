"""A server that is killed loses nothing that it acknowledged: every job ends, and no event is missing or told twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from aili.library import Library, open_library
from aili.settings import Settings
from aili.store.records import ENDED, OWNER, Filter, Job

JOBS = 20
KILLS = 5
SERVE = [sys.executable, "-m", "aili", "serve", "--port", "0", "--no-browser"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    opened = open_library(Settings(library=str(path)))
    yield opened
    opened.close()


@contextmanager
def server_on(path: Path) -> Iterator[tuple[subprocess.Popen[str], httpx2.Client]]:
    """``aili serve`` on the library at ``path``, in a process of its own, and somebody who asks it for things."""
    environ = {**os.environ, "AILI_LIBRARY": str(path), "AILI_MIN_WORDS": "10", "AILI_JOBS_PER_ACCOUNT": "1000"}
    with subprocess.Popen(SERVE, stdout=subprocess.PIPE, text=True, env=environ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[4]
            with httpx2.Client(base_url=address, timeout=30, trust_env=False) as client:
                yield server, client
        finally:
            server.kill()


def hand_in(client: httpx2.Client, number: int) -> str:
    """Ask for a digest; the id of the job once the server has acknowledged it."""
    text = (
        f"The library on Quay Street will close at {number % 12 + 1} pm on Friday. "
        f"Readers may return {number + 2} books at the town hall until Sunday evening."
    )
    answer = client.post("/api/v1/jobs", json={"text": text, "title": f"Notice {number}"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def end(server: subprocess.Popen[str]) -> None:
    server.send_signal(signal.SIGINT)
    server.communicate(timeout=60)


def on_their_way(library: Library) -> int:
    return sum(len(library.jobs.list(OWNER, state=state, limit=1000)) for state in ("waiting", "running"))


def wait_for_all(library: Library) -> None:
    until = time.monotonic() + 120
    while on_their_way(library):
        assert time.monotonic() < until, library.jobs.list(OWNER, state="running")
        time.sleep(0.1)


def assert_well_told(library: Library, job: Job) -> None:
    events = library.jobs.events(OWNER, job.id)
    told = [event.kind for event in events]
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert told[0] == "queued"
    assert told[-1] == {"done": "finished", "failed": "failed"}[job.state]
    assert told.count("finished") + told.count("failed") == 1
    assert told.count("started") == job.attempts
    if job.state == "done":
        assert library.digests.get(OWNER, job.digest).id == job.digest
        assert told[-5:] == ["fetched", "extracted", "drafted", "verified", "finished"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_a_server_killed_five_times_in_the_middle_of_twenty_jobs_loses_none_that_it_acknowledged(
    library: Library, path: Path
) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")  # shown where the test fails
    chance = random.Random(seed)
    acknowledged: list[str] = []
    for _ in range(KILLS):
        with server_on(path) as (server, client):
            for _ in range(JOBS - on_their_way(library)):
                acknowledged.append(hand_in(client, len(acknowledged)))
            left = JOBS - chance.randrange(JOBS // 2)
            while on_their_way(library) > left:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.05))
            os.kill(server.pid, signal.SIGKILL)
        assert on_their_way(library) > 0
        assert library.store.faults() == ()
    with server_on(path) as (server, _):
        wait_for_all(library)
        end(server)
    jobs = {job.id: job for job in library.jobs.list(OWNER, limit=1000)}
    assert set(acknowledged) == jobs.keys()
    for job in jobs.values():
        assert job.state in ENDED
        assert_well_told(library, job)
        if job.failure is not None:
            assert "3 times" in job.failure.message
            assert job.attempts == 3
    done = sum(job.state == "done" for job in jobs.values())
    assert library.digests.find(OWNER, Filter()).total == done


def test_two_servers_on_one_library_share_the_work_and_do_no_job_twice(library: Library, path: Path) -> None:
    with server_on(path) as (one, first), server_on(path) as (other, second):
        for number in range(0, JOBS, 2):
            hand_in(first, number)
            hand_in(second, number + 1)
        wait_for_all(library)
        for server in (one, other):
            end(server)
    jobs = library.jobs.list(OWNER, limit=1000)
    assert len(jobs) == JOBS
    for job in jobs:
        assert (job.state, job.attempts) == ("done", 1)
        assert_well_told(library, job)
    with library.store.reading() as connection:
        owners = connection.exec_driver_sql("SELECT owner FROM jobs").scalars().all()
    assert {int(owner.split("|")[1]) for owner in owners} == {one.pid, other.pid}

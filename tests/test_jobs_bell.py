"""A bell wakes whoever waits in an event loop, from any thread; no ring is lost, and nobody is kept who has gone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aili.library import Library, open_library
from aili.library.bell import Arrivals, Bell
from aili.settings import Settings
from aili.store.digests import Entry
from aili.store.records import OWNER, Wish
from tests.test_render_samples import FERRY


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = open_library(Settings(library=str(tmp_path / "library.db")))
    yield opened
    opened.close()


def test_a_ring_of_another_thread_wakes_all_who_wait_for_that_job_and_no_other() -> None:
    async def scene() -> list[bool]:
        bell = Bell()
        waits = [asyncio.create_task(bell.wait(job, 5 if job == "a" else 0.3)) for job in ("a", "a", "b")]
        await asyncio.sleep(0)
        threading.Thread(target=bell.ring, args=("a",)).start()
        return list(await asyncio.gather(*waits))

    assert asyncio.run(scene()) == [True, True, False]


def test_a_ring_between_two_waits_is_not_lost() -> None:
    async def scene() -> list[bool]:
        bell = Bell()
        with bell.listening("a") as listener:
            bell.ring("a")
            bell.ring("a")
            await asyncio.sleep(0.01)
            return [await listener.wait(5), await listener.wait(0.01)]

    assert asyncio.run(scene()) == [True, False]


def test_nobody_is_remembered_who_has_gone() -> None:
    async def scene() -> int:
        bell = Bell()
        gone = [asyncio.create_task(bell.wait("a", 60)) for _ in range(20)]
        await asyncio.sleep(0.01)
        assert bell.listeners() == 20
        for task in gone:
            task.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        await bell.wait("a", 0.001)
        return bell.listeners()

    assert asyncio.run(scene()) == 0


def test_ringing_for_a_loop_that_has_ended_harms_nobody() -> None:
    bell = Bell()

    async def left_behind() -> None:
        bell.listening("a").__enter__()

    asyncio.run(left_behind())
    bell.ring("a")


def test_whatever_changes_a_job_rings_its_bell(library: Library) -> None:
    jobs = library.jobs
    job_id = jobs.submit(OWNER, Wish(reference="https://example.org/a")).id

    def work() -> None:
        claim = jobs.claim()
        assert claim is not None
        jobs.record(claim, ("fetched", {}))
        jobs.finish(claim, Entry(digest=FERRY, created="2026-05-04T10:00:00Z"))

    async def follow() -> list[str]:
        kinds: list[str] = []
        with jobs.bell.listening(job_id) as listener:
            await asyncio.get_running_loop().run_in_executor(None, work)
            while "finished" not in kinds:
                assert await listener.wait(5)
                kinds += [event.kind for event in jobs.events(OWNER, job_id, after=len(kinds))]
        return kinds

    assert asyncio.run(follow()) == ["queued", "started", "fetched", "finished"]


def test_work_that_arrives_between_looking_and_waiting_wakes_a_thread_at_once() -> None:
    arrivals = Arrivals()
    count = arrivals.count
    arrivals.announce()
    assert arrivals.wait(count, 60)
    assert not arrivals.wait(arrivals.count, 0.01)
    woken = threading.Event()
    thread = threading.Thread(target=lambda count: arrivals.wait(count, 60) and woken.set(), args=(arrivals.count,))
    thread.start()
    time.sleep(0.01)
    arrivals.announce()
    thread.join(10)
    assert woken.is_set()

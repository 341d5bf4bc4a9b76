"""On a full disk the web app says so plainly, goes on showing what it has, and lets people revoke and remove."""

from __future__ import annotations

import re
import time
from pathlib import Path

from aili.store.records import Filter
from tests.test_store import fill, small_disk
from tests.web import Served, csrf, serving_app

__all__ = ["small_disk"]  # a fixture

TEXT = (
    "The harbour office of Tollen said on Monday that the ferry would stop for nine days in May. Two engineers from the "
    "yard will replace the bow thruster, which failed twice in April. Passengers with a season ticket may use the night bus "
    "at no charge, the office said. The ferry carried 41,000 people last spring, a fifth more than the year before."
)


def handed_in(served: Served, text: str) -> tuple[int, str]:
    client = served.client()
    answer = client.post("/jobs", data={"reference": text, "csrf": csrf(client)}, follow_redirects=True)
    return answer.status_code, answer.text


def until_ended(served: Served) -> str:
    """Wait until no job is on its way; the state of the newest."""
    for _ in range(600):
        job, *_ = served.library.jobs.list("owner")
        if job.state in ("done", "failed", "cancelled"):
            return job.state
        served.library.jobs.arrivals.announce()
        time.sleep(0.05)
    raise AssertionError("a job never ended")


def test_a_full_disk_is_said_plainly_and_nothing_is_lost(small_disk: Path) -> None:
    with serving_app(small_disk / "served") as served:
        assert handed_in(served, TEXT)[0] == 200
        assert until_ended(served) == "done"
        kept = served.library.digests.find("owner", Filter()).items[0].kept
        share = served.library.shares.make("owner", kept.id)
        client = served.client()
        secret = csrf(client)
        fill(small_disk)

        filled = 0
        for number in range(400):  # until the log has no room left
            status, page = handed_in(served, f"{TEXT} This is notice number {number}. " + "tide " * 3000)
            if status == 507:
                break
            filled += 1
            if number % 20 == 19:
                until_ended(served)
        assert status == 507, f"{filled} notices fitted on a full disk"
        assert re.search(r"disk .* is full", page)

        assert client.get(f"/digests/{kept.id}").status_code == 200
        assert client.get("/library", params={"q": "thruster"}).text.count("<mark>") > 0
        assert client.get(f"/s/{share.token}").status_code == 200
        assert client.post(f"/shares/{share.token}/revoke", data={"csrf": secret}).status_code == 303
        assert client.get(f"/s/{share.token}").status_code == 404
        until_ended(served)
        assert client.post(f"/digests/{kept.id}/remove", data={"csrf": secret}).status_code == 303
        assert client.get(f"/digests/{kept.id}").status_code == 404
        assert served.library.store.faults() == ()

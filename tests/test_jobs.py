"""A job's truth is its row: only who holds it writes to it, events have no gaps, and accounts take turns."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili.document import Resource
from aili.errors import (
    ConflictError,
    EmptyError,
    LibraryFullError,
    LimitError,
    NotFoundError,
    TooLargeError,
    UsageError,
)
from aili.library import Library, open_library
from aili.library.jobs import ATTEMPTS, Claim, Jobs, LostError
from aili.library.ownership import is_gone, new_owner
from aili.library.wishes import demand_web_address, name_of, settings_for
from aili.settings import Settings
from aili.store.digests import Entry
from aili.store.records import OWNER, Failure, Filter, Preferences, Wish
from tests.test_render_samples import FERRY

PAGE = Wish(reference="https://example.org/a")
MADE = Entry(digest=FERRY, created="2026-05-04T10:00:00Z")


def text(name: str = "notes.txt", data: bytes = b"Rain is expected.") -> Resource:
    return Resource(data=data, media_type="text/plain", reference=name, location=name)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = open_library(Settings(library=str(tmp_path / "library.db")))
    yield opened
    opened.close()


@pytest.fixture
def jobs(library: Library) -> Jobs:
    return library.jobs


def claimed(jobs: Jobs) -> Claim:
    claim = jobs.claim()
    assert claim is not None
    return claim


def kinds(jobs: Jobs, job_id: str, account: str = OWNER) -> list[str]:
    events = jobs.events(account, job_id)
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    return [event.kind for event in events]


def test_a_job_that_was_handed_in_waits_until_somebody_takes_it_and_finishes_it(library: Library) -> None:
    jobs = library.jobs
    job = jobs.submit(OWNER, PAGE)
    assert (job.state, job.wish, job.attempts) == ("waiting", PAGE, 0)
    claim = claimed(jobs)
    assert claim.job.id == job.id
    assert jobs.get(OWNER, job.id).state == "running"
    jobs.record(claim, ("fetched", {"size": 3}))
    jobs.finish(claim, MADE, ("verified", {"supported": 1}))
    done = jobs.get(OWNER, job.id)
    assert (done.state, done.attempts) == ("done", 1)
    assert library.digests.digest(OWNER, done.digest) == FERRY
    assert done.created <= done.started <= done.ended
    assert kinds(jobs, job.id) == ["queued", "started", "fetched", "verified", "finished"]
    assert jobs.claim() is None


def test_events_are_had_from_any_number_on(jobs: Jobs) -> None:
    job = jobs.submit(OWNER, PAGE)
    jobs.record(claimed(jobs), *(("fetched", {"size": size}) for size in range(5)))
    for after in range(9):
        assert [event.number for event in jobs.events(OWNER, job.id, after=after)] == list(range(after + 1, 8))


def test_a_failure_says_what_happened_and_what_to_do(jobs: Jobs) -> None:
    job = jobs.submit(OWNER, PAGE)
    failure = Failure(kind="StatusError", message="The server answered 404.", hint="Check the address.")
    jobs.fail(claimed(jobs), failure)
    failed = jobs.get(OWNER, job.id)
    assert (failed.state, failed.failure) == ("failed", failure)
    assert jobs.events(OWNER, job.id)[-1].data == {
        "kind": "StatusError", "message": "The server answered 404.", "hint": "Check the address.",
    }  # fmt: skip


def test_bytes_that_were_handed_over_come_with_the_claim_and_are_dropped_at_the_end(library: Library) -> None:
    jobs = library.jobs
    upload = text(data=b"\x00\xff" * 1000)
    jobs.submit(OWNER, Wish(reference="notes.txt"), upload=upload)
    claim = claimed(jobs)
    assert claim.upload() == upload
    jobs.finish(claim, MADE)
    with library.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT upload FROM jobs").scalar_one() == b""


def test_a_digest_is_kept_with_the_end_of_its_job_or_not_at_all(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = library.jobs
    job = jobs.submit(OWNER, PAGE)
    claim = claimed(jobs)
    with monkeypatch.context() as patched:
        patched.setattr("aili.store.jobs.end", _no_room)
        with pytest.raises(LibraryFullError):
            jobs.finish(claim, MADE, ("verified", {}))
    assert library.digests.find(OWNER, Filter()).total == 0
    assert kinds(jobs, job.id) == ["queued", "started"]
    with pytest.raises(UsageError):
        jobs.finish(claim, replace(MADE, tags=("",)))
    assert jobs.get(OWNER, job.id).state == "running"
    jobs.finish(claim, MADE)
    assert library.digests.find(OWNER, Filter()).total == 1


def _no_room(*_: object, **__: object) -> None:
    raise LibraryFullError("The disk is full.")


# Who may write


def test_a_worker_whose_lease_ran_out_writes_nothing_and_another_takes_the_job(library: Library) -> None:
    hasty = Jobs(library.store, library.settings, lease=0.05)
    job = hasty.submit(OWNER, PAGE)
    late = claimed(hasty)
    time.sleep(0.1)
    assert not hasty.renew(late)
    for write in (
        lambda: hasty.record(late, ("fetched", {})),
        lambda: hasty.finish(late, MADE),
        lambda: hasty.fail(late, Failure(kind="E", message="M.")),
        lambda: hasty.give_back(late),
    ):
        with pytest.raises(LostError):
            write()
    assert kinds(hasty, job.id) == ["queued", "started"]
    second = claimed(library.jobs)
    assert second.job.attempts == 2
    with pytest.raises(LostError):
        hasty.finish(late, MADE)
    assert library.digests.find(OWNER, Filter()).total == 0
    digest = library.jobs.finish(second, MADE)
    assert library.jobs.get(OWNER, job.id).digest == digest
    assert kinds(library.jobs, job.id) == ["queued", "started", "started", "finished"]


def test_a_lease_that_is_renewed_lasts(library: Library) -> None:
    jobs = Jobs(library.store, library.settings, lease=0.4)
    jobs.submit(OWNER, PAGE)
    claim = claimed(jobs)
    for _ in range(5):
        time.sleep(0.1)
        assert jobs.renew(claim)
    assert jobs.holds(claim)
    assert jobs.claim() is None


def test_a_job_that_is_broken_off_three_times_has_failed(library: Library) -> None:
    jobs = Jobs(library.store, library.settings, lease=0.01)
    job = jobs.submit(OWNER, PAGE)
    other = jobs.submit(OWNER, Wish(reference="https://example.org/other"))
    for attempt in range(1, ATTEMPTS + 1):
        claim = claimed(jobs)
        assert (claim.job.id, claim.job.attempts) == (job.id, attempt)
        time.sleep(0.03)
    assert claimed(jobs).job.id == other.id
    failed = jobs.get(OWNER, job.id)
    assert failed.failure is not None
    assert "3 times" in failed.failure.message
    assert kinds(jobs, job.id) == ["queued", "started", "started", "started", "failed"]


def test_a_job_that_was_given_back_waits_as_if_it_had_not_been_taken(jobs: Jobs) -> None:
    job = jobs.submit(OWNER, PAGE)
    jobs.give_back(claimed(jobs))
    assert (jobs.get(OWNER, job.id).state, jobs.get(OWNER, job.id).attempts) == ("waiting", 0)
    assert claimed(jobs).job.attempts == 1


def test_no_job_is_taken_twice_however_many_threads_ask(jobs: Jobs) -> None:
    handed_in = {jobs.submit(OWNER, Wish(reference=f"https://example.org/{n}")).id for n in range(24)}
    taken: list[str] = []

    def take() -> None:
        while claim := jobs.claim():
            taken.append(claim.job.id)
            jobs.finish(claim, MADE)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(handed_in)
    assert set(taken) == handed_in
    assert all(kinds(jobs, job_id) == ["queued", "started", "finished"] for job_id in handed_in)


def test_a_process_is_known_to_live_by_its_number_and_its_start() -> None:
    owner = new_owner()
    assert not is_gone(owner)
    machine, number, start, claim = owner.split("|")
    assert new_owner().split("|")[:3] == [machine, number, start]
    assert new_owner() != owner
    if start:
        assert is_gone("|".join((machine, number, str(int(start) + 1), claim)))
        assert is_gone("|".join((machine, "4194305", start, claim)))  # no process has such a number
    assert not is_gone("|".join(("elsewhere", "1", "1", claim)))


@given(st.text())
def test_any_name_of_an_owner_can_be_asked_about(owner: str) -> None:
    assert is_gone(owner) in (True, False)


# Turns


def test_one_job_of_a_second_account_does_not_wait_for_fifty_of_the_first(library: Library) -> None:
    ada = library.accounts.add("ada", "five lanterns by the harbour").id
    jobs = library.jobs
    for number in range(10):
        jobs.submit(OWNER, Wish(reference=f"https://example.org/{number}"))
    first = claimed(jobs)
    jobs.submit(ada, PAGE)
    jobs.finish(first, MADE)
    second = claimed(jobs)
    assert second.account == ada
    jobs.finish(second, MADE)
    jobs.submit(ada, PAGE)
    assert [claimed(jobs).account for _ in range(4)] == [OWNER, ada, OWNER, OWNER]


def test_within_an_account_the_oldest_job_is_next(jobs: Jobs) -> None:
    handed_in = [jobs.submit(OWNER, Wish(reference=f"https://example.org/{n}")).id for n in range(5)]
    assert [claimed(jobs).job.id for _ in handed_in] == handed_in


# Cancelling and trying again


def test_a_waiting_job_is_cancelled_at_once_and_never_taken(jobs: Jobs) -> None:
    job = jobs.submit(OWNER, PAGE)
    assert jobs.cancel(OWNER, job.id).state == "cancelled"
    assert jobs.claim() is None
    assert kinds(jobs, job.id) == ["queued", "cancelled"]


def test_a_running_job_is_cancelled_at_once_and_what_still_comes_is_dropped(jobs: Jobs) -> None:
    job = jobs.submit(OWNER, PAGE)
    claim = claimed(jobs)
    assert jobs.cancel(OWNER, job.id).state == "cancelled"
    assert not jobs.holds(claim)
    with pytest.raises(LostError):
        jobs.finish(claim, MADE)
    assert jobs.get(OWNER, job.id).digest == ""
    assert kinds(jobs, job.id) == ["queued", "started", "cancelled"]


def test_cancelling_what_has_ended_changes_nothing(jobs: Jobs) -> None:
    job = jobs.submit(OWNER, PAGE)
    jobs.finish(claimed(jobs), MADE)
    assert jobs.cancel(OWNER, job.id) == jobs.get(OWNER, job.id)
    assert jobs.get(OWNER, job.id).state == "done"


def test_trying_again_makes_a_new_job_of_the_same_wish(jobs: Jobs) -> None:
    wish = Wish(reference="https://example.org/a", length="brief", tags=("rain",))
    job = jobs.submit(OWNER, wish)
    with pytest.raises(ConflictError):
        jobs.retry(OWNER, job.id)
    jobs.fail(claimed(jobs), Failure(kind="E", message="M."))
    again = jobs.retry(OWNER, job.id)
    assert (again.wish, again.state) == (wish, "waiting")
    assert again.id != job.id
    assert jobs.get(OWNER, job.id).state == "failed"


@pytest.mark.parametrize("ends", ["failed", "cancelled"])
def test_a_file_that_became_no_digest_is_kept_and_tried_again(jobs: Jobs, ends: str) -> None:
    job = jobs.submit(OWNER, Wish(reference="notes.txt"), upload=text())
    assert job.upload == "kept"
    if ends == "failed":
        jobs.fail(claimed(jobs), Failure(kind="E", message="M."))
    else:
        jobs.cancel(OWNER, job.id)
    assert jobs.get(OWNER, job.id).upload == "kept"
    assert jobs.upload(OWNER, job.id) == text()
    again = jobs.retry(OWNER, job.id)
    claim = claimed(jobs)
    assert (claim.job.id, claim.upload()) == (again.id, text())
    jobs.finish(claim, MADE)
    assert jobs.get(OWNER, again.id).upload == "dropped"


def test_a_file_that_is_no_longer_kept_is_asked_for_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = library.jobs
    job = jobs.submit(OWNER, Wish(reference="notes.txt"), upload=text())
    jobs.cancel(OWNER, job.id)
    monkeypatch.setattr("aili.library.jobs.KEPT_UPLOAD_DAYS", -1)
    jobs.prune()
    assert jobs.get(OWNER, job.id).upload == "dropped"
    assert jobs.upload(OWNER, job.id) is None
    with pytest.raises(ConflictError, match="over again"):
        jobs.retry(OWNER, job.id)


def test_of_files_that_became_no_digest_only_the_newest_bytes_are_kept(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = library.accounts.add("ada", "five lanterns by the harbour").id
    jobs = library.jobs
    monkeypatch.setattr("aili.library.jobs.KEPT_UPLOADS", 25_000)
    noise = [random.Random(number).randbytes(10_000) for number in range(4)]
    theirs = jobs.submit(ada, Wish(reference="hers.bin"), upload=text("hers.bin", noise[0]))
    handed_in = [jobs.submit(OWNER, Wish(reference="a.bin"), upload=text("a.bin", data)) for data in noise]
    for job in handed_in[:3]:
        jobs.cancel(OWNER, job.id)
    jobs.cancel(ada, theirs.id)
    assert [jobs.get(OWNER, job.id).upload for job in handed_in] == ["dropped", "kept", "kept", "kept"]
    assert jobs.get(OWNER, handed_in[3].id).state == "waiting"  # one that goes on takes no room
    assert jobs.get(ada, theirs.id).upload == "kept"


def test_several_links_are_taken_together_or_not_at_all(library: Library) -> None:
    jobs = Jobs(library.store, Settings(jobs_per_account=4))
    wishes = [Wish(reference=f"https://example.org/{n}") for n in range(3)]
    assert [job.wish for job in jobs.submit_all(OWNER, [(wish, None) for wish in wishes])] == wishes
    with pytest.raises(LimitError, match=r"These are 3 documents; there is room for 1"):
        jobs.submit_all(OWNER, [(wish, None) for wish in wishes])
    with pytest.raises(UsageError):
        jobs.submit_all(OWNER, [(PAGE, None), (Wish(reference="notes.txt"), None)])
    assert len(jobs.list(OWNER)) == 3
    jobs.submit(OWNER, PAGE)


def test_a_job_that_has_ended_is_removed_and_any_other_is_not(library: Library) -> None:
    ada = library.accounts.add("ada", "five lanterns by the harbour").id
    jobs = library.jobs
    job = jobs.submit(OWNER, Wish(reference="notes.txt"), upload=text())
    claim = claimed(jobs)
    with pytest.raises(ConflictError, match="not ended"):
        jobs.remove(OWNER, job.id)
    jobs.fail(claim, Failure(kind="E", message="M."))
    with pytest.raises(NotFoundError):
        jobs.remove(ada, job.id)
    jobs.remove(OWNER, job.id)
    assert jobs.list(OWNER) == ()
    with library.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one() == 0


def test_a_job_goes_by_the_title_that_was_read_last(jobs: Jobs) -> None:
    job = jobs.submit(OWNER, PAGE)
    claim = claimed(jobs)
    assert jobs.get(OWNER, job.id).title == ""
    jobs.record(claim, ("extracted", {"title": "Before"}), ("extracted", {"title": "Rain \u2013 \u201cat last\u201d"}))
    assert [one.title for one in jobs.list(OWNER)] == ["Rain \u2013 \u201cat last\u201d"]


@given(st.text())
def test_a_text_goes_by_its_first_words_in_one_short_line(typed: str) -> None:
    name = name_of(typed)
    assert len(name) <= 62
    assert name == " ".join(name.split())


# What is not there, and what is too much


def test_a_job_of_another_account_is_not_there(library: Library) -> None:
    ada = library.accounts.add("ada", "five lanterns by the harbour").id
    job = library.jobs.submit(OWNER, PAGE)
    for ask in (library.jobs.get, library.jobs.cancel, library.jobs.retry, library.jobs.events):
        with pytest.raises(NotFoundError) as hidden:
            ask(ada, job.id)
        with pytest.raises(NotFoundError) as unknown:
            ask(ada, "x" * 22)
        assert str(hidden.value).replace(job.id, "") == str(unknown.value).replace("x" * 22, "")
    assert library.jobs.list(ada) == ()
    assert library.jobs.get(OWNER, job.id).state == "waiting"


def test_jobs_are_listed_the_newest_first_and_by_state(jobs: Jobs) -> None:
    handed_in = [jobs.submit(OWNER, Wish(reference=f"https://example.org/{n}")).id for n in range(4)]
    jobs.cancel(OWNER, handed_in[1])
    assert [job.id for job in jobs.list(OWNER)] == handed_in[::-1]
    assert [job.id for job in jobs.list(OWNER, state="cancelled")] == [handed_in[1]]
    assert [job.id for job in jobs.list(OWNER, limit=2)] == handed_in[:1:-1]


def test_an_account_and_a_server_take_only_so_many_jobs(library: Library) -> None:
    ada = library.accounts.add("ada", "five lanterns by the harbour").id
    jobs = Jobs(library.store, Settings(jobs_per_account=3, jobs_waiting=4))
    first, *_ = (jobs.submit(OWNER, PAGE) for _ in range(3))
    with pytest.raises(LimitError) as own:
        jobs.submit(OWNER, PAGE)
    assert own.value.seconds > 0
    jobs.submit(ada, PAGE)
    with pytest.raises(LimitError, match="this server"):
        jobs.submit(ada, PAGE)
    jobs.cancel(OWNER, first.id)
    jobs.submit(OWNER, PAGE)


def test_what_is_empty_or_too_large_is_refused_when_it_is_handed_over(library: Library) -> None:
    jobs = Jobs(library.store, Settings(fetch_megabytes=0.001))
    with pytest.raises(EmptyError):
        jobs.submit(OWNER, Wish(reference="notes.txt"), upload=text(data=b""))
    with pytest.raises(TooLargeError):
        jobs.submit(OWNER, Wish(reference="notes.txt"), upload=text(data=b"x" * 1001))
    assert jobs.list(OWNER) == ()


@pytest.mark.parametrize(
    "reference",
    ["", "-", "/etc/passwd", "notes.txt", "../notes.txt", "~/notes.txt", "file:///etc/passwd", "FILE:/etc/passwd",
     "C:\\notes", "ftp://example.org/a", "javascript:alert(1)", "data:text/html,a", "https://example\n.org",
     "https://" + 9000 * "a"],
)  # fmt: skip
def test_only_web_addresses_are_taken_never_files_of_the_server(jobs: Jobs, reference: str) -> None:
    with pytest.raises(UsageError):
        jobs.submit(OWNER, Wish(reference=reference))
    assert jobs.list(OWNER) == ()


@given(st.text())
def test_any_reference_is_taken_or_refused_with_a_sentence(reference: str) -> None:
    try:
        demand_web_address(reference)
    except UsageError as error:
        assert error.message.endswith(".")


@pytest.mark.parametrize(
    "reference", ["https://a.example/b", "http://a.example", "a.example/b", " https://a.example/b "]
)
def test_an_address_may_be_written_as_people_write_it(jobs: Jobs, reference: str) -> None:
    assert jobs.submit(OWNER, Wish(reference=reference)).wish.reference == reference.strip()


def test_only_the_engines_of_the_server_can_be_wished_for(jobs: Jobs, tmp_path: Path) -> None:
    for engine in (f"scripted:{tmp_path}/drafts.json", "scripted", "embedded:x", "openai:any"):
        with pytest.raises(UsageError):
            jobs.submit(OWNER, Wish(reference="https://example.org/a", engine=engine))
        with pytest.raises(UsageError):
            settings_for(Settings(), PAGE, Preferences(engine=engine))
    for wrong in (
        Wish(reference="https://example.org/a", length="tiny"),
        Wish(reference="example.org/a", language="§"),
    ):
        with pytest.raises(UsageError) as caught:
            jobs.submit(OWNER, wrong)
        assert "command line" not in str(caught.value)


def test_a_wish_goes_over_what_the_reader_prefers_and_that_over_the_servers_settings() -> None:
    server = Settings(engine="scripted:drafts.json", language="en", length="brief", shared_by="The Server")
    assert settings_for(server, PAGE).engine == "scripted:drafts.json"
    prefers = Preferences(engine="embedded", language="de", length="detailed", shared_by="Ada")
    preferred = settings_for(server, PAGE, prefers)
    assert (preferred.engine, preferred.language, preferred.length) == ("embedded", "de", "detailed")
    wish = Wish(reference="https://example.org/a", engine="scripted:drafts.json", language="fr", length="standard")
    wished = settings_for(server, wish, prefers)
    assert (wished.engine, wished.language, wished.length) == ("scripted:drafts.json", "fr", "standard")
    assert wished.shared_by == ""  # a share adds the name


# Old jobs


def test_old_jobs_go_with_their_events_and_those_on_their_way_stay(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = library.jobs
    old, recent, waiting = (jobs.submit(OWNER, PAGE).id for _ in range(3))
    jobs.cancel(OWNER, old)
    jobs.cancel(OWNER, recent)
    with library.store.writing() as connection:
        connection.exec_driver_sql("UPDATE jobs SET ended = '2020-01-01T00:00:00Z' WHERE id = ?", (old,))
    assert jobs.prune() == 1
    assert {job.id for job in jobs.list(OWNER)} == {recent, waiting}
    monkeypatch.setattr("aili.library.jobs.KEPT_JOBS", 0)
    assert jobs.prune() == 1
    with library.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT DISTINCT job FROM events").scalars().all() == [3]

"""Workers do the jobs of a library: every job ends, whatever its page, its engine or its server does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from aili import pipeline, spool
from aili.digest import Digest
from aili.document import Document, Resource
from aili.errors import LibraryFullError
from aili.events import Finished
from aili.library import Library, open_library
from aili.library.working import Workers
from aili.settings import Settings
from aili.store.records import ENDED, OWNER, Filter, Job, Preferences, Wish
from tests import models as language_models
from tests.servers import Exchange, page, serve

STAGES = ["queued", "started", "fetched", "extracted", "drafted", "verified", "finished"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(library=str(tmp_path / "library.db"), cache=False, allow_hosts=("127.0.0.1",), workers=1)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    opened = open_library(settings)
    yield opened
    opened.close()


@contextmanager
def working(library: Library, settings: Settings, *, deadline: float | None = None) -> Iterator[Workers]:
    workers = Workers(library, settings, deadline=deadline)
    workers.start()
    try:
        yield workers
    finally:
        workers.stop()


def until(happened: Callable[[], object], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def ended(library: Library, job: Job, account: str = OWNER) -> Job:
    until(lambda: library.jobs.get(account, job.id).state in ENDED)
    return library.jobs.get(account, job.id)


def handed_over(path: Path, media_type: str = "") -> Resource:
    return Resource(data=path.read_bytes(), media_type=media_type, reference=path.name, location=path.name)


def made(path: Path, settings: Settings) -> tuple[Digest, Document]:
    """A digest as the command line makes it."""
    *_, last = pipeline.stream(str(path), settings=settings)
    assert isinstance(last, Finished)
    return last.digest, last.document


def kinds(library: Library, job: Job) -> list[str]:
    events = library.jobs.events(OWNER, job.id)
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    return [event.kind for event in events]


def test_a_page_of_the_web_becomes_a_kept_digest_with_its_document(
    library: Library, settings: Settings, examples: Path
) -> None:
    html = (examples / "harbour-bridge.html").read_text(encoding="utf-8")
    with serve({"/bridge": page(html)}) as server, working(library, settings):
        job = library.jobs.submit(OWNER, Wish(reference=server.url("/bridge"), tags=("bridge",)))
        done = ended(library, job)
    assert done.state == "done"
    kept = library.digests.get(OWNER, done.digest)
    assert kept.tags == ("bridge",)
    document = library.digests.document(OWNER, done.digest)
    assert document is not None
    assert kinds(library, job) == STAGES
    told = {event.kind: event.data for event in library.jobs.events(OWNER, job.id)}
    assert told["started"]["reference"] == server.url("/bridge")
    assert told["fetched"]["media_type"] == "text/html"
    assert told["extracted"]["words"] == document.reading.words
    assert told["drafted"]["complete"] is True
    assert [section["heading"] for section in told["drafted"]["sections"]] == [
        section.heading for section in library.digests.digest(OWNER, done.digest).sections
    ]
    assert told["verified"]["supported"] > 0
    assert told["finished"] == {"digest": done.digest}


@pytest.mark.parametrize("name", ["harbour-bridge.html", "heat-pump-report.md", "notice.txt", "library-ja.txt"])
def test_a_file_that_is_handed_over_is_read_as_what_it_is(
    library: Library, settings: Settings, examples: Path, name: str
) -> None:
    with working(library, settings):
        done = ended(library, library.jobs.submit(OWNER, Wish(reference=name), upload=handed_over(examples / name)))
    assert done.failure is None
    assert library.digests.digest(OWNER, done.digest).sections


def test_the_same_again_gives_the_digest_that_is_there(library: Library, settings: Settings, examples: Path) -> None:
    upload = handed_over(examples / "notice.txt", "text/plain")
    with working(library, settings):
        both = [ended(library, library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=upload)) for _ in "ab"]
    assert both[0].digest == both[1].digest != ""
    assert library.digests.find(OWNER, Filter()).total == 1


def test_a_wish_and_a_preference_say_how_long_a_digest_is(library: Library, settings: Settings, examples: Path) -> None:
    library.accounts.prefer(OWNER, Preferences(length="detailed", shared_by="Ada"))
    upload = handed_over(examples / "heat-pump-report.md")

    def bullets(wish: Wish) -> int:
        done = ended(library, library.jobs.submit(OWNER, wish, upload=upload))
        digest = library.digests.digest(OWNER, done.digest)
        assert digest.imprint.shared_by == ""
        return sum(len(question.bullets) for section in digest.sections for question in section.questions)

    with working(library, settings):
        detailed = bullets(Wish(reference="report.md"))
        brief = bullets(Wish(reference="report.md", length="brief"))
    assert brief < detailed


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/gone", "StatusError"), ("/thin", "ThinTextError"), ("/picture", "MediaTypeError"),
     ("/moved", "ForbiddenAddressError")],
)  # fmt: skip
def test_a_page_that_cannot_be_read_fails_with_its_error_and_what_to_do(
    library: Library, settings: Settings, path: str, kind: str
) -> None:
    def moved(exchange: Exchange) -> None:
        exchange.write(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n")

    routes = {
        "/gone": page("gone", status=404),
        "/thin": page("Rain.", media_type="text/plain"),
        "/picture": page("\x00", media_type="image/png"),
        "/moved": moved,
    }
    with serve(routes) as server, working(library, settings):
        failed = ended(library, library.jobs.submit(OWNER, Wish(reference=server.url(path))))
    assert failed.state == "failed"
    assert failed.failure is not None
    assert (failed.failure.kind, failed.failure.message[-1], failed.failure.hint != "") == (kind, ".", True)


def test_a_job_of_an_account_that_was_disabled_fails(library: Library, settings: Settings) -> None:
    ada = library.accounts.add("ada", "five lanterns by the harbour").id
    job = library.jobs.submit(ada, Wish(reference="https://example.org/a"))
    library.accounts.disable("ada")
    with working(library, settings):
        failed = ended(library, job, ada)
    assert failed.failure is not None
    assert failed.failure.kind == "AccessError"


def test_what_nobody_foresaw_fails_the_job_and_not_the_worker(
    library: Library,
    settings: Settings,
    examples: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    upload = handed_over(examples / "notice.txt")
    with monkeypatch.context() as patched, working(library, settings):
        patched.setattr("aili.verification.verify", lambda *_args, **_named: {}["secret"])
        with caplog.at_level(logging.ERROR):
            failed = ended(library, library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=upload))
        patched.undo()
        done = ended(library, library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=upload))
    assert failed.failure is not None
    assert "secret" not in failed.failure.message
    assert "secret" in caplog.text
    assert done.state == "done"


def test_a_row_that_is_damaged_fails_its_job_and_the_next_is_done(
    library: Library, settings: Settings, examples: Path
) -> None:
    upload = handed_over(examples / "notice.txt")
    damaged, whole = (library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=upload) for _ in range(2))
    with library.store.writing() as connection:
        connection.exec_driver_sql("UPDATE jobs SET upload = x'00ff' WHERE id = ?", (damaged.id,))
    with working(library, settings):
        assert ended(library, whole).state == "done"
    failed = library.jobs.get(OWNER, damaged.id)
    assert failed.failure is not None
    assert failed.failure.kind == "MalformedError"


def test_workers_live_through_a_time_when_the_library_cannot_be_used(
    library: Library,
    settings: Settings,
    examples: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("aili.library.working.TROUBLE_SECONDS", 0.05)
    with library.store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE jobs RENAME TO away")
    with working(library, settings):
        until(lambda: "No job could be taken" in caplog.text and "could not be looked after" in caplog.text)
        with library.store.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO jobs")
        job = library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=handed_over(examples / "notice.txt"))
        assert ended(library, job).state == "done"


@contextmanager
def held() -> Iterator[tuple[str, threading.Event, threading.Event]]:
    """The address of a page that does not come until it is let go, with the events of its being asked for and let go."""
    asked, let_go = threading.Event(), threading.Event()

    def hold(exchange: Exchange) -> None:
        asked.set()
        let_go.wait(60)
        exchange.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    with serve({"/held": hold}) as server:
        try:
            yield server.url("/held"), asked, let_go
        finally:
            let_go.set()


def test_a_long_step_keeps_neither_the_reader_who_cancels_waiting_nor_the_next_job(
    library: Library, settings: Settings, examples: Path
) -> None:
    with held() as (url, asked, let_go), working(library, settings):
        job = library.jobs.submit(OWNER, Wish(reference=url))
        assert asked.wait(30)
        assert library.jobs.cancel(OWNER, job.id).state == "cancelled"
        upload = handed_over(examples / "notice.txt")
        other = library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=upload)
        assert ended(library, other).state == "done"
        assert not let_go.is_set()
    assert kinds(library, job) == ["queued", "started", "cancelled"]


def test_a_worker_that_was_replaced_leaves_when_its_step_is_over(library: Library, settings: Settings) -> None:
    def workers() -> int:
        return sum(thread.name.startswith("aili-worker") for thread in threading.enumerate())

    with held() as (url, asked, let_go), working(library, settings):
        assert workers() == 1
        job = library.jobs.submit(OWNER, Wish(reference=url))
        assert asked.wait(30)
        library.jobs.cancel(OWNER, job.id)
        until(lambda: workers() == 2)
        let_go.set()
        until(lambda: workers() == 1)


def test_no_job_hangs_for_ever(library: Library, settings: Settings) -> None:
    with held() as (url, _, _), working(library, settings, deadline=0.5):
        failed = ended(library, library.jobs.submit(OWNER, Wish(reference=url)))
    assert failed.failure is not None
    assert failed.failure.kind == "DeadlineError"
    assert kinds(library, failed) == ["queued", "started", "failed"]


def test_a_lease_is_renewed_while_a_long_step_lasts(settings: Settings) -> None:
    library = open_library(settings)
    library.jobs.lease = 1.2
    with held() as (url, asked, let_go), working(library, settings):
        job = library.jobs.submit(OWNER, Wish(reference=url))
        assert asked.wait(30)
        time.sleep(2)
        assert not library.jobs.waiting()
        let_go.set()
        assert ended(library, job).attempts == 1
    library.close()


def test_a_server_that_stops_leaves_its_jobs_to_the_next(library: Library, settings: Settings, examples: Path) -> None:
    workers = Workers(library, replace(settings, workers=2))
    workers.start()
    upload = handed_over(examples / "notice.txt")
    jobs = [library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=upload) for _ in range(5)]
    until(lambda: library.jobs.list(OWNER, state="running"))
    workers.stop()
    states = {library.jobs.get(OWNER, job.id).state for job in jobs}
    assert states <= {"waiting", "done"}
    with working(library, replace(settings, workers=2)):
        assert [ended(library, job).state for job in jobs] == ["done"] * 5
    assert all(library.jobs.get(OWNER, job.id).attempts == 1 for job in jobs)


def test_a_server_that_stops_in_a_long_step_gives_the_job_back(
    library: Library, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aili.library.working.STOP_SECONDS", 0.2)
    with held() as (url, asked, _):
        workers = Workers(library, settings)
        workers.start()
        job = library.jobs.submit(OWNER, Wish(reference=url))
        assert asked.wait(30)
        workers.stop()
        assert library.jobs.get(OWNER, job.id).state == "waiting"
        assert library.jobs.get(OWNER, job.id).attempts == 0
    until(lambda: not any(thread.name.startswith("aili-worker") for thread in threading.enumerate()))
    assert kinds(library, job) == ["queued", "started", "queued"]


@dataclass
class Slow:
    """A model that writes the beginning of an answer, or nothing, and then keeps its reader waiting till that one leaves."""

    begun: bool
    asked: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def __call__(self, exchange: Exchange) -> None:
        if self.begun:
            language_models.start(exchange)
            for event in list(language_models.events(exchange.asked.path, '{"abstract": [{"ids": [1], "text": "The'))[
                :-3
            ]:
                exchange.write(event)
        exchange.connection.settimeout(0.01)
        self.asked.set()
        while not exchange.stopping.is_set():
            try:
                if not exchange.connection.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        self.left.set()


@contextmanager
def slow_model(settings: Settings, *, begun: bool) -> Iterator[tuple[Slow, Settings]]:
    slow = Slow(begun)
    with serve({"/v1/chat/completions": lambda exchange: slow(exchange)}) as server:
        engine = f"compatible:slow@{server.url('/v1')}"
        yield slow, replace(settings, engine=engine, fallback=True, context_window=8192)


@pytest.mark.parametrize("begun", [True, False], ids=["in mid-stream", "before the first byte"])
def test_cancelling_a_job_ends_the_request_to_the_model_within_200_ms(
    begun: bool, settings: Settings, examples: Path
) -> None:
    with slow_model(settings, begun=begun) as (slow, chosen):
        library = open_library(chosen)
        with working(library, chosen):
            job = library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=handed_over(examples / "notice.txt"))
            assert slow.asked.wait(60)
            time.sleep(0.1)
            began = time.monotonic()
            assert library.jobs.cancel(OWNER, job.id).state == "cancelled"
            assert slow.left.wait(5)
            took = time.monotonic() - began
            again = replace(Wish(reference="notice.txt"), engine="embedded")
            done = ended(library, library.jobs.submit(OWNER, again, upload=handed_over(examples / "notice.txt")))
        assert library.jobs.get(OWNER, job.id).state == "cancelled"
        assert done.state == "done"  # the worker is free again
        assert kinds(library, job)[-1] == "cancelled"
        library.close()
    assert took < 0.2


def test_a_job_that_another_process_cancels_ends_its_request_when_the_watch_looks(
    settings: Settings, examples: Path
) -> None:
    with slow_model(settings, begun=True) as (slow, chosen):
        library, other = open_library(chosen), open_library(chosen)
        with working(library, chosen):
            job = library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=handed_over(examples / "notice.txt"))
            assert slow.asked.wait(60)
            other.jobs.cancel(OWNER, job.id)
            assert slow.left.wait(10)
        assert library.jobs.get(OWNER, job.id).state == "cancelled"
        library.close()
        other.close()


def test_a_job_that_takes_too_long_ends_its_request(settings: Settings, examples: Path) -> None:
    with slow_model(settings, begun=False) as (slow, chosen):
        library = open_library(chosen)
        with working(library, chosen, deadline=2.0):
            job = library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=handed_over(examples / "notice.txt"))
            assert slow.asked.wait(60)
            assert slow.left.wait(10)
            failed = ended(library, job)
        assert failed.failure is not None
        assert failed.failure.kind == "DeadlineError"
        library.close()


def test_a_server_that_stops_ends_its_requests_and_gives_the_jobs_back(settings: Settings, examples: Path) -> None:
    with slow_model(settings, begun=True) as (slow, chosen):
        library = open_library(chosen)
        with working(library, chosen):
            job = library.jobs.submit(OWNER, Wish(reference="notice.txt"), upload=handed_over(examples / "notice.txt"))
            assert slow.asked.wait(60)
        assert slow.left.wait(1)
        assert library.jobs.get(OWNER, job.id).state == "waiting"
        library.close()


def test_what_the_command_line_saves_while_the_server_runs_is_taken_in(
    library: Library, settings: Settings, examples: Path
) -> None:
    digest, document = made(examples / "harbour-bridge.html", settings)
    with working(library, settings):
        time.sleep(0.2)  # the first look is over: what comes now is what a running server would miss
        spool.leave(spool.inbox_of(Path(settings.library)), digest, document, tags=("bridge",))
        until(lambda: library.digests.find(OWNER, Filter()).total)
    assert library.digests.find(OWNER, Filter(tags=("bridge",))).total == 1
    assert spool.waiting(spool.inbox_of(Path(settings.library))) == []


def test_what_cannot_be_taken_in_is_not_tried_every_second(
    library: Library, settings: Settings, examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, document = made(examples / "harbour-bridge.html", settings)
    spool.leave(spool.inbox_of(Path(settings.library)), digest, document)
    tried: list[float] = []

    def full(connection: object, account: str, entry: object) -> tuple[int, bool]:
        tried.append(time.monotonic())
        raise LibraryFullError("The disk is full.")

    monkeypatch.setattr("aili.store.digests.put", full)
    with working(library, settings):
        until(lambda: tried)
        time.sleep(2.5)  # longer than two ticks
    assert len(tried) == 1
    assert len(spool.waiting(spool.inbox_of(Path(settings.library)))) == 1

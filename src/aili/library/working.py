"""The threads that do the jobs of a library, and one that watches over them.

A worker takes a job, runs the pipeline, and writes down what happens. The watch renews the leases of jobs that are being
worked on, gives up those that take too long or were taken away, looks for jobs that other processes handed in, and takes
in the digests that the command line left. A wait for a language model ends when its job is cancelled or given up. No other
step of an engine can be broken off from outside: a worker that still sits in one is replaced, and leaves when it is over.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from aili import pipeline
from aili.cancellation import Cancellation, StoppedError
from aili.errors import AccessError, AiliError, DeadlineError, LibraryBusyError, LibraryError
from aili.events import Finished
from aili.library import Library
from aili.library.jobs import Claim, LostError
from aili.library.reporting import Report
from aili.library.wishes import SCHEMES, settings_for
from aili.settings import Settings
from aili.store.digests import Entry
from aili.store.records import Failure, now

TICK = 1.0  # seconds after which the watch looks again
ENGINE_SECONDS = 900.0  # that writing and checking a digest may take; measured: 10 s for 100,000 words, embedded
STOP_SECONDS = 1.5  # that a worker may take to come to the end of a step when the server stops
PRUNE_SECONDS = 3_600.0  # between two looks for jobs that ended long ago
TROUBLE_SECONDS = 5.0  # of rest after the library could not be used
FULL_SECONDS = 30.0  # before digests are looked at again that could not be taken in, as while the disk is full
SPARE = 4  # for each worker, how many more may sit in a step that nobody waits for

log = logging.getLogger(__name__)

_UNFORESEEN = Failure(
    kind="AiliError",
    message="Something went wrong inside aili while it made this digest.",
    hint="The server's log says what; please report it.",
)


@dataclass(kw_only=True, eq=False)
class _Work:
    """A job in somebody's hands. ``lost`` once nothing may be written to it any more."""

    claim: Claim
    started: float = field(default_factory=time.monotonic)
    lost: threading.Event = field(default_factory=threading.Event)
    cancellation: Cancellation = field(default_factory=Cancellation)
    thread: threading.Thread = field(default_factory=threading.current_thread)


class Workers:
    """As many worker threads as the setting ``workers`` says, between ``start`` and ``stop``.

    ``deadline`` is how many seconds a job may take; by default as long as fetching and reading, and a quarter of an hour.
    """

    def __init__(self, library: Library, settings: Settings, *, deadline: float | None = None) -> None:
        self._library = library
        self._settings = settings
        self._jobs = library.jobs
        bound = settings.fetch_seconds + settings.parse_seconds + ENGINE_SECONDS
        self._deadline = bound if deadline is None else deadline
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._works: set[_Work] = set()
        self._threads: list[threading.Thread] = []
        self._watch: threading.Thread | None = None
        self._inbox_rests_until = 0.0

    def start(self) -> None:
        """Begin to work; to be called once."""
        for _ in range(self._settings.workers):
            self._hire()
        self._watch = threading.Thread(target=self._watching, name="aili-watch", daemon=True)
        self._watch.start()
        threading.Thread(target=self._preparing, name="aili-prepare", daemon=True).start()

    def stop(self) -> None:
        """Stop working; jobs in the middle of something wait for the next server, which takes them up again."""
        self._stopping.set()
        self._jobs.arrivals.announce()
        until = time.monotonic() + STOP_SECONDS
        for work in self._current():
            work.cancellation.cancel()
        with self._lock:
            lost = {work.thread for work in self._works if work.lost.is_set()}  # nobody waits for what they do
            waited_for = [thread for thread in self._threads if thread not in lost]
        for thread in (*waited_for, *filter(None, (self._watch,))):
            thread.join(max(0.0, until - time.monotonic()))
        for work in self._current():  # still in a step: it finds its claim gone when it is over
            with _told("A job could not be given back"):
                self._jobs.give_back(work.claim)

    def _preparing(self) -> None:
        """Load the engine once the server has come up, so that the first reader need not wait for it."""
        if self._stopping.wait(TICK):
            return
        try:
            pipeline.prepare(self._settings)
        except AiliError as error:
            log.error("The engine could not be loaded: %s", error)

    # A worker.

    def _hire(self) -> None:
        thread = threading.Thread(target=self._working, name=f"aili-worker-{len(self._threads) + 1}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _working(self) -> None:
        while not self._stopping.is_set():
            try:
                count = self._jobs.arrivals.count
                claim = self._jobs.claim()
                if claim is None:
                    self._jobs.arrivals.wait(count, 60.0)
                elif not self._do(claim):
                    return
            except LibraryError as error:
                log.error("No job could be taken: %s", error)
                self._stopping.wait(TROUBLE_SECONDS)
            except Exception:  # whatever it is, those who wait need a worker that lives
                log.exception("A worker met what nobody foresaw")
                self._stopping.wait(TROUBLE_SECONDS)

    def _do(self, claim: Claim) -> bool:
        """Do a job, whatever comes; False where somebody else was hired meanwhile."""
        work = _Work(claim=claim)
        with self._lock:
            self._works.add(work)
        try:
            with _told("A job could not be written to; it is tried again when its lease has run out"):
                self._finish(work)
        finally:
            with self._lock:
                self._works.discard(work)
        return not work.lost.is_set()

    def _finish(self, work: _Work) -> None:
        try:
            self._digest(work)
        except (LostError, LibraryBusyError):
            raise
        except AiliError as error:
            self._jobs.fail(work.claim, Failure(kind=type(error).__name__, message=error.message, hint=error.hint))
        except Exception:  # a job must end, whatever is wrong with it
            log.exception("The job %s failed in a way that nobody foresaw", work.claim.job.id)
            self._jobs.fail(work.claim, _UNFORESEEN)

    def _digest(self, work: _Work) -> None:
        claim = work.claim
        account = self._library.accounts.get(claim.account)
        if account.disabled:
            raise AccessError("The account is disabled.", hint="Ask whoever runs this server.")
        settings = settings_for(self._settings, claim.job.wish, account.preferences)
        report = Report(self._jobs, claim)
        reference = claim.upload() or claim.job.wish.reference
        stop = work.cancellation
        with (
            self._jobs.cancellable(claim, stop),
            closing(pipeline.stream(reference, settings=settings, schemes=SCHEMES, cancellation=stop)) as events,
        ):
            try:
                for event in events:
                    if work.lost.is_set():
                        return
                    if self._stopping.is_set() and not isinstance(event, Finished):
                        self._jobs.give_back(claim)
                        return
                    if isinstance(event, Finished):
                        self._keep(claim, event, report)
                    else:
                        report.tell(event)
            except StoppedError:
                if self._stopping.is_set() and not work.lost.is_set():
                    self._jobs.give_back(claim)

    def _keep(self, claim: Claim, event: Finished, report: Report) -> None:
        tags = claim.job.wish.tags
        made = Entry(digest=event.digest, document=event.document, tags=tags, created=now(), again=True)
        self._jobs.finish(claim, made, *report.held)

    # The watch.

    def _watching(self) -> None:
        renewed = pruned = -PRUNE_SECONDS
        while not self._stopping.is_set():
            moment = time.monotonic()
            renew, prune = moment - renewed >= self._jobs.lease / 3, moment - pruned >= PRUNE_SECONDS
            try:
                with _told("The jobs could not be looked after"):
                    self._look(renew=renew, prune=prune)
                    renewed, pruned = (moment if renew else renewed), (moment if prune else pruned)
            except Exception:  # without a watch, leases run out in the middle of the work
                log.exception("The watch over the jobs met what nobody foresaw")
            self._stopping.wait(min(TICK, self._jobs.lease / 6))

    def _look(self, *, renew: bool, prune: bool) -> None:
        for work in self._current():
            self._look_after(work, renew=renew)
        if self._jobs.waiting():
            self._jobs.arrivals.announce()
        self._take_in()
        if prune:
            self._jobs.prune()

    def _take_in(self) -> None:
        """Take in what the command line saved since; where some of it stays, leave it alone for a while."""
        digests = self._library.digests
        if time.monotonic() < self._inbox_rests_until or not digests.waiting():
            return
        digests.take_in()
        if digests.waiting():
            self._inbox_rests_until = time.monotonic() + FULL_SECONDS

    def _look_after(self, work: _Work, *, renew: bool) -> None:
        """Prolong a lease; where the job is lost, or takes too long, give it up and hire another worker."""
        if time.monotonic() - work.started > self._deadline:
            with _told("A job that took too long could not be ended"):
                self._jobs.fail(work.claim, _too_long(self._deadline))
        elif self._jobs.renew(work.claim) if renew else self._jobs.holds(work.claim):
            return
        with self._lock:
            if work.lost.is_set() or work not in self._works:
                return
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            if len(self._threads) < self._settings.workers * (1 + SPARE):
                work.lost.set()
                self._hire()
        work.cancellation.cancel()

    def _current(self) -> tuple[_Work, ...]:
        with self._lock:
            return tuple(work for work in self._works if not work.lost.is_set())


def _too_long(seconds: float) -> Failure:
    return Failure(
        kind=DeadlineError.__name__,
        message=f"The digest was not ready after {seconds / 60:.0f} minutes, which is as long as this server works on one.",
        hint="Try a shorter document or another engine.",
    )


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Log what goes wrong with the library, and go on: the job's lease runs out, and it is taken up again."""
    try:
        yield
    except LostError as error:
        log.info("%s", error)
    except LibraryError as error:
        log.error("%s: %s", what, error)

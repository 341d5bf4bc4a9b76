"""Writes the pipeline's events down as a job's: what a reader wants to see of them, never whole documents or drafts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aili.digest import Draft
from aili.events import Drafted, Event, Extracted, FellBack, Fetched, Finished, Started, Verified
from aili.library.jobs import Change, Claim, Jobs

OFTEN = 0.5  # seconds between two drafts of an engine that streams: each is a write to the disk


class Report:
    """What happens to the job of ``claim``. ``held`` are events that go with the next write, to spare one of their own."""

    def __init__(self, jobs: Jobs, claim: Claim) -> None:
        self._jobs = jobs
        self._claim = claim
        self._drafted = 0.0
        self.held: tuple[Change, ...] = ()

    def tell(self, event: Event) -> None:
        """Write ``event`` down, now or with the next one; raises LostError."""
        match event:
            case Started() | Finished() | FellBack():
                pass  # claiming and finishing the job say so; the digest's notes tell of a fallback
            case Fetched() if self._claim.packed:
                self.held = (("fetched", asdict(event)),)  # nothing was fetched: its text is here within milliseconds
            case Fetched():
                self._write("fetched", asdict(event))
            case Extracted(document=document):
                metadata, reading = document.metadata, document.reading
                data = {
                    "title": metadata.title,
                    "site": metadata.site,
                    "words": reading.words,
                    "share": reading.share,
                    "sentences": len(document.sentences),
                    "language": metadata.language,
                }
                self._write("extracted", data)
            case Drafted(draft=draft, complete=complete):
                if complete or time.monotonic() - self._drafted >= OFTEN:
                    self._drafted = time.monotonic()
                    self._write("drafted", {"sections": _outline(draft), "complete": complete})
            case Verified(digest=digest):
                self.held = (("verified", asdict(digest.checks)),)

    def _write(self, kind: str, data: Mapping[str, Any]) -> None:
        self._jobs.record(self._claim, *self.held, (kind, data))
        self.held = ()


def _outline(draft: Draft) -> list[dict[str, Any]]:
    return [{"heading": section.heading, "questions": len(section.questions)} for section in draft.sections]

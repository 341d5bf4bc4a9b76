"""The pipeline makes the events, in order, and a digest with its provenance."""

from __future__ import annotations

from pathlib import Path

import pytest

import aili
from aili import codec
from aili.errors import EngineError

SETTINGS = aili.Settings(cache=False)


def test_events_come_in_the_order_of_the_stages(examples: Path) -> None:
    events = list(aili.stream(examples / "harbour-bridge.html", settings=SETTINGS))
    assert [type(event).__name__ for event in events] == [
        "Started", "Fetched", "Extracted", "Drafted", "Verified", "Finished",
    ]  # fmt: skip
    assert events[3].complete
    assert events[-1].digest == events[-2].digest


def test_a_document_read_before_is_digested_without_fetching(examples: Path) -> None:
    document = aili.read(examples / "notice.txt", settings=SETTINGS)
    digest = aili.summarize(document, settings=SETTINGS)
    assert digest == aili.summarize(examples / "notice.txt", settings=SETTINGS)


def test_a_digest_says_where_it_comes_from(examples: Path) -> None:
    document = aili.read(examples / "harbour-bridge.html", settings=SETTINGS)
    digest = aili.summarize(document, settings=SETTINGS)
    assert digest.provenance.engine == "embedded"
    assert digest.provenance.document == document.hash
    assert digest.provenance.source == document.source
    assert digest.provenance.words == document.reading.words
    cited = {i for s in digest.sections for q in s.questions for b in q.bullets for i in b.evidence}
    assert cited <= {citation.id for citation in digest.citations}
    for citation in digest.citations:
        assert document.text[citation.start : citation.end] == citation.text


def test_closing_the_stream_ends_it(examples: Path) -> None:
    stream = aili.stream(examples / "notice.txt", settings=SETTINGS)
    next(stream)
    stream.close()
    with pytest.raises(StopIteration):
        next(stream)


def test_an_engine_that_writes_nothing_is_an_error(examples: Path, tmp_path: Path) -> None:
    script = tmp_path / "none.json"
    script.write_text("[]")
    with pytest.raises(EngineError):
        aili.summarize(examples / "notice.txt", settings=aili.Settings(cache=False, engine=f"scripted:{script}"))


def test_partial_drafts_of_an_engine_that_streams_are_events(examples: Path, tmp_path: Path) -> None:
    events = list(aili.stream(examples / "notice.txt", settings=SETTINGS))
    draft = next(event.draft for event in events if isinstance(event, aili.Drafted))
    script = tmp_path / "two.json"
    script.write_bytes(codec.encode((draft, draft)))
    streamed = aili.stream(examples / "notice.txt", settings=aili.Settings(cache=False, engine=f"scripted:{script}"))
    assert [event.complete for event in streamed if isinstance(event, aili.Drafted)] == [False, True]


def test_a_wrong_bullet_of_any_engine_is_caught(examples: Path, tmp_path: Path) -> None:
    document = aili.read(examples / "harbour-bridge.html", settings=SETTINGS)
    number = next(i for i in range(len(document.sentences)) if any(c.isdigit() for c in document.sentence(i)))
    wrong = "".join(str((int(c) + 3) % 10) if c.isdigit() else c for c in document.sentence(number))
    draft = aili.Draft(
        abstract=(aili.Bullet(text=document.sentence(number), evidence=(number,)),),
        sections=(
            aili.Section(
                heading="Numbers",
                questions=(
                    aili.Question(text="Which numbers?", bullets=(aili.Bullet(text=wrong, evidence=(number,)),)),
                ),
            ),
        ),
        language="en",
        engine="scripted",
        version="1",
    )
    script = tmp_path / "wrong.json"
    script.write_bytes(codec.encode((draft,)))
    digest = aili.summarize(document, settings=aili.Settings(cache=False, engine=f"scripted:{script}"))
    shown = aili.render(digest)
    assert wrong not in shown
    assert digest.checks.replaced + digest.checks.dropped == 1

"""The pipeline makes the events, in order, and a digest with its provenance."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import aili
from aili import codec
from aili.document import Resource
from aili.errors import EngineError
from aili.extractors import ParseLimits, extract

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


def test_a_script_that_ends_while_the_engine_loads_ends_well(tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("", encoding="utf-8")
    script = "import sys, aili\ntry: aili.summarize(sys.argv[1])\nexcept aili.AiliError as error: print(error)"
    for _ in range(5):
        ended = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "empty.md")], capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "is empty" in ended.stdout


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
    number = next(i for i in range(len(document.sentences)) if re.search(r"^The .*\d.*\.$", document.sentence(i)))
    wrong = "".join(str((int(c) + 3) % 10) if c.isdigit() else c for c in document.sentence(number))
    draft = aili.Draft(
        abstract=(),
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


def home_of_ada(tmp_path: Path, example: Path) -> Path:
    """A copy of an example, without the address it calls its own, in a folder that tells whose it is."""
    folder = tmp_path / "ada-lovelace" / "divorce"
    folder.mkdir(parents=True)
    copy = folder / example.name
    copy.write_bytes(re.sub(rb'<(?:link rel="canonical"|meta property="og:url")[^>]*>', b"", example.read_bytes()))
    return copy


@pytest.mark.parametrize("name", ["harbour-bridge.html", "heat-pump-report.md", "notice.txt"])
@pytest.mark.parametrize("address", [False, True], ids=["path", "file address"])
def test_a_digest_of_a_file_tells_its_name_and_not_its_folders(
    name: str, address: bool, examples: Path, tmp_path: Path
) -> None:
    path = home_of_ada(tmp_path, examples / name)
    *_, finished = aili.stream(path.as_uri() if address else path, settings=SETTINGS)
    assert finished.document.metadata.location == name
    assert name in aili.render(finished.digest, format="json")
    forms = ("json", "html", "markdown", "text", "terminal")
    shown = [aili.render(finished.digest, format=form, document=finished.document) for form in forms]
    for text in (codec.encode(finished.document).decode(), *shown):
        for part in ("ada-lovelace", "divorce", str(tmp_path)):
            assert part not in text


@pytest.mark.parametrize(
    ("found_at", "shown"),
    [
        ("https://example.org/a/b?c=d/e", "https://example.org/a/b?c=d/e"),
        ("HTTP://example.org/a", "HTTP://example.org/a"),
        ("C:\\Users\\Ada\\notes.txt", "notes.txt"),
        ("file:///home/ada/my%20notes.txt", "my notes.txt"),
        ("../ada/notes.txt", "notes.txt"),
        ("notes.txt", "notes.txt"),
        ("-", ""),
    ],
)
def test_a_location_is_a_web_address_or_the_name_of_a_file(found_at: str, shown: str) -> None:
    resource = Resource(data=b"Rain is expected.", media_type="text/plain", reference="x", location=found_at)
    assert extract(resource, limits=ParseLimits(min_words=1)).metadata.location == shown


def test_an_error_about_a_file_names_its_whole_path(examples: Path, tmp_path: Path) -> None:
    path = home_of_ada(tmp_path, examples / "notice.txt")
    empty = tmp_path / "none.json"
    empty.write_text("[]")
    settings = aili.Settings(cache=False, engine=f"scripted:{empty}")
    with pytest.raises(EngineError, match="ada-lovelace"):
        aili.summarize(path, settings=settings)


def test_an_error_about_a_draft_that_does_not_stand_names_the_whole_path(tmp_path: Path) -> None:
    path = tmp_path / "ada-lovelace.txt"
    path.write_text("He said so. They did it again on the way. It was like that then, and this is why she left.")
    bullet = aili.Bullet(text="Elephants in Bombay sing 7,000 operas every 19 June.", evidence=(0,))
    section = aili.Section(heading="Music", questions=(aili.Question(text="Who sings?", bullets=(bullet,)),))
    draft = aili.Draft(abstract=(), sections=(section,), language="en", engine="scripted", version="1")
    script = tmp_path / "wrong.json"
    script.write_bytes(codec.encode((draft,)))
    with pytest.raises(EngineError) as caught:
        aili.summarize(path, settings=aili.Settings(cache=False, min_words=5, engine=f"scripted:{script}"))
    assert str(path) in caught.value.message

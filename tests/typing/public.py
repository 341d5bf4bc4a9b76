"""Public use of aili as its users write it: checked by mypy, never run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import assert_never, assert_type

import aili
import aili.reports
from aili.errors import NetworkError, StatusError, ThinTextError, UnreadableError
from aili.renderers import Options


def read_a_document() -> None:
    document = aili.read("https://example.org/article")
    assert_type(document, aili.Document)
    assert_type(aili.read(Path("article.html")), aili.Document)
    assert_type(document.text, str)
    assert_type(document.sentence(0), str)
    assert_type(document.sentences, tuple[aili.Sentence, ...])
    assert_type(document.blocks[0], aili.Block)
    assert_type(document.metadata, aili.Metadata)
    assert_type(document.metadata.authors, tuple[str, ...])
    assert_type(document.reading.share, float)
    assert_type(document.hash, str)


def summarize_and_render() -> None:
    settings = aili.Settings(owner="Ardmouth Courier", allow_hosts=("wiki.intranet.example",))
    digest = aili.summarize("article.html", settings=settings)
    assert_type(digest, aili.Digest)
    assert_type(aili.render(digest), str)
    assert_type(aili.render(digest, format="terminal", options=Options(evidence=True, width=100)), str)
    assert_type(aili.render(digest, format="html", document=aili.read("article.html")), str)
    assert_type(aili.parse(aili.render(digest)), aili.Digest)
    assert_type(aili.parse(b"{}"), aili.Digest)


def check_a_summary() -> None:
    report = aili.check("article.html", Path("summary.txt"))
    assert_type(report, aili.Report)
    assert_type(aili.check(aili.read("article.html"), aili.summarize("article.html")), aili.Report)
    assert_type(report.checks, aili.Checks)
    for statement in report.statements:
        assert_type(statement, aili.Statement)
        assert_type(list(report.evidence(statement)), list[aili.Citation])
        for span in statement.spans:
            assert_type(span, aili.Span)
    assert_type(report.coverage, aili.Coverage)
    for omission in report.coverage.omissions:
        assert_type(omission, aili.Omission)
    assert_type(aili.reports.render(report, format="html"), str)


def walk_through_a_digest(digest: aili.Digest) -> Iterator[str]:
    for section in digest.sections:
        assert_type(section, aili.Section)
        for question in section.questions:
            assert_type(question, aili.Question)
            for bullet in question.bullets:
                assert_type(bullet, aili.Bullet)
                for number in bullet.evidence:
                    cited = digest.citation(number)
                    assert_type(cited, aili.Citation | None)
                    if cited is not None:
                        yield cited.text
                for reason in bullet.reasons:
                    assert_type(reason, aili.Reason)
                    yield reason.message
    assert_type(digest.checks, aili.Checks)
    assert_type(digest.provenance, aili.Provenance)
    assert_type(digest.provenance.usage, aili.Usage)
    assert_type(digest.imprint, aili.Imprint)


def follow_the_events() -> aili.Digest | None:
    for event in aili.stream("article.html"):
        match event:
            case aili.Started(reference=reference):
                assert_type(reference, str)
            case aili.Fetched(size=size):
                assert_type(size, int)
            case aili.Listed(feed=feed):
                assert_type(feed, aili.Feed)
            case aili.Extracted(document=document):
                assert_type(document, aili.Document)
            case aili.Expected(seconds=seconds):
                assert_type(seconds, float)
            case aili.Drafted(draft=draft, complete=complete):
                assert_type(draft, aili.Draft)
                assert_type(complete, bool)
            case aili.FellBack(engine=engine):
                assert_type(engine, str)
            case aili.Verified():
                pass
            case aili.Finished(digest=digest):
                return digest
            case _:
                assert_never(event)
    return None


def handle_errors() -> int:
    try:
        aili.summarize("https://example.org/article")
    except ThinTextError as error:
        return error.words
    except StatusError as error:
        return error.status
    except (UnreadableError, NetworkError) as error:
        assert_type(error.hint, str)
        return error.exit_code
    except aili.AiliError as error:
        return error.exit_code
    return 0

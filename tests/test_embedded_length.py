"""Brief, standard and detailed differ in how much they show, never in what it rests on."""

from __future__ import annotations

from pathlib import Path

import pytest

import aili
from aili.engines import EngineOptions, engine
from aili.errors import EngineError
from aili.settings import LENGTHS
from aili.verification import verify

NAMES = ["harbour-bridge.html", "heat-pump-report.md", "tide-table.txt", "notice.txt", "nachtzug.txt", "library-ja.txt"]
LONG = NAMES[:3]


@pytest.fixture(scope="module")
def documents(examples: Path) -> dict[str, aili.Document]:
    return {name: aili.read(examples / name, settings=aili.Settings(cache=False)) for name in NAMES}


def drafted(document: aili.Document, length: str) -> aili.Draft:
    (draft,) = engine("embedded", EngineOptions(length=length)).draft(document)
    return draft


def questions(draft: aili.Draft) -> list[aili.Question]:
    return [question for section in draft.sections for question in section.questions]


def bullets(draft: aili.Draft) -> list[aili.Bullet]:
    return [bullet for question in questions(draft) for bullet in question.bullets]


def words(draft: aili.Draft) -> int:
    return sum(len(bullet.text.split()) for bullet in bullets(draft))


def test_standard_is_what_comes_when_nobody_says(documents: dict[str, aili.Document]) -> None:
    for document in documents.values():
        (unsaid,) = engine("embedded", EngineOptions()).draft(document)
        assert drafted(document, "standard") == unsaid


@pytest.mark.parametrize("name", LONG)
def test_brief_is_about_half_of_standard_and_detailed_more(name: str, documents: dict[str, aili.Document]) -> None:
    brief, standard, detailed = (drafted(documents[name], length) for length in LENGTHS)
    assert 0.3 * words(standard) <= words(brief) <= 0.7 * words(standard)
    assert words(detailed) > words(standard)
    assert len(bullets(detailed)) > len(bullets(standard)) > len(bullets(brief))
    # A heading names the parts that are told.
    assert all(ours.heading in theirs.heading for ours, theirs in zip(brief.sections, standard.sections, strict=True))
    more = iter(section.heading for section in detailed.sections)
    assert all(any(section.heading in heading for heading in more) for section in standard.sections)


@pytest.mark.parametrize("name", LONG)
def test_brief_asks_the_better_half_of_what_standard_asks(name: str, documents: dict[str, aili.Document]) -> None:
    brief, standard = (drafted(documents[name], length) for length in ("brief", "standard"))
    assert [question.text for question in questions(brief)] == [
        question.text for question in questions(standard) if question.text in {q.text for q in questions(brief)}
    ]
    assert {bullet.text for bullet in bullets(brief)} <= {bullet.text for bullet in bullets(standard)}


@pytest.mark.parametrize("name", NAMES)
def test_a_brief_answer_is_one_bullet(name: str, documents: dict[str, aili.Document]) -> None:
    brief = drafted(documents[name], "brief")
    assert all(len(question.bullets) == 1 for question in questions(brief))
    assert len(questions(brief)) <= len(questions(drafted(documents[name], "standard")))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length", LENGTHS)
def test_every_length_keeps_to_the_form_and_to_what_the_document_says(
    name: str, length: str, documents: dict[str, aili.Document]
) -> None:
    draft = drafted(documents[name], length)
    assert 1 <= len(draft.sections) <= 8
    for section in draft.sections:
        assert 1 <= len(section.questions) <= 5
        assert all(1 <= len(question.bullets) <= 5 for question in section.questions)
        asked = [question.text for question in section.questions]
        assert len(asked) == len(set(asked))
    said = [bullet.text for bullet in bullets(draft)]
    assert len(said) == len(set(said))
    checks = verify(draft, documents[name]).checks
    assert (checks.refuted, checks.not_enough_info, checks.replaced, checks.dropped) == (0, 0, 0, 0)


@pytest.mark.parametrize("name", ["notice.txt", "nachtzug.txt", "library-ja.txt"])
def test_a_short_text_has_no_details_to_add(name: str, documents: dict[str, aili.Document]) -> None:
    assert drafted(documents[name], "detailed") == drafted(documents[name], "standard")


def test_a_setting_says_how_long_a_digest_is(documents: dict[str, aili.Document]) -> None:
    document = documents["harbour-bridge.html"]
    for length in LENGTHS:
        digest = aili.summarize(document, settings=aili.Settings(cache=False, length=length))
        assert digest.sections == verify(drafted(document, length), document).sections


def test_an_unknown_length_is_an_error() -> None:
    with pytest.raises(EngineError, match="tiny"):
        engine("embedded", EngineOptions(length="tiny"))

"""Drafts of the examples: within the product's limits, tied to the document, the same each time, in its language."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import aili
from aili import codec
from aili.digest import Bullet, Draft
from aili.document import Document
from aili.engines import EngineOptions, engine
from aili.engines.embedded.cleaning import clean
from aili.language import phrases

EXAMPLES = [
    "harbour-bridge.html",
    "heat-pump-report.md",
    "notice.txt",
    "tide-table.txt",
    "nachtzug.txt",
    "library-ja.txt",
]
ENGLISH = EXAMPLES[:4]
OTHERS = {"nachtzug.txt": "de", "library-ja.txt": "ja"}
FILLERS = {"What else does the article say?"}
LEANING = re.compile(
    r"^(?:He|She|It(?! (?:is|was|takes|took|rained|snowed)\b)|They|His|Her|Its|Their|This|That|These|Those|Such|And|But|Or|"
    r"So,|However|Moreover|Furthermore|Therefore|Thus|Then|Instead|Meanwhile|Also|For example|As a result|In contrast|"
    r"Nevertheless|Similarly)\b"
)


def drafted(document: Document, *, language: str = "", threads: int = 0, max_words: int = 300_000) -> Draft:
    (draft,) = engine("embedded", EngineOptions(threads=threads, max_words=max_words)).draft(
        document, language=language
    )
    return draft


@cache
def read(name: str) -> Document:
    path = Path(__file__).resolve().parent.parent / "examples" / name
    return aili.read(path, settings=aili.Settings(cache=False))


@cache
def example(name: str) -> Draft:
    return drafted(read(name))


def bullets(draft: Draft) -> list[Bullet]:
    return [bullet for section in draft.sections for question in section.questions for bullet in question.bullets]


def questions(draft: Draft) -> list[str]:
    return [question.text for section in draft.sections for question in section.questions]


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.replace("’s ", " ").casefold()))


def assert_within_limits(draft: Draft, document: Document) -> None:
    assert 1 <= len(draft.sections) <= 8
    for section in draft.sections:
        assert section.heading.strip()
        assert 1 <= len(section.questions) <= 5
        if " " in section.heading:
            assert len(section.heading.split()) <= 8
        for question in section.questions:
            assert 1 <= len(question.bullets) <= 5
            assert question.text.endswith(("?", "？", "؟"))
            assert all(bullet.text.strip() for bullet in question.bullets)
    for bullet in [*draft.abstract, *bullets(draft)]:
        assert bullet.evidence
        assert set(bullet.evidence) <= set(range(len(document.sentences)))
        assert list(bullet.evidence) == sorted(set(bullet.evidence))
        assert bullet.verdict is None
    assert 0 < draft.share <= 1


def assert_rests_on_evidence(bullet: Bullet, document: Document, *, english: bool) -> None:
    sources = [document.sentence(number) for number in bullet.evidence]
    if bullet.origin == "extracted":
        assert [bullet.text] == [clean(source, english=english) for source in sources]
    else:
        allowed = words(" ".join(sources)) | ({"the", "author", "writes"} if english else set())
        assert words(bullet.text) <= allowed


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_s_draft_keeps_the_limits(name: str) -> None:
    assert_within_limits(example(name), read(name))


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_bullet_says_what_its_evidence_says(name: str) -> None:
    draft = example(name)
    for bullet in [*bullets(draft), *(each for each in draft.abstract if each.origin == "extracted")]:
        assert_rests_on_evidence(bullet, read(name), english=draft.language == "en")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_topics_named_in_the_abstract_are_in_their_evidence(name: str) -> None:
    document = read(name)
    labels = words("The article discusses It also covers and")
    for bullet in example(name).abstract:
        if bullet.origin == "written" and bullet.text.startswith(("The article discusses", "It also covers")):
            sources = words(" ".join(document.sentence(number) for number in bullet.evidence))
            assert words(bullet.text) - labels <= sources | {"the"}


@pytest.mark.parametrize("name", ENGLISH)
def test_no_bullet_leans_on_the_sentence_before(name: str) -> None:
    assert [bullet.text for bullet in bullets(example(name)) if LEANING.match(bullet.text)] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_bullet_comes_twice(name: str) -> None:
    texts = [bullet.text.casefold() for bullet in bullets(example(name))]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_question_comes_twice(name: str) -> None:
    draft = example(name)
    asked = [text.casefold() for text in questions(draft) if text not in FILLERS]
    assert len(asked) == len(set(asked))
    for section in draft.sections:
        assert len({question.text for question in section.questions}) == len(section.questions)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_heading_comes_twice(name: str) -> None:
    headings = [section.heading.casefold() for section in example(name).sections]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("name", ENGLISH)
def test_questions_are_whole_and_hold_no_pronoun_for_a_subject(name: str) -> None:
    for text in questions(example(name)):
        assert text[0].isupper()
        assert text.endswith("?")
        assert 3 <= len(text.split()) <= 20  # "Who will pay?" is a heading of the page
        assert text.split()[2].lower() not in {"he", "she", "it", "they", "this", "that", "these", "those"}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_document_gives_the_same_bytes(name: str, threads: int) -> None:
    assert codec.encode(drafted(read(name), threads=threads)) == codec.encode(example(name))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_read_whole_and_needs_no_note(name: str) -> None:
    draft = example(name)
    assert draft.share == 1
    assert draft.notes == ()
    assert draft.engine == "embedded"
    assert draft.version


@pytest.mark.parametrize(("name", "language"), OTHERS.items())
def test_questions_are_in_the_document_s_language(name: str, language: str) -> None:
    draft = example(name)
    known = phrases(language)
    assert draft.language == known.language == language
    topical = re.escape(known.ask_topic).replace(r"\{topic\}", ".+")
    for text in questions(draft):
        assert text in (known.ask_overview, known.ask_part) or re.fullmatch(topical, text), text
        assert text not in FILLERS


def test_a_short_text_has_one_section_and_two_questions_at_most() -> None:
    draft = example("notice.txt")
    assert len(draft.sections) == 1
    assert len(draft.sections[0].questions) <= 2


@pytest.mark.parametrize("name", ENGLISH)
def test_the_filler_question_comes_once_at_most(name: str) -> None:
    assert len([text for text in questions(example(name)) if text in FILLERS]) <= 1


def test_a_heading_s_question_is_answered() -> None:
    for section in example("heat-pump-report.md").sections:
        for question in section.questions:
            if question.text == "What was installed?":
                assert any("pump" in bullet.text for bullet in question.bullets)


def test_such_is_not_dropped_from_what_stands_for_a_pronoun() -> None:
    assert [b.text for b in bullets(example("tide-table.txt")) if b.text.startswith("Machines were built")] == []


@pytest.mark.parametrize("part", ["The largest in most places is", "designed that did it with"])
def test_no_bullet_of_the_tide_table_leans_on_what_is_not_shown(part: str) -> None:
    assert [b.text for b in bullets(example("tide-table.txt")) if part in b.text] == []


def test_the_author_at_the_end_is_not_told_of(tmp_path: Path) -> None:
    body = [
        f"The valley’s {crop} harvest grew to {number} tonnes last year after the farmers built a new canal."
        for number, crop in enumerate(("apple", "pear", "plum", "cherry", "walnut", "quince", "grape", "fig"), 310)
    ]
    about = "Mira Holt is a freelance writer who has covered farming since 2004."
    told = []
    for paragraphs in ([*body, about], [about, *body]):
        path = tmp_path / f"{len(told)}.txt"
        path.write_text("\n\n".join(paragraphs))
        draft = drafted(aili.read(path, settings=aili.Settings(cache=False)))
        told.append(any("Mira" in bullet.text for bullet in bullets(draft)))
    assert told == [False, True]


def test_a_list_of_things_is_digested_thing_by_thing(tmp_path: Path) -> None:
    cloth, pole = ("thin but tough", "plain and loud", "soft, old and wet"), ("stiff", "short", "yellow", "crooked")
    things = ("Corvid Trail", "Nordwind Light", "Asker Peak", "Tarn Vega", "Lyng Solo", "Ulv Basecamp")
    parts = []
    for at, name in enumerate(things):
        lines = [
            f"The fabric of the {name} is {cloth[at % 3]}, so that {40 + 7 * at} nights leave no mark on it.",
            f"Its {pole[at % 4]} poles hold in a wind of {50 + 6 * at} kilometres an hour on bare rock and deep snow.",
            f"At {1400 + 90 * at} grams it has a low weight for a roomy shelter with {at + 2} wide doors.",
            f"A strong porch takes {at + 1} wet rucksacks, and the flat roof is easy to reach with cold fingers.",
        ]
        parts.append(f"## {name}\n\n" + " ".join(lines))
    path = tmp_path / "shelters.md"
    path.write_text("# Six names for a windy night\n\n" + "\n\n".join(parts), encoding="utf-8")
    draft = drafted(aili.read(path, settings=aili.Settings(cache=False)))
    assert all(question.bullets for section in draft.sections for question in section.questions)
    named = " ".join([*(section.heading for section in draft.sections), *questions(draft)])
    assert sum(name in named for name in things) >= 5, named


def test_a_heading_names_only_parts_that_are_told(tmp_path: Path) -> None:
    parts = {
        "Ferry": "The ferry to Lind takes 40 cars and 300 people, and it crosses the sound in 25 minutes, twelve times "
        "a day. A return ticket costs 14 crowns, and children under six travel free on every crossing.",
        "Bus": "The bus to Lind needs two hours because the old road round the bay was washed away in March.",
        "Parking": "See the signs.",
    }
    text = "# How people reach Lind\n\n" + "\n\n".join(f"## {name}\n\n{told}" for name, told in parts.items())
    path = tmp_path / "lind.md"
    path.write_text(text, encoding="utf-8")
    draft = drafted(aili.read(path, settings=aili.Settings(cache=False, min_words=20)))
    for section in draft.sections:
        told = " ".join(bullet.text for question in section.questions for bullet in question.bullets)
        for name in parts:
            if name in section.heading:
                assert name.lower() in told.lower(), (section.heading, told)


def test_what_another_thing_is_like_is_no_answer(tmp_path: Path) -> None:
    body = (
        "{0} keeps the files of 300 firms in its own halls in Bergen and answers each call within {1} minutes. "
        "{2} is the better choice for firms with fewer than ten people and a small budget for such things."
    )
    names = ("Nordlys Data", "Fjell Archive", "Havn Storage", "Lofot Vault")
    parts = [f"## {name}\n\n" + body.format(name, 4 + at, names[0]) for at, name in enumerate(names)]
    path = tmp_path / "archives.md"
    path.write_text("# Four archives for small firms\n\n" + "\n\n".join(parts), encoding="utf-8")
    draft = drafted(aili.read(path, settings=aili.Settings(cache=False)))
    for section in draft.sections:
        for question in section.questions:
            about = [name for name in names[1:] if name in question.text]
            assert not about or not any(bullet.text.startswith(names[0]) for bullet in question.bullets), question

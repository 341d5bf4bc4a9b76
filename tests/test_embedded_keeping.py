"""Which of its questions a digest keeps, and that what the page itself asks gets the answers first."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aili
from aili.engines.embedded.cleaning import is_answer
from aili.engines.embedded.keeping import FEWEST, kept, kind, sure
from aili.engines.embedded.ranking import FORMS
from aili.engines.embedded.telling import measures, tells
from tests.test_embedded_drafts import bullets, drafted
from training.train_asked import fit, matrix, rows, told

said = st.lists(st.lists(st.floats(0, 1), max_size=6), max_size=6)
GUIDE = """# Smart thermostats for old houses

A guide by the county's energy office. More than 400 households have changed their thermostats since the spring of 2023, and
most of them burn a fifth less gas than they did before.

## What is a smart thermostat?

A smart thermostat is a heating control that learns when people are at home and lowers the temperature when they are not.
Most models cost between 120 and 250 crowns, and the county pays a third of the price for houses built before 1960.
A smart thermostat needs a wireless network, because it asks the weather service for the temperature of the next hours.
A house with ten radiators needs one thermostat and ten small valves, which talk to it every few minutes by radio.
Owners of old houses say that the valves are worth more than the thermostat, since a room that nobody uses stays cold.

## Who can install a smart thermostat?

Any electrician with a county licence can install a smart thermostat in less than two hours.
The energy office keeps a list of 40 electricians, and it renews that list every January.
A visit by an electrician costs 60 crowns in the towns and 90 crowns on the islands, where the ferry has to be paid.
Tenants need a letter from the owner of the house before the electrician may open the box that holds the old wires.
The county checks one house in twenty after the work, and it pays nothing where the boiler was made before 1990.
"""


@pytest.mark.parametrize("form", [*FORMS, "overview"])
def test_a_better_question_and_one_with_more_bullets_is_surer(form: str) -> None:
    rising = [sure(form, "What does the bridge carry?", good / 10, 1) for good in range(1, 10)]
    assert all(less < more for less, more in pairwise(rising))
    assert sure(form, "", 0.5, 1) < sure(form, "", 0.5, 2) < sure(form, "", 0.5, 3) == sure(form, "", 0.5, 9)
    assert 0 < sure(form, "", 0.0, 1) < sure(form, "", 1.0, 9) < 1


def test_the_forms_that_fit_any_subject_are_told_apart_by_their_words() -> None:
    asked = {
        kind("topical", f"{words} bridge?")
        for words in (
            "What does the article say about the",
            "What does the article say about “A",
            "What is notable about the",
            "What should you know about the",
        )
    }
    assert len(asked) == 4
    assert kind("said", "What does the article say about the bridge?") == "said"
    assert kind("topical", "How was it?") == "topical"


@given(said=said, least=st.floats(0, 1), first=st.floats(0, 1))
def test_what_is_sure_is_kept_and_a_digest_is_never_empty(said: list[list[float]], least: float, first: float) -> None:
    found = kept(said, least, first)
    assert [len(topic) for topic in found] == [len(topic) for topic in said]
    pairs = [
        (value, keep) for topic, row in zip(said, found, strict=True) for value, keep in zip(topic, row, strict=True)
    ]
    assert all(keep for value, keep in pairs if value >= least)
    assert sum(keep for _, keep in pairs) >= min(FEWEST, len(pairs))
    for topic, row in zip(said, found, strict=True):
        assert not topic or max(topic) < first or row[topic.index(max(topic))]
    surest = sorted((value for value, _ in pairs), reverse=True)[:FEWEST]
    assert all(value >= min(least, first) or value in surest for value, keep in pairs if keep)


def test_a_doubtful_question_is_kept_only_where_a_topic_has_no_better_one() -> None:
    assert kept([[0.9, 0.5], [0.5, 0.45], [0.3]], 0.6, 0.4) == [[True, False], [True, False], [False]]
    assert kept([[0.1, 0.3]], 0.6, 0.4) == [[False, True]]


def test_the_weights_are_those_that_the_judged_questions_give() -> None:
    found = [each for each in rows() if each["split"] == "train"]
    kinds = sorted({kind(each["form"], each["question"]) for each in found})
    x = matrix(found, kinds)
    weights = fit(x, x[:, -1] * [each["both"] for each in found], 16.0)
    for each, row in list(zip(found, x, strict=True))[::50]:
        said = sure(each["form"], each["question"], each["good"], len(each["numbers"]))
        assert said == pytest.approx(1 / (1 + 2.718281828 ** -float(row @ weights)), abs=0.002)


def test_what_the_page_asks_is_answered_by_the_sentences_that_answer_it_best(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_text(GUIDE, encoding="utf-8")
    draft = drafted(aili.read(path, settings=aili.Settings(cache=False)))
    first = {question.text: question.bullets[0].text for section in draft.sections for question in section.questions}
    assert first["What is a smart thermostat?"].startswith("A smart thermostat is a heating control")
    assert first["Who can install a smart thermostat?"].startswith("Any electrician with a county licence")


def test_what_a_page_says_twice_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "twice.md"
    path.write_text(f"{GUIDE}\n{GUIDE.replace('# Smart', '# More on smart')}", encoding="utf-8")
    texts = [bullet.text for bullet in bullets(drafted(aili.read(path, settings=aili.Settings(cache=False))))]
    assert len(texts) == len(set(texts)) > 2


@pytest.mark.parametrize(
    "text", ["n8n is a tool that joins other tools.", "iPhones are made by one company alone, in one land."]
)
def test_a_name_that_begins_small_may_begin_a_bullet(text: str) -> None:
    assert is_answer(text, "paragraph")
    assert not is_answer(text.replace("n8n", "node").replace("iPhones", "phones"), "paragraph")


BOATS = ("Kestrel", "Brent Barge", "Otter Launch", "Heron Cutter", "Kittiwake")


@pytest.fixture
def boats(tmp_path: Path) -> aili.Draft:
    """A page that compares five boats under the same two headings."""
    parts = [
        f"## {name}\n\n### Why we chose it\n\nThe {name} carries {40 + 10 * at} people in {12 + at} minutes.\n"
        f"The {name} burns {20 + at} litres of fuel an hour, a third less than the boats that sailed here before 1990.\n\n"
        f"### What it lacks\n\nThe {name} has no roof over its deck, so that half of its passengers stand in the rain.\n"
        for at, name in enumerate(BOATS)
    ]
    path = tmp_path / "boats.md"
    path.write_text("# Five of them for a narrow sound\n\n" + "\n".join(parts), encoding="utf-8")
    return drafted(aili.read(path, settings=aili.Settings(cache=False)))


def test_what_recurs_under_each_thing_names_none_of_them(boats: aili.Draft) -> None:
    headings = [section.heading for section in boats.sections]
    assert all(any(name in heading for name in BOATS) for heading in headings), headings
    assert not {"Why we chose it", "What it lacks"} & set(headings)


def test_no_bullet_tells_of_another_thing_than_its_question(boats: aili.Draft) -> None:
    about = [
        (name, question)
        for section in boats.sections
        for question in section.questions
        for name in BOATS
        if name in question.text
    ]
    assert len({name for name, _ in about}) >= 3
    for name, question in about:
        assert all(name in bullet.text for bullet in question.bullets), question


def test_no_bullet_tells_of_another_number_than_its_question(tmp_path: Path) -> None:
    lines = (
        f"The boat number {at} carries {at + 10} people across the sound in the evening hours." for at in range(400)
    )
    parts = "\n".join(f"## Pros & Cons\n\n### Pros & Cons\n\n{line}\n" for line in lines)
    path = tmp_path / "numbers.md"
    path.write_text(f"# A\n\n{parts}", encoding="utf-8")
    draft = drafted(aili.read(path, settings=aili.Settings(cache=False)))
    asked = [question for section in draft.sections for question in section.questions if "oat number" in question.text]
    assert asked
    for question in asked:
        (number,) = re.findall(r"number (\d+)", question.text)
        assert all(f"number {number} " in bullet.text for bullet in question.bullets), question


def test_no_question_is_about_a_sign(tmp_path: Path) -> None:
    path = tmp_path / "survey.md"
    told = (
        "Only 10%-25% of depressed people look for help in the first year. % of depressed people is a number that says "
    )
    path.write_text(f"# Who looks for help\n\n{told}how many fall ill. {GUIDE}", encoding="utf-8")
    draft = drafted(aili.read(path, settings=aili.Settings(cache=False)))
    assert not [
        question.text for section in draft.sections for question in section.questions if "about %" in question.text
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The publisher is not responsible for the scientific accuracy of any conclusion in these papers.",
        "The views expressed in this paper are those of its authors and of nobody else.",
        "What is told here does not constitute medical advice of any kind.",
    ],
)
def test_a_disclaimer_is_no_bullet(text: str) -> None:
    assert not is_answer(text, "paragraph")


def answers(text: str, *, author: bool = False, heading: str = "", place: int = 9, answered: float = 0.0) -> float:
    measured = measures(
        "the harbour ferry",
        text,
        answered=answered,
        alike=0.5,
        salient=0.5,
        author=author,
        heading=heading,
        place=place,
    )
    return tells(measured)


def test_a_sentence_on_a_subject_answers_better_than_one_that_mentions_or_lacks_it() -> None:
    on, mentions, lacks = (
        "The harbour ferry carries 40 cars and 300 people.",
        "People on the island wait for hours in the rain until the harbour ferry has taken in the last lorry.",
        "People on the island wait for hours in the rain.",
    )
    assert answers(on) > answers(mentions) > answers(lacks)
    assert answers(on, answered=1.0) > answers(on)
    assert answers(on, author=True) < answers(on)
    first, second = (answers(lacks, heading="Harbour ferry", place=place) for place in (1, 2))
    assert first > second > answers(lacks, heading="The bus")


def test_the_weights_of_answers_are_those_that_the_judged_bullets_give(capsys: pytest.CaptureFixture[str]) -> None:
    found = rows()
    made = told(
        [each for each in found if each["split"] == "train"], [each for each in found if each["split"] == "dev"]
    )
    assert tells((0.0,) * 8) == pytest.approx(made["bias"], abs=0.002)
    for at, weight in enumerate(made["weights"]):
        one = tuple(float(place == at) for place in range(8))
        assert tells(one) - tells((0.0,) * 8) == pytest.approx(weight, abs=0.002)
    assert "80.9 % by this" in capsys.readouterr().out

"""A heading is asked what it tells of, and a subject only what its sentences hold the answer to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import aili
from aili import encoder
from aili.engines.embedded import intents as table
from aili.engines.embedded.asking import named
from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.headings import own_name
from aili.engines.embedded.holding import intents, plain
from aili.engines.embedded.intents import Subject, frame
from aili.engines.embedded.network import Network
from aili.engines.embedded.questions.titles import act, done, myth, titled
from aili.engines.embedded.ranking import FORMS, worth
from aili.engines.embedded.reading import survey
from aili.engines.embedded.tree import Tree, tree

TITLES = [
    ("Why leaf colour matters", "Why does leaf colour matter?"),
    ("Why the council needs a new plan", "Why does the council need a new plan?"),
    ("How search engines work", "How do search engines work?"),
    ("What the agency does", "What does the agency do?"),
    ("Which agencies enforce tax laws", "Which agencies enforce tax laws?"),
    ("Is an accounting certificate worth it", "Is an accounting certificate worth it?"),
    ("Benefits of hiring a consultant", "What are the benefits of hiring a consultant?"),
    ("Types of cameras", "What are the types of cameras?"),
    ("The penalties for late payment", "What are the penalties for late payment?"),
    ("The importance of sleep", "Why is sleep important?"),
    ("The cost of solar panels", "What do solar panels cost?"),
    ("The history of the harbour", "What is the history of the harbour?"),
    ("The evolution of glass", "How has glass evolved?"),
    ("Organic vs paid search", "How do organic and paid search differ?"),
    ("Tax evasion vs. tax avoidance", "How do tax evasion and tax avoidance differ?"),
    ("Monitoring is not optional", "Why is monitoring not optional?"),
    ("Growth requires patience", "Why does growth require patience?"),
]
SILENT = [
    "Books",
    "Solar panels",
    "Key features",  # of what?
    "Goal 1",
    "What we can do for you",
    "Why build this",
    "The challenges millennials face",
    "Dishware and cutlery",
    "Lisbon: where to eat",
]
ACTS = [
    ("Keep the power on", "keep the power on"),
    ("Choosing a scoring method", "choose a scoring method"),
    ("Never leave devices unattended", "never leave devices unattended"),
    ("Be careful what you click", "be careful what you click"),
    ("Safeguard protected data", "safeguard protected data"),
    ("Let us help", ""),
    ("Solar panels", ""),
    ("Explore the coast #58", ""),
    ("Plants need water", ""),
]
# Subject, what is told of it, the questions that this answers.
HELD = [
    (
        "the pass",
        "The main benefits of the pass are free parking and cheap meals.",
        "What are the benefits of the pass?",
    ),
    ("the app", "The app has two serious drawbacks.", "What are the drawbacks of the app?"),
    ("the tour", "The tour costs $40 and lasts an hour.", "How much does the tour cost?"),
    ("sleep", "Sleep is essential for the growth of children.", "Why is sleep important?"),
    ("the tool", "The tool helps teachers with their marking.", "How does the tool help?"),
    ("the new gate", "The new gate allows ships to enter at night.", "What does the new gate make possible?"),
    ("Lisbon", "Lisbon is known for its yellow trams.", "What is Lisbon known for?"),
    ("the tent", "The tent is ideal for families with small children.", "Who is the tent suited to?"),
    ("the festival", "The festival was founded in 1951 by two teachers.", "How did the festival come about?"),
    ("the town", "The town is quiet and green.", "What is the town like?"),
]
# The same words, but none that answers.
NOT_HELD = [
    ("the pass", "The pass has no benefits for residents.", "benefits"),
    ("the pass", "Residents who know the benefits of walking leave the pass at home.", "benefits"),
    ("the firm", "The firm pays its workers wages and benefits.", "benefits"),
    ("the vaccine", "The vaccine reduces the risks of travel.", "risks"),
    ("the app", "The app saves users $40 a month.", "cost"),
    ("the charity", "The charity raised $3 million for the hospice.", "cost"),
    ("the tool", "The tool does not help teachers.", "help"),
    ("students", "The tool helps students.", "help"),
    ("the gate", "The gate never allows ships to enter.", "possible"),
    ("the tent", "The tent is not ideal for families.", "suits"),
    ("the town", "The town is not quiet.", "like"),
]


@cache
def parsed(text: str) -> Tree:
    (analysis,) = encoder.load().analyse([text])
    return tree(text, analysis.tokens)


def told(text: str) -> Candidate:
    return Candidate(number=0, text=text, evidence=(0,), score=0.5, vector=np.zeros(384, np.float32), tree=parsed(text))


@pytest.mark.parametrize(("heading", "question"), TITLES)
def test_a_heading_asks_what_its_part_tells(heading: str, question: str) -> None:
    assert question in [asked.text for asked in titled(parsed(heading), encoder.load().knows)]


@pytest.mark.parametrize("heading", SILENT)
def test_a_heading_that_only_names_something_asks_nothing(heading: str) -> None:
    assert [asked.text for asked in titled(parsed(heading), encoder.load().knows) if asked.text] == []


@pytest.mark.parametrize(("heading", "told_to"), ACTS)
def test_what_a_heading_tells_the_reader_to_do(heading: str, told_to: str) -> None:
    assert act(parsed(heading), encoder.load().knows) == told_to


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Exporting images from the editor", "How are images exported from the editor?"),
        ("Building good credit", "How is good credit built?"),
        ("Planning the shopping list", "How is the shopping list planned?"),
        ("Avoiding mistakes", ""),
        ("Export images from the editor", ""),
        ("Growing up in Leeds", ""),
        ("The future of farming", ""),
    ],
)
def test_a_heading_of_what_others_do_is_asked_how_it_is_done(heading: str, question: str) -> None:
    made = done(parsed(heading), encoder.load().knows)
    assert (made.text if made else "") == question


def test_a_myth_is_asked_whether_it_is_true() -> None:
    assert myth("Myth #1: Plants need no water") == "Plants need no water"
    assert myth("Mythology: gods and men") == ""


@pytest.mark.parametrize(("subject", "text", "question"), HELD)
def test_a_subject_is_asked_what_is_told_of_it(subject: str, text: str, question: str) -> None:
    about = Subject(text=subject, named=subject[0].isupper())
    assert question in [asked.text for asked in intents(about, [told(text)])]


@pytest.mark.parametrize(("subject", "text", "form"), NOT_HELD)
def test_a_subject_is_not_asked_what_nobody_tells(subject: str, text: str, form: str) -> None:
    assert form not in [asked.form for asked in intents(Subject(text=subject), [told(text)])]


def test_an_order_without_reasons_is_asked_how_and_one_with_reasons_why() -> None:
    keep = Subject(text="keeping copies", act="keep copies")
    assert [a.text for a in intents(keep, [told("Store a second disk at the office.")])] == ["How can you keep copies?"]
    assert [a.text for a in intents(keep, [told("Disks fail because they wear out.")])] == [
        "Why should you keep copies?"
    ]


def test_the_plain_question_is_worded_by_what_it_is_about() -> None:
    assert (
        plain(Subject(text="mirrors"), [told("Mirrors break easily.")]).text
        == "What does the article say about mirrors?"
    )
    assert (
        plain(Subject(text="mirrors"), [told("Wrap your mirrors in paper.")]).text
        == "What should you know about mirrors?"
    )
    assert plain(Subject(text="Lisbon", named=True), [told("Lisbon grew.")]).text == "What is notable about Lisbon?"


def test_a_form_is_known_by_its_wording() -> None:
    assert frame("What are the benefits of sleep?") == frame("What are the benefits of tea?") >= 0
    assert frame("Who founded the firm?") == -1


def test_each_topical_form_has_a_weight() -> None:
    assert {intent.name for intent in table.INTENTS} <= set(FORMS)
    assert len(FORMS) == len(set(FORMS))
    assert worth([]) == []


TENTS = ("Corvid Trail", "Nordwind Light", "Asker Peak", "Tarn Vega")


@pytest.mark.parametrize(
    ("listed", "text", "asked"),
    [
        (TENTS, "The fabric is thin but tough, and long pegs hold it well in soft ground.", True),
        (TENTS, "It snowed in 1996, and the new guild met at the old harbour after a long night.", False),
        (TENTS[:2], "The fabric is thin but tough, and long pegs hold it well in soft ground.", False),
    ],
)
def test_a_thing_of_a_list_is_asked_what_it_is_like(
    tmp_path: Path, listed: tuple[str, ...], text: str, asked: bool
) -> None:
    path = tmp_path / "tents.md"
    path.write_text("\n\n".join(f"## {name}\n\n{text} We slept in it." for name in listed), encoding="utf-8")
    network = Network(encoder.load(threads=1))
    document = aili.read(path, settings=aili.Settings(cache=False))
    surveyed = survey(document, language="en", network=network, max_words=9_000)
    name = own_name(surveyed, 0, network)
    made = [each.text for each in named(surveyed, name, [told(text)], network)]
    assert name.heading == "Corvid Trail"
    assert ("What is Corvid Trail like?" in made) == asked

"""When a written question takes the place of one that asks by a name: the decisions, over goodness given beforehand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.choosing import Choice
from aili.engines.embedded.questions import Asked
from training.writer import rewording
from training.writer.rewording import reworded

PLAIN = "What does the article say about the mill?"
BULLETS = ("The mill burned down in 1911.", "It was rebuilt in brick.", "Its wheel came from Ghent.")
WHERE = SimpleNamespace(survey=SimpleNamespace(document=SimpleNamespace(metadata=SimpleNamespace(title="The mill"))))


def bullet(number: int) -> Candidate:
    return Candidate(
        number=number, text=BULLETS[number], evidence=(number,), score=1.0, vector=np.zeros(384), tree=None
    )


def choice(text: str, good: float, form: str = "written") -> Choice:
    asked = Asked(text=text, form=form, weight=0.5)
    return Choice(asked=asked, vector=np.zeros(384, np.float32), source=bullet(0), worth=good, good=good)


@pytest.fixture
def decide(monkeypatch: pytest.MonkeyPatch):
    """``decide(good, {group: (text, good)}, answers)``: what is asked in place of the plain question."""

    def run(good, found, answers=(), size=2):
        goods = dict(found.values())
        monkeypatch.setattr(
            rewording,
            "written",
            lambda where, group, network: [
                Asked(text=found[key][0], form="written", weight=0.5)
                for key in [tuple(each.number for each in group)]
                if key in found
            ],
        )
        monkeypatch.setattr(rewording, "features", lambda *_: np.zeros(1))
        monkeypatch.setattr(
            rewording,
            "read",
            lambda where, rows, network: [choice(asked.text, goods[asked.text]) for asked, _, _ in rows],
        )
        monkeypatch.setattr(
            rewording, "judge", lambda title, cases, network: [SimpleNamespace(answered=value) for value in answers]
        )
        group = [bullet(number) for number in range(size)]
        made = reworded(WHERE, choice(PLAIN, good, "topical"), group, None, lambda text: text != "Known?")
        return [(each.asked.text, [c.number for c in bullets]) for each, bullets in made]

    return run


def test_what_is_written_is_asked_only_where_it_is_likelier_good(decide) -> None:
    assert decide(0.5, {(0, 1): ("When did the mill burn down?", 0.52)}) == [(PLAIN, [0, 1])]
    assert decide(0.4, {(0, 1): ("When did the mill burn down?", 0.6)}, [2.0]) == [
        ("When did the mill burn down?", [0, 1])
    ]


def test_a_bullet_that_does_not_answer_goes_or_has_its_own_question(decide) -> None:
    whole = {(0, 1): ("When did the mill burn down?", 0.8)}
    assert decide(0.4, whole, [-3.0]) == [("When did the mill burn down?", [0])]
    own = whole | {(1,): ("How was the mill rebuilt?", 0.6)}
    assert decide(0.4, own, [-3.0]) == [("When did the mill burn down?", [0]), ("How was the mill rebuilt?", [1])]


def test_each_bullet_has_its_own_question_where_these_are_better(decide) -> None:
    found = {
        (0, 1): ("What happened to the mill?", 0.6),
        (0,): ("When did the mill burn down?", 0.8),
        (1,): ("How was the mill rebuilt?", 0.7),
    }
    assert decide(0.4, found) == [("When did the mill burn down?", [0]), ("How was the mill rebuilt?", [1])]
    same = found | {(1,): ("When did the mill burn down?", 0.8)}
    assert decide(0.4, same, [1.0]) == [("What happened to the mill?", [0, 1])]


def test_a_question_is_not_asked_twice(decide) -> None:
    assert decide(0.4, {(0, 1): ("Known?", 0.9)}) == [(PLAIN, [0, 1])]

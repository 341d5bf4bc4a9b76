"""The benchmark of answers counts what it says, and every figure that it measures has a floor or a ceiling."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from aili.engines.embedded.relevance import WIDTH
from benchmarks.answering import OTHERS, Example, measured
from benchmarks.digest import FLOORS, failures


def example(scores: list[float], answers: list[int], **others: float) -> Example:
    """A question whose sentences have these ``scores`` and are answered by those at ``answers``; others by their best."""
    found = np.zeros((len(scores), WIDTH), np.float32)
    found[:, 0] = scores
    return Example(
        features=found,
        scores=np.array(scores, np.float32),
        answers=np.isin(np.arange(len(scores)), answers),
        others={
            kind: (np.zeros((1, WIDTH), np.float32), np.array([others.get(short, -1.0)], np.float32))
            for kind, short in OTHERS.items()
            if kind != "another article"
        },
    )


def test_figures_are_shares_of_the_questions_in_per_cent() -> None:
    reached = measured(
        "four questions",
        [
            example([2.0, 1.5, -1.0], [0, 1]),  # both that answer are shown
            example([2.0, 1.9, -3.0], [1], less=0.5),  # the second answers
            example([-0.1, -2.0, -3.0], [0], alike=0.0),  # right, and held back
            example([3.0, -1.0, -2.0], [2], less=1.0, other=2.0),  # wrong
        ],
    )
    assert reached == {
        "first": 50.0,
        "evidence": 100.0,
        "answered": 75.0,
        "right": pytest.approx(100 / 3),
        "precision": pytest.approx(50.0),
        "other_most": 25.0,
        "alike_most": 25.0,
        "less_most": 50.0,
    }


def test_every_figure_is_held() -> None:
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["answering"]
    reached = measured("one question", [example([1.0, -1.0, -2.0], [0])])
    assert {f"references-{name}" for name in reached} <= floors.keys()
    assert {f"squad-{name}" for name in reached if name != "alike_most"} <= floors.keys()
    worst = {name: 100.0 if name.endswith("_most") else 0.0 for name in floors if name != "data"}
    assert len(failures(worst, floors)) == len(worst)

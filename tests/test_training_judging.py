"""What the judge of questions is trained on: answers and sentences beside the point, and marks that find their question."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np

from training.judging_data import _article, _digest
from training.judgments import JUDGMENTS, judgments
from training.train_questions import area, fit, scored

CONTEXT = (
    "The harbour bridge was opened in 1931. It was built by the engineer Ada Holm. "
    "Inspectors closed it in May because two cables had cracked."
)


def asked(question: str, answer: str) -> dict[str, Any]:
    return {"question": question, "answers": [{"text": answer, "answer_start": CONTEXT.index(answer)}]}


def test_a_question_is_answered_by_the_sentence_that_holds_the_answer_and_by_no_other() -> None:
    questions = [asked("When was the harbour bridge opened?", "1931"), asked("Who built the bridge?", "Ada Holm")]
    article = {"title": "Harbour_bridge", "paragraphs": [{"context": CONTEXT, "qas": questions}]}
    rows = list(_article(article, random.Random(3)))
    assert {row["title"] for row in rows} == {"Harbour bridge"}
    for question, answer in (("When was the harbour bridge opened?", "1931"), ("Who built the bridge?", "Ada Holm")):
        mine = {row["answered"]: row["texts"] for row in rows if row["question"] == question}
        assert answer in mine[1.0][0]
        assert answer not in mine[0.0][0]
    turned = [row for row in rows if row["corpus"] == "squad turned"]
    assert all(row["answered"] == 0 and row["question"].startswith(("Why was", "How was")) for row in turned)


def test_a_reference_question_is_answered_by_its_own_bullets_and_not_by_those_of_the_next() -> None:
    sentences = [f"Sentence number {n} says something about the harbour bridge and its cables." for n in range(6)]
    question = {"question": "Why was it closed?", "bullets": [{"text": "Two cables had cracked.", "cites": [2]}]}
    other = {"question": "Who built it?", "bullets": [{"text": "Ada Holm built it.", "cites": [1]}]}
    document = {
        "title": "The bridge", "paragraphs": [sentences],
        "digest": {"sections": [{"heading": "History", "questions": [question, other]}]},
    }  # fmt: skip
    rows = [row for row in _digest(document, random.Random(1)) if row["question"] == "Why was it closed?"]
    assert ["Two cables had cracked."] in [row["texts"] for row in rows if row["answered"] == 1.0]
    assert [row["texts"] for row in rows if row["corpus"].endswith("other")] == [["Ada Holm built it."]]
    assert all(sentences[2] not in row["texts"] for row in rows if row["answered"] < 0.5)


def test_marks_find_the_question_that_the_engine_forms() -> None:
    told = "The council closed the harbour bridge because inspectors had found cracks in two of its cables."
    paragraphs = [[told, "Drivers take the tunnel until the repair of the harbour bridge is done in the spring."]]
    row = {"id": "x", "split": "dev", "title": "The harbour bridge", "paragraphs": paragraphs}
    mark = {
        "question": "Why did the council close the harbour bridge?",
        "numbers": [0],
        "g": 1,
        "s": 1,
        "w": 1,
        "a": "2",
    }
    gone = {**mark, "question": "Why is the moon round?"}
    (found,) = judgments(row, [mark, gone])
    assert found.question == mark["question"]
    assert found.good
    assert found.texts == (told,)
    assert len(found.features) > 20
    assert found.cosines[0] > 0.5


def test_every_judgment_has_its_marks() -> None:
    for line in JUDGMENTS.read_text(encoding="utf-8").splitlines():
        mark = json.loads(line)
        assert {mark["g"], mark["s"], mark["w"]} <= {0, 1}
        assert set(mark["a"]) <= set("012")
        assert len(mark["a"]) == len(mark["numbers"]) > 0


def test_the_model_learns_what_tells_good_from_bad() -> None:
    values = np.random.default_rng(1).normal(size=(400, 3))
    good = (values[:, 0] - values[:, 1] > 0).astype(float)
    assert area(scored(values, fit(values, good, 1.0)), good) > 97

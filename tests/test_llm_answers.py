"""Whatever a model writes, reading it raises nothing, and what is read of a growing answer only grows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili.engines.llm.answers import read
from aili.engines.llm.judging import bullets

ANSWER = json.dumps({
    "abstract": [{"ids": [1, 2], "text": "The bridge is closed."}],
    "sections": [
        {
            "heading": f"Topic {section}",
            "questions": [
                {
                    "question": f"What {section}.{question}?",
                    "bullets": [{"ids": [section + 1], "text": f"It is {section}, {question}, {n}."} for n in range(2)],
                }
                for question in range(2)
            ],
        }
        for section in range(3)
    ],
})  # fmt: skip
LOOSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["abstract", "sections", "questions", "bullets", "ids", "text", "heading", "question", "number"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert read(text).state in ("whole", "broken off", "empty", "refused", "no JSON")


@given(LOOSE)
def test_any_json_is_read(value: object) -> None:
    for bullet in bullets(read(json.dumps(value))):
        assert bullet.text
        assert all(isinstance(number, int) for number in bullet.evidence)


@given(st.integers(0, len(ANSWER)), st.integers(0, len(ANSWER)))
def test_a_growing_answer_only_grows(first: int, second: int) -> None:
    earlier, later = sorted((first, second))
    less = list(bullets(read(ANSWER[:earlier])))
    more = list(bullets(read(ANSWER[:later])))
    assert more[: len(less)] == less


def test_a_whole_answer_is_whole() -> None:
    reply = read(ANSWER)
    assert reply.state == "whole"
    assert [section.heading for section in reply.sections] == ["Topic 0", "Topic 1", "Topic 2"]
    assert reply.abstract[0].evidence == (0, 1)


@pytest.mark.parametrize("depth", [10, 200_000])
def test_nesting_without_end_is_no_answer(depth: int) -> None:
    assert not read('{"sections": ' + "[" * depth).sections
    assert not read('{"sections": ' + '[{"questions": ' * depth).sections

"""A bullet leaves out what its sentence can do without, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili import encoder
from aili.engines.embedded.compression import cuts, shortened
from aili.engines.embedded.tree import tree


def told(text: str) -> str:
    (analysis,) = encoder.load().analyse([text])
    rest = text
    for start, end in reversed(cuts(tree(text, analysis.tokens))):
        rest = rest[:start] + rest[end:]
    return shortened(rest)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council also bought the old quay.", "The council bought the old quay."),
        (
            "The council not only repaired the quay but also bought it.",
            "The council not only repaired the quay but also bought it.",
        ),
        (
            (
                "The harbour board, which has run the port since the war and owns most of the land, will pay for the "
                "new quay "
                "and for the cranes that are to stand on it from the autumn."
            ),
            "The harbour board will pay for the new quay and for the cranes that are to stand on it from the autumn.",
        ),
        (
            (
                "The board will close the old pier in the first week of June (the ferries will land at the new quay "
                "then) so that "
                "divers can look at every pillar of it."
            ),
            "The board will close the old pier in the first week of June so that divers can look at every pillar of it.",
        ),
        (
            (
                "Heating a room costs about 300 pounds a year in an old house with thin walls, and less than half of "
                "that (120 "
                "pounds) in one that was built after the new rules came in."
            ),
            (
                "Heating a room costs about 300 pounds a year in an old house with thin walls, and less than half of "
                "that (120 "
                "pounds) in one that was built after the new rules came in."
            ),
        ),
    ],
)
def test_what_a_sentence_can_do_without_goes(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        (
            "“However, the bridge (and this was known for years to everybody on the council) was never safe for "
            "lorries of that "
            "weight,” said Ruth Calloway, who had looked at it in the spring."
        ),
        "Nobody who works at the quay may enter the shed unless the gate is closed.",
        "The mayor, Ruth Calloway, said the quay would not be sold.",
    ],
)
def test_quotations_conditions_and_names_stay(text: str) -> None:
    assert told(text) == text


WORDS = st.sampled_from(
    'However, And ( ) – — , . ; also which the who board quay not “ ” " it has never 12 sold Ruth Calloway because'.split()
)


@given(st.lists(WORDS, min_size=1, max_size=60))
def test_cuts_lie_in_the_sentence_and_apart(words: list[str]) -> None:
    text = " ".join(words)
    (analysis,) = encoder.load().analyse([text])
    last = 0
    for start, end in cuts(tree(text, analysis.tokens)):
        assert last <= start < end <= len(text)
        last = end


@given(st.text(max_size=60))
def test_mending_adds_no_word(text: str) -> None:
    assert shortened(text).lower().split() == shortened(shortened(text)).lower().split()
    assert len(shortened(text)) <= len(text) + 1

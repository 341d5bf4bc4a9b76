"""The judge of questions: it tells an answer from what is beside the point, the same way every time."""

from __future__ import annotations

import pytest

from aili import encoder
from aili.engines.embedded.judging import Case, judge
from aili.engines.embedded.network import Network

TITLE = "The harbour bridge of Lindmark"
PAIRS = [  # question, a sentence that answers it, one of the same text that does not
    (
        "Why was the harbour bridge closed?",
        "The harbour bridge was closed because inspectors had found cracks in two of its cables.",
        "The harbour bridge was closed on Tuesday morning.",
    ),
    (
        "How much will the repair of the bridge cost?",
        "The repair will cost about 14 million euros, half of which the state will pay.",
        "The repair of the bridge is the largest that the town has ordered.",
    ),
    (
        "How did the company find the cracks in the cables?",
        "The company found the cracks by sending a small camera along each cable.",
        "The company said that the cracks in the cables were a surprise.",
    ),
    (
        "Who built the harbour bridge?",
        "The harbour bridge was built by the engineer Ada Holm and her brothers.",
        "The harbour bridge is crossed by 20,000 people every day.",
    ),
    (
        "What should drivers do while the bridge is closed?",
        "While the bridge is closed, drivers should take the tunnel or the ferry from Pier 4.",
        "The bridge is closed to lorries, cars and bicycles.",
    ),
]


@pytest.fixture
def network() -> Network:
    return Network(encoder.load(threads=1))


@pytest.mark.parametrize(("question", "answer", "other"), PAIRS)
def test_an_answer_is_worth_more_than_what_repeats_the_question(
    network: Network, question: str, answer: str, other: str
) -> None:
    right, wrong = judge(TITLE, [Case(question, (answer,)), Case(question, (other,))], network)
    assert right.answered > wrong.answered + 1


def test_a_question_for_nothing_in_particular_is_not_one_to_ask(network: Network) -> None:
    told = ("The harbour bridge is crossed by 20,000 people every day, more than any other bridge in the country.",)
    good, vague = judge(
        TITLE, [Case("How many people cross the bridge?", told), Case("What does the day do?", told)], network
    )
    assert good.asked > vague.asked + 0.5


def test_it_says_the_same_alone_among_others_and_on_any_number_of_threads() -> None:
    cases = [Case(question, (answer, other)) for question, answer, other in PAIRS]
    alone = [judge(TITLE, [case], Network(encoder.load(threads=1)))[0] for case in cases]
    assert judge(TITLE, cases, Network(encoder.load(threads=1))) == alone
    assert judge(TITLE, cases[::-1], Network(encoder.load(threads=3)))[::-1] == alone


def test_long_texts_and_none_are_read(network: Network) -> None:
    long = "The committee met again and again about the bridge and its cables. " * 40
    (found,) = judge("", [Case("What did the committee meet about?", (long, long, long, long))], network)
    assert abs(found.answered) < 30
    assert judge(TITLE, [], network) == []

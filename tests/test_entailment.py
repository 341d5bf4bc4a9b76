"""What no rule speaks against is read once more by a trained network, and the same claim always gets the same answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from aili.digest import Reason
from aili.encoder import load
from aili.verification import Context, check, entailment

CHOIR = (
    "The choir won the regional prize in 1998 and in no later year came so close to the final.",
    "Keller led it until 2004.",
)
BOATS = (
    "I feel that steel is what most people buy, but I'd argue wooden boats can be better for rivers because they bend.",
)
GARDEN = ("Start with hardy plants.", "Begin by naming those that you have.")

# A true claim in other words, the same claim with a mistake that no rule sees, and the words that the reason must name.
MISTAKES = [
    (
        CHOIR,
        "The choir won the regional prize in 1998 and Keller led it until 2004.",
        "The choir won the regional prize in only 1998 and Keller led it until 2004.",
        "only",
    ),
    (
        BOATS,
        "The author argues that wooden boats can be better for rivers because they bend.",
        "The author argues that wooden boats can be better only for rivers because they bend.",
        "only",
    ),
    (
        GARDEN,
        "Gardeners are advised to start with hardy plants by naming those that they have.",
        "Gardeners are not advised to start with hardy plants by naming those that they have.",
        "not advised to",
    ),
]


@pytest.mark.parametrize(("evidence", "true", "wrong", "words"), MISTAKES)
def test_a_mistake_in_a_reworded_claim_is_doubted_and_its_words_are_named(
    evidence: tuple[str, ...], true: str, wrong: str, words: str
) -> None:
    assert check(true, evidence)[0] == "supported"
    message = f"The evidence does not clearly say {words!r}."
    assert check(wrong, evidence) == ("not enough info", (Reason(rule="evidence", message=message),))


def test_a_sentence_shortened_without_another_word_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entailment, "weigh", _never)
    shortened = "The choir won the regional prize in 1998."
    assert check(shortened, CHOIR)[0] == "supported"
    with pytest.raises(AssertionError, match="asked"):
        check("The choir got the regional prize in 1998.", CHOIR)


@pytest.mark.parametrize("context", [Context(language="de"), Context(language="en", translated=True)])
def test_other_languages_are_not_asked_about(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entailment, "weigh", _never)
    check(
        "Der Chor gewann 1998 den Preis der ganzen Region.",
        ("Den Preis der Region gewann 1998 der Chor.",),
        context=context,
    )


def test_what_a_rule_says_stands_and_the_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entailment, "weigh", _never)
    assert check("The choir got the regional prize in 1989.", CHOIR)[0] == "refuted"


def test_the_answer_does_not_hang_on_what_else_is_asked_or_on_threads() -> None:
    asked = [(text, evidence) for evidence, true, wrong, _ in MISTAKES for text in (true, wrong)]
    first = [entailment.weigh.__wrapped__(*one) for one in asked]
    with ThreadPoolExecutor(4) as pool:
        later = list(pool.map(lambda one: entailment.weigh.__wrapped__(*one), reversed(asked)))
    assert first == later[::-1]


def test_of_a_long_source_the_sentences_that_hold_the_claim_are_read() -> None:
    filler = [f"Paragraph {number} of the rules is about the parking of bicycles." for number in range(40)]
    _, true, wrong, _ = MISTAKES[0]
    assert check(true, (*filler[:20], *CHOIR, *filler[20:]))[0] == "supported"
    assert check(wrong, (*filler[:20], *CHOIR, *filler[20:]))[0] == "not enough info"


@pytest.mark.parametrize(
    "claim", ["—", "…", "日本語の文です。", "word " * 300, "x", "\u00ad \u200b.", "a\u0301\u0302" * 200]
)
def test_odd_claims_raise_nothing(claim: str) -> None:
    check(claim, ("He left.", "word " * 400, "日本語の別の文です。"))


def test_states_of_a_text_are_those_of_its_first_pieces() -> None:
    states = load(threads=1).states("word " * 300)
    assert len(states.ids) == len(states.offsets) == states.layer2.shape[1] == 128


def _never(*_: object) -> entailment.Weight:
    raise AssertionError("the network was asked")

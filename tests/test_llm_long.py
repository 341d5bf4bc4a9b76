"""A document longer than the model's window is read in parts, all of it, some at a time; nothing is cut in silence."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aili
from aili.document import Resource
from aili.engines.llm import budget
from aili.engines.llm.budget import Line
from aili.errors import EngineError
from tests.models import Asked, models
from tests.servers import Exchange

PLACES = ("Ardmouth", "Tollen", "Brannock", "Skerry", "Calder", "Eastbank", "Millford", "Wray", "Norwick", "Hollin")
THINGS = ("bridge", "ferry", "harbour", "library", "school", "garden", "market", "church", "mill", "station")


def sentence(number: int) -> str:
    place, thing = PLACES[number % 10], THINGS[number // 10 % 10]
    cost = number * 7 + 3
    return f"In {place} the {thing} numbered {number} was repaired for {cost} pounds after a long winter of heavy rain."


def book(sentences: int) -> aili.Document:
    """A text of so many different sentences in paragraphs of six, with a heading before every tenth paragraph."""
    blocks = []
    for start in range(0, sentences, 6):
        if start % 60 == 0:
            blocks.append(f"## The works of year {start // 60 + 1900}")
        blocks.append(" ".join(sentence(number) for number in range(start, min(start + 6, sentences))))
    data = "\n\n".join(["# A book of repairs", *blocks]).encode()
    resource = Resource(data=data, media_type="text/markdown", reference="book.md", location="book.md")
    return extracted(resource)


def extracted(resource: Resource) -> aili.Document:
    from aili.extractors import ParseLimits, extract

    return extract(resource, limits=ParseLimits(min_words=1))


def numbered(asked: Asked) -> dict[int, str]:
    """The sentences that stand in a prompt, by number, on lines of their own or behind a point."""
    return {int(n): text for n, text in re.findall(r"(?:^|\| | )(\d+):? (In .+? rain\.)", asked.prompt, re.MULTILINE)}


def reader(asked: Asked) -> str:
    """A model that takes every eighth sentence of what it is shown, and answers in the form it is asked for."""
    shown = numbered(asked)
    chosen = [{"ids": [number], "text": shown[number]} for number in sorted(shown)[::8]]
    if "most important points" in asked.prompt:
        return json.dumps({"bullets": chosen[:10]})
    if "failed a check" in asked.prompt:
        return '{"bullets": []}'
    question = {"question": "What was repaired after the winter?", "bullets": chosen[:3]}
    return json.dumps({"abstract": chosen[:1], "sections": [{"heading": "The works", "questions": [question]}]})


def settings(engine: str, **more: object) -> aili.Settings:
    return aili.Settings(**{"cache": False, "engine": engine, "fallback": False, **more})  # type: ignore[arg-type]


def test_every_sentence_is_shown_to_the_model_once_and_none_is_cut() -> None:
    document = book(600)
    with models(reader) as model:
        made = aili.summarize(document, settings=settings(model.engine(), context_window=8000))
    parts = [asked for asked in model.asked if "most important points" in asked.prompt]
    first = [asked for asked in parts if "It is a part of a longer one" in asked.prompt and "- In" not in asked.prompt]
    seen = [number for asked in first for number in numbered(asked)]
    cited = {i + 1 for i, span in enumerate(document.sentences) if document.blocks[span.block].kind != "heading"}
    assert sorted(seen) == sorted(cited)
    assert all(text == document.sentence(n - 1) for asked in first for n, text in numbered(asked).items())
    assert made.provenance.share == 1.0
    assert made.sections


def test_the_outline_may_cite_only_what_it_was_shown() -> None:
    document = book(600)

    def liar(asked: Asked) -> str:
        answer = json.loads(reader(asked))
        if "sections" in answer:
            unseen = next(
                n for n in range(2, 500) if n not in numbered(asked) and document.sentence(n - 1).startswith("In")
            )
            lie = {"ids": [unseen], "text": document.sentence(unseen - 1)}
            answer["sections"][0]["questions"][0]["bullets"].append(lie)
            lies.append(document.sentence(unseen - 1))
        return json.dumps(answer)

    lies: list[str] = []
    with models(liar) as model:
        made = aili.summarize(document, settings=settings(model.engine(), context_window=8000))
    assert lies
    assert not [lie for lie in lies if lie in aili.render(made)]


def test_parts_are_asked_for_at_the_same_time_and_no_more_than_allowed() -> None:
    def slow(asked: Asked) -> str:
        time.sleep(0.1)
        return reader(asked)

    with models(slow) as model:
        aili.summarize(book(600), settings=settings(model.engine(), context_window=6000, draft_parallel=3))
    assert len(model.asked) > 6
    assert model.script.most_at_once == 3


def test_the_number_of_requests_grows_with_the_length_of_the_text() -> None:
    counts = []
    for sentences in (600, 1200, 2400):
        with models(reader) as model:
            made = aili.summarize(book(sentences), settings=settings(model.engine(), context_window=8000))
        assert made.sections
        counts.append(len(model.asked))
    assert counts[2] <= 2.6 * counts[1] <= 2.6 * 2.6 * counts[0]


def test_a_hundred_thousand_words_are_digested_with_a_window_of_32000_tokens() -> None:
    document = book(5600)
    assert document.reading.words > 100_000
    with models(reader) as model:
        made = aili.summarize(document, settings=settings(model.engine(), context_window=32_000))
    assert made.sections
    assert len(model.asked) < 30
    assert max(budget.tokens(asked.prompt) for asked in model.asked) < 32_000


def test_a_window_that_is_smaller_than_was_said_is_found_out() -> None:
    """Some servers refuse a prompt that is too long, some cut it and say nothing but count what they read."""
    document = book(120)

    def cutting(exchange: Exchange) -> None:
        from tests.models import events, start

        asked = Asked(path=exchange.asked.path, headers={}, body=json.loads(exchange.asked.body))
        long = len(asked.prompt) > 6_000
        start(exchange)
        for event in events(exchange.asked.path, reader(asked)):
            exchange.write(event.replace(b'"prompt_tokens": 5000', b'"prompt_tokens": 100') if long else event)

    with models(cutting) as model:
        made = aili.summarize(document, settings=settings(model.engine(), context_window=16_000))
    assert made.sections
    assert len(model.asked[0].prompt) > 6_000
    assert budget.tokens(model.asked[0].prompt) < 16_000
    assert max(len(asked.prompt) for asked in model.asked[-3:]) < 6_000


def test_a_failed_part_fails_the_digest() -> None:
    from tests.servers import page

    answers = [reader, page('{"error": {"message": "no"}}', status=401, media_type="application/json")]
    with models(*answers) as model, pytest.raises(EngineError):
        aili.summarize(book(600), settings=settings(model.engine(), context_window=8000))


def test_what_is_known_of_a_model_is_its_window(examples: Path) -> None:
    from tests.test_llm_digest import KEYS

    document = book(1200)  # some 27,000 words: too much for what is not known, little for Gemini
    with models(reader) as model:
        address = model.engine("google", "gemini-2.5-flash")
        model.server.routes["/v1beta/models/gemini-2.5-flash:streamGenerateContent"] = model.script
        aili.summarize(document, settings=settings(address, keys=KEYS))
    assert len(model.asked) == 1


lines = st.lists(
    st.builds(
        Line,
        text=st.just("x"),
        ids=st.just(()),
        tokens=st.integers(1, 60),
        block=st.integers(0, 5),
    ),
    max_size=60,
)


@given(lines, st.integers(1, 100))
def test_parts_leave_nothing_out_keep_the_order_and_fit(shown: list[Line], room: int) -> None:
    made = budget.parts(shown, room)
    assert [line for part in made for line in part] == shown
    for part in made:
        assert part
        assert sum(line.tokens for line in part) <= room or len(part) == 1


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("The county council said that repairs would take months.", 10),
        ("1234567890", 10),
        ("橋は全面通行止めとなった。", 13),
        ("Мост закрыт для всех видов транспорта.", 14),
        ("", 0),
    ],
)
def test_tokens_are_never_guessed_too_few(text: str, least: int) -> None:
    """Some tokenizers write a token for each digit, some one for each sign of a script without spaces."""
    assert budget.tokens(text) >= least

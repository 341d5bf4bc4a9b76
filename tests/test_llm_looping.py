"""A model that says the same again and again is broken off and asked once more; a server sees to it that texts end."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aili
from aili.engines.llm.looping import loops
from aili.engines.llm.schemas import LONGEST, bounded, digest_schema
from aili.errors import EngineError
from tests.models import events, models, start
from tests.servers import Exchange
from tests.test_llm_digest import KEYS, answer

LOOP = '{"abstract": [{"ids": [1], "text": "The bridge is closed' + ", then up to 10 bullets" * 2000


@pytest.fixture(scope="module")
def document(examples: Path) -> aili.Document:
    return aili.read(examples / "harbour-bridge.html", settings=aili.Settings(cache=False))


@pytest.mark.parametrize(
    "piece",
    [" ", "\n\n", "...", "no ", "then up to 10 bullets, ", "無", "x" * 60 + " y ", '{"ids": [1], "text": "A."}, '],
)
def test_one_piece_again_and_again_is_a_loop(piece: str) -> None:
    assert loops("A digest begins well, and then: " + piece * 600)
    assert not loops("A digest begins well, and then: " + piece)


@given(st.text(alphabet="ab ,", min_size=1, max_size=120), st.integers(0, 119))
def test_any_short_piece_is_found_wherever_it_is_cut(piece: str, cut: int) -> None:
    text = piece * (1000 // len(piece) + 1)
    assert loops(text[: len(text) - cut % len(piece)])


def test_what_is_written_is_no_loop(document: aili.Document) -> None:
    written = json.dumps(answer(document), indent=4) * 3
    assert not any(loops(text[:end]) for text in (document.text, written) for end in range(0, len(text), 50))
    assert not loops("\n".join(f"{number} | {number * 7} | open" for number in range(1000, 1100)))


def test_a_loop_ends_the_request_and_is_asked_for_once_more(document: aili.Document) -> None:
    gone = threading.Event()

    def for_ever(exchange: Exchange) -> None:
        start(exchange)
        try:
            for event in list(events(exchange.asked.path, LOOP))[:-3]:
                exchange.write(event)
            while not exchange.stopping.is_set():
                exchange.write(b": still here\n\n")
                time.sleep(0.01)
        except OSError:
            gone.set()
            raise

    with models(for_ever, json.dumps(answer(document))) as model:
        chosen = aili.Settings(engine=model.engine(), keys=KEYS, cache=False, fallback=False, draft_seconds=60)
        made = aili.summarize(document, settings=chosen)
        assert gone.wait(5)
    assert len(made.sections) == 2
    assert made.provenance.usage.requests == 2
    assert "again and again" in model.asked[1].prompt


def test_a_model_that_only_loops_is_no_use_and_that_is_said(document: aili.Document) -> None:
    with models(LOOP) as model:
        chosen = aili.Settings(engine=model.engine(), keys=KEYS, cache=False)
        with pytest.raises(EngineError, match="said the same again and again"):
            aili.ask(document, "When was the bridge closed?", settings=replace(chosen, fallback=False))
        made = aili.summarize(document, settings=chosen)
    assert made.provenance.engine == "embedded"
    assert "said the same again and again" in made.provenance.notes[0]


@pytest.mark.parametrize(
    ("provider", "bound"), [("compatible", True), ("ollama", True), ("openai", False), ("groq", False)]
)
def test_servers_of_ones_own_are_told_the_longest_text_and_providers_are_not(
    provider: str, bound: bool, document: aili.Document
) -> None:
    with models(json.dumps(answer(document))) as model:
        chosen = aili.Settings(engine=model.engine(provider), keys=KEYS, cache=False, fallback=False)
        aili.summarize(document, settings=chosen)
    assert (f'"maxLength": {LONGEST}' in json.dumps(model.asked[0].body)) is bound


def test_only_texts_are_bounded() -> None:
    schema = digest_schema(abstract=2, sections=1, questions=1, bullets=2)
    made = bounded(schema)
    assert json.dumps(made).count('"maxLength"') == json.dumps(schema).count('"string"') == 4
    assert "maxLength" not in json.dumps(schema)

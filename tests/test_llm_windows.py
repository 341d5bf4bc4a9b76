"""A server of one's own is asked how much it reads at once; where it does not say, that is assumed, and said."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import aili
from aili import pipeline
from aili.engines.llm import windows
from aili.settings import Keys
from benchmarks.texts import article
from tests.models import Asked, Scripted
from tests.servers import Exchange, Route, page, serve
from tests.test_llm_digest import bullet, question, section

CHAT = "/v1/chat/completions"
MANY = "The text was read in parts"


def told(table: object) -> Route:
    return page(json.dumps(table), media_type="application/json")


def listed(**more: object) -> Route:
    return told({"data": [{"id": "other", "max_model_len": 2048}, {"id": "test-model", "object": "model", **more}]})


def loaded(*models: dict[str, object]) -> Route:
    return told({"models": models})


SET = 'stop                           "<|im_end|>"\nnum_ctx                        16384\ntemperature 0.6'
COULD = {"qwen3.context_length": 40960}
SERVERS: dict[str, tuple[str, dict[str, Route]]] = {
    "llama.cpp": ("compatible", {"/props": told({"default_generation_settings": {"n_ctx": 16384}, "total_slots": 1})}),
    "vLLM": ("compatible", {"/v1/models": listed(max_model_len=16384)}),
    "LM Studio": (
        "compatible",
        {
            "/api/v0/models": listed(state="loaded", max_context_length=131072, loaded_context_length=16384),
            "/v1/models": listed(),
        },
    ),
    "Ollama, loaded": (
        "ollama",
        {
            "/api/ps": loaded({"name": "test-model", "model": "test-model", "context_length": 16384}),
            "/api/show": told({"parameters": "num_ctx 2048"}),
        },
    ),
    "Ollama, not loaded": (
        "ollama",
        {"/api/ps": loaded(), "/api/show": told({"parameters": SET, "model_info": COULD})},
    ),
}
SILENT: dict[str, tuple[str, dict[str, Route]]] = {
    "no such pages": ("compatible", {}),
    "text": (
        "compatible",
        {"/props": told({"default_generation_settings": {"n_ctx": "16384"}}), "/v1/models": told([])},
    ),
    "too little": (
        "compatible",
        {"/props": told({"default_generation_settings": {"n_ctx": 1}}), "/v1/models": told({"data": None})},
    ),
    "no JSON": (
        "compatible",
        {"/props": page("<html>hello"), "/v1/models": told(None), "/api/show": told({"parameters": "x"})},
    ),
    "a model not loaded": ("compatible", {"/api/v0/models": listed(state="not-loaded", max_context_length=131072)}),
    "what the model could": ("ollama", {"/api/ps": loaded(), "/api/show": told({"model_info": COULD})}),
}


@pytest.fixture(scope="module")
def document() -> aili.Document:
    """Some 6,500 tokens by the safe estimate: more than is assumed, less than the servers have."""
    resource = aili.Resource(data=article(3500).encode(), media_type="text/plain", reference="l.txt", location="l.txt")
    return aili.read(resource, settings=aili.Settings(cache=False))


def answered(document: aili.Document, asked: Asked) -> str:
    """What a good model would say, from the first sentences that it is shown."""
    numbers = [int(n) for n in re.findall(r"^(?:- .*\| )?(\d+):? ", asked.prompt, re.MULTILINE)][:2]
    proved = [bullet(document, number) for number in numbers]
    if "a part of a longer one" in asked.prompt:
        return json.dumps({"bullets": proved})
    if "The question:" in asked.prompt:
        return json.dumps({"said": True, "bullets": proved[:1]})
    sections = [section("The text", question("What does the text say?", *proved))]
    return json.dumps({"abstract": proved[:1], "sections": sections})


@contextmanager
def served(
    document: aili.Document, provider: str, routes: dict[str, Route]
) -> Iterator[tuple[Scripted, aili.Settings]]:
    script = Scripted([lambda asked: answered(document, asked)])
    with serve({CHAT: script, **routes}) as server:
        engine = f"{provider}:test-model@{server.url('/v1')}"
        yield script, aili.Settings(engine=engine, cache=False, fallback=False)


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_says_what_it_reads_at_once_is_given_that(name: str, document: aili.Document) -> None:
    with served(document, *SERVERS[name]) as (script, settings):
        made = aili.summarize(document, settings=settings)
    assert len(script.asked) == 1
    assert not any(MANY in note for note in made.provenance.notes)


@pytest.mark.parametrize("name", SILENT)
def test_where_it_does_not_say_a_window_is_assumed_and_the_digest_says_so(name: str, document: aili.Document) -> None:
    with served(document, *SILENT[name]) as (script, settings):
        made = aili.summarize(document, settings=settings)
    assert len(script.asked) > 1
    (note,) = [note for note in made.provenance.notes if MANY in note]
    assert "4,096 were assumed" in note


def test_an_answer_says_so_too(document: aili.Document) -> None:
    with served(document, *SILENT["no such pages"]) as (script, settings):
        made = aili.ask(document, "What does the text say?", settings=settings)
    assert len(script.asked) > 1
    assert any(MANY in note for note in made.provenance.notes)


def test_a_text_that_fits_needs_no_such_note(examples: Path) -> None:
    notice = aili.read(examples / "notice.txt", settings=aili.Settings(cache=False))
    with served(notice, *SILENT["no such pages"]) as (_, settings):
        made = aili.summarize(notice, settings=settings)
    assert not any("assumed" in note for note in made.provenance.notes)


def test_what_the_reader_set_is_not_asked_for(document: aili.Document) -> None:
    provider, routes = SERVERS["vLLM"]
    asked: list[str] = []

    def noted(exchange: Exchange) -> None:
        asked.append(exchange.asked.path)
        exchange._send(routes["/v1/models"])  # type: ignore[arg-type]

    with served(document, provider, {"/v1/models": noted}) as (script, settings):
        made = aili.summarize(document, settings=replace(settings, context_window=4096))
    assert asked == []
    assert len(script.asked) > 1
    assert not any("assumed" in note for note in made.provenance.notes)


def test_a_server_that_does_not_answer_that_costs_a_second_at_most(
    document: aili.Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "SECONDS", 0.2)

    def silent(exchange: Exchange) -> None:
        exchange.stopping.wait(20)

    def endless(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.end_headers()
        while not exchange.stopping.is_set():
            exchange.write(b" " * 100_000)
            time.sleep(0.001)

    with served(document, "compatible", {"/props": silent, "/v1/models": endless}) as (_, settings):
        aili.summarize(document, settings=settings)  # warm
        began = time.monotonic()
        made = aili.summarize(document, settings=settings)
    assert time.monotonic() - began < 10
    assert any(MANY in note for note in made.provenance.notes)


def test_a_plan_asks_nobody_for_it(document: aili.Document) -> None:
    def never(exchange: Exchange) -> None:
        raise AssertionError

    with served(document, "compatible", dict.fromkeys(("/props", "/v1/models"), never)) as (script, settings):
        assert pipeline.plan(document, settings=settings).requests > 1
    assert script.asked == []


def test_the_key_goes_along_and_to_nobody_else(document: aili.Document) -> None:
    keys: list[str] = []

    def sends_on(exchange: Exchange) -> None:
        keys.append(exchange.asked.headers.get("authorization", ""))
        exchange.send_response(302)
        exchange.send_header("Location", exchange.server.url("/elsewhere"))
        exchange.send_header("Content-Length", "0")
        exchange.end_headers()

    def elsewhere(exchange: Exchange) -> None:
        keys.append("followed")

    routes: dict[str, Route] = {"/props": sends_on, "/elsewhere": elsewhere}
    with served(document, "compatible", routes) as (_, settings):
        aili.summarize(document, settings=replace(settings, keys=Keys({"compatible": "sk-own"})))
    assert keys == ["Bearer sk-own"]

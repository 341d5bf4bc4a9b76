"""Through a real model server: llama.cpp holds a model of random weights to the form, streams it, and stops when told to."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest

import aili
from aili.engines.llm.answers import read
from aili.engines.llm.asking import Answer, Asking, Prompt
from aili.engines.llm.clients import connected
from aili.engines.llm.providers import PROVIDERS, place
from aili.engines.llm.pumping import pumped
from aili.engines.llm.schemas import DIGEST_FORM, bounded, digest_schema
from aili.engines.llm.windows import window
from tests.tiny_model import CONTEXT, tiny_server

SCHEMA = digest_schema(abstract=1, sections=1, questions=1, bullets=2)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with tiny_server(tmp_path_factory.mktemp("model")) as found:
        yield found


@pytest.fixture(scope="module")
def notice(examples: Path) -> aili.Document:
    return aili.read(examples / "notice.txt", settings=aili.Settings(cache=False))


def ask(address: str, texts: list[str]) -> tuple[Answer, aili.Usage]:
    prompt = Prompt(
        instructions="Write.",
        text="1: The bridge is closed.",
        schema=SCHEMA,
        form=DIGEST_FORM,
        max_tokens=2000,
    )

    async def once() -> tuple[Answer, aili.Usage]:
        where = place(PROVIDERS["compatible"], f"tiny@{address}")
        async with connected(where, "", seconds=60, ca_file="") as (model, _):
            asking = Asking(model=model, place=where, seconds=60, parallel=1)
            return await asking.ask(prompt, on_text=texts.append), asking.usage

    return asyncio.run(once())


def test_word_salad_comes_in_the_form_of_a_digest_and_grows_piece_by_piece(address: str) -> None:
    texts: list[str] = []
    answer, usage = ask(address, texts)
    assert read(answer.text).state == "whole"
    jsonschema.validate(json.loads(answer.text), bounded(SCHEMA))  # no text of it has more than LONGEST characters
    assert not answer.cut
    assert len(texts) >= 8
    assert all(answer.text.startswith(text) for text in texts)
    assert usage.input_tokens > 20
    assert usage.output_tokens >= len(texts) / 2


def test_the_server_says_how_much_it_reads_at_once(address: str) -> None:
    async def asked() -> int:
        where = place(PROVIDERS["compatible"], f"tiny@{address}")
        async with connected(where, "", seconds=60, ca_file="") as (_, http):
            return await window(http, where, "")

    assert asyncio.run(asked()) == CONTEXT


def test_word_salad_is_no_digest_and_the_embedded_engine_takes_over(address: str, notice: aili.Document) -> None:
    settings = aili.Settings(cache=False, engine=f"compatible:tiny@{address}", draft_seconds=5.0, length="brief")
    made = aili.summarize(notice, settings=settings)
    assert made.provenance.engine == "embedded"
    assert made.provenance.notes[0].startswith("compatible:tiny could not write this digest")


def test_closing_ends_the_work_of_the_server_within_200_ms(address: str) -> None:
    prompt = Prompt(
        instructions="Write.",
        text="Much.",
        schema={
            "type": "object",
            "properties": {"abstract": {"type": "array", "items": {"type": "integer"}, "minItems": 400}},
        },
        form="{}",
        max_tokens=7000,
    )

    async def work(tell: Callable[[str], None]) -> None:
        where = place(PROVIDERS["compatible"], f"tiny@{address}")
        async with connected(where, "", seconds=60, ca_file="") as (model, _):
            await Asking(model=model, place=where, seconds=60, parallel=1).ask(prompt, on_text=tell)

    words = pumped(work)
    next(words)
    began = time.monotonic()
    words.close()
    assert time.monotonic() - began < 0.2
    began = time.monotonic()
    ask(address, [])  # the server has one place only, and it is free again
    assert time.monotonic() - began < 30

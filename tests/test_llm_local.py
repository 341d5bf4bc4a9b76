"""A model on this machine: loaded when it is needed, held to the form, streamed, timed, stopped at once, ended with aili."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aili
from aili import asking, engines, pipeline
from aili.cli.costs import tell_wait
from aili.engines import EngineOptions
from aili.engines.llm import running
from aili.engines.llm.answers import read
from aili.engines.llm.asking import Answer, Asking, Prompt
from aili.engines.llm.clients import connected
from aili.engines.llm.modelfile import model_file
from aili.engines.llm.providers import PROVIDERS, Place
from aili.engines.llm.pumping import pumped
from aili.engines.llm.running import Child, Load
from aili.engines.llm.schemas import DIGEST_FORM, digest_schema
from aili.errors import AiliError, EngineError, MalformedError, MissingError, UsageError
from aili.events import Expected, FellBack
from aili.models import MODELS, machine
from tests import tiny_model
from tests.test_llm_cost import entries

SCHEMA = digest_schema(abstract=1, sections=1, questions=1, bullets=2)
PROMPT = Prompt(
    instructions="Write.", text="1: The bridge is closed.", schema=SCHEMA, form=DIGEST_FORM, max_tokens=2000
)
LONG = replace(
    PROMPT,
    schema={
        "type": "object",
        "properties": {"abstract": {"type": "array", "items": {"type": "integer"}, "minItems": 400}},
    },
    max_tokens=7000,
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    tiny_model.write_model(path)
    yield path
    running.stop()


@pytest.fixture(scope="module")
def notice(examples: Path) -> aili.Document:
    return aili.read(examples / "notice.txt", settings=aili.Settings(cache=False))


def load(path: Path, **more: Any) -> Load:
    return Load(**{"path": path, "changed": 0, "window": 4096, "threads": 1, **more})


def place_of(child: Child) -> Place:
    return Place(provider=PROVIDERS["local"], model="tiny", address=f"{child.address}/v1", elsewhere=False)


async def ask(child: Child, prompt: Prompt, tell: Callable[[str], None]) -> Answer:
    where = place_of(child)
    async with connected(where, child.key, seconds=60, ca_file="") as (model, _):
        return await Asking(model=model, place=where, seconds=60, parallel=1).ask(prompt, on_text=tell)


def test_word_salad_comes_in_the_form_of_a_digest_piece_by_piece(tiny: Path) -> None:
    texts: list[str] = []
    with running.lent(load(tiny), seconds=60) as child:
        answer = asyncio.run(ask(child, PROMPT, texts.append))
    assert read(answer.text).state == "whole"
    jsonschema.validate(json.loads(answer.text), SCHEMA)
    assert len(texts) >= 8
    assert answer.input_tokens > 20


def test_only_aili_may_ask_the_model(tiny: Path) -> None:
    with running.lent(load(tiny), seconds=60) as child:
        request = Request(f"{child.address}/v1/models")
        with pytest.raises(HTTPError) as raised:
            build_opener(ProxyHandler({})).open(request, timeout=10)
        assert raised.value.code == 401
        raised.value.close()
        assert child.address.startswith("http://127.0.0.1:")
        if Path("/proc").is_dir():
            shown = Path(f"/proc/{child._process.pid}/cmdline").read_text()
            assert child.key not in shown
            assert str(tiny) not in shown


def test_a_model_that_runs_is_lent_again_and_another_takes_its_place(tiny: Path, tmp_path: Path) -> None:
    with running.lent(load(tiny), seconds=60) as first:
        pass
    with running.lent(load(tiny), seconds=60) as again:
        assert again is first
        with pytest.raises(EngineError, match="busy"), running.lent(load(tiny, window=2048), seconds=0.1):
            pass
    with running.lent(load(tiny, window=2048), seconds=60) as other:
        assert other is not first
        assert not first.alive
        other._process.kill()
        other._process.wait()
    with running.lent(load(tiny, window=2048), seconds=60) as next_:  # one that died is started again
        assert next_.alive


def test_closing_ends_the_wait_within_200_ms_and_the_work_with_it(tiny: Path) -> None:
    with running.lent(load(tiny), seconds=60) as child:

        async def work(tell: Callable[[str], None]) -> None:
            await ask(child, LONG, tell)

        words = pumped(work)
        next(words)
        began = time.monotonic()
        words.close()
        assert time.monotonic() - began < 0.2
        began = time.monotonic()
        asyncio.run(ask(child, PROMPT, lambda _: None))  # it has one place only, and it is free again
        assert time.monotonic() - began < 30


def test_a_busy_model_is_ended_within_200_ms(tiny: Path) -> None:
    child = Child(load(tiny), 60)

    async def work(tell: Callable[[str], None]) -> None:
        await ask(child, LONG, tell)

    words = pumped(work)
    next(words)
    began = time.monotonic()
    child.stop()
    assert time.monotonic() - began < 0.2
    with pytest.raises(EngineError):
        list(words)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see processes")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_model_outlives_the_aili_that_started_it(how: signal.Signals, tiny: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom aili.engines.llm.running import Load, lent\n"
        "with lent(Load(path=Path(sys.argv[1]), changed=0, window=512, threads=1), seconds=60) as child:\n"
        "    print(child._process.pid, flush=True)\n    time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tiny)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(how)
    parent.wait(10)
    parent.stdout.close()
    ends = time.monotonic() + 10
    while _runs(child):
        assert time.monotonic() < ends
        time.sleep(0.02)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_speed_is_measured_once_and_a_digest_says_how_long_it_will_take(
    tiny: Path, notice: aili.Document, capsys: pytest.CaptureFixture[str]
) -> None:
    with running.lent(load(tiny), seconds=60) as child:
        speed = child.speed()
        assert speed is not None
        assert speed.reading > 1
        assert speed.writing > 1
        began = time.monotonic()
        assert child.speed() == speed
        assert time.monotonic() - began < 0.01
    settings = aili.Settings(cache=False, engine=f"local:{tiny}", length="brief", draft_seconds=30, threads=1)
    events = aili.stream(notice, settings=settings)
    expected = next(event for event in events if isinstance(event, Expected))
    events.close()
    assert expected.seconds > 0.1
    tell_wait(replace(expected, seconds=240, tokens_per_second=2.13), 600)
    tell_wait(replace(expected, seconds=2400, tokens_per_second=0.5), 600)
    tell_wait(replace(expected, seconds=3), 600)
    assert capsys.readouterr().err.splitlines() == [
        "aili: This will take about 4 minutes: the model writes 2.1 tokens a second on this machine.",
        (
            "aili: This will take about 40 minutes: the model writes 0.5 tokens a second on this machine."
            " draft_seconds allows 10 minutes: raise it."
        ),
    ]


def test_an_answer_says_how_long_it_will_take_too(tiny: Path, notice: aili.Document) -> None:
    settings = aili.Settings(cache=False, engine=f"local:{tiny}", draft_seconds=30, threads=1)
    events = asking.stream(notice, "When is the water turned off?", settings=settings)
    expected = next(event for event in events if isinstance(event, Expected))
    events.close()
    assert expected.seconds > 0.1


def test_where_others_are_at_work_a_model_takes_half_of_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running.os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    for load, threads in (0.1, 0), (1.9, 0), (2.1, 4), (40.0, 4):
        monkeypatch.setattr(running.os, "getloadavg", lambda load=load: (load, 0.0, 0.0), raising=False)
        assert running._room() == threads
    monkeypatch.setattr(running.os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert running._room() == 1


def test_salad_is_no_digest_the_embedded_engine_takes_over_and_no_folder_is_named(
    tiny: Path, notice: aili.Document
) -> None:
    settings = aili.Settings(cache=False, engine=f"local:{tiny}", length="brief", draft_seconds=20, threads=1)
    made = aili.summarize(notice, settings=settings)
    assert made.provenance.engine == "embedded"
    assert made.provenance.notes[0].startswith("local:tiny could not write this digest")
    assert str(tiny.parent) not in str(made)
    asked = entries(settings)
    assert {entry.engine for entry in asked} == {"local:tiny"}
    assert {(entry.dollars, entry.price) for entry in asked} == {(0.0, "own machine")}


def test_a_plan_loads_no_model(tiny: Path, notice: aili.Document) -> None:
    running.stop()
    plan = pipeline.plan(notice, settings=aili.Settings(engine=f"local:{tiny}"))
    assert plan.price == "own machine"
    assert running._SHELF._child is None


# The file.


def test_window_and_memory_are_read_from_the_file(tiny: Path) -> None:
    file = model_file(tiny)
    assert file.context == tiny_model.CONTEXT
    assert file.token_bytes == tiny_model.LAYERS * 2 * tiny_model.WIDTH * 2
    assert file.memory(1000) == pytest.approx(2 * file.size + 1000 * file.token_bytes)


@pytest.mark.parametrize(("wanted", "window"), [(0, 8192), (2000, 2000), (100_000, 8192), (10, 1024)])
def test_the_window_is_the_models_or_the_smaller_one_that_is_wanted(wanted: int, window: int, tiny: Path) -> None:
    engine: Any = engines.engine(f"local:{tiny}", EngineOptions(context_window=wanted))
    assert engine._window == window


def test_a_model_that_memory_does_not_hold_is_not_loaded(
    tiny: Path, notice: aili.Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.stop()
    monkeypatch.setattr(machine, "memory", lambda: 1_000_000)
    settings = aili.Settings(cache=False, engine=f"local:{tiny}", fallback=False)
    with pytest.raises(EngineError, match=r"tiny\.gguf needs about .* of memory, and this machine has 1\.0 MB"):
        aili.summarize(notice, settings=settings)
    assert running._SHELF._child is None


def test_a_window_that_nobody_asked_for_shrinks_to_what_memory_holds(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = model_file(tiny)
    monkeypatch.setattr(machine, "memory", lambda: file.memory(5000))
    engine: Any = engines.engine(f"local:{tiny}", EngineOptions())
    assert engine._window == 4096


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_model_or_an_error_that_says_what_to_do(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "any.gguf"
    for head in (b"", b"GGUF", b"GGUF\x03\0\0\0" + 8 * b"\0" + b"\x02" + 7 * b"\0"):
        path.write_bytes(head + data)
        try:
            assert model_file(path).context >= 0
        except MalformedError as error:
            assert error.hint


@given(at=st.integers(0, 5000))
def test_a_model_cut_anywhere_is_told_apart_or_not_loaded(at: int, tiny: Path) -> None:
    path = tiny.with_name("cut.gguf")
    path.write_bytes(tiny.read_bytes()[:at])
    try:
        model_file(path)
    except MalformedError as error:
        assert "no model in GGUF" in error.message


def test_a_file_with_a_good_head_and_half_its_weights_is_an_error_and_not_the_end(
    tiny: Path, notice: aili.Document
) -> None:
    half = tiny.with_name("half.gguf")
    half.write_bytes(tiny.read_bytes()[:300_000])
    settings = aili.Settings(cache=False, engine=f"local:{half}")
    events = list(aili.stream(notice, settings=settings))
    fell = next(event for event in events if isinstance(event, FellBack))
    assert fell.message == "The model half.gguf could not be loaded."


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("", UsageError, "needs a model"),
        ("no-such-model", UsageError, "There is no model"),
        ("qwen3-4b", MissingError, "aili models pull qwen3-4b"),
        ("/nowhere/x.gguf", MissingError, "There is no model /nowhere/x.gguf"),
        ("./nowhere", MissingError, "There is no model"),
    ],
)
def test_a_model_that_is_not_there_says_what_to_do(name: str, kind: type[AiliError], told: str) -> None:
    with pytest.raises(kind) as raised:
        engines.engine(f"local:{name}", EngineOptions())
    assert told in str(raised.value)


def test_a_pulled_model_is_found_by_its_name(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = replace(MODELS["qwen3-4b"], size=tiny.stat().st_size)
    monkeypatch.setitem(MODELS, "qwen3-4b", known)
    (tmp_path / known.file).write_bytes(tiny.read_bytes())
    engine = engines.engine("local:Qwen3-4B", EngineOptions(models=str(tmp_path)))
    assert engine.name == "local:qwen3-4b"


def test_another_file_under_the_same_name_is_another_engine(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(tiny.read_bytes())
    first = engines.engine(f"local:{path}", EngineOptions())
    os.utime(path, ns=(1, 1))
    assert engines.engine(f"local:{path}", EngineOptions()).version != first.version
    assert first.name == "local:tiny"


def test_without_the_extra_it_says_what_to_install(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aili.engines.llm import machine as engine_module

    monkeypatch.setattr(engine_module, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match="not installed") as raised:
        engines.engine(f"local:{tiny}", EngineOptions()).prepare()
    assert "aili[local]" in raised.value.hint

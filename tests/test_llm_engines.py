"""What can write digests here is listed without asking anybody elsewhere; settings are shown with where they come from."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import aili
from aili import settings as setting
from aili.engines import LANGUAGE_MODELS
from aili.engines.llm import credentials
from aili.engines.llm.surveying import Found, survey
from aili.models import MODELS
from aili.settings import Keys
from tests.servers import Page, Server, page, serve
from tests.test_llm_cost import run

SECRET = "sk-0123456789-secret"


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, no keyring and no Ollama of this machine's own."""
    for variables in setting.KEY_VARIABLES.values():
        for variable in variables:
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(credentials, "_in_keyring", lambda _: "")
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")


def found(chosen: aili.Settings | None = None) -> dict[str, Found]:
    return {each.name: each for each in survey(chosen or aili.Settings(), os.environ)}


@contextmanager
def ollama(answer: Page) -> Iterator[Server]:
    with serve({"/api/tags": answer}) as server:
        yield server


def test_every_engine_is_listed_and_the_embedded_one_is_ready() -> None:
    listed = found()
    assert list(listed) == ["embedded", *LANGUAGE_MODELS]
    assert listed["embedded"].state == "ready"
    assert listed["openai"].state == "no key"
    assert "OPENAI_API_KEY" in listed["openai"].told
    assert listed["compatible"].state == "needs an address"
    assert listed["local"].state == "no model"


def test_a_key_is_said_to_be_there_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(f'mistral = "{SECRET}"\n')
    file.chmod(0o600)
    listed = found(aili.Settings(keys=Keys({"openai": SECRET}), key_file=str(file)))
    assert listed["openai"].state == listed["mistral"].state == "ready"
    assert "the environment" in listed["openai"].told
    assert str(file) in listed["mistral"].told
    assert SECRET not in str(listed)
    file.chmod(0o644)
    assert found(aili.Settings(key_file=str(file)))["mistral"].state == "fault"


def test_an_ollama_on_this_machine_is_found_and_its_models_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = json.dumps({"models": [{"name": "qwen3:4b"}, {"name": "gemma3:4b"}, {"nameless": 1}]})
    with ollama(page(tags, media_type="application/json")) as server:
        host = server.url("").removeprefix("http://").rstrip("/")
        monkeypatch.setenv("OLLAMA_HOST", host)
        listed = found()["ollama"]
    assert listed.state == "ready"
    assert listed.choose == (f"ollama:gemma3:4b@http://{host}/v1", f"ollama:qwen3:4b@http://{host}/v1")
    assert [asked.path for asked in server.requests] == ["/api/tags"]


@pytest.mark.parametrize("body", ["", "{", "[]", '{"models": 3}', "<html>"])
def test_a_server_that_is_no_ollama_is_not_taken_for_one(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ollama(page(body, media_type="application/json")) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url("").rstrip("/"))
        assert found()["ollama"].state == "not running"


def test_an_ollama_without_models_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with ollama(page('{"models": []}', media_type="application/json")) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url("").rstrip("/"))
        assert "ollama pull" in found()["ollama"].told


def test_one_that_says_nothing_costs_half_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{mute.getsockname()[1]}")
        began = time.monotonic()
        assert found()["ollama"].state == "not running"
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("host", ["ollama.example.org", "http://192.0.2.1:11434", "nonsense:port:x", "0.0.0.0"])
def test_another_machine_is_never_asked(host: str) -> None:
    from aili.engines.llm import surveying
    from aili.engines.llm.providers import PROVIDERS

    assert surveying._ollama_address(PROVIDERS["ollama"], host) == ("http://localhost:11434", False)


def test_a_pulled_model_can_be_chosen(tmp_path: Path) -> None:
    model = MODELS["qwen3-1.7b"]
    with (tmp_path / model.file).open("wb") as file:
        file.truncate(model.size)  # a sparse file: its name and size are what is looked at
    listed = found(aili.Settings(models=str(tmp_path)))["local"]
    assert (listed.state, listed.choose) == ("ready", ("local:qwen3-1.7b",))


def test_the_command_lists_engines_for_people_and_programs() -> None:
    done = run("engines", OPENAI_API_KEY=SECRET)
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == ["embedded", *LANGUAGE_MODELS]
    assert lines[1][1] == "ready"
    assert SECRET not in done.stdout
    table = json.loads(run("engines", "--json").stdout)
    assert table[0]["choose"] == ["embedded"]


def test_settings_are_shown_with_where_they_come_from(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('owner = "Ardmouth Courier"\nlength = "brief"\n')
    environment = {"AILI_CONFIG": str(file), "AILI_LENGTH": "detailed", "OPENAI_API_KEY": SECRET}
    done = run("config", **environment)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"# {file}"
    assert next(line for line in lines if line.startswith("owner ")).endswith('= "Ardmouth Courier"  # file')
    assert next(line for line in lines if line.startswith("length ")).endswith('= "detailed"  # environment')
    assert next(line for line in lines if line.startswith("port ")).endswith("= 8017  # default")
    assert next(line for line in lines if line.startswith("keys.openai ")).endswith('= "••••••"  # environment')
    assert SECRET not in done.stdout
    told = json.loads(run("config", "--json", "--changed", **environment).stdout)
    assert told["file"] == str(file)
    changed = {entry["name"]: entry["from"] for entry in told["settings"]}
    assert {"owner": "file", "length": "environment", "keys.openai": "environment"}.items() <= changed.items()
    assert "port" not in changed


def test_settings_that_do_not_fit_are_told_as_everywhere(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("colour = 3\n")
    done = run("config", AILI_CONFIG=str(file))
    assert done.returncode == 2
    assert "colour" in done.stderr

"""Where a provider fails, a person reads one sentence that says what to do, and still gets a digest, marked as such."""

from __future__ import annotations

import json
import logging
import os
import pickle
import pty
import re
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import pytest

import aili
from aili import settings as setting
from aili.errors import EngineError, ProviderError, UsageError
from aili.settings import Keys
from tests.models import Models, events, models, start
from tests.servers import Exchange, Page, page
from tests.test_llm_digest import PROVIDERS, answer, settings

SECRET = "sk-proj-Zx81QmVt0pKd77nL"


@pytest.fixture(scope="module")
def document(examples: Path) -> aili.Document:
    return aili.read(examples / "harbour-bridge.html", settings=aili.Settings(cache=False))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other faster than a provider would like."""
    monkeypatch.setattr("aili.engines.llm.asking.FIRST_WAIT", 0.01)


def problem(status: int, message: str = "no", code: str = "", **headers: str) -> Page:
    """An error in a form that every client here reads."""
    body = {"error": {"message": message, "type": code or "error", "code": code or None}}
    return page(json.dumps(body), status=status, media_type="application/json", **headers)


def failure(document: aili.Document, chosen: aili.Settings) -> EngineError:
    with pytest.raises(EngineError) as raised:
        aili.summarize(document, settings=chosen)
    return raised.value


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_refused_key_is_said_once_with_what_to_check(provider: str, document: aili.Document) -> None:
    with models(problem(401, f"Incorrect API key provided: {SECRET}", "invalid_api_key")) as model:
        error = failure(document, settings(model, provider))
    assert isinstance(error, ProviderError)
    assert error.status == 401
    assert "did not accept the key" in error.message
    assert setting.KEY_VARIABLES[provider][0] in error.hint
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    ("answered", "told", "hinted", "tries"),
    [
        (problem(403, "no access"), "does not let this key use test-model", "account", 1),
        (problem(404, "model not found", "model_not_found"), "no model called test-model", "name", 1),
        (problem(402, "no credit", "insufficient_quota"), "no credit left", "Top it up", 1),
        (problem(429, "insufficient_quota", "insufficient_quota"), "no credit left", "Top it up", 1),
        (problem(429, "slow down", "rate_limit_exceeded"), "asked too much", "Wait", 4),
        (problem(500), "failed with status 500", "later", 4),
        (problem(503), "failed with status 503", "later", 4),
        (problem(302, location="https://elsewhere.example/"), "elsewhere", "address", 1),
        (page("<html>Bad gateway", status=200), "cannot be read", "later", 4),
    ],
)
def test_every_refusal_is_a_sentence_that_says_what_to_do(
    answered: Page, told: str, hinted: str, tries: int, document: aili.Document
) -> None:
    with models(answered) as model:
        error = failure(document, settings(model))
    assert told in error.message
    assert hinted in error.hint
    assert len(model.asked) == tries


def test_a_text_that_is_too_long_however_little_is_sent_is_said_to_be(document: aili.Document) -> None:
    with models(problem(400, "too long", "context_length_exceeded")) as model:
        error = failure(document, settings(model))
    assert "too long for test-model" in error.message
    assert "context_window" in error.hint
    assert len(model.asked) <= 12


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google", "compatible"])
def test_a_provider_that_recovers_is_tried_again(provider: str, document: aili.Document) -> None:
    good = json.dumps(answer(document))
    with models(problem(500), problem(429, code="rate_limit_exceeded", retry_after="0"), good) as model:
        made = aili.summarize(document, settings=settings(model, provider))
    assert made.sections
    assert len(model.asked) == 3


def test_the_provider_says_how_long_to_wait(document: aili.Document) -> None:
    with models(problem(429, retry_after="1"), json.dumps(answer(document))) as model:
        began = time.monotonic()
        aili.summarize(document, settings=settings(model))
        assert time.monotonic() - began >= 1.0


def test_who_asks_to_wait_longer_than_the_digest_may_take_is_not_waited_for(document: aili.Document) -> None:
    with models(problem(429, retry_after="3600")) as model:
        began = time.monotonic()
        error = failure(document, settings(model, draft_seconds=5.0))
    assert time.monotonic() - began < 3
    assert "3,600 seconds" in error.message
    assert len(model.asked) == 1


def cut(exchange: Exchange) -> None:
    """Half an answer, then the connection ends without a word."""
    start(exchange)
    pieces = list(events(exchange.asked.path, '{"abstract": [{"ids": [1], "text": "Half of a' + " sentence" * 20))
    for piece in pieces[: len(pieces) // 2]:
        exchange.write(piece)
    exchange.reset()


def drip(exchange: Exchange) -> None:
    """A byte of an answer now and then, for ever."""
    start(exchange)
    while not exchange.stopping.is_set():
        exchange.write(b": \n\n")
        time.sleep(0.05)


def silence(exchange: Exchange) -> None:
    """Nothing at all."""
    exchange.stopping.wait(30)


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google", "compatible"])
def test_an_answer_cut_in_the_middle_is_asked_for_again(provider: str, document: aili.Document) -> None:
    with models(cut, json.dumps(answer(document))) as model:
        made = aili.summarize(document, settings=settings(model, provider))
    assert len(made.sections) == 2
    assert "Half of a" not in aili.render(made)


@pytest.mark.parametrize("trouble", [drip, silence])
@pytest.mark.parametrize("provider", ["openai", "compatible"])
def test_a_slow_answer_ends_at_the_deadline(trouble: Any, provider: str, document: aili.Document) -> None:
    with models(trouble) as model:
        began = time.monotonic()
        error = failure(document, settings(model, provider, draft_seconds=1.0))
        took = time.monotonic() - began
    assert 0.9 < took < 3
    assert "within 1 seconds" in error.message or "stopped answering" in error.message
    assert "draft_seconds" in error.hint or "later" in error.hint


def test_a_server_that_is_not_there_is_named(document: aili.Document) -> None:
    with models("") as model:
        gone = settings(model)
    error = failure(document, gone)
    assert "cannot be reached" in error.message
    assert "127.0.0.1" in error.hint


def test_a_failed_model_falls_back_to_the_embedded_engine_and_the_digest_says_so(document: aili.Document) -> None:
    with models(problem(500)) as model:
        happened = list(aili.stream(document, settings=settings(model, "openai", fallback=True)))
    fell = next(event for event in happened if isinstance(event, aili.FellBack))
    assert fell.engine == "openai:test-model"
    made = aili.summarize(document, settings=aili.Settings(cache=False))
    finished = happened[-1]
    assert isinstance(finished, aili.Finished)
    assert finished.digest.sections == made.sections
    assert finished.digest.provenance.engine == "embedded"
    note = finished.digest.provenance.notes[0]
    assert note.startswith("openai:test-model could not write this digest, so the embedded engine did.")
    for form in ("terminal", "markdown", "html", "json"):
        assert "could not write this digest" in aili.render(finished.digest, format=form)


def test_a_model_whose_words_come_to_nothing_falls_back_too(document: aili.Document) -> None:
    with models("I'm sorry, I can't.") as model:
        made = aili.summarize(document, settings=settings(model, fallback=True))
    assert made.provenance.engine == "embedded"
    assert "refused to answer" in made.provenance.notes[0]


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        ("openai", "needs the name of a model"),
        ("openai:", "needs the name of a model"),
        ("compatible:model", "needs the address of a server"),
        ("compatible:model@http://", "is no address"),
        ("compatible:model@http://user:secret@host/v1", "must hold no name"),
        ("compatible:model@http://host/v1?key=secret", "must hold no name"),
        ("opnai:gpt-5", "There is no engine"),
    ],
)
def test_a_wrong_name_is_wrong_usage_and_no_reason_to_fall_back(
    engine: str, told: str, document: aili.Document
) -> None:
    with pytest.raises(UsageError, match=told) as raised:
        aili.summarize(document, settings=aili.Settings(cache=False, engine=engine))
    assert "secret" not in str(raised.value)


# Keys.


def test_without_a_key_nothing_is_asked(document: aili.Document) -> None:
    with models("") as model:
        error = failure(document, aili.Settings(cache=False, engine=model.engine("openai"), fallback=False))
    assert "no key for OpenAI" in error.message
    assert "OPENAI_API_KEY" in error.hint
    assert not model.asked


def sent(model: Models) -> str:
    headers = model.asked[-1].headers
    return f"{headers.get('authorization')} {headers.get('x-api-key')} {headers.get('x-goog-api-key')}"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_key_comes_from_the_environment(provider: str, document: aili.Document) -> None:
    for variable in setting.KEY_VARIABLES[provider]:
        chosen = setting.load({variable: f" {SECRET} "})
        with models(json.dumps(answer(document))) as model:
            aili.summarize(document, settings=setting.replace(chosen, cache=False, engine=model.engine(provider)))
        assert SECRET in sent(model)


def test_a_key_of_one_provider_is_never_sent_to_another(
    document: aili.Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, variables in setting.KEY_VARIABLES.items():
        for variable in variables:
            monkeypatch.setenv(variable, f"leaked-{name}")  # what the providers' own libraries would read
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/elsewhere")
    for provider in PROVIDERS:
        with models(json.dumps(answer(document))) as model:
            aili.summarize(document, settings=settings(model, provider))
        assert "leaked" not in json.dumps(model.asked[0].headers)


@pytest.mark.skipif(os.name != "posix", reason="other systems keep no such modes")
def test_a_file_of_keys_must_be_the_users_alone(document: aili.Document, tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(f'openai = "{SECRET}"\n')
    with models(json.dumps(answer(document))) as model:
        chosen = aili.Settings(cache=False, engine=model.engine("openai"), key_file=str(file))
        file.chmod(0o644)
        with pytest.raises(UsageError, match="can be read by others") as raised:
            aili.summarize(document, settings=chosen)
        assert "chmod 600" in raised.value.hint
        file.chmod(0o600)
        aili.summarize(document, settings=chosen)
        assert SECRET in sent(model)
        file.write_text(f"openai = {SECRET}")
        with pytest.raises(UsageError, match="no TOML") as raised:
            aili.summarize(document, settings=chosen)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


class Ring(keyring.backend.KeyringBackend):
    """A keyring with one key in it."""

    priority = 1.0  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        return SECRET if (service, username) == ("aili", "mistral") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture
def ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("ring")
def test_a_key_comes_from_the_keyring(document: aili.Document) -> None:
    with models(json.dumps(answer(document))) as model:
        aili.summarize(document, settings=aili.Settings(cache=False, engine=model.engine("mistral")))
    assert SECRET in sent(model)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_key_is_ever_shown(provider: str, document: aili.Document, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    keys = Keys({provider: SECRET})
    chosen: dict[str, Any] = {"keys": keys, "cache": False}
    with models(problem(401, f"Incorrect API key provided: {SECRET}"), json.dumps(answer(document))) as model:
        engine = model.engine(provider)
        error = failure(document, aili.Settings(engine=engine, fallback=False, **chosen))
        made = aili.summarize(document, settings=aili.Settings(engine=engine, **chosen))
        told = [
            str(error),
            repr(error.__dict__),
            "".join(traceback.format_exception(error)),
            repr(pickle.loads(pickle.dumps(error)).__dict__),
            caplog.text,
            repr(aili.Settings(engine=engine, **chosen)),
            f"{keys}{keys!r}",
            *(aili.render(made, format=form) for form in ("text", "terminal", "markdown", "html", "json")),
        ]
    assert SECRET in sent(model)  # it was used
    assert not [text for text in told if SECRET in text]


def test_settings_from_a_file_or_the_command_line_hold_no_keys(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'keys = {{ openai = "{SECRET}" }}\n')
    for given in ({"file": file}, {"flags": {"keys": SECRET}}):
        with pytest.raises(UsageError, match="no setting 'keys'") as raised:
            setting.load({}, **given)  # type: ignore[arg-type]
        assert SECRET not in str(raised.value)


# The command line.


def run(*arguments: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aili", *arguments],
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def test_the_command_line_says_what_failed_and_prints_the_embedded_digest(examples: Path) -> None:
    notice = str(examples / "notice.txt")
    with models(problem(401, SECRET)) as model:
        key = {"OPENAI_API_KEY": SECRET}
        fell = run(notice, "-m", model.engine("openai"), environ=key)
        failed = run(notice, "-m", model.engine("openai"), "--no-fallback", environ=key)
    assert fell.returncode == 0
    assert fell.stdout.startswith(run(notice).stdout.rstrip())
    assert "Note: openai:test-model could not write this digest, so the embedded engine did." in fell.stdout
    assert fell.stderr.startswith("aili: OpenAI did not accept the key. Check OPENAI_API_KEY")
    assert "The embedded engine writes the digest instead." in fell.stderr
    assert failed.returncode == 6
    assert failed.stdout == ""
    assert failed.stderr.count("\n") == 1
    assert SECRET not in fell.stderr + fell.stdout + failed.stderr


def test_a_piped_digest_of_a_model_is_plain(document: aili.Document, examples: Path) -> None:
    with models(json.dumps(answer(document)), delay=0.01) as model:
        done = run(str(examples / "harbour-bridge.html"), "-m", model.engine())
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert "[02] What the divers found" in done.stdout


def test_without_the_extra_the_command_line_says_what_to_install(examples: Path) -> None:
    code = "import sys; sys.modules['pydantic_ai'] = None; from aili.cli import main; main()"
    arguments = [str(examples / "notice.txt"), "-m", "openai:gpt-5-mini"]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "pip install 'aili[llm]'" in done.stderr


def test_the_doctor_says_whether_there_is_a_key() -> None:
    told = run("doctor", environ={"AILI_ENGINE": "openai:gpt-5-mini"})
    assert "There is no key for OpenAI." in told.stdout
    told = run("doctor", environ={"AILI_ENGINE": "openai:gpt-5-mini", "OPENAI_API_KEY": SECRET})
    assert "openai:gpt-5-mini" in told.stdout
    assert SECRET not in told.stdout + told.stderr


class Terminal:
    """aili at a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aili", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.seen = ""

    def until(self, words: str, seconds: float = 60.0) -> None:
        """Read what it shows until ``words`` have been shown."""
        ends = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < ends, f"{words!r} was not shown in:\n{self.seen}"
            if select.select([self._ours], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self._ours, 65536).decode("utf-8", "replace")
                except OSError:  # the other end is closed
                    assert words in self.seen, self.seen
                    return

    def rest(self) -> str:
        while True:
            try:
                piece = os.read(self._ours, 65536)
            except OSError:
                break
            if not piece:
                break
            self.seen += piece.decode("utf-8", "replace")
        self.process.wait(30)
        os.close(self._ours)
        return self.seen


def screen(shown: str) -> list[str]:
    """The lines that stay on a screen that obeys the few sequences used here."""
    rows, at = [""], 0
    for part in re.findall(r"\x1b\[\d*[A-Za-z]|\x1b\[[\d;]*m|\x1b\][^\x1b]*\x1b\\|[\r\n]|[^\x1b\r\n]+", shown):
        if part == "\n":
            at += 1
            rows += [""] * (at + 1 - len(rows))
        elif re.fullmatch(r"\x1b\[(\d+)A", part):
            at = max(0, at - int(part[2:-1]))
        elif part == "\x1b[J":
            rows[at:] = [""]
        elif not part.startswith("\x1b") and part != "\r":
            rows[at] += part
    return rows


def test_a_terminal_fills_in_place_and_keeps_only_the_checked_digest(document: aili.Document, examples: Path) -> None:
    with models(json.dumps(answer(document)), delay=0.03) as model:
        terminal = Terminal(str(examples / "harbour-bridge.html"), "-m", model.engine(), "--no-save")
        terminal.until("[01] The harbour bridge")
        assert "What the divers found" not in terminal.seen  # shown before the rest is written
        shown = terminal.rest()
    assert terminal.process.returncode == 0
    kept = "\n".join(screen(shown))
    assert kept.count("[01] The harbour bridge") == 1
    assert kept.count("[02] What the divers found") == 1
    assert "Writing" not in kept


def test_an_interrupt_ends_the_request_and_the_program(document: aili.Document, examples: Path) -> None:
    with models(drip) as model:
        terminal = Terminal(str(examples / "harbour-bridge.html"), "-m", model.engine())
        terminal.until("Writing the digest")
        while not model.asked:
            time.sleep(0.02)
        os.kill(terminal.process.pid, signal.SIGINT)
        began = time.monotonic()
        shown = terminal.rest()
        took = time.monotonic() - began
    assert terminal.process.returncode == 130
    assert "Interrupted." in shown
    assert took < 1.0

"""A question put to a document: cited and checked bullets, or that the document does not say; a conversation can go on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import aili
from aili import codec
from aili.answers import ANSWERS, render
from aili.asking import LONGEST, recalled, remembered
from aili.asking import stream as asking
from aili.digest import Bullet
from aili.engines.embedded.relevance import Text, scores
from aili.errors import MalformedError, UsageError
from aili.events import Answered, Extracted, Fetched, Replied, Started
from aili.renderers import Options

SETTINGS = aili.Settings(cache=False)
EXAMPLES = Path(__file__).parent.parent / "examples"
BRIDGE = aili.read(EXAMPLES / "harbour-bridge.html", settings=SETTINGS)
NIGHT_TRAIN = aili.read(EXAMPLES / "nachtzug.txt", settings=SETTINGS)
REPAIRS = "How long will the repairs take?"


def ask(question: str, document: aili.Document = BRIDGE, *before: str) -> aili.Answer:
    """The answer to ``question`` after those that were asked ``before``."""
    conversation = None
    for earlier in before:
        conversation = remembered(
            conversation, aili.ask(document, earlier, settings=SETTINGS, conversation=conversation)
        )
    return aili.ask(document, question, settings=SETTINGS, conversation=conversation)


def run(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "aili", "ask", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, check=False)


# What an answer says


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (REPAIRS, 2),
        ("How much will the repairs cost?", 2),
        ("When does the work begin?", 49),
        ("Can cars use the ferry?", 34),
        ("Who leads the opposition group on the council?", 21),
        ("Why did the steel corrode?", 16),
        ("What did the inspection in 2019 recommend?", 19),
    ],
)
def test_an_answer_rests_on_the_sentence_that_says_it(question: str, sentence: int) -> None:
    answer = ask(question)
    assert answer.said
    assert sentence - 1 in {number for bullet in answer.bullets for number in bullet.evidence}
    assert {bullet.verdict for bullet in answer.bullets} == {"supported"}
    assert 1 <= len(answer.bullets) <= 3


@pytest.mark.parametrize(
    "question",
    [
        "Who won the football match?",
        "What is the capital of France?",
        "What does the king of Norway think of the new opera house?",
        "Which vaccine protects against malaria?",
        "How do I bake sourdough bread?",
        "What is it?",
        "?!? what",
    ],
)
def test_what_the_document_does_not_say_is_not_answered(question: str) -> None:
    answer = ask(question)
    assert not answer.said
    assert answer.bullets == ()
    assert answer.citations == ()
    assert render(answer).startswith("The document does not say.")


@pytest.mark.parametrize(
    "form",
    [
        "The council plans these repairs of the harbour bridge:",
        "What repairs of the harbour bridge does the council plan?",
        "Read more about the repairs of the harbour bridge that the council plans on this page.",
    ],
    ids=["opens a list", "asks", "points elsewhere"],
)
def test_a_sentence_that_says_nothing_answers_less_than_one_that_does(form: str) -> None:
    told = "The council plans repairs of the harbour bridge in May and new bearings from Leeds."
    vectors = np.full((2, 4), 0.5, np.float32)  # as alike as can be, so that the form alone tells them apart
    text = Text(sentences=[form, told], vectors=vectors, blocks=[0, 1], headings=["", ""], title="", language="en")
    silent, telling = scores(text, "What repairs of the harbour bridge does the council plan?", vectors[0])
    assert telling > silent + 0.5


def test_a_sentence_that_leans_on_another_is_told_with_it() -> None:
    answer = ask("Can cars use the ferry?")
    (bullet,) = [bullet for bullet in answer.bullets if 33 in bullet.evidence]
    assert not bullet.text.startswith("It ")


def test_the_citations_are_the_sentences_of_the_evidence() -> None:
    answer = ask(REPAIRS)
    used = {number for bullet in answer.bullets for number in bullet.evidence}
    assert {citation.id for citation in answer.citations} == used
    assert all(BRIDGE.text[citation.start : citation.end] == citation.text for citation in answer.citations)
    assert answer.provenance.engine == "embedded"
    assert answer.provenance.document == BRIDGE.hash
    assert answer.title == BRIDGE.metadata.title


def test_a_document_in_another_language_is_asked_in_its_own() -> None:
    answer = ask("Wie viel kostet die Fahrt im Sitzwagen?", NIGHT_TRAIN)
    assert answer.said
    assert "39 Euro" in answer.bullets[0].text
    assert not ask("Wer gewann das Endspiel im Handball?", NIGHT_TRAIN).said
    with pytest.raises(UsageError, match=r"another language \(de\) than the document \(en\)"):
        ask("Wann wird die Brücke wieder geöffnet?")


def test_the_events_are_those_of_a_digest_with_a_reply_and_an_answer() -> None:
    kinds = [type(event) for event in asking(EXAMPLES / "harbour-bridge.html", REPAIRS, settings=SETTINGS)]
    assert kinds == [Started, Fetched, Extracted, Replied, Answered]


def test_a_long_document_is_searched_to_its_end() -> None:
    filler = "The committee met again on that day and talked at length about the budget of the year.\n\n"
    text = filler * 2000 + "The lighthouse keeper of Skarvik owned seven grey cats."
    resource = aili.Resource(data=text.encode(), media_type="text/plain", reference="long.txt", location="long.txt")
    answer = aili.ask(resource, "How many cats did the lighthouse keeper own?", settings=SETTINGS)
    assert [bullet.text for bullet in answer.bullets] == ["The lighthouse keeper of Skarvik owned seven grey cats."]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200), st.sampled_from([BRIDGE, NIGHT_TRAIN]))
def test_any_text_is_answered_alike_each_time_or_refused_in_a_sentence(question: str, document: aili.Document) -> None:
    try:
        first = aili.ask(document, question, settings=SETTINGS)
    except UsageError as error:
        assert error.message.endswith(".")
        return
    assert codec.encode(first) == codec.encode(aili.ask(document, question, settings=SETTINGS))
    for format_ in ANSWERS:
        text = render(first, format=format_)
        assert text.endswith("\n")
        assert not {"\x1b", "\x07", "\u202e"} & set(text)


# Asking on


def test_and_why_is_read_with_the_question_before_it() -> None:
    answer = ask("And why?", BRIDGE, "When was the bridge closed?")
    assert answer.read_as == "And why? (When was the bridge closed?)"
    assert answer.said
    alone = ask("And why?")
    assert (alone.said, alone.read_as) == (False, "")


def test_a_pronoun_carries_the_subject_over_and_a_whole_question_does_not() -> None:
    answer = ask("How long does it take to cross?", BRIDGE, "How many passengers can the ferry carry?")
    assert "ferry carry" in answer.read_as
    assert ask("Who leads the opposition group on the council?", BRIDGE, REPAIRS).read_as == ""


def test_a_conversation_grows_and_is_bound_to_its_document() -> None:
    conversation = None
    for _ in range(3):
        answer = aili.ask(BRIDGE, REPAIRS, settings=SETTINGS, conversation=conversation)
        conversation = remembered(conversation, answer)
    assert conversation is not None
    assert len(conversation.answers) == 3
    assert recalled(codec.encode(conversation), "talk.json") == conversation
    with pytest.raises(UsageError, match="another document"):
        aili.ask(NIGHT_TRAIN, "Was kostet die Fahrt?", settings=SETTINGS, conversation=conversation)


@pytest.mark.parametrize("data", [b"hello", b"{}", b"[1]", b"\xff\xfe", b'{"document": 3}'])
def test_a_session_file_that_is_none_is_said_to_be(data: bytes) -> None:
    with pytest.raises(MalformedError, match=r"^talk\.json is no session of aili ask\. Name another file"):
        recalled(data, "talk.json")


# The value and its forms


def test_an_answer_fits_its_schema_and_comes_back() -> None:
    for question in (REPAIRS, "Who won the football match?"):
        answer = ask(question)
        data = codec.encode(answer)
        assert codec.decode(data, aili.Answer) == answer
        jsonschema.validate(json.loads(data), codec.schema(aili.Answer))
        assert answer.hash.startswith("answer-1:")


def test_every_format_shows_bullets_and_evidence_and_trusts_no_text() -> None:
    answer = ask(REPAIRS)
    evil = Bullet(text="See \x1b[31m<b>here</b> [x](javascript:1)", evidence=(1,), verdict="supported")
    answer = codec.decode(codec.encode(answer), aili.Answer)
    evil_answer = aili.Answer(question="q\x1b[2J?", said=True, bullets=(evil,), citations=answer.citations)
    assert "14 months" in render(answer, format="text")
    assert "[2]" in render(answer, format="text", options=Options(evidence=True))
    assert "> [2] The county council said" in render(answer, format="markdown")
    assert "✓" in render(answer, format="terminal")
    for format_ in ("text", "terminal", "markdown"):
        assert "\x1b" not in render(evil_answer, format=format_)
    assert "[x](javascript" not in render(evil_answer, format="markdown")
    with pytest.raises(UsageError):
        render(answer, format="pdf")


# The command


def test_the_command_answers_and_its_exit_code_tells_what_is_not_said(examples: Path) -> None:
    done = run(examples / "harbour-bridge.html", REPAIRS)
    assert done.returncode == 0
    assert "14 months" in done.stdout.decode()
    silent = run(examples / "harbour-bridge.html", "Who won the football match?", "-f", "json")
    assert silent.returncode == 1
    assert silent.stderr == b""
    assert json.loads(silent.stdout)["said"] is False
    piped = run("-", REPAIRS, stdin=(examples / "harbour-bridge.html").read_bytes())
    assert piped.stdout == done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("harbour-bridge.html", ""), 2, "There is no question."),
        (("harbour-bridge.html", " \n?"), 2, "There is no question."),
        (("harbour-bridge.html", "x" * (LONGEST + 1)), 2, "more than 1,000 characters"),
        (("harbour-bridge.html", "Wann wird die Brücke wieder geöffnet?"), 2, "another language (de)"),
        (("harbour-bridge.html", REPAIRS, "-f", "pdf"), 2, "pdf"),
        (("harbour-bridge.html", REPAIRS, "-m", "scripted:x"), 2, "answers no questions"),
        (("harbour-bridge.html", REPAIRS, "--session", "harbour-bridge.html"), 2, "is the document itself"),
        (("harbour-bridge.html", REPAIRS, "--session", "notice.txt"), 3, "notice.txt is no session of aili ask."),
        (("harbour-bridge.html", REPAIRS, "--session", "no/where.json"), 7, "its directory does not exist"),
        (("missing.html", REPAIRS), 3, "missing.html"),
        (("abc123", REPAIRS), 3, "There is no file and no kept digest 'abc123'."),
    ],
)
def test_bad_input_is_one_clear_sentence(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, told: str
) -> None:
    shutil.copytree(examples, tmp_path / "examples")
    monkeypatch.chdir(tmp_path / "examples")
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, b"")
    said = done.stderr.decode()
    assert said.startswith("aili: ")
    assert said.count("\n") == 1
    assert told in said
    assert "mistake in aili" not in said


def test_a_session_is_kept_in_a_file_and_belongs_to_one_document(examples: Path, tmp_path: Path) -> None:
    session = tmp_path / "talk.json"
    session.touch()  # as mktemp makes it
    assert run(examples / "harbour-bridge.html", "When was the bridge closed?", "--session", session).returncode == 0
    done = run(examples / "harbour-bridge.html", "And why?", "--session", session)
    assert done.returncode == 0
    assert done.stdout.decode().startswith("Read as: And why? (When was the bridge closed?)\n")
    kept = session.read_bytes()
    assert len(codec.decode(kept, aili.Conversation).answers) == 2
    other = run(examples / "notice.txt", "When is the water off?", "--session", session)
    assert other.returncode == 2
    assert "another document" in other.stderr.decode()
    assert session.read_bytes() == kept


@pytest.mark.parametrize("reference", ["aB3", "iJ-QFA", "Y2WdW-", "viR6_A9x-0"])
def test_what_may_be_an_id_is_looked_for_in_the_library(reference: str) -> None:
    done = run(reference, REPAIRS)
    assert done.returncode == 3
    assert b"no file and no kept digest" in done.stderr


def test_a_kept_digest_is_asked_by_its_id(examples: Path) -> None:
    aili_ = [sys.executable, "-m", "aili"]
    subprocess.run([*aili_, str(examples / "harbour-bridge.html")], check=True, capture_output=True, timeout=120)
    listed = subprocess.run([*aili_, "library", "list"], check=True, capture_output=True, timeout=120)
    found = listed.stdout.decode().split("\t")[0]
    done = run(found[:6], REPAIRS)
    assert done.returncode == 0, done.stderr.decode()
    assert "14 months" in done.stdout.decode()

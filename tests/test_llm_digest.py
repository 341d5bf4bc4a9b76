"""A digest by any language model: the same form, streamed, tied to sentences, checked, whatever the provider speaks."""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import aili
from aili.errors import EngineError
from aili.settings import Keys
from tests.models import Models, models
from tests.servers import Exchange

PROVIDERS = ("openai", "anthropic", "google", "openrouter", "mistral", "groq", "ollama", "compatible")
KEYS = Keys({name: f"sk-{name}-0123456789" for name in PROVIDERS if name not in ("ollama", "compatible")})


@pytest.fixture(scope="module")
def document(examples: Path) -> aili.Document:
    return aili.read(examples / "harbour-bridge.html", settings=aili.Settings(cache=False))


def settings(model: Models, provider: str = "compatible", **more: Any) -> aili.Settings:
    return aili.Settings(engine=model.engine(provider), keys=KEYS, **{"cache": False, "fallback": False, **more})


def bullet(document: aili.Document, *numbers: int, text: str = "") -> dict[str, Any]:
    """A bullet as a model writes it; by default the words of its first sentence. Numbers are those of the prompt."""
    return {"ids": list(numbers), "text": text or document.sentence(numbers[0] - 1)}


def question(text: str, *bullets: dict[str, Any]) -> dict[str, Any]:
    return {"question": text, "bullets": list(bullets)}


def section(heading: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {"heading": heading, "questions": list(questions)}


def answer(document: aili.Document) -> dict[str, Any]:
    """What a good model would answer about the bridge."""
    return {
        "abstract": [bullet(document, 1)],
        "sections": [
            section(
                "The harbour bridge",
                question("What happened to the bridge?", bullet(document, 1)),
                question(
                    "How long will the repairs take?",
                    bullet(
                        document, 2, text="Repairs of the bridge will take about 14 months, the county council said."
                    ),
                ),
            ),
            section("What the divers found", question("What does the report say?", bullet(document, 13))),
        ],
    }


def digest(document: aili.Document, chosen: aili.Settings) -> aili.Digest:
    return aili.summarize(document, settings=chosen)


def shown(made: aili.Digest) -> str:
    return aili.render(made)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_writes_a_checked_digest(provider: str, document: aili.Document) -> None:
    with models(json.dumps(answer(document))) as model:
        made = digest(document, settings(model, provider))
    assert [part.heading for part in made.sections] == ["The harbour bridge", "What the divers found"]
    assert {b.verdict for part in made.sections for q in part.questions for b in q.bullets} == {"supported"}
    assert made.sections[0].questions[1].bullets[0].evidence == (1,)
    assert made.provenance.engine == f"{provider}:test-model"
    usage = made.provenance.usage
    assert (usage.requests, usage.input_tokens, usage.output_tokens) == (1, 5000, 700)
    assert len(model.asked) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_request_has_no_tools_asks_for_the_form_and_bounds_the_answer(provider: str, document: aili.Document) -> None:
    with models(json.dumps(answer(document))) as model:
        digest(document, settings(model, provider))
    body = json.dumps(model.asked[0].body)
    assert '"tools"' not in body
    assert re.search(r'"(?:max_tokens|max_output_tokens|maxOutputTokens)": \d+', body)
    prompt = model.asked[0].prompt
    assert "2 The county council said repairs would take about 14 months" in prompt
    if provider in ("openai", "google", "groq", "compatible"):
        schema = re.split("[sS]chema", body, maxsplit=1)[1]
        assert schema.index('"ids"') < schema.index('"text"')  # evidence first


def test_the_text_stands_between_marks_that_nobody_can_foresee(document: aili.Document) -> None:
    with models(json.dumps(answer(document))) as model:
        digest(document, settings(model))
        digest(document, settings(model))
    marks = [re.findall(r"^##[0-9a-f]{12}$", asked.prompt, re.MULTILINE) for asked in model.asked]
    assert [len(found) for found in marks] == [2, 2]
    assert marks[0][0] == marks[0][1] != marks[1][0]
    assert all(mark[0] in asked.prompt.partition("\n")[0] for mark, asked in zip(marks, model.asked, strict=True))


def test_partial_digests_are_events_and_hold_only_what_stands(document: aili.Document) -> None:
    wrong = answer(document)
    wrong["sections"][0]["questions"][0]["bullets"].append(
        bullet(document, 2, text="Repairs of the bridge will take about 99 months.")
    )
    seen = []
    with models(json.dumps(wrong), delay=0.02) as model:
        for event in aili.stream(document, settings=settings(model)):
            seen += [event] if isinstance(event, aili.Drafted) else []
    partial = [event.draft for event in seen if not event.complete]
    assert len(partial) >= 2
    assert len(partial[0].sections) < 2  # the first is on screen before the last is written
    assert seen[-1].complete
    assert not any("99 months" in repr(draft) for draft in partial)


def test_closing_the_stream_ends_the_request_within_200_ms(document: aili.Document) -> None:
    gone = threading.Event()

    def endless(exchange: Exchange) -> None:
        from tests.models import events, start

        start(exchange)
        pieces = list(events(exchange.asked.path, json.dumps(answer(document))))
        try:
            for piece in pieces[:-6]:
                exchange.write(piece)
            while not exchange.stopping.is_set():
                exchange.write(b": still here\n\n")
                time.sleep(0.01)
        except OSError:
            gone.set()
            raise

    with models(endless) as model:
        stream = aili.stream(document, settings=settings(model))
        next(event for event in stream if isinstance(event, aili.Drafted) and event.draft.sections)
        began = time.monotonic()
        stream.close()
        took = time.monotonic() - began
        assert gone.wait(2.0)
    assert took < 0.2


def test_a_bullet_that_fails_is_sent_back_with_the_reason_and_comes_back_right(document: aili.Document) -> None:
    wrong = answer(document)
    wrong["sections"][0]["questions"][1]["bullets"] = [
        bullet(document, 2, text="The repairs will take about 41 months.")
    ]
    right = {"number": 1, **bullet(document, 2, text="The council said repairs would take about 14 months.")}
    with models(json.dumps(wrong), json.dumps({"bullets": [right]})) as model:
        made = digest(document, settings(model))
    assert "41 months" not in shown(made)
    assert "The council said repairs would take about 14 months." in shown(made)
    assert made.checks.replaced == made.checks.dropped == 0
    assert "41 months" in model.asked[1].prompt
    assert "Wrong:" in model.asked[1].prompt
    assert "# Who will pay" not in model.asked[1].prompt  # only what concerns the bullet goes out again
    assert made.provenance.usage.input_tokens == 10_000


def test_what_stays_wrong_for_two_rounds_is_replaced_by_its_source(document: aili.Document) -> None:
    wrong = answer(document)
    wrong["sections"][0]["questions"][1]["bullets"] = [
        bullet(document, 2, text="The repairs will take about 41 months.")
    ]
    again = {"bullets": [{"number": 1, **bullet(document, 2, text="The repairs will take about 42 months.")}]}
    with models(json.dumps(wrong), json.dumps(again)) as model:
        made = digest(document, settings(model))
    assert len(model.asked) == 3
    assert made.checks.replaced == 1
    assert "about 14 months and cost £38.4 million" in shown(made)
    assert "41 months" not in shown(made)


def test_ids_that_the_model_was_not_shown_are_no_evidence(document: aili.Document) -> None:
    made_up = answer(document)
    made_up["sections"][0]["questions"][1]["bullets"] = [
        bullet(document, 2, text="The ferry is free of charge on weekdays.") | {"ids": [4711, -3, 0]}
    ]
    with models(json.dumps(made_up)) as model:
        made = digest(document, settings(model))
    assert "free of charge" not in shown(made)
    assert all(citation.id < len(document.sentences) for citation in made.citations)
    assert any("left out of what the model wrote" in note for note in made.provenance.notes)


@pytest.mark.parametrize(
    "around",
    [
        '<think>I should cite sentence {{1}}. {{"abstract": []}} is a start.</think>{json}',
        "The user wants a digest, so I think first.</think>\n{json}",
        "Sure! Here is the digest you asked for:\n\n```json\n{json}\n```\nLet me know if you need more.",
        "{json}\n\nI hope this helps {{and more}}.",
        "\ufeff  \n{json}",
    ],
    ids=["thinking", "thinking without a beginning", "preamble and fence", "postscript", "byte order mark"],
)
def test_what_stands_around_the_answer_is_passed_over(around: str, document: aili.Document) -> None:
    with models(around.format(json=json.dumps(answer(document)))) as model:
        made = digest(document, settings(model))
    assert len(made.sections) == 2
    assert len(model.asked) == 1


def test_ids_are_read_however_they_are_written(document: aili.Document) -> None:
    odd = answer(document)
    odd["sections"][0]["questions"][0]["bullets"][0]["ids"] = ["[1]"]
    odd["sections"][1]["questions"][0]["bullets"][0]["ids"] = "13"
    with models(json.dumps(odd)) as model:
        made = digest(document, settings(model))
    assert made.sections[0].questions[0].bullets[0].evidence == (0,)
    assert made.sections[1].questions[0].bullets[0].evidence == (12,)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("", "empty"),
        ("<think>Hm.", "empty"),
        ("I'm sorry, but I can't help with that.", "refusal"),
        ("The bridge is closed. It will be repaired.", "no digest"),
        ('{"abstract": [], "sections": []}', "no digest"),
        ("[1, 2", "no digest"),
    ],
)
def test_an_answer_that_is_no_digest_is_asked_for_again(bad: str, told: str, document: aili.Document) -> None:
    with models(bad, json.dumps(answer(document))) as model:
        made = digest(document, settings(model))
        assert len(made.sections) == 2
        assert told in model.asked[1].prompt
    with models(bad) as model, pytest.raises(aili.AiliError) as raised:
        digest(document, settings(model))
    assert len(model.asked) == 3  # the first and two rounds
    assert "test-model" in raised.value.message


def test_an_answer_that_breaks_off_is_asked_for_shorter_and_then_taken_as_far_as_it_goes(
    document: aili.Document,
) -> None:
    whole = json.dumps(answer(document))
    cut = whole[: whole.index("What the divers found") - 20]
    with models(cut, whole, stop="length") as model:
        made = digest(document, settings(model))
    assert len(model.asked) == 2
    assert len(made.sections) == 2
    assert "broke off" in model.asked[1].prompt
    with models(cut) as model:
        made = digest(document, settings(model))
    assert [part.heading for part in made.sections] == ["The harbour bridge"]
    assert any("broke off" in note for note in made.provenance.notes)


def test_an_answer_in_another_language_is_asked_for_again(document: aili.Document) -> None:
    german = answer(document)
    text = (
        "Die Brücke über den Hafen wurde für den gesamten Verkehr gesperrt, weil Taucher in mehreren Lagern Risse gefunden "
        "haben, die sich nicht mehr reparieren lassen, und weil niemand mehr für die Sicherheit der Brücke bürgen will."
    )
    german["sections"] = [
        section("Die Brücke", question("Was ist?", *(bullet(document, n, text=f"{text} {n}") for n in (1, 2, 3))))
    ]
    with models(json.dumps(german), json.dumps(answer(document))) as model:
        made = digest(document, settings(model))
    assert "another language" in model.asked[1].prompt
    assert "Brücke" not in shown(made)


def test_the_wish_reaches_the_model(document: aili.Document, tmp_path: Path) -> None:
    preset = tmp_path / "nurses.txt"
    preset.write_text("Write for nurses on the night shift.\n")
    with models(json.dumps(answer(document))) as model:
        digest(document, settings(model, focus="what it costs", prompt=str(preset), length="brief"))
        with pytest.raises(EngineError, match="in en instead of de"):
            digest(document, settings(model, language="de"))
    assert "The reader cares most about this: what it costs." in model.asked[0].prompt
    assert "Write for nurses on the night shift." in model.asked[0].prompt
    assert "up to 3 sections" in model.asked[0].prompt
    assert "German (de)" in model.asked[1].prompt


def test_a_wish_that_only_models_can_heed_is_not_ignored_in_silence(document: aili.Document) -> None:
    made = digest(document, aili.Settings(cache=False, focus="what it costs"))
    assert any("focus" in note for note in made.provenance.notes)


def test_a_digest_is_written_in_another_language_with_its_numbers_checked(document: aili.Document) -> None:
    german = {
        "abstract": [bullet(document, 1, text="Die Hafenbrücke ist gesperrt, weil 11 der 16 Lager Risse haben.")],
        "sections": [
            section(
                "Die Hafenbrücke",
                question(
                    "Wie lange dauert es?",
                    bullet(document, 2, text="Die Reparatur dauert etwa 14 Monate und kostet 38,4 Millionen Pfund."),
                    bullet(document, 2, text="Die Reparatur dauert etwa 77 Monate."),
                ),
            )
        ],
    }
    with models(json.dumps(german), '{"bullets": []}') as model:
        made = digest(document, settings(model, language="de"))
    assert made.language == "de"
    assert "14 Monate" in shown(made)
    assert "77 Monate" not in shown(made)


def test_headings_and_questions_that_the_text_does_not_know_are_not_the_models(document: aili.Document) -> None:
    strange = answer(document)
    strange["sections"][0]["heading"] = "Elephants Singing Opera in Bombay"
    strange["sections"][1]["questions"][0]["question"] = "Why do elephants in Bombay sing operas at midnight?"
    with models(json.dumps(strange)) as model:
        made = digest(document, settings(model))
    assert "lephants" not in shown(made)
    assert [part.heading for part in made.sections] == ["Part 1", "What the divers found"]


def test_dots_for_words_are_no_heading_no_question_and_no_bullet(document: aili.Document) -> None:
    dots = answer(document)
    dots["sections"][0]["heading"] = "…"
    dots["sections"][0]["questions"][0]["question"] = "…?"
    dots["sections"][1]["questions"][0]["bullets"].append(bullet(document, 13, text="…"))
    with models(json.dumps(dots), '{"bullets": []}') as model:
        made = digest(document, settings(model))
    assert made.sections[0].heading == "Part 1"
    assert not any("…" in question.text for part in made.sections for question in part.questions)
    assert "•  …" not in shown(made)
    assert any("left out of what the model wrote" in note for note in made.provenance.notes)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Divers found cracks in eleven of the sixteen bearings and the bridge was closed to", "to its end"),
        ("The county council said repairs would take about 14 months and " * 7, "to its end"),
        (
            "The bridge was closed. The repairs would take about 14 months. The council said so on Friday.",
            "Write one sentence",
        ),
    ],
    ids=["ends in the middle", "cut at the longest", "a paragraph"],
)
def test_a_bullet_is_one_sentence_with_an_end(text: str, told: str, document: aili.Document) -> None:
    odd = answer(document)
    odd["sections"][1]["questions"][0]["bullets"].append(bullet(document, 2, text=text[:400]))
    with models(json.dumps(odd), '{"bullets": []}') as model:
        made = digest(document, settings(model))
        assert told in model.asked[1].prompt
    assert text[:60] not in shown(made)


def test_a_heading_is_no_bullet_and_an_abstract_says_nothing_twice(document: aili.Document) -> None:
    copied = answer(document)
    heading = next(
        document.sentence(number)
        for number, span in enumerate(document.sentences)
        if document.blocks[span.block].kind == "heading"
    )
    copied["abstract"] = [bullet(document, 1), bullet(document, 1, 2, text=document.sentence(0))]
    copied["sections"][0]["questions"][0]["bullets"].append(bullet(document, 2, text=f"3. {heading.upper()}"))
    copied["sections"][1]["questions"][0]["bullets"].append(bullet(document, 2, text=document.metadata.title))
    with models(json.dumps(copied), '{"bullets": []}') as model:
        made = digest(document, settings(model))
        assert model.asked[1].prompt.count("Write a full sentence.") == 2
    assert len(made.abstract) == 1
    assert heading.upper() not in shown(made)
    assert f"• {document.metadata.title}" not in " ".join(shown(made).split())


def test_a_server_without_schemas_is_told_the_form_in_words(document: aili.Document) -> None:
    from tests.servers import page

    refusal = page(
        '{"error": {"message": "response_format is not supported"}}', status=400, media_type="application/json"
    )
    with models(refusal, json.dumps(answer(document))) as model:
        made = digest(document, settings(model, "groq"))
    assert len(made.sections) == 2
    assert "json_schema" in json.dumps(model.asked[0].body)
    assert "json_schema" not in json.dumps(model.asked[1].body)
    assert '{"abstract":' in model.asked[1].prompt


def test_a_draft_is_kept_and_the_same_wish_is_not_paid_for_twice(document: aili.Document, tmp_path: Path) -> None:
    def kept(**more: Any) -> aili.Settings:
        return settings(model, cache=True, cache_dir=str(tmp_path), **more)

    with models(json.dumps(answer(document))) as model:
        first = digest(document, kept())
        assert digest(document, kept()) == first
        assert len(model.asked) == 1
        digest(document, kept(focus="what it costs"))
        assert len(model.asked) == 2

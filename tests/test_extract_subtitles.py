"""Subtitles become speech in sentences: said once, by whom, and when."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aili import sources
from aili.document import Document, Resource
from aili.errors import AiliError, EmptyError, MalformedError
from aili.extractors import ParseLimits, Task, extract
from aili.extractors.subtitles import cues, transcript
from aili.pipeline import summarize
from aili.settings import Settings
from tests.zip_files import PROSE


def read(text: str | bytes, *, name: str = "x.srt", min_words: int = 1) -> Document:
    data = text if isinstance(text, bytes) else text.encode()
    kind = sources.media_type(data, name=name)
    resource = Resource(data=data, media_type=kind, reference=name, location=name)
    return extract(resource, limits=ParseLimits(min_words=min_words))


def clock(seconds: float) -> str:
    return f"{int(seconds // 3600):02d}:{int(seconds // 60) % 60:02d}:{seconds % 60:06.3f}"


def vtt(*shown: tuple[float, float, str], head: str = "WEBVTT") -> str:
    return f"{head}\n\n" + "\n\n".join(f"{clock(start)} --> {clock(end)}\n{text}" for start, end, text in shown) + "\n"


def srt(*shown: tuple[float, float, str]) -> str:
    parts = (
        f"{at}\n{clock(start).replace('.', ',')} --> {clock(end).replace('.', ',')}\n{text}"
        for at, (start, end, text) in enumerate(shown, start=1)
    )
    return "\n\n".join(parts) + "\n"


def paragraphs(document: Document) -> list[str]:
    return [document.block(at) for at in range(len(document.blocks))]


HALVES = [
    (4 * at, 4 * at + 4, half) for at, half in enumerate(half for line in PROSE for half in (line[:40], line[40:]))
]


@pytest.mark.parametrize("form", [vtt, srt])
def test_cues_are_merged_into_sentences(form: object) -> None:
    document = read(form(*HALVES), name="x.vtt" if form is vtt else "x.srt")  # type: ignore[operator]
    assert [document.sentence(at) for at in range(len(document.sentences))] == [
        " ".join((line[:40] + " " + line[40:]).split()) for line in PROSE
    ]


def test_a_sentence_knows_when_it_is_said() -> None:
    document = read(srt((1, 3, "First words."), (61, 63, "Then more"), (63, 65, "and more."), (3661, 3663, "At last.")))
    assert [(document.sentence(at), document.locator(one.start)) for at, one in enumerate(document.sentences)] == [
        ("First words.", "0:01"), ("Then more and more.", "1:01"), ("At last.", "1:01:01"),
    ]  # fmt: skip


def test_captions_that_roll_up_say_each_word_once() -> None:
    document = read(
        vtt(
            (0, 2, "hello<00:00:00.480><c> everyone</c><00:00:00.719><c> here</c>"), (2, 2.01, "hello everyone here\n "),
            (2, 4, "hello everyone here\nto<00:00:02.560><c> the harbour</c>"), (4, 4.01, "to the harbour\n "),
            (4, 6, "to the harbour\nwe look around"),
        ),
        name="x.vtt",
    )  # fmt: skip
    assert document.text == "Hello everyone here to the harbour we look around."


def test_a_line_that_is_shown_again_above_a_new_one_after_a_pause_is_said_once() -> None:
    shown = vtt(
        (0, 2, "\nhello everyone here"),
        (4, 6, "hello everyone here\nto the harbour"),
        (30, 32, "to the harbour\nwe go"),
    )
    assert read(shown, name="x.vtt").text.casefold().count("hello everyone here") == 1
    assert read(shown, name="x.vtt").text.casefold().count("to the harbour") == 2
    assert read(srt((0, 1, "No."), (3, 4, "No.\nStay here."))).text.count("No.") == 2


def test_captions_that_grow_say_each_word_once() -> None:
    document = read(
        srt((0, 1, "The ferry was"), (1, 2, "The ferry was cancelled twice"), (2, 3, "was cancelled twice this week."))
    )
    assert document.text == "The ferry was cancelled twice this week."


def test_words_that_are_said_again_later_are_kept() -> None:
    document = read(
        srt((0, 1, "We must rebuild it."), (9, 10, "We must rebuild it."), (10, 11, "No."), (11, 12, "No."))
    )
    assert document.text.count("We must rebuild it.") == 2


def test_cues_that_lie_over_one_another_come_in_the_order_of_their_beginning() -> None:
    document = read(srt((5, 9, "second part."), (1, 6, "First part and")))
    assert document.text == "First part and second part."


def test_speakers_open_their_paragraphs() -> None:
    document = read(
        vtt(
            (0, 2, "<v Ada Berg>The pier is closed.</v>"), (2, 4, "<v Ada Berg>It has cracks."),
            (4, 6, "<v.loud Tor>Since when?"),
        ),
        name="x.vtt",
    )  # fmt: skip
    assert paragraphs(document) == ["Ada Berg: The pier is closed. It has cracks.", "Tor: Since when?"]


def test_speakers_in_capitals_dashes_and_arrows_are_turns() -> None:
    document = read(
        srt(
            (0, 1, "MAYOR: Who pays?"),
            (1, 2, "- The town.\n- Never."),
            (2, 3, ">> ADA: It must."),
            (3, 4, "Note: it is old."),
        )
    )
    assert paragraphs(document) == ["MAYOR: Who pays?", "The town.", "Never.", "ADA: It must. Note: it is old."]


def test_a_name_that_comes_twice_is_a_speaker() -> None:
    document = read(
        srt((0, 1, "Ada Berg: It is closed."), (1, 2, "Tor: Why?"), (2, 3, "Ada Berg: Cracks."), (3, 4, "Tor: Oh."))
    )
    assert len(paragraphs(document)) == 4


def test_sounds_are_set_aside_and_markup_is_none() -> None:
    document = read(
        srt(
            (0, 1, "[wind howling]"),
            (1, 2, "♪ la la ♪"),
            (2, 3, "♪♪"),
            (3, 4, "{\\an8}<i>The pier</i> <font color='#fff'>&amp; ferry</font> [laughs] closed."),
        )
    )
    assert document.text == "la la The pier & ferry closed."
    assert document.reading.warnings == ("Set aside: 1 sound description.",)


def test_what_has_no_punctuation_is_cut_at_pauses_and_told() -> None:
    words = [f"word{at} and some more of it" for at in range(40)]
    document = read(vtt(*((5 * at, 5 * at + 4, line) for at, line in enumerate(words))), name="x.vtt")
    assert len(document.sentences) >= 8
    assert max(len(document.sentence(at).split()) for at in range(len(document.sentences))) <= 60
    assert "no punctuation" in document.reading.warnings[0]


def test_notes_styles_and_settings_are_no_text() -> None:
    text = (
        "WEBVTT - Harbour talk\nLanguage: de\n\nNOTE\nnobody sees this\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\n"
        f"intro\n00:01.000 --> 00:04.000 align:start position:0%\n{PROSE[0]}\n"
    )
    document = read(text, name="x.vtt")
    assert document.text == PROSE[0]
    assert document.metadata.title == "Harbour talk"


def test_untidy_files_are_read_as_players_do() -> None:
    text = f"\ufeff1\r\n0:00:01.5 --> 0:00:02,25\r\n{PROSE[0]}\r\n2\r\n00:00:03,000-->00:00:04,000\r\n"
    text += f"{PROSE[1]}\r\n\r\n\r\n3\r\n"
    assert read(text).text == f"{PROSE[0]} {PROSE[1]}"
    old = "1\n00:00:01,000 --> 00:00:02,000\nD\xe9j\xe0 ferm\xe9, le quai a des fissures.\n".encode("cp1252")
    assert read(old).text == "Déjà fermé, le quai a des fissures."


def test_languages_without_spaces_are_joined_without() -> None:
    document = read(srt((0, 1, "北の桟橋は"), (1, 2, "閉鎖された。"), (2, 3, "修理は六月に始まる。")))
    assert document.text == "北の桟橋は閉鎖された。修理は六月に始まる。"
    assert len(document.sentences) == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("WEBVTT\n\nNOTE nothing here\n", MalformedError),
        ("1\n00:00:01,000 --> 00:00:02,000\n\n", MalformedError),
        ("1\n00:00:01,000 --> 00:00:02,000\n[wind]\n", EmptyError),
    ],
)
def test_a_file_without_subtitles_says_so(text: str, error: type[AiliError]) -> None:
    with pytest.raises(error, match=r"x\.(?:srt|vtt)") as raised:
        read(text, name="x.vtt" if text.startswith("WEB") else "x.srt")
    assert raised.value.hint


def test_a_film_of_twenty_thousand_cues_is_read_in_time() -> None:
    many = srt(*((at, at + 0.9, f"Line {at} of it.") for at in range(20_000)))
    document = extract(
        Resource(data=many.encode(), media_type="application/x-subrip", reference="x", location="x"),
        limits=ParseLimits(seconds=30),
    )
    assert len(document.sentences) == 20_000


def test_a_digest_says_when_its_evidence_is_said() -> None:
    digest = summarize(read(srt(*HALVES)), settings=Settings(cache=False))
    assert digest.citations
    assert {one.locator for one in digest.citations} <= {"0:00", "0:08", "0:16", "0:24"}


LINES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "WEBVTT", "1", "-->", "<v Ada>", "[x]", "ADA: yes", "- no", "the same words again", "{\\an8}", "\ue000"]
    ),
    st.builds(lambda a, b: f"{clock(a)} --> {clock(b)}", st.floats(0, 9999), st.floats(0, 9999)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, max_size=40))
def test_any_lines_are_a_document_or_a_clear_error(lines: list[str]) -> None:
    resource = Resource(
        data="\n".join(lines).encode("utf-8", "replace"), media_type="text/vtt", reference="x", location="x"
    )
    try:
        document = transcript.read(Task(resource=resource, min_words=1))
    except AiliError as error:
        assert error.message
        return
    assert all(0 <= one.start < one.end <= len(document.text) for one in document.sentences)
    assert [one.start for one in document.locators] == sorted(one.start for one in document.locators)
    assert all(cue.lines for cue in cues.read("\n".join(lines)))

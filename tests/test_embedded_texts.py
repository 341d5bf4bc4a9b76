"""Drafts of texts made here: long, short, foreign, odd, empty, and those that a careless engine would turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest

from aili.document import Block, BlockKind, Document, Metadata, Sentence
from aili.engines import EngineOptions, engine
from aili.engines.embedded.reading import survey
from aili.errors import EngineError
from aili.language import count_words
from aili.segmentation import segment
from tests.test_embedded_drafts import (
    assert_rests_on_evidence,
    assert_within_limits,
    bullets,
    drafted,
    read,
)

QUOTED = """
The harbour bridge in Ardmouth was closed on Wednesday. “The bridge is not safe. The council has known about the cracks in
the steel for ten years. Nobody told the people who drive over it,” said Tom Reed, who lives on Quay Street. A spokesman for
the council rejected the charge.
"""
QUOTED_ON = (
    "The harbour bridge in Ardmouth was closed on Wednesday.",
    "“The bridge is not safe. The council has known about the cracks in the bridge for ten years.",
    "“Nobody told us,” said Tom Reed, who lives on Quay Street.",
)
VICTIM = """
A man shot Paul Reyes in front of his bakery in Leeds. He was arrested on Friday because the police found the gun in a
house nearby. The bakery on Quay Street has been closed since the attack.
"""
COUPLE = """
Anna Berger and Paul Reyes own the largest farm in the county of Ardmouth. They sold 300 cows in May because the price of
feed had doubled. The bank in Tollen lent them $4 million for a new barn.
"""
TURKISH = """
Belediye, liman köprüsünü çarşamba gecesi bütün trafiğe kapattı. Dalgıçlar köprünün on altı çelik yatağından on birinde
çatlak buldu. Onarımın on dört ay süreceği ve otuz sekiz milyon liraya mal olacağı bildirildi. Pazartesi gününden itibaren
ücretsiz bir vapur her yirmi dakikada bir çalışacak. Esnaf ise müşterilerinin büyük bir bölümünü kaybetmekten korkuyor ve
belediyeden yardım istiyor. Belediye başkanı, kararın zor olduğunu ama başka bir yol bulunmadığını söyledi.
"""
FINNISH = """
Kaupunki sulki satamasillan kaikelta liikenteeltä keskiviikon ja torstain välisenä yönä. Sukeltajat olivat löytäneet
halkeamia yhdestätoista sillan kuudestatoista teräslaakerista. Korjaus kestää kaupungin mukaan noin neljätoista kuukautta
ja maksaa kolmekymmentäkahdeksan miljoonaa euroa. Maksuton lautta alkaa kulkea maanantaina ja lähtee joka kahdeskymmenes
minuutti. Kauppiaat pelkäävät, että he menettävät suuren osan asiakkaistaan, ja he ovat pyytäneet kaupungilta apua.
"""
FERRY = """
The ferry between Ardmouth and the island of Tollen will stop in October because its engine can no longer be repaired. The
county council said a new ship would cost £9 million. The old ship carries 140 people on each crossing. Anna Berger runs the
only shop on the island. She fears that half of the families will move away by the spring.
"""


def make(*blocks: tuple[BlockKind, str], title: str = "", language: str = "") -> Document:
    """A document of blocks, with its sentences where segmentation finds them."""
    text, spans, sentences = "", [], []
    for index, (kind, each) in enumerate(blocks):
        start = len(text)
        content = " ".join(each.split())
        spans.append(Block(kind=kind, start=start, end=start + len(content), level=2 if kind == "heading" else 0))
        found = [(0, len(content))] if kind == "heading" else segment(content)
        sentences += [Sentence(start=start + a, end=start + b, block=index) for a, b in found]
        text += content + "\n\n"
    return Document(
        text=text.rstrip(),
        blocks=tuple(spans),
        sentences=tuple(sentences),
        metadata=Metadata(title=title, language=language),
    )


def longer(paragraphs: int) -> Iterator[tuple[BlockKind, str]]:
    towns = "Ardmouth Tollen Skerry Lowmere Brevenau Lindhafen Quayside Weaver Chapel Pellow".split()
    for number in range(paragraphs):
        town = towns[number % len(towns)]
        text = (
            f"The town of {town} opened its school number {number} in {1900 + number % 100} for {200 + number} pupils. "
            f"The council of {town} paid for the building because the old school had burned down in year {number}. "
            f"Teachers in {town} said that the rooms of school number {number} were too small for the pupils."
        )
        yield "paragraph", text


@pytest.mark.parametrize(("text", "language"), [(TURKISH, "tr"), (FINNISH, "fi")])
def test_a_language_without_phrases_is_noted(text: str, language: str) -> None:
    draft = drafted(make(("paragraph", text)))
    assert draft.language == language
    assert [note for note in draft.notes if f"({language})" in note and "English" in note]
    for bullet in bullets(draft):
        assert bullet.origin == "extracted"
        assert bullet.text in " ".join(text.split())


def test_a_text_of_no_known_language_is_noted() -> None:
    draft = drafted(make(("paragraph", "Zuliq verrano mopeda kristu balen tosi. Qerna vulli sotra menka plodu girst.")))
    assert draft.language == ""
    assert any("unknown" in note for note in draft.notes)


def test_another_language_is_noted_and_not_translated() -> None:
    document = make(("paragraph", FERRY))
    draft = drafted(document, language="fr")
    assert draft.language == "en"
    assert [note for note in draft.notes if "(en)" in note and "fr" in note and "translate" in note]
    assert draft.sections == drafted(document).sections


@pytest.mark.parametrize("language", ["en", ""])
def test_the_document_s_own_language_needs_no_note(language: str) -> None:
    assert drafted(make(("paragraph", FERRY)), language=language).notes == ()


def test_a_document_that_says_its_language_is_believed() -> None:
    assert drafted(make(("paragraph", FINNISH), language="fi")).language == "fi"


def test_a_text_too_long_is_read_in_part_and_says_so() -> None:
    document = make(*longer(12))
    draft = drafted(document, max_words=150)
    assert 0 < draft.share < 0.5
    assert [note for note in draft.notes if f"{draft.share:.0%}" in note and "words" in note]
    assert_within_limits(draft, document)
    read_words = 0
    for number in range(max(number for bullet in bullets(draft) for number in bullet.evidence) + 1):
        read_words += count_words(document.sentence(number))
    assert read_words <= 150


def test_a_text_within_the_limit_is_read_whole() -> None:
    document = make(("paragraph", FERRY))
    assert drafted(document, max_words=count_words(document.text) + 1).share == 1


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_one_sentence_at_least_is_read_whatever_the_limit(limit: int) -> None:
    draft = drafted(make(("paragraph", FERRY)), max_words=limit)
    assert {number for bullet in bullets(draft) for number in bullet.evidence} == {0}
    assert draft.share < 1


@pytest.mark.parametrize(
    "blocks",
    [
        [("heading", "What the council knew"), ("heading", "Who will pay for the bridge")],
        [("caption", "The bridge was closed on Wednesday at midnight by the council.")],
        [("code", "for each in bridges: print(each.name) until all bridges are closed.")],
        [("paragraph", "Who will pay for the new bridge in the harbour of Ardmouth?")],
        [("paragraph", "Rain. Wind. Snow.")],
        [("paragraph", "Click here to read more about the bridge in the harbour.")],
        [],
    ],
    ids=["headings", "caption", "code", "question", "fragments", "promotion", "nothing"],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_text_that_carries_no_bullet_is_an_error(blocks: Sequence[tuple[BlockKind, str]], language: str) -> None:
    with pytest.raises(EngineError) as raised:
        drafted(make(*blocks, language=language))
    assert raised.value.hint


def test_a_document_without_a_title_is_digested() -> None:
    document = make(("paragraph", FERRY))
    draft = drafted(document)
    assert_within_limits(draft, document)
    assert any(bullet.text.startswith("The ferry between Ardmouth") for bullet in bullets(draft))


def test_the_title_alone_is_no_heading_of_a_section() -> None:
    title = "The last ferry to Tollen"
    draft = drafted(make(("heading", title), ("paragraph", FERRY), title=title))
    assert title not in [section.heading for section in draft.sections]


def test_a_pronoun_is_replaced_and_both_sentences_are_cited() -> None:
    document = make(("paragraph", FERRY.partition("The\ncounty")[0] + FERRY[FERRY.index("Anna Berger runs") :]))
    replaced = [bullet for bullet in bullets(drafted(document)) if bullet.text.startswith("Anna Berger fears")]
    assert [(bullet.origin, bullet.evidence) for bullet in replaced] == [("written", (1, 2))]


def test_a_long_text_keeps_the_limits_and_repeats_nothing() -> None:
    document = make(*longer(70))
    draft = drafted(document)
    assert_within_limits(draft, document)
    assert len(draft.sections) >= 4
    texts = [bullet.text for bullet in bullets(draft)]
    assert len(texts) == len(set(texts))
    for bullet in bullets(draft):
        assert_rests_on_evidence(bullet, document, english=True)


@pytest.mark.parametrize(
    "text",
    [
        "😀 👍🏽 🎉 " * 40,
        "THE COUNCIL CLOSED THE BRIDGE BECAUSE IT WAS OLD. " * 12,
        "The bridge was closed on Wednesday because it was old. " * 60,
        "the report on the quarter was read by the board because " * 120,
        "The council closed “the bridge (which was old because it was “built in 1990 by Anna Berger. " * 10,
        "\x00\x07 The council closed the old bridge \u200b on Wednesday because of the rain. " * 10,
        "。" * 200,
    ],
    ids=["emoji", "capitals", "one sentence again and again", "no full stop", "open marks", "controls", "stops"],
)
@pytest.mark.parametrize("language", ["en", "de", "ja", ""])
def test_an_odd_text_gives_a_draft_or_an_engine_error(text: str, language: str) -> None:
    document = make(("paragraph", text), language=language)
    try:
        draft = drafted(document)
    except EngineError as error:
        assert error.hint
    else:
        assert_within_limits(draft, document)


def test_the_survey_numbers_lines_as_the_document_numbers_sentences() -> None:
    document = read("nachtzug.txt")
    surveyed = survey(document, language="de", network=None, max_words=300_000)
    assert len(surveyed.lines) == len(surveyed.vectors) == len(surveyed.salience) == len(document.sentences)
    assert [line.block for line in surveyed.lines] == [sentence.block for sentence in document.sentences]
    assert surveyed.topics[0].start == 0
    assert surveyed.topics[-1].end == len(document.sentences)
    assert all(one.end == two.start for one, two in pairwise(surveyed.topics))
    assert not surveyed.english


def test_the_author_s_parts_are_the_topics() -> None:
    document = make(
        ("heading", "The flood"),
        *list(longer(2)),
        ("heading", "The rebuilding"),
        *list(longer(2)),
        ("heading", "The costs"),
        *list(longer(2)),
        language="de",
    )
    surveyed = survey(document, language="de", network=None, max_words=300_000)
    assert [document.sentence(topic.start) for topic in surveyed.topics] == ["The flood", "The rebuilding", "The costs"]


def test_the_engine_has_one_model() -> None:
    with pytest.raises(EngineError, match="one model") as raised:
        engine("embedded:large", EngineOptions())
    assert "-m embedded" in raised.value.hint


def test_preparing_twice_is_no_harm() -> None:
    ready = engine("embedded", EngineOptions())
    ready.prepare()
    ready.prepare()
    assert not ready.costly


@pytest.mark.parametrize("paragraphs", [(QUOTED,), QUOTED_ON], ids=["one paragraph", "several paragraphs"])
def test_what_somebody_is_quoted_with_is_not_stated_as_a_fact(paragraphs: tuple[str, ...]) -> None:
    draft = drafted(make(*(("paragraph", text) for text in paragraphs)))
    assert [b.text for b in [*draft.abstract, *bullets(draft)] if b.text.startswith("The council has known")] == []


def test_what_two_people_did_is_not_said_of_one() -> None:
    draft = drafted(make(("paragraph", COUPLE)))
    assert [b.text for b in [*draft.abstract, *bullets(draft)] if b.text.startswith("Anna Berger sold")] == []


def test_what_somebody_without_a_name_did_is_not_said_of_the_one_named() -> None:
    draft = drafted(make(("paragraph", VICTIM)))
    assert [b.text for b in [*draft.abstract, *bullets(draft)] if b.text.startswith("Paul Reyes was arrested")] == []
    assert [
        section for section in draft.sections if any("Paul Reyes arrested" in q.text for q in section.questions)
    ] == []

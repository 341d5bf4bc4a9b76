"""What the digest benchmarks count is what they say: overlap of texts, proxies of questions, inventions, reading sheets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aili import encoder
from aili.digest import Bullet, Digest, Question, Section
from aili.document import Document
from aili.engines.embedded.network import Network
from benchmarks import digest, digest_questions, digest_systems, digest_texts, likeness, reading, squad
from benchmarks.digest_references import Reference, lay_out

TEXT = [
    ["The bridge"],
    [
        "The bridge was opened in 1932 by Ada Thorne.",
        "It is 503 metres long.",
        "Ships of up to 49 metres pass beneath it.",
    ],
    ["Its keepers"],
    ["Twelve keepers paint the bridge every year.", "They begin at the northern tower."],
]


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(encoder.load())


@pytest.fixture(scope="module")
def document() -> Document:
    return lay_out("A bridge and its keepers", TEXT)


def one_question(text: str, *bullets: Bullet, heading: str = "The bridge") -> Digest:
    section = Section(heading=heading, questions=(Question(text=text, bullets=bullets),))
    return Digest(title="A bridge and its keepers", abstract=bullets[:1], sections=(section,))


# Lin (2004), section 3: the candidates of "police killed the gunman".
@pytest.mark.parametrize(
    ("text", "expected"),
    [("police kill the gunman", 0.75), ("the gunman kill police", 0.5), ("the gunman police killed", 0.5), ("", 0.0)],
)
def test_rouge_l_gives_the_values_of_its_paper(text: str, expected: float) -> None:
    assert likeness.rouge_l(text, "police killed the gunman") == expected


def test_rouge_1_counts_a_word_as_often_as_both_texts_hold_it() -> None:
    assert likeness.rouge_1("testing one two", "testing") == 0.5  # the first example of rouge-score's README
    assert likeness.rouge_1("the the the the", "the cat") == pytest.approx(1 / 3)


def test_bleu_gives_the_value_of_nltk_s_example_and_meteor_counts_stems() -> None:
    text = "It is a guide to action which ensures that the military always obeys the commands of the party"
    # NLTK's documentation gives .4118 for a "Party" that its capital keeps from matching; here another word does
    reference = "It is a guide to action that ensures that the military will forever heed Labour commands"
    assert likeness.bleu_4([text], [reference]) == pytest.approx(0.4118, abs=1e-3)
    assert likeness.meteor(["ships pass"], ["ship passed"]) == likeness.meteor(["ship passed"], ["ship passed"])
    assert likeness.meteor(["boats pass"], ["ship passed"]) < 0.6  # no synonyms


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("Who opened the bridge?", True),
        ("When was the bridge opened?", True),
        ("How many keepers paint the bridge every year?", True),
        ("What does the article say about “Its keepers: an early (and long) list”?", True),
        ("Is the bridge open to ships?", True),
        ("When the bridge was opened?", False),
        ("Why you should paint the bridge?", False),
        ("When was the bridge opened", False),
        ("The bridge?", False),
        ("What did the “keepers do?", False),
    ],
)
def test_a_question_is_well_formed_by_its_parse(text: str, good: bool, network: Network) -> None:
    assert digest_questions.well_formed(digest_questions.parse(text, network)) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("When was the bridge opened?", True),  # the title names it
        ("What did Ada Thorne say about her work?", True),
        ("What does the committee want?", False),
        ("What does the harbour committee want?", True),
        ("How long is it?", False),
        ("How long does it take to paint the bridge?", True),
        ("What did those keepers do?", False),
        ("What else does the article say?", False),
        ("How do we paint the bridge?", False),
    ],
)
def test_a_question_is_self_contained_where_no_word_points_out_of_it(text: str, good: bool, network: Network) -> None:
    parsed = digest_questions.parse(text, network)
    assert digest_questions.self_contained(parsed, known="A bridge and its keepers") is good


@pytest.mark.parametrize(
    ("text", "bullet", "expected"),
    [
        ("When was it opened?", "It was opened in 1932.", True),
        ("When was it opened?", "It is long.", False),
        ("Who opened it?", "Ada Thorne opened the bridge.", True),
        ("How many keepers are there?", "Twelve keepers paint it.", True),
        ("How many keepers are there?", "Keepers paint it.", False),
        ("Why is it painted?", "It is painted because salt eats steel.", True),
        ("Why is it painted?", "Keepers paint it.", False),
        ("What is it?", "It is long.", None),
    ],
)
def test_an_answer_has_the_type_that_its_question_word_wants(
    text: str, bullet: str, expected: bool | None, network: Network
) -> None:
    assert digest_questions.typed(Question(text=text, bullets=(Bullet(text=bullet),)), network) is expected


def test_rank_is_the_share_of_other_sentences_that_are_less_like_the_question(
    document: Document, network: Network
) -> None:
    good = one_question("How long is the bridge?", Bullet(text="The bridge is 503 metres long.", evidence=(2,)))
    bad = one_question("How long is the bridge?", Bullet(text="They begin at the northern tower.", evidence=(6,)))
    (best,) = digest_questions.judge(good, document, network)
    (worst,) = digest_questions.judge(bad, document, network)
    assert best.rank == 1.0
    assert worst.rank < 0.5


def test_a_name_or_number_that_the_evidence_lacks_is_an_invention(document: Document, network: Network) -> None:
    def invented(text: str, *evidence: int) -> list[str]:
        found = one_question("How long is the bridge?", Bullet(text=text, evidence=evidence))
        (_, bullet) = digest_texts.told(found, document, network)
        return list(bullet.invented)

    assert invented("In 1932 Thorne's bridge was opened by Ada Thorne.", 1) == []
    assert invented("The bridge was opened in 1933 by Ada Thorne.", 1) == ["1933"]
    assert invented("The bridge was opened by Ada Thorpe.", 1) == ["Thorpe"]
    assert invented("The bridge was opened by Ada Thorne.", 2) == ["Ada", "Thorne"]
    assert invented("The 12 keepers paint the bridge.", 6) == ["12"]
    assert invented("The 12 keepers paint the bridge.", 6, 5) == []  # "Twelve keepers"


def test_a_reference_s_own_choice_overlaps_it_wholly_and_another_s_by_half(document: Document) -> None:
    made = one_question("How long?", Bullet(text="…", evidence=(1,)), Bullet(text="…", evidence=(2,)))
    reference = Reference("one", document, made)
    assert digest.overlap([[1, 2]], [reference])["f1"] == 100
    assert digest.overlap([[2, 4]], [reference]) == {"precision": 50, "recall": 50, "f1": 50}
    assert digest.overlap([[]], [reference])["f1"] == 0


def test_a_simple_selection_stands_under_the_page_s_headings_in_order(document: Document) -> None:
    system = digest_systems.simple("lead", lambda text, size: [5, 1, 2][:size], [document], [3])
    (made,) = system.digests
    assert [section.heading for section in made.sections] == ["The bridge", "Its keepers"]
    assert made.sections[1].questions[0].text == "What does the article say about “Its keepers”?"
    assert digest_systems.chosen(made) == [1, 2, 5]
    assert digest_systems.is_plain(made.sections[0].questions[0].text)


def test_the_gate_names_what_is_below_its_floor_and_above_its_ceiling() -> None:
    floors = {"f1": 40.0, "plain_most": 50.0}
    assert digest.failures({"f1": 40.0, "plain_most": 50.0}, floors) == []
    assert digest.failures({"f1": 39.9, "plain_most": 50.1}, floors) == [
        "below the floor: f1 39.90, not 40.0",
        "above the ceiling: plain_most 50.10, not 50.0",
    ]


def test_the_engine_s_question_for_an_answer_does_not_give_the_answer_away(network: Network) -> None:
    pair = squad.Pair("Bridges", "The bridge was opened in 1932.", "1932", "When was the bridge opened?")
    ((_, text, formed),) = squad.measure([pair], network)
    assert formed
    assert "1932" not in text
    assert text.startswith("When")
    ((_, text, formed),) = squad.measure([squad.Pair("Bridges", "In 1932.", "1932", "When?")], network)
    assert (text, formed) == ("What does the article say about “Bridges”?", False)


def test_every_fifth_article_or_so_is_held_out_and_always_the_same() -> None:
    kept = [title for title in (f"Article {number}" for number in range(500)) if squad.held_out(title)]
    assert 70 < len(kept) < 130
    assert squad.held_out("Beyoncé")
    assert not squad.held_out("New_York_City")


@pytest.fixture
def items() -> list[reading.Item]:
    bullet = Bullet(text="The bridge is 503 metres long.")
    return [
        reading.Item(system, f"d{at}", "A bridge", Question(text=f"How long is bridge {at}?", bullets=(bullet,)))
        for at, system in enumerate(("aili embedded", "reference", "aili embedded"))
    ]


def test_a_sheet_names_no_system(items: list[reading.Item]) -> None:
    text = reading.sheet(items)
    assert "**How long is bridge 2?**" in text
    assert not any(word in text for word in ("embedded", "reference", "d0"))
    assert reading.marks(text) == {"Q001": {}, "Q002": {}, "Q003": {}}


def test_a_filled_in_sheet_is_scored_by_the_key(
    items: list[reading.Item], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = "|   |   |   |   |"
    first, second, third, rest = reading.sheet(items).split(empty)
    path, beside = tmp_path / "sheet.md", tmp_path / "sheet.key.json"
    path.write_text(first + "| y | y | n | |" + second + "|Y|no|yes|y|" + third + "| y | n | n | n |" + rest)
    beside.write_text(json.dumps(reading.key([*items], seed=1) | {"data": ""}))
    assert reading.main(["score", str(path), str(beside)]) == 0
    shown = capsys.readouterr().out
    assert "| aili embedded | 100 % (100–100), n 2 | 50 % (0–100), n 2 | 0 % (0–0), n 2 | 0 % (0–0), n 1 |" in shown
    assert (
        "| reference | 100 % (100–100), n 1 | 0 % (0–0), n 1 | 100 % (100–100), n 1 | 100 % (100–100), n 1 |" in shown
    )


def test_a_field_that_is_neither_y_nor_n_is_named(items: list[reading.Item]) -> None:
    text = reading.sheet(items).replace("|   |   |   |   |", "| y | maybe | n | |", 1)
    with pytest.raises(ValueError, match=r"Q001, self-contained: write y or n, not 'maybe'"):
        reading.marks(text)


def test_the_interval_of_forty_answers_half_of_them_yes_is_about_fifteen_wide_on_each_side() -> None:
    share, low, high = reading.interval([True, False] * 20)
    assert share == 50
    assert 30 <= low <= 40
    assert 60 <= high <= 70

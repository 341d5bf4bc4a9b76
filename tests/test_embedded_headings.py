"""Headings lose their numbers, say something, and read as headings or inside a sentence."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aili.engines.embedded.casing import as_told, calm, lowered, opened, renamed, title_case
from aili.engines.embedded.headings import clean_heading

CLEANED = [
    ("1. Why the bridge closed", "Why the bridge closed"),
    ("3) Costs", "Costs"),
    ("Normalization Layer │", "Normalization Layer"),
    ("Costs | The Harbour Times", "Costs"),
    ("Trend #3: New ways to plate food", "New ways to plate food"),
    ("Mistake 2: Not counting the stock", "Mistake 2: Not counting the stock"),
    ("Step 2: Mix the dough", "Mix the dough"),
    ("Chapter 4 – The flood", "The flood"),
    ("#5 Keep the receipt", "Keep the receipt"),
    ("iv. Methods of the study", "Methods of the study"),
    ("## What was installed ##", "What was installed"),
    ("The  cost\nof water:", "The cost of water"),
    ("Who will pay?", "Who will pay?"),
    ("1984 was a dry year", "1984 was a dry year"),
    ("2024 in numbers", "2024 in numbers"),
    ("Ivory towers", "Ivory towers"),
    ("3D printing at home", "3D printing at home"),
    ("✅ Step 1: Stop and stare", "Stop and stare"),
    ("🍎 Apples", "Apples"),
    ("List comprehensions¶", "List comprehensions"),
    ("Pro: Tiny homes cost less", "Tiny homes cost less"),
    ("Note: it rains", "it rains"),
    ("Bonus Hiking Tip: Be kind to your feet", "Be kind to your feet"),
    ("Root [War strategy with unique factions]", "Root"),
    ("The array a[10]", "The array a[10]"),
    ("Most versatile pans under $50", "Most versatile pans under $50"),
]
EMPTY = [
    "Introduction", "Overview", "CONCLUSION", "Summary", "Background", "Final thoughts", "Key takeaways",
    "Table of contents", "FAQ", "FAQs", "References", "Related articles", "About the author", "Notes", "TL;DR",
    "Ready to start your own garden", "Are you ready to enrol", "Visit the shop today", "Contact us for more",
    "In conclusion", "Who curated this list?", "Runner-Up, Best Overall", "Most Versatile", "Runner-up",
    "Starting price: $49/month", "$ make --all \\", "make --all install",
    "Best For | Small boats", "What’s up?", "Reading Time: 8 minutes", "Next", "This story is funded by readers like you",
    "More ways I can help you",
    "5 min read",
    "Base price: $36,600 EPA-rated range: 245–318 miles",
    "Head of Household $23,625 $24,150", "Average recouped costs (potential ROI):103%",
    "Read next", "Further reading", "Subscribe to our list", "Our newsletter", "Advertisement", "2.", "***", "", "  ", "ab",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [*CLEANED, *((text, "") for text in EMPTY)],
)
def test_a_heading_is_cleaned_and_an_empty_one_is_none(text: str, expected: str) -> None:
    assert clean_heading(text) == expected


def test_a_long_heading_is_cut_at_its_colon() -> None:
    assert clean_heading("The flood of 1953: what the town learned from it and what not") == "The flood of 1953"
    assert (
        clean_heading("Water: what the town learned from the flood of 1953")
        == "what the town learned from the flood of 1953"
    )


@given(st.text(max_size=120))
@example("1. 2. 3.")
@example(": : :")
def test_cleaning_a_heading_adds_nothing(text: str) -> None:
    cleaned = clean_heading(text)
    assert cleaned == "" or cleaned in " ".join(text.split())


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("the range of the tide", "Range of the Tide"),
        ("a gauge on a wall", "Gauge on a Wall"),
        ("average heating bills", "Average Heating Bills"),
        ("Ardmouth's harbour bridge", "Ardmouth's Harbour Bridge"),
        ("iPhone sales in the EU", "iPhone Sales in the EU"),
        ("NATO and the EU", "NATO and the EU"),
        ("the", ""),
        ("", ""),
    ],
)
def test_a_phrase_becomes_a_heading(phrase: str, expected: str) -> None:
    assert title_case(phrase) == expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("What Was Installed", (), "What was installed"),
        ("Why The Tide Turns In Ardmouth", ("Ardmouth",), "Why the tide turns in Ardmouth"),
        ("What NASA Knows About Ice", (), "What NASA knows about ice"),
        ("How Does Anna Berger Count Bees?", ("Anna", "Berger"), "How does Anna Berger count bees?"),
        ("Who Speaks For Ardmouth?", ("Ardmouth",), "Who speaks for Ardmouth?"),
        ("how to save water", (), "How to save water"),
        ("What I Learned At Sea", (), "What I learned at sea"),
    ],
)
def test_a_heading_loses_its_capitals_but_names_keep_them(text: str, names: tuple[str, ...], expected: str) -> None:
    assert opened(lowered(text, frozenset(names))) == expected


def test_a_name_in_the_possessive_keeps_its_capital() -> None:
    assert opened(lowered("The End Of Berger’s Farm", frozenset({"Berger"}))) == "The end of Berger’s farm"
    assert lowered("Anna Tax-Free", frozenset({"Anna"})) == "Anna tax-free"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COMMIT INFORMATION", "Commit Information"),
        ("THE END OF THE EU", "The End of the EU"),
        ("OPTIONS", "Options"),
        ("FAQ", "FAQ"),
        ("HOOKS", "Hooks"),
        ("NATO AND THE TIDE", "NATO and the Tide"),
        ("What NASA Knows", "What NASA Knows"),
        ("", ""),
    ],
)
def test_a_heading_does_not_shout(text: str, expected: str) -> None:
    assert calm(text, frozenset({"EU", "NATO"}), frozenset({"hooks"})) == expected


RUNNING = (
    " The Helio Strap 2 is new.\n Lake of Darkness is a novel.\n We tried a smart band and the Smart Band 10 for a week.\n"
    " Twisted Roots lasts long."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the helio strap 2", "the Helio Strap 2"),
        ("the best smart band", "the best smart band"),
        ("the cost of the Vero smart band 10", "the cost of the Vero Smart Band 10"),
        ("twisted roots", "Twisted Roots"),
        ("twisted root", "twisted root"),
        ("the end of lake of darkness", "the end of Lake of Darkness"),
        ("darkness is a novel", "darkness is a novel"),
        ("twisted roots: how long it lasts", "Twisted Roots: how long it lasts"),
        ("", ""),
    ],
)
def test_a_name_of_several_words_has_the_capitals_of_the_running_text(text: str, expected: str) -> None:
    assert as_told(text, RUNNING, RUNNING.lower()) == expected


def test_a_name_that_opened_its_sentence_is_large_again() -> None:
    names = frozenset(("Battleship", "May"))
    assert renamed("What is battleship?", names) == "What is Battleship?"
    assert renamed("What may battleships do?", names) == "What may battleships do?"


def test_a_small_word_that_a_heading_wrote_large_is_no_name() -> None:
    assert renamed("What should you know?", frozenset(("Should", "About"))) == "What should you know?"

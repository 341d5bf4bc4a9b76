"""What may become a bullet, and what is cut from it: wrapping, never content."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aili.engines.embedded.cleaning import clean, is_answer

CUT = [
    ("LONDON (Reuters) - The bank raised rates.", "The bank raised rates."),
    ("PARIS — The museum reopened.", "The museum reopened."),
    ("Washington, D.C. (CNN) — The senate voted.", "The senate voted."),
    ("Geneva, Jan. 12 — The talks failed.", "The talks failed."),
    ("• The roof leaks.", "The roof leaks."),
    ("- The roof leaks.", "The roof leaks."),
    ("1. The roof leaks.", "The roof leaks."),
    ("12) The roof leaks.", "The roof leaks."),
    ("(b) The roof leaks.", "The roof leaks."),
    ("The roof[3] leaks.[12][citation needed]", "The roof leaks."),
    ("The roof [a] leaks [note 4].", "The roof leaks."),
    ("The roof leaks[not in citation given] in winter.[according to whom?]", "The roof leaks in winter."),
    ("👉 The roof leaks.", "The roof leaks."),
    ("➡️ ✅ The roof leaks.", "The roof leaks."),
    ("The roof\n  leaks\tin winter.", "The roof leaks in winter."),
    ("(The roof leaks in winter.)", "The roof leaks in winter."),
    ("Moreover, the roof leaks.", "The roof leaks."),
    ("However, the roof leaks.", "The roof leaks."),
    ("In addition, the roof leaks.", "The roof leaks."),
    ("And the roof leaks.", "The roof leaks."),
    ("But the roof leaks.", "The roof leaks."),
    ("So, the roof leaks.", "The roof leaks."),
    ("Also, 12 houses leak.", "12 houses leak."),
    ("Finally, the plan failed.", "The plan failed."),
    ("Meanwhile, back home, the roof leaks.", "Back home, the roof leaks."),
]
KEPT = [
    "The mayor said “[the roof] leaks” in May.",
    "£3 million was spent on the roof.",
    "Notably absent was the mayor.",
    "However small the gain, the town is proud.",
    "But for the rain, the game would go on.",
    "And then there were none.",
    "So many people came that the hall closed.",
    "Yet another school closed in May.",
    "Still waters run deep in the valley.",
    "Also known as the Old Mill, the house burned.",
    "Besides the roof, the walls leak.",
    "Again and again, the roof leaked.",
    "Overall costs rose by 4%.",
    "Similarly sized towns have two schools.",
    "First aid saved the driver’s life.",
    "Andrea Berger sold the farm.",
    "Buttons were made of bone.",
    "Yetis do not exist.",
    "The council – against its own advice – sold the mill.",
    "NATO ministers met in Brussels.",
    "In addition to the roof, the walls leak.",
    "Soot covered the roofs of the town.",
    "NASA — the space agency — closed the site.",
    "I. Newton wrote the book.",
]
SPOILT = [
    ("The array a[10] holds the figures of 10 years.", "an index is taken for a reference mark"),
]
ANSWERS = [
    "The council closed the harbour bridge on Wednesday.",
    "“The bridge has never been safe,” said the inspector.",
    '"The bridge has never been safe," said the inspector.',
    "40 houses were flooded when the river rose.",
    "$4 million was spent on the new bridge.",
    "The rate rose to 5.5% in the year 2024!",
    "Die Brücke wurde am Mittwoch für alle gesperrt.",
    "¿La ciudad cerró el puente por las grietas del acero viejo.",
    "Мост закрыли в среду из-за трещин в опорах.",
]
CJK = [
    "市立図書館の開館時間を四月一日から延長すると発表した。",
    "市议会星期三关闭了港口大桥，因为桥墩出现裂缝。",
    "시의회는 수요일에 항구 다리를 폐쇄했다.",
]
NEVER = [
    "Click here to see all the pictures of the bridge.",
    "Read more about the bridge in our special report today.",
    "Sign up and get the best stories every single morning.",
    "Subscribe now and get the first month for free today.",
    "Our newsletter brings the best of the harbour every week.",
    "Log in to see the whole of this long report.",
    "Follow us on all the networks for news of the harbour.",
    "Share this story with friends who love the old harbour.",
    "The Ardmouth Courier 2025, all rights reserved by the owner.",
    "Please read our terms of service before you go on.",
    "The privacy policy tells you what we do with data.",
    "We use one cookie to remember what you have read.",
    "This advertisement was paid for by the harbour company itself.",
    "We may earn affiliate commission when you buy the lamp.",
    "This page was sponsored by the makers of the lamp.",
    "Photo: courtesy of the harbour company and its two owners.",
    "Image source: the archive of the old harbour of Ardmouth.",
    "The picture was bought from Getty Images by the paper.",
    "The report on the bridge is a 5 minutes read.",
    "Last updated on Monday at nine by the whole desk.",
    "The piece was originally published in the Ardmouth Courier.",
    "This article was written by a member of the staff.",
    "This post contains links to shops that pay the author.",
    "Editor’s note: the figures for the bridge were changed later.",
    "Please leave a comment about the bridge below the line.",
    "Contact us if you know more about the old bridge.",
    "Let us know what you think of the new bridge.",
    "Stay tuned for the next part of the bridge story.",
    "Tell us what you think in the comments down there.",
    "Thank you for reading the long report on the bridge.",
    "Learn more about the bridge and the people of Ardmouth.",
    "Watch the video of the bridge to see the cracks.",
    "As shown above, the cracks run along the whole deck.",
    "For the full list of cracks in the bridge see table 4.",
    "Download the report on the bridge as a free file.",
    "© 2025 The Ardmouth Courier and the people who own it.",
    "The full report is at https://courier.ardmouth.example for all to read.",
    "The full report is at www.ardmouth.example for all to read.",
    "Write to bridge@ardmouth.example with what you know about the cracks.",
    "By Hanna Osei, transport correspondent of the Ardmouth Courier",
    "Written by Hanna Osei and the desk of the Courier",
    "Photo by Hanna Osei of the cracks in the bridge",
    "Did the council know about the cracks in the bridge?",
    "“Did the council know about the cracks in the bridge?”",
    "The council closed the bridge on Wednesday because of…",
    "The council closed the bridge for the following three reasons:",
    "The council closed the harbour bridge on Wednesday",
    "closed the harbour bridge on Wednesday at midnight.",
    "The bridge is closed.",
    "The bridge is shut. " * 20,
    "“The bridge has never been safe, said the inspector.",
    '"The bridge has never been safe, said the inspector.',
    "12 45 90 2.5 3.5 4.5 16 20 km.",
]


@pytest.mark.parametrize(("text", "expected"), CUT)
def test_wrapping_is_cut(text: str, expected: str) -> None:
    assert clean(text, english=True) == expected


@pytest.mark.parametrize(
    "text",
    [
        *KEPT,
        *(pytest.param(text, marks=pytest.mark.xfail(strict=True, reason=reason)) for text, reason in SPOILT),
    ],
)
def test_what_only_looks_like_wrapping_is_kept(text: str) -> None:
    assert clean(text, english=True) == text


@pytest.mark.xfail(strict=True, reason="a dateline with a country in words is not known")
def test_a_dateline_with_a_country_is_cut() -> None:
    assert (
        clean("SEOUL, South Korea (AP) — North Korea fired a missile.", english=True) == "North Korea fired a missile."
    )


@pytest.mark.parametrize(
    "text", ["But ist ein Name.", "So ist das Leben.", "Also, das war es.", "PARIS — Das Museum öffnet."]
)
def test_other_languages_keep_their_first_words(text: str) -> None:
    assert clean(text, english=False) == text


@pytest.mark.parametrize("english", [True, False])
@given(text=st.text(max_size=200))
@example(text="")
@example(text="(")
@example(text="().")
@example(text="However, ")
@example(text="And ")
@example(text="PARIS — ")
@example(text="1. ")
def test_cleaning_breaks_no_text_and_adds_no_word(english: bool, text: str) -> None:
    cleaned = clean(text, english=english)
    assert "\n" not in cleaned
    assert "  " not in cleaned
    assert set(re.findall(r"\w+", cleaned.casefold())) <= set(re.findall(r"\w+", text.casefold()))


@pytest.mark.parametrize("text", [*ANSWERS, *CJK])
@pytest.mark.parametrize("kind", ["paragraph", "item", "quote"])
def test_a_whole_statement_may_be_a_bullet(text: str, kind: str) -> None:
    assert is_answer(text, kind)


@pytest.mark.parametrize("text", CJK)
def test_cleaning_keeps_what_is_not_spaced(text: str) -> None:
    assert clean(text, english=False) == text


@pytest.mark.parametrize("text", NEVER)
def test_no_call_credit_fragment_or_question_may_be_a_bullet(text: str) -> None:
    assert not is_answer(clean(text, english=True), "paragraph")


@pytest.mark.xfail(strict=True, reason="Correction: is none of the words that mark what is never a bullet")
def test_a_correction_is_no_bullet() -> None:
    assert not is_answer("Correction: the bridge is 600 metres long and not 500.", "paragraph")


@pytest.mark.parametrize("kind", ["heading", "caption", "code", "table"])
@pytest.mark.parametrize("text", [*ANSWERS, *CJK])
def test_headings_captions_code_and_tables_give_no_bullet(text: str, kind: str) -> None:
    assert not is_answer(text, kind)


@pytest.mark.parametrize(
    "text",
    ["短い。", "これは文の途中で終わっている市立図書館の", "市" * 201 + "。", "図書館はいつまで開いていますか？"],
)
def test_a_fragment_or_question_of_an_unspaced_script_is_no_bullet(text: str) -> None:
    assert not is_answer(text, "paragraph")


@pytest.mark.parametrize(
    "text",
    [
        "The cookie was invented in the town by a baker.",
        "The paper has 4,000 people who subscribe to it daily.",
        "Voters sign up for the register before each election.",
    ],
)
@pytest.mark.xfail(strict=True, reason="a word of the never-list is told of, not used")
def test_a_statement_about_cookies_or_subscribers_may_be_a_bullet(text: str) -> None:
    assert is_answer(text, "paragraph")


@pytest.mark.parametrize("kind", ["paragraph", "heading", ""])
@given(text=st.text(max_size=200))
@example(text="")
def test_any_text_is_judged(kind: str, text: str) -> None:
    assert is_answer(clean(text, english=True), kind) in (True, False)

"""Days are read as people write them, in whatever language; what could be two days, or is no day, is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili import dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 May 2020", "2020-05-12"),
        ("MAY 12, 2020", "2020-05-12"),
        ("Sept. 5, 2020", "2020-09-05"),
        ("5th of March 2021", "2021-03-05"),
        ("12-May-2020", "2020-05-12"),
        ("2020-05-12", "2020-05-12"),
        ("12. März 2024", "2024-03-12"),
        ("vom 12. März 2024", "2024-03-12"),
        ("5 de mayo de 2020", "2020-05-05"),
        ("1er août 2021", "2021-08-01"),
        ("1º gennaio 2022", "2022-01-01"),
        ("12 de maig del 2020", "2020-05-12"),
        ("12. toukokuuta 2020", "2020-05-12"),
        ("12 мая 2020 г.", "2020-05-12"),
        ("8 Ιουνίου 2020", "2020-06-08"),
        ("2020. május 12.", "2020-05-12"),
        ("2020. 05. 12.", "2020-05-12"),
        ("ngày 12 tháng 5 năm 2020", "2020-05-12"),
        ("2020年5月12日", "2020-05-12"),
        ("2020년 5월 12일", "2020-05-12"),
        ("２０２０年５月１２日", "2020-05-12"),
        ("٣ مايو ٢٠٢٠", "2020-05-03"),
        ("12 במאי 2020", "2020-05-12"),
        ("5 फ़रवरी 2020", "2020-02-05"),
        ("31/03/2025", "2025-03-31"),
        ("03/31/2025", "2025-03-31"),
        ("12.5.2020", "2020-05-12"),
    ],
)
def test_a_day_is_read_in_the_forms_that_people_write(text: str, day: str) -> None:
    assert dates.whole(text) == day
    assert dates.find(f"Harbour news, {text}") == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "May 2020",
        "31 February 2021",
        "Marvel 12, 2020",
        "2020",
        "12 5 2020",
        "Version 2.2020.1.5",
        "5 listopad 2020",
    ],
)
def test_what_is_no_whole_day_or_could_be_two_is_none(text: str) -> None:
    assert dates.find(text) == ""


@pytest.mark.parametrize(
    ("language", "day"),
    [("en-US", "2025-03-10"), ("en-GB", "2025-10-03"), ("de", "2025-10-03"), ("en", ""), ("", ""), ("x-none", "")],
)
def test_a_day_in_numbers_is_read_where_the_language_says_which_is_the_month(language: str, day: str) -> None:
    assert dates.find("03/10/2025", language=language) == day


def test_a_month_that_is_two_months_is_read_in_its_language_only() -> None:
    assert dates.whole("5 listopad 2020", language="cs") == "2020-11-05"
    assert dates.whole("5 listopad 2020", language="hr") == "2020-10-05"


def test_the_first_of_several_days_is_found() -> None:
    assert dates.find("Dec. 3, 2020, updated 5 May 2021") == "2020-12-03"
    assert dates.whole("Dec. 3, 2020, updated 5 May 2021") == ""


@given(st.text(alphabet="0123456789 ./-年月日MayMäriz,", max_size=40), st.sampled_from(["", "en-US", "de", "qq", "é"]))
def test_whatever_is_read_is_a_day_or_nothing(text: str, language: str) -> None:
    for day in (dates.find(text, language=language), dates.whole(text, language=language)):
        assert not day or dates.find(day) == day

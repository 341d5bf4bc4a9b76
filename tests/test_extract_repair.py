"""Text whose bytes were read in the wrong encoding comes back whole, and text that is in order is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili.repair import repair


def damaged(text: str) -> str:
    """UTF-8 read as Windows-874, and as Windows-1252 where that has no such character."""
    out = ""
    for code in text.encode("utf-8"):
        byte = bytes([code])
        for page in ("cp874", "cp1252", "latin-1"):
            try:
                out += byte.decode(page)
                break
            except UnicodeDecodeError:
                continue
    return out


@pytest.mark.parametrize(
    "text",
    [
        "🌈 Abstract",
        "Shared by Chen · © 2024 Aili",
        "Don’t say “quote” – said the naïve señor…",
        "Привет, мир! Это длинное предложение.",
        "日本語のテキストです。",
        "한국어 문장입니다",
        "สวัสดีครับ ยินดีต้อนรับ",
        "emoji 🙋🏽‍♀️ and text",
    ],
)
def test_the_mix_of_two_code_pages_is_repaired(text: str) -> None:
    assert repair(damaged(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "",
        "l’été à Paris – “déjà vu” – ÉCOLE É’",
        "ยก",
        "ภาษาไทยยกของหนักขึ้น “วินัย’ แล้วยท ยฉ",
        "Москва — столица России. “Цитата”",
        "Straße, Größe, ÄÖÜ",
        "Ελληνικά κείμενα",
        "x² ± 3 µm · 5 °C",
        "São Paulo, ação, À NOITE",
    ],
)
def test_text_in_order_is_left_alone(text: str) -> None:
    assert repair(text) == text


def test_within_genuine_thai_only_what_cannot_be_thai_is_repaired() -> None:
    assert repair("ภาษาไทย ๐Ÿ™‹ ยกของ โ€™") == "ภาษาไทย 🙋 ยกของ ’"


def test_the_usual_damage_is_repaired_too() -> None:
    assert repair("DÃ©jÃ\xa0 vu â€œquotedâ€\x9d") == "Déjà vu “quoted”"


def test_the_digest_that_was_received_is_repaired_whole(shared: Path) -> None:
    text = (shared / "seed" / "aili-share.txt").read_text(encoding="utf-8")
    assert {char for char in repair(text) if char > "~"} == set("•🌈🙋·©")


@given(st.text(alphabet=st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B), max_size=40))
def test_thai_letters_alone_are_never_changed(text: str) -> None:
    assert repair("ก็คือภาษาไทยแท้ " + text) == "ก็คือภาษาไทยแท้ " + text


@given(st.text(max_size=200))
def test_repair_never_fails_and_repairs_once(text: str) -> None:
    assert isinstance(repair(text), str)

"""The card of a shared digest is a picture of the right form for every title, and shows words well or not at all."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from aili.digest import Bullet, Digest
from aili.web import lettering
from aili.web.cards import card
from aili.web.lettering import typeset
from tests.test_render_samples import ARABIC, FERRY, JAPANESE, hostile_digest

LONG = "Ferry line seven will sail again between the old port and the island " * 8
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TITLES = {
    "none": "",
    "short": "Rain",
    "long": LONG,
    "one word": WORD,
    "German": "Straßenbahn fährt übers Öltor",
    "Russian": "Городской совет решил открыть паром",
    "Greek": "Το λιμάνι ανοίγει ξανά",
    "Chinese": "港口渡轮时隔四年重新启航",
    "Hindi": "बंदरगाह की नाव फिर चलेगी",
    "Hebrew": "הספרייה נפתחת ב-5 במאי, says the BBC",
    "Thai": "เรือข้ามฟากจะกลับมาให้บริการอีกครั้ง",
    "emoji": "🚀 Launch 👍🏽 day",
    "signs": "\u202egnp.exe \x00 \u200d \ufe0f \ue000 \uffff",
}
# Sentences with the letters that are each language's own.
LANGUAGES = {
    "cs": "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "da": "Høj bly gom vandt fræk sexquiz på wc",
    "el": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "et": "Põdur Zagrebi tšellomängija",
    "fr": "Dès Noël, où un zéphyr haï me vêt de glaçons, l’œuvre",
    "hu": "Árvíztűrő tükörfúrógép",
    "is": "Kæmi ný öxi hér, ykist þjófum nú bæði víl og ádrepa",
    "kk": "Әлемдегі ең үлкен көл – Каспий теңізі",
    "lt": "Įlinkdama fechtuotojo špaga",
    "lv": "Glāžšķūņa rūķīši dzērumā čiepj",
    "mt": "Ġużeppi ħa ż-żiemel",
    "pl": "Zażółć gęślą jaźń",
    "pt": "À noite, vovô Kowalsky vê o ímã cair no pé do pinguim",
    "ro": "Muzicologă în bej vând whisky și tequila, preț fix",
    "ru": "Съешь же ещё этих мягких французских булок",
    "sr": "Љубазни фењерџија чађавог лица",
    "tr": "Pijamalı hasta yağız şoföre çabucak güvendi, ığdır",
    "uk": "Щастям б’єш жук їх глицю в фон й ґедзь пріч",
    "vi": "Do bạch kim rất quý nên sẽ dùng để lắp vô xương, ổn ấy",
}
SIZES = ((40, 2), (30, 3))


def digest_of(title: str = "", *, site: str = "", abstract: str = "", language: str = "en") -> Digest:
    told = (Bullet(text=abstract),) if abstract else ()
    return Digest(title=title, site=site, abstract=told, sections=(), language=language)


def opened(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data)) as image:
        assert image.format == "PNG"
        return image.convert("RGB")


def ink(image: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Where in ``box`` anything is drawn on the paper."""
    part = image.crop(box)
    paper = Image.new("RGB", part.size, part.getpixel((0, 0)))
    return ImageChops.difference(part, paper).getbbox()


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_card_has_the_size_that_messengers_want_and_weighs_little(title: str) -> None:
    data = card(digest_of(title, site="Harbour Gazette", abstract=LONG), brand="Aili")
    assert opened(data).size == (1200, 630)
    assert len(data) <= 100_000


@pytest.mark.parametrize("digest", [FERRY, ARABIC, JAPANESE, hostile_digest()], ids=["en", "ar", "ja", "hostile"])
def test_the_same_digest_gives_the_same_card(digest: Digest) -> None:
    assert card(digest, brand="Aili") == card(digest, brand="Aili")
    assert card(digest, brand="Aili") != card(digest, brand="Another")


def test_title_site_and_abstract_each_show_on_the_card() -> None:
    whole = card(digest_of("A title", site="A site", abstract="An abstract."), brand="Aili")
    for part in (
        digest_of("", site="A site", abstract="An abstract."),
        digest_of("A title", abstract="An abstract."),
        digest_of("A title", site="A site"),
    ):
        assert card(part, brand="Aili") != whole


@pytest.mark.parametrize("title", [LONG, WORD * 3, "W" * 400, "字" * 400, "💩" * 400], ids=lambda title: title[:5])
def test_nothing_runs_over_the_margins(title: str) -> None:
    image = opened(card(digest_of(title, site=title, abstract=title), brand="Aili"))
    for edge in ((0, 20, 70, 630), (1130, 20, 1200, 630), (0, 610, 1200, 630)):
        assert ink(image, edge) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_fonts_hold_every_letter_of_a_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_system", dict)
    for weight in ("Regular", "Bold"):
        set_ = typeset(LANGUAGES[language], sizes=((30, 9),), weight=weight, width=900, language=language)
        shown = "".join(word.text for line in set_.lines for word in line)
        assert shown == LANGUAGES[language].replace(" ", "")


@pytest.mark.parametrize("title", ["港のフェリー", "مكتبة الحي", "Ferry 港", "𒀭𒂗𒆤 Sumer", "กลับ"])
def test_a_text_that_no_font_holds_is_left_out_whole(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_system", dict)
    assert card(digest_of(title, abstract="Told."), brand="Aili") == card(
        digest_of("字", abstract="Told."), brand="Aili"
    )


@pytest.mark.parametrize("title", [ARABIC.title, "בוקר טוב", "बंदरगाह"])
def test_a_script_that_joins_its_letters_is_not_set_where_nothing_can_join_them(
    title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "_shapes", lambda: False)
    assert card(digest_of(title), brand="Aili") == card(digest_of(""), brand="Aili")
    assert card(digest_of("A title"), brand="Aili") != card(digest_of(""), brand="Aili")


def test_emoji_are_left_out_of_a_title_and_its_words_stay() -> None:
    assert card(digest_of("🚀 Launch day 👨‍👩‍👧 ✨"), brand="Aili") == card(digest_of("Launch day"), brand="Aili")


def needs(script: str) -> pytest.MarkDecorator:
    there = any(script.lower() in name for name in lettering._system()) and lettering._shapes()
    return pytest.mark.skipif(not there, reason=f"no Noto font for {script} here, or nothing that joins letters")


@needs("arabic")
def test_a_title_from_right_to_left_stands_at_the_right() -> None:
    image = opened(card(digest_of(ARABIC.title, language="ar"), brand="Aili"))
    box = ink(image, (0, 130, 1200, 600))
    assert box is not None
    assert box[0] > 84 + 200
    assert 1116 - box[2] < 12


@pytest.mark.parametrize("title", ["港のフェリーが四年ぶりに再開した", "مكتبة الحي تفتح أبوابها ليلا", LONG])
def test_a_title_that_is_cut_ends_in_a_sign_that_its_font_has(title: str) -> None:
    set_ = typeset(title * 9, sizes=((48, 2),), weight="Bold", width=600, language="")
    if not set_.lines:
        pytest.skip("no Noto font for this script here, or nothing that joins letters")
    last = set_.lines[-1][-1]
    assert last.text == "…"
    for word in (word for line in set_.lines for word in line):
        missing = bytes(word.font.getmask("\uffff"))
        assert all(bytes(word.font.getmask(character)) != missing for character in word.text)


@needs("hebrew")
def test_words_that_run_against_the_line_keep_their_order() -> None:
    set_ = typeset("בוקר New York Times 2025 טוב", sizes=((30, 1),), weight="Regular", width=1000, language="he")
    shown = [word.text for word, _, _ in lettering._visual(set_.lines[0], rtl=set_.rtl)]
    assert shown == ["טוב", "New", "York", "Times", "2025", "בוקר"]
    against = typeset("Say בוקר טוב today", sizes=((30, 1),), weight="Regular", width=1000, language="en")
    shown = [word.text for word, _, _ in lettering._visual(against.lines[0], rtl=against.rtl)]
    assert shown == ["Say", "טוב", "בוקר", "today"]


@settings(max_examples=40)
@given(st.text(max_size=300), st.sampled_from(["en", "ar", "ja", "xx", ""]))
def test_any_text_is_set_within_its_width_and_number_of_lines(text: str, language: str) -> None:
    set_ = typeset(text, sizes=SIZES, weight="Bold", width=500, language=language)
    most = dict(SIZES)[set_.size]
    assert len(set_.lines) <= most
    for line in set_.lines:
        one = len(line) == 1 and len(line[0].text) == 1
        assert one or sum(word.width + (set_.space if word.gap else 0) for word in line[1:]) + line[0].width <= 500


@settings(max_examples=15)
@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=200))
def test_any_digest_has_a_card(title: str, site: str, abstract: str) -> None:
    data = card(digest_of(title, site=site, abstract=abstract), brand="Aili")
    assert opened(data).size == (1200, 630)
    assert len(data) <= 100_000

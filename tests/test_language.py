"""The language of a text is told from the text, and a digest finds its words in it."""

import dataclasses
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili.language import Phrases, count_words, detect, phrases, stop_words, tokens

TEXTS = {
    "en": "The harbour was closed for two days because the storm had damaged the pier.",
    "es": "El puerto estuvo cerrado durante dos días porque la tormenta había dañado el muelle.",
    "fr": "Le port est resté fermé pendant deux jours parce que la tempête avait endommagé le quai.",
    "de": "Der Hafen war zwei Tage lang geschlossen, weil der Sturm den Pier beschädigt hatte.",
    "it": "Il porto è rimasto chiuso per due giorni perché la tempesta aveva danneggiato il molo.",
    "pt": "O porto esteve fechado durante dois dias porque a tempestade tinha danificado o cais.",
    "nl": "De haven was twee dagen gesloten omdat de storm de pier had beschadigd.",
    "pl": "Port był zamknięty przez dwa dni, ponieważ burza uszkodziła molo.",
    "sv": "Hamnen var stängd i två dagar eftersom stormen hade skadat piren och det inte gick att lägga till.",
    "ru": "Порт был закрыт два дня, потому что шторм повредил причал.",
    "uk": "Порт був закритий два дні, бо шторм пошкодив причал і його ще не полагодили.",
    "bg": "Пристанището беше затворено два дни, защото бурята повреди кея и той не може да се използва.",
    "el": "Το λιμάνι έμεινε κλειστό για δύο ημέρες.",
    "he": "הנמל היה סגור במשך יומיים כי הסערה פגעה במזח.",
    "ar": "أُغلق الميناء لمدة يومين لأن العاصفة ألحقت أضرارا بالرصيف في المدينة.",
    "fa": "بندر به مدت دو روز بسته بود زیرا طوفان به اسکله آسیب زده بود.",
    "hi": "बंदरगाह दो दिन तक बंद रहा क्योंकि तूफान ने घाट को नुकसान पहुँचाया था।",
    "zh": "由于风暴损坏了码头，港口关闭了两天。",
    "ja": "嵐で桟橋が壊れたため、港は二日間閉鎖された。",
    "ko": "폭풍이 부두를 손상시켜 항구가 이틀 동안 폐쇄되었다.",
    "th": "ท่าเรือปิดเป็นเวลาสองวันเพราะพายุ",
}
OURS = ["en", "es", "fr", "de", "it", "pt", "nl", "pl", "ru", "zh", "ja", "ko", "ar", "hi"]


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_a_sentence_tells_its_language(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", " \n", "12345", "...", "😀", "=> {} []"])
def test_what_holds_no_language_is_not_guessed(text: str) -> None:
    assert detect(text) == ""
    assert detect(text, hint="fr-CA") == "fr"


def test_a_hint_settles_what_is_too_short_to_tell() -> None:
    assert detect("Marina Delta", hint="it") == "it"
    assert detect("Hotel", hint="und") in {"", "en"}


def test_a_hint_that_the_text_contradicts_is_not_believed() -> None:
    assert detect(f"{TEXTS['de']} " * 3, hint="en") == "de"
    assert detect(TEXTS["ru"] * 3, hint="en-US") == "ru"
    assert detect(TEXTS["pt"] * 3, hint="pt_BR") == "pt"


def test_a_chinese_text_with_english_names_is_chinese() -> None:
    assert detect("苹果公司发布了 iPhone 和 MacBook，股价上涨。谷歌没有回应。") == "zh"


@given(st.text(max_size=200))
def test_any_text_gets_a_tag_or_nothing(text: str) -> None:
    tag = detect(text)
    assert tag == "" or (tag.isalpha() and tag.islower() and len(tag) in {2, 3})


@pytest.mark.parametrize("language", OURS)
def test_every_language_of_digests_has_phrases_and_stop_words(language: str) -> None:
    found = phrases(language)
    assert found.language == language
    assert len(stop_words(language)) >= 80
    assert phrases(f"{language}-XX") is found


@pytest.mark.parametrize("language", OURS)
def test_phrases_hold_the_places_the_english_ones_hold(language: str) -> None:
    for field in dataclasses.fields(Phrases):
        here, english = (getattr(phrases(tag), field.name) for tag in (language, "en"))
        assert here, field.name
        assert _places(here) == _places(english), field.name


def _places(pattern: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None]


def test_a_language_without_phrases_gets_the_english_ones() -> None:
    assert phrases("sw").language == phrases("").language == "en"


def test_a_list_is_joined_as_the_language_joins_it() -> None:
    assert phrases("en").join(["a", "b", "c"]) == "a, b and c"
    assert phrases("en").join(["a"]) == "a"
    assert phrases("en").join([]) == ""
    assert phrases("es").join(["agua", "hielo", "iglesias"]) == "agua, hielo e iglesias"
    assert phrases("es").join(["agua", "hielo"]) == "agua y hielo"
    assert phrases("zh").join(["水", "火", "土"]) == "水、火和土"
    assert phrases("de").quote("Bahn") == "„Bahn“"


def test_verdicts_and_direction_are_in_the_language() -> None:
    assert phrases("en").verdict("not enough info") == "not enough info"
    assert phrases("fr").verdict("refuted") == "réfuté"
    assert phrases("ar").direction == "rtl"
    assert phrases("hi").direction == "ltr"


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "Don't pay $3.50 for state-of-the-art.", ["Don't", "pay", "3.50", "for", "state-of-the-art"]),
        ("fr", "L’homme d'hier, aujourd'hui.", ["L", "homme", "d", "hier", "aujourd", "hui"]),
        ("hi", "यह घर है।", ["यह", "घर", "है"]),
        ("ar", "أين هو؟", ["أين", "هو"]),
        ("zh", "今天很好，走。", ["今天", "天很", "很好", "走"]),
        ("ja", "東京タワーの夜", ["東京", "タワー", "の", "夜"]),
    ],
)
def test_words_are_what_a_reader_would_count(language: str, text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in tokens(text, language)] == words


def test_words_are_counted_in_scripts_without_spaces_too() -> None:
    assert count_words("One two, three-four.") == 3
    assert count_words("") == 0
    assert count_words("今天很好，我们走吧。" * 17) == 80
    assert count_words("iPhone 在中国上市") == 1 + round(5 / 1.7)


@given(st.text(max_size=200), st.sampled_from(["", "fr", "zh"]))
def test_words_are_in_order_and_never_empty_or_blank(text: str, language: str) -> None:
    spans = tokens(text, language)
    assert list(spans) == sorted(spans)
    assert all(start < end and text[start:end].strip() == text[start:end] for start, end in spans)


@pytest.mark.parametrize("piece", ["a", "a-", "'", "今", "あ", "ا ", " ", "l'", "3."])
def test_a_megabyte_of_anything_is_split_and_counted(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert len(tokens(text, "fr")) >= (count_words(text) > 0)
    assert detect(text) in {"", "en", "fr", "it", "zh", "ja", "ar", "fa", "ur", "pt", "es", "hu", "gl", "ro"}

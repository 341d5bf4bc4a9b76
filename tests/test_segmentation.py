"""Sentences are found where a reader of the language would find them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili.segmentation import segment

# Each row: a language and a text whose sentences are parted by "|", which stands for the space between them.
CASES = [
    ("en", "It rained.|We stayed in.|Why not?|Because!"),
    ("en", "Mr. Hale met Dr. Osei and Mrs. Lind.|They spoke."),
    ("en", "He moved to the U.S. in May.|She stayed in the U.S.|They wrote often."),
    ("en", "It opens at 9 a.m. on Mondays.|It shuts at 5 p.m.|The gate stays open."),
    ("en", "See No. 5 and Fig. 2 of vol. III.|No.|I will not."),
    ("en", "Some, e.g. otters, i.e. mammals, swim.|Others, etc. do not."),
    ("en", "Acme Inc. sold 3.5 million.|It was bought by Bolt Ltd.|The price was $1.20."),
    ("en", "J. K. Rowling wrote it.|George W. Bush read it."),
    ("en", "On Jan. 5 it snowed.|On Feb. 6 it thawed."),
    ("en", "Visit www.example.com or open notes.txt first.|Then read example.com/a.b?c=d!|Done."),
    ("en", "“Where is it?” he asked.|“Here.”|She pointed."),
    ("en", "“Stop!” Tom said.|“Why?” asked Ann."),
    ("en", "He said, “It works.”|Then he left."),
    ("en", "(It was late.)|We left (it was raining. Hard) and ran."),
    ("en", "Well… maybe.|I wonder...|He left."),
    ("en", "1. Mix the flour.|Add water."),
    ("en", "a) Mix the flour.|Add water."),
    ("en", "The aims are two: 1. To find it.|So they looked."),
    ("en", "It holds.[1]|Later work agreed. [2][3]|Most did not."),
    ("en", "So good! 😀🎉|Next one."),
    ("en", "What?!|No way!!|Right."),
    ("en", "He runs Yahoo! Messenger.|It works."),
    ("en", "we are done for today.|then we went home."),
    ("en", "He bought an old one.|iPhone sales fell."),
    ("es", "El Sr. Ruiz llegó a las 5.|¿Quién lo vio?|¡Nadie!"),
    ("es", "Vive en la Av. Sol núm. 5.|Es de EE. UU. y habla inglés."),
    ("fr", "M. Petit arrive.|«\u00a0Quoi\u00a0?\u00a0» demanda-t-il."),
    ("fr", "Il dit\u00a0: «\u00a0Viens\u00a0!\u00a0»|Puis il partit."),
    ("fr", "Voir p. 5 et chap. 2.|C’est tout, etc."),
    ("de", "Am 3. Oktober kam er z. B. nach Bonn.|Im 19. Jahrhundert nicht."),
    ("de", "Dr. Weiß, geb. 1950, lebt d. h. arbeitet hier.|„Wirklich?“, fragte sie.|Ja."),
    ("de", "Das war 2020.|Der Winter kam."),
    ("it", "Il dott. Rossi vive qui.|La sig.ra Neri no.|È vero?|Sì."),
    ("pt", "O Sr. Lima mora na Av. Norte.|A Dra. Reis não.|Por quê?|Não sei."),
    ("nl", "Dhr. Smit woont o.a. in Delft.|Mevr. Bos niet.|Waarom?|Geen idee."),
    ("pl", "Mieszka przy ul. Długiej, m.in. z prof. Nowakiem.|W 2019 r. wyjechał.|Czy wróci?|Nie."),
    ("ru", "В 1990 г. он жил на ул. Мира.|Это было давно и т. д.|«Что?» — спросил он.|Да."),
    ("el", "Πού είναι;|Εδώ είναι."),
    ("ar", "أين هو؟|إنه هنا.|شكرا."),
    ("hi", "यह घर है।|वह कहाँ है?|मैं नहीं जानता।"),
]
UNSPACED = [  # parted by nothing
    ("zh", "今天很好。|我们走吧！|你去吗？|好。"),
    ("zh", "“你好！”他说。|她笑了。"),
    ("zh", "他说：“走吧。”|我们就走了。"),
    ("ja", "今日は晴れです。|「行こう。早く。」と彼は言った。|次の日は雨だった。"),
]


def _sentences(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in segment(text, language=language)]


@pytest.mark.parametrize(("language", "text"), CASES)
def test_sentences_end_where_a_reader_ends_them(language: str, text: str) -> None:
    assert _sentences(text.replace("|", " "), language) == text.split("|")


@pytest.mark.parametrize(("language", "text"), UNSPACED)
def test_chinese_and_japanese_sentences_need_no_space_between_them(language: str, text: str) -> None:
    assert _sentences(text.replace("|", ""), language) == text.split("|")


def test_a_line_break_is_a_space_unless_it_opens_an_item_or_a_blank_line() -> None:
    text = "A line\nthat goes on\n- an item\n2. another\n\nA paragraph"
    assert _sentences(text, "en") == ["A line\nthat goes on", "- an item", "2. another", "A paragraph"]


def test_a_text_without_words_has_no_sentences_only_where_it_is_blank() -> None:
    assert segment("") == segment(" \n\t \u3000") == ()
    assert segment("...") == ((0, 3),)


def test_the_tag_may_have_a_region() -> None:
    assert len(_sentences("Am 3. Oktober.", "de-AT")) == 1


_PIECES = st.sampled_from(
    [*"aAbZ0..!?…\"'”“()[]«»-—: \n\u3000。！」「।؟é你", "Mr.", "U.S.", " The", "[1]", "😀", "...", "http://a.b", "1. "]
)


@given(
    st.lists(_PIECES, max_size=60).map("".join) | st.text(max_size=80), st.sampled_from(["", "en", "de", "ja", "xx"])
)
def test_spans_are_in_order_trimmed_and_cover_everything_but_space(text: str, language: str) -> None:
    covered = 0
    for start, end in segment(text, language=language):
        assert start < end
        assert not text[covered:start].strip()
        assert text[start:end] == text[start:end].strip()
        covered = end
    assert not text[covered:].strip()


_REPEATED = ["a. ", "“", '"', " ", "\n", "\n\u2003", "(", ".", ". (", "!😀", "[1]", "。「", "a", "- ", "1. "]


@pytest.mark.parametrize("piece", _REPEATED)
def test_a_megabyte_of_anything_is_read(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    spans = segment(text)
    assert sum(end - start for start, end in spans) <= len(text)

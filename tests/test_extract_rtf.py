"""An RTF file becomes text: headings, items and rows by its marks, in the code page it names."""

from __future__ import annotations

from random import Random

import pytest

from aili import sources
from aili.document import Document, Resource
from aili.errors import AiliError, EmptyError
from aili.extractors import ParseLimits, Task, extract
from aili.extractors.rtf import file as files
from tests.zip_files import PROSE

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Calibri;}{\f1\fnil\fcharset204 Arial;}}"
    r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0\b\fs32 heading 1;}{\s2\sbasedon0\snext0 heading 2;}"
    r"{\*\cs10 Default;}{\s5\b Title;}}"
)
TEXT = "".join(rf"\pard {line}\par" + "\n" for line in PROSE)


def read(body: str, *, head: str = HEAD) -> Document:
    data = f"{head}{body}}}".encode("cp1252")
    kind = sources.media_type(data, name="x.doc", declared="text/plain")
    assert kind == "application/rtf"
    resource = Resource(data=data, media_type=kind, reference="x.rtf", location="folder/x.rtf")
    return extract(resource, limits=ParseLimits(min_words=5))


def blocks(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.block(at)) for at, block in enumerate(document.blocks)]


def test_headings_lists_and_rows_are_marked() -> None:
    body = (
        rf"\pard\plain\s1\b Storm\par{TEXT}\pard\plain\s2 Pier\par{TEXT}"
        r"\pard\ls1\ilvl0{\listtext\'b7\tab}one\par\pard\ls1\ilvl1{\listtext\'b7\tab}two\par{\pntext\f1\'b7\tab}three\par "
        r"\trowd\cellx1\cellx2\pard\intbl Year\cell Storms\cell\row"
        r"\trowd\cellx1\cellx2\pard\intbl 2021\cell seven\par eight\cell\row "
        r"\pard\outlinelevel2 Own\par\pard End of it.\par"
    )
    assert [one for one in blocks(read(body)) if one[2] not in PROSE] == [
        ("heading", 2, "Pier"), ("item", 1, "one"), ("item", 2, "two"), ("item", 2, "three"),
        ("table", 0, "Year | Storms\n2021 | seven eight"), ("heading", 3, "Own"), ("paragraph", 0, "End of it."),
    ]  # fmt: skip


@pytest.mark.parametrize("style", ["caption", "Illustration", "Table Caption"])
def test_a_caption_is_known_by_the_name_of_its_style(style: str) -> None:
    head = HEAD.replace(r"{\s5\b Title;}", rf"{{\s5\b Title;}}{{\s7\sbasedon0\i\snext7 {style};}}")
    document = read(rf"{TEXT}\pard\plain\s7\i Fig. 1: the \b pier\b0  in March\par{TEXT}", head=head)
    assert ("caption", 0, "Fig. 1: the pier in March") in blocks(document)


def test_a_first_heading_is_the_title_unless_the_file_has_one() -> None:
    body = rf"\pard\plain\s1 Storm\par{TEXT}"
    assert read(body).metadata.title == "Storm"
    named = read(r"{\info{\title The Pier}{\author Ada B\'e9rg}{\creatim\yr2024\mo5\dy4\hr10}}" + body)
    assert (named.metadata.title, named.metadata.authors, named.metadata.published) == (
        "The Pier",
        ("Ada Bérg",),
        "2024-05-04",
    )
    assert named.text.startswith("Storm")


def test_a_bold_line_heads_the_paragraph_below_it() -> None:
    document = read(
        rf"{TEXT}\pard{{\b The pier}}\par\pard {PROSE[0]} {PROSE[1]}\par\pard \b Not\b0  this one\par\pard {PROSE[2]}\par"
    )
    assert [text for kind, _, text in blocks(document) if kind == "heading"] == ["The pier"]


def test_items_whose_marks_are_text_and_cells_that_end_their_paragraphs_are_items_and_rows() -> None:
    """As pandoc and WordPad write them."""
    body = (
        rf"\pard \ql \f0 \sa180 \li0 \fi0 {PROSE[0]}\par "
        r"{\pard \ql \f0 \sa0 \li360 \fi-360 1.\tx360\tab Listen twice a year.\par}"
        r"{\pard \ql \f0 \sa0 \li720 \fi-360 \endash \tx360\tab The old town first.\par}"
        r"{\pard \ql \f0 \sa0 \li360 \fi-360 \bullet \tx360\tab Publish the figures.\par}"
        r"\trowd\cellx1\cellx2{{{\pard\intbl \ql Year\par}" + "\n" + r"\cell}{{\pard\intbl \ql Leaks\par}\cell}}\intbl\row "
        + TEXT
    )  # fmt: skip
    assert [one for one in blocks(read(body)) if one[2] not in PROSE] == [
        ("item", 1, "1. Listen twice a year."), ("item", 2, "The old town first."), ("item", 1, "Publish the figures."),
        ("table", 0, "Year | Leaks"),
    ]  # fmt: skip


def test_a_bold_first_line_above_a_byline_is_the_title() -> None:
    long = f"{PROSE[0]} {PROSE[1]} {PROSE[2]}"
    document = read(rf"{{\pard \qc \b \fs36 The northern pier\par}}\pard Ada Berg\par 3 May 2019\par {long}\par")
    assert document.metadata.title == "The northern pier"
    assert (document.metadata.authors, document.metadata.published) == (("Ada Berg",), "2019-05-03")
    assert document.text == long
    body = "".join(rf"{text}\par " for text in PROSE)
    document = read(rf"{{\pard \qc \b \fs36 Is the pier safe?\par}}\pard Ada Berg\par 3 May 2019\par {body}")
    assert (document.metadata.title, document.metadata.published) == ("Is the pier safe?", "2019-05-03")
    again = r"{\pard \outlinelevel0 \b The pier\par}\pard "
    document = read(rf"{{\pard \qc \b The pier\par}}\pard Ada Berg\par 3 May 2019\par {again}{body}")
    assert document.metadata.title == "The pier"
    assert document.text.startswith(PROSE[0])
    document = read(rf"{{\pard \b Is it safe?\par}}\pard No.\par {body}")
    assert document.metadata.title == ""


def test_letters_of_other_code_pages_and_unicode_are_read() -> None:
    body = (
        TEXT
        + r"\pard\f1 \'cf\'f0\'e8\'f7\'e0\'eb\par\pard\f0 \u21271?\u12398? caf\'e9 \u-10179?\u-8695? \uc0\u8222 so\u8220\par"
    )
    assert read(body).text.endswith("Причал\n\n北の café 😉 „so“")


def test_notes_comments_pictures_and_fields_are_no_text() -> None:
    body = (
        rf"\pard {PROSE[0]}{{\footnote\pard Since 1901.}}{{\*\annotation Really?}}\par"
        r"{\pict\wmetafile8 " + "0123456789abcdef" * 40 + "}{\\pict\\bin4 }}{{}" + TEXT
        + r'\pard See {\field{\*\fldinst{HYPERLINK "https://example.org/"}}{\fldrslt our page}}\line now.\par{\header Pier}'
    )  # fmt: skip
    document = read(body)
    assert document.text == "\n\n".join((PROSE[0], *PROSE, "See our page\nnow."))
    assert document.reading.warnings == ("Set aside: 1 footnote and 1 comment.",)


@pytest.mark.parametrize("body", [r"\pard\par", r"{\pict 00}"])
def test_a_file_without_text_says_so(body: str) -> None:
    with pytest.raises(EmptyError, match=r"x\.rtf holds no text"):
        read(body)


def test_groups_without_end_are_read_in_time() -> None:
    assert PROSE[3] in read("{" * 200_000 + TEXT).text


@pytest.mark.parametrize(
    "word", [r"\u99999999999?", r"\uc", r"\u-99999?", r"\ansicpg0 \'ff", r"\f\'e9", r"\'zz", r"\bin99999999 x"]
)
def test_a_word_that_means_nothing_is_passed_or_refused(word: str) -> None:
    try:
        document = read(f"{TEXT}{word}\\par")
    except AiliError as error:
        assert error.hint
    else:
        assert document.text.startswith(PROSE[0])


def test_a_damaged_file_is_a_document_or_a_clear_error() -> None:
    good = f"{HEAD}{{\\info{{\\title x}}}}\\pard\\s1 Storm\\par{TEXT}\\trowd a\\cell b\\cell\\row{TEXT}}}".encode(
        "cp1252"
    )
    chance = Random(9)
    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(6, len(data))
            data[at : at + chance.randint(0, 3)] = chance.choice(
                [b"", b"{", b"}", b"\\", b"\\u", b"\\'", b"-1", b"\xff", b"\\bin9 ", b"\\uc"]
            )
        try:
            files.read(
                Task(resource=Resource(data=bytes(data), media_type="", reference="x", location="x"), min_words=5)
            )
        except AiliError as error:
            assert error.message


def test_a_title_holds_no_characters_that_nobody_sees() -> None:
    """Found by fuzzing: a heading with a zero byte became the title."""
    document = read(
        r"{\pard \outlinelevel0 The \'00\u8203?pier\par}\pard " + "".join(rf"{text}\par " for text in PROSE)
    )
    assert document.metadata.title == "The pier"

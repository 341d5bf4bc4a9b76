"""What a PDF does to a reader, it does to a worker: loops, bombs and damage end in a clear error within the time allowed."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aili.document import Document, Resource
from aili.errors import AiliError, UnreadableError
from aili.extractors import ParseLimits, extract
from tests.pdf_files import PROSE, Text, paragraph, pdf, shown, stream, written

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> %b >> >>"
)
GOOD = pdf([Text(text="Harbour closed", y=740, size=22, font="F2"), *paragraph(PROSE)], paragraph(PROSE))


def read(data: bytes, *, seconds: float = 20, max_bytes: int = 600_000_000) -> Document:
    resource = Resource(data=data, media_type="application/pdf", reference="x.pdf", location="x.pdf")
    return extract(resource, limits=ParseLimits(min_words=5, seconds=seconds, max_bytes=max_bytes))


def one_page(content: bytes, *, resources: bytes = b"", **more: bytes) -> bytes:
    numbered = {int(name.removeprefix("o")): body for name, body in more.items()}
    tree = {
        1: CATALOG,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: PAGE % resources,
        4: FONT,
        5: stream(content),
    }
    return written(tree | numbered)


def test_a_page_tree_that_is_its_own_child_ends() -> None:
    data = written({1: CATALOG, 2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"})
    with pytest.raises(UnreadableError):
        read(data)


def test_a_form_that_draws_itself_ends() -> None:
    form = stream(
        b"/X Do /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    )
    try:
        document = read(one_page(shown(paragraph(PROSE)) + b" /X Do", resources=b"/XObject << /X 6 0 R >>", o6=form))
    except UnreadableError as error:
        assert "could not be read" in error.message  # PDFium gives up where its memory ends
    else:
        assert document.text.startswith(PROSE[0])


def test_forms_that_draw_each_other_many_times_end() -> None:
    """Eight levels of ten: a hundred million words, were they all drawn."""
    forms = {}
    for level in range(8):
        inner = b"/X Do " * 10 if level < 7 else shown([Text(text="again and again")])
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
        entries += b"/Resources << /Font << /F1 4 0 R >> /XObject << /X %d 0 R >> >>"
        forms[f"o{6 + level}"] = stream(inner, entries % (7 + level))
    with pytest.raises(UnreadableError):
        read(one_page(b"/X Do", resources=b"/XObject << /X 6 0 R >>", **forms), seconds=5)


def test_a_bomb_of_compressed_text_is_stopped() -> None:
    content = b"BT /F1 9 Tf 9 9 Td " + b"(a) Tj " * 30_000_000 + b"ET"
    packed = zlib.compress(content, 9)
    assert len(packed) < 1_000_000
    data = one_page(b"").replace(stream(b""), stream(packed, b"/Filter /FlateDecode"))
    with pytest.raises(UnreadableError):
        read(data, seconds=5)


@pytest.mark.parametrize("box", ["0 0 1e9 1e9", "0 0 0 0", "9 9 -9 -9", "0 0 nan 9", ""])
def test_a_page_of_any_size_is_read_or_refused(box: str) -> None:
    try:
        document = read(pdf([*paragraph(PROSE)], box=box))
    except AiliError:
        return
    assert document.sentences


@pytest.mark.parametrize("size", [1e-9, -11, 1e30])
def test_text_of_any_size_is_beside_text_that_is_read(size: float) -> None:
    assert PROSE[0] in read(pdf([*paragraph(PROSE), *paragraph(PROSE[1:], size=size, y=300)])).text


@pytest.mark.parametrize(
    "matrix", ["1e38 0 0 1e38 1e38 1e38 cm 1e38 0 0 1e38 0 0 cm", "0 0 0 0 0 0 cm", "-1 0 0 0 5 5 cm"]
)
def test_text_without_a_place_is_left_out(matrix: str) -> None:
    """Found by mutation: a place that is no number."""
    nowhere = [Text(text=f"nowhere {number}", y=400, before=matrix) for number in range(9)]
    assert PROSE[0] in read(pdf([*paragraph(PROSE), *nowhere])).text


def test_a_page_of_many_thousand_scattered_words_is_read_in_time() -> None:
    words = [Text(text=f"w{number}", x=(number * 37) % 600, y=(number * 91) % 780, size=3) for number in range(20_000)]
    assert len(read(pdf(words)).text) > 20_000


def test_thousands_of_empty_pages_are_read_in_time() -> None:
    document = read(pdf(paragraph(PROSE), *[[] for _ in range(3_000)]))
    assert document.text.startswith(PROSE[0])


def test_names_and_dates_in_the_dictionary_may_be_anything() -> None:
    info = {"Title": "\\000\\377\\376" * 50, "Author": "x" * 60_000, "CreationDate": "D:99999999999999"}
    assert read(pdf(paragraph(PROSE), info=info)).metadata.published == ""


def test_a_file_that_ends_anywhere_is_read_or_refused() -> None:
    for end in range(20, len(GOOD), 97):
        try:
            read(GOOD[:end])
        except AiliError as error:
            assert "x.pdf" in error.message


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(GOOD) - 1),
            st.one_of(
                st.binary(max_size=4), st.sampled_from([b"0", b"-1", b"1e38", b"2 0 R", b"[", b">>", b"/Kids", b"Tf"])
            ),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_a_damaged_file_is_a_document_or_a_clear_error(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(GOOD)
    for at, put in changes:
        data[at : at + len(put)] = put
    try:
        document = read(b"%PDF-1.7\n" + bytes(data[9:]))
    except AiliError as error:
        assert error.message
        return
    assert all(0 <= one.start < one.end <= len(document.text) for one in document.sentences)
    assert all(0 <= one.start <= len(document.text) for one in document.locators)

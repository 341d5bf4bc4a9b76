"""Every value of a table stands under its own head, in every format, whatever cells are empty or span others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili.cli.reading import show_document
from aili.document import Document, Resource
from aili.extractors import ParseLimits, extract
from aili.extractors.pdf.columns import rows_text
from aili.extractors.pdf.layout import Cell, Line
from aili.grid import SPAN, WIDEST, table_text
from aili.sources import media_type
from tests.test_extract_rtf import HEAD
from tests.zip_files import PROSE, docx, epub, frame, odp, odt, p, pptx, shape, slide, table, xhtml

ROWS = (("", "2021", "2022"), ("Pillars", "2.1", ""), ("Wall", "", "0.8"))
TOLD = "| 2021 | 2022\nPillars | 2.1\nWall | | 0.8"


def one(text: str) -> tuple[str, int, int]:
    return text, 1, 1


def test_empty_cells_keep_their_place_and_empty_columns_go() -> None:
    assert table_text([map(one, row) for row in ROWS]) == TOLD
    assert table_text([map(one, (a, "", b, "")) for a, b in (("x", "y"), ("", "z"))]) == "x | y\n| z"
    assert table_text([]) == table_text([[one("")]]) == ""


def test_a_cell_that_spans_others_leaves_them_empty() -> None:
    head = [("Work", 1, 2), ("Cost", 2, 1)]
    assert table_text([head, map(one, ("2021", "2022")), map(one, ("Wall", "1", "2"))]) == (
        "Work | Cost\n| 2021 | 2022\nWall | 1 | 2"
    )


@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from(["", "a", "b c"]), st.integers(-1, 10**6), st.integers(-1, 10**6)), max_size=5
        ),
        max_size=6,
    )
)
def test_no_span_makes_a_table_large_or_loses_a_cell(rows: list[list[tuple[str, int, int]]]) -> None:
    text = table_text(rows)
    assert len(text) < 40 * 6 * 5 * SPAN
    assert text.replace("|", " ").split() == [word for row in rows for cell, _, _ in row for word in cell.split()]


def test_cells_that_claim_all_rows_below_take_no_long() -> None:
    rows = [[(f"c{at}-{number}", 9_999, 9_999) for number in range(60)] for at in range(100)]
    text = table_text(rows)
    assert text.count("\n") == 99
    assert text.replace("|", " ").split() == [cell for row in rows for cell, _, _ in row]
    assert max(map(len, text.split("\n"))) < 4 * (WIDEST + SPAN) + 60 * 10


def test_a_cell_behind_the_widest_row_is_kept_whatever_it_says() -> None:
    assert table_text([[("x", 1, 1)] * WIDEST + [("a", 0, 0), ("b", -1, 9)]]).endswith("x | a | b")


def html_table(rows: tuple[tuple[str, ...], ...]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _odf() -> str:
    cells = {"": "<table:table-cell/>"}
    rows = (
        "".join(cells.get(cell, f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>") for cell in row)
        for row in ROWS
    )
    return f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>"


def _slides() -> str:
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = "".join(f"<a:tr>{''.join(map(cell.format, row))}</a:tr>" for row in ROWS)
    return (
        f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def _rtf() -> bytes:
    rows = "".join(rf"\trowd\cellx1\cellx2\cellx3\pard\intbl {a}\cell {b}\cell {c}\cell\row " for a, b, c in ROWS)
    return (HEAD + "".join(f"\\pard {line}\\par " for line in PROSE) + rows + "\\pard End of it.\\par}").encode()


def _markdown() -> bytes:
    head, *rows = ("| " + " | ".join(row) + " |" for row in ROWS)
    return ("\n\n".join(PROSE) + "\n\n" + "\n".join([head, "| --- | --- | --- |", *rows])).encode()


PROSE_HTML = "".join(f"<p>{line}</p>" for line in PROSE)
FILES = {
    "page.html": f"<title>Costs</title><article><h1>Costs</h1>{PROSE_HTML}{html_table(ROWS)}{PROSE_HTML}</article>".encode(),
    "book.epub": epub({"a.xhtml": xhtml(PROSE_HTML + html_table(ROWS))}),
    "letter.docx": docx("".join(map(p, PROSE)) + table(*ROWS)),
    "letter.odt": odt("".join(f"<text:p>{line}</text:p>" for line in PROSE) + _odf()),
    "talk.odp": odp(frame(*PROSE) + f"<draw:frame>{_odf()}</draw:frame>"),
    "talk.pptx": pptx(slide(shape(*PROSE), _slides())),
    "letter.rtf": _rtf(),
    "notes.md": _markdown(),
}  # fmt: skip


def read(name: str) -> Document:
    data = FILES[name]
    resource = Resource(data=data, media_type=media_type(data, name=name), reference=name, location=name)
    return extract(resource, limits=ParseLimits(min_words=5, seconds=30))


@pytest.mark.parametrize("name", FILES)
def test_every_format_keeps_empty_cells(name: str) -> None:
    document = read(name)
    assert [document.block(at) for at, block in enumerate(document.blocks) if block.kind == "table"] == [TOLD]


def test_a_table_as_markdown_is_read_back_as_it_was() -> None:
    document = read("page.html")
    shown = show_document(document, "markdown")
    assert "|  | 2021 | 2022 |\n| --- | --- | --- |\n| Pillars | 2.1 |  |\n| Wall |  | 0.8 |" in shown
    resource = Resource(data=shown.encode(), media_type="text/markdown", reference="x.md", location="x.md")
    again = extract(resource, limits=ParseLimits(min_words=5, seconds=30))
    assert [again.block(at) for at, block in enumerate(again.blocks) if block.kind == "table"] == [TOLD]


def line(*cells: tuple[float, str], leftward: bool = False) -> Line:
    made = tuple(Cell(text=text, x0=x, x1=x + 6.0 * len(text)) for x, text in cells)
    ordered = tuple(reversed(made)) if leftward else made
    text = " ".join(cell.text for cell in ordered)
    return Line(text=text, x0=made[0].x0, x1=made[-1].x1, y=0, size=11, cells=ordered, leftward=leftward)


def test_cells_of_a_pdf_stand_in_the_columns_that_others_show() -> None:
    head, pillars = line((192, "2021"), (312, "2022")), line((72, "Pillars"), (192, "2.1"))
    wall, lamp = line((72, "Wall"), (312, "0.8")), line((72, "Lamp"), (192, "0.1"), (312, "0.2"))
    assert rows_text([head, pillars, wall, lamp]) == f"{TOLD}\nLamp | 0.1 | 0.2"
    over = line((72, "Work"), (192, "Costs of both years, estimated"))
    assert rows_text([over, head, lamp]) == ("Work | Costs of both years, estimated\n| 2021 | 2022\nLamp | 0.1 | 0.2")


def test_a_pdf_that_is_read_from_the_right_has_its_columns_from_the_right() -> None:
    head = line((72, "2022"), (192, "2021"), leftward=True)
    wall = line((72, "0.8"), (312, "wall"), leftward=True)
    assert rows_text([head, wall]) == "| 2021 | 2022\nwall | | 0.8"


def test_cells_of_a_pdf_that_no_column_tells_apart_stand_one_after_the_other() -> None:
    shifted = [line((72, "aa"), (192, "1")), line((80, "bb"), (192, "2")), line((72, "cc"), (88, "ddd"), (192, "3"))]
    assert rows_text(shifted) == "aa | 1\nbb | 2\ncc | ddd | 3"

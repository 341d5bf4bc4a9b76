"""A table of the original is shown as one, each row a sentence that bullets can point at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from aili.digest import Bullet, Digest, Question, Section
from aili.document import Document, Metadata, Reading
from aili.extractors import Piece, compose
from aili.grid import cells
from aili.language import phrases
from aili.renderers.html.marking import Place
from aili.renderers.html.original import original_pane

WORDS = phrases("en")


def document(*rows: str) -> Document:
    pieces = [Piece(kind="paragraph", text="The pier was closed in May."), Piece(kind="table", text="\n".join(rows))]
    return compose(pieces, metadata=Metadata(title="The pier", language="en"), reading=Reading(), source="")


def digest(*evidence: int) -> Digest:
    bullet = Bullet(text="The wall cost 0.8 million.", evidence=evidence)
    question = Question(text="What did the wall cost?", bullets=(bullet,))
    return Digest(title="The pier", abstract=(bullet,), sections=(Section(heading="Costs", questions=(question,)),))


def rows(pane: str) -> list[list[str]]:
    return [
        [" ".join(cell.text_content().split()) for cell in row.iter("td")] for row in html.fromstring(pane).iter("tr")
    ]


def test_rows_are_rows_and_a_cited_one_has_its_place() -> None:
    pane = original_pane(digest(3), document("| 2021 | 2022", "Pillars | 2.1", "Wall | | 0.8"), WORDS, {})
    assert rows(pane) == [["2", "2021", "2022"], ["3Pillars", "2.1", ""], ["4Wall", "", "0.8"]]
    cited = [row.get("id") for row in html.fromstring(pane).iter("tr") if "cited" in row.get("class", "")]
    assert cited == ["s4"]


def test_a_row_of_one_cell_goes_over_all_columns() -> None:
    pane = original_pane(digest(0), document("Costs in millions", "Wall | 1 | 2"), WORDS, {})
    assert 'colspan="3"' in pane
    assert rows(pane) == [["2Costs in millions"], ["3Wall", "1", "2"]]


def test_what_a_bullet_says_too_is_marked_within_itscells() -> None:
    text = "Wall <b> | 0.8 & more"
    places = {1: [Place(start=0, end=len(text), bullet=1)]}
    pane = original_pane(digest(1), document(text, "a | b"), WORDS, places)
    assert '<mark data-for="1">Wall &lt;b&gt;</mark></td>' in pane
    assert '<td><mark data-for="1">0.8 &amp; more</mark></td>' in pane


@pytest.mark.parametrize("row", ["a||b | c", "|x| < 2 | yes", "P(A|B) | 0.4"])
def test_a_bar_within_a_cell_parts_nothing(row: str) -> None:
    assert len(list(cells(row))) == 2


@given(st.text(alphabet="ab| \t.", max_size=30))
def test_cells_lie_within_their_row_in_order(row: str) -> None:
    edges = [edge for cell in cells(row) for edge in cell]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(row) for edge in edges)
    kept = "".join(row[start:end] for start, end in cells(row))
    assert "".join(kept.split()).replace("|", "") == "".join(row.split()).replace("|", "")

"""Markdown is read for its text: footnotes, contents and bylines are none of it, and what is no prose is told apart."""

from __future__ import annotations

import pytest

from aili.document import Document, Resource
from aili.extractors import ParseLimits, extract
from tests.zip_files import PROSE


def read(text: str) -> Document:
    resource = Resource(data=text.encode(), media_type="text/markdown", reference="x.md", location="x.md")
    return extract(resource, limits=ParseLimits(min_words=5))


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.block(at)) for at, block in enumerate(document.blocks)]


@pytest.mark.parametrize(
    "note", ["Minutes of the council, page 4.", "https://lind.example/minutes", "*Minutes*, 4th edition\n    of May."]
)
def test_footnotes_and_their_marks_are_set_aside_and_told(note: str) -> None:
    document = read(f"# Storm\n\n{PROSE[0]}[^1]\n\n{PROSE[1]}\n\n[^1]: {note}\n")
    assert blocks(document) == [("paragraph", PROSE[0]), ("paragraph", PROSE[1])]
    assert document.reading.warnings == ("Set aside: 1 footnote.",)


def test_brackets_that_lead_to_no_footnote_are_text() -> None:
    document = read(f"# Storm\n\n{PROSE[0]} The class is [^a-z], and x^2 grows.\n")
    assert document.text.endswith("The class is [^a-z], and x^2 grows.")
    assert not document.reading.warnings


def test_a_list_that_only_leads_to_places_in_the_text_is_its_contents() -> None:
    contents = "## On this page\n\n1. [Pier](#pier)\n   - [Cracks](#cracks)\n2. [Tide](#tide)\n\n"
    document = read(f"# Storm\n\n{contents}## Pier\n\n{PROSE[0]}\n\n- [Tide](tide.md)\n- [Wind](wind.md)\n")
    assert blocks(document) == [("heading", "Pier"), ("paragraph", PROSE[0]), ("item", "Tide"), ("item", "Wind")]
    assert document.reading.warnings == ("Set aside: 1 table of contents.",)
    assert document.reading.share < 1


@pytest.mark.parametrize(
    "byline",
    [
        "**Author:** Ada Berg  \n**Date:** 14 May 2024",
        "By Ada Berg\n\n2024-05-14",
        "Ada Berg\n\nMay 14, 2024",
    ],
)
def test_the_lines_below_the_title_say_who_wrote_it_and_when(byline: str) -> None:
    document = read(f"# Storm\n\n{byline}\n\n{PROSE[0]}\n")
    assert (document.metadata.authors, document.metadata.published) == (("Ada Berg",), "2024-05-14")
    assert document.text == PROSE[0]


def test_a_day_in_the_front_matter_may_be_written_out() -> None:
    document = read(f"---\ntitle: Storm\ndate: 14 May 2024\n---\n\n{PROSE[0]}\n")
    assert document.metadata.published == "2024-05-14"


def test_formulas_are_no_prose_and_emphasized_words_below_an_image_are_its_caption() -> None:
    document = read(
        f"# Storm\n\n{PROSE[0]}\n\n$$\n\\hat{{y}} = a + b x\n$$\n\n![x](x.png)\n*Figure 1: The pier.*\n\n*{PROSE[1]}*\n"
    )
    assert [kind for kind, _ in blocks(document)] == ["paragraph", "code", "caption", "paragraph"]
    assert "\\hat{y} = a + b x" in document.text


def test_a_headings_attributes_are_none_of_its_words() -> None:
    headings = ("# Storm {.unnumbered}", "## Pier {#pier .x}", "## Sets {a, b}")
    document = read("---\ntitle: Storm\n---\n\n" + "\n\n".join(f"{one}\n\n{PROSE[0]}" for one in headings))
    assert [text for kind, text in blocks(document) if kind == "heading"] == ["Pier", "Sets {a, b}"]

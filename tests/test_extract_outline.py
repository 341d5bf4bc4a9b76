"""A page's outline: the headings that its sections stand under are read, and what leads away from the page is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aili.document import Document, Resource
from aili.errors import IndexPageError
from aili.extractors.html import Page
from aili.extractors.html.page import read

TIDE = (
    "The tide in the bay of Lind rises by more than three metres, and the old fishermen still read it from the colour "
    "of the sand at the foot of the lighthouse rather than from the printed tables."
)
WIND = (
    "The wind turns at noon. From May to September it comes from the south, and boats that left in the dark of the "
    "morning can sail home without touching their engines at all."
)
NETS = (
    "Nets are mended on Mondays in a shed behind the church, where four women have worked since the cannery was shut, "
    "and where the coffee is said to be stronger than the rope."
)
FISH = (
    "Most of the catch is herring. A tenth of it stays in the town, and the rest is on the road to the city market "
    "before the shops of Lind have opened their doors."
)


def page(body: str) -> str:
    return f'<!doctype html><html lang="en"><head><title>The bay of Lind</title></head><body>{body}</body></html>'


def article(inside: str) -> str:
    return page(f"<article><h1>The bay of Lind</h1><p>{TIDE}</p>{inside}</article>")


def read_page(html: str) -> Document:
    resource = Resource(data=html.encode(), media_type="text/html", reference="x", location="https://example.org/bay")
    return read(Page(resource=resource, min_words=5))


def headings(html: str) -> list[tuple[int, str]]:
    document = read_page(html)
    return [(b.level, document.block(i)) for i, b in enumerate(document.blocks) if b.kind == "heading"]


def test_a_heading_in_a_box_with_its_own_link_is_a_heading() -> None:
    box = '<div class="markdown-heading"><h2>{0}</h2><a class="anchor" href="#{0}" aria-label="Permalink"></a></div>'
    text = article(f"{box.format('Wind')}<p>{WIND}</p>{box.format('Nets')}<p>{NETS}</p>")
    assert headings(text) == [(2, "Wind"), (2, "Nets")]


@pytest.mark.parametrize("name", ["menu-title", "section-banner", "entry-meta", "toc-nav"])
def test_a_heading_is_read_though_its_box_is_named_like_a_menu(name: str) -> None:
    text = article(f'<div class="{name}"><h2>Wind</h2></div><p>{WIND}</p><h2>Nets</h2><p>{NETS}</p>')
    assert headings(text) == [(2, "Wind"), (2, "Nets")]


def test_a_short_bold_paragraph_above_longer_text_is_a_heading() -> None:
    text = article(
        f"<p><strong>✅ Step 1: Read the sand</strong></p><p>{WIND}</p>"
        f"<p><span><b>2. What is caught?</b></span></p><p>{FISH}</p>"
    )
    assert headings(text) == [(2, "✅ Step 1: Read the sand"), (2, "2. What is caught?")]


def test_a_bold_heading_ranks_below_the_heading_above_it_and_beside_its_like() -> None:
    text = article(
        f"<h2>Work</h2><p>{WIND}</p><p><strong>Nets</strong></p><p>{NETS}</p><p><strong>Fish</strong></p><p>{FISH}</p>"
    )
    assert headings(text) == [(2, "Work"), (3, "Nets"), (3, "Fish")]


@pytest.mark.parametrize(
    "bold",
    [
        "Nobody has drowned in the bay since 1961.",  # a sentence
        "Please note:",
        "This line is far too long to be the heading of anything, since it has more than twice as many words as a heading",
    ],
)
def test_a_bold_sentence_is_a_paragraph(bold: str) -> None:
    text = article(f"<p><strong>{bold}</strong></p><p>{WIND}</p><p>{NETS}</p>")
    assert headings(text) == []
    assert bold in read_page(text).text


def test_a_bold_line_above_nothing_longer_is_a_paragraph() -> None:
    assert headings(article(f"<p>{WIND}</p><p><strong>Eva Holm, harbour master</strong></p><p>Lind, 2024</p>")) == []


def test_a_paragraph_that_is_bold_in_part_is_a_paragraph() -> None:
    assert headings(article(f"<p><strong>Nets</strong> and ropes</p><p>{NETS}</p><p>{WIND}</p>")) == []


def test_empty_headings_and_headings_that_repeat_the_title_are_not_read() -> None:
    text = article(f"<h2> </h2><p>{WIND}</p><h2>•</h2><p>{NETS}</p><h2>The Bay of Lind</h2><p>{FISH}</p>")
    assert headings(text) == []
    assert FISH in read_page(text).text


def test_a_heading_that_a_page_shows_twice_is_read_once() -> None:
    twice = '<a href="/{0}"><h2>{0}</h2></a><h2>{0}</h2>'
    text = article(
        f"{twice.format('Wind')}<h3>At noon</h3><p>{WIND}</p>{twice.format('Nets')}<h3>On Mondays</h3><p>{NETS}</p>"
    )
    assert headings(text) == [(2, "Wind"), (3, "At noon"), (2, "Nets"), (3, "On Mondays")]


def test_headings_of_the_page_around_the_text_stay_outside() -> None:
    text = page(
        "<div><h3>Author</h3><h5>Eva Holm</h5><h3>Table of Contents</h3><div id='toc'></div></div>"
        f"<div class='entry-content'>"
        f"<p>{TIDE}</p><h2>Wind</h2><p>{WIND}</p><h2>Nets</h2><p>{NETS}</p></div><div><h3>Share this</h3></div>"
    )
    assert headings(text) == [(2, "Wind"), (2, "Nets")]


def test_the_same_heading_over_several_sections_is_read_each_time() -> None:
    box = '<div class="box-banner"><h3>Fast facts</h3></div>'
    text = article(
        f"<h2>Wind</h2><p>{WIND}</p>{box}<p>It is strongest in June, when the days are the longest of the year.</p>"
        f"<h2>Nets</h2><p>{NETS}</p>{box}<p>Each is forty metres long and holds a ton of herring when it is full.</p>"
    )
    assert headings(text) == [(2, "Wind"), (3, "Fast facts"), (2, "Nets"), (3, "Fast facts")]


LINKS = "".join(
    f'<li><a href="/{number}">The best {name} of the whole northern coast this year</a></li>'
    for number, name in enumerate(("beaches", "harbours", "lighthouses", "islands"))
)


@pytest.mark.parametrize(
    "heading",
    [
        "<h3>Explore More of the Coast</h3>",
        "<h2>You may also like</h2>",
        "<div><h4>Related articles</h4></div>",
        "<p><strong>Read next</strong></p>",
        "<h2>More from the Lind Times</h2>",
        "<h2>Das könnte Sie auch interessieren</h2>",
    ],
)
@pytest.mark.parametrize(
    "lead", ["", "<p>Whether you sail or walk, our selection leads you along the whole coast.</p>"]
)
def test_a_heading_that_leads_away_and_its_links_are_not_read(heading: str, lead: str) -> None:
    document = read_page(article(f"<h2>Wind</h2><p>{WIND}</p><p>{NETS}</p>{heading}{lead}<ul>{LINKS}</ul>"))
    assert document.text.endswith(NETS)


def test_headlines_that_are_links_with_teasers_are_not_read() -> None:
    cards = "".join(
        f'<h4><a href="/{name}">How the {name} of Lind came to be known abroad</a></h4><p>A short walk through its past.</p>'
        for name in ("herring", "lighthouse", "cannery")
    )
    document = read_page(article(f"<h2>Wind</h2><p>{WIND}</p><p>{NETS}</p><h4>Recent posts</h4>{cards}"))
    assert document.text.endswith(NETS)


def test_an_index_of_other_pages_is_still_known_as_one() -> None:
    links = "".join(
        f'<li><a href="/{town}/{year}">The herring of {town} came late in the year {year}</a></li>'
        for town in ("Lind", "Holm", "Berg", "Dahl", "Vik")
        for year in (1961, 1987, 2003)
    )
    with pytest.raises(IndexPageError):
        read_page(page(f"<main><h1>The bay of Lind</h1><h2>Latest news</h2><ul>{links}</ul></main>"))


def test_a_section_about_more_of_the_subject_is_read() -> None:
    text = article(f"<p>{WIND}</p><h2>More about the nets</h2><p>{NETS}</p><p>{FISH}</p>")
    assert headings(text) == [(2, "More about the nets")]
    assert FISH in read_page(text).text


TEASERS = "".join(
    f'<article class="card"><h3><a href="/{number}">{name}</a></h3>'
    f"<p>A short look at {name.lower()} and at those who know it...</p></article>"
    for number, name in enumerate(("Sailing", "Herring", "Rope", "Salt"))
)
RUN = (
    f"<div class='details-right'><p>{TIDE}</p><h3>Wind</h3><p>{WIND}</p><h3>Nets</h3><p>{NETS}</p><p>{FISH}</p>"
    f"<p>{WIND[:90]}</p></div>"
)


def test_a_page_that_closes_its_body_above_its_article_is_read_as_browsers_read_it() -> None:
    text = f"<html><head><title>The bay of Lind</title></head><body><header><nav>{TEASERS}</nav></header></body></html>{RUN}"
    document = read_page(text)
    assert TIDE in document.text
    assert FISH in document.text
    assert [heading for _, heading in headings(text)] == ["Wind", "Nets"]


def test_a_run_of_paragraphs_is_read_where_boxes_of_teasers_were_taken_for_the_text() -> None:
    cards = "".join(
        f'<div class="entry-content"><h3><a href="/{name}">{name}</a></h3><p>A look at {name} and those who know it, from '
        "the people who have worked with it for years, and who tell it on a rainy day when no boat leaves.</p></div>"
        for name in ("Sailing", "Herring", "Rope", "Salt")
    )
    told = "".join(
        f"<p>{text} So it was said in {year}.</p>" for year in (1961, 1987, 2003) for text in (WIND, NETS, FISH)
    )
    run = f'<div class="widget-details"><p>{TIDE}</p><h3>Wind</h3>{told}</div>'
    document = read_page(page(f"<h1>The bay of Lind</h1><main>{cards}</main>{run}"))
    assert document.text.startswith(TIDE)
    assert document.text.endswith("So it was said in 2003.")
    assert "rainy day" not in document.text


def test_comments_are_not_taken_for_the_text_however_long_they_are() -> None:
    comment = (
        f'<div class="comment-body"><p>{FISH}</p><p>{WIND}</p><p>{TIDE}</p><p>{FISH} Yes.</p><p>{WIND} No.</p></div>'
    )
    document = read_page(
        page(f'<article><h1>The bay of Lind</h1><p>{NETS}</p></article><div id="comments">{comment}</div>')
    )
    assert document.text == NETS


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<p>About 40 boats<sup>*</sup> are left in the bay of Lind.</p>",
            "About 40 boats are left in the bay of Lind.",
        ),
        (
            "<p><sup>**</sup><i>This counts the boats with a licence only.</i></p>",
            "This counts the boats with a licence only.",
        ),
        ("<p>* This counts the boats with a licence only.</p>", "This counts the boats with a licence only."),
        (
            '<p>The pier is old.<sup><a href="#n1">[1]</a></sup> It was built of oak.</p>',
            "The pier is old. It was built of oak.",
        ),
        ("<p>The bay covers 12 km<sup>2</sup> of shallow water.</p>", "The bay covers 12 km2 of shallow water."),
        ("<p>*Slowly* is how they work here, and *well*.</p>", "*Slowly* is how they work here, and *well*."),
        (
            "<p>In addition to nets and ropes they sell nets and ropes they sell, the shed has a kitchen.</p>",
            "In addition to nets and ropes they sell, the shed has a kitchen.",
        ),
        ("<p>Row, row, row, row, row, row, row, row the boat.</p>", "Row, row, row, row, row, row, row, row the boat."),
        (
            '<p>Read the <a href="/t">tables<span class="sr-only">(opens in a new tab)</span></a> before you sail.</p>',
            "Read the tables before you sail.",
        ),
    ],
)
def test_marks_of_footnotes_and_doubled_words_are_not_read(html: str, text: str) -> None:
    document = read_page(article(f"<p>{WIND}</p>{html}<p>{NETS}</p>"))
    assert text in [document.block(index) for index in range(len(document.blocks))]


PARTS = st.sampled_from(
    [
        f"<p>{WIND}</p>",
        f"<p>{NETS}</p>",
        "<h2>Wind</h2>",
        "<h3>Nets</h3>",
        "<h2>Read next</h2>",
        "<p><b>Fish</b></p>",
        "<div><b><i>Fish</i></b></div>",
        f"<ul>{LINKS}</ul>",
        "<sup>*</sup>",
        "</div>",
        "<div class='box'>",
        "</body>",
        "</html>",
        "<p>",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTS, max_size=14, unique=True))
def test_whatever_the_order_of_its_parts_a_page_keeps_its_text_and_ends_with_no_lone_heading(parts: list[str]) -> None:
    document = read_page(article(f"<p>{FISH}</p>{''.join(parts)}"))
    assert TIDE in document.text
    assert all(1 <= block.level <= 6 for block in document.blocks if block.kind == "heading")

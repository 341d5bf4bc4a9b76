"""What a page says of itself and shows beside its title, and which of its lists and last lines are its text."""

from __future__ import annotations

import pytest

from aili.document import Document, Resource
from aili.extractors import Piece
from aili.extractors.html import Page
from aili.extractors.html.gaps import with_gaps_filled
from aili.extractors.html.outline import first_words
from aili.extractors.html.page import read
from tests.islands import BREAD, FERRY, MAIL


def read_page(body: str, *, head: str = "", title: str = "The ferry of Lind") -> Document:
    text = f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body>{body}</body></html>'
    location = "https://www.lind.example/ferry"
    return read(
        Page(
            resource=Resource(data=text.encode(), media_type="text/html", location=location, reference="x"), min_words=5
        )
    )


def day(*, shown: str = "", told: str = "") -> str:
    body = f"<article><h1>The ferry of Lind</h1>{shown}<p>{FERRY}</p><p>{BREAD}</p></article>"
    return read_page(body, head=told).metadata.published


def linked_data(**days: str) -> str:
    told = "".join(f',"{name}":"{text}"' for name, text in days.items())
    return f'<script type="application/ld+json">{{"@type":"Article","headline":"The ferry of Lind"{told}}}</script>'


@pytest.mark.parametrize(
    ("shown", "told", "published"),
    [
        ("<p>Updated March 9, 2024</p>", {"datePublished": "2019-02-01", "dateModified": "2024-03-09"}, "2024-03-09"),
        (
            "<p>February 1, 2019</p><p>Updated March 9, 2024</p>",
            {"datePublished": "2019-02-01", "dateModified": "2024-03-09"},
            "2019-02-01",
        ),
        ("<p>Next sailing March 9, 2024</p>", {"datePublished": "2019-02-01"}, "2019-02-01"),
        ("<p>January 31, 2024</p>", {"datePublished": "Nov 05, 2025"}, "2024-01-31"),
        (
            "<p>Published <b>Apr 26, 2023</b> Updated <b>Aug 21, 2025</b></p>",
            {"dateModified": "2025-08-21"},
            "2023-04-26",
        ),
        ("<p>12.12.2025</p>", {}, "2025-12-12"),
        ("<p>31/03/2025</p>", {}, "2025-03-31"),
        ("<p>03/31/2025</p>", {}, "2025-03-31"),
        ("<p>03/10/2025</p>", {}, ""),
        ("<p>31.02.2025</p>", {}, ""),
        ("<p>VERÖFFENTLICHT AM 12. MÄRZ 2025</p><p>4. April 2025</p>", {}, "2025-03-12"),
        ("<p>Next sailing</p>" * 40 + "<p>Last updated on May 3, 2025</p>", {}, "2025-05-03"),
        ("<p>Next sailing</p>" * 40 + "<p>Posted: <b>May 3, 2025</b></p><p>Updated May 4, 2025</p>", {}, "2025-05-03"),
        ("<p>Next sailing</p>" * 40 + "<p>Updated May 3, 2025</p><p>Updated May 4, 2025</p>", {}, ""),
    ],
)
def test_the_day_of_a_page_is_the_one_that_readers_see(shown: str, told: dict[str, str], published: str) -> None:
    assert day(shown=shown, told=linked_data(**told)) == published


@pytest.mark.parametrize(
    ("tags", "published"),
    [
        ({"lang": "en-GB"}, "2025-10-03"),
        ({"lang": "en_US"}, "2025-03-10"),
        ({"lang": "en", "og": "en_US"}, "2025-03-10"),
        ({"lang": "en", "og": "de_DE"}, ""),
        ({"lang": "de"}, "2025-10-03"),
        ({"lang": "en"}, ""),
    ],
)
def test_a_day_in_numbers_is_read_as_the_page_says_that_it_writes_them(tags: dict[str, str], published: str) -> None:
    told = f'<meta property="og:locale" content="{tags["og"]}">' if "og" in tags else ""
    page = f"<article><h1>The ferry of Lind</h1><p>03/10/2025</p><p>{FERRY}</p><p>{BREAD}</p></article>"
    text = f'<html lang="{tags["lang"]}"><head>{told}<title>The ferry of Lind</title></head><body>{page}</body></html>'
    read_whole = read(
        Page(
            resource=Resource(
                data=text.encode(), media_type="text/html", location="https://lind.example/a", reference="x"
            ),
            min_words=5,
        )
    )
    assert read_whole.metadata.published == published


def test_a_page_without_a_heading_has_the_day_of_its_only_time() -> None:
    body = f"<div><p>{FERRY}</p><p>{BREAD}</p><time>August 12, 2025</time></div>"
    assert read_page(body).metadata.published == "2025-08-12"
    assert read_page(f"{body}<time>May 3, 2024</time>").metadata.published == ""


def test_a_page_without_a_time_has_the_day_of_its_only_dateline() -> None:
    body = f"<div><p>{FERRY}</p><p>{BREAD}</p><span class='small date'>August 12, 2025</span></div>"
    assert read_page(body).metadata.published == "2025-08-12"
    assert read_page(f"{body}<i class='date'>May 3, 2024</i>").metadata.published == ""
    assert read_page(body.replace("small date", "up-to-date")).metadata.published == ""


@pytest.mark.parametrize(
    ("headings", "declared", "title"),
    [
        (["Blog: The ferry of Lind"], "The ferry of Lind", "The ferry of Lind"),
        (["Boats we have known", "Where the ferry sails"], "Where our ferry sails", "Where the ferry sails"),
        (["Lind"], "www.lind.example The ferry", "The ferry"),
        (
            ["Pier"],
            "How one ferry left our pier before dawn, lost its way and was found by goats",
            "How one ferry left our pier before dawn, lost its way and was found by goats",
        ),
        (["Pier"], "The pier of Lind", "Pier"),
        (
            ["A timetable that is easy to read"],
            "Easy timetable | Islands of the North",
            "A timetable that is easy to read",
        ),
    ],
)
def test_a_title_is_the_heading_that_says_what_is_declared(headings: list[str], declared: str, title: str) -> None:
    shown = "".join(f"<h1>{heading}</h1>" for heading in headings)
    assert read_page(f"<article>{shown}<p>{FERRY}</p><p>{BREAD}</p></article>", title=declared).metadata.title == title


def test_items_left_out_between_two_blocks_are_put_back_unless_they_are_links() -> None:
    above, below = Piece(kind="paragraph", text=FERRY), Piece(kind="paragraph", text=BREAD)
    fares = [
        Piece(kind="item", text=f"{name}: it sails in winter too, at half the price.") for name in ("Car", "Lorry")
    ]
    links = [piece.text for piece in fares]
    for known, page, filled in (
        (["Car", "Lorry"], [above, *fares, below], [above, *fares, below]),
        (links, [above, *fares, below], [above, below]),
        ([], [above, below, *fares], [above, below]),
    ):
        assert gaps_filled([above, below], page, links=known) == filled


def gaps_filled(found: list[Piece], page: list[Piece], *, links: list[str]) -> list[Piece]:
    return with_gaps_filled(found, page, [first_words(piece) for piece in page], links=links)


def paragraphs(*texts: str) -> list[Piece]:
    return [Piece(kind="paragraph", text=text) for text in texts]


def test_tables_and_long_paragraphs_left_out_between_two_blocks_are_put_back_above_the_end() -> None:
    read_before = paragraphs(*(f"{name}. {FERRY}" for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")))
    table = Piece(kind="table", text="Boat | Cars\nFirst | forty\nSecond | ninety")
    long, short = paragraphs(BREAD, "Book a berth now")
    first, *rest = read_before
    *most, last = read_before
    for lost in ([table], [long], [table, long]):
        assert gaps_filled(read_before, [first, *lost, *rest], links=[]) == [first, *lost, *rest]
    assert gaps_filled(read_before, [first, table, short, *rest], links=[]) == read_before
    assert gaps_filled(read_before, [first, long, *rest], links=[BREAD]) == read_before
    assert gaps_filled(read_before, [*most, long, last], links=[]) == read_before


def test_a_heading_that_a_page_has_twice_does_not_hide_a_gap() -> None:
    above, between, below = paragraphs(FERRY, BREAD, MAIL)
    fares = [
        Piece(kind="item", text=f"{name}: it sails in winter too, at half the price.") for name in ("Car", "Lorry")
    ]
    pros = Piece(kind="heading", text="Pros and cons", level=3)
    page = [above, fares[0], pros, fares[1], between, pros, below]
    assert gaps_filled([above, pros, between, pros, below], page, links=[]) == page


@pytest.mark.parametrize(
    ("named", "kept"),
    [
        ("author-bio", False),
        ("post_author_box", False),
        ("about-the-author", False),
        ("cta", False),
        ("blog-cta wide", False),
        ("call-to-action", False),
        ("modal", False),
        ("active", True),
        ("biology", True),
        ("content", True),
    ],
)
def test_boxes_of_the_site_in_an_article_are_not_read(named: str, kept: bool) -> None:
    goats = "Ada Lind has written of ferries for twenty years, and she keeps three goats on the pier."
    box = f'<div class="{named}"><p>{goats}</p></div>'
    body = f"<article><h1>The ferry of Lind</h1><p>{FERRY}</p>{box}<p>{BREAD}</p><p>{MAIL}</p></article>"
    assert ("goats" in read_page(body, head=linked_data()).text) is kept


def test_boxes_that_are_the_page_are_read() -> None:
    boxes = "".join(f'<div class="cta"><h2>{text[:12]}</h2><p>{text}</p></div>' for text in (FERRY, BREAD, MAIL))
    assert BREAD in read_page(f"<main><h1>The ferry of Lind</h1>{boxes}</main>", head=linked_data()).text


@pytest.mark.parametrize("heading", ["About the author", "About our contributors", "Disclosure:"])
def test_a_last_section_about_the_author_is_not_read(heading: str) -> None:
    about = f"<h2>{heading}</h2><p>Ada Lind keeps three goats on the pier.</p>"
    body = f"<h1>The ferry of Lind</h1><p>{FERRY}</p><p>{BREAD}</p><p>{MAIL}</p>"
    assert "goats" not in read_page(f"<article>{body}{about}</article>").text
    assert (
        "goats" in read_page(f"<article><h1>The ferry of Lind</h1>{about}<p>{FERRY}</p><p>{BREAD}</p></article>").text
    )


def test_a_line_that_points_to_another_page_is_not_read() -> None:
    lines = "<p>Related: <a href='/oars'>Why the oars of Lind are red</a></p><p>{}</p>"
    text = read_page(
        f"<article><h1>The ferry of Lind</h1><p>{FERRY}</p>{lines.format(BREAD)}<p>{MAIL}</p></article>"
    ).text
    assert "oars of Lind" not in text
    assert BREAD in text


@pytest.mark.parametrize(
    "notice",
    [
        "Disclaimer: nothing on this page is a promise that the ferry sails.",
        "This page is for informational purposes only.",
        "© 2024 The ferry of Lind. All rights reserved.",
    ],
)
def test_a_notice_below_a_text_is_not_read(notice: str) -> None:
    body = f"<h1>The ferry of Lind</h1><p>{FERRY}</p><p>{BREAD}</p><p>{MAIL}</p><p>{notice}</p>"
    document = read_page(f"<article>{body}</article>")
    assert notice not in document.text
    assert MAIL in document.text


def test_a_text_about_disclaimers_keeps_them() -> None:
    first = f"Disclaimers are older than the ferry. {FERRY}"
    document = read_page(f"<article><h1>The ferry of Lind</h1><p>{first}</p><p>{BREAD}</p><p>{MAIL}</p></article>")
    assert first in document.text


def test_what_react_sends_behind_a_page_is_read_in_its_place() -> None:
    body = (
        f'<main><h1>The ferry of Lind</h1><p>{FERRY}</p><template id="B:1"></template><p>{MAIL}</p></main>'
        f'<div hidden id="S:1"><p>{BREAD}</p></div><div hidden id="note"><p>Nobody sees this line.</p></div>'
    )
    text = read_page(body).text
    assert text.index(FERRY) < text.index(BREAD) < text.index(MAIL)
    assert "Nobody sees" not in text


def test_a_segment_that_react_sends_later_is_read_in_its_place() -> None:
    body = (
        f'<main><h1>The ferry of Lind</h1><template id="B:0"></template></main>'
        f'<div hidden id="S:0"><p>{FERRY}</p><template id="P:1"></template><p>{MAIL}</p></div>'
        f'<div hidden id="S:1"><p>{BREAD}</p></div>'
    )
    text = read_page(body).text
    assert text.index(FERRY) < text.index(BREAD) < text.index(MAIL)


def test_the_day_in_an_address_may_name_its_month() -> None:
    text = (
        f"<html lang=en><body><article><h1>The ferry of Lind</h1><p>{FERRY}</p><p>{BREAD}</p></article></body></html>"
    )
    location = "https://www.lind.example/2023/october/03/ferry"
    resource = Resource(data=text.encode(), media_type="text/html", location=location, reference="x")
    assert read(Page(resource=resource, min_words=5)).metadata.published == "2023-10-03"

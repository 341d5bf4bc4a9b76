"""An article on several pages is read as one: its pages are fetched in their order, and what leads elsewhere is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aili
import aili.answers
import aili.reports
from aili import codec, series
from aili.codec import UNSET
from aili.digest import Bullet, Digest, Draft, Question, Section
from aili.document import Document, Resource
from aili.events import Extracted, Fetched
from aili.pipeline import stream
from aili.renderers import Options, parse, render
from aili.settings import Settings
from aili.verification import verify
from tests.servers import Exchange, Page, Route, Server, page, serve

SETTINGS = Settings(allow_hosts=("127.0.0.1",), cache=False)
TITLE = "The ferries of Lind"
TEXTS = (
    (
        "The ferries of Lind have crossed the sound since 1874, and the town has never had a bridge. In the first winter "
        "the ice was so thick that the boats lay still for nine weeks, and the mail was carried over on sledges."
    ),
    (
        "In 1921 the council bought two steamers in Riga, which burned coal and carried forty carts each. Their captain, "
        "Ada Berg, kept a diary of every crossing, and eleven volumes of it lie in the archive of the town."
    ),
    (
        "Since 2019 the boats run on batteries that are charged while the passengers board. A crossing takes nine minutes, "
        "costs two crowns, and is cancelled on four days of the year on average, always for wind."
    ),
)
FOOT = "Tove Lund writes about ships and harbours, and has lived on the islands for twenty years."


def article(text: str, *, links: str = "", head: str = "", title: str = TITLE) -> Page:
    return page(
        f'<!doctype html><html lang="en"><head><title>{title}</title><meta property="og:type" content="article">{head}'
        f"</head><body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1><p>{text}</p>{links}<p>{FOOT}</p></article>"
    )


def run(address: str, count: int = 3, *, own: int = 0, first: str = "") -> str:
    """A row of numbers as WordPress writes it under each part of a post; ``address`` has ``{}`` for the number."""
    parts = (
        f"<span>{number}</span>"
        if number == own
        else f'<a href="{first if number == 1 else address.format(number)}">{number}</a>'
        for number in range(1, count + 1)
    )
    return f'<div class="page-links">Pages: {" ".join(parts)}</div>'


def read(server: Server, path: str, **settings: object) -> Document:
    return aili.read(server.url(path), settings=replace(SETTINGS, **settings))  # type: ignore[arg-type]


def asked(server: Server) -> list[str]:
    return [request.path for request in server.requests]


NUMBERED = {
    "/story/": article(TEXTS[0], links=run("/story/{}/", own=1, first="/story/")),
    "/story/2/": article(TEXTS[1], links=run("/story/{}/", own=2, first="/story/")),
    "/story/3/": article(TEXTS[2], links=run("/story/{}/", own=3, first="/story/")),
}


def test_the_pages_of_an_article_are_read_in_their_order_and_joined() -> None:
    with serve(NUMBERED) as server:
        document = read(server, "/story/")
        assert asked(server) == ["/story/", "/story/2/", "/story/3/"]
        assert [document.block(index) for index in range(len(document.blocks))] == [*TEXTS, FOOT]
        assert document.metadata.title == TITLE
        assert document.metadata.location == server.url("/story/")
        told = f"The article was read from 3 pages, the last of them {server.url('/story/3/')}."
        assert document.reading.warnings == (told,)


def test_a_sentence_knows_its_page_and_a_digest_tells_how_many_there_were() -> None:
    with serve(NUMBERED) as server:
        digest = aili.summarize(server.url("/story/"), settings=SETTINGS)
    assert digest.provenance.notes[0].startswith("The article was read from 3 pages")
    places = {cited.text: cited.locator for cited in digest.citations}
    assert {places[text] for text in places if "Riga" in text or "diary" in text} <= {"p. 2"}
    assert set(places.values()) <= {"p. 1", "p. 2", "p. 3"}


def of_two_pages(server: Server) -> tuple[Digest, Document, str]:
    """A digest that cites both pages of an article, its document, and the address of the second page."""
    document = read(server, "/story/", fetch_pages=2)
    told = [Bullet(text=document.sentence(number), evidence=(number,)) for number in (0, 2)]
    section = Section(heading="Ferries", questions=(Question(text="What is told?", bullets=tuple(told)),))
    draft = Draft(abstract=(told[0],), sections=(section,), language="en", engine="scripted", version="1")
    digest = verify(draft, document)
    assert [cited.locator for cited in digest.citations] == ["p. 1", "p. 2"]
    return digest, document, server.url("/story/2/")


def test_a_citation_leads_to_the_page_it_stands_on_in_every_form_that_has_links() -> None:
    with serve(NUMBERED) as server:
        digest, document, second = of_two_pages(server)
    assert [cited.address for cited in digest.citations] == [UNSET, second]
    page, beside = (render(digest, format="html", document=one) for one in (None, document))
    assert f'href="{second}#:~:text=In%201921%20the' in page
    assert f'href="{digest.location}#:~:text=The%20ferries%20of' in page
    for shown in (page, beside):
        assert f'<a class="place" href="{second}" rel="noopener noreferrer">p. 2</a>' in shown
    assert '<span class="place">p. 1</span>' in page
    markdown = render(digest, format="markdown")
    assert f"*[p. 2](<{second}>)*" in markdown
    assert "*p. 1*" in markdown
    for form in ("html", "markdown", "json"):
        assert parse(render(digest, format=form), format=form).citations == digest.citations
    terminal = render(digest, format="terminal", options=Options(evidence=True, links=True))
    assert f"\x1b]8;;{second}#:~:text=In%201921" in terminal


def test_the_json_of_an_article_names_the_further_pages_alone() -> None:
    with serve(NUMBERED) as server:
        digest, document, second = of_two_pages(server)
        one = read(server, "/story/", fetch_pages=1)
    assert json.loads(render(digest, format="json"))["citations"][1]["address"] == second
    assert "address" not in json.loads(render(digest, format="json"))["citations"][0]
    assert [locator.address for locator in document.locators] == [UNSET, second]
    assert b'"address"' not in codec.encode(one)
    assert b'"address"' not in codec.encode(aili.summarize(one))


def test_what_a_summary_leaves_out_and_what_it_says_lead_to_their_page() -> None:
    with serve(NUMBERED) as server:
        document = read(server, "/story/")
    second, third = (document.metadata.location + path for path in ("2/", "3/"))
    told = b"In 1921 the council bought two steamers in Riga."
    summary = Resource(data=told, media_type="text/plain", reference="told.txt", location="told.txt")
    report = aili.check(document, summary, settings=SETTINGS)
    assert {cited.address for cited in report.citations} == {second}
    assert (UNSET, third) == tuple(
        next(one.address for one in report.coverage.omissions if one.locator == place) for place in ("p. 1", "p. 3")
    )
    page = aili.reports.render(report, format="html")
    assert f'<a class="place" href="{second}"' in page
    assert f'<a class="there" href="{second}#:~:text=In%201921' in page
    assert f"*[p. 2](<{second}>)*" in aili.reports.render(report, format="markdown")
    options = Options(links=True)
    assert f"\x1b]8;;{second}#:~:text=" in aili.reports.render(report, options=options)
    assert aili.reports.render(report, options=options) == aili.reports.render(report, options=options)
    assert "\x1b" not in aili.reports.render(report)


def test_an_answer_leads_to_its_page() -> None:
    with serve(NUMBERED) as server:
        document = read(server, "/story/")
    second = document.metadata.location + "2/"
    answer = aili.ask(document, "What did the council buy in 1921?", settings=SETTINGS)
    assert {cited.address for cited in answer.citations} == {second}
    assert f"*[p. 2](<{second}>)*" in aili.answers.render(answer, format="markdown")
    options = Options(links=True)
    linked = aili.answers.render(answer, format="terminal", options=options)
    assert f"\x1b]8;;{second}#:~:text=" in linked
    assert linked == aili.answers.render(answer, format="terminal", options=options)
    paraphrased = replace(answer, bullets=(replace(answer.bullets[0], text="They bought two steamers."),))
    assert f"\x1b]8;;{second}#:~:text=" in aili.answers.render(paraphrased, format="terminal", options=options)
    assert "\x1b" not in aili.answers.render(answer, format="terminal")


def test_each_page_is_told_while_it_is_fetched() -> None:
    with serve(NUMBERED) as server:
        events = list(stream(server.url("/story/"), settings=SETTINGS))
    assert [event.location.rpartition("/story/")[2] for event in events if isinstance(event, Fetched)] == [
        "",
        "2/",
        "3/",
    ]
    assert sum(isinstance(event, Extracted) for event in events) == 1


NEXT = '<p><a href="{}">Next page</a></p>'


@pytest.mark.parametrize(
    ("paths", "links"),
    [
        (("/a/story", "/a/story?page=2"), (NEXT.format("?page=2"), "")),
        (("/a/story", "/a/story?page=1"), ('<a href="?page=1">2</a>', "")),  # Drupal counts from 0
        (("/a/story.html", "/a/story-2.html"), (NEXT.format("story-2.html"), "")),
        (("/a/story", "/a/story/seite-2"), ('<a href="/a/story/seite-2">Nächste Seite</a>', "")),
        (("/a/story/", "/a/story/page/2/"), ('<a class="next" href="/a/story/page/2/">›</a>', "")),
        (("/a/story/", "/a/story/index2.html"), (NEXT.format("index2.html"), "")),
        (("/a/story", "/a/story,2"), ("", "")),
    ],
)
def test_pages_are_numbered_in_many_ways(paths: tuple[str, str], links: tuple[str, str]) -> None:
    head = f'<link rel="next" href="{paths[1]}">' if not links[0] else ""
    seen: list[str] = []

    def answer(exchange: Exchange) -> None:
        seen.append(exchange.path)
        second = exchange.path == paths[1]
        text = article(TEXTS[second], links=links[second], head="" if second else head)
        exchange._send(text)

    routes: dict[str, Route] = {path.partition("?")[0]: answer for path in paths}
    with serve(routes) as server:
        document = read(server, paths[0])
    assert seen == list(paths)
    assert TEXTS[0] in document.text
    assert TEXTS[1] in document.text


def test_a_page_in_the_middle_is_read_from_there_on() -> None:
    with serve(NUMBERED) as server:
        document = read(server, "/story/2/")
        assert asked(server) == ["/story/2/", "/story/3/"]
        assert TEXTS[0] not in document.text


def test_the_page_that_shows_all_is_read_instead_where_it_does() -> None:
    links = run("/story/{}/", own=1, first="/story/") + '<a href="/story/?view=all">View all</a>'
    whole = article("</p><p>".join(TEXTS))

    def answer(exchange: Exchange) -> None:
        exchange._send(whole if "all" in exchange.path else article(TEXTS[0], links=links))

    with serve({**NUMBERED, "/story/": answer}) as server:
        document = read(server, "/story/")
        assert asked(server) == ["/story/", "/story/?view=all"]
        assert all(text in document.text for text in TEXTS)
        assert document.metadata.location == server.url("/story/")
        assert "the page that shows all of it" in document.reading.warnings[0]
        digest = aili.summarize(document)
        assert {cited.address for cited in digest.citations} == {server.url("/story/?view=all")}
        assert {cited.locator for cited in digest.citations} == {""}
        assert parse(render(digest, format="markdown")).citations == digest.citations


def test_a_page_that_says_it_shows_all_and_does_not_is_passed_over() -> None:
    links = run("/story/{}/", own=1, first="/story/") + '<a href="/story/all/">Single page</a>'
    with serve({**NUMBERED, "/story/": article(TEXTS[0], links=links), "/story/all/": article(FOOT * 3)}) as server:
        document = read(server, "/story/")
        assert asked(server) == ["/story/", "/story/all/", "/story/2/", "/story/3/"]
        assert all(text in document.text for text in TEXTS)


def test_one_page_is_read_where_that_is_asked_for_and_it_says_so() -> None:
    with serve(NUMBERED) as server:
        document = read(server, "/story/", fetch_pages=1)
        assert asked(server) == ["/story/"]
        told = f"The article goes on at {server.url('/story/2/')}, which was not read."
        assert document.reading.warnings == (told,)


def test_the_most_pages_are_a_setting_and_the_rest_is_told() -> None:
    with serve(NUMBERED) as server:
        document = read(server, "/story/", fetch_pages=2)
        assert asked(server) == ["/story/", "/story/2/"]
        assert document.reading.warnings[0] == f"The article goes on at {server.url('/story/3/')}, which was not read."
        assert document.reading.warnings[1].startswith("The article was read from 2 pages")


def test_a_page_that_is_missing_ends_the_article_and_is_told() -> None:
    with serve({**NUMBERED, "/story/3/": page("", status=404)}) as server:
        document = read(server, "/story/")
        assert (TEXTS[1] in document.text, TEXTS[2] in document.text) == (True, False)
        told = document.reading.warnings[0]
        assert told.startswith(f"The article goes on at {server.url('/story/3/')}, which could not be read.")
        assert "status 404" in told


def test_the_pages_together_have_the_bytes_of_one_fetch() -> None:
    bulky = {path: replace(answer, body=answer.body + b" " * 400_000) for path, answer in NUMBERED.items()}
    with serve(bulky) as server:
        document = read(server, "/story/", fetch_megabytes=1.0)
        assert TEXTS[1] in document.text
        assert "larger than the limit" in document.reading.warnings[0]


def test_the_pages_together_have_the_time_of_one_fetch() -> None:
    def slow(exchange: Exchange) -> None:
        exchange.stopping.wait(8)

    with serve({**NUMBERED, "/story/3/": slow}) as server:
        document = read(server, "/story/", fetch_seconds=3.0)
        assert TEXTS[1] in document.text
        assert "longer than the limit" in document.reading.warnings[0]


def test_a_redirect_to_another_text_is_no_page_of_it() -> None:
    other = article(
        "The town of Lind has a new library with four floors and a garden on its roof, open daily.", title="Library"
    )
    with serve({**NUMBERED, "/story/2/": other}) as server:
        document = read(server, "/story/")
        assert asked(server) == ["/story/", "/story/2/"]
        assert "library" not in document.text
        assert document.reading.warnings == ()


def test_a_server_that_gives_the_same_page_again_is_not_asked_on() -> None:
    same = article(TEXTS[0], links=run("/story/{}/", 9, own=1, first="/story/"))
    with serve({"/story/": same, "/story/2/": same, "/story/3/": same}) as server:
        document = read(server, "/story/")
        assert asked(server) == ["/story/", "/story/2/"]
        assert document.text.count("since 1874") == 1


def test_a_page_that_hands_over_its_bytes_is_not_followed_and_says_where_it_goes_on() -> None:
    with serve(NUMBERED) as server:
        handed = Resource(
            data=NUMBERED["/story/"].body,
            media_type="text/html",
            reference="story.html",
            location=server.url("/story/"),
        )
        document = aili.read(handed, settings=SETTINGS)
        assert server.requests == []
        told = f"The article goes on at {server.url('/story/2/')}, which was not read."
        assert document.reading.warnings == (told,)


def test_a_paragraph_that_a_page_divides_is_made_whole() -> None:
    first, _, second = TEXTS[0].partition(" has never had")
    routes = {
        "/story": article(first, links=NEXT.format("/story/2")).body.replace(FOOT.encode(), b""),
        "/story/2": article(f"has never had{second}").body.replace(FOOT.encode(), b""),
    }
    answers = {path: Page(body=body, headers={"Content-Type": "text/html"}) for path, body in routes.items()}
    with serve(answers) as server:
        document = read(server, "/story", min_words=10)
        assert TEXTS[0] in document.text
        assert [locator.label for locator in document.locators] == ["p. 1", "p. 2"]


CARDS = "".join(
    f'<article><h2><a href="/news/{word}">News of the {word} in Lind</a></h2><p>What the council of the town said about the '
    f"{word} on Monday, and why.</p></article>"
    for word in ("pier", "bridge", "ferry", "school", "market", "church", "harbour", "garden", "tower", "mill")
)
MORE = '<a rel="next" href="{}">Next page</a> <a href="{}">2</a>'
ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "the next article": (
        "/2026/ferries",
        '<a rel="next" href="/2026/library">Next</a><link rel="next" href="/2026/library">',
    ),
    "the next article by its number": ("/news/12", '<a rel="next" href="/news/13">Next</a>'),
    "the second page of the comments": (
        "/story",
        '<div id="comments"><p>Well said.</p><a href="/story?page=2">2</a></div><a href="/story/comment-page-2#c">Next</a>',
    ),
    "the second page of the list beside it": ("/story", '<aside class="related"><a href="/news/page/2">2</a></aside>'),
    "the second page of the blog": ("/blog", CARDS + MORE.format("/blog/page/2", "/blog/page/2")),
    "another site": ("/story", '<a rel="next" href="https://other.example/story/2">Next page</a>'),
    "the next part of a series": ("/story-part-1", '<a rel="next" href="/story-part-2">Next</a>'),
    "the year before": ("/reports/2024", '<a href="/reports/2025">Next</a>'),
    "a day of the calendar": ("/2025/12/12/story", '<table><tr><td><a href="/2025/12/02/">2</a></td></tr></table>'),
}


@pytest.mark.parametrize(("path", "links"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_is_no_page_of_the_article_is_not_fetched(path: str, links: str) -> None:
    with serve({path: article(TEXTS[0] + " " + TEXTS[1], links=links)}) as server:
        document = read(server, path)
        assert asked(server) == [path]
        assert not [told for told in document.reading.warnings if "goes on" in told]


def test_a_thread_and_the_reviews_of_a_product_are_not_followed() -> None:
    thread = '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'
    product = '<script type="application/ld+json">{"@type": "Product", "name": "Rope"}</script>'
    for said in (thread, product):
        with serve({"/story": article(TEXTS[0], links=MORE.format("?page=2", "?page=2"), head=said)}) as server:
            read(server, "/story")
            assert asked(server) == ["/story"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_are_compared_without_an_error(one: str, other: str) -> None:
    base = "https://lind.example/"
    for address, follower in ((one, other), (base + one, base + other)):
        assert isinstance(list(series.follows(address, follower)), list)
        assert series.same_site(address, follower) in (True, False)
        assert series.may_go_on(follower.encode("utf-8", "replace"), (address,)) in (True, False)


@given(
    st.integers(2, 98),
    st.sampled_from(("/story/{}", "/story/page/{}/", "/story-{}.html", "/story?page={}", "/story_p{}.htm")),
)
def test_the_page_after_a_page_follows_it_and_no_other_does(number: int, form: str) -> None:
    here, there, beyond = (f"https://lind.example{form.format(number + more)}" for more in range(3))
    assert list(series.follows(here, there))
    assert not list(series.follows(here, beyond))
    assert not list(series.follows(there, here))


def test_what_the_bytes_say_and_what_the_tree_says_agree() -> None:
    for path, answer in NUMBERED.items():
        assert series.may_go_on(answer.body, (f"https://lind.example{path}",))

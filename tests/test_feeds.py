"""A feed is listed, and the newest of its entries are digested: RSS, RDF, Atom and JSON Feed, well made or damaged."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Sequence
from html import escape, unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aili
from aili.document import Resource
from aili.errors import (
    AiliError,
    EmptyError,
    ForbiddenAddressError,
    IndexPageError,
    MalformedError,
    MediaTypeError,
)
from aili.extractors import ParseLimits, entries
from aili.extractors.feed.syndication import read
from aili.feed import Feed
from aili.sources import media_type
from tests.servers import Page, page, serve
from tests.test_cli import run, text_of
from tests.test_web_making import ended, hand_in
from tests.web import serving_app

PROSE = {
    "Ferry": "The ferry of Lind sails every half hour from Monday. The council hired it for fourteen months. It carries "
    "two hundred passengers and no cars. A crossing takes nine minutes. Tickets cost nothing until the bridge is open. "
    "Two boats that are built in Tollen will replace it in spring, the council says.",
    "Bridge": "The harbour bridge of Lind was closed on Monday. Divers found cracks in eleven of its sixteen pillars. "
    "The council says that repairs will take fourteen months. Shops on the north bank expect to lose half their customers. "
    "The county will pay for the work, and nobody knows yet who will pay for the shops.",
    "Market": "The fish market moved to the north quay on Friday. Its forty stalls had no water for a week. The traders "
    "asked for lower rents, and the council agreed. The old hall will be a library with a reading room for children. "
    "Work on the hall begins in March.",
}
DAYS = {"Ferry": "2024-06-19", "Bridge": "2024-06-21", "Market": "2024-06-20"}
NEWEST = ["Bridge", "Market", "Ferry"]
LOCAL = ("--allow-host", "127.0.0.1")


def article(name: str) -> str:
    return f"<!doctype html><title>{name}</title><article><h1>{name}</h1><p>{PROSE[name]}</p></article>"


def rss(base: str, names: Sequence[str] = tuple(PROSE)) -> str:
    month = {"2024-06-19": "Wed, 19", "2024-06-20": "Thu, 20", "2024-06-21": "Fri, 21"}
    items = "".join(
        f"<item><title>{name}</title><link>{base}/{name}</link><pubDate>{month[DAYS[name]]} Jun 2024 09:00 +0200</pubDate>"
        "<description>In short.</description></item>"
        for name in names
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title>{items}</channel></rss>'


def rdf(base: str) -> str:
    items = "".join(
        f'<item rdf:about="{base}/{name}"><title>{name}</title><link>{base}/{name}</link>'
        f"<dc:date>{DAYS[name]}T07:00:00Z</dc:date></item>"
        for name in PROSE
    )
    return (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{base}"><title>Courier</title></channel>{items}</rdf:RDF>'
    )


def atom(base: str) -> str:
    items = "".join(
        f'<entry><title type="html">&lt;b&gt;{name}&lt;/b&gt;</title><link rel="self" href="/wrong"/>'
        f'<link rel="enclosure" href="{base}/sound.mp3"/><link href="/{name}"/>'
        f"<published>{DAYS[name]}T09:00:00+02:00</published><updated>2025-01-01T00:00:00Z</updated></entry>"
        for name in PROSE
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{base}/"><title>Courier</title>{items}</feed>'


def json_feed(base: str) -> str:
    items = [
        {"id": name, "url": f"/{name}", "title": name, "date_published": f"{DAYS[name]}T07:00:00Z"} for name in PROSE
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Courier", "items": items})


FORMS = {"rss": rss, "rdf": rdf, "atom": atom, "json": json_feed}
TYPES = {
    "rss": ("application/rss+xml", "text/xml", "application/xml", "text/html; charset=utf-8", "text/plain"),
    "rdf": ("application/rdf+xml", "application/xml"),
    "atom": ("application/atom+xml", "application/xml", "text/html"),
    "json": ("application/feed+json", "application/json", "text/plain"),
}


def parsed(text: str | bytes, *, location: str = "https://courier.example/feed") -> Feed:
    data = text if isinstance(text, bytes) else text.encode()
    return read(Resource(data=data, media_type="application/rss+xml", reference="feed", location=location))


@pytest.mark.parametrize(("form", "declared"), [(form, kind) for form, kinds in TYPES.items() for kind in kinds])
def test_python_lists_a_feed_of_any_form_whatever_the_server_calls_it(form: str, declared: str) -> None:
    with serve({}) as server:
        server.routes["/feed"] = page(FORMS[form](server.url("")), media_type=declared)
        feed = aili.list_feed(server.url("/feed"), settings=aili.Settings(allow_hosts=("127.0.0.1",)))
        assert (feed.title, feed.location) == ("Courier", server.url("/feed"))
        assert [entry.title for entry in feed.entries] == NEWEST
        assert [entry.link for entry in feed.entries] == [server.url(f"/{name}") for name in NEWEST]
        assert [entry.published for entry in feed.entries] == [f"{DAYS[name]}T07:00:00Z" for name in NEWEST]
        assert len(server.requests) == 1


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss", "feed.json", "feed"])
def test_the_command_line_lists_the_entries(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(
        json_feed("").replace('"/', '"https://courier.example/')
        if name == "feed.json"
        else rss("https://courier.example")
    )
    shown = text_of(str(tmp_path / name))
    assert shown.startswith("Courier (3)\n\n1. 2024-06-21  Bridge\n")
    assert re.findall(r"\d\. ([\d-]+)  (\w+)", shown) == [(DAYS[name], name) for name in NEWEST]


def test_the_list_has_the_form_that_is_asked_for(tmp_path: Path) -> None:
    source = tmp_path / "feed.xml"
    source.write_text(rss("https://courier.example"))
    listed = json.loads(text_of(str(source), "--json"))
    assert [entry["title"] for entry in listed["entries"]] == NEWEST
    assert listed["location"] == "feed.xml"
    assert text_of(str(source), "-o", str(tmp_path / "list.md")) == ""
    assert "1. 2024-06-21 [Bridge](<https://courier.example/Bridge>)\n" in (tmp_path / "list.md").read_text()
    done = run(str(source), "-f", "html")
    assert (done.returncode, b"no html form" in done.stderr) == (2, True)


def test_the_newest_are_digested_in_their_order_and_one_that_fails_stops_no_other() -> None:
    with serve({}) as server:
        server.routes |= {f"/{name}": page(article(name)) for name in ("Ferry", "Bridge")}
        server.routes["/feed"] = page(rss(server.url("")), media_type="application/rss+xml")
        done = run(server.url("/feed"), "--latest", "3", "-f", "json", *LOCAL)
        decoder, text, titles = json.JSONDecoder(), done.stdout.decode().strip(), []
        while text:
            digest, end = decoder.raw_decode(text)
            titles.append((digest["title"], digest["location"]))
            text = text[end:].strip()
        assert titles == [(name, server.url(f"/{name}")) for name in ("Bridge", "Ferry")]
        assert done.returncode == 5, "that of the first failure"
        assert done.stderr.decode().count("\n") == 1
        assert "/Market" in done.stderr.decode()


def test_latest_asks_only_for_the_newest() -> None:
    with serve({}) as server:
        server.routes |= {f"/{name}": page(article(name)) for name in PROSE}
        server.routes["/feed"] = page(rss(server.url("")), media_type="application/rss+xml")
        assert "Bridge" in text_of(server.url("/feed"), "--latest", "1", *LOCAL)
        assert [asked.path for asked in server.requests] == ["/feed", "/Bridge"]


def test_an_entry_without_a_link_is_digested_from_the_text_in_the_feed(tmp_path: Path) -> None:
    source = tmp_path / "feed.xml"
    text = escape("<p>" + PROSE["Ferry"] + "</p>")
    source.write_text(
        "<rss version='2.0'><channel><title>Courier</title><item><title>Ferry &amp; bridge</title>"
        f"<pubDate>Wed, 19 Jun 2024 08:00:00 GMT</pubDate><description>{text}</description></item></channel></rss>"
    )
    digest = json.loads(text_of(str(source), "--latest", "1", "-f", "json"))
    assert (digest["title"], digest["site"], digest["published"]) == ("Ferry & bridge", "Courier", "2024-06-19")
    assert all(citation["text"] in PROSE["Ferry"] for citation in digest["citations"])
    assert digest["provenance"]["words"] > 40


SIGNED = '<p>The post <a href="{0}/Ferry/?utm=x">Ferry</a> appeared first on <a href="{0}">Courier</a>.</p>'


def full(base: str, text: str) -> str:
    content = (
        f'<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">{escape(text)}</content:encoded>'
    )
    return rss(base, names=["Ferry"]).replace("<description>In short.</description>", content)


@pytest.mark.parametrize(
    "answer", [page(article("Ferry")), page("<main>Subscribe to read.</main>"), page("", status=404)]
)
def test_an_article_that_cannot_be_read_is_digested_as_the_feed_has_it_and_says_so(answer: Page) -> None:
    with serve({"/Ferry": answer}) as server:
        text = "".join(f"<p>{PROSE[name]}</p>" * 2 for name in ("Bridge", "Market")) + SIGNED.format(server.url(""))
        server.routes["/feed"] = page(full(server.url(""), text), media_type="application/rss+xml")
        digest = json.loads(text_of(server.url("/feed"), "--latest", "1", "-f", "json", *LOCAL))
        own = answer.status == 200 and b"Subscribe" not in answer.body
        told = [
            note
            for note in digest["provenance"]["notes"]
            if note.startswith("This is the text that the feed has of it.")
        ]
        assert (digest["title"], digest["location"], len(told)) == ("Ferry", server.url("/Ferry"), 0 if own else 1)
        assert all((citation["text"] in PROSE["Ferry"]) == own for citation in digest["citations"])


def test_a_teaser_in_a_feed_stands_for_no_article() -> None:
    teaser, whole = f"<p>{PROSE['Bridge']}</p>", f"<p>{PROSE['Bridge']}</p>" * 4 + SIGNED
    link = "https://courier.example"
    assert parsed(full(link, teaser)).entries[0].text == ""
    assert parsed(full(link, whole.format(link))).entries[0].text == f"<p>{PROSE['Bridge']}</p>" * 4
    other = whole.format("https://other.example")
    assert parsed(full(link, other)).entries[0].text == other


def test_a_feed_cannot_make_aili_read_a_file_or_contact_a_private_address(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(PROSE["Bridge"])
    source = tmp_path / "feed.xml"
    for link in (
        f"file://{tmp_path}/secret.txt",
        f"{tmp_path}/secret.txt",
        "-",
        "javascript:alert(1)",
        "data:text/plain,x",
    ):
        source.write_text(rss("x").replace("x/Bridge", link))
        assert all(link not in entry.link for entry in aili.list_feed(source).entries)
    with serve({}) as server:
        source.write_text(rss(server.url("")))
        done = run(str(source), "--latest", "1")
        assert (done.returncode, server.connections) == (ForbiddenAddressError.exit_code, 0)


def test_a_feed_on_a_page_or_in_python_is_a_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(rss("https://courier.example"))
    for work in (aili.read, aili.summarize):
        with pytest.raises(IndexPageError, match="is a feed: a list of 3 articles, and none itself"):
            work(tmp_path / "feed.xml")


def test_a_feed_that_is_handed_in_on_the_page_is_that_sentence(tmp_path: Path) -> None:
    feed = page(rss("https://courier.example"), media_type="application/rss+xml")
    with serve({"/feed": feed}) as server, serving_app(tmp_path, allow_hosts=("127.0.0.1",)) as served:
        client = served.client()
        job = hand_in(client, reference=server.url("/feed")).headers["location"]
        shown = unescape(ended(client, job).text)
    assert "/feed is a feed: a list of 3 articles, and none itself." in shown
    assert "Give the address of an article" in shown


def test_progress_says_which_of_the_entries_is_read() -> None:
    ours, theirs = pty.openpty()
    with serve({}) as server:
        server.routes |= {f"/{name}": page(article(name)) for name in PROSE}
        server.routes["/feed"] = page(rss(server.url("")), media_type="application/rss+xml")
        process = subprocess.Popen(
            [sys.executable, "-m", "aili", server.url("/feed"), "--latest", "2", "-f", "text", *LOCAL],
            stdout=subprocess.PIPE,
            stderr=theirs,
        )
        process.communicate(timeout=60)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert process.returncode == 0
    assert f"1 of 2: Fetching {server.url('/Bridge')}" in shown
    assert f"2 of 2: Fetching {server.url('/Market')}" in shown


def test_an_entry_that_leads_to_a_feed_is_that_sentence_too() -> None:
    with serve({}) as server:
        server.routes["/feed"] = page(rss(server.url("")), media_type="application/rss+xml")
        server.routes["/Bridge"] = page(rss(server.url("")), media_type="application/rss+xml")
        done = run(server.url("/feed"), "--latest", "1", *LOCAL)
        assert (done.returncode, b"/Bridge is a feed" in done.stderr) == (3, True)


def test_latest_is_for_feeds_and_for_whole_numbers(examples: Path, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(rss("https://courier.example"))
    for arguments, said in (
        ((str(examples / "notice.txt"), "--latest", "2"), "--latest is for feeds"),
        ((str(tmp_path / "feed.xml"), "--latest", "0"), "--latest"),
        ((str(tmp_path / "feed.xml"), "--latest", "two"), "not a whole number"),
        (
            (str(tmp_path / "feed.xml"), "--latest", "2", "-o", str(tmp_path / "d.md")),
            "-o FILE takes the digest of one",
        ),
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, b""), done.stderr
        assert said in done.stderr.decode()
    with pytest.raises(MediaTypeError, match="is no feed"):
        aili.list_feed(examples / "notice.txt")


# Feeds as they are found: no word, title or day may be lost.
DAMAGED = {
    "a bare ampersand": (rss("https://e").replace("<title>Bridge<", "<title>Bridge & quay<"), "Bridge & quay"),
    "an entity of HTML": (rss("https://e").replace("<title>Bridge<", "<title>Bridge&nbsp;quay<"), "Bridge quay"),
    "a control character": (rss("https://e").replace("<title>Bridge<", "<title>Bridge\x02quay<"), "Bridge quay"),
    "a wrong charset": (rss("https://e").replace("<title>Bridge<", "<title>Brücke<").encode("cp1252"), "Brücke"),
    "no end": (rss("https://e", ("Bridge", "Ferry")).partition("<item><title>Ferry")[0], "Bridge"),
    "a blank before its head": ("\n  " + rss("https://e"), "Bridge"),
    "markup in a title": (
        rss("https://e").replace("<title>Bridge<", "<title>&lt;em&gt;Bridge&lt;/em&gt;, quay<"),
        "Bridge, quay",
    ),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_feed_is_read_all_the_same(what: str) -> None:
    text, title = DAMAGED[what]
    first = parsed(text).entries[0]
    assert (first.title, first.link, first.published) == (title, "https://e/Bridge", "2024-06-21T07:00:00Z")


def test_entries_without_times_keep_the_order_of_the_feed_and_titles_are_made_where_there_are_none() -> None:
    text = json.dumps(
        {"version": "https://jsonfeed.org/version/1", "items": [
            {"id": 7, "content_text": "First words & more.\n\nThen others."}, 5, {"id": "x"},
            {"url": "https://e/2", "title": "Second", "date_published": "yesterday"},
        ]}
    )  # fmt: skip
    first, second = parsed(text).entries
    assert (first.title, first.text) == (
        "First words & more. Then others.",
        "<p>First words &amp; more.</p><p>Then others.</p>",
    )
    assert (second.title, second.published, second.text) == ("Second", "", "")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<rss version='2.0'><channel><title>x</title></channel></rss>", EmptyError),
        ("<rss version='2.0'><channel><item><title>x</title></item></channel></rss>", EmptyError),
        ("<html><p>Hello", MalformedError),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', MalformedError),
        ('{"version": "https://jsonfeed.org/version/1"}', MalformedError),
        ("[" * 100_000, MalformedError),
        # Found by mutation: what feedparser does not foresee.
        (rss("https://e").replace("2024", "20&#99999999;24", 1).partition("</channel>")[0], MalformedError),
        ("<channel<item<link></item></link>", MalformedError),
        ("", MalformedError),
    ],
)
def test_what_lists_nothing_is_an_unreadable_input(text: str, error: type[AiliError]) -> None:
    with pytest.raises(error):
        parsed(text)


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(12))
    + ']><rss version="2.0"><channel><title>x</title><item><title>&m;</title><link>https://e/1</link></item></channel></rss>'
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "<rss version='2.0'><channel><item><title>" + "<a>" * 100_000,
        rss("https://e", ("Bridge",) * 3000),
        '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 100_000,
    ],
    ids=["laughs", "deep", "long", "deep JSON"],
)
def test_an_attack_ends_in_bounded_time(text: str) -> None:
    resource = Resource(data=text.encode(), media_type="application/rss+xml", reference="feed", location="feed")
    try:
        feed = entries(resource, limits=ParseLimits(seconds=30))
    except AiliError as error:
        assert error.exit_code == 3
    else:
        assert sum(len(entry.title) + len(entry.text) for entry in feed.entries) < 1_000_000


def test_letters_without_end_in_no_known_encoding_are_read_at_once() -> None:
    """Found by fuzzing: chardet, which feedparser asks where it is installed, took minutes for them."""
    text = rss("https://e").replace("<title>Bridge<", f"<title>Bridge {'a' * 20_000}<").encode() + b"\xff\x81"
    resource = Resource(data=text, media_type="application/rss+xml", reference="feed", location="feed")
    assert len(entries(resource, limits=ParseLimits(seconds=10)).entries) == 3


def test_an_entity_names_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden words")
    text = f'<!DOCTYPE rss [<!ENTITY a SYSTEM "file://{tmp_path}/secret">]>' + rss("https://e").partition("?>")[2]
    assert "hidden" not in repr(parsed(text.replace("<title>Bridge<", "<title>Bridge &a;<")))


def test_bytes_that_are_a_files_name_open_no_file(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(rss("https://e"))
    with pytest.raises(MalformedError):
        parsed(str(tmp_path / "feed.xml"))


@given(st.sampled_from(sorted(FORMS)), st.data())
def test_mutated_feeds_are_lists_or_errors(form: str, data: st.DataObject) -> None:
    text = FORMS[form]("https://e").encode()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.binary(max_size=6)) + text[at + data.draw(st.integers(0, 30)) :]
    try:
        feed = parsed(text)
    except AiliError as error:
        assert error.exit_code == 3
        return
    assert feed.entries
    assert all(not entry.link or entry.link.startswith(("http://", "https://")) for entry in feed.entries)


def test_a_page_that_speaks_of_feeds_is_a_page() -> None:
    for text in (
        "<!doctype html><p>&lt;rss",
        "<html><code><rss version=2></code>",
        "<?xml version='1.0'?><html><rss >",
    ):
        assert media_type(text.encode(), declared="text/html") == "text/html"

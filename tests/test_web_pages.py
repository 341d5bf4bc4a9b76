"""The pages that people read in: what they show, what their forms do, and how they behave in a browser."""

from __future__ import annotations

import io
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from starlette.datastructures import QueryParams

from aili import parse
from aili.errors import AiliError, UsageError
from aili.renderers import plain, render, web_address
from aili.store.records import Failure, Filter, Found, Job, JobEvent, Kept, Preferences, State, Wish
from aili.web import assets, templating
from aili.web.pages import tags_of
from aili.web.pages.digest import without_account
from aili.web.pages.home import Typed, understood
from aili.web.pages.jobs import progress_of
from aili.web.pages.library import address_of_filter, chips, filter_of, marked
from tests.servers import page as web_page
from tests.servers import serve
from tests.test_render_samples import ARABIC, ARABIC_DOCUMENT, DOCUMENT, FERRY, hostile_digest, hostile_document
from tests.web import Served, csrf, serving_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed: pages are not tried in a browser"
)
TEXT = (
    "The reading room of Torvik opens again on 3 May. It was closed for eleven months after a pipe burst in the cellar. "
    "The town paid 410,000 crowns for new shelves and a dry floor. Librarian Signe Vold says that 9,300 books were saved. "
    "Two volunteers dried the oldest of them page by page. The first guests will be the pupils of the harbour school. "
    "Opening hours stay as they were, from ten to six. On Sundays the room stays closed."
)


@dataclass(kw_only=True)
class Room:
    """A running app with three digests in it."""

    served: Served
    ferry: str
    arabic: str
    hostile: str

    @property
    def client(self) -> httpx2.Client:
        return self.served.client()

    def url(self, path: str) -> str:
        return f"{self.served.url}{path}"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with serving_app(tmp_path_factory.mktemp("pages"), allow_hosts=("127.0.0.1",)) as served:
        keep = served.library.digests.keep
        yield Room(
            served=served,
            arabic=keep("owner", ARABIC, ARABIC_DOCUMENT).id,
            hostile=keep("owner", hostile_digest(), hostile_document()).id,
            ferry=keep("owner", FERRY, DOCUMENT, tags=("ferries",)).id,
        )


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Room]:
    """One for a test that changes much."""
    with serving_app(tmp_path / "own", allow_hosts=("127.0.0.1",)) as served:
        keep = served.library.digests.keep
        yield Room(
            served=served,
            arabic=keep("owner", ARABIC, ARABIC_DOCUMENT).id,
            hostile=keep("owner", hostile_digest(), hostile_document()).id,
            ferry=keep("owner", FERRY, DOCUMENT).id,
        )


@dataclass
class Elements(HTMLParser):
    """Start tags of a page with their attributes, and its text without what browsers do not show."""

    found: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def elements_of(text: str) -> Elements:
    reader = Elements()
    reader.feed(text)
    reader.close()
    return reader


def hand_in(client: httpx2.Client, **fields: str) -> httpx2.Response:
    return client.post("/jobs", data={"csrf": csrf(client), **fields}, files={"file": ("", b"")})


def waited_for(client: httpx2.Client, path: str) -> httpx2.Response:
    """The page of a job once it has ended, or the redirect that leads to its digest."""
    for _ in range(600):
        answer = client.get(path)
        if answer.status_code != 200 or "Try again" in answer.text:
            return answer
        time.sleep(0.1)
    raise AssertionError("the job did not end in a minute")


PLACES = ("/", "/?reference=https://example.org/", "/library", "/library?q=boat&tag=ferries", "/library?q=nothing-has-it",
          "/jobs", "/settings", "/help", "/digests/{ferry}", "/digests/{arabic}", "/digests/{hostile}",
          "/digests/{ferry}/copy.md", "/digests/{hostile}/copy.txt", "/digests/{hostile}/remove", "/nowhere",
          "/digests/nothing", "/jobs/nothing")  # fmt: skip


@pytest.mark.parametrize("path", PLACES)
def test_a_page_runs_nothing_but_our_scripts_and_loads_nothing_from_elsewhere(room: Room, path: str) -> None:
    answer = room.client.get(path.format(ferry=room.ferry, arabic=room.arabic, hostile=room.hostile))
    page = elements_of(answer.text)
    assert answer.headers["cache-control"] == "no-store"
    for tag, attributes in page.found:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcset")], tag
        if tag in ("script", "link", "img"):
            source = attributes.get("src") or attributes.get("href") or ""
            assert re.fullmatch(r"/static/[\w.-]+\?v=[0-9a-f]{16}", source), source
            assert room.client.get(source).headers["cache-control"] == assets.YEAR
        if tag == "a":
            target = attributes["href"] or ""
            assert re.match(r"[/#?]", target) or web_address(target), target
            if web_address(target):
                assert attributes["rel"] == "noopener noreferrer"
    tags = [tag for tag, _ in page.found]
    assert not {"style", "iframe", "object", "embed", "base"} & set(tags)
    assert (tags.count("h1"), tags.count("main"), tags.count("title")) == (1, 1, 1)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", answer.text)


def test_a_file_is_kept_for_a_year_only_under_its_fingerprint(room: Room) -> None:
    address = assets.address("app.css")
    for asked, wanted in ((address, assets.YEAR), (address[:-1], assets.AGAIN), ("/static/app.css", assets.AGAIN)):
        assert room.client.get(asked).headers["cache-control"] == wanted
    for path in ("/static/../templating.py", "/static/%2e%2e/templating.py", "/static/nothing.css", "/static/"):
        assert room.client.get(path).status_code in (404, 405), path
    with pytest.raises(FileNotFoundError):
        assets.address("nothing.css")


# Handing something in


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("https://example.org/a?b=c", ("https://example.org/a?b=c",)),
        ("  example.org/path \n", ("https://example.org/path",)),
        ("HTTP://EXAMPLE.ORG", ("HTTP://EXAMPLE.ORG",)),
        ("bücher.example/seite", ("https://bücher.example/seite",)),
        ("https://a.example/\n\nhttps://b.example/\nhttps://a.example/", ("https://a.example/", "https://b.example/")),
    ],
)
def test_links_are_told_from_texts(typed: str, links: tuple[str, ...]) -> None:
    handed = understood(Typed(reference=typed), megabytes=1)
    assert handed.links == links
    assert handed.uploads == ()


@pytest.mark.parametrize(
    "typed", [TEXT, f"{TEXT} More: https://example.org/a", "See example.org.\nThen rest.", "Hello"]
)
def test_what_is_more_than_links_is_a_text(typed: str) -> None:
    handed = understood(Typed(reference=typed), megabytes=1, min_words=1)
    assert handed.links == ()
    assert [upload.data.decode() for upload in handed.uploads] == [typed]


@given(typed=st.text(max_size=300), text=st.sampled_from(["", " \n", "A text."]))
def test_whatever_is_typed_is_links_or_a_text_or_told_what_is_wrong(typed: str, text: str) -> None:
    try:
        handed = understood(Typed(reference=typed, text=text), megabytes=1, min_words=1)
    except AiliError as error:
        assert error.message
        assert error.hint
        return
    assert bool(handed.links) != bool(handed.uploads)
    assert not any(link.lower().startswith(("file:", "javascript:", "data:")) for link in handed.links)


def test_a_pasted_text_becomes_a_digest_with_its_tags(room: Room) -> None:
    client = room.client
    answer = hand_in(client, reference=TEXT, tags="Torvik, #books; Torvik")
    assert answer.status_code == 303
    ended = waited_for(client, answer.headers["location"])
    shown = client.get(ended.headers["location"])
    assert "410,000 crowns" in shown.text
    kept = room.served.library.digests.get("owner", ended.headers["location"].rpartition("/")[2])
    assert kept.tags == ("Torvik", "books")


def test_a_file_becomes_a_digest_and_goes_by_its_name(room: Room, examples: Path) -> None:
    client = room.client
    data = (examples / "heat-pump-report.md").read_bytes()
    answer = client.post(
        "/jobs", data={"csrf": csrf(client)}, files={"file": ("C:\\fakepath\\heat-pump-report.md", data, "")}
    )
    ended = waited_for(client, answer.headers["location"])
    kept = room.served.library.digests.get("owner", ended.headers["location"].rpartition("/")[2])
    assert "fakepath" not in kept.location
    assert kept.words > 300


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reference": ""}, "nothing to read yet"),
        ({"reference": "file:///etc/passwd"}, "is no web address"),
        ({"reference": "javascript:alert(1)"}, "is no web address"),
        ({"reference": "https://example.org/", "engine": "scripted:drafts.json"}, "no engine called"),
        ({"reference": "https://example.org/", "length": "endless"}, "There is no length"),
        ({"reference": "https://example.org/", "language": "%%"}, "no language tag"),
        ({"reference": "\n".join(f"https://example.org/{n}" for n in range(30))}, "These are 30 links"),
    ],
)
def test_a_fault_brings_the_form_back_as_it_was(room: Room, fields: dict[str, str], said: str) -> None:
    before = len(room.served.library.jobs.list("owner"))
    answer = hand_in(room.client, tags="kept as typed", **fields)
    assert answer.status_code == 422
    page = elements_of(answer.text)
    assert said in page.text
    assert fields["reference"] in page.text
    assert [attributes["value"] for _, attributes in page.found if attributes.get("name") == "tags"] == [
        "kept as typed"
    ]
    assert len(room.served.library.jobs.list("owner")) == before


def test_several_links_become_several_jobs(own: Room) -> None:
    with serve({"/a": web_page(f"<p>{TEXT}"), "/b": web_page(f"<p>{TEXT} More.")}) as server:
        answer = hand_in(own.client, reference=f"{server.url('/a')}\n{server.url('/b')}")
        assert answer.headers["location"] == "/jobs"
        jobs = own.served.library.jobs.list("owner")
        assert [job.wish.reference for job in jobs] == [server.url("/b"), server.url("/a")]
        shown = own.client.get("/jobs").text
        assert jobs[1].id in shown
        for job in jobs:
            assert waited_for(own.client, f"/jobs/{job.id}").status_code == 303


def test_too_many_at_once_is_told_with_what_was_typed(tmp_path: Path) -> None:
    with serving_app(tmp_path / "full", jobs_per_account=0) as served:
        answer = hand_in(served.client(), reference="https://example.org/later")
        assert answer.status_code == 429
        assert "https://example.org/later" in answer.text


# A digest on its way

HAPPENED = (
    JobEvent(number=1, kind="queued"),
    JobEvent(number=2, kind="started", data={"reference": "https://www.example.org/a"}),
    JobEvent(
        number=3,
        kind="fetched",
        data={"location": "https://www.example.org/a", "media_type": "text/html", "size": 12_345, "cached": False},
    ),
    JobEvent(number=4, kind="extracted", data={"title": "A Title", "words": 1_204, "sentences": 61}),
    JobEvent(
        number=5,
        kind="drafted",
        data={"sections": [{"heading": "One", "questions": 2}, {"heading": "Two", "questions": 1}], "complete": True},
    ),
    JobEvent(number=6, kind="verified", data={"supported": 9, "dropped": 1}),
)


@pytest.mark.parametrize(
    ("seen", "state", "states", "told"),
    [
        (1, "waiting", "todo todo todo todo", ""),
        (2, "running", "now todo todo todo", ""),
        (3, "running", "done now todo todo", "example.org · 12 kB"),
        (4, "running", "done done now todo", "1,204 words · 61 sentences"),
        (5, "running", "done done done now", "2 topics · 3 questions"),
        (6, "running", "done done done done", "9 supported · 1 dropped"),
        (2, "failed", "stopped todo todo todo", ""),
        (4, "cancelled", "done done stopped todo", "1,204 words · 61 sentences"),
    ],
)
def test_the_steps_say_how_far_a_job_is(seen: int, state: State, states: str, told: str) -> None:
    job = Job(id="x", wish=Wish(reference="https://www.example.org/a"), state=state)
    progress = progress_of(job, HAPPENED[:seen])
    assert " ".join(stage.state for stage in progress.stages) == states
    assert [stage.told for stage in progress.stages if stage.told][-1:] == ([told] if told else [])
    assert progress.last == seen
    assert progress.title == ("A Title" if seen >= 4 else "")
    assert progress.headings == ((("One", 2), ("Two", 1)) if seen >= 5 else ())


def test_a_second_attempt_begins_at_the_first_step() -> None:
    job = Job(id="x", wish=Wish(reference="https://www.example.org/a"), state="running")
    again = JobEvent(number=7, kind="started", data={"reference": "https://www.example.org/a"})
    progress = progress_of(job, (*HAPPENED, again))
    assert [stage.state for stage in progress.stages] == ["now", "todo", "todo", "todo"]
    assert progress.headings == ()


def test_a_failed_job_says_why_and_what_to_do_now(room: Room) -> None:
    client = room.client
    with serve({"/gone": web_page("Gone", status=410)}) as server:
        first = hand_in(client, reference=server.url("/gone")).headers["location"]
        shown = waited_for(client, first)
        assert "status 410" in shown.text
        assert "Paste the text instead" in shown.text
        again = client.post(f"{first}/retry", data={"csrf": csrf(client)})
        assert again.status_code == 303
        assert again.headers["location"] != first
        assert "status 410" in waited_for(client, again.headers["location"]).text
    assert "failed" in elements_of(client.get("/library").text).text


def test_a_job_can_be_stopped(room: Room) -> None:
    client = room.client
    job = hand_in(client, reference="http://127.0.0.1:9/nobody").headers["location"]
    answer = client.post(f"{job}/cancel", data={"csrf": csrf(client)})
    assert answer.headers["location"] == job
    assert re.search("Stopped|This could not be read", client.get(job).text)


# A digest


def test_a_digest_stands_beside_its_text_with_the_original_linked_first(room: Room) -> None:
    text = room.client.get(f"/digests/{room.ferry}").text
    main = text[text.index("<main") :]
    assert main.index(FERRY.location.replace("&", "&amp;")) < main.index("<h1>")
    assert 'id="s26"' in main
    for wanted in ("🌈", "🙋", "[01]", "refuted: The bullet says €3.2 million, the source €2.3 million.", "About this"):
        assert wanted in unescape(main)


def test_a_digest_in_arabic_reads_from_the_right(room: Room) -> None:
    text = room.client.get(f"/digests/{room.arabic}").text
    assert '<div class="panes" lang="ar" dir="rtl">' in text
    assert '<html lang="en" dir="ltr">' in text


def test_a_digest_without_its_document_shows_what_it_cites(own: Room) -> None:
    alone = replace(FERRY, provenance=replace(FERRY.provenance, document=""))
    kept = own.served.library.digests.keep("owner", alone, None)
    text = own.client.get(f"/digests/{kept.id}").text
    assert 'class="citations"' in text


@pytest.mark.parametrize("suffix", ["html", "md", "txt", "json"])
def test_a_download_is_what_the_renderer_writes_under_the_digests_name(room: Room, suffix: str) -> None:
    answer = room.client.get(f"/digests/{room.ferry}/download.{suffix}")
    assert 'filename="The-Ferry-That-Almost-Was-Not-Harbour-Gazette.' in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    read = parse(answer.text)
    assert read.title == FERRY.title
    assert len(read.sections) == len(FERRY.sections)
    if suffix in ("html", "json"):
        assert read == FERRY


@pytest.mark.parametrize("name", ["arabic", "hostile"])
def test_a_downloads_name_cannot_break_out_of_its_header(room: Room, name: str) -> None:
    answer = room.client.get(f"/digests/{getattr(room, name)}/download.md")
    assert re.fullmatch(
        r"attachment; filename=\"[\w-]+\.md\"; filename\*=UTF-8''[\w%-]+\.md", answer.headers["content-disposition"]
    )


@pytest.mark.parametrize("path", ["download.exe", "download.", "copy.html", "download.py%00.md"])
def test_what_no_digest_can_be_had_as_is_not_found(room: Room, path: str) -> None:
    assert room.client.get(f"/digests/{room.ferry}/{path}").status_code == 404


def test_the_page_to_copy_from_holds_the_very_text(room: Room) -> None:
    page = room.client.get(f"/digests/{room.ferry}/copy.txt").text
    shown = re.search(r"<textarea[^>]*>(.*)</textarea>", page, re.DOTALL)
    assert shown
    assert unescape(shown[1]).strip() == render(FERRY, format="text").strip()


def test_tags_are_added_and_taken_off(own: Room) -> None:
    client, library = own.client, own.served.library
    path = f"/digests/{own.ferry}"
    for fields, wanted in (
        ({"add": "ships, #sea"}, {"ships", "sea"}),
        ({"remove": "ships"}, {"sea"}),
        ({"add": " , "}, {"sea"}),
    ):
        answer = client.post(f"{path}/tags", data={"csrf": csrf(client), **fields})
        assert answer.headers["location"] == path
        assert set(library.digests.get("owner", own.ferry).tags) == wanted
    assert client.post("/digests/nothing/tags", data={"csrf": csrf(client), "add": "x"}).status_code == 404


def test_a_digest_is_removed_after_a_question_and_takes_its_links_with_it(own: Room) -> None:
    client, library = own.client, own.served.library
    share = library.shares.make("owner", own.ferry)
    asked = client.get(f"/digests/{own.ferry}/remove").text
    assert "1 link to it will stop working" in asked
    answer = client.post(f"/digests/{own.ferry}/remove", data={"csrf": csrf(client)})
    assert answer.headers["location"] == "/library?done=removed"
    assert client.get(f"/digests/{own.ferry}").status_code == 404
    assert client.get(f"/s/{share.token}").status_code == 404
    assert "Taken out of the library." in client.get(answer.headers["location"]).text


# The library


def test_a_search_shows_the_passage_with_what_matched_marked(room: Room) -> None:
    text = room.client.get("/library", params={"q": "petition"}).text
    assert "<mark>petition</mark>" in text
    assert "The Ferry That Almost Was Not" in text
    assert "مكتبة" not in text


@pytest.mark.parametrize(
    "query", ['"unclosed', "AND", "a-b", "col:x", "*", "'; DROP TABLE digests; --", "\x00", "🌈" * 200]
)
def test_no_query_is_too_odd(room: Room, query: str) -> None:
    assert room.client.get("/library", params={"q": query}).status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [("page=0", 200), ("page=-3", 200), ("page=9999999999999", 200), ("page=999", 200), ("order=sideways", 200),
     ("since=yesterday", 422), ("until=2024-13-01", 422), ("tag=&tag=", 200)],
)  # fmt: skip
def test_an_address_that_was_tampered_with_is_answered_calmly(room: Room, query: str, status: int) -> None:
    assert room.client.get(f"/library?{query}").status_code == status


def test_filters_narrow_and_each_can_be_left_out_again(room: Room) -> None:
    text = room.client.get("/library?tag=ferries&language=en").text
    assert "The Ferry That Almost Was Not" in text
    assert "مكتبة" not in text
    wanted = Filter(tags=("ferries",), language="en")
    assert [(chip.label, chip.without) for chip in chips(wanted)] == [
        ("#ferries", "/library?language=en"),
        ("English", "/library?tag=ferries"),
    ]


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(str.strip)


@given(
    wanted=st.builds(
        Filter,
        query=words,
        tags=st.lists(words.filter(bool), max_size=3, unique=True).map(tuple),
        site=words,
        engine=words,
        language=words,
        since=words,
        until=words,
        order=st.sampled_from([None, "relevance", "newest", "oldest", "title"]),
    )
)
def test_the_address_of_a_search_leads_back_to_it(wanted: Filter) -> None:
    assert filter_of(QueryParams(address_of_filter(wanted).partition("?")[2])) == wanted


@given(passage=st.text(max_size=80), cuts=st.lists(st.integers(0, 80), max_size=6, unique=True))
def test_a_marked_passage_is_the_passage_and_nothing_of_it_is_markup(passage: str, cuts: list[int]) -> None:
    ends = sorted(cut for cut in cuts if cut <= len(passage))
    marks = tuple(zip(ends[::2], ends[1::2], strict=False))
    shown = marked(Found(kept=Kept(id="x", hash="h"), passage=passage, marks=marks))
    assert {tag for tag, _ in elements_of(shown).found} <= {"mark"}
    parts = re.split(r"</?mark>", shown)
    at = [0, *(end for mark in marks for end in mark), len(passage)]
    assert [unescape(part) for part in parts] == [plain(passage[a:b]) for a, b in pairwise(at)]


def test_several_digests_are_tagged_and_untagged_at_once(own: Room) -> None:
    client, library = own.client, own.served.library
    ids = [own.ferry, own.arabic]
    for action, wanted, changed, told in (
        ("tag", ("later",), 2, "2 digests tagged."),
        ("tag", ("later",), 0, "Nothing changed: what was ticked had these tags already."),
        ("untag", (), 2, "2 digests untagged."),
        ("untag", (), 0, "Nothing changed: nothing that was ticked had such a tag."),
    ):
        data = {"csrf": csrf(client), "ids": [*ids, "gone"], "action": action, "tags": "later", "back": "q=a&evil=1"}
        answer = client.post("/library", data=data)
        assert answer.headers["location"] == f"/library?q=a&done={action}ged&count={changed}"
        assert told in client.get(answer.headers["location"]).text
        assert [library.digests.get("owner", one).tags for one in ids] == [wanted, wanted]
    assert library.digests.get("owner", own.hostile).tags == ()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"action": "tag", "tags": "x"}, "No digest is ticked."),
        ({"action": "tag", "tags": " ", "ids": "{ferry}"}, "Which tag?"),
        ({"action": "explode", "tags": "x", "ids": "{ferry}"}, "There is no such thing to do."),
        ({"action": "tag", "tags": "x" * 61, "ids": "{ferry}"}, "is longer than 60 characters."),
        ({"action": "export", "ids": "nothing"}, "There is no digest"),
    ],
)
def test_what_cannot_be_done_to_several_is_told(room: Room, fields: dict[str, str], said: str) -> None:
    client = room.client
    data = {"csrf": csrf(client), **{name: value.format(ferry=room.ferry) for name, value in fields.items()}}
    answer = client.post("/library", data=data)
    assert answer.status_code in (404, 422)
    assert said in answer.text


def test_a_fault_keeps_the_search_its_page_what_was_ticked_and_what_was_typed(tmp_path: Path) -> None:
    with serving_app(tmp_path / "kept") as served:
        kept = [
            served.library.digests.keep("owner", replace(FERRY, title=f"N {number:02}"), None).id
            for number in range(30)
        ]
        client = served.client()
        data = {"csrf": csrf(client), "ids": [kept[27], kept[28]], "action": "tag", "tags": "y" * 61}
        answer = client.post("/library", data={**data, "back": "q=ferry&order=title&page=2"})
    found = elements_of(answer.text).found
    assert answer.status_code == 422
    assert "26–30 of 30" in answer.text
    ticked = {a["value"] for tag, a in found if tag == "input" and a.get("name") == "ids" and "checked" in a}
    assert ticked == {kept[27], kept[28]}
    typed = {a["name"]: a.get("value") for tag, a in found if tag == "input" and a.get("name") in ("q", "tags", "back")}
    assert typed == {"q": "ferry", "tags": "y" * 61, "back": "q=ferry&order=title&page=2"}


def test_several_digests_are_removed_after_a_question(own: Room) -> None:
    client, library = own.client, own.served.library
    data = {"csrf": csrf(client), "ids": [own.ferry, own.arabic], "action": "remove"}
    asked = client.post("/library", data=data)
    assert "Remove these 2 digests?" in asked.text
    assert library.digests.facets("owner").total == 3
    done = client.post("/library", data={**data, "sure": "yes"})
    assert "2 digests taken out of the library." in client.get(done.headers["location"]).text
    assert [found.kept.id for found in library.digests.find("owner", Filter()).items] == [own.hostile]


def test_ticked_digests_are_exported_as_one_file(room: Room) -> None:
    client = room.client
    answer = client.post("/library", data={"csrf": csrf(client), "ids": [room.ferry], "action": "export"})
    assert answer.status_code == 200
    assert "aili-library.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert any(FERRY.title in archive.read(name).decode() for name in archive.namelist())
        assert not any(ARABIC.title in archive.read(name).decode() for name in archive.namelist())


def test_what_a_search_finds_is_exported_and_taken_in_again(room: Room, tmp_path: Path) -> None:
    answer = room.client.get("/library/export", params={"q": "petition"})
    assert "/library/export?q=petition" in room.client.get("/library?q=petition").text
    assert "aili-library.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        index = archive.read("index.json").decode()
    assert FERRY.title in index
    assert ARABIC.title not in index
    whole = room.client.get("/library/export").content
    with serving_app(tmp_path / "other") as other:
        client = other.client()
        held = room.served.library.digests.facets("owner").total
        for told in (f"{held} digests taken in.", f"0 digests taken in; {held} were here already."):
            form = {"csrf": csrf(client, "/library")}
            done = client.post("/library/import", data=form, files={"file": ("all.zip", whole)})
            assert done.status_code == 303
            assert told in client.get(done.headers["location"]).text
        assert other.library.digests.facets("owner").total == held
        assert [found.kept.tags for found in other.library.digests.find("owner", Filter(query="petition")).items] == [
            ("ferries",)
        ]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("", b"", "No file is chosen."),
        ("notes.txt", b"not a digest", "notes.txt could not be taken in."),
        ("broken.zip", b"PK\x03\x04 and no more", "broken.zip could not be taken in."),
    ],
)
def test_a_file_that_cannot_be_taken_in_is_told_in_a_sentence(room: Room, name: str, data: bytes, said: str) -> None:
    client = room.client
    answer = client.post("/library/import", data={"csrf": csrf(client)}, files={"file": (name, data)})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Traceback" not in answer.text


def test_an_empty_library_says_how_to_fill_it(tmp_path: Path) -> None:
    with serving_app(tmp_path / "empty") as served:
        client = served.client()
        assert "Nothing is kept yet." in client.get("/library").text
        assert "What shall I read for you?" in client.get("/").text


def test_a_long_library_goes_on_to_further_pages(tmp_path: Path) -> None:
    with serving_app(tmp_path / "long") as served:
        for number in range(30):
            served.library.digests.keep("owner", replace(FERRY, title=f"Number {number}"), None)
        first = served.client().get("/library?order=title")
        assert "1–25 of 30" in first.text
        assert 'href="/library?order=title&amp;page=2"' in first.text
        for number in ("2", "3", "99999", "9" * 30):
            assert "26–30 of 30" in served.client().get(f"/library?order=title&page={number}").text


# Settings, words and values


def test_a_tokens_form_comes_back_as_it_was_filled_in(own: Room) -> None:
    client = own.client
    for expires in ("never ever", "2027-13-77"):
        form = {"csrf": csrf(client), "name": "backup", "scopes": ["write", "share"], "expires": expires}
        answer = client.post("/settings/tokens", data=form)
        found = elements_of(answer.text).found
        assert answer.status_code == 422
        assert "is neither a number of days nor a date" in answer.text
        fields = {a.get("name"): a.get("value") for tag, a in found if tag == "input"}
        assert (fields["name"], fields["expires"]) == ("backup", expires)
        assert [a["value"] for tag, a in found if a.get("name") == "scopes" and "checked" in a] == ["write", "share"]
    assert own.served.library.accounts.tokens("owner") == ()


def test_settings_are_kept_and_hold_for_the_next_digest(own: Room) -> None:
    client = own.client
    fields = {"shared_by": "  Ada\n Quill ", "engine": "embedded", "length": "brief", "language": "de"}
    answer = client.post("/settings", data={"csrf": csrf(client), **fields})
    assert answer.headers["location"] == "/settings?done=saved"
    kept = own.served.library.accounts.get("owner").preferences
    assert kept == Preferences(shared_by="Ada Quill", engine="embedded", length="brief", language="de")
    home = elements_of(client.get("/").text).found
    assert {a["value"] for tag, a in home if tag == "option" and "selected" in a} == {"brief", "de", "embedded"}


@pytest.mark.parametrize(
    "fields",
    [{"engine": "scripted:x"}, {"length": "endless"}, {"language": "%"}, {"shared_by": "Typed Name" + "x" * 91}],
)
def test_a_setting_that_does_not_fit_is_told_and_nothing_is_kept(own: Room, fields: dict[str, str]) -> None:
    client = own.client
    answer = client.post("/settings", data={"csrf": csrf(client), "shared_by": "Typed Name", **fields})
    assert answer.status_code == 422
    assert "Typed Name" in answer.text
    assert own.served.library.accounts.get("owner").preferences == Preferences()


@given(st.text(max_size=200))
def test_tags_are_short_clean_and_each_once(typed: str) -> None:
    try:
        tags = tags_of(typed)
    except UsageError as error:
        assert "is longer than 60 characters" in error.message
        return
    assert len(set(tags)) == len(tags)
    for tag in tags:
        assert 0 < len(tag) <= 60
        assert tag == " ".join(plain(tag).split())
        assert not tag.startswith("#")
        assert "," not in tag


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2024-06-19", '<time datetime="2024-06-19">19 June 2024</time>'),
        ("2024-06-19T08:00:00Z", '<time datetime="2024-06-19T08:00:00Z">19 June 2024</time>'),
        ("", ""),
        ("around <1900>", "around &lt;1900&gt;"),
        ("2024-99-99", "2024-99-99"),
    ],
)
def test_moments_are_told_for_people_and_anything_else_as_it_is(moment: str, shown: str) -> None:
    assert templating.when(moment) == shown


def test_numbers_are_told_for_people() -> None:
    assert templating.number(1_234_567) == "1,234,567"
    assert [templating.count(n, "digest") for n in (0, 1, 2_000)] == ["0 digests", "1 digest", "2,000 digests"]
    assert [templating.size(n) for n in (0, 999, 1_500, 12_345, 3_400_000, 5_000_000_000_000)] == [
        "0 bytes", "999 bytes", "1.5 kB", "12 kB", "3.4 MB", "5000 GB",
    ]  # fmt: skip
    assert templating.host("https://www.example.org/a") == "example.org"
    assert templating.host("/home/ada/notes.txt") == ""


def test_a_failure_is_told_without_markup_of_its_own(room: Room) -> None:
    failed = Job(
        id="x",
        wish=Wish(reference="<b>x</b>"),
        state="failed",
        failure=Failure(kind="E", message="<i>no</i>", hint="<u>"),
    )
    text = (
        templating.environment()
        .get_template("jobs.html")
        .render(
            person=None, csrf="", login=False, brand="Aili", path="/jobs", jobs=(failed,), waits=False, only_links=False
        )
    )
    assert "<i>" not in text
    assert "&lt;i&gt;no" in text


# In the browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """A wide window, whose pages must not complain."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert [told for told in complaints if "404" not in told] == []


def lit(page: Page, kind: str = "lit") -> list[str]:
    return page.eval_on_selector_all(f".sentence.{kind}", "found => found.map(one => one.id)")  # type: ignore[no-any-return]


@needs_browser
def test_the_mouse_shows_softly_what_a_bullet_rests_on(room: Room, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(room.url(f"/digests/{room.ferry}"))
    bullet = page.get_by_text("Tomas Reyk wants the state to pay")
    bullet.hover()
    expect(page.locator("#s17")).to_have_class(re.compile("hinted"))
    expect(page.locator("#s17")).to_be_in_viewport()
    assert lit(page) == []
    bullet.click()
    assert lit(page) == ["s17", "s18"]
    page.locator("h1").hover()
    expect(page.locator(".hinted")).to_have_count(0)
    assert lit(page) == ["s17", "s18"]


@needs_browser
@pytest.mark.parametrize(("item", "format"), [("As text", "text"), ("As Markdown", "markdown")])
def test_a_digest_is_copied_in_one_go(room: Room, desk: BrowserContext, item: str, format: str) -> None:  # noqa: A002
    desk.grant_permissions(["clipboard-read", "clipboard-write"])
    page = desk.new_page()
    page.goto(room.url(f"/digests/{room.ferry}"))
    page.get_by_text("Copy", exact=True).click()
    page.get_by_role("link", name=item).click()
    expect(page.locator("#said")).to_have_text(f"Copied {item.lower()}.")
    copied, whole = page.evaluate("navigator.clipboard.readText()"), render(FERRY, format=format)
    assert copied == (without_account(whole, FERRY) if format == "markdown" else whole)


@needs_browser
def test_where_the_browser_gives_no_clipboard_the_text_is_shown(room: Room, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.add_init_script(
        "navigator.clipboard.write = navigator.clipboard.writeText = () => Promise.reject(new Error())"
    )
    page.goto(room.url(f"/digests/{room.ferry}"))
    page.get_by_text("Copy", exact=True).click()
    page.get_by_role("link", name="As text").click()
    expect(page.get_by_role("heading", name="Copy as Text")).to_be_visible()
    assert page.locator("#copied").input_value().strip() == render(FERRY, format="text").strip()


@needs_browser
def test_removing_asks_first_and_can_be_thought_better_of(own: Room, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(own.url(f"/digests/{own.ferry}"))
    for answer in ("Keep", "Remove"):
        page.get_by_text("More", exact=True).click()
        page.get_by_role("link", name="Remove …").click()
        expect(page.get_by_role("dialog")).to_contain_text("cannot be undone")
        page.get_by_role("dialog").get_by_role("button", name=answer).click()
        if answer == "Keep":
            assert own.client.get(f"/digests/{own.ferry}").status_code == 200
    page.wait_for_url("**/library?done=removed")
    assert own.client.get(f"/digests/{own.ferry}").status_code == 404


@needs_browser
def test_a_file_may_be_dropped_anywhere(room: Room, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(room.url("/"))
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "reading-room.txt", { type: "text/plain" }));
          for (const kind of ["dragenter", "dragover", "drop"])
            document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        TEXT,
    )
    page.wait_for_url(re.compile("/digests/"), timeout=60_000)
    expect(page.locator("#digest")).to_contain_text("9,300 books")


@needs_browser
def test_a_line_break_in_a_text_is_one_and_enter_after_a_link_begins(room: Room, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(room.url("/"))
    page.keyboard.type("A first line")
    page.keyboard.press("Enter")
    page.keyboard.type("n and g and l, and ? are letters here")
    assert page.locator("#reference").input_value() == "A first line\nn and g and l, and ? are letters here"
    assert page.url == room.url("/")
    page.locator("#reference").fill("http://127.0.0.1:9/nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This could not be read")).to_be_visible(timeout=60_000)


@needs_browser
def test_a_digest_is_seen_to_form_and_going_back_leads_to_the_form(room: Room, desk: BrowserContext) -> None:
    body = f"<h1>The room of Torvik</h1><p>{TEXT}"

    def slowly(exchange: object) -> None:
        time.sleep(2)
        web = web_page(body)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(web.body)}\r\n\r\n"
        exchange.write(head.encode() + web.body)  # type: ignore[attr-defined]

    with serve({"/slow": slowly}) as server:
        page = desk.new_page()
        page.goto(room.url("/"))
        page.locator("#reference").fill(server.url("/slow"))
        page.keyboard.press("Enter")
        expect(page.locator("[data-step=fetched][data-state=now]")).to_have_text(re.compile("Fetching"))
        page.wait_for_url(re.compile("/digests/"), timeout=60_000)
        page.go_back()
        assert page.url == room.url("/")


@needs_browser
def test_a_page_of_the_library_is_ticked_at_once(room: Room, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(room.url("/library?order=title"))
    expect(page.locator(".bulk")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".bulk")).to_be_visible()
    assert page.locator("[name=ids]:checked").count() == 1
    page.get_by_label("Select all on this page").check()
    assert page.locator("[name=ids]:checked").count() == page.locator("[name=ids]").count() > 1


@needs_browser
def test_a_search_says_only_what_was_asked_in_its_address(room: Room, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(room.url("/library"))
    page.keyboard.press("/")
    page.keyboard.type("petition")
    page.keyboard.press("Enter")
    page.wait_for_url("**/library?q=petition*")
    assert page.url == room.url("/library?q=petition")


@needs_browser
def test_moments_are_told_in_the_readers_own_language(room: Room, browser: Browser) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(room.url("/library"))
    assert re.search(r"jetzt|vor \d+ ", page.locator("time").first.inner_text())
    context.close()


@needs_browser
def test_paper_shows_the_digest_and_no_button(room: Room, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(room.url(f"/digests/{room.ferry}"))
    page.emulate_media(media="print")
    for hidden in (".top", ".toolbar", "#close"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.get_by_text("✨Summarize by Aili")).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


@needs_browser
@pytest.mark.parametrize("path", ["/", "/library", "/settings", "/help", "/digests/{ferry}", "/digests/{arabic}"])
@pytest.mark.parametrize("width", [320, 380, 800])
def test_nothing_is_wider_than_the_screen(room: Room, browser: Browser, path: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(room.url(path.format(ferry=room.ferry, arabic=room.arabic)))
    for menu in page.locator("details > summary").all():
        menu.click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), menu.inner_text()
    context.close()


def test_styles_and_scripts_are_sent_packed_to_whoever_takes_that(served: Served) -> None:
    from aili.web.assets import address

    client = served.client()
    packed = client.get(address("page.css"), headers={"Accept-Encoding": "gzip"})
    plain = client.get(address("page.css"), headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert "immutable" in packed.headers["cache-control"]
    assert "accept-encoding" in packed.headers["vary"].lower()

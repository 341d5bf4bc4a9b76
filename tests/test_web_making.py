"""Handing something in: what is taken for a link, what is told when it is not taken, and that nothing typed is lost."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from aili.document import Resource
from aili.errors import AiliError
from aili.store.records import Wish
from aili.web.pages.home import PASTED, Typed, understood
from tests.servers import page as web_page
from tests.servers import serve
from tests.web import PASSWORD, Served, csrf, serving_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed: pages are not tried in a browser"
)
SHORT = "Much too short, but “mine” & <dear> to me."
PROSE = (
    "The reading room of Torvik opens again on 3 May. It was closed for eleven months after a pipe burst in the cellar. "
    "The town paid 410,000 crowns for new shelves and a dry floor, says https://torvik.example/news. Librarian Signe Vold "
    "says that 9,300 books were saved."
)

DEAR = f"“Mine” & <dear> to me. {PROSE}"


def hand_in(client: httpx2.Client, **fields: str) -> httpx2.Response:
    return client.post("/jobs", data={"csrf": csrf(client), **fields}, files={"file": ("", b"")})


def handed_in(served: Served, name: str, **wish: Any) -> str:
    """The id of a job on a text that is too short, as a program hands it in: the form would not take it."""
    upload = Resource(data=SHORT.encode(), media_type="text/plain", charset="utf-8", reference=PASTED, location="")
    account = served.library.accounts.named(name).id
    return served.library.jobs.submit(account, Wish(reference=SHORT, **wish), upload=upload).id


def ended(client: httpx2.Client, path: str) -> httpx2.Response:
    """The page of a job once it has ended, or the redirect that leads to its digest."""
    for _ in range(600):
        answer = client.get(path)
        if answer.status_code != 200 or "Dismiss" in answer.text:
            return answer
        time.sleep(0.1)
    raise AssertionError("the job did not end in a minute")


def typed_in(text: str) -> list[str]:
    """What the text fields of a page hold."""
    return [unescape(found) for found in re.findall(r"<textarea[^>]*>\n?(.*?)</textarea>", text, re.DOTALL)]


# Links among words


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("The ferry stays – Harbour Gazette https://gazette.example/a", ("https://gazette.example/a",)),
        ("The ferry stays\nhttps://gazette.example/a?b=c#d", ("https://gazette.example/a?b=c#d",)),
        ("https://gazette.example/a via the harbour office", ("https://gazette.example/a",)),
        ("Read https://gazette.example/a first.", ("https://gazette.example/a",)),
        ("See (https://gazette.example/Ferry_(ship)).", ("https://gazette.example/Ferry_(ship)",)),
        ("“https://gazette.example/a”, they say", ("https://gazette.example/a",)),
        ("渡船继续运行https://gazette.example/a，港口报", ("https://gazette.example/a",)),
        ("- One: https://a.example/\n- Two: https://b.example/", ("https://a.example/", "https://b.example/")),
    ],
)
def test_a_link_with_a_few_words_around_it_is_the_link(typed: str, links: tuple[str, ...]) -> None:
    handed = understood(Typed(reference=typed), megabytes=1)
    assert (handed.links, handed.among_words) == (links, True)


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("<https://gazette.example/a>", "https://gazette.example/a"),
        ("<gazette.example/a>", "https://gazette.example/a"),
        ("127.0.0.1:8300/x", "http://127.0.0.1:8300/x"),
        ("localhost:8000", "http://localhost:8000"),
        ("[::1]:8000/x", "http://[::1]:8000/x"),
        ("localhost.example.org/x", "https://localhost.example.org/x"),
        ("example.org/article", "https://example.org/article"),
        ("example.org:8443/article", "https://example.org:8443/article"),
        ("wiki:8080/article", "https://wiki:8080/article"),
    ],
)
def test_an_address_is_a_link_however_it_is_written(typed: str, link: str) -> None:
    handed = understood(Typed(reference=typed), megabytes=1)
    assert (handed.links, handed.among_words) == ((link,), False)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (PROSE, 40),
        (f"{PROSE}\nhttps://torvik.example/more", 40),
        ("https:// is how links begin", 1),
        ("At 10:30/day", 1),
    ],
)
def test_prose_that_holds_links_stays_a_text(typed: str, words: int) -> None:
    handed = understood(Typed(reference=typed), megabytes=1, min_words=words)
    assert handed.links == ()
    assert [upload.data.decode() for upload in handed.uploads] == [typed]


@given(st.text(alphabet=st.sampled_from("ab 1:/.?#<>()[]{}“”，\nhtps"), max_size=60).map("https://a.example/{}".format))
def test_whatever_stands_around_a_link_it_is_taken_or_told(typed: str) -> None:
    try:
        handed = understood(Typed(reference=typed), megabytes=1)
    except AiliError as error:
        assert error.hint
        return
    assert all(re.fullmatch(r"https?://\S+", link) for link in handed.links)


def test_the_page_says_that_only_the_link_was_taken(served: Served) -> None:
    client = served.client()
    answer = hand_in(client, reference="The ferry stays http://127.0.0.1:9/ferry")
    assert answer.headers["location"].endswith("?taken=links")
    assert "The link was taken, not the words around it." in client.get(answer.headers["location"]).text
    assert served.library.jobs.list("owner")[0].wish.reference == "http://127.0.0.1:9/ferry"
    two = hand_in(client, reference="One http://127.0.0.1:9/1\nTwo http://127.0.0.1:9/2")
    assert "The links were taken, not the words around them." in client.get(two.headers["location"]).text
    assert "words around" not in client.get("/jobs").text


# Several at once


def test_of_several_links_all_are_taken_or_none(tmp_path: Path) -> None:
    links = "\n".join(f"http://127.0.0.1:9/{number}" for number in range(3))
    with serving_app(tmp_path / "full", jobs_per_account=2) as served:
        answer = hand_in(served.client(), reference=links, tags="ships")
        assert answer.status_code == 429
        assert "These are 3 documents; there is room for 2 at the moment, so none was taken." in answer.text
        assert typed_in(answer.text)[0] == links
        assert 'value="ships"' in answer.text
        assert served.library.jobs.list("owner") == ()


# A text that failed


def test_a_text_that_failed_is_tried_again_as_it_was_or_changed(served: Served) -> None:
    client = served.client()
    job = f"/jobs/{handed_in(served, 'owner', tags=('mine', 'short'))}"
    shown = ended(client, job).text
    assert "too few for a digest" in shown
    again = client.post(f"{job}/retry", data={"csrf": csrf(client)})
    assert again.status_code == 303
    assert "too few for a digest" in ended(client, again.headers["location"]).text
    back = re.search(r'href="(/\?job=[^"]+)"', shown)
    assert back
    form = client.get(back[1]).text
    assert typed_in(form)[0] == SHORT
    assert 'value="mine, short"' in form


def test_a_file_that_failed_is_tried_again(served: Served) -> None:
    client = served.client()
    file = {"file": ("short.txt", SHORT.encode())}
    job = client.post("/jobs", data={"csrf": csrf(client)}, files=file).headers["location"]
    ended(client, job)
    again = client.post(f"{job}/retry", data={"csrf": csrf(client)}).headers["location"]
    assert "too few for a digest" in ended(client, again).text
    assert served.library.jobs.list("owner")[0].wish.reference == "short.txt"


def test_a_job_of_another_fills_in_nobodys_form(team: Served) -> None:
    job = handed_in(team, "ada")
    assert team.signed_in("ada").get(f"/?job={job}").status_code == 200
    answer = team.signed_in("ben").get(f"/?job={job}")
    assert answer.status_code == 404
    assert "too short" not in answer.text


def test_what_became_of_a_file_is_told_at_the_step_that_it_came_to(served: Served) -> None:
    client = served.client()
    job = f"/jobs/{handed_in(served, 'owner')}"
    steps = re.findall(r'data-step="(\w+)" data-state="(\w+)"', ended(client, job).text)
    assert steps[:2] == [("fetched", "done"), ("extracted", "stopped")]
    assert "Fetch" not in client.get(job).text


# A session that has ended


def sent_in_vain(client: httpx2.Client, secret: str, **headers: str) -> httpx2.Response:
    fields = {"csrf": secret, "reference": DEAR, "tags": "mine", "length": "brief"}
    return client.post("/jobs", data=fields, files={"file": ("", b"")}, headers=headers)


def test_after_the_session_has_ended_the_text_is_shown_and_signing_in_leads_back(team: Served) -> None:
    client = team.sign_in("ada")
    secret = csrf(client)
    team.library.accounts.sign_out(client.cookies["aili"])
    answer = sent_in_vain(client, secret)
    assert answer.status_code == 401
    assert "You are signed out, so this was not taken." in answer.text
    assert typed_in(answer.text) == [DEAR]
    assert 'href="/sign-in?next=%2F"' in answer.text
    form = client.get("/sign-in?next=%2F").text
    assert '<input type="hidden" name="next" value="/">' in form


def test_a_form_of_an_earlier_session_comes_back_filled_in_and_can_be_sent(team: Served) -> None:
    client = team.signed_in("ada")
    answer = sent_in_vain(client, csrf(team.signed_in("ada")))
    assert answer.status_code == 403
    assert typed_in(answer.text) == [DEAR]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    assert (fields["tags"], fields["length"]) == ("mine", "brief")
    assert client.post("/jobs", data={**fields, "reference": DEAR}).status_code == 303
    assert team.library.jobs.list(team.library.accounts.named("ada").id)[0].wish.length == "brief"


@pytest.mark.parametrize(
    ("came_from", "leads"),
    [
        ("{url}/library?q=ferry", "/library?q=ferry"),
        ("{url}//evil.example/", "/"),
        ("https://evil.example/library", "/"),
        ("{url}", "/"),
        ("nonsense", "/"),
        ("http://[", "/"),
    ],
)
def test_a_form_sent_in_vain_leads_back_to_its_page_and_nowhere_else(team: Served, came_from: str, leads: str) -> None:
    headers = {"Referer": came_from.format(url=team.url)}
    stale = team.signed_in("ada").post("/settings", data={"csrf": "old"}, headers=headers)
    assert stale.status_code == 403
    assert f'href="{leads}">Open the page again</a>' in unescape(stale.text)
    out = team.client().post("/settings", data={"csrf": "old"}, headers=headers)
    assert out.status_code == 401
    assert "/sign-in?next=" in out.text
    assert ("evil" in out.text) is False


def test_no_password_is_shown_again(team: Served) -> None:
    answer = team.client().post("/settings/password", data={"csrf": "old", "reference": PASSWORD, "password": PASSWORD})
    assert PASSWORD not in answer.text


def test_a_sign_in_form_may_be_sent_after_signing_in_elsewhere(team: Served) -> None:
    client = team.client()
    secret = csrf(client, "/sign-in")
    fields = {"name": "ada", "password": PASSWORD, "csrf": secret, "next": "/library"}
    assert client.post("/sign-in", data=fields).status_code == 303
    assert client.post("/sign-in", data=fields).headers["location"] == "/library"
    assert client.post("/settings", data={"csrf": secret}).status_code == 403


# Told to programs, and to those who send too much


@pytest.mark.parametrize("content", [{"files": {"file": ("a.txt", b"A text.")}}, {"data": {"text": "A text."}}])
def test_a_program_that_sends_a_form_is_told_what_is_missing(
    served: Served, content: dict[str, dict[str, str]]
) -> None:
    told = served.client().post("/api/v1/jobs", **content)  # type: ignore[arg-type]
    assert told.status_code == 403
    assert "X-CSRF-Token" in told.json()["hint"]
    assert "application/json" in told.json()["hint"]
    assert "page" not in told.text.replace("pages", "")


def test_a_program_without_a_token_is_told_to_send_one(team: Served) -> None:
    told = team.client().post("/api/v1/jobs", files={"file": ("a.txt", b"A text.")})
    assert told.status_code == 401
    assert "Authorization: Bearer" in told.json()["hint"]


def test_what_is_too_large_is_told_with_the_limit_of_a_document(tmp_path: Path) -> None:
    with serving_app(tmp_path / "small", fetch_megabytes=0.5) as served:
        client = served.client()
        file = {"file": ("large.txt", b"a" * 1_700_000)}
        answer = client.post("/jobs", data={"csrf": csrf(client)}, files=file)
        assert answer.status_code == 413
        assert "larger than 0.5 MB" in answer.text


@pytest.mark.parametrize("path", ["/", "/library", "/jobs", "/settings", "/help", "/nowhere", "/static/nothing.css"])
def test_a_page_answers_head_as_it_answers_get_without_the_body(served: Served, path: str) -> None:
    client = served.client()
    head, whole = client.head(path), client.get(path)
    assert head.status_code == whole.status_code
    assert head.content == b""
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert head.headers["content-security-policy"] == whole.headers["content-security-policy"]


# In the browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def signed_in(browser: Browser, team: Served, name: str) -> BrowserContext:
    context = browser.new_context()
    secret = team.library.accounts.open_session(team.library.accounts.named(name))[0]
    context.add_cookies([{"name": "aili", "value": secret, "url": team.url}])
    return context


@needs_browser
@pytest.mark.parametrize("who", ["ada", "ben"])
def test_what_was_typed_is_there_again_after_signing_in_for_the_same_person(
    browser: Browser, team: Served, who: str
) -> None:
    context = signed_in(browser, team, "ada")
    page = context.new_page()
    page.goto(team.url)
    page.locator("#reference").fill(DEAR)
    page.locator(".options summary").click()
    page.get_by_label("Tags").fill("mine")
    for session in context.cookies():
        team.library.accounts.sign_out(session["value"])
    page.get_by_role("button", name="Digest").click()
    expect(page.locator("#typed")).to_have_value(DEAR)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Name").fill(who)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{team.url}/")
    expect(page.locator("#reference")).to_have_value(DEAR if who == "ada" else "")
    if who == "ada":
        expect(page.get_by_text("What you typed is here again.")).to_be_visible()
        assert page.locator("#f-tags").input_value() == "mine"
        page.get_by_role("button", name="Digest").click()
        # Not before the digest is there: the progress page goes on to it by itself.
        page.wait_for_url(re.compile("/digests/"))
    else:
        page.goto(f"{team.url}/library")
    page.goto(team.url)
    expect(page.locator("#reference")).to_have_value("")
    context.close()


@needs_browser
def test_enter_after_a_shared_link_begins_and_the_page_says_what_is_read(browser: Browser, tmp_path: Path) -> None:
    with (
        serving_app(tmp_path / "own", allow_hosts=("127.0.0.1",)) as served,
        serve({"/a": web_page("Gone", status=410)}) as server,
    ):
        page = browser.new_page()
        page.goto(served.url)
        page.locator("#reference").fill(PROSE)
        expect(page.locator("#taken")).to_have_text("")
        page.locator("#reference").fill(f"The ferry stays {server.url('/a')}")
        expect(page.locator("#taken")).to_have_text("The link will be read, not the words around it.")
        page.keyboard.press("Enter")
        expect(page.get_by_text("The link was taken, not the words around it.")).to_be_visible(timeout=30_000)
        page.close()

"""A digest's document is asked on a page and over REST; it answers with its own sentences, or says that it does not say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from aili import pipeline
from aili.digest import Digest
from aili.document import Document, Locator
from aili.events import Finished
from aili.settings import Settings
from aili.store.records import OWNER
from tests.web import Served, serving_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUESTION = "How long will the repairs take?"
ELSEWHERE = "Who won the chess championship in Reykjavik?"


@dataclass(frozen=True)
class Room:
    served: Served
    digest: str
    bare: str  # one without its document


def made(path: Path) -> tuple[Digest, Document]:
    *_, last = pipeline.stream(str(path), settings=Settings(cache=False))
    assert isinstance(last, Finished)
    return last.digest, last.document


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    examples = Path(__file__).parents[1] / "examples"
    with serving_app(tmp_path_factory.mktemp("asking")) as served:
        keep = served.library.digests.keep
        digest, document = made(examples / "harbour-bridge.html")
        other, _ = made(examples / "heat-pump-report.md")
        yield Room(served=served, digest=keep(OWNER, digest, document).id, bare=keep(OWNER, other, None).id)


def path(digest: str, question: str) -> str:
    return f"/digests/{digest}/ask?{urlencode({'q': question})}"


def test_an_answer_leads_to_the_sentences_it_rests_on(room: Room) -> None:
    client = room.served.client()
    assert f'action="/digests/{room.digest}/ask"' in client.get(f"/digests/{room.digest}").text
    page = client.get(path(room.digest, QUESTION))
    assert page.status_code == 200
    answer = client.get(f"/api/v1/digests/{room.digest}/answer", params={"q": QUESTION}).json()
    assert answer["said"] is True
    shown = client.get(f"/digests/{room.digest}").text
    for bullet in answer["bullets"]:
        assert bullet["text"] in page.text
        for number in bullet["evidence"]:
            assert f"/digests/{room.digest}#s{number + 1}" in page.text
            assert f'id="s{number + 1}"' in shown


@pytest.mark.parametrize("address", ["https://gazette.example/bridge/2", "javascript:alert(1)"])
def test_the_sentences_lead_to_their_page_where_that_has_a_web_address(room: Room, address: str) -> None:
    digest, document = made(Path(__file__).parents[1] / "examples" / "harbour-bridge.html")
    paged = replace(document, locators=(Locator(start=0, label="p. 2", address=address),))
    told = replace(digest, provenance=replace(digest.provenance, document=paged.hash))
    kept = room.served.library.digests.keep(OWNER, told, paged).id
    page = room.served.client().get(path(kept, QUESTION)).text
    link = f'<a class="place" href="{address}" rel="noopener noreferrer">p. 2</a>'
    assert (link in page) == address.startswith("https:")
    assert ('<span class="place">p. 2</span>' in page) == (link not in page)
    assert "javascript:" not in page
    answer = room.served.client().get(f"/api/v1/digests/{kept}/answer", params={"q": QUESTION}).json()
    assert {citation["address"] for citation in answer["citations"]} == {address}


def test_what_the_document_does_not_say_is_said_so(room: Room) -> None:
    client = room.served.client()
    assert "The document does not say." in client.get(path(room.digest, ELSEWHERE)).text
    answer = client.get(f"/api/v1/digests/{room.digest}/answer", params={"q": ELSEWHERE}).json()
    assert (answer["said"], answer["bullets"]) == (False, [])


def test_the_box_alone_asks_nothing(room: Room) -> None:
    page = room.served.client().get(f"/digests/{room.digest}/ask")
    assert page.status_code == 200
    assert "<section" not in page.text


@pytest.mark.parametrize(
    ("question", "says"),
    [("???", "There is no question."), ("why " * 300, "more than 1,000 characters")],
)
def test_what_is_no_question_is_told_in_a_sentence(room: Room, question: str, says: str) -> None:
    page = room.served.client().get(path(room.digest, question))
    assert page.status_code == 422
    assert says in page.text


def test_a_question_is_shown_as_it_was_typed_and_is_no_markup(room: Room) -> None:
    page = room.served.client().get(path(room.digest, "<script>alert(1)</script> repairs?"))
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; repairs?" in page.text


def test_a_digest_without_its_document_offers_no_box_and_says_why(room: Room) -> None:
    client = room.served.client()
    assert f"/digests/{room.bare}/ask" not in client.get(f"/digests/{room.bare}").text
    page = client.get(path(room.bare, QUESTION))
    assert page.status_code == 422
    assert "came without its document" in page.text
    problem = client.get(f"/api/v1/digests/{room.bare}/answer", params={"q": QUESTION})
    assert (problem.status_code, problem.headers["content-type"]) == (422, "application/problem+json")


def test_nobody_asks_what_is_not_theirs(room: Room) -> None:
    client = room.served.client()
    assert client.get(path("nothing", QUESTION)).status_code == 404
    assert client.get("/api/v1/digests/nothing/answer", params={"q": QUESTION}).status_code == 404
    assert client.get(f"/api/v1/digests/{room.digest}/answer").status_code == 422


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: the page is not tested in a browser")
@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_answer_has_no_fault_that_axe_can_see(room: Room, width: int, scheme: str) -> None:
    with sync_playwright() as driver:
        browser: Browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        session = room.served.library.accounts.open_session(room.served.library.accounts.get(OWNER))[0]
        context.add_cookies([{"name": "aili", "value": session, "url": room.served.url}])
        page = context.new_page()
        page.goto(f"{room.served.url}/digests/{room.digest}")
        page.get_by_text("Ask", exact=True).first.click()
        page.get_by_label("Ask this document").fill(QUESTION)
        page.keyboard.press("Enter")
        page.wait_for_url("**/ask?q=*")
        assert page.locator(".answer li").count() >= 1
        assert page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth") == 0
        assert Axe().run(page).response["violations"] == []
        page.locator(".answer .rests a").first.click()
        page.wait_for_url("**#s*")
        assert page.locator(":target").is_visible()
        browser.close()

"""Nothing on any page is wider than a narrow screen, however long names, tags, titles and addresses are."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, sync_playwright

from aili.store.records import OWNER, Wish, now
from tests.test_render_samples import ARABIC, ARABIC_DOCUMENT, DOCUMENT, FERRY
from tests.web import Served, serving_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: pages are not tried in a browser")

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte"  # 60 letters, as long as a tag may be
PAGES = ("/", "/library", "/library?q=petition", f"/library?tag={WORD}", "/library?page=2", "/jobs", "/shares",
         "/settings", "/admin", "/help", "/api/v1/docs", "/nowhere", "DIGEST", "DIGEST/remove", "DIGEST/copy.md",
         "ARABIC", "MANY", "SHARE", "LINK", "JOB", "PERSON")  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, str]]]:
    """A team's server whose every name is as long as it may be, and the addresses of single things."""
    with serving_app(tmp_path_factory.mktemp("narrow"), login=True) as served:
        library, keep = served.library, served.library.digests.keep
        for number in range(26):
            keep(OWNER, replace(FERRY, title=f"{number} {WORD * 3}"), None)
        many = tuple(f"the tag with the number {number}" for number in range(25))
        digest = keep(OWNER, FERRY, DOCUMENT, tags=(WORD, "ferries"))
        arabic = keep(OWNER, ARABIC, ARABIC_DOCUMENT, tags=("مكتبات",))
        crowded = keep(OWNER, replace(FERRY, title=WORD * 3, site=WORD), None, tags=many)
        share = library.shares.make(OWNER, crowded.id, shared_by=WORD)
        library.accounts.make_token(
            OWNER, WORD + WORD[:20], ("read", "write", "share", "admin"), expires=now(ahead=7_000_000)
        )
        library.accounts.prefer(OWNER, replace(library.accounts.get(OWNER).preferences, shared_by=WORD))
        person = library.accounts.add("n" * 40, "five lanterns by the harbour")
        job = library.jobs.submit(OWNER, Wish(reference=f"http://127.0.0.1:9/{WORD}/{WORD}", tags=(WORD,)))
        yield (
            served,
            {
                "DIGEST": f"/digests/{digest.id}",
                "ARABIC": f"/digests/{arabic.id}",
                "MANY": f"/digests/{crowded.id}",
                "SHARE": f"/shares/{share.token}",
                "LINK": f"/s/{share.token}",
                "JOB": f"/jobs/{job.id}",
                "PERSON": f"/admin/accounts/{person.id}/remove",
            },
        )


@pytest.mark.parametrize("width", [320, 380])
def test_nothing_is_wider_than_a_narrow_screen(
    full: tuple[Served, dict[str, str]], browser: Browser, width: int
) -> None:
    served, places = full
    context = browser.new_context(viewport={"width": width, "height": 800})
    session = served.library.accounts.open_session(served.library.accounts.get(OWNER))[0]
    context.add_cookies([{"name": "aili", "value": session, "url": served.url}])
    page = context.new_page()
    wider = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    found = {}
    for path in PAGES:
        name, _, rest = path.partition("/")
        page.goto(f"{served.url}{places[name]}/{rest}".rstrip("/") if name else f"{served.url}{path}")
        if more := page.evaluate(wider):
            found[path] = more
        for summary in page.locator("main details > summary:visible").all():
            summary.click()
            if more := page.evaluate(wider):
                found[f"{path} {summary.inner_text()}"] = more
    context.close()
    assert found == {}


def test_tags_are_seen_on_a_narrow_screen_and_many_of_them_leave_room(
    full: tuple[Served, dict[str, str]], browser: Browser
) -> None:
    served, places = full
    context = browser.new_context(viewport={"width": 380, "height": 800})
    session = served.library.accounts.open_session(served.library.accounts.get(OWNER))[0]
    context.add_cookies([{"name": "aili", "value": session, "url": served.url}])
    page = context.new_page()
    page.goto(f"{served.url}{places['DIGEST']}")
    assert page.locator(".labels .tags .tag:visible").all_inner_texts()[-1] == "ferries"
    page.goto(f"{served.url}{places['MANY']}")
    assert page.get_by_text("20 more tags").is_visible()
    box = page.locator(".toolbar").bounding_box()
    assert box
    assert box["height"] < 260
    context.close()

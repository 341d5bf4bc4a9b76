"""The whole way in a real browser: paste a link, watch the digest form, see what a bullet rests on, share it, revoke it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.servers import page as web_page
from tests.servers import serve
from tests.web import Served, serving_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: the app is not tested in a browser")

WATCH = """
window.complaints = [];
document.addEventListener("securitypolicyviolation", (event) => window.complaints.push(event.violatedDirective));
window.addEventListener("error", (event) => window.complaints.push(event.message));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def reading_room(tmp_path: Path) -> Iterator[Served]:
    with serving_app(tmp_path / "served", allow_hosts=("127.0.0.1",)) as running:
        yield running


@pytest.fixture
def article(examples: Path) -> Iterator[str]:
    """Address of a real page on loopback."""
    text = (examples / "harbour-bridge.html").read_text(encoding="utf-8")
    with serve({"/harbour-bridge": web_page(text)}) as server:
        yield server.url("/harbour-bridge")


def tab(context: BrowserContext) -> Page:
    """A page that notes what its policy forbade, and refuses to be read if that was anything."""
    context.add_init_script(WATCH)
    return context.new_page()


def digested(page: Page, served: Served, article: str) -> None:
    """Paste the link, press Enter, and wait for the digest."""
    page.goto(served.url)
    page.get_by_label("A link, or the text itself").fill(article)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/digests/[\w-]{22}$"), timeout=60_000)


def test_from_paste_to_share_to_revoke(browser: Browser, reading_room: Served, article: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = tab(context)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    digested(page, reading_room, article)

    expect(page.get_by_role("heading", level=1)).to_contain_text("harbour bridge")
    expect(page.get_by_role("heading", name="Abstract")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("harbour-bridge")).first).to_have_attribute("href", article)

    bullet = page.locator(".answers .bullet").first
    bullet.click()
    numbers = (bullet.get_attribute("data-evidence") or "").split()
    assert numbers
    for number in numbers:
        expect(page.locator(f"#s{number}")).to_have_class(re.compile(r"\blit\b"))
        expect(page.locator(f"#s{number}")).to_be_in_viewport()

    page.locator("#share summary").click()
    page.get_by_label("Name shown").fill("Ada Quill")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    assert re.fullmatch(rf"{re.escape(reading_room.url)}/s/[\w-]{{22,}}", link)

    stranger = tab(browser.new_context())
    shown = stranger.goto(link)
    assert shown
    assert shown.status == 200
    assert "noindex" in shown.headers["x-robots-tag"]
    expect(stranger.get_by_text("Shared by Ada Quill")).to_be_visible()
    expect(stranger.get_by_text("Summarize by Aili")).to_be_visible()
    stranger.locator(".answers .bullet").first.click()
    expect(stranger.locator(".sentence.lit").first).to_be_visible()
    assert stranger.evaluate("complaints") == []

    page.get_by_role("link", name="Revoke the link").click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Revoked", exact=True)).to_be_visible()
    gone = stranger.goto(link)
    assert gone
    assert gone.status == 404
    as_revoked = gone.text()
    guessed = stranger.goto(f"{reading_room.url}/s/{'A' * 22}")
    assert guessed
    assert guessed.status == 404
    assert guessed.text() == as_revoked

    assert page.evaluate("complaints") == []
    assert {url for url in asked if not url.startswith(reading_room.url)} == set()


def test_what_a_bullet_and_its_evidence_both_say_is_underlined_with_that_bullet_only(
    browser: Browser, reading_room: Served, article: str
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = tab(context)
    digested(page, reading_room, article)
    line = "(marks) => marks.map((mark) => [mark.dataset.for, getComputedStyle(mark).textDecorationLine])"
    marks = page.locator("#evidence .sentence mark")
    assert {shown for _, shown in marks.evaluate_all(line)} == {"none"}
    number = page.evaluate(
        "[...document.querySelectorAll('.bullet')]"
        ".findIndex((one) => one.closest('.answers') && /[0-9]/.test(one.firstChild.data))"
    )
    bullet = page.locator(".bullet").nth(number)
    bullet.click()
    seen = marks.evaluate_all(line)
    sizes = "(marks) => marks.every((m) => getComputedStyle(m).font === getComputedStyle(m.parentElement).font)"
    assert marks.evaluate_all(sizes)
    assert {shown for bullets, shown in seen if str(number + 1) in bullets.split()} == {"underline"}
    assert {shown for bullets, shown in seen if str(number + 1) not in bullets.split()} == {"none"}
    page.keyboard.press("Escape")
    assert {shown for _, shown in marks.evaluate_all(line)} == {"none"}
    assert page.evaluate("window.complaints") == []
    context.close()


def test_the_whole_way_by_keys_alone(browser: Browser, reading_room: Served, article: str) -> None:
    page = tab(browser.new_context(viewport={"width": 1440, "height": 900}))
    page.goto(reading_room.url)
    page.keyboard.type(article)  # the field has the focus already
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/digests/"), timeout=60_000)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".sentence.lit").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator(".sentence.lit")).to_have_count(0)

    tabbed_to(page, "Share")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Make a link")).to_be_visible()
    tabbed_to(page, "Make a link")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/shares/"))
    tabbed_to(page, "Revoke the link …")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/revoke$"))
    tabbed_to(page, "Revoke")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Revoked", exact=True)).to_be_visible()

    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url(re.compile(r"/library$"))
    page.keyboard.press("/")
    page.keyboard.type("bearings")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=bearings"))
    expect(page.locator("mark").first).to_have_text(re.compile("bearings", re.IGNORECASE))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/digests/"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def tabbed_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"Tab never reaches {name!r}")


def test_the_whole_way_without_script(browser: Browser, reading_room: Served, article: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(reading_room.url)
    page.get_by_label("A link, or the text itself").fill(article)
    page.get_by_role("button", name="Digest").click()
    page.wait_for_url(re.compile(r"/digests/"), timeout=60_000)
    cite = page.locator(".cite").first
    target = cite.get_attribute("href") or ""
    cite.click()
    expect(page.locator(target)).to_be_in_viewport()
    page.locator("#share summary").click()
    page.get_by_role("button", name="Make a link").click()
    page.goto(page.get_by_label("Link", exact=True).input_value())
    expect(page.get_by_role("heading", name="Q&A")).to_be_visible()
    page.goto(f"{reading_room.url}/shares")
    page.get_by_role("link", name=re.compile("^Revoke")).click()
    page.get_by_role("button", name="Revoke").click()
    page.wait_for_url(f"{reading_room.url}/shares")
    expect(page.get_by_text("Revoked", exact=True)).to_be_visible()


def test_a_reload_in_the_middle_loses_nothing(browser: Browser, reading_room: Served, article: str) -> None:
    page = tab(browser.new_context())
    page.goto(reading_room.url)
    page.get_by_label("A link, or the text itself").fill(article)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(jobs|digests)/"))
    job = page.url
    other = tab(browser.new_context())
    other.goto(job)
    other.wait_for_url(re.compile(r"/digests/"), timeout=60_000)
    page.goto(job)
    page.wait_for_url(re.compile(r"/digests/"), timeout=60_000)
    assert other.url == page.url


PAGES = ("/", "/library", "/library?q=bridge", "/library?q=nothing-has-this", "/shares", "/settings", "/help", "/jobs",
         "/api/v1/docs", "/nowhere", "DIGEST", "REMOVE", "SHARE", "LINK", "FAILED", "REVOKE",
         "/library?tag=nothing-has-this", "/library?q=%3F%21")  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [380, 1440])
def test_no_page_has_a_fault_that_axe_can_see(
    browser: Browser, reading_room: Served, article: str, scheme: str, width: int
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]
    page = tab(context)
    digested(page, reading_room, article)
    digest = page.url
    page.locator("#share summary").click()
    page.get_by_role("button", name="Make a link").click()
    share = page.url
    link = page.get_by_label("Link", exact=True).input_value()
    page.goto(reading_room.url)
    page.get_by_label("A link, or the text itself").fill("http://127.0.0.1:9/nobody-is-there")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible(timeout=30_000)
    known = {"DIGEST": digest, "REMOVE": f"{digest}/remove", "SHARE": share, "LINK": link, "FAILED": page.url}
    known["REVOKE"] = f"{share}/revoke"
    found = {}
    for path in PAGES:
        page.goto(known.get(path, f"{reading_room.url}{path}"))
        faults = Axe().run(page).response["violations"]
        if faults:
            found[path] = [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in faults]
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            found.setdefault(path, []).append(f"{wider} pixels wider than the screen")
        if complaints := page.evaluate("complaints"):
            found.setdefault(path, []).append(str(complaints))
    assert found == {}

"""The page works in a real browser: by click, by keys, without script, for a screen reader; it asks nobody for anything."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from aili.digest import Digest
from aili.document import Document
from aili.errors import MalformedError, UsageError
from aili.renderers import line, parse, render, web_address
from tests.test_render_samples import (
    ARABIC,
    ARABIC_DOCUMENT,
    DOCUMENT,
    FERRY,
    HOSTILE_WORDS,
    JAPANESE,
    JAPANESE_DOCUMENT,
    hostile_digest,
    hostile_document,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed: the page is not tested in a browser"
)

PAGES: dict[str, tuple[Digest, Document | None]] = {
    "original": (FERRY, DOCUMENT),
    "evidence": (FERRY, None),
    "arabic": (ARABIC, ARABIC_DOCUMENT),
    "japanese": (JAPANESE, JAPANESE_DOCUMENT),
    "hostile": (hostile_digest(), hostile_document()),
    "hostile-evidence": (hostile_digest(), None),
}
SCRIPTED_COMPLAINTS = """
window.complaints = [];
document.addEventListener("securitypolicyviolation", (event) => window.complaints.push(event.violatedDirective));
window.alert = () => window.complaints.push("alert");
"""


def page_of(name: str) -> str:
    digest, document = PAGES[name]
    return render(digest, format="html", document=document)


@dataclass
class Elements(HTMLParser):
    """All start tags of a page with their attributes."""

    found: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements_of(page: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Elements()
    reader.feed(page)
    reader.close()
    return reader.found


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_read_back_through_the_data_in_it(name: str) -> None:
    digest, _ = PAGES[name]
    assert parse(page_of(name)) == digest
    assert parse(page_of(name).encode()) == digest


@pytest.mark.parametrize("name", PAGES)
def test_no_text_of_a_page_or_a_model_becomes_markup(name: str) -> None:
    elements = elements_of(page_of(name))
    assert [attributes for tag, attributes in elements if tag == "script"] == [
        {"type": "application/json", "id": "aili-digest"},
        {},
    ]
    assert not {tag for tag, _ in elements} & {
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "video",
        "audio",
        "input",
        "svg",
    }
    for tag, attributes in elements:
        assert not [key for key in attributes if key.startswith("on") or key in {"style", "src", "srcset"}], tag
        target = attributes.get("href") or ""
        if tag == "a":
            assert re.fullmatch(r"#(?:s\d+|digest)", target) or web_address(target), target
        if web_address(target):
            assert attributes["rel"] == "noopener noreferrer"
    assert [attributes["href"][:19] for tag, attributes in elements if tag == "link"] == ["data:image/svg+xml,"]  # type: ignore[index]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_holds_no_control_and_no_override(name: str) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", page_of(name))


def test_the_policy_lets_nothing_in_but_what_is_in_the_page() -> None:
    metas = {a.get("http-equiv") or a.get("name"): a.get("content") or "" for tag, a in elements_of(page_of("original")) if tag == "meta"}  # fmt: skip  # noqa: E501
    policy = metas["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert metas["robots"] == "noindex"
    assert metas["referrer"] == "no-referrer"


def test_the_original_is_linked_first_and_a_path_is_not_given_away() -> None:
    page = page_of("original")
    assert page.index('<a href="https://www.harbourgazette.example/') < page.index("<h1>")
    body = render(
        parse(render(FERRY, format="json").replace(FERRY.location, "/home/ada/secret/notes.txt")), format="html"
    )
    assert "/home/ada" not in body.partition('<script type="application/json"')[0]
    assert ">notes.txt<" in body


def test_the_page_says_what_is_known_of_its_making() -> None:
    page = page_of("original")
    for wanted in (
        "97% of the document&#x27;s",
        "openai:gpt-x 2025-01",
        "1 refuted",
        "2 dropped",
        DOCUMENT.hash,
        FERRY.hash,
        "The chosen engine did not answer",
        "Shared by Ada Okafor ·<br>© 2025 Quiet Reading Ltd.",
        "refuted: The bullet says €3.2 million, the source €2.3 million.",
    ):
        assert wanted in page


def test_a_document_that_the_digest_was_not_made_from_is_refused() -> None:
    with pytest.raises(UsageError, match="not the one that this digest was made from"):
        render(FERRY, format="html", document=JAPANESE_DOCUMENT)


@pytest.mark.parametrize("text", ["<html><body>Hello</body></html>", "<!DOCTYPE html>", page_of("original")[:-30_000]])
def test_a_page_that_holds_no_digest_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse(text)


# In the browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@dataclass
class Visit:
    """An open page and everything it asked for or complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def lit(self) -> list[str]:
        return self.page.eval_on_selector_all(".sentence.lit", "found => found.map(one => one.id)")  # type: ignore[no-any-return]

    def check(self) -> None:
        assert self.requests == [self.page.url.partition("#")[0]]
        assert self.complaints == []


def visit(
    browser: Browser, path: Path, name: str, *, width: int = 1440, script: bool = True, dark: bool = False
) -> Visit:
    file = path / f"{name}.html"
    file.write_text(page_of(name), encoding="utf-8")
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    context.add_init_script(SCRIPTED_COMPLAINTS)
    page = context.new_page()
    seen = Visit(page=page)
    context.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("dialog", lambda dialog: seen.complaints.append(dialog.message))
    page.goto(file.as_uri())
    return seen


@needs_browser
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [380, 1440])
def test_a_page_runs_without_a_request_or_a_complaint(browser: Browser, tmp_path: Path, name: str, width: int) -> None:
    seen = visit(browser, tmp_path, name, width=width)
    seen.page.locator(".answers .bullet").first.click()
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("Enter")
    assert seen.lit()
    assert seen.page.evaluate("window.complaints") == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    seen.check()
    seen.page.context.close()


@needs_browser
def test_a_click_shows_the_evidence_and_escape_clears_it(browser: Browser, tmp_path: Path) -> None:
    seen = visit(browser, tmp_path, "original")
    bullet = seen.page.get_by_text("Tomas Reyk wants the state to pay")
    bullet.click()
    assert seen.lit() == ["s17", "s18"]
    assert seen.page.locator("#s17").evaluate(
        "one => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight }"
    )
    assert "a bridge made of money" in seen.page.locator("#said").inner_text()
    seen.page.keyboard.press("Escape")
    assert seen.lit() == []
    assert seen.page.locator("[aria-current]").count() == 0
    seen.page.context.close()


@needs_browser
def test_a_number_shows_the_sentence_it_names(browser: Browser, tmp_path: Path) -> None:
    seen = visit(browser, tmp_path, "evidence")
    seen.page.locator(".cite", has_text="18").click()
    assert seen.lit() == ["s17", "s18"]
    assert seen.page.url.endswith(".html")
    seen.page.context.close()


@needs_browser
def test_keys_go_through_the_bullets_and_show_what_they_rest_on(browser: Browser, tmp_path: Path) -> None:
    seen = visit(browser, tmp_path, "original")
    focused = "document.activeElement.textContent"
    for key, wanted in (
        ("j", "The article discusses"),
        ("j", "It also covers"),
        ("j", "The council voted"),
        ("k", "It also"),
    ):
        seen.page.keyboard.press(key)
        assert seen.page.evaluate(focused).startswith(wanted)
    assert seen.lit() == []
    seen.page.keyboard.press("Enter")
    assert seen.lit() == ["s9", "s16"]
    seen.page.keyboard.press("?")
    assert seen.page.locator("#help").is_visible()
    seen.page.keyboard.press("Escape")
    assert not seen.page.locator("#help").is_visible()
    assert seen.lit() == ["s9", "s16"]
    seen.page.keyboard.press("Escape")
    assert seen.lit() == []
    seen.page.context.close()


@needs_browser
def test_a_bullet_can_be_reached_with_the_tab_key_alone(browser: Browser, tmp_path: Path) -> None:
    seen = visit(browser, tmp_path, "original")
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.className") == "skip"
    for _ in range(6):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("document.activeElement.classList.contains('bullet')"):
            break
    assert seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    seen.page.keyboard.press("Enter")
    assert seen.lit() == ["s3"]
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.className") == "cite"
    seen.page.context.close()


@needs_browser
def test_a_sentence_of_the_original_shows_the_bullet_that_cites_it(browser: Browser, tmp_path: Path) -> None:
    seen = visit(browser, tmp_path, "original")
    seen.page.get_by_text("The first boat leaves on 2 May").click()
    assert seen.page.locator(".bullet.lit").inner_text().startswith("The first boat of line 7")
    seen.page.context.close()


@needs_browser
def test_on_a_narrow_screen_the_evidence_comes_up_beside_the_bullet(browser: Browser, tmp_path: Path) -> None:
    seen = visit(browser, tmp_path, "original", width=380)
    bullet = seen.page.get_by_text("Tomas Reyk wants the state to pay")
    bullet.click()
    inside = "one => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight }"
    assert bullet.evaluate(inside)
    assert seen.page.locator("#s17").evaluate(inside)
    seen.page.get_by_role("button", name="Close").click()
    assert seen.lit() == []
    assert seen.page.evaluate("document.activeElement.textContent").startswith("Tomas Reyk")
    seen.page.context.close()


@needs_browser
@pytest.mark.parametrize("name", ["original", "evidence"])
def test_without_script_the_anchors_lead_to_the_evidence(browser: Browser, tmp_path: Path, name: str) -> None:
    seen = visit(browser, tmp_path, name, script=False)
    plain = seen.page.locator("#s18").evaluate("one => getComputedStyle(one).backgroundColor")
    seen.page.locator(".cite", has_text="18").click()
    assert seen.page.url.endswith("#s18")
    assert seen.page.locator("#s18").evaluate("one => getComputedStyle(one).backgroundColor") != plain
    assert seen.page.locator("#keys").is_hidden()
    assert seen.page.locator("#close").is_hidden()
    assert seen.requests[:1] == [seen.page.url.partition("#")[0]]
    assert len({request.partition("#")[0] for request in seen.requests}) == 1
    assert seen.complaints == []
    seen.page.context.close()


@needs_browser
def test_every_hostile_word_is_shown_as_it_is(browser: Browser, tmp_path: Path) -> None:
    seen = visit(browser, tmp_path, "hostile")
    shown = line(seen.page.locator("body").inner_text())
    for words in HOSTILE_WORDS:
        assert line(words) in shown
    seen.check()
    seen.page.context.close()


@needs_browser
def test_language_and_direction_are_said(browser: Browser, tmp_path: Path) -> None:
    seen = visit(browser, tmp_path, "arabic")
    assert seen.page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    boxes = "id => document.querySelector(id).getBoundingClientRect().left"
    assert seen.page.evaluate(boxes, "#digest") > seen.page.evaluate(boxes, "#evidence")
    seen.page.context.close()


@needs_browser
def test_on_paper_everything_stands_and_no_button(browser: Browser, tmp_path: Path) -> None:
    seen = visit(browser, tmp_path, "original")
    seen.page.emulate_media(media="print")
    assert seen.page.locator("#keys").is_hidden()
    assert seen.page.locator("#s26").evaluate("one => one.getBoundingClientRect().height > 0")
    assert seen.page.locator("#evidence").evaluate("one => getComputedStyle(one).overflow") == "visible"
    assert seen.page.pdf().startswith(b"%PDF")
    seen.page.context.close()


@needs_browser
@pytest.mark.parametrize("name", ["original", "evidence", "arabic", "japanese"])
@pytest.mark.parametrize(("width", "dark"), [(380, False), (380, True), (1440, False), (1440, True)])
def test_the_page_is_accessible(browser: Browser, tmp_path: Path, name: str, width: int, dark: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    seen = visit(browser, tmp_path, name, width=width, dark=dark)
    for step in ("as it opens", "with evidence shown"):
        found = axe.run(seen.page).response["violations"]
        told = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]
        assert told == [], step
        seen.page.locator(".answers .bullet").first.click()
    seen.page.context.close()

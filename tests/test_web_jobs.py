"""The lists of jobs: by what name one goes, how it is dismissed, and how the page keeps up without moving anything."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright

from aili.renderers import render
from aili.store.digests import Entry
from aili.store.records import OWNER, Failure, Filter, Job, Wish
from aili.web import templating
from tests.test_render_samples import FERRY
from tests.web import Served, csrf, serving_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed: pages are not tried in a browser"
)
TEXT = (
    "The reading room of Torvik opens again on 3 May. It was closed for eleven months after a pipe burst in the cellar. "
    "The town paid 410,000 crowns for new shelves and a dry floor. Librarian Signe Vold says that 9,300 books were saved. "
    "Two volunteers dried the oldest of them page by page. The first guests will be the pupils of the harbour school."
)


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Served]:
    """A server that does no job by itself."""
    with serving_app(tmp_path / "idle", workers=0) as running:
        yield running


def failed(served: Served, reference: str = "http://127.0.0.1:9/ferry") -> Job:
    jobs = served.library.jobs
    job = jobs.submit(OWNER, Wish(reference=reference))
    claim = jobs.claim()
    assert claim is not None
    jobs.fail(claim, Failure(kind="ConnectError", message="Nobody answers there.", hint="Try later."))
    return job


# Names


@pytest.mark.parametrize(
    ("job", "name"),
    [
        (Job(id="x", wish=Wish(reference="https://www.example.org/a/b/"), title="A Title"), "A Title"),
        (Job(id="x", wish=Wish(reference="https://www.example.org/a/b/")), "example.org/a/b"),
        (Job(id="x", wish=Wish(reference="http://127.0.0.1:8300/x?y=1#z")), "127.0.0.1:8300/x?y=1"),
        (Job(id="x", wish=Wish(reference=f"https://example.org/{'a' * 200}")), f"example.org/{'a' * 67}…"),
        (Job(id="x", wish=Wish(reference="report.pdf"), upload="kept"), "report.pdf"),
        (Job(id="x", wish=Wish(reference="https://a.example/ as text"), upload="dropped"), "https://a.example/ as text"),
        (Job(id="x", wish=Wish(reference="example.org/a")), "example.org/a"),
    ],
)  # fmt: skip
def test_a_job_goes_by_a_name_that_people_know(job: Job, name: str) -> None:
    assert templating.job_name(job) == name


def test_a_pasted_text_goes_by_its_first_words_until_it_has_a_title(idle: Served) -> None:
    client = idle.client()
    client.post("/jobs", data={"csrf": csrf(client), "reference": TEXT}, files={"file": ("", b"")})
    client.post("/api/v1/jobs", json={"text": TEXT.replace("Torvik", "Sund")})
    named = client.post("/api/v1/jobs", json={"text": TEXT, "title": "Books saved"}).json()["wish"]["reference"]
    assert named == "Books saved"
    for path in ("/", "/jobs", "/library"):
        shown = client.get(path).text
        assert "The reading room of Torvik opens again on 3 May. It was …" in shown, path
        assert "The reading room of Sund opens again" in shown, path
        assert "Pasted text" not in shown, path
    claim = idle.library.jobs.claim()
    assert claim is not None
    idle.library.jobs.record(claim, ("extracted", {"title": "A Dry Floor", "words": 60, "sentences": 6}))
    assert "A Dry Floor" in client.get("/jobs").text


def test_a_host_is_told_with_its_port_where_one_is_given() -> None:
    assert templating.host("http://www.example.org:8300/a") == "example.org:8300"
    assert templating.host("https://ada:secret@example.org/a") == "example.org"
    assert templating.host("http://[::1]:8300/") == "[::1]:8300"
    shown = render(replace(FERRY, location="http://ada:secret@127.0.0.1:8300/x"), format="html")
    assert ">127.0.0.1:8300/x</a>" in shown


# Dismissing


def test_a_failed_job_is_dismissed_where_it_is_seen(idle: Served) -> None:
    client = idle.client()
    for path, field in (
        ("/jobs", {}),
        ("/library", {"back": "/library"}),
        ("/jobs", {"back": "https://evil.example/"}),
    ):
        job = failed(idle)
        assert f'action="/jobs/{job.id}/remove"' in client.get(path).text
        answer = client.post(f"/jobs/{job.id}/remove", data={"csrf": csrf(client), **field})
        assert (answer.status_code, answer.headers["location"]) == (303, path)
        assert job.id not in client.get(path).text
        assert client.get(f"/jobs/{job.id}").status_code == 404


def test_a_job_is_stopped_where_it_is_seen(idle: Served) -> None:
    client = idle.client()
    for back, leads in (("/jobs", "/jobs"), ("//evil.example", "/jobs/{}"), ("", "/jobs/{}")):
        job = idle.library.jobs.submit(OWNER, Wish(reference="http://127.0.0.1:9/"))
        answer = client.post(f"/jobs/{job.id}/cancel", data={"csrf": csrf(client), "back": back})
        assert answer.headers["location"] == leads.format(job.id)
        assert idle.library.jobs.get(OWNER, job.id).state == "cancelled"


def test_a_job_that_goes_on_cannot_be_dismissed(idle: Served) -> None:
    client = idle.client()
    job = idle.library.jobs.submit(OWNER, Wish(reference="http://127.0.0.1:9/"))
    answer = client.post(f"/jobs/{job.id}/remove", data={"csrf": csrf(client)})
    assert answer.status_code == 409
    assert "Cancel it first." in answer.text
    assert idle.library.jobs.get(OWNER, job.id).state == "waiting"


def test_a_program_removes_a_job_that_has_ended(idle: Served) -> None:
    client = idle.client()
    waiting = idle.library.jobs.submit(OWNER, Wish(reference="http://127.0.0.1:9/"))
    assert client.delete(f"/api/v1/jobs/{waiting.id}").status_code == 409
    assert client.post(f"/api/v1/jobs/{waiting.id}/cancel").json()["state"] == "cancelled"
    assert client.delete(f"/api/v1/jobs/{waiting.id}").status_code == 204
    assert client.delete(f"/api/v1/jobs/{waiting.id}").status_code == 404
    assert client.get("/api/v1/jobs").json() == []


def test_dismissing_a_job_leaves_the_digest_that_it_made(idle: Served) -> None:
    jobs = idle.library.jobs
    job = jobs.submit(OWNER, Wish(reference="http://127.0.0.1:9/"))
    claim = jobs.claim()
    assert claim is not None
    jobs.finish(claim, Entry(digest=FERRY, created="2026-05-04T10:00:00Z"))
    client = idle.client()
    assert client.post(f"/jobs/{job.id}/remove", data={"csrf": csrf(client)}).status_code == 303
    assert idle.library.digests.find(OWNER, Filter()).total == 1


def test_what_failed_stands_above_the_whole_library_only(idle: Served) -> None:
    for number in range(30):
        idle.library.digests.keep(OWNER, replace(FERRY, title=f"Number {number}"), None)
    failed(idle)
    idle.library.jobs.submit(OWNER, Wish(reference="http://127.0.0.1:9/goes-on"))
    client = idle.client()
    for path, above in (("/library", True), ("/library?order=title", True), ("/library?q=ferry", False),
                        ("/library?page=2", False), ("/library?language=en", False)):  # fmt: skip
        text = client.get(path).text
        assert ("127.0.0.1:9/ferry" in text) is above, path
        assert "127.0.0.1:9/goes-on" in text, path


# Keeping up


def test_the_page_of_jobs_never_reloads_itself(idle: Served) -> None:
    idle.library.jobs.submit(OWNER, Wish(reference="http://127.0.0.1:9/"))
    text = idle.client().get("/jobs").text
    assert "http-equiv" not in text
    assert re.search(r'<noscript>.*<a href="/jobs">Look again</a>.*</noscript>', text)
    assert "jobs.js" in text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@needs_browser
def test_rows_keep_up_where_they_stand_and_nothing_loses_the_focus(browser: Browser, idle: Served) -> None:
    jobs = idle.library.jobs
    first, second = (jobs.submit(OWNER, Wish(reference=f"http://127.0.0.1:9/{name}")) for name in ("first", "second"))
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{idle.url}/jobs")
    page.evaluate("document.body.dataset.same = 'page'")
    row, other = page.locator(f"[data-job='{first.id}']"), page.locator(f"[data-job='{second.id}']")
    row.get_by_role("button", name="Cancel").focus()
    claim = jobs.claim()
    assert claim is not None
    jobs.record(claim, ("extracted", {"title": "The First", "words": 60, "sentences": 6}))
    expect(row.locator(".state")).to_have_text("being read", timeout=15_000)
    expect(row.get_by_role("link")).to_have_text("The First", timeout=15_000)
    expect(row.get_by_role("button", name="Cancel The First")).to_be_focused(timeout=15_000)
    jobs.fail(claim, Failure(kind="E", message="Nobody answers <there>."))
    expect(row.locator(".why")).to_have_text("Nobody answers <there>.", timeout=15_000)
    expect(row.get_by_role("button", name="Dismiss The First")).to_be_focused(timeout=15_000)
    expect(page.locator("#said")).to_have_text("The First: failed")
    expect(row.get_by_role("button", name="Cancel")).to_be_hidden()
    expect(other.locator(".state")).to_have_text("waiting")
    assert page.evaluate("document.body.dataset.same") == "page"
    page.keyboard.press("Enter")
    expect(row).to_have_count(0, timeout=15_000)
    assert complaints == []
    context.close()


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [380, 1440])
def test_pages_with_jobs_under_way_have_no_fault_that_axe_can_see(
    browser: Browser, idle: Served, scheme: str, width: int
) -> None:
    failed(idle)
    claimed = idle.library.jobs.submit(OWNER, Wish(reference=f"http://127.0.0.1:9/{'long-' * 40}"))
    assert idle.library.jobs.claim() is not None
    idle.library.jobs.submit(OWNER, Wish(reference="http://127.0.0.1:9/waits"))
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]
    page = context.new_page()
    found = {}
    for path in ("/jobs", "/jobs?taken=links", f"/jobs/{claimed.id}", "/", "/library"):
        page.goto(f"{idle.url}{path}")
        faults = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append("wider than the screen")
        if faults:
            found[path] = faults
    assert found == {}
    context.close()


@needs_browser
def test_pages_that_tell_of_a_lost_form_have_no_fault_that_axe_can_see(browser: Browser, team: Served) -> None:
    context = browser.new_context()
    session, other = (team.library.accounts.open_session(team.library.accounts.named("ada"))[0] for _ in range(2))
    context.add_cookies([{"name": "aili", "value": session, "url": team.url}])
    page = context.new_page()
    for change in ("another session", "none"):
        page.goto(team.url)
        page.locator("#reference").fill("A text that was typed for long.")
        if change == "none":
            team.library.accounts.sign_out(other)
        else:
            context.add_cookies([{"name": "aili", "value": other, "url": team.url}])
        page.get_by_role("button", name="Digest").click()
        expect(page.locator("#typed")).to_have_value("A text that was typed for long.")
        assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []
    context.close()

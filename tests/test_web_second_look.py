"""What a second reader asked of the reading room: titles for all, questions before what cannot be undone, plain answers."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import update

from aili import parse, summarize
from aili.digest import TITLE, Bullet, Digest, Question, Section, first_words, made_title
from aili.document import Resource
from aili.errors import UsageError
from aili.library.jobs import Jobs
from aili.library.wishes import demand_web_address
from aili.renderers import render
from aili.renderers.html.content import found_in
from aili.sources import without_user
from aili.store.records import Failure, Filter, Wish
from aili.store.tables import digests as digest_rows
from aili.web.keys import KEYS
from aili.web.pages.digest import disposition, without_account
from aili.web.pages.home import AT_ONCE
from aili.web.templating import host
from tests.servers import page as web_page
from tests.servers import serve
from tests.test_render_samples import ARABIC, ARABIC_DOCUMENT, DOCUMENT, FERRY
from tests.web import Served, csrf, serving_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed: pages are not tried in a browser"
)
TEXT = (
    "the reading room of Torvik opens again on 3 May, it was closed for eleven months after a pipe burst in the cellar. "
    "The town paid 410,000 crowns for new shelves and a dry floor. Librarian Signe Vold says that 9,300 books were saved. "
    "Two volunteers dried the oldest of them page by page. The first guests will be the pupils of the harbour school."
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def shown(answer: httpx2.Response) -> str:
    """The text of a page, one space between words."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", answer.text)).split())


def failed(jobs: Jobs, *names: str) -> None:
    for name in names:
        jobs.submit("owner", Wish(reference=f"https://example.org/{name}"))
        claim = jobs.claim()
        assert claim
        jobs.fail(claim, Failure(kind="E", message="No."))


# Titles


@pytest.mark.parametrize(
    ("location", "title"),
    [
        ("", "the reading room of Torvik opens again on 3 May, it was …"),
        ("https://example.org/index.html", "the reading room of Torvik opens again on 3 May, it was …"),
        ("board minutes.txt", "board minutes"),
    ],
)
def test_a_document_without_a_title_is_given_one(location: str, title: str) -> None:
    resource = Resource(data=TEXT.encode(), media_type="text/plain", reference="text", location=location)
    assert summarize(resource).title == title
    assert len(title) <= TITLE


@given(st.text(max_size=200))
def test_first_words_fit_and_begin_the_text(text: str) -> None:
    words = first_words(text)
    assert len(words) <= TITLE
    assert " ".join(text.split()).startswith(words.removesuffix(" …"))
    assert bool(words) == bool(text.strip())


def test_what_is_written_without_spaces_is_cut_where_it_must_be() -> None:
    assert first_words("AI " + "港" * 100) == f"AI {'港' * 55} …"
    assert made_title("مذكرات.txt", "نص") == "مذكرات"


def test_a_digest_of_before_has_a_title_wherever_it_is_shown(served: Served) -> None:
    library, client = served.library, served.client()
    kept = library.digests.keep("owner", replace(FERRY, title="", location="", site=""), DOCUMENT)
    with library.store.writing() as connection:  # as a library of before has it
        connection.execute(update(digest_rows).values(title=""))
    share = library.shares.make("owner", kept.id, with_source=False, listed=True, indexed=False, shared_by="")
    beginning = "The article discusses the decision of Maren's council to …"
    assert library.digests.get("owner", kept.id).title == beginning
    for path in ("/", "/library", "/shares", f"/shares/{share.token}", f"/digests/{kept.id}", f"/s/{share.token}"):
        answer = client.get(path)
        assert beginning in unescape(answer.text), path
        assert "Untitled" not in answer.text
        assert not re.search(r"<h1[^>]*>\s*</h1>", answer.text)
    assert f'property="og:title" content="{beginning}"' in unescape(client.get(f"/s/{share.token}").text)
    assert beginning in unescape(client.get(f"/feeds/{library.accounts.get('owner').feed}.atom").text)
    assert "The-article-discusses" in client.get(f"/digests/{kept.id}/download.md").headers["content-disposition"]


# What is handed in


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("http://ada:secret@example.org/a", "http://example.org/a"),
        ("https://ada:se@cret@example.org:8443/a@b//c@d", "https://example.org:8443/a@b//c@d"),
        ("https://example.org//x@y", "https://example.org//x@y"),
        ("https://example.org/?mail=a@b.example", "https://example.org/?mail=a@b.example"),
        ("example.org/a", "example.org/a"),
    ],
)
def test_a_password_in_an_address_is_taken_out_and_nothing_else(typed: str, kept: str) -> None:
    assert without_user(typed) == kept


def test_a_password_in_a_link_is_nowhere_to_be_seen(tmp_path: Path) -> None:
    with (
        serving_app(tmp_path / "own", allow_hosts=("127.0.0.1",)) as served,
        serve({"/a": web_page("<p>Gone", status=410)}) as server,
    ):
        client = served.client()
        link = server.url("/a").replace("//", "//ada:hunter-two@")
        answer = client.post("/jobs", data={"csrf": csrf(client), "reference": link}, files={"file": ("", b"")})
        client.post("/api/v1/jobs", json={"reference": link})
        client.post("/api/v1/jobs", json={"reference": link, "text": TEXT})
        jobs = client.get("/api/v1/jobs").json()
        events = [client.get(f"/api/v1/jobs/{job['id']}/events?wait=no").text for job in jobs]
        pages = [client.get(path).text for path in ("/jobs", answer.headers["location"], "/library")]
        assert len(jobs) == 3
        assert "hunter-two" not in "".join([*events, *pages, str(client.get("/api/v1/jobs").json())])
        assert b"hunter-two" not in served.library.store.path.read_bytes()


def test_several_files_become_several_digests_or_none(served: Served, tmp_path: Path) -> None:
    client = served.client()
    form = {"csrf": csrf(client), "tags": "room"}
    files = [("file", (f"{name}.txt", f"{name}: {TEXT}".encode())) for name in ("one", "two", "three")]
    answer = client.post("/jobs", data=form, files=files)
    assert answer.headers["location"] == "/jobs"
    jobs = served.library.jobs.list("owner")
    assert [job.wish.reference for job in jobs] == ["three.txt", "two.txt", "one.txt"]
    assert all(job.wish.tags == ("room",) for job in jobs)
    many = client.post("/jobs", data=form, files=[("file", (f"{n}.txt", TEXT.encode())) for n in range(AT_ONCE + 1)])
    assert many.status_code == 422
    assert f"These are {AT_ONCE + 1} files; {AT_ONCE} go at once." in many.text
    bad = client.post("/jobs", data=form, files=[*files, ("file", ("none.txt", b""))])
    assert "none.txt is empty." in bad.text
    assert len(served.library.jobs.list("owner")) == 3
    with serving_app(tmp_path / "narrow", jobs_per_account=2) as narrow:
        other = narrow.client()
        answer = other.post("/jobs", data={"csrf": csrf(other)}, files=files)
        assert answer.status_code == 429
        assert "These are 3 documents; there is room for 2 at the moment, so none was taken." in answer.text
        assert narrow.library.jobs.list("owner") == ()


@needs_browser
def test_several_files_may_be_dropped_at_once(served: Served, page: Page) -> None:
    page.goto(served.url)
    page.evaluate(
        """texts => {
          const data = new DataTransfer();
          texts.forEach((text, at) => data.items.add(new File([text], at + ".txt", { type: "text/plain" })));
          document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        [TEXT, f"Another: {TEXT}"],
    )
    page.wait_for_url(f"{served.url}/jobs")
    assert len(served.library.jobs.list("owner")) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Two words", "This text has 2 words, too few for a digest."),
        ("https://exa mple.org", "'https://exa mple.org' is no web address: there is a space in it."),
        ("https://exa mple.org:80/a?b", "there is a space in it."),
        (r"file:C:\notes.txt", r"'file:C:\notes.txt' is no web address."),
    ],
)
def test_what_no_job_could_read_is_told_on_the_form(served: Served, typed: str, said: str) -> None:
    client = served.client()
    answer = client.post("/jobs", data={"csrf": csrf(client), "reference": typed}, files={"file": ("", b"")})
    assert answer.status_code == 422
    assert said in shown(answer)
    assert served.library.jobs.list("owner") == ()


@pytest.mark.parametrize("address", ["https://exa mple.org", "exa mple.org/a", "https://example.org\u00a0/a"])
def test_an_address_with_a_space_in_its_host_is_refused_to_programs_too(address: str) -> None:
    with pytest.raises(UsageError):
        demand_web_address(address)


def test_a_page_read_again_comes_to_the_top(served: Served) -> None:
    digests = served.library.digests
    first = digests.keep("owner", FERRY, DOCUMENT)
    digests.keep("owner", ARABIC, ARABIC_DOCUMENT)
    with served.library.store.writing() as connection:
        connection.execute(update(digest_rows).values(created="2024-01-01T08:00:00Z"))
    again = digests.keep("owner", FERRY, DOCUMENT)
    assert again.id == first.id
    assert [found.kept.title for found in digests.find("owner", Filter()).items] == [FERRY.title, ARABIC.title]


def test_what_is_imported_again_stays_where_it_is(served: Served) -> None:
    client = served.client()
    served.library.digests.keep("owner", FERRY, DOCUMENT)
    with served.library.store.writing() as connection:
        connection.execute(update(digest_rows).values(created="2024-01-01T08:00:00Z"))
    single = {"file": ("ferry.json", render(FERRY, format="json").encode())}
    client.post("/library/import", data={"csrf": csrf(client, "/library")}, files=single)
    [found] = served.library.digests.find("owner", Filter()).items
    assert found.kept.created == "2024-01-01T08:00:00Z"


# Jobs


def test_all_that_ended_is_dismissed_at_once(tmp_path: Path) -> None:
    with serving_app(tmp_path / "idle", workers=0) as served:
        jobs, client = served.library.jobs, served.client()
        failed(jobs, "a", "b")
        waits = jobs.submit("owner", Wish(reference="https://example.org/c"))
        assert "Dismiss all that ended" in client.get("/jobs").text
        assert client.post("/jobs/dismiss", data={"csrf": csrf(client, "/jobs")}).headers["location"] == "/jobs"
        assert [job.id for job in jobs.list("owner")] == [waits.id]
        assert "Dismiss all that ended" not in client.get("/jobs").text


def test_a_program_removes_what_ended_too(tmp_path: Path) -> None:
    with serving_app(tmp_path / "idle", workers=0) as served:
        jobs, client = served.library.jobs, served.client()
        failed(jobs, "a", "b")
        stopped = jobs.cancel("owner", jobs.submit("owner", Wish(reference="https://example.org/c")).id)
        assert client.delete("/api/v1/jobs?state=done").json() == {"count": 0}
        assert client.delete("/api/v1/jobs?state=running").status_code == 422
        assert client.delete("/api/v1/jobs?state=failed").json() == {"count": 2}
        assert [job.id for job in jobs.list("owner")] == [stopped.id]
        assert client.delete("/api/v1/jobs").json() == {"count": 1}


@pytest.mark.parametrize("path", ["/", "/library", "/shares", "/settings", "/help", "/digests/{ferry}"])
def test_the_jobs_are_one_link_away(served: Served, path: str) -> None:
    ferry = served.library.digests.keep("owner", FERRY, DOCUMENT).id
    assert 'href="/jobs"' in served.client().get(path.format(ferry=ferry)).text


# Asking before what cannot be undone, and telling what was done


def test_a_link_is_revoked_after_a_question(served: Served) -> None:
    client, library = served.client(), served.library
    kept = library.digests.keep("owner", FERRY, DOCUMENT)
    share = library.shares.make("owner", kept.id, with_source=False, listed=False, indexed=False, shared_by="")
    for path in ("/shares", f"/shares/{share.token}"):
        assert f'href="/shares/{share.token}/revoke"' in client.get(path).text
        assert f'action="/shares/{share.token}/revoke"' not in client.get(path).text
    asked = client.get(f"/shares/{share.token}/revoke")
    assert "stops working at once" in asked.text
    assert client.get(f"/s/{share.token}").status_code == 200
    client.post(f"/shares/{share.token}/revoke", data={"csrf": csrf(client, f"/shares/{share.token}/revoke")})
    assert client.get(f"/s/{share.token}").status_code == 404


def test_a_token_is_revoked_after_a_question(served: Served) -> None:
    client, accounts = served.client(), served.library.accounts
    _, token = accounts.make_token("owner", "phone", ("read",))
    path = f"/settings/tokens/{token.id}/revoke"
    assert f'href="{path}"' in client.get("/settings").text
    assert "Revoke the token phone?" in shown(client.get(path))
    assert len(accounts.tokens("owner")) == 1
    client.post(path, data={"csrf": csrf(client, path)})
    assert accounts.tokens("owner") == ()
    assert client.get(path).status_code == 404


def test_a_changed_share_says_that_it_is_saved(served: Served) -> None:
    client, library = served.client(), served.library
    kept = library.digests.keep("owner", FERRY, DOCUMENT)
    share = library.shares.make("owner", kept.id, with_source=False, listed=False, indexed=False, shared_by="")
    path = f"/shares/{share.token}"
    assert "Saved." not in client.get(path).text
    answer = client.post(path, data={"csrf": csrf(client, path), "shared_by": "Ada", "life": "never"})
    assert "Saved." in client.get(answer.headers["location"]).text


def test_the_pages_say_what_disabling_and_scopes_do(team: Served) -> None:
    client, ada = team.signed_in(), team.library.accounts.named("ada").id
    for path in ("/admin", f"/admin/accounts/{ada}/remove"):
        assert re.search(r"its feed.{1,9}(is|are) closed", shown(client.get(path)))
    settings = shown(client.get("/settings"))
    assert "everything, accounts too" not in settings
    assert "none of these includes another" in settings


def test_settings_and_doctor_give_the_same_size(served: Served) -> None:
    served.library.digests.keep("owner", FERRY, DOCUMENT)
    told = re.search(r"Size ?(\d.*?) Backup", shown(served.client().get("/settings")))
    assert told
    assert not told[1].startswith("0.0")
    command = [sys.executable, "-m", "aili", "doctor", "--library", str(served.library.store.path)]
    assert told[1] in subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout


@needs_browser
@pytest.mark.parametrize("page_of", ["token", "password"])
def test_a_new_secret_is_copied_by_a_button(team: Served, browser: Browser, page_of: str) -> None:
    session = team.library.accounts.open_session(team.library.accounts.named("owner"))[0]
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=team.url)
    context.add_cookies([{"name": "aili", "value": session, "url": team.url}])
    page = context.new_page()
    if page_of == "token":
        page.goto(f"{team.url}/settings")
        page.get_by_text("Make a token").click()
        page.get_by_label("What it is for").fill("phone")
        page.get_by_role("button", name="Make the token").click()
    else:
        page.goto(f"{team.url}/admin")
        page.get_by_label("New password for ada").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#secret").inner_text()
    context.close()


# The library


@pytest.fixture
def long(tmp_path: Path) -> Iterator[Served]:
    """A library of thirty digests, of which a page shows twenty-five."""
    with serving_app(tmp_path / "long") as served:
        for number in range(30):
            made = replace(FERRY, title=f"N {number:02}", site="odd.example" if number % 2 else "even.example")
            served.library.digests.keep("owner", made, None)
        yield served


def test_all_that_was_found_is_changed_beyond_the_page(long: Served) -> None:
    client, digests = long.client(), long.library.digests
    form = {"csrf": csrf(client, "/library"), "everything": "yes"}
    assert "All 30 in the library, on every page" in shown(client.get("/library"))
    answer = client.post("/library", data={**form, "action": "tag", "tags": "all"})
    assert "30 digests tagged." in client.get(answer.headers["location"]).text
    answer = client.post("/library", data={**form, "action": "tag", "tags": "odd", "back": "site=odd.example"})
    assert digests.find("owner", Filter(tags=("odd",))).total == 15
    asked = client.post("/library", data={**form, "action": "remove", "back": "tag=odd"})
    assert "Remove these 15 digests?" in asked.text
    assert digests.facets("owner").total == 30
    ids = re.findall(r'name="ids" value="([^"]+)"', asked.text)
    client.post("/library", data={"csrf": form["csrf"], "action": "remove", "sure": "yes", "ids": ids})
    assert digests.facets("owner").total == 15


def test_more_than_go_at_once_are_refused_in_a_sentence(long: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aili.web.pages.bulk.MOST", 20)
    client = long.client()
    form = {"csrf": csrf(client, "/library"), "everything": "yes", "action": "tag", "tags": "all"}
    answer = client.post("/library", data=form)
    assert answer.status_code == 422
    assert "These are 30 digests; 20 go at once." in answer.text
    assert re.search(r'name="everything" value="yes" checked', answer.text)


@needs_browser
def test_all_that_was_found_can_be_ticked_with_script(long: Served, page: Page) -> None:
    page.goto(f"{long.url}/library")
    page.locator("#all").check()
    page.get_by_label("All 30 in the library").check()
    expect(page.locator("#ticked")).to_have_text("With all of them")
    page.get_by_label("Tags, parted by commas").fill("all")
    page.get_by_role("button", name="Tag", exact=True).click()
    expect(page.get_by_text("30 digests tagged.")).to_be_visible()


@pytest.mark.parametrize(
    ("query", "said", "not_said"),
    [
        ("q=nothing-has-it", "Nothing matches “nothing-has-it”. Every word must be", "filter"),
        ("q=nothing-has-it&tag=x", "Nothing matches “nothing-has-it” and the filters.", "let through"),
        ("tag=x", "No digest is let through by this filter. Take one off above", "Every word"),
        ("tag=x&language=fr", "No digest is let through by these filters together.", "Every word"),
        ("q=%3F%21", "“?!” has no word to search for", "for “?!”"),
    ],
)
def test_an_empty_result_says_what_was_asked(served: Served, query: str, said: str, not_said: str) -> None:
    served.library.digests.keep("owner", FERRY, DOCUMENT)
    text = shown(served.client().get(f"/library?{query}"))
    assert said in text
    assert not_said not in text.partition("Export and import")[0].partition("Apply")[2]


def test_a_file_that_is_no_digest_is_named_and_what_can_be_imported_is_said(served: Served) -> None:
    client = served.client()
    form = {"csrf": csrf(client, "/library")}
    answer = client.post("/library/import", data=form, files={"file": ("holiday.jpg", b"\xff\xd8\xff\xe0 a picture")})
    text = shown(answer)
    assert "holiday.jpg could not be taken in." in text
    assert "an export of a library (a ZIP file) or one digest that was downloaded" in text


@pytest.mark.parametrize("tag", ["a, b", "a;b", "أ، ب", "甲、乙"])
def test_a_program_gives_no_tag_that_a_page_would_part(served: Served, tag: str) -> None:
    client = served.client()
    kept = served.library.digests.keep("owner", FERRY, DOCUMENT, tags=(tag,))  # as from an archive
    for answer in (
        client.post("/api/v1/jobs", json={"text": TEXT, "tags": [tag]}),
        client.patch(f"/api/v1/digests/{kept.id}/tags", json={"add": [tag]}),
        client.post("/api/v1/digests/bulk", json={"action": "tag", "ids": [kept.id], "tags": [tag]}),
    ):
        assert answer.status_code == 422
    assert client.patch(f"/api/v1/digests/{kept.id}/tags", json={"remove": [tag]}).json()["tags"] == []


# A digest


def test_markdown_is_copied_without_its_account_and_downloaded_with_it(served: Served) -> None:
    client = served.client()
    kept = served.library.digests.keep("owner", FERRY, DOCUMENT)
    whole = client.get(f"/digests/{kept.id}/download.md").text
    assert parse(whole).checks == FERRY.checks
    pasted = client.get(f"/digests/{kept.id}/download.md?checks=no").text
    assert "## About this digest" in whole
    assert "About this digest" not in pasted
    assert "[aili]: #" not in pasted
    assert "[^3]: After four years" in pasted
    assert "Shared by Ada Okafor" in pasted
    assert "About this digest" not in client.get(f"/digests/{kept.id}/copy.md").text


def test_a_digest_that_tells_of_such_headings_keeps_them(served: Served) -> None:
    odd = replace(FERRY, abstract=(Bullet(text="## About this digest"), Bullet(text="---")))
    pasted = without_account(render(odd, format="markdown"), odd)
    assert "About this digest" in pasted
    assert "- Checks:" not in pasted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The boat leaves on 2 May.", "every word of it stands in sentence 4"),
        ("On 2 May the ferry leaves.", "5 of its 6 words stand in sentence 4, its number among them"),
        ("On 3 May the ferry leaves.", "4 of its 6 words stand in sentence 4"),
        ("Nothing.", ""),
    ],
)
def test_a_supported_mark_says_what_was_found(text: str, why: str) -> None:
    bullet = Bullet(text=text, evidence=(3,), verdict="supported")
    cited = {3: "The first boat leaves on 2 May."}
    assert found_in(bullet, cited) == why
    assert found_in(replace(bullet, verdict="refuted"), cited) == ""
    assert found_in(replace(bullet, evidence=(3, 9)), cited) == ""
    assert f'title="supported{why and ": "}{why}"' in render(
        replace(FERRY, abstract=(bullet,), citations=(replace(FERRY.citations[0], id=3, text=cited[3]),)), format="html"
    )


def test_the_account_is_in_one_language() -> None:
    text = render(ARABIC, format="html")
    about = text[text.index('<section class="about"') : text.index("</article>")]
    assert '<h2 id="about" lang="en">About this digest</h2>' in about
    assert not re.search(
        r"[\u0600-\u06ff]", re.sub(r"<footer.*|<ol>.*?</ol>|<code>.*?</code>", "", about, flags=re.DOTALL)
    )


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("word " * 30, "-".join(["word"] * 16)),
        ("W" * 100, "W" * 80),
        ("Short", "Short"),
    ],
)
def test_a_files_name_is_cut_between_words(title: str, name: str) -> None:
    assert f'filename="{name}.md"' in disposition(replace(FERRY, title=title, site=""), "md")


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("https://www.example.org/a", "example.org"),
        ("https://www.example/a", "www.example"),
        ("https://www.co:8080/a", "www.co:8080"),
        ("http://127.0.0.1:8017/", "127.0.0.1:8017"),
    ],
)
def test_a_site_keeps_a_name_of_its_own(location: str, name: str) -> None:
    assert host(location) == name


def test_help_and_the_dialog_know_the_same_keys(served: Served) -> None:
    text = served.client().get("/help").text
    lists = [
        re.findall(r"<dd>(.*?)</dd>", found) for found in re.findall(r'<dl class="keylist">(.*?)</dl>', text, re.DOTALL)
    ]
    assert lists == [[says for _, says in KEYS]] * 2


@needs_browser
def test_the_last_word_holds_its_marks(served: Served, page: Page) -> None:
    kept = served.library.digests.keep("owner", FERRY, DOCUMENT)
    chinese = served.library.digests.keep(
        "owner",
        Digest(
            title="港口",
            language="zh",
            abstract=(),
            sections=(
                Section(
                    heading="港口",
                    questions=(
                        Question(
                            text="港口渡轮何时重新启航？",
                            bullets=tuple(
                                Bullet(
                                    text="港口渡轮时隔四年重新启航" + "也" * more + "。",
                                    evidence=(2, 6),
                                    verdict="supported",
                                )
                                for more in range(20)
                            ),
                        ),
                    ),
                ),
            ),
            citations=FERRY.citations,
        ),
        None,
    )
    for id_ in (kept.id, chinese.id):
        page.goto(f"{served.url}/digests/{id_}")
        for width in range(340, 520, 12):
            page.set_viewport_size({"width": width, "height": 800})
            assert (
                page.evaluate(
                    """() => [...document.querySelectorAll(".marks")].filter(marks => {
                  const before = document.createRange();
                  const text = marks.previousSibling;
                  before.setStart(text, text.length - 1);
                  before.setEnd(text, text.length);
                  return before.getBoundingClientRect().bottom < marks.getBoundingClientRect().top;
                }).length"""
                )
                == 0
            )


@needs_browser
def test_the_toolbar_stays_one_row_however_long_the_tags_are(served: Served, page: Page) -> None:
    tags = tuple(f"{name} and a rather long name for a tag of somebody's" for name in "abcde")
    kept = served.library.digests.keep("owner", FERRY, DOCUMENT, tags=tags)
    page.goto(f"{served.url}/digests/{kept.id}")
    assert page.locator(".toolbar").bounding_box()["height"] < 60  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".labels summary").click()
    expect(page.get_by_label("New tags")).to_be_visible()


@needs_browser
def test_arabic_on_paper_begins_on_the_right_and_shows_nothing_closed(served: Served, page: Page) -> None:
    kept = served.library.digests.keep("owner", ARABIC, ARABIC_DOCUMENT)
    page.goto(f"{served.url}/digests/{kept.id}")
    page.emulate_media(media="print")
    assert page.locator(".printed").evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert page.locator("details:visible").count() == 0

"""A page that a browser hands over is read as it stands, with the address it came from, and nothing is fetched."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

import aili
from tests.servers import page, serve
from tests.test_cli import run, text_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PROSE = (
    "The harbour bridge of Lind was closed on Monday. Divers found cracks in eleven of its sixteen pillars. "
    "The council says that repairs will take fourteen months. A ferry sails every half hour until then. "
    "Shops on the north bank expect to lose half of their customers this winter."
)
PAGE = f"<!doctype html><title>Bridge closed</title><article><h1>Bridge closed</h1><p>{PROSE}</p></article>"
URL = "https://courier.example/news/bridge"


def numbered(text: str) -> list[str]:
    return re.findall(r"\[(\d+)\] ", text)


@pytest.mark.parametrize("name", ["handed.html", "handed.txt", "handed"])
def test_the_page_has_the_address_it_came_from_whatever_its_file_is_called(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(PAGE)
    digest = json.loads(text_of("--html", str(tmp_path / name), "--url", URL, "-f", "json"))
    assert (digest["title"], digest["location"]) == ("Bridge closed", URL)
    assert name not in json.dumps(digest).replace(URL, "")


def test_standard_input_has_the_address_it_came_from() -> None:
    for arguments in (("-",), ("--html", "-")):
        digest = json.loads(text_of(*arguments, "--url", URL, "-f", "json", stdin=PAGE.encode()))
        assert digest["location"] == URL


def test_nothing_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE.replace("<h1>", '<img src="/i.png"><script src="/s.js"></script><h1>'))
    with serve({"/a": page(PAGE)}) as server:
        url = server.url("/a")
        assert json.loads(text_of("--html", str(tmp_path / "page.html"), "--url", url, "-f", "json"))["location"] == url
        assert url in text_of("read", "-", "--url", url, stdin=PAGE.encode())
        assert server.connections == 0


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: no browser can hand a page over")
def test_what_a_script_shows_is_read_when_a_browser_hands_the_page_over(tmp_path: Path) -> None:
    shell = page(f"<!doctype html><title>Bridge</title><script>document.write({json.dumps(PAGE)})</script>")
    with serve({"/a": shell}) as server, sync_playwright() as playwright:
        url = server.url("/a")
        assert run(url, "--allow-host", "127.0.0.1").returncode == 3, "a fetched page shows nothing"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown = browser.new_page()
        shown.goto(url)
        (tmp_path / "page.html").write_text(shown.content(), encoding="utf-8")
        browser.close()
        before = len(server.requests)
        digest = json.loads(text_of("--html", str(tmp_path / "page.html"), "--url", url, "-f", "json"))
        assert len(server.requests) == before
    assert digest["location"] == url
    assert {citation["text"] for citation in digest["citations"]} <= set(re.split(r"(?<=\.) ", PROSE))


def test_the_page_may_name_its_canonical_address_on_its_own_site_only(tmp_path: Path) -> None:
    for claimed, found in (("/clean", "https://courier.example/clean"), ("https://other.example/", URL)):
        (tmp_path / "page.html").write_text(
            PAGE.replace("<article>", f'<link rel="canonical" href="{claimed}"><article>')
        )
        document = json.loads(text_of("read", "--html", str(tmp_path / "page.html"), "--url", URL, "-f", "json"))
        assert document["metadata"]["location"] == found


def test_a_name_and_a_password_in_the_address_are_not_kept(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    shown = text_of("--html", str(tmp_path / "page.html"), "--url", "https://me:secret@courier.example/a", "-f", "json")
    assert "secret" not in shown


def test_any_file_may_come_from_an_address(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(PROSE)
    assert json.loads(text_of(str(tmp_path / "notes.txt"), "--url", URL, "-f", "json"))["location"] == URL


def test_python_takes_the_bytes() -> None:
    resource = aili.Resource(data=PAGE.encode(), media_type="text/html", reference="page.html", location=URL)
    assert aili.summarize(resource).location == URL
    assert aili.read(resource).metadata.location == URL


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--html", "https://example.org/a"), "is no file"),
        (("https://example.org/a", "--url", URL), "is no file"),
        (("-", "--url", "page.html"), "'page.html' is no web address"),
        (("-", "--url", "file:///etc/hosts"), "is no web address"),
        (("-", "--url", "https://"), "is no web address"),
        (("-", "a.txt", "--url", URL), "--url is the address of one page"),
        (("-", "--html", "-"), "Standard input can be read only once"),
        (("--url", URL), "Missing argument 'REF...'"),
        (("read",), "Missing argument 'REF...'"),
        (("read", "a", "b"), "one document"),
    ],
)
def test_what_cannot_be_handed_over_is_wrong_usage(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments, stdin=PAGE.encode())
    assert (done.returncode, len(done.stderr.decode().splitlines())) == (2, 1), done.stderr
    assert said in done.stderr.decode()


def test_a_page_that_is_missing_is_an_unreadable_input() -> None:
    done = run("--html", "nowhere.html", "--url", URL)
    assert done.returncode == 3
    assert "There is no file 'nowhere.html'" in done.stderr.decode()


def test_read_numbers_sentences_unless_a_format_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    source = str(tmp_path / "page.html")
    assert numbered(text_of("read", source)) == numbered(text_of("read", source, "-f", "numbered")) == [*"12345"]
    assert text_of("read", source, "-f", "text") == f"Bridge closed\n\n{PROSE}\n"
    assert text_of("read", source, "-f", "markdown") == f"# Bridge closed\n\n{PROSE}\n"
    for name, begins in (("a.txt", "Bridge closed\n"), ("a.md", "# Bridge closed\n"), ("a.json", "{")):
        assert text_of("read", source, "-o", str(tmp_path / name)) == ""
        assert (tmp_path / name).read_text().startswith(begins)


def test_markdown_that_read_writes_reads_back_as_the_same_text(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(
        f"# Bridge *closed*\n\n{PROSE}\n\n## Times_of_ferries [2]\n\n- at nine & at <noon>\n- 1. not a number\n\n"
        f"> {PROSE}\n\n```\ncode `here` ```x\n  and # there\n```\n"
    )
    first = aili.read(tmp_path / "page.md")
    text_of("read", str(tmp_path / "page.md"), "-o", str(tmp_path / "again.md"))
    again = aili.read(tmp_path / "again.md")
    assert again.text == first.text
    assert [block.kind for block in again.blocks] == [block.kind for block in first.blocks]

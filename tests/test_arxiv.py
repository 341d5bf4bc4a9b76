"""The page of an abstract on arXiv leads to the paper: HTML, else PDF, else the abstract, and the reader is told which."""

from __future__ import annotations

import socket
import time

import httpx2
import pytest

import aili
from aili.errors import StatusError
from aili.sources import Limits, fetch
from aili.sources.web import arxiv
from tests.pdf_files import PROSE as LINES
from tests.pdf_files import paragraph, pdf
from tests.servers import Exchange, Page, Server, page, serve

ID = "2406.00001"
PROSE = (
    "We measure how long the ferries of Lind wait at the quay. Over two winters, eleven boats waited nine minutes on "
    "average. Ice doubled that time, and fog had no effect. A schedule that adapts to the ice saves four minutes a crossing."
)
ABSTRACT = page(
    f"<!doctype html><title>[{ID}] Ferries</title><h1>Ferries</h1><blockquote>Abstract: {PROSE}</blockquote>"
    f'<a href="https://arxiv.org/pdf/{ID}">View PDF</a> <a href="/html/2406.99999v1">another paper</a>'
)
LINKED = Page(
    body=ABSTRACT.body + f'<a href="https://arxiv.org/html/{ID}v2" id="latexml-download-link">HTML</a>'.encode(),
    headers=ABSTRACT.headers,
)
PAPER = page(f"<!doctype html><title>Ferries</title><article><h1>Ferries</h1><p>{PROSE}</p></article>", etag='"7"')
PDF = Page(body=pdf(paragraph(LINES)), headers={"Content-Type": "application/pdf", "ETag": '"8"'})
LIMITS = Limits(allow_hosts=("127.0.0.1",), resolver=lambda host, port: ("127.0.0.1",), seconds=10)


def asked(server: Server) -> list[str]:
    return [request.path for request in server.requests]


def url(server: Server, path: str) -> str:
    return server.url(path, host="arxiv.org")


def test_the_html_of_a_paper_is_read_where_its_abstract_links_to_it() -> None:
    with serve({f"/abs/{ID}": LINKED, f"/html/{ID}v2": PAPER, f"/pdf/{ID}": PDF}) as server:
        resource = fetch(url(server, f"/abs/{ID}"), limits=LIMITS)
        assert (resource.data, resource.location) == (PAPER.body, url(server, f"/html/{ID}v2"))
        assert resource.reference == url(server, f"/abs/{ID}")
        assert resource.notes == (f"Read from {resource.location}.",)
        assert asked(server) == [f"/abs/{ID}", f"/html/{ID}v2"]


@pytest.mark.parametrize("identifier", [ID, f"{ID}v3", "math.GT/0309136", "hep-th/9901001v2"])
def test_else_its_pdf(identifier: str) -> None:
    with serve({f"/abs/{identifier}": ABSTRACT, f"/pdf/{identifier}": PDF}) as server:
        resource = fetch(url(server, f"/abs/{identifier}"), limits=LIMITS)
        assert (resource.media_type, resource.notes) == ("application/pdf", (f"Read from {resource.location}.",))
        assert asked(server) == [f"/abs/{identifier}", f"/pdf/{identifier}"]


def test_the_pdf_is_read_where_the_html_fails() -> None:
    with serve({f"/abs/{ID}": LINKED, f"/html/{ID}v2": page("", status=404), f"/pdf/{ID}": PDF}) as server:
        assert fetch(url(server, f"/abs/{ID}"), limits=LIMITS).media_type == "application/pdf"


def slow(exchange: Exchange) -> None:
    exchange.stopping.wait(8)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (page("", status=403), "status 403"),
        (page("<html>Are you a robot?", media_type="application/pdf"), "is no PDF"),
        (Page(body=b"%PDF-1.4" + b" " * 2_000_000), "larger than the limit of 1 MB"),
        (slow, "took longer than the limit"),
    ],
)
def test_the_abstract_is_read_where_the_paper_cannot_be_had_and_says_so(answer: Page, said: str) -> None:
    limits = Limits(allow_hosts=("127.0.0.1",), resolver=LIMITS.resolver, seconds=2, max_bytes=1_000_000)
    begun = time.monotonic()
    with serve({f"/abs/{ID}": ABSTRACT, f"/pdf/{ID}": answer}) as server:
        resource = fetch(url(server, f"/abs/{ID}"), limits=limits)
    assert time.monotonic() - begun < 6, "one deadline for all of it"
    assert resource.data == ABSTRACT.body
    assert resource.notes[0].startswith("This is the abstract only: the paper could not be had. ")
    assert said in resource.notes[0]


def test_an_abstract_that_is_missing_is_an_error_and_nothing_else_is_asked_for() -> None:
    with serve({}) as server:
        with pytest.raises(StatusError, match="404"):
            fetch(url(server, f"/abs/{ID}"), limits=LIMITS)
        assert asked(server) == [f"/abs/{ID}"]


@pytest.mark.parametrize(
    "path", [f"/pdf/{ID}", f"/html/{ID}", "/list/cs.CL/recent", "/abs/", "/abs/12", f"/abs/{ID}/x"]
)
def test_other_pages_of_arxiv_are_read_as_they_are(path: str) -> None:
    with serve({path: PAPER}) as server:
        assert fetch(url(server, path), limits=LIMITS).notes == ()
        assert asked(server) == [path]


def test_other_hosts_have_no_abstracts() -> None:
    assert arxiv.paper(httpx2.URL(f"https://arxiv.org/abs/{ID}")) == ID
    for address in (f"https://arxiv.org.example/abs/{ID}", f"https://notarxiv.org/abs/{ID}"):
        assert not arxiv.paper(httpx2.URL(address))


def test_a_paper_that_is_unchanged_is_the_one_already_had() -> None:
    def paper(exchange: Exchange) -> None:
        if exchange.asked.headers.get("if-none-match") == '"8"':
            exchange.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        else:
            head = f'HTTP/1.1 200 OK\r\nETag: "8"\r\nContent-Length: {len(PDF.body)}\r\n\r\n'
            exchange.write(head.encode() + PDF.body)

    with serve({f"/abs/{ID}": ABSTRACT, f"/pdf/{ID}": paper}) as server:
        first = fetch(url(server, f"/abs/{ID}"), limits=LIMITS)
        assert fetch(url(server, f"/abs/{ID}"), limits=LIMITS, known=first) is first


@pytest.mark.parametrize(
    ("route", "note"), [(PDF, "Read from http://arxiv.org"), (Page(status=500), "This is the abstract only")]
)
def test_the_digest_says_what_was_read_and_how_much(route: Page, note: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **kinds: real("127.0.0.1", *args, **kinds))
    with serve({f"/abs/{ID}": ABSTRACT, f"/pdf/{ID}": route}) as server:
        digest = aili.summarize(url(server, f"/abs/{ID}"), settings=aili.Settings(allow_hosts=("127.0.0.1",)))
    assert digest.provenance.notes[0].startswith(note)
    assert digest.provenance.words >= 40
    assert "words" in aili.render(digest, format="terminal").partition("Read: ")[2]
    assert note in aili.render(digest, format="terminal").replace("\n  ", " ")

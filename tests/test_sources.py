"""What a person types is understood, files and standard input are read whole or refused, and bytes are known by kind."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili.errors import (
    AiliError,
    EmptyError,
    ForbiddenAddressError,
    MissingError,
    NetworkError,
    RefusedError,
    TooLargeError,
    UsageError,
)
from aili.sources import SOURCES, Limits, fetch, media_type
from tests.servers import Page, serve

HTML = b"<!doctype html><title>Ferry</title><p>The ferry sails at nine."


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked_for(reference: str) -> str:
    """The host and port that ``reference`` makes aili look up."""
    asked: list[str] = []

    def nowhere(host: str, port: int) -> tuple[str, ...]:
        asked.append(f"{host}:{port}")
        return ()

    with pytest.raises(NetworkError):
        fetch(reference, limits=Limits(resolver=nowhere))
    return asked[0]


@pytest.mark.parametrize(
    ("reference", "host"),
    [
        ("https://example.org/a", "example.org:443"), ("HTTP://EXAMPLE.org", "example.org:80"),
        ("example.org/article", "example.org:443"), ("  www.example.org \n", "www.example.org:443"),
        ("example.org:8443/a?b#c", "example.org:8443"), ("example.org?q=a.txt", "example.org:443"),
        ("example.org/notes.md", "example.org:443"), ("bücher.example/a", "xn--bcher-kva.example:443"),
        ("localhost:8000/a", "localhost:8000"), ("192.0.2.7/a", "192.0.2.7:80"), ("[2001:db8::7]:81", "2001:db8::7:81"),
    ],
)  # fmt: skip
def test_an_address_is_understood_with_its_scheme_and_without(here: Path, reference: str, host: str) -> None:
    assert asked_for(reference) == host


@pytest.mark.parametrize(
    "reference",
    [
        "notes.txt", "report.md", "drafts/report", "./example.org", "../example.org/a", "/no/such/file.html",
        "C:\\notes.txt", "c:/notes.txt",
        "me@example.org", "v1.2.3", "word", "~/nothing.txt", "~nobody-of-that-name/x", "x" * 3000, "a\x00b",
    ],
)  # fmt: skip
def test_anything_else_is_a_file_that_may_be_missing(here: Path, reference: str) -> None:
    with pytest.raises(MissingError) as caught:
        fetch(reference)
    assert caught.value.exit_code == 3
    assert len(caught.value.message) < 300
    assert caught.value.message.isprintable()


def test_a_missing_file_that_could_be_a_host_says_how_to_name_the_host(here: Path) -> None:
    with pytest.raises(MissingError, match=r"https://report\.md"):
        fetch("report.md")


@pytest.mark.parametrize(
    "name",
    [
        "example.org",
        "a b.txt",
        "löwe.html",
        "x#1.txt",
        "-notes",
        *(["gopher:notes", "what?.txt"] if os.name == "posix" else []),
    ],
)
def test_a_file_of_that_name_comes_before_an_address(here: Path, name: str) -> None:
    (here / name).write_bytes(b"kept here")
    resource = fetch(name)
    assert (resource.data, resource.reference, resource.location) == (b"kept here", name, name)


def test_a_file_is_found_by_its_path_its_address_and_from_home(
    here: Path, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USERPROFILE", str(isolated))
    file = isolated / "my notes.html"
    file.write_bytes(HTML)
    for reference in (
        str(file),
        file.as_uri(),
        file.as_uri().replace("file://", "file://localhost"),
        "~/my notes.html",
    ):
        resource = fetch(reference)
        assert (resource.data, resource.media_type, resource.reference) == (HTML, "text/html", reference)


@pytest.mark.parametrize("reference", ["file://server/share/a.txt", "file://10.0.0.1/a"])
def test_a_file_of_another_machine_is_refused(reference: str) -> None:
    with pytest.raises(ForbiddenAddressError, match="host"):
        fetch(reference)


def test_an_empty_reference_is_an_error() -> None:
    with pytest.raises(UsageError, match="empty"):
        fetch(" ")


def test_standard_input_is_read_to_its_end_where_there_is_one() -> None:
    resource = fetch("-", stdin=io.BytesIO(HTML))
    assert (resource.data, resource.media_type, resource.location) == (HTML, "text/html", "-")
    with pytest.raises(EmptyError, match="Standard input"):
        fetch("-", stdin=io.BytesIO())
    with pytest.raises(TooLargeError):
        fetch("-", stdin=io.BytesIO(HTML), limits=Limits(max_bytes=20))
    with pytest.raises(UsageError, match="no standard input"):
        fetch("-")


def test_a_command_that_writes_little_by_little_is_read_whole() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe:
        for piece in (b"one ", b"two ", b"three"):
            os.write(writing, piece)
        os.close(writing)
        assert fetch("-", stdin=pipe).data == b"one two three"


def test_a_directory_is_an_error_that_says_what_to_do(here: Path) -> None:
    with pytest.raises(MissingError, match=r"is a directory.*one by one"):
        fetch(".")


def test_an_empty_file_is_an_error(here: Path) -> None:
    (here / "a.txt").touch()
    with pytest.raises(EmptyError, match=r"'a\.txt' is empty"):
        fetch("a.txt")


def test_a_file_of_just_the_limit_is_read_and_one_byte_more_is_not(here: Path) -> None:
    (here / "a.txt").write_bytes(b"12345")
    assert fetch("a.txt", limits=Limits(max_bytes=5)).data == b"12345"
    with pytest.raises(TooLargeError, match="larger than the limit") as caught:
        fetch("a.txt", limits=Limits(max_bytes=4))
    assert caught.value.limit == 4


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no such permissions")
def test_a_file_without_permission_is_an_error(here: Path) -> None:
    (here / "a.txt").write_bytes(b"secret")
    fetch("a.txt")
    (here / "a.txt").chmod(0)
    user = os.geteuid()
    if user == 0:  # whom permissions do not hold
        os.seteuid(65534)
    try:
        with pytest.raises(MissingError, match="may not be read"):
            fetch("a.txt")
    finally:
        os.seteuid(user)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_and_a_device_are_refused_without_waiting(here: Path) -> None:
    os.mkfifo(here / "pipe.txt")
    for reference in ("pipe.txt", "/dev/zero"):
        with pytest.raises(RefusedError, match="pipe or a device"):
            fetch(reference)


def test_a_file_that_grows_while_it_is_read_is_bounded() -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("only /proc has files that say they are empty and are not")
    assert b"Name:" in fetch("/proc/self/status").data
    with pytest.raises(TooLargeError):
        fetch("/proc/self/status", limits=Limits(max_bytes=10))


def test_limits_can_be_sent_to_a_worker() -> None:
    limits = Limits(seconds=1, allow_hosts=("10.0.0.0/8",))
    assert pickle.loads(pickle.dumps(limits)) == limits


def test_every_row_of_the_table_of_sources_loads() -> None:
    assert all(callable(SOURCES.load(name)) for name in SOURCES)


def packed(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            stored = name == "mimetype"
            text = "application/epub+zip" if stored else "<x/>" * 400
            archive.writestr(name, text, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("data", "name", "declared", "kind"),
    [
        (HTML, "", "", "text/html"),
        (HTML, "page", "text/plain", "text/html"),
        (HTML, "x.pdf", "application/pdf", "text/html"),
        (HTML, "x.bin", "application/octet-stream", "text/html"),
        (b"\xef\xbb\xbf\n <!-- saved -->\n<HTML lang=en>", "", "", "text/html"),
        (b"<p>A fragment.", "a.html", "", "text/html"),
        (b"<p align=center>A readme.", "README.md", "", "text/markdown"),
        (b"# A heading", "README.md", "text/plain", "text/markdown"),
        (b"# A heading", "https", "text/plain", "text/plain"),
        (b"Plain words.", "", "", "text/plain"),
        (b"Plain words.", "a.unknown", "", "text/plain"),
        (b"Plain words.", "", "text/html", "text/html"),
        (b"%PDF-1.7\n%\xe2\xe3", "", "", "application/pdf"),
        (b"%PDF-1.7\n%\xe2\xe3", "a.html", "text/html", "application/pdf"),
        (b"A file of this kind begins with %PDF-1.7.", "a.txt", "", "text/plain"),
        (b"BMW announced a car. ID3 is a tag. GIF89a too.", "", "", "text/plain"),
        (b"BMW announced a car.", "a.txt", "text/plain", "text/plain"),
        (PNG, "", "", "image/png"),
        (PNG, "a.txt", "text/html", "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "", "", "image/jpeg"),
        (b"GIF89a\x01\x00\x01\x00", "", "", "image/gif"),
        (b"\x00\x00\x00\x20ftypavif", "", "", "image/avif"),
        (b"\x7fELF\x02\x01\x00\x00", "a.txt", "text/plain", "application/octet-stream"),
        (b"\x7fELF\x02\x01\x00\x00", "", "", "application/octet-stream"),
        ("Wörter".encode("utf-16"), "a.txt", "", "text/plain"),
        (packed("mimetype", "META-INF/container.xml"), "", "", "application/epub+zip"),
        (packed("META-INF/container.xml"), "b.zip", "", "application/epub+zip"),
        (packed("[Content_Types].xml", "word/document.xml"), "", "application/octet-stream", DOCX),
        (packed("notes.txt"), "a.epub", "", "application/zip"),
        (b"{\\rtf1 text}", "", "", "application/rtf"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello", "", "text/plain", "text/vtt"),
        (b"WEBVTT is a format for subtitles.", "", "", "text/plain"),
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHello", "", "", "application/x-subrip"),
        (b"<?xml version='1.0'?><rss version='2.0'>", "", "text/xml", "application/rss+xml"),
        (b"<?xml version='1.0'?>\n<feed xmlns='x'>", "a.xml", "", "application/atom+xml"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='x'>", "", "", "application/xhtml+xml"),
        (b"<?xml version='1.0'?><note/>", "", "", "application/xml"),
        (b'{"a": 1}', "a.json", "", "application/json"),
    ],
)  # fmt: skip
def test_bytes_are_known_by_what_they_are_then_by_what_is_said_of_them(
    data: bytes, name: str, declared: str, kind: str
) -> None:
    assert media_type(data, name=name, declared=declared) == kind


def test_the_name_at_the_end_of_an_address_tells_the_kind_and_the_host_does_not() -> None:
    unsaid = Page(body=b"# A heading", headers={})
    with serve({"/a.md": unsaid, "/": unsaid}) as server:
        limits = Limits(allow_hosts=("127.0.0.1", "read.md"), resolver=lambda host, port: ("127.0.0.1",))
        assert fetch(server.url("/a.md?b=c.pdf", host="read.md"), limits=limits).media_type == "text/markdown"
        assert fetch(server.url("/", host="read.md"), limits=limits).media_type == "text/plain"


@given(st.binary(max_size=60) | st.binary(max_size=6).map(lambda data: b"<!--" * 400 + data), st.text(max_size=8))
def test_every_run_of_bytes_has_a_kind(data: bytes, name: str) -> None:
    assert "/" in media_type(data, name=name)


@given(st.text(max_size=40))
def test_whatever_path_is_typed_gives_an_error_of_ours_or_bytes(reference: str) -> None:
    try:
        assert fetch(reference, limits=Limits(schemes=("", "-"))).data
    except AiliError as error:
        assert error.message

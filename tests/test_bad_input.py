"""Whatever is wrong with the input, every door says so in one sentence, with the documented error and exit code."""

from __future__ import annotations

import gzip
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import aili
from aili import errors
from tests.servers import Exchange, Page, Server, page, redirect, serve

PROSE = (
    "The ferry to Norholm ran late on Friday because ice had closed the inner channel. The harbour office said that two "
    "tugs kept a lane open from noon. About 300 passengers waited in the hall, where the canteen gave out soup. The company "
    "expects normal service on Saturday, when milder air should clear the ice. Commuters can use the bus over the bridge."
)


@dataclass(frozen=True)
class World:
    """What a case may use: a directory of its own and two servers, one of them with a certificate nobody trusts."""

    directory: Path
    server: Server
    secure: Server


@dataclass(frozen=True)
class Case:
    """A bad input: how to make its reference, the error it must give, and words that the message must hold."""

    name: str
    reference: Callable[[World], str]
    error: type[errors.AiliError]
    says: tuple[str, ...]
    stdin: bytes = b""
    options: tuple[str, ...] = ()
    settings: dict[str, object] = field(default_factory=dict)


def file(name: str, data: bytes) -> Callable[[World], str]:
    def make(world: World) -> str:
        path = world.directory / name
        path.write_bytes(data)
        return str(path)

    return make


def url(path: str) -> Callable[[World], str]:
    return lambda world: world.server.url(path)


def slow(exchange: Exchange) -> None:
    exchange.stopping.wait(20)


ROUTES: dict[str, object] = {
    "/gone": page("nothing here", status=404),
    "/broken": page("oops", status=500),
    "/slow": slow,
    "/big": Page(body=b"x" * 300_000, headers={"Content-Type": "text/html"}),
    "/bomb": Page(
        body=gzip.compress(b"<p>" + b"a" * 3_000_000), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}
    ),
    "/loop": redirect("/loop"),
    "/inward": redirect("http://10.0.0.1/"),
    "/script": page("<html><head><title>App</title><script src=a.js></script></head><body><div id=root></div>"
                    "<noscript>You need to enable JavaScript to run this app.</noscript></body></html>"),
    "/short": page("<html><title>Note</title><body><p>Only these few words stand on this page.</p></body></html>"),
    "/article": page(f"<html><title>Ice</title><body><article><h1>Ice</h1><p>{PROSE}</p></article></body></html>"),
    "/image": Page(body=b"\x89PNG\r\n\x1a\n" + bytes(200), headers={"Content-Type": "image/png"}),
}  # fmt: skip

CASES = [
    Case("a file that is missing", lambda w: str(w.directory / "absent.html"), errors.MissingError, ("absent.html",)),
    Case("a directory", lambda w: str(w.directory), errors.MissingError, ("director",)),
    Case("an empty file", file("empty.txt", b""), errors.EmptyError, ("empty",)),
    Case("a binary file", file("noise.bin", bytes(range(256)) * 40), errors.MediaTypeError, ("noise.bin",)),
    Case("a PDF under another name", file("report.html", b"%PDF-1.7\n" + bytes(300)), errors.MalformedError, ("PDF",)),
    Case(
        "a text in a wrong encoding",
        file("wrong.txt", b"\xff\xfe\x00\xd8" * 100),
        errors.UnreadableError,
        ("wrong.txt",),
    ),
    Case(
        "ten words of text",
        file("ten.txt", b"These are only ten words and they say nothing much."),
        errors.ThinTextError,
        ("10 words",),
    ),
    Case(
        "HTML without text",
        file("bare.html", b"<html><body><img src=a.png></body></html>"),
        errors.ThinTextError,
        ("bare.html",),
    ),
    Case("nothing on standard input", lambda w: "-", errors.EmptyError, ("standard input",)),
    Case(
        "noise on standard input",
        lambda w: "-",
        errors.MediaTypeError,
        ("standard input",),
        stdin=bytes(range(256)) * 9,
    ),
    Case("a name that holds a line break", lambda w: "no such\nfile.txt", errors.MissingError, ("file.txt",)),
    Case("an unknown scheme", lambda w: "gopher://example.org/1", errors.ForbiddenAddressError, ("gopher",)),
    Case("a page that is not there", url("/gone"), errors.StatusError, ("404",)),
    Case("a server that fails", url("/broken"), errors.StatusError, ("500",)),
    Case(
        "a server that never answers",
        url("/slow"),
        errors.DeadlineError,
        ("second",),
        options=("--timeout", "0.4"),
        settings={"fetch_seconds": 0.4},
    ),
    Case(
        "a page that is too large",
        url("/big"),
        errors.TooLargeError,
        ("MB",),
        options=("--max-size", "0.1"),
        settings={"fetch_megabytes": 0.1},
    ),
    Case(
        "a page that swells when it is unpacked",
        url("/bomb"),
        errors.TooLargeError,
        ("MB",),
        options=("--max-size", "1"),
        settings={"fetch_megabytes": 1.0},
    ),
    Case("redirects in a circle", url("/loop"), errors.RedirectError, ("redirect",)),
    Case("a redirect to a private address", url("/inward"), errors.ForbiddenAddressError, ("10.0.0.1",)),
    Case("a private address", lambda w: "http://192.168.1.1/", errors.ForbiddenAddressError, ("192.168.1.1",)),
    Case("a certificate nobody trusts", lambda w: w.secure.url("/article"), errors.TLSError, ("certificate",)),
    Case("a port where nobody listens", lambda w: "http://127.0.0.1:9/", errors.NetworkError, ("127.0.0.1",)),
    Case("a page that only a script fills", url("/script"), errors.ScriptOnlyError, ("script",)),
    Case("a page with a few words", url("/short"), errors.ThinTextError, ("words",)),
    Case("a picture", url("/image"), errors.MediaTypeError, ("image",)),
    Case(
        "an engine that does not exist",
        url("/article"),
        errors.UsageError,
        ("embedded",),
        options=("-m", "oracle"),
        settings={"engine": "oracle"},
    ),
]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serve(ROUTES) as server, serve(ROUTES, tls=True) as secure:
        yield World(directory=tmp_path, server=server, secure=secure)


def run(*arguments: str, stdin: bytes = b"", **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "aili", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False, **options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_python_raises_the_documented_error_for(case: Case, world: World) -> None:
    settings = aili.Settings(cache=False, allow_hosts=("127.0.0.1",), **case.settings)
    with pytest.raises(case.error) as caught:
        aili.summarize(case.reference(world), settings=settings, stdin=io.BytesIO(case.stdin))
    for words in case.says:
        assert words.lower() in str(caught.value).lower()
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_command_line_says_one_sentence_and_exits_with_its_code_for(case: Case, world: World) -> None:
    output = world.directory / "out.md"
    done = run(case.reference(world), "--allow-host", "127.0.0.1", "-o", str(output), *case.options, stdin=case.stdin)
    message = done.stderr.decode()
    assert done.returncode == case.error.exit_code, message
    assert message.startswith("aili: ")
    assert len(message.strip().splitlines()) == 1
    assert "Traceback" not in message
    for words in case.says:
        assert words.lower() in message.lower()
    assert done.stdout == b""
    assert [entry.name for entry in world.directory.iterdir() if "out.md" in entry.name] == []


def test_one_bad_reference_does_not_keep_the_others_from_being_digested(world: World) -> None:
    done = run(world.server.url("/gone"), world.server.url("/article"), "--allow-host", "127.0.0.1")
    assert done.returncode == errors.StatusError.exit_code
    assert "ferry to Norholm" in done.stdout.decode()
    assert "404" in done.stderr.decode()


def test_an_unknown_option_is_a_usage_error(tmp_path: Path) -> None:
    done = run("--colour", "x.html")
    assert done.returncode == 2
    assert "--colour" in done.stderr.decode()
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_full_disk_is_said_and_nothing_half_written_stays(world: World) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    reference = file("a.txt", PROSE.encode())(world)
    to_file = run(reference, "-o", "/dev/full", "-f", "text")
    assert to_file.returncode == errors.OutputError.exit_code
    assert "disk is full" in to_file.stderr.decode()
    with Path("/dev/full").open("wb") as full:
        to_pipe = subprocess.run(
            [sys.executable, "-m", "aili", reference], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert to_pipe.returncode == errors.OutputError.exit_code
    assert "disk is full" in to_pipe.stderr.decode()


def test_a_parser_that_overruns_its_limits_is_an_error_that_names_the_file(world: World) -> None:
    reference = file("heavy.html", b"<html><body>" + b"<p>The ferry was late again.</p>" * 60_000)(world)
    with pytest.raises(errors.ParserError) as caught:
        aili.summarize(reference, settings=aili.Settings(cache=False, parse_seconds=0.05))
    assert caught.value.message.startswith(f"{reference} could not be read: ")
    assert "parse_seconds" in caught.value.hint


@pytest.mark.parametrize("depth", [300, 5000, 50_000])
def test_a_page_of_deeply_nested_elements_is_read_or_refused_but_never_called_empty(world: World, depth: int) -> None:
    reference = file("deep.html", b"<html><body>" + b"<div>" * depth + f"<p>{PROSE}</p>".encode())(world)
    settings = aili.Settings(cache=False)
    if depth == 300:
        assert "ferry to Norholm" in aili.read(reference, settings=settings).text
    else:
        with pytest.raises(errors.MalformedError, match=r"deep\.html"):
            aili.read(reference, settings=settings)


def test_what_is_no_digest_cannot_be_imported_and_is_named(world: World) -> None:
    done = run("import", file("a.txt", PROSE.encode())(world))
    message = done.stderr.decode()
    assert done.returncode == errors.MalformedError.exit_code
    assert message.startswith(f"aili: {world.directory / 'a.txt'} cannot be read back: ")
    assert len(message.splitlines()) == 1


def test_aili_alone_shows_its_help_and_is_a_usage_error() -> None:
    done = run()
    assert done.returncode == errors.UsageError.exit_code
    assert done.stderr.decode().startswith("Usage: aili REF")
    assert done.stdout == b""


@pytest.mark.parametrize("command", [(), ("read",)])
def test_a_document_is_never_overwritten_by_its_own_digest(command: tuple[str, ...], world: World) -> None:
    reference = file("notes.md", PROSE.encode())(world)
    link = world.directory / "link.md"
    link.symlink_to(reference)
    for output in (reference, str(link)):
        done = run(*command, reference, "-o", output)
        assert done.returncode == 2
        assert "is the document itself" in done.stderr.decode()
    assert Path(reference).read_bytes() == PROSE.encode()


def test_an_output_directory_that_does_not_exist_is_said(world: World) -> None:
    done = run(file("a.txt", PROSE.encode())(world), "-o", str(world.directory / "no" / "where.md"))
    assert done.returncode == errors.OutputError.exit_code
    assert "directory does not exist" in done.stderr.decode()


def test_an_existing_output_file_stays_whole_when_the_digest_fails(world: World) -> None:
    output = world.directory / "kept.md"
    output.write_text("yesterday's digest")
    assert run(world.server.url("/gone"), "--allow-host", "127.0.0.1", "-o", str(output)).returncode == 5
    assert output.read_text() == "yesterday's digest"


def test_a_closed_pipe_ends_quietly(world: World) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "aili", file("a.txt", PROSE.encode())(world)],
            stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert done.returncode == 141
    assert done.stderr == b""


def test_control_c_ends_with_130_and_a_word(world: World) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "aili", world.server.url("/slow"), "--allow-host", "127.0.0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background has its children ignore Ctrl-C; this one must hear it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 30
    while not world.server.requests and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == b""
    assert err.decode().strip() == "aili: Interrupted."

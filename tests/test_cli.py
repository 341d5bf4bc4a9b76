"""The command line digests, reads, imports and describes, from any reference and into any format."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import aili
from aili.cli.exits import guarded
from tests.servers import page, serve


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "aili", *arguments], input=stdin, capture_output=True, timeout=120, check=False
    )


def text_of(*arguments: str, stdin: bytes = b"") -> str:
    done = run(*arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_a_file_becomes_a_digest_in_the_form_of_the_seed(examples: Path) -> None:
    lines = text_of(str(examples / "harbour-bridge.html")).splitlines()
    assert lines[0] == "✨Summarize by Aili"
    assert "🌈 Abstract" in lines
    assert "🙋 Q&A" in lines
    assert any(line.startswith("[01] ") for line in lines)
    assert any(line.startswith("1. ") and line.endswith("?") for line in lines)
    assert any(line.startswith("  • ") for line in lines)


def test_the_same_text_gives_the_same_digest_from_a_file_from_the_web_and_from_standard_input(examples: Path) -> None:
    source = examples / "notice.txt"
    from_file = text_of(str(source))
    assert text_of("-", stdin=source.read_bytes()) == from_file
    with serve({"/n": page(source.read_text(), media_type="text/plain; charset=utf-8")}) as server:
        assert text_of(server.url("/n"), "--allow-host", "127.0.0.1") == from_file


def test_the_same_input_gives_the_same_bytes(examples: Path) -> None:
    source = str(examples / "harbour-bridge.html")
    assert text_of(source, "-f", "json") == text_of(source, "-f", "json")


def test_json_output_fits_the_printed_schema_and_reads_back(examples: Path) -> None:
    text = text_of(str(examples / "harbour-bridge.html"), "-f", "json")
    jsonschema.validate(json.loads(text), json.loads(text_of("schema", "digest")))
    digest = aili.parse(text)
    assert digest.sections
    assert all(bullet.evidence for section in digest.sections for q in section.questions for bullet in q.bullets)


@pytest.mark.parametrize("name", ["d.txt", "d.md", "d.json", "d.html"])
def test_the_output_file_name_gives_the_format_and_what_is_written_reads_back(
    name: str, examples: Path, tmp_path: Path
) -> None:
    target = tmp_path / name
    assert text_of(str(examples / "harbour-bridge.html"), "-o", str(target)) == ""
    again = text_of("import", str(target), "-f", "text")
    assert again == text_of(str(examples / "harbour-bridge.html"), "-f", "text")


def test_read_shows_numbered_sentences(examples: Path) -> None:
    shown = text_of("read", str(examples / "harbour-bridge.html"))
    assert shown.startswith("# ")
    assert "[1] " in shown
    document = json.loads(text_of("read", str(examples / "harbour-bridge.html"), "-f", "json"))
    assert document["sentences"]
    jsonschema.validate(document, json.loads(text_of("schema", "document")))


def test_evidence_is_shown_where_it_is_asked_for(examples: Path) -> None:
    source = str(examples / "notice.txt")
    assert len(text_of(source, "-f", "terminal", "--evidence")) > len(text_of(source, "-f", "terminal"))


def test_the_imprint_is_set_by_options(examples: Path) -> None:
    shown = text_of(str(examples / "notice.txt"), "--shared-by", "Mara Lind")
    assert "Shared by Mara Lind" in shown


def test_settings_come_from_the_environment_and_the_command_line_wins(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AILI_SHARED_BY", "Environment")
    assert "Shared by Environment" in text_of(str(examples / "notice.txt"))
    assert "Shared by Flag" in text_of(str(examples / "notice.txt"), "--shared-by", "Flag")


def test_progress_shows_on_a_terminal_and_leaves_no_trace(examples: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "aili", str(examples / "notice.txt"), "-f", "text"],
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    out, _ = process.communicate(timeout=60)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert process.returncode == 0
    assert "Fetching" in shown
    assert shown.endswith("\r\x1b[J")
    assert "Fetching" not in out.decode()


def test_a_page_is_not_fetched_twice_where_the_server_says_it_is_unchanged(examples: Path) -> None:
    html = (examples / "harbour-bridge.html").read_text()

    def article(exchange):
        known = exchange.asked.headers.get("if-none-match") == '"v1"'
        body = b"" if known else html.encode()
        exchange.send_response(304 if known else 200)
        exchange.send_header("ETag", '"v1"')
        exchange.send_header("Content-Type", "text/html")
        exchange.send_header("Content-Length", str(len(body)))
        exchange.end_headers()
        exchange.write(body)

    with serve({"/a": article}) as server:
        first = text_of(server.url("/a"), "--allow-host", "127.0.0.1")
        assert text_of(server.url("/a"), "--allow-host", "127.0.0.1") == first
        assert "if-none-match" in server.requests[1].headers
        text_of(server.url("/a"), "--allow-host", "127.0.0.1", "--no-cache")
        assert "if-none-match" not in server.requests[2].headers


def test_a_mistake_of_ours_is_a_sentence_and_shows_its_traceback_only_where_that_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guarded(lambda: {}["no such key"]) == 1
    message = capsys.readouterr().err
    assert message.startswith("aili: There is a mistake in aili itself, KeyError: 'no such key'. ")
    assert len(message.splitlines()) == 1
    monkeypatch.setenv("AILI_TRACEBACK", "1")
    with pytest.raises(KeyError):
        guarded(lambda: {}["no such key"])


def test_help_and_version_need_no_reference() -> None:
    assert "aili REF" in text_of("--help")
    assert text_of("--version").strip() == f"aili {aili.__version__}"
    assert text_of("--help") == text_of("-h")


def test_a_file_named_like_a_command_is_reached_by_a_path(tmp_path: Path, examples: Path) -> None:
    path = tmp_path / "read"
    path.write_text((examples / "notice.txt").read_text())
    assert "🌈 Abstract" in text_of("summarize", str(path))

"""The command line keeps its digests, and finds, shows, tags, removes and carries them; doctor says what is wrong."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import aili
from aili import codec
from aili.store.records import Listing


def run(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "aili", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, check=False)


def text_of(*arguments: object) -> str:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def json_of(*arguments: object) -> Any:
    return json.loads(text_of(*arguments, "--json"))


@pytest.fixture
def kept(examples: Path, isolated: Path) -> str:
    """Id of the one digest in the library, of the notice."""
    text_of(examples / "notice.txt")
    return text_of("library", "list").split("\t")[0]


def inbox(home: Path) -> list[Path]:
    return sorted((home / "data" / "aili" / "library.db.inbox").glob("*.json"))


def test_what_is_digested_is_kept_unless_it_is_not_wanted(
    examples: Path, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = examples / "notice.txt"
    text_of(notice, "--no-save")
    monkeypatch.setenv("AILI_SAVE", "0")
    text_of(notice)
    assert inbox(isolated) == []
    monkeypatch.delenv("AILI_SAVE")
    text_of(notice)
    text_of(notice)
    assert len(inbox(isolated)) == 1
    [found] = json_of("library", "list")["items"]
    assert found["kept"]["title"] == "Water supply interrupted in Mill Lane and Weaver Street"
    assert inbox(isolated) == []


def test_a_digest_that_cannot_be_kept_has_been_printed_all_the_same(
    examples: Path, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (isolated / "file").write_text("no directory")
    monkeypatch.setenv("AILI_LIBRARY", str(isolated / "file" / "library.db"))
    done = run(examples / "notice.txt")
    assert done.returncode == 0
    assert done.stdout.startswith("✨".encode())
    assert done.stderr.decode().startswith("aili: The digest was not kept in the library.")
    assert done.stderr.count(b"\n") == 1


def test_a_digest_is_shown_again_as_it_was_printed(kept: str, examples: Path, tmp_path: Path) -> None:
    assert text_of("library", "show", kept[:6]) == text_of(examples / "notice.txt", "--no-save")
    page = tmp_path / "again.html"
    assert text_of("library", "show", kept, "-o", page) == ""
    assert "Weaver Street" in page.read_text(encoding="utf-8")
    assert text_of("library", "show", kept, "-f", "html") == text_of(examples / "notice.txt", "-f", "html", "--no-save")
    assert aili.parse(json.dumps(json_of("library", "show", kept))).title


def test_a_pipe_gets_a_line_of_tabs_for_each_digest(kept: str) -> None:
    text_of("library", "tag", kept, "--add", "water", "--add", "two words")
    assert text_of("library", "list").splitlines()[0].split("\t")[2:] == [
        "Water supply interrupted in Mill Lane and Weaver Street",
        "",
        "two words,water",
    ]
    assert text_of("library", "list", "--tag", "WATER").startswith(kept)
    assert text_of("library", "list", "--tag", "other") == ""
    text_of("library", "tag", kept, "--remove", "water")
    assert text_of("library", "list", "--tag", "water") == ""


def test_a_search_shows_the_passage_with_its_words_marked(kept: str) -> None:
    assert "The water supply to **Mill** **Lane**" in text_of("library", "search", "mill", "lane")
    assert text_of("library", "search", "mill -lane") == ""
    assert text_of("library", "search", '"unclosed AND (') == ""
    found = json_of("library", "search", "mill")
    assert found["total"] == 1
    [start, end] = found["items"][0]["marks"][0]
    assert found["items"][0]["passage"][start:end] == "Mill"
    assert codec.decode(json.dumps(found), Listing).total == 1


def terminal(*arguments: str, width: int = 70) -> str:
    """What a terminal of this width is shown."""
    main, other = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(width), "TERM": "xterm"}
    command = [sys.executable, "-m", "aili", *arguments]
    with subprocess.Popen(command, stdin=other, stdout=other, stderr=other, env=environment) as process:
        os.close(other)
        shown = b""
        while True:
            try:
                part = os.read(main, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        process.wait(timeout=60)
    os.close(main)
    return shown.decode()


def test_a_terminal_gets_columns_that_fit_it(kept: str) -> None:
    shown = terminal("library", "list")
    [line] = re.sub(r"\x1b\[[0-9;]*m", "", shown).strip().splitlines()
    assert line.startswith(f"{kept[:8]}  20")
    assert line.rstrip().endswith("…")
    assert len(line) <= 70
    assert "\x1b[1;33mMill\x1b[0m" in terminal("library", "search", "mill")


def test_removing_asks_and_needs_to_be_told_where_nobody_can_be_asked(kept: str) -> None:
    refused = run("library", "rm", kept)
    assert refused.returncode == 2
    assert b"--yes" in refused.stderr
    assert json_of("library", "rm", kept, "--yes") == {"removed": 1}
    assert text_of("library", "list") == ""


@pytest.mark.parametrize("command", [("show",), ("tag", "-a", "x"), ("rm", "-y")])
def test_an_unknown_id_is_said_to_be_unknown(command: tuple[str, ...], isolated: Path) -> None:
    done = run("library", *command, "nothing")
    assert done.returncode == 8
    assert b"'nothing'" in done.stderr


def test_a_library_goes_out_and_into_another(kept: str, tmp_path: Path) -> None:
    text_of("library", "tag", kept, "-a", "water")
    target, other = tmp_path / "out.zip", tmp_path / "other.db"
    assert json_of("library", "export", target) == {"exported": 1, "file": str(target)}
    assert zipfile.is_zipfile(target)
    piped = run("library", "export", "-", kept)
    assert piped.stdout.startswith(b"PK")
    assert piped.returncode == 0
    assert json_of("library", "--library", other, "import", target) == {"known": 0, "new": 1, "refused": []}
    assert "water" in text_of("library", "--library", other, "list")


def test_what_cannot_be_taken_in_is_named_and_the_rest_is_taken_in(kept: str, tmp_path: Path) -> None:
    page, note = tmp_path / "page.html", tmp_path / "note.txt"
    text_of("library", "show", kept, "-o", page)
    note.write_text("Only a note.")
    done = run("library", "--library", tmp_path / "other.db", "import", note, page, tmp_path / "missing")
    assert done.returncode == 3
    assert done.stdout.decode() == "1 digest taken in, 0 known before, 2 refused.\n"
    assert f"aili: {note}: " in done.stderr.decode()


def test_a_file_that_cannot_be_taken_in_is_named_once(isolated: Path, tmp_path: Path) -> None:
    done = run("library", "import", tmp_path / "missing", tmp_path)
    assert done.stderr.decode().splitlines() == [
        f"aili: {tmp_path / 'missing'}: There is no such file.",
        f"aili: {tmp_path}: This is a folder: name the files in it.",
    ]


@pytest.mark.parametrize(
    ("command", "help_"),
    [
        (("library", "tag"), "aili library tag --help"),
        (("library", "list", "--limit", "x"), "aili library list --help"),
        (("user", "add"), "aili user add --help"),
        (("library", "nothing"), "aili library --help"),
        (("read",), "aili read --help"),
    ],
)
def test_wrong_usage_names_the_help_of_the_command(command: tuple[str, ...], help_: str) -> None:
    done = run(*command)
    assert done.returncode == 2
    assert done.stderr.decode().endswith(f"See '{help_}'.\n")


def test_a_number_that_is_none_is_said_in_plain_words() -> None:
    assert "'x' is not a whole number." in run("library", "list", "--limit", "x").stderr.decode()
    assert "'x' is not a number." in run("a.txt", "--timeout", "x").stderr.decode()


def test_a_name_is_shown_as_it_was_typed(isolated: Path) -> None:
    said = run("C:\\Users\\ada\\notes.txt").stderr.decode()
    assert "C:\\Users\\ada\\notes.txt'" in said
    assert "'report\\new.docx'" in run("a.txt", "-o", "report\\new.docx").stderr.decode()
    assert "'C:\\x'" in run("serve", "--public-url", "C:\\x").stderr.decode()


def test_a_folder_is_no_library_and_is_said_to_be_one(tmp_path: Path) -> None:
    done = run("library", "--library", tmp_path, "list")
    assert done.returncode == 8
    assert f"{tmp_path} is a folder, not a library. Name a file in it" in done.stderr.decode()


def test_doctor_says_what_becomes_of_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.touch()
    [line] = [line for line in text_of("doctor", "--library", path).splitlines() if "Library" in line]
    assert "is empty; a new library is made there when it is next used." in line
    assert path.stat().st_size == 0


def test_a_backup_says_how_large_it_is_and_is_a_library(kept: str, tmp_path: Path) -> None:
    told = json_of("library", "backup", tmp_path / "b.db")
    assert told["bytes"] == (tmp_path / "b.db").stat().st_size > 0
    assert text_of("library", "--library", tmp_path / "b.db", "list").startswith(kept)
    assert run("library", "backup", tmp_path / "b.db").returncode == 8


def test_doctor_finds_nothing_wrong_where_all_is_well(kept: str) -> None:
    lines = text_of("doctor").splitlines()
    assert all(line.startswith("✓ ") for line in lines), lines
    assert any("1 digest," in line for line in lines)
    findings = json_of("doctor")
    assert {finding["what"] for finding in findings} == {
        "Settings", "Engine", "Cache", "Library", "Waiting digests", "Disk",
    }  # fmt: skip


def test_doctor_says_that_a_library_is_damaged_and_what_to_do(kept: str, isolated: Path) -> None:
    path = isolated / "data" / "aili" / "library.db"
    path.write_bytes(b"damaged" * 1000)
    done = run("doctor")
    assert done.returncode == 8
    [line] = [line for line in done.stdout.decode().splitlines() if line.startswith("✗")]
    assert "backup" in line


def test_doctor_names_what_could_not_be_taken_in(kept: str, isolated: Path) -> None:
    box = isolated / "data" / "aili" / "library.db.inbox"
    (box / "half.json").write_text("{")
    listed = run("library", "list")
    assert listed.returncode == 0
    assert b"half.json" in listed.stderr
    done = run("doctor")
    assert done.returncode == 8
    assert b"half.json.damaged" in done.stdout


def test_doctor_says_what_is_wrong_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AILI_PORT", "many")
    done = run("doctor")
    assert done.returncode == 2
    assert "✗ Settings" in done.stdout.decode()


def test_a_library_that_is_none_is_one_clear_sentence(isolated: Path) -> None:
    path = isolated / "notes.txt"
    path.write_text("Only notes. " * 200)
    done = run("library", "--library", path, "list")
    assert done.returncode == 8
    assert done.stderr.decode().count("\n") == 1
    assert "no library" in done.stderr.decode()

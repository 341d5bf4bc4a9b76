"""In a terminal a digest is easy to read, shows what is in doubt without relying on colour, and commands nothing."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from aili.errors import UsageError
from aili.renderers import Options, parse, render
from tests.test_render_samples import FERRY, JAPANESE, hostile_digest

ESCAPES = re.compile(r"\x1b\[[\d;]*m|\x1b]8;[^\x1b]*\x1b\\")


def show(digest: object = FERRY, **options: object) -> str:
    return render(digest, format="terminal", options=Options(**options))  # type: ignore[arg-type]


def test_without_colour_and_links_nothing_but_text_is_written() -> None:
    assert "\x1b" not in show(evidence=True)


@pytest.mark.parametrize("width", [30, 50, 80, 200])
@pytest.mark.parametrize("digest", [FERRY, JAPANESE], ids=["en", "ja"])
def test_lines_fit_the_terminal_and_are_never_too_long_to_read(width: int, digest: object) -> None:
    rows = show(digest, width=width, evidence=True).splitlines()
    assert max(map(cell_len, rows)) <= min(width, 92)
    assert not [row for row in rows if row != row.rstrip()]


def test_what_is_in_doubt_is_said_in_words_and_marks() -> None:
    text = show(width=90)
    assert "✗ • The ferry was bought from the Faroe Islands for €3.2 million." in text
    assert "    ✗ refuted: The bullet says €3.2 million, the source €2.3 million." in text
    assert "? • The ministry refuses to pay." in text
    assert "✓ • The first boat of line 7 leaves on 2 May." in text
    assert "↺" in text
    assert "! Note: The chosen engine did not answer" in text


def test_evidence_is_shown_where_asked_for_numbered_for_people() -> None:
    assert "[4] The first boat leaves on 2 May." in show(evidence=True)
    assert "[4] The first boat leaves on 2 May." not in show()


def test_what_was_read_stands_at_the_end() -> None:
    text = show(width=92)
    assert "Read: 97% of the document's" in text
    assert "Engine: openai:gpt-x 2025-01" in text
    assert "1 replaced by the source's sentence, 2 dropped" in " ".join(text.split())


def test_colour_and_links_are_apart() -> None:
    colored, linked = show(color=True), show(links=True)
    assert "\x1b[1;31m" in colored
    assert "\x1b]8;" not in colored
    assert "\x1b]8;;https://www.harbourgazette.example/" in linked
    assert not re.search(r"\x1b\[[\d;]*3\d", linked)
    assert ESCAPES.sub("", colored) == ESCAPES.sub("", linked) == show()


def test_the_same_digest_gives_the_same_bytes() -> None:
    assert show(color=True, links=True, evidence=True) == show(color=True, links=True, evidence=True)


@pytest.mark.parametrize("escapes", [False, True])
def test_a_page_cannot_command_the_terminal(escapes: bool) -> None:
    text = ESCAPES.sub("", show(hostile_digest(), evidence=True, color=escapes, links=escapes))
    assert not re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "javascript:alert" not in "".join(re.findall(r"\x1b]8;[^\x1b]*", show(hostile_digest(), links=True)))


def test_what_is_laid_out_for_a_terminal_is_not_read_back() -> None:
    with pytest.raises(UsageError, match="cannot be read back"):
        parse(show(), format="terminal")

"""In Markdown citations are footnotes, nothing of a page's text is markup, and what was written is read back whole."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from aili.digest import Digest
from aili.errors import MalformedError
from aili.renderers import line, parse, render
from tests.test_render_samples import ARABIC, FERRY, HOSTILE_WORDS, JAPANESE, hostile_digest

SAMPLES = {"en": FERRY, "ar": ARABIC, "ja": JAPANESE}


@pytest.mark.parametrize("digest", SAMPLES.values(), ids=SAMPLES)
def test_what_was_written_is_read_back_to_the_last_field(digest: Digest) -> None:
    assert parse(render(digest, format="markdown")) == digest


def test_a_bullet_carries_its_footnotes_its_mark_and_its_reasons() -> None:
    text = render(FERRY, format="markdown")
    assert "# [The Ferry That Almost Was Not](<https://www.harbourgazette.example/" in text
    assert "- The ferry was bought from the Faroe Islands for €3.2 million.[^10] **✗**" in text
    assert "  - ✗ *refuted* (number): The bullet says €3.2 million, the source €2.3 million." in text
    assert "[^4]: The first boat leaves on 2 May." in text
    assert "> **Note:** The chosen engine" in text


def test_an_edit_of_the_visible_text_counts() -> None:
    text = render(FERRY, format="markdown")
    edited = text.replace("- Its battery charges in 18 minutes at the Maren pier.[^11] **✓**\n", "")
    edited = edited.replace("leaves on 2 May.[^4]", "sails on 2 May.[^4][^3]")
    digest = parse(edited.replace("\n", "\r\n"))
    bullets = [bullet for section in digest.sections for question in section.questions for bullet in question.bullets]
    assert len(bullets) == 6
    assert bullets[1].text == "The first boat of line 7 sails on 2 May."
    assert bullets[1].evidence == (3, 2)
    assert digest.provenance == FERRY.provenance


def test_without_its_last_line_only_the_invisible_is_lost() -> None:
    text = re.sub(r"\n\[aili\]: .*\n", "\n", render(FERRY, format="markdown"))
    digest = parse(text)
    assert digest.sections[1].questions[1].bullets[1].reasons == FERRY.sections[1].questions[1].bullets[1].reasons
    assert [(one.id, one.text) for one in digest.citations] == [(one.id, one.text) for one in FERRY.citations]
    assert digest.provenance.engine == ""


@pytest.mark.parametrize("preset", ["commonmark", "gfm-like"])
def test_no_text_of_a_page_becomes_markup(preset: str) -> None:
    written = render(hostile_digest(), format="markdown")
    tokens = MarkdownIt(preset, {"html": True, "linkify": False}).parse(written)
    flat = [inner for token in tokens for inner in (token, *(token.children or []))]
    assert not {token.type for token in flat} & {
        "html_block", "html_inline", "image", "link_open", "code_inline", "fence", "code_block", "s_open", "table_open",
    }  # fmt: skip
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2", "h2", "h3", "h2"]
    assert not [token for token in flat if token.type == "em_open" and "bold" in token.content]
    inlines = [token for token in tokens if token.type == "inline"]
    shown = ["".join(child.content for child in token.children or []) for token in inlines]
    for words in HOSTILE_WORDS:
        assert any(line(words) in text for text in shown), words


def test_nothing_invisible_shows() -> None:
    html = MarkdownIt("commonmark").render(render(FERRY, format="markdown"))
    assert "origins" not in html
    assert '"provenance"' not in html


def test_a_hostile_digest_keeps_its_words_and_its_evidence() -> None:
    digest = hostile_digest()
    written = render(digest, format="markdown")
    again = parse(written, format="markdown")
    assert render(again, format="markdown") == written
    assert [bullet.evidence for bullet in again.abstract] == [bullet.evidence for bullet in digest.abstract]
    assert [citation.text for citation in again.citations] == [line(citation.text) for citation in digest.citations]


def test_a_cited_sentence_that_is_not_carried_is_still_cited() -> None:
    digest = replace(FERRY, citations=FERRY.citations[:2])
    written = render(digest, format="markdown")
    assert "[^19]: &hellip;" in written
    assert parse(written) == digest


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("## 🙋 Q&A", "## Chapter", r"Line 14: expected the heading '## 🙋 Q&A'"),
        ("### [02]", "### [03]", r"Line \d+: expected section '### \[02\]"),
        ("**2. How", "**3. How", r"Line \d+: expected question '\*\*2\."),
        ("\n---\n", "\n", r"Line \d+: expected the rule '---'"),
        ("Shared by Ada", "With love from Ada", r"Line \d+: expected the footer"),
        ("[aili]: # '{", "[aili]: # '[", "not the JSON"),
    ],
)
def test_a_lost_part_is_named(old: str, new: str, error: str) -> None:
    written = render(FERRY, format="markdown")
    assert old in written
    with pytest.raises(MalformedError, match=error):
        parse(written.replace(old, new), format="markdown")

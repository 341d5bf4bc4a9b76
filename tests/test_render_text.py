"""A digest shared as text is read back whatever a messenger did to it, and refused where a part of it was lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aili.digest import Bullet, Digest, Imprint, Provenance, Question, Section
from aili.errors import MalformedError, UsageError
from aili.language import phrases
from aili.phrases import _PHRASES
from aili.renderers import format_of, parse, render
from tests.test_render_samples import ARABIC, FERRY, JAPANESE, hostile_digest

PLAIN = replace(FERRY, provenance=Provenance())
TEXT = render(PLAIN)

SHORT = """✨Summarize by Aili

A Bridge Closes | Town Paper

🌈 Abstract

The article discusses a bridge. It also covers the detour.

🙋 Q&A

[01] The Closure

1. Why does the bridge close?

  • The bridge closes because two of its cables rusted.
  • The detour takes 20 minutes.
Shared by Ada Okafor ·
© 2025 Quiet Reading Ltd.
"""


def test_the_form_is_the_form() -> None:
    assert render(parse(SHORT)) == SHORT


def test_names_that_are_not_set_do_not_show() -> None:
    bare = replace(parse(SHORT), imprint=Imprint())
    assert render(bare).splitlines()[-1] == "  • The detour takes 20 minutes."
    only_name = replace(bare, imprint=Imprint(shared_by="Ada Okafor"))
    assert render(only_name).splitlines()[-1] == "Shared by Ada Okafor"
    only_owner = replace(bare, imprint=Imprint(owner="Quiet Reading Ltd."))
    assert render(only_owner).splitlines()[-1] == "© Quiet Reading Ltd."
    for digest in (bare, only_name, only_owner):
        assert parse(render(digest)) == digest


def test_another_brand_and_other_marks_come_from_the_imprint() -> None:
    imprint = Imprint(brand="Kurz & Gut", logo="📎", abstract_mark="📄", questions_mark="❓")
    text = render(replace(parse(SHORT), imprint=imprint))
    assert text.startswith("📎Summarize by Kurz & Gut\n")
    assert "\n📄 Abstract\n" in text
    assert "\n❓ Q&A\n" in text
    assert parse(text).imprint == imprint


DAMAGES = {
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "no blank lines": lambda text: "\n".join(row for row in text.splitlines() if row),
    "too many blank lines": lambda text: text.replace("\n", "\n\n\n"),
    "stars for bullets": lambda text: text.replace("  • ", "* "),
    "dashes for bullets": lambda text: text.replace("  • ", "- "),
    "no space after a bullet": lambda text: text.replace("  • ", "•"),
    "everything indented": lambda text: "\n".join(f"    {row}" for row in text.splitlines()),
    "hard spaces": lambda text: text.replace("  • ", "\u00a0\u00a0•\u00a0"),
    "a byte order mark": lambda text: "\ufeff" + text,
    "the logo's name": lambda text: text.replace("✨", "magic star"),
    "short codes": lambda text: text.replace("✨", ":sparkles:").replace("🌈", ":rainbow:").replace("🙋", ":raising_hand:"),
    "a reply's marks": lambda text: "\n".join(f"> {row}" for row in text.splitlines()),
    "a messenger's stamp": lambda text: "[12.03.25, 18:04] Ada Okafor: " + text,
    "a footer on one line": lambda text: text.replace("·\n©", "· ©"),
    "brackets after numbers": lambda text: text.replace("1. Why", "1) Why"),
    "directional marks": lambda text: "\n".join(f"\u200e{row}" for row in text.splitlines()),
    "wrapped lines": lambda text: text.replace("because two of its cables rusted", "because two of its cables\nrusted"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_happens_to_texts_on_the_way_is_forgiven(damage: str) -> None:
    assert parse(DAMAGES[damage](SHORT)) == parse(SHORT)


def test_encoding_damage_is_undone() -> None:
    damaged = SHORT.replace("🌈", "๐ŸŒˆ").replace("🙋", "๐Ÿ™‹").replace("·", "ยท").replace("©", "ยฉ")
    assert parse(damaged) == parse(SHORT)


LOSSES = {
    "": (1, "header"),
    "Dear Ada,\n\nhow are you?": (1, "header"),
    "✨Summarize by Aili\n": (2, "Abstract"),
    SHORT.replace("🙋 Q&A", ""): (11, "Q&A"),
    SHORT.replace("[01] The Closure", ""): (13, r"section \[01\]"),
    SHORT.replace("[01]", "[02]"): (11, r"section \[01\]"),
    SHORT.replace("1. Why does", "2. Why does"): (13, r"question 1\."),
    SHORT.replace("  • ", "  "): (15, "a bullet"),
    SHORT.replace("Shared by", "See you,"): (17, "footer"),
    SHORT.partition("  •")[0]: (14, "a bullet '• …', found the end of the text"),
}


@pytest.mark.parametrize(("text", "line", "wanted"), [(text, *rest) for text, rest in LOSSES.items()])
def test_a_lost_part_is_named_with_its_line(text: str, line: int, wanted: str) -> None:
    with pytest.raises(MalformedError, match=rf"^Line {line}: expected .*{wanted}"):
        parse(text, format="text")


def test_bytes_that_are_no_text_are_named_with_their_line() -> None:
    with pytest.raises(MalformedError, match="Line 2: expected UTF-8 text, found the byte 0xff"):
        parse(b"one\ntwo \xff")
    assert parse(SHORT.encode("utf-16")) == parse(SHORT)
    assert parse(SHORT.encode("utf-8-sig")) == parse(SHORT)


@pytest.mark.parametrize("digest", [PLAIN, ARABIC, JAPANESE], ids=["en", "ar", "ja"])
def test_a_digest_keeps_its_words_its_language_and_its_form(digest: Digest) -> None:
    text = render(digest)
    again = parse(text)
    assert render(again) == text
    assert again.language == digest.language
    assert [bullet.text for bullet in again.abstract] == [bullet.text for bullet in digest.abstract]
    assert f"🌈 {phrases(digest.language).abstract}\n" in text


def test_a_language_without_labels_of_its_own_is_still_told_from_its_words() -> None:
    swedish = Bullet(
        text="Staden har beslutat att den gamla färjan ska gå igen, och det är många som är glada för det."
    )
    digest = Digest(
        title="Färjan",
        language="sv",
        abstract=(swedish,),
        sections=(
            Section(heading="Färjan", questions=(Question(text="Vad har staden beslutat?", bullets=(swedish,)),)),
        ),
    )
    assert "🌈 Abstract" in render(digest)
    assert parse(render(digest)).language == "sv"


def test_notes_that_a_reader_must_see_stand_before_the_footer() -> None:
    text = render(FERRY)
    assert text.splitlines()[-3].startswith("Note: The chosen engine did not answer")
    assert parse(text).provenance.notes == FERRY.provenance.notes


def test_a_title_may_end_in_the_word_abstract() -> None:
    digest = replace(parse(SHORT), title="How to Write an Abstract", site="")
    assert parse(render(digest)) == digest


def test_control_characters_never_reach_the_text() -> None:
    text = render(hostile_digest())
    assert not [char for char in text if ord(char) < 32 and char != "\n"]
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("name", "format_"),
    [("a.txt", "text"), ("b.MD", "markdown"), ("c.markdown", "markdown"), ("d.json", "json"), ("e.htm", "html")],
)
def test_a_file_name_tells_the_format(name: str, format_: str) -> None:
    assert format_of(name) == format_


@pytest.mark.parametrize("name", ["digest.pdf", "digest", ".html"])
def test_a_file_name_that_tells_no_format_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match=r"\.txt, \.md, \.markdown, \.json, \.html, \.htm"):
        format_of(name)


def test_an_unknown_format_is_a_usage_error_that_names_the_known() -> None:
    for call in (lambda: render(FERRY, format="pdf"), lambda: parse("x", format="pdf")):
        with pytest.raises(UsageError, match="html, json, markdown, terminal, text"):
            call()


@pytest.mark.parametrize("language", sorted(_PHRASES))
def test_labels_of_every_language_are_read_back(language: str) -> None:
    imprint = Imprint(shared_by="Ada Okafor", year="2025", owner="Quiet Reading Ltd.")
    digest = replace(parse(SHORT), language=language, abstract=(Bullet(text="A bridge."),), imprint=imprint)
    for format_ in ("text", "markdown"):
        again = parse(render(digest, format=format_))
        assert again.language == language
        assert again.imprint == imprint

"""Whatever a digest holds, JSON and HTML give it back, text and Markdown keep its words, and no input breaks a reader."""

from __future__ import annotations

import string
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aili import codec
from aili.digest import Bullet, Citation, Digest, Imprint, Question, Reason, Section, Verdict
from aili.errors import MalformedError
from aili.renderers import Options, line, parse, render, title_line
from aili.repair import repair
from tests.strategies import coverages, digests, origins, provenances, rules
from tests.test_render_samples import ARABIC, FERRY, JAPANESE

# Any text that is one line and shows at least one character: what a bullet can be.
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"])
_MARKUP = st.sampled_from([*"\\`*_{}[]()#+-.!|~<>&:@$^= ", *string.digits, "://", "www.", "[^1]", "&amp;", "• ", "1. "])
words = st.lists(_CHARACTERS | _MARKUP | st.just(" "), min_size=1, max_size=25).map("".join).map(line).filter(bool)

verdicts: st.SearchStrategy[Verdict] = st.sampled_from(["supported", "refuted", "not enough info"])
unchecked = st.builds(Bullet, text=words, origin=origins)
checked = st.builds(
    Bullet,
    text=words,
    evidence=st.lists(st.integers(0, 40), max_size=3).map(tuple),
    origin=origins,
    verdict=verdicts,
    reasons=st.lists(st.builds(Reason, rule=rules, message=words), max_size=2).map(tuple),
)
rows = st.lists(unchecked | checked, min_size=1, max_size=3).map(tuple)
questions = st.lists(st.builds(Question, text=words, bullets=rows), min_size=1, max_size=3).map(tuple)
sections = st.lists(st.builds(Section, heading=words, questions=questions), min_size=1, max_size=3).map(tuple)
names = st.sampled_from(["", "Ada Okafor", "Ångström & Söhne", "Li 明"])
citations = st.builds(
    Citation,
    id=st.integers(0, 40),
    text=words,
    start=st.integers(0, 9),
    end=st.integers(10, 99),
    locator=st.just("") | words,
    address=st.sampled_from([codec.UNSET, "https://example.org/a(b)/2?c=[d]&e=f*g_h", "https://youtu.be/abc?t=83"]),
)
notes = st.lists(words, max_size=2).map(tuple)
tidy = st.builds(
    Digest,
    title=words,
    site=words | st.just(""),
    language=st.sampled_from(["en", "de", "ja", "ar", "sv"]),
    location=st.sampled_from(["", "https://example.org/a(b)?c=d&e=[f]", "notes.txt", "javascript:alert(1)"]),
    abstract=rows,
    sections=sections,
    citations=st.lists(citations, max_size=3).map(tuple),
    coverage=coverages,
    provenance=st.builds(lambda origin, shown: replace(origin, notes=shown), provenances, notes),
    imprint=st.builds(
        lambda name, owner: Imprint(shared_by=name, owner=owner, year="2025" if owner else ""), names, names
    ),
)


def texts(digest: Digest) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    return [
        (
            section.heading,
            [(question.text, [bullet.text for bullet in question.bullets]) for question in section.questions],
        )
        for section in digest.sections
    ]


@given(digests)
def test_json_gives_any_digest_back(digest: Digest) -> None:
    assert parse(render(digest, format="json"), format="json") == digest


@given(digests)
def test_a_page_gives_any_digest_back(digest: Digest) -> None:
    assert parse(render(digest, format="html")) == digest


@given(tidy)
def test_markdown_gives_a_digest_back(digest: Digest) -> None:
    written = render(digest, format="markdown")
    assert parse(written) == digest
    assert render(parse(written), format="markdown") == written


@given(tidy)
def test_text_keeps_the_words_and_their_places(digest: Digest) -> None:
    written = render(digest)
    assume(repair(written) == written)  # a text that looks damaged is repaired
    again = parse(written, format="text")
    assert texts(again) == texts(digest)
    assert title_line(again) == title_line(digest)
    assert again.imprint == digest.imprint
    assert again.provenance.notes == digest.provenance.notes
    assert render(replace(again, language=digest.language)) == written


@given(digests)
def test_any_digest_can_be_shown_anywhere(digest: Digest) -> None:
    for format_ in ("text", "markdown", "terminal"):
        written = render(digest, format=format_, options=Options(evidence=True))
        assert not [char for char in written if ord(char) < 32 and char != "\n"]


@given(st.text() | st.binary(), st.sampled_from(["", "text", "markdown", "json", "html"]))
def test_a_reader_gives_a_digest_or_says_why_not(given_: str | bytes, format_: str) -> None:
    with pytest.raises(MalformedError):
        parse(given_, format=format_)


@given(st.data(), st.sampled_from([FERRY, ARABIC, JAPANESE]), st.sampled_from(["text", "markdown", "html", "json"]))
def test_a_torn_digest_is_read_or_refused(data: st.DataObject, digest: Digest, format_: str) -> None:
    written = render(digest, format=format_)
    start = data.draw(st.integers(0, len(written)))
    length = data.draw(st.integers(0, 60))
    torn = written[:start] + data.draw(st.text(max_size=5)) + written[start + length :]
    try:
        assert isinstance(parse(torn, format=format_), Digest)
    except MalformedError as error:
        assert str(error)


@pytest.mark.parametrize("digest", [FERRY, ARABIC, JAPANESE], ids=["en", "ar", "ja"])
def test_the_json_fits_its_schema(digest: Digest) -> None:
    jsonschema.Draft202012Validator(codec.schema(Digest)).validate(codec.decode(render(digest, format="json"), dict))

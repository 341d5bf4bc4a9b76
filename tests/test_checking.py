"""Any summary is checked against any source: sentence by sentence, with the reason, the evidence and what was left out."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

import aili
from aili.digest import Bullet
from aili.document import Document, Resource
from aili.errors import EmptyError, MalformedError, ThinTextError
from aili.pipeline import stream
from aili.reports import REPORTS, render
from aili.summaries import _SharedPage
from aili.verification.claims import claims
from benchmarks.texts import article
from tests.test_verification import BRIDGE, document
from tests.web import Served

SETTINGS = aili.Settings(cache=False)
SOURCE = document(
    BRIDGE[:4],
    BRIDGE[4:],
    (
        "The old ferry carried 312 people a day between the two banks in its last year of service.",
        "Its crew of nine will be employed at the harbour until they retire.",
    ),
    ("A play about the bridge opens in the town hall next spring, with music by the school orchestra.",),
)
TRUE = "Anna Keller opened the Ostrand bridge."
FALSE = "The bridge cost 4,500 crowns for each household."
UNSAID = "Local bakers sell excellent sourdough loaves."


def text(words: str, *, name: str = "summary.txt", kind: str = "text/plain") -> Resource:
    return Resource(data=words.encode(), media_type=kind, reference=name, location=name)


def checked(summary: str, source: Document = SOURCE) -> aili.Report:
    return aili.check(source, text(summary), settings=SETTINGS)


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "aili", "check", *arguments], input=stdin, capture_output=True, timeout=120, check=False
    )


@pytest.fixture
def source_file(tmp_path: Path) -> Path:
    path = tmp_path / "source.txt"
    path.write_text(SOURCE.text, encoding="utf-8")
    return path


# What a report says


def test_each_sentence_has_a_verdict_its_reason_and_its_evidence() -> None:
    report = checked(f"{TRUE} {FALSE} {UNSAID}")
    assert [one.text for one in report.statements] == [TRUE, FALSE, UNSAID]
    assert [one.verdict for one in report.statements] == ["supported", "refuted", "not enough info"]
    assert [one.evidence for one in report.statements] == [(0,), (1,), ()]
    assert report.statements[1].reasons[0].message == "The evidence says '4,021', not '4,500'."
    assert (report.checks.supported, report.checks.refuted, report.checks.not_enough_info) == (1, 1, 1)
    assert [citation.text for citation in report.citations] == list(BRIDGE[:2])


def test_each_claim_that_a_sentence_joins_is_checked_and_named() -> None:
    for sentence, parts in (
        ("Keller opened the bridge, but Novak was away then.", ("Keller opened the bridge.", "Novak was away then.")),
        (
            "Keller opened the bridge on Tuesday and thanked the crew for its work.",
            ("Keller opened the bridge on Tuesday.", "Keller thanked the crew for its work."),
        ),
        (
            "The bridge was built by Keller and opened by Novak in June.",
            ("The bridge was built by Keller.", "The bridge was opened by Novak in June."),
        ),
    ):
        assert claims(sentence) == parts
    for sentence in (
        "Keller and Novak opened the bridge.",
        "The board will sell the ferry this year or repair it in the harbour.",
        "The board did not sell the ferry this year and repair it in the harbour.",
    ):
        assert claims(sentence) == (sentence,)
    source = document(
        ("Traffic on the river increased in spring.", "The tower is old."),
        ("The harbour board approved the plan for new ferries after a long debate.",),
    )
    told = "Traffic on the river {} in spring, and the harbour board approved the plan for new ferries after a long debate."
    (statement,) = checked(told.format("increased"), source).statements
    assert (statement.verdict, set(statement.evidence)) == ("supported", {0, 2})
    (statement,) = checked(told.format("decreased"), source).statements
    assert (statement.verdict, set(statement.evidence)) == ("refuted", {0, 2})
    assert statement.reasons[0].message == (
        "In 'Traffic on the river decreased in spring.': The evidence says 'increased', the claim 'decreased'."
    )


def test_evidence_is_at_most_three_sentences_and_no_heading() -> None:
    report = checked("Anna Keller opened the bridge, which cost 4,021 crowns, while Peter Novak was abroad.")
    (statement,) = report.statements
    assert statement.verdict == "supported"
    assert set(statement.evidence) == {0, 1, 2}


def test_spans_say_where_names_numbers_and_quotations_stand() -> None:
    claim = 'Keller said in June they "did not borrow" for it, though it cost 4,021 crowns.'
    (statement,) = checked(claim).statements
    found = {
        (span.rule, claim[span.start : span.end], SOURCE.text[span.source_start : span.source_end])
        for span in statement.spans
    }
    assert ("name", "Keller", "Keller") in found
    assert ("quotation", "did not borrow", "did not borrow") in found
    for span in statement.spans:
        sentence = SOURCE.sentences[span.sentence]
        assert sentence.start <= span.source_start < span.source_end <= sentence.end
    (number,) = checked("It cost 4,021 crowns a household.").statements[0].spans
    assert (number.rule, SOURCE.text[number.source_start : number.source_end]) == ("number", "4,021")


def test_what_a_digest_and_its_evidence_both_say_is_read_from_the_digest_alone() -> None:
    from aili.verification import matches, verify
    from tests.test_verification import bullets, draft

    told = Bullet(text="Keller opened the bridge, which cost 4,021 crowns for each household.", evidence=(0, 1))
    digest = verify(draft(told), SOURCE)
    (bullet,) = bullets(digest)
    found = {
        (span.rule, bullet.text[span.start : span.end], span.sentence, SOURCE.text[span.source_start : span.source_end])
        for span in matches(bullet, digest)
    }
    assert found == {("name", "Keller", 0, "Mayor Anna Keller"), ("number", "4,021", 1, "4,021")}
    assert matches(replace(bullet, verdict="refuted"), digest) == ()
    assert {span.rule for span in matches(bullet, replace(digest, language="de"))} == {"number"}
    assert aili.parse(aili.render(digest, format="json")) == digest  # nothing of it is stored


def test_a_place_that_two_bullets_say_is_marked_for_both() -> None:
    from aili.renderers.html.marking import Place, marked

    assert marked("Anna <Keller> left.", [Place(0, 13, 2), Place(5, 13, 4)]) == (
        '<mark data-for="2">Anna </mark><mark data-for="2 4">&lt;Keller&gt;</mark> left.'
    )
    assert marked("<b>", ()) == "&lt;b&gt;"
    assert (
        marked("short", [Place(2, 90, 1), Place(80, 90, 2)]) == 'sh<mark data-for="1">ort</mark>'
    )  # never past its end


def test_a_name_that_stands_elsewhere_brings_no_evidence_along() -> None:
    (statement,) = checked("Peter Novak opened the Ostrand bridge on Tuesday.").statements
    assert statement.verdict == "refuted"
    assert statement.evidence == (0,)


def test_evidence_in_other_words_is_found_by_what_it_means() -> None:
    worded = "Boats used to bring passengers across the river."
    (statement,) = checked(worded).statements
    assert statement.verdict == "not enough info"
    assert statement.evidence == (6,)
    assert "ferry" in SOURCE.sentence(6)


def test_what_was_left_out_is_shown_the_weightiest_first() -> None:
    report = checked(TRUE)
    weights = [omission.salience for omission in report.coverage.omissions]
    assert weights == sorted(weights, reverse=True)
    assert [omission.id for omission in report.coverage.omissions][:1] == [6]
    assert "312 people" in report.coverage.omissions[0].text
    assert report.coverage.omitted == 3
    assert report.coverage.share is not None
    assert 0.3 < report.coverage.share < 0.6


def test_the_rows_of_a_table_count_as_left_out() -> None:
    told = "The ferry to Lind takes 40 cars and 300 people, and it crosses the sound in 25 minutes."
    rows = "".join(f"<tr><td>The {name} ferry leaves the pier at</td><td>{at} o'clock on workdays</td></tr>"
                   for at, name in enumerate(("blue", "red", "old", "white"), 7))  # fmt: skip
    page = f"<article><h1>The ferry to Lind</h1><p>{told} " + f"{told.replace('Lind', 'Tollen')} " * 5
    page = f"{page}</p><table>{rows}</table></article>"
    report = aili.check(text(page, name="page.html", kind="text/html"), text(told), settings=SETTINGS)
    assert report.coverage.passages == 5
    assert report.coverage.omitted == 4
    assert "o'clock on workdays" in report.coverage.omissions[0].text


def test_a_digest_knows_what_it_leaves_out(examples: Path) -> None:
    digest = aili.summarize(examples / "harbour-bridge.html", settings=SETTINGS)
    cited = {
        number for section in digest.sections for q in section.questions for b in q.bullets for number in b.evidence
    }
    assert digest.coverage.share is not None
    assert digest.coverage.passages > digest.coverage.omitted > 0
    assert not cited & {omission.id for omission in digest.coverage.omissions}
    shown = aili.render(digest, format="html")
    assert html.escape(digest.coverage.omissions[0].text) in shown
    assert digest.coverage.omissions[0].text in aili.render(
        digest, format="terminal", options=aili.renderers.Options(omissions=True, width=10_000)
    ).replace("\n         ", " ")
    assert aili.parse(aili.render(digest, format="markdown")) == digest


# What can be a summary


def test_a_digest_in_every_form_is_checked_bullet_by_bullet(examples: Path, tmp_path: Path) -> None:
    source = examples / "harbour-bridge.html"
    digest = aili.summarize(source, settings=SETTINGS)
    bullets = [bullet.text for bullet in aili.renderers.bullets_of(digest)]
    assert [one.text for one in aili.check(source, digest, settings=SETTINGS).statements] == bullets
    for name, form in (("d.json", "json"), ("d.html", "html"), ("d.md", "markdown"), ("d.txt", "text")):
        path = tmp_path / name
        path.write_text(aili.render(digest, format=form), encoding="utf-8")
        report = aili.check(source, path, settings=SETTINGS)
        assert [one.text for one in report.statements] == bullets, form
        assert not report.checks.refuted, form
        assert report.notes == (), form


def test_a_page_that_a_server_shares_is_a_digest(served: Served, examples: Path) -> None:
    finished = list(stream(examples / "harbour-bridge.html", settings=SETTINGS))[-1]
    kept = served.library.digests.keep("owner", finished.digest, finished.document)
    share = served.library.shares.make("owner", kept.id)
    settings = aili.Settings(cache=False, allow_hosts=("127.0.0.1",))
    report = aili.check(finished.document, f"{served.url}/s/{share.token}", settings=settings)
    assert [one.text for one in report.statements] == [b.text for b in aili.renderers.bullets_of(finished.digest)]
    assert not report.checks.refuted


def test_marks_and_remarks_are_no_part_of_a_shared_bullet() -> None:
    page = (
        '<article id="digest"><ul><li class="bullet" data-evidence="1">The <b>bridge</b><br> opened.'
        '<span class="marks"><a class="cite">1</a><span>✓</span></span><p><span>a remark</span></p></li>'
        '<li class="bullet">It cost 4 &amp; 5.</li></ul><p>no bullet</p></article>'
    )
    assert _SharedPage.bullets(page.encode()) == ("The bridge opened.", "It cost 4 & 5.")


def test_the_named_evidence_is_corrected_where_it_says_nothing_and_believed_where_it_refutes() -> None:
    from aili.verification.examining import Examination

    work = Examination(SOURCE, language="en")
    assert work.judged(TRUE, (5,))[0::2] == ("supported", (0,))
    assert work.judged("Peter Novak opened the bridge on Tuesday.", (0,))[0::2] == ("refuted", (0,))


def test_a_bullet_with_the_wrong_ids_is_given_the_right_ones() -> None:
    from aili.verification import verify
    from tests.test_verification import bullets, draft

    digest = verify(draft(Bullet(text="The ferry carried 312 people a day.", evidence=(3,))), SOURCE)
    assert [(bullet.verdict, bullet.evidence) for bullet in bullets(digest)] == [("supported", (6,))]


# Bad input


def test_an_empty_summary_is_one_clear_sentence() -> None:
    with pytest.raises(EmptyError, match=r"summary\.txt is empty"):
        checked("  \n ")
    with pytest.raises(ThinTextError, match=r"summary\.md holds no sentence that could be checked"):
        aili.check(
            SOURCE,
            text("| a | b |\n| --- | --- |\n| 1 | 2 |\n", kind="text/markdown", name="summary.md"),
            settings=SETTINGS,
        )
    with pytest.raises(MalformedError, match=r"summary\.json is JSON, but no digest"):
        aili.check(SOURCE, text('{"a": 1}', kind="application/json", name="summary.json"), settings=SETTINGS)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "empty.txt", "empty.txt' is empty"),
        (b" \n\t ", "blank.txt", "blank.txt is empty"),
        (b"%PDF-1.7\nno page follows", "torn.pdf", "torn.pdf"),
        (b"PK\x03\x04 torn", "torn.docx", "torn.docx"),
        (b"\x7fELF\x02\x01\x01" + bytes(64), "program", "program"),
    ],
)
def test_a_source_that_cannot_be_read_is_one_clear_sentence_about_it(
    tmp_path: Path, data: bytes, name: str, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(aili.AiliError) as caught:
        aili.check(path, text(TRUE), settings=SETTINGS)
    assert said in str(caught.value)


def test_a_summary_in_another_language_is_checked_for_its_numbers_and_says_so() -> None:
    german = "Die Brücke wurde am Dienstag von der Bürgermeisterin eröffnet und hat 4.021 Kronen gekostet."
    wrong = "Die Brücke wurde am Dienstag von der Bürgermeisterin eröffnet und hat 4.921 Kronen gekostet."
    report = checked(f"{german}\n\n{wrong}")
    assert [one.verdict for one in report.statements] == ["not enough info"] * 2
    assert "only its numbers" in report.statements[0].reasons[0].message
    assert "4.921" in report.statements[1].reasons[0].message
    assert "another language" in report.notes[-1]
    assert report.coverage.share is None


def test_a_summary_longer_than_its_source_gets_a_note() -> None:
    report = aili.check(text("The bridge cost 4,021 crowns.", name="short.txt"), SOURCE, settings=SETTINGS)
    assert "are the two in the right order?" in report.notes[-1]


def test_a_source_of_100_000_words_takes_bounded_time(tmp_path: Path) -> None:
    book = tmp_path / "book.txt"
    book.write_text(article(100_000), encoding="utf-8")
    source = aili.read(book, settings=SETTINGS)
    summary = " ".join(source.sentence(number) for number in range(20, 4000, 200))
    started = time.process_time()
    report = aili.check(source, text(summary), settings=SETTINGS)
    assert time.process_time() - started < 20
    assert report.words > 90_000
    assert report.checks.supported == len(report.statements) >= 20
    statement = report.statements[1]
    assert [source.sentence(number) for number in statement.evidence] == [statement.text]  # not one of the many like it


def test_a_summary_of_too_many_sentences_is_checked_in_part_and_says_so() -> None:
    report = checked("The bridge cost 4,021 crowns. " * 1003)
    assert len(report.statements) == 1000
    assert any("only the first 1,000 were checked" in note for note in report.notes)


# The command line and the forms of a report


def test_the_exit_code_says_whether_anything_is_refuted(source_file: Path) -> None:
    done = run(str(source_file), "-", stdin=TRUE.encode())
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().count("✓") == 1
    done = run(str(source_file), "-", stdin=f"{TRUE} {FALSE}".encode())
    assert done.returncode == 1
    assert "refuted: The evidence says '4,021', not '4,500'." in done.stdout.decode()
    assert done.stderr == b""
    done = run("-q", str(source_file), "-", stdin=FALSE.encode())
    assert (done.returncode, done.stdout) == (1, b"")


def test_other_failures_keep_their_codes(source_file: Path, tmp_path: Path) -> None:
    assert run("-", "-").returncode == 2
    assert run(str(source_file), str(tmp_path / "none.txt")).returncode == 3
    assert run(str(source_file), "-", "-f", "pdf", stdin=TRUE.encode()).returncode == 2
    done = run(str(source_file), "-", "-o", str(source_file), stdin=TRUE.encode())
    assert done.returncode == 2
    assert source_file.read_text(encoding="utf-8") == SOURCE.text


def test_a_file_name_gives_the_form(source_file: Path, tmp_path: Path) -> None:
    for name, start in (("r.json", "{"), ("r.md", "# "), ("r.html", "<!DOCTYPE html>"), ("r.txt", "Is it so?")):
        assert run(str(source_file), "-", "-o", str(tmp_path / name), stdin=TRUE.encode()).returncode == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize("form", list(REPORTS))
def test_every_form_shows_statements_verdicts_reasons_evidence_and_omissions(form: str) -> None:
    report = checked(f"{TRUE} {FALSE}")
    shown = html.unescape(re.sub(r"</?mark>", "", " ".join(render(report, format=form).split()))).replace("\\", "")
    for part in (TRUE, FALSE, "refuted", "The evidence says '4,021', not '4,500'.", BRIDGE[0], "312 people a day"):
        assert part in shown, part


def test_json_fits_the_schema() -> None:
    schema = json.loads(
        subprocess.run([sys.executable, "-m", "aili", "schema", "report"], capture_output=True, check=True).stdout
    )
    jsonschema.validate(json.loads(render(checked(FALSE), format="json")), schema)


def test_a_hostile_text_stays_text() -> None:
    hostile = '<script>alert(1)</script> [x](javascript:alert(1)) costs 4,021 crowns \x1b[31m"&'
    report = checked(f"The bridge {hostile} for each.")
    page = render(report, format="html")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert r"\[x\](javascript" in render(report, format="markdown")
    assert "\x1b" not in render(report)

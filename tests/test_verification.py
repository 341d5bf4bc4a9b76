"""A digest says of each bullet whether the source supports it; what does not stand is replaced or dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aili.digest import Bullet, Digest, Draft, Question, Section, Usage
from aili.document import Block, Document, Metadata, Reading, Sentence
from aili.errors import AiliError, EngineError
from aili.verification import Context, check, verify

BRIDGE = (
    "Mayor Anna Keller opened the Ostrand bridge on Tuesday.",
    "The bridge cost 4,021 crowns for each of its two thousand households.",
    "Deputy Peter Novak was abroad that day.",
    "He said that the work had taken three years.",
    '"We did not borrow a single crown," Keller told the crowd.',
    "The old ferry will not return, according to the harbour board.",
)


def document(*paragraphs: tuple[str, ...], **metadata: object) -> Document:
    """A Document of paragraphs of sentences."""
    text, blocks, sentences = "", [], []
    for index, paragraph in enumerate(paragraphs):
        text += "\n\n" if text else ""
        start = len(text)
        for position, sentence in enumerate(paragraph):
            text += " " if position else ""
            sentences.append(Sentence(start=len(text), end=len(text) + len(sentence), block=index))
            text += sentence
        blocks.append(Block(kind="paragraph", start=start, end=len(text)))
    facts = {"title": "A bridge for Ostrand", "language": "en", "published": "2024-06-19", **metadata}
    return Document(
        text=text,
        blocks=tuple(blocks),
        sentences=tuple(sentences),
        metadata=Metadata(**facts),  # type: ignore[arg-type]
        reading=Reading(words=len(text.split()), share=0.9, warnings=("A table was left out.",)),
        source="resource-1:00",
    )


def draft(*bullets: Bullet, abstract: tuple[Bullet, ...] = (), language: str = "en") -> Draft:
    """A Draft of one section and one question with these bullets."""
    question = Question(text="What happened in Ostrand?", bullets=bullets)
    return Draft(
        abstract=abstract,
        sections=(Section(heading="The bridge", questions=(question,)),),
        language=language,
        engine="scripted",
        version="1",
        share=0.5,
        notes=("Written by hand.",),
        usage=Usage(input_tokens=3),
    )


def bullets(digest: Digest) -> list[Bullet]:
    """All bullets of the sections."""
    return [bullet for section in digest.sections for question in section.questions for bullet in question.bullets]


# claim, evidence, verdict, the rule that gives it (empty: any)
CASES = [
    # numbers
    ("The bridge cost 4,021 crowns.", "The bridge cost 4,021 crowns.", "supported", "evidence"),
    ("In all, 4,021 crowns were spent on the bridge.", "The bridge cost 4,021 crowns.", "supported", ""),
    ("The bridge cost 4.021 crowns.", "The bridge cost 4,021 crowns.", "refuted", "number"),
    ("The bridge cost about 4,000 crowns.", "The bridge cost 4,021 crowns.", "supported", ""),
    ("The bridge cost 4,000 crowns.", "The bridge cost 4,021 crowns.", "refuted", "number"),
    ("The bridge cost 4,021 crowns.", "The bridge cost about 4,000 crowns.", "refuted", "number"),
    ("The bridge cost about 4,500 crowns.", "The bridge cost 4,021 crowns.", "refuted", "number"),
    ("More than 4,000 crowns were spent on the bridge.", "The bridge cost 4,021 crowns.", "supported", ""),
    ("Less than 4,000 crowns were spent on the bridge.", "The bridge cost 4,021 crowns.", "refuted", "number"),
    ("Some 2,000 households paid for the bridge.", "Two thousand households paid for the bridge.", "supported", ""),
    ("1.2 million visitors came to the harbour.", "The harbour saw 1,200,000 visitors.", "supported", ""),
    ("1.2 billion visitors came to the harbour.", "The harbour saw 1,200,000 visitors.", "refuted", "number"),
    ("Twelve boats were sold at the harbour.", "A dozen boats were sold at the harbour.", "supported", ""),
    ("Traffic at the port rose by 5 percent.", "Traffic at the port rose by 5%.", "supported", ""),
    ("Traffic at the port rose by 5 to 7 percent.", "Traffic at the port rose 5–7 % a year.", "supported", ""),
    ("Traffic at the port rose by 6 to 7 percent.", "Traffic at the port rose 5–7 % a year.", "not enough info", "number"),
    ("The ticket costs €13 a day.", "The ticket costs $13 a day.", "refuted", "number"),
    ("The ticket costs 13 dollars a day.", "A day's ticket costs $13.", "supported", ""),
    ("The walk takes 3 hours along the river.", "The walk takes 3 days along the river.", "refuted", "number"),
    ("It was the twenty-first flood of the valley.", "It was the valley's 21st flood.", "supported", ""),
    ("It was the 22nd flood of the valley.", "It was the valley's 21st flood.", "refuted", "number"),
    ("The club won 5 games and lost 3 games.", "The club won 3 games and lost 5 games.", "refuted", "number"),
    # dates
    ("The ferry sank on 12 May 1931.", "On May 12, 1931, the ferry sank.", "supported", ""),
    ("The ferry sank in May 1931.", "On May 12, 1931, the ferry sank.", "supported", ""),
    ("The ferry sank on 13 May 1931.", "On May 12, 1931, the ferry sank.", "refuted", "date"),
    ("The ferry sank in 1932.", "On May 12, 1931, the ferry sank.", "refuted", "date"),
    ("The ferry sank in the 1930s.", "On May 12, 1931, the ferry sank.", "supported", ""),
    ("The bridge was opened on 18 June 2024.", "The bridge was opened on Tuesday.", "supported", ""),
    ("The bridge was opened on 15 June 2024.", "The bridge was opened on Tuesday.", "refuted", "date"),
    ("The bridge was opened on Friday.", "The bridge was opened on Tuesday.", "refuted", "date"),
    # names
    ("Keller opened the bridge.", "Mayor Anna Keller opened the bridge.", "supported", ""),
    ("Anna Keller's bridge was opened.", "Mayor Anna Keller opened the bridge.", "supported", ""),
    ("Peter Novak opened the bridge.", "Mayor Anna Keller opened the bridge.", "refuted", "name"),
    ("The bridge was opened by Peter Novak.", "Mayor Anna Keller opened the bridge.", "refuted", "name"),
    ("The UN approved the plan.", "The United Nations approved the plan.", "supported", ""),
    ("The United Nations approved the plan.", "The UN approved the plan.", "supported", ""),
    ("Moller praised the Lodz harbour.", "Møller praised the Łódź harbour.", "supported", ""),
    ("Korean ships entered the harbour.", "Ships from Korea entered the harbour.", "supported", ""),
    # quotations
    ('Keller said they "did not borrow" for it.', "“We did not borrow a crown for it,” said Keller.", "supported", ""),
    ('Keller said they did "not … a crown".', "“We did not borrow a crown,” said Keller.", "supported", ""),
    ('Keller said they "never borrowed a crown".', "“We did not borrow a crown,” said Keller.", "refuted", "quotation"),
    # negation and opposites
    ("The ferry will return.", "The ferry will not return.", "refuted", "negation"),
    ("The ferry will not return.", "The ferry will return.", "refuted", "negation"),
    ("The board never approved the plan.", "The board approved the plan.", "refuted", "negation"),
    ("The board approved the plan for ferries.", "The board failed to approve the plan for ferries.", "refuted", "negation"),
    ("Traffic on the river increased in spring.", "Traffic on the river decreased in spring.", "refuted", "negation"),
    ("The board approved the plan.", "Although nobody was asked, the board approved the plan.", "supported", ""),
    ("The bridge is wide and open.", "The bridge is not only wide but open.", "supported", ""),
    ("The ferry did not return.", "The ferry didn't return.", "supported", ""),
    # attribution and modality
    ("Novak said Keller had resigned.", "Keller said Novak had resigned.", "refuted", "attribution"),
    ("The firm bribed the board.", "Keller alleged that the firm bribed the board.", "not enough info", "attribution"),
    ("Keller alleged a bribe of the board by the firm.", "Keller alleged that the firm bribed the board.", "supported", ""),
    ("The ferry will return in autumn.", "The ferry may return in autumn.", "not enough info", "modality"),
    ("The ferry may return in autumn.", "The ferry could return in autumn.", "supported", ""),
    ("The ferry must return in autumn.", "The ferry can return in autumn.", "not enough info", "scope"),
    ("Critics said the ferry will return.", "The ferry will return, Keller said.", "not enough info", "attribution"),
    ("Keller of the Harbour Board said it works.", "Keller said it works, as the Harbour Board had hoped.", "supported", ""),
    # who did what, only and all, more and less
    ("Novak thanked Keller for the new bridge.", "Keller thanked Novak for the new bridge.", "refuted", "role"),
    ("Novak was thanked by Keller for the bridge.", "Keller thanked Novak for the bridge.", "supported", ""),
    ("After a long speech, the mayor praised the engineer.", "The engineer praised the mayor.", "refuted", "role"),
    ("Keller was thanked by Novak.", "Keller thanked Novak.", "refuted", "role"),
    ("Novak was thanked by Keller.", "Keller thanked Novak.", "supported", ""),
    ("Keller thanked Novak.", "Keller was thanked by Novak.", "refuted", "role"),
    ("Keller thanked Novak.", "Novak was thanked by Keller.", "supported", ""),
    ("The union was sued by the board last year.", "The union sued the board last year.", "refuted", "role"),
    ("The board was sued by the union last year.", "The union sued the board last year.", "supported", ""),
    ("Novak has been criticised by Keller.", "Keller criticised Novak by letter on Monday.", "supported", ""),
    ("Keller and Novak opened the new bridge.", "Novak and Keller opened the new bridge.", "supported", ""),
    ("The bridge carries only buses and trams.", "The bridge carries buses and trams.", "not enough info", "scope"),
    ("It was the first bridge of the valley.", "It was a bridge of the valley.", "not enough info", "scope"),
    ("In all, ten boats were sold.", "Ten boats were sold.", "supported", ""),
    ("The harbour imports all food by boat.", "Most food is imported by boat at the harbour.", "not enough info", "scope"),
    ("Ferries burn less fuel in winter.", "In winter, the ferries of the line burn more fuel.", "refuted", "comparison"),
    ("The bridge is wider than the ferry.", "The bridge is narrower than the ferry.", "refuted", "negation"),
    ("The board ordered Keller to build the bridge.", "The board asked Keller to build the bridge.", "not enough info", ""),
    ("Novak said that the ferry is not safe.", "It is the ferry, Novak said, that is safe.", "refuted", "negation"),
    # evidence
    ("The bridge cost 4,021 crowns and a school orchestra played cheerful music at noon.", "The bridge cost 4,021 crowns.",
     "not enough info", "evidence"),
    ("Local bakers sell excellent sourdough loaves.", "The bridge cost 4,021 crowns.", "not enough info", "evidence"),
    ("Anything at all.", "", "not enough info", "evidence"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "evidence", "verdict", "rule"), CASES)
def test_a_claim_gets_the_verdict_of_its_evidence(claim: str, evidence: str, verdict: str, rule: str) -> None:
    context = Context(document=f"{evidence} {' '.join(BRIDGE)}", published="2024-06-19")
    found, reasons = check(claim, [evidence], context=context)
    assert found == verdict, reasons
    assert reasons
    assert all(reason.message for reason in reasons)
    assert not rule or rule in [reason.rule for reason in reasons]


@pytest.mark.parametrize(
    ("language", "claim", "evidence", "verdict"),
    [
        ("de", "Die Brücke kostete 4.021 Kronen.", "Insgesamt kostete die Brücke 4.021 Kronen.", "supported"),
        ("de", "Die Brücke kostete 5.021 Kronen.", "Insgesamt kostete die Brücke 4.021 Kronen.", "not enough info"),
        ("fr", "Le pont a coûté 4 021 couronnes.", "Le pont a coûté 4\u202f021 couronnes.", "supported"),
        ("fr", "Le maire a dit « rien du tout ».", "« Rien du tout », a dit le maire.", "supported"),
        ("zh", "新桥耗资4021万元。", "市长说,新桥耗资4021万元,历时三年。", "supported"),
        ("zh", "面包师傅很受欢迎。", "市长说,新桥耗资4021万元,历时三年。", "not enough info"),
        ("ja", "橋は三年かけて建てられた。", "その橋は三年かけて建てられたものだ。", "supported"),
        ("ar", "بلغت تكلفة الجسر ٤٠٢١ كرونة.", "قال العمدة إن تكلفة الجسر بلغت 4021 كرونة.", "supported"),
    ],
)
def test_other_languages_are_judged_by_what_needs_no_english(
    language: str, claim: str, evidence: str, verdict: str
) -> None:
    assert check(claim, [evidence], context=Context(language=language))[0] == verdict


def test_the_cited_sentence_that_names_another_official_does_not_pass() -> None:
    wrong = Bullet(text="Deputy Peter Novak opened the Ostrand bridge on Tuesday.", evidence=(0,))
    digest = verify(draft(wrong), document(BRIDGE))
    (bullet,) = bullets(digest)
    assert bullet.text == BRIDGE[0]
    assert bullet.origin == "replaced"
    assert bullet.verdict == "supported"
    assert "Novak" in bullet.reasons[0].message
    assert digest.checks.replaced == 1


def test_a_pronoun_is_resolved_by_the_sentences_before_it() -> None:
    told = Bullet(text="Novak said that the work had taken three years.", evidence=(3,))
    (bullet,) = bullets(verify(draft(told), document(BRIDGE)))
    assert (bullet.text, bullet.verdict) == (told.text, "supported")


def test_a_bullet_whose_source_sentence_leans_on_others_is_dropped_and_its_question_with_it() -> None:
    leaning = Bullet(text="The work had taken nine years.", evidence=(3,))
    sound = Bullet(text="The old ferry will not return.", evidence=(5,))
    two = replace(
        draft(leaning), sections=(*draft(leaning).sections, *draft(sound).sections), abstract=(leaning, sound)
    )
    digest = verify(two, document(BRIDGE))
    assert [bullet.text for bullet in bullets(digest)] == [sound.text]
    assert len(digest.sections) == 1
    assert len(digest.abstract) == 1
    assert digest.checks.dropped == 2
    assert digest.checks.supported == 2


def test_the_next_best_evidence_sentence_replaces_where_the_best_cannot_stand_alone() -> None:
    wrong = Bullet(text="He said that the work had taken nine years.", evidence=(3, 2))
    (bullet,) = bullets(verify(draft(wrong), document(BRIDGE)))
    assert (bullet.text, bullet.evidence) == (BRIDGE[2], (2,))


def test_nothing_is_told_twice_by_repair() -> None:
    wrong = Bullet(text="Mayor Anna Keller opened the Ostrand bridge on Friday.", evidence=(0,))
    digest = verify(draft(wrong, wrong), document(BRIDGE))
    assert [bullet.text for bullet in bullets(digest)] == [BRIDGE[0]]
    assert (digest.checks.replaced, digest.checks.dropped) == (1, 1)


@pytest.mark.parametrize("ids", [(), (99,), (-1,), (99, -5)])
def test_evidence_is_searched_where_a_bullet_names_none(ids: tuple[int, ...]) -> None:
    told = Bullet(text="The old ferry will not return to the harbour.", evidence=ids)
    (bullet,) = bullets(verify(draft(told), document(BRIDGE)))
    assert bullet.verdict == "supported"
    assert 5 in bullet.evidence


def test_a_digest_in_which_nothing_stands_is_an_error() -> None:
    wild = Bullet(text="Local bakers sell excellent sourdough loaves.", evidence=())
    with pytest.raises(EngineError, match="stood up to checking"):
        verify(draft(wild, abstract=(Bullet(text=BRIDGE[0], evidence=(0,)),)), document(BRIDGE))


def test_the_digest_says_what_it_rests_on_and_where_it_comes_from() -> None:
    source = document(BRIDGE, site="Ostrand Herald", authors=("A. Writer",), location="https://example.org/bridge")
    digest = verify(draft(Bullet(text=BRIDGE[1], evidence=(1,), origin="extracted")), source)
    assert digest.title == "A bridge for Ostrand"
    assert (digest.site, digest.authors, digest.location) == (
        "Ostrand Herald",
        ("A. Writer",),
        "https://example.org/bridge",
    )
    assert (digest.published, digest.language) == ("2024-06-19", "en")
    (citation,) = digest.citations
    assert source.text[citation.start : citation.end] == citation.text == BRIDGE[1]
    provenance = digest.provenance
    assert (provenance.engine, provenance.version, provenance.usage.input_tokens) == ("scripted", "1", 3)
    assert (provenance.document, provenance.source) == (source.hash, "resource-1:00")
    assert (provenance.words, provenance.share, provenance.page_share) == (source.reading.words, 0.5, 0.9)
    assert provenance.notes == ("A table was left out.", "Written by hand.")


def test_a_translated_digest_stays_marked_as_unchecked() -> None:
    told = Bullet(text="Die Brücke kostete 4.021 Kronen je Haushalt.", evidence=(1,))
    digest = verify(draft(told, language="de"), document(BRIDGE))
    (bullet,) = bullets(digest)
    assert bullet.verdict == "not enough info"
    assert digest.checks.not_enough_info == 1
    assert any("another language" in note for note in digest.provenance.notes)


def test_an_abstract_of_which_nothing_stands_has_the_first_bullets_of_the_sections() -> None:
    true = Bullet(text="The old ferry will not return.", evidence=(5,))
    false = Bullet(text="Elephants in Bombay sing 7,000 operas every 19 June.", evidence=())
    digest = verify(replace(draft(true), abstract=(false,)), document(BRIDGE))
    (told,) = digest.sections[0].questions[0].bullets
    assert digest.abstract == (told,)
    assert digest.checks.dropped == 1
    assert verify(draft(true), document(BRIDGE)).abstract == ()  # none was written


def test_verifying_what_was_verified_changes_nothing() -> None:
    first = verify(
        draft(
            Bullet(text="Mayor Anna Keller opened the Ostrand bridge on Friday.", evidence=(0,)),
            Bullet(text="The old ferry will not return.", evidence=(5,)),
        ),
        document(BRIDGE),
    )
    again = verify(replace(draft(), sections=first.sections, abstract=first.abstract), document(BRIDGE))
    assert [bullet.text for bullet in bullets(again)] == [bullet.text for bullet in bullets(first)]
    assert again.citations == first.citations
    assert again.checks == replace(first.checks, replaced=0, dropped=0)


SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PIECES = st.sampled_from(
    [
        "Keller",
        "Novak",
        "opened",
        "not",
        "never",
        "4,021",
        "£",
        "5%",
        "May",
        "2024",
        "Tuesday",
        "“so”",
        "'",
        "…",
        "he",
        "said",
        "that",
        "The",
        "may",
        "-",
        ".",
        ",",
        "!",
        "三年",
        "٣",
        "½",
        "U.S.",
        "3.1.4",
        "two",
        "hundred",
        "and",
        "of",
        "rather",
        "than",
        "according",
        "to",
        "\n",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join))


@SLOW
@given(TEXTS.filter(lambda text: bool(text.strip())), st.lists(TEXTS, max_size=3), st.sampled_from(["en", "de", "zh"]))
def test_a_sentence_copied_from_its_evidence_is_always_supported(text: str, others: list[str], language: str) -> None:
    assert check(text, [*others, text], context=Context(language=language))[0] == "supported"


@SLOW
@given(TEXTS, st.lists(TEXTS, max_size=3), st.sampled_from(["en", "de", ""]))
def test_checking_never_raises_and_always_says_why(claim: str, evidence: list[str], language: str) -> None:
    context = Context(language=language, document="\n".join(evidence), published=claim[:10])
    verdict, reasons = check(claim, evidence, context=context)
    assert verdict in ("supported", "refuted", "not enough info")
    assert reasons
    assert (verdict, reasons) == check(claim, evidence, context=context)


@SLOW
@given(
    st.lists(st.tuples(TEXTS, st.lists(st.integers(-2, 8), max_size=3)), max_size=5),
    st.lists(st.lists(TEXTS.filter(bool), min_size=1, max_size=3), min_size=1, max_size=3),
)
def test_verifying_raises_nothing_but_our_errors_and_counts_what_it_keeps(
    told: list[tuple[str, list[int]]], paragraphs: list[list[str]]
) -> None:
    proposed = draft(*(Bullet(text=text, evidence=tuple(ids)) for text, ids in told))
    try:
        digest = verify(proposed, document(*map(tuple, paragraphs)))
    except AiliError:
        return
    kept = bullets(digest)
    checks = digest.checks
    assert checks.supported + checks.refuted + checks.not_enough_info == len(kept)
    assert checks.dropped == len(told) - len(kept)
    assert {number for bullet in kept for number in bullet.evidence} == {citation.id for citation in digest.citations}

"""Texts and digests written for these tests: a document with every verdict, Arabic and Japanese ones, a hostile one."""

from __future__ import annotations

from dataclasses import replace

from aili.digest import (
    Bullet,
    Checks,
    Citation,
    Digest,
    Imprint,
    Provenance,
    Question,
    Reason,
    Section,
    Usage,
    Verdict,
)
from aili.document import Block, Document, Locator, Metadata, Reading, Sentence
from aili.language import count_words
from aili.segmentation import segment

LOCATION = "https://www.harbourgazette.example/2025/03/ferry-line-7?ref=home"

BLOCKS = (
    ("heading", 1, "The Ferry That Almost Was Not"),
    (
        "paragraph",
        0,
        (
            "Line 7 will sail again. After four years of rust and argument, the town council of Maren voted "
            "11 to 4 on Tuesday to reopen the ferry between the old port and Skarholm island. The first boat "
            "leaves on 2 May."
        ),
    ),
    (
        "paragraph",
        0,
        (
            "“Nobody on the island believed us any more,” said Ines Aldana, who chairs the harbour committee. "
            "She carried the petition from door to door for two winters. It has 3,412 signatures, more than "
            "the island has inhabitants."
        ),
    ),
    ("heading", 2, "What it costs"),
    (
        "paragraph",
        0,
        (
            "The boat is second-hand. It was bought from the Faroe Islands for €2.3 million, a third of what "
            "a new one would have cost. Its diesel engine was replaced by a battery that charges in 18 "
            "minutes at the Maren pier."
        ),
    ),
    ("item", 1, "A single ticket costs €3.50; children under twelve travel free."),
    ("item", 1, "Bicycles are carried at no charge outside the morning rush."),
    ("item", 1, "Islanders pay €30 for a month."),
    ("heading", 2, "Who is against it"),
    (
        "paragraph",
        0,
        (
            "Four councillors voted no. Their speaker, Tomas Reyk, called the plan “a bridge made of money”. "
            "He does not oppose the ferry itself, he said, but wants the state to pay for it. The ministry "
            "has not answered his letter of January."
        ),
    ),
    (
        "quote",
        0,
        "The timetable is the promise. If the 6:40 does not sail, no nurse reaches the clinic and no child the school.",
    ),
    ("code", 0, "dep  Maren     06:40  07:25  08:10\ndep  Skarholm  07:00  07:45  08:30"),
    ("caption", 0, "The Hvalba at her trial run on 11 March. Photograph: Harbour Gazette."),
    (
        "paragraph",
        0,
        (
            "Whether 60,000 passengers a year will come, as the council expects, is open. In the last year "
            "before the closure there were 41,000."
        ),
    ),
)


def document_of(blocks: tuple[tuple[str, int, str], ...], metadata: Metadata) -> Document:
    text, found, sentences = "", [], []
    for index, (kind, level, content) in enumerate(blocks):
        text += "\n\n" if text else ""
        start = len(text)
        text += content
        found.append(Block(kind=kind, start=start, end=len(text), level=level))  # type: ignore[arg-type]
        sentences += [
            Sentence(start=start + first, end=start + last, block=index)
            for first, last in segment(content, language=metadata.language)
        ]
    return Document(
        text=text,
        blocks=tuple(found),
        sentences=tuple(sentences),
        metadata=metadata,
        reading=Reading(words=count_words(text), share=0.94),
        source="resource-1:4be1c0ffee",
    )


DOCUMENT = document_of(
    BLOCKS,
    Metadata(
        title="The Ferry That Almost Was Not",
        authors=("Signe Holm", "Bo Lindqvist"),
        published="2025-03-12",
        site="Harbour Gazette",
        language="en",
        location=LOCATION,
    ),
)


def id_of(document: Document, beginning: str) -> int:
    """The sentence that begins so; a KeyError-like failure where a fixture and its document went apart."""
    return next(n for n in range(len(document.sentences)) if document.sentence(n).startswith(beginning))


def bullet(document: Document, text: str, *beginnings: str, verdict: Verdict = "supported") -> Bullet:
    return Bullet(text=text, evidence=tuple(id_of(document, b) for b in beginnings), verdict=verdict)


def citations_of(document: Document, *sections: Section, abstract: tuple[Bullet, ...]) -> tuple[Citation, ...]:
    bullets = [*abstract, *(b for s in sections for q in s.questions for b in q.bullets)]
    return tuple(
        Citation(
            id=number,
            text=document.sentence(number),
            start=document.sentences[number].start,
            end=document.sentences[number].end,
        )
        for number in sorted({number for one in bullets for number in one.evidence})
    )


def _ferry() -> Digest:
    def b(text: str, *beginnings: str) -> Bullet:
        return bullet(DOCUMENT, text, *beginnings)

    abstract = (
        b(
            "The article discusses the decision of Maren's council to reopen the ferry line 7 to Skarholm.",
            "After four",
        ),
        b(
            "It also covers what the second-hand battery ferry costs and who opposes it.",
            "The boat is",
            "Four councillors",
        ),
    )
    sections = (
        Section(
            heading="The Vote on Line 7",
            questions=(
                Question(
                    text="What did the council of Maren decide?",
                    bullets=(
                        b(
                            "The council voted 11 to 4 to reopen the ferry between the old port and Skarholm island.",
                            "After four",
                        ),
                        b("The first boat of line 7 leaves on 2 May.", "The first boat"),
                    ),
                ),
                Question(
                    text="How did islanders push for the ferry?",
                    bullets=(
                        replace(
                            b(
                                "It has 3,412 signatures, more than the island has inhabitants.",
                                "It has 3,412",
                                "She carried",
                            ),
                            origin="replaced",
                        ),
                    ),
                ),
            ),
        ),
        Section(
            heading="Money and Opposition",
            questions=(
                Question(
                    text="What does the new ferry cost?",
                    bullets=(
                        replace(
                            b("The ferry was bought from the Faroe Islands for €3.2 million.", "It was bought"),
                            verdict="refuted",
                            reasons=(
                                Reason(rule="number", message="The bullet says €3.2 million, the source €2.3 million."),
                            ),
                        ),
                        replace(
                            b("Its battery charges in 18 minutes at the Maren pier.", "Its diesel engine"),
                            origin="extracted",
                        ),
                    ),
                ),
                Question(
                    text="Why did four councillors vote against line 7?",
                    bullets=(
                        b(
                            "Tomas Reyk wants the state to pay for the ferry and called the plan “a bridge made of money”.",
                            "Their speaker",
                            "He does not",
                        ),
                        replace(
                            b("The ministry refuses to pay.", "The ministry has"),
                            verdict="not enough info",
                            reasons=(
                                Reason(rule="negation", message="The source says that the ministry has not answered."),
                                Reason(rule="evidence", message="No sentence says that it refuses."),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )  # fmt: skip
    return Digest(
        title="The Ferry That Almost Was Not",
        site="Harbour Gazette",
        authors=DOCUMENT.metadata.authors,
        published="2025-03-12",
        location=LOCATION,
        abstract=abstract,
        sections=sections,
        citations=citations_of(DOCUMENT, *sections, abstract=abstract),
        checks=Checks(supported=8, refuted=1, not_enough_info=1, replaced=1, dropped=2),
        provenance=Provenance(
            engine="openai:gpt-x",
            version="2025-01",
            document=DOCUMENT.hash,
            source=DOCUMENT.source,
            words=DOCUMENT.reading.words,
            share=0.97,
            page_share=0.94,
            usage=Usage(input_tokens=1840, output_tokens=402, dollars=0.0031),
            notes=("The chosen engine did not answer; the embedded engine wrote the second section.",),
        ),
        imprint=Imprint(shared_by="Ada Okafor", year="2025", owner="Quiet Reading Ltd."),
    )


FERRY = _ferry()

ARABIC_DOCUMENT = document_of(
    (
        ("heading", 1, "مكتبة الحي تفتح أبوابها ليلًا"),
        ("paragraph", 0, "تفتح مكتبة الحي أبوابها حتى منتصف الليل ابتداءً من 5 مايو 2025. وقالت المديرة ليلى حداد إن الطلاب طلبوا ذلك منذ سنوات."),  # noqa: E501
        ("paragraph", 0, "ستكلف الساعات الإضافية 40000 يورو في السنة. وستدفع البلدية نصف المبلغ."),
    ),
    Metadata(title="مكتبة الحي تفتح أبوابها ليلًا", language="ar", site="صحيفة الميناء", location="https://example.org/ar/library"),
)  # fmt: skip


def _small(document: Document, *, abstract: str, heading: str, questions: tuple[tuple[str, str, int], ...]) -> Digest:
    first = (Bullet(text=abstract, evidence=(1,), verdict="supported"),)
    sections = (
        Section(
            heading=heading,
            questions=tuple(
                Question(text=q, bullets=(Bullet(text=a, evidence=(n,), verdict="supported"),)) for q, a, n in questions
            ),
        ),
    )
    return Digest(
        title=document.metadata.title,
        site=document.metadata.site,
        language=document.metadata.language,
        location=document.metadata.location,
        abstract=first,
        sections=sections,
        citations=citations_of(document, *sections, abstract=first),
        checks=Checks(supported=1 + len(questions)),
        provenance=Provenance(engine="embedded", version="1", words=document.reading.words, document=document.hash),
        imprint=Imprint(shared_by="Layla", year="2025", owner="NewMotor"),
    )


ARABIC = _small(
    ARABIC_DOCUMENT,
    abstract="يتناول المقال فتح مكتبة الحي حتى منتصف الليل.",
    heading="ساعات المكتبة الجديدة",
    questions=(
        ("متى تفتح المكتبة ليلًا؟", "تفتح مكتبة الحي حتى منتصف الليل ابتداءً من 5 مايو 2025.", 1),
        ("كم تكلف الساعات الإضافية؟", "تكلف الساعات الإضافية 40000 يورو في السنة.", 3),
    ),
)

JAPANESE_DOCUMENT = document_of(
    (
        ("heading", 1, "港のフェリー、四年ぶりに再開"),
        ("paragraph", 0, "町議会は火曜日、旧港と島を結ぶフェリーの再開を11対4で可決した。最初の便は5月2日に出る。"),
        ("paragraph", 0, "船はフェロー諸島から230万ユーロで購入された。電池は桟橋で18分で充電できる。"),
    ),
    Metadata(
        title="港のフェリー、四年ぶりに再開", language="ja", site="港新聞", location="https://example.org/ja/ferry"
    ),
)

JAPANESE = _small(
    JAPANESE_DOCUMENT,
    abstract="この記事は、島へのフェリーの再開について述べています。",
    heading="フェリー再開の決定",
    questions=(
        ("議会は何を決めましたか？", "町議会は旧港と島を結ぶフェリーの再開を11対4で可決した。", 1),
        ("電池の充電にはどのくらいかかりますか？", "電池は桟橋で18分で充電できる。", 4),
    ),
)

HOSTILE_WORDS = (
    "</script><script>alert(1)</script>",
    "<img src=https://evil.example/x.png onerror=alert(1)>",
    "![pixel](https://evil.example/p.png) [click](javascript:alert(1))",
    "\x1b[2J\x1b]8;;https://evil.example\x07link\x1b]8;;\x07 \x9b31m \x00nul",
    "\u202egnp.exe\u2066 \u2028line \u2029para \ufeff",
    '" onmouseover="alert(1)" \' & &lt;b&gt; `code` *bold* _em_ ~~del~~ | a | # h',
    "[^1]: fake footnote\n\n# Fake title\n- fake bullet\n1. fake",
    "<!-- comment --> ]]> <![CDATA[ <?php -->",
)


# None is an address that anybody may be led to.
HOSTILE_ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt://example.org/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    'https://evil.example/"onmouseover="alert(1)',
    "https://evil.example/>) [x](javascript:alert(1))",
    "https://evil.example/\x1b]8;;https://worse.example\x07",
    "//evil.example/p2",
)


def hostile_digest() -> Digest:
    """Every text of it wants out of the place it is put in."""
    words = HOSTILE_WORDS
    bullets = tuple(
        Bullet(
            text=text,
            evidence=(number, 99),
            verdict="refuted",
            reasons=(Reason(rule="name", message=words[(number + 1) % len(words)]),),
        )
        for number, text in enumerate(words)
    )
    everything = " ".join(words)
    return Digest(
        title=everything,
        site=words[5],
        authors=(words[1], words[3]),
        published=words[5],
        location="javascript:alert(1)",
        abstract=bullets,
        sections=(Section(heading=words[6], questions=(Question(text=words[0], bullets=bullets),)),),
        citations=tuple(
            Citation(id=n, text=text, start=0, end=1, locator=f"p. {n}", address=address)
            for n, (text, address) in enumerate(zip(words, HOSTILE_ADDRESSES, strict=True))
        ),
        provenance=Provenance(
            engine=words[0], version=words[5], document=hostile_document().hash, source=words[2], notes=words
        ),
        imprint=Imprint(
            brand=words[1], logo=words[0], abstract_mark=words[0], shared_by=words[0], owner=words[2], year=words[5]
        ),
    )


def hostile_document() -> Document:
    kinds = ("heading", "paragraph", "item", "quote", "code", "caption", "table", "paragraph")
    blocks = tuple((kind, 1, text) for kind, text in zip(kinds, HOSTILE_WORDS, strict=True))
    document = document_of(blocks, Metadata(title=HOSTILE_WORDS[0], language='en"><script>alert(1)</script>'))
    locators = (
        Locator(start=block.start, label=f"p. {n}", address=address)
        for n, (block, address) in enumerate(zip(document.blocks, HOSTILE_ADDRESSES, strict=True))
    )
    return replace(document, locators=tuple(locators))

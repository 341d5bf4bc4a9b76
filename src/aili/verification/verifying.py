"""A whole draft: each bullet checked, repaired or dropped, what remains counted, cited and signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from aili.answer import Answer, Reply
from aili.digest import Bullet, Checks, Digest, Draft, Provenance, Question, Reason, Section, made_title
from aili.document import Document
from aili.errors import EngineError
from aili.verification.examining import Examination, citations
from aili.verification.omissions import coverage
from aili.verification.passages import normalise
from aili.verification.repair import replacement

OPENING = 2  # bullets that stand for an abstract


def verify(draft: Draft, document: Document, *, name: str = "") -> Digest:
    """Check every bullet of ``draft`` against ``document`` and return what stands.

    A bullet that fails is replaced by its source sentence or dropped; a question without bullets and a section without
    questions go too, and for an abstract of which nothing stands the first bullets of the first sections stand in. In a
    draft written in another language than the document only numbers can be checked: what they do not refute stays as *not
    enough info*, with a note. Raises EngineError where no bullet of any section stands; it calls the document ``name``, else
    by what the document says of itself.
    """
    told = [
        *draft.abstract,
        *(b for section in draft.sections for question in section.questions for b in question.bullets),
    ]
    work = _Verification(document, draft.language, told)
    abstract = work.bullets(draft.abstract)
    sections = tuple(work.sections(draft.sections))
    if not sections:
        raise EngineError(
            f"Nothing that the engine {draft.engine} wrote about {name or _name(document)} stood up to checking.",
            hint="Try another engine, or read the document itself.",
        )
    if draft.abstract and not abstract:
        abstract = _opening(sections)
    return _digest(draft, document, abstract=abstract, sections=sections, work=work)


def _opening(sections: Sequence[Section]) -> tuple[Bullet, ...]:
    """What stands for an abstract of which nothing stood up to checking: the first bullets of the first sections."""
    return tuple(section.questions[0].bullets[0] for section in sections[:OPENING])


def verify_reply(reply: Reply, document: Document, *, question: str) -> Answer:
    """Check every bullet of ``reply`` to ``question`` as those of a draft are, and return what stands as an Answer.

    A reply without bullets says that the document does not say. Raises EngineError where there were bullets and none stands.
    """
    work = _Verification(document, reply.language, reply.bullets)
    bullets = work.bullets(reply.bullets)
    if reply.bullets and not bullets:
        raise EngineError(
            f"Nothing that the engine {reply.engine} answered stood up to checking.",
            hint="Try another engine, or read the document itself.",
        )
    metadata = document.metadata
    return Answer(
        question=question,
        said=bool(bullets),
        bullets=bullets,
        read_as=reply.read_as,
        language=reply.language or metadata.language,
        title=_title(document),
        location=metadata.location,
        published=metadata.published,
        citations=citations((number for bullet in bullets for number in bullet.evidence), document),
        checks=work.checks(bullets),
        provenance=_provenance(reply, document, _foreign(work, "answer") if bullets else ()),
    )


class _Verification:
    """One run over a draft, whose ``bullets`` are all checked first; holds what is counted and what is already told."""

    def __init__(self, document: Document, language: str, bullets: Iterable[Bullet]) -> None:
        self.document = document
        self.examination = Examination(document, language=language)
        self.translated = self.examination.translated
        every = list(dict.fromkeys(bullets))
        self.checked = dict(zip(every, self.examination.map(self._checked, every), strict=True))
        self.counts: Counter[str] = Counter()
        self.told: set[str] = set()

    def sections(self, sections: Iterable[Section]) -> Iterable[Section]:
        """The sections that keep a question, with the bullets that stand."""
        for section in sections:
            checked = (replace(question, bullets=self.bullets(question.bullets)) for question in section.questions)
            questions: tuple[Question, ...] = tuple(question for question in checked if question.bullets)
            if questions:
                yield replace(section, questions=questions)

    def bullets(self, bullets: Iterable[Bullet]) -> tuple[Bullet, ...]:
        """The bullets that stand, repaired where they failed."""
        return tuple(kept for bullet in bullets if (kept := self.bullet(bullet)) is not None)

    def checks(self, kept: Iterable[Bullet]) -> Checks:
        """The verdicts of the bullets that were kept, and what became of the others."""
        verdicts = Counter(bullet.verdict for bullet in kept)
        return Checks(
            supported=verdicts["supported"],
            refuted=verdicts["refuted"],
            not_enough_info=verdicts["not enough info"],
            replaced=self.counts["replaced"],
            dropped=self.counts["dropped"],
        )

    def bullet(self, bullet: Bullet) -> Bullet | None:
        """The bullet with its verdict, its replacement, or None where it is dropped."""
        checked = self.checked[bullet]
        if checked.verdict == "supported" or (self.translated and checked.verdict != "refuted"):
            self.told.add(normalise(checked.text))
            return checked
        repaired = None
        if not self.translated:
            repaired = replacement(checked, self.document, candidates=self._by_likeness(checked), used=self.told)
        if repaired is None:
            self.counts["dropped"] += 1
            return None
        self.counts["replaced"] += 1
        self.told.add(normalise(repaired.text))
        return repaired

    def _checked(self, bullet: Bullet) -> Bullet:
        if self.translated:
            given = tuple(dict.fromkeys(i for i in bullet.evidence if 0 <= i < len(self.document.sentences)))
            verdict, reasons, ids = self.examination.by(bullet.text, given)
        else:
            verdict, reasons, ids = self.examination.judged(bullet.text, bullet.evidence)
        if self.translated and verdict == "supported":
            verdict = "not enough info"
            reasons = (
                Reason(rule="evidence", message="In another language than the source; only its numbers were checked."),
            )
        return replace(bullet, evidence=ids, verdict=verdict, reasons=reasons)

    def _by_likeness(self, bullet: Bullet) -> tuple[int, ...]:
        """The evidence ids, the sentence nearest to the bullet's words first."""
        words = set(normalise(bullet.text).casefold().split())

        def shared(number: int) -> int:
            return len(words & set(normalise(self.document.sentence(number)).casefold().split()))

        return tuple(sorted(bullet.evidence, key=lambda number: (-shared(number), number)))


def _name(document: Document) -> str:
    return document.metadata.location or document.metadata.title or "this document"


def _digest(
    draft: Draft,
    document: Document,
    *,
    abstract: tuple[Bullet, ...],
    sections: tuple[Section, ...],
    work: _Verification,
) -> Digest:
    kept = [*abstract, *(b for section in sections for question in section.questions for b in question.bullets)]
    metadata = document.metadata
    return Digest(
        title=_title(document),
        abstract=abstract,
        sections=sections,
        language=draft.language or metadata.language,
        site=metadata.site,
        authors=metadata.authors,
        published=metadata.published,
        location=metadata.location,
        citations=citations((number for bullet in kept for number in bullet.evidence), document),
        checks=work.checks(kept),
        coverage=coverage([(bullet.text, bullet.evidence) for bullet in kept], document, work.examination.index),
        provenance=_provenance(draft, document, _foreign(work, "digest")),
    )


def _foreign(work: _Verification, written: str) -> tuple[str, ...]:
    if not work.translated:
        return ()
    return (f"The {written} is in another language than the source, so only its numbers were checked.",)


def _provenance(made: Draft | Reply, document: Document, notes: tuple[str, ...]) -> Provenance:
    return Provenance(
        engine=made.engine,
        version=made.version,
        document=document.hash,
        source=document.source,
        words=document.reading.words or len(document.text.split()),
        share=made.share,
        page_share=document.reading.share,
        usage=made.usage,
        notes=(*document.reading.warnings, *made.notes, *notes),
    )


def _title(document: Document) -> str:
    metadata = document.metadata
    return metadata.title or _first_heading(document) or made_title(metadata.location, document.text)


def _first_heading(document: Document) -> str:
    return next((document.block(i) for i, block in enumerate(document.blocks) if block.kind == "heading"), "")

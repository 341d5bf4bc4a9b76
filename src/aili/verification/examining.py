"""A summary that anybody wrote, checked sentence by sentence: evidence is looked for in the whole document.

Nothing points at the evidence here, so that the search decides what a sentence is compared with. Measured on SummEdits and
WiCE (docs/verification.md): one to three sentences that together cover the claim's rare words are better evidence than the
whole document, since a wrong name or number often stands somewhere in it; where they leave a claim open, their neighbours
are tried too, since a sentence often opens with what the one before it named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from aili.digest import Checks, Citation, Coverage, Reason, Verdict
from aili.document import Document
from aili.encoder import load
from aili.report import Report, Statement
from aili.verification.cases import Context
from aili.verification.checking import check
from aili.verification.omissions import coverage
from aili.verification.passages import normalise
from aili.verification.retrieval import Index
from aili.verification.spans import spans

# Sentences of the block before and after the evidence that serve as context.
BEFORE, AFTER = 4, 2
# Sentences of a summary that are checked: each takes some milliseconds, and a longer text is none.
MOST_STATEMENTS = 1000
_NEIGHBOURS = (-1, 1, -2, 2)

_A = TypeVar("_A")
_B = TypeVar("_B")
Judgement = tuple[Verdict, tuple[Reason, ...], tuple[int, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What is to be checked: sentences in order, in ``language`` (BCP 47); ``name`` is how the reader knows it.

    ``evidence`` gives, where the summary names its evidence in this very document, the ids for each sentence.
    """

    sentences: tuple[str, ...]
    language: str
    name: str = ""
    words: int = 0
    evidence: tuple[tuple[int, ...], ...] = ()


def examine(summary: Summary, document: Document) -> Report:
    """Check every sentence of ``summary`` against ``document``; pure, and raises nothing.

    At most 1,000 sentences are checked; that the rest was not, that the languages differ or that the summary is longer than
    the source is said in the report's notes.
    """
    work = Examination(document, language=summary.language)
    sentences = summary.sentences[:MOST_STATEMENTS]
    named = summary.evidence or ((),) * len(sentences)
    statements = tuple(work.map(lambda row: work.statement(*row), list(zip(sentences, named, strict=False))))
    verdicts = Counter(statement.verdict for statement in statements)
    metadata = document.metadata
    return Report(
        title=metadata.title,
        statements=statements,
        summary=summary.name,
        language=summary.language,
        location=metadata.location,
        published=metadata.published,
        document=document.hash,
        words=document.reading.words or len(document.text.split()),
        summary_words=summary.words,
        citations=citations((number for statement in statements for number in statement.evidence), document),
        checks=Checks(
            supported=verdicts["supported"],
            refuted=verdicts["refuted"],
            not_enough_info=verdicts["not enough info"],
        ),
        coverage=(
            Coverage()
            if work.translated
            else coverage([(one.text, one.evidence) for one in statements], document, work.index)
        ),
        notes=tuple(_notes(summary, document, translated=work.translated)),
    )


def _notes(summary: Summary, document: Document, *, translated: bool) -> Iterator[str]:
    yield from document.reading.warnings
    if translated:
        yield "The summary is in another language than the source, so only its numbers could be checked."
    if len(summary.sentences) > MOST_STATEMENTS:
        yield (
            f"The summary has {len(summary.sentences):,} sentences; only the first {MOST_STATEMENTS:,} were checked."
        )
    words = document.reading.words or len(document.text.split())
    if summary.words > words:
        yield (
            f"The summary has {summary.words:,} words, the source only {words:,}: are the two in the right order? "
            "The source comes first."
        )


class Examination:
    """A document made ready for checking many claims, in ``language``, against all of it."""

    def __init__(self, document: Document, *, language: str = "") -> None:
        own = document.metadata.language or language
        self.document = document
        self.language = own or "en"
        self.translated = bool(own and language) and primary(own) != primary(language)
        self.index = Index(document, english=primary(self.language) == "en")

    def map(self, function: Callable[[_A], _B], items: Sequence[_A]) -> Iterable[_B]:
        """``function`` of each item, in order; of English, on as many threads as there are processors.

        A claim takes some ten milliseconds, six of them in graphs that let other threads run: two cores take six to nine.
        """
        if self.translated or primary(self.language) != "en" or len(items) < 2:
            return map(function, items)
        return load().map(function, items)

    def statement(self, text: str, named: Sequence[int] = ()) -> Statement:
        """``text`` judged, with the places where it and its evidence agree."""
        if self.translated:
            return self._foreign(text)
        verdict, reasons, ids = self.judged(text, named)
        published = self.document.metadata.published
        return Statement(
            text=text,
            verdict=verdict,
            reasons=reasons,
            evidence=ids,
            spans=spans(text, ids, self.document, published=published),
        )

    def judged(self, text: str, named: Sequence[int] = ()) -> Judgement:
        """Verdict, reasons and evidence of ``text`` by the evidence it names, or by better evidence where that says nothing.

        What the named evidence refutes stays refuted: a wrong name often stands elsewhere in the document.
        """
        given = tuple(dict.fromkeys(i for i in named if 0 <= i < len(self.document.sentences)))
        if not given:
            return self._found(text)
        first = self.by(text, given)
        if first[0] == "not enough info":
            found = self._found(text)
            return found if found[0] == "supported" else first
        return first

    def _found(self, text: str) -> Judgement:
        """Verdict, reasons and evidence by the sentences of the document that cover most of ``text`` or are most like it."""
        copied = self._places.get(normalise(text))
        ids = (self.index.evidence(text) or self.index.alike(text)) if copied is None else (copied,)
        if not ids:
            return "not enough info", (Reason(rule="evidence", message="No sentence of the source speaks of it."),), ()
        first = self.by(text, ids)
        if first[0] != "not enough info":
            return first
        sentences = self.document.sentences
        for step in _NEIGHBOURS:
            other = ids[0] + step
            if 0 <= other < len(sentences) and other not in ids and sentences[other].block == sentences[ids[0]].block:
                wider = self.by(text, (*ids[:2], other))
                if wider[0] == "supported":
                    return wider
        like = [number for number in self.index.alike(text) if number not in ids]
        if like:
            wider = self.by(text, (*ids[:1], *like))
            if wider[0] == "supported":
                return wider
        return first

    @cached_property
    def _places(self) -> dict[str, int]:
        """Ids of the sentences by their plain text, the first of equal ones; a copy needs no search."""
        count = len(self.document.sentences)
        return {normalise(self.document.sentence(number)): number for number in reversed(range(count))}

    def by(self, text: str, ids: Sequence[int]) -> Judgement:
        """Verdict and reasons of ``text`` by exactly these sentences."""
        ordered = sorted(ids)
        verdict, reasons = check(text, [self.document.sentence(i) for i in ordered], context=self.context(ids))
        return verdict, reasons, tuple(ids)

    def context(self, ids: Sequence[int]) -> Context:
        """The sentences around these in their blocks, and what is known of the document."""
        sentences = self.document.sentences
        near = {
            other
            for i in ids
            for other in range(max(0, i - BEFORE), min(len(sentences), i + AFTER + 1))
            if sentences[other].block == sentences[i].block
        }
        metadata = self.document.metadata
        return Context(
            neighbours=tuple(self.document.sentence(i) for i in sorted(near - set(ids))),
            document=self.document.text,
            title=metadata.title,
            published=metadata.published,
            language=self.language,
            translated=self.translated,
        )

    def _foreign(self, text: str) -> Statement:
        """A sentence in another language: its numbers must stand somewhere, and more cannot be said."""
        verdict, reasons = check(text, [self.document.text], context=self.context(()))
        if verdict == "supported":
            reasons = (
                Reason(rule="evidence", message="In another language than the source; only its numbers were checked."),
            )
        return Statement(text=text, verdict="not enough info" if verdict == "supported" else verdict, reasons=reasons)


def primary(language: str) -> str:
    """The primary subtag of a BCP 47 tag, in lower case."""
    return language.replace("_", "-").partition("-")[0].lower()


def citations(ids: Iterable[int], document: Document) -> tuple[Citation, ...]:
    """The document's sentences with these ids, each once, in the document's order."""
    return tuple(_citation(number, document) for number in sorted(set(ids)))


def _citation(number: int, document: Document) -> Citation:
    span = document.sentences[number]
    return Citation(
        id=number,
        text=document.sentence(number),
        start=span.start,
        end=span.end,
        locator=document.locator(span.start),
        address=document.address(span.start),
    )

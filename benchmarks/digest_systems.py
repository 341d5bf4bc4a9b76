"""What writes the digests that are compared: aili, and simple selections of sentences under the plain question.

A simple selection takes as many sentences as aili's digest of the same document rests on, puts them under the page's own
headings (its title where there is none), asks of each what the article says about it, and takes the best three as abstract.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from aili import engines, verification
from aili.digest import Bullet, Digest, Question, Section
from aili.document import Document
from aili.engines import EngineOptions
from aili.engines.embedded.network import Network
from aili.errors import EngineError

PLAIN = "What does the article say about “{topic}”?"
# The questions that the engine falls back on: of a topic, of the whole, and of what is left.
_PLAIN = (
    "What does the article say about",
    "What are the main points",
    "What else does the article say",
    "What is the article about",
    "What is notable about",
    "What should you know about",
)
ABSTRACT = 3  # sentences

Select = Callable[[Document, int], list[int]]


@dataclass(frozen=True)
class System:
    """Digests of the documents in order, and the median milliseconds that one took."""

    name: str
    digests: tuple[Digest, ...]
    milliseconds: float = 0.0
    megabytes: float = 0.0  # the process's largest resident size until then


def aili(documents: Sequence[Document]) -> System:
    """aili's checked digests; the time is drafting and verification."""
    engine = engines.engine("embedded", EngineOptions())
    engine.prepare()
    made, times = [], []
    for document in documents:
        began = time.perf_counter()
        try:
            (draft,) = engine.draft(document)
            made.append(verification.verify(draft, document))
        except EngineError:  # "no sentence that a digest could rest on": an empty digest, which the tables count
            made.append(Digest(title=document.metadata.title, abstract=(), sections=()))
        times.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return System("aili embedded", tuple(made), 1000 * median(times), peak)


def simple(name: str, select: Select, documents: Sequence[Document], sizes: Sequence[int]) -> System:
    """The digests of a selection that gives the ids of the ``sizes`` best sentences, best first."""
    made, times = [], []
    for document, size in zip(documents, sizes, strict=True):
        began = time.perf_counter()
        made.append(_under_headings(document, select(document, size)))
        times.append(time.perf_counter() - began)
    return System(name, tuple(made), 1000 * median(times))


def lead(document: Document, size: int) -> list[int]:
    """The first sentences."""
    return usable(document)[:size]


def centroid(network: Network) -> Select:
    """The sentences nearest to the mean vector of the document."""

    def select(document: Document, size: int) -> list[int]:
        numbers = usable(document)
        vectors = network.embed([document.sentence(i) for i in numbers])
        return [numbers[i] for i in np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")[:size]]

    return select


def lexrank(document: Document, size: int) -> list[int]:
    """LexRank's sentences, by sumy with a simple tokenizer (its own downloads data)."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph
    from sumy.models.dom import Sentence as Line
    from sumy.summarizers.lex_rank import LexRankSummarizer

    class Words:
        @staticmethod
        def to_words(text: str) -> tuple[str, ...]:
            return tuple(word.strip(".,;:!?\"'()").lower() for word in text.split())

    lines = [Line(document.sentence(i), Words()) for i in usable(document)]
    ranked = LexRankSummarizer()(ObjectDocumentModel([Paragraph(lines)]), size)
    texts = {str(line) for line in ranked}
    return [i for i in usable(document) if document.sentence(i).strip() in texts][:size]


def usable(document: Document) -> list[int]:
    """Ids of the sentences that are not headings."""
    return [i for i, s in enumerate(document.sentences) if document.blocks[s.block].kind != "heading"]


def chosen(digest: Digest) -> list[int]:
    """The sentences that the bullets of a digest rest on."""
    return sorted({i for s in digest.sections for q in s.questions for b in q.bullets for i in b.evidence})


def is_plain(question: str) -> bool:
    """Whether a question is a fallback: one that fits any topic."""
    return question.startswith(_PLAIN)


def heading_over(document: Document, number: int) -> str:
    """The nearest heading above a sentence; the title where there is none."""
    for at in range(document.sentences[number].block, -1, -1):
        if document.blocks[at].kind == "heading":
            return document.block(at)
    return document.metadata.title


def _under_headings(document: Document, ranked: Sequence[int]) -> Digest:
    groups: dict[str, list[int]] = {}
    for number in sorted(ranked):
        groups.setdefault(heading_over(document, number), []).append(number)
    return Digest(
        title=document.metadata.title,
        abstract=tuple(_copy(document, number) for number in sorted(ranked[:ABSTRACT])),
        sections=tuple(
            Section(
                heading=heading,
                questions=(
                    Question(
                        text=PLAIN.format(topic=heading.rstrip("?")),
                        bullets=tuple(_copy(document, number) for number in numbers),
                    ),
                ),
            )
            for heading, numbers in groups.items()
        ),
    )


def _copy(document: Document, number: int) -> Bullet:
    return Bullet(text=document.sentence(number), evidence=(number,), origin="extracted")

"""What the engine knows of a document before it writes: its lines, their vectors, how much each matters, and the topics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from aili.document import Document
from aili.engines.embedded import lexical
from aili.engines.embedded.cleaning import clean
from aili.engines.embedded.heading_text import sums_up
from aili.engines.embedded.network import Network
from aili.engines.embedded.outline import Topic, outline
from aili.engines.embedded.salience import Line, salience
from aili.language import count_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_INSIDE = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")
RECURRING = 3  # times; a heading that stands twice may be a thing's in an overview and further down
_PLAIN = re.compile(r"\b[a-z]+\b")
_LABEL = re.compile(r"([A-Za-z]\w+(?: \w+)?):\s+(?=\w)")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
ROWS = 100  # of one table that are read; of a table of 20,000 rows the others would take 12 s
PARSE_ALL = (
    160  # sentences; in a longer document only the candidates are parsed, which takes a third longer than a vector
)
Embed = Callable[[Sequence[str]], "Floats"]


@dataclass(frozen=True, kw_only=True)
class Survey:
    """A document surveyed: one line, vector (n, d) and salience (n) per sentence read, and the topics.

    ``leading`` is the salience for the abstract, ``names`` the words that are always written with a capital.

    ``share`` is the part of the document's words that was read (0–1).
    """

    document: Document
    language: str
    lines: tuple[Line, ...]
    vectors: Floats
    salience: Floats
    leading: Floats
    topics: tuple[Topic, ...]
    words: int
    share: float
    names: frozenset[str]

    @cached_property
    def bags(self) -> tuple[frozenset[str], ...]:
        """The content words of each line."""
        return tuple(frozenset(lexical.terms(line.text, self.language)) for line in self.lines)

    @cached_property
    def small(self) -> frozenset[str]:
        """The words that running text writes small."""
        return frozenset(word for line in self.lines if line.kind != "heading" for word in _PLAIN.findall(line.text))

    @cached_property
    def abbreviations(self) -> frozenset[str]:
        """The words that running text writes in capitals, among words that are not."""
        told = [line.text for line in self.lines if line.kind != "heading" and any(c.islower() for c in line.text)]
        return frozenset(word for text in told for word in _CAPITALS.findall(text))

    @cached_property
    def told(self) -> str:
        """The running text in small letters."""
        return self.running.lower()

    @cached_property
    def running(self) -> str:
        """The running text, a line a sentence, each with a space before it."""
        return "\n".join(f" {line.text}" for line in self.lines if line.kind != "heading")

    @cached_property
    def recurring(self) -> frozenset[str]:
        """The headings, in small letters, that stand over several parts: "Pros & Cons" of each thing that is compared."""
        told = Counter(line.text.lower() for line in self.lines if line.kind == "heading")
        return frozenset(text for text, count in told.items() if count >= RECURRING)

    @cached_property
    def repeated(self) -> frozenset[int]:
        """The sentences that the text has said before in the same words."""
        first: dict[str, int] = {}
        return frozenset(
            number for number, line in enumerate(self.lines) if first.setdefault(line.text, number) != number
        )

    @cached_property
    def summary(self) -> range:
        """The sentences of the author's own summary, under a heading that says so; empty where there is none.

        Where it is a list, its first items.
        """
        parts = (part for topic in self.topics for part in topic.parts if part.heading >= 0)
        part = next((part for part in parts if sums_up(self.lines[part.heading].text)), None)
        if part is None:
            return range(0)
        first = part.heading + 1
        listed = list(takewhile(lambda number: self.lines[number].kind == "item", range(first, part.end)))
        return range(first, listed[-1] + 1 if len(listed) > 1 else part.end)

    @property
    def english(self) -> bool:
        """Whether the parser and the encoder know the language."""
        return self.language == "en"


def survey(document: Document, *, language: str, network: Network | None, max_words: int) -> Survey:
    """Survey ``document``; ``network`` reads its sentences, None where it does not know the language."""
    lines, counts = _lines(document, language)
    total = sum(counts)
    reach = _reach(counts, max_words)
    lines, counts = lines[:reach], counts[:reach]
    texts = [line.text for line in lines]
    title = document.metadata.title or (texts[0] if texts else "")
    if network is not None:
        if len(texts) <= PARSE_ALL:
            network.analyse(texts)  # the parse of a candidate is then at hand, and its vector with it
        vectors, whole = _vectors(lines, title, network)
        scores = salience(lines, vectors, whole)
    else:
        vectors = lexical.embed(texts, language)
        scores = lexical.salience(vectors, [line.opens for line in lines])
    words = sum(counts)
    return Survey(
        document=document,
        language=language,
        lines=tuple(lines),
        vectors=vectors,
        salience=scores[:, 0],
        leading=scores[:, 1],
        topics=outline(lines, [_level(document, line) for line in lines], counts, vectors),
        words=words,
        share=words / total if total else 1.0,
        names=_names(lines),
    )


def _vectors(lines: Sequence[Line], title: str, network: Network) -> tuple[Floats, Floats]:
    """The vectors of ``lines`` and of ``title``; the later rows of a long table, never told, have its first rows'."""
    stands_for: list[int] = []  # the line whose vector each has
    row = 0
    for number, line in enumerate(lines):
        row = 0 if line.opens or line.kind != "table" else row + 1
        stands_for.append(number if row < ROWS else number - row + row % ROWS)
    read = [number for number, other in enumerate(stands_for) if number == other]
    place = {number: at for at, number in enumerate(read)}
    vectors = network.embed([*(lines[number].text for number in read), title])
    return vectors[[place[number] for number in stands_for]], vectors[-1]


def _level(document: Document, line: Line) -> int:
    return max(document.blocks[line.block].level, 1) if line.kind == "heading" and line.opens else 0


def _names(lines: Sequence[Line]) -> frozenset[str]:
    """Words that running text writes with a capital where no sentence begins, and not as often small."""
    told = [line.text for line in lines if line.kind != "heading"]
    large = Counter(name for text in told for name in _INSIDE.findall(text))
    small = Counter(word for text in told for word in _PLAIN.findall(text))
    return frozenset(name for name, times in large.items() if times > small[name.lower()])


def _lines(document: Document, language: str) -> tuple[list[Line], list[int]]:
    lines: list[Line] = []
    counts: list[int] = []
    last, heading = -1, False
    quotes = _Quotes(document.text)
    for number, sentence in enumerate(document.sentences):
        block = document.blocks[sentence.block]
        opens = sentence.block != last
        if opens and last >= 0:
            heading = document.blocks[last].kind == "heading"
        last = sentence.block
        text = clean(document.sentence(number), english=language == "en")
        lines.append(
            Line(
                text=text,
                block=sentence.block,
                kind=block.kind,
                opens=opens,
                after_heading=heading and opens,
                quoted=quotes.open_at(block.start, sentence.start),
            )
        )
        counts.append(count_words(text, language))
    return _without_labels(lines), counts


def _without_labels(lines: Sequence[Line]) -> list[Line]:
    """``lines`` whose headings lost a label that many of them have: "Check: Oil Filter", "Check: Tire Pressure"."""
    labels = [match[1] if line.kind == "heading" and (match := _LABEL.match(line.text)) else "" for line in lines]
    often = {label for label, times in Counter(labels).items() if label and times >= RECURRING}
    return [
        replace(line, text=line.text[len(label) + 1 :].strip()) if label in often else line
        for line, label in zip(lines, labels, strict=True)
    ]


class _Quotes:
    """Whether a quotation is open; asked of places in their order, since a table may have 20,000 rows."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._begin = self._read = -1
        self._turned = self._straight = 0

    def open_at(self, begin: int, at: int) -> bool:
        """Whether one that opened behind ``begin``, where the block begins, is still open at ``at``."""
        if begin != self._begin:
            self._begin = self._read = begin
            self._turned = self._straight = 0
        piece = self._text[self._read : at]
        self._read = at
        self._turned += piece.count("“") - piece.count("”")
        self._straight += piece.count('"')
        return self._turned > 0 or self._straight % 2 == 1


def _reach(counts: Sequence[int], max_words: int) -> int:
    """How many sentences are read so that their words stay within ``max_words``; one at least."""
    total = 0
    for number, count in enumerate(counts):
        total += count
        if total > max_words:
            return max(number, 1)
    return len(counts)

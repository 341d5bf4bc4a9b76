"""Names and numbers that a digest's texts invent, and how like its headings, abstract and questions are to a reference's.

A number or a name of a written text is right where it stands in its evidence: the sentences that the text cites, the title,
and for a question or a heading the page's headings over those sentences too. Compared are digits ("1,200" is 1200, "twelve"
is 12) and single words of names, possessives undone; this is stricter than the verification that aili itself runs, and
knows nothing of it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from aili.digest import Digest
from aili.document import Document
from aili.engines.embedded.network import Network
from benchmarks.likeness import rouge_1, rouge_l

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’.&-][^\W\d_]+)*")
_OPENERS = frozenset(".?!:;\"“”'‘’(•*–—-")
_SPELT = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split()
    )
}
# A capital that makes no name: what starts a plain question or the engine's own frame for the author's words.
_NO_NAMES = frozenset(("i", "i'm", "i’m", "i've", "i’ve", "i'd", "i’d", "i'll", "i’ll"))


@dataclass(frozen=True, kw_only=True)
class Checked:
    """How many names and numbers a text holds and which of them its evidence does not."""

    held: int
    invented: tuple[str, ...]


def told(digest: Digest, document: Document, network: Network) -> Iterator[Checked]:
    """The abstract's sentences and the bullets."""
    bullets = [b for s in digest.sections for q in s.questions for b in q.bullets]
    for bullet in (*digest.abstract, *bullets):
        yield checked(bullet.text, _evidence(document, bullet.evidence), network)


def asked(digest: Digest, document: Document, network: Network) -> Iterator[Checked]:
    """The questions against what their bullets rest on, the headings against what their section rests on."""
    for section in digest.sections:
        whole: set[int] = set()
        for question in section.questions:
            numbers = {i for bullet in question.bullets for i in bullet.evidence}
            whole |= numbers
            yield checked(question.text, _evidence(document, sorted(numbers), headings=True), network)
        yield checked(section.heading, _evidence(document, sorted(whole), headings=True), network, title=True)


def _evidence(document: Document, numbers: Sequence[int], *, headings: bool = False) -> str:
    lines = [document.metadata.title, *(document.sentence(i) for i in numbers)]
    return "\n".join(
        [*lines, *(heading for i in numbers for heading in _headings_over(document, i))] if headings else lines
    )


def _headings_over(document: Document, number: int) -> Iterator[str]:
    """The headings that a sentence stands under: the nearest, and each of a higher rank over it."""
    rank = sys.maxsize
    for block in range(document.sentences[number].block, -1, -1):
        if document.blocks[block].kind == "heading" and document.blocks[block].level < rank:
            rank = document.blocks[block].level
            yield document.block(block)


def checked(text: str, evidence: str, network: Network, *, title: bool = False) -> Checked:
    """The names and numbers of ``text``; a capital in a ``title`` says nothing, there only the parser's names count."""
    wanted = [*_numbers(text), *names(text, network, title=title)]
    there = {*_numbers(evidence), *map(_fold, _words(evidence))}
    return Checked(held=len(wanted), invented=tuple(each for each in wanted if _fold(each) not in there))


def _numbers(text: str) -> list[str]:
    digits = [match[0].replace(",", "") for match in _NUMBER.finditer(text)]
    return digits + [_SPELT[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _SPELT and word != "one"]


def names(text: str, network: Network, *, title: bool = False) -> list[str]:
    """Words of names: those with a capital where no sentence begins, and those that the parser takes for one."""
    (analysis,) = network.analyse([text])
    spans = [(token.start, token.end) for token in analysis.tokens if token.entity]
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        if not word[0].isupper() or _fold(word) in _NO_NAMES:
            continue
        before = text[: match.start()].rstrip()
        opens = not before or before[-1] in _OPENERS
        if (not opens and not title) or any(start <= match.start() < end for start, end in spans):
            found.append(word)
    return found


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        yield match[0]
        yield from re.findall(r"[^\W\d_]+", match[0])


def _fold(word: str) -> str:
    low = word.lower().replace("’", "'")
    return low.removesuffix("'s").removesuffix("'").rstrip(".")


def precision(found: Sequence[Checked]) -> float:
    """Per cent of the names and numbers of all texts that their evidence holds."""
    held = sum(each.held for each in found)
    return 100 * (1 - sum(len(each.invented) for each in found) / held) if held else 100.0


def inventions(digests: Sequence[Digest], documents: Sequence[Document], network: Network) -> dict[str, float]:
    """Precision of names and numbers in what is told and in what is asked, per cent, by the name of the column."""
    pairs = list(zip(digests, documents, strict=True))
    return {
        "told": precision([each for pair in pairs for each in told(*pair, network)]),
        "asked": precision([each for pair in pairs for each in asked(*pair, network)]),
    }


def likeness(digests: Sequence[Digest], references: Sequence[Digest], network: Network) -> dict[str, float]:
    """Questions, headings and abstract beside the reference's, means over documents, by the name of the column.

    ``cosine`` and ``question-rouge-l`` take for each question the nearest of the reference; ``covered`` for each of the
    reference the nearest question. Headings are compared as one text, in order.
    """
    rows = [_likeness(digest, reference, network) for digest, reference in zip(digests, references, strict=True)]
    return {name: mean(row[name] for row in rows) for name in rows[0]}


def _likeness(digest: Digest, reference: Digest, network: Network) -> dict[str, float]:
    ours, theirs = _questions(digest), _questions(reference)
    cosines = network.embed(ours) @ network.embed(theirs).T
    headings = [" ".join(section.heading for section in each.sections) for each in (digest, reference)]
    abstracts = [" ".join(sentence.text for sentence in each.abstract) for each in (digest, reference)]
    return {
        "cosine": float(cosines.max(axis=1).mean()) if ours else 0.0,
        "covered": float(cosines.max(axis=0).mean()) if ours else 0.0,
        "question-rouge-l": 100 * mean([max(rouge_l(text, other) for other in theirs) for text in ours] or [0.0]),
        "heading-rouge-1": 100 * rouge_1(headings[0], headings[1]),
        "heading-rouge-l": 100 * rouge_l(headings[0], headings[1]),
        "abstract-rouge-1": 100 * rouge_1(abstracts[0], abstracts[1]),
        "abstract-rouge-l": 100 * rouge_l(abstracts[0], abstracts[1]),
    }


def _questions(digest: Digest) -> list[str]:
    return [question.text for section in digest.sections for question in section.questions]

"""What was left out: the passages of a document that nothing told rests on, the weightiest first.

A passage is a paragraph, a quotation, a list, or a row of a table. It is told where a sentence of it is evidence, or where
the rare words of one stand in what was told. How much a sentence matters is guessed from the sentence alone, by a logistic
model of four marks fitted on what the reference digests' bullets cite (train split). Measured on the dev split, taking as
many sentences as the reference cites: F1 .621; the first sentences give .443, the most central ones .516, and the embedded
engine's model, which needs the encoder's vector of every sentence, .668. This one costs some microseconds a sentence and
knows no engine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aili.digest import Coverage, Omission
from aili.document import Document
from aili.language import count_words
from aili.verification.retrieval import Index

# Passages that are shown; the rest is counted.
SHOWN = 6
# A sentence is told where this share of its words, weighted by rarity, stands in what was told.
TOLD = 0.7
# A shorter passage holds a caption, a name, a call to read on.
FEWEST_WORDS = 8
_KINDS = frozenset(("paragraph", "item", "quote"))
_MARKS = "\"'”’»)]"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Passage:
    """Sentence ids in a row, and the heading that they stand under."""

    sentences: tuple[int, ...]
    heading: str


def coverage(told: Sequence[tuple[str, tuple[int, ...]]], document: Document, index: Index) -> Coverage:
    """What of ``document`` was told by texts with their evidence ids, and what was left out; linear in the document.

    ``index`` is the document's. Raises nothing; a document without passages has a share of 1.
    """
    passages = [passage for passage in _passages(document) if passage.sentences]
    cited = {number for _, ids in told for number in ids}
    words = frozenset(key for text, _ in told for key in index.keys(text))
    lengths = {i: count_words(document.sentence(i)) for passage in passages for i in passage.sentences}
    weights = {i: salience(document.sentence(i), lengths[i]) for i in lengths}
    whole, read, omissions, omitted, told_passages = sum(lengths.values()), 0, [], 0, 0
    total = sum(weights.values()) or 1.0
    for passage in passages:
        length = sum(lengths[i] for i in passage.sentences)
        if any(i in cited or _told(i, index, words) for i in passage.sentences):
            read += length
            told_passages += 1
        elif length >= FEWEST_WORDS:
            omitted += 1
            omissions.append(_omission(passage, document, weights, length, total))
    omissions.sort(key=lambda one: (-one.salience, one.id))
    return Coverage(
        share=read / whole if whole else 1.0,
        passages=told_passages + omitted,
        omitted=omitted,
        omissions=tuple(omissions[:SHOWN]),
    )


def salience(sentence: str, words: int) -> float:
    """The chance (0–1) that a careful digest rests a bullet on a sentence of so many ``words``."""
    end = sentence.rstrip(_MARKS)
    score = (
        1.1 * math.log(1 + words)
        + 0.6 * any(character.isdigit() for character in sentence)
        - 1.7 * end.endswith(("?", "？", "؟"))
        - 0.75 * (not end.endswith((".", "!", "?", "…", "。", "！", "？", "।", "؟")))
        - 3.4
    )
    return 1 / (1 + math.exp(-score))


def _omission(passage: _Passage, document: Document, weights: dict[int, float], length: int, total: float) -> Omission:
    first = max(passage.sentences, key=lambda i: (weights[i], -i))
    start = document.sentences[first].start
    return Omission(
        id=first,
        text=" ".join(document.sentence(first).split()),
        heading=passage.heading,
        words=length,
        salience=round(sum(weights[i] for i in passage.sentences) / total, 4),
        locator=document.locator(start),
        address=document.address(start),
    )


def _told(number: int, index: Index, words: frozenset[str]) -> bool:
    whole = index.weight(number)
    return bool(whole) and index.weight(number, within=words) >= TOLD * whole


def _passages(document: Document) -> Iterator[_Passage]:
    """Blocks of text, a list's items taken together, a table's rows each by itself."""
    heading, row, last = "", list[int](), -1
    for block, ids in _by_block(document):
        kind = document.blocks[block].kind
        if kind != "item" or document.blocks[last].kind != "item":
            yield _Passage(sentences=tuple(row), heading=heading)
            row = []
        if kind == "heading":
            heading = " ".join(document.block(block).split())
        elif kind == "table":
            yield from (_Passage(sentences=(number,), heading=heading) for number in ids)
        elif kind in _KINDS:
            row += ids
        last = block
    yield _Passage(sentences=tuple(row), heading=heading)


def _by_block(document: Document) -> Iterable[tuple[int, list[int]]]:
    blocks: dict[int, list[int]] = {}
    for number, sentence in enumerate(document.sentences):
        blocks.setdefault(sentence.block, []).append(number)
    return sorted(blocks.items())

"""How likely a sentence answers a question: a logistic model over likeness, shared words, and the kind of answer asked for.

Trained on the reference digests (benchmarks/answering.py, which uses ``features`` as it stands here): the sentences that a
question's bullets cite against all others of the document, and against those of documents that the question was not asked
of. What holds for the whole document is a feature too, so that one number says both which sentence answers best and whether
any does: a word of the question that the document lacks speaks against every sentence of it.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from aili.engines.embedded.lexical import terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# Words of a question that say what is asked for, not what it is asked of.
_ASKING = frozenset(
    """
    what which who whom whose when where why how many much long often far kind type does did done mean means article text
    author document page say says said tell tells according exactly main happen happened happens
    """.split()
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_KINDS = (
    (re.compile(r"\bhow (?:many|much|long|often|far|old|big|large|high|tall|fast)\b|\bwhat (?:percent|share|number|price)\b"
                r"|\bcosts?\b", re.IGNORECASE),
     re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|"
                r"billions?|half|twice|once|several|many|few)\b", re.IGNORECASE)),
    (re.compile(r"^\W*(?:and )?(?:when|since when|until when)\b|\bwhat (?:year|date|day|time)\b", re.IGNORECASE),
     re.compile(r"\d{4}|\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\b|\b\w+day\b|\b(?:year|month|week|morning|"
                r"evening|spring|summer|autumn|winter|century|today|ago|after|before|until|during|when)s?\b", re.IGNORECASE)),
    (re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE),
     re.compile(r"(?<=[\w,;’'\"”)] )[A-Z]|^[A-Z]\w+ (?:[A-Z]|said|says)|\b(?:people|he|she|they|team|council|company)\b")),
    (re.compile(r"\bwhere\b", re.IGNORECASE),
     re.compile(r"\b(?:in|at|near|from|to|on|between|across|inside|outside|north|south|east|west)\b", re.IGNORECASE)),
    (re.compile(r"\bwhy\b|\breasons?\b|\bpurpose\b|\bcauses?\b", re.IGNORECASE),
     re.compile(r"\b(?:because|since|due to|so that|in order|to \w+|caus\w+|reason\w*|led to|result\w*|therefore|allow\w*|"
                r"prevent\w*|help\w*|for)\b", re.IGNORECASE)),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Text:
    """A document made ready for questions: sentences (n), unit vectors (n, d), the block and heading of each, its title.

    ``headings`` gives for each sentence the text above it, empty where none is.
    """

    sentences: Sequence[str]
    vectors: Floats
    blocks: Sequence[int]
    headings: Sequence[str]
    title: str
    language: str


def asked_terms(question: str, language: str) -> tuple[str, ...]:
    """The content words of a question, as ``lexical.terms`` cuts them, without those that only ask."""
    kept = " ".join(word for word in _WORD.findall(question) if word.casefold() not in _ASKING)
    return tuple(dict.fromkeys(terms(kept if language == "en" else question, language)))


def features(text: Text, question: str, vector: Floats) -> Floats:
    """The features (n, f) of a text's sentences for ``question`` with its unit ``vector`` (d)."""
    count = len(text.sentences)
    bags = [frozenset(terms(sentence, text.language)) for sentence in text.sentences]
    above = [frozenset(terms(heading, text.language)) for heading in text.headings]
    spread = Counter(term for bag in bags for term in bag)
    title = frozenset(terms(text.title, text.language))
    wanted = asked_terms(question, text.language)
    weights = {term: math.log(1 + count / (1 + spread[term])) for term in wanted}
    whole = sum(weights.values()) or 1.0

    def cover(bag: frozenset[str]) -> float:
        return sum(weight for term, weight in weights.items() if term in bag) / whole

    likeness = text.vectors @ vector
    best = float(likeness.max(initial=0.0))
    near = _neighbours(likeness, text.blocks)
    told = cover(frozenset(spread) | title)
    names = [word for word in _WORD.findall(question)[1:] if word[:1].isupper() or word[:1].isdigit()]
    known = [word for word in names if set(terms(word, text.language)) <= spread.keys() | title]
    unknown = 1 - len(known) / len(names) if names else 0.0
    kinds = [shown for asked, shown in _KINDS if asked.search(question)]
    rows = []
    for number, bag in enumerate(bags):
        previous = bags[number - 1] if number and text.blocks[number] - text.blocks[number - 1] <= 1 else frozenset()
        shown = all(kind.search(text.sentences[number]) for kind in kinds)
        size = len(text.sentences[number].split())
        rows.append((
            float(likeness[number]), float(near[number]), best, best - float(likeness[number]),
            cover(bag), cover(bag | previous | above[number] | title), told, float(told == 1.0), unknown,
            cover(above[number]), float(bool(kinds) and shown), float(bool(kinds) and not shown),
            min(size, 40) / 20, float(size < 6), math.log(1 + count) / 4, len(wanted) / 4,
        ))  # fmt: skip
    return np.array(rows, np.float32).reshape(count, WIDTH)


WIDTH = 16


def _neighbours(likeness: Floats, blocks: Sequence[int]) -> Floats:
    """The greater likeness of the sentences beside each, where they stand in the same block."""
    found = np.zeros_like(likeness)
    for number in range(len(likeness)):
        for other in (number - 1, number + 1):
            if 0 <= other < len(likeness) and blocks[other] == blocks[number]:
                found[number] = max(found[number], likeness[other])
    return found

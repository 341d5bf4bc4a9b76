"""How likely a sentence answers a question: a logistic model over likeness, shared words, and the kind of answer asked for.

Trained on the reference digests and on SQuAD (training/train_answers.py, which uses ``features`` as it stands here): the
sentences that answer a question against all others of the document, and against those of documents that do not answer it.
What holds for the whole document is a feature too, so that one number says both which sentence answers best and whether
any does: a word of the question that the document lacks speaks against every sentence of it. So does the form of a sentence:
one that only opens a list, asks, or sends its reader elsewhere shares its words with a question and answers none.
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

from aili import language as languages
from aili.engines.embedded.verbs import regular

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WIDTH = 17  # features
_LEAST = 0.6  # of the weight of a question's words, that a sentence must have where there is no model

# Words of a question that say what is asked for, not what it is asked of.
_ASKING = frozenset(
    """
    what which who whom whose when where why how many much long often far kind type does did done mean means article text
    author document page say says said tell tells according exactly main happen happened happens
    """.split()
)
_ASKING_ELSEWHERE = frozenset(
    """
    wann warum wieso weshalb wer wen wem wessen wo woher wohin wie wieviel viel viele welche welcher welches welchen quand
    pourquoi combien où comment quel quelle quels quelles qui cuándo dónde cuánto cuánta cuántos cuántas quién cómo cuál
    cuáles quando dove quanto quanta quanti quante perché chi come quale onde quantos quantas quem wanneer waarom hoeveel
    waar hoe welke kiedy gdzie dlaczego ile kto jak jaki jaka jakie когда где почему сколько кто как какой какая какие
    """.split()
)
_KANA = re.compile("[\u3041-\u309f]+")  # a run of hiragana is grammar for the most part
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_KINDS = (
    (re.compile(r"\bhow (?:many|much|long|often|far|old|big|large|high|tall|fast)\b|\bwhat (?:percent|share|number|price)\b"
                r"|\bcosts?\b", re.IGNORECASE),
     re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|"
                r"billions?|half|twice|once|several|many|few)\b", re.IGNORECASE)),
    (re.compile(r"^\W*(?:and )?(?:when|since when|until when)\b|\bwhat (?:year|date|day|time)\b", re.IGNORECASE),
     re.compile(r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\b|\b\w+day\b|\b(?:year|month|week|"
                r"morning|evening|spring|summer|autumn|winter|century|today|ago|after|before|until|during)s?\b",
                re.IGNORECASE)),
    (re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE),
     re.compile(r"(?<=[\w,;’'\"”)] )[A-Z]|^[A-Z]\w+ (?:[A-Z]|said|says)|\b(?:people|he|she|they|team|council|company)\b")),
    (re.compile(r"\bwhere\b", re.IGNORECASE),
     re.compile(r"\b(?:in|at|near|from|to|on|between|across|inside|outside|north|south|east|west)\b", re.IGNORECASE)),
    (re.compile(r"\bwhy\b|\breasons?\b|\bpurpose\b|\bcauses?\b", re.IGNORECASE),
     re.compile(r"\b(?:because|since|due to|so that|in order|to \w+|caus\w+|reason\w*|led to|result\w*|therefore|allow\w*|"
                r"prevent\w*|help\w*|for)\b", re.IGNORECASE)),
)  # fmt: skip
_POINTS = re.compile(
    r"\b(?:see|read|check out|click|learn|find out|visit|view|download)\b.{0,40}\b(?:more|our|here|article|guide|below|above"
    r"|page)\b|\bmore information\b|\bread on\b|\blet's\b|\bin this (?:article|post|guide|section)\b",
    re.IGNORECASE,
)
_CLOSING = "\"'”’) "


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


def terms(text: str, language: str) -> list[str]:
    """The stems of the content words of ``text``; light ones, since a question often has another form of a word."""
    stop = languages.stop_words(language)
    words = (text[start:end].casefold() for start, end in languages.tokens(text, language))
    kept = (word for word in words if word not in stop and (len(word) > 2 or not word.isascii()))
    if language == "en":
        return [_stem(word) for word in kept]
    return [word[: min(7, max(4, len(word) - 2))] for word in kept if not _KANA.fullmatch(word)]


@cache
def _stem(word: str) -> str:
    word = regular(word.removesuffix("'s").removesuffix("’s"))
    for ending in ("ings", "ing", "ies", "ied", "ed", "es", "ly", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    return word[:7]


def asked_terms(question: str, language: str) -> tuple[str, ...]:
    """The stems of a question's content words, without those that only ask."""
    asking = _ASKING if language == "en" else _ASKING_ELSEWHERE
    kept = _WORD.sub(lambda match: "" if match[0].casefold() in asking else match[0], question)
    return tuple(dict.fromkeys(terms(kept, language)))


def features(text: Text, question: str, vector: Floats, *, subject: str = "") -> Floats:
    """The features (n, f) of a text's sentences for ``question``, whose unit ``vector`` (d) has the ``subject`` in it too.

    ``subject`` is what a follow-up carries over from earlier questions.
    """
    count = len(text.sentences)
    bags = [frozenset(terms(sentence, text.language)) for sentence in text.sentences]
    spread = Counter(term for bag in bags for term in bag)
    title = frozenset(terms(text.title, text.language))
    whole_question = f"{subject} {question}".strip()
    wanted = asked_terms(whole_question, text.language)
    weights = {term: math.log(1 + count / (1 + spread[term])) for term in wanted}
    whole = sum(weights.values()) or 1.0

    def cover(bag: frozenset[str]) -> float:
        return sum(weight for term, weight in weights.items() if term in bag) / whole

    likeness = text.vectors @ vector
    best = float(likeness.max(initial=0.0))
    near = _neighbours(likeness, text.blocks)
    told = cover(frozenset(spread) | title)
    names = [word for word in _WORD.findall(whole_question)[1:] if word[:1].isupper() or word[:1].isdigit()]
    known = [word for word in names if set(terms(word, text.language)) <= spread.keys() | title]
    unknown = 1 - len(known) / len(names) if names else 0.0
    kinds = [shown for asked, shown in _KINDS if asked.search(question)]
    special = {term: weight for term, weight in weights.items() if term not in title} or weights
    least = sum(special.values()) or 1.0

    def special_cover(bag: frozenset[str]) -> float:
        return sum(weight for term, weight in special.items() if term in bag) / least

    rows = []
    for number, bag in enumerate(bags):
        previous = bags[number - 1] if number and text.blocks[number] - text.blocks[number - 1] <= 1 else frozenset()
        above = frozenset(terms(text.headings[number], text.language))
        around = bag | previous | title | above
        end = text.sentences[number].rstrip(_CLOSING)[-1:]
        lacks_kind = not all(kind.search(text.sentences[number]) for kind in kinds)
        rows.append((
            float(likeness[number]), float(near[number]), best - float(likeness[number]), cover(around), told,
            float(told == 1.0), unknown, float(lacks_kind), math.log(1 + count),
            cover(bag), special_cover(bag), special_cover(bag | previous | above), math.log(1 + len(bag)),
            math.log(1 + len(bag - weights.keys())), float(end == ":"), float(end == "?"),
            float(_POINTS.search(text.sentences[number]) is not None),
        ))  # fmt: skip
    return np.array(rows, np.float32).reshape(count, WIDTH)


def _neighbours(likeness: Floats, blocks: Sequence[int]) -> Floats:
    """The greater likeness of the sentences beside each, where they stand in the same block."""
    found = np.zeros_like(likeness)
    for number in range(len(likeness)):
        for other in (number - 1, number + 1):
            if 0 <= other < len(likeness) and blocks[other] == blocks[number]:
                found[number] = max(found[number], likeness[other])
    return found


@cache
def _model() -> tuple[Floats, float, float]:
    """Weights (f) and bias of the linear model, and the least score of an answer."""
    row = json.loads((files("aili") / "weights" / "answers.json").read_text(encoding="utf-8"))
    return np.array(row["weights"], np.float32), float(row["bias"]), float(row["least"])


def scores(text: Text, question: str, vector: Floats, *, subject: str = "") -> Floats:
    """How likely each sentence (n) answers ``question``: log odds, moved so that an answer has 0 or more."""
    weights, bias, least = _model()
    found: Floats = features(text, question, vector, subject=subject) @ weights + np.float32(bias - least)
    return found


def shared(text: Text, question: str) -> Floats:
    """For languages without a model: the share (n) of the question's rare words that each sentence has, less _LEAST.

    A word that only the title, the heading or the sentence before has counts a quarter. Where an answer begins here is not
    measured: there are no questions in other languages to measure it with.
    """
    bags = [frozenset(terms(sentence, text.language)) for sentence in text.sentences]
    spread = Counter(term for bag in bags for term in bag)
    weights = {term: math.log(1 + len(bags) / (1 + spread[term])) for term in asked_terms(question, text.language)}
    whole = sum(weights.values()) or 1.0
    title = frozenset(terms(text.title, text.language))
    rows = []
    for number, bag in enumerate(bags):
        previous = bags[number - 1] if number and text.blocks[number] == text.blocks[number - 1] else frozenset()
        around = (previous | title | frozenset(terms(text.headings[number], text.language))) - bag
        rows.append(
            sum(w * (1.0 if term in bag else 0.25 * (term in around)) for term, w in weights.items()) / whole - _LEAST
        )
    return np.array(rows, np.float32)

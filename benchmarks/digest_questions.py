"""Proxies for the quality of questions, computed without a person: they find what is broken, they cannot find what is good.

*Well formed* and *self-contained* are read off the parse that the engine itself uses, so a parser's error counts against a
question; what the references reach shows how much. *Rank* is the share of the document's other sentences that are less like
the question than its bullet is, in the encoder's space. *Type* asks whether the bullets hold the kind of thing that the
question word wants. Whether a question is worth asking only people can say: `python -m benchmarks.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np

from aili.digest import Digest, Question
from aili.document import Document
from aili.engines.embedded.network import Network
from aili.engines.embedded.tree import Tree, tree
from benchmarks.digest_systems import is_plain, usable

WH = frozenset("who whom whose what which when where why how".split())
AUXILIARIES = frozenset(
    "do does did is are was were am has have had can could will would shall should may might must".split()
)
ALIKE = 0.8  # cosine above which two questions of a digest ask the same
_SPEAKERS = frozenset("i me my mine we us our ours".split())
_THIRD = frozenset("he she it they him her them his hers its their theirs himself herself itself themselves".split())
_BACKWARD = frozenset("else former latter aforementioned".split())
_POINTERS = frozenset("this that these those".split())
# Nouns that are definite for any reader of a digest.
_KNOWN = frozenset(
    "article author text writer report study paper guide blog post review page site website interview story essay "
    "world sun moon earth sky sea internet web past future present public country government police media economy law "
    "weather environment".split()
)
_QUOTED = re.compile(r"“[^”]*”")
_TIME = re.compile(
    r"\b(?:1\d|20)\d\ds?\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|decade|years?|months?|weeks?|days?|hours?|"
    r"today|yesterday|tomorrow|morning|evening|night|spring|summer|autumn|fall|winter|once|when|whenever|while|until|till|"
    r"before|after|during|since|soon|now|then|always|never)\b|\d\s?(?:am|pm|a\.m|p\.m)|\d:\d\d|\b\d+(?:s|th|st|nd|rd)\b"
)
_NUMBER = re.compile(
    r"\d|\b(?:no|none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|halves|twice|once|third|quarter|most|"
    r"many|few|several|all|majority|single|double|triple|pair|couple|every|each)\b"
)
_CAUSE = re.compile(
    r"\b(?:because|since|as|so|due|owing|thanks|for|to|reasons?|caus(?:es?|ed|ing)|le(?:ads?|d|ading)|ma(?:kes?|de|king)|"
    r"result(?:s|ed|ing)?|means?|help(?:s|ed)?|allow(?:s|ed)?|enable[sd]?|ensure[sd]?|prevent(?:s|ed)?|therefore|thus|hence)\b"
)
_PERSON = re.compile(
    r"\b(?:people|person|man|men|woman|women|child|children|team|group|company|president|minister|researchers?|"
    r"scientists?|officials?|\w+(?:ers?|ors?|ists?|ians?))\b"
)
_PLACE = re.compile(r"\b(?:in|at|on|near|from|to|across|along|inside|outside|under|above|between|through|around)\b")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One question by the proxies; ``typed`` is None where its question word wants no special kind of answer."""

    well_formed: bool
    self_contained: bool
    rank: float
    typed: bool | None
    distinct: bool
    plain: bool


def judge(digest: Digest, document: Document, network: Network) -> list[Judged]:
    """Every question of ``digest`` by the proxies."""
    asked = [(section, question) for section in digest.sections for question in section.questions]
    if not asked:
        return []
    texts = [question.text for _, question in asked]
    trees = [parse(text, network) for text in texts]
    vectors = network.embed(texts)
    alike = vectors @ vectors.T - 2 * np.eye(len(texts), dtype=np.float32)
    numbers = usable(document)
    sentences = network.embed([document.sentence(i) for i in numbers])
    return [
        Judged(
            well_formed=well_formed(parsed),
            self_contained=self_contained(parsed, known=f"{digest.title} {section.heading}"),
            rank=_rank(
                question, sentences @ vector, numbers, network.embed([b.text for b in question.bullets]) @ vector
            ),
            typed=typed(question, network),
            distinct=bool(nearest.max() < ALIKE),
            plain=is_plain(question.text),
        )
        for (section, question), parsed, vector, nearest in zip(asked, trees, vectors, alike, strict=True)
    ]


def parse(question: str, network: Network) -> Tree:
    """The parse of a question; what it quotes (a heading, as a rule) stands as one word, for it need not be a phrase."""
    text = _QUOTED.sub("“Work”", question)
    (analysis,) = network.analyse([text])
    return tree(text, analysis.tokens)


def table(digests: Sequence[Digest], documents: Sequence[Document], network: Network) -> dict[str, float]:
    """Means over all questions in per cent, and counts a digest, by the name of the column."""
    found = [
        judged
        for digest, document in zip(digests, documents, strict=True)
        for judged in judge(digest, document, network)
    ]
    questions = [question for digest in digests for section in digest.sections for question in section.questions]
    return {
        "well-formed": 100 * mean(each.well_formed for each in found),
        "self-contained": 100 * mean(each.self_contained for each in found),
        "rank": 100 * mean(each.rank for each in found),
        "type": 100 * mean([each.typed for each in found if each.typed is not None] or [1.0]),
        "typed": 100 * mean(each.typed is not None for each in found),
        "distinct": 100 * mean(each.distinct for each in found),
        "plain": 100 * mean(each.plain for each in found),
        "questions": len(questions) / len(digests),
        "bullets": sum(len(question.bullets) for question in questions) / len(digests),
    }


def well_formed(parsed: Tree) -> bool:
    """Whether a text is a question: a question word or an auxiliary in front, a predicate, the verb before its subject."""
    text, tokens = parsed.text.strip(), parsed.tokens
    if not text.endswith("?") or text.count("?") != 1 or not 3 <= len(text.split()) <= 30 or parsed.root < 0:
        return False
    if not (text[0].isupper() or not text[0].isalpha()) or not _is_balanced(text):
        return False
    asking = [i for i, token in enumerate(tokens) if token.text.lower() in WH and token.xpos.startswith("W")]
    front = [i for i, token in enumerate(tokens) if token.text.lower() in AUXILIARIES]
    subject = parsed.child(parsed.root, "nsubj", "csubj", "expl")
    if not asking:
        return bool(front) and front[0] == 0 and len(tokens) > 3
    # a noun at the root may be a verb that the parser took for one ("What does GIM address?")
    if not front and tokens[parsed.root].tag not in ("VERB", "AUX"):
        return False
    if subject < 0 or set(asking) & set(parsed.subtree(subject)):
        return True  # "Who said so?", "Which town was hit?", "How to begin?"
    return any(i < subject for i in front)


def _is_balanced(text: str) -> bool:
    pairs = (("(", ")"), ("[", "]"), ("“", "”"))
    return all(text.count(left) == text.count(right) for left, right in pairs) and text.count('"') % 2 == 0


def self_contained(parsed: Tree, *, known: str) -> bool:
    """Whether no word of a question points out of it: a pronoun, or *the* with a bare noun that ``known`` does not name."""
    told = set(re.findall(r"\w+", known.lower())) | _KNOWN
    nouns: list[int] = []
    for i, token in enumerate(parsed.tokens):
        word = token.text.lower()
        if word in _BACKWARD or (word in _SPEAKERS and token.tag in ("PRON", "DET")):
            return False
        if word in _THIRD and not nouns and not token.label.startswith("expl"):
            return False
        if word in _POINTERS and token.xpos == "DT":
            head = token.head if token.label == "det" else i
            if not parsed.child(head, "acl") >= 0 and not _named_before(parsed, head, nouns):
                return False
        if word == "the" and token.label == "det" and _is_bare(parsed, token.head):
            noun = parsed.tokens[token.head].text.lower()
            if not {noun, noun.removesuffix("s"), noun + "s"} & told and not _named_before(parsed, token.head, nouns):
                return False
        if token.tag in ("NOUN", "PROPN"):
            nouns.append(i)
    return True


def _named_before(parsed: Tree, head: int, nouns: Sequence[int]) -> bool:
    word = parsed.tokens[head].text.lower()
    return any(parsed.tokens[i].text.lower() == word for i in nouns)


def _is_bare(parsed: Tree, head: int) -> bool:
    """Whether a common noun in the singular has nothing but its article: "the committee"."""
    if parsed.tokens[head].xpos != "NN" or not parsed.tokens[head].text.islower():
        return False
    return all(parsed.tokens[i].label.partition(":")[0] in ("det", "case", "punct", "cop", "nsubj", "aux", "advmod")
               for i in parsed.children[head])  # fmt: skip


def _rank(question: Question, others: np.ndarray, numbers: Sequence[int], bullets: np.ndarray) -> float:
    own = {i for bullet in question.bullets for i in bullet.evidence}
    rest = np.array([value for number, value in zip(numbers, others, strict=True) if number not in own])
    return float(np.mean([(rest < value).mean() for value in bullets])) if len(rest) else 1.0


def typed(question: Question, network: Network) -> bool | None:
    """Whether the bullets hold a time for *when*, a person for *who* …; None for *what*, *which* and plain *how*."""
    asked = question.text.lower()
    answer = " ".join(bullet.text for bullet in question.bullets)
    low = answer.lower()
    if re.search(r"\bhow (?:many|much|long|old|far|often|large|big|tall|high|fast)\b", asked):
        return bool(_NUMBER.search(low))
    if asked.startswith(("when ", "in what year", "in which year")):
        return bool(_TIME.search(low))
    if asked.startswith("why "):
        return bool(_CAUSE.search(low))
    if asked.startswith("where "):
        return bool(_PLACE.search(low))
    if asked.startswith(("who ", "whom ", "whose ")):
        return bool(_PERSON.search(low)) or _has_name(question, network)
    return None


def _has_name(question: Question, network: Network) -> bool:
    analyses = network.analyse([bullet.text for bullet in question.bullets])
    return any(token.entity[2:] in ("PER", "ORG", "LOC") for each in analyses for token in each.tokens)

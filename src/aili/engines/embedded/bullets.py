"""Candidates for bullets: sentences that matter, cleaned, parsed, and made to stand alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aili.encoder import Analysis
from aili.engines.embedded.cleaning import is_answer
from aili.engines.embedded.compression import cuts, shortened
from aili.engines.embedded.dependent import leans
from aili.engines.embedded.outline import Topic
from aili.engines.embedded.reading import Survey
from aili.engines.embedded.standalone import Standing, standing
from aili.engines.embedded.tree import Tree, tree

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

Analyse = Callable[[Sequence[str]], tuple[Analysis, ...]]

POOL = 14  # sentences a topic that are looked at closely
PART_POOL = 5  # and of each of its parts
TURNED = 0.5  # worth of a sentence that the next one turns against
ANNOUNCED = 0.3  # of one that says only that there are benefits, differences or steps, which others tell
ANNOUNCING = 20  # words; a longer one tells them itself
AUTHOR_GRADE = 0.3  # a quotation of the author is worth less than a plain statement
BIOGRAPHY = 0.85  # of the sentences, after which an author may be told of
_WRITES = re.compile(
    r"^[A-Z]\w+(?: [A-Z][\w.’'-]+){1,3},? (?:is|has been|was) an? (?:[\w-]+ ){0,4}"
    r"(?:writer|journalist|blogger|reporter|columnist|copywriter|contributor|editor|content creator|author)\b"
)
LONG = 42  # words; a longer bullet is read twice


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A sentence that may become a bullet: what the bullet would say, the ids it rests on, and how good it is (0–1)."""

    number: int
    text: str
    evidence: tuple[int, ...]
    score: float
    vector: Floats
    tree: Tree | None = None
    substitutes: dict[int, str] = field(default_factory=dict)
    author: bool = False


def is_biography(survey: Survey, number: int) -> bool:
    """Whether a sentence near the end tells of the author: by name, or by what those who write call themselves."""
    if number < BIOGRAPHY * len(survey.lines):
        return False
    text = survey.lines[number].text
    first = [name.split()[0] for name in survey.document.metadata.authors if name]
    return bool(_WRITES.search(text)) or any(
        re.match(rf"{re.escape(name)}(?: \w+)? (?:is|has|was|lives|writes|holds)\b", text) for name in first
    )


def candidates(survey: Survey, topic: Topic, analyse: Analyse | None) -> list[Candidate]:
    """The candidates of ``topic``, best first; ``analyse`` parses, None where the language has no parser."""
    usable = [
        number
        for number in topic.numbers
        if is_answer(survey.lines[number].text, survey.lines[number].kind)
        and not survey.lines[number].quoted
        and number not in survey.repeated
        and not is_biography(survey, number)
    ]
    ranked = sorted(usable, key=lambda number: (-float(survey.salience[number]), number))
    named = [part for part in topic.parts if part.heading >= 0]
    best = [number for part in named for number in [n for n in ranked if part.start <= n < part.end][:PART_POOL]]
    pool = sorted({*ranked[:POOL], *best}, key=lambda number: (-float(survey.salience[number]), number))
    if analyse is None:
        alone = [number for number in pool if not leans(survey.lines[number].text, survey.language)]
        return [
            Candidate(
                number=number,
                text=survey.lines[number].text,
                evidence=(number,),
                score=float(survey.salience[number]),
                vector=survey.vectors[number],
            )
            for number in alone or pool[:1]
        ]  # fmt: skip
    before = {number: _before(survey, number) for number in pool}
    needed = sorted({*pool, *(other for others in before.values() for other in others)})
    texts = [survey.lines[number].text for number in needed]
    trees = {number: tree(text, each.tokens) for number, text, each in zip(needed, texts, analyse(texts), strict=True)}
    found = [
        candidate
        for number in pool
        if (candidate := _candidate(survey, number, trees[number], [trees[other] for other in before[number]]))
    ]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.number))


def _before(survey: Survey, number: int) -> list[int]:
    """The two sentences before, where they stand in the same block or the one before it."""
    block = survey.lines[number].block
    return [
        other
        for other in range(max(number - 2, 0), number)
        if block - survey.lines[other].block <= 1 and survey.lines[other].kind not in ("heading", "caption", "table")
    ]


def _candidate(survey: Survey, number: int, parsed: Tree, before: Sequence[Tree]) -> Candidate | None:
    stands: Standing = standing(parsed, before)
    if stands.grade == 0.0 or not _is_statement(parsed):
        return None
    substitutes = dict(stands.substitutes)
    text = parsed.text if stands.author else _told(parsed, substitutes)
    if stands.author:
        if '"' in text or "“" in text:
            return None
        text = f"The author writes: “{text}”"
    size = len(text.split())
    score = float(survey.salience[number]) * stands.grade * (AUTHOR_GRADE if stands.author else 1.0)
    score *= 0.9 if substitutes else 1.0
    score *= TURNED if _is_turned(survey, number) else 1.0
    score *= ANNOUNCED if _ANNOUNCES.search(text) and size <= ANNOUNCING else 1.0
    score *= 1.0 if size <= LONG else LONG / size
    evidence = (number - stands.antecedent, number) if stands.antecedent else (number,)
    return Candidate(
        number=number, text=text, evidence=evidence, score=score, vector=survey.vectors[number], tree=parsed,
        substitutes=substitutes, author=stands.author,
    )  # fmt: skip


def _told(parsed: Tree, substitutes: Mapping[int, str]) -> str:
    """The sentence with its pronouns replaced, without what it can do without."""
    left_out = cuts(parsed)
    edits = [(start, end, "") for start, end in left_out]
    for position, words in substitutes.items():
        start, end = parsed.tokens[position].start, parsed.tokens[position].end
        if not any(first <= start < last for first, last in left_out):
            edits.append((start, end, words[0].upper() + words[1:] if start == 0 else words))
    text = parsed.text
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return shortened(text) if left_out else text


def _is_turned(survey: Survey, number: int) -> bool:
    """Whether the next sentence of the block takes back or limits what this one says."""
    following = number + 1
    if following >= len(survey.lines) or survey.lines[following].block != survey.lines[number].block:
        return False
    return bool(_TURN.match(survey.document.sentence(following)))


_TURN = re.compile(
    r"(?:But|However|Yet|Instead|In reality|In fact|Not (?:so|quite|anymore)|Wrong|Unfortunately|"
    r"That[’']s not|\w+ hours later)\b"
)


_ANNOUNCES = re.compile(
    r"\b(?:there (?:are|is|were|was)|there[’']s|has|have|offers?|brings?|introduces?|provides?|comes? with|makes?)\b"
    r"(?: still| also| just| only)? (?:\w+ ){0,2}?"
    r"(?:several|many|some|a few|a number of|numerous|various|different|big|major|subtle|important|key|certain|two|three|"
    r"four|five|six|seven|eight|nine|ten|plenty of|a lot of|lots of|tons of) (?:\w+ ){0,2}"
    r"(?:benefits?|advantages?|drawbacks?|downsides?|differences?|ways|reasons|factors|things|changes|options|types|kinds|"
    r"challenges|steps|tips|methods|approaches|examples|questions|aspects)\b(?![^.]*(?::|, (?:such as|including|like)))",
    re.IGNORECASE,
)


def _is_statement(parsed: Tree) -> bool:
    """Whether the sentence has a predicate, and a subject unless it tells the reader what to do."""
    root = parsed.root
    if root < 0:
        return False
    token = parsed.tokens[root]
    subject = parsed.child(root, "nsubj", "csubj", "expl")
    if subject >= 0:
        if parsed.tokens[subject].tag == "NUM":
            return False  # "22 said …": nobody knows of what
        # an auxiliary alone ("They cannot, because …") leaves out what the sentence before said
        if token.xpos in ("VBG", "VBN") and parsed.child(root, "aux") < 0:
            return False  # "A tool bringing some order."
        return token.tag == "VERB" or parsed.child(root, "cop") >= 0 or parsed.child(root, "expl") >= 0
    return token.tag == "VERB" and token.xpos == "VB"

"""Which questions a topic could ask, read and judged: overgenerated, the promising ones read, the best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from aili.engines.embedded.asking import stands_alone, topical
from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.casing import as_told, renamed
from aili.engines.embedded.judging import Case, judge
from aili.engines.embedded.network import Network
from aili.engines.embedded.open_questions import open_questions
from aili.engines.embedded.outline import Topic
from aili.engines.embedded.page_questions import page_questions
from aili.engines.embedded.questions import Asked, Sentence, questions
from aili.engines.embedded.ranking import Setting, features, promise, reading, setting, worth
from aili.engines.embedded.reading import Survey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MAX_CHOICES, LEAST_CHOICES = 6, 2  # questions a topic that are read and judged
HOPE = 0.0  # promise, with salience, above which more than the least are read
JUDGED = 2  # bullets that are read together with the question
SALIENT_HOPE = 1.0  # of a sentence's salience, beside the log odds that its question is promising
SALIENT = 0.15  # of a sentence's salience, beside the probability that its question is good
LEANING = frozenset(("object", "duty", "helps"))  # forms that say nothing where their subject is any


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A question for a topic, its vector, the candidate that it was made from, and its worth.

    ``good`` is how likely a reader finds it clear, worth asking and answered (0–1); ``worth`` counts the salience of its
    source too.
    """

    asked: Asked
    vector: Floats
    source: Candidate
    worth: float
    good: float = 0.0


def choices(survey: Survey, topic: Topic, found: Sequence[Candidate], network: Network) -> list[Choice]:
    """The questions that the candidates of a topic answer, the best first."""
    where = setting(survey, topic, found)
    able: dict[str, list[tuple[Asked, Candidate]]] = {}
    for candidate in found:
        if candidate.tree is None or candidate.author:
            continue
        sentence = Sentence(tree=candidate.tree, substitutes=candidate.substitutes, known=network.knows)
        heading = where.heading(candidate.number)
        every = [
            *(each for each in questions(sentence) if not leans(each) or stands_alone(each.topic, survey, heading)),
            *page_questions(survey, topic, candidate, network),
            *topical(survey, sentence, candidate, heading),
            *(each for each in open_questions(sentence) if stands_alone(each.topic, survey, heading)),
        ]
        for asked in every:
            if asked.text:
                large = _cased(asked, survey, candidate, network)
                able.setdefault(large.text, []).append((large, candidate))
    pairs = {text: _nearest(where, text, each, network) for text, each in able.items()}
    rows = [features(where, asked, [candidate]) for asked, candidate in pairs.values()]
    hopes = [
        hope + SALIENT_HOPE * candidate.score / where.best
        for hope, (_, candidate) in zip(promise(rows), pairs.values(), strict=True)
    ]
    best = sorted(zip(hopes, rows, pairs.values(), strict=True), key=lambda entry: (-entry[0], entry[2][0].text))
    hopeful = [entry for at, entry in enumerate(best[:MAX_CHOICES]) if at < LEAST_CHOICES or entry[0] > HOPE]
    made = read(where, [(asked, [candidate], row) for _, row, (asked, candidate) in hopeful], network)
    return sorted(made, key=lambda choice: (-choice.worth, choice.asked.text))


def leans(asked: Asked) -> bool:
    """Whether a question is worth asking only where its subject is known from title or heading.

    Of *the festival*, *the company* readers of the title knew in 27 of 100 cases what was meant (30 questions judged).
    """
    words = asked.topic.split()
    return asked.form in LEANING or (len(words) == 2 and words[0] == "the" and words[1].islower())


def _nearest(
    where: Setting, text: str, able: Sequence[tuple[Asked, Candidate]], network: Network
) -> tuple[Asked, Candidate]:
    """The sentence that is to answer first, of those that a question is asked of: a heading asks of all under it."""
    if len(able) == 1:
        return able[0]
    (vector,) = network.embed([text])
    return max(
        able,
        key=lambda pair: (float(vector @ pair[1].vector) + pair[1].score / where.best, pair[0].weight, -pair[1].number),
    )


def read(
    where: Setting, options: Sequence[tuple[Asked, Sequence[Candidate], Floats]], network: Network
) -> list[Choice]:
    """The options as choices, read and judged over their bullets, with their worth."""
    title = where.survey.document.metadata.title
    cases = [Case(asked.text, tuple(c.text for c in group[:JUDGED])) for asked, group, _ in options]
    judged = judge(title, cases, network)
    vectors = network.embed([asked.text for asked, _, _ in options])
    rows = [
        np.concatenate([row, reading(where, vector, group, said)])
        for (_, group, row), vector, said in zip(options, vectors, judged, strict=True)
    ]
    return [
        Choice(asked=asked, vector=vector, source=group[0], good=good,
               worth=good + SALIENT * group[0].score / where.best)
        for (asked, group, _), vector, good in zip(options, vectors, worth(rows), strict=True)
    ]  # fmt: skip


def _cased(asked: Asked, survey: Survey, candidate: Candidate, network: Network) -> Asked:
    """``asked`` with its names large, those too that open the sentence that it was made from, and no other word."""
    small = _without_opening(asked, survey, candidate, network)
    written = set(candidate.tree.text.split()) if candidate.tree is not None else set()
    names = frozenset(name for name in survey.names if name.lower() not in written)  # "the station" of "Hill Station"
    text = renamed(small.text, names)
    if text == small.text:
        return small
    whole = as_told(text.rstrip("?"), survey.running, survey.told) + "?"  # "consumer Reports"
    return replace(small, text=whole, topic=renamed(small.topic, names))


def _without_opening(asked: Asked, survey: Survey, candidate: Candidate, network: Network) -> Asked:
    """``asked`` without the capital that only opened the sentence, where the parser took it for a name's.

    That is a word which the text writes small elsewhere, or one before a small word: "Frame semantics", not "Ford trucks".
    """
    opening = candidate.tree.tokens[0] if candidate.tree is not None else None
    words = asked.topic.split()
    if opening is None or opening.entity or not words or words[0] != opening.text or not opening.text.istitle():
        return asked
    low = words[0].lower()
    before_small = len(words) > 1 and words[1].islower() and network.knows(low)
    if words[0] in survey.names or not (low in survey.small or before_small):
        return asked
    topic = low + asked.topic[len(low) :]
    return replace(asked, text=asked.text.replace(asked.topic, topic, 1), topic=topic)

"""How good a question is over its bullets: a linear model over its form, subject, length and likeness to the bullets.

Trained on the questions of the reference digests (training/train_questions.py, which uses ``features`` as it stands here):
over the same evidence, the nearer a question comes to the one that the reference asks, the better it is. After Heilman &
Smith (2010), who ranked overgenerated questions by a linear model too. Measured: the vector of the question and its
product with the bullets' as further features, 768 in all, chose no better.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.outline import Topic
from aili.engines.embedded.questions import Asked
from aili.engines.embedded.reading import Survey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FORMS = (
    "topical", "heading", "label", "why", "purpose", "how", "helps", "reacted", "cause", "result", "happened", "how many",
    "how much", "definition", "when", "who", "said", "intention", "duty", "advice", "object", "used", "clause", "relation",
    "versus", "how act", "why act", "benefits", "drawbacks", "risks", "cost", "importance", "help", "possible", "offers",
    "works", "suits", "goodfor", "knownfor", "special", "notable", "origin", "like", "does", "involves", "counsel", "role",
    "claim",
)  # fmt: skip
_ARTICLES = ("the", "a", "an")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where questions are asked: a topic of a survey, the mean vector (d) of its sentences, its best score."""

    survey: Survey
    topic: Topic
    middle: Floats
    best: float

    def heading(self, number: int) -> str:
        """The heading over sentence ``number``; empty where there is none."""
        at = self.topic.part_of(number).heading
        return self.survey.lines[at].text if at >= 0 else ""


def setting(survey: Survey, topic: Topic, found: Sequence[Candidate]) -> Setting:
    """The setting of the questions that the candidates of ``topic`` answer."""
    middle = survey.vectors[topic.start : topic.end].mean(axis=0)
    return Setting(survey=survey, topic=topic, middle=middle, best=max((c.score for c in found), default=1.0) or 1.0)


def features(where: Setting, asked: Asked, vector: Floats, group: Sequence[Candidate]) -> Floats:
    """The features (f) of a question with unit vector ``vector`` (d) over ``group``, its bullets, the first answer first."""
    first = group[0]
    mean = np.mean([candidate.vector for candidate in group], axis=0)
    words = asked.topic.split()
    bare = [word for word in words if word.lower() not in _ARTICLES]
    own = set(terms(asked.topic, "en"))
    title = set(terms(where.survey.document.metadata.title, "en"))
    heading = set(terms(where.heading(first.number), "en"))
    told = sum(own <= bag for bag in where.survey.bags) if own else 0
    plain = [
        asked.weight,
        first.score / where.best,
        float(vector @ first.vector),
        float(vector @ mean),
        float(vector @ where.middle),
        len(asked.text.split()) / 10,
        len(asked.text.split()) ** 2 / 200,
        len(words) / 5,
        float(len(bare) == 1 and bare[0].islower()),
        float(bool(words) and words[0] == "the"),
        float(bool(bare) and bare[0][:1].isupper()),
        math.log(1 + told),
        float(bool(own) and own <= title),
        len(own & title) / max(len(own), 1),
        len(own & heading) / max(len(own), 1),
        float(bool(heading) and not heading & set(terms(asked.text, "en"))),
        len(first.text.split()) / 20,
        math.log(len(group)),
        float("you" in asked.text.split()),
    ]
    form = [float(asked.form == name) for name in FORMS]
    return np.array(plain + form, np.float32)


@cache
def _model() -> tuple[Floats, float]:
    """Weights (f) and bias of the linear model."""
    rows = json.loads((files("aili") / "weights" / "questions.json").read_text(encoding="utf-8"))
    return np.array(rows["weights"], np.float32), float(rows["bias"])


def worth(rows: Sequence[Floats]) -> list[float]:
    """The likeness (about 0–1) to the question that a careful writer would ask, for each row of ``features``."""
    if not rows:
        return []
    weights, bias = _model()
    return [float(row @ weights) + bias for row in rows]

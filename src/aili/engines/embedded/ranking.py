"""How good a question is over its bullets: logistic models over its form, subject, length and what reading it says.

Overgenerate and rank, after Heilman & Smith (2010). Trained on judged questions of this engine over the reference digests'
documents (training/train_questions.py, which uses ``features`` and ``reading`` as they stand here): a good one is clear,
worth asking, and answered by its first bullet. Two models, since most of what can be formed is not worth reading: the first
sees the form and the words alone, the second what the encoder and the judge (``aili.engines.embedded.judging``) say too.
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
from aili.engines.embedded.judging import Judged
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
    "claim", "open what", "open how", "open how short", "open why",
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


def features(where: Setting, asked: Asked, group: Sequence[Candidate]) -> Floats:
    """The features (f) of a question over ``group``, its bullets, the first answer first, that take no reading of it."""
    first = group[0]
    words = asked.topic.split()
    bare = [word for word in words if word.lower() not in _ARTICLES]
    own = set(terms(asked.topic, "en"))
    title = set(terms(where.survey.document.metadata.title, "en"))
    heading = set(terms(where.heading(first.number), "en"))
    told = sum(own <= bag for bag in where.survey.bags) if own else 0
    plain = [
        asked.weight,
        first.score / where.best,
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


def reading(where: Setting, vector: Floats, group: Sequence[Candidate], judged: Judged) -> Floats:
    """The features (r) that reading a question gives: its unit ``vector`` (d) beside the bullets', what is judged of it."""
    mean = np.mean([candidate.vector for candidate in group], axis=0)
    return np.array(
        [float(vector @ group[0].vector), float(vector @ mean), float(vector @ where.middle), *judged], np.float32
    )


@cache
def _models() -> dict[str, tuple[Floats, float]]:
    """Weights and bias of the two models: before a question is read (f), and after (f + r)."""
    rows = json.loads((files("aili") / "weights" / "questions.json").read_text(encoding="utf-8"))
    return {
        name: (np.array(rows[name]["weights"], np.float32), float(rows[name]["bias"])) for name in ("promise", "worth")
    }


def promise(rows: Sequence[Floats]) -> list[float]:
    """How promising a question is that nobody has read yet (log odds), for each row (f) of ``features``."""
    weights, bias = _models()["promise"]
    return [float(row @ weights) + bias for row in rows]


def worth(rows: Sequence[Floats]) -> list[float]:
    """How likely a reader finds a question clear, worth asking and answered (0–1), for each row (f + r)."""
    weights, bias = _models()["worth"]
    return [1 / (1 + math.exp(-float(row @ weights) - bias)) for row in rows]

"""How likely a sentence answers what a plain question asks of its subject ("What does the article say about X?").

The judge alone finds an answer in whatever mentions the subject. This is a logistic model over what the judge says,
likeness, salience, where the subject stands in the sentence, and whether the sentence stands first under a heading of that
name. It was fitted on 2,072 bullets that were judged under such questions (training/train_asked.py): on 657 others the area
under the curve is 81 %, that of the judge alone 74 %. Under 337 questions that it changed 12 % of the bullets were beside
the point, where 24 % had been.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files

from aili.engines.embedded.lexical import terms


def measures(
    topic: str, text: str, *, answered: float, alike: float, salient: float, author: bool, heading: str, place: int
) -> tuple[float, ...]:
    """What the model weighs of a bullet's ``text`` under a question on ``topic``.

    ``answered`` is the judge's (log odds), ``alike`` the cosine of question and sentence, ``salient`` the share of the
    topic's best score; ``author``: the bullet quotes the author. ``heading`` is the nearest above, ``place`` how many
    sentences below it.
    """
    own = set(terms(topic, "en"))
    told = terms(text, "en")
    under = bool(own) and own <= set(terms(heading, "en"))
    return (
        answered,
        alike,
        salient,
        float(bool(own) and own <= set(told)),
        float(author),
        float(under),
        float(under) * math.log(max(place, 1)),
        float(bool(own) and own <= set(told[: len(own) + 1])),
    )


def tells(measured: tuple[float, ...]) -> float:
    """The log odds that a sentence of such ``measures`` answers."""
    weights, bias = _model()
    return sum(w * x for w, x in zip(weights, measured, strict=True)) + bias


@cache
def _model() -> tuple[tuple[float, ...], float]:
    model = json.loads((files("aili") / "weights" / "asked.json").read_text(encoding="utf-8"))["tells"]
    return tuple(model["weights"]), model["bias"]

"""How sure it is that a reader finds a question worth asking and answered, as the digest asks it.

What a topic could ask is compared by ``ranking.worth``. Of what it then asks, that promises too much of some forms and too
little of others, so a second logistic model sees its log odds, the form and the number of bullets. It was fitted on 2,275
questions that were judged as the engine asked them (training/train_asked.py), and is honest on others: of 602 of the dev
split it said .45 of those that were worth asking and answered in 52 % of the cases, .65 of 67 %, .85 of 94 %.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from aili.engines.embedded.intents import KNOW, NOTABLE, PLAIN

FEWEST = 1  # questions of a digest, the surest ones, that are kept however doubtful they are
MOST_BULLETS = 3  # a further one makes nothing surer
_LEAST = 0.01  # likeliness below which, and above 1 - which, one is as good as another
_PLAIN, _KNOW, _NOTABLE = (wording.partition("{x}")[0] for wording in (PLAIN, KNOW, NOTABLE))
_WORDINGS = (f"{_PLAIN}“", _PLAIN, _KNOW, _NOTABLE)


def kind(form: str, text: str) -> str:
    """What the model knows a question by: its form; of the forms that ask of any subject, how it begins."""
    return next((wording for wording in _WORDINGS if form == "topical" and text.startswith(wording)), form)


def measures(good: float, bullets: int) -> tuple[float, float]:
    """What the model weighs beside the kind: the log odds that a question is good, and how many bullets it has."""
    good = min(max(good, _LEAST), 1 - _LEAST)
    return math.log(good / (1 - good)), float(min(bullets, MOST_BULLETS))


def sure(form: str, text: str, good: float, bullets: int) -> float:
    """How likely a reader finds a question worth asking and answered by some bullet (0–1)."""
    weights, kinds, bias = _model()
    measured = sum(w * x for w, x in zip(weights, measures(good, bullets), strict=True))
    return 1 / (1 + math.exp(-measured - kinds.get(kind(form, text), 0.0) - bias))


def kept(said: Sequence[Sequence[float]], least: float, first: float) -> list[list[bool]]:
    """Which questions of each topic are kept, from how sure each is: those from ``least`` on, and the FEWEST surest of all.

    The surest of a topic is kept from ``first`` on, lest the digest be silent on what the page has a part for.
    """
    every = sorted(
        ((value, -at, -place) for at, topic in enumerate(said) for place, value in enumerate(topic)), reverse=True
    )
    surest = {(-at, -place) for _, at, place in every[:FEWEST]}
    return [
        [
            value >= least or (at, place) in surest or (value >= first and value == max(topic))
            for place, value in enumerate(topic)
        ]
        for at, topic in enumerate(said)
    ]


@cache
def _model() -> tuple[tuple[float, ...], dict[str, float], float]:
    """Weights of the measures, log odds that a kind adds, and the bias."""
    model = json.loads((files("aili") / "weights" / "asked.json").read_text(encoding="utf-8"))
    return tuple(model["weights"]), model["kinds"], model["bias"]

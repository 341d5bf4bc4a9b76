"""What a careful reader would say of a question over its sentences: whether they answer it, and whether to ask it.

``weights/judge.onnx`` reads a document's title, the question and the sentences together: each has gone through the
encoder's first two layers alone, as it does for its vector anyhow, and four more layers, trained for this, read them side by
side (MacAvaney et al., arXiv 2004.14255, split a ranker so). It has learned from question sets what answers a question,
and from judged questions of this engine which are good (training/README.md). One question a run, so that the same
question and sentences give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from aili.encoder import session
from aili.engines.embedded.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MOST = 3  # sentences
_LIMITS = (24, 40, 96)  # word pieces of a title, a question, a sentence
_PIECES = 200  # in all
_LEAST = 8  # no text is begun of which fewer fit


class Judged(NamedTuple):
    """Logits: that the sentences answer the question, and that it is a question to ask."""

    answered: float
    asked: float


class Case(NamedTuple):
    """A question and the sentences, at most three, that should answer it."""

    question: str
    texts: tuple[str, ...]


def judge(title: str, cases: Sequence[Case], network: Network) -> list[Judged]:
    """What is to be said of each case in a document called ``title``."""
    if not cases:
        return []
    parts = [title, *dict.fromkeys(text for case in cases for text in (case.question, *case.texts[:MOST]))]
    states = dict(zip(parts, network.lower(parts), strict=True))

    def scored(case: Case) -> Judged:
        roles, told = [0] * bool(title), [title] * bool(title)
        roles += [1, *(2 for _ in case.texts[:MOST])]
        told += [case.question, *case.texts[:MOST]]
        return _judged([states[text] for text in told], roles)

    return network.map(scored, cases)


def _judged(states: Sequence[Floats], roles: Sequence[int]) -> Judged:
    kept: list[Floats] = []
    marked: list[int] = []
    left = _PIECES
    for own, role in zip(states, roles, strict=True):
        limit = min(_LIMITS[role], left)
        if limit >= _LEAST:
            own = own if len(own) <= limit else np.concatenate([own[: limit - 1], own[-1:]])
            kept.append(own)
            marked += [role] * len(own)
            left -= len(own)
    numbers = np.array([marked], np.int64)
    feed = {"states": np.concatenate(kept)[None], "roles": numbers}
    for name, role in (("asked", 1), ("told", 2)):
        chosen = (numbers == role).astype(np.float32)
        feed[name] = (chosen / max(float(chosen.sum()), 1.0))[:, None]
    (scores,) = _graph().run(["scores"], feed)
    return Judged(float(scores[0, 0]), float(scores[0, 1]))


@cache
def _graph() -> Any:
    return session("judge.onnx")

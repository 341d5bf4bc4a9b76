"""A trained second look at what no rule speaks against: a small network reads a reworded claim together with its evidence.

The encoder reads each sentence alone; ``weights/entailment.onnx`` reads the states of its pieces together and says how
well the evidence supports the claim, and each word piece of it. It sees words that no list has (another verb, a clause
added, *only* put in), and it is a guess: it may turn *supported* into *not enough info* and nothing else. A claim whose
words all stand in one evidence sentence in the same order is not asked about. One claim a run, as in
``aili.encoder``: the same claim and evidence give the same bytes. training/README.md tells how it was made.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from aili.encoder import States, load, session
from aili.verification.cases import Case, Finding, finding
from aili.verification.dating import dates
from aili.verification.passages import Passage, passage
from aili.verification.quantities import quantities

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# The logit of *supported* under which a claim is doubted: of 1,000 true bullets of the train split that training did not
# see, none more is called false (half a point more are at -1.9).
THRESHOLD = -2.2
# Sentences and word pieces of evidence that are read; in training four and 128.
_MOST, _PIECES = 4, 160
_LEAST = 8  # no sentence is begun of which fewer pieces fit
_CONTRACTION = re.compile(r"\b([a-z]+)n['’]t\b|\b(can)not\b", re.IGNORECASE)
_FULL = {"ca": "can", "wo": "will", "sha": "shall"}
_SPECIAL = 999  # pieces below are [CLS], [SEP] and their like


def doubts(case: Case) -> Iterator[Finding]:
    """*Not enough info* where the network finds that the evidence does not say a reworded claim."""
    if not is_copied(case):
        found = weigh(case.claim.text, tuple(part.text for part in nearest(case)))
        if found.score < THRESHOLD and not is_read_by_rules(found.words):
            yield finding("evidence", "not enough info", f"The evidence does not clearly say {found.words!r}.")


class Weight(NamedTuple):
    """The logit that evidence supports a claim, and the words of the claim that it says least."""

    score: float
    words: str


def is_copied(case: Case) -> bool:
    """Whether its words all stand in one evidence sentence in the same order; an overview is not asked about either."""
    return case.is_overview or any(_within(case.claim, part) for part in case.evidence)


def is_read_by_rules(words: str) -> bool:
    """Whether there is a number or a date among them: the rules know that a dozen is twelve, the network does not."""
    return bool(quantities(passage(words)) or dates(passage(words)))


@lru_cache(maxsize=1024)
def weigh(claim: str, evidence: tuple[str, ...]) -> Weight:
    """What the network says of a claim and at most four evidence sentences."""
    import numpy as np

    claim = _spelt_out(claim)
    mine = _states(claim)
    theirs = _fitting([_states(_spelt_out(text)) for text in evidence])
    ours, others = set(mine.ids), {piece for part, room in theirs for piece in part.ids[:room]}
    feed = {
        "claim": _layers(mine, len(mine.ids)),
        "evidence": np.concatenate([_layers(part, room) for part, room in theirs], 1),
        "marked": np.array([_marks(mine.ids, others, 0)], np.int64),
        "marks": np.array([[mark for part, room in theirs for mark in _marks(part.ids[:room], ours, 3)]], np.int64),
    }
    score, pieces = _graph().run(["score", "pieces"], feed)
    return Weight(float(score[0]), _worst(claim, mine, pieces[0]))


def _spelt_out(text: str) -> str:
    """*didn't* as *did not*: for the network the two have no word in common."""
    return _CONTRACTION.sub(
        lambda match: _FULL.get((match[1] or match[2]).lower(), match[1] or match[2]) + " not", text
    )


def _worst(claim: str, states: States, scores: Floats) -> str:
    """The word that holds the piece of the highest score, with its neighbours while theirs are positive too."""
    spans: list[tuple[int, int, float]] = []
    for (start, end), score in zip(states.offsets[1:-1], scores[1:-1].tolist(), strict=True):
        if spans and spans[-1][1] == start and claim[start : start + 1].isalnum() and claim[start - 1].isalnum():
            spans[-1] = spans[-1][0], end, max(spans[-1][2], score)
        else:
            spans.append((start, end, score))
    spans = [span for span in spans if claim[span[0] : span[1]].isalnum()] or spans
    first = last = max(range(len(spans)), key=lambda n: spans[n][2])
    while first > 0 and spans[first - 1][2] > 0:
        first -= 1
    while last + 1 < len(spans) and spans[last + 1][2] > 0:
        last += 1
    return claim[spans[first][0] : spans[last][1]]


def _within(claim: Passage, part: Passage) -> bool:
    """Whether all words of the claim stand in this sentence in the same order."""
    words = iter(token.norm for token in part.tokens if token.text[0].isalnum())
    return all(token.norm in words for token in claim.tokens if token.text[0].isalnum())


def nearest(case: Case) -> list[Passage]:
    """At most four sentences that together hold most of the claim's rare words, in the given order."""
    if len(case.evidence) <= _MOST:
        return list(case.evidence)
    counts = Counter(stem for part in case.evidence for stem in part.stems)
    left = {token.stem: math.log(1 + len(case.evidence) / (1 + counts[token.stem])) for token in case.claim.content}
    taken: set[int] = set()
    for _ in range(_MOST):
        others = (n for n in range(len(case.evidence)) if n not in taken)
        best = max(others, key=lambda n: sum(left.get(stem, 0.0) for stem in case.evidence[n].stems))
        taken.add(best)
        left = {stem: weight for stem, weight in left.items() if stem not in case.evidence[best].stems}
    return [case.evidence[n] for n in sorted(taken)]


def _fitting(evidence: Sequence[States]) -> list[tuple[States, int]]:
    """The first sentences that fit, each with how many of its pieces are read."""
    kept: list[tuple[States, int]] = []
    for states in evidence:
        room = _PIECES - sum(count for _, count in kept)
        if room > _LEAST:
            kept.append((states, min(room, len(states.ids))))
    return kept


def _layers(states: States, room: int) -> Floats:
    """The states of the first pieces, three layers side by side (1, room, 1152)."""
    import numpy as np

    return np.concatenate([layer[:, :room] for layer in (states.layer2, states.layer4, states.layer6)], -1)


def _marks(ids: Sequence[int], others: set[int], first: int) -> list[int]:
    """From ``first`` on: a piece that the other side has too, one that it lacks, no word."""
    return [first + (2 if piece < _SPECIAL else 0 if piece in others else 1) for piece in ids]


@lru_cache(maxsize=256)
def _states(text: str) -> States:
    """Kept, since the sentences of one document come again and again (some 150 kB each)."""
    return load(threads=1).states(text)


@cache
def _graph() -> Any:
    return session("entailment.onnx")

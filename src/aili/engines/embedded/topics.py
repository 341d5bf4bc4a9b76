"""Cuts a document into topics: contiguous runs of blocks whose sentences are alike, found by dynamic programming.

The cost of a topic is the scatter of its sentence vectors around their mean (Utiyama & Isahara 2001 and Alemi & Ginsparg
2015 cut the same way); a boundary in front of one of the page's own headings is rewarded, since the author knew best.
Units are blocks, or runs of blocks where a document has more than MAX_UNITS, which keeps long books linear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MAX_UNITS = 240
# Words a document has at most for each number of topics; the reference digests have 3 up to about 1,200 words.
SIZES = ((170, 1), (420, 2), (1_400, 3), (2_800, 4), (6_000, 5), (14_000, 6), (40_000, 7))
HEADING_REWARD = {1: 1.2, 2: 1.0, 3: 0.6}
BALANCE = 0.35  # price of a topic that is much shorter or longer than the others


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A run of sentences that stays together: its first sentence and the one after its last, words, level of its heading."""

    start: int
    end: int
    words: int
    level: int = 0


def how_many(words: int) -> int:
    """The number of topics that suits a document of so many words."""
    return next((count for limit, count in SIZES if words < limit), 8)


def topics(units: Sequence[Unit], vectors: Floats, count: int) -> tuple[tuple[int, int], ...]:
    """The topics as half-open ranges of sentences; ``vectors`` are the unit vectors (n, d) of all sentences.

    At most ``count`` topics, fewer where there are fewer units.
    """
    units = _merged(units)
    count = min(count, len(units))
    if count <= 1:
        return ((units[0].start, units[-1].end),) if units else ()
    costs = _costs(units, vectors, count)
    size = len(units)
    best = np.full((count + 1, size + 1), np.inf)
    back = np.zeros((count + 1, size + 1), np.int64)
    best[0, 0] = 0.0
    for topic in range(1, count + 1):
        for end in range(topic, size + 1):
            totals = best[topic - 1, :end] + costs[:end, end]
            back[topic, end] = int(np.argmin(totals))
            best[topic, end] = totals[back[topic, end]]
    ends = [size]
    for topic in range(count, 0, -1):
        ends.append(int(back[topic, ends[-1]]))
    ends.reverse()
    return tuple((units[a].start, units[b - 1].end) for a, b in pairwise(ends))


def _costs(units: Sequence[Unit], vectors: Floats, count: int) -> NDArray[np.float64]:
    """Cost (units + 1, units + 1) of a topic from the first unit of a row to before the unit of a column."""
    starts = np.array([unit.start for unit in units] + [units[-1].end])
    sums = np.concatenate([np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0, dtype=np.float64)])
    at = sums[starts]
    lengths = (starts[None, :] - starts[:, None]).astype(np.float64)
    squared = np.einsum("id,id->i", at, at)
    norms = squared[None, :] + squared[:, None] - 2 * at @ at.T  # |sum of a run|²
    with np.errstate(divide="ignore", invalid="ignore"):
        scatter = np.where(lengths > 0, lengths - norms / lengths, np.inf)
    words = np.concatenate([[0], np.cumsum([unit.words for unit in units])])
    share = (words[None, :] - words[:, None]) / max(words[-1], 1) * count
    scatter += BALANCE * np.square(np.log(np.maximum(share, 0.05)))
    rewards = np.array([HEADING_REWARD.get(unit.level, 0.3) if unit.level else 0.0 for unit in units] + [0.0])
    rewards[0] = 0.0
    return np.asarray(scatter - rewards[:, None] * max(1.0, scatter[0, -1] / 60))


def _merged(units: Sequence[Unit]) -> list[Unit]:
    """``units``, or runs of them of equal length where there are more than MAX_UNITS."""
    step = -(-len(units) // MAX_UNITS)
    if step <= 1:
        return list(units)
    runs = [units[at : at + step] for at in range(0, len(units), step)]
    return [
        Unit(start=run[0].start, end=run[-1].end, words=sum(unit.words for unit in run), level=run[0].level)
        for run in runs
    ]

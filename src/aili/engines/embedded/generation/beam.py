"""Beam search over word pieces that are either common ones or copied from a source (pointer-generator, arXiv 1704.04368).

Keeps the likeliest beginnings, never writes a pair of pieces twice, and writes what is not free only where the source has
it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Whole = NDArray[np.int64]

BEGIN, END = 101, 102  # [CLS] and [SEP]
BEAMS = 4
MAX_LENGTH = 30  # word pieces
LENGTH = 0.7  # exponent of the length that a sum of log-probabilities is divided by

Advance = Callable[["Whole", "Whole", "Whole"], tuple["Floats", "Floats", "Floats"]]
"""Scores the next piece: given (beams) parents among the beams before, the places of their last pieces among the common
ones (-1: copied) and in the source, returns log-probabilities (beams, common) and (beams, source), and log-odds (beams)
of copying."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """The piece ids of a question without its end, and its log-probability over its length to the power of LENGTH."""

    pieces: tuple[int, ...]
    likely: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """The ids of the common pieces, and which of them are free: written though the source has them not."""

    common: Whole
    free: NDArray[np.bool_]


def search(advance: Advance, source: Sequence[int], vocabulary: Vocabulary, *, beams: int = BEAMS) -> list[Written]:
    """The likeliest questions over a source of piece ids, the likeliest first; none where nothing comes to an end."""
    place = {int(piece): at for at, piece in enumerate(vocabulary.common)}
    common = len(vocabulary.common)
    own = list(dict.fromkeys(source))
    rare = [piece for piece in own if piece not in place]
    column = {piece: place.get(piece, common + at) for at, piece in enumerate(rare)} | {
        piece: place[piece] for piece in own if piece in place
    }
    column |= {piece: common + at for at, piece in enumerate(rare)}
    columns = np.array([column[piece] for piece in source], np.int64)
    first = {piece: at for at, piece in reversed(list(enumerate(source)))}
    allowed = np.concatenate([vocabulary.free.copy(), np.ones(len(rare), bool)])
    allowed[columns] = True
    allowed[place[BEGIN]] = False
    pieces_of = [*map(int, vocabulary.common), *rare]

    kept: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    ended: list[Written] = []
    parents = np.zeros(1, np.int64)
    for length in range(MAX_LENGTH):
        last = [pieces[-1] if pieces else BEGIN for _, pieces in kept]
        chosen, pointed, odds = advance(
            parents,
            np.array([place.get(piece, -1) for piece in last], np.int64),
            np.array([first.get(piece, 0) for piece in last], np.int64),
        )
        copy = 1 / (1 + np.exp(-odds.astype(np.float64)))[:, None]
        likely = np.zeros((len(kept), len(pieces_of)))
        likely[:, :common] = np.exp(chosen.astype(np.float64)) * (1 - copy)
        for row in range(len(kept)):
            np.add.at(likely[row], columns, np.exp(pointed[row].astype(np.float64)) * copy[row])
        scores = np.where(allowed, np.log(likely + 1e-12), -np.inf)
        for row, (total, pieces) in enumerate(kept):
            for piece in _closed(pieces):
                at = place.get(piece, column.get(piece, -1))
                if at >= 0:
                    scores[row, at] = -np.inf
            scores[row] += total
        flat = scores.ravel()
        best = np.argsort(-flat, kind="stable")[: 2 * beams]
        following: list[tuple[float, tuple[int, ...]]] = []
        origins: list[int] = []
        for index in best:
            row, at = divmod(int(index), len(pieces_of))
            total, pieces = float(flat[index]), kept[row][1]
            if not np.isfinite(total):
                continue
            if pieces_of[at] == END:
                if pieces:
                    ended.append(Written(pieces=pieces, likely=total / (len(pieces) + 1) ** LENGTH))
            elif len(following) < beams:
                following.append((total, (*pieces, pieces_of[at])))
                origins.append(row)
        ended = sorted(ended, key=lambda one: -one.likely)[:beams]
        if not following or (len(ended) >= beams and ended[-1].likely > following[0][0] / (length + 2) ** LENGTH):
            break
        kept, parents = following, np.array(origins, np.int64)
    return ended


def _closed(pieces: tuple[int, ...]) -> set[int]:
    """What would write a pair of pieces a second time."""
    if not pieces:
        return set()
    return {after for before, after in pairwise(pieces) if before == pieces[-1]}

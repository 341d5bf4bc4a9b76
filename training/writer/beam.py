"""Beam search over word pieces that are either common ones or copied from a source (pointer-generator, arXiv 1704.04368).

Keeps the likeliest beginnings, never writes a pair of pieces twice, writes what is not free only where the source has it,
and a word that is cut into pieces only as the source has it, to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]

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


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The ids of the common pieces, which of them are free: written though the source has them not, and of all pieces
    those that go on with a word (``##ing``)."""

    common: Whole
    free: Flags
    inner: frozenset[int]

    @cached_property
    def place(self) -> dict[int, int]:
        """Where each common piece stands."""
        return {int(piece): at for at, piece in enumerate(self.common)}


class Choices:
    """All that can be written next over a source: a column for each common piece and for each other one of the source."""

    def __init__(self, source: Sequence[int], vocabulary: Vocabulary) -> None:
        place, common = vocabulary.place, len(vocabulary.common)
        rare = [piece for piece in dict.fromkeys(source) if piece not in place]
        self.common = common
        self.pieces = [*map(int, vocabulary.common), *rare]
        self.column = place | {piece: common + at for at, piece in enumerate(rare)}
        self.source = np.array([self.column[piece] for piece in source], np.int64)
        self.free = np.concatenate([vocabulary.free, np.zeros(len(rare), bool)])
        self.inner = np.array([piece in vocabulary.inner for piece in self.pieces])
        self._able = self.free.copy()
        self._able[self.source] = True
        self._able[place[BEGIN]] = False
        self._onward: dict[int, list[int]] = {}  # how each piece of the source goes on with its word there
        self._ends: set[int] = set()
        for piece, after in zip(source, [*source[1:], -1], strict=True):
            if after in vocabulary.inner:
                self._onward.setdefault(piece, []).append(self.column[after])
            else:
                self._ends.add(piece)

    def after(self, written: Sequence[int]) -> Flags:
        """Which columns may follow what is written."""
        opening: Flags = self._able & ~self.inner
        if not written:
            return opening
        last = written[-1]
        free = bool(self.free[self.column[last]])
        open_ = opening if free or last in self._ends else np.zeros_like(opening)
        if free:
            open_ |= self.inner & self.free
        open_[self._onward.get(last, [])] = True
        for before, piece in pairwise(written):
            if before == last:
                open_[self.column[piece]] = False
        return open_

    def scores(self, chosen: Floats, pointed: Floats, odds: Floats) -> Floats:
        """Log-probabilities (beams, columns) of writing a piece in either way."""
        copy = 1 / (1 + np.exp(-odds.astype(np.float64)))
        likely = np.zeros((len(odds), len(self.pieces)))
        likely[:, : self.common] = np.exp(chosen) * (1 - copy)[:, None]
        for row, told in enumerate(np.exp(pointed) * copy[:, None]):
            likely[row] += np.bincount(self.source, told, len(self.pieces))
        found: Floats = np.log(likely + 1e-12)
        return found


def search(advance: Advance, source: Sequence[int], vocabulary: Vocabulary, *, beams: int = BEAMS) -> list[Written]:
    """The likeliest questions over a source of piece ids, the likeliest first; none where nothing comes to an end."""
    choices = Choices(source, vocabulary)
    first = {piece: at for at, piece in reversed(list(enumerate(source)))}
    kept: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    ended: list[Written] = []
    parents = np.zeros(1, np.int64)
    for length in range(MAX_LENGTH):
        last = [pieces[-1] if pieces else BEGIN for _, pieces in kept]
        places = np.array([vocabulary.place.get(piece, -1) for piece in last], np.int64)
        scores = choices.scores(*advance(parents, places, np.array([first.get(piece, 0) for piece in last], np.int64)))
        for row, (total, pieces) in enumerate(kept):
            scores[row] = np.where(choices.after(pieces), scores[row] + total, -np.inf)
        following: list[tuple[float, tuple[int, ...]]] = []
        origins: list[int] = []
        for index in _best(scores.ravel(), 2 * beams):
            row, at = divmod(index, len(choices.pieces))
            total, pieces, piece = float(scores[row, at]), kept[row][1], choices.pieces[at]
            if piece == END:
                if pieces:
                    ended.append(Written(pieces=pieces, likely=total / (len(pieces) + 1) ** LENGTH))
            elif len(following) < beams:
                following.append((total, (*pieces, piece)))
                origins.append(row)
        ended = sorted(ended, key=lambda one: -one.likely)[:beams]
        if not following or (len(ended) >= beams and ended[-1].likely > following[0][0] / (length + 2) ** LENGTH):
            break
        kept, parents = following, np.array(origins, np.int64)
    return ended


def _best(scores: Floats, count: int) -> list[int]:
    """Where the ``count`` largest finite scores stand, the largest first."""
    top = np.argpartition(-scores, min(count, len(scores) - 1))[:count]
    ranked = sorted(map(int, top), key=lambda at: (-scores[at], at))
    return [at for at in ranked if np.isfinite(scores[at])]

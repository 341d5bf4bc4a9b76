"""The encoder with a memory for the length of one draft, so that no text is read twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from aili.encoder import WIDTH, Analysis, Encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_A = TypeVar("_A")
_B = TypeVar("_B")


class Network:
    """Vectors and analyses of texts from ``encoder``, each text read once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._analyses: dict[str, Analysis] = {}
        self._vectors: dict[str, Floats] = {}
        self._lower: dict[str, Floats] = {}

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors (len(texts), 384)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        for text, vector in zip(new, self._encoder.embed(new), strict=True):
            self._vectors[text] = vector
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        return np.stack([self._vectors[text] for text in texts])

    def analyse(self, texts: Sequence[str]) -> tuple[Analysis, ...]:
        """The parses, which leave the vectors behind for ``embed``."""
        new = [text for text in dict.fromkeys(texts) if text not in self._analyses]
        for text, analysis in zip(new, self._encoder.analyse(new), strict=True):
            self._analyses[text] = analysis
            self._vectors[text], self._lower[text] = analysis.vector, analysis.lower
        return tuple(self._analyses[text] for text in texts)

    def lower(self, texts: Sequence[str]) -> list[Floats]:
        """The second layer (pieces, 384) of each text, which leaves the vectors behind for ``embed``."""
        new = [text for text in dict.fromkeys(texts) if text not in self._lower]
        for text, reading in zip(new, self._encoder.read(new), strict=True):
            self._vectors[text], self._lower[text] = reading.vector, reading.lower
        return [self._lower[text] for text in texts]

    def map(self, function: Callable[[_A], _B], items: Sequence[_A]) -> list[_B]:
        """Applies a function to each item, in order, on the encoder's threads."""
        return list(self._encoder.map(function, items))

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is a whole word of the vocabulary."""
        return self._encoder.knows(word)

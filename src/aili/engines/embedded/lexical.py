"""Sentence vectors without a network, for the languages that the encoder does not know: hashed, IDF-weighted words."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from aili import language as languages

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WIDTH = 512


def terms(text: str, language: str) -> list[str]:
    """The content words of ``text``, lower-case, cut to seven letters where words inflect at their end."""
    stop = languages.stop_words(language)
    words = (text[start:end].lower() for start, end in languages.tokens(text, language))
    return [word[:7] for word in words if word not in stop and (len(word) > 2 or not word.isascii())]


def embed(texts: Sequence[str], language: str) -> Floats:
    """Unit vectors (len(texts), 512); a text without content words has the zero vector."""
    bags = [Counter(terms(text, language)) for text in texts]
    spread = Counter(term for bag in bags for term in bag)
    vectors = np.zeros((len(texts), WIDTH), np.float32)
    for row, bag in enumerate(bags):
        for term, count in bag.items():
            code = zlib.crc32(term.encode())
            weight = (1 + math.log(count)) * math.log(1 + len(texts) / spread[term])
            vectors[row, code % WIDTH] += weight if code & 0x80000000 else -weight
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = (vectors / np.maximum(lengths, 1e-6)).astype(np.float32)
    return unit


def salience(vectors: Floats, opens: Sequence[bool]) -> Floats:
    """Scores (n, 2) in 0–1, for bullets and the abstract: likeness to the whole, earlier first, openers too."""
    count = len(vectors)
    centroid = vectors.mean(axis=0)
    central = vectors @ (centroid / max(float(np.linalg.norm(centroid)), 1e-6))
    early = 1 / (1 + np.arange(count) / 4)
    scores = 0.6 * central + 0.25 * early + 0.1 * np.array(opens, np.float32)
    both: Floats = np.stack([scores, scores * (0.6 + 0.4 * early)], axis=1).astype(np.float32)
    return np.clip(both, 0.0, 1.0)

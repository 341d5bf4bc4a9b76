"""How much a sentence matters: a logistic model over where it stands, what it is like, and what it says.

Trained on what the reference digests cite (training/train_salience.py, which uses ``features`` as it stands here), so
that "matters" means "a careful writer of digests rests a bullet on it". Features follow the extractive literature
(position, centroid, title and neighbour similarity: Edmundson 1969; Erkan & Radev 2004); the sentence vector itself lets
the model tell reporting from promotion.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NEIGHBOURS = 6  # sentences on either side that count as the surroundings
_FIRST_PERSON = re.compile(r"\b(?:I|me|my|we|us|our|I'm|I've|we're|we've)\b")
_SECOND_PERSON = re.compile(r"\b(?:you|your|you're|you'll)\b", re.IGNORECASE)
_POINTING = re.compile(
    r"^(?:He|She|It|They|This|These|That|Those|His|Her|Its|Their|Here|There|Such|One|Both|Another)\b"
)
_CONNECTIVE = re.compile(
    r"^(?:And|But|So|Or|Yet|However|Moreover|Also|Then|Still|Instead|Therefore|Thus|Meanwhile|For (?:example|instance)|"
    r"In (?:addition|contrast|fact)|As a result|Similarly|Likewise|Nevertheless|Furthermore|Finally|Of course)\b"
)
_CAUSE = re.compile(r"\b(?:because|due to|as a result|therefore|so that|in order to|led to|caused?)\b", re.IGNORECASE)
_SAID = re.compile(r"\b(?:said|says|told|according to|argued|explained|announced|reported|warned|added)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A sentence with where it stands: block index, kind of the block, whether it opens its block or follows a heading.

    ``quoted``: it begins inside a quotation that an earlier sentence opened.
    """

    text: str
    block: int
    kind: str
    opens: bool
    after_heading: bool
    quoted: bool = False


def features(lines: Sequence[Line], vectors: Floats, title: Floats) -> Floats:
    """The feature matrix (n, f) of a document's ``lines`` with their unit ``vectors`` (n, d) and its title's vector (d)."""
    count = len(lines)
    centroid = _unit(vectors.mean(axis=0))
    totals = np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), np.cumsum(vectors, axis=0, dtype=np.float64)])
    low = np.maximum(np.arange(count) - NEIGHBOURS, 0)
    high = np.minimum(np.arange(count) + NEIGHBOURS + 1, count)
    around = totals[high] - totals[low] - vectors  # without the sentence itself
    around /= np.maximum(np.linalg.norm(around, axis=1, keepdims=True), 1e-6)
    similar = np.stack([vectors @ centroid, vectors @ title, np.einsum("nd,nd->n", vectors, around)], axis=1)
    ranks = (similar.argsort(axis=0).argsort(axis=0) + 0.5) / count
    surface = np.array([_surface(line, i, count) for i, line in enumerate(lines)], np.float32).reshape(count, -1)
    return np.concatenate([surface, similar, ranks, vectors], axis=1).astype(np.float32)


def _surface(line: Line, position: int, count: int) -> list[float]:
    text = line.text
    words = text.split()
    size = len(words)
    capitals = sum(word[:1].isupper() for word in words[1:]) / max(size, 1)
    return [
        position / count,
        1 / (1 + position),
        float(position < 3),
        float(position >= count - 3),
        float(line.opens),
        float(line.after_heading),
        float(line.kind == "item"),
        float(line.kind == "quote"),
        math.log(1 + size),
        float(size < 8),
        float(size > 35),
        float(any(c.isdigit() for c in text)),
        capitals,
        float('"' in text or "“" in text),
        float(bool(_FIRST_PERSON.search(text))),
        float(bool(_SECOND_PERSON.search(text))),
        float(bool(_POINTING.match(text))),
        float(bool(_CONNECTIVE.match(text))),
        float(bool(_CAUSE.search(text))),
        float(bool(_SAID.search(text))),
        float(text.rstrip("\"'”’)").endswith("?")),
        float(not text.rstrip("\"'”’)").endswith((".", "!", "?"))),
        float(text.rstrip().endswith("!")),
        math.log(count) / 5,
    ]


def _unit(vector: Floats) -> Floats:
    unit: Floats = (vector / max(float(np.linalg.norm(vector)), 1e-6)).astype(np.float32)
    return unit


@cache
def _model() -> tuple[Floats, Floats, Floats]:
    """Weights (f + 1, 2; bullets, abstract; the last row is the bias), means and scales of the logistic models."""
    rows = json.loads((files("aili") / "weights" / "salience.json").read_text(encoding="utf-8"))
    bullets, abstract, means, scales = (
        np.array(rows[name], np.float32) for name in ("weights", "abstract", "means", "scales")
    )
    return np.stack([bullets, abstract], axis=1), means, scales


def salience(lines: Sequence[Line], vectors: Floats, title: Floats) -> Floats:
    """The probabilities (n, 2) that a careful digest would rest a bullet on each line, and its abstract."""
    weights, means, scales = _model()
    scores = ((features(lines, vectors, title) - means) / scales) @ weights[:-1] + weights[-1]
    chances: Floats = (1 / (1 + np.exp(-scores))).astype(np.float32)
    return chances

"""Trains how likely a sentence answers a question, and from which score on it is taken for an answer.

    python -m training.train_answers

A logistic model over the features of aili.engines.embedded.relevance, on the examples of benchmarks/answering.py: every
second document of the reference digests' train split and the articles of SQuAD that benchmarks.squad does not hold out. The
least score is the one that four in five of these questions about reference digests reach. Writes
src/aili/weights/answers.json; takes about five minutes on two cores.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aili import encoder
from aili.engines.embedded.network import Network
from aili.engines.embedded.relevance import WIDTH
from benchmarks.answering import Example, of_references, of_squad

WEIGHTS = Path(__file__).parents[1] / "src" / "aili" / "weights" / "answers.json"
ANSWERED = 0.8
PENALTY = 1.0  # L2, of the standardised weights
ROUNDS = 12  # of Newton's method


def main() -> None:
    network = Network(encoder.load())
    own = list(of_references("train", network, share=0.7, every=2))
    rows, answers = _rows([*own, *of_squad(network, held=False, asked=35, paragraphs=15)])
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    found = _logistic((rows - middle) / spread, answers)
    weights = found[:-1] / spread
    bias = float(found[-1] - weights @ middle)
    least = float(np.quantile([float((example.features @ weights + bias).max()) for example in own], 1 - ANSWERED))
    row = {"weights": [round(float(w), 5) for w in weights], "bias": round(bias, 5), "least": round(least, 2)}
    WEIGHTS.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    print(row)


def _rows(examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    rows, answers = [], []
    for example in examples:
        rows.append(example.features)
        answers.append(example.answers)
        for given, _ in example.others.values():
            rows.append(given)
            answers.append(np.zeros(len(given), np.bool_))
    return np.concatenate(rows).astype(np.float64), np.concatenate(answers).astype(np.float64)


def _logistic(rows: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Weights (f) and bias by Newton's method."""
    wide = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    found = np.zeros(WIDTH + 1)
    for _ in range(ROUNDS):
        likely = 1 / (1 + np.exp(-wide @ found))
        slope = wide.T @ (likely - answers) + PENALTY * found
        bend = (wide * (likely * (1 - likely))[:, None]).T @ wide + PENALTY * np.eye(WIDTH + 1)
        found -= np.linalg.solve(bend, slope)
    return found


if __name__ == "__main__":
    main()

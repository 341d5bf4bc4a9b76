"""Trains the salience models on what the reference digests cite, and says how they compare.

    python -m training.train_salience [--data ../shared/data]

Two logistic models over the same features: one for the sentences that bullets rest on, one for those that abstracts rest on.
Trained on the train split; the dev split is only scored, with as many sentences taken as the reference cites. Writes
src/aili/weights/salience.json. Takes about two minutes on two cores, most of it the encoder's.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aili import encoder
from aili.engines.embedded.cleaning import clean
from aili.engines.embedded.salience import Line, features

WEIGHTS = Path(__file__).parents[1] / "src" / "aili" / "weights" / "salience.json"
# L2 penalty of each weight on the sentence vector, standardised; of 300–10,000 these scored best on dev by .005 or less.
PENALTIES = {"weights": 1_000.0, "abstract": 3_000.0}


@dataclass(frozen=True)
class Row:
    """A document: features (n, f), vectors (n, d), which sentences count, and which each part of the digest cites."""

    split: str
    features: np.ndarray
    vectors: np.ndarray
    usable: np.ndarray
    cited: dict[str, frozenset[int]]

    def target(self, name: str) -> np.ndarray:
        return np.array([float(number in self.cited[name]) for number in range(len(self.usable))])[self.usable]


def load(path: Path, network: encoder.Encoder) -> Iterator[Row]:
    for row in map(json.loads, (path / "reference-digests.jsonl").read_text(encoding="utf-8").splitlines()):
        lines = _lines(row["paragraphs"])
        if not lines:
            continue
        bullets = [b for s in row["digest"]["sections"] for q in s["questions"] for b in q["bullets"]]
        vectors = network.embed([*(line.text for line in lines), row["title"]])
        yield Row(
            split=row["split"],
            features=features(lines, vectors[:-1], vectors[-1]),
            vectors=vectors[:-1],
            usable=np.array([line.kind != "heading" for line in lines]),
            cited={
                "weights": frozenset(number for bullet in bullets for number in bullet["cites"]),
                "abstract": frozenset(row["digest"]["abstract"]["cites"]),
            },
        )


def _lines(paragraphs: Iterable[list[str]]) -> list[Line]:
    lines: list[Line] = []
    after_heading = False
    for block, paragraph in enumerate(paragraphs):
        heading = (
            len(paragraph) == 1
            and len(paragraph[0].split()) < 12
            and not paragraph[0].rstrip().endswith((".", "!", "?", ":", '"'))
        )
        for at, text in enumerate(paragraph):
            lines.append(
                Line(
                    text=clean(text, english=True),
                    block=block,
                    kind="heading" if heading else "paragraph",
                    opens=at == 0,
                    after_heading=after_heading and at == 0,
                )
            )
        after_heading = heading if paragraph else after_heading
    return lines


def train(x: np.ndarray, y: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    """Weights (f + 1, the bias last) of a logistic regression with an L2 penalty each, by Newton's method."""
    weights = np.zeros(x.shape[1] + 1)
    design = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    ridge = np.append(penalty, 0.0)
    for _ in range(12):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (chance - y) + ridge * weights
        hessian = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(ridge + 1e-6)
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def f1(rows: Iterable[Row], name: str, scores: Callable[[Row], np.ndarray]) -> float:
    """Mean F1 of the sentences with the highest scores, as many as the reference cites."""
    found = []
    for row in rows:
        order = [i for i in np.argsort(-scores(row), kind="stable") if row.usable[i]][: max(len(row.cited[name]), 1)]
        found.append(len(set(order) & row.cited[name]) / len(order))  # as many taken as cited: precision = recall = F1
    return float(np.mean(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    rows = list(load(parser.parse_args().data, encoder.load()))
    fitted, held = [r for r in rows if r.split == "train"], [r for r in rows if r.split == "dev"]
    x = np.concatenate([row.features[row.usable] for row in fitted])
    means, scales = x.mean(axis=0), x.std(axis=0)
    scales[scales < 1e-6] = 1.0  # a feature that never varies here
    width = fitted[0].vectors.shape[1]
    made = {"means": means, "scales": scales}
    for name, strength in PENALTIES.items():
        penalty = np.concatenate([np.full(x.shape[1] - width, 1.0), np.full(width, strength)])
        weights = train((x - means) / scales, np.concatenate([row.target(name) for row in fitted]), penalty)
        made[name] = weights
        ours = f1(held, name, lambda row, w=weights: ((row.features - means) / scales) @ w[:-1])
        lead = f1(held, name, lambda row: -np.arange(len(row.usable), dtype=float))
        centroid = f1(held, name, lambda row: row.vectors @ row.vectors.mean(axis=0))
        print(f"{name}: dev F1 {ours:.3f}, lead {lead:.3f}, centroid {centroid:.3f}")
    WEIGHTS.write_text(json.dumps({name: [round(float(v), 5) for v in made[name]] for name in sorted(made)}) + "\n")


if __name__ == "__main__":
    main()

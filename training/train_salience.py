"""Trains the salience model on what the reference digests cite, and says how it compares.

    python -m training.train_salience [--data ../shared/data]

Writes src/aili/weights/salience.json (a few hundred numbers). Trained on the train split; the dev split is only scored.
Takes about two minutes on two cores, most of it the encoder's.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from aili import encoder
from aili.engines.embedded.salience import Line, features

WEIGHTS = Path(__file__).parents[1] / "src" / "aili" / "weights" / "salience.json"


def load(path: Path):
    """Documents as (split, lines, title, set of cited ids)."""
    for row in map(json.loads, (path / "reference-digests.jsonl").read_text(encoding="utf-8").splitlines()):
        lines, heading = [], False
        for block, paragraph in enumerate(row["paragraphs"]):
            is_heading = (
                len(paragraph) == 1
                and len(paragraph[0].split()) < 12
                and not paragraph[0].rstrip().endswith((".", "!", "?", ":", '"'))
            )
            for at, text in enumerate(paragraph):
                kind = "heading" if is_heading else "paragraph"
                lines.append(Line(text=text, block=block, kind=kind, opens=at == 0, after_heading=heading and at == 0))
            heading = is_heading if paragraph else heading
        cited = {i for s in row["digest"]["sections"] for q in s["questions"] for b in q["bullets"] for i in b["cites"]}
        yield row["split"], lines, row["title"], cited, set(row["digest"]["abstract"]["cites"])


def train(x: np.ndarray, y: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    """Logistic regression with an L2 penalty per weight, by Newton's method on standardised features."""
    weights = np.zeros(x.shape[1] + 1)
    design = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    ridge = np.append(penalty, 0.0)
    for _ in range(12):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (chance - y) + ridge * weights
        hessian = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(ridge + 1e-6)
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def evidence_scores(rankings, budget=1.0):
    """Mean precision, recall and F1 of the top-k sentences, k = number cited."""
    scores = []
    for scores_of, cited, allowed in rankings:
        k = max(1, round(len(cited) * budget))
        order = [i for i in np.argsort(-scores_of, kind="stable") if allowed[i]][:k]
        hit = len(set(order) & cited)
        p, r = hit / len(order), hit / max(len(cited), 1)
        scores.append((p, r, 2 * p * r / (p + r) if hit else 0.0))
    return np.mean(scores, axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    arguments = parser.parse_args()
    network = encoder.load()
    data = {"train": [], "dev": []}
    for split, lines, title, cited, opening in load(arguments.data):
        if not lines:
            continue
        vectors = network.embed([line.text for line in lines])
        data[split].append((features(lines, vectors, network.embed([title])[0]), vectors, lines, cited, opening))
    usable = lambda lines: np.array([line.kind != "heading" for line in lines])  # noqa: E731
    x = np.concatenate([f[usable(l)] for f, _, l, _, _ in data["train"]])
    target = lambda l, c: np.array([float(i in c) for i in range(len(l))])[usable(l)]  # noqa: E731
    y = np.concatenate([target(l, c) for _, _, l, c, _ in data["train"]])
    y_abstract = np.concatenate([target(l, c) for _, _, l, _, c in data["train"]])
    means, scales = x.mean(axis=0), x.std(axis=0)
    scales[scales < 1e-6] = 1.0  # a feature that never varies here
    width = data["train"][0][1].shape[1]
    surface = x.shape[1] - width
    for strength in (1000.0, 3000.0):
        penalty = np.concatenate([np.full(surface, 1.0), np.full(width, strength)])
        weights = train((x - means) / scales, y, penalty)
        dev = [(((f - means) / scales) @ weights[:-1], c, usable(l)) for f, _, l, c, _ in data["dev"]]
        opening = train((x - means) / scales, y_abstract, penalty)
        first = [(((f - means) / scales) @ opening[:-1], c, usable(l)) for f, _, l, _, c in data["dev"]]
        print(f"penalty {strength:g}: dev abstract P/R/F1 {evidence_scores(first)}")
        print(f"penalty {strength:g}: dev evidence P/R/F1 {evidence_scores(dev)}")
    penalty = np.concatenate([np.full(surface, 1.0), np.full(width, 1000.0)])
    weights = train((x - means) / scales, y, penalty)
    opening = train((x - means) / scales, y_abstract, np.concatenate([np.full(surface, 1.0), np.full(width, 3000.0)]))
    lead = [(-np.arange(len(l), dtype=float), c, usable(l)) for _, _, l, c, _ in data["dev"]]
    first = [(-np.arange(len(l), dtype=float), c, usable(l)) for _, _, l, _, c in data["dev"]]
    print("abstract by lead", evidence_scores(first))
    middle = [(v @ v.mean(axis=0), c, usable(l)) for _, v, l, c, _ in data["dev"]]
    print("lead", evidence_scores(lead), "centroid", evidence_scores(middle))
    for name, value in zip(range(surface), weights[:surface], strict=True):
        print(name, round(float(value), 3))
    WEIGHTS.write_text(
        json.dumps(
            {
                k: [round(float(v), 5) for v in a]
                for k, a in (("weights", weights), ("abstract", opening), ("means", means), ("scales", scales))
            }
        )
    )


if __name__ == "__main__":
    main()

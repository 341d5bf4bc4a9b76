"""Trains which questions are good, on judged ones: `python -m training.train_questions`, after judgments and train_judging.

What the judge says of a question that it was tuned on is too sure, so those of the train split are scored by judges tuned
without them (`train_judging fold`).

Two logistic models over the features of aili.engines.embedded.ranking: `promise` sees what is known before a question is
read, `worth` what the encoder and the judge say of it too. Good is a question that the reader found clear and worth asking
and its first sentence to answer. Judged questions of the train split's documents; half of them chose the penalty, those of
the dev split are only scored. Writes src/aili/weights/questions.json.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from aili import encoder
from aili.engines.embedded.judging import Case, judge
from aili.engines.embedded.network import Network
from aili.engines.embedded.ranking import FORMS
from training.judgments import FOLDS, WORK, Judgment, load

WEIGHTS = Path(__file__).parents[1] / "src" / "aili" / "weights" / "questions.json"
PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0)
ROUNDS = 12  # of Newton's method

Floats = np.ndarray[Any, Any]


def rows(found: list[Judgment]) -> tuple[Floats, Floats]:
    """The features before (n, f) and after reading (n, f + r)."""
    by_title = defaultdict(list)
    for at, each in enumerate(found):
        by_title[each.document].append(at)
    said = np.zeros((len(found), 2))
    for numbers in by_title.values():
        network = Network(encoder.load())
        cases = [Case(found[at].question, found[at].texts) for at in numbers]
        said[numbers] = judge(found[numbers[0]].title, cases, network)
    kept = (json.loads((WORK / f"fold.{number}.json").read_text(encoding="utf-8")) for number in range(FOLDS))
    unseen = {(document, question): scores for fold in kept for document, question, *scores in fold}
    for at, each in enumerate(found):
        if each.split == "train":
            said[at] = unseen[each.document, each.question]
    before = np.array([each.features for each in found], np.float64)
    return before, np.concatenate([before, np.array([each.cosines for each in found]), said], axis=1)


def fit(x: Floats, y: Floats, penalty: float) -> Floats:
    """Weights (f) and bias of a logistic model by Newton's method, features brought to one scale."""
    middle, scale = x.mean(axis=0), x.std(axis=0)
    scale[scale < 1e-6] = np.inf  # a feature that never varies here has no weight
    wide = np.concatenate([(x - middle) / scale, np.ones((len(x), 1))], axis=1)
    held = np.eye(wide.shape[1]) * penalty
    held[-1, -1] = 1e-6
    found = np.zeros(wide.shape[1])
    for _ in range(ROUNDS):
        likely = 1 / (1 + np.exp(-wide @ found))
        bend = (wide * (likely * (1 - likely))[:, None]).T @ wide + held
        found -= np.linalg.solve(bend, wide.T @ (likely - y) + held @ found)
    weights = found[:-1] / scale
    return np.append(weights, found[-1] - middle @ weights)


def scored(x: Floats, weights: Floats) -> Floats:
    """Log odds."""
    found: Floats = x @ weights[:-1] + weights[-1]
    return found


def area(values: Floats, good: Floats) -> float:
    """Area under the ROC curve, in per cent."""
    order = np.argsort(np.argsort(values, kind="stable"), kind="stable") + 1
    n = good.sum()
    return float(100 * (order[good == 1].sum() - n * (n + 1) / 2) / (n * (len(good) - n)))


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.parse_args()
    found = load()
    before, after = rows(found)
    good = np.array([each.good for each in found], float)
    train = np.array([each.split == "train" for each in found])
    half = np.array([sum(map(ord, each.document)) % 2 == 0 for each in found])
    made: dict[str, Any] = {"forms": list(FORMS)}
    print(f"{train.sum()} judged questions of the train split, {(~train).sum()} of dev; good {100 * good.mean():.0f} %")
    for name, x in (("promise", before), ("worth", after)):

        def tried(penalty: float, x: Floats = x) -> float:
            weights = fit(x[train & half], good[train & half], penalty)
            return area(scored(x[train & ~half], weights), good[train & ~half])

        penalty = max(PENALTIES, key=tried)
        weights = fit(x[train], good[train], penalty)
        dev = scored(x[~train], weights)
        top = np.argsort(-dev)[: len(dev) // 3]
        print(f"{name}: penalty {penalty:g}, area on dev {area(dev, good[~train]):.1f} %, "
              f"good among the best third {100 * good[~train][top].mean():.0f} %")  # fmt: skip
        made[name] = {"weights": [round(float(w), 4) for w in weights[:-1]], "bias": round(float(weights[-1]), 4)}
    for column, name in ((-2, "answered"), (-1, "asked")):
        print(f"{name} of the judge alone: area on dev {area(after[~train][:, column], good[~train]):.1f} %")
    WEIGHTS.write_text(json.dumps(made) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

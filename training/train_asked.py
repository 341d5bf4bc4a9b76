"""Trains how sure a question is that the engine asks: `python -m training.train_asked`.

training/judgments_asked.jsonl holds questions with their bullets as the engine asked them, the marks of judgments.jsonl, the
form and what `ranking.worth` said (`good`). The logistic model of aili.engines.embedded.keeping is fitted on those about the
train split's documents: whether a question is worth asking and some bullet answers it. Folds by document chose the penalty
on the kinds; those of the dev split are only scored. `told` are the measures of the bullets under plain questions, from
which the model of aili.engines.embedded.telling learns whether a bullet answers by itself. Writes
src/aili/weights/asked.json; needs nothing but numpy.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from aili.engines.embedded.keeping import kind, measures
from training.train_questions import area, scored
from training.train_questions import fit as fit_scaled

ASKED = Path(__file__).parent / "judgments_asked.jsonl"
WEIGHTS = Path(__file__).parents[1] / "src" / "aili" / "weights" / "asked.json"
PENALTIES = (1.0, 2.0, 4.0, 8.0, 16.0)
TOLD_PENALTY = 10.0  # by hand: on dev 3 to 30 give the same
SLIGHT = 0.01  # penalty on what is no kind
FOLDS = 5
ROUNDS = 15  # of Newton's method

Floats = np.ndarray[Any, Any]


def rows() -> list[dict[str, Any]]:
    """The judged questions, each with ``both``: whether it is worth asking and some bullet answers it."""
    found = [json.loads(line) for line in ASKED.read_text(encoding="utf-8").splitlines()]
    return [{**each, "both": bool(each["w"]) and "2" in each["a"]} for each in found]


def matrix(found: list[dict[str, Any]], kinds: list[str]) -> Floats:
    """The measures, a column for each kind, and ones for the bias: (n, 2 + kinds + 1)."""
    return np.array(
        [
            [
                *measures(each["good"], len(each["numbers"])),
                *(float(kind(each["form"], each["question"]) == name) for name in kinds),
                1.0,
            ]
            for each in found
        ]
    )


def fit(x: Floats, y: Floats, penalty: float) -> Floats:
    """The weights of a logistic model by Newton's method; ``penalty`` keeps the kinds' small where there are few of one."""
    held = np.diag([SLIGHT, SLIGHT, *[penalty] * (x.shape[1] - 3), SLIGHT])
    weights = np.zeros(x.shape[1])
    for _ in range(ROUNDS):
        likely = 1 / (1 + np.exp(-x @ weights))
        bend = (x * (likely * (1 - likely))[:, None]).T @ x + held
        weights -= np.linalg.solve(bend, x.T @ (likely - y) + held @ weights)
    return weights


def loss(said: Floats, y: Floats) -> float:
    """Mean surprise (nats) of log odds ``said``."""
    return float(np.mean(np.log1p(np.exp(-said * (2 * y - 1)))))


def bullets(found: list[dict[str, Any]]) -> tuple[Floats, Floats]:
    """The measures (n, 8) of the bullets under plain questions, and whether each answers by itself (n)."""
    pairs = [pair for each in found for pair in zip(each.get("told", ()), each["a"], strict=False)]
    return np.array([measured for measured, _ in pairs]), np.array([mark == "2" for _, mark in pairs], float)


def told(train: list[dict[str, Any]], dev: list[dict[str, Any]]) -> dict[str, Any]:
    """The model of which bullets answer a plain question; the judge alone is the first of its measures."""
    (x, y), (other, answers) = bullets(train), bullets(dev)
    weights = fit_scaled(x, y, TOLD_PENALTY)
    print(
        f"bullets under plain questions: {len(y)} and {len(answers)} of dev; area on dev "
        f"{area(other[:, 0], answers):.1f} % by the judge alone, {area(scored(other, weights), answers):.1f} % by this"
    )
    return {"weights": [round(float(w), 4) for w in weights[:-1]], "bias": round(float(weights[-1]), 4)}


def main() -> None:
    argparse.ArgumentParser(description=str(__doc__).partition("\n")[0]).parse_args()
    found = rows()
    train = [each for each in found if each["split"] == "train"]
    dev = [each for each in found if each["split"] == "dev"]
    kinds = sorted({kind(each["form"], each["question"]) for each in train})
    x, y = matrix(train, kinds), np.array([each["both"] for each in train], float)
    names = sorted({each["document"] for each in train})
    fold = np.array([names.index(each["document"]) % FOLDS for each in train])
    unseen = {penalty: np.zeros(len(y)) for penalty in PENALTIES}
    for penalty, said in unseen.items():
        for number in range(FOLDS):
            said[fold == number] = x[fold == number] @ fit(x[fold != number], y[fold != number], penalty)
    penalty = min(PENALTIES, key=lambda each: loss(unseen[each], y))
    weights = fit(x, y, penalty)
    other = np.array([each["both"] for each in dev], float)
    said = matrix(dev, kinds) @ weights
    for split, good, values, both in (
        ("train", x[:, 0], unseen[penalty], y),
        ("dev", matrix(dev, kinds)[:, 0], said, other),
    ):
        print(
            f"{split}: {len(both)} questions, {100 * both.mean():.1f} % worth asking and answered; "
            f"area {area(good, both):.1f} % by `good`, {area(values, both):.1f} % by this"
        )
    print(f"penalty {penalty:g}; on dev:")
    likely = 1 / (1 + np.exp(-said))
    for low in np.arange(0.0, 1.0, 0.1):
        inside = (likely >= low) & (likely < low + 0.1)
        if inside.any():
            print(f"  said {low:.1f} to {low + 0.1:.1f}: {inside.sum()} questions, {100 * other[inside].mean():.0f} %")
    model = {
        "weights": [round(float(w), 4) for w in weights[:2]],
        "bias": round(float(weights[-1]), 4),
        "kinds": {name: round(float(w), 4) for name, w in zip(kinds, weights[2:-1], strict=True)},
    }
    WEIGHTS.write_text(json.dumps({**model, "tells": told(train, dev)}, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

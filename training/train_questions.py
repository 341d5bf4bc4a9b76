"""Trains the ranking of questions on the reference digests, and says how it compares with the weights set by hand.

    python -m training.train_questions [--data ../shared/data] [--keep FILE]

For each question of a reference, the engine forms all it could ask of the sentences that the reference's bullets cite. A
candidate is as good as it is like the reference's question: the mean of the encoder's cosine and ROUGE-L. A linear model
over ``features`` of aili.engines.embedded.ranking is fitted to the differences among the candidates of one question, by
ridge regression. Trained on the train split; a fifth of its documents chose the penalty, the dev split is only scored.
Writes src/aili/weights/questions.json. Takes about five minutes on two free cores, nearly all of it the encoder's.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from aili import encoder
from aili.engines.embedded.asking import named, topical
from aili.engines.embedded.bullets import Candidate, candidates
from aili.engines.embedded.headings import own_name
from aili.engines.embedded.network import Network
from aili.engines.embedded.outline import Topic
from aili.engines.embedded.page_questions import page_questions
from aili.engines.embedded.questions import Asked, Sentence, questions
from aili.engines.embedded.ranking import FORMS, Setting, features, setting
from aili.engines.embedded.reading import Survey, survey
from benchmarks.digest_references import lay_out

WEIGHTS = Path(__file__).parents[1] / "src" / "aili" / "weights" / "questions.json"
PENALTIES = (1.0, 10.0, 100.0, 1000.0)
BULLETS = 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Option:
    """A candidate question: its form, features (f), the two likenesses to the reference's, and its worth by hand."""

    text: str
    form: str
    features: np.ndarray
    cosine: float
    rouge: float
    by_hand: float

    @property
    def likeness(self) -> float:
        return (self.cosine + self.rouge) / 2


@dataclass(frozen=True)
class Case:
    """A question of a reference with all that the engine could ask of the same sentences."""

    document: str
    split: str
    question: str
    options: tuple[Option, ...]


def cases(row: dict) -> list[Case]:
    """The cases of one reference digest."""
    network = Network(encoder.load(threads=1))
    surveyed = survey(lay_out(row["title"], row["paragraphs"]), language="en", network=network, max_words=30_000)
    asked = [question for section in row["digest"]["sections"] for question in section["questions"]]
    found = []
    for topic in surveyed.topics:
        pool = candidates(surveyed, topic, network.analyse)
        where = setting(surveyed, topic, pool)
        for question in asked:
            cited = {number for bullet in question["bullets"] for number in bullet["cites"]}
            group = [candidate for candidate in pool if candidate.number in cited]
            options = tuple(_options(where, group, question["question"], network)) if group else ()
            if options:
                found.append(Case(row["id"], row["split"], question["question"], options))
    return found


def _options(where: Setting, group: Sequence[Candidate], reference: str, network: Network) -> Iterator[Option]:
    (wanted,) = network.embed([reference])
    made = [*_askable(where.survey, where.topic, where, group, network)]
    vectors = network.embed([asked.text for asked, _ in made])
    for (asked, bullets), vector in zip(made, vectors, strict=True):
        row = features(where, asked, vector, bullets)
        salient = bullets[0].score / where.best
        fit = 1.2 if asked.form == "heading" else 0.5
        by_hand = (
            asked.weight
            + 0.55 * salient
            + fit * float(vector @ bullets[0].vector)
            + 0.35 * float(vector @ where.middle)
        )
        yield Option(asked.text, asked.form, row, float(vector @ wanted), rouge(asked.text, reference), by_hand)


def _askable(
    surveyed: Survey, topic: Topic, where: Setting, group: Sequence[Candidate], network: Network
) -> Iterator[tuple[Asked, Sequence[Candidate]]]:
    for candidate in group:
        if candidate.tree is None or candidate.author:
            continue
        sentence = Sentence(tree=candidate.tree, substitutes=candidate.substitutes, known=network.knows)
        every = chain(
            questions(sentence),
            page_questions(surveyed, topic, candidate, network),
            topical(surveyed, sentence, candidate, where.heading(candidate.number)),
        )
        yield from ((asked, [candidate]) for asked in every if asked.text)
    name = own_name(surveyed, topic.part_of(group[0].number).heading, network)
    if name.heading:
        bullets = group[:BULLETS]
        yield from ((asked, bullets) for asked in named(surveyed, name, bullets, network) if asked.text)


def rouge(first: str, second: str) -> float:
    """ROUGE-L: the F-measure of the longest common subsequence of words."""
    a, b = _WORD.findall(first.lower()), _WORD.findall(second.lower())
    row = [0] * (len(b) + 1)
    for word in a:
        after = [0]
        for at, other in enumerate(b):
            after.append(row[at] + 1 if word == other else max(after[-1], row[at + 1]))
        row = after
    return 2 * row[-1] / (len(a) + len(b)) if row[-1] else 0.0


def fit(found: Sequence[Case], penalty: float) -> np.ndarray:
    """Weights (f) by ridge regression on differences within each case, features brought to one scale."""
    x = np.array([option.features for case in found for option in case.options], np.float64)
    y = np.array([option.likeness for case in found for option in case.options])
    groups = np.repeat(np.arange(len(found)), [len(case.options) for case in found])
    sizes = np.bincount(groups)
    scales = x.std(axis=0)
    scales[scales < 1e-6] = np.inf  # a feature that never varies here has no weight
    sums = np.zeros((len(found), x.shape[1]))
    np.add.at(sums, groups, x / scales)
    inside = x / scales - (sums / sizes[:, None])[groups]
    aims = y - (np.bincount(groups, y) / sizes)[groups]
    weights: np.ndarray = np.linalg.solve(inside.T @ inside + penalty * np.eye(x.shape[1]), inside.T @ aims) / scales
    return weights


def reached(found: Sequence[Case], worth: Callable[[Option], float]) -> tuple[float, float, float]:
    """Mean likeness, cosine and ROUGE-L of the best option of each case by ``worth``."""
    best = [max(case.options, key=lambda option: (worth(option), option.text)) for case in found]
    columns = [(each.likeness, each.cosine, each.rouge) for each in best]
    likeness, cosine, words = (float(np.mean(column)) for column in zip(*columns, strict=True))
    return likeness, cosine, words


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--keep", type=Path, help="keep the cases in this file, and take them from it where it is there"
    )
    options = parser.parse_args()
    if options.keep and options.keep.is_file():
        found = pickle.loads(options.keep.read_bytes())
    else:
        rows = [json.loads(line) for line in (options.data / "reference-digests.jsonl").open(encoding="utf-8")]
        with ProcessPoolExecutor(2) as pool:
            found = [case for each in pool.map(cases, rows, chunksize=4) for case in each]
        if options.keep:
            options.keep.write_bytes(pickle.dumps(found))
    fitted, held = [c for c in found if c.split == "train"], [c for c in found if c.split == "dev"]
    chosen = set(sorted({case.document for case in fitted})[::5])
    rest, choosing = [c for c in fitted if c.document not in chosen], [c for c in fitted if c.document in chosen]

    def tried(penalty: float) -> float:
        weights = fit(rest, penalty)
        return reached(choosing, lambda option: float(option.features @ weights))[0]

    penalty = max(PENALTIES, key=tried)
    weights = fit(fitted, penalty)
    x = np.array([option.features for case in fitted for option in case.options])
    y = np.array([option.likeness for case in fitted for option in case.options])
    bias = float(y.mean() - x.mean(axis=0) @ weights)
    share = len(x) / len(fitted)
    print(f"{len(fitted)} cases of the train split, {len(held)} of dev, {share:.1f} options each; penalty {penalty:g}")
    print("| dev | likeness | cosine | ROUGE-L |\n| --- | --- | --- | --- |")
    for name, worth in (
        ("by hand", lambda option: option.by_hand),
        ("learned", lambda option: float(option.features @ weights)),
        ("nearest of all", lambda option: option.likeness),
    ):
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in reached(held, worth))} |")
    made = {"weights": [round(float(value), 4) for value in weights], "bias": round(bias, 4), "forms": list(FORMS)}
    WEIGHTS.write_text(json.dumps(made) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Judges the shipped entailment head beside the rules: `python -m training.entailment_score prepare`, then `score`.

What the rules call supported is weighed by the head as `aili.verification` does it, so that all thresholds can be read off
the same scores. A threshold is chosen on even rows and the train split; what is printed are odd rows and the dev split.
"""

from __future__ import annotations

import argparse
import json
import math
import pickle
import random
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from aili.verification import Context, check, entailment
from aili.verification.cases import Case
from aili.verification.passages import passage
from benchmarks.edits import EDITS
from benchmarks.verification import DIGESTS, DOMAINS, _edited, _sets, _told

# A claim's score where the rules speak against it, and where the head is not asked.
ALARM, COPIED = -math.inf, math.inf
UNSEEN = 2000  # the last bullets of the train split are not trained on (USED in train_entailment)
Asked = tuple[float, str, tuple[str, ...]]  # ALARM, COPIED or 0 where the head is asked; then claim and evidence
_Read = TypeVar("_Read")
Row = tuple[bool, list[_Read]]  # whether it is true, and its claims


@dataclass(frozen=True)
class Found(Generic[_Read]):
    """Rows of each claim set; true bullets of the train split; of the dev split, those and edited ones by kind."""

    sets: dict[str, list[Row[_Read]]]
    train: list[_Read]
    dev: dict[str, list[_Read]]


def asked(claim: str, sentences: Sequence[str], context: Context) -> Asked:
    """What the rules say of a claim, and what the head is to be asked about it."""
    if check(claim, sentences, context=context)[0] != "supported":
        return ALARM, claim, ()
    case = Case(claim=passage(claim), evidence=tuple(map(passage, sentences)), context=context)
    if entailment.is_copied(case):
        return COPIED, claim, ()
    return 0.0, claim, tuple(part.text for part in entailment.nearest(case))


def prepare(most: int, each: int) -> Found[Asked]:
    """Run the rules over everything; the head is not needed for that."""
    sets: dict[str, list[Row[Asked]]] = {}
    for name, given in _sets():
        sets[name] = []
        for row in given:
            context = Context(document="\n".join(row.sentences))
            sets[name].append((row.true, [asked(claim, row.sentences, context) for claim in row.claims]))
        print(name, len(given), flush=True)
    read = [json.loads(line) for line in DIGESTS.read_text(encoding="utf-8").splitlines()]
    train, dev = (_told([row for row in read if row["split"] == split])[0] for split in ("train", "dev"))
    sample = random.Random(0).sample(train[-UNSEEN:], most)
    kinds = {"true": random.Random(0).sample(dev, most)} | {kind: _edited(kind, dev)[:each] for kind in EDITS}
    return Found(
        sets,
        [asked(one.claim, one.evidence, one.context) for one in sample],
        {kind: [asked(one.claim, one.evidence, one.context) for one in ones] for kind, ones in kinds.items()},
    )


def weighed(found: Found[Asked]) -> Found[float]:
    """The head's answers in the place of the questions."""

    def weigh(one: Asked) -> float:
        if one[0]:
            return one[0]
        given = entailment.weigh(one[1], one[2])
        return COPIED if entailment.is_read_by_rules(given.words) else given.score

    return Found(
        {name: [(true, list(map(weigh, claims))) for true, claims in rows] for name, rows in found.sets.items()},
        list(map(weigh, found.train)),
        {kind: list(map(weigh, ones)) for kind, ones in found.dev.items()},
    )


def balanced(given: Iterable[tuple[bool, float]], at: float) -> float:
    """Balanced accuracy in per cent, scores under ``at`` being alarms."""
    given = list(given)
    kept = [value >= at and value > ALARM for true, value in given if true]
    caught = [value < at or value == ALARM for true, value in given if not true]
    return 50 * (statistics.mean(kept) + statistics.mean(caught))


def alarms(values: Sequence[float], at: float) -> float:
    """The share under ``at``, in per cent."""
    return 100 * statistics.mean(value < at or value == ALARM for value in values)


def table(found: Found[float]) -> None:
    """The rules alone and the rules with the head at some thresholds."""
    thresholds = quantiles(found.train)
    print(f"asked about {100 * statistics.mean(map(math.isfinite, found.dev['true'])):.0f} % of the true dev bullets")
    for name, step in (("even", 0), ("odd", 1)):
        print(f"| {name} | {' | '.join(found.sets)} | SummEdits, mean | bullets |")
        for at in (ALARM, *thresholds):
            cells = {
                domain: balanced([(true, min(claims)) for true, claims in given[step::2]], at)
                for domain, given in found.sets.items()
            }
            mean = statistics.mean(cells[domain] for domain in DOMAINS)
            shown = " | ".join(f"{cell:.1f}" for cell in (*cells.values(), mean))
            print(f"| {at:.2f} | {shown} | {alarms(found.dev['true'] if step else found.train, at):.2f} % |")
    print(f"| edit of a dev bullet | n | rules | {' | '.join(f'{at:.2f}' for at in thresholds)} |")
    for kind, scores in found.dev.items():
        print(f"| {kind} | {len(scores)} | {' | '.join(f'{alarms(scores, at):.1f}' for at in (ALARM, *thresholds))} |")


def quantiles(train: Sequence[float], extra: Sequence[float] = (0.25, 0.5, 1.0, 2.0)) -> list[float]:
    """Thresholds at which so many more true bullets of the train split (per cent) are called false."""
    asked = sorted(value for value in train if value > ALARM)
    return [asked[round(share / 100 * len(train))] for share in extra]


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("what", choices=("prepare", "score"), help="prepare runs the rules, which takes longest")
    parser.add_argument("--work", type=Path, default=Path("training/work/entailment"))
    parser.add_argument("--bullets", type=int, default=1000, help="true bullets of each split")
    parser.add_argument("--edits", type=int, default=150, help="edited bullets of each kind")
    arguments = parser.parse_args()
    kept = arguments.work / "asked.pkl"
    if arguments.what == "prepare":
        kept.write_bytes(pickle.dumps(prepare(arguments.bullets, arguments.edits)))
        return
    entailment._states = cache(entailment._states.__wrapped__)  # noqa: SLF001
    began = time.process_time()
    found = weighed(pickle.loads(kept.read_bytes()))
    print(f"{time.process_time() - began:.0f} s of processor time")
    table(found)


if __name__ == "__main__":
    main()

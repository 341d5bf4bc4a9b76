"""Judged questions of the engine, made again from their documents: `python -m training.judgments`.

training/judgments.jsonl holds, for questions that the engine could ask of the reference digests' documents, the document,
the question, the sentences that should answer it and a reader's marks: `g` grammatical, `s` self-contained, `w` worth
asking (0 or 1), `a` for each sentence whether it answers (2), adds to an answer (1) or does neither (0). A large language
model judged them under written rules (training/README.md); two readers agreed on 95 of 100. No text of a document is in
the file: it is read from ../shared/data. Questions that the engine no longer forms are counted and left out.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aili import encoder
from aili.engines.embedded.asking import named, topical
from aili.engines.embedded.bullets import Candidate, candidates
from aili.engines.embedded.headings import own_name
from aili.engines.embedded.network import Network
from aili.engines.embedded.open_questions import open_questions
from aili.engines.embedded.outline import Topic
from aili.engines.embedded.page_questions import page_questions
from aili.engines.embedded.questions import Asked, Sentence, questions
from aili.engines.embedded.ranking import Setting, features, setting
from aili.engines.embedded.reading import Survey, survey
from benchmarks.digest_references import lay_out

JUDGMENTS = Path(__file__).parent / "judgments.jsonl"
WORK = Path(__file__).parent / "work" / "judging"
FOLDS = 3  # of the judged documents, each scored by a judge that was tuned on the others
DATA = Path(__file__).parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Judgment:
    """A judged question over its sentences, with the features (f) and the cosines that ``ranking`` gives it."""

    split: str
    document: str
    title: str
    question: str
    texts: tuple[str, ...]
    form: str
    features: tuple[float, ...]
    cosines: tuple[float, float, float]
    good: bool
    asked: bool
    answers: tuple[int, ...]


def judgments(row: dict[str, Any], marks: list[dict[str, Any]]) -> list[Judgment]:
    """The judged questions of one document that the engine still forms."""
    network = Network(encoder.load(threads=1))
    surveyed = survey(lay_out(row["title"], row["paragraphs"]), language="en", network=network, max_words=30_000)
    found = []
    left = {mark["question"].casefold(): mark for mark in marks}
    for topic in surveyed.topics:
        pool = candidates(surveyed, topic, network.analyse)
        if not pool:
            continue
        where = setting(surveyed, topic, pool)
        by_number = {candidate.number: candidate for candidate in pool}
        mine = {text: mark for text, mark in left.items() if set(mark["numbers"]) <= by_number.keys()}
        if not mine:
            continue
        for asked in _askable(surveyed, topic, where, pool, network, mine):
            mark = left.pop(asked.text.casefold(), None)
            if mark is None:
                continue
            group = [by_number[number] for number in mark["numbers"]]
            (vector,) = network.embed([asked.text])
            mean = np.mean([candidate.vector for candidate in group], axis=0)
            clear = bool(mark["g"] and mark["s"] and mark["w"])
            answers = tuple(int(digit) for digit in mark["a"])
            found.append(Judgment(
                split=row["split"], document=row["id"], title=row["title"], question=asked.text,
                texts=tuple(candidate.text for candidate in group), form=asked.form,
                features=tuple(float(value) for value in features(where, asked, group)),
                cosines=(float(vector @ group[0].vector), float(vector @ mean), float(vector @ where.middle)),
                good=clear and answers[0] == 2, asked=clear, answers=answers,
            ))  # fmt: skip
    return found


def _askable(
    surveyed: Survey, topic: Topic, where: Setting, pool: list[Candidate], network: Network,
    wanted: dict[str, Any],
) -> Iterator[Asked]:  # fmt: skip
    """All that the engine could ask over the pool of a topic, as far as it was judged."""
    for candidate in pool:
        if candidate.tree is None or candidate.author:
            continue
        sentence = Sentence(tree=candidate.tree, substitutes=candidate.substitutes, known=network.knows)
        made = [
            *questions(sentence),
            *page_questions(surveyed, topic, candidate, network),
            *topical(surveyed, sentence, candidate, where.heading(candidate.number)),
            *open_questions(sentence),
        ]
        yield from (asked for asked in made if asked.text.casefold() in wanted)
    for part in topic.parts:
        inside = [candidate for candidate in pool if part.start <= candidate.number < part.end]
        name = own_name(surveyed, part.heading, network)
        if inside and name.heading:
            for size in (3, 2, 1):
                made = list(named(surveyed, name, inside[:size], network))
                yield from (asked for asked in made if asked.text.casefold() in wanted)


def _of(pair: tuple[dict[str, Any], list[dict[str, Any]]]) -> list[Judgment]:
    return judgments(*pair)


def fold_of(document: str) -> int:
    """Which third of the documents one belongs to."""
    return sum(map(ord, document)) % FOLDS


def load(work: Path = WORK) -> list[Judgment]:
    """What `python -m training.judgments` made."""
    lines = (work / "judged.jsonl").read_text(encoding="utf-8").splitlines()
    return [_loaded(json.loads(line)) for line in lines]


def _loaded(row: dict[str, Any]) -> Judgment:
    lists = {name: tuple(row[name]) for name in ("texts", "features", "cosines", "answers")}
    return Judgment(**{**row, **lists})


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--work", type=Path, default=WORK)
    options = parser.parse_args()
    marks = defaultdict(list)
    for line in JUDGMENTS.read_text(encoding="utf-8").splitlines():
        mark = json.loads(line)
        marks[mark["document"]].append(mark)
    rows = [json.loads(line) for line in (options.data / "reference-digests.jsonl").open(encoding="utf-8")]
    with ProcessPoolExecutor(2) as pool:
        pairs = [(row, marks[row["id"]]) for row in rows if row["id"] in marks]
        found = [each for made in pool.map(_of, pairs, chunksize=4) for each in made]
    options.work.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(each), ensure_ascii=False) for each in found)
    (options.work / "judged.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    total = sum(map(len, marks.values()))
    print(f"{len(found)} of {total} judged questions are still formed; good {sum(each.good for each in found)}")


if __name__ == "__main__":
    main()

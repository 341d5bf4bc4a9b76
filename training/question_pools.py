"""Questions that the engine could ask of the reference digests' documents, for readers to judge.

    python -m training.question_pools OUT.jsonl

Of each document: questions of its digest as the engine writes it, others that its forms offer, and *what*, *how* and *why*
of any statement, which no word vouches for. One object a line: document, split, title, question, form, kind (digest,
offered, open), the bullets and the sentences they rest on. training/README.md tells how they were judged.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from aili import encoder
from aili import language as languages
from aili.engines.embedded.answers import bullet, question
from aili.engines.embedded.asking import named
from aili.engines.embedded.bullets import Candidate, candidates
from aili.engines.embedded.extent import extent, fitted
from aili.engines.embedded.headings import own_name
from aili.engines.embedded.network import Network
from aili.engines.embedded.open_questions import open_questions
from aili.engines.embedded.questions import Asked, Sentence, questions
from aili.engines.embedded.reading import Survey, survey
from aili.engines.embedded.writing import sections
from benchmarks.digest_references import lay_out

TAKEN = {"digest": 5, "offered": 3, "open": 2}
BULLETS = 3

Pair = tuple[Asked, Sequence[Candidate]]


def pool(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions of one document."""
    network = Network(encoder.load(threads=1))
    surveyed = survey(lay_out(row["title"], row["paragraphs"]), language="en", network=network, max_words=30_000)
    pick = random.Random(row["id"])
    kinds: dict[str, list[Pair]] = {"digest": list(_digest(surveyed, network)), "offered": [], "open": []}
    for topic in surveyed.topics:
        found = candidates(surveyed, topic, network.analyse)
        for candidate in found:
            if candidate.tree is None or candidate.author:
                continue
            sentence = Sentence(tree=candidate.tree, substitutes=candidate.substitutes, known=network.knows)
            kinds["offered"] += [(asked, [candidate]) for asked in questions(sentence)]
            kinds["open"] += [(asked, [candidate]) for asked in open_questions(sentence)]
        for part in topic.parts:
            inside = [candidate for candidate in found if part.start <= candidate.number < part.end][:BULLETS]
            name = own_name(surveyed, part.heading, network)
            if inside and name.heading:
                kinds["offered"] += [(asked, inside) for asked in named(surveyed, name, inside, network)]
    seen: set[str] = set()
    rows = []
    for kind, made in kinds.items():
        pick.shuffle(made)
        new = {asked.text: (asked, group) for asked, group in made if asked.text and asked.text not in seen}
        for asked, group in list(new.values())[: TAKEN[kind]]:
            seen.add(asked.text)
            bullets = question(asked.text, group).bullets
            rows.append({
                "document": row["id"], "split": row["split"], "title": row["title"], "kind": kind, "form": asked.form,
                "question": asked.text, "bullets": [b.text for b in bullets], "cites": [list(b.evidence) for b in bullets],
            })  # fmt: skip
    return rows


def _digest(surveyed: Survey, network: Network) -> Iterator[Pair]:
    length = fitted(extent("standard"), surveyed.words)
    made, _, pools = sections(surveyed, network, languages.phrases("en"), length)
    by_evidence = {(bullet(c).text, c.evidence): c for each in pools for c in each}
    for section in made:
        for each in section.questions:
            group = [by_evidence[b.text, b.evidence] for b in each.bullets]
            yield Asked(text=each.text, form="digest", weight=1.0), group


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    rows = [json.loads(line) for line in (options.data / "reference-digests.jsonl").open(encoding="utf-8")]
    with ProcessPoolExecutor(2) as pool_of, options.out.open("w", encoding="utf-8") as out:
        for made in pool_of.map(pool, rows, chunksize=4):
            for each in made:
                out.write(json.dumps(each, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

"""What the question writer reaches: `python -m training.writer.measure squad`, or `digests --count N` to read.

`squad`: BLEU-4, METEOR and ROUGE-L on the articles that benchmarks.squad holds out, the answer marked. `digests`: what it
writes over the first cited sentences of dev digests, and whether that passes training.writer.guards.
"""

from __future__ import annotations

import argparse
import json
import random
from functools import partial
from pathlib import Path

from aili import encoder
from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.network import Network
from aili.engines.embedded.tree import tree
from benchmarks.squad import pairs, scores
from training.writer.data import WORK
from training.writer.graphs import EVIDENCE, TITLE, Source, piece_of, source, write
from training.writer.guards import checked
from training.writer.recasing import recased

NAMES: frozenset[str] = frozenset()


def squad(reader: encoder.Encoder) -> None:
    """Print the scores."""
    made = []
    for pair in pairs():
        texts = [
            source(text, reader.states(text), role) for text, role in ((pair.title, TITLE), (pair.sentence, EVIDENCE))
        ]
        start = pair.sentence.find(pair.answer)
        answer = (1, start, start + len(pair.answer)) if start >= 0 else None
        best = next(iter(write(texts, answer=answer)), None)
        made.append((recased(best.pieces, texts, partial(piece_of, reader), NAMES) if best else "", pair.question))
    print(" | ".join(f"{name} {value:.1f}" for name, value in scores(made).items()))


def digests(reader: encoder.Encoder, work: Path, *, count: int, seed: int) -> None:
    """Print what is written beside what the reference asks."""
    network = Network(reader)
    rows = [json.loads(line) for line in (work / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    dev = [row for row in rows if row["split"] == "dev" and row["corpus"] == "cites"]
    for row in random.Random(seed).sample(dev, count):
        print("\n" + " | ".join(row["texts"]) + f"\n  asked:   {row['question']}")
        texts: list[Source] = [
            source(text, reader.states(text), role) for text, role in zip(row["texts"], row["roles"], strict=True)
        ]
        bullets = [candidate(text, network) for text in row["texts"][2:]]
        for written in write(texts)[:2]:
            text = recased(written.pieces, texts, partial(piece_of, reader), NAMES)
            passes = checked(text, row["texts"], bullets, network) is not None
            print(f"  {'written: ' if passes else 'refused: '}{text}  {written.likely:.2f}")


def candidate(text: str, network: Network) -> Candidate:
    """A sentence as a bullet."""
    (analysis,) = network.analyse([text])
    parsed = tree(text, analysis.tokens)
    return Candidate(number=0, text=text, evidence=(0,), score=1.0, vector=analysis.vector, tree=parsed)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("squad", "digests"))
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    reader = encoder.load(threads=1)
    if options.command == "squad":
        squad(reader)
    else:
        digests(reader, options.work, count=options.count, seed=options.seed)


if __name__ == "__main__":
    main()

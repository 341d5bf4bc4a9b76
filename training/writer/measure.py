"""What the question writer reaches: `python -m training.writer.measure squad`, or `digests --count N` to read.

`squad`: BLEU-4, METEOR and ROUGE-L on the articles that benchmarks.squad holds out, the answer marked. `digests`: what it
writes over the first cited sentences of dev digests, and whether that passes training.writer.written.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from aili import encoder
from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.network import Network
from aili.engines.embedded.tree import tree
from benchmarks.squad import pairs, scores
from training.writer.data import EVIDENCE, TITLE, WORK, Reading, read
from training.writer.generation import Generator
from training.writer.recasing import recased
from training.writer.written import checked

NAMES: frozenset[str] = frozenset()


def squad(generator: Generator, reader: encoder.Encoder) -> None:
    """Print the scores."""
    made = []
    for pair in pairs():
        readings = [read(pair.title, reader), read(pair.sentence, reader)]
        start = pair.sentence.find(pair.answer)
        answer = (1, start, start + len(pair.answer)) if start >= 0 else None
        best = next(iter(generator.write(readings, [TITLE, EVIDENCE], answer=answer)), None)
        made.append((spelt(best.pieces, readings, reader) if best else "", pair.question))
    print(" | ".join(f"{name} {value:.1f}" for name, value in scores(made).items()))


def digests(generator: Generator, reader: encoder.Encoder, work: Path, *, count: int, seed: int) -> None:
    """Print what is written beside what the reference asks."""
    network = Network(reader)
    rows = [json.loads(line) for line in (work / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    dev = [row for row in rows if row["split"] == "dev" and row["corpus"] == "cites"]
    for row in random.Random(seed).sample(dev, count):
        print("\n" + " | ".join(row["texts"]) + f"\n  asked:   {row['question']}")
        readings = [read(text, reader) for text in row["texts"]]
        bullets = [candidate(text, network) for text in row["texts"][2:]]
        for written in generator.write(readings, row["roles"])[:2]:
            text = spelt(written.pieces, readings, reader)
            passes = checked(text, row["texts"], bullets, network) is not None
            print(f"  {'written: ' if passes else 'refused: '}{text}  {written.likely:.2f}")


def spelt(pieces: tuple[int, ...], readings: list[Reading], reader: encoder.Encoder) -> str:
    """Word pieces as text."""
    return recased(pieces, readings, reader._tokenizer.id_to_token, NAMES)  # noqa: SLF001


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
    generator, reader = Generator(options.work), encoder.load(threads=1)
    if options.command == "squad":
        squad(generator, reader)
    else:
        digests(generator, reader, options.work, count=options.count, seed=options.seed)


if __name__ == "__main__":
    main()

"""Questions for given answers, on SQuAD: `python -m benchmarks.squad [--all] [--show N]`.

Given a sentence and the answer that stands in it, the engine's best question is the one of the highest form that does not
give the answer away; where it forms none, the plain question on the sentence's subject, or on the article's title. Measured
against the question that a person wrote: BLEU-4, METEOR (words and stems) and ROUGE-L (benchmarks/likeness.py), over all
answers and over those with a formed question.

Set: the 44 articles of SQuAD 1.1 that Du et al. (2017) test on, of which those are held out that `held_out` names: whoever
trains a writer leaves these out. SQuAD asks for a fact, a digest for what a reader would ask: forms that suit the second
score low.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from aili import encoder
from aili.engines.embedded.clause import subject_text
from aili.engines.embedded.network import Network
from aili.engines.embedded.questions import Asked, Sentence, questions
from aili.engines.embedded.tree import Tree, tree
from aili.segmentation import segment
from benchmarks.digest_systems import PLAIN
from benchmarks.likeness import bleu_4, meteor, rouge_l, words

DATA = Path(__file__).parents[2] / "shared" / "data" / "train-open.tar.gz"
SQUAD = "squad11_test_split/data/test-v1.1.json"
FIFTH = 5  # every fifth article is held out


@dataclass(frozen=True)
class Pair:
    """A sentence, the answer in it, and the question that a person asked."""

    title: str
    sentence: str
    answer: str
    question: str


def held_out(title: str) -> bool:
    """Whether a SQuAD article is kept for measuring: a fifth of them, by the SHA-256 of the title as SQuAD writes it."""
    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % FIFTH == 0


def pairs(*, everything: bool = False) -> list[Pair]:
    """The pairs of the articles that are held out, or of all 44."""
    with tarfile.open(DATA) as archive:
        member = archive.extractfile(SQUAD)
        if member is None:
            raise FileNotFoundError(SQUAD)
        articles = json.load(member)["data"]
    return [pair for article in articles if everything or held_out(article["title"]) for pair in _pairs(article)]


def _pairs(article: dict[str, Any]) -> Iterator[Pair]:
    for paragraph in article["paragraphs"]:
        context = paragraph["context"]
        spans = segment(context, language="en")
        for asked in paragraph["qas"]:
            answer = asked["answers"][0]
            start = answer["answer_start"]
            sentence = next(context[left:right] for left, right in spans if start < right)
            title = article["title"].replace("_", " ")
            yield Pair(title, sentence.strip(), answer["text"], " ".join(asked["question"].split()))


def best(pair: Pair, parsed: Tree, network: Network) -> tuple[str, bool]:
    """The engine's question for a pair, and whether it was formed from the parse."""
    answer = set(words(pair.answer))
    formed = [
        asked
        for asked in questions(Sentence(tree=parsed, substitutes={}, known=network.knows))
        if not answer <= set(words(asked.text))
    ]
    if formed:
        return max(formed, key=_weight).text, True
    subject = parsed.child(parsed.root, "nsubj") if parsed.root >= 0 else -1
    topic = subject_text(parsed, subject, {}) if subject >= 0 else ""
    return PLAIN.format(topic=topic or pair.title), False


def _weight(asked: Asked) -> float:
    return asked.weight


def measure(found: Sequence[Pair], network: Network) -> list[tuple[Pair, str, bool]]:
    """Each pair with the engine's question and whether it was formed."""
    made = []
    for pair in found:
        (analysis,) = network.analyse([pair.sentence])
        made.append((pair, *best(pair, tree(pair.sentence, analysis.tokens), network)))
    return made


def scores(made: Sequence[tuple[str, str]]) -> dict[str, float]:
    """BLEU-4, METEOR and ROUGE-L in per cent of pairs of a question and the one that a person asked."""
    texts, references = [text for text, _ in made], [reference for _, reference in made]
    return {
        "BLEU-4": 100 * bleu_4(texts, references),
        "METEOR": 100 * meteor(texts, references),
        "ROUGE-L": 100 * mean(map(rouge_l, texts, references)),
    }


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.squad", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--all", action="store_true", help="all 44 articles, as Du et al. test, not those held out")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="show N of the questions, evenly spread")
    options = parser.parse_args()
    if not DATA.is_file():
        print("skipped: ../shared is absent, which holds SQuAD")
        return 0
    found = pairs(everything=options.all)
    made = measure(found, Network(encoder.load()))
    formed = [(text, pair.question) for pair, text, is_formed in made if is_formed]
    titles = len({pair.title for pair in found})
    print(f"SQuAD 1.1, {titles} articles{'' if options.all else ' held out'}, {len(found)} answers\n")
    print("| questions | share | BLEU-4 | METEOR | ROUGE-L |\n| --- | --- | --- | --- | --- |")
    rows = {
        "all, the plain one where none is formed": [(text, pair.question) for pair, text, _ in made],
        "formed from the parse": formed,
        "the sentence itself": [(pair.sentence, pair.question) for pair, _, _ in made],
    }
    for name, row in rows.items():
        cells = " | ".join(f"{value:.1f}" for value in scores(row).values())
        print(f"| {name} | {100 * len(row) / len(made):.0f} % | {cells} |")
    for pair, text, _ in made[:: max(len(made) // options.show, 1)] if options.show else []:
        print(f"\n{pair.sentence}\n  answer: {pair.answer}\n  person: {pair.question}\n  aili:   {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How well the embedded engine finds what answers a question, and leaves unanswered what the text does not say.

    python -m benchmarks.answering [--gate]

Two yardsticks. Reference digests (dev split): each question with the sentences that its bullets cite; the same question is
put to another document, to one of the three most alike, and to its own without the cited sentences, which often says more of
the same. SQuAD (the articles that benchmarks.squad holds out, 30 paragraphs each as one document): a question with the
sentence that has its answer; put to the next article, and to its own without the paragraph and every other sentence with the
answer in it. training/train_answers.py makes its examples here too, of the other splits.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tarfile
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from aili import encoder
from aili.document import Document
from aili.engines.embedded.answering import MARGIN, prepared
from aili.engines.embedded.network import Network
from aili.engines.embedded.relevance import Text, features, scores
from aili.segmentation import segment
from benchmarks.digest import FLOORS, failures
from benchmarks.digest_references import SHARED, Reference, data_hash, lay_out, references
from benchmarks.squad import DATA, SQUAD, held_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SEED = 3
OTHERS = {
    "another document": "other",
    "another article": "other",
    "one of the most alike": "alike",
    "without what answers": "less",
}  # documents that do not answer a question, and how the floors call that
FEWEST = 6  # sentences that a document must keep once those that answer are out of it


@dataclass(frozen=True)
class Example:
    """A question: the features (n, f) and scores (n) of the sentences asked, which of them answer, and those of others.

    ``others`` are documents that do not answer it, by what they are.
    """

    features: Floats
    scores: Floats
    answers: NDArray[np.bool_]
    others: dict[str, tuple[Floats, Floats]]


def main() -> int:
    """Print both tables; with ``--gate`` compare with the floors."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answering", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--gate", action="store_true", help="exit 1 below the floors in benchmarks/floors.toml")
    options = parser.parse_args()
    if not SHARED.is_dir():
        print("skipped: ../shared is absent")
        return 0
    network = Network(encoder.load())
    reached: dict[str, float] = {}
    for name, short, examples in (
        ("reference digests, dev", "references", list(of_references("dev", network))),
        ("SQuAD, held out", "squad", list(of_squad(network, held=True, asked=50, paragraphs=30))),
    ):
        reached |= {f"{short}-{figure}": value for figure, value in measured(name, examples).items()}
    return _gate(reached) if options.gate else 0


def _gate(reached: Mapping[str, float]) -> int:
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["answering"]
    if data_hash() != floors["data"]:
        print("The reference digests are not those that the floors were measured on: measure again and pin both")
        return 1
    wrong = failures(reached, floors)
    print("\n".join(wrong) or "The answers hold their floors.")
    return int(bool(wrong))


def measured(name: str, examples: Sequence[Example]) -> dict[str, float]:
    """Print the table of a yardstick; the figures that the gate knows, in per cent, by name."""
    found = [np.argsort(-example.scores)[:3] for example in examples]
    first = np.array([example.answers[order[0]] for example, order in zip(examples, found, strict=True)])
    nearest = np.mean([example.answers[int(example.features[:, 0].argmax())] for example in examples])
    recall = np.mean([e.answers[order].sum() / e.answers.sum() for e, order in zip(examples, found, strict=True)])
    given = np.array([example.scores.max() >= 0 for example in examples])
    shown = [
        e.answers[[n for n in order if e.scores[n] >= max(0.0, float(e.scores.max()) - MARGIN)]].mean()
        for e, order in zip(examples, found, strict=True)
        if e.scores.max() >= 0
    ]
    print(f"{name}: {len(examples)} questions")
    print(
        f"  first sentence right {first.mean():.1%} (nearest vector {nearest:.1%}), evidence in the first 3 {recall:.1%}"
    )
    print(
        f"  answered {given.mean():.1%}; of those, first right {first[given].mean():.1%}, precision {np.mean(shown):.1%}"
    )
    reached = {
        "first": first.mean(),
        "evidence": recall,
        "answered": given.mean(),
        "right": first[given].mean(),
        "precision": np.mean(shown),
    }
    for kind, short in OTHERS.items():
        asked = [example.others[kind][1] for example in examples if kind in example.others]
        if asked:
            reached[f"{short}_most"] = wrong = np.mean([values.max() >= 0 for values in asked])
            print(f"  answered wrongly, {kind}: {wrong:.1%} of {len(asked)}")
    return {figure: 100 * float(value) for figure, value in reached.items()}


def of_references(split: str, network: Network, *, share: float = 1.0, every: int = 1) -> Iterator[Example]:
    """An example of each question of a split of the reference digests, or of a ``share`` of them; with ``every`` 2 from
    every second document.
    """
    pick = random.Random(SEED)
    given: list[Reference] = [each for each in references(split) if each.document.sentences][::every]
    ready = [prepared(each.document, "en", network) for each in given]
    alike = _alike([text for text, _ in ready])
    for at, reference in enumerate(given):
        text, numbers = ready[at]
        for section in reference.digest.sections:
            for question in section.questions:
                other = pick.choice([place for place in range(len(given)) if place != at])
                near = int(alike[at][pick.randrange(3)])
                if pick.random() > share:
                    continue
                cited = {numbers.index(i) for bullet in question.bullets for i in bullet.evidence if i in numbers}
                others = {"another document": ready[other][0], "one of the most alike": ready[near][0]}
                yield from _example(
                    network, question.text, text, cited, {**others, "without what answers": _less(text, cited)}
                )


def of_squad(network: Network, *, held: bool, asked: int, paragraphs: int) -> Iterator[Example]:
    """Examples of at most ``asked`` questions an article of SQuAD, of those held out or of the others."""
    pick = random.Random(SEED)
    with tarfile.open(DATA) as archive:
        member = archive.extractfile(SQUAD)
        assert member is not None
        articles = [each for each in json.load(member)["data"] if held_out(each["title"]) == held]
    ready = [(_article(each, paragraphs)) for each in articles]
    texts = [prepared(document, "en", network)[0] for document in ready]
    for at, article in enumerate(articles):
        text = texts[at]
        questions = [(n, q) for n, p in enumerate(article["paragraphs"][:paragraphs]) for q in p["qas"]]
        pick.shuffle(questions)
        for number, question in questions[:asked]:
            answer = question["answers"][0]
            start = sum(len(p["context"]) + 2 for p in article["paragraphs"][:number]) + answer["answer_start"]
            right = {i for i, span in enumerate(ready[at].sentences) if span.start <= start < span.end}
            told = {i for i, sentence in enumerate(text.sentences) if answer["text"].lower() in sentence.lower()}
            gone = told | {i for i, block in enumerate(text.blocks) if block == number}
            others = {"another article": texts[(at + 1) % len(texts)], "without what answers": _less(text, gone)}
            yield from _example(network, question["question"], text, right, others)


def _article(article: dict[str, Any], paragraphs: int) -> Document:
    contexts = [paragraph["context"] for paragraph in article["paragraphs"][:paragraphs]]
    laid = lay_out(article["title"].replace("_", " "), [[context] for context in contexts])
    sentences = [
        replace(span, start=span.start + start, end=span.start + end)
        for span, context in zip(laid.sentences, contexts, strict=True)
        for start, end in segment(context, language="en")
    ]
    return replace(laid, sentences=tuple(sentences))


def _example(
    network: Network, question: str, text: Text, right: Collection[int], others: dict[str, Text]
) -> Iterator[Example]:
    if not right:
        return
    vector = network.embed([question])[0]
    answers = np.zeros(len(text.sentences), np.bool_)
    answers[list(right)] = True
    yield Example(
        features=features(text, question, vector),
        scores=scores(text, question, vector),
        answers=answers,
        others={
            kind: (features(other, question, vector), scores(other, question, vector))
            for kind, other in others.items()
            if len(other.sentences) >= FEWEST
        },
    )


def _less(text: Text, gone: Collection[int]) -> Text:
    kept = [number for number in range(len(text.sentences)) if number not in gone]
    return replace(
        text,
        sentences=[text.sentences[number] for number in kept],
        vectors=text.vectors[kept],
        blocks=[text.blocks[number] for number in kept],
        headings=[text.headings[number] for number in kept],
    )


def _alike(texts: Sequence[Text]) -> NDArray[np.int64]:
    """For each text the places of the others, the most alike first, by the mean of their vectors."""
    means = np.stack([text.vectors.mean(axis=0) for text in texts])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    likeness = means @ means.T
    np.fill_diagonal(likeness, -1)
    return np.argsort(-likeness, axis=1)


if __name__ == "__main__":
    sys.exit(main())

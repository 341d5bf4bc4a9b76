"""Scores the shipped graphs through `aili.encoder` on raw sentences, as the CoNLL 2018 shared task does.

A word counts if its characters are the same; an arc if the characters of its head are too. Every figure is an F1 over all
words, punctuation counted. Names are scored as spans of characters with their kind.
"""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import pairwise
from pathlib import Path

from aili.encoder import Token, load
from training.corpus import Sentence, read

Span = tuple[int, int]


def words_of(
    spans: list[Span], upos: list[str], xpos: list[str], heads: list[int], labels: list[str]
) -> list[set[object]]:
    """Sets to compare: words, universal tags, Penn tags, arcs, arcs with labels."""
    places = [spans[head] if head >= 0 else None for head in heads]
    arcs = list(zip(spans, places, strict=True))
    columns = [spans, list(zip(spans, upos, strict=True)), list(zip(spans, xpos, strict=True)), arcs]
    return [set(column) for column in [*columns, list(zip(arcs, labels, strict=True))]]


def names_of(spans: list[Span], names: list[str]) -> set[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for (start, end), (before, name) in zip(spans, pairwise(["", *names]), strict=True):
        if name[:2] == "I-" and before[2:] == name[2:]:
            found[-1] = (found[-1][0], end, name[2:])
        elif name:
            found.append((start, end, name[2:]))
    return set(found)


def compare(sentences: list[Sentence], analyses: list[tuple[Token, ...]]) -> dict[str, float]:
    hits: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    kinds = ("words", "upos", "xpos", "uas", "las", "names")
    for sentence, tokens in zip(sentences, analyses, strict=True):
        spans = [(token.start, token.end) for token in tokens]
        guess = words_of(
            spans,
            [token.tag for token in tokens],
            [token.xpos for token in tokens],
            [token.head for token in tokens],
            [token.label for token in tokens],
        )
        heads = [head - 1 for head in sentence.heads]
        gold = words_of(list(sentence.spans), list(sentence.upos), list(sentence.xpos), heads, list(sentence.labels))
        if sentence.names:
            guess.append(names_of(spans, [token.entity for token in tokens]))  # type: ignore[arg-type]
            gold.append(names_of(list(sentence.spans), list(sentence.names)))  # type: ignore[arg-type]
        for kind, found, wanted in zip(kinds, guess, gold, strict=False):
            hits[kind] += 2 * len(found & wanted)
            sizes[kind] += len(found) + len(wanted)
    return {kind: round(100 * hits[kind] / sizes[kind], 2) for kind in kinds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    sentences = read(arguments.data)
    encoder = load()
    for corpus in ("dev", "test"):
        chosen = [sentence for sentence in sentences if sentence.corpus == corpus]
        analyses = [analysis.tokens for analysis in encoder.analyse([sentence.text for sentence in chosen])]
        print(corpus, len(chosen), "sentences", compare(chosen, analyses))


if __name__ == "__main__":
    main()

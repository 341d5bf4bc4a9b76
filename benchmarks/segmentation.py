"""Sentence segmentation against labelled sentences and peers: `python -m benchmarks.segmentation [--gate]`.

Sets: the dev part of UD English EWT (web text; the rules were tuned on its train part, and the copy at hand has no test
part), and the sentence lists of the reference digests (dev split): those from UD English GUM were labelled by people, the
web articles' by a program. Mistakes on the digests were read while the rules were written, which is where ``. [2] Next``
comes from: they are no clean test set. Sentences of a paragraph are joined as the files say; what is scored is each
boundary inside a paragraph, by the offset of the sentence's last character. *marked* leaves out the boundaries after a
sentence without final punctuation, which nothing but its meaning tells. Peers that are not installed are named.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
import tarfile
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aili.segmentation import segment

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
FLOORS = Path(__file__).with_name("floors.toml")
MARKED = re.compile(r"[.!?…][\"'”’)\]»]*\Z")

Ends = Callable[[str], Iterable[int]]


@dataclass(frozen=True)
class Block:
    """A paragraph and the offsets of its sentences' ends."""

    text: str
    ends: tuple[int, ...]


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 in per cent."""

    precision: float
    recall: float
    f1: float


def ewt(part: str) -> list[Block]:
    """Paragraphs of UD EWT; part is ``dev`` or ``train.rebuilt``."""
    with tarfile.open(DATA / "train-open.tar.gz") as archive:
        member = archive.extractfile(f"ud_ewt/en_ewt-ud-{part}.conllu")
        assert member is not None
        lines = member.read().decode("utf-8").splitlines()
    return [_block(paragraph) for paragraph in _paragraphs(lines)]


def _paragraphs(lines: Iterable[str]) -> Iterator[list[tuple[str, str]]]:
    """Each paragraph as sentences with what stands behind them: a space, or nothing where SpaceAfter=No."""
    paragraph: list[tuple[str, str]] = []
    sentence = last = ""
    for line in lines:
        if line.startswith(("# newdoc", "# newpar")) and paragraph:
            yield paragraph
            paragraph = []
        elif line.startswith("# text = "):
            sentence = line.removeprefix("# text = ")
        elif line and not line.startswith("#"):
            last = line
        elif not line and sentence:
            paragraph.append((sentence, "" if "SpaceAfter=No" in last.split("\t")[9] else " "))
            sentence = ""
    if paragraph:
        yield paragraph


def digests(source: str) -> list[Block]:
    """Paragraphs of the reference digests' dev documents; source is ``gum`` or ``web``."""
    blocks = []
    for line in (DATA / "reference-digests.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["split"] == "dev" and ("GUM" in row["source"]) == (source == "gum"):
            blocks += [_block([(s, " ") for s in paragraph]) for paragraph in row["paragraphs"] if paragraph]
    return blocks


def _block(sentences: list[tuple[str, str]]) -> Block:
    text, ends = "", []
    for sentence, space in sentences:
        text += sentence
        ends.append(len(text.rstrip()))
        text += space
    return Block(text.rstrip(), tuple(ends))


def predict(blocks: list[Block], ends: Ends) -> tuple[list[set[int]], float]:
    """The ends found in each block, and millions of characters a second."""
    began = time.perf_counter()
    predictions = [set(ends(block.text)) for block in blocks]
    seconds = time.perf_counter() - began
    return predictions, sum(len(block.text) for block in blocks) / seconds / 1e6


def score(blocks: list[Block], predictions: list[set[int]], *, marked: bool) -> Score:
    """How well the predicted ends fit the inner boundaries of the blocks."""
    right = found = wanted = 0
    for block, predicted in zip(blocks, predictions, strict=True):
        gold = set(block.ends) - {len(block.text)}
        predicted = predicted - {len(block.text)}
        if marked:
            silent = {end for end in gold if not MARKED.search(block.text[max(0, end - 8) : end])}
            gold -= silent
            predicted -= silent
        right += len(gold & predicted)
        found += len(predicted)
        wanted += len(gold)
    precision, recall = 100 * right / max(1, found), 100 * right / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return Score(precision, recall, f1)


def _located(text: str, sentences: Iterable[str]) -> Iterator[int]:
    """Ends of sentences given as strings, which are found again one after another."""
    place = 0
    for sentence in sentences:
        stripped = sentence.strip()
        at = text.find(stripped, place)
        if stripped and at >= 0:
            place = at + len(stripped)
            yield place


def _peer_nupunkt() -> Ends:
    module: Any = importlib.import_module("nupunkt")
    return lambda text: _located(text, module.sent_tokenize(text))


def _peer_sentencex() -> Ends:
    module: Any = importlib.import_module("sentencex")
    return lambda text: _located(text, module.segment("en", text))


def _peer_pysbd() -> Ends:
    module: Any = importlib.import_module("pysbd")
    segmenter = module.Segmenter(language="en", clean=False)
    return lambda text: _located(text, segmenter.segment(text))


PEERS = {"nupunkt": _peer_nupunkt, "sentencex": _peer_sentencex, "pysbd": _peer_pysbd}
SETS: dict[str, Callable[[], list[Block]]] = {
    "ewt-dev": lambda: ewt("dev"),
    "gum": lambda: digests("gum"),
    "web": lambda: digests("web"),
}


def ours(text: str) -> list[int]:
    """Ends of the sentences that aili finds."""
    return [end for _, end in segment(text, language="en")]


def gate() -> int:
    """Compare with the floors; 0 where every figure holds."""
    floors: dict[str, float] = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["segmentation"]
    failed = 0
    for name, floor in floors.items():
        part, _, which = name.rpartition("-")
        blocks = SETS[part]()
        f1 = score(blocks, predict(blocks, ours)[0], marked=which == "marked").f1
        failed += f1 < floor
        print(f"{'ok  ' if f1 >= floor else 'FAIL'} segmentation {name}: F1 {f1:.2f}, floor {floor}")
    return 1 if failed else 0


def table() -> None:
    """Print the table."""
    systems: dict[str, Ends] = {"aili": ours}
    for name, load in PEERS.items():
        try:
            systems[name] = load()
        except ModuleNotFoundError:
            print(f"skipped: {name} is not installed")
    print(f"{'set':10}{'system':12}{'boundaries':>10}{'P':>8}{'R':>8}{'F1':>8}{'MB/s':>8}")
    for part, load_set in SETS.items():
        blocks = load_set()
        for name, ends in systems.items():
            predictions, speed = predict(blocks, ends)
            for marked in (False, True):
                result = score(blocks, predictions, marked=marked)
                kind = "marked" if marked else "all"
                figures = f"{result.precision:8.2f}{result.recall:8.2f}{result.f1:8.2f}{speed:8.2f}"
                print(f"{part:10}{name:12}{kind:>10}{figures}")


def main(arguments: list[str] | None = None) -> int:
    """Entry of ``python -m benchmarks.segmentation``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segmentation", description=__doc__)
    parser.add_argument(
        "--gate", action="store_true", help="compare with benchmarks/floors.toml and fail below a floor"
    )
    options = parser.parse_args(arguments)
    if not (DATA / "train-open.tar.gz").is_file():
        print(f"skipped: {DATA} is not here")
        return 0
    if options.gate:
        return gate()
    table()
    return 0


if __name__ == "__main__":
    sys.exit(main())

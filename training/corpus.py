"""Reads the tagged, parsed and named sentences from the archive of open sets, and caches their hidden states.

The states come from the int8 graph that ships, so that training sees what run time sees.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from aili.encoder import LAYERS, MAX_PIECES
from aili.tokenization import pooling, shapes

WEIGHTS = Path(__file__).parent.parent / "src" / "aili" / "weights"
NAMES = ("", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
KINDS = {
    "PER": "PER", "ORG": "ORG", "LOC": "LOC", "person": "PER", "corporation": "ORG", "group": "ORG", "location": "LOC",
}  # fmt: skip
TREES = {"train": "ud_ewt/en_ewt-ud-train.rebuilt.conllu", "dev": "ud_ewt/en_ewt-ud-dev.conllu"}
UNER = "uner_ewt/en_ewt-ud-dev.iob2"
# re3d is left out (one of its sources is non-commercial), SEC-filings too (made in part from CoNLL-2003's news text).
NAMED = (
    "ner_misc/data/wikigold/CONLL-format/data/wikigold.conll.txt",
    "ner_misc/data/WNUT17/CONLL-format/data/train/wnut17train.conll",
    "ner_misc/data/WNUT17/CONLL-format/data/dev/emerging.dev.conll",
    *(f"ner_misc/data/BTC/CONLL-format/data/{part}.conll" for part in "abefgh"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence with what is known about it; an empty tuple says that nothing is."""

    corpus: str
    text: str
    spans: tuple[tuple[int, int], ...]
    upos: tuple[str, ...] = ()
    xpos: tuple[str, ...] = ()
    heads: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def read(data: Path) -> list[Sentence]:
    """All sentences. EWT's dev documents are dealt to `dev` (7 of 10, for choosing) and `test` (3 of 10, only reported)."""
    with tarfile.open(data / "train-open.tar.gz") as archive:
        files = {
            name: archive.extractfile(name).read().decode("utf-8")  # type: ignore[union-attr]
            for name in (*TREES.values(), UNER, *NAMED)
        }
    identifiers = re.findall(r"^# sent_id = (.*)$", files[UNER], re.MULTILINE)
    named = dict(zip(identifiers, (_bio(names) for _, names in _named_blocks(files[UNER], column=1)), strict=True))
    sentences = list(_trees(files[TREES["train"]], "train", {}))
    sentences += _trees(files[TREES["dev"]], "dev", named)
    for name in NAMED:
        for words, names in _named_blocks(files[name], column=0):
            if len(words) > 2:
                text, spans = detokenise(words)
                sentences.append(Sentence(corpus=name.split("/")[2], text=text, spans=tuple(spans), names=_bio(names)))
    return sentences


def _trees(text: str, corpus: str, names: dict[str, tuple[str, ...]]) -> Iterator[Sentence]:
    document = -1
    for block in text.strip().split("\n\n"):
        document += "# newdoc" in block
        rows = [line.split("\t") for line in block.split("\n") if line[:1] != "#"]
        sentence = re.search(r"^# text = (.*)$", block, re.MULTILINE)
        assert sentence is not None
        identifier = re.search(r"^# sent_id = (.*)$", block, re.MULTILINE)
        assert identifier is not None
        words = [row for row in rows if row[0].isdigit()]
        tags = names.get(identifier[1], ())
        yield Sentence(
            corpus="test" if corpus == "dev" and document % 10 in (2, 5, 8) else corpus,
            text=sentence[1],
            spans=tuple(_align(sentence[1], rows)),
            upos=tuple(row[3] for row in words),
            xpos=tuple(row[4] for row in words),
            heads=tuple(int(row[6]) for row in words),
            labels=tuple(row[7] for row in words),
            names=tags if len(tags) == len(words) else (),
        )


def _align(text: str, rows: list[list[str]]) -> Iterator[tuple[int, int]]:
    """Character spans of the words; the parts of a multiword token that do not add up to it all get its whole span."""
    rows = [row for row in rows if "." not in row[0]]
    position = number = 0
    while number < len(rows):
        form = rows[number][1]
        start = text.index(form, position)
        position = start + len(form)
        number += 1
        if "-" not in rows[number - 1][0]:
            yield start, position
            continue
        first, last = map(int, rows[number - 1][0].split("-"))
        parts = [row[1] for row in rows[number : number + last - first + 1]]
        number += len(parts)
        for part in parts:
            if "".join(parts) == form:
                yield start, start + len(part)
                start += len(part)
            else:
                yield start, position


def _named_blocks(text: str, *, column: int) -> Iterator[tuple[list[str], list[str]]]:
    """Words and raw name tags of each sentence of a CoNLL-like file."""
    for block in re.split(r"\n[ \t\r]*\n", text.replace("\r", "").strip()):
        rows = [re.split(r"[\t ]", line) for line in block.split("\n") if not re.match(r"# |-DOCSTART-", line)]
        rows = [row for row in rows if len(row) > column + 1 and row[column]]
        if rows:
            yield [row[column] for row in rows], [row[column + 1] for row in rows]


def _bio(tags: list[str]) -> tuple[str, ...]:
    """IO or BIO tags of any of the sets as BIO over PER, ORG and LOC."""
    found: list[str] = []
    before = ""
    for tag in tags:
        kind = KINDS.get(tag[2:], "") if tag[1:2] == "-" else ""
        begins = tag[:2] == "B-" or kind != before
        found.append(f"{'B' if begins else 'I'}-{kind}" if kind else "")
        before = kind
    return tuple(found)


def detokenise(words: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Words joined as they would be written, with their spans."""
    text, spans, opened = "", [], True
    for word in words:
        glued = opened or re.fullmatch(r"[.,;:!?%)\]}’”…]|n['’]t|['’](?:s|m|d|re|ve|ll)|''", word) is not None
        text += "" if glued or not text else " "
        spans.append((len(text), len(text) + len(word)))
        text += word
        opened = word in {"(", "[", "{", "$", "#", "“", "‘", "``"}
    return text, spans


def states(sentences: list[Sentence]) -> Iterator[tuple[Any, Any]]:
    """For each sentence: averaged states (words, 3 x 384) and shapes (words, 16), float16; empty if too long."""
    tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(WEIGHTS / "encoder.onnx"), options, providers=["CPUExecutionProvider"])

    def one(sentence: Sentence) -> tuple[Any, Any]:
        encoding = tokenizer.encode(sentence.text)
        if not 2 < len(encoding.ids) <= MAX_PIECES:
            return np.empty((0, 1152), np.float16), np.empty((0, 16), np.float16)
        layers = session.run(list(LAYERS), {"ids": np.array([encoding.ids], np.int64)})
        pool = pooling(encoding.offsets[1:-1], sentence.spans)
        return (pool @ np.concatenate(layers, -1)[0]).astype(np.float16), shapes(sentence.text, sentence.spans).astype(
            np.float16
        )

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(one, sentences)


def cached(data: Path, work: Path) -> tuple[list[Sentence], list[int], Any, Any]:
    """Sentences that fit, the first row of each, and the rows of states and shapes of all their words."""
    work.mkdir(parents=True, exist_ok=True)
    sentences = read(data)
    if not (work / "states.npy").exists():
        rows = list(states(sentences))
        np.save(work / "shapes.npy", np.concatenate([shape for _, shape in rows]))
        np.save(work / "lengths.npy", np.array([len(shape) for _, shape in rows]))
        np.save(work / "states.npy", np.concatenate([state for state, _ in rows]))
    lengths = np.load(work / "lengths.npy")
    starts = np.concatenate([[0], np.cumsum(lengths)])
    kept = [number for number, length in enumerate(lengths) if length]
    return (
        [sentences[number] for number in kept],
        [int(starts[number]) for number in kept],
        np.load(work / "states.npy", mmap_mode="r"),
        np.load(work / "shapes.npy"),
    )

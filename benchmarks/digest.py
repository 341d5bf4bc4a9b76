"""The embedded engine against reference digests and simple selections: `python -m benchmarks.digest [--gate]`.

Set: the reference digests in ../shared/data (written by a large language model under editorial rules; the engine's
salience model was trained on their train split, so dev is the one to report). For each document every system chooses
sentences: aili those its bullets rest on; lead, centroid and LexRank as many as aili did. *Evidence* is the overlap
with the sentences that the reference cites (precision, recall, F1, in per cent, mean over documents). *Coverage* is
how near the best of a system's sentences come to each reference bullet (mean of the highest cosine). *Asked* is the
share of questions formed from the parse of their answer or taken from the page's headings; the rest are topical.
*Answered* is the mean cosine of question and first bullet.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np

from aili import encoder, engines, verification
from aili.digest import Digest
from aili.document import Block, BlockKind, Document, Metadata, Reading, Sentence
from aili.engines import EngineOptions

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data" / "reference-digests.jsonl"
FLOORS = Path(__file__).with_name("floors.toml")
TOPICAL = ("What does the article say about", "What are the main points")


@dataclass(frozen=True)
class Reference:
    """A document with the sentences its reference digest cites and that digest's bullets."""

    document: Document
    cited: frozenset[int]
    bullets: tuple[str, ...]


def references(split: str) -> list[Reference]:
    """The reference digests of a split, the documents laid out as an extractor would."""
    rows = map(json.loads, DATA.read_text(encoding="utf-8").splitlines())
    return [_reference(row) for row in rows if row["split"] == split]


def _reference(row: dict) -> Reference:
    bullets = [b for s in row["digest"]["sections"] for q in s["questions"] for b in q["bullets"]]
    return Reference(
        document=lay_out(row["title"], row["paragraphs"]),
        cited=frozenset(i for bullet in bullets for i in bullet["cites"]),
        bullets=tuple(bullet["text"] for bullet in bullets),
    )


def lay_out(title: str, paragraphs: Iterable[list[str]]) -> Document:
    """A Document whose sentence ids count through ``paragraphs``; a short line without a full stop is a heading."""
    text, blocks, sentences = "", [], []
    for paragraph in filter(None, paragraphs):
        text += "\n\n" if text else ""
        start = len(text)
        for at, sentence in enumerate(paragraph):
            text += " " if at else ""
            sentences.append(Sentence(start=len(text), end=len(text) + len(sentence), block=len(blocks)))
            text += sentence
        line = paragraph[0].rstrip()
        heading = len(paragraph) == 1 and len(line.split()) < 12 and not line.endswith((".", "!", ":", '"', ","))
        kind: BlockKind = "heading" if heading else "paragraph"
        blocks.append(Block(kind=kind, start=start, end=len(text), level=2 if heading else 0))
    return Document(
        text=text,
        blocks=tuple(blocks),
        sentences=tuple(sentences),
        metadata=Metadata(title=title, language="en"),
        reading=Reading(words=len(text.split())),
    )


def digests(found: list[Reference]) -> tuple[list[Digest], float]:
    """aili's checked digest of each document, and the median milliseconds that took."""
    engine = engines.engine("embedded", EngineOptions())
    engine.prepare()
    made, times = [], []
    for reference in found:
        began = time.perf_counter()
        (draft,) = engine.draft(reference.document)
        made.append(verification.verify(draft, reference.document))
        times.append(time.perf_counter() - began)
    return made, 1000 * float(np.median(times))


def chosen(digest: Digest) -> list[int]:
    """The sentences that the bullets of a digest rest on."""
    return sorted({i for s in digest.sections for q in s.questions for b in q.bullets for i in b.evidence})


def overlap(selections: list[list[int]], found: list[Reference]) -> tuple[float, float, float]:
    """Mean precision, recall and F1 in per cent against what the references cite."""
    scores = []
    for selection, reference in zip(selections, found, strict=True):
        hits = len(set(selection) & reference.cited)
        precision, recall = hits / max(len(selection), 1), hits / max(len(reference.cited), 1)
        scores.append((precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0))
    return tuple(100 * float(np.mean(column)) for column in zip(*scores, strict=True))


def coverage(selections: list[list[int]], found: list[Reference], network: encoder.Encoder) -> float:
    """Mean over reference bullets of the highest cosine to a selected sentence."""
    values = []
    for selection, reference in zip(selections, found, strict=True):
        ours = network.embed([reference.document.sentence(i) for i in selection])
        values += (network.embed(reference.bullets) @ ours.T).max(axis=1).tolist()
    return mean(values)


def baselines(found: list[Reference], sizes: list[int], network: encoder.Encoder) -> dict[str, list[list[int]]]:
    """Selections of the same sizes: the first sentences, those nearest to the mean, and LexRank's (sumy)."""
    lead, middle = [], []
    for reference, size in zip(found, sizes, strict=True):
        document = reference.document
        usable = [i for i, s in enumerate(document.sentences) if document.blocks[s.block].kind != "heading"]
        vectors = network.embed([document.sentence(i) for i in usable])
        near = np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")[:size]
        lead.append(usable[:size])
        middle.append([usable[i] for i in near])
    result = {"lead": lead, "centroid": middle}
    try:
        result["LexRank (sumy)"] = [_lexrank(r.document, n) for r, n in zip(found, sizes, strict=True)]
    except ImportError:
        print("sumy is not installed: LexRank is left out")
    return result


def _lexrank(document: Document, size: int) -> list[int]:
    from sumy.models.dom import ObjectDocumentModel, Paragraph
    from sumy.models.dom import Sentence as Line
    from sumy.summarizers.lex_rank import LexRankSummarizer

    class Words:
        @staticmethod
        def to_words(text: str) -> tuple[str, ...]:
            return tuple(word.strip(".,;:!?\"'()").lower() for word in text.split())

    lines = [Line(document.sentence(i), Words()) for i in range(len(document.sentences))]
    ranked = LexRankSummarizer()(ObjectDocumentModel([Paragraph(lines)]), size)
    texts = [str(line) for line in ranked]
    return [i for i in range(len(lines)) if document.sentence(i).strip() in texts][:size]


def asked(made: list[Digest], network: encoder.Encoder) -> dict[str, float]:
    """Counts of the questions: share that is not topical, questions and bullets a digest, cosine to the first bullet."""
    questions = [question for digest in made for section in digest.sections for question in section.questions]
    pairs = network.embed([q.text for q in questions]), network.embed([q.bullets[0].text for q in questions])
    return {
        "asked": 100 * mean(not q.text.startswith(TOPICAL) for q in questions),
        "answered": float(np.einsum("nd,nd->n", *pairs).mean()),
        "questions": len(questions) / len(made),
        "bullets": sum(len(q.bullets) for q in questions) / len(made),
    }


def main() -> int:
    """Print the table; with ``--gate`` compare with the floors."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.digest", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--gate", action="store_true", help="exit 1 below the floors in benchmarks/floors.toml")
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    options = parser.parse_args()
    if not DATA.is_file():
        print("skipped: ../shared is absent, which holds the reference digests")
        return 0
    found = references(options.split)
    network = encoder.load()
    made, milliseconds = digests(found)
    ours = [chosen(digest) for digest in made]
    systems = {"aili embedded": ours, **baselines(found, [len(each) for each in ours], network)}
    print(f"{len(found)} documents, {options.split} split")
    print("| system | evidence P | R | F1 | coverage |\n| --- | --- | --- | --- | --- |")
    scores = {}
    for name, selections in systems.items():
        precision, recall, f1 = scores[name] = overlap(selections, found)
        print(f"| {name} | {precision:.1f} | {recall:.1f} | {f1:.1f} | {coverage(selections, found, network):.3f} |")
    counts = asked(made, network)
    print(
        f"asked {counts['asked']:.1f} %, answered {counts['answered']:.3f}, {counts['questions']:.1f} questions and "
        f"{counts['bullets']:.1f} bullets a digest, {milliseconds:.0f} ms a document (median)"
    )
    reached = {
        "evidence-f1": scores["aili embedded"][2],
        "ratio": scores["aili embedded"][2] / max(scores["lead"][2], scores["centroid"][2]),
        "asked": counts["asked"],
    }
    return _gate(reached) if options.gate else 0


def _gate(reached: dict[str, float]) -> int:
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["digest"]
    if hashlib.sha256(DATA.read_bytes()).hexdigest() != floors["data"]:
        print(f"{DATA} is not the data that the floors were measured on: measure again and pin both")
        return 1
    low = {name: value for name, value in reached.items() if value < floors[name]}
    for name, value in low.items():
        print(f"below the floor: {name} {value:.2f} < {floors[name]}")
    return int(bool(low))


if __name__ == "__main__":
    sys.exit(main())

"""The embedded engine's digests beside simple ones and references: `python -m benchmarks.digest [--gate]`.

Two sets: the dev split of the reference digests in ../shared/data (the engine's salience model was trained on the other
split), and articles of ../shared/dev/pages, which have no reference. Systems: aili; lead, centroid and LexRank (sumy), which
take as many sentences as aili and put them under the plain question (benchmarks/digest_systems.py); the references
themselves.

*Evidence* is the overlap with the sentences that the reference cites (precision, recall, F1, in per cent, mean over
documents); *coverage* how near the chosen sentences come to each reference bullet (mean of the highest cosine). The
questions' proxies are explained in benchmarks/digest_questions.py, names and numbers and the likeness to the reference in
benchmarks/digest_texts.py. *Plain* is the share of questions that fit any topic: those the engine falls back on.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean

from aili import encoder
from aili.document import Document
from aili.engines.embedded.network import Network
from benchmarks import digest_questions, digest_references, digest_systems, digest_texts
from benchmarks.digest_references import DATA, PAGES, Reference
from benchmarks.digest_systems import System

FLOORS = Path(__file__).with_name("floors.toml")
WEIGHTS = Path(encoder.__file__).parent / "weights"
ARTICLES = 60  # of dev/pages
OURS = "aili embedded"
REFERENCE = "reference"
Scores = dict[str, dict[str, float]]
_COLUMNS = {
    "precision": "evidence P",
    "recall": "R",
    "f1": "F1",
    "cosine": "question to reference",
    "covered": "reference to question",
    "question-rouge-l": "question ROUGE-L",
    "heading-rouge-1": "headings ROUGE-1",
    "heading-rouge-l": "L",
    "abstract-rouge-1": "abstract ROUGE-1",
    "abstract-rouge-l": "L",
    "well-formed": "well formed",
    "self-contained": "self-contained",
    "rank": "rank",
    "type": "type agrees",
    "typed": "of",
    "told": "names, numbers told",
    "asked": "asked",
}


def overlap(selections: Sequence[Sequence[int]], found: Sequence[Reference]) -> dict[str, float]:
    """Mean precision, recall and F1 in per cent against what the references cite."""
    rows = []
    for selection, reference in zip(selections, found, strict=True):
        hits = len(set(selection) & reference.cited)
        precision, recall = hits / max(len(selection), 1), hits / max(len(reference.cited), 1)
        rows.append((precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0))
    return {
        name: 100 * mean(column)
        for name, column in zip(("precision", "recall", "f1"), zip(*rows, strict=True), strict=True)
    }


def coverage(selections: Sequence[Sequence[int]], found: Sequence[Reference], network: Network) -> float:
    """Mean over reference bullets of the highest cosine to a selected sentence."""
    values: list[float] = []
    for selection, reference in zip(selections, found, strict=True):
        ours = network.embed([reference.document.sentence(i) for i in selection])
        values += (
            (network.embed([bullet.text for bullet in reference.bullets]) @ ours.T).max(axis=1, initial=0.0).tolist()
        )
    return mean(values)


def evidence(systems: Sequence[System], found: Sequence[Reference], network: Network) -> Scores:
    """What each system chose, beside what the references cite."""
    result = {}
    for system in systems:
        selections = [digest_systems.chosen(digest) for digest in system.digests]
        result[system.name] = overlap(selections, found) | {
            "coverage": coverage(selections, found, network),
            "ms": system.milliseconds,
        }
    return result


def systems(documents: Sequence[Document], network: Network, *, peers: bool) -> list[System]:
    """aili and the simple selections of the same sizes; LexRank only among ``peers``, for it takes the longest."""
    ours = digest_systems.aili(documents)
    sizes = [len(digest_systems.chosen(digest)) for digest in ours.digests]
    ways = {"lead + plain": digest_systems.lead, "centroid + plain": digest_systems.centroid(network)}
    if peers and importlib.util.find_spec("sumy") is None:
        print("sumy is not installed: LexRank is left out")
    elif peers:
        ways["LexRank (sumy) + plain"] = digest_systems.lexrank
    return [ours, *(digest_systems.simple(name, way, documents, sizes) for name, way in ways.items())]


def measure_references(split: str, *, peers: bool) -> dict[str, float]:
    """Print the tables of the reference digests; the figures that the gate knows, by name."""
    found = digest_references.references(split)
    documents = [reference.document for reference in found]
    network = Network(encoder.load())
    made = systems(documents, network, peers=peers)
    references = System(REFERENCE, tuple(reference.digest for reference in found))
    weights = sum(path.stat().st_size for path in WEIGHTS.iterdir()) / 1e6
    print(
        f"Reference digests, {len(found)} documents, {split} split; aili: {made[0].milliseconds:.0f} ms a document "
        f"(median), peak memory {made[0].megabytes:.0f} MB, weights {weights:.1f} MB\n"
    )
    chosen = evidence(made, found, network)
    show(chosen)
    like = {system.name: digest_texts.likeness(system.digests, references.digests, network) for system in made}
    show(like)
    asked = questions([*made, references], documents, network)
    show(asked)
    best = max(chosen[name]["f1"] for name in ("lead + plain", "centroid + plain"))
    return {
        "evidence-f1": chosen[OURS]["f1"],
        "ratio": chosen[OURS]["f1"] / best,
        "question-cosine": like[OURS]["cosine"],
        "heading-rouge-1": like[OURS]["heading-rouge-1"],
        "abstract-rouge-1": like[OURS]["abstract-rouge-1"],
        **_gated(asked[OURS]),
    }


def measure_articles(*, peers: bool) -> dict[str, float]:
    """Print the table of the pages' articles; the figures that the gate knows, by name."""
    documents = list(digest_references.articles(ARTICLES).values())
    network = Network(encoder.load())
    made = systems(documents, network, peers=peers)
    refused = sum(not digest.sections for digest in made[0].digests)
    print(
        f"Articles of pages, {len(documents)}, no reference; aili: {made[0].milliseconds:.0f} ms an article (median), "
        f"{refused} refused\n"
    )
    asked = questions(made, documents, network)
    show(asked)
    kept = _gated(asked[OURS]) | {"refused_most": refused}
    return {f"articles-{name}": value for name, value in kept.items()}


def questions(made: Sequence[System], documents: Sequence[Document], network: Network) -> Scores:
    """The proxies of each system's questions, with the precision of names and numbers."""
    return {
        system.name: digest_questions.table(system.digests, documents, network)
        | digest_texts.inventions(system.digests, documents, network)
        for system in made
    }


def _gated(row: Mapping[str, float]) -> dict[str, float]:
    kept = {name: row[name] for name in ("well-formed", "self-contained", "rank", "type", "distinct", "told", "asked")}
    return kept | {"plain_most": row["plain"]}


def show(scores: Scores) -> None:
    """A Markdown table, a row a system; shares of one with three digits, the rest with one."""
    columns = list(next(iter(scores.values())))
    print("| system | " + " | ".join(_COLUMNS.get(name, name) for name in columns) + " |")
    print("| --- |" + " --- |" * len(columns))
    for system, row in scores.items():
        cells = (f"{row[n]:.3f}" if n in ("cosine", "covered", "coverage") else f"{row[n]:.1f}" for n in columns)
        print(f"| {system} | " + " | ".join(cells) + " |")
    print(flush=True)


def main() -> int:
    """Print the tables; with ``--gate`` compare with the floors."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.digest", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--gate", action="store_true", help="exit 1 below the floors in benchmarks/floors.toml")
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    options = parser.parse_args()
    if not DATA.is_file():
        print("skipped: ../shared is absent, which holds the reference digests")
        return 0
    reached = measure_references(options.split, peers=not options.gate)
    if PAGES.is_dir():
        reached |= measure_articles(peers=not options.gate)
    return _gate(reached) if options.gate else 0


def _gate(reached: Mapping[str, float]) -> int:
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["digest"]
    if digest_references.data_hash() != floors["data"]:
        print(f"{DATA} is not the data that the floors were measured on: measure again and pin both")
        return 1
    wrong = failures(reached, floors)
    print("\n".join(wrong) or "The digests hold their floors.")
    return int(bool(wrong))


def failures(reached: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """What lies below its floor or, where the name ends in ``_most``, above its ceiling."""
    found = []
    for name, value in reached.items():
        if name in floors and (value > floors[name] if name.endswith("_most") else value < floors[name]):
            side = "above the ceiling" if name.endswith("_most") else "below the floor"
            found.append(f"{side}: {name} {value:.2f}, not {floors[name]}")
    return found


if __name__ == "__main__":
    sys.exit(main())

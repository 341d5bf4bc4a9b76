"""Digests for people to read and judge: what no figure can say is whether a question is worth asking.

    python -m benchmarks.reading sheet OUT.md --n 20 --seed 1   a blind sheet, and its key beside it (OUT.key.json)
    python -m benchmarks.reading score OUT.md OUT.key.json      shares by system from the filled-in sheet
    python -m benchmarks.reading digests DIR --n 10             whole digests beside their articles

The sheet mixes questions of three systems, ``n`` of each, from the dev split of the reference digests: aili's, the
references' (the ceiling) and the plain question over the document's first sentences (the floor). Only the key says whose is
whose. The reader writes y or n into each of the four fields; an empty field counts nowhere. ``score`` gives the share of y
with a 95 % interval by bootstrap over the questions. What is written belongs into benchmarks/out, which git ignores.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aili import renderers
from aili.digest import Digest, Question
from benchmarks import digest_references, digest_systems
from benchmarks.digest_references import DATA, PAGES
from benchmarks.digest_systems import System

FIELDS = ("grammatical", "self-contained", "worth asking", "answered")
MOST = 3  # bullets a question; 98 of 100 reference questions have no more
RESAMPLES = 2000
_ITEM = re.compile(r"^### (Q\d+)$", re.MULTILINE)
_ANSWERS = {"y": True, "yes": True, "n": False, "no": False}
_HEAD = """# Reading sheet

Read each question with its answers and write y or n under each heading. *Grammatical*: the question has no error of
language. *Self-contained*: one who has seen only the title knows what is asked. *Worth asking*: a reader of such a text
would want to know. *Answered*: the answers together answer the question. Leave out what you cannot say.

Reader and date:
"""
Marks = dict[str, dict[str, bool]]  # of a question's id: field to y or n


@dataclass(frozen=True)
class Item:
    """A question as the sheet shows it, with what only the key tells: its system and its document."""

    system: str
    document: str
    title: str
    question: Question


def items(n: int, *, seed: int) -> list[Item]:
    """``n`` questions of each system in an order that tells nothing, each from another document as far as those go."""
    found = digest_references.references("dev")
    pick = random.Random(seed)
    found = pick.sample(found, min(n, len(found)))
    names, documents = [reference.name for reference in found], [reference.document for reference in found]
    ours = digest_systems.aili(documents)
    sizes = [len(digest_systems.chosen(digest)) for digest in ours.digests]
    made = [
        ours,
        System("reference", tuple(reference.digest for reference in found)),
        digest_systems.simple("lead + plain", digest_systems.lead, documents, sizes),
    ]
    chosen = [item for system in made for item in _drawn(system, names, n, pick)]
    pick.shuffle(chosen)
    return chosen


def _drawn(system: System, documents: Sequence[str], n: int, pick: random.Random) -> list[Item]:
    pools = []
    for digest, document in zip(system.digests, documents, strict=True):
        questions = [question for section in digest.sections for question in section.questions]
        pick.shuffle(questions)
        pools.append([Item(system.name, document, digest.title, _short(question)) for question in questions])
    drawn: list[Item] = []
    while len(drawn) < n and any(pools):
        drawn += [pool.pop() for pool in pools if pool]
    return drawn[:n]


def _short(question: Question) -> Question:
    """A question with at most MOST bullets, or their number would tell the plain form from the others."""
    return replace(question, bullets=question.bullets[:MOST])


def sheet(found: Sequence[Item]) -> str:
    """The sheet as Markdown: what to do, then every question with its bullets and an empty row."""
    return "\n".join([_HEAD, *(_shown(f"Q{number:03}", item) for number, item in enumerate(found, 1))])


def _shown(name: str, item: Item) -> str:
    bullets = "\n".join(f"- {bullet.text}" for bullet in item.question.bullets)
    row = f"| {' | '.join(FIELDS)} |\n|{' --- |' * len(FIELDS)}\n|{'   |' * len(FIELDS)}"
    return f"### {name}\n\n*{item.title}*\n\n**{item.question.text}**\n\n{bullets}\n\n{row}\n"


def key(found: Sequence[Item], *, seed: int) -> dict[str, object]:
    """What belongs to which system, with the seed and the data's hash that make the sheet again."""
    return {
        "seed": seed,
        "data": digest_references.data_hash(),
        "items": {f"Q{n:03}": {"system": item.system, "document": item.document} for n, item in enumerate(found, 1)},
    }


def marks(text: str) -> Marks:
    """What a reader wrote into a sheet; raises ValueError at a field that is neither y nor n nor empty."""
    parts = _ITEM.split(text)[1:]
    return {name: dict(_row(name, body)) for name, body in zip(parts[::2], parts[1::2], strict=True)}


def _row(name: str, body: str) -> Iterator[tuple[str, bool]]:
    row = next((line for line in reversed(body.splitlines()) if line.startswith("|")), "")
    for field, cell in zip(FIELDS, row.strip().strip("|").split("|"), strict=False):
        answer = cell.strip().lower()
        if answer and answer not in _ANSWERS:
            raise ValueError(f"{name}, {field}: write y or n, not {cell.strip()!r}")
        if answer:
            yield field, _ANSWERS[answer]


def shares(found: Marks, systems: Mapping[str, str]) -> dict[str, dict[str, tuple[int, float, float, float]]]:
    """For each system and field: how many were marked, the share of y in per cent, and its 95 % interval."""
    result: dict[str, dict[str, tuple[int, float, float, float]]] = {}
    for system in dict.fromkeys(systems.values()):
        own = [found.get(name, {}) for name, other in systems.items() if other == system]
        result[system] = {}
        for field in FIELDS:
            values = [row[field] for row in own if field in row]
            result[system][field] = (len(values), *interval(values)) if values else (0, 0.0, 0.0, 0.0)
    return result


def interval(values: Sequence[bool]) -> tuple[float, float, float]:
    """Share of true in per cent and its 95 % percentile interval over RESAMPLES resamplings, the same every time."""
    pick = random.Random(1)
    resampled = sorted(sum(pick.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    low, high = resampled[int(0.025 * RESAMPLES)], resampled[int(0.975 * RESAMPLES) - 1]
    return 100 * sum(values) / len(values), 100 * low, 100 * high


def write_sheet(path: Path, *, n: int, seed: int) -> None:
    """Write a sheet to ``path`` and its key beside it."""
    found = items(n, seed=seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sheet(found), encoding="utf-8")
    beside = path.with_suffix(".key.json")
    beside.write_text(json.dumps(key(found, seed=seed), indent=1) + "\n", encoding="utf-8")
    print(f"{len(found)} questions in {path}; whose they are is in {beside}: give the reader the first alone")


def print_scores(path: Path, beside: Path) -> None:
    """Print the table of a filled-in sheet."""
    named = json.loads(beside.read_text(encoding="utf-8"))["items"]
    systems = {name: item["system"] for name, item in named.items()}
    found = shares(marks(path.read_text(encoding="utf-8")), systems)
    print(f"| system | {' | '.join(FIELDS)} |\n|{' --- |' * (len(FIELDS) + 1)}")
    for system, row in sorted(found.items()):
        cells = [
            f"{share:.0f} % ({low:.0f}–{high:.0f}), n {count}" if count else "not marked"
            for count, share, low, high in row.values()
        ]
        print(f"| {system} | {' | '.join(cells)} |")


def write_digests(folder: Path, *, n: int, seed: int) -> None:
    """Write ``n`` digests of pages' articles into ``folder``, each over the text it was made from."""
    folder.mkdir(parents=True, exist_ok=True)
    found = digest_references.articles(n, seed=seed)
    made = digest_systems.aili(list(found.values()))
    for (number, document), digest in zip(found.items(), made.digests, strict=True):
        if not digest.sections:
            print(f"{number}: aili finds no sentence there that a digest could rest on")
            continue
        blocks = (
            f"{'#' * max(block.level, 2)} {document.block(at)}" if block.kind == "heading" else document.block(at)
            for at, block in enumerate(document.blocks)
        )
        article = "\n\n".join([f"# The article: {document.metadata.title}", document.metadata.location, *blocks])
        text = f"{renderers.render(_without_reasons(digest), format='markdown')}\n\n---\n\n{article}\n"
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    print(f"{sum(bool(digest.sections) for digest in made.digests)} digests in {folder}")


def _without_reasons(digest: Digest) -> Digest:
    """The digest with its verdicts alone: why each was given fills half the page and is another reader's business."""
    sections = tuple(
        replace(
            section,
            questions=tuple(
                replace(question, bullets=tuple(replace(bullet, reasons=()) for bullet in question.bullets))
                for question in section.questions
            ),
        )
        for section in digest.sections
    )
    return replace(digest, abstract=tuple(replace(bullet, reasons=()) for bullet in digest.abstract), sections=sections)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a sheet, score one, or write digests."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=str(__doc__).partition("\n")[0])
    words = parser.add_subparsers(dest="word")
    for word, what, size in (("sheet", "out", 20), ("digests", "folder", 10)):
        each = words.add_parser(word)
        each.add_argument(what, type=Path)
        each.add_argument("--n", type=int, default=size, help=f"how many; {size} unless told")
        each.add_argument("--seed", type=int, default=1, help="another seed, another choice")
    filled = words.add_parser("score")
    filled.add_argument("out", type=Path, help="the filled-in sheet")
    filled.add_argument("key", type=Path)
    options = parser.parse_args(arguments)
    needed = {"sheet": DATA, "digests": PAGES}.get(options.word)
    if needed and not needed.exists():
        print("skipped: ../shared is absent, which holds the texts")
        return 0
    if options.word is None:
        parser.print_usage()  # among all the benchmarks, which run without a word: there is nothing to measure
    elif options.word == "sheet":
        write_sheet(options.out, n=options.n, seed=options.seed)
    elif options.word == "digests":
        write_digests(options.folder, n=options.n, seed=options.seed)
    else:
        print_scores(options.out, options.key)
    return 0


if __name__ == "__main__":
    sys.exit(main())

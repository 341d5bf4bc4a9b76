"""How well claims are checked: `python -m benchmarks.verification [--gate] [--tune]`.

Four yardsticks: SummEdits (four domains) and WiCE for balanced accuracy beside three baselines and a peer; the bullets
of the reference digests with their cited sentences for false alarms; single edits of copied sentences and of those
bullets for catch rates. The rules were written looking at even rows and the train split; what is printed are odd rows
and the dev split (``--tune`` prints the others). An alarm is any verdict but *supported*. ``--gate`` also puts the
tables into docs/verification.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from io import StringIO
from pathlib import Path
from typing import Any

import grounded

from aili.digest import Verdict
from aili.document import Block, Document, Metadata, Sentence
from aili.encoder import Encoder, load
from aili.segmentation import segment
from aili.verification import Context, check
from aili.verification.examining import Examination, Summary, examine
from aili.verification.passages import passage
from benchmarks.digest_references import references
from benchmarks.edits import EDITS

SHARED = Path(__file__).parent.parent.parent / "shared"
CLAIMS = SHARED / "dev" / "claims"
DIGESTS = SHARED / "data" / "reference-digests.jsonl"
FLOORS = Path(__file__).with_name("floors.toml")
DOMAINS = ("samsum", "sales_email", "sales_call", "ectsum")
PAGE = Path(__file__).parent.parent / "docs" / "verification.md"
BEGIN, END = "<!-- measured by make gate -->", "<!-- end of what is measured -->"
PER_KIND = 400  # synthetic edits of each kind

Judge = Callable[[str, Sequence[str]], bool]
Likeness = Callable[[str, Sequence[str]], float]


@dataclass(frozen=True)
class Row:
    """A claim, the sentences it is to be checked against, and whether it is true of them."""

    claims: tuple[str, ...]
    sentences: tuple[str, ...]
    true: bool


@dataclass(frozen=True)
class Score:
    """Balanced accuracy, and precision and recall of alarms, in per cent."""

    balanced: float
    precision: float
    recall: float


def main() -> int:
    """Print the tables; with --gate compare with the floors."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--gate", action="store_true", help="compare with the floors instead of only showing")
    parser.add_argument(
        "--tune", action="store_true", help="the rows that rules may be written on, instead of the others"
    )
    options = parser.parse_args()
    if not SHARED.is_dir():
        print("skipped: ../shared is absent")
        return 0
    out = StringIO()
    with redirect_stdout(out):
        figures = measure(tune=options.tune)
    print(out.getvalue())
    if options.gate and not options.tune:
        _publish(out.getvalue())
    return _gate(figures) if options.gate else 0


def _publish(tables: str) -> None:
    """Put the tables between their marks in docs/verification.md."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables.strip()}\n\n{END}{after}", encoding="utf-8")


def measure(*, tune: bool) -> dict[str, float]:
    """Print every table and return the figures the gate knows, by name."""
    figures: dict[str, float] = {}
    figures |= _claim_sets(tune=tune)
    figures |= _bullets("train" if tune else "dev")
    return figures


def _claim_sets(*, tune: bool) -> dict[str, float]:
    print(
        "| set | rules, whole source | rules, found evidence | precision | recall | always supported | overlap | cosine "
        "| grounded-check |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    figures: dict[str, float] = {}
    columns: dict[str, list[float]] = {name: [] for name in ("whole", "found", "overlap", "cosine", "peer")}
    for name, rows in _sets():
        even, odd = rows[::2], rows[1::2]
        shown = even if tune else odd
        whole, found = _score(shown, _rules), _score(shown, _found)
        scores = {"whole": whole.balanced, "found": found.balanced}
        for baseline, likeness in (("overlap", _overlap), ("cosine", _cosine)):
            at = _best_threshold(even, likeness)
            scores[baseline] = _score(shown, partial(_above, likeness, at)).balanced
        scores["peer"] = _score(shown, _peer).balanced
        figures[name], figures[f"found_{name}"] = whole.balanced, found.balanced
        if name in DOMAINS:
            for column, value in scores.items():
                columns[column].append(value)
        others = (found.precision, found.recall, 50.0, scores["overlap"], scores["cosine"], scores["peer"])
        rates = (f"{value:.1f}" for value in others)
        _row(f"{name} ({len(shown)})", f"**{whole.balanced:.1f}**", f"**{found.balanced:.1f}**", *rates)
    mean = {column: statistics.mean(values) for column, values in columns.items()}
    figures["summedits"], figures["found_summedits"] = mean["whole"], mean["found"]
    means = (f"{mean[column]:.1f}" for column in ("overlap", "cosine", "peer"))
    _row("SummEdits, mean of the four", f"**{mean['whole']:.1f}**", f"**{mean['found']:.1f}**", "", "", "50.0", *means)
    figures["wice_evidence"] = _evidence_f1(tune=tune)
    print(
        f"\nEvidence found in WiCE, F1: **{figures['wice_evidence']:.1f}** (of supported and partly supported claims).\n"
    )
    return figures


def _row(*cells: object) -> None:
    print(f"| {' | '.join(map(str, cells))} |")


def _sets() -> Iterator[tuple[str, list[Row]]]:
    for domain in DOMAINS:
        data = json.loads((CLAIMS / "summedits" / f"summedits_{domain}.json").read_text(encoding="utf-8"))
        yield domain, [Row(tuple(_sentences(r["summary"])), tuple(_sentences(r["doc"])), r["label"] == 1) for r in data]
    lines = (CLAIMS / "wice" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    data = [json.loads(line) for line in lines]
    yield "wice", [Row((r["claim"],), tuple(r["evidence"]), r["label"] == "supported") for r in data]


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in segment(text, language="en")] or [text]


def _rules(claim: str, sentences: Sequence[str]) -> bool:
    return check(claim, sentences, context=Context(document="\n".join(sentences)))[0] == "supported"


def _above(likeness: Likeness, at: float, claim: str, sentences: Sequence[str]) -> bool:
    return likeness(claim, sentences) >= at


def _peer(claim: str, sentences: Sequence[str]) -> bool:
    """As grounded-check does it: whether the source has every number, name, quotation and citation of the claim."""
    return bool(grounded.verify(grounded.extract(claim), [_source(tuple(sentences))]).passed)


@lru_cache(maxsize=4)
def _source(sentences: tuple[str, ...]) -> grounded.Source:
    return grounded.Source(path=Path("source"), raw="\n".join(sentences))


def _found(claim: str, sentences: Sequence[str]) -> bool:
    """As in ``aili check``: the evidence is looked for."""
    return _examination(tuple(sentences)).judged(claim)[0] == "supported"


@lru_cache(maxsize=4)
def _examination(sentences: tuple[str, ...]) -> Examination:
    text, spans = "", []
    for sentence in sentences:
        text += " " if text else ""
        spans.append(Sentence(start=len(text), end=len(text) + len(sentence), block=0))
        text += sentence
    block = Block(kind="paragraph", start=0, end=len(text))
    document = Document(text=text, blocks=(block,), sentences=tuple(spans), metadata=Metadata(language="en"))
    return Examination(document, language="en")


def _evidence_f1(*, tune: bool) -> float:
    lines = (CLAIMS / "wice" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    scores = []
    for row in [json.loads(line) for line in lines][0 if tune else 1 :: 2]:
        golds = [set(gold) for gold in row["supporting_sentences"] if gold]
        if golds and row["label"] != "not_supported":
            ids = set(_examination(tuple(row["evidence"])).index.evidence(row["claim"]))
            scores.append(max(2 * len(gold & ids) / (len(gold) + len(ids)) for gold in golds))
    return 100 * statistics.mean(scores)


@lru_cache(maxsize=65536)
def _vector(text: str) -> Any:
    return _encoder().embed([text])[0]


@cache
def _encoder() -> Encoder:
    return load(threads=1)


def _cosine(claim: str, sentences: Sequence[str]) -> float:
    return max(float(_vector(claim) @ _vector(sentence)) for sentence in sentences)


def _overlap(claim: str, sentences: Sequence[str]) -> float:
    words = [token.stem for token in passage(claim).content]
    there = passage("\n".join(sentences)).stems
    return sum(word in there for word in words) / max(1, len(words))


def _score(rows: Iterable[Row], judge: Judge) -> Score:
    seen: Counter[tuple[bool, bool]] = Counter()
    for row in rows:
        seen[row.true, all(judge(claim, row.sentences) for claim in row.claims)] += 1
    true, false = seen[True, True] + seen[True, False], seen[False, True] + seen[False, False]
    kept, caught = seen[True, True] / max(1, true), seen[False, False] / max(1, false)
    alarms = seen[False, False] + seen[True, False]
    return Score(50 * (kept + caught), 100 * seen[False, False] / max(1, alarms), 100 * caught)


def _best_threshold(rows: list[Row], likeness: Likeness) -> float:
    values = [(min(likeness(claim, row.sentences) for claim in row.claims), row.true) for row in rows]
    true = max(1, sum(label for _, label in values))
    false = max(1, len(values) - true)

    def balanced(at: float) -> float:
        return sum(v >= at and t for v, t in values) / true + sum(v < at and not t for v, t in values) / false

    return max((step / 50 for step in range(51)), key=balanced)


@dataclass(frozen=True)
class Told:
    """A true claim with the sentences it rests on and its context."""

    claim: str
    evidence: tuple[str, ...]
    context: Context


def _bullets(split: str) -> dict[str, float]:
    rows = [json.loads(line) for line in DIGESTS.read_text(encoding="utf-8").splitlines()]
    told, copies, abstracts = _told([row for row in rows if row["split"] == split])
    started = time.process_time()
    verdicts = Counter(_verdict(one) for one in told)
    milliseconds = 1000 * (time.process_time() - started) / len(told)
    figures = {"false_alarms": 100 - 100 * verdicts["supported"] / len(told), "milliseconds": milliseconds}
    figures["copies"] = 100 * sum(_verdict(one) != "supported" for one in copies) / len(copies)
    figures["abstract_alarms"] = 100 * sum(_verdict(one) != "supported" for one in abstracts) / len(abstracts)
    print(
        f"| true claims ({split} split) | n | refuted | not enough info | false alarms |\n| --- | --- | --- | --- | --- |"
    )
    refuted, unknown = 100 * verdicts["refuted"] / len(told), 100 * verdicts["not enough info"] / len(told)
    print(
        f"| reference bullets with their cites | {len(told)} | {refuted:.1f} % | {unknown:.1f} % "
        f"| **{figures['false_alarms']:.1f} %** |"
    )
    _row("sentences of reference abstracts", len(abstracts), "", "", f"{figures['abstract_alarms']:.1f} %")
    print(f"| unedited copies of cited sentences | {len(copies)} | | | **{figures['copies']:.1f} %** |\n")
    print("| one edit | copied sentences: n | caught | precision | bullets: n | caught | precision |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for kind in EDITS:
        of_copies, of_bullets = _edited(kind, copies), _edited(kind, told)
        figures[f"copy_{kind}"], figures[f"bullet_{kind}"] = _caught(of_copies), _caught(of_bullets)
        caught, held = figures[f"copy_{kind}"], figures[f"bullet_{kind}"]
        exact = (_precision(caught, figures["copies"]), _precision(held, figures["false_alarms"]))
        _row(kind, len(of_copies), f"**{caught:.1f} %**", exact[0], len(of_bullets), f"{held:.1f} %", exact[1])
    figures["clock"] = _clock(split)
    print(
        f"\n{milliseconds:.2f} ms of processor time a claim, mean over {len(told)} bullets, each document read once.\n"
        f"By the clock, as `aili check` does it on {len(os.sched_getaffinity(0))} processors, a digest at a time: "
        f"{figures['clock']:.1f} ms a claim, {20 * figures['clock']:.0f} ms for 20 bullets (median digest)."
    )
    return figures


def _clock(split: str) -> float:
    """Milliseconds a claim: whole digests checked one after the other, none of them before; the median digest's."""
    each = []
    for row in references(split)[:61]:
        bullets = row.bullets
        summary = Summary(
            sentences=tuple(b.text for b in bullets), language="en", evidence=tuple(b.evidence for b in bullets)
        )
        started = time.perf_counter()
        examine(summary, row.document)
        each.append(1000 * (time.perf_counter() - started) / len(bullets))
    return statistics.median(each[1:])  # the first one loads the graphs


def _precision(caught: float, alarms: float) -> str:
    """Of as many edited claims as unedited ones, how many of those called false were edited."""
    return f"{100 * caught / (caught + alarms):.1f} %" if caught + alarms else "–"


def _told(rows: list[dict[str, Any]]) -> tuple[list[Told], list[Told], list[Told]]:
    """Bullets with their cites, copies of the cited sentences, and sentences of abstracts."""
    bullets, copies, abstracts = [], [], []
    for row in rows:
        sentences = [sentence for paragraph in row["paragraphs"] for sentence in paragraph]
        blocks = [index for index, paragraph in enumerate(row["paragraphs"]) for _ in paragraph]
        cited: set[int] = set()
        for section in row["digest"]["sections"]:
            for question in section["questions"]:
                for bullet in question["bullets"]:
                    cited |= set(bullet["cites"])
                    bullets.append(_one(bullet["text"], bullet["cites"], sentences, blocks, row["title"]))
        copies += [
            _one(sentences[i], [i], sentences, blocks, row["title"])
            for i in sorted(cited)
            if len(sentences[i].split()) >= 6
        ]
        abstract = row["digest"]["abstract"]
        abstracts += [
            _one(text, abstract["cites"], sentences, blocks, row["title"]) for text in _sentences(abstract["text"])
        ]
    return bullets, copies, abstracts


def _one(claim: str, ids: list[int], sentences: list[str], blocks: list[int], title: str) -> Told:
    """The claim in the context that verify would give it: the block's sentences around its evidence."""
    near = {j for i in ids for j in range(max(0, i - 4), min(len(sentences), i + 3)) if blocks[j] == blocks[i]} - set(
        ids
    )
    context = Context(neighbours=tuple(sentences[j] for j in sorted(near)), document="\n".join(sentences), title=title)
    return Told(claim, tuple(sentences[i] for i in ids), context)


def _verdict(one: Told) -> Verdict:
    return check(one.claim, one.evidence, context=one.context)[0]


def _edited(kind: str, of: list[Told]) -> list[Told]:
    """At most PER_KIND claims with one edit of this kind, spread over all documents; the same ones every time."""
    rng = random.Random(kind)
    shuffled = sorted(of, key=lambda one: (hash_of(one.claim), one.claim))
    edited: list[Told] = []
    for one in shuffled:
        changed = EDITS[kind](one.claim, one.context.document, rng)
        if changed and changed != one.claim:
            edited.append(Told(changed, one.evidence, one.context))
        if len(edited) == PER_KIND:
            break
    return edited


def hash_of(text: str) -> int:
    """A number that is the same in every process, unlike ``hash``."""
    return random.Random(text).getrandbits(32)


def _caught(edited: list[Told]) -> float:
    return 100 * sum(_verdict(one) != "supported" for one in edited) / max(1, len(edited))


def _gate(figures: dict[str, float]) -> int:
    """Compare with the floors; names that end in _most are ceilings."""
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8")).get("verification", {})
    failed = []
    for name, bound in floors.items():
        reached = figures[name.removesuffix("_most")]
        if reached > bound if name.endswith("_most") else reached < bound:
            failed.append(f"{name}: {reached:.2f}, bound {bound}")
    print("\n".join(failed) or f"all {len(floors)} floors of verification hold")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())

"""Judges the entailment head beside the rules: `python -m training.entailment_score --work …`.

The head is run as it would ship: encoder.onnx reads each sentence, entailment.onnx reads the claim with up to four sentences
found in the document. Everything is fitted on even rows (and the train split of the digests) and reported on odd rows
(and the dev split).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch

from aili.verification import check
from aili.verification.passages import passage
from benchmarks.verification import DIGESTS, DOMAINS, Context, Told, _sets, _told
from training.entailment_model import marks
from training.train_entailment import cut, tokenizer

WEIGHTS = Path(__file__).parent.parent / "src" / "aili" / "weights"
MOST, PIECES = 4, 190  # sentences and word pieces of evidence
FEATURES = ("refuted", "unknown", "findings", "score", "score+", "piece", "cosine", "overlap", "left")


@dataclass(frozen=True, kw_only=True, slots=True)
class Signals:
    """What is known of one claim before the verdict."""

    verdict: str
    findings: int
    score: float
    piece: float
    cosine: float
    overlap: float

    def vector(self) -> list[float]:
        """The numbers a logistic model reads, in the order of FEATURES."""
        rules = [float(self.verdict == "refuted"), float(self.verdict == "not enough info"), math.log1p(self.findings)]
        return [
            *rules,
            self.score,
            max(0.0, self.score),
            self.piece,
            self.cosine,
            self.overlap,
            float(self.overlap < 0.5),
        ]


class Head:
    """encoder.onnx and entailment.onnx on one thread."""

    def __init__(self, graph: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        self.lower = onnxruntime.InferenceSession(
            str(WEIGHTS / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.upper = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self.pieces = tokenizer()
        self.read: dict[tuple[int, ...], Any] = {}
        self.known: dict[tuple[str, tuple[str, ...]], tuple[float, float]] = {}
        self.seconds: list[float] = []

    def state(self, ids: list[int]) -> Any:
        """Layer 2 and the vector of a sequence; kept, as a document's sentences would be."""
        key = tuple(ids)
        if key not in self.read:
            layer, vector = self.lower.run(["layer2", "vector"], {"ids": np.array([ids], np.int64)})
            self.read[key] = layer, vector[0]
        return self.read[key]

    def ids(self, text: str) -> list[int]:
        """At most 126 pieces of a text, between [CLS] and [SEP]."""
        found: list[int] = self.pieces.encode(text).ids
        return found if len(found) <= 128 else [*found[:127], 102]

    def vector(self, text: str) -> Any:
        """The encoder's sentence vector."""
        return self.state(self.ids(text))[1]

    def score(self, claim: str, evidence: Sequence[str]) -> tuple[float, float]:
        """The logit of *supported*, and the largest logit of *not supported* among the claim's pieces."""
        key = claim, tuple(evidence)
        if key not in self.known:
            mine, theirs = self.ids(claim), cut([self.ids(text) for text in evidence], PIECES)
            layers = [self.state(ids)[0] for ids in (mine, *theirs)]
            began = time.perf_counter()
            feed = {
                "states": np.concatenate(layers, 1),
                "marks": np.array([marks(mine, theirs)], np.int64),
                "claim": np.arange(len(mine))[None],
            }
            score, pieces = self.upper.run(["score", "pieces"], feed)
            self.seconds.append(time.perf_counter() - began)
            self.known[key] = float(score[0]), float(pieces[0, 1:-1].max(initial=-9))
        return self.known[key]


def select(head: Head, claim: str, sentences: Sequence[str], most: int = MOST) -> list[str]:
    """Sentences that together hold most of the claim's rare words, likeness to the claim added; in the document's order."""
    parts = [passage(text) for text in sentences]
    counts = Counter(stem for part in parts for stem in part.stems)
    weight = {token.stem: math.log(1 + len(parts) / (1 + counts[token.stem])) for token in passage(claim).content}
    whole = sum(weight.values()) or 1.0
    shared = [sum(w for stem, w in weight.items() if stem in part.stems) for part in parts]
    near = sorted(range(len(parts)), key=lambda n: -shared[n])[:16]
    mine = head.vector(claim)
    likeness = {n: float(head.vector(sentences[n]) @ mine) for n in near}
    left, taken = dict(weight), []
    for _ in range(most):
        gain = {
            n: sum(w for stem, w in left.items() if stem in parts[n].stems) / whole + 0.4 * likeness[n]
            for n in near
            if n not in taken
        }
        best = max(gain, key=gain.__getitem__, default=None)
        if best is None or (taken and gain[best] < 0.15):
            break
        taken.append(best)
        left = {stem: w for stem, w in left.items() if stem not in parts[best].stems}
    return [sentences[n] for n in sorted(taken)]


def signals(head: Head, claim: str, sentences: Sequence[str], evidence: Sequence[str], context: Context) -> Signals:
    """The rules read `sentences` as they do today, the head reads `evidence`."""
    verdict, reasons = check(claim, sentences, context=context)
    score, piece = head.score(claim, evidence)
    there = passage("\n".join(sentences)).stems
    words = [token.stem for token in passage(claim).content]
    mine = head.vector(claim)
    return Signals(
        verdict=verdict,
        findings=len(reasons) if verdict != "supported" else 0,
        score=score,
        piece=piece,
        cosine=max(float(head.vector(text) @ mine) for text in evidence),
        overlap=sum(word in there for word in words) / max(1, len(words)),
    )


def claim_sets(head: Head) -> dict[str, list[dict[str, Any]]]:
    """For each set its rows: the signals of each claim, and whether the row is true."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, rows in _sets():
        found[name] = []
        for row in rows:
            context = Context(document="\n".join(row.sentences))
            claims = [signals(head, c, row.sentences, select(head, c, row.sentences), context) for c in row.claims]
            found[name].append({"true": row.true, "claims": [asdict(one) for one in claims]})
        print(name, len(rows), flush=True)
    return found


def bullets(head: Head, split: str, most: int = 2000) -> list[Signals]:
    """The reference bullets with their cites."""
    rows = [json.loads(line) for line in DIGESTS.read_text(encoding="utf-8").splitlines()]
    told = _told([row for row in rows if row["split"] == split])[0]
    return [_signals_of(head, one) for one in random.Random(0).sample(told, min(most, len(told)))]


def _signals_of(head: Head, one: Told) -> Signals:
    return signals(head, one.claim, one.evidence, one.evidence, one.context)


def edits(head: Head, path: Path, most: int = 150) -> dict[str, list[Signals]]:
    """The edited bullets of dev.jsonl by kind, and the true ones reworded; evidence as in the file, context unknown."""
    found: dict[str, list[Signals]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        group = json.loads(line)
        if group["corpus"] == "bullet":
            for claim in group["claims"]:
                name = ("true: " if claim["true"] else "") + claim["kind"]
                if len(found[name]) < most and claim["kind"] != "bullet":
                    evidence = group["evidence"]
                    found[name].append(
                        signals(head, claim["text"], evidence, evidence, Context(document="\n".join(evidence)))
                    )
    return found


class Logistic:
    """A logistic model of *not supported* over standardised features; some features may be left out."""

    def __init__(self, names: Sequence[str]) -> None:
        self.columns = [FEATURES.index(name) for name in names]

    def fit(self, x: Any, y: Any, weight: Any, penalty: float = 0.003) -> Logistic:
        part = torch.tensor(x[:, self.columns], dtype=torch.double)
        self.centre, self.scale = part.mean(0), part.std(0) + 1e-6
        self.model = torch.zeros(part.shape[1] + 1, dtype=torch.double, requires_grad=True)
        wanted, heavy = torch.tensor(y, dtype=torch.double), torch.tensor(weight, dtype=torch.double)
        optimizer = torch.optim.LBFGS([self.model], max_iter=200, line_search_fn="strong_wolfe")

        def closure() -> Any:
            optimizer.zero_grad()
            logits = (part - self.centre) / self.scale @ self.model[1:] + self.model[0]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, weight=heavy / heavy.mean())
            loss = loss + penalty * (self.model[1:] ** 2).sum()
            loss.backward()
            return loss

        optimizer.step(closure)  # type: ignore[no-untyped-call]
        return self

    def __call__(self, x: Any) -> Any:
        with torch.no_grad():
            part = torch.tensor(x[:, self.columns], dtype=torch.double)
            return ((part - self.centre) / self.scale @ self.model[1:] + self.model[0]).numpy()


def row_vector(row: dict[str, Any]) -> list[float]:
    """The worst of each feature over a row's claims."""
    vectors = np.array([Signals(**claim).vector() for claim in row["claims"]])
    worst = [
        vectors[:, n].min() if name in {"score", "score+", "cosine", "overlap"} else vectors[:, n].max()
        for n, name in enumerate(FEATURES)
    ]
    return [float(value) for value in worst]


def balanced(alarm: Any, true: Any) -> float:
    """Balanced accuracy in per cent."""
    return float(50 * ((~alarm)[true].mean() + alarm[~true].mean()))


def best(values: Any, true: Any) -> float:
    """The threshold above which an alarm serves balanced accuracy best."""
    steps = np.quantile(values, np.linspace(0.02, 0.98, 97))
    return float(max(steps, key=lambda at: balanced(values > at, true)))


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--work", type=Path, default=Path("training/work/entailment"))
    parser.add_argument("--graph", default="entailment.onnx")
    arguments = parser.parse_args()
    head = Head(arguments.work / arguments.graph)
    out = arguments.work / f"signals.{arguments.graph}.json"
    sets = claim_sets(head)
    milliseconds = 1000 * statistics.mean(head.seconds)
    found = {
        "sets": sets,
        "train": [asdict(one) for one in bullets(head, "train")],
        "dev": [asdict(one) for one in bullets(head, "dev")],
        "edits": {
            kind: [asdict(one) for one in ones] for kind, ones in edits(head, arguments.work / "dev.jsonl").items()
        },
    }
    out.write_text(json.dumps(found), encoding="utf-8")
    print(f"{milliseconds:.1f} ms for the upper layers of a claim of SummEdits and WiCE, one thread")
    table(found)


def table(found: dict[str, Any]) -> None:
    """All tables of README.md."""
    rows = {
        name: (np.array([row_vector(r) for r in part]), np.array([r["true"] for r in part]))
        for name, part in found["sets"].items()
    }
    train, dev = (np.array([Signals(**one).vector() for one in found[split]]) for split in ("train", "dev"))
    kinds = {kind: np.array([Signals(**one).vector() for one in ones]) for kind, ones in found["edits"].items()}
    models = {
        "overlap": Logistic(["overlap"]), "cosine": Logistic(["cosine"]), "rules": Logistic(["refuted", "unknown"]),
        "head": Logistic(["score", "score+", "piece"]),
        "rules + overlap, cosine": Logistic([name for name in FEATURES if name not in {"score", "score+", "piece"}]),
        "rules + head": Logistic(["refuted", "unknown", "score", "score+", "piece"]), "all": Logistic(FEATURES),
    }  # fmt: skip
    for name, model in models.items():
        x = np.concatenate([part[0][::2] for part in rows.values()])
        y = np.concatenate([~part[1][::2] for part in rows.values()])
        weight = np.concatenate([_balance(part[1][::2]) for part in rows.values()])
        model.fit(x, y, weight)
        at = 0.5 if name == "rules" else best_mean(model, rows)
        cells = []
        for domain, (values, true) in rows.items():
            odd = true[1::2]
            alarm = values[1::2][:, :2].max(1) > 0 if name == "rules" else model(values[1::2]) > at
            own = best(model(values[::2]), true[::2])
            cells.append((domain, balanced(alarm, odd), balanced(model(values[1::2]) > own, odd)))
        mean = statistics.mean(cell[1] for cell in cells if cell[0] in DOMAINS)
        own_mean = statistics.mean(cell[2] for cell in cells if cell[0] in DOMAINS)
        shown = " | ".join(f"{one:.1f} ({own:.1f})" for _, one, own in cells)
        print(f"| {name} | {shown} | {mean:.1f} ({own_mean:.1f}) | {100 * (model(dev) > at).mean():.1f} % |")
    print("at fixed false alarms on bullets of the train split; in brackets those on the dev split")
    for name in ("head", "rules + overlap, cosine", "rules + head", "all"):
        for share in (0.03, 0.05, 0.08):
            over = float(np.quantile(models[name](train), 1 - share))
            cells = [balanced(_or_rules(models[name], v[1::2], over), t[1::2]) for v, t in rows.values()]
            false = 100 * _or_rules(models[name], dev, over).mean()
            shown = " | ".join(f"{c:.1f}" for c in cells)
            print(
                f"| {name} or rules, {100 * share:.0f} % | {shown} | {statistics.mean(cells[:4]):.1f} | {false:.1f} % |"
            )
    over = float(np.quantile(models["head"](train), 0.95))
    print("| edit | n | rules | head at 5 % | either |")
    for kind, values in sorted(kinds.items()):
        if not len(values):
            continue
        rules, heard = values[:, :2].max(1) > 0, models["head"](values) > over
        caught = " | ".join(f"{100 * part.mean():.0f}" for part in (rules, heard, rules | heard))
        print(f"| {kind} | {len(values)} | {caught} |")


def _or_rules(model: Logistic, values: Any, over: float) -> Any:
    return (model(values) > over) | (values[:, :2].max(1) > 0)


def _balance(true: Any) -> Any:
    return np.where(true, 0.5 / true.sum(), 0.5 / (~true).sum())


def best_mean(model: Logistic, rows: dict[str, Any]) -> float:
    """One threshold for all sets: the best mean of balanced accuracies on even rows."""
    values = {name: model(v[::2]) for name, (v, _) in rows.items()}
    steps = np.quantile(np.concatenate(list(values.values())), np.linspace(0.02, 0.98, 97))
    return float(max(steps, key=lambda at: statistics.mean(balanced(values[n] > at, rows[n][1][::2]) for n in rows)))


if __name__ == "__main__":
    main()

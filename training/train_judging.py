"""Trains the judge of questions after judging_data: `python -m training.train_judging train`, `tune`, `fold`, `export`.

`train` learns from the sets what answers a question; `tune` then learns from judgments of the engine's own questions
(training/judgments.jsonl), which no set resembles, and tells how it does on those about the dev split. `fold --fold N` tunes
without a third of the documents and keeps what it says of their questions, for train_questions.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from training import judgments
from training.entailment_model import Encoder
from training.export_encoder import source
from training.judging_model import BELOW, Judge, build
from training.train_entailment import area, tokenizer

WORK = Path(__file__).parent / "work" / "judging"
LIMITS = {0: 24, 1: 40, 2: 96}  # word pieces of a title, a question, a sentence
MOST = 200  # word pieces in all
PIECES = 4000  # of a batch
SEED = 7
JUDGED = 3  # sentences that are read with a question


@dataclass(frozen=True, slots=True)
class Example:
    """Word pieces of each text, its role, what is wanted of the two logits (-1: unknown), and how much it counts."""

    texts: tuple[tuple[int, ...], ...]
    roles: tuple[int, ...]
    wanted: tuple[float, float]
    corpus: str
    weight: float = 1.0

    @property
    def size(self) -> int:
        return sum(map(len, self.texts))


def example(row: dict[str, Any], pieces: Any, *, weight: float = 1.0) -> Example:
    """A row of judging_data."""
    texts = [(0, row["title"]), (1, row["question"]), *((2, text) for text in row["texts"])]
    kept, roles, left = [], [], MOST
    for role, text in texts:
        if not text:
            continue
        ids = pieces.encode(text).ids
        limit = min(LIMITS[role], left)
        if limit < 8:
            continue
        ids = ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]
        kept.append(tuple(ids))
        roles.append(role)
        left -= len(ids)
    unknown = -1.0
    wanted = tuple(unknown if row[name] is None else float(row[name]) for name in ("answered", "asked"))
    return Example(tuple(kept), tuple(roles), wanted, row["corpus"], weight)  # type: ignore[arg-type]


def read(path: Path, pieces: Any) -> list[Example]:
    """The examples of a file."""
    return [example(json.loads(line), pieces) for line in path.read_text(encoding="utf-8").splitlines()]


def batches(examples: Sequence[Example], seed: int) -> Iterator[list[Example]]:
    """One epoch in batches of like length and about PIECES pieces."""
    pick = random.Random(seed)
    order = list(examples)
    pick.shuffle(order)
    found: list[list[Example]] = []
    for start in range(0, len(order), 4000):
        batch: list[Example] = []
        for each in sorted(order[start : start + 4000], key=lambda e: e.size):
            if batch and each.size * (len(batch) + 1) > PIECES:
                found.append(batch)
                batch = []
            batch.append(each)
        if batch:
            found.append(batch)
    pick.shuffle(found)
    yield from found


def states(below: Encoder, batch: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """What the first layers leave of every text alone, side by side (batch, n, WIDTH), and the roles (batch, n)."""
    flat = sorted({text for each in batch for text in each.texts}, key=lambda text: (len(text), text))
    place = {text: row for row, text in enumerate(flat)}
    pad = torch.nn.utils.rnn.pad_sequence
    found: list[Tensor] = []
    with torch.no_grad():
        for start in range(0, len(flat), 32):  # of like length, so that little is padded
            ids = pad([torch.tensor(text) for text in flat[start : start + 32]], batch_first=True)
            found += below(ids, ids > 0)
    rows = [torch.cat([found[place[text]][: len(text)] for text in each.texts]) for each in batch]
    roles = [
        torch.tensor([role for text, role in zip(each.texts, each.roles, strict=True) for _ in text]) for each in batch
    ]
    return pad(rows, batch_first=True), pad(roles, batch_first=True, padding_value=-1)


def loss_of(scores: Tensor, batch: Sequence[Example]) -> Tensor:
    """Cross entropy of what is known."""
    wanted = torch.tensor([each.wanted for each in batch])
    weight = torch.tensor([[each.weight] for each in batch]) * (wanted >= 0)
    aim = wanted.clamp(min=0) * 0.96 + 0.02
    loss = functional.binary_cross_entropy_with_logits(scores, aim, reduction="none")
    return (loss * weight).sum() / weight.sum().clamp(min=1)


def scores_of(model: Judge, below: Encoder, examples: Sequence[Example], *, half: bool) -> np.ndarray[Any, Any]:
    """Logits (examples, 2)."""
    order = sorted(range(len(examples)), key=lambda n: examples[n].size)
    found = np.zeros((len(examples), 2))
    model.eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=half):
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            found[part] = model(*states(below, [examples[n] for n in part])).numpy()
    model.train()
    return found


def report(found: np.ndarray[Any, Any], examples: Sequence[Example]) -> str:
    """The area under the curve for each corpus, of both logits."""
    parts = []
    for number, name in enumerate(("answered", "asked")):
        groups: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
        for each, row in zip(examples, found, strict=True):
            if each.wanted[number] >= 0:
                groups[each.corpus.partition(" ")[0]][each.wanted[number] < 0.5].append(float(row[number]))
        parts += [f"{name} {corpus} {area(*both):.1f}" for corpus, both in sorted(groups.items()) if all(both)]
    return ", ".join(parts)


def fit(
    model: Judge, below: Encoder, examples: list[Example], held: list[Example], *,
    epochs: int, rate: float, half: bool, checkpoint: Path, done: int = 0, minutes: float = 1e9,
) -> None:  # fmt: skip
    """Train, writing ``checkpoint`` after each epoch and every 300 steps."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.02, fused=True)
    steps = len(list(batches(examples, 0)))
    print(f"{len(examples)} examples, {steps} steps an epoch", flush=True)
    began = time.time()
    for epoch in range(done, epochs):
        total = 0.0
        for number, batch in enumerate(batches(examples, SEED + epoch), 1):
            at = (epoch * steps + number) / (epochs * steps)
            at = max(at, (time.time() - began) / 60 / minutes)
            for part in optimizer.param_groups:
                part["lr"] = rate * min(1.0, (epoch * steps + number) / 100, max(0.02, (1 - at)))
            if at >= 1:
                break
            with torch.autocast("cpu", torch.bfloat16, enabled=half):
                loss = loss_of(model(*states(below, batch)), batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total += float(loss.detach())
            if number % 100 == 0:
                print(f"epoch {epoch} step {number} loss {total / number:.4f} {time.time() - began:.0f} s", flush=True)
            if number % 300 == 0:
                torch.save({"model": model.state_dict(), "done": epoch}, checkpoint)
        torch.save({"model": model.state_dict(), "done": epoch + 1}, checkpoint)
        print(f"epoch {epoch}: {report(scores_of(model, below, held, half=half), held)}", flush=True)


def judged(split: str, pieces: Any, *, without: int = -1) -> list[Example]:
    """The judged questions of a split, but for those of one fold: over all their sentences, and over each of them."""
    found = []
    for each in judgments.load():
        if each.split != split or judgments.fold_of(each.document) == without:
            continue
        base = {"title": each.title, "question": each.question, "asked": float(each.asked), "corpus": "judged"}
        whole = 1.0 if 2 in each.answers else 0.4 if 1 in each.answers else 0.0
        found.append(example(base | {"texts": each.texts, "answered": whole}, pieces))
        if len(each.texts) > 1:
            for text, mark in zip(each.texts, each.answers, strict=True):
                row = base | {"texts": [text], "answered": mark / 2, "asked": None, "corpus": "judged"}
                found.append(example(row, pieces))
    return found


def fold(model: Judge, below: Encoder, work: Path, pieces: Any, number: int, *, epochs: int, half: bool) -> None:
    """Tune without one fold, and write what that judge says of the fold's questions (`fold.N.json`)."""
    tune(model, below, work, pieces, epochs=epochs, half=half, without=number)
    left = [each for each in judgments.load() if each.split == "train" and judgments.fold_of(each.document) == number]
    told = [
        {"title": each.title, "question": each.question, "texts": each.texts[:JUDGED], "corpus": ""} for each in left
    ]
    said = scores_of(
        model, below, [example(row | {"answered": None, "asked": None}, pieces) for row in told], half=False
    )
    scores = [[each.document, each.question, *map(float, row)] for each, row in zip(left, said, strict=True)]
    (work / f"fold.{number}.json").write_text(json.dumps(scores), encoding="utf-8")


def tune(model: Judge, below: Encoder, work: Path, pieces: Any, *, epochs: int, half: bool, without: int = -1) -> None:
    """Learn from the judged questions of the train split, those that people rated, and rows of the reference digests."""
    rows, held = judged("train", pieces, without=without), judged("dev", pieces)
    half_of = len(rows) // 2
    rows += read(work / "rated.jsonl", pieces)
    digests = [each for each in read(work / "train.jsonl", pieces) if each.corpus.startswith("digests")]
    print(f"before: {report(scores_of(model, below, held, half=half), held)}", flush=True)
    rows += random.Random(SEED).sample(digests, half_of)
    fit(
        model,
        below,
        rows,
        held,
        epochs=epochs,
        rate=5e-5,
        half=half,
        checkpoint=work / ("tuned.pt" if without < 0 else f"tuned.{without}.pt"),
    )


def peaks(model: Judge, below: Encoder, examples: Sequence[Example]) -> dict[str, np.ndarray[Any, Any]]:
    """The largest input of each channel of the layers' linear maps, by their names in the graph."""
    found: dict[str, np.ndarray[Any, Any]] = {}

    def note(name: str) -> Any:
        def hook(_module: Any, inputs: tuple[Tensor, ...]) -> None:
            peak = inputs[0].detach().abs().flatten(0, -2).amax(0).numpy()
            found[name] = np.maximum(found[name], peak) if name in found else np.maximum(peak, 1e-3)

        return hook

    hooks = [
        getattr(layer, part).register_forward_pre_hook(note(f"l{number}.{part}"))
        for number, layer in enumerate(model.layers, 1)
        for part in ("qkv", "wide", "narrow")
    ]
    for each in examples:  # one by one: what pads a batch has states too
        scores_of(model, below, [each], half=False)
    for hook in hooks:
        hook.remove()
    return found


def export(model: Judge, below: Encoder, examples: Sequence[Example], out: Path) -> None:
    """Write judge.onnx, int8, and say how far its scores are from the float ones."""
    tensors = {name: value.numpy() for name, value in model.state_dict().items()}
    path = out / "judge.onnx"
    onnx.save(build(tensors, form="dynamic7", peaks=peaks(model, below, examples[:300])), path)
    graph = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    wanted, given = scores_of(model, below, examples[300:600], half=False), []
    for each in examples[300:600]:
        found, roles = states(below, [each])
        marked = roles.numpy()
        feed = {"states": found.numpy(), "roles": marked}
        for name, role in (("asked", 1), ("told", 2)):
            chosen = (marked == role).astype(np.float32)
            feed[name] = (chosen / chosen.sum().clip(1))[:, None]
        given.append(graph.run(["scores"], feed)[0][0])
    away = np.abs(np.array(given) - wanted)
    print(
        f"{path.stat().st_size / 1e6:.1f} MB; logits differ by {away.mean():.3f} on the mean, {away.max():.2f} at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("what", choices=("train", "tune", "fold", "export"))
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--out", type=Path, default=Path("src/aili/weights"))
    parser.add_argument("--fold", type=int, choices=range(judgments.FOLDS), default=0)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--half", action="store_true", help="bfloat16 products: faster where the processor has them")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    tensors = load_file(source() / "model.safetensors")
    below, model, pieces = Encoder(tensors, (BELOW,)), Judge(tensors), tokenizer()
    checkpoint, done = options.work / "judge.pt", 0
    tuned = options.work / "tuned.pt"
    known = tuned if options.what == "export" and tuned.exists() else checkpoint
    if known.exists():
        saved = torch.load(known)
        model.load_state_dict(saved["model"])
        done = saved["done"]
    if options.what == "train":
        examples, dev = read(options.work / "train.jsonl", pieces), read(options.work / "dev.jsonl", pieces)
        held = random.Random(1).sample(dev, min(2000, len(dev)))
        fit(model, below, examples, held, epochs=options.epochs, rate=1e-4, half=options.half, checkpoint=checkpoint,
            done=done, minutes=options.minutes)  # fmt: skip
    elif options.what == "tune":
        tune(model, below, options.work, pieces, epochs=options.epochs, half=options.half)
    elif options.what == "fold":
        fold(model, below, options.work, pieces, options.fold, epochs=options.epochs, half=options.half)
    else:
        export(model, below, random.Random(2).sample(judged("train", pieces), 600), options.out)


if __name__ == "__main__":
    main()

"""Trains the entailment head after entailment_data: `python -m training.train_entailment prepare`, `train`, `export`."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from training.entailment_model import STATES, Encoder, Entailment, Part, build, marks
from training.export_encoder import source

CLAIM, EVIDENCE = 48, 128  # word pieces kept in training
BATCH = 64  # claims, or a few more
RATE, WARM, SMOOTH, TOKENS = 1e-3, 60, 0.05, 0.5
SEED = 20
# Of the groups of each corpus so many are used: encoding takes longest, and nothing asks the head about copies.
USED = {"bullet": 5000, "qmsum": 9999, "scitldr": 700, "digests": 500, "fever": 1200}

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """Pieces of a claim and of its evidence; `wrong` marks the claim's unsupported pieces, empty where unknown."""

    claim: Ids
    evidence: tuple[Ids, ...]
    wrong: list[int]
    true: bool
    kind: str


Group = list[Example]


def tokenizer() -> Tokenizer:
    """The encoder's, without padding and truncation."""
    found = Tokenizer.from_file(str(source() / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def examples(path: Path, pieces: Tokenizer) -> list[Group]:
    """The groups of a file as examples; evidence is cut at a whole number of pieces, long claims are left out."""
    groups = []
    left = dict(USED)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        left[row["corpus"]] = left.get(row["corpus"], 0) - 1
        if left[row["corpus"]] < 0:
            continue
        evidence = cut([tuple(found.ids) for found in pieces.encode_batch(row["evidence"])], EVIDENCE)
        group = []
        for claim in row["claims"]:
            encoding = pieces.encode(claim["text"])
            if len(encoding.ids) > CLAIM or not evidence:
                continue
            spans = claim["spans"]
            wrong = (
                []
                if spans is None
                else [int(any(a < end and start < b for a, b in spans)) for start, end in encoding.offsets]
            )
            group.append(Example(tuple(encoding.ids), evidence, wrong, claim["true"], claim["kind"]))
        if group:
            groups.append(group)
    return groups


def cut(evidence: list[Ids], most: int) -> tuple[Ids, ...]:
    """The first sentences that fit, the last of them shortened."""
    kept: list[Ids] = []
    for ids in evidence:
        room = most - sum(map(len, kept))
        if room > 8:
            kept.append(ids[:room])
    return tuple(kept)


class States:
    """The encoder's states of many sentences, in a file of half-precision rows; each sentence is read whole and alone."""

    def __init__(self, work: Path) -> None:
        self.path, self.index = work / "states.f16", work / "states.json"
        known = json.loads(self.index.read_text(encoding="utf-8")) if self.index.exists() else []
        self.places: dict[Ids, tuple[int, int]] = {}
        at = 0
        for ids in known:
            self.places[tuple(ids)] = at, len(ids)
            at += len(ids)
        self.rows = at
        self.map = (
            np.memmap(self.path, np.float16, "r", shape=(at, STATES)) if at else np.zeros((0, STATES), np.float16)
        )

    def __getitem__(self, ids: Ids) -> Tensor:
        """(pieces, STATES)."""
        start, length = self.places[ids]
        return torch.from_numpy(np.array(self.map[start : start + length], np.float32))

    def write(self, sequences: list[Ids]) -> None:
        """Encode what is not there yet, in batches of like length."""
        new = sorted((ids for ids in set(sequences) if ids not in self.places), key=lambda ids: (len(ids), ids))
        encoder = Encoder(load_file(source() / "model.safetensors"))
        began = time.time()
        with self.path.open("ab") as file, torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            for start in range(0, len(new), 32):
                part = new[start : start + 32]
                ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(one) for one in part], batch_first=True)
                found = encoder(ids, ids > 0).half().numpy()
                for row, one in zip(found, part, strict=True):
                    file.write(row[: len(one)].tobytes())
                if start % 1600 == 0:
                    print(f"{start} of {len(new)} sentences, {time.time() - began:.0f} s", flush=True)
        self.index.write_text(json.dumps([*self.places, *new]), encoding="utf-8")


def prepare(work: Path) -> None:
    """Write the states of every claim and every evidence sentence."""
    pieces = tokenizer()
    train = examples(work / "train.jsonl", pieces)
    held = heldout(work, pieces)
    every = [ids for group in (*train, *held) for e in group for ids in (e.claim, *e.evidence)]
    States(work).write(every)


def heldout(work: Path, pieces: Tokenizer) -> list[Group]:
    """Groups of the dev split, the same ones every time."""
    return random.Random(1).sample(examples(work / "dev.jsonl", pieces), 250)


def batches(groups: list[Group], seed: int) -> Iterator[list[Group]]:
    """One epoch: groups of like length together, so that little is padded."""
    rng = random.Random(seed)
    order = list(groups)
    rng.shuffle(order)
    found: list[list[Group]] = []
    for start in range(0, len(order), 2000):
        batch: list[Group] = []
        for group in sorted(order[start : start + 2000], key=lambda g: sum(map(len, g[0].evidence))):
            batch.append(group)
            if sum(map(len, batch)) >= BATCH:
                found.append(batch)
                batch = []
        if batch:
            found.append(batch)
    rng.shuffle(found)
    yield from found


def collate(states: States, batch: list[Group]) -> tuple[Part, Part]:
    """Claims, and for each its evidence, padded; a group's evidence is there once."""
    flat = [example for group in batch for example in group]
    marked = [marks(list(e.claim), [list(ids) for ids in e.evidence]) for e in flat]
    claims = [states[e.claim] for e in flat]
    evidence = [torch.cat([states[ids] for ids in group[0].evidence]) for group in batch]
    rows = [number for number, group in enumerate(batch) for _ in group]
    return _padded(claims, [one for one, _ in marked], list(range(len(flat)))), _padded(
        evidence, [other for _, other in marked], rows
    )


def _padded(states: list[Tensor], marked: list[list[int]], rows: list[int]) -> Part:
    pad = torch.nn.utils.rnn.pad_sequence
    lengths = torch.tensor([len(row) for row in marked])
    mask = torch.arange(int(lengths.max()))[None] < lengths[:, None]
    return (
        pad(states, batch_first=True),
        pad([torch.tensor(m) for m in marked], batch_first=True),
        mask,
        torch.tensor(rows),
    )


def loss_of(model: Entailment, states: States, batch: list[Group]) -> Tensor:
    """Of the claims, and of their pieces where it is known which are wrong."""
    flat = [example for group in batch for example in group]
    score, pieces = model(*collate(states, batch))
    wanted = torch.tensor([float(e.true) for e in flat]) * (1 - 2 * SMOOTH) + SMOOTH
    loss = functional.binary_cross_entropy_with_logits(score, wanted)
    known = torch.zeros(pieces.shape, dtype=torch.bool)
    wrong = torch.zeros(pieces.shape)
    for row, example in enumerate(flat):
        if example.wrong:
            known[row, 1 : len(example.wrong) - 1] = True
            wrong[row, : len(example.wrong)] = torch.tensor(example.wrong, dtype=torch.float)
    weight = torch.where(wrong > 0, 3.0, 1.0)
    found = functional.binary_cross_entropy_with_logits(pieces[known], wrong[known], weight=weight[known])
    return loss + TOKENS * found


def area(positive: list[float], negative: list[float]) -> float:
    """Area under the ROC curve, in per cent."""
    values = sorted([(v, 1) for v in positive] + [(v, 0) for v in negative])
    ranks = sum(rank for rank, (_, label) in enumerate(values, 1) if label)
    n = len(positive)
    return 100 * (ranks - n * (n + 1) / 2) / max(1, n * len(negative))


def report(model: Entailment, states: States, held: list[Group]) -> str:
    """Area under the curve, and the share of each kind that falls under the 3 % quantile of the true bullets."""
    found: dict[tuple[bool, str], list[float]] = defaultdict(list)
    model.eval()
    with torch.no_grad():
        for start in range(0, len(held), 20):
            batch = held[start : start + 20]
            scores = model(*collate(states, batch))[0].tolist()
            for example, value in zip((e for group in batch for e in group), scores, strict=True):
                found[example.true, example.kind].append(value)
    model.train()
    true = sorted(v for (t, _), vs in found.items() if t for v in vs)
    false = [v for (t, _), vs in found.items() if not t for v in vs]
    bullets = sorted(found[True, "bullet"])
    at = bullets[len(bullets) * 3 // 100]
    kinds = sorted((kind, vs) for (t, kind), vs in found.items() if not t)
    caught = " ".join(f"{kind} {100 * sum(v < at for v in vs) / len(vs):.0f}" for kind, vs in kinds)
    return f"auc {area(true, false):.1f} bullets {area(bullets, false):.1f} | caught at 3 %: {caught}"


def train(work: Path, *, epochs: int, threads: int, half: bool) -> None:
    """Train, with bfloat16 products if ``half``; goes on after the last whole epoch in work/entailment.pt."""
    torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    pieces, states, model = tokenizer(), States(work), Entailment()
    groups, held = examples(work / "train.jsonl", pieces), heldout(work, pieces)
    sample = np.array(states.map[:: max(1, len(states.map) // 50_000)], np.float32)
    model.centre.copy_(torch.from_numpy(sample.mean(0)))
    model.scale.copy_(torch.from_numpy(sample.std(0)).clamp(min=0.02))  # one channel never changes
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.02, fused=True)
    done, checkpoint = 0, work / "entailment.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        done = saved["done"]
    steps = len(list(batches(groups, 0)))
    print(f"{len(groups)} groups, {sum(map(len, groups))} claims, {steps} steps an epoch", flush=True)
    for epoch in range(done, epochs):
        began, total = time.time(), 0.0
        for number, batch in enumerate(batches(groups, SEED + epoch), 1):
            at = epoch * steps + number
            rate = RATE * min(at / WARM, max(0.02, 1 - at / (epochs * steps)))
            for part in optimizer.param_groups:
                part["lr"] = rate
            with torch.autocast("cpu", torch.bfloat16, enabled=half):
                loss = loss_of(model, states, batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total += float(loss.detach())
            if number % 50 == 0:
                print(f"epoch {epoch} step {number} loss {total / number:.4f} {time.time() - began:.0f} s", flush=True)
                saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "done": epoch}
                torch.save(saved, checkpoint)
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "done": epoch + 1}, checkpoint)
        print(f"epoch {epoch} loss {total / steps:.4f} {report(model, states, held)}", flush=True)


def export(work: Path, out: Path) -> None:
    """Write entailment.onnx, int8."""
    model: dict[str, Any] = {n: v.numpy() for n, v in torch.load(work / "entailment.pt")["model"].items()}
    onnx.save(build(model, form="dynamic7"), out / "entailment.onnx")
    print(f"{(out / 'entailment.onnx').stat().st_size / 1e6:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("what", choices=("prepare", "train", "export"))
    parser.add_argument("--work", type=Path, default=Path("training/work/entailment"))
    parser.add_argument("--out", type=Path, default=Path("src/aili/weights"))
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--half", action="store_true", help="bfloat16 products: faster where the processor has them")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.what == "prepare":
        prepare(arguments.work)
    elif arguments.what == "train":
        train(arguments.work, epochs=arguments.epochs, threads=arguments.threads, half=arguments.half)
    else:
        export(arguments.work, arguments.out)


if __name__ == "__main__":
    main()

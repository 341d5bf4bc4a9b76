"""Trains the entailment head after entailment_data: `python -m training.train_entailment train`, then `export`."""

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
import onnxruntime
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from training.entailment_model import UPPER, Entailment, Lower, Peaks, build, marks
from training.export_encoder import source

CLAIM, EVIDENCE = 64, 160  # word pieces kept in training
AREA = 4000  # claims times longest sequence of a batch
RATE, WARM, SMOOTH, TOKENS = 2e-4, 200, 0.05, 0.5
SEED = 20


@dataclass(frozen=True, slots=True)
class Example:
    """Pieces of a claim and of its evidence; `wrong` marks the claim's unsupported pieces, empty where unknown."""

    claim: list[int]
    evidence: list[list[int]]
    wrong: list[int]
    true: bool
    kind: str

    @property
    def length(self) -> int:
        """Pieces that the head reads."""
        return len(self.claim) + sum(map(len, self.evidence))


def tokenizer() -> Tokenizer:
    """The encoder's, without padding and truncation."""
    found = Tokenizer.from_file(str(source() / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def examples(path: Path, pieces: Tokenizer) -> list[list[Example]]:
    """The groups of a file as examples; evidence is cut at a whole number of pieces, never a claim's words in half."""
    groups = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        evidence = cut([found.ids for found in pieces.encode_batch(row["evidence"])], EVIDENCE)
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
            group.append(Example(encoding.ids, evidence, wrong, claim["true"], claim["kind"]))
        if group:
            groups.append(group)
    return groups


def cut(evidence: list[list[int]], most: int) -> list[list[int]]:
    """The first sentences that fit, the last of them shortened."""
    kept: list[list[int]] = []
    for ids in evidence:
        room = most - sum(map(len, kept))
        if room > 8:
            kept.append(ids if len(ids) <= room else [*ids[: room - 1], ids[-1]])
    return kept


def batches(groups: list[list[Example]], seed: int) -> Iterator[list[Example]]:
    """One epoch: groups of like length together, so that little is padded."""
    rng = random.Random(seed)
    order = list(groups)
    rng.shuffle(order)
    found: list[list[Example]] = []
    for start in range(0, len(order), 3000):
        batch: list[Example] = []
        for group in sorted(order[start : start + 3000], key=lambda g: max(e.length for e in g)):
            longest = max(example.length for example in [*batch, *group])
            if batch and (len(batch) + len(group)) * longest > AREA:
                found.append(batch)
                batch = []
            batch = batch + group
        found.append(batch)
    rng.shuffle(found)
    yield from found


def states(lower: Lower, sequences: list[list[int]]) -> list[Tensor]:
    """Layer 2 of each sequence, read alone."""
    out: list[Tensor] = [torch.empty(0)] * len(sequences)
    order = sorted(range(len(sequences)), key=lambda n: len(sequences[n]))
    for start in range(0, len(order), 24):
        part = order[start : start + 24]
        ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(sequences[n]) for n in part], batch_first=True)
        with torch.no_grad():
            found = lower(ids, ids > 0)
        for row, number in enumerate(part):
            out[number] = found[row, : len(sequences[number])]
    return out


def collate(lower: Lower, batch: list[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """States, marks and mask of a batch, padded."""
    unique = {tuple(ids): 0 for example in batch for ids in (example.claim, *example.evidence)}
    read = dict(zip(unique, states(lower, [list(ids) for ids in unique]), strict=True))
    rows = [torch.cat([read[tuple(ids)] for ids in (e.claim, *e.evidence)]) for e in batch]
    marked = [torch.tensor(marks(e.claim, e.evidence)) for e in batch]
    pad = torch.nn.utils.rnn.pad_sequence
    lengths = torch.tensor([len(row) for row in rows])
    mask = torch.arange(int(lengths.max()))[None] < lengths[:, None]
    return pad(rows, batch_first=True), pad(marked, batch_first=True, padding_value=5), mask


def loss_of(model: Entailment, lower: Lower, batch: list[Example]) -> Tensor:
    """Of the claims, and of their pieces where it is known which are wrong."""
    score, pieces = model(*collate(lower, batch))
    wanted = torch.tensor([float(e.true) for e in batch]) * (1 - 2 * SMOOTH) + SMOOTH
    loss = functional.binary_cross_entropy_with_logits(score, wanted)
    known = torch.zeros(pieces.shape, dtype=torch.bool)
    wrong = torch.zeros(pieces.shape)
    for row, example in enumerate(batch):
        if example.wrong:
            known[row, 1 : len(example.wrong) - 1] = True
            wrong[row, : len(example.wrong)] = torch.tensor(example.wrong, dtype=torch.float)
    weight = torch.where(wrong > 0, 3.0, 1.0)
    found = functional.binary_cross_entropy_with_logits(pieces[known], wrong[known], weight=weight[known])
    return loss + TOKENS * found


def scores(model: Entailment, lower: Lower, batch: list[Example]) -> list[float]:
    """Logits, in order; in batches by length."""
    out = [0.0] * len(batch)
    order = sorted(range(len(batch)), key=lambda n: batch[n].length)
    with torch.no_grad():
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            for number, value in zip(part, model(*collate(lower, [batch[n] for n in part]))[0].tolist(), strict=True):
                out[number] = value
    return out


def area(positive: list[float], negative: list[float]) -> float:
    """Area under the ROC curve, in per cent."""
    values = sorted([(v, 1) for v in positive] + [(v, 0) for v in negative])
    ranks = sum(rank for rank, (_, label) in enumerate(values, 1) if label)
    n = len(positive)
    return 100 * (ranks - n * (n + 1) / 2) / max(1, n * len(negative))


def report(model: Entailment, lower: Lower, held: list[Example]) -> str:
    """Area under the curve, and the share of each kind that falls under the 5 % quantile of the true bullets."""
    found = defaultdict(list)
    for example, value in zip(held, scores(model, lower, held), strict=True):
        found[example.true, example.kind].append(value)
    true = sorted(v for (t, _), vs in found.items() if t for v in vs)
    false = [v for (t, _), vs in found.items() if not t for v in vs]
    bullets = sorted(found[True, "bullet"])
    at = bullets[len(bullets) // 20]
    kinds = sorted((kind, vs) for (t, kind), vs in found.items() if not t)
    caught = " ".join(f"{kind} {100 * sum(v < at for v in vs) / len(vs):.0f}" for kind, vs in kinds)
    return f"auc {area(true, false):.1f} bullets {area(bullets, false):.1f} | caught at 5 %: {caught}"


def start() -> tuple[Lower, Entailment]:
    """The encoder's lower layers, and a head that begins as its upper layers."""
    torch.manual_seed(SEED)
    tensors = load_file(source() / "model.safetensors")
    model = Entailment()
    for number, layer in enumerate(model.layers):
        layer.take(tensors, 6 - UPPER + number)  # type: ignore[operator]
    return Lower(tensors), model


def train(work: Path, *, steps: int, threads: int) -> None:
    """Run to the given number of steps; goes on from work/entailment.pt."""
    torch.set_num_threads(threads)
    pieces = tokenizer()
    groups = examples(work / "train.jsonl", pieces)
    held = [e for g in random.Random(1).sample(examples(work / "dev.jsonl", pieces), 400) for e in g]
    lower, model = start()
    head = [p for n, p in model.named_parameters() if not n.startswith("layers")]
    optimizer = torch.optim.AdamW([{"params": model.layers.parameters()}, {"params": head}], lr=RATE, weight_decay=0.01)
    done, checkpoint = 0, work / "entailment.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        done = saved["done"]
    print(f"{len(groups)} groups, {sum(map(len, groups))} claims; from step {done}", flush=True)
    began, seen, total, number, last = time.time(), 0, 0.0, 0, time.time()
    for epoch in range(100):
        for batch in batches(groups, SEED + epoch):
            number += 1
            if number <= done:
                continue
            rate = RATE * min(number / WARM, max(0.02, 1 - number / steps))
            optimizer.param_groups[0]["lr"], optimizer.param_groups[1]["lr"] = rate, 3 * rate
            loss = loss_of(model, lower, batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            seen += len(batch)
            total += float(loss.detach())
            if number % 50 == 0:
                print(
                    f"step {number} epoch {epoch} loss {total / 50:.4f} {seen / (time.time() - began):.1f} claims/s",
                    flush=True,
                )
                total = 0.0
            if time.time() - last > 240 or number == steps:
                torch.save(
                    {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "done": number}, checkpoint
                )
                print(f"saved at {number}", flush=True)
                last = time.time()
            if number % 500 == 0 or number == steps:
                print(report(model, lower, held), flush=True)
            if number >= steps:
                return


def calibrate(model: dict[str, Any], lower: Lower, sample: list[Example]) -> Peaks:
    """The largest magnitude of each input channel of the large layers, over some claims."""
    graph = build(model, form="fp32")
    origin = {
        f"u{n}.{kind}": f"u{n}.{tensor}" for n in range(UPPER) for kind, tensor in (("wide", "a"), ("narrow", "gelu"))
    }
    origin |= {f"u{n}.qkv": "entered" if n == 0 else f"u{n - 1}.b" for n in range(UPPER)}
    graph.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in dict.fromkeys(origin.values()))
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    peaks: Peaks = {}
    for example in sample:
        read, marked, _ = collate(lower, [example])
        feed = {"states": read.numpy(), "marks": marked.numpy(), "claim": np.arange(len(example.claim))[None]}
        for name, value in zip(origin, session.run(list(origin.values()), feed), strict=True):
            peak = np.abs(value[0]).max(0)
            peaks[name] = np.maximum(peaks[name], peak) if name in peaks else peak
    return {name: np.maximum(peak, 1e-3) for name, peak in peaks.items()}


def export(work: Path) -> None:
    """Write entailment.onnx (int8) and entailment.fp32.onnx beside the checkpoint."""
    lower, _ = start()
    model = {name: value.numpy() for name, value in torch.load(work / "entailment.pt")["model"].items()}
    groups = examples(work / "train.jsonl", tokenizer())
    peaks = calibrate(model, lower, [e for g in random.Random(2).sample(groups, 200) for e in g[:1]])
    onnx.save(build(model, form="fp32"), work / "entailment.fp32.onnx")
    onnx.save(build(model, form="dynamic7", peaks=peaks), work / "entailment.onnx")
    print(f"{(work / 'entailment.onnx').stat().st_size / 1e6:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("what", choices=("train", "export"))
    parser.add_argument("--work", type=Path, default=Path("training/work/entailment"))
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.what == "train":
        train(arguments.work, steps=arguments.steps, threads=arguments.threads)
    else:
        export(arguments.work)


if __name__ == "__main__":
    main()

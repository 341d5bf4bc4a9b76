"""Trains the heads for tags, dependencies and names on the frozen states of the int8 encoder, and exports them.

Commands, in order: prepare (caches states), train (resumes from its last epoch), export (writes heads.onnx), score.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor
from torch.nn import functional

from training.corpus import NAMES, WEIGHTS, Sentence, cached
from training.heads import STATE, Heads, graph

REPEATS = {"train": 1.0, "dev": 1.5, "wikigold": 1.5, "WNUT17": 0.25, "BTC": 0.2}
KEEP = 0.997


def tables(sentences: list[Sentence]) -> dict[str, list[str]]:
    known = [sentence for sentence in sentences if sentence.corpus == "train"]
    return {
        "upos": sorted({tag for sentence in known for tag in sentence.upos}),
        "xpos": sorted({tag for sentence in known for tag in sentence.xpos}),
        "labels": sorted({tag for sentence in known for tag in sentence.labels}),
        "names": list(NAMES),
    }


class Batches:
    """Padded batches of sentences of like length."""

    def __init__(self, data: Path, work: Path) -> None:
        self.sentences, self.starts, self.states, self.shapes = cached(data, work)
        self.tables = tables(self.sentences)
        index = {name: {tag: number for number, tag in enumerate(tags)} for name, tags in self.tables.items()}
        self.targets = [
            {
                "upos": [index["upos"].get(tag, -100) for tag in s.upos],
                "xpos": [index["xpos"].get(tag, -100) for tag in s.xpos],
                # Trees of dev and test are never learned from, nor are the names of test.
                "heads": list(s.heads),
                "labels": [index["labels"].get(tag, -100) for tag in s.labels],
                "names": [index["names"][tag] for tag in s.names],
            }
            for s in self.sentences
        ]

    def of(self, corpus: str) -> list[int]:
        return [number for number, sentence in enumerate(self.sentences) if sentence.corpus == corpus]

    def epoch(self, rng: random.Random, size: int) -> list[list[int]]:
        chosen: list[int] = []
        for corpus, share in REPEATS.items():
            members = self.of(corpus)
            chosen += members * int(share) + rng.sample(members, int(len(members) * (share % 1)))
        chosen.sort(key=lambda number: len(self.sentences[number].spans) + rng.random() * 4)
        return _cut(self.sentences, chosen, size, rng)

    def batch(self, numbers: list[int]) -> dict[str, Tensor]:
        lengths = [len(self.sentences[number].spans) for number in numbers]
        width = max(lengths)
        states = np.zeros((len(numbers), width, STATE), np.float32)
        shapes = np.zeros((len(numbers), width, self.shapes.shape[1]), np.float32)
        targets = {name: np.full((len(numbers), width), -100) for name in ("upos", "xpos", "heads", "labels", "names")}
        for row, (number, length) in enumerate(zip(numbers, lengths, strict=True)):
            start = self.starts[number]
            states[row, :length] = self.states[start : start + length]
            shapes[row, :length] = self.shapes[start : start + length]
            for name, values in self.targets[number].items():
                if values:
                    targets[name][row, :length] = values
        mask = np.arange(width)[None] < np.array(lengths)[:, None]
        return {
            name: torch.from_numpy(value)
            for name, value in (("states", states), ("shapes", shapes), ("mask", mask), *targets.items())
        }


def _cut(sentences: list[Sentence], numbers: list[int], size: int, rng: random.Random | None) -> list[list[int]]:
    batches: list[list[int]] = [[]]
    for number in numbers:
        if (len(batches[-1]) + 1) * len(sentences[number].spans) > size and batches[-1]:
            batches.append([])
        batches[-1].append(number)
    if rng:
        rng.shuffle(batches)
    return batches


def recase(shapes: Tensor, rng: random.Random) -> None:
    """Rewrites some sentences' shapes as if in lower case, capitals or title case: headlines and careless writing."""
    for row in shapes:
        chance = rng.random()
        if chance < 0.12:
            kind = int(chance / 0.04)
            cased = row[:, :5].sum(-1) > 0
            row[:, :5] = 0
            row[cased, kind] = 1
            row[:, 14], row[:, 15] = float(kind > 0), float(kind == 0)


def loss_of(model: Heads, batch: dict[str, Tensor], known: Tensor) -> Tensor:
    """The sum of the five losses; `known` (batch) says whose trees and tags may be learned from."""
    x = model.words(batch["states"], batch["shapes"], batch["mask"])
    total = torch.zeros(())
    named = batch["names"][:, 0] >= 0
    if named.any():
        total = total + functional.cross_entropy(
            model.tags["names"](x[named]).flatten(0, 1), batch["names"][named].flatten(), ignore_index=-100
        )
    if not known.any():
        return total
    x = x[known]
    targets = {name: batch[name][known] for name in ("upos", "xpos", "heads", "labels")}
    for name in ("upos", "xpos"):
        total = total + 0.5 * functional.cross_entropy(
            model.tags[name](x).flatten(0, 1), targets[name].flatten(), ignore_index=-100, label_smoothing=0.03
        )
    scores, dependents, heads = model.arcs(x)
    absent = ~functional.pad(batch["mask"][known], (1, 0), value=True)
    scores = scores.masked_fill(absent[:, None], -1e4)
    total = total + functional.cross_entropy(scores.flatten(0, 1), targets["heads"].flatten(), ignore_index=-100)
    gold = targets["heads"].clamp(min=0)
    kept = batch["mask"][known]
    governors = heads.gather(1, gold[..., None].expand(-1, -1, heads.shape[-1]))
    return total + functional.cross_entropy(
        model.labels(dependents[kept], governors[kept]), targets["labels"][kept], label_smoothing=0.03
    )


def spans_of(names: list[str]) -> set[tuple[int, int, str]]:
    """Name spans of BIO tags."""
    found, start = set(), -1
    for number, tag in enumerate([*names, ""]):
        if start >= 0 and tag != f"I-{names[start][2:]}":
            found.add((start, number, names[start][2:]))
            start = -1
        if tag and start < 0:
            start = number
    return found


@torch.no_grad()
def score(model: Heads, batches: Batches, corpus: str) -> dict[str, float]:
    """Greedy scores, all words counted, punctuation too."""
    model.eval()
    right = dict.fromkeys(("upos", "xpos", "uas", "las"), 0)
    words = hits = guessed = gold = 0
    for numbers in _cut(
        batches.sentences, sorted(batches.of(corpus), key=lambda n: len(batches.sentences[n].spans)), 4000, None
    ):
        batch = batches.batch(numbers)
        x = model.words(batch["states"], batch["shapes"], batch["mask"])
        mask = batch["mask"]
        scores, dependents, heads = model.arcs(x)
        absent = ~functional.pad(mask, (1, 0), value=True)
        best = scores.masked_fill(absent[:, None], -1e4).argmax(-1)
        governors = heads.gather(1, best[..., None].expand(-1, -1, heads.shape[-1]))
        labels = model.labels(dependents, governors).argmax(-1)
        hit = (best == batch["heads"]) & mask
        right["uas"] += int(hit.sum())
        right["las"] += int((hit & (labels == batch["labels"])).sum())
        for name in ("upos", "xpos"):
            right[name] += int(((model.tags[name](x).argmax(-1) == batch[name]) & mask).sum())
        words += int(mask.sum())
        names = model.tags["names"](x).argmax(-1)
        for row, number in enumerate(numbers):
            sentence = batches.sentences[number]
            if sentence.names:
                found = spans_of([NAMES[tag] for tag in names[row, : len(sentence.names)]])
                wanted = spans_of(list(sentence.names))
                hits, guessed, gold = hits + len(found & wanted), guessed + len(found), gold + len(wanted)
    figures = {name: 100 * count / words for name, count in right.items()}
    return figures | {"names": 200 * hits / max(1, guessed + gold)}


def train(batches: Batches, arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    model = Heads({name: len(tags) for name, tags in batches.tables.items()})
    sample = torch.from_numpy(np.asarray(batches.states[:: max(1, len(batches.states) // 20000)], np.float32))
    model.centre.copy_(sample.mean(0))
    model.scale.copy_(1 / sample.std(0).clamp(min=1e-3))
    average = {name: value.clone() for name, value in model.state_dict().items()}
    optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.rate, weight_decay=0.02, betas=(0.9, 0.98))
    print(sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    checkpoint = arguments.work / "checkpoint.pt"
    first = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        average, first = saved["average"], saved["epoch"]
    judged = Heads(model.sizes)
    began = time.time()
    for epoch in range(first, arguments.epochs):
        rng = random.Random(arguments.seed * 1000 + epoch)
        torch.manual_seed(arguments.seed * 1000 + epoch)
        model.train()
        todo = batches.epoch(rng, arguments.batch)
        losses = []
        for number, numbers in enumerate(todo):
            done = (epoch + number / len(todo)) / arguments.epochs
            for group in optimizer.param_groups:
                group["lr"] = arguments.rate * min(
                    1.0, done * arguments.epochs / 0.5, 0.02 + 0.49 * (1 + math.cos(math.pi * done))
                )
            batch = batches.batch(numbers)
            recase(batch["shapes"], rng)
            known = torch.tensor([batches.sentences[n].corpus == "train" for n in numbers])
            loss = loss_of(model, batch, known)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            keep = min(KEEP, 1 - 1 / (10 + number + 1000 * epoch))
            for name, value in model.state_dict().items():
                average[name].mul_(keep).add_(value, alpha=1 - keep) if value.is_floating_point() else None
            losses.append(loss.item())
            if number % 50 == 0:
                print(
                    f"{epoch} {number}/{len(todo)} {np.mean(losses[-100:]):.3f} {time.time() - began:.0f} s", flush=True
                )
        judged.load_state_dict(average)
        figures = {name: round(value, 2) for name, value in score(judged, batches, "dev").items()}
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f} dev {figures} {time.time() - began:.0f} s", flush=True)
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "average": average,
            "epoch": epoch + 1,
        }
        torch.save(state, checkpoint)


def export(batches: Batches, arguments: argparse.Namespace) -> None:
    model = Heads({name: len(tags) for name, tags in batches.tables.items()})
    model.load_state_dict(torch.load(arguments.work / "checkpoint.pt", weights_only=True)["average"])
    exported = graph(model.eval(), form=arguments.form)
    for name, tags in batches.tables.items():
        entry = exported.metadata_props.add()
        entry.key, entry.value = name, json.dumps(tags)
    arguments.out.mkdir(parents=True, exist_ok=True)
    onnx.save(exported, arguments.out / "heads.onnx")
    for corpus in ("dev", "test"):
        print(corpus, {name: round(value, 2) for name, value in score(model, batches, corpus).items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("prepare", "train", "export"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("training/work"), help="cache and checkpoints")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--form", default="dynamic7", help="how export stores the linear layers")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=900, help="words in a batch, padding counted")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    batches = Batches(arguments.data, arguments.work)
    commands: dict[str, Any] = {"train": train, "export": export}
    if arguments.command in commands:
        commands[arguments.command](batches, arguments)


if __name__ == "__main__":
    main()

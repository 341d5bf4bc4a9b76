"""Trains the question writer after training.writer.data: `python -m training.writer.train train`, then `try`."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from training.export_encoder import WEIGHTS, source
from training.writer.beam import Advance, Vocabulary, search
from training.writer.data import WORK
from training.writer.graphs import EVIDENCE, HEADING, TITLE
from training.writer.model import PLACES, WIDTH, Writer

BEGIN, END = 101, 102  # [CLS], [SEP]
MOST = 4000  # common pieces
LEAST = 3
AREA, PER = 9000, 40  # of a batch: the pieces of its sources and so much for each question
RATE, WARM = 8e-4, 300
SEED = 7
# How often a pair of a set is taken in an epoch: the digests' own questions carry the style.
REPEATS = {
    "asked": 1.0, "asked-first": 1.0, "cites": 1.0, "cites-first": 1.0, "bullets": 1.0,
    "squad11_test_split": 0.7, "squad_jucho": 0.7, "squadshifts": 0.7, "fairytaleqa": 0.4, "qadiscourse": 0.3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A source (places of its pieces among all states, ids, roles, marked) and the ids of its question."""

    corpus: str
    places: np.ndarray[Any, Any]
    ids: np.ndarray[Any, Any]
    roles: np.ndarray[Any, Any]
    marks: np.ndarray[Any, Any]
    target: list[int]

    @property
    def key(self) -> tuple[int, bytes]:
        """Equal for questions over one source with one answer."""
        return hash(self.places.tobytes()), self.marks.tobytes()


class Sets:
    """The pairs, the cached states and the common pieces."""

    def __init__(self, work: Path, common: list[int] | None = None) -> None:
        found = np.load(work / "texts.npz")
        self.ids, self.offsets, self.starts = found["ids"], found["offsets"], found["starts"]
        self.states = np.fromfile(work / "states.bin", np.float16).reshape(-1, 3 * WIDTH)
        self.pieces = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
        self.pieces.no_padding()
        rows = [json.loads(line) for line in (work / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
        self.train = [self.example(row) for row in rows if row["split"] == "train"]
        self.dev = [self.example(row) for row in rows if row["split"] == "dev"]
        self.dev_rows = [row for row in rows if row["split"] == "dev"]
        self.common = common or self._common()
        self.place = {piece: at for at, piece in enumerate(self.common)}

    def _common(self) -> list[int]:
        times = Counter(piece for example in self.train for piece in set(example.target))
        common = [piece for piece, count in times.most_common(MOST) if count >= LEAST]
        return [BEGIN, END, *sorted(set(common) - {BEGIN, END})]

    def example(self, row: dict[str, Any]) -> Example:
        places, roles, marks = [], [], []
        for at, (text, role) in enumerate(zip(row["numbers"], row["roles"], strict=True)):
            if role >= EVIDENCE + 3:
                continue
            start, end = self.starts[text], self.starts[text + 1]
            places.append(np.arange(start, end))
            roles.append(np.full(end - start, role))
            mark = np.zeros(end - start, np.float32)
            if row["answer"] and row["answer"][0] == at:
                left, right = row["answer"][1:]
                spans = self.offsets[start:end]
                mark[(spans[:, 0] < right) & (spans[:, 1] > left)] = 1
            marks.append(mark)
        where = np.concatenate(places)
        target = self.pieces.encode(row["question"], add_special_tokens=False).ids[: PLACES - 1]
        return Example(
            row["corpus"], where, self.ids[where], np.concatenate(roles), np.concatenate(marks), [*target, END]
        )

    def batch(self, examples: Sequence[Example], rng: random.Random | None) -> dict[str, Tensor]:
        """Padded tensors; in training the title, the heading and the mark of the answer are dropped at times.

        Questions over one source share it: ``of`` says which is whose.
        """
        kept: dict[tuple[int, bytes], int] = {}
        sources: list[tuple[Any, ...]] = []
        of = []
        for example in examples:
            key = example.key
            if key not in kept:
                kept[key] = len(sources)
                sources.append(_dropped(example, rng))
            of.append(kept[key])
        width = max(len(ids) for _, ids, _, _ in sources)
        length = max(len(example.target) for example in examples)
        count = len(examples)
        states = np.zeros((len(sources), width, 3 * WIDTH), np.float32)
        ids = np.full((len(sources), width), -1)
        roles = np.zeros((len(sources), width), np.int64)
        marks = np.zeros((len(sources), width), np.float32)
        firsts = []
        for row, (places, own, role, mark) in enumerate(sources):
            size = len(own)
            states[row, :size] = self.states[places]
            ids[row, :size], roles[row, :size], marks[row, :size] = own, role, mark
            firsts.append({piece: at for at, piece in reversed(list(enumerate(own.tolist())))})
        written = np.zeros((count, length), np.int64)
        origins = np.zeros((count, length), np.int64)
        wanted = np.full((count, length), -1)  # place among the common pieces
        pieces = np.full((count, length), -2)
        for row, example in enumerate(examples):
            first = firsts[of[row]]
            for at, piece in enumerate(example.target):
                pieces[row, at] = piece
                wanted[row, at] = self.place.get(piece, -1)
                if at + 1 < length:
                    written[row, at + 1] = self.place.get(piece, -1)
                    origins[row, at + 1] = first.get(piece, 0)
        arrays = {
            "states": states, "ids": ids, "roles": roles, "marks": marks, "of": np.array(of), "written": written,
            "origins": origins, "wanted": wanted, "pieces": pieces,
        }  # fmt: skip
        return {name: torch.from_numpy(value) for name, value in arrays.items()}

    def epoch(self, rng: random.Random, repeats: dict[str, float]) -> Iterator[list[Example]]:
        chosen: list[Example] = []
        for corpus in sorted({example.corpus for example in self.train}):
            members = [example for example in self.train if example.corpus == corpus]
            times = repeats.get(corpus, 0.0)
            chosen += members * int(times) + rng.sample(members, int(len(members) * (times % 1)))
        return _cut(chosen, rng)


def _dropped(example: Example, rng: random.Random | None) -> tuple[Any, ...]:
    """Places, ids, roles and marks of a source."""
    keep = np.ones(len(example.ids), bool)
    mark = example.marks
    if rng:
        if rng.random() < 0.25:
            keep &= example.roles != TITLE
        if rng.random() < 0.4:
            keep &= example.roles != HEADING
        if rng.random() < 0.5:
            mark = np.zeros_like(mark)
    return example.places[keep], example.ids[keep], example.roles[keep], mark[keep]


def _cut(examples: list[Example], rng: random.Random) -> Iterator[list[Example]]:
    """Batches of nearly equal sources; the questions over one source stay together."""
    over: dict[tuple[int, bytes], list[Example]] = {}
    for example in examples:
        over.setdefault(example.key, []).append(example)
    ranked = sorted(over.values(), key=lambda group: len(group[0].ids) + rng.random() * 6)
    batches: list[list[Example]] = [[]]
    area = 0
    for group in ranked:
        size = len(group[0].ids) + PER * len(group)
        if batches[-1] and area + size > AREA:
            batches.append([])
            area = 0
        batches[-1] += group
        area += size
    rng.shuffle(batches)
    return iter(batches)


def loss_of(model: Writer, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Summed negative log-likelihood of the pieces that can be written at all, and how many these are."""
    chosen, pointed, odds = model(
        *(batch[name] for name in ("states", "roles", "marks")), batch["ids"] >= 0,
        *(batch[name] for name in ("of", "written", "origins")),
    )  # fmt: skip
    copy, write = torch.nn.functional.logsigmoid(odds), torch.nn.functional.logsigmoid(-odds)
    wanted, pieces = batch["wanted"], batch["pieces"]
    same = pieces[..., None] == batch["ids"][batch["of"]][:, None]
    copied = pointed.masked_fill(~same, -1e9).logsumexp(-1) + copy
    common = chosen.gather(-1, wanted.clamp(min=0)[..., None])[..., 0].masked_fill(wanted < 0, -1e9) + write
    likely = torch.logaddexp(copied, common)
    counted = (pieces >= 0) & (likely > -1e8)
    return -likely[counted].sum(), counted.sum()


def train(work: Path, *, minutes: float, threads: int) -> None:
    """Train for so many minutes; resumes."""
    torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    saved = work / "writer.pt"
    state = torch.load(saved, weights_only=False) if saved.exists() else None
    sets = Sets(work, state and state["common"])
    model = Writer(sets.common)
    model.take(load_file(source() / "model.safetensors"))
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.01, betas=(0.9, 0.98))
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    done = 0.0
    step = 0
    if state:
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average, done, step = state["average"], state["minutes"], state["step"]
        rng = random.Random(SEED + step)
    print(f"{len(sets.train)} pairs, {len(sets.common)} common pieces, {done:.0f} minutes done", flush=True)
    begun = time.monotonic() - 60 * done
    kept = shown = time.monotonic()
    lost = count = 0.0
    while True:
        for examples in sets.epoch(rng, REPEATS):
            spent = (time.monotonic() - begun) / 60
            if spent >= minutes:
                keep(saved, model, optimizer, average, spent, step, sets.common)
                report(sets, model, average, step, spent)
                return
            for group in optimizer.param_groups:
                group["lr"] = RATE * min((step + 1) / WARM, max(0.02, 1 - spent / minutes))
            model.train()
            with torch.autocast("cpu", torch.bfloat16):
                total, pieces = loss_of(model, sets.batch(examples, rng))
            optimizer.zero_grad(set_to_none=True)
            (total / pieces).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            lost += float(total)
            count += float(pieces)
            pace = min(0.998, step / (step + 20))
            with torch.no_grad():
                for name, value in model.state_dict().items():
                    if value.is_floating_point():
                        average[name].lerp_(value, 1 - pace)
            if time.monotonic() - shown > 60:
                print(f"step {step}, {spent:.1f} minutes, loss {lost / count:.3f}", flush=True)
                shown, lost, count = time.monotonic(), 0.0, 0.0
            if time.monotonic() - kept > 300:
                keep(saved, model, optimizer, average, spent, step, sets.common)
                report(sets, model, average, step, spent)
                kept = time.monotonic()


def keep(path: Path, model: Writer, optimizer: Any, average: Any, minutes: float, step: int, common: list[int]) -> None:
    """Write a checkpoint in one move."""
    state = {
        "model": model.state_dict(), "optimizer": optimizer.state_dict(), "average": average, "minutes": minutes,
        "step": step, "common": common,
    }  # fmt: skip
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def report(sets: Sets, model: Writer, average: Any, step: int, minutes: float) -> None:
    """Print the loss on the dev pairs of each set, of the averaged weights."""
    current = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(average)
    model.eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for corpus in ("cites", "cites-first", "squad11_test_split"):
            members = [example for example in sets.dev if example.corpus == corpus][:400]
            sums = [loss_of(model, sets.batch(members[at : at + 40], None)) for at in range(0, len(members), 40)]
            value = sum(float(lost) for lost, _ in sums) / sum(float(count) for _, count in sums)
            print(f"step {step}, {minutes:.0f} minutes: dev {corpus} {value:.3f}", flush=True)
    model.load_state_dict(current)


def attempt(work: Path, *, count: int, seed: int) -> None:
    """Write questions over some dev pairs with the averaged weights, beside those asked."""
    torch.set_num_threads(1)
    state = torch.load(work / "writer.pt", weights_only=False)
    sets = Sets(work, state["common"])
    model = Writer(state["common"])
    model.load_state_dict(state["average"])
    model.eval()
    known = vocabulary(work, sets)
    rows = [
        (row, example) for row, example in zip(sets.dev_rows, sets.dev, strict=True) if example.corpus == "cites-first"
    ]
    for row, example in random.Random(seed).sample(rows, count):
        print("\n" + " | ".join(row["texts"]) + f"\n  asked:   {row['question']}")
        for written in search(advance(model, sets.batch([example], None)), example.ids.tolist(), known)[:2]:
            print(f"  written: {sets.pieces.decode(list(written.pieces))}  {written.likely:.2f}")


def advance(model: Writer, batch: dict[str, Tensor]) -> Advance:
    """One step of the search by the torch module, which reads all that is written again each time."""
    past: list[tuple[list[int], list[int]]] = [([], [])]

    def step(parents: Any, written: Any, origins: Any) -> Any:
        nonlocal past
        past = [
            ([*past[parent][0], int(piece)], [*past[parent][1], int(origin)])
            for parent, piece, origin in zip(parents, written, origins, strict=True)
        ]
        count = len(past)
        with torch.no_grad():
            found = model(
                *(batch[name] for name in ("states", "roles", "marks")), batch["ids"] >= 0,
                torch.zeros(count, dtype=torch.long),
                torch.tensor([pieces for pieces, _ in past]), torch.tensor([places for _, places in past]),
            )  # fmt: skip
        return tuple(part[:, -1].numpy() for part in found)

    return step


def vocabulary(work: Path, sets: Sets) -> Vocabulary:
    """The common pieces; those are free that questions write mostly with small letters and that are no figures."""
    small: Counter[int] = Counter()
    large: Counter[int] = Counter()
    for line in (work / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        encoding = sets.pieces.encode(row["question"], add_special_tokens=False)
        for piece, (start, end) in zip(encoding.ids[1:], encoding.offsets[1:], strict=True):
            cased = row["question"][start:end]
            (large if cased[:1].isupper() or any(map(str.isdigit, cased)) else small)[piece] += 1
    free = [small[piece] >= 3 * large[piece] for piece in sets.common]
    inner = frozenset(at for text, at in sets.pieces.get_vocab().items() if text.startswith("##"))
    return Vocabulary(common=np.array(sets.common), free=np.array(free), inner=inner)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("train", "try"))
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--minutes", type=float, default=66)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--count", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.command == "try":
        attempt(options.work, count=options.count, seed=options.seed)
        return
    train(options.work, minutes=options.minutes, threads=options.threads)


if __name__ == "__main__":
    main()

"""The entailment head as a torch module, and the same computation as an ONNX graph.

The frozen encoder reads every sentence alone, as it does everywhere else; the head reads the states of its layers 2, 4 and 6
as `heads.onnx` does. Two narrow blocks let the claim's pieces look at each other and at those of the evidence. A document's
sentences are so encoded once for all claims, and training never runs the encoder backwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn
from torch.nn import functional

from training.export_encoder import HEADS, Graph

WIDTH, TAKEN, INNER, BLOCKS, GLANCES, MARKS = 384, (2, 4, 6), 192, 2, 6, 6
STATES = WIDTH * len(TAKEN)


class Layer(nn.Module):
    """One of the encoder's transformer layers."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))

    def take(self, tensors: Mapping[str, Tensor], number: int) -> None:
        """Read the weights of one of the encoder's layers."""
        prefix = f"encoder.layer.{number}"
        names = [f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")]
        pairs = {
            self.mix: f"{prefix}.attention.output.dense",
            self.wide: f"{prefix}.intermediate.dense",
            self.narrow: f"{prefix}.output.dense",
            self.norms[0]: f"{prefix}.attention.output.LayerNorm",
            self.norms[1]: f"{prefix}.output.LayerNorm",
        }
        with torch.no_grad():
            for part in ("weight", "bias"):
                getattr(self.qkv, part).copy_(torch.cat([tensors[f"{name}.{part}"] for name in names]))
                for module, name in pairs.items():
                    getattr(module, part).copy_(tensors[f"{name}.{part}"])

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.norms[0](x + self.mix(self.seen(x, mask)))
        found: Tensor = self.norms[1](x + self.narrow(functional.gelu(self.wide(x))))
        return found

    def seen(self, x: Tensor, mask: Tensor) -> Tensor:
        """What each piece sees of the others."""
        parts = [part.unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in self.qkv(x).chunk(3, -1)]
        found = functional.scaled_dot_product_attention(*parts, attn_mask=mask[:, None, None, :])
        return found.transpose(1, 2).flatten(2)


class Encoder(nn.Module):
    """The frozen encoder up to the last of the layers ``taken``: encoder.onnx before its weights were rounded."""

    def __init__(self, tensors: Mapping[str, Tensor], taken: tuple[int, ...] = TAKEN) -> None:
        super().__init__()
        self.taken = taken
        self.words = nn.Embedding.from_pretrained(tensors["embeddings.word_embeddings.weight"])
        places = (
            tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self.register_buffer("places", places)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        with torch.no_grad():
            self.norm.weight.copy_(tensors["embeddings.LayerNorm.weight"])
            self.norm.bias.copy_(tensors["embeddings.LayerNorm.bias"])
        self.layers = nn.ModuleList(Layer() for _ in range(max(taken)))
        for number, layer in enumerate(self.layers):
            layer.take(tensors, number)  # type: ignore[operator]
        self.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """States of the layers ``taken`` side by side (batch, n, 384 each)."""
        places: Tensor = self.places  # type: ignore[assignment]
        x: Tensor = self.norm(self.words(ids) + places[: ids.shape[1]])
        found = []
        for number, layer in enumerate(self.layers, 1):
            x = layer(x, mask)
            if number in self.taken:
                found.append(x)
        return torch.cat(found, -1)


class Block(nn.Module):
    """The claim's pieces look at each other, then at the evidence's, then each thinks; normalised before each step."""

    def __init__(self) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(INNER) for _ in range(3))
        self.own = nn.Linear(INNER, 3 * INNER)
        self.ask = nn.Linear(INNER, INNER)
        self.given = nn.Linear(INNER, 2 * INNER)
        self.mixes = nn.ModuleList(nn.Linear(INNER, INNER) for _ in range(2))
        self.wide = nn.Linear(INNER, 3 * INNER)
        self.narrow = nn.Linear(3 * INNER, INNER)

    def forward(self, x: Tensor, evidence: Tensor, masks: tuple[Tensor, Tensor]) -> Tensor:
        seen = _attend(*self.own(self.norms[0](x)).chunk(3, -1), masks[0])
        x = x + self.mixes[0](seen)
        seen = _attend(self.ask(self.norms[1](x)), *self.given(evidence).chunk(2, -1), masks[1])
        x = x + self.mixes[1](seen)
        found: Tensor = x + self.narrow(functional.gelu(self.wide(self.norms[2](x))))
        return found


def _attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    # In full precision under autocast too: on a CPU the bfloat16 kernel's backward pass takes five times as long.
    with torch.autocast("cpu", enabled=False):
        parts = [part.float().unflatten(-1, (GLANCES, -1)).transpose(1, 2) for part in (q, k, v)]
        seen = functional.scaled_dot_product_attention(*parts, attn_mask=mask[:, None, None, :])
        return seen.transpose(1, 2).flatten(2)


# States (rows, n, STATES), and for each claim its marks (batch, n), its mask (batch, n) and the row that holds its states.
Part = tuple[Tensor, Tensor, Tensor, Tensor]


class Entailment(nn.Module):
    """States and marks of claim and evidence to one score, and a score for every piece of the claim."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(STATES))
        self.register_buffer("scale", torch.ones(STATES))
        self.enter = nn.Linear(STATES, INNER)
        self.marks = nn.Embedding(MARKS, INNER)
        self.entered = nn.LayerNorm(INNER)
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.left = nn.LayerNorm(INNER)
        self.pieces = nn.Linear(INNER, 1)
        self.hidden = nn.Linear(2 * INNER, 96)
        self.score = nn.Linear(96, 1)

    def read(self, states: Tensor, marks: Tensor, rows: Tensor) -> Tensor:
        entered = self.enter((states - self.centre) / self.scale)
        found: Tensor = self.entered(entered[rows] + self.marks(marks))
        return found

    def forward(self, claim: Part, evidence: Part) -> tuple[Tensor, Tensor]:
        """Logits of *supported* (batch,) and of *not supported* (batch, m)."""
        x, given = self.read(claim[0], claim[1], claim[3]), self.read(evidence[0], evidence[1], evidence[3])
        for block in self.blocks:
            x = block(x, given, (claim[2], evidence[2]))
        x = self.left(x).float()
        mask = claim[2][..., None]
        mean = (x * mask).sum(1) / mask.sum(1)
        most = x.masked_fill(~mask, -1e4).amax(1)
        hidden = functional.gelu(self.hidden(torch.cat([mean, most], -1)))
        return self.score(hidden)[:, 0].float(), self.pieces(x)[..., 0].float()


def marks(claim: list[int], evidence: list[list[int]]) -> tuple[list[int], list[int]]:
    """0 to 2 for the claim's pieces, 3 to 5 for the evidence's: on the other side too, not there, no word."""
    mine, theirs = set(claim), {piece for sentence in evidence for piece in sentence}
    first = [2 if piece < 999 else 0 if piece in theirs else 1 for piece in claim]
    return first, [5 if piece < 999 else 3 if piece in mine else 4 for sentence in evidence for piece in sentence]


def build(tensors: Mapping[str, Any], *, form: str) -> onnx.ModelProto:
    """The ONNX graph of one claim: states `claim` (1, m, 1152) and `evidence` (1, n, 1152), `marked` (1, m), `marks` (1, n).

    Out come `score` (1,), the logit of *supported*, and `pieces` (1, m), that of *not supported* of each claim piece.
    """
    graph = Graph(form, 128, {}, 0)
    weights = {name: np.asarray(value, np.float32) for name, value in tensors.items()}
    centre, scale = graph.constant("centre", weights["centre"]), graph.constant("scale", 1 / weights["scale"])

    def dense(x: str, prefix: str, name: str) -> str:
        return graph.linear(x, weights[f"{prefix}.weight"].T, weights[f"{prefix}.bias"], name)

    def norm(x: str, prefix: str, name: str) -> str:
        parts = [graph.constant(f"{name}.{part}", weights[f"{prefix}.{part}"]) for part in ("weight", "bias")]
        return graph.node("LayerNormalization", [x, *parts], name, axis=-1, epsilon=1e-5)

    def split(x: str, count: int) -> list[str]:
        parts = [f"{x}.{n}" for n in range(count)]
        graph.nodes.append(helper.make_node("Split", [x], parts, axis=-1, num_outputs=count))
        return parts

    def attend(parts: list[str], prefix: str, name: str) -> str:
        seen = graph.node("MultiHeadAttention", parts, f"{name}.seen", domain="com.microsoft", num_heads=GLANCES)
        return dense(seen, prefix, f"{name}.mixed")

    table = graph.constant("marks.table", weights["marks.weight"])

    def read(states: str, marked: str) -> str:
        rows = graph.node("Gather", [table, marked], f"{states}.rows")
        even = graph.node("Mul", [graph.node("Sub", [states, centre], f"{states}.moved"), scale], f"{states}.even")
        return norm(
            graph.node("Add", [dense(even, "enter", f"{states}.in"), rows], f"{states}.sum"),
            "entered",
            f"{states}.read",
        )

    x, given = read("claim", "marked"), read("evidence", "marks")
    for number in range(BLOCKS):
        p, n = f"blocks.{number}", f"b{number}"
        own = split(dense(norm(x, f"{p}.norms.0", f"{n}.n0"), f"{p}.own", f"{n}.own"), 3)
        x = graph.node("Add", [x, attend(own, f"{p}.mixes.0", f"{n}.self")], f"{n}.x0")
        asked = dense(norm(x, f"{p}.norms.1", f"{n}.n1"), f"{p}.ask", f"{n}.ask")
        parts = [asked, *split(dense(given, f"{p}.given", f"{n}.given"), 2)]
        x = graph.node("Add", [x, attend(parts, f"{p}.mixes.1", f"{n}.cross")], f"{n}.x1")
        wide = dense(norm(x, f"{p}.norms.2", f"{n}.n2"), f"{p}.wide", f"{n}.wide")
        wide = graph.node("Gelu", [wide], f"{n}.gelu", domain="com.microsoft")
        x = graph.node("Add", [x, dense(wide, f"{p}.narrow", f"{n}.narrow")], f"{n}.x2")
    x = norm(x, "left", "left")
    one, last = (graph.constant(name, np.array([value], np.int64)) for name, value in (("one", 1), ("last", -1)))
    mean = graph.node("ReduceMean", [x, one], "mean", keepdims=0)
    most = graph.node("ReduceMax", [x, one], "most", keepdims=0)
    graph.form = "fp32"  # the last step is small, and its bytes should not hang on a scale
    joined = graph.node("Concat", [mean, most], "joined", axis=-1)
    hidden = graph.node("Gelu", [dense(joined, "hidden", "hidden")], "hidden.gelu", domain="com.microsoft")
    graph.node("Squeeze", [dense(hidden, "score", "scored"), last], "score")
    graph.node("Squeeze", [dense(x, "pieces", "pieced"), last], "pieces")
    value = helper.make_tensor_value_info
    inputs = [value(name, TensorProto.FLOAT, [1, size, STATES]) for name, size in (("claim", "m"), ("evidence", "n"))]
    inputs += [value(name, TensorProto.INT64, [1, size]) for name, size in (("marked", "m"), ("marks", "n"))]
    outputs = [value("score", TensorProto.FLOAT, [1]), value("pieces", TensorProto.FLOAT, [1, "m"])]
    return helper.make_model(
        helper.make_graph(graph.nodes, "entailment", inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)],
        ir_version=9,
        producer_name="aili",
    )

"""The entailment head as a torch module, and the same computation as an ONNX graph.

The encoder's two lower layers read every sentence alone, as they do everywhere else; from there a copy of its four upper
layers reads the claim and its evidence together (deferred interaction, PreTTR, arXiv 2004.14255). So a document's sentences
are read once for all claims, and the head is 7 MB instead of a second encoder.
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

WIDTH, LOWER, UPPER, MARKS = 384, 2, 4, 6
Peaks = dict[str, "np.ndarray[Any, Any]"]


class Layer(nn.Module):
    """One transformer layer with BERT's weights."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        parts = [part.unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in self.qkv(x).chunk(3, -1)]
        seen = functional.scaled_dot_product_attention(*parts, attn_mask=mask[:, None, None, :])
        x = self.norms[0](x + self.mix(seen.transpose(1, 2).flatten(2)))
        found: Tensor = self.norms[1](x + self.narrow(functional.gelu(self.wide(x))))
        return found

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


class Lower(nn.Module):
    """The encoder's embeddings and lower layers, frozen: `layer2` of encoder.onnx in full precision."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(tensors["embeddings.word_embeddings.weight"])
        places = (
            tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self.register_buffer("places", places)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LOWER))
        with torch.no_grad():
            self.norm.weight.copy_(tensors["embeddings.LayerNorm.weight"])
            self.norm.bias.copy_(tensors["embeddings.LayerNorm.bias"])
        for number, layer in enumerate(self.layers):
            layer.take(tensors, number)  # type: ignore[operator]
        self.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        places: Tensor = self.places  # type: ignore[assignment]
        x: Tensor = self.norm(self.words(ids) + places[: ids.shape[1]])
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Entailment(nn.Module):
    """States and marks of claim and evidence to one score, and a score for every piece."""

    def __init__(self) -> None:
        super().__init__()
        self.marks = nn.Embedding(MARKS, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(UPPER))
        self.pieces = nn.Linear(WIDTH, 1)
        self.hidden = nn.Linear(3 * WIDTH, 128)
        self.score = nn.Linear(128, 1)
        nn.init.zeros_(self.marks.weight)

    def forward(self, states: Tensor, marks: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of *supported* (batch,) and of *not supported* (batch, n); `marks` and `mask` are (batch, n)."""
        x = states + self.marks(marks)
        for layer in self.layers:
            x = layer(x, mask)
        claim = ((marks < MARKS // 2) & mask)[..., None]
        mean = (x * claim).sum(1) / claim.sum(1)
        most = x.masked_fill(~claim, -1e4).amax(1)
        hidden = functional.gelu(self.hidden(torch.cat([x[:, 0], mean, most], -1)))
        return self.score(hidden)[:, 0], self.pieces(x)[..., 0]


def marks(claim: list[int], evidence: list[list[int]]) -> list[int]:
    """0–2 for the claim's pieces, 3–5 for the evidence's: found on the other side, not found, [CLS] or [SEP]."""
    mine, theirs = set(claim), {piece for sentence in evidence for piece in sentence}
    first = [2 if piece < 999 else 0 if piece in theirs else 1 for piece in claim]
    return first + [5 if piece < 999 else 3 if piece in mine else 4 for sentence in evidence for piece in sentence]


def build(
    tensors: Mapping[str, Any], *, form: str, peaks: Peaks | None = None, balance: float = 0.5
) -> onnx.ModelProto:
    """The ONNX graph of one claim: `states` (1, n, 384), `marks` (1, n), `claim` (1, m) the places of the claim's pieces.

    Out come `score` (1,), the logit of *supported*, and `pieces` (1, m), that of *not supported* of each claim piece.
    """
    graph = Graph(form, 128, peaks or {}, balance)
    weights = {name: np.asarray(value, np.float32) for name, value in tensors.items()}

    def dense(x: str, prefix: str, name: str) -> str:
        return graph.linear(x, weights[f"{prefix}.weight"].T, weights[f"{prefix}.bias"], name)

    def norm(x: str, rest: str, prefix: str, name: str) -> str:
        parts = [graph.constant(f"{name}.{part}", weights[f"{prefix}.{part}"]) for part in ("weight", "bias")]
        return graph.node("SkipLayerNormalization", [x, rest, *parts], name, domain="com.microsoft", epsilon=1e-12)

    rows = graph.node("Gather", [graph.constant("marks.table", weights["marks.weight"]), "marks"], "marks.rows")
    x = graph.node("Add", ["states", rows], "entered")
    for layer in range(UPPER):
        prefix, name = f"layers.{layer}", f"u{layer}"
        parts = [f"{name}.{part}" for part in "qkv"]
        graph.nodes.append(
            helper.make_node("Split", [dense(x, f"{prefix}.qkv", f"{name}.qkv")], parts, axis=-1, num_outputs=3)
        )
        seen = graph.node("MultiHeadAttention", parts, f"{name}.seen", domain="com.microsoft", num_heads=HEADS)
        x = norm(dense(seen, f"{prefix}.mix", f"{name}.mix"), x, f"{prefix}.norms.0", f"{name}.a")
        wide = graph.node("Gelu", [dense(x, f"{prefix}.wide", f"{name}.wide")], f"{name}.gelu", domain="com.microsoft")
        x = norm(dense(wide, f"{prefix}.narrow", f"{name}.narrow"), x, f"{prefix}.norms.1", f"{name}.b")
    graph.form = "fp32"  # the last step is small, and its bytes should not hang on a scale
    zero, one = (graph.constant(name, np.array([value], np.int64)) for name, value in (("zero", 0), ("one", 1)))
    flat = graph.node("Squeeze", ["claim", zero], "claim.flat")
    own = graph.node("Gather", [x, flat], "own", axis=1)
    first = graph.node("Squeeze", [graph.node("Gather", [x, zero], "first.row", axis=1), one], "first")
    mean = graph.node("ReduceMean", [own, one], "mean", keepdims=0)
    most = graph.node("ReduceMax", [own, one], "most", keepdims=0)
    joined = graph.node("Concat", [first, mean, most], "joined", axis=-1)
    hidden = graph.node("Gelu", [dense(joined, "hidden", "hidden")], "hidden.gelu", domain="com.microsoft")
    last = graph.constant("last", np.array([-1], np.int64))
    graph.node("Squeeze", [dense(hidden, "score", "scored"), last], "score")
    graph.node("Squeeze", [dense(own, "pieces", "pieced"), last], "pieces")
    value = helper.make_tensor_value_info
    inputs = [value("states", TensorProto.FLOAT, [1, "n", WIDTH]), value("marks", TensorProto.INT64, [1, "n"])]
    inputs.append(value("claim", TensorProto.INT64, [1, "m"]))
    outputs = [value("score", TensorProto.FLOAT, [1]), value("pieces", TensorProto.FLOAT, [1, "m"])]
    return helper.make_model(
        helper.make_graph(graph.nodes, "entailment", inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)],
        ir_version=9,
        producer_name="aili",
    )

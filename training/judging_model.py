"""The judge of questions as a torch module, and the same computation as an ONNX graph.

Each text (a title, a question, sentences that should answer it) goes through the encoder's first two layers alone, as it
does for its vector anyhow; the other four layers, trained here, read them together. MacAvaney et al. (arXiv 2004.14255)
found the same split to cost a ranker little: the lower layers hardly look at the other text.
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

from training.entailment_model import Layer
from training.export_encoder import HEADS, WIDTH, Graph

BELOW, ABOVE = 2, 4  # layers that read a text alone, and that read all together
ROLES = 3  # title, question, sentence
OUT = 2  # answered, asked
INNER = 96


class Reader(Layer):
    """A layer of the encoder whose attention is computed in full precision, which trains five times as fast on a CPU."""

    def seen(self, x: Tensor, mask: Tensor) -> Tensor:
        parts = [part.float().unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in self.qkv(x).chunk(3, -1)]
        with torch.autocast("cpu", enabled=False):
            found = functional.scaled_dot_product_attention(*parts, attn_mask=mask[:, None, None, :])
        return found.transpose(1, 2).flatten(2)


class Judge(nn.Module):
    """States of a title, a question and sentences, side by side, to two logits: answered, worth asking."""

    def __init__(self, tensors: Mapping[str, Tensor] | None = None) -> None:
        super().__init__()
        self.roles = nn.Embedding(ROLES, WIDTH)
        nn.init.zeros_(self.roles.weight)
        self.layers = nn.ModuleList(Reader() for _ in range(ABOVE))
        self.hidden = nn.Linear(2 * WIDTH, INNER)
        self.score = nn.Linear(INNER, OUT)
        if tensors is not None:
            for number, layer in enumerate(self.layers):
                layer.take(tensors, BELOW + number)  # type: ignore[operator]

    def forward(self, states: Tensor, roles: Tensor) -> Tensor:
        """Logits (batch, OUT) of ``states`` (batch, n, WIDTH) with ``roles`` (batch, n), -1 where nothing is."""
        mask = roles >= 0
        x = states + self.roles(roles.clamp(min=0))
        for layer in self.layers:
            x = layer(x, mask)
        x = x.float()
        parts = []
        for chosen in (roles == 1, roles == 2):
            weight = chosen[..., None].float()
            parts.append((x * weight).sum(1) / weight.sum(1).clamp(min=1))
        found: Tensor = self.score(functional.gelu(self.hidden(torch.cat(parts, -1)))).float()
        return found


def build(tensors: Mapping[str, Any], *, form: str, peaks: Mapping[str, Any] | None = None) -> onnx.ModelProto:
    """The ONNX graph of one question: `states` (1, n, 384), `roles` (1, n), and what is averaged: `asked`, `told` (1, 1, n).

    ``asked`` and ``told`` hold 1 / count at the pieces of the question and of the sentences. Out come the `scores` (1, OUT).
    """
    graph = Graph(form, 128, dict(peaks or {}), 0.5)
    weights = {name: np.asarray(value, np.float32) for name, value in tensors.items()}

    def norm(x: str, rest: str, prefix: str, name: str) -> str:
        return graph.normed(x, rest, weights[f"{prefix}.weight"], weights[f"{prefix}.bias"], name)

    def dense(x: str, prefix: str, name: str) -> str:
        return graph.linear(x, weights[f"{prefix}.weight"].T, weights[f"{prefix}.bias"], name)

    rows = graph.node("Gather", [graph.constant("roles.table", weights["roles.weight"]), "roles"], "roles.rows")
    x = graph.node("Add", ["states", rows], "l0")
    for number in range(ABOVE):
        p, name = f"layers.{number}", f"l{number + 1}"
        packed = dense(x, f"{p}.qkv", f"{name}.qkv")
        parts = [f"{name}.{part}" for part in "qkv"]
        graph.nodes.append(helper.make_node("Split", [packed], parts, axis=-1, num_outputs=3))
        seen = graph.node("MultiHeadAttention", parts, f"{name}.seen", domain="com.microsoft", num_heads=HEADS)
        x = norm(dense(seen, f"{p}.mix", f"{name}.mixed"), x, f"{p}.norms.0", f"{name}.a")
        wide = graph.node("Gelu", [dense(x, f"{p}.wide", f"{name}.wide")], f"{name}.gelu", domain="com.microsoft")
        x = norm(dense(wide, f"{p}.narrow", f"{name}.narrow"), x, f"{p}.norms.1", f"{name}.b")
    parts = [graph.node("MatMul", [part, x], f"{part}.mean") for part in ("asked", "told")]
    joined = graph.node("Concat", parts, "joined", axis=-1)
    graph.form = "fp32"
    hidden = graph.node("Gelu", [dense(joined, "hidden", "hidden")], "hidden.gelu", domain="com.microsoft")
    one = graph.constant("one", np.array([1], np.int64))
    graph.node("Squeeze", [dense(hidden, "score", "scored"), one], "scores")
    value = helper.make_tensor_value_info
    inputs = [value("states", TensorProto.FLOAT, [1, "n", WIDTH]), value("roles", TensorProto.INT64, [1, "n"])]
    inputs += [value(name, TensorProto.FLOAT, [1, 1, "n"]) for name in ("asked", "told")]
    return helper.make_model(
        helper.make_graph(
            graph.nodes, "judge", inputs, [value("scores", TensorProto.FLOAT, [1, OUT])], graph.constants
        ),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)],
        ir_version=9,
        producer_name="aili",
    )

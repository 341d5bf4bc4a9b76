"""The heads as a torch module, and the same computation as an ONNX graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn
from torch.nn import functional

from training.export_encoder import Graph

STATE, SHAPE, HIDDEN, BLOCKS, ATTENTION = 1152, 16, 192, 2, 6
ARC, LABEL = 160, 64


class Block(nn.Module):
    """A window of three words, attention, and a feed-forward layer, each added to its normalised input."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(HIDDEN) for _ in range(3))
        self.window = nn.Linear(3 * HIDDEN, HIDDEN)
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.mix = nn.Linear(HIDDEN, HIDDEN)
        self.wide = nn.Linear(HIDDEN, 2 * HIDDEN)
        self.narrow = nn.Linear(2 * HIDDEN, HIDDEN)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        y = functional.pad(self.norms[0](x) * mask[..., None], (0, 0, 1, 1))
        y = torch.cat([y[:, :-2], y[:, 1:-1], y[:, 2:]], -1)
        x = x + self.dropout(functional.gelu(self.window(y)))
        parts = [
            part.unflatten(-1, (ATTENTION, -1)).transpose(1, 2) for part in self.qkv(self.norms[1](x)).chunk(3, -1)
        ]
        seen = functional.scaled_dot_product_attention(*parts, attn_mask=mask[:, None, None, :])
        x = x + self.dropout(self.mix(seen.transpose(1, 2).flatten(2)))
        return x + self.dropout(self.narrow(functional.gelu(self.wide(self.norms[2](x)))))


class Heads(nn.Module):
    """States and shapes of words to scores of tags, arcs, labels and names."""

    def __init__(self, sizes: Mapping[str, int], dropout: float = 0.2) -> None:
        super().__init__()
        self.sizes = dict(sizes)
        self.register_buffer("centre", torch.zeros(STATE))
        self.register_buffer("scale", torch.ones(STATE))
        self.enter = nn.Linear(STATE + SHAPE, HIDDEN)
        self.blocks = nn.ModuleList(Block(dropout) for _ in range(BLOCKS))
        self.norm = nn.LayerNorm(HIDDEN)
        self.tags = nn.ModuleDict({name: nn.Linear(HIDDEN, sizes[name]) for name in ("upos", "xpos", "names")})
        self.root = nn.Parameter(torch.randn(HIDDEN) * 0.1)
        self.arc_dependent = nn.Linear(HIDDEN, ARC)
        self.arc_head = nn.Linear(HIDDEN, ARC)
        self.arc = nn.Linear(ARC, ARC + 1)
        self.label_dependent = nn.Linear(HIDDEN, LABEL)
        self.label_head = nn.Linear(HIDDEN, LABEL)
        self.label = nn.Linear(LABEL, (LABEL + 1) * sizes["labels"])
        self.missing = nn.Parameter(torch.zeros(STATE))
        self.dropout = nn.Dropout(dropout)
        self.word_dropout = 0.1

    def words(self, states: Tensor, shapes: Tensor, mask: Tensor) -> Tensor:
        states = (states - self.centre) * self.scale
        if self.training:
            dropped = torch.rand(mask.shape) < self.word_dropout
            states = torch.where(dropped[..., None], self.missing, states)
        x = self.dropout(self.enter(torch.cat([states, shapes], -1)))
        for block in self.blocks:
            x = block(x, mask)
        return self.norm(x)

    def arcs(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores (batch, dependent, head), where head 0 is the root; and the two sides of the label scores."""
        rooted = torch.cat([self.root.expand(len(x), 1, -1), x], 1)
        drop = self.dropout
        heads = self.arc(drop(functional.gelu(self.arc_head(rooted))))
        scores = _one(drop(functional.gelu(self.arc_dependent(x)))) @ heads.transpose(1, 2)
        dependents = _one(drop(functional.gelu(self.label_dependent(x))))
        return scores, dependents, drop(functional.gelu(self.label_head(rooted)))

    def labels(self, dependents: Tensor, heads: Tensor) -> Tensor:
        """Label scores of pairs (…, LABEL + 1) and (…, LABEL)."""
        return (dependents[..., None, :] @ self.label(heads).unflatten(-1, (LABEL + 1, -1))).squeeze(-2)


def _one(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones_like(x[..., :1])], -1)


def graph(model: Heads, *, form: str) -> onnx.ModelProto:
    """Inputs: layer2, layer4, layer6 (1, pieces, 384), pool (words, pieces), shapes (1, words, 16).

    Outputs: upos, xpos, names (1, words, tags); arcs (1, words, words + 1), labels (words + 1, words, labels): head first.
    """
    graph = Graph(form, 128, {}, 0.0)
    weights = {name: value.detach().numpy().astype(np.float32) for name, value in model.state_dict().items()}

    def constant(name: str, value: Any) -> str:
        return graph.constant(name, np.asarray(value))

    def linear(x: str, name: str, output: str = "") -> str:
        return graph.linear(x, weights[f"{name}.weight"].T, weights[f"{name}.bias"], output or name)

    def dense(x: str, name: str) -> str:
        return graph.node("Gelu", [linear(x, name)], f"{name}.gelu", domain="com.microsoft")

    def norm(x: str, name: str) -> str:
        parts = [constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return graph.node("LayerNormalization", [x, *parts], name, axis=-1, epsilon=1e-5)

    def add(x: str, y: str, name: str) -> str:
        return graph.node("Add", [x, y], name)

    def one(x: str, name: str) -> str:
        return graph.node("Pad", [x, constant(f"{name}.pads", np.array([0, 0, 0, 0, 0, 1])), ones], name)

    ones = constant("ones", np.array(1, np.float32))
    states = graph.node("Concat", ["layer2", "layer4", "layer6"], "states", axis=-1)
    words = graph.node("MatMul", ["pool", states], "words")
    centred = graph.node("Sub", [words, constant("centre", weights["centre"])], "centred")
    scaled = graph.node("Mul", [centred, constant("scale", weights["scale"])], "scaled")
    x = linear(graph.node("Concat", [scaled, "shapes"], "entering", axis=-1), "enter")
    pads = constant("pads", np.array([0, 1, 0, 0, 1, 0]))
    axis = constant("axis", np.array([1]))
    cuts = [
        [constant(f"cut{n}.{side}", np.array([value])) for side, value in (("start", n), ("end", end))]
        for n, end in enumerate((-2, -1, 1 << 40))
    ]
    for number in range(BLOCKS):
        name = f"blocks.{number}"
        padded = graph.node("Pad", [norm(x, f"{name}.norms.0"), pads], f"{name}.padded")
        near = [graph.node("Slice", [padded, *cut, axis], f"{name}.near{n}") for n, cut in enumerate(cuts)]
        window = graph.node("Concat", near, f"{name}.three", axis=-1)
        x = add(x, dense(window, f"{name}.window"), f"{name}.x1")
        parts = [f"{name}.{part}" for part in "qkv"]
        packed = linear(norm(x, f"{name}.norms.1"), f"{name}.qkv", f"{name}.packed")
        graph.nodes.append(helper.make_node("Split", [packed], parts, axis=-1, num_outputs=3))
        seen = graph.node("MultiHeadAttention", parts, f"{name}.seen", domain="com.microsoft", num_heads=ATTENTION)
        x = add(x, linear(seen, f"{name}.mix"), f"{name}.x2")
        wide = dense(norm(x, f"{name}.norms.2"), f"{name}.wide")
        x = add(x, linear(wide, f"{name}.narrow"), f"{name}.x3")
    x = norm(x, "norm")
    for name in ("upos", "xpos", "names"):
        graph.node("Identity", [linear(x, f"tags.{name}")], name)
    rooted = graph.node("Concat", [constant("root", weights["root"][None, None]), x], "rooted", axis=1)
    heads = graph.node("Transpose", [linear(dense(rooted, "arc_head"), "arc")], "arc.turned", perm=[0, 2, 1])
    graph.node("MatMul", [one(dense(x, "arc_dependent"), "arc.dependents"), heads], "arcs")
    pairs = linear(dense(rooted, "label_head"), "label")
    shape = constant("label.shape", np.array([-1, LABEL + 1, model.sizes["labels"]]))
    pairs = graph.node("Reshape", [pairs, shape], "label.pairs")
    graph.node("MatMul", [one(dense(x, "label_dependent"), "label.dependents"), pairs], "labels")
    value = helper.make_tensor_value_info
    inputs = [value(layer, TensorProto.FLOAT, [1, "pieces", STATE // 3]) for layer in ("layer2", "layer4", "layer6")]
    inputs += [
        value("pool", TensorProto.FLOAT, ["words", "pieces"]),
        value("shapes", TensorProto.FLOAT, [1, "words", SHAPE]),
    ]
    outputs = [value(name, TensorProto.FLOAT, None) for name in ("upos", "xpos", "names", "arcs", "labels")]
    return helper.make_model(
        helper.make_graph(graph.nodes, "heads", inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)],
        ir_version=9,
        producer_name="aili",
    )

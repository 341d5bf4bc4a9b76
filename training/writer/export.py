"""The question writer as two int8 ONNX graphs: what is computed once of a source, and one step of the search.

`python -m training.writer.export` writes writer-source.onnx and writer-step.onnx from the averaged weights of the last
checkpoint. The step keeps keys and values of what is written, so that each step reads one piece per beam.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

from training.export_encoder import HEADS, WIDTH, Graph
from training.writer.data import WORK
from training.writer.model import LAYERS, POINTER
from training.writer.train import Sets, vocabulary

FORM = "dynamic7"
SIZE = WIDTH // HEADS
Arrays = dict[str, "np.ndarray[Any, Any]"]


class Parts(Graph):
    """A graph with the pieces that both graphs are made of."""

    def __init__(self, arrays: Arrays) -> None:
        super().__init__(FORM, 128, {}, 0.0)
        self.arrays = arrays

    def dense(self, x: str, prefix: str, name: str) -> str:
        return self.linear(x, self.arrays[f"{prefix}.weight"].T, self.arrays[f"{prefix}.bias"], name)

    def norm(self, x: str, rest: str, prefix: str, name: str) -> str:
        gamma = self.constant(f"{name}.gamma", self.arrays[f"{prefix}.weight"])
        beta = self.constant(f"{name}.beta", self.arrays[f"{prefix}.bias"])
        both = self.node("Add", [x, rest], f"{name}.sum")  # SkipLayerNormalization is not vectorised: 5 times slower
        return self.node("LayerNormalization", [both, gamma, beta], name, axis=-1, epsilon=1e-12)

    def heads(self, x: str, name: str) -> str:
        """(rows, length, heads x size) to (rows, heads, length, size)."""
        shape = self.constant(f"{name}.shape", np.array([0, -1, HEADS, SIZE], np.int64))
        return self.node("Transpose", [self.node("Reshape", [x, shape], f"{name}.cut")], name, perm=[0, 2, 1, 3])

    def log_softmax(self, x: str, name: str) -> str:
        return self.node("LogSoftmax", [x], name, axis=-1)


def source_graph(arrays: Arrays) -> onnx.ModelProto:
    """`states` (1, length, 3 x 384), `roles` (1, length), `marks` (1, length) to keys, values, pointer keys and `rare`."""
    graph = Parts(arrays)
    parts = [f"part{number}" for number in range(3)]
    graph.nodes.append(helper.make_node("Split", ["states"], parts, axis=-1, num_outputs=3))
    roles = graph.node("Gather", [graph.constant("roles.table", arrays["roles.weight"]), "roles"], "roles.rows")
    last = graph.constant("last", np.array([2], np.int64))
    marks = graph.node("Unsqueeze", ["marks", last], "marks.wide")
    marked = graph.node("Mul", [marks, graph.constant("marked", arrays["marked"])], "marks.rows")
    more = graph.node("Add", [roles, marked], "more")
    told = [graph.node("Add", [part, more], f"{part}.told") for part in parts]
    outputs = []
    for number, (_, part) in enumerate(LAYERS):
        prefix = f"layers.{number}.qkv"
        weight, bias = arrays[f"{prefix}.weight"][WIDTH:].T, arrays[f"{prefix}.bias"][WIDTH:]
        packed = graph.linear(told[part], weight, bias, f"kv{number}")
        halves = [f"k{number}.flat", f"v{number}.flat"]
        graph.nodes.append(helper.make_node("Split", [packed], halves, axis=-1, num_outputs=2))
        outputs += [graph.heads(half, half[:2]) for half in halves]
    both = graph.node("Concat", [told[0], told[2]], "both", axis=-1)
    outputs.append(graph.node("Identity", [graph.dense(both, "key", "key")], "pointer"))
    outputs.append(graph.node("Identity", [graph.dense(parts[0], "rare", "rare.dense")], "rare"))
    row = [1, "length"]
    inputs = [
        helper.make_tensor_value_info("states", TensorProto.FLOAT, [*row, 3 * WIDTH]),
        helper.make_tensor_value_info("roles", TensorProto.INT64, row),
        helper.make_tensor_value_info("marks", TensorProto.FLOAT, row),
    ]
    return _model(graph, "source", inputs, [helper.make_empty_tensor_value_info(name) for name in outputs])


def step_graph(arrays: Arrays) -> onnx.ModelProto:
    """One step: the last piece of each beam to the scores of the next, and its keys and values for later steps.

    `written` (beams, 1), `origins` (beams, 1), `place` (1), `rare`, `pointer`, `k0` … `v2` of the source graph and `pk0` …
    `pv2` (beams, heads, written, size) to `chosen` (beams, common), `pointed` (beams, length), `odds` (beams) and
    `nk0` … `nv2`.
    """
    graph = Parts(arrays)
    zero, two, first = (
        graph.constant(name, np.array(value, np.int64)) for name, value in (("zero", 0), ("two", [2]), ("first", [0]))
    )
    known = graph.lookup(graph.node("Max", ["written", zero], "place.common"), arrays["words.weight"], "words")
    row = graph.node("Squeeze", ["rare", first], "rare.row")
    copied = graph.node("Gather", [row, "origins"], "copied")
    is_copied = graph.node("Unsqueeze", [graph.node("Less", ["written", zero], "is.copied"), two], "is.copied.wide")
    piece = graph.node("Where", [is_copied, copied, known], "piece")
    place = graph.node("Gather", [graph.constant("places", arrays["places"]), "place"], "place.row")
    like = graph.node("Expand", [place, graph.node("Shape", [piece], "piece.shape")], "place.like")
    x = graph.norm(piece, like, "norm", "layer0")
    outputs = []
    scale = graph.constant("scale", np.array(SIZE**-0.5, np.float32))
    for number in range(len(LAYERS)):
        prefix, name = f"layers.{number}", f"l{number}"
        flat = [f"{name}.{part}" for part in "qkv"]
        graph.nodes.append(
            helper.make_node("Split", [graph.dense(x, f"{prefix}.qkv", f"{name}.qkv")], flat, axis=-1, num_outputs=3)
        )
        query, key, value = (graph.heads(part, f"{part}.heads") for part in flat)
        query = graph.node("Mul", [query, scale], f"{name}.query")
        keys = graph.node("Concat", [f"pk{number}", key], f"nk{number}", axis=2)
        values = graph.node("Concat", [f"pv{number}", value], f"nv{number}", axis=2)
        outputs += [keys, values]
        scores = [
            graph.node(
                "MatMul", [query, graph.node("Transpose", [side], f"{name}.t{at}", perm=[0, 1, 3, 2])], f"{name}.s{at}"
            )
            for at, side in enumerate((f"k{number}", keys))
        ]
        weights = graph.node(
            "Softmax", [graph.node("Concat", scores, f"{name}.scores", axis=-1)], f"{name}.weights", axis=-1
        )
        length = graph.node(
            "Gather",
            [
                graph.node("Shape", [f"k{number}"], f"{name}.k.shape"),
                graph.constant(f"{name}.at", np.array([2], np.int64)),
            ],
            f"{name}.length",
        )
        end = graph.constant(f"{name}.end", np.array([2**31], np.int64))
        axis = graph.constant(f"{name}.axis", np.array([3], np.int64))
        on_source = graph.node("Slice", [weights, first, length, axis], f"{name}.on.source")
        on_own = graph.node("Slice", [weights, length, end, axis], f"{name}.on.own")
        seen = graph.node(
            "Add",
            [
                graph.node("MatMul", [on_source, f"v{number}"], f"{name}.from.source"),
                graph.node("MatMul", [on_own, values], f"{name}.from.own"),
            ],
            f"{name}.seen",
        )
        merged = graph.node("Transpose", [seen], f"{name}.merged", perm=[0, 2, 1, 3])
        shape = graph.constant(f"{name}.flat", np.array([0, 0, WIDTH], np.int64))
        mixed = graph.dense(graph.node("Reshape", [merged, shape], f"{name}.joined"), f"{prefix}.mix", f"{name}.mix")
        x = graph.norm(mixed, x, f"{prefix}.norms.0", f"{name}.a")
        wide = graph.node(
            "Gelu", [graph.dense(x, f"{prefix}.wide", f"{name}.wide")], f"{name}.gelu", domain="com.microsoft"
        )
        x = graph.norm(graph.dense(wide, f"{prefix}.narrow", f"{name}.narrow"), x, f"{prefix}.norms.1", f"{name}.b")
    query = graph.node(
        "Mul",
        [graph.dense(x, "query", "query"), graph.constant("by", np.array(POINTER**-0.5, np.float32))],
        "query.scaled",
    )
    pointed = graph.node(
        "MatMul", [query, graph.node("Transpose", ["pointer"], "pointer.t", perm=[0, 2, 1])], "pointed.raw"
    )
    one = graph.constant("second", np.array([1], np.int64))
    outputs.append(graph.node("Squeeze", [graph.log_softmax(pointed, "pointed.wide"), one], "pointed"))
    head = graph.node("Gelu", [graph.dense(x, "head.0", "head")], "head.gelu", domain="com.microsoft")
    gamma, beta = (graph.constant(f"head.last.{part}", arrays[f"head.2.{part}"]) for part in ("weight", "bias"))
    head = graph.node("LayerNormalization", [head, gamma, beta], "head.norm", axis=-1, epsilon=1e-5)
    chosen = graph.linear(head, arrays["words.weight"].T, arrays["bias"], "chosen.raw")
    outputs.append(graph.node("Squeeze", [graph.log_softmax(chosen, "chosen.wide"), one], "chosen"))
    odds = graph.node("MatMul", [x, graph.constant("gate", arrays["gate.weight"].T)], "odds.raw")
    odds = graph.node("Add", [odds, graph.constant("gate.bias", arrays["gate.bias"])], "odds.wide")
    outputs.append(graph.node("Squeeze", [odds, graph.constant("both", np.array([1, 2], np.int64))], "odds"))
    column = ["beams", 1]
    inputs = [
        helper.make_tensor_value_info("written", TensorProto.INT64, column),
        helper.make_tensor_value_info("origins", TensorProto.INT64, column),
        helper.make_tensor_value_info("place", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("rare", TensorProto.FLOAT, [1, "length", WIDTH]),
        helper.make_tensor_value_info("pointer", TensorProto.FLOAT, [1, "length", POINTER]),
    ]
    for number in range(len(LAYERS)):
        for kind in "kv":
            inputs += [
                helper.make_tensor_value_info(f"{kind}{number}", TensorProto.FLOAT, [1, HEADS, "length", SIZE]),
                helper.make_tensor_value_info(f"p{kind}{number}", TensorProto.FLOAT, ["beams", HEADS, "past", SIZE]),
            ]
    return _model(graph, "step", inputs, [helper.make_empty_tensor_value_info(name) for name in outputs])


def _model(graph: Graph, name: str, inputs: list[Any], outputs: list[Any]) -> onnx.ModelProto:
    return helper.make_model(
        helper.make_graph(graph.nodes, name, inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)],
        ir_version=9,
        producer_name="aili",
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--out", type=Path, default=WORK, help="folder for the two graphs")
    options = parser.parse_args()
    state = torch.load(options.work / "writer.pt", weights_only=False)
    arrays = {name: value.numpy() for name, value in state["average"].items() if value.is_floating_point()}
    known = vocabulary(options.work, Sets(options.work, state["common"]))
    step = step_graph(arrays)
    entry = step.metadata_props.add()
    entry.key = "vocabulary"
    rows = {"common": known.common.tolist(), "free": np.flatnonzero(known.free).tolist(), "inner": sorted(known.inner)}
    entry.value = json.dumps(rows)
    onnx.save(source_graph(arrays), options.out / "writer-source.onnx")
    onnx.save(step, options.out / "writer-step.onnx")


if __name__ == "__main__":
    main()

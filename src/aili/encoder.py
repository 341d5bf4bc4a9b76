"""Sentence vectors and linguistic tokens from one small network, for the embedded engine, verification and search alike.

The network is all-MiniLM-L6-v2 as an int8 ONNX graph. Its activations are quantised with one scale per run, so in a
padded batch the vector of a sentence would shift with its neighbours (cosine down to .98). Therefore every sentence is a
run of its own, on one thread, and threads share out the sentences: no padding, little memory, and the same bytes
whatever else is in the list and however many threads work. training/README.md has the measurements.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from aili.arborescence import tree
from aili.errors import EngineError
from aili.tokenization import pooling, shapes, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WIDTH = 384
MAX_PIECES = 128
LAYERS = ("layer2", "layer4", "layer6")
_WEIGHTS = Path(__file__).parent / "weights"
_CLS, _SEP = 101, 102
_A = TypeVar("_A")
_B = TypeVar("_B")


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A word or mark of a sentence, by the rules of the English Web Treebank (Universal Dependencies 2).

    ``start`` and ``end`` are character offsets into the sentence. ``tag`` is the universal part of speech, ``xpos`` the
    Penn tag. ``head`` is the index of the governing token, -1 at the root; ``label`` is the relation to it, with its
    subtype (``nsubj:pass``). ``entity`` is empty or a BIO name tag: B- or I- with PER, ORG or LOC.
    """

    text: str
    start: int
    end: int
    tag: str
    xpos: str
    head: int
    label: str
    entity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """What one pass over a sentence gives: its unit vector (384 float32), its tokens, and the second layer (pieces, 384)."""

    vector: Floats
    tokens: tuple[Token, ...]
    lower: Floats


class Reading(NamedTuple):
    """A text's unit vector (384), and what the second layer makes of its pieces, [CLS] and [SEP] among them (n, 384)."""

    vector: Floats
    lower: Floats


class States(NamedTuple):
    """Word pieces of a text with [CLS] and [SEP], their offsets, and their states in three layers (1, pieces, 384)."""

    ids: list[int]
    offsets: list[tuple[int, int]]
    layer2: Floats
    layer4: Floats
    layer6: Floats


class Encoder:
    """Reads sentences; make it with `load`. Safe to use from several threads."""

    def __init__(self, *, tokenizer: Any, session: Any, threads: int) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._threads = threads

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is a whole word of the tokenizer's vocabulary (about 22,000 English words)."""
        return self._tokenizer.token_to_id(word) is not None

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors (len(texts), 384): the mean over a text's word pieces, as sentence-transformers does.

        Only the first 128 word pieces of a text count (about 90 words).
        """
        import numpy as np

        vectors = np.empty((len(texts), WIDTH), np.float32)
        for row, vector in enumerate(self.map(self._vector, texts)):
            vectors[row] = vector
        return vectors

    def analyse(self, texts: Sequence[str]) -> tuple[Analysis, ...]:
        """The vector and the tokens of each text; a text should be one sentence.

        A text of more than 128 word pieces is read in windows: the vector is the first one's, and the roots of the
        others depend on the first one's root as ``parataxis``. A blank text has no tokens.
        """
        with _lock:
            heads, tables = _heads()
        return tuple(self.map(lambda text: self._analysis(text, heads, tables), texts))

    def read(self, texts: Sequence[str]) -> tuple[Reading, ...]:
        """The vector and the second layer of each text; of its first 128 word pieces, as ``embed``."""
        return tuple(self.map(self._reading, texts))

    def states(self, text: str) -> States:
        """The first 128 word pieces of a text and their states, for a network that reads several texts together."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        pieces, offsets = encoding.ids[: MAX_PIECES - 2], encoding.offsets[: MAX_PIECES - 2]
        return States([_CLS, *pieces, _SEP], [(0, 0), *offsets, (0, 0)], *_read(self._session, tuple(pieces))[1:])

    def _vector(self, text: str) -> Floats:
        pieces = self._tokenizer.encode(text, add_special_tokens=False).ids
        vector: Floats = self._run(pieces[: MAX_PIECES - 2], ["vector"])[0][0]
        return vector

    def _reading(self, text: str) -> Reading:
        pieces = self._tokenizer.encode(text, add_special_tokens=False).ids
        vector, lower = self._run(pieces[: MAX_PIECES - 2], ["vector", LAYERS[0]])
        return Reading(vector[0], lower[0])

    def _analysis(self, text: str, heads: Any, tables: dict[str, list[str]]) -> Analysis:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        spans, offsets, ids = words(text), encoding.offsets, encoding.ids
        marks = shapes(text, spans)
        tokens: list[Token] = []
        vector: Floats | None = None
        lower: Floats | None = None
        piece = 0
        while vector is None or lower is None or len(tokens) < len(spans):
            end = piece + MAX_PIECES - 2
            found = _read(self._session, tuple(ids[piece:end]))
            if vector is None or lower is None:
                vector, lower = found[0][0], found[1][0]
            done = len(tokens)
            limit = offsets[end][0] if end < len(offsets) else len(text)
            last = next((n for n in range(done, len(spans)) if spans[n][1] > limit), len(spans))
            last = max(last, min(done + 1, len(spans)))
            if last > done:
                feed = dict(zip(LAYERS, found[1:], strict=True))
                feed["pool"] = pooling(offsets[piece:end], spans[done:last])
                feed["shapes"] = marks[None, done:last]
                names = ("upos", "xpos", "names", "arcs", "labels")
                scores = dict(zip(names, heads.run(names, feed), strict=True))
                tokens += _tokens(text, spans[done:last], scores, tables, tokens)
            if last < len(spans):
                piece = next((n for n in range(piece, len(ids)) if offsets[n][1] > spans[last][0]), len(ids))
        return Analysis(vector=vector, tokens=tuple(tokens), lower=lower)

    def _run(self, pieces: list[int], outputs: list[str]) -> list[Any]:
        import numpy as np

        found: list[Any] = self._session.run(outputs, {"ids": np.array([[_CLS, *pieces, _SEP]], np.int64)})
        return found

    def map(self, function: Callable[[_A], _B], items: Sequence[_A]) -> Iterable[_B]:
        """Applies a function to each item, in order, on this encoder's threads."""
        if self._threads == 1 or len(items) < 2:
            return map(function, items)
        with ThreadPoolExecutor(min(self._threads, len(items))) as pool:
            return pool.map(function, items)


@lru_cache(maxsize=32)
def _read(session: Any, pieces: tuple[int, ...]) -> tuple[Any, ...]:
    """The vector and the states of the layers; kept, for whoever parses a sentence often asks for its states next."""
    import numpy as np

    return tuple(session.run(["vector", *LAYERS], {"ids": np.array([[_CLS, *pieces, _SEP]], np.int64)}))


def _tokens(
    text: str, spans: list[tuple[int, int]], scores: dict[str, Any], tables: dict[str, list[str]], before: list[Token]
) -> list[Token]:
    """The tokens of one window, from the scores of its words; `before` holds those of earlier windows."""
    import numpy as np

    heads = tree(scores["arcs"][0])
    labels = scores["labels"]
    labels[:, :, tables["labels"].index("root")] = -np.inf
    tags = {name: scores[name][0].argmax(-1) for name in ("upos", "xpos", "names")}
    top = next((number for number, token in enumerate(before) if token.head < 0), -1)
    tokens: list[Token] = []
    entity = ""
    for number, (start, end) in enumerate(spans):
        head = heads[number]
        label = tables["labels"][int(labels[head + 1, number].argmax())]
        if head < 0:
            label = "parataxis" if before else "root"
        name = tables["names"][int(tags["names"][number])]
        # "Ms." + "Okafor", "Bank of" + "England": a person's name goes on, and so does any name after its small words.
        kind = entity[2:] if entity and tokens[-1].tag in {"ADP", "DET"} else name[2:]
        inside = kind == entity[2:] and (name[:1] == "I" or kind != name[2:] or kind == "PER")
        entity = f"{'I' if inside else 'B'}-{kind}" if name else ""
        tokens.append(
            Token(
                text=text[start:end],
                start=start,
                end=end,
                tag=tables["upos"][int(tags["upos"][number])],
                xpos=tables["xpos"][int(tags["xpos"][number])],
                head=head + len(before) if head >= 0 else top,
                label=label,
                entity=entity,
            )
        )
    return tokens


def load(*, threads: int | None = None) -> Encoder:
    """The encoder; its graph is read once for the process.

    ``threads`` sentences are read at once: by default as many as there are processors, 8 at most. It changes the time
    taken and nothing else. Raises `EngineError` if the weights are missing or damaged.
    """
    with _lock:
        tokenizer, session = _parts()
    return Encoder(tokenizer=tokenizer, session=session, threads=max(1, threads or min(_processors(), 8)))


_lock = threading.Lock()


@cache
def _parts() -> tuple[Any, Any]:
    import tokenizers

    path = _WEIGHTS / "tokenizer.json"
    try:
        tokenizer = tokenizers.Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # tokenizers raises Exception itself for a file it cannot read
        raise _broken(path) from error
    return tokenizer, session("encoder.onnx")


@cache
def _heads() -> tuple[Any, dict[str, list[str]]]:
    heads = session("heads.onnx")
    return heads, {name: json.loads(tags) for name, tags in heads.get_modelmeta().custom_metadata_map.items()}


def session(name: str) -> Any:
    """A graph of the weights folder, on one thread. Raises `EngineError` if it is missing or damaged."""
    import onnxruntime

    path = _WEIGHTS / name
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # The graphs are written fused; optimising them again takes 25 ms and gives the same bytes at the same speed.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has an error type a cause, with no base of their own
        raise _broken(path) from error


def _broken(path: Path) -> EngineError:
    state = "damaged" if path.exists() else "missing"
    hint = "Install aili again (pip install --force-reinstall aili)."
    return EngineError(f"The embedded engine's weights are {state}: {path}.", hint=hint)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

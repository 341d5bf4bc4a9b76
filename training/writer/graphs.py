"""The question writer's two graphs, over what the encoder left of a title, a heading and the sentences that answer.

``writer-source.onnx`` computes once what the search looks back at; ``writer-step.onnx`` scores the next word piece of each
beam. Three causal layers attend to the encoder's states of the source, with UniLM's mask (arXiv 1905.03197);
trained by training/writer. One question a run, on one thread: the same source gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import onnxruntime

from aili.encoder import Encoder, States
from training.writer.beam import Advance, Vocabulary, Written, search

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

TITLE, HEADING, EVIDENCE = 0, 1, 2  # roles of a text; evidence takes 2, 3 and 4
FOLDER = Path(__file__).parents[1] / "work" / "writer"
MAX_TEXT = 96  # word pieces kept of one text


class Source(NamedTuple):
    """A text that is written from: its word pieces (n), their character spans, their states (n, 3 x 384), and its role."""

    text: str
    ids: list[int]
    spans: list[tuple[int, int]]
    states: Floats
    role: int


def source(text: str, states: States, role: int) -> Source:
    """A text as the encoder left it, without [CLS] and [SEP]."""
    ids, spans = states.ids[1:-1][:MAX_TEXT], states.offsets[1:-1][:MAX_TEXT]
    layers = np.concatenate([states.layer2[0], states.layer4[0], states.layer6[0]], axis=-1)
    return Source(text, ids, spans, layers[1:-1][:MAX_TEXT], role)


def piece_of(reader: Encoder, number: int) -> str:
    """A word piece as the vocabulary writes it: ``##`` in front inside a word."""
    text: str = reader._tokenizer.id_to_token(number)  # noqa: SLF001 - at work the encoder would give it
    return text


def write(sources: Sequence[Source], *, answer: tuple[int, int, int] | None = None) -> list[Written]:
    """The likeliest questions that the evidence among ``sources`` answers, the likeliest first.

    ``answer`` marks what should answer them: the number of a source, and the answer's start and end in its characters.
    """
    first, step, vocabulary = _graphs()
    marks = [np.zeros(len(each.ids), np.float32) for each in sources]
    if answer is not None:
        number, start, end = answer
        spans = np.array(sources[number].spans)
        marks[number][(spans[:, 0] < end) & (spans[:, 1] > start)] = 1
    feed = {
        "states": np.concatenate([each.states for each in sources])[None],
        "roles": np.repeat(np.array([each.role for each in sources]), [len(each.ids) for each in sources])[None],
        "marks": np.concatenate(marks)[None],
    }
    names = [output.name for output in first.get_outputs()]
    told = dict(zip(names, first.run(names, feed), strict=True))
    return search(_advance(step, told), [piece for each in sources for piece in each.ids], vocabulary)


def _advance(step: Any, told: dict[str, Any]) -> Advance:
    """One step of the search; keys and values of what each beam has written are kept between steps."""
    names = [output.name for output in step.get_outputs()]
    _, heads, _, size = told["k0"].shape
    past = {
        name: np.zeros((1, heads, 0, size), np.float32) for name in (f"p{each[1:]}" for each in names if each[0] == "n")
    }

    def advance(parents: Any, written: Any, origins: Any) -> Any:
        place = past["pk0"].shape[2]
        feed = {"written": written[:, None], "origins": origins[:, None], "place": np.array([place])}
        feed |= {name: value[parents] for name, value in past.items()}
        found = dict(zip(names, step.run(names, feed | told), strict=True))
        past.update({name: found[f"n{name[1:]}"] for name in past})
        return found["chosen"], found["pointed"], found["odds"]

    return advance


@cache
def _graphs() -> tuple[Any, Any, Vocabulary]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    first, step = (
        onnxruntime.InferenceSession(str(FOLDER / f"writer-{part}.onnx"), options, providers=["CPUExecutionProvider"])
        for part in ("source", "step")
    )
    rows = json.loads(step.get_modelmeta().custom_metadata_map["vocabulary"])
    free = np.zeros(len(rows["common"]), bool)
    free[rows["free"]] = True
    return first, step, Vocabulary(common=np.array(rows["common"]), free=free, inner=frozenset(rows["inner"]))

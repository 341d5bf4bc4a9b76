"""The question writer at work: its two exported graphs over what the encoder left of a title, a heading and sentences.

One question a run, on one thread: the same source gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from training.writer.beam import Advance, Vocabulary, Written, search
from training.writer.data import Reading
from training.writer.model import HEADS, LAYERS, WIDTH

SIZE = WIDTH // HEADS


class Generator:
    """Writes questions with the graphs of ``folder``."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.source, self.step = (
            onnxruntime.InferenceSession(
                str(folder / f"writer-{part}.onnx"), options, providers=["CPUExecutionProvider"]
            )
            for part in ("source", "step")
        )
        rows = json.loads(self.step.get_modelmeta().custom_metadata_map["vocabulary"])
        free = np.zeros(len(rows["common"]), bool)
        free[rows["free"]] = True
        self.vocabulary = Vocabulary(common=np.array(rows["common"]), free=free)

    def write(
        self, readings: Sequence[Reading], roles: Sequence[int], *, answer: tuple[int, int, int] | None = None
    ) -> list[Written]:
        """The likeliest questions over what was read, each with its role; the likeliest first.

        ``answer`` marks what should answer them: the number of a text, and the answer's start and end in its characters.
        """
        marks = [np.zeros(len(reading.ids), np.float32) for reading in readings]
        if answer is not None:
            number, start, end = answer
            spans = np.array(readings[number].spans)
            marks[number][(spans[:, 0] < end) & (spans[:, 1] > start)] = 1
        feed = {
            "states": np.concatenate([reading.states for reading in readings])[None],
            "roles": np.repeat(np.array(roles), [len(reading.ids) for reading in readings])[None],
            "marks": np.concatenate(marks)[None],
        }
        names = [output.name for output in self.source.get_outputs()]
        told = dict(zip(names, self.source.run(names, feed), strict=True))
        return search(self._advance(told), [piece for reading in readings for piece in reading.ids], self.vocabulary)

    def _advance(self, told: dict[str, Any]) -> Advance:
        """One step of the search; keys and values of what each beam has written are kept between steps."""
        names = [output.name for output in self.step.get_outputs()]
        nothing = np.zeros((1, HEADS, 0, SIZE), np.float32)
        past = {f"p{kind}{layer}": nothing for kind in "kv" for layer in range(len(LAYERS))}

        def advance(parents: Any, written: Any, origins: Any) -> Any:
            place = past["pk0"].shape[2]
            feed = {"written": written[:, None], "origins": origins[:, None], "place": np.array([place])}
            feed |= {name: value[parents] for name, value in past.items()}
            found = dict(zip(names, self.step.run(names, feed | told), strict=True))
            past.update({name: found[f"n{name[1:]}"] for name in past})
            return found["chosen"], found["pointed"], found["odds"]

        return advance

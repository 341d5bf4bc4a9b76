"""A long table neither takes long nor decides what language a text is in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import aili
from aili import encoder
from aili.document import Metadata, Reading
from aili.engines.embedded import reading
from aili.engines.embedded.network import Network
from aili.engines.embedded.reading import survey
from aili.extractors import Piece, compose

PROSE = (
    "The harbour office lists every station on the coast with its height and the time of the first ferry.",
    "Readers are asked to report errors in the list before the end of May, since the council prints it in June.",
)


def page(rows: int) -> aili.Document:
    lines = "\n".join(f"Station {at} | {at * 7 % 1000} m | {at % 12 + 1}:30" for at in range(rows))
    pieces = [
        Piece(kind="paragraph", text=PROSE[0]),
        Piece(kind="table", text=lines),
        Piece(kind="paragraph", text=PROSE[1]),
    ]
    return compose(pieces, metadata=Metadata(title="Stations"), reading=Reading(), source="")


class Counting(Network):
    """Says how many texts were read."""

    read = 0

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.read += len(texts)
        return super().embed(texts)


@pytest.fixture(scope="module")
def network() -> Counting:
    return Counting(encoder.load(threads=1))


def test_the_prose_tells_the_language_not_the_rows_of_its_table() -> None:
    assert page(3_000).metadata.language == "en"


def test_only_the_first_rows_of_a_long_table_are_read(network: Counting) -> None:
    network.read = 0
    surveyed = survey(page(3_000), language="en", network=network, max_words=100_000)
    assert network.read == reading.ROWS + len(PROSE) + 1
    assert len(surveyed.vectors) == len(surveyed.lines) == 3_002
    assert np.array_equal(surveyed.vectors[1 + reading.ROWS], surveyed.vectors[1])
    assert not np.array_equal(surveyed.vectors[1], surveyed.vectors[2])


def test_the_vectors_of_other_texts_are_their_own(network: Counting) -> None:
    surveyed = survey(page(20), language="en", network=network, max_words=9_000)
    own = network.embed([line.text for line in surveyed.lines])
    assert np.allclose(surveyed.vectors, own, atol=1e-5)


def test_a_quotation_that_opened_in_its_block_is_open_until_it_ends() -> None:
    text = "“One. Two.” Three. Four “five. Six.\n\nSeven."
    quotes = reading._Quotes(text)
    starts = [text.index(word) for word in ("“One", "Two", "Three", "Four", "Six", "Seven")]
    begins = [0, 0, 0, 0, 0, text.index("Seven")]
    assert [quotes.open_at(begin, at) for begin, at in zip(begins, starts, strict=True)] == [
        False, True, False, False, True, False,
    ]  # fmt: skip

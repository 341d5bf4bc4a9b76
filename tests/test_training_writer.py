"""The written questions: the search for them, the spelling of what it finds, and what a question must pass."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from aili import encoder
from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.network import Network
from aili.engines.embedded.tree import tree
from training.writer.beam import BEGIN, END, Vocabulary, search
from training.writer.graphs import EVIDENCE, Source, piece_of, source
from training.writer.guards import checked
from training.writer.recasing import recased

COMMON = Vocabulary(
    common=np.array([BEGIN, END, 7, 8, 9]), free=np.array([True, True, True, True, False]), inner=frozenset((60, 61))
)
SENTENCE = "Librarian Signe Vold says that 9,300 books were saved because Torvik’s shelves stood on the upper floor."


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(encoder.load(threads=1))


def scripted(chosen, pointed, odds):
    """A network that always finds the same likely."""

    def advance(parents, written, origins):
        rows = len(written)
        return np.tile(np.log(chosen), (rows, 1)), np.tile(np.log(pointed), (rows, 1)), np.full(rows, odds)

    return advance


def test_the_search_never_writes_a_pair_twice_and_ends() -> None:
    found = search(scripted([0.01, 0.04, 0.6, 0.3, 0.05], [0.5, 0.5], -9.0), [50, 51], COMMON)
    assert found
    for written in found:
        assert END not in written.pieces
        pairs = list(zip(written.pieces, written.pieces[1:], strict=False))
        assert len(set(pairs)) == len(pairs)
    assert [one.likely for one in found] == sorted((one.likely for one in found), reverse=True)


def test_what_is_not_free_is_written_only_where_the_source_has_it() -> None:
    wants_nine = scripted([0.01, 0.2, 0.04, 0.05, 0.7], [0.5, 0.5], -9.0)
    assert all(9 not in written.pieces for written in search(wants_nine, [50, 51], COMMON))
    assert any(9 in written.pieces for written in search(wants_nine, [50, 9], COMMON))


def test_a_rare_piece_is_copied_from_the_source() -> None:
    copies = scripted([0.01, 0.9, 0.03, 0.03, 0.03], [0.9, 0.1], 3.0)
    assert search(copies, [50, 51], COMMON)[0].pieces[0] == 50


def test_a_word_in_pieces_is_written_to_its_end_as_the_source_has_it() -> None:
    cut = scripted([0.01, 0.9, 0.03, 0.03, 0.03], [0.6, 0.1, 0.2, 0.1], 3.0)
    for written in search(cut, [50, 60, 51, 61], COMMON):
        for piece, after in zip(written.pieces, [*written.pieces[1:], END], strict=True):
            assert {50: 60, 51: 61}.get(piece, after) == after
        assert written.pieces[0] not in (60, 61)


@pytest.fixture(scope="module")
def reader() -> encoder.Encoder:
    return encoder.load(threads=1)


def read(text: str, reader: encoder.Encoder) -> Source:
    return source(text, reader.states(text), EVIDENCE)


@pytest.mark.parametrize(
    "text",
    [
        "Why were 9,300 books saved?",
        "What does Signe Vold say about the books?",
        "Why did Torvik’s shelves stand on the upper floor?",
        "How many books were saved?",
    ],
)
def test_a_question_is_spelt_and_cased_as_its_source(reader: encoder.Encoder, text: str) -> None:
    names = frozenset(("Signe", "Vold", "Torvik"))
    assert recased(read(text, reader).ids, [read(SENTENCE, reader)], partial(piece_of, reader), names) == text


def test_marks_stand_where_they_belong(reader: encoder.Encoder) -> None:
    told = read("A well-known shop sold it for $1,200 (two thirds).", reader)
    text = "Which well-known shop sold it for $1,200?"
    assert recased(read(text, reader).ids, [told], partial(piece_of, reader), frozenset()) == text


def candidate(network: Network, text: str) -> Candidate:
    (analysis,) = network.analyse([text])
    parsed = tree(text, analysis.tokens)
    return Candidate(number=0, text=text, evidence=(0,), score=1.0, vector=analysis.vector, tree=parsed)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("Why were 9,300 books saved?", True),
        ("How many books were saved?", True),
        ("What does Signe Vold say about the books?", True),
        ("How many books did were saved?", False),
        ("What did librarian says about the books?", False),
        ("When were the books saved?", False),  # the sentence tells no time
        ("Why did she save the books?", False),
        ("What is the advantages of books?", False),
        ("What can you save in Torvik?", False),  # nobody is spoken to
        ("What are the shelvon books?", False),  # no word
        ("Books were saved?", False),
        ("What are the drawbacks of the shelves?", False),  # it tells none
        ("What is the price of coffee?", False),  # nothing of the sentence
    ],
)
def test_only_a_well_formed_question_about_its_bullets_passes(network: Network, text: str, good: bool) -> None:
    made = checked(text, [SENTENCE], [candidate(network, SENTENCE)], network)
    assert (made is not None) == good

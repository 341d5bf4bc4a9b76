"""Topics are runs of sentences: in order, without gaps, cut where the author or the subject changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aili.engines.embedded.topics import MAX_UNITS, Unit, how_many, topics

WIDTH = 16


def units(lengths: list[int], levels: list[int] | None = None) -> list[Unit]:
    made, start = [], 0
    for length, level in zip(lengths, levels or [0] * len(lengths), strict=True):
        made.append(Unit(start=start, end=start + length, words=20 * length, level=level))
        start += length
    return made


def vectors(subjects: list[int], *, seed: int = 7) -> NDArray[np.float32]:
    """Unit vectors near the axis that each sentence's subject names."""
    rows = np.random.default_rng(seed).normal(scale=0.1, size=(len(subjects), WIDTH)).astype(np.float32)
    rows[np.arange(len(subjects)), subjects] += 1
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def assert_covers(found: tuple[tuple[int, int], ...], count: int) -> None:
    assert found[0][0] == 0
    assert found[-1][1] == count
    assert all(start < end for start, end in found)
    assert all(before[1] == after[0] for before, after in pairwise(found))


def test_a_longer_text_never_has_fewer_topics() -> None:
    counts = [how_many(words) for words in range(0, 120_000, 50)]
    assert counts == sorted(counts)
    assert counts[0] == 1
    assert counts[-1] == 8


@pytest.mark.parametrize(
    ("words", "expected"), [(0, 1), (150, 1), (300, 2), (1_000, 3), (2_000, 4), (5_000, 5), (1_000_000, 8)]
)
def test_the_number_of_topics_suits_the_length(words: int, expected: int) -> None:
    assert how_many(words) == expected


@pytest.mark.parametrize("count", [0, 1, 3, 8])
def test_no_unit_gives_no_topic(count: int) -> None:
    assert topics([], np.zeros((0, WIDTH), np.float32), count) == ()


@pytest.mark.parametrize("count", [0, 1, 3, 8])
def test_one_unit_is_one_topic(count: int) -> None:
    assert topics(units([5]), vectors([0] * 5), count) == ((0, 5),)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 3)), min_size=1, max_size=40),
    st.integers(1, 8),
    st.integers(0, 99),
)
def test_topics_cover_all_sentences_in_order_and_begin_where_units_do(
    rows: list[tuple[int, int]], count: int, seed: int
) -> None:
    made = units([length for length, _ in rows], [level for _, level in rows])
    total = made[-1].end
    subjects = np.random.default_rng(seed).integers(0, WIDTH, total).tolist()
    found = topics(made, vectors(subjects, seed=seed), count)
    assert_covers(found, total)
    assert len(found) == min(count, len(made))
    assert {start for start, _ in found} <= {unit.start for unit in made}


def test_a_boundary_lies_where_the_subject_changes() -> None:
    subjects = [0] * 12 + [1] * 12 + [2] * 12
    assert topics(units([3] * 12), vectors(subjects), 3) == ((0, 12), (12, 24), (24, 36))


def test_a_boundary_prefers_a_heading() -> None:
    subjects = [0] * 40
    levels = [0, 0, 0, 2, 0, 0, 0, 0, 0, 0]
    found = topics(units([4] * 10, levels), vectors(subjects), 2)
    assert found == ((0, 12), (12, 40))


def test_a_great_heading_wins_over_a_small_one() -> None:
    levels = [0, 0, 0, 0, 3, 0, 1, 0, 0, 0]
    assert topics(units([4] * 10, levels), vectors([0] * 40), 2) == ((0, 24), (24, 40))


def test_sentences_without_content_words_do_no_harm() -> None:
    found = topics(units([2] * 10), np.zeros((20, WIDTH), np.float32), 3)
    assert_covers(found, 20)


@pytest.mark.parametrize("count", [2_000, 20_000])
def test_a_book_is_cut_in_runs_of_blocks(count: int) -> None:
    """The table of costs is as large as MAX_UNITS allows, however long the book: 20,000 units would ask for 3 GB."""
    found = topics(units([1] * count), vectors([number * 8 // count for number in range(count)]), 8)
    assert_covers(found, count)
    assert len(found) == 8
    step = -(-count // MAX_UNITS)
    for number, (start, _) in enumerate(found):
        assert start % step == 0
        assert abs(start - number * count // 8) <= step


@pytest.mark.xfail(strict=True, reason="only the heading of a run's first block is kept")
def test_a_book_is_cut_at_its_chapters() -> None:
    levels = [0] * 1_200
    levels[601] = 1
    found = topics(units([1] * 1_200, levels), vectors([0] * 1_200), 2)
    assert abs(found[1][0] - 601) <= 5

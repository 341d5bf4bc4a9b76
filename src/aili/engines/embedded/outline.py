"""A document's topics: the author's own parts where there are headings, else runs of blocks that are alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aili.engines.embedded.salience import Line
from aili.engines.embedded.topics import Unit, how_many, topics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MAX_TOPICS = 8
_WORD = re.compile(r"\w{4,}")
SMALL = 40  # words; a part with fewer joins its neighbour
LARGE = 0.5  # of all words; a part with more is split at the headings inside it


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """The sentences under one heading, itself included: a range, the heading's sentence id (-1: none), its level, words.

    Where several headings follow one another, ``heading`` is the last of them and ``over`` that of the highest rank.
    """

    start: int
    end: int
    heading: int
    over: int
    level: int
    words: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """A range of sentences with its parts; ``heading`` is the sentence id of the heading that stands over all, else -1."""

    start: int
    end: int
    heading: int
    parts: tuple[Part, ...]

    @property
    def numbers(self) -> range:
        """The ids of its sentences."""
        return range(self.start, self.end)

    @property
    def words(self) -> int:
        """How many words it has."""
        return sum(part.words for part in self.parts)

    def part_of(self, number: int) -> Part:
        """The part that sentence ``number`` stands in."""
        return next(part for part in self.parts if part.start <= number < part.end)


def outline(lines: Sequence[Line], levels: Sequence[int], counts: Sequence[int], vectors: Floats) -> tuple[Topic, ...]:
    """The topics of a document, in order, covering every sentence.

    ``levels`` has the rank of each line's heading (1–6), 0 where the line is none; ``counts`` its words.
    """
    if not lines:
        return ()
    parts = _parts(lines, levels, counts)
    total = sum(counts)
    if sum(part.heading >= 0 and part.words >= SMALL for part in parts) < 2:
        units = _units(lines, counts)
        return tuple(_topic(start, end, parts, counts) for start, end in topics(units, vectors, how_many(total)))
    groups = [_group(run) for run in _runs(parts)]
    groups = [piece for group in groups for piece in _split(group, total)]
    return tuple(_joined(groups, limit=min(MAX_TOPICS, how_many(total) + 2)))


def _parts(lines: Sequence[Line], levels: Sequence[int], counts: Sequence[int]) -> list[Part]:
    """One part a heading; headings with nothing between them belong together."""
    starts = [
        number
        for number in range(len(lines))
        if number == 0 or (levels[number] and not (levels[number - 1] and lines[number - 1].kind == "heading"))
    ]
    ends = [*starts[1:], len(lines)]
    return [
        Part(
            start=start,
            end=end,
            heading=_last_heading(start, levels) if levels[start] else -1,
            over=_highest(start, end, lines, levels) if levels[start] else -1,
            level=levels[start],
            words=sum(counts[start:end]),
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def _highest(start: int, end: int, lines: Sequence[Line], levels: Sequence[int]) -> int:
    """Of headings that follow one another the one of the highest rank.

    Of several of that rank, as an overview of things to come has them, it is the one whose words the text below has most.
    """
    last = _last_heading(start, levels)
    rank = min(levels[start : last + 1])
    equal = [number for number in range(start, last + 1) if levels[number] == rank]
    if len(equal) == 1:
        return equal[0]
    told = Counter(word for line in lines[last + 1 : end] for word in _WORD.findall(line.text.lower()))
    return max(equal, key=lambda at: (sum(told[word] for word in set(_WORD.findall(lines[at].text.lower()))), at))


def _last_heading(start: int, levels: Sequence[int]) -> int:
    while start + 1 < len(levels) and levels[start + 1]:
        start += 1
    return start


def _runs(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts grouped under the headings of the highest level that has at least two."""
    ranks = sorted({part.level for part in parts if part.heading >= 0})
    top = next((rank for rank in ranks if sum(0 < part.level <= rank for part in parts) >= 2), ranks[-1])
    runs: list[list[Part]] = []
    for part in parts:
        if not runs or 0 < part.level <= top:
            runs.append([part])
        else:
            runs[-1].append(part)
    return runs


def _group(parts: Sequence[Part]) -> Topic:
    return Topic(start=parts[0].start, end=parts[-1].end, heading=parts[0].over, parts=tuple(parts))


def _split(group: Topic, total: int) -> list[Topic]:
    """The group, or its own parts where it is most of the document."""
    named = [part for part in group.parts[1:] if part.heading >= 0]
    if group.words < LARGE * total or len(named) < 2:
        return [group]
    return [_group(run) for run in _runs(group.parts)]


def _joined(groups: Sequence[Topic], *, limit: int) -> list[Topic]:
    """Groups joined with a neighbour until none is small and there are ``limit`` at most."""
    joined = list(groups)
    while len(joined) > 1:
        at = min(range(len(joined)), key=lambda index: joined[index].words)
        if len(joined) <= limit and joined[at].words >= SMALL:
            break
        sides = [index for index in (at - 1, at + 1) if 0 <= index < len(joined)]
        other = min(sides, key=lambda index: joined[index].words)
        first, second = sorted((at, other))
        joined[first : second + 1] = [_union(joined[first], joined[second])]
    return joined


def _union(first: Topic, second: Topic) -> Topic:
    """Two neighbours as one: a nameless or tiny opening goes under the name of what follows it, else the whole has none."""
    heading = -1
    if first.words < SMALL:
        heading = second.heading
    elif second.words < SMALL:
        heading = first.heading
    return Topic(start=first.start, end=second.end, heading=heading, parts=first.parts + second.parts)


def _topic(start: int, end: int, parts: Sequence[Part], counts: Sequence[int]) -> Topic:
    part = Part(start=start, end=end, heading=-1, over=-1, level=0, words=sum(counts[start:end]))
    inside = [each for each in parts if start <= each.heading and each.end <= end and each.words >= SMALL]
    heading = inside[0].heading if len(inside) == 1 and inside[0].words > LARGE * part.words else -1
    return Topic(start=start, end=end, heading=heading, parts=(part,))


def _units(lines: Sequence[Line], counts: Sequence[int]) -> list[Unit]:
    """Blocks as units of topics; a heading belongs to the block that follows it, and a list is one unit."""
    units: list[Unit] = []
    start = 0
    for number in range(1, len(lines) + 1):
        line = lines[number] if number < len(lines) else None
        if line is not None:
            goes_on = not line.opens or lines[number - 1].kind == "heading"
            if goes_on or (line.kind == "item" and lines[number - 1].kind == "item"):
                continue
        level = 3 if lines[start].kind == "heading" else 0
        units.append(Unit(start=start, end=number, words=sum(counts[start:number]), level=level))
        start = number
    return units

"""The best dependency tree of a sentence, from the scores of every head for every word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


def tree(scores: Floats) -> list[int]:
    """The best tree with one root: scores (words, words + 1) of each head, the root first → heads, -1 at the root.

    Each word's best head, if that is such a tree; else Chu-Liu and Edmonds' algorithm, with the root's arcs so dear that
    one remains.
    """
    import numpy as np

    count = len(scores)
    square = np.full((count + 1, count + 1), -1e9)
    square[1:] = scores
    square[range(count + 1), range(count + 1)] = -1e9
    heads = square.argmax(1)
    heads[0] = 0
    if np.count_nonzero(heads[1:] == 0) != 1 or _cycle(heads) is not None:
        square[1:, 0] -= 1e5
        heads = _arborescence(square)
    return [int(head) - 1 for head in heads[1:]]


def _arborescence(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Scores (nodes, nodes) of dependent and head, node 0 being the root → the head of each node."""
    import numpy as np

    heads: NDArray[np.int64] = scores.argmax(1)
    heads[0] = 0
    cycle = _cycle(heads)
    if cycle is None:
        return heads
    free = np.ones(len(heads), bool)
    free[cycle] = False
    outside = free.nonzero()[0]
    last = len(outside)
    enter = scores[cycle][:, outside] - scores[cycle, heads[cycle]][:, None]
    rest = scores[outside]
    leave = rest[:, cycle]
    small = np.full((last + 1, last + 1), -1e9)
    small[:last, :last] = rest[:, outside]
    small[:last, last] = leave.max(1)
    small[last, :last] = enter.max(0)
    found = _arborescence(small)
    for node in range(1, last):
        inside = found[node] == last
        heads[outside[node]] = cycle[leave[node].argmax()] if inside else outside[found[node]]
    entry = found[last]
    heads[cycle[enter[:, entry].argmax()]] = outside[entry]
    return heads


def _cycle(heads: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """The nodes of a cycle among the heads, if there is one; node 0 is its own head."""
    import numpy as np

    above: list[int] = heads.tolist()
    state = [0] * len(above)
    state[0] = -1
    for start in range(1, len(above)):
        node = start
        while not state[node]:
            state[node] = start
            node = above[node]
        if state[node] == start:
            cycle, follower = [node], above[node]
            while follower != node:
                cycle.append(follower)
                follower = above[follower]
            nodes: NDArray[np.int64] = np.array(sorted(cycle))
            return nodes
    return None

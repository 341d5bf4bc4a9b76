"""Evidence found by words: sentences of a document ranked by the rare words they share with a claim.

For a bullet that names no evidence. The score is the share of the claim's inverse document frequency that a sentence covers,
so that it lies between 0 and 1 whatever the document's length; the method is the plain one of Spärck Jones (1972).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from aili.document import Document
from aili.verification.passages import Passage

# Below this share of the claim's weight a sentence is about something else.
FLOOR = 0.3


class Index:
    """The words of a document's sentences; built on first search, in time linear in the document."""

    def __init__(self, document: Document, *, english: bool = True) -> None:
        self._document = document
        self._english = english

    def search(self, claim: str, *, limit: int = 2) -> tuple[int, ...]:
        """Ids of at most ``limit`` sentences that share most with ``claim``, best first; empty where none shares enough."""
        keys = self._keys(claim)
        weights = {key: self._weight(key) for key in keys}
        whole = sum(weights.values())
        scores: defaultdict[int, float] = defaultdict(float)
        for key, weight in weights.items():
            for number in self._postings.get(key, ()):
                scores[number] += weight
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return tuple(number for number, score in best if whole and score >= FLOOR * whole)

    @cached_property
    def _postings(self) -> dict[str, list[int]]:
        postings: dict[str, list[int]] = defaultdict(list)
        for number in range(len(self._document.sentences)):
            for key in self._keys(self._document.sentence(number)):
                postings[key].append(number)
        return dict(postings)

    def _keys(self, text: str) -> frozenset[str]:
        part = Passage(text)
        if not self._english:
            return part.grams
        return frozenset(self._worthy(part))

    def _worthy(self, part: Passage) -> Iterable[str]:
        return (token.stem for token in part.tokens if token.is_content or token.text[0].isdigit())

    def _weight(self, key: str) -> float:
        return math.log(1 + len(self._document.sentences) / (1 + len(self._postings.get(key, ()))))

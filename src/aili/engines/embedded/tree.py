"""A sentence's dependency tree (Universal Dependencies), with the questions that the engine asks of it.

Positions are token indices of one sentence; text is cut from the sentence by character offsets, so that what is shown is
exactly what was written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from aili.encoder import Token

# Labels under which a noun is told more about than its name: left out where only the name is wanted.
LOOSE = frozenset(
    """
    acl:relcl acl appos parataxis punct advcl conj cc dep advmod ccomp list
    nmod:tmod nmod:unmarked obl nsubj csubj cop aux mark expl
    """.split()
)

HYPHENS = ("-", "‑", "–", "/")
QUANTIFIERS = frozenset(
    [
        "most",
        "many",
        "some",
        "more",
        "few",
        "several",
        "another",
        "other",
        "any",
        "all",
        "both",
        "each",
        "every",
        "such",
        "certain",
        "various",
        "much",
        "little",
        "less",
        "only",
        "even",
        "just",
        "further",
        "additional",
        "own",
        "same",
        "different",
        "at",
        "least",
        "about",
        "nearly",
        "almost",
        "over",
        "around",
        "up",
        "to",
        "not",
    ]
)

SINGULAR = frozenset(("each", "every", "another", "any", "all", "not", "only"))  # "each house" is no "house"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """Tokens of one sentence with their children; ``text`` is the sentence."""

    text: str
    tokens: tuple[Token, ...]
    children: tuple[tuple[int, ...], ...] = field(default=())

    @property
    def root(self) -> int:
        """The token that depends on none; -1 in an empty sentence."""
        return next((i for i, token in enumerate(self.tokens) if token.head < 0), -1)

    def child(self, head: int, *labels: str) -> int:
        """The first child of ``head`` with one of ``labels`` (a label without subtype matches its subtypes), or -1."""
        return next(iter(self.all(head, *labels)), -1)

    def all(self, head: int, *labels: str) -> tuple[int, ...]:
        """All children of ``head`` with one of ``labels``."""
        return tuple(
            i
            for i in self.children[head]
            if self.tokens[i].label in labels or self.tokens[i].label.partition(":")[0] in labels
        )

    def subtree(self, head: int, *, without: Collection[str] = ()) -> tuple[int, ...]:
        """Positions of ``head`` and all beneath it in order, leaving out branches whose label is in ``without``."""
        found: list[int] = []
        todo = [head]
        while todo:
            at = todo.pop()
            found.append(at)
            todo += [
                i
                for i in self.children[at]
                if self.tokens[i].label not in without and self.tokens[i].label.partition(":")[0] not in without
            ]
        return tuple(sorted(found))

    def words(self, positions: Iterable[int]) -> str:
        """The text of ``positions`` in order, spaced as in the sentence, gaps closed."""
        parts: list[str] = []
        last = -2
        for i in sorted(positions):
            token = self.tokens[i]
            if parts and (i != last + 1 or self.tokens[last].end != token.start):
                parts.append(" ")
            parts.append(token.text)
            last = i
        return "".join(parts).strip(" ,;:–—-")

    def span(self, positions: Sequence[int]) -> str:
        """The text from the first of ``positions`` to the last, exactly as written."""
        if not positions:
            return ""
        return self.text[self.tokens[min(positions)].start : self.tokens[max(positions)].end]

    def severed(self, positions: Collection[int]) -> bool:
        """Whether ``positions`` cut a word that is written in one: "state" out of "out-of-state"."""
        kept = set(positions)
        for i in range(len(self.tokens) - 1):
            if (i in kept) != (i + 1 in kept) and self.tokens[i].end == self.tokens[i + 1].start:
                left, right = self.tokens[i].text, self.tokens[i + 1].text
                if (left[-1].isalnum() or left in HYPHENS) and (right[0].isalnum() or right in HYPHENS):
                    return True
        return False

    def contiguous(self, positions: Sequence[int]) -> bool:
        """Whether ``positions`` have no gap."""
        return bool(positions) and max(positions) - min(positions) + 1 == len(set(positions))

    def noun_phrase(self, head: int) -> tuple[int, ...]:
        """The noun phrase of ``head`` without relative clauses, appositions and asides, but with its *of*-phrase.

        Words in front that only say how many or which one ("most", "another") are left out: they name no topic.
        """
        kept = [
            i
            for i in self.subtree(head, without=LOOSE)
            if i == head or self.tokens[i].label != "case" or self.tokens[i].head != head
        ]
        return self.trimmed([i for i in kept if i < self._examples(head)], head)

    def _examples(self, head: int) -> int:
        """Where the examples of the noun at ``head`` begin: *such as …*, *including …*; else behind the sentence."""
        words = [token.text.lower() for token in self.tokens]
        return next(
            (i for i in range(head + 1, len(words)) if words[i] == "including" or words[i : i + 2] == ["such", "as"]),
            len(words),
        )

    def trimmed(self, phrase: Sequence[int], head: int) -> tuple[int, ...]:
        """``phrase`` without the words in front that only say how many or which one."""
        kept = list(phrase)
        plural = self.is_plural(head)
        while len(kept) > 1 and kept[0] != head and self.tokens[kept[0]].text.lower() in QUANTIFIERS:
            if not plural and self.tokens[kept[0]].text.lower() in SINGULAR:
                break
            del kept[0]
        return tuple(kept)

    def entity_at(self, position: int) -> str:
        """The kind of name at ``position``: PER, ORG, LOC, MISC, or empty."""
        return self.tokens[position].entity[2:]

    def names(self) -> tuple[tuple[str, str], ...]:
        """The names in the sentence as (kind, text), in order."""
        found: list[tuple[str, list[int]]] = []
        for i, token in enumerate(self.tokens):
            if token.entity.startswith("B-") or (
                token.entity.startswith("I-") and (not found or found[-1][1][-1] != i - 1)
            ):
                found.append((token.entity[2:], [i]))
            elif token.entity.startswith("I-"):
                found[-1][1].append(i)
        return tuple((kind, self.span(positions)) for kind, positions in found)

    def is_plural(self, head: int) -> bool:
        """Whether the noun phrase of ``head`` takes a plural verb."""
        token = self.tokens[head]
        return (
            token.xpos in ("NNS", "NNPS")
            or bool(self.all(head, "conj"))
            or token.text.lower() in ("they", "police", "people", "we", "you", "these", "those")
        )


def tree(text: str, tokens: tuple[Token, ...]) -> Tree:
    """The tree of one analysed sentence."""
    children: list[list[int]] = [[] for _ in tokens]
    for i, token in enumerate(tokens):
        if token.head >= 0:
            children[token.head].append(i)
    return Tree(text=text, tokens=tokens, children=tuple(tuple(each) for each in children))

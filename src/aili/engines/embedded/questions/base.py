"""What the question forms share: what they are given, what they give, and small tests of a parse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from aili.engines.embedded.clause import Clause, clause, in_sentence, is_whole, short_phrase
from aili.engines.embedded.lexicon import TIMES, VAGUE_NOUNS
from aili.engines.embedded.tree import Tree


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question, the form that made it, how good the form is (0–1), and what the question is about."""

    text: str
    form: str
    weight: float
    topic: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """What the forms see: the parse, what stands for its pronouns, and whether a word is a word."""

    tree: Tree
    substitutes: Mapping[int, str]
    known: Callable[[str], bool]

    def clause(self, head: int) -> Clause | None:
        """The clause of the predicate at ``head``, where a question could name its subject."""
        return clause(self.tree, head, self.known, dict(self.substitutes))

    def phrase(self, head: int, *, longest: int = 7) -> str:
        """The noun phrase of ``head`` as it reads inside a question; empty where it is a pronoun or too long."""
        tree = self.tree
        if head < 0 or tree.tokens[head].tag not in ("NOUN", "PROPN"):
            return ""
        positions = tree.noun_phrase(head)
        if len(positions) > longest or not tree.contiguous(positions):
            positions = short_phrase(tree, head)
        if not positions or len(positions) > longest or not tree.contiguous(positions):
            return ""
        if not is_whole(tree, positions):
            return ""
        if tree.severed(positions) or any(tree.tokens[i].tag == "PRON" for i in positions if i not in self.substitutes):
            return ""
        return in_sentence(tree, positions, dict(self.substitutes))


def cased(tree: Tree, position: int, *words: str) -> bool:
    """Whether one of ``words`` is the preposition of the phrase at ``position``."""
    return any(tree.tokens[i].text.lower() in words for i in tree.all(position, "case"))


def is_time(tree: Tree, position: int) -> bool:
    """Whether the phrase at ``position`` tells a date."""
    words = [tree.tokens[i].text for i in tree.subtree(position, without=("acl", "nmod"))]
    return any(w.lower() in TIMES or (w.isdigit() and len(w) == 4 and w[0] in "12") for w in words)


def is_vague(topic: str) -> bool:
    """Whether a noun phrase names nothing that one could ask about."""
    words = topic.lower().split()
    content = [word for word in words if word not in ("the", "a", "an", "this", "that", "these", "those", "some")]
    if not content or words[0] in ("this", "that", "these", "those", "such", "each", "every", "any", "another"):
        return True
    if "lot" in content or "lots" in content or content[0] in ("few", "couple", "handful", "variety", "number"):
        return True
    return content[0 if len(content) == 1 else -1] in VAGUE_NOUNS and len(content) <= 2


def sized(text: str) -> str:
    """``text`` where it has the length of a question that people ask, else nothing."""
    return text if 4 <= len(text.split()) <= 20 else ""


Form = Callable[[Sentence, Clause], Iterator[Asked]]

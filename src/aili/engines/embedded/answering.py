"""Answers a question with the document's own sentences, each made to stand alone, or says that the document does not say.

Which sentences answer, and whether any does, is ``relevance``'s to say. A sentence that leans on the one before it is told
together with it. Nothing is shortened, since the end of a sentence may be what was asked for.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aili import language as languages
from aili.answer import Inquiry, Turn
from aili.digest import Bullet
from aili.document import Document
from aili.encoder import WIDTH
from aili.engines.embedded.cleaning import clean
from aili.engines.embedded.dependent import leans
from aili.engines.embedded.network import Network
from aili.engines.embedded.relevance import Text, asked_terms, scores, shared, terms
from aili.engines.embedded.standalone import standing
from aili.engines.embedded.tree import Tree, tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MOST = 3  # bullets
MARGIN = 1.0  # log odds that a further bullet may be worth less than the first
MARGIN_ELSEWHERE = 0.2  # the same for the share of words, in languages without a model
ALIKE = 0.82  # cosine above which two bullets say the same
READ = 500  # sentences that the network reads; of a longer document those that share most words with the question
NEAR, TOLD = 0.5, 0.9  # of a follow-up: what a sentence beside the last answer gains, and one that was told loses
FEWEST, LONGEST = 3, 80  # words of a sentence
_SILENT = ("heading", "caption", "code", "table")  # blocks without sentences that can be told alone
_SUBJECT = re.compile(r"\s*\((?P<subject>[^()]*)\)$")
_CARRIED = re.compile(
    r"^\W*(?:and|but|so|then|what about|how about|what else|who else)\s|^\W*(?:why|how so|since when|by whom|says who)\W*$"
    r"|\b(?:it|its|they|them|their|he|him|his|she|her|this|these|those)\b|\b(?:that|there|then)\W*$",
    re.IGNORECASE,
)
_LONGEST_SUBJECT = 300  # characters


@dataclass(frozen=True, kw_only=True)
class Found:
    """The bullets that answer, and what the question was read as where it carried something over from an earlier one."""

    bullets: tuple[Bullet, ...]
    read_as: str = ""


def answer(document: Document, inquiry: Inquiry, *, language: str, network: Network | None) -> Found:
    """The answer to ``inquiry`` in the document's sentences; ``network`` is None where it does not know ``language``."""
    question = " ".join(inquiry.question.split())
    subject = _carried(question, inquiry.before, language)
    read_as = f"{question} ({subject})" if subject else ""
    whole = f"{subject} {question}".strip()
    if not asked_terms(whole, language):
        return Found(bullets=(), read_as=read_as)
    text, numbers = prepared(document, language, network, question=whole)
    if not numbers:
        return Found(bullets=(), read_as=read_as)
    if network is None:
        worth, margin = shared(text, whole), MARGIN_ELSEWHERE
    else:
        worth, margin = scores(text, question, network.embed([whole])[0], subject=subject), MARGIN
    if subject and inquiry.before:
        worth = worth + _beside(numbers, inquiry.before[-1])
    chosen = _chosen(text, worth, margin)
    telling = _Telling(document, language, network)
    made = (telling.bullet(numbers[at]) for at in chosen)
    kept: list[Bullet] = []
    for bullet in made:
        if bullet is not None and not any(set(bullet.evidence) & set(other.evidence) for other in kept):
            kept.append(bullet)
        if len(kept) == MOST:
            break
    return Found(bullets=tuple(kept), read_as=read_as)


def prepared(
    document: Document, language: str, network: Network | None, *, question: str = ""
) -> tuple[Text, list[int]]:
    """The document's sentences that may answer, read by ``network``, and their ids; at most READ of them for a question."""
    numbers: list[int] = []
    headings: list[str] = []
    heading, last = "", -1
    for number, sentence in enumerate(document.sentences):
        kind = document.blocks[sentence.block].kind
        if kind == "heading":
            heading = (
                f"{heading} {document.sentence(number)}".strip()
                if last == sentence.block
                else document.sentence(number)
            )
        elif kind not in _SILENT:
            numbers.append(number)
            headings.append(heading)
        last = sentence.block
    texts = [clean(document.sentence(number), english=language == "en") for number in numbers]
    if question and network is not None and len(numbers) > READ:
        kept = _sharing(texts, question, language)
        # mypy joins the three lists' types to list[object]
        numbers, headings, texts = ([each[at] for at in kept] for each in (numbers, headings, texts))  # type: ignore[assignment]
    vectors = network.embed(texts) if network is not None else np.zeros((len(texts), WIDTH), np.float32)
    text = Text(
        sentences=texts,
        vectors=vectors,
        blocks=[document.sentences[number].block for number in numbers],
        headings=headings,
        title=document.metadata.title,
        language=language,
    )
    return text, numbers


def _sharing(texts: Sequence[str], question: str, language: str) -> list[int]:
    """Places of the READ sentences that share most rare words with the question, those beside them, then the first ones."""
    bags = [frozenset(terms(text, language)) for text in texts]
    spread = Counter(term for bag in bags for term in bag)
    weights = {term: math.log(1 + len(bags) / (1 + spread[term])) for term in asked_terms(question, language)}
    worth = [sum(weight for term, weight in weights.items() if term in bag) for bag in bags]
    chosen: set[int] = set()
    for at in sorted(range(len(bags)), key=lambda at: (-worth[at], at)):
        if len(chosen) >= READ:
            break
        chosen.update(other for other in (at - 1, at, at + 1) if worth[at] and 0 <= other < len(bags))
        chosen.add(at)
    return sorted(chosen)


def _carried(question: str, before: Sequence[Turn], language: str) -> str:
    """What ``question`` leaves out because the last one said it; empty where it stands alone."""
    if not before:
        return ""
    own = asked_terms(question, language)
    if own and not (_CARRIED.search(question) if language == "en" else len(own) < 2):
        return ""
    last = " ".join(before[-1].question.split())
    match = _SUBJECT.search(last)
    bare = last[: match.start()] if match else last
    earlier = match["subject"] if match else ""
    if earlier and not asked_terms(bare, language):
        bare, earlier = earlier, ""
    return f"{earlier} {bare}".strip().translate({ord("("): None, ord(")"): None})[-_LONGEST_SUBJECT:].strip()


def _beside(numbers: Sequence[int], last: Turn) -> Floats:
    told = {number for bullet in last.bullets for number in bullet.evidence}
    near = {number + step for number in told for step in (-2, -1, 1, 2)} - told
    return np.array([NEAR * (number in near) - TOLD * (number in told) for number in numbers], np.float32)


def _chosen(text: Text, worth: Floats, margin: float) -> list[int]:
    """Places of the sentences that answer, the best first, no two alike, none of too few or too many words."""
    order = [int(at) for at in np.argsort(-worth, kind="stable") if worth[at] >= 0]
    sizes = [languages.count_words(text.sentences[at]) for at in order]
    order = [at for at, size in zip(order, sizes, strict=True) if FEWEST <= size <= LONGEST]
    chosen: list[int] = []
    for at in order:
        if worth[at] < worth[order[0]] - margin or len(chosen) == 2 * MOST:
            break
        if not any(float(text.vectors[at] @ text.vectors[other]) > ALIKE for other in chosen):
            chosen.append(at)
    return chosen


class _Telling:
    """Makes bullets of sentences: as they stand, with a pronoun's noun, or together with the sentences before them."""

    def __init__(self, document: Document, language: str, network: Network | None) -> None:
        self._document = document
        self._language = language
        self._network = network

    def bullet(self, number: int) -> Bullet | None:
        """The sentence as a bullet; None where it leans on what cannot be told with it."""
        text = self._text(number)
        if self._network is None:
            return self._joined(number, lambda other: not leans(self._text(other), self._language))
        before = self._before(number)
        parsed = self._tree(text)
        stands = standing(parsed, [self._tree(self._text(other)) for other in before])
        if stands.grade == 0.0 or (stands.author and re.search('["“”]', text)):
            return self._joined(number, self._stands)
        if stands.author:
            return Bullet(text=f"The author writes: “{text}”", evidence=(number,), origin="extracted")
        evidence = (number - stands.antecedent, number) if stands.antecedent else (number,)
        return Bullet(text=_replaced(parsed, stands.substitutes), evidence=evidence, origin="extracted")

    def _stands(self, number: int) -> bool:
        stands = standing(self._tree(self._text(number)), ())
        return stands.grade > 0.0 and not stands.substitutes

    def _joined(self, number: int, stands: Callable[[int], bool]) -> Bullet | None:
        """The sentence after the one or two before it, beginning with one that ``stands``."""
        for first in (number, *reversed(self._before(number))):
            if stands(first):
                ids = tuple(range(first, number + 1))
                text = " ".join(" ".join(self._document.sentence(i).split()) for i in ids)
                return Bullet(text=text, evidence=ids, origin="extracted")
        return None

    def _before(self, number: int) -> list[int]:
        """The two sentences before, where they stand in the same block or the one before it."""
        sentences, blocks = self._document.sentences, self._document.blocks
        block = sentences[number].block
        return [
            other
            for other in range(max(number - 2, 0), number)
            if block - sentences[other].block <= 1 and blocks[sentences[other].block].kind not in _SILENT
        ]

    def _text(self, number: int) -> str:
        return clean(self._document.sentence(number), english=self._language == "en")

    def _tree(self, text: str) -> Tree:
        assert self._network is not None
        (analysis,) = self._network.analyse([text])
        return tree(text, analysis.tokens)


def _replaced(parsed: Tree, substitutes: Sequence[tuple[int, str]]) -> str:
    text = parsed.text
    for position, words in sorted(substitutes, reverse=True):
        token = parsed.tokens[position]
        text = text[: token.start] + (words if token.start else words[0].upper() + words[1:]) + text[token.end :]
    return text


def foreign(question: str, own: str) -> str:
    """The language of ``question`` where that is plainly not ``own``; empty where it is, or cannot be told."""
    found = languages.detect(question)
    words = {question[start:end].casefold() for start, end in languages.tokens(question, own)}
    if not found or found == own or words & languages.stop_words(own):
        return ""
    known = words & languages.stop_words(found)
    return found if len(known) >= 2 or not languages.stop_words(found) or not _same_script(question, own) else ""


def _same_script(question: str, own: str) -> bool:
    latin = sum(character.isascii() and character.isalpha() for character in question)
    return (2 * latin > sum(character.isalpha() for character in question)) == (own not in _OTHER_SCRIPTS)


_OTHER_SCRIPTS = frozenset(
    "ru uk bg sr mk be kk ar fa ur he yi hi mr ne el ko ja zh th lo my km ka hy am bn ta te".split()
)

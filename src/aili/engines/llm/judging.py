"""Every sentence of a reply before anybody sees it: its ids cleaned, what guard and checks say of it, and what then stands.

What the guard refuses never leaves the engine. What only the checks refuse is handed on in the complete draft, where
verification puts the source sentence in its place; a partial draft shows nothing that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from aili import language as languages
from aili.digest import Bullet, Question, Section
from aili.document import Document
from aili.engines import Review
from aili.engines.llm.answers import Reply
from aili.engines.llm.guard import Guard
from aili.engines.llm.schemas import MOST_IDS

Fault = Callable[[Bullet], str]


class Judge:
    """Judges the sentences of one digest, each once however often a growing reply shows it.

    ``citable`` are the ids that a bullet may rest on, ``translated`` where the digest is in another language than the text.
    """

    def __init__(
        self, document: Document, guard: Guard, *, language: str, citable: frozenset[int], review: Review | None
    ) -> None:
        self._document = document
        self._guard = guard
        self._words = languages.phrases(language)
        self._citable = citable
        self._review = review
        self._faults: dict[tuple[str, tuple[int, ...]], tuple[str, str]] = {}

    def clean(self, reply: Reply, shown: frozenset[int]) -> Reply:
        """The reply whose bullets cite, of what the model was ``shown``, only what may be cited; nothing is said twice."""
        allowed = shown & self._citable
        opening = {id(bullet) for bullet in reply.abstract}
        # What the abstract says may be said again further down, where it answers a question.
        told: dict[bool, set[str]] = {True: set(), False: set()}

        def cleaned(bullet: Bullet) -> Bullet | None:
            before = told[id(bullet) in opening]
            if bullet.text in before:
                return None
            before.add(bullet.text)
            return replace(bullet, evidence=tuple(i for i in bullet.evidence if i in allowed)[:MOST_IDS])

        return mapped(reply, cleaned)

    def forbidden(self, bullet: Bullet) -> str:
        """Why the guard refuses a bullet; empty where it does not."""
        return self._judged(bullet)[0]

    def fault(self, bullet: Bullet) -> str:
        """Why a bullet does not stand, be it the guard's reason or the checks'; empty where it stands."""
        forbidden, unproved = self._judged(bullet)
        return forbidden or unproved

    def standing(self, reply: Reply, fault: Fault) -> Reply:
        """What of the reply has no ``fault``, under headings and questions that the guard lets through."""
        kept = mapped(reply, lambda bullet: None if fault(bullet) else bullet)
        sections = (self._titled(section, number) for number, section in enumerate(kept.sections, 1))
        return replace(kept, sections=tuple(sections))

    def _judged(self, bullet: Bullet) -> tuple[str, str]:
        key = (bullet.text, bullet.evidence)
        if key not in self._faults:
            forbidden = self._guard.bullet(bullet, self._citable)
            self._faults[key] = (forbidden, "" if forbidden else self._unproved(bullet))
        return self._faults[key]

    def _unproved(self, bullet: Bullet) -> str:
        if self._review is None:
            return ""
        reviewed = self._review(bullet)
        if reviewed.verdict == "supported":
            return ""
        return " ".join(reason.message for reason in reviewed.reasons) or "Its sentences do not prove it."

    def _titled(self, section: Section, number: int) -> Section:
        topic = self._own_heading(section) if self._guard.heading(section.heading) else section.heading
        questions = tuple(
            question if not self._guard.question(question.text) else replace(question, text=self._plain(topic, at))
            for at, question in enumerate(section.questions)
        )
        return replace(section, heading=topic or self._words.part.format(n=number), questions=questions)

    def _plain(self, topic: str, at: int) -> str:
        """A question that is always right; a second one about the same topic asks otherwise."""
        words = self._words
        return words.ask_topic.format(topic=words.quote(topic)) if topic and not at else words.ask_part

    def _own_heading(self, section: Section) -> str:
        """The document's heading above the section's first evidence; empty where there is none that can be one here."""
        first = min((i for q in section.questions for b in q.bullets for i in b.evidence), default=0)
        for number in range(first, -1, -1):
            block = self._document.blocks[self._document.sentences[number].block]
            if block.kind == "heading":
                text = " ".join(self._document.sentence(number).split())
                return "" if self._guard.heading(text) else text
        return ""


def mapped(reply: Reply, change: Callable[[Bullet], Bullet | None]) -> Reply:
    """The reply with each bullet changed, or gone where ``change`` gives None; so are what then holds none."""

    def each(bullets: Iterable[Bullet]) -> tuple[Bullet, ...]:
        return tuple(made for bullet in bullets if (made := change(bullet)) is not None)

    def sections() -> Iterator[Section]:
        for section in reply.sections:
            asked = (replace(question, bullets=each(question.bullets)) for question in section.questions)
            questions: tuple[Question, ...] = tuple(question for question in asked if question.bullets)
            if questions:
                yield replace(section, questions=questions)

    return replace(reply, abstract=each(reply.abstract), sections=tuple(sections()), bullets=each(reply.bullets))


def bullets(reply: Reply) -> Iterator[Bullet]:
    """Every bullet of a reply in reading order."""
    yield from reply.abstract
    for section in reply.sections:
        for question in section.questions:
            yield from question.bullets
    yield from reply.bullets

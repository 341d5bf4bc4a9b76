"""Puts questions and bullets together: which question a topic asks, and which of its sentences answer that question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from aili.digest import Bullet, Origin, Question
from aili.engines.embedded.asking import named, stands_alone, topical
from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.casing import as_told, renamed
from aili.engines.embedded.extent import SHORT, Extent
from aili.engines.embedded.headings import Name, own_name
from aili.engines.embedded.holding import holds
from aili.engines.embedded.intents import BY_NAME, Subject, frame
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.network import Network
from aili.engines.embedded.outline import Part, Topic
from aili.engines.embedded.page_questions import page_questions
from aili.engines.embedded.questions import Asked, Sentence, questions
from aili.engines.embedded.ranking import Setting, features, setting, worth
from aili.engines.embedded.reading import Survey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MAX_CHOICES = 20  # questions a topic that are compared
PART = 0.4  # of the best score: a part whose best sentence matters less is left out
OVERVIEW_QUESTION = "What is the article about?"
ELSE = "What else does the article say?"
MAIN = "What are the main points?"
DULL = 0.2  # worth that a plain question loses: no reference asks one
SALIENT = 0.25  # of a sentence's salience, beside the likeness of its question to one that a careful writer would ask
REPEATED = 0.06  # worth that a topical form loses for each time that the digest has asked it already
ALIKE = 0.82  # cosine above which two bullets say the same
# Cosine of question and sentence. Measured on the reference digests: bullets of the same question have a median of .52,
# those of the next question in the section .42; so nearness alone cannot tell them apart, and a shared subject is asked too.
ANSWERS = 0.45
UNDER = 0.3  # the same for sentences that stand under the heading which asks
# Forms that any sentence under the same heading, or about the same subject, goes on answering.
OPEN = frozenset(("topical", "heading", "label", "definition"))
# Forms that the page's own headings ask, or as good as ask; they come before any other by PAGE.
OWN = frozenset(("heading", "clause", "relation", "versus", "how act", "why act", "claim"))
LEANING = frozenset(("object", "duty", "helps"))  # forms that say nothing where their subject is any
PAGE = 0.5
SAME = 0.9  # cosine above which two questions ask the same
# Forms that were asked of a topic or a part, not made from the sentence that answers first.
WHOLE = frozenset(("overview", "rest")) | OWN
_SPEECH = re.compile(
    r"\b(?:said|says|told|added|adds|argued|argues|explained|explains|warned|warns|noted|notes|"
    r"according to|believes?|suggests?|wrote|writes)\b"
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A question for a topic, its vector, the candidate that it was made from, and its worth."""

    asked: Asked
    vector: Floats
    source: Candidate
    worth: float


def choices(survey: Survey, topic: Topic, found: Sequence[Candidate], network: Network) -> list[Choice]:
    """All questions that the candidates of a topic answer, the best first."""
    where = setting(survey, topic, found)
    pairs: list[tuple[Asked, Candidate]] = []
    for candidate in found:
        if candidate.tree is None or candidate.author:
            continue
        sentence = Sentence(tree=candidate.tree, substitutes=candidate.substitutes, known=network.knows)
        heading = where.heading(candidate.number)
        every = [
            *(
                each
                for each in questions(sentence)
                if each.form not in LEANING or stands_alone(each.topic, survey, heading)
            ),
            *page_questions(survey, topic, candidate, network),
            *topical(survey, sentence, candidate, heading),
        ]
        pairs += [(_named_large(asked, survey), candidate) for asked in every if asked.text]
    pairs = sorted(pairs, key=lambda pair: -(pair[0].weight + SALIENT * pair[1].score / where.best))[:MAX_CHOICES]
    vectors = network.embed([asked.text for asked, _ in pairs])
    kept = [
        (asked, candidate, vector)
        for (asked, candidate), vector in zip(pairs, vectors, strict=True)
        if float(vector @ candidate.vector) >= _least(asked, candidate, topic)
    ]
    likeness = worth([features(where, asked, vector, [candidate]) for asked, candidate, vector in kept])
    made = [
        Choice(
            asked=asked, vector=vector, source=candidate,
            worth=value + SALIENT * candidate.score / where.best - DULL * (asked.form == "topical"),
        )
        for (asked, candidate, vector), value in zip(kept, likeness, strict=True)
    ]  # fmt: skip
    return sorted(made, key=lambda choice: (-choice.worth, choice.asked.text))


def _named_large(asked: Asked, survey: Survey) -> Asked:
    """``asked`` with its names large, those too that open the sentence that it was made from."""
    text = renamed(asked.text, survey.names)
    if text == asked.text:
        return asked
    whole = as_told(text.rstrip("?"), survey.running, survey.told) + "?"  # "consumer Reports"
    return replace(asked, text=whole, topic=renamed(asked.topic, survey.names))


def _least(asked: Asked, candidate: Candidate, topic: Topic) -> float:
    """The least cosine of question and answer: the author put a sentence right under the heading that asks."""
    if asked.form != "heading":
        return 0.3
    return 0.15 if candidate.number - topic.part_of(candidate.number).heading <= 3 else 0.5


@dataclass(kw_only=True)
class Writer:
    """Writes the questions of one topic: what it may ask, what is asked already, and the groups of bullets under each."""

    survey: Survey
    topic: Topic
    found: Sequence[Candidate]
    made: Sequence[Choice]
    network: Network
    extent: Extent
    before: frozenset[str]  # questions of earlier topics
    asked: list[Choice] = field(default_factory=list)
    groups: list[list[Candidate]] = field(default_factory=list)

    @cached_property
    def where(self) -> Setting:
        """Where its questions are asked."""
        return setting(self.survey, self.topic, self.found)

    def write(self, name: Name) -> list[Question]:
        """The questions of the topic called ``name``, in the order of their first bullets."""
        most = self.extent.few if self.survey.words < SHORT else self.extent.questions
        if len(self.survey.topics) == 1 and len(self.found) > 2:
            self._overview()
        named = [part for part in self.topic.parts if part.heading >= 0]
        if len(named) > 1:
            most = min(max(most, len(named)), self.extent.parts)
            self._ask_parts(named)
        for choice in self.made:
            if len(self.asked) >= most:
                break
            if len(named) < 2 or self._says_its_part(choice):
                self._ask(choice)
        if len(named) < 2:
            self._rest(name, most)
        if self.extent.halved:
            self._halve(least=min(len(named), 2))  # a heading of two parts names both
        order = sorted(
            range(len(self.asked)), key=lambda at: (self.asked[at].asked.form == "rest", self.groups[at][0].number)
        )
        return [question(self.asked[index].asked.text, self.groups[index]) for index in order]

    def _halve(self, *, least: int) -> None:
        """Keep the better half of the questions, and ``least`` at least, each with its best bullet."""
        for at, choice in enumerate(self.asked):
            group = self.groups[at]
            whole = choice.asked.form in WHOLE
            self.groups[at] = [max(group, key=self._weight)] if whole else group[:1]
        ranked = sorted(
            range(len(self.asked)),
            key=lambda at: (self.asked[at].asked.text != ELSE, self._weight(self.groups[at][0])),
            reverse=True,
        )
        kept = ranked[: max((len(ranked) + 1) // 2, least)]
        self.asked, self.groups = [self.asked[at] for at in kept], [self.groups[at] for at in kept]

    def _weight(self, candidate: Candidate) -> tuple[float, int]:
        """How much a sentence matters, in its topic and in the whole; the earlier one where two matter alike."""
        return candidate.score + float(self.survey.leading[candidate.number]), -candidate.number

    def _overview(self) -> None:
        """A text of one topic: what it is about, by the sentences that lead it."""
        leading = sorted(self.found, key=lambda candidate: -float(self.survey.leading[candidate.number]))
        self._add(Asked(text=OVERVIEW_QUESTION, form="overview", weight=1.0), distinct(leading, 2))

    def _ask_parts(self, named: Sequence[Part]) -> None:
        """One question for each part with a sentence that matters, the parts with the best sentences first."""
        best = self.found[0].score
        ranked = []
        for part in named:
            inside = [candidate for candidate in self.found if part.start <= candidate.number < part.end]
            if inside and inside[0].score >= PART * best:
                ranked.append((-inside[0].score, part.start, part, inside))
        for _, _, part, inside in sorted(ranked, key=lambda entry: entry[:2])[: self.extent.parts - len(self.asked)]:
            worthy = [c for c in self._unused(inside) if c.score >= self.extent.left * inside[0].score]
            option = self._named(own_name(self.survey, part.heading, self.network), worthy[: self.extent.bullets])
            least = option.worth if option else 0.0
            own = (c for c in self.made if c.source in inside and c.worth > least and self._says_its_part(c))
            if not any(self._ask(choice) for choice in own) and option:
                self.asked.append(option)
                self.groups.append(self._answers(option, worthy, self.extent.bullets))

    def _says_its_part(self, choice: Choice) -> bool:
        """Whether a question shares a word with the heading of its part, so that nobody takes it for another's."""
        if choice.asked.form == "heading":
            return True
        heading = self.survey.lines[self.topic.part_of(choice.source.number).heading].text
        return bool(set(terms(heading, "en")) & set(terms(choice.asked.text, "en")))

    def _rest(self, name: Name, most: int) -> None:
        """What matters and answers none of the questions goes under one on the topic's name."""
        left = [c for c in self._unused(self.found) if c.score >= self.extent.left * self.found[0].score]
        if not left or (len(self.asked) >= most and self.asked):
            return
        count = self.extent.rest if self.asked else self.extent.bullets
        if not self._is_heading(name):
            wanted = set(terms(name.phrase, "en"))
            left = sorted(left, key=lambda candidate: not wanted & set(terms(candidate.text, "en")))
        bullets = left[:count]
        option = self._named(name, bullets)
        if option is not None:
            self.asked.append(option)
            self.groups.append(self._answers(option, left, count))
        else:
            fillers = [text for text in (MAIN, ELSE)[bool(self.asked) :] if text not in self.before]
            for text in fillers[:1]:
                self._add(Asked(text=text, form="rest", weight=0.3), bullets)

    def _is_heading(self, name: Name) -> bool:
        """Whether a name stands over a part of the page, and was not taken from its sentences."""
        return bool(name.evidence) and self.survey.lines[name.evidence[0]].kind == "heading"

    def _named(self, name: Name, bullets: Sequence[Candidate]) -> Choice | None:
        """The best question that ``name`` asks of ``bullets``; None where it asks none that is new."""
        if not bullets:
            return None
        told = [choice.asked.text for choice in self.asked]
        options = [
            asked
            for asked in named(self.survey, name, bullets, self.network)
            if asked.text and asked.text not in self.before and asked.text not in told
        ]
        vectors = self.network.embed([asked.text for asked in options])
        rows = [features(self.where, asked, vector, bullets) for asked, vector in zip(options, vectors, strict=True)]
        frames = Counter(frame(text) for text in (*self.before, *told))
        salient = SALIENT * bullets[0].score / self.where.best
        made = [
            Choice(
                asked=asked, vector=vector, source=bullets[0],
                worth=value + salient + (PAGE if asked.form in OWN else -REPEATED * frames[frame(asked.text)])
                - DULL * (asked.form == "topical"),
            )
            for asked, vector, value in zip(options, vectors, worth(rows), strict=True)
            if not any(float(vector @ other.vector) > SAME for other in self.asked)
        ]  # fmt: skip
        return max(made, key=lambda choice: (choice.worth, choice.asked.text), default=None)

    def _answers(self, choice: Choice, found: Sequence[Candidate], most: int) -> list[Candidate]:
        """Those of ``found`` that answer: that hold what a topical form asks for, or are near to the page's own question."""
        near = {c.number: float(choice.vector @ c.vector) for c in found}
        intent = BY_NAME.get(choice.asked.form)
        if intent is not None:
            first = [c for c in found[:most] if holds(intent, _subject(choice), c)]
            # "What is X like?" of a list may be held by none of them alone
            return [*first, *(c for c in found[:most] if c not in first and near[c.number] >= UNDER)] or list(found[:1])
        if choice.asked.form not in OWN:
            return list(found[:most])
        ranked = sorted(found, key=lambda c: (-near[c.number] - c.score / self.where.best, c.number))[:most]
        return [c for c in ranked if near[c.number] >= UNDER] or ranked[:1]

    def _ask(self, choice: Choice) -> bool:
        """Ask ``choice`` with all that answers it, unless that repeats something."""
        used = [candidate for group in self.groups for candidate in group]
        if choice.asked.text in self.before or said_before(choice.source, used):
            return False
        for other in self.asked:
            alike = float(choice.vector @ other.vector)
            if alike > (0.65 if choice.asked.form == other.asked.form else 0.8):
                return False
        self.asked.append(choice)
        self.groups.append([choice.source, *self._more(choice, used)])
        return True

    def _more(self, choice: Choice, used: Sequence[Candidate]) -> list[Candidate]:
        """Further sentences that answer the question: about the same subject, or said by the same speaker."""
        intent = BY_NAME.get(choice.asked.form)
        if intent is None and choice.asked.form not in OPEN | {"said"}:
            return []
        part = self.topic.part_of(choice.source.number)
        chosen: list[Candidate] = []
        ranked = sorted(self.found, key=lambda candidate: (-float(choice.vector @ candidate.vector), candidate.number))
        for candidate in ranked:
            if len(chosen) >= self.extent.bullets - 1 or float(choice.vector @ candidate.vector) < ANSWERS:
                break
            if not part.start <= candidate.number < part.end or said_before(candidate, [*used, choice.source, *chosen]):
                continue
            if intent is not None and not holds(intent, _subject(choice), candidate):
                continue
            if choice.asked.form == "heading" or _goes_on(choice, candidate):
                chosen.append(candidate)
        return chosen

    def _unused(self, found: Sequence[Candidate]) -> list[Candidate]:
        used = [candidate for group in self.groups for candidate in group]
        return distinct([candidate for candidate in found if not said_before(candidate, used)], len(found))

    def _add(self, asked: Asked, bullets: Sequence[Candidate]) -> None:
        if bullets:
            vector = self.network.embed([asked.text])[0]
            self.asked.append(Choice(asked=asked, vector=vector, source=bullets[0], worth=0.0))
            self.groups.append(sorted(bullets, key=lambda candidate: candidate.number))


def _subject(choice: Choice) -> Subject:
    """What a question is about, as a subject of topical forms."""
    topic = choice.asked.topic
    return Subject(text=topic, named=topic.removeprefix("the ")[:1].isupper())


def _goes_on(choice: Choice, candidate: Candidate) -> bool:
    """Whether a sentence has the subject that the question asks about, or the speaker whose words it asks for."""
    parsed = candidate.tree
    if parsed is None or parsed.root < 0:
        return False
    if choice.asked.form == "said":
        words = choice.asked.text.partition(" about ")[0].rstrip("?").split()
        return len(words) >= 4 and words[-2] in candidate.text and bool(_SPEECH.search(candidate.text))
    subject = parsed.child(parsed.root, "nsubj")
    if subject < 0:
        return False
    wanted = terms(choice.asked.topic, "en")
    named = candidate.substitutes.get(subject) or parsed.words(parsed.noun_phrase(subject))
    own = terms(named, "en")
    return bool(wanted and own) and wanted[-1] == own[-1]


def question(text: str, bullets: Sequence[Candidate]) -> Question:
    """A Question whose bullets stand in the document's order, the first one first where it was made from it."""
    first, *others = bullets
    ordered = [first, *sorted(others, key=lambda candidate: candidate.number)]
    return Question(text=text, bullets=tuple(map(bullet, ordered)))


def bullet(candidate: Candidate) -> Bullet:
    """The Bullet of a candidate."""
    whole = candidate.tree is None or candidate.text == candidate.tree.text
    origin: Origin = "extracted" if whole else "written"
    return Bullet(text=candidate.text, evidence=candidate.evidence, origin=origin)


def distinct(found: Sequence[Candidate], most: int) -> list[Candidate]:
    """The first ``most`` of ``found`` that do not say the same as one before."""
    chosen: list[Candidate] = []
    for candidate in found:
        if len(chosen) < most and not said_before(candidate, chosen):
            chosen.append(candidate)
    return chosen


def said_before(candidate: Candidate, used: Sequence[Candidate]) -> bool:
    """Whether ``candidate`` is one of ``used`` or says the same as one of them."""
    return any(candidate.number == other.number or float(candidate.vector @ other.vector) > ALIKE for other in used)

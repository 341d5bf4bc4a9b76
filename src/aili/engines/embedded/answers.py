"""Puts questions and bullets together: which question a topic asks, and which of its sentences answer that question."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from aili.digest import Bullet, Origin, Question
from aili.engines.embedded.asking import named
from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.choosing import Choice, read
from aili.engines.embedded.extent import SHORT, Extent
from aili.engines.embedded.headings import Name, own_name, thing_over
from aili.engines.embedded.intents import BY_NAME, frame
from aili.engines.embedded.judging import Case, judge
from aili.engines.embedded.keeping import sure
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.network import Network
from aili.engines.embedded.outline import Part, Topic
from aili.engines.embedded.questions import Asked
from aili.engines.embedded.ranking import Setting, features, promise, setting
from aili.engines.embedded.reading import Survey
from aili.engines.embedded.telling import measures, tells

MAX_NAMED = 3  # questions on a name that are read and judged
TRIED = 5  # further sentences that are tried as answers
ALL = 12  # sentences of a part that are tried as answers to what its heading asks outright
PART = 0.4  # of the best score: a part whose best sentence matters less is left out
OVERVIEW = "What is the article about?"
MAIN = "What are the main points?"
# How likely good a question must be: of a part, so that none on its name is sought; of a topic's first questions, without
# which little would be told of it. Extent has the others'.
PLENTY, LOW = 0.5, 0.2
FEW_TOPICS = 3  # a text of so many topics or fewer has two such first questions in each
REPEATED = 0.06  # worth that a topical form loses for each time that the digest has asked it already
ALIKE = 0.82  # cosine above which two bullets say the same
# Log odds from which a sentence by itself answers: what one sentence was asked, of whose further bullets half were beside
# the point from .4 on; what the page asks; what a topical form asks, whose words are looked for; and a plain question.
ANSWERS, PAGES, BELONGS, PLAINLY = 1.2, 0.4, 0.4, -1.5
# Forms that the page's own headings ask, or as good as ask; they come before others by PAGE.
OWN = frozenset(("heading", "clause", "relation", "versus", "how act", "why act", "claim"))
PAGE, HEADING = 0.1, 0.5  # what the page's own heading asks outright comes before all else
SAME = 0.9  # cosine above which two questions ask the same
_NUMBER = re.compile(r"\d+")


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

    def write(self, name: Name) -> list[tuple[Choice, list[Candidate]]]:
        """The questions of the topic called ``name``, each with its bullets, in the order of their first bullets."""
        self._sum_up()
        most = self.extent.few if self.survey.words < SHORT else self.extent.questions
        named = [part for part in self.topic.parts if part.heading >= 0]
        if len(named) > 1:
            most = min(max(most, len(named)), self.extent.parts)
            self._ask_parts(named)
        own = self._is_heading(name)
        if name.asked and len(named) < 2:  # before what its sentences ask, which would take its answers away
            self._rest(name, most)
        self._ask_made(most, named, least=self.extent.floor if own else LOW)
        if len(named) < 2:
            self._rest(name, most)
        if own:  # what the author calls the topic asks more than a subject that may be beside it
            self._ask_made(most, named, least=LOW)
        if not self.asked:
            self._overview()
        order = sorted(range(len(self.asked)), key=lambda at: self.groups[at][0].number)
        return [(self.asked[at], self.groups[at]) for at in order]

    def _sum_up(self) -> None:
        """The main points, where the topic holds what the author calls a summary."""
        own = [c for c in self.found if c.number in self.survey.summary and not c.author]
        if own and MAIN not in self.before:
            self._add(Asked(text=MAIN, form="summary", weight=1.0), distinct(own, self.extent.bullets))

    def _ask_made(self, most: int, named: Sequence[Part], *, least: float) -> None:
        """Ask what was made of the sentences, while there is room: the first from ``least`` on, others from ``floor``."""
        for choice in self.made:
            if len(self.asked) >= most:
                break
            floor = least if self._tells_little() else self.extent.floor
            if choice.good >= floor and (len(named) < 2 or self._says_its_part(choice)):
                self._ask(choice)

    def _tells_little(self) -> bool:
        """Whether little is asked of the topic yet: nothing, or one thing where there are few topics."""
        return len(self.asked) < (2 if len(self.survey.topics) <= FEW_TOPICS else 1)

    def _overview(self) -> None:
        """What a topic says of the title that answers nothing one would ask: the sentences that matter most.

        Of the opening, where there are several topics, that is what the text is about; a later one of many is left out.
        """
        topics = self.survey.topics
        opens = self.topic is topics[0] and OVERVIEW not in self.before
        text = OVERVIEW if opens else MAIN
        title = set(terms(self.survey.document.metadata.title, "en"))
        about = [c for c in self.found if not c.author and title & set(terms(c.text, "en"))]
        leading = sorted(about, key=lambda candidate: -float(self.survey.leading[candidate.number]))
        if leading and text not in self.before and (opens or len(topics) <= FEW_TOPICS):
            self._add(Asked(text=text, form="overview", weight=1.0), distinct(leading, self.extent.rest))

    def _ask_parts(self, named: Sequence[Part]) -> None:
        """One question for each part with a sentence that matters, the parts with the best sentences first."""
        best = self.found[0].score
        ranked = []
        for part in named:
            inside = [candidate for candidate in self.found if part.start <= candidate.number < part.end]
            if inside and inside[0].score >= PART * best:
                ranked.append((-inside[0].score, part.start, part, inside))
        for _, _, part, inside in sorted(ranked, key=lambda entry: entry[:2])[: self.extent.parts - len(self.asked)]:
            numbers = {c.number for c in inside}
            own = [c for c in self.made if c.source.number in numbers and self._says_its_part(c)]
            called = own_name(self.survey, part.heading, self.network)
            if not called.asked and any(self._ask(choice) for choice in own if choice.good >= PLENTY):
                continue
            inside = [c for c in inside if not self._tells_of_another(c, part.heading)] or inside
            worthy = [c for c in self._unused(inside) if c.score >= self._left(called) * inside[0].score]
            options = self._named(called, worthy[: self.extent.bullets])
            least = (
                2.0 if called.asked and options else options[0].worth if options else 0.0
            )  # the author's own comes first
            if not any(self._ask(choice) for choice in own if choice.worth > least):
                self._take(options, worthy, self.extent.bullets, least=self._least_of(inside))

    def _tells_of_another(self, candidate: Candidate, heading: int) -> bool:
        """Whether a sentence opens with what another heading names and lacks its own: "Alpha is better" under "Helios"."""
        own = self.survey.lines[thing_over(self.survey, heading)].text.lower() if heading >= 0 else ""
        return bool(own) and own not in candidate.text.lower() and candidate.text.startswith(self._openings)

    @cached_property
    def _openings(self) -> tuple[str, ...]:
        """How sentences open that tell of what a heading of the page names, and not of what all of it is about."""
        title = self.survey.document.metadata.title.lower()
        names = {self.survey.lines[at].text for at in self._headings}
        others = sorted(name for name in names if name[:1].isupper() and name.lower() not in title)
        return tuple(f"{the}{name} " for name in others for the in ("", "The "))

    @cached_property
    def _headings(self) -> tuple[int, ...]:
        return tuple(at for at, line in enumerate(self.survey.lines) if line.kind == "heading" and line.opens)

    def _least_of(self, inside: Sequence[Candidate]) -> float:
        """How likely good a part's question must be: where much is told, more, unless the part holds what matters most."""
        few = len(self.survey.topics) <= FEW_TOPICS or self.found[0] in inside
        return self.extent.least if few else self.extent.unsure

    def _says_its_part(self, choice: Choice) -> bool:
        """Whether a question is good by itself or shares a word with its part's heading, lest it be taken for another's."""
        if choice.asked.form == "heading" or choice.good >= PLENTY:
            return True
        heading = self.survey.lines[self.topic.part_of(choice.source.number).heading].text
        return bool(set(terms(heading, "en")) & set(terms(choice.asked.text, "en")))

    def _rest(self, name: Name, most: int) -> None:
        """What matters and answers none of the questions goes under one on the topic's name."""
        left = [c for c in self._unused(self.found) if c.score >= self._left(name) * self.found[0].score]
        if not left or (len(self.asked) >= most and self.asked):
            return
        count = self.extent.bullets
        if not self._is_heading(name):
            left = [candidate for candidate in left if _mentions(candidate, name.phrase)]
        if not left:
            return
        bullets = left[:count]
        untold = left[0].number == self.found[0].number  # what matters most is not told yet
        least = self.extent.least if untold or not self.asked else LOW if self._tells_little() else self.extent.floor
        self._take(self._named(name, bullets), left, count, least=least)

    def _left(self, name: Name) -> float:
        """From which share of the best score a sentence may answer: what the page asks is answered where it may be."""
        return 0.0 if name.asked else self.extent.left

    def _take(self, options: Sequence[Choice], found: Sequence[Candidate], most: int, *, least: float) -> None:
        """Ask the first of what a name asks that some of ``found`` surely answer, else the surest, if it is likely good."""
        able: list[tuple[float, Choice, list[Candidate]]] = []
        for option in options:
            group = self._answers(option, found, most)
            if not group:
                continue
            (judged,) = read(
                self.where, [(option.asked, group, features(self.where, option.asked, group))], self.network
            )
            own = judged.asked.form == "heading"  # what the author asks is always asked
            value = 1.0 if own else sure(judged.asked.form, judged.asked.text, judged.good, len(group))
            able.append((value, judged, group))
            if value >= self.extent.sure:
                break
        if not able:
            return
        value, judged, group = max(able, key=lambda entry: entry[0])
        if value == 1.0 or judged.good >= least:
            self.asked.append(judged)
            self.groups.append(group)

    def _is_heading(self, name: Name) -> bool:
        """Whether a name stands over a part of the page, and was not taken from its sentences."""
        return bool(name.evidence) and self.survey.lines[name.evidence[0]].kind == "heading"

    def _named(self, name: Name, bullets: Sequence[Candidate]) -> list[Choice]:
        """What ``name`` asks of ``bullets`` that is new, the best first."""
        if not bullets:
            return []
        told = [choice.asked.text for choice in self.asked]
        options = [
            asked
            for asked in named(self.survey, name, bullets, self.network)
            if asked.text and asked.text not in self.before and asked.text not in told
        ]
        frames = Counter(frame(text) for text in (*self.before, *told))
        each = [features(self.where, asked, bullets) for asked in options]
        hopes = sorted(zip(promise(each), range(len(each)), strict=True), reverse=True)[:MAX_NAMED]
        rows = [(options[at], bullets, each[at]) for _, at in hopes]
        made = [
            replace(
                choice,
                worth=choice.worth
                + (_page(choice) if choice.asked.form in OWN else -REPEATED * frames[frame(choice.asked.text)]),
            )
            for choice in read(self.where, rows, self.network)
            if not any(float(choice.vector @ other.vector) > SAME for other in self.asked)
        ]
        return sorted(made, key=lambda choice: (-choice.worth, choice.asked.text))

    def _answers(self, choice: Choice, found: Sequence[Candidate], most: int) -> list[Candidate]:
        """Those of ``found`` that answer, the best first; of what the author asks, or anybody, at least one does."""
        tried = ALL if choice.asked.form == "heading" else most + TRIED
        best = sorted(found, key=lambda c: (-c.score, c.number))[:tried]
        told = sorted(self._judged(choice, best), key=lambda pair: -pair[0] - self._near(choice, pair[1]))
        answer = [c for value, c in told if value >= _least(choice) - self.extent.slack][:most]
        unsure = 2 if choice.asked.form == "heading" else 1 if choice.asked.form == "topical" else 0
        return answer or [c for _, c in told[:unsure]]

    def _near(self, choice: Choice, candidate: Candidate) -> float:
        """What likeness and salience weigh beside the judge's log odds: it is right about four in five first answers.

        What a heading asks, its first sentences answer: of 123 such questions the first one 72, the second 27. Of a plain
        question all that is weighed already.
        """
        if choice.asked.form == "topical":
            return 0.0
        alike = 3 * float(choice.vector @ candidate.vector)
        salient = candidate.score / self.where.best
        if choice.asked.form != "heading":
            return alike + 2 * salient
        place = candidate.number - self.topic.part_of(candidate.number).heading
        return alike + 0.5 * salient - 0.3 * math.log(max(place, 1))

    def _judged(self, choice: Choice, found: Sequence[Candidate]) -> list[tuple[float, Candidate]]:
        """How well each of ``found`` answers by itself (log odds), the best first."""
        title = self.survey.document.metadata.title
        said = judge(title, [Case(choice.asked.text, (c.text,)) for c in found], self.network)
        pairs = [(each.answered, c) for each, c in zip(said, found, strict=True)]
        if choice.asked.form == "topical":
            pairs = [(self._tells(choice, value, c), c) for value, c in pairs]
        return sorted(pairs, key=lambda pair: (-pair[0], pair[1].number))

    def _tells(self, choice: Choice, answered: float, candidate: Candidate) -> float:
        """How well a sentence answers a plain question (log odds), where the judge alone says ``answered``."""
        over = self._over(candidate.number)
        measured = measures(
            choice.asked.topic,
            candidate.text,
            answered=answered,
            alike=float(choice.vector @ candidate.vector),
            salient=candidate.score / self.where.best,
            author=candidate.author,
            heading=self.survey.lines[over].text if over >= 0 else "",
            place=candidate.number - over,
        )
        return tells(measured)

    def _over(self, number: int) -> int:
        """The nearest heading above a sentence, -1 where there is none."""
        return max((at for at in self._headings if at < number), default=-1)

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
        """Further sentences of the same part that answer the question."""
        part = self.topic.part_of(choice.source.number)
        near = sorted(self.found, key=lambda candidate: (-float(choice.vector @ candidate.vector), candidate.number))
        inside = [c for c in near if part.start <= c.number < part.end and c is not choice.source]
        inside = [c for c in inside if not self._tells_of_another(c, self._over(choice.source.number))]
        numbers = set(_NUMBER.findall(choice.asked.topic))  # nothing of "boat 378" under a question on "boat 394"
        inside = [c for c in inside if numbers <= set(_NUMBER.findall(c.text))]
        chosen: list[Candidate] = []
        for value, candidate in self._judged(choice, inside[:TRIED]):
            if value < _least(choice) - self.extent.slack or len(chosen) >= self.extent.bullets - 1:
                break
            if not said_before(candidate, [*used, choice.source, *chosen]):
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


def _mentions(candidate: Candidate, phrase: str) -> bool:
    """Whether a sentence has all words of a phrase that are written large, or any where none is."""
    found = set(terms(candidate.text, "en"))
    large = set(terms(" ".join(word for word in phrase.split() if word[:1].isupper()), "en"))
    return large <= found if large else not found.isdisjoint(terms(phrase, "en"))


def _page(choice: Choice) -> float:
    """What a question is worth for being the page's own."""
    return HEADING if choice.asked.form == "heading" else PAGE


def _least(choice: Choice) -> float:
    """From which log odds on a sentence answers."""
    form = choice.asked.form
    least = {"topical": PLAINLY, "heading": PAGES}.get(form, ANSWERS)
    return BELONGS if form in BY_NAME else least


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

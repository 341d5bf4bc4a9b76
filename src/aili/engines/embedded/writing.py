"""From a survey to a draft: sections with questions, and the abstract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress

from aili.digest import Bullet, Question, Section
from aili.engines.embedded.answers import OWN, Writer, bullet, distinct, question
from aili.engines.embedded.bullets import Candidate, candidates
from aili.engines.embedded.choosing import Choice, choices
from aili.engines.embedded.extent import Extent
from aili.engines.embedded.headings import Name, name, plain_name, told_name
from aili.engines.embedded.keeping import kept, sure
from aili.engines.embedded.network import Network
from aili.engines.embedded.outline import Topic
from aili.engines.embedded.reading import Survey
from aili.language import Phrases

Pair = tuple[Choice, Sequence[Candidate]]  # a question and its bullets
# Forms that were asked of a topic or a part, not made from the sentence that answers first.
WHOLE = OWN | {"overview", "summary"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is to be told of a topic: its candidates, what it is called, and its questions with their bullets."""

    topic: Topic
    found: Sequence[Candidate]
    called: Name
    asked: Sequence[Pair]

    @property
    def told(self) -> list[Candidate]:
        """The bullets under all its questions."""
        return [candidate for _, group in self.asked for candidate in group]


def sections(
    survey: Survey, network: Network | None, words: Phrases, extent: Extent
) -> tuple[tuple[Section, ...], tuple[Name, ...], list[Sequence[Candidate]]]:
    """The sections of a digest, the names of their topics, and the candidates each was written from."""
    if network is None:
        return _plain_sections(survey, words, extent)
    asked = _asked(survey, network, extent)
    left = _kept(asked, extent)
    if extent.halved:
        left = [_halved(survey, each.topic, pairs) for each, pairs in zip(asked, left, strict=True)]
    told = _renamed(survey, asked, left, network)
    made = tuple(
        Section(
            heading=each.called.heading or words.overview,
            questions=tuple(question(choice.asked.text, group) for choice, group in each.asked),
        )
        for each in told
    )
    return made, tuple(each.called for each in told), [each.found for each in told]


def _asked(survey: Survey, network: Network, extent: Extent) -> list[Told]:
    """What is asked of each topic that answers anything."""
    made: list[Told] = []
    for topic in survey.topics:
        found = candidates(survey, topic, network.analyse)
        if not found:
            continue
        names = [each.called for each in made]
        called = name(survey, topic, found, network, names)
        writer = Writer(
            survey=survey,
            topic=topic,
            found=found,
            made=choices(survey, topic, found, network),
            network=network,
            extent=extent,
            before=frozenset(choice.asked.text for each in made for choice, _ in each.asked),
        )
        asked = writer.write(called)
        if asked:
            told = Told(topic=topic, found=found, called=called, asked=asked)
            made.append(replace(told, called=told_name(survey, topic, called, told.told, network, names)))
    return made


def _kept(made: Sequence[Told], extent: Extent) -> list[list[Pair]]:
    """The questions of each topic that a reader is likely to find worth asking and answered."""

    def said(choice: Choice, group: Sequence[Candidate]) -> float:
        if choice.asked.form == "summary":
            return 1.0  # what the author thinks matters most
        value = sure(choice.asked.form, choice.asked.text, choice.good, len(group))
        asks = choice.asked.form == "heading" and value >= extent.surest  # what the page asks need not be as sure
        return max(value, extent.sure) if asks else value

    values = [[said(choice, group) for choice, group in each.asked] for each in made]
    keep = kept(values, extent.sure, extent.surest)
    return [list(compress(each.asked, row)) for each, row in zip(made, keep, strict=True)]


def _halved(survey: Survey, topic: Topic, asked: Sequence[Pair]) -> list[Pair]:
    """The better half of a topic's questions, each with its best bullet; two where several of its parts have a name."""

    def weight(candidate: Candidate) -> tuple[float, int]:
        """How much it matters, in its topic and in the whole; the earlier one where two matter alike."""
        return candidate.score + float(survey.leading[candidate.number]), -candidate.number

    best = [(c, max(group, key=weight) if c.asked.form in WHOLE else group[0]) for c, group in asked]
    named = sum(part.heading >= 0 for part in topic.parts)
    ranked = sorted(range(len(best)), key=lambda at: weight(best[at][1]), reverse=True)
    left = sorted(ranked[: max((len(ranked) + 1) // 2, min(named, 2))])
    return [(best[at][0], [best[at][1]]) for at in left]


def _renamed(survey: Survey, made: Sequence[Told], left: Sequence[list[Pair]], network: Network) -> list[Told]:
    """``made`` with the questions that are ``left`` of each, called after what they still tell; without empty topics."""
    told: list[Told] = []
    for at, (each, asked) in enumerate(zip(made, left, strict=True)):
        if not asked:
            continue
        less = replace(each, asked=asked)
        if len(less.told) < len(each.told):
            others = [*(one.called for one in told), *(one.called for one in made[at + 1 :])]
            less = replace(less, called=told_name(survey, each.topic, each.called, less.told, network, others))
        told.append(less)
    return told


def _plain_sections(
    survey: Survey, words: Phrases, extent: Extent
) -> tuple[tuple[Section, ...], tuple[Name, ...], list[Sequence[Candidate]]]:
    """The same where nothing can be parsed: verbatim bullets under plain questions."""
    made: list[Section] = []
    names: list[Name] = []
    pools: list[Sequence[Candidate]] = []
    most = extent.plain if survey.words > 250 else max(extent.plain - 1, 1)
    for index, topic in enumerate(survey.topics):
        found = candidates(survey, topic, None)
        if found:
            called = plain_name(survey, topic, index, words)
            questions = _plain(found, called, words, most, first=not made)
            made.append(Section(heading=called.heading or words.overview, questions=tuple(questions)))
            names.append(called)
            pools.append(found)
    return tuple(made), tuple(names), pools


def _plain(found: list[Candidate], called: Name, words: Phrases, most: int, *, first: bool) -> list[Question]:
    """One topical question with the sentences that matter most, in the words of the document's language."""
    chosen = sorted(distinct(found, most), key=lambda candidate: candidate.number)
    if called.phrase:
        text = words.ask_topic.format(topic=called.phrase)
    else:
        text = words.ask_overview if first else words.ask_part
    return [question(text, chosen)]


def abstract(
    survey: Survey, names: Sequence[Name], pools: Sequence[Sequence[Candidate]], words: Phrases, extent: Extent
) -> tuple[Bullet, ...]:
    """What the text is about, then the sentences that matter most, in the document's order."""
    opening = _opening(names, words)
    # the author's own words in the first person only where there is nothing else
    best = sorted((c for pool in pools for c in pool), key=lambda c: (c.author, -_lead(survey, c), c.number))
    best = [c for c in best if not c.author] or best
    summed = sorted(
        (c for c in best if c.number in survey.summary and not c.author), key=lambda c: (-c.score, c.number)
    )
    first = {c.number for c in summed}
    best = [*summed, *(c for c in best if c.number not in first)]
    chosen = sorted(distinct(best, extent.abstract), key=lambda candidate: candidate.number)
    return (*opening, *(bullet(candidate) for candidate in chosen))


def _phrases(names: Sequence[Name]) -> list[str]:
    """The phrases of ``names``, those of a joined one each by itself: a list has one *and*."""
    return [phrase for name in names for phrase in (name.phrases or (name.phrase,))]


def _lead(survey: Survey, candidate: Candidate) -> float:
    """How well a sentence would stand in the abstract: its salience there, as far as it stands alone."""
    alone = candidate.score / max(float(survey.salience[candidate.number]), 1e-6)
    return float(survey.leading[candidate.number]) * alone


def _opening(names: Sequence[Name], words: Phrases) -> tuple[Bullet, ...]:
    """*The article discusses …*, naming the topics; absent where a topic has no name that fits into a sentence."""
    named = [each for each in names if each.phrase and each.evidence and not set(",()") & set(each.phrase)]
    if len(named) < 2:
        return ()
    first, rest = named[:3], named[3:6]
    sentences = [
        Bullet(
            text=words.discusses.format(topics=words.join(_phrases(first))),
            evidence=tuple(sorted({i for n in first for i in n.evidence})),
        )
    ]
    if rest:
        sentences.append(
            Bullet(
                text=words.also_covers.format(topics=words.join(_phrases(rest))),
                evidence=tuple(sorted({i for n in rest for i in n.evidence})),
            )
        )
    return tuple(sentences)

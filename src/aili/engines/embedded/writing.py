"""From a survey to a draft: sections with questions, and the abstract."""

from __future__ import annotations

from collections.abc import Sequence

from aili.digest import Bullet, Question, Section
from aili.engines.embedded.answers import Writer, bullet, distinct, question
from aili.engines.embedded.bullets import Candidate, candidates
from aili.engines.embedded.choosing import choices
from aili.engines.embedded.extent import Extent
from aili.engines.embedded.headings import Name, name, plain_name, told_name
from aili.engines.embedded.network import Network
from aili.engines.embedded.reading import Survey
from aili.language import Phrases


def sections(
    survey: Survey, network: Network | None, words: Phrases, extent: Extent
) -> tuple[tuple[Section, ...], tuple[Name, ...], list[list[Candidate]]]:
    """The sections of a digest, the names of their topics, and the candidates each was written from."""
    made: list[Section] = []
    names: list[Name] = []
    pools: list[list[Candidate]] = []
    most = extent.plain if survey.words > 250 else max(extent.plain - 1, 1)
    for index, topic in enumerate(survey.topics):
        found = candidates(survey, topic, network.analyse if network else None)
        if not found:
            continue
        if network is not None:
            called = name(survey, topic, found, network, names)
            writer = Writer(
                survey=survey,
                topic=topic,
                found=found,
                made=choices(survey, topic, found, network),
                network=network,
                extent=extent,
                before=frozenset(question.text for section in made for question in section.questions),
            )
            questions = writer.write(called)
            told = [candidate for group in writer.groups for candidate in group]
            called = told_name(survey, topic, called, told, network, names)
        else:
            called = plain_name(survey, topic, index, words)
            questions = _plain(found, called, words, most, first=not made)
        if questions:
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

"""Puts questions and bullets together: which question a topic asks, and which of its sentences answer that question."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aili.digest import Bullet, Origin, Question
from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.clause import subject_text
from aili.engines.embedded.headings import Name
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.page_questions import page_questions
from aili.engines.embedded.questions import Asked, Sentence, questions
from aili.engines.embedded.questions.base import is_vague
from aili.engines.embedded.reading import Embed, Survey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MAX_BULLETS = 3
MAX_CHOICES = 18  # questions a topic that are compared
LEFT = 0.6  # of the best score: a sentence that matters so much is not left out
OVERVIEW_QUESTION = "What is the article about?"
TOPICAL_QUESTION = "What does the article say about {topic}?"
ALIKE = 0.82  # cosine above which two bullets say the same
# Cosine of question and sentence. Measured on the reference digests: bullets of the same question have a median of .52, bullets
# of the next question of the same section .42; alone this cannot tell them apart, so shared words or nearness are asked too.
ANSWERS = 0.45
TOPICAL = 0.5
# Forms whose answer is one fact: a second sentence does not answer them.
SINGLE = {"how many", "how much", "when", "who", "cause", "result", "happened"}
_CAUSE = re.compile(
    r"\b(?:because|due to|since|as a result|so that|owing to|thanks to|reason|therefore|leads? to|led to|caus)",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"\b(?:said|says|told|added|adds|argued|argues|explained|explains|warned|warns|noted|notes|according to|believes?|suggests?|wrote|writes)\b"
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A question chosen for a topic, its vector, the candidate that it was made from (None for a topical one), and its worth."""

    asked: Asked
    vector: Floats
    source: Candidate | None
    worth: float


def choices(
    survey: Survey, topic: tuple[int, int], found: Sequence[Candidate], known: Callable[[str], bool], embed: Embed
) -> list[Choice]:
    """All questions that the candidates of a topic answer, the best first."""
    pairs: list[tuple[Asked, Candidate]] = []
    for candidate in found:
        if candidate.tree is None or candidate.author:
            continue
        pairs += [
            (asked, candidate)
            for asked in questions(Sentence(tree=candidate.tree, substitutes=candidate.substitutes, known=known))
        ]
        pairs += [(asked, candidate) for asked in page_questions(survey, topic, candidate)]
        pairs += [(asked, candidate) for asked in _topical(candidate)]
    if not pairs:
        return []
    best = max((candidate.score for candidate in found), default=1.0) or 1.0
    pairs = sorted(pairs, key=lambda pair: -(pair[0].weight + 0.55 * pair[1].score / best))[:MAX_CHOICES]
    vectors = embed([asked.text for asked, _ in pairs])
    middle = survey.vectors[topic[0] : topic[1]].mean(axis=0)
    made = []
    for (asked, candidate), vector in zip(pairs, vectors, strict=True):
        answered = float(vector @ candidate.vector)
        worth = asked.weight + 0.55 * candidate.score / best + 0.5 * answered + 0.35 * float(vector @ middle)
        if answered >= 0.3:
            made.append(Choice(asked=asked, vector=vector, source=candidate, worth=worth))
    return sorted(made, key=lambda choice: (-choice.worth, choice.asked.text))


def _topical(candidate: Candidate) -> list[Asked]:
    """The plain question that any statement answers: what is said of its subject."""
    parsed = candidate.tree
    if parsed is None or parsed.root < 0:
        return []
    sentence = Sentence(tree=parsed, substitutes=candidate.substitutes, known=str.islower)
    subject = parsed.child(parsed.root, "nsubj")
    phrase = subject_text(parsed, subject, candidate.substitutes) if subject >= 0 else ""
    if not phrase or is_vague(phrase):
        thing = parsed.child(parsed.root, "obj")
        phrase = sentence.phrase(thing) if thing >= 0 else ""
    if not phrase or is_vague(phrase) or len(phrase.split()) > 7:
        return []
    return [Asked(text=TOPICAL_QUESTION.format(topic=phrase), form="topical", weight=0.3, topic=phrase)]


def answer(
    survey: Survey, found: Sequence[Candidate], name: Name, made: Sequence[Choice], embed: Embed
) -> list[Question]:
    """The questions of a topic with their bullets.

    Questions are taken from ``made`` in turn; the sentences that matter most and answer none of them are put under the question
    that they come nearest to, or under a topical one.
    """
    most = wanted(survey)
    single = len(survey.topics) == 1
    if single and len(found) > 2:
        first = distinct(sorted(found, key=lambda candidate: -float(survey.leading[candidate.number])), 2)
        rest = [candidate for candidate in found if not _said_before(candidate, first)]
        return [question(OVERVIEW_QUESTION, first), *_answers(survey, rest, name, made, embed, most - 1)]
    return _answers(survey, found, name, made, embed, most)


def _answers(
    survey: Survey, found: Sequence[Candidate], name: Name, made: Sequence[Choice], embed: Embed, most: int
) -> list[Question]:
    numbers = {candidate.number for candidate in found}
    made = [choice for choice in made if choice.source is not None and choice.source.number in numbers]
    asked: list[Choice] = []
    groups: list[list[Candidate]] = []
    for choice in made:
        used = [candidate for group in groups for candidate in group]
        if len(asked) < most and choice.source is not None and not _repeats(choice, asked, used):
            asked.append(choice)
            groups.append([choice.source, *_more(survey, choice, found, used)])
    for candidate in _left(found, [candidate for group in groups for candidate in group]):
        _attach(candidate, asked, groups)
    order = sorted(range(len(asked)), key=lambda index: groups[index][0].number)
    result = [question(asked[index].asked.text, groups[index]) for index in order]
    left = _left(found, [candidate for group in groups for candidate in group])
    if left and len(result) < most:
        fit = float(embed([name.phrase or name.heading])[0] @ left[0].vector)
        result.append(question(_general(name, result, fit), left[:2]))
    elif left and asked[-1].asked.form == "topical" and len(groups[-1]) == 1:
        # the weakest question gives way to one that more sentences answer
        gone = order.index(len(asked) - 1)
        result = [*result[:gone], *result[gone + 1 :]]
        result.append(question(_general(name, result, 0.0), [*groups[-1], *left][:MAX_BULLETS]))
    return result


def _attach(candidate: Candidate, asked: Sequence[Choice], groups: Sequence[list[Candidate]]) -> None:
    """Put a sentence that matters under the question it comes nearest to, where it answers it."""
    fits = [
        (float(choice.vector @ candidate.vector), index)
        for index, choice in enumerate(asked)
        if choice.asked.form in ("topical", "definition", "heading", "label")
        and len(groups[index]) < MAX_BULLETS
        and _names(choice.asked.topic, candidate.text)
    ]
    best = max(fits, default=(0.0, -1))
    if best[0] >= ANSWERS and not _said_before(candidate, groups[best[1]]):
        groups[best[1]].append(candidate)


def _general(name: Name, before: Sequence[Question], fit: float) -> str:
    """A plain question for sentences that answer none of the others: on the topic's name where it fits them."""
    if name.asked and all(name.asked != other.text for other in before):
        return name.asked
    text = TOPICAL_QUESTION.format(topic=name.phrase)
    if name.phrase and fit >= TOPICAL and all(text != other.text for other in before):
        return text
    return "What else does the article say?" if before else "What are the main points?"


def wanted(survey: Survey) -> int:
    """How many questions a section has at most: two for a short text, three for a long one."""
    return 2 if survey.words < 500 else 3


def _left(found: Sequence[Candidate], used: Sequence[Candidate]) -> list[Candidate]:
    """Candidates that matter nearly as much as the best and are not used yet."""
    best = found[0].score if found else 0.0
    return [candidate for candidate in found if candidate.score >= LEFT * best and not _said_before(candidate, used)]


def question(text: str, bullets: Sequence[Candidate]) -> Question:
    """A Question whose bullets stand in the document's order, the first one first where it was made from it."""
    first, *others = bullets
    ordered = [first, *sorted(others, key=lambda candidate: candidate.number)]
    return Question(text=text, bullets=tuple(bullet(candidate) for candidate in ordered))


def bullet(candidate: Candidate) -> Bullet:
    """The Bullet of a candidate."""
    origin: Origin = "written" if candidate.substitutes or candidate.author else "extracted"
    return Bullet(text=candidate.text, evidence=candidate.evidence, origin=origin)


def distinct(found: Sequence[Candidate], most: int) -> list[Candidate]:
    """The first ``most`` of ``found`` that do not say the same as one before."""
    chosen: list[Candidate] = []
    for candidate in found:
        if len(chosen) < most and not _said_before(candidate, chosen):
            chosen.append(candidate)
    return chosen


def _said_before(candidate: Candidate, used: Sequence[Candidate]) -> bool:
    return any(candidate.number == other.number or float(candidate.vector @ other.vector) > ALIKE for other in used)


def _repeats(choice: Choice, asked: Sequence[Choice], used: Sequence[Candidate]) -> bool:
    """Whether a choice asks or answers again what an earlier one did."""
    if choice.source is None or _said_before(choice.source, used):
        return True
    for other in asked:
        alike = float(choice.vector @ other.vector)
        same_form = choice.asked.form == other.asked.form
        if alike > 0.8 or (same_form and alike > 0.65) or choice.asked.text == other.asked.text:
            return True
    return False


def _more(survey: Survey, choice: Choice, found: Sequence[Candidate], used: Sequence[Candidate]) -> list[Candidate]:
    """Further sentences that answer the question of ``choice``."""
    source = choice.source
    if source is None or choice.asked.form in SINGLE:
        return []
    words = set(terms(choice.asked.text, "en"))
    chosen: list[Candidate] = []
    ranked = sorted(found, key=lambda candidate: (-float(choice.vector @ candidate.vector), candidate.number))
    for candidate in ranked:
        if len(chosen) >= MAX_BULLETS - 1 or float(choice.vector @ candidate.vector) < ANSWERS:
            break
        if _said_before(candidate, [*used, source, *chosen]):
            continue
        same_block = survey.lines[candidate.number].block == survey.lines[source.number].block
        near = same_block and abs(candidate.number - source.number) <= 2
        shared = words & set(terms(candidate.text, "en"))
        if choice.asked.form in ("why", "purpose") and not _CAUSE.search(candidate.text):
            continue
        if choice.asked.form == "said" and not (_SPEECH.search(candidate.text) and _speaker(choice) in candidate.text):
            continue
        if choice.asked.form in ("definition", "duty", "intention", "object", "helps", "how", "topical") and not _names(
            choice.asked.topic, candidate.text
        ):
            continue
        if (
            len(shared) >= 2
            or (near and shared)
            or (choice.asked.form == "heading" and _same_heading(survey, source, candidate))
        ):
            chosen.append(candidate)
    return chosen


def _same_heading(survey: Survey, source: Candidate, candidate: Candidate) -> bool:
    low, high = sorted((source.number, candidate.number))
    return all(survey.lines[number].kind != "heading" for number in range(low, high))


def _speaker(choice: Choice) -> str:
    """The last word of who spoke, as it stands in *What did NAME say about …*."""
    words = choice.asked.text.partition(" about ")[0].split()
    return words[-2] if len(words) >= 4 else "\0"


def _names(topic: str, text: str) -> bool:
    wanted = terms(topic, "en")
    return bool(wanted) and wanted[-1] in set(terms(text, "en"))

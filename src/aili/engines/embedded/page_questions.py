"""Questions that the page itself asks or implies: headings that ask, *How to …*, and list items with a label."""

from __future__ import annotations

import re

from aili.engines.embedded.asking import named
from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.casing import inside, opened
from aili.engines.embedded.heading_text import ASKS, clean_heading
from aili.engines.embedded.headings import Name, own_name
from aili.engines.embedded.network import Network
from aili.engines.embedded.outline import Topic
from aili.engines.embedded.questions import Asked
from aili.engines.embedded.reading import Survey

REACH = 8  # sentences below a heading that it still asks for
_DEPENDENT = re.compile(r"\b(?:it|this|that|these|they|he|she|we|us|our|i|my)\b", re.IGNORECASE)
_LABEL = re.compile(r"^([A-Z][^:.!?]{2,48}): (?=[A-Z])")
_VERB_LABEL = re.compile(r"^(?:[A-Z][a-z]+)(?: [a-z]+)+$")


def page_questions(survey: Survey, topic: Topic, candidate: Candidate, network: Network) -> list[Asked]:
    """The question of the heading over ``candidate``, and of its own label, where there is one."""
    return [*_from_heading(survey, topic, candidate, network), *_from_label(survey, candidate, network)]


def _from_heading(survey: Survey, topic: Topic, candidate: Candidate, network: Network) -> list[Asked]:
    at = topic.part_of(candidate.number).heading
    if at < 0 or candidate.number - at > REACH:
        return []
    text = clean_heading(survey.lines[at].text)
    if not text or text == survey.document.metadata.title or not 3 <= len(text.split()) <= 14:
        return []
    near = 0.1 if candidate.number - at <= 3 else 0.0
    plain = opened(inside(text, survey, network)).rstrip("?")
    if text.endswith("?") and ASKS.match(text) and not _DEPENDENT.search(text):
        return [Asked(text=f"{plain}?", form="heading", weight=0.95 + near, topic=plain)]
    if not text.endswith("?") and (asked := own_name(survey, at, network).asked):
        return [Asked(text=asked, form="heading", weight=0.9 + near, topic=plain)]
    return []


def _from_label(survey: Survey, candidate: Candidate, network: Network) -> list[Asked]:
    """*Rising costs: …* in a list tells of rising costs; *Use proper indexes: …* tells how to."""
    match = _LABEL.match(candidate.text)
    if match is None or candidate.tree is None or not candidate.tree.tokens:
        return []
    small = inside(match.group(1), survey, network)
    if len(small.split()) > 6:
        return []
    if candidate.tree.tokens[0].xpos == "VB" and _VERB_LABEL.match(match.group(1)):
        return [Asked(text=f"How can you {small}?", form="label", weight=0.7, topic=small)]
    return list(named(survey, Name(heading=match.group(1), phrase=small), [candidate], network))

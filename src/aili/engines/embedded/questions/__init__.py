"""Questions that a sentence answers, formed from its parse: overgenerated here, chosen elsewhere.

Each form asks for a part that the sentence is sure to state (a cause, a manner, a number, a definition, what somebody said),
after Heilman & Smith (2010), "Good question!"; forms that gave trivia or that their sentence did not answer are left out:
no *why* without a marker of cause, no verb stripped of an object it cannot do without.
"""

from __future__ import annotations

import re

from aili.engines.embedded.questions import acts, advice, facts, reasons, statements
from aili.engines.embedded.questions.base import Asked, Sentence

__all__ = ["Asked", "Sentence", "questions"]

_DANGLING = re.compile(r"\b(?:he|she|it|they|him|them|his|her|its|their|this|these|those|we|us|our|my|I)\b")
FORMS = (*reasons.FORMS, *facts.FORMS, *acts.FORMS, *advice.FORMS, *statements.FORMS)


def questions(sentence: Sentence) -> tuple[Asked, ...]:
    """All the questions that ``sentence`` answers, in the order of the table of forms."""
    tree = sentence.tree
    if tree.root < 0:
        return ()
    found: list[Asked] = [*acts.said(sentence), *advice.imperative(sentence)]
    main = sentence.clause(tree.root)
    if main is not None and not acts.is_speech(main):
        for form in FORMS:
            found += form(sentence, main)
    return tuple(asked for asked in found if asked.text and not _DANGLING.search(asked.text))

"""Questions that a sentence answers, formed from its parse: overgenerated here, chosen elsewhere.

Each form asks for a part that the sentence is sure to state (a cause, a manner, a number, a definition, what somebody said),
after Heilman & Smith (2010), "Good question!"; forms that gave trivia or that their sentence did not answer are left out:
no *why* without a marker of cause, no verb stripped of an object it cannot do without.
"""

from __future__ import annotations

import re

from aili.engines.embedded.clause import Clause
from aili.engines.embedded.lexicon import HEDGES
from aili.engines.embedded.questions import acts, advice, facts, reasons, statements
from aili.engines.embedded.questions.base import Asked, Sentence

__all__ = ["Asked", "Sentence", "questions"]

_DANGLING = re.compile(r"\b(?:he|she|it|they|him|them|his|her|its|their|this|these|those|we|us|our|my|I)\b")
# Forms that ask for nothing in particular: "What do robot vacuums do?", "What can you choose?"
_BARE = re.compile(
    r"How (?:can|should) you \w+\?$|.* (?:about|of) no |.* [’'] |"
    r"What (?:(?:do|does|did|can|could) .*(?<! to)(?: want to)? do|"
    r"can you \w+|(?:may|might) you want to do|(?:do|will) you (?:need|want|have|get)|should you "
    r"(?:use|do|try|consider|have|take|get|choose|cover|apply|place|keep|make|add|put|set|give|create|start))\?$|"
    r"^What (?:can|should) you (?:do|use) (?:when|if|at|in) .*\b(?:some|different|certain|other|various) \w+\?$|"
    r"^What (?:do|does|did|is|are|was|were) (?:each|every) |"
    r"^What (?:is|are|was|were) the (?:majority|rest|number|part|half|bulk) of "
)
FORMS = (*reasons.FORMS, *facts.FORMS, *acts.FORMS, *advice.FORMS, *statements.FORMS)


def _is_hedged(main: Clause) -> bool:
    """Whether the clause denies or weakens what it tells: no question may take that as a fact."""
    tree = main.tree
    if main.negated and main.tree.tokens[main.head].tag != "ADJ":
        return True
    if any(tree.tokens[i].text.lower() in HEDGES for i in tree.all(main.head, "advmod")):
        return True
    return any(
        tree.tokens[i].text.lower() in ("few", "no", "little", "fewer", "less") for i in tree.children[main.subject]
    )


def questions(sentence: Sentence) -> tuple[Asked, ...]:
    """All the questions that ``sentence`` answers, in the order of the table of forms."""
    tree = sentence.tree
    if tree.root < 0:
        return ()
    found: list[Asked] = [*acts.said(sentence), *advice.imperative(sentence)]
    main = sentence.clause(tree.root)
    if main is not None and not acts.is_speech(main) and not _is_hedged(main):
        for form in FORMS:
            found += form(sentence, main)
    return tuple(
        asked for asked in found if asked.text and not _DANGLING.search(asked.text) and not _BARE.match(asked.text)
    )

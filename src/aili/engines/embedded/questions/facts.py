"""Questions for facts: how many, how much, when, who, what is."""

from __future__ import annotations

from collections.abc import Iterator

from aili.engines.embedded.clause import Clause
from aili.engines.embedded.lexicon import EVENTS, JUDGING, MONEY_VERBS
from aili.engines.embedded.questions.base import Asked, Form, Sentence, cased, is_time, is_vague
from aili.engines.embedded.tree import QUANTIFIERS, Tree

_SOME = frozenset("all any both each every few many most no several some".split())


def _how_many(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """How many …? and How much …? from counted nouns and sums of money."""
    tree = sentence.tree
    number = counted(tree, main.subject)
    if number and not main.passive and main.copula < 0:
        noun = tree.words(i for i in tree.noun_phrase(main.subject) if i not in number)
        if noun and not noun.lower().startswith(("the ", "his", "its", "their")):
            yield Asked(
                text=main.ask_subject(f"How many {noun[0].lower() + noun[1:] if not noun.isupper() else noun}"),
                form="how many",
                weight=0.62,
                topic=noun,
            )
    thing = main.object()
    if thing < 0 or main.copula >= 0:
        return
    number = counted(tree, thing)
    if number:
        noun = tree.words(
            i
            for i in tree.subtree(thing, without=("nmod", "acl", "appos", "conj", "cc", "punct", "advmod"))
            if i not in number
        )
        if noun and len(noun.split()) <= 4 and noun.split()[0].lower() not in QUANTIFIERS:
            yield Asked(
                text=main.ask(f"How many {noun}", without=(thing,)),
                form="how many",
                weight=0.6,
                topic=main.subject_text,
            )
    elif main.base in MONEY_VERBS and any(
        tree.tokens[i].text in "$€£¥" for i in tree.subtree(thing, without=("acl", "nmod", "conj"))
    ):
        yield Asked(text=main.ask("how much", without=(thing,)), form="how much", weight=0.75, topic=main.subject_text)


def _definition(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What is …? and Who is …? from a copula with a noun phrase."""
    tree = sentence.tree
    if (
        main.copula < 0
        or main.auxiliaries
        or tree.tokens[main.head].tag not in ("NOUN", "PROPN")
        or tree.child(main.head, "case") >= 0
    ):
        return
    subject = tree.tokens[main.subject]
    named = subject.tag == "PROPN" and (main.subject > 0 or bool(subject.entity))
    if tree.tokens[main.head].text.lower() in JUDGING and not named:
        return
    if tree.tokens[main.head].text.lower() in ("exception", "exceptions", "same", "case", "reason"):
        return
    determiner = tree.child(main.head, "det")
    is_class = (determiner >= 0 and tree.tokens[determiner].text.lower() in ("a", "an", "the", "one")) or tree.tokens[
        main.head
    ].xpos == "NNS"
    if (
        not is_class
        or subject.text.lower()
        in ("one", "reason", "part", "example", "thing", "result", "fact", "way", "point", "idea")
        or is_vague(main.subject_text)
    ):
        return
    if any(tree.tokens[i].text.lower() in _SOME for i in tree.children[main.subject]):
        return  # "Many tutors are teachers" does not say what tutors are
    person = tree.entity_at(main.subject) == "PER"
    lead = tree.tokens[main.copula].text.lower()
    if lead not in ("is", "are", "was", "were"):
        return
    first = main.subject_text.split()[0].lower()
    if first in (
        "each",
        "every",
        "some",
        "any",
        "no",
        "either",
        "both",
        "neither",
        "all",
        "most",
        "many",
        "this",
        "these",
        "that",
        "those",
        "another",
        "his",
        "her",
        "its",
        "their",
    ):
        return
    if determiner >= 0 and tree.tokens[determiner].text.lower() == "the" and subject.tag != "PROPN" and first != "the":
        return  # "Creativity is the main focus" does not say what creativity is
    if first == "the" and len(main.subject_text.split()) < 4 and subject.tag != "PROPN":
        return  # "What is the mathematics?" asks nothing
    weight = 0.9 if subject.tag == "PROPN" or not main.subject_text.startswith(("the ", "this ", "these ")) else 0.74
    yield Asked(
        text=f"{'Who' if person else 'What'} {lead} {main.subject_text}?",
        form="definition",
        weight=weight,
        topic=main.subject_text,
    )


# "On Wednesday" tells when only to one who knows the week.
_WEEKDAYS = frozenset(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))


def _when(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """When …? for the events whose date matters."""
    tree = sentence.tree
    if main.base not in EVENTS or not main.past or main.copula >= 0:
        return
    for branch in tree.all(main.head, "obl"):
        told = [tree.tokens[at].text for at in tree.subtree(branch)]
        dated = _WEEKDAYS.isdisjoint(told) or any(word.isdigit() for word in told)
        if is_time(tree, branch) and branch > main.subject and dated:
            yield Asked(text=main.ask("when", without=(branch,)), form="when", weight=0.6, topic=main.subject_text)
            return


def _who(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """Who …? from the agent of a passive."""
    tree = sentence.tree
    agent = next(
        (i for i in tree.all(main.head, "obl") if tree.tokens[i].label == "obl:agent" or cased(tree, i, "by")), -1
    )
    if main.passive and agent >= 0 and tree.entity_at(agent) in ("PER", "ORG"):
        yield Asked(text=main.ask_by("who", agent), form="who", weight=0.66, topic=main.subject_text)


def counted(tree: Tree, head: int) -> set[int]:
    """Positions of a number (above one, no year) that counts the noun at ``head``, with the words around it."""
    number = tree.child(head, "nummod")
    token = tree.tokens[number] if number >= 0 else None
    if (
        token is None
        or tree.tokens[head].xpos not in ("NNS", "NNPS")
        or token.text.lower() in ("one", "both")
        or tree.child(head, "det") >= 0
    ):
        return set()
    if token.text.isdigit() and 1500 <= int(token.text) <= 2100:
        return set()
    return {*tree.subtree(number), *tree.all(head, "advmod")}


FORMS: tuple[Form, ...] = (
    _how_many,
    _definition,
    _when,
    _who,
)

"""Questions for what a plain statement tells of its subject: what it does, depends on, is used for, how large it is."""

from __future__ import annotations

from collections.abc import Iterator

from aili.engines.embedded.clause import Clause
from aili.engines.embedded.lexicon import GIVING, LIGHT, PREPOSITIONAL, TELLING, is_person
from aili.engines.embedded.questions.base import Asked, Form, Sentence, cased

MAX_TAIL = 8  # words beside the subject; more are seldom a question that anybody would ask
_PREPOSITIONS = frozenset(
    "about across after against among as at before between by during for from in into on over per since through to under "
    "until when while with within without worldwide annually each every".split()
)
_MEASURES = frozenset(("long", "wide", "high", "tall", "deep", "old", "large", "big", "heavy", "far", "fast"))


def _object(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What does … offer? from the direct object, where the verb says something by itself."""
    tree = sentence.tree
    thing = main.object()
    if thing < 0 or main.passive or main.copula >= 0 or tree.child(main.head, "xcomp", "ccomp") >= 0:
        return
    if main.auxiliaries or main.base in LIGHT or tree.tokens[main.head].tag != "VERB":
        return
    if len(tree.subtree(thing)) < 2 or tree.tokens[thing].tag not in ("NOUN", "PROPN"):
        return
    if tree.entity_at(thing) == "PER" or is_person(tree.tokens[thing].text):
        return  # "What did the man shoot?"
    if tree.child(thing, "nummod") >= 0:
        return  # that is a question of how many
    rest = [i for i in tree.all(main.head, "obl") if i > main.head]
    named = tree.tokens[main.subject].tag == "PROPN"
    if main.base not in GIVING and main.base not in TELLING:
        return  # "What does the course open?"
    weight = 0.76 if named or rest else 0.64
    weight -= 0.0 if main.specific else 0.2
    text = main.ask("what", without=(thing, *tree.all(main.head, "advcl")))
    tail = text.rstrip("?").partition(f" {main.base} ")[2].split()
    if tail and tail[0] not in _PREPOSITIONS:
        return  # what stands there was read as no part of the object: "What does it provide guides supplement learning?"
    if len(text.split()) <= len(main.subject_text.split()) + MAX_TAIL:
        yield Asked(text=text, form="object", weight=weight, topic=main.subject_text)


def _prepositional(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What does … depend on? from verbs whose preposition goes with them."""
    tree = sentence.tree
    preposition = PREPOSITIONAL.get(main.base)
    if preposition is None or main.copula >= 0 or main.object() >= 0:
        return
    for branch in tree.all(main.head, "obl"):
        if branch > main.head and cased(tree, branch, preposition) and tree.tokens[branch].tag in ("NOUN", "PROPN"):
            later = (i for i in tree.all(main.head, "obl", "advmod") if i > branch)  # what the preposition would follow
            without = (branch, *later, *tree.all(main.head, "advcl"))
            text = main.ask("what", without=without)
            if text:
                yield Asked(
                    text=f"{text.rstrip('?')} {preposition}?",
                    form="object",
                    weight=0.7,
                    topic=main.subject_text,
                )
            return


def _used(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What is … used for?"""
    tree = sentence.tree
    purpose = tree.child(main.head, "xcomp", "advcl")
    if not main.passive or main.base not in ("use", "design", "intend") or purpose < main.head:
        return
    if tree.child(purpose, "mark") < 0 or tree.tokens[tree.child(purpose, "mark")].text.lower() not in ("to", "for"):
        return
    text = main.ask("what", without=(purpose,))
    ending = "to do" if main.base != "use" else "for"
    if text:
        yield Asked(text=f"{text.rstrip('?')} {ending}?", form="used", weight=0.8, topic=main.subject_text)


def _measure(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """How long is …?"""
    tree = sentence.tree
    word = tree.tokens[main.head].text.lower()
    if main.copula < 0 or word not in _MEASURES:
        return
    if any(tree.tokens[i].tag == "NUM" for i in tree.subtree(main.head, without=("nsubj",))):
        lead = tree.tokens[main.copula].text.lower()
        yield Asked(
            text=f"How {word} {lead} {main.subject_text}?", form="how many", weight=0.7, topic=main.subject_text
        )


FORMS: tuple[Form, ...] = (_object, _prepositional, _used, _measure)

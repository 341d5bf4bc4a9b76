"""Questions for causes, manners and results: why, how, what caused, what happened."""

from __future__ import annotations

from collections.abc import Iterator

from aili.engines.embedded.clause import Clause
from aili.engines.embedded.lexicon import HAPPENING, HELPING
from aili.engines.embedded.questions.base import Asked, Form, Sentence, cased, sized
from aili.engines.embedded.tree import Tree

# Verbs whose *to* tells what somebody is let or made to do, and no purpose.
LETTING = frozenset(
    """
    advise allow ask beg cause command compel convince direct empower enable encourage expect forbid force get help inspire
    instruct invite lead motivate oblige order permit persuade prepare prompt qualify recommend remind request teach tell
    tempt train trust urge warn wish
    """.split()
)
_CAUSES = ("because", "due", "thanks", "owing")


def _why(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """Why …? from *because*, *due to*, and *to* with a verb of purpose."""
    tree = sentence.tree
    if main.base == "be" or (main.copula >= 0 and tree.tokens[main.head].tag not in ("ADJ", "NOUN", "PROPN")):
        return
    for branch in tree.children[main.head]:
        label = tree.tokens[branch].label
        mark = tree.child(branch, "mark")
        word = tree.tokens[mark].text.lower() if mark >= 0 else ""
        if label.startswith("advcl") and word == "because" and main.negated:
            continue  # "must not fail because a service is down": the cause belongs to what is denied
        if label.startswith("advcl") and word == "because":
            yield Asked(text=main.ask("why", without=(branch,)), form="why", weight=0.97, topic=main.subject_text)
        elif (
            label.startswith("advcl")
            and word == "to"
            and main.copula < 0
            and not main.possible
            and branch > main.head
            and main.object() >= 0
            and main.base not in ("need", "use", "have", "take", "cost", "want", "like", "require", "go", "come")
            and main.base not in LETTING
        ):
            yield Asked(text=main.ask("why", without=(branch,)), form="purpose", weight=0.8, topic=main.subject_text)
        elif label.startswith("obl"):
            case = tree.child(branch, "case")
            if case >= 0 and tree.tokens[case].text.lower() in _CAUSES and tree.children[case]:
                yield Asked(text=main.ask("why", without=(branch,)), form="why", weight=0.92, topic=main.subject_text)


def _how(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """How …? from *by …ing*, and from verbs of helping and reacting."""
    tree = sentence.tree
    for branch in tree.all(main.head, "advcl"):
        mark = tree.child(branch, "mark", "case")
        if mark >= 0 and tree.tokens[mark].text.lower() in ("by", "through") and tree.tokens[branch].xpos == "VBG":
            yield Asked(text=main.ask("how", without=(branch,)), form="how", weight=0.95, topic=main.subject_text)
    complement = tree.child(main.head, "xcomp", "ccomp")
    if main.base in HELPING and not main.passive and main.copula < 0 and main.object() >= 0:
        without = [
            i
            for i in (complement, *tree.all(main.head, "obl", "advcl"))
            if i >= 0 and (i == complement or _is_means(tree, i))
        ]
    else:
        without = []
    if without:
        yield Asked(
            text=main.ask("how", without=without),
            form="helps",
            weight=0.72,
            topic=main.subject_text,
        )
    if main.base in ("react", "respond") and not main.auxiliaries:
        without = [i for i in tree.all(main.head, "obl", "advcl") if not cased(tree, i, "to")]
        yield Asked(text=main.ask("how", without=without), form="reacted", weight=0.9, topic=main.subject_text)


def _is_means(tree: Tree, position: int) -> bool:
    """Whether a phrase or clause tells by what something is done."""
    marks = [*tree.all(position, "case"), *tree.all(position, "mark")]
    return any(tree.tokens[i].text.lower() in ("by", "through", "via") for i in marks)


def _cause_of(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What caused …? and What did … lead to?"""
    if main.base == "cause" and not main.passive:
        yield Asked(text=main.ask_subject("what"), form="cause", weight=0.82, topic=sentence.phrase(main.object()))
    if main.base in ("lead", "result", "contribute") and not main.passive:
        targets = [i for i in main.tree.all(main.head, "obl") if cased(main.tree, i, "to", "in")]
        if targets:
            targets += [i for i in main.tree.all(main.head, "obl", "advmod") if i > targets[0] and i not in targets]
            preposition = "in" if main.base == "result" else "to"
            yield Asked(
                text=sized(
                    main.ask("what", without=(*targets, main.object()) if main.object() >= 0 else targets).rstrip("?")
                    + f" {preposition}?"
                ),
                form="result",
                weight=0.72,
                topic=main.subject_text,
            )


def _happened(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What happened to …?"""
    del sentence  # the form sees the clause only
    if main.passive and main.past and main.base in HAPPENING:
        yield Asked(
            text=sized(f"What happened to {main.subject_text}?"), form="happened", weight=0.78, topic=main.subject_text
        )


FORMS: tuple[Form, ...] = (
    _why,
    _how,
    _cause_of,
    _happened,
)

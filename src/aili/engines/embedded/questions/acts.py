"""Questions for what people and things say, mean, should and give."""

from __future__ import annotations

from collections.abc import Iterator

from aili.engines.embedded.clause import Clause
from aili.engines.embedded.lexicon import DUTY, FINDING, GIVING, INTENTION, SPEECH
from aili.engines.embedded.questions.base import Asked, Form, Sentence, is_time, is_vague, sized


def said(sentence: Sentence) -> Iterator[Asked]:
    """What did X say about Y?"""
    tree = sentence.tree
    for head in (tree.root, *tree.all(tree.root, "parataxis")):
        frame = sentence.clause(head)
        if frame is None or frame.base not in SPEECH | FINDING or tree.tokens[head].tag != "VERB" or frame.passive:
            continue
        content = tree.child(head, "ccomp")
        if content < 0 and head != tree.root:
            content = tree.root
        if content < 0 or frame.auxiliaries:
            continue
        for role, weight in (("nsubj", 0.86), ("obj", 0.8)):
            topic_head = tree.child(content, role)
            topic = sentence.phrase(topic_head, longest=6)
            if (
                topic
                and topic.lower() != frame.subject_text.lower()
                and not topic[0].isdigit()
                and not is_vague(topic)
                and not is_time(tree, topic_head)
            ):
                lead = "did" if frame.past else ("do" if frame.plural else "does")
                base = (
                    "say"
                    if frame.base
                    in ("say", "add", "tell", "state", "note", "remark", "point", "write", "observe", "stress")
                    else frame.base
                )
                yield Asked(
                    text=sized(f"What {lead} {frame.subject_text} {base} about {topic}?"),
                    form="said",
                    weight=weight,
                    topic=topic,
                )
                return


def _duty(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What should … do? from *should*, *must*, *can* and *need to*."""
    tree = sentence.tree
    if not main.auxiliaries or main.passive or main.copula >= 0:
        return
    word = tree.tokens[main.auxiliaries[0]].text.lower()
    if (
        word not in DUTY
        or tree.tokens[main.head].tag != "VERB"
        or any(tree.tokens[i].text.lower() in ("not", "n't", "n’t") for i in tree.children[main.head])
    ):
        return
    thing = main.object()
    if thing >= 0 and main.base in GIVING | {
        "use",
        "consider",
        "look",
        "expect",
        "choose",
        "avoid",
        "know",
        "see",
        "find",
        "get",
        "learn",
    }:
        yield Asked(text=main.ask("what", without=(thing,)), form="duty", weight=0.74, topic=main.subject_text)
    elif main.base not in ("be", "have", "do"):
        when = next(
            (
                i
                for i in tree.all(main.head, "advcl")
                if i > main.head
                and tree.child(i, "mark") >= 0
                and tree.tokens[tree.child(i, "mark")].text.lower() in ("if", "when", "to", "before", "after")
            ),
            -1,
        )
        condition = tree.span(tree.subtree(when)) if when >= 0 else ""
        if len(condition.split()) <= 10:
            yield Asked(
                text=main.ask("what", instead=f"do {condition}".strip()),
                form="duty",
                weight=0.7 if condition else 0.55,
                topic=main.subject_text,
            )


def _intention(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What does … plan to do?"""
    tree = sentence.tree
    complement = tree.child(main.head, "xcomp")
    if (
        complement < 0
        or main.base not in INTENTION
        or tree.tokens[complement].tag != "VERB"
        or main.passive
        or main.copula >= 0
    ):
        return
    mark = tree.child(complement, "mark")
    if mark < 0 or tree.tokens[mark].text.lower() != "to":
        return
    stop = tree.subtree(
        main.head, without=("advcl", "parataxis", "conj", "cc", "xcomp", "obl", "punct", "advmod", "ccomp")
    )
    verbs = [i for i in stop if i >= main.head]
    text = main.ask("what", without=(complement,))
    if text and len(verbs) <= 2:
        yield Asked(text=sized(f"{text.rstrip('?')} to do?"), form="intention", weight=0.8, topic=main.subject_text)


def _object(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What does … offer? for verbs whose object is worth asking for."""
    tree = sentence.tree
    thing = main.object()
    if (
        thing < 0
        or main.base not in GIVING
        or main.passive
        or tree.child(main.head, "xcomp", "ccomp") >= 0
        or main.auxiliaries
    ):
        return
    rest = [i for i in tree.all(main.head, "obl") if i > main.head]
    named = tree.tokens[main.subject].tag == "PROPN"
    yield Asked(
        text=main.ask("what", without=(thing, *tree.all(main.head, "advcl"))),
        form="object",
        weight=0.76 if named or rest else 0.62,
        topic=main.subject_text,
    )


def is_speech(main: Clause) -> bool:
    """Whether the main clause only says who says the rest."""
    return (
        main.base in SPEECH
        and main.tree.child(main.head, "ccomp", "parataxis") >= 0
        and main.tree.tokens[main.head].tag == "VERB"
    )


FORMS: tuple[Form, ...] = (
    _duty,
    _intention,
    _object,
)

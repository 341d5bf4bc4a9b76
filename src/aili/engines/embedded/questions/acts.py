"""Questions for what people and things say and mean to do."""

from __future__ import annotations

from collections.abc import Iterator

from aili.engines.embedded.clause import Clause
from aili.engines.embedded.lexicon import FINDING, INTENTION, SPEECH
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


def is_speech(main: Clause) -> bool:
    """Whether the main clause only says who says the rest."""
    return (
        main.base in SPEECH
        and main.tree.child(main.head, "ccomp", "parataxis") >= 0
        and main.tree.tokens[main.head].tag == "VERB"
    )


FORMS: tuple[Form, ...] = (_intention,)

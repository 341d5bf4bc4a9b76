"""Questions for advice: what should be done, looked for, avoided, and what to do if something is the case."""

from __future__ import annotations

from collections.abc import Iterator

from aili.engines.embedded.clause import Clause
from aili.engines.embedded.lexicon import ADVISABLE, DUTY, GIVING
from aili.engines.embedded.questions.base import Asked, Form, Sentence, cased, sized

MAX_CONDITION = 12  # words
_PRONOUNS = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "him",
        "her",
        "them",
        "his",
        "its",
        "their",
        "i",
        "we",
        "us",
        "our",
        "my",
        "this",
        "that",
        "these",
        "those",
    ]
)


def _duty(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What should … do? from *should*, *must*, *can* and *need to*."""
    tree = sentence.tree
    if not main.auxiliaries or main.passive or main.copula >= 0 or tree.tokens[main.head].tag != "VERB":
        return
    if tree.tokens[main.auxiliaries[0]].text.lower() not in DUTY or main.negated:
        return
    thing = main.object()
    if main.possible and main.subject_text != "you" and not _condition(sentence, main.head):
        return  # "What can planners do?": no end of things
    if thing >= 0 and main.base in GIVING | ADVISABLE:
        yield Asked(text=main.ask("what", without=(thing,)), form="duty", weight=0.74, topic=main.subject_text)
    elif main.base not in ("be", "have", "do"):
        condition = _condition(sentence, main.head)
        text = main.ask("what", instead=f"do {condition}".strip())
        yield Asked(
            text=text,
            form="duty",
            weight=0.76 if condition else (0.5 if main.specific else 0.28),
            topic=main.subject_text,
        )


def imperative(sentence: Sentence) -> Iterator[Asked]:
    """What should you look for? from a sentence that tells the reader what to do."""
    tree = sentence.tree
    root = tree.root
    token = tree.tokens[root]
    if token.xpos != "VB" or token.tag != "VERB" or tree.child(root, "nsubj", "aux", "cop") >= 0:
        return
    before = [i for i in range(root) if tree.tokens[i].tag not in ("PUNCT", "ADV", "CCONJ", "INTJ")]
    condition = _condition(sentence, root)
    if any(tree.tokens[i].text.lower() in ("not", "n't", "n’t", "never") for i in tree.children[root]):
        return
    if condition:
        yield Asked(text=sized(f"What should you do {condition}?"), form="advice", weight=0.9, topic=condition)
        return
    if before and not all(_inside(sentence, i, root) for i in before):
        return
    verb = token.text.lower()
    particle = tree.child(root, "compound:prt")
    if particle >= 0:
        verb += f" {tree.tokens[particle].text.lower()}"
    thing = tree.child(root, "obj")
    if thing >= 0:
        if verb in ADVISABLE | GIVING:
            yield Asked(text=f"What should you {verb}?", form="advice", weight=0.66, topic=sentence.phrase(thing))
        return
    for branch in tree.all(root, "obl"):
        case = tree.child(branch, "case")
        if branch > root and case >= 0 and f"{verb} {tree.tokens[case].text.lower()}" in _LOOKING:
            text = f"What should you {verb} {tree.tokens[case].text.lower()}?"
            yield Asked(text=text, form="advice", weight=0.72, topic=sentence.phrase(branch))
            return


_LOOKING = frozenset(
    ("look for", "ask for", "watch for", "think about", "start with", "focus on", "aim for", "ask about")
)


def _condition(sentence: Sentence, head: int) -> str:
    """The clause with *if*, *when*, *before* or *after* that depends on ``head``, as it reads at the end of a question."""
    tree = sentence.tree
    for branch in tree.all(head, "advcl"):
        mark = tree.child(branch, "mark", "advmod")
        if mark < 0 or tree.tokens[mark].text.lower() not in ("if", "when", "before", "after"):
            continue
        positions = tree.subtree(branch)
        words = [tree.tokens[i].text for i in positions]
        if len(words) > MAX_CONDITION or not tree.contiguous(positions) or _PRONOUNS & {word.lower() for word in words}:
            continue
        text = tree.span(positions).strip(" ,;:–—")
        return text[0].lower() + text[1:]
    return ""


def _inside(sentence: Sentence, position: int, root: int) -> bool:
    """Whether the token belongs to a phrase of place or time in front of the verb."""
    tree = sentence.tree
    while position >= 0 and tree.tokens[position].head != root:
        position = tree.tokens[position].head
    return position >= 0 and tree.tokens[position].label.startswith(("obl", "advmod", "discourse"))


def _according(sentence: Sentence, main: Clause) -> Iterator[Asked]:
    """What does X say about Y? from *according to X*."""
    tree = sentence.tree
    for branch in tree.all(main.head, "obl"):
        if cased(tree, branch, "according"):
            source = sentence.phrase(branch, longest=6)
            if source and len(main.subject_text.split()) <= 5:
                text = sized(
                    f"What {'do' if tree.is_plural(branch) else 'does'} {source} say about {main.subject_text}?"
                )
                yield Asked(text=text, form="said", weight=0.84, topic=main.subject_text)


FORMS: tuple[Form, ...] = (_duty, _according)

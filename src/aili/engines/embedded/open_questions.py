"""Questions that a statement may or may not answer: *what*, *how* and *why* of any verb.

No word of a sentence vouches for them, as ``aili.engines.embedded.questions`` asks for; they are worth what the judge,
who reads a question together with its sentences, makes of them (``aili.engines.embedded.judging``). Judged by readers, a
third of the *what* questions were good, an eighth of *how* and *why*.
"""

from __future__ import annotations

from collections.abc import Iterator

from aili.engines.embedded.lexicon import LIGHT
from aili.engines.embedded.questions.base import Asked, Sentence, cased

BARE = 3  # words besides the subject: "What did Jerome use?" asks for nothing in particular where the verb says little
_ASKED = ("how", "what", "which", "who", "why", "whether")
_MEANS = ("by", "through", "via", "with", "using", "in", "from", "on", "at", "for", "to", "during")


def open_questions(sentence: Sentence) -> Iterator[Asked]:
    """*What*, *how* and *why* of a statement, without the part that is asked for."""
    tree = sentence.tree
    main = sentence.clause(tree.root) if tree.root >= 0 else None
    if main is None or main.negated:
        return
    clauses = tree.all(main.head, "advcl")
    if any(tree.tokens[min(tree.subtree(clause))].text.lower() in _ASKED for clause in clauses):
        return  # "transforms how people shop": no adverb, whatever the parser says
    means = [i for i in tree.all(main.head, "obl") if i > main.head and cased(tree, i, *_MEANS)]
    topic = main.subject_text
    if main.copula < 0:
        yield Asked(text=main.ask("how", without=clauses), form="open how", weight=0.5, topic=topic)
        if means and main.base not in LIGHT:
            text = main.ask("how", without=(*clauses, *means))
            yield Asked(text=text, form="open how short", weight=0.5, topic=topic)
    yield Asked(text=main.ask("why", without=clauses), form="open why", weight=0.5, topic=topic)
    thing = main.object()
    if thing >= 0 and not main.passive and main.copula < 0:
        text = main.ask("what", without=(thing, *clauses))
        bare = len(text.split()) <= len(topic.split()) + BARE
        if not (bare and main.base in LIGHT):
            yield Asked(text=text, form="open what", weight=0.5, topic=topic)

"""Questions that a heading puts without a question mark: *Why leaf colour matters*, *Benefits of …*, *A versus B*, *Keep …*.

A heading tells what its part answers, so these come before any question that is made from one sentence of the part. What a
heading only names ("Udemy", "Base layers") asks nothing here: see ``aili.engines.embedded.intents``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from aili.engines.embedded.clause import clause
from aili.engines.embedded.lexicon import GIVING
from aili.engines.embedded.questions.base import Asked, sized
from aili.engines.embedded.tree import HYPHENS, Tree
from aili.engines.embedded.verbs import base_form, participle

# Nouns that stand in a relation, asked for as they are: "What are the benefits of …?".
MANY = frozenset(
    """
    advantages aims alternatives applications approaches aspects barriers basics benefits causes challenges
    characteristics components consequences considerations costs criteria dangers differences disadvantages downsides
    drawbacks drivers duties effects elements essentials exceptions factors features forms functions goals
    habits highlights hurdles implications indicators ingredients issues kinds limitations limits methods misconceptions
    mistakes models myths objectives obstacles options parts penalties perks phases pitfalls practices principles
    priorities problems pros prospects purposes qualifications qualities reasons remedies requirements
    responsibilities results rewards risks roles rules sectors signs skills solutions specifications stages standards
    steps strategies strengths symptoms techniques threats tips traits trends triggers types upsides uses variants
    varieties ways weaknesses
    """.split()
)
ONE = frozenset(
    """
    aim basis cause core difference function goal idea key meaning outlook power price principle problem purpose reason
    risk role secret solution structure value
    """.split()
)
# "the history of X" is asked with a verb of its own; {} is X, and the second wording is for a plural.
OF = {
    "importance": ("Why is {} important?", "Why are {} important?"),
    "significance": ("Why is {} important?", "Why are {} important?"),
    "rise": ("Why did {} rise?", "Why did {} rise?"),
    "fall": ("Why did {} fall?", "Why did {} fall?"),
    "decline": ("Why did {} decline?", "Why did {} decline?"),
    "growth": ("How has {} grown?", "How have {} grown?"),
    "history": ("What is the history of {}?", "What is the history of {}?"),
    "origin": ("What is the origin of {}?", "What is the origin of {}?"),
    "origins": ("What are the origins of {}?", "What are the origins of {}?"),
    "evolution": ("How has {} evolved?", "How have {} evolved?"),
    "development": ("How did {} develop?", "How did {} develop?"),
    "future": ("What is the future of {}?", "What is the future of {}?"),
    "cost": ("What does {} cost?", "What do {} cost?"),
    "price": ("What does {} cost?", "What do {} cost?"),
    "definition": ("What is {}?", "What are {}?"),
    "meaning": ("What does {} mean?", "What do {} mean?"),
    "role": ("What role does {} play?", "What role do {} play?"),
    "impact": ("What is the impact of {}?", "What is the impact of {}?"),
    "impacts": ("What are the impacts of {}?", "What are the impacts of {}?"),
    "effect": ("What is the effect of {}?", "What is the effect of {}?"),
    "influence": ("What is the influence of {}?", "What is the influence of {}?"),
    "state": ("What is the state of {}?", "What is the state of {}?"),
    "case": ("What speaks for {}?", "What speaks for {}?"),
}
# Verbs that open a heading only to tell the reader what to do, however the parser reads them.
TOLD = frozenset(
    """
    add adjust adopt analyze apply ask assess attend avoid bring build buy celebrate check choose clarify collaborate
    communicate consider create cultivate declutter define deliver determine develop discover diversify eliminate embrace
    encourage engage enhance ensure establish evaluate explore find follow foster get identify improve include increase
    install invest keep know learn leverage maintain make optimize optimise organize pick practise prepare prioritize
    prioritise protect provide reduce remember remove safeguard save seek select set simplify slip stay streamline
    strengthen tailor take try turn understand use utilize verify write
    """.split()
)
# What is not done in one way or another.
_NO_DEED = frozenset(
    """
    answer avoid be become consider embrace face get have introduce know lack let like look love meet need prefer reach
    remember see seek start stay stop think want wonder
    """.split()
)
_VERSUS = re.compile(r"^(?P<a>[^,:?]{2,50}?)\s+(?:vs\.?|versus)\s+(?P<b>[^,:?]{2,50})$", re.IGNORECASE)
_MYTH = re.compile(r"^myths?\b[^:]{0,5}:\s*(?P<claim>.+)$", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:it|this|that|these|those|they|them|he|she|we|us|our|me|my|i|here)\b", re.IGNORECASE)
_OPENS = frozenset("is are was were do does did can could should will would".split())
_FINITE = ("VBZ", "VBP", "VBD", "MD")


def titled(tree: Tree, known: Callable[[str], bool]) -> Iterator[Asked]:
    """The questions of a heading whose words have the case that they would have in a sentence, the best first."""
    text = tree.text.rstrip(".!: ")
    if tree.root < 0 or _POINTING.search(text.replace("worth it", "")) or not any(c.isalpha() for c in text):
        return
    if versus := _VERSUS.match(text):
        yield _asked(f"How do {_small(tree, versus['a'])} and {versus['b']} differ?", text, "versus", 0.85)
        return
    if ":" in text or "(" in text or "?" in text or tree.tokens[0].text.lower() in TOLD:
        return
    if text.split()[0].lower() in ("so", "and", "but"):
        return
    found = [*_clausal(tree, known), *_relational(tree, text)]
    yield from found or _claimed(tree, known)


def _clausal(tree: Tree, known: Callable[[str], bool]) -> Iterator[Asked]:
    """*Why X matters* asks why X matters; *X is worth it* whether it is."""
    first, root = tree.tokens[0], tree.tokens[tree.root]
    if sum(each.xpos in ("WRB", "WP", "WDT") for each in tree.tokens) > 1:
        return
    asks = ("which", "who", "what")
    if first.text.lower() in asks and len(tree.tokens) > 3 and tree.tokens[1].tag not in ("AUX", "PRON"):
        subject = tree.child(tree.root, "nsubj")
        if subject in ((0,) if first.xpos == "WP" else (1, first.head)) and root.xpos in _FINITE:
            yield _asked(tree.text.rstrip(".!: ") + "?", tree.text, "clause", 0.95)
            return
    if first.text.lower() in _OPENS and len(tree.tokens) > 3 and tree.child(tree.root, "nsubj") > 0:
        yield _asked(tree.text.rstrip(".!: ") + "?", tree.text, "clause", 0.95)
        return
    if first.xpos in ("WRB", "WP"):
        main = clause(tree, tree.root, known, {})
        word = first.text.lower()
        if main is None or word not in ("why", "how", "what", "when", "where") or word in ("which", "who"):
            return
        if word == "how" and tree.tokens[1].tag in ("ADJ", "ADV"):
            return  # "How successful …"
        if first.head != tree.root or main.subject == 0:
            return
        if word == "how" and main.base in GIVING and main.object() < 0 and not main.passive:
            return  # cut off: "How millennials face …"
        if root.xpos == "VB" and not main.auxiliaries:  # "How search engines work" is read as if "to work"
            single = root.text.endswith("s") and not known(root.text.lower())
            base = base_form(root.text, "VBZ", known) if single else root.text
            rest = base + tree.text[root.end :].rstrip(".!: ")
            lead = "does" if single or not main.plural else "do"
            yield _asked(f"{first.text} {lead} {main.subject_text} {rest}?", main.subject_text, "clause", 0.95)
            return
        yield _asked(main.ask(word, without=(0,)), main.subject_text, "clause", 0.95)


def _claimed(tree: Tree, known: Callable[[str], bool]) -> Iterator[Asked]:
    """*Observability isn't optional* asks why it is not; *Planners save time* asks how they do."""
    main = clause(tree, tree.root, known, {})
    token = tree.tokens[tree.root]
    if tree.tokens[0].xpos in ("WRB", "WP", "WDT"):
        return
    if main is None or main.subject_text.split()[0] in ("there", "what", "which", "who") or token.tag == "NUM":
        return
    if any(tree.tokens[i].text.lower() == "to" for i in tree.all(tree.root, "mark")):
        return  # "HR’s role is to turn …"
    said = main.copula >= 0 or main.negated or main.base in ("require", "need", "matter", "mean", "fail", "cost")
    if 0 <= main.object() < main.subject or (token.tag == "VERB" and main.object() < 0 and main.base in GIVING):
        return  # "The challenges millennials face"
    if token.tag == "VERB" and main.object() < 0 and not main.negated:
        if tree.child(tree.root, "obl", "xcomp") < 0 or token.xpos not in ("VBZ", "VBP"):
            return
        said = True
    yield _asked(main.ask("why" if said else "how"), main.subject_text, "claim", 0.85)


def _relational(tree: Tree, text: str) -> Iterator[Asked]:
    """*Benefits of X* asks what the benefits of X are."""
    head = tree.root
    token = tree.tokens[head]
    if token.tag not in ("NOUN", "PROPN") or any(each.xpos in _FINITE for each in tree.tokens):
        return
    if any(each.xpos in ("WRB", "WP", "WDT", "PRP", "PRP$") for each in tree.tokens):
        return
    noun = token.text.lower()
    thing = next((i for i in tree.all(head, "nmod") if _is_of(tree, i)), -1)
    if noun in OF and thing >= 0 and head <= 1:
        branch = [i for i in tree.subtree(thing) if i not in tree.all(thing, "case")]
        rest = [i for i in tree.subtree(head) if i > max(branch)]
        if not rest and tree.contiguous(branch):
            one, many = OF[noun]
            wording = many if tree.is_plural(thing) else one
            yield _asked(wording.format(tree.span(branch)), tree.span(branch), "relation", 0.93)
            return
        if not tree.contiguous(branch):
            return
    if noun not in MANY | ONE or tree.all(head, "conj"):
        return
    plural = token.xpos in ("NNS", "NNPS") or noun in MANY
    phrase = _small(tree, text).removeprefix("the ").removeprefix("some ").removeprefix("our ")
    opens = tree.tokens[0]
    if opens.tag in ("NUM", "ADV", "VERB", "ADP", "CCONJ", "AUX") or tree.tokens[-1].tag == "NUM":
        return
    if len([i for i in tree.subtree(head) if tree.tokens[i].tag in ("NOUN", "PROPN") and i != head]) == 0:
        return  # "Key features": of what?
    whose = any(each.text in ("’s", "'s", "’", "'") for each in tree.tokens[:head])
    article = "" if whose else "the "
    yield _asked(f"What {'are' if plural else 'is'} {article}{phrase}?", phrase, "relation", 0.93)


def act(tree: Tree, known: Callable[[str], bool]) -> str:
    """What a heading tells to do, from its verb's base form on (*Choosing a bank* → *choose a bank*); else nothing."""
    text = tree.text.rstrip(".!: ")
    if tree.root < 0 or _POINTING.search(text) or ":" in text or "?" in text or len(tree.tokens) < 2:
        return ""
    if any(c.isdigit() for c in tree.tokens[-1].text):
        return ""  # "Explore landscapes #58"
    first, second = tree.tokens[0], tree.tokens[1]
    word = first.text.lower()
    if (word == "never" or (word == "be" and second.tag == "ADJ")) and not _says(tree, tree.root):
        return word + text[first.end :]
    if not first.text.replace("-", "").isalpha() or word == "let" or _says(tree, tree.root):
        return ""
    if len(tree.tokens) < 3 and tree.child(0, "obj") < 0:
        return ""  # "Get in", "Get around"
    if second.text in HYPHENS and known(word):
        return ""  # "Pay-per-click advertising"
    if word in TOLD and tree.tokens[tree.root].xpos != "VBG":
        return word + text[first.end :]
    if tree.root != 0:
        return ""
    if first.xpos == "VB":
        return word + text[first.end :]
    if first.xpos == "VBG" and tree.child(0, "obj", "obl", "xcomp", "ccomp", "advmod") > 0:
        return base_form(first.text, "VBG", known) + text[first.end :]
    return ""


def done(tree: Tree, known: Callable[[str], bool]) -> Asked | None:
    """*Exporting images from the editor*, told as what others do, asks how images are exported from the editor."""
    text = tree.text.rstrip(".!: ")
    thing = tree.child(0, "obj")
    if tree.root != 0 or thing < 0 or tree.tokens[0].xpos != "VBG" or tree.tokens[thing].tag not in ("NOUN", "PROPN"):
        return None
    base = base_form(tree.tokens[0].text, "VBG", known)
    phrase = tree.subtree(thing, without=("acl", "acl:relcl"))
    if base in _NO_DEED or phrase[0] != 1 or not tree.contiguous(phrase) or tree.all(0, "conj", "advcl"):
        return None
    rest = text[tree.tokens[phrase[-1]].end :]
    many = tree.is_plural(thing) or bool(tree.all(thing, "conj"))
    whose = tree.words(phrase)
    return _asked(f"How {'are' if many else 'is'} {whose} {participle(base)}{rest}?", whose, "how act", 0.7)


def _says(tree: Tree, head: int) -> bool:
    """Whether ``head`` has a subject, as the predicate of a statement has."""
    return tree.child(head, "nsubj", "csubj", "aux") >= 0


def myth(text: str) -> str:
    """The claim of a heading such as *Myth #1: plants need no water*; else nothing."""
    match = _MYTH.match(text)
    return match["claim"].rstrip(".!") if match else ""


def _is_of(tree: Tree, position: int) -> bool:
    return any(tree.tokens[i].text.lower() == "of" for i in tree.all(position, "case"))


def _small(tree: Tree, text: str) -> str:
    """``text`` with the capital that only opened the heading made small."""
    first = tree.tokens[0]
    if (first.tag == "PROPN" and first.entity) or (not text[1:2].islower() and not text.startswith("A ")):
        return text
    return text[0].lower() + text[1:]


def _asked(text: str, topic: str, form: str, weight: float) -> Asked:
    if re.search(r" [’'] ", text):
        text = ""  # half of what a heading quotes
    return Asked(text=sized(text) if text else "", form=form, weight=weight, topic=topic)

"""Whether sentences hold what a topical form asks for, and so which questions on a subject they answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.intents import DENIED, INTENTS, KNOW, NOTABLE, PLAIN, Intent, Subject, words
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.lexicon import TIMES
from aili.engines.embedded.questions.base import Asked, sized
from aili.engines.embedded.questions.titles import MANY
from aili.engines.embedded.tree import Tree

_YOU = words(r"you(?:r|rs|rself|[’']\w+)?")

# What works in one way or another, so that whatever is told of it as a rule tells how.
_WORKING = words(
    r"(?:tax|taxes|insurance|systems?|methods?|models?|loans?|accounts?|programs?|programmes?|funds?|schemes?|networks?|pricing|"
    r"algorithms?|engines?|pensions?|markets?|vouchers?|protocols?|mode)$"
)
_REASONS = words(
    r"because|so that|otherwise|will|helps?|prevents?|risks?|can (?:lead|cause|result|make)|since|reduces?|ensures?|may|"
    r"important|essential|allows?|keeps?|means"
)
_STANCES = frozenset(
    "consider avoid remember know be never not trust beware embrace expect skip mind stop think".split()
)
_MEASURED = frozenset("amount average cost number percentage price rate share size".split())
# Verbs that tell no deed.
_STATES = frozenset(
    """
    afford affords ask asks belong belongs continue continues prove proves succeed succeeds
    come comes consist consists depend depends feel feels form forms get gets go goes happen
    happens has have include includes know knows lie lies live lives look looks mean means need needs refer refers remain
    remains resemble resembles say says seem seems stand stands take takes tend tends varies vary want wants
    """.split()
)
# Adjectives that do not say what a thing is like.
_NO_QUALITY = frozenset(
    """
    able available aware common different due eligible free important likely mandatory more less necessary optional
    possible ready required responsible similar subject such suitable sure true unlikely
    """.split()
)
# What ends like something that is done and is none.
_NO_PROCESS = frozenset(
    """
    apartment building clothing department environment equipment generation government information population position
    section station thing
    """.split()
)


def intents(subject: Subject, sentences: Sequence[Candidate]) -> Iterator[Asked]:
    """The questions about ``subject`` that ``sentences`` (the first is the first answer) hold the answer to."""
    if subject.act:
        yield from _acts_on(subject, sentences)
        return
    if set(subject.text.lower().split()) & (MANY | _MEASURED):
        return  # "the benefits of the costs of …"
    for intent in INTENTS:
        if (subject.person and not intent.persons) or (intent.named and not subject.named):
            continue
        if sum(holds(intent, subject, candidate) for candidate in sentences) > intent.share * len(sentences):
            asked = intent.ask(subject)
            if asked.text:
                yield asked


def plain(subject: Subject, sentences: Sequence[Candidate]) -> Asked:
    """What any sentences on ``subject`` answer, worded by what it is and whom they address."""
    wording = PLAIN
    if not _is_time(subject.text) and sum(addresses(candidate) for candidate in sentences) * 2 > len(sentences):
        wording = KNOW
    elif subject.named and not subject.person and any(tells_of(subject, candidate) for candidate in sentences):
        wording = NOTABLE
    return Asked(text=sized(wording.format(x=subject.text)), form="topical", weight=0.3, topic=subject.text)


def addresses(candidate: Candidate) -> bool:
    """Whether a sentence speaks to the reader."""
    tree = candidate.tree
    return bool(_YOU.search(candidate.text)) or (tree is not None and tree.root >= 0 and _tells_to_do(tree))


def holds(intent: Intent, subject: Subject, candidate: Candidate) -> bool:
    """Whether a sentence holds what the form asks for."""
    tree = candidate.tree
    if tree is None or tree.root < 0:
        return False
    if intent.name == "counsel":
        return _tells_to_do(tree) and not candidate.author and not subject.named and not _is_time(subject.text)
    told = tells_of(subject, candidate)
    if intent.told and not told:
        return False
    if intent.name == "involves":
        active = _is_active(tree) or tree.tokens[tree.root].text in (
            "include",
            "includes",
            "consists",
            "takes",
            "means",
        )
        return active and not _is_time(subject.text) and _is_process(subject) and _is_specific(subject.text)
    if intent.name == "notable" and tree.child(tree.root, "cop") < 0:
        return False
    if intent.name == "works" and not (subject.named or _is_specific(subject.text)):
        return False
    if intent.name == "like":
        return _is_described(tree) and " like " not in subject.text
    if intent.name == "does":
        # "What do robot vacuums do?" two readers of a blind sheet found worth asking of nobody
        return _is_active(tree) and subject.named and not subject.plural
    if intent.name == "origin" and not (subject.named or _is_specific(subject.text) or subject.text.startswith("the ")):
        return False
    if intent.name == "works" and _WORKING.search(subject.text) and _is_specific(subject.text) and _is_general(tree):
        return True
    if intent.verb:
        said = tree.words((tree.root, *tree.all(tree.root, "amod")))
    else:
        said = _from_predicate(tree) if told and not intent.whole else candidate.text
    return bool(intent.holds.search(said)) and not intent.unless.search(candidate.text)


def tells_of(subject: Subject, candidate: Candidate) -> bool:
    """Whether the sentence has ``subject`` as its grammatical subject."""
    tree = candidate.tree
    if tree is None or tree.root < 0:
        return False
    head = tree.child(tree.root, "nsubj")
    if head < 0:
        return False
    own = terms(candidate.substitutes.get(head) or tree.words(tree.noun_phrase(head)), "en")
    wanted = terms(subject.text, "en")
    if not own or not wanted:
        return False
    if subject.named:  # the Institute of Management Accountants is no Certified Management Accountant
        return set(wanted) <= set(own) or set(own) <= set(wanted)
    return wanted[-1] == own[-1] or set(wanted) <= set(own)


def _from_predicate(tree: Tree) -> str:
    """The sentence from its subject's end on: what is told of the subject."""
    head = tree.child(tree.root, "nsubj")
    if head < 0:
        return tree.text
    last = max(tree.noun_phrase(head), default=head)
    return tree.text[tree.tokens[last].end :]


def _tells_to_do(tree: Tree) -> bool:
    root = tree.tokens[tree.root]
    return (
        root.xpos == "VB"
        and root.tag == "VERB"
        and root.text.lower() != "let"
        and tree.child(tree.root, "nsubj", "aux", "cop") < 0
    )


def _is_specific(text: str) -> bool:
    """Whether a common noun is told apart by a word in front of it: *predictive analytics*, not *types of taxes*."""
    own = text.removeprefix("the ").split()
    return len(own) > 1 and "of" not in own and not any(word in MANY for word in own)


def _is_time(text: str) -> bool:
    """Whether a phrase names a time, or a number in a row: *April*, *every year*, *goal 2*."""
    own = text.lower().split()
    return bool(set(own) & TIMES) or own[0] in ("every", "each", "once", "twice") or any(c.isdigit() for c in own[-1])


def _is_general(tree: Tree) -> bool:
    """Whether a statement tells how things are as a rule."""
    root, copula = tree.tokens[tree.root], tree.child(tree.root, "cop", "aux", "aux:pass")
    return (tree.tokens[copula] if copula >= 0 else root).xpos in ("VBZ", "VBP", "MD")


def _is_process(subject: Subject) -> bool:
    """Whether the subject is something that is done: *adaptive personalization*, *tax planning*."""
    own = subject.text.split()
    head = (own[-1] if "of" not in own else own[own.index("of") - 1]).lower()
    return (
        not subject.plural
        and not subject.named
        and " and " not in subject.text
        and len(own) > 1
        and (
            own[0].endswith("ing") or head.endswith(("tion", "sion", "ing", "ment", "sourcing", "learning", "process"))
        )
        and head not in _NO_PROCESS
    )


def has_quality(candidate: Candidate) -> bool:
    """Whether a sentence tells, as a rule and not of one event, a quality of something."""
    tree = candidate.tree
    if tree is None or tree.root < 0 or not _is_general(tree) or candidate.author:
        return False
    return any(token.xpos == "JJ" and token.text.lower() not in _NO_QUALITY for token in tree.tokens)


def _is_described(tree: Tree) -> bool:
    root = tree.tokens[tree.root]
    copula = tree.child(tree.root, "cop")
    if (
        copula < 0
        or root.tag != "ADJ"
        or root.text.lower() in _NO_QUALITY
        or tree.child(tree.root, "ccomp", "csubj", "xcomp", "expl", "obl") >= 0
    ):
        return False
    return tree.tokens[copula].text.lower() in ("is", "are") and not DENIED.search(tree.text)


def _is_active(tree: Tree) -> bool:
    """Whether the sentence tells what its subject does as a rule."""
    root = tree.tokens[tree.root]
    if root.tag != "VERB" or root.xpos not in ("VBZ", "VBP") or tree.child(tree.root, "aux", "xcomp") >= 0:
        return False
    return root.text.lower() not in _STATES


def _acts_on(subject: Subject, sentences: Sequence[Candidate]) -> Iterator[Asked]:
    """How, or why, one does what the heading tells to do."""
    verb = subject.act.split()[0].lower()
    advised = any(candidate.tree is not None and _tells_to_do(candidate.tree) for candidate in sentences)
    reasons = _REASONS.search(" ".join(candidate.text for candidate in sentences))
    if verb in _STANCES or (reasons and not advised):
        yield Asked(text=sized(f"Why should you {subject.act}?"), form="why act", weight=0.9, topic=subject.text)
    else:
        yield Asked(text=sized(f"How can you {subject.act}?"), form="how act", weight=0.9, topic=subject.text)

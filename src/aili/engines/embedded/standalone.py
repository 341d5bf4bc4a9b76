"""Makes a sentence stand alone: a pronoun gets its noun, or the sentence is passed over.

Only what is nearly certain is resolved (one person named in the sentences just before, or a subject carried on by the next
sentence's subject pronoun): a wrong name under a bullet does harm, a bullet less does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aili.engines.embedded.clause import in_sentence
from aili.engines.embedded.lexicon import COLLECTIVE, INTENTION, SPEECH, is_person
from aili.engines.embedded.questions.base import is_time
from aili.engines.embedded.tree import Tree
from aili.engines.embedded.verbs import base_form

PERSON = {"he", "she", "him", "his", "her", "himself", "herself", "hers"}
THING = {"it", "its", "itself"}
GROUP = {"they", "them", "their", "themselves", "theirs"}
POINTING = {
    "this", "that", "these", "those", "such", "one", "ones", "another", "both", "others", "here", "there",
    "either", "neither",
}  # fmt: skip
AUTHOR = {"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"}
_POSSESSIVE = {"his", "its", "their", "her"}
_LOOKS_BACK = re.compile(
    r"\b(?:the former|the latter|the above|as follows|the following|mentioned (?:above|earlier)|"
    r"as (?:noted|mentioned|discussed|shown)|(?:tips|steps|table|list|section|chart|example|link|form|"
    r"button)s? (?:below|above)|(?:below|above),|"
    r"(?:that|this)(?:['’]s| is) (?:why|how|what|because|when|where)|d(?:o|oes|id|one|oing) (?:so|it|this|"
    r"that|the same|likewise)|(?:on|at) the same (?:day|time|place)|the same (?:is|goes|"
    r"thing)|(?:in|for) (?:this|that) "
    r"(?:case|reason|way|respect|regard)|this (?:means|is|was|will|can|has|includes?|allows|makes))\b",
    re.IGNORECASE,
)
_CARRIED_ON = re.compile(r"^(?:For (?:example|instance)|Instead|Therefore|Thus|Hence|Then|As a result|As such|In contrast|"
    r"By contrast|So|"
                         r"On the (?:other|contrary)|Otherwise|In other words|That|This|These|Those|Such|"
                         r"Here|There(?!\s(?:is|are|was|were|has|have)\b)|"
                         r"Another|Others?|Both|Neither|Either|One (?:of|such)|The (?:others?|second|third|"
                         r"first|next|last|latter|former|same)|"
                         r"Once|If (?:so|not)|Examples?|As a side note|By the way|That said|Having said|"
                         r"But for|Next|First|Afterwards?|After that|Not (?:only|all|so)|Nor|Or|Because|"
                         r"Which|In which|At which|Why|How|"
                         r"What|Who|Sure|Yes|No|Well|Now|Note|Plus|Else|Same|"
                         r"Unlike (?:this|that|these|those)|Like (?:this|that))\b,?")  # fmt: skip
_ELLIPSIS = re.compile(
    r"\b(?:cannot|can|could|will|would|should|may|might|do|does|did|is|are|was|were|has|have|had)(?:n['’]t| not)?,"
)
_UNNAMED = re.compile(
    r"(?:Some|Many|All|Most|Few|Several|None|Each|Such)(?: \w+)? (?:of them|were|are|was|is|have|had|say|"
    r"said)\b|So (?:did|does|do|is|was)\b|"
    r"(?:\w+ ){1,3}(?:earlier|later|afterwards?),? (?=[a-z])|The \w+est (?:in|on|at|is|was|are|were)\b"
)
_UNSAID_WHY = re.compile(r"\b(?:why|how)[.!]$")
_QUOTATION = re.compile(r"^[\"“][^\"”]*[\"”]$")
_GENERIC = re.compile(
    r"^The (?:move|decision|deal|announcement|measure|plan|pair|two|group|company|firm|man|woman|couple|"
    r"team|incident|case|project|agreement|"
    r"report|study|idea|result|results|problem|issue|process|effect|reason|answer|first|site|event|trip|"
    r"visit|author|story|book|film|"
    r"article|tool|product|system|method|approach|feature|page|post|law|bill|rule|change|changes|"
    r"difference|only|key|point)\b"
    r"(?! (?:of|that|for|to|in|between|behind|on|with|from|about|by)\b)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How well a sentence stands alone (0–1; 0: not at all), and what to put in place of its pronouns to make it so.

    ``substitutes`` are (token position, text); ``antecedent`` says how many sentences back the text was found, 0 for none.
    """

    grade: float
    substitutes: tuple[tuple[int, str], ...] = ()
    antecedent: int = 0
    author: bool = False


def standing(tree: Tree, before: Sequence[Tree]) -> Standing:
    """How ``tree``'s sentence stands; ``before`` are the sentences just before it, the nearest last."""
    text = tree.text
    if _LOOKS_BACK.search(text) or _CARRIED_ON.match(text) or _UNNAMED.match(text):
        return Standing(grade=0.0)
    if _QUOTATION.match(text) or _ELLIPSIS.search(text) or _UNSAID_WHY.search(text):
        return Standing(grade=0.0)  # nobody says who said it, or what cannot be done
    grade = 0.75 if _GENERIC.match(text) else 1.0
    author = False
    substitutes: list[tuple[int, str]] = []
    back = 0
    for position, token in enumerate(tree.tokens):
        word = token.text.lower()
        if (word in AUTHOR and token.tag == "PRON") or word in ("i’m", "i'm"):
            author = author or not _quoted(tree, position)
        elif word in PERSON | THING | GROUP and token.tag in ("PRON", "DET") and token.label != "expl":
            if _has_antecedent(tree, position):
                continue
            found = _resolve(tree, position, before)
            if found is None or substitutes:
                return Standing(grade=0.0)
            substitutes.append((position, found[0]))
            back = max(back, found[1])
        elif (
            word in POINTING
            and (token.tag == "PRON" or word in ("either", "neither"))
            and token.label.startswith(("nsubj", "obj", "obl", "nmod"))
        ):
            # "those who …", "that of …" carry their meaning with them
            if not any(
                tree.tokens[c].label.startswith(("acl", "nmod")) for c in tree.children[position]
            ) and not _inside_relative(tree, position):
                return Standing(grade=0.0)
        elif word in ("this", "these", "that", "those", "such") and token.tag == "DET" and position <= 1:
            return Standing(grade=0.0)
        elif (
            word in ("this", "these", "those", "such") and token.tag in ("DET", "ADJ") and not _is_span(tree, position)
        ) or (word == "that" and token.tag == "DET" and _is_span(tree, position)):  # "early that year"
            grade = min(grade, 0.4)
    subject = tree.child(tree.root, "nsubj") if tree.root >= 0 else -1
    if subject >= 0 and tree.tokens[subject].text.lower() in _UNSAID and len(tree.subtree(subject)) == 1:
        return Standing(grade=0.0)  # "Many died": nobody knows of what
    return Standing(grade=grade, substitutes=tuple(substitutes), antecedent=back, author=author)


_UNSAID = frozenset("many some few several most none all others each both half two three four five".split())


def _is_span(tree: Tree, position: int) -> bool:
    """ "This year" needs no sentence before; "such as" points forward."""
    following = tree.tokens[position + 1].text.lower() if position + 1 < len(tree.tokens) else ""
    return following in _SPANS or following == "as"


_SPANS = frozenset(
    "year week month day morning evening afternoon summer winter spring autumn fall season century decade time".split()
)


def _quoted(tree: Tree, position: int) -> bool:
    """Whether the token stands between quotation marks."""
    before = tree.text[: tree.tokens[position].start]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _inside_relative(tree: Tree, position: int) -> bool:
    """*that* and *which* that open a relative clause have their noun before them."""
    token = tree.tokens[position]
    return token.xpos in ("WDT", "WP") or (token.head >= 0 and tree.tokens[token.head].label == "acl:relcl")


def _has_antecedent(tree: Tree, position: int) -> bool:
    """Whether the sentence itself names, before the pronoun, what it may stand for."""
    token = tree.tokens[position]
    word = token.text.lower()
    if word in _POSSESSIVE:
        # "In his speech, Putin said …": the subject that follows owns it
        main = tree.child(tree.root, "nsubj") if tree.root >= 0 else -1
        if main > position and tree.tokens[main].tag in ("NOUN", "PROPN") and position not in tree.subtree(main):
            return _fits(tree, main, word)
    for other in range(position):
        if _is_noun(tree, other) and _fits(tree, other, word) and not _same_clause(tree, other, position):
            return True
    return False


def _same_clause(tree: Tree, subject: int, position: int) -> bool:
    """Whether one is the subject and the other the object of one verb: "the mayor thanked her" is about two people."""
    token = tree.tokens[position]
    return (
        tree.tokens[subject].label.startswith("nsubj")
        and token.head == tree.tokens[subject].head
        and token.text.lower() not in _POSSESSIVE
        and not token.text.lower().endswith(("self", "selves"))
    )


def _is_noun(tree: Tree, position: int) -> bool:
    return tree.tokens[position].tag in ("NOUN", "PROPN") and _is_participant(tree, position)


def _is_participant(tree: Tree, position: int) -> bool:
    label = tree.tokens[position].label.partition(":")[0]
    if label in ("compound", "flat", "amod", "nummod"):
        return False
    return not tree.tokens[position].label.startswith("obl:unmarked")


def _fits(tree: Tree, position: int, word: str) -> bool:
    token = tree.tokens[position]
    if word in PERSON:
        return tree.entity_at(position) == "PER" or (token.tag == "NOUN" and is_person(token.text))
    if word in GROUP:
        return tree.is_plural(position) or tree.entity_at(position) == "ORG" or token.text.lower() in COLLECTIVE
    return token.xpos in ("NN", "NNP") and tree.entity_at(position) != "PER"


def _resolve(tree: Tree, position: int, before: Sequence[Tree]) -> tuple[str, int] | None:
    """The noun phrase a pronoun stands for and how many sentences back it is, or None where that is not nearly certain."""
    token = tree.tokens[position]
    word = token.text.lower()
    if not before:
        return None
    if word in PERSON:
        ending = "’s" if word in _POSSESSIVE and token.label.startswith("nmod") else ""
        return _person(tree, before, ending)
    if not token.label.startswith("nsubj") or position > 2:
        return None
    last = before[-1]
    subject = last.child(last.root, "nsubj") if last.root >= 0 else -1
    if (
        subject < 0
        or not _is_noun(last, subject)
        or last.all(subject, "conj")
        or last.is_plural(subject) != (word in GROUP)
    ):
        return None
    own = set(last.subtree(subject))
    rivals = [i for i in range(len(last.tokens)) if i not in own and _is_noun(last, i) and _rivals(last, i, word)]
    if rivals and not _acts(tree, position, last, subject, rivals):
        return None
    phrase = last.noun_phrase(subject)
    whole = last.subtree(subject)
    if (phrase and phrase[0] != whole[0]) or any(last.tokens[i].text.lower() in _POINTS for i in whole):
        return None  # "such machines" are not all machines, "some farmers" not all farmers
    if not last.contiguous(phrase) or len(phrase) > 7 or last.severed(phrase) or last.entity_at(subject) == "PER":
        return None
    return in_sentence(last, phrase, {}), 1


_POINTS = frozenset(("this", "that", "these", "those", "such", "other", "others"))


def _rivals(last: Tree, position: int, word: str) -> bool:
    """Whether the noun at ``position`` could be meant as well; a date could not."""
    if is_time(last, position):
        return False
    return _fits(last, position, word)


def _acts(tree: Tree, position: int, last: Tree, subject: int, rivals: Sequence[int]) -> bool:
    """Whether the pronoun does what only a body of people does, and only the subject is one: "It has applied for …"."""
    head = tree.tokens[position].head
    if head < 0 or not _is_body(last, subject) or any(_is_body(last, i) or last.entity_at(i) == "PER" for i in rivals):
        return False
    token = tree.tokens[head]
    return base_form(token.text, token.xpos, str.islower) in SPEECH | INTENTION | _ACTING


_ACTING = frozenset(
    "apply ask reject deny vote sue appeal hire employ fine approve order call warn urge buy sell raise spend own".split()
)


def _is_body(tree: Tree, position: int) -> bool:
    return tree.entity_at(position) == "ORG" or tree.tokens[position].text.lower() in COLLECTIVE


def _person(tree: Tree, before: Sequence[Tree], ending: str) -> tuple[str, int] | None:
    """The one person that the sentence before tells of, or the one before it where that tells of none."""
    if any(kind == "PER" for kind, _ in tree.names()):
        return None
    back = 1 if len(before) == 1 or _people(before[-1]) else 2
    told = _people(before[-back])
    if len(told) != 1:
        return None
    named = before[-back]
    own = next(
        (name for kind, name in named.names() if kind == "PER" and named.tokens[told[0]].text in name.split()), ""
    )
    surname = own.split()[-1] if own else ""
    names = {name for earlier in before[-2:] for kind, name in earlier.names() if kind == "PER"}
    full = {name for name in names if len(name.split()) > 1}
    if not own or len(full) > 1 or any(name.split()[-1] != surname for name in names):
        return None
    return next(iter(full), own) + ending, back


def _people(tree: Tree) -> list[int]:
    """Positions of the nouns for people; a title or an apposition ("Dr", "the mayor, Ruth Calloway") is no second person.

    Where two are joined, or one is only named to tell whose something is, both count or an unresolvable -1 is among them.
    """
    found: list[int] = []
    for i, token in enumerate(tree.tokens):
        named = tree.entity_at(i) == "PER"
        if token.tag not in ("NOUN", "PROPN") or not (named or is_person(token.text)):
            continue
        role = token.label.partition(":")[0]
        if role in ("compound", "flat", "appos", "amod", "root") or token.label == "nmod:desc":
            continue
        plain = named and role in ("nsubj", "obj", "iobj", "obl") and not tree.all(i, "conj")
        found.append(i if plain else -1)
    return found

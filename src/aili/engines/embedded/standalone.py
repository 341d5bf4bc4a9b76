"""Makes a sentence stand alone: a pronoun gets its noun, or the sentence is passed over.

Only what is nearly certain is resolved (one person named in the sentences just before, or a subject carried on by the next
sentence's subject pronoun): a wrong name under a bullet does harm, a bullet less does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aili.engines.embedded.clause import in_sentence
from aili.engines.embedded.lexicon import is_person
from aili.engines.embedded.tree import Tree

PERSON = {"he", "she", "him", "his", "her", "himself", "herself", "hers"}
THING = {"it", "its", "itself"}
GROUP = {"they", "them", "their", "themselves", "theirs"}
POINTING = {"this", "that", "these", "those", "such", "one", "ones", "another", "both", "others", "here", "there"}
AUTHOR = {"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"}
_POSSESSIVE = {"his", "its", "their", "her"}
_LOOKS_BACK = re.compile(
    r"\b(?:the former|the latter|the above|as follows|the following|mentioned (?:above|earlier)|"
    r"as (?:noted|mentioned|discussed|shown)|(?:tips|steps|table|list|section|chart|example|link|form|"
    r"button)s? (?:below|above)|(?:below|above),|"
    r"(?:that|this)(?:['’]s| is) (?:why|how|what|because|when|where)|do(?:es|ing)? so|the same (?:is|goes|"
    r"thing)|(?:in|for) (?:this|that) "
    r"(?:case|reason|way|respect|regard)|this (?:means|is|was|will|can|has|includes?|allows|makes))\b",
    re.IGNORECASE,
)
_CARRIED_ON = re.compile(r"^(?:For (?:example|instance)|Instead|Therefore|Thus|Hence|Then|As a result|As such|In contrast|"
    r"By contrast|"
                         r"On the (?:other|contrary)|Otherwise|In other words|That|This|These|Those|Such|"
                         r"Here|There(?!\s(?:is|are|was|were|has|have)\b)|"
                         r"Another|Others?|Both|Neither|Either|One (?:of|such)|The (?:other|second|third|"
                         r"first|next|last|latter|former|same)|"
                         r"Once|If (?:so|not)|Examples?|As a side note|By the way|That said|Having said|"
                         r"But for|Next|First|Afterwards?|After that|Not (?:only|all|so)|Nor|Or|Because|"
                         r"Which|Why|How|"
                         r"What|Who|Sure|Yes|No|Well|Now|Note|Plus|Else|Same|"
                         r"Unlike (?:this|that|these|those)|Like (?:this|that))\b,?")  # fmt: skip
_ELLIPSIS = re.compile(
    r"\b(?:cannot|can|could|will|would|should|may|might|do|does|did|is|are|was|were|has|have|had)(?:n['’]t| not)?,"
)
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
    if _LOOKS_BACK.search(text) or _CARRIED_ON.match(text):
        return Standing(grade=0.0)
    if _QUOTATION.match(text) or _ELLIPSIS.search(text):
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
        elif word in POINTING and token.tag == "PRON" and token.label.startswith(("nsubj", "obj", "obl", "nmod")):
            # "those who …", "that of …" carry their meaning with them
            if not any(
                tree.tokens[c].label.startswith(("acl", "nmod")) for c in tree.children[position]
            ) and not _inside_relative(tree, position):
                return Standing(grade=0.0)
        elif word in ("this", "these", "that", "those", "such") and token.tag == "DET" and position <= 1:
            return Standing(grade=0.0)
        elif (
            word in ("this", "these", "those", "such") and token.tag in ("DET", "ADJ") and not _is_span(tree, position)
        ):
            grade = min(grade, 0.4)
    return Standing(grade=grade, substitutes=tuple(substitutes), antecedent=back, author=author)


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
        if tree.tokens[other].tag in ("NOUN", "PROPN") and _is_participant(tree, other) and _fits(tree, other, word):
            return True
    return False


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
        return tree.is_plural(position) or tree.entity_at(position) == "ORG" or token.text.lower() in _COLLECTIVE
    return token.xpos in ("NN", "NNP") and tree.entity_at(position) != "PER"


_COLLECTIVE = {
    "team",
    "group",
    "family",
    "staff",
    "police",
    "government",
    "crew",
    "company",
    "couple",
    "band",
    "everyone",
    "anyone",
    "someone",
    "person",
}


def _resolve(tree: Tree, position: int, before: Sequence[Tree]) -> tuple[str, int] | None:
    """The noun phrase a pronoun stands for and how many sentences back it is, or None where that is not nearly certain."""
    word = tree.tokens[position].text.lower()
    ending = "’s" if word in _POSSESSIVE and tree.tokens[position].label.startswith("nmod") else ""
    if word in PERSON:
        people = {name for earlier in before[-2:] for kind, name in earlier.names() if kind == "PER"}
        heads = {name.split()[-1] for name in people}
        if len(heads) != 1 or any(kind == "PER" for kind, _ in tree.names()):
            return None
        longest = max(people, key=len)
        back = next(i for i, earlier in enumerate(reversed(before), 1) if any(n in people for _, n in earlier.names()))
        return _owned(longest, ending), back
    if not before or not tree.tokens[position].label.startswith("nsubj") or position > 2:
        return None
    last = before[-1]
    subject = last.child(last.root, "nsubj") if last.root >= 0 else -1
    if subject < 0 or last.tokens[subject].tag not in ("NOUN", "PROPN"):
        return None
    plural = word in GROUP
    if last.is_plural(subject) != plural or (not plural and last.entity_at(subject) == "PER"):
        return None
    rivals = [
        i
        for i, token in enumerate(last.tokens)
        if i != subject
        and token.tag in ("NOUN", "PROPN")
        and last.is_plural(i) == plural
        and token.label.startswith(("obj", "nsubj", "conj", "iobj"))
    ]
    if rivals and last.entity_at(subject) not in ("ORG", "LOC", "MISC"):
        return None
    phrase = last.noun_phrase(subject)
    if not last.contiguous(phrase) or len(phrase) > 7:
        return None
    return in_sentence(last, phrase, {}), 1


def _owned(name: str, ending: str) -> str:
    return name + ending if ending else name

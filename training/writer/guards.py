"""What a written question must pass: it is well formed, about its bullets, and they hold what it asks for.

A network of this size writes some that are wrong: a verb that does not agree, a word that stands nowhere, a question whose
answer is not there. What is not a well-formed question about the bullets themselves is dropped, and the forms over the
parse (``aili.engines.embedded.questions``) remain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.holding import addresses
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.lexicon import TIMES
from aili.engines.embedded.network import Network
from aili.engines.embedded.questions import Asked
from aili.engines.embedded.questions.base import sized
from aili.engines.embedded.questions.titles import MANY, ONE
from aili.engines.embedded.tree import Tree, tree

_OPENING = re.compile(
    r"(?:What|Which|Who|Whose|Why|How|When|Where|Is|Are|Was|Were|Does|Do|Did|Can|Could|Should|Will|Has|Have|In what|"
    r"In which|At what|For what|To what|By what|From what)\b"
)
_AUXILIARY = frozenset("do does did can could should will would may might must".split())
_BASE = frozenset(("VB", "VBP"))
_WORD = re.compile(r"[^\W_]+")
_ASKING = frozenset("kind kinds type types what which how much many".split())
_BOTH = frozenset("data media staff team family series species means people police number majority".split())  # number
_ARTICLE = re.compile(r"\b(?:[Aa] (?!u[bcfhjknrst]|eu|one|once)[aeiou]|[Aa]n (?!h|[A-Z])[^aeiouAEIOU\W\d])")
LEFT = 2  # content words that the bullets hold beside those of the question
_POINTS = re.compile(r"\b(?:we|us|our|my|me|I|this|these|here)\b")
_BACK = re.compile(r"\b(?:he|she|they|him|them|his|her|their|it|its)\b")  # what a noun before it may stand for
_EXPLETIVE = re.compile(r"\bit (?:is|was|be)? ?[a-z]+ (?:to|that|for)\b|\b(?:is|was|does|did|can|makes?|made) it\b")
_YOU = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|half|twice)\b"
)
_TIME = re.compile(
    r"\b(?:1\d|20)\d\ds?\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"century|decades?|years?|months?|weeks?|days?|hours?|morning|evening|night|spring|summer|autumn|winter|when|until|"
    r"before|after|during|since|once|as soon as|if|while)\b|\d\s?(?:am|pm|a\.m|p\.m)"
)
_CAUSE = re.compile(
    r"\b(?:because|since|so that|due|owing|thanks to|reasons?|caus(?:es?|ed|ing)|le(?:ads?|d) to|ma(?:kes?|de|king)|"
    r"as a result|"
    r"means?|helps?|helped|allow(?:s|ed|ing)?|"
    r"enabl(?:es?|ed|ing)|ensur(?:es?|ed|ing)|prevent(?:s|ed|ing)?|therefore|thus|"
    r"to [a-z]+|for [a-z]+ing|in order|can|will|important|essential|better|best)\b"
)
_PLACE = re.compile(r"\b(?:in|at|on|near|from|to|across|along|inside|outside|under|between|through|around)\b")


# "What are the drawbacks of …?": what is asked for by a noun must be named by the bullets or the heading over them.
_RELATION = re.compile(r"\b(?:the|some|a|an) (?:\w+ ){0,2}?(?P<noun>\w+) (?:of|for|in|to|with|on|behind|between)\b")
_SHOWN = {
    "name": r"named?|called|known as|titled", "reason": r"because|since|reasons?|why", "result": r"results?|led to|so that",
    "advantage": r"advantages?|benefits?|better|easier|helps?|improves?|saves?",
    "purpose": r"purpose|aims?|designed|used|to",
    "benefit": r"advantages?|benefits?|better|easier|helps?|improves?|saves?", "effect": r"effects?|affects?|caus\w+",
    "drawback": r"drawbacks?|but|however|lacks?|not|only|although", "difference": r"differen\w+|differs?|unlike|while|than",
    "disadvantage": r"drawbacks?|disadvantages?|but|however|lacks?|not|although", "risk": r"risks?|dangers?|can|could|may",
    "challenge": r"challeng\w+|difficult\w*|hard\w*|problems?", "role": r"roles?|helps?|serves?|plays?|responsible",
    "feature": r"features?|includes?|has|have|offers?|comes with", "type": r"types?|kinds?|includ\w+|such as",
}  # fmt: skip


def checked(text: str, source: Sequence[str], bullets: Sequence[Candidate], network: Network) -> Asked | None:
    """``text`` as a question over ``bullets``, or None where it is none."""
    if not sized(text) or not text.endswith("?") or text.count("?") != 1 or not _OPENING.match(text):
        return None
    told = " ".join(bullet.text for bullet in bullets)
    if _POINTS.search(text) or (_YOU.search(text) and not any(map(addresses, bullets))):
        return None
    known = {_stem(word) for part in source for word in _WORD.findall(part)}
    if any(_stem(word) not in known and not network.knows(word.lower()) for word in _WORD.findall(text)):
        return None
    own, said = terms(text, "en"), set(terms(told, "en"))
    if not own or len(set(own)) < len(own) or not set(own) & said or len(said - set(own)) < LEFT:
        return None
    if any(not _is_shown(match["noun"].lower(), " ".join([*source[1:], told])) for match in _RELATION.finditer(text)):
        return None
    (analysis,) = network.analyse([text])
    parsed = tree(text, analysis.tokens)
    if (
        not _agrees(parsed)
        or _is_inflected(parsed)
        or _dangles(parsed)
        or _joins(parsed, source)
        or not _is_answered(text, told, bullets)
    ):
        return None
    return Asked(text=text, form="written", weight=0.6, topic=topic(parsed))


def _is_shown(noun: str, told: str) -> bool:
    """Whether the text over and in the bullets tells what a relational noun asks for; other nouns are checked elsewhere."""
    one = noun.removesuffix("s") if noun not in ("basis", "focus") else noun
    if words := _SHOWN.get(one):
        return bool(re.search(rf"\b(?:{words})\b", told, re.IGNORECASE))
    return noun not in MANY | ONE or bool(re.search(rf"\b{one}", told, re.IGNORECASE))


def _stem(word: str) -> str:
    """A word without what inflects it, for names and nouns alike."""
    return re.sub(r"(?<=[a-z]{3})(?:ies|es|s|ed|ing|y)$", "", word.lower())


def _is_inflected(parsed: Tree) -> bool:
    """Whether *to* stands before another form than the base, or an article before a word that it does not go with."""
    if _ARTICLE.search(parsed.text):
        return True
    for first, second in pairwise(parsed.tokens):
        low = first.text.lower()
        if low == "to" and first.tag == "PART" and second.xpos in ("VBG", "VBD", "VBZ", "VBN"):
            return True
        if low in ("a", "an") and second.xpos == "NNS" and second.text not in _BOTH:
            return True
    return False


def _dangles(parsed: Tree) -> bool:
    """Whether a pronoun has no noun before it that it could stand for."""
    for match in _BACK.finditer(parsed.text):
        before = [token for token in parsed.tokens if token.end <= match.start()]
        stands = any(token.tag in ("NOUN", "PROPN") and token.text.lower() not in _ASKING for token in before)
        if not stands and not (match[0] == "it" and _EXPLETIVE.search(parsed.text)):
            return True
    return False


def _joins(parsed: Tree, source: Sequence[str]) -> bool:
    """Whether two words stand together as one name or thing that both stand in the source and never together."""
    told = [[_stem(word) for word in _WORD.findall(part)] for part in source]
    known = {word for part in told for word in part}
    beside = {pair for part in told for pair in pairwise(part)}
    words = [(_stem(token.text), token) for token in parsed.tokens if _WORD.fullmatch(token.text)]
    return any(
        first.tag in ("NOUN", "PROPN", "ADJ") and second.tag in ("NOUN", "PROPN") and first.end + 1 >= second.start
        and first.text.lower() not in _ASKING and {one, two} <= known and (one, two) not in beside
        for (one, first), (two, second) in pairwise(words)
    )  # fmt: skip


def _agrees(parsed: Tree) -> bool:
    """Whether the auxiliary in front governs a base form, and *is*, *are*, *does* and *do* fit their subject's number."""
    root = parsed.root
    if root < 0:
        return False
    tokens = parsed.tokens
    fronted = [i for i in range(min(6, len(tokens))) if tokens[i].tag == "AUX" or tokens[i].text.lower() in _AUXILIARY]
    subject = parsed.child(root, "nsubj")
    for i in fronted[:1]:
        word = tokens[i].text.lower()
        head = tokens[i].head if tokens[i].head >= 0 else root
        passive = any(token.text.lower() in ("be", "have") for token in tokens[i:head])
        if word in _AUXILIARY and tokens[head].tag == "VERB" and tokens[head].xpos not in _BASE and not passive:
            return False
        plain = tokens[subject].text.islower() and tokens[subject].text not in _BOTH
        if subject > i and tokens[subject].tag == "NOUN" and plain:
            many = parsed.is_plural(subject) or parsed.child(subject, "conj") >= 0
            if (word in ("is", "was", "does", "has") and many) or (word in ("are", "were", "do", "have") and not many):
                return False
    asks = tokens[0].text.lower()
    return bool(fronted) or asks in ("who", "what", "which", "how")


def _is_answered(text: str, told: str, bullets: Sequence[Candidate]) -> bool:
    """Whether the bullets hold the kind of thing that the question word wants."""
    low, said = text.lower(), told.lower()
    if re.search(r"\bhow (?:many|much|long|old|far|often|large|big|tall|high|fast)\b|what percentage|how common", low):
        return bool(_NUMBER.search(said))
    if low.startswith(("when ", "in what year", "in which year", "what year")):
        return bool(_TIME.search(said) or set(said.split()) & TIMES)
    if low.startswith("why ") or "reason" in low:
        return bool(_CAUSE.search(said))
    if low.startswith("where "):
        return bool(_PLACE.search(said))
    if low.startswith(("who ", "whose ")):
        return any(token.entity for bullet in bullets if bullet.tree for token in bullet.tree.tokens)
    return True


def topic(parsed: Tree) -> str:
    """The subject of a question, as it reads there."""
    subject = parsed.child(parsed.root, "nsubj")
    if subject < 0 or parsed.tokens[subject].tag not in ("NOUN", "PROPN"):
        subject = parsed.root if parsed.tokens[parsed.root].tag in ("NOUN", "PROPN") else -1
    return parsed.words(parsed.noun_phrase(subject)) if subject >= 0 else ""

"""How a page's heading reads: as a noun phrase inside a sentence, and as the question that it puts or implies."""

from __future__ import annotations

import re

from aili.engines.embedded.casing import opened
from aili.engines.embedded.heading_text import ASKS
from aili.engines.embedded.network import Network
from aili.engines.embedded.questions.titles import titled
from aili.engines.embedded.tree import Tree
from aili.engines.embedded.verbs import base_form, gerund, participle

_TIPS = re.compile(
    r"(?:\w+ ){0,2}(?:tips|advice|steps|ideas|strategies) "
    r"(?:(?:(?:on|for) )?(?:how )?to (?=\w+ \w)|(?:on|for) (?=\w+ing \w))(?P<verb>\w+)(?P<rest> .*[^?])$",
    re.IGNORECASE,
)
_WHAT_WE = re.compile(r"what (?:we|I) (?P<verb>[a-z]{3,})(?P<rest>(?: (?!to\b|about\b|for\b)[^?]+)?)$", re.IGNORECASE)
# What a part tells all of; a reader asks which they are.
_LISTED = re.compile(
    r"(?:the )?((?:key|main|final|overall) )?(advantages|benefits|causes|conclusions|consequences|costs|deadlines|"
    r"disadvantages|drawbacks|exceptions|fees|findings|ingredients|lessons|limitations|penalties|prerequisites|recommendations|requirements|"
    r"results|risks|symptoms|takeaways)( of .+)?",
    re.IGNORECASE,
)
_AND_ING = re.compile(r"^(,? (?:and|or) )(\w+ing)\b")
_WH_TO = re.compile(r"(how|when|where|what|who) to (\w.*)", re.IGNORECASE)
_WH = re.compile(r"(?:what|why|how|who|when|where|which|whose) (?!about\b)\w+ \w", re.IGNORECASE)
_LEANING = re.compile(r"\b(?:it|this|that|these|those|they|them|he|she|we|us|our|me)\b", re.IGNORECASE)


def as_phrase(parsed: Tree, small: str) -> str:
    """A heading as it reads inside a sentence, where it is a noun phrase, a gerund or an indirect question; else nothing."""
    if parsed.root < 0 or ":" in small:
        return ""
    if _tells_to_do(parsed) or _tells_to_be(parsed):
        verbs = [0, *(i for i in parsed.all(0, "conj") if parsed.tokens[i].xpos == "VB")]
        text = parsed.text
        for verb in (parsed.tokens[i] for i in reversed(verbs)):
            begin, end = _last_part(text, verb.start, verb.end)
            text = text[: verb.start] + text[verb.start : begin].lower() + gerund(text[begin:end].lower()) + text[end:]
        return text
    return small if reads_as_noun(parsed) else ""


def _last_part(text: str, begin: int, end: int) -> tuple[int, int]:
    """Where the last part of a verb with a hyphen begins and ends: *crinkle* of *De-crinkle your shirts*."""
    match = re.compile(r"(?:\w+-)*(\w+)").match(text, begin)
    return match.span(1) if match and match.end() > end else (begin, end)


def _tells_to_do(parsed: Tree) -> bool:
    """*Keep software up to date*, which inside a sentence is *keeping software up to date*."""
    first, others = parsed.tokens[0], parsed.all(0, "conj")
    return (
        parsed.root == 0
        and (first.xpos == "VB" or bool(others))
        and all(parsed.tokens[i].xpos == "VB" for i in others)
        and first.text.isalpha()
        and len(parsed.tokens) > 1
        and not any(token.tag == "PRON" and token.text.lower() not in ("you", "your") for token in parsed.tokens)
    )


def _tells_to_be(parsed: Tree) -> bool:
    """*Be kind to yourself*, which inside a sentence is *being kind to yourself*."""
    first = parsed.tokens[0]
    told = first.text.lower() == "be" and first.head == parsed.root and parsed.tokens[parsed.root].tag == "ADJ"
    return told and parsed.child(parsed.root, "nsubj") < 0


def _addressed(question: str) -> str:
    """The page's question put to the reader ("Where should I start?" → "… you …"); empty where it leans on the text."""
    if _LEANING.search(question.replace("worth it", "")):
        return ""
    return re.sub(r"\bmy\b", "your", re.sub(r"\bI\b", "you", question))


def implied(plain: str, parsed: Tree, network: Network) -> str:
    """*When to start*, *Tips for writing a letter*, *Why roots matter* ask a question; empty for what asks nothing."""
    if match := _WH_TO.match(plain):
        return _you(match)
    if match := _TIPS.match(plain):
        rest = _AND_ING.sub(lambda joined: joined[1] + _base(joined[2], network), match["rest"])
        return f"How can you {_base(match['verb'], network)}{rest}?"
    if (match := _WHAT_WE.match(plain)) and parsed.tokens[2].xpos in ("VBD", "VBN"):
        return f"What was {participle(base_form(match['verb'], 'VBD', network.knows))}{match['rest']}?"
    if parsed.tokens[0].xpos == "WRB":
        if len(parsed.tokens) > 2 and parsed.tokens[1].xpos == "VB" and plain.lower().startswith("why "):
            return f"Why should you {plain[4:]}?"
        return next((each.text for each in titled(parsed, network.knows) if each.form == "clause"), "")
    return ""


def _base(verb: str, network: Network) -> str:
    verb = verb.lower()
    return base_form(verb, "VBG" if verb.endswith("ing") else "VB", network.knows)


def asks_for_subject(parsed: Tree) -> bool:
    """*Who will pay* is a question as it stands; *what the divers found* is none."""
    first = parsed.tokens[0]
    return first.text.lower() in ("who", "what") and first.head == parsed.root and first.label.startswith("nsubj")


def reads_as_noun(parsed: Tree) -> bool:
    """Whether a heading can stand inside a sentence as it is: a noun phrase, a gerund or an indirect question."""
    tokens = parsed.tokens
    if any(token.tag == "PRON" and token.xpos not in ("WP", "WDT", "EX") for token in tokens):
        return False
    first, root = tokens[0], tokens[parsed.root]
    if first.tag in ("ADV", "VERB", "ADP", "CCONJ", "SCONJ") and root.xpos != "VBG" and first.xpos != "WRB":
        return False
    if first.text.lower() in ("which", "whose") or (
        root.tag == "NOUN" and first.head == parsed.root and first.xpos == "WDT"
    ):
        return False
    if first.text.lower() in ("who", "what", "how", "why", "where", "when"):
        return len(tokens) > 2 and (tokens[1].tag != "AUX" or asks_for_subject(parsed))
    if root.xpos == "VBG":
        return parsed.root == 0
    if root.tag not in ("NOUN", "PROPN"):
        return False
    clauses = {i for relative in parsed.all(parsed.root, "acl") for i in parsed.subtree(relative)}
    finite = ("VB", "VBD", "VBZ", "VBP", "MD")
    return not any(token.xpos in finite for i, token in enumerate(tokens) if i not in clauses)


def put(text: str, plain: str) -> str:
    """The question that the heading ``text`` puts, as it opens a sentence (``plain``); empty where it leans on the text."""
    if match := _WH_TO.match(plain):
        return _you(match)
    before, _, after = plain.partition(": ")
    if text.endswith("?") and ASKS.match(after) and not ASKS.match(before):
        return _addressed(opened(after))  # "Legal requirements: is it insured?"
    if text.endswith("?") and not (ASKS.match(text) or _WH.match(text)):
        return ""
    return _addressed(f"{plain.rstrip('?')}?")


def _you(match: re.Match[str]) -> str:
    """*How to start* as it is asked of the reader."""
    lead = "How can" if match.group(1).lower() == "how" else f"{match.group(1).capitalize()} should"
    return f"{lead} you {match.group(2).rstrip('?')}?"


def listed(phrase: str) -> str:
    """*Recommendations* asks what the recommendations are, *symptoms of a cold* what those are; empty for another noun."""
    match = _LISTED.fullmatch(phrase)
    return f"What are the {match[1] or ''}{match[2]}{match[3] or ''}?" if match else ""

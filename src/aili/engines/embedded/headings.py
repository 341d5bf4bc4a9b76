"""A heading and a name for each topic: the page's own heading where there is one, else the noun phrase that says most."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.casing import as_told, calm, inside, opened, title_case
from aili.engines.embedded.clause import in_sentence
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.network import Network
from aili.engines.embedded.outline import Topic
from aili.engines.embedded.questions.base import is_vague
from aili.engines.embedded.reading import Embed, Survey
from aili.engines.embedded.tree import Tree, tree
from aili.engines.embedded.verbs import gerund
from aili.language import Phrases

MAX_WORDS = 8
MAX_JOINED = 9  # words of a heading that names several parts
MAX_PHRASES = 12  # noun phrases a topic that are compared
LENGTHS = {1: -0.3, 2: 0.05, 3: 0.08, 4: 0.06, 5: 0.02}  # words without the article
_NUMBERING = re.compile(
    r"^\d{1,2}(?:\.\d{1,2}){1,4}\.?\s+(?=\D)|^(?:(?:step|part|chapter|section|tip|lesson|reason|rule)\s+)?#?\d{1,3}\s*[.:)–—-]\s*|"
    r"^\(?[ivxIVX]{1,4}[.)]\s+|^#\d+\s+",
    re.IGNORECASE,
)
_EMPTY_HEADINGS = re.compile(
    r"^(?:introduction|in this (?:article|post|guide)|on this page|key points|overview|summary of .*|"
    r"(?:in )?conclusion|summary|background|final thoughts?|"
    r"wrap(?:ping)? up|learn more|get started|key takeaways?|table of contents?|contents|faqs?|"
    r"frequently asked questions|references|related .*|notes?|about.*|what’s next|more|share|comments?|"
    r"(?:are you )?ready to .*|"
    r"(?:visit|contact|call|join|follow|shop|book|order|schedule|request) (?:us\b.*|.* (?:today|now))|"
    r"(?:runner-?up,? ?(?:for )?)?(?:the )?(?:best|most) (?:overall|budget|value|splurge|premium|cheap|mid-?range|"
    r"runner-?up|versatile|affordable|popular|innovative|durable|stylish|comfortable|portable|convenient|unique)"
    r"(?: (?:pick|choice|option))?|runner-?up|"
    r"who (?:curated|wrote|made) this .*|the bottom line|in summary|takeaways?|tl;?dr|"
    r"getting started|details|description|read next|further reading|sources?|bonus|.*newsletter.*|"
    r".*subscribe.*|advertisement|official (?:web)?site|best value|what[’']s up|at a glance|disclaimer|"
    r"(?:originally |last )?(?:posted|published|updated?|reviewed)\b.*|available(?::| (?:at|in|from|on)\b).*|"
    r"(?:photo|image|picture|video)(?: credits?)?(?:: | by ).*|(?:price|location|address|phone|author|written by):? .*|"
    r"by .*|(?:reading|read) time\b.*|\d+[- ]min(?:ute)?s?\b.{0,8}read.*|sound familiar\??|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day,? .*\d.*|"
    r"(?:\d{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d|"
    r"\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (?:19|20)\d\d)$",
    re.IGNORECASE,
)
_NO_OPENING = frozenset(
    """
    this that these those some any each every many most all other no such more another both either neither few several half
    """.split()
)
_BYLINE = re.compile(r"(?:(?:[A-Z]\.? ){1,3}[A-Z][\w’'-]+(?:, | and | & )?){1,6}")  # "N S Andres and R T Ponce"
_COUNTED = re.compile(r"\s*\(\d{1,2}\)$")  # the second of two parts with one heading
_LABEL = re.compile(r"^(?:pro|con|tip|note|bonus|hint|update)s?:\s+(?=\w+ \w)", re.IGNORECASE)
_SIGNS = re.compile(r"^[^\w\s\"'“‘(\[#$€£@.¿¡+*–—-]+\s*")  # "✅ Step 1: Stop and stare"
_BRACKETED = re.compile(r"(?<=\w)\s*\[[^\]]{3,}\]$")  # "Root [War strategy with unique factions]"
# A row of a table, set in bold; two and more labels with their figures.
_FIGURES = re.compile(
    r"(?:[$€£]\s?\d[\d,.]*\D*){2}|[:)]\s*[$€£]?\d[\d,.]*\s?%?$|(?:\w:\s+[$€£]?\d[^:]*){2}|"
    r"^(?:base |starting )?price: "
)
_EXCLAIMED = re.compile(r"[?!]*![?!]*$")
_WH_TO = re.compile(r"(how|when|where|what|who) to (\w.*)", re.IGNORECASE)
_NO_PHRASE = frozenset(("ADP", "SCONJ", "CCONJ", "AUX", "ADV"))  # "of the ATM"
_DEFINITE = frozenset(
    ("United Kingdom", "United States", "United Nations", "European Union", "Netherlands", "Philippines", "Middle East")
)
_LEANING = re.compile(r"\b(?:it|this|that|these|those|they|them|he|she|we|us|our|me)\b", re.IGNORECASE)
ASKS = re.compile(
    r"^(?:what|why|how|who|when|where|which|whose)\b.*\b"
    r"(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|had|may|might|must)\b|"
    r"^(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|may|must)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """What a topic or a part of one is called: as a heading, and as a noun phrase inside a sentence (empty: it is none).

    ``phrases`` are those of its parts where it joins two. ``asked`` is the question that the page's own heading asks, else
    empty; ``evidence`` the sentences that hold the phrase.
    """

    heading: str = ""
    phrase: str = ""
    phrases: tuple[str, ...] = ()
    asked: str = ""
    evidence: tuple[int, ...] = ()


def own_name(survey: Survey, number: int, network: Network) -> Name:
    """The name that the page's heading with sentence id ``number`` gives; empty where it says nothing or is too long.

    One that recurs gives the name of the heading above it.
    """
    number = thing_over(survey, number)
    text = clean_heading(survey.lines[number].text) if number >= 0 else ""
    if not text or text.lower() == survey.document.metadata.title.lower() or len(text.split()) > MAX_WORDS:
        return Name()
    if _BYLINE.fullmatch(text) or any(author.lower() in text.lower() for author in survey.document.metadata.authors):
        return Name()
    small = inside(text, survey, network)
    plain = opened(small)
    text = calm(text, survey.abbreviations, survey.small)
    if text.endswith("?"):
        return Name(heading=text, asked=_addressed(plain) if ASKS.match(text) else "", evidence=(number,))
    (analysis,) = network.analyse([plain])
    parsed = tree(plain, analysis.tokens)
    phrase = as_told(_with_article(_as_phrase(parsed, small), parsed, survey), survey.running, survey.told)
    if not phrase and ": " in small:
        phrase = _first_part(small.partition(":")[0], survey, network)
    asked = f"{plain}?" if phrase and _asks_for_subject(parsed) else _asked_by(plain)
    return Name(heading=text, phrase=phrase, asked=asked, evidence=(number,))


def thing_over(survey: Survey, number: int) -> int:
    """The nearest heading over ``number`` that does not recur; ``number`` itself where there is none."""
    level, at = sys.maxsize, number
    while at >= 0:
        line = survey.lines[at]
        if line.kind == "heading" and survey.document.blocks[line.block].level < level:
            if line.text.lower() not in survey.recurring:
                return at
            level = survey.document.blocks[line.block].level
        at -= 1
    return number


def name(survey: Survey, topic: Topic, found: Sequence[Candidate], network: Network, taken: Sequence[Name]) -> Name:
    """The name of ``topic`` in English; ``found`` are its candidates, ``taken`` the names used before it."""
    used = {each.heading.lower() for each in taken}
    own = own_name(survey, topic.heading, network)
    if own.heading and own.heading.lower() not in used:
        return own
    parts = [each for part in topic.parts if (each := own_name(survey, part.heading, network)).heading]
    if len(parts) > 1:
        return _common_name(parts, used)
    if len(survey.topics) == 1:
        return Name()  # the title says it already
    told = [set(terms(each.phrase, "en")) for each in taken if each.phrase]
    for text, numbers in _ranked(survey, topic, noun_phrases(found), network.embed):
        if not any(before <= set(terms(text, "en")) or set(terms(text, "en")) <= before for before in told):
            if not taken and _is_bare(text):
                return Name()  # the opening of a text is an overview before it is about "the association"
            return Name(heading=title_case(text), phrase=text, evidence=numbers)
    return Name()


def told_name(
    survey: Survey, topic: Topic, called: Name, told: Sequence[Candidate], network: Network, taken: Sequence[Name]
) -> Name:
    """The name of ``topic`` after what is ``told`` of it: a heading promises what follows.

    Of joined parts, or of one that tells nothing, the names of those that ``told`` stands in; for a phrase that ``told``
    never has, one that it has.
    """
    if called.evidence and survey.lines[called.evidence[0]].kind != "heading":
        content = set(terms(called.phrase, "en"))
        has = any(content & survey.bags[candidate.number] for candidate in told)
        return called if has else name(survey, topic, told, network, taken)
    parts = list(dict.fromkeys(topic.part_of(number) for number in sorted(each.number for each in told)))
    under = [
        part for part in parts if topic.heading in (part.over, part.heading) or part.level > topic.parts[0].level > 0
    ]
    if len(topic.parts) < 2 or (under and topic.heading >= 0) or (topic.heading < 0 and len(parts) == len(topic.parts)):
        return called
    used = {each.heading.lower() for each in taken}
    named = [each for part in parts if (each := own_name(survey, part.heading, network)).heading]
    if len(named) > 1:
        return _common_name(named, used)
    return named[0] if named and named[0].heading.lower() not in used else called


def _common_name(parts: Sequence[Name], used: set[str]) -> Name:
    """The name of parts that no heading of the page stands over: as many of theirs as there is room for."""
    parts = list({part.heading.lower(): part for part in parts}.values())
    evidence = tuple(number for part in parts for number in part.evidence)
    for count in range(len(parts), 1, -1):
        named = parts[:count]
        heading = _joined([part.heading for part in named], more=count < len(parts))
        if len(heading.split()) <= MAX_JOINED and heading.lower() not in used and "?" not in heading:
            phrases = tuple(part.phrase for part in named)
            told = phrases if count == len(parts) and all(phrases) else ()
            return Name(heading=heading, phrase=_joined(told), phrases=told, evidence=evidence)
    return Name(heading=parts[0].heading.rstrip("?"), evidence=evidence)


def _joined(texts: Sequence[str], *, more: bool = False) -> str:
    """*A, B and C*; with commas alone where one of them holds an *and*, which would run together with that one."""
    parts = [*texts, "more"] if more else list(texts)
    if len(parts) > 1 and (more or not any(" and " in f" {part} " for part in parts)):
        return f"{', '.join(parts[:-1])} and {parts[-1]}"
    return ", ".join(parts)


def _with_article(phrase: str, parsed: Tree, survey: Survey) -> str:
    """*The jointer* for a heading *Jointer*, where that is how the text tells of it."""
    if phrase in _DEFINITE:
        return f"the {phrase}"
    if not phrase or parsed.tokens[parsed.root].xpos != "NN" or phrase.split()[0] in ("the", "a", "an"):
        return phrase
    told = survey.told
    bare = len(re.findall(rf"\b{re.escape(phrase)}\b", told))
    definite = len(re.findall(rf"\b(?:the|your|this|an?) {re.escape(phrase)}\b", told))
    used = definite and definite >= bare / 2
    return f"the {phrase}" if used or phrase.startswith("best ") else phrase


def _as_phrase(parsed: Tree, small: str) -> str:
    """A heading as it reads inside a sentence, where it is a noun phrase, a gerund or an indirect question; else nothing."""
    if parsed.root < 0 or ":" in small:
        return ""
    if _tells_to_do(parsed):
        verb = parsed.tokens[0]
        return gerund(verb.text.lower()) + parsed.text[verb.end :]
    return small if _reads_as_noun(parsed) else ""


def _first_part(small: str, survey: Survey, network: Network) -> str:
    """*Europe* of *Europe: the new rules*, where that is a noun phrase which the text tells of."""
    (analysis,) = network.analyse([small])
    parsed = tree(small, analysis.tokens)
    phrase = _as_phrase(parsed, small)
    content = set(terms(phrase, "en"))
    if not content or any(c.isdigit() for c in phrase) or not any(content <= bag for bag in survey.bags[1:]):
        return ""
    return _with_article(phrase, parsed, survey)


def _tells_to_do(parsed: Tree) -> bool:
    """*Keep software up to date*, which inside a sentence is *keeping software up to date*."""
    first = parsed.tokens[0]
    return (
        parsed.root == 0
        and first.xpos == "VB"
        and first.text.isalpha()
        and len(parsed.tokens) > 1
        and not any(token.tag == "PRON" and token.text.lower() not in ("you", "your") for token in parsed.tokens)
    )


def _addressed(question: str) -> str:
    """The page's question put to the reader ("Where should I start?" → "… you …"); empty where it leans on the text."""
    if _LEANING.search(question):
        return ""
    return re.sub(r"\bmy\b", "your", re.sub(r"\bI\b", "you", question))


def _asked_by(plain: str) -> str:
    """*When to start* asks when you should start; empty for a heading that asks nothing."""
    match = _WH_TO.match(plain)
    if match is None:
        return ""
    lead = "How can" if match.group(1).lower() == "how" else f"{match.group(1).capitalize()} should"
    return f"{lead} you {match.group(2).rstrip('?')}?"


def _asks_for_subject(parsed: Tree) -> bool:
    """*Who will pay* is a question as it stands; *what the divers found* is none."""
    first = parsed.tokens[0]
    return first.text.lower() in ("who", "what") and first.head == parsed.root and first.label.startswith("nsubj")


def _reads_as_noun(parsed: Tree) -> bool:
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
        return len(tokens) > 2 and (tokens[1].tag != "AUX" or _asks_for_subject(parsed))
    if root.xpos == "VBG":
        return parsed.root == 0
    if root.tag not in ("NOUN", "PROPN"):
        return False
    clauses = {i for relative in parsed.all(parsed.root, "acl") for i in parsed.subtree(relative)}
    finite = ("VB", "VBD", "VBZ", "VBP", "MD")
    return not any(token.xpos in finite for i, token in enumerate(tokens) if i not in clauses)


def clean_heading(text: str) -> str:
    """A page's heading without number and final marks; empty where it says nothing ("Introduction")."""
    text = _NUMBERING.sub("", _SIGNS.sub("", " ".join(text.split()))).strip(" :.–—-#*¶§")
    text = _LABEL.sub("", text)
    text = _BRACKETED.sub("", _EXCLAIMED.sub("", _COUNTED.sub("", text)))
    if ": " in text and len(text.split()) > MAX_WORDS:
        before, _, after = text.partition(": ")
        text = before if len(before.split()) >= 2 else after
    if not any(c.isalpha() for c in text) or len(text) < 4 or _EMPTY_HEADINGS.match(text) or _FIGURES.search(text):
        return ""
    return text


def noun_phrases(found: Sequence[Candidate]) -> list[tuple[str, int, float]]:
    """(phrase as inside a sentence, sentence id, weight) of the noun phrases that could name what ``found`` tell of."""
    phrases: dict[str, tuple[int, float]] = {}
    for candidate in found:
        parsed = candidate.tree
        if parsed is None:
            continue
        for head, token in enumerate(parsed.tokens):
            role = token.label.partition(":")[0]
            if token.tag not in ("NOUN", "PROPN") or role not in ("nsubj", "obj", "obl", "nmod", "root", "conj"):
                continue
            text = _phrase(parsed, head)
            if text:
                weight = candidate.score * (1.3 if role == "nsubj" else 1.0)
                first, before = phrases.get(text, (candidate.number, 0.0))
                phrases[text] = (first, before + weight)
    return [(text, number, weight) for text, (number, weight) in phrases.items()]


def _phrase(parsed: Tree, head: int) -> str:
    positions = parsed.noun_phrase(head)
    tokens = [parsed.tokens[i] for i in positions]
    if not positions or len(positions) > 7 or not parsed.contiguous(positions):
        return ""
    if any(token.tag in ("PRON", "PUNCT", "SYM") and token.text not in ("-", "'", "’", "&") for token in tokens):
        return ""
    if any(token.text.isdigit() and not (len(token.text) == 4 and token.text[0] in "12") for token in tokens):
        return ""
    if tokens[0].tag == "NUM" or any(
        token.tag in ("NUM", "VERB", "AUX", "ADV") for token in tokens if token.label in ("nummod", "advmod")
    ):
        return ""
    if (
        tokens[-1].tag == "ADP"
        or tokens[0].tag in _NO_PHRASE
        or (tokens[0].xpos == "VBN" and not tokens[0].label.startswith("amod"))
        or tokens[0].text.lower() in _NO_OPENING
        or any(t.text.lower() in ("certain", "such") or t.xpos.startswith("W") for t in tokens)
    ):
        return ""
    text = in_sentence(parsed, positions, {})
    return "" if is_vague(text) or text.endswith(".") else text  # "Dr."


def _ranked(
    survey: Survey, topic: Topic, phrases: Sequence[tuple[str, int, float]], embed: Embed
) -> list[tuple[str, tuple[int, ...]]]:
    """Noun phrases by how well they name the topic: near to its sentences, told of often there and seldom elsewhere."""
    inside = survey.bags[topic.start : topic.end]
    outside = survey.bags[: topic.start] + survey.bags[topic.end :]
    told = [
        (_support(text, inside) ** 0.5 - 0.5 * _support(text, outside) ** 0.5, text, number, weight)
        for text, number, weight in phrases
    ]
    title = set(terms(survey.document.metadata.title, "en"))
    told = [
        entry
        for entry in told
        if set(terms(entry[1], "en")) <= title or sum(set(terms(entry[1], "en")) <= bag for bag in inside) >= 2
    ]
    told = sorted(told, key=lambda entry: (-(entry[0] + 0.15 * entry[3]), entry[1]))[:MAX_PHRASES]
    if not told:
        return []
    near = survey.vectors[topic.start : topic.end].mean(axis=0)
    rest = survey.vectors.mean(axis=0)
    scored = []
    for (support, text, number, weight), vector in zip(told, embed([entry[1] for entry in told]), strict=True):
        words = text.split()
        length = LENGTHS.get(len(words) - (words[0] in ("the", "a", "an")), -0.1)
        score = float(vector @ near) - 0.3 * float(vector @ rest) + 0.5 * support + length + 0.05 * min(weight, 1.5)
        scored.append((score, text, number))
    ranked = sorted(scored, key=lambda entry: (_is_bare(entry[1]), -entry[0], entry[1]))
    return [(text, (number,)) for _, text, number in ranked]


def _is_bare(phrase: str) -> bool:
    """Whether a phrase is one common noun, which names no topic while there is anything better."""
    words = phrase.removeprefix("the ").removeprefix("a ").removeprefix("an ").split()
    return len(words) == 1 and words[0].islower()


def _support(phrase: str, bags: Sequence[frozenset[str]]) -> float:
    """The share of sentences that hold all content words of ``phrase``."""
    content = set(terms(phrase, "en"))
    return sum(content <= bag for bag in bags) / len(bags) if content and bags else 0.0


def plain_name(survey: Survey, topic: Topic, index: int, words: Phrases) -> Name:
    """The name of ``topic`` in a language without a parser: the page's heading, else *Part n*."""
    for number in topic.numbers:
        if survey.lines[number].kind == "heading":
            text = clean_heading(survey.lines[number].text)
            if text and text != survey.document.metadata.title and len(text.split()) <= MAX_WORDS and len(text) <= 60:
                return Name(heading=text, phrase=text)
    return Name(heading=words.overview if len(survey.topics) == 1 else words.part.format(n=index + 1))

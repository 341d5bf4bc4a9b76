"""A heading and a name for each topic: the page's own heading where there is one, else the noun phrase that says most."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.casing import as_told, calm, inside, opened, title_case
from aili.engines.embedded.clause import in_sentence
from aili.engines.embedded.heading_forms import as_phrase, asks_for_subject, implied, put, reads_as_noun
from aili.engines.embedded.heading_text import INVERTED, MAX_WORDS, clean_heading, sums_up
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.lexicon import TIMES
from aili.engines.embedded.network import Network
from aili.engines.embedded.outline import Topic
from aili.engines.embedded.questions.base import is_vague
from aili.engines.embedded.questions.titles import MANY
from aili.engines.embedded.reading import Embed, Survey
from aili.engines.embedded.tree import Tree, tree
from aili.language import Phrases, stop_words

MAX_JOINED = 9  # words of a heading that names several parts
MAX_THING = 4  # words of a title that is a thing's name
MAX_PHRASES = 12  # noun phrases a topic that are compared
LENGTHS = {1: -0.3, 2: 0.05, 3: 0.08, 4: 0.06, 5: 0.02}  # words without the article
_NO_OPENING = frozenset(
    """
    this that these those some any each every many most all other no such more another both either neither few several half
    """.split()
)
_BYLINE = re.compile(r"(?:(?:[A-Z]\.? ){1,3}[A-Z][\w’'-]+(?:, | and | & )?){1,6}")  # "N S Andres and R T Ponce"
# What an article on one thing tells of it, a heading each.
_OF_A_THING = frozenset(
    """
    architecture background career causes climate culture demographics diagnosis discovery economy education epidemiology
    etymology geography geology government history infrastructure legacy mechanism origin origins politics prevention
    production prognosis reception structure style symptoms treatment wildlife childhood death family life philosophy
    research teachings theology theories thought views works writings
    """.split()
) | {"early life", "later life", "personal life", "early years", "side effects", "early history"}
_NO_PHRASE = frozenset(("ADP", "SCONJ", "CCONJ", "AUX", "ADV"))  # "of the ATM"
_DEFINITE = frozenset(
    ("United Kingdom", "United States", "United Nations", "European Union", "Netherlands", "Philippines", "Middle East")
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
    if (
        not text
        or sums_up(text)
        or text.lower() == survey.document.metadata.title.lower()
        or len(text.split()) > MAX_WORDS
    ):
        return Name()
    if _BYLINE.fullmatch(text) or any(author.lower() in text.lower() for author in survey.document.metadata.authors):
        return Name()
    small = inside(text, survey, network)
    plain = opened(small)
    text = _capital(calm(text, survey.abbreviations, survey.small), network)
    (analysis,) = network.analyse([plain])
    parsed = tree(plain, analysis.tokens)
    if not parsed.tokens:
        return Name()
    if text.endswith("?") or (INVERTED.match(text) and not asks_for_subject(parsed)):
        return Name(heading=text, asked=put(text, plain), evidence=(number,))
    phrase = as_told(_with_article(as_phrase(parsed, small), parsed, survey), survey.running, survey.told)
    if not phrase and ": " in small:
        phrase = _first_part(small.partition(":")[0], survey, network)
    if phrase.lower() in _OF_A_THING:
        phrase = _of_the_title(phrase, survey, network)
    elif phrase.lower() in MANY and (over := _thing_above(survey, number, network)):
        text, phrase = f"{text} of {over.heading}", f"the {phrase} of {over.phrase}"
    asked = f"{plain}?" if phrase and asks_for_subject(parsed) else implied(plain, parsed, network)
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


def _capital(heading: str, network: Network) -> str:
    """``heading`` with a capital, unless it opens with a name that has none (*iPhone*, *gccrs*)."""
    first = heading.split()[0]
    return opened(heading) if first.islower() and network.knows(first) else heading


def _of_the_title(noun: str, survey: Survey, network: Network) -> str:
    """*The career of Ada Berg* for a heading *Career* in a text that is called *Ada Berg*."""
    title = survey.document.metadata.title
    if not 0 < len(title.split()) <= MAX_THING or set(":?!,()–—-|") & set(title):
        return noun
    (analysis,) = network.analyse([title])
    parsed = tree(title, analysis.tokens)
    if not parsed.tokens or parsed.tokens[0].tag not in ("NOUN", "PROPN", "ADJ") or not reads_as_noun(parsed):
        return noun
    return f"the {noun} of {inside(title, survey, network)}"


def _thing_above(survey: Survey, number: int, network: Network) -> Name | None:
    """The thing that the heading of the next higher rank names, whose benefits or drawbacks heading ``number`` announces."""
    level = survey.document.blocks[survey.lines[number].block].level
    for at in range(number - 1, -1, -1):
        line = survey.lines[at]
        if line.kind == "heading" and survey.document.blocks[line.block].level < level:
            above = own_name(survey, at, network)
            fits = above.phrase and not above.asked and " of " not in above.phrase and above.phrase.lower() not in MANY
            return above if fits and len(above.heading.split()) <= MAX_THING else None
    return None


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


def _first_part(small: str, survey: Survey, network: Network) -> str:
    """*Europe* of *Europe: the new rules*, where that is a noun phrase which the text tells of."""
    (analysis,) = network.analyse([small])
    parsed = tree(small, analysis.tokens)
    phrase = as_phrase(parsed, small)
    content = set(terms(phrase, "en"))
    if not content or any(c.isdigit() for c in phrase) or not any(content <= bag for bag in survey.bags[1:]):
        return ""
    return _with_article(phrase, parsed, survey)


def noun_phrases(found: Sequence[Candidate]) -> list[tuple[str, int, float]]:
    """(phrase as inside a sentence, sentence id, weight) of the noun phrases that could name what ``found`` tell of."""
    phrases: dict[str, tuple[int, float]] = {}
    for candidate in found:
        parsed = candidate.tree
        if parsed is None:
            continue
        for head, token in enumerate(parsed.tokens):
            role = token.label.partition(":")[0]
            if token.label == "nmod:desc":
                continue  # "Dame" of "Dame Zaha Hadid"
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
        or any(t.text.lower() in ("certain", "such", "most") or t.xpos.startswith("W") for t in tokens)
        or all(t.text.lower() in TIMES or t.tag == "DET" for t in tokens)
        or parsed.severed(positions)
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
                first = text.split()[0].lower()  # "What the storm did" is "what the storm did" inside a question
                small = first in stop_words(survey.language)
                return Name(heading=text, phrase=text[0].lower() + text[1:] if small else text)
    return Name(heading=words.overview if len(survey.topics) == 1 else words.part.format(n=index + 1))

"""A heading and a name for each topic: the page's own heading where there is one, else the noun phrase that says most."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.clause import in_sentence
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.network import Network
from aili.engines.embedded.questions.base import is_vague
from aili.engines.embedded.reading import Embed, Survey
from aili.engines.embedded.tree import Tree, tree
from aili.language import Phrases

MAX_WORDS = 8
MAX_PHRASES = 12  # noun phrases a topic that are compared
LENGTHS = {1: -0.12, 2: 0.05, 3: 0.08, 4: 0.06, 5: 0.02}  # words without the article
_NUMBERING = re.compile(
    r"^(?:(?:step|part|chapter|section|tip|lesson|reason|rule)\s+)?#?\d{1,3}\s*[.:)–—-]\s*|^\(?[ivxIVX]{1,4}[.)]\s+|^#\d+\s+",
    re.IGNORECASE,
)
_EMPTY_HEADINGS = re.compile(
    r"^(?:introduction|overview|summary of .*|conclusion|summary|background|final thoughts?|wrap(?:ping)? up|key takeaways?|table of contents?|contents|faqs?|"
    r"frequently asked questions|references|related .*|notes?|about.*|what’s next|more|share|comments?|the bottom line|in summary|takeaways?|tl;?dr|"
    r"getting started|details|description|read next|further reading|sources?|bonus|.*newsletter.*|.*subscribe.*|advertisement)$",
    re.IGNORECASE,
)
_NO_OPENING = frozenset(
    """this that these those some any each every many most all other no such more another both either neither few several half""".split()
)
_SMALL = {
    "a",
    "an",
    "the",
    "and",
    "or",
    "but",
    "of",
    "in",
    "on",
    "to",
    "for",
    "with",
    "by",
    "at",
    "from",
    "as",
    "into",
    "over",
    "vs",
    "via",
    "per",
    "than",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """What a topic is called: as a heading, and as a noun phrase inside a sentence (empty where there is none).

    ``asked`` is the page's own heading where it is a question, else empty. ``evidence`` is a sentence that holds the phrase.
    """

    heading: str
    phrase: str = ""
    asked: str = ""
    evidence: tuple[int, ...] = ()


def name(
    survey: Survey, topic: tuple[int, int], found: Sequence[Candidate], network: Network, taken: Sequence[Name]
) -> Name:
    """The name of ``topic`` in English; ``found`` are its candidates, ``taken`` the headings used before it."""
    used = {each.heading.lower() for each in taken}
    told = [set(terms(each.phrase, "en")) for each in taken if each.phrase]
    phrase, evidence = next(
        (
            (text, numbers)
            for text, numbers in _ranked(survey, topic, noun_phrases(found), network.embed)
            if not any(before <= set(terms(text, "en")) or set(terms(text, "en")) <= before for before in told)
        ),
        ("", ()),
    )
    own = own_heading(survey, topic, network)
    if own.text and own.text.lower() not in used:
        asked = own.text if own.text.endswith("?") else ""
        if own.phrase:
            return Name(heading=own.text, phrase=own.phrase, evidence=(own.number,))
        heading = title_case(phrase) if asked and phrase else own.text
        return Name(heading=heading, phrase=phrase, asked=asked, evidence=evidence)
    if len(survey.topics) == 1:
        return Name(heading="", phrase=phrase, evidence=evidence)  # the title says it already
    return Name(heading=title_case(phrase), phrase=phrase, evidence=evidence)


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """A heading of the page: its text, its sentence id, and the text as a noun phrase where it is one."""

    text: str = ""
    number: int = -1
    phrase: str = ""


def own_heading(survey: Survey, topic: tuple[int, int], network: Network) -> Own:
    """The page's heading that stands over the topic, of at most MAX_WORDS words; empty where none does."""
    title = survey.document.metadata.title.lower()
    middle = survey.vectors[topic[0] : topic[1]].mean(axis=0)
    best, fit = Own(), 0.25  # one small heading far inside a topic does not name the whole
    for at in (i for i in range(*topic) if survey.lines[i].kind == "heading"):
        text = clean_heading(survey.lines[at].text)
        if not text or text.lower() == title or len(text.split()) > MAX_WORDS:
            continue
        level = survey.document.blocks[survey.lines[at].block].level
        score = float(survey.vectors[at] @ middle) - 0.12 * max(level - 1, 0) + (0.25 if at - topic[0] < 2 else 0.0)
        if score > fit:
            best, fit = Own(text=text, number=at), score
    if not best.text or best.text.endswith("?"):
        return best
    return replace(best, phrase=_as_phrase(sentence_case(best.text, survey.names), survey.names, network))


def _as_phrase(text: str, names: frozenset[str], network: Network) -> str:
    """A heading as it reads inside a sentence, where it is a noun phrase; else nothing."""
    (analysis,) = network.analyse([text])
    parsed = tree(text, analysis.tokens)
    root = parsed.root
    if root < 0 or parsed.tokens[root].tag not in ("NOUN", "PROPN") or ":" in text:
        return ""
    if any(
        token.tag in ("AUX", "PRON", "SCONJ") or token.xpos in ("VB", "VBD", "VBZ", "VBP", "MD")
        for token in parsed.tokens
    ):
        return ""
    small = text.split()[0] not in names and (text[1:2].islower() or text.startswith("A "))
    return text[0].lower() + text[1:] if small else text


def sentence_case(text: str, names: frozenset[str]) -> str:
    """A heading's capitals made small, but for the first and for ``names``, the words the text itself writes large."""
    first, *rest = text.split()
    words = [word if word[1:] != word[1:].lower() or word.strip("?,.!:;()") in names else word.lower() for word in rest]
    return " ".join([first[0].upper() + first[1:], *words])


def clean_heading(text: str) -> str:
    """A page's heading without number and final marks; empty where it says nothing ("Introduction")."""
    text = _NUMBERING.sub("", " ".join(text.split())).strip(" :.–—-#*")
    if ": " in text and len(text.split()) > MAX_WORDS:
        before, _, after = text.partition(": ")
        text = before if len(before.split()) >= 2 else after
    if not text or _EMPTY_HEADINGS.match(text) or not any(c.isalpha() for c in text) or len(text) < 4:
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
        or tokens[0].text.lower() in _NO_OPENING
        or any(t.text.lower() in ("certain", "such") for t in tokens)
    ):
        return ""
    text = in_sentence(parsed, positions, {})
    return "" if is_vague(text) else text


def _ranked(
    survey: Survey, topic: tuple[int, int], phrases: Sequence[tuple[str, int, float]], embed: Embed
) -> list[tuple[str, tuple[int, ...]]]:
    """Noun phrases by how well they name the topic: near to its sentences, told of often there and seldom elsewhere."""
    bags = [set(terms(line.text, "en")) for line in survey.lines]
    inside = bags[topic[0] : topic[1]]
    outside = bags[: topic[0]] + bags[topic[1] :]
    told = [
        (_support(text, inside) ** 0.5 - 0.5 * _support(text, outside) ** 0.5, text, number, weight)
        for text, number, weight in phrases
    ]
    told = sorted(told, key=lambda entry: (-(entry[0] + 0.15 * entry[3]), entry[1]))[:MAX_PHRASES]
    if not told:
        return []
    near = survey.vectors[topic[0] : topic[1]].mean(axis=0)
    rest = survey.vectors.mean(axis=0)
    scored = []
    for (support, text, number, weight), vector in zip(told, embed([entry[1] for entry in told]), strict=True):
        words = text.split()
        length = LENGTHS.get(len(words) - (words[0] in ("the", "a", "an")), -0.1)
        score = float(vector @ near) - 0.3 * float(vector @ rest) + 0.5 * support + length + 0.05 * min(weight, 1.5)
        scored.append((score, text, number))
    return [(text, (number,)) for _, text, number in sorted(scored, key=lambda entry: (-entry[0], entry[1]))]


def _support(phrase: str, bags: Sequence[set[str]]) -> float:
    """The share of sentences that hold all content words of ``phrase``."""
    content = set(terms(phrase, "en"))
    return sum(content <= bag for bag in bags) / len(bags) if content and bags else 0.0


def title_case(phrase: str) -> str:
    """``phrase`` as a heading: without its article, main words with a capital."""
    words = phrase.split()
    if words and words[0].lower() in ("the", "a", "an"):
        words = words[1:]
    return " ".join(
        word if i and word.lower() in _SMALL else word[:1].upper() + word[1:] for i, word in enumerate(words)
    )


def plain_name(survey: Survey, topic: tuple[int, int], index: int, words: Phrases) -> Name:
    """The name of ``topic`` in a language without a parser: the page's heading, else its most telling word, else *Part n*."""
    for number in range(*topic):
        if survey.lines[number].kind == "heading":
            text = clean_heading(survey.lines[number].text)
            if text and text != survey.document.metadata.title and len(text.split()) <= MAX_WORDS and len(text) <= 60:
                return Name(heading=text, phrase=text)
    return Name(heading=words.overview if len(survey.topics) == 1 else words.part.format(n=index + 1))

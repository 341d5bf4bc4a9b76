"""A heading and a name for each topic: the page's own heading where there is one, else the noun phrase that says most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.clause import in_sentence
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.questions.base import is_vague
from aili.engines.embedded.reading import Embed, Survey
from aili.engines.embedded.tree import Tree
from aili.language import Phrases

MAX_WORDS = 8
MAX_PHRASES = 12  # noun phrases a topic that are compared
_NUMBERING = re.compile(
    r"^(?:(?:step|part|chapter|section|tip|lesson|reason|rule)\s+)?#?\d{1,3}\s*[.:)–—-]\s*|^\(?[ivxIVX]{1,4}[.)]\s+|^#\d+\s+",
    re.IGNORECASE,
)
_EMPTY_HEADINGS = re.compile(
    r"^(?:introduction|overview|conclusion|summary|background|final thoughts?|wrap(?:ping)? up|key takeaways?|table of contents?|contents|faqs?|"
    r"frequently asked questions|references|related .*|notes?|about.*|what’s next|more|share|comments?|the bottom line|in summary|takeaways?|tl;?dr|"
    r"getting started|details|description|read next|further reading|sources?|bonus|.*newsletter.*|.*subscribe.*|advertisement)$",
    re.IGNORECASE,
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
    survey: Survey, topic: tuple[int, int], found: Sequence[Candidate], embed: Embed, taken: Sequence[Name]
) -> Name:
    """The name of ``topic`` in English; ``found`` are its candidates, ``taken`` the headings used before it."""
    used = {each.heading.lower() for each in taken}
    told = [set(terms(each.phrase, "en")) for each in taken if each.phrase]
    phrase, evidence = next(
        (
            (text, numbers)
            for text, numbers in _ranked(survey, topic, noun_phrases(found), embed)
            if not any(before <= set(terms(text, "en")) or set(terms(text, "en")) <= before for before in told)
        ),
        ("", ()),
    )
    own = own_heading(survey, topic)
    if own and own.lower() not in used:
        return Name(heading=own, phrase=phrase, asked=own if own.endswith("?") else "", evidence=evidence)
    return Name(heading=title_case(phrase), phrase=phrase, evidence=evidence)


def own_heading(survey: Survey, topic: tuple[int, int]) -> str:
    """The page's heading that stands over the topic, of at most MAX_WORDS words; empty where none does."""
    numbers = [i for i in range(*topic) if survey.lines[i].kind == "heading"]
    if not numbers:
        return ""
    title = survey.document.metadata.title.lower()
    usable: list[tuple[float, str]] = []
    middle = survey.vectors[topic[0] : topic[1]].mean(axis=0)
    for at in numbers:
        text = clean_heading(survey.lines[at].text)
        if not text or text.lower() == title or len(text.split()) > MAX_WORDS:
            continue
        level = survey.document.blocks[survey.lines[at].block].level
        fit = float(survey.vectors[at] @ middle) - 0.12 * max(level - 1, 0) + (0.25 if at - topic[0] < 2 else 0.0)
        usable.append((fit, text))
    best = max(usable, default=(0.0, ""))
    # one small heading far inside a topic does not name the whole
    return best[1] if best[0] > 0.25 else ""


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
    if tokens[-1].tag == "ADP" or tokens[0].text.lower() in (
        "this",
        "that",
        "these",
        "those",
        "some",
        "any",
        "each",
        "every",
        "many",
        "most",
        "all",
        "other",
        "no",
        "such",
        "more",
    ):
        return ""
    text = in_sentence(parsed, positions, {})
    return "" if is_vague(text) else text


def _ranked(
    survey: Survey, topic: tuple[int, int], phrases: Sequence[tuple[str, int, float]], embed: Embed
) -> list[tuple[str, tuple[int, ...]]]:
    """Noun phrases by how well they name the topic: near to its sentences, far from the rest, frequent."""
    chosen = sorted(phrases, key=lambda entry: (-entry[2], entry[0]))[:MAX_PHRASES]
    if not chosen:
        return []
    inside = survey.vectors[topic[0] : topic[1]]
    near = inside.mean(axis=0)
    rest = survey.vectors.mean(axis=0)
    vectors = embed([text for text, _, _ in chosen])
    bags = [set(terms(survey.lines[number].text, "en")) for number in range(*topic)]
    counts = Counter(word for bag in bags for word in bag)
    scored = []
    for (text, number, weight), vector in zip(chosen, vectors, strict=True):
        words = text.split()
        content = terms(text, "en")
        if not content:
            continue
        frequency = float(np.log1p(np.mean([counts[word] for word in content])))
        length = {1: -0.2, 2: 0.06, 3: 0.1, 4: 0.1, 5: 0.06, 6: 0.0}.get(
            len(words) - (words[0] in ("the", "a", "an")), -0.05
        )
        support = sum(all(word in bag for word in content) for bag in bags) / len(bags)
        score = (
            0.25 * support**0.5
            + float(vector @ near)
            - 0.3 * float(vector @ rest)
            + 0.07 * frequency
            + length
            + 0.05 * min(weight, 1.5)
        )
        scored.append((score, text, number))
    return [(text, (number,)) for _, text, number in sorted(scored, key=lambda entry: (-entry[0], entry[1]))]


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

"""All questions that could be asked of sentences: of one, by its subject; of several, by the name that stands over them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.casing import inside, opened
from aili.engines.embedded.clause import subject_text
from aili.engines.embedded.heading_forms import listed
from aili.engines.embedded.headings import Name
from aili.engines.embedded.holding import addresses, has_quality, intents, plain
from aili.engines.embedded.intents import PLAIN, Subject
from aili.engines.embedded.lexical import terms
from aili.engines.embedded.lexicon import is_person
from aili.engines.embedded.network import Network
from aili.engines.embedded.questions import Asked, Sentence
from aili.engines.embedded.questions.base import is_vague, sized
from aili.engines.embedded.questions.titles import act, done, myth, titled
from aili.engines.embedded.reading import Survey
from aili.engines.embedded.tree import Tree, tree

MAX_SUBJECT = 7  # words
LISTED = 4  # headings of one level that make a list of things
_OWN = re.compile(r"(?:my|our)\b", re.IGNORECASE)  # "My adjustable desk set-up": whose?
_WORD = re.compile(r"\w{2,}")
# Nouns of something that is done, in which something else can play a role.
_FIELD = re.compile(
    r"(?:tion|sion|[a-z]{3}ing|[a-z]{3}ment|analysis|capture|control|design|care|research|security|search|maintenance|storage|"
    r"transparency|discovery|delivery|recovery|trade|marketing|support|cleanup|efficiency|safety)s?$"
)
_CLAUSE = re.compile(r"^(?:the|a|an|my|your|our|best|early|born|why|how|what)\b|\b(?:from|by|you)\b|career|building")
# What only leads on to what a heading names: "Understand motor options", "Compare Class 2 vs. Class 3".
_SO = re.compile(
    r"^(?:(?:So|And|But|Now),? |(?:Understand(?:ing)?|Explor(?:e|ing)|Discover(?:ing)?|Compar(?:e|ing)|Know|Learn about) "
    r"(?!the difference|if |how |what |when |why |where |who |that |your )(?!\w+ (?:to|with) ))(?=\w)"
)


def topical(survey: Survey, sentence: Sentence, candidate: Candidate, heading: str) -> Iterator[Asked]:
    """What any statement answers: questions on its subject, where that is a topic of the text; the plain one last."""
    parsed = sentence.tree
    head = parsed.child(parsed.root, "nsubj") if parsed.root >= 0 else -1
    if head >= 0 and _is_cut(parsed, max(parsed.noun_phrase(head), default=head)):
        return
    phrase = subject_text(parsed, head, dict(sentence.substitutes)) if head >= 0 else ""
    if not phrase or is_vague(phrase) or phrase == "you" or len(phrase.split()) > MAX_SUBJECT or phrase[0] in "%&/*|":
        return
    content = set(terms(phrase, "en"))
    told = sum(content <= bag for bag in survey.bags)
    token = parsed.tokens[head]
    named = token.tag == "PROPN" and (head > 0 or bool(token.entity) or token.text in survey.names)
    named = named or any(word[:1].isupper() for word in phrase.split()[1:])
    if not content or (told < 3 and not named) or not stands_alone(phrase, survey, heading):
        return
    person = parsed.entity_at(head) == "PER" or (
        head not in sentence.substitutes and is_person(parsed.tokens[head].text)
    )
    subject = Subject(
        text=phrase,
        plural=_looks_plural(phrase) if head in sentence.substitutes else parsed.is_plural(head),
        person=person,
        named=named,
    )
    yield from intents(subject, [candidate])
    if not person or len(phrase.split()) > 1:  # a surname alone leaves open who that is
        yield plain(subject, [candidate])


def named(survey: Survey, name: Name, group: Sequence[Candidate], network: Network) -> Iterator[Asked]:
    """What the name over ``group`` asks: its own question, what it implies, what is told of it; the plain question last."""
    if name.asked:
        yield Asked(text=name.asked, form="heading", weight=0.95, topic=name.phrase or name.heading)
        return
    if name.heading.endswith("?"):
        return  # "Is it worth it?" asks nothing by itself
    text = opened(_SO.sub("", opened(inside(name.heading.rstrip("?"), survey, network))))
    if not text:
        return
    if claim := myth(text):
        small = claim if claim.split()[0] in survey.names else claim[0].lower() + claim[1:]
        yield Asked(text=sized(f"Is it true that {small}?"), form="clause", weight=0.9, topic=small)
    parsed = _parsed(text, network)
    yield from titled(parsed, network.knows)
    if asked := listed(name.phrase):
        yield Asked(text=asked, form="relation", weight=0.93, topic=name.phrase)
    doing = act(parsed, network.knows)
    if doing and parsed.tokens[0].xpos == "VBG" and not any(addresses(candidate) for candidate in group):
        doing = ""  # "Enhancing the networks" in a report: nobody is told to
        if how := done(parsed, network.knows):
            yield how
    if doing:
        yield from intents(Subject(text=name.phrase or doing, act=doing), group)
    phrase = name.phrase or _short_noun(parsed)
    if phrase and not doing and phrase.split()[0] not in ("who", "what", "how", "why", "where", "when"):
        head = _parsed(phrase, network)
        subject = Subject(
            text=phrase,
            plural=head.root >= 0 and (head.is_plural(head.root) or _looks_plural(phrase)),
            person=head.root >= 0 and head.entity_at(head.root) == "PER",
            named=bool(phrase) and (phrase.removeprefix("the ")[:1].isupper()),
        )
        special = [*intents(subject, group), *_role(survey, phrase, group)]
        yield from special or _one_of_many(survey, subject, group)
        yield plain(subject, group)
    elif phrase:
        yield Asked(text=sized(PLAIN.format(x=phrase)), form="topical", weight=0.3, topic=phrase)
    elif not _OWN.match(name.heading):
        heading = name.heading.rstrip("?")
        yield Asked(text=PLAIN.format(x=f"“{heading}”"), form="topical", weight=0.2, topic=heading)


def _one_of_many(survey: Survey, subject: Subject, group: Sequence[Candidate]) -> Iterator[Asked]:
    """What a thing is like that a list tells of among others: each under a heading of its own, told by its qualities."""
    words = [word for word in subject.text.removeprefix("the ").split() if len(word) > 3]
    if not subject.named or subject.person or not all(word[:1].isupper() or word[0].isdigit() for word in words):
        return
    if is_person(subject.text.split()[-1].lower()):
        return  # "Certified Management Accountant"
    headings = [line for line in survey.lines if line.kind == "heading" and line.opens]
    above = [line for line in headings if subject.text.removeprefix("the ").lower() in line.text.lower()]
    level = survey.document.blocks[above[0].block].level if above else 0
    same = [line for line in headings if survey.document.blocks[line.block].level == level]
    if len(same) >= LISTED and 2 * sum(has_quality(candidate) for candidate in group) > len(group):
        asked = f"What {'are' if subject.plural else 'is'} {subject.text} like?"
        yield Asked(text=sized(asked), form="like", weight=0.6, topic=subject.text)


def _role(survey: Survey, phrase: str, group: Sequence[Candidate]) -> Iterator[Asked]:
    """What the subject of the whole text does in the field that a heading names ("Carbon capture" in a text on AI)."""
    field = set(_WORD.findall(phrase.lower()))
    above = [line.text for line in survey.lines[: group[0].number] if line.kind == "heading"]
    known = set(_WORD.findall(" ".join((survey.document.metadata.title, *above)).lower()))
    if len(phrase.split()) < 2 or phrase != phrase.lower() or not _FIELD.search(phrase) or _CLAUSE.search(phrase):
        return
    told: Counter[tuple[str, bool]] = Counter()
    for candidate in group:
        parsed = candidate.tree
        head = parsed.child(parsed.root, "nsubj") if parsed is not None and parsed.root >= 0 else -1
        if (
            parsed is None
            or head < 0
            or parsed.entity_at(head) in ("PER", "LOC")
            or is_person(parsed.tokens[head].text)
        ):
            continue
        text = subject_text(parsed, head, dict(candidate.substitutes))
        own = set(_WORD.findall(text.lower()))
        if (
            own
            and own <= known
            and not {word[:6] for word in own} & {word[:6] for word in field}
            and parsed.tokens[parsed.root].tag == "VERB"
        ):
            told[text, parsed.is_plural(head) or _looks_plural(text)] += 1
    for (text, plural), times in told.most_common(1):
        if 2 * times >= len(group):
            asked = f"What role {'do' if plural else 'does'} {text} play in {phrase}?"
            yield Asked(text=sized(asked), form="role", weight=0.7, topic=phrase)


def _is_cut(parsed: Tree, last: int) -> bool:
    """Whether a name goes on behind ``last``, which the parser took for its end ("Dame" of "Dame Zaha Hadid")."""
    following = parsed.tokens[last + 1 : last + 2]
    return parsed.tokens[last].text[:1].isupper() and any(token.tag == "PROPN" for token in following)


def _looks_plural(phrase: str) -> bool:
    """Whether a common noun ends like a plural, which the parser may take for a name or a verb."""
    last = phrase.split()[-1]
    return last.islower() and last.endswith("s") and not last.endswith(("ss", "us", "is", "ics", "news"))


def _short_noun(parsed: Tree) -> str:
    """A short heading that ends in a noun and states nothing, which the parse gave no phrase for ("On-page SEO")."""
    finite = any(token.xpos in ("VBZ", "VBP", "VBD", "MD", "VB") for token in parsed.tokens)
    text = parsed.text
    if finite or len(text.split()) > 4 or parsed.tokens[-1].tag not in ("NOUN", "PROPN") or ":" in text:
        return ""
    if "-" not in text.split()[0] and parsed.tokens[0].tag in ("ADV", "ADP", "SCONJ", "CCONJ", "PRON", "DET", "NUM"):
        return ""
    return text if parsed.tokens[0].tag == "PROPN" or not text[1:2].islower() else text[0].lower() + text[1:]


def stands_alone(phrase: str, survey: Survey, heading: str) -> bool:
    """Whether a reader knows from the phrase alone what it names: by more than one common noun, or by title or heading."""
    words = phrase.split()
    definite = words[0] == "the"
    bare = words[1:] if words[0] in ("the", "a", "an") else words
    if any(word[:1].isupper() or word[:1].isdigit() for word in bare) or len(bare) > (2 if definite else 1):
        return True
    content = set(terms(phrase, "en"))
    return content <= set(terms(survey.document.metadata.title, "en")) | set(terms(heading, "en"))


def _parsed(text: str, network: Network) -> Tree:
    (analysis,) = network.analyse([text])
    return tree(text, analysis.tokens)

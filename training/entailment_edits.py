"""Edits of an analysed claim that make it false, one kind each.

An edit is a list of replacements, so that the words it touched are known afterwards: the head also learns which words
are not supported. The kinds are those that docs/verification.md names as beyond the rules, beside those that the rules know.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from aili.encoder import Token
from training.entailment_lists import (
    AUXILIARY,
    BELIEF,
    CERTAIN,
    DAYS,
    INTENDS,
    MONTHS,
    NUMBERS,
    SOMEBODY,
    SWAPS,
    SYMMETRIC,
)
from training.entailment_sentence import (
    OPEN,
    Change,
    Edit,
    Source,
    cased,
    entities,
    exchanged,
    lowered,
    phrase,
    spelled,
    subtree,
    turned,
)
from training.entailment_words import KEPT


def number(source: Source, rng: random.Random) -> list[Change]:
    found = [t for t in source.tokens if re.fullmatch(r"\d[\d,.]*", t.text) or t.text.lower() in NUMBERS]
    if not found:
        return []
    token = rng.choice(found)
    if token.text.lower() in NUMBERS:
        return [(token.start, token.end, cased(rng.choice([n for n in NUMBERS if n != token.text.lower()]), token))]
    old = token.text.replace(",", "").rstrip(".")
    if "." in old:
        try:
            new = f"{max(0.1, float(old) * rng.choice((0.5, 0.8, 1.1, 1.5, 2))):.{len(old.partition('.')[2])}f}"
        except ValueError:
            return []
    elif re.fullmatch(r"1[5-9]\d\d|20[0-3]\d", old):
        new = str(int(old) + rng.choice((-12, -5, -2, -1, 1, 2, 4, 10)))
    else:
        value = int(old)
        new = str(
            rng.choice(
                (
                    value + rng.randint(1, max(2, value // 3)),
                    max(0, value - rng.randint(1, max(1, value // 2))),
                    value * 10,
                )
            )
        )
        new = f"{int(new):,}" if "," in token.text else new
    return [(token.start, token.end, new)] if new != token.text else []


def date(source: Source, rng: random.Random) -> list[Change]:
    found = [t for t in source.tokens if t.text in MONTHS or t.text in DAYS]
    if not found:
        return []
    token = rng.choice(found)
    return [
        (
            token.start,
            token.end,
            rng.choice([n for n in (MONTHS if token.text in MONTHS else DAYS) if n != token.text]),
        )
    ]


def name(source: Source, rng: random.Random) -> list[Change]:
    found = entities(source.tokens)
    if not found:
        return []
    start, end, kind, _ = rng.choice(found)
    pool = source.others if rng.random() < 0.7 else source.far
    names = {
        "".join(spelled(tokens)[a:b])
        for tokens in rng.sample(list(pool), min(40, len(pool)))
        for a, b, other, _ in entities(tokens)
        if other == kind
    }
    old = set(source.text[start:end].lower().split())
    names = {n for n in names if not old & set(n.lower().split()) and source.new(n) and len(n) > 2}
    return [(start, end, rng.choice(sorted(names)))] if names else []


def roles(source: Source, rng: random.Random) -> list[Change]:
    """Subject and object, or two names of one kind, in each other's place; or only the verb made passive."""
    if rng.random() < 0.25 and (active := turned(source)):
        _, verb, _, new = rng.choice(active)
        return [(*verb, new)]
    tokens, swaps = source.tokens, []
    for verb, token in enumerate(tokens):
        if token.tag != "VERB" or token.text.lower() in SYMMETRIC:
            continue
        parts = {t.label: n for n, t in enumerate(tokens) if t.head == verb and t.tag in {"NOUN", "PROPN"}}
        subject = parts.get("nsubj", parts.get("nsubj:pass"))
        object_ = parts.get("obj", parts.get("obl:agent", parts.get("obl")))
        if subject is not None and object_ is not None and ("obj" in parts or tokens[object_].entity):
            swaps.append((phrase(tokens, subject), phrase(tokens, object_)))
    names = entities(tokens)
    for a, first in enumerate(names):
        for second in names[a + 1 :]:
            between = source.text[first[1] : second[0]]
            if first[2] == second[2] and not re.fullmatch(r"\W*(and|or|&)?\W*|(, [^,]+)*,? (and|or) ", between):
                swaps.append(((first[0], first[1]), (second[0], second[1])))
    good = [
        (a, b) for a, b in swaps if a and b and (a[1] <= b[0] or b[1] <= a[0]) and max(a[1] - a[0], b[1] - b[0]) < 60
    ]
    if not good:
        return []
    a, b = rng.choice(good)
    one, two = source.text[a[0] : a[1]], source.text[b[0] : b[1]]
    if one.lower() == two.lower():
        return []
    return [(a[0], a[1], lowered(source, two, b)), (b[0], b[1], lowered(source, one, a))]


def _exchange(
    source: Source, rng: random.Random, find: Callable[[Token], list[str]], tags: frozenset[str] = OPEN
) -> list[Change]:
    tokens = [t for t in source.tokens if t.tag in tags and t.text.isalpha() and not t.entity]
    rng.shuffle(tokens)
    for token in tokens:
        found = [word for word in find(token) if source.new(word)]
        if found:
            return exchanged(source, token, rng.choice(found[:6]))
    return []


def antonym(source: Source, rng: random.Random) -> list[Change]:
    return _exchange(source, rng, source.words.unlike)


def sibling(source: Source, rng: random.Random) -> list[Change]:
    return _exchange(source, rng, source.words.beside)


def verb(source: Source, rng: random.Random) -> list[Change]:
    """Another verb of the document or the corpus, in the same form."""
    return _another(source, rng, frozenset({"VERB"}))


def noun(source: Source, rng: random.Random) -> list[Change]:
    return _another(source, rng, frozenset({"NOUN"}))


def adjective(source: Source, rng: random.Random) -> list[Change]:
    return _another(source, rng, frozenset({"ADJ"}))


def _another(source: Source, rng: random.Random, tags: frozenset[str]) -> list[Change]:
    pool = source.others if source.others and rng.random() < 0.5 else source.far
    words = [
        t for tokens in rng.sample(list(pool), min(30, len(pool))) for t in tokens if t.tag in tags and t.text.islower()
    ]

    def find(token: Token) -> list[str]:
        close = set(source.words.like(token)) | {token.text.lower()}
        lemma = source.words.lemma(token)
        if lemma in {"be", "have", "do"}:
            return []
        found = [
            t.text
            for t in words
            if t.xpos == token.xpos and t.text not in close and source.words.lemma(t) not in (lemma, *KEPT)
        ]
        return rng.sample(found, min(6, len(found)))

    return _exchange(source, rng, find, tags)


def _table(source: Source, rng: random.Random, table: dict[str, tuple[str, ...]]) -> list[Change]:
    found = [
        t
        for t in source.tokens
        if t.text.lower() in table and not (t.text.lower() == "to" and t.xpos == "TO" and _infinitive(t))
    ]
    if not found:
        return []
    token = rng.choice(found)
    new = rng.choice(table[token.text.lower()])
    return [(token.start, token.end, cased(new, token))]


def _infinitive(token: Token) -> bool:
    return token.tag == "PART" or token.label == "mark"


def swapped(source: Source, rng: random.Random) -> list[Change]:
    """A quantifier, a direction, an order or a relation turned round."""
    return _table(source, rng, SWAPS)


def modality(source: Source, rng: random.Random) -> list[Change]:
    """What may be told as what is; what is planned as done."""
    done = []
    for number, token in enumerate(source.tokens[:-2]):
        if token.text.lower() in INTENDS and token.text.lower() != "will" and source.tokens[number + 1].text == "to":
            infinitive = source.tokens[number + 2]
            past = source.words.form(source.words.lemma(infinitive), "VBD")
            if infinitive.xpos == "VB" and past:
                begin = (
                    source.tokens[number - 1]
                    if number and source.tokens[number - 1].text.lower() in AUXILIARY
                    else token
                )
                done.append([(begin.start, infinitive.end, past)])
        if token.text.lower() in {"will", "may", "might", "could"} and source.tokens[number + 1].xpos == "VB":
            past = source.words.form(source.words.lemma(source.tokens[number + 1]), "VBD")
            if past and source.tokens[number + 1].text != "be":
                done.append([(token.start, source.tokens[number + 1].end, past)])
    if done and rng.random() < 0.6:
        return rng.choice(done)
    return _table(source, rng, CERTAIN)


def negated(source: Source, rng: random.Random) -> list[Change]:
    """A denial put in: at an auxiliary, or before a finite verb with do."""
    options: list[list[Change]] = []
    for number, token in enumerate(source.tokens[:-1]):
        following = source.tokens[number + 1]
        if (
            token.text.lower() in AUXILIARY
            and following.text.lower() not in {"not", "n't", "never", "no"}
            and token.tag == "AUX"
        ):
            options.append([(token.end, token.end, rng.choice((" not", " not", " never")))])
        elif (
            token.tag == "VERB"
            and token.xpos in {"VBD", "VBZ", "VBP"}
            and token.label in {"root", "conj", "ccomp", "advcl"}
        ):
            base = source.words.form(source.words.lemma(token), "VB")
            auxiliary = {"VBD": "did", "VBZ": "does", "VBP": "do"}[token.xpos]
            if base:
                options.append([(token.start, token.end, f"{auxiliary} not {base}")])
            if base and token.xpos == "VBD":
                options.append([(token.start, token.end, f"{rng.choice(('failed', 'refused'))} to {base}")])
    return rng.choice(options) if options else []


def affirmed(source: Source, _rng: random.Random) -> list[Change]:
    """A denial taken out."""
    for token in source.tokens:
        stump = source.text[token.start - 3 : token.start] in {" wo", " ca", "can"}  # of won't, can't, cannot
        if token.text.lower() in {"not", "n't", "never"} and not stump:
            return [(token.start - (source.text[token.start - 1 : token.start] == " "), token.end, "")]
        if token.text.lower() == "no" and token.label == "det":
            return [(token.start, token.end, cased("some", token))]
    return []


def added(source: Source, rng: random.Random) -> list[Change]:
    """An adjunct or a clause of another sentence put at the end, or an adjective before a noun."""
    pool = source.others if source.others and rng.random() < 0.7 else source.far
    pieces = []
    for tokens in rng.sample(list(pool), min(12, len(pool))):
        text = spelled(tokens)
        for top, token in enumerate(tokens):
            if token.label.split(":")[0] in {"obl", "advcl", "conj", "nmod"} and top > 1:
                inside = subtree(tokens, top)
                words = [tokens[n] for n in inside]
                if (
                    2 <= len(words) <= 12
                    and inside[-1] - inside[0] + 1 == len(words)
                    and not any(w.tag == "PRON" for w in words)
                ):
                    piece = text[words[0].start : words[-1].end].strip(" ,.;:-")
                    fresh = [
                        w for w in words if w.tag in {"NOUN", "PROPN", "VERB", "ADJ", "NUM"} and source.new(w.text)
                    ]
                    if fresh and words[0].tag in {"ADP", "SCONJ", "CCONJ"} and "(" not in piece and '"' not in piece:
                        pieces.append(piece)
    end = re.search(r"[.!?]?[\"”]?$", source.text)
    if not pieces or end is None:
        return []
    piece = rng.choice(pieces)
    comma = "," if piece.split()[0].lower() in {"and", "but", "although", "while", "because"} else ""
    return [(end.start(), end.start(), f"{comma} {piece}")]


def described(source: Source, rng: random.Random) -> list[Change]:
    """An adjective that the evidence does not have, before a noun."""
    pool = [
        t
        for tokens in rng.sample(list(source.far), min(20, len(source.far)))
        for t in tokens
        if t.label == "amod" and t.text.islower() and t.xpos == "JJ"
    ]
    nouns = [
        t
        for n, t in enumerate(source.tokens)
        if t.tag == "NOUN" and n and source.tokens[n - 1].tag not in {"ADJ", "NOUN", "PROPN", "NUM", "PUNCT"}
    ]
    fresh = [t.text for t in pool if source.new(t.text) and t.text not in KEPT]
    if not nouns or not fresh:
        return []
    token, new = rng.choice(nouns), rng.choice(fresh)
    before = re.search(r"\b(an?) $", source.text[: token.start])
    changes = [(token.start, token.start, f"{new} ")]
    return [*changes, (before.start(1), before.end(1), "an" if new[0] in "aeio" else "a")] if before else changes


def only(source: Source, rng: random.Random) -> list[Change]:
    """Only, always, all or the first, where the evidence says no such thing."""
    options: list[list[Change]] = []
    for n, token in enumerate(source.tokens):
        if (token.tag == "NUM" and token.label == "nummod") or (token.tag == "ADP" and token.label == "case" and n > 2):
            options.append([(token.start, token.start, "only ")])
        if token.xpos in {"VBZ", "VBD"} and token.tag == "VERB":
            options.append([(token.start, token.start, rng.choice(("always ", "never ", "rarely ")))])
        if (
            token.text.lower() == "a"
            and n + 1 < len(source.tokens)
            and source.tokens[n + 1].tag in {"NOUN", "ADJ"}
            and not source.evidence & {"first", "only"}
        ):
            options.append(
                [(token.start, token.end, cased(rng.choice(("the first", "the only", "the largest")), token))]
            )
    return rng.choice(options) if options else []


def speaker(source: Source, rng: random.Random) -> list[Change]:
    """Somebody else said it; or a belief told as a fact; or a fact as somebody's words."""
    tokens = source.tokens
    for number, token in enumerate(tokens):
        clause = next((n for n, t in enumerate(tokens) if t.head == number and t.label == "ccomp"), None)
        subject = next(
            (n for n, t in enumerate(tokens) if t.head == number and t.label == "nsubj" and n < number), None
        )
        if token.tag == "VERB" and clause is not None and subject is not None:
            inside = subtree(tokens, clause)
            if (
                token.text.lower() in BELIEF
                and subtree(tokens, subject)[0] == 0
                and rng.random() < 0.4
                and inside[0] > number
            ):
                start = inside[0] + (tokens[inside[0]].text.lower() == "that")
                return [(0, tokens[start].start, "")] if start < len(tokens) else []
            span = phrase(tokens, subject)
            if span:
                names = sorted(
                    {
                        spelled(other)[a:b]
                        for other in source.others[:60]
                        for a, b, kind, _ in entities(other)
                        if kind in {"PER", "ORG"}
                    }
                )
                names = [n for n in names if source.new(n)]
                new = rng.choice(names) if names and rng.random() < 0.6 else rng.choice(SOMEBODY)
                return [(span[0], span[1], new[:1].upper() + new[1:] if span[0] == 0 else new)]
    return []


_ALL: tuple[Edit, ...] = (
    number, date, name, roles, antonym, sibling, verb, noun, adjective, swapped, modality, negated, affirmed, added,
    described, only, speaker,
)  # fmt: skip
FALSE: dict[str, Edit] = {function.__name__: function for function in _ALL}

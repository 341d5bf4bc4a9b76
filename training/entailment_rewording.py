"""Rewordings of an analysed claim that leave it true: synonyms, a part left out or moved, a number told roughly, a
passive."""

from __future__ import annotations

import random
import re

from training.entailment_sentence import OPEN, Change, Edit, Source, exchanged, lowered, subtree, turned


def synonyms(source: Source, rng: random.Random) -> list[Change]:
    """One to three words by others that mean the same."""
    changes: list[Change] = []
    tokens = [t for t in source.tokens if t.tag in OPEN and t.text.isalpha() and not t.entity and t.tag != "PROPN"]
    rng.shuffle(tokens)
    for token in tokens:
        found = source.words.like(token)
        if found:
            changes += exchanged(source, token, rng.choice(found[:3]))
        if len(changes) >= 3:
            break
    return changes


_RESTRICTS = frozenset("if unless without except only according not no never than whether but or".split())
_DISCOURSE = frozenset(
    "also however moreover furthermore therefore thus indeed meanwhile additionally finally then".split()
)


def shortened(source: Source, rng: random.Random) -> list[Change]:
    """What stands between commas or brackets, an adjunct in front, or a second verb left out."""
    tokens, text, cuts = source.tokens, source.text, []
    for top, token in enumerate(tokens):
        label = token.label
        inside = subtree(tokens, top)
        first, last = inside[0], inside[-1]
        words = {tokens[n].text.lower() for n in inside}
        if last - first + 1 != len(inside) or words & _RESTRICTS or not top >= 0:
            continue
        start, end = tokens[first].start, tokens[last].end
        before, after = text[:start].rstrip(), text[end:].lstrip()
        opened = before.endswith((",", "(", "–", "—")) or tokens[first].text in {",", "(", "–", "—"}
        closed = after[:1] in {",", ".", ")", ";"} or tokens[last].text in {",", ")"}
        if label in {"appos", "acl:relcl", "acl", "advcl", "parataxis"} and opened and closed and first > 1:
            cuts.append(
                (len(before.rstrip(",(–— ")), len(text) - len(after.lstrip(",)")) if after[:1] in ",)" else end)
            )
        elif (
            label == "conj"
            and token.tag == "VERB"
            and tokens[token.head].label == "root"
            and last >= len(tokens) - 3
            and "and" in words
        ):
            cuts.append((len(before.rstrip(", ")), end))
        elif label == "advmod" and token.text.lower() in _DISCOURSE and first > 0:
            cuts.append((start, end + (text[end : end + 1] == " ")))
        elif label == "obl" and first == 0 and after[:1] == "," and len(text) > 40:
            cuts.append((0, len(text) - len(after[1:].lstrip())))
    good = [(a, b) for a, b in cuts if 0 <= a < b and len(text) - (b - a) > 30]
    if not good:
        return []
    a, b = rng.choice(good)
    new = "" if a == 0 or text[b : b + 1] in {" ", ".", ",", ";", ""} else " "
    return [(a, b, new)]


def moved(source: Source, _rng: random.Random) -> list[Change]:
    """An adjunct in front put at the end."""
    tokens, text = source.tokens, source.text
    for top, token in enumerate(tokens):
        inside = subtree(tokens, top)
        if tokens[inside[-1]].text == ",":
            inside = inside[:-1]
        if (
            token.label == "obl"
            and inside
            and inside[0] == 0
            and len(inside) == inside[-1] + 1
            and text[tokens[inside[-1]].end :].startswith(", ")
        ):
            end = tokens[inside[-1]].end
            tail = re.search(r"[.!?]?$", text)
            assert tail is not None
            lead = (
                text[:end].rstrip(",")
                if tokens[0].entity or tokens[0].tag == "PROPN"
                else text[:1].lower() + text[1:end].rstrip(",")
            )
            return [(0, end + 2, ""), (tail.start(), tail.start(), f" {lead}")]
    return []


def rounded(source: Source, _rng: random.Random) -> list[Change]:
    """A long number told roughly."""
    for token in source.tokens:
        if re.fullmatch(r"\d{1,3},\d{3}", token.text):
            value = int(token.text.replace(",", ""))
            near = round(value, -len(str(value)) + 2)
            if re.search(
                r"(about|over|around|nearly|almost|approximately|than|least|[$£€])\s*$", source.text[: token.start]
            ):
                continue
            word = "about" if near == value else "nearly" if near > value else "more than"
            return [(token.start, token.end, f"{word} {near:,}")]
    return []


def passive(source: Source, _rng: random.Random) -> list[Change]:
    """ "The council sold the bridge" as "The bridge was sold by the council"."""
    for subject, verb, object_, new in turned(source):
        one, two = (source.text[a:b] for a, b in (subject, object_))
        return [
            (*subject, lowered(source, two, object_)),
            (*verb, new),
            (*object_, lowered(source, one, subject)),
        ]
    return []


TRUE: dict[str, Edit] = {
    "synonyms": synonyms, "shortened": shortened, "moved": moved, "rounded": rounded, "passive": passive,
}  # fmt: skip

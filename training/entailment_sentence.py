"""What the edits of a claim share: the claim with its tokens, the changes, and the parts of a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from aili.encoder import Token
from training.entailment_words import FILES, Words

Change = tuple[int, int, str]  # start, end, text put there
Edit = Callable[["Source", Random], list[Change]]
OPEN = frozenset(FILES)


@dataclass(slots=True)
class Source:
    """A claim with its tokens, and where replacements are taken from."""

    text: str
    tokens: tuple[Token, ...]
    words: Words
    others: Sequence[tuple[Token, ...]]  # analysed sentences of the same document, not of the evidence
    far: Sequence[tuple[Token, ...]]  # analysed sentences of any document
    evidence: frozenset[str] = field(default=frozenset())  # lower-case words of the evidence

    def new(self, text: str) -> bool:
        """Whether a word is neither in the evidence nor in the claim."""
        return text.lower() not in self.evidence and text.lower() not in self.text.lower()


def apply(text: str, changes: list[Change]) -> tuple[str, list[tuple[int, int]]]:
    """The edited text and the spans that were put in; where something was only taken out, the word that follows."""
    out, spans, at = "", [], 0
    for start, end, new in sorted(changes):
        out += text[at:start]
        begin = len(out)
        out += new
        following = re.match(r"\W*\w*", text[end:])
        spans.append((begin, len(out) if new.strip() else begin + (following.end() if following else 0)))
        at = end
    out += text[at:]
    return (out[:1].upper() + out[1:] if text[:1].isupper() else out), spans


def subtree(tokens: tuple[Token, ...], top: int) -> list[int]:
    """The indices of a token and all that hangs from it, in order."""
    inside = {top}
    for _ in range(12):
        more = {n for n, token in enumerate(tokens) if token.head in inside} - inside
        if not more:
            break
        inside |= more
    return sorted(inside)


def phrase(
    tokens: tuple[Token, ...], top: int, *, drop: frozenset[str] = frozenset({"case", "punct", "cc", "mark"})
) -> tuple[int, int] | None:
    """Character span of a subtree if it is contiguous, without what introduces it."""
    inside = [n for n in subtree(tokens, top) if not (tokens[n].head == top and tokens[n].label in drop)]
    if not inside or inside[-1] - inside[0] + 1 != len(inside):
        return None
    return tokens[inside[0]].start, tokens[inside[-1]].end


def lowered(source: Source, text: str, span: tuple[int, int]) -> str:
    """Lower case for a phrase that had a capital only because it opened the sentence."""
    first = next((t for t in source.tokens if t.start == span[0]), None)
    return text[:1].lower() + text[1:] if span[0] == 0 and first and first.tag != "PROPN" and not first.entity else text


Span = tuple[int, int]
_UNTURNED = frozenset("be have do include mean become resemble last cost weigh lack get".split())


def turned(source: Source) -> list[tuple[Span, Span, Span, str]]:
    """Finite verbs between their subject and their object: the spans of the three, and the verb's passive with "by"."""
    tokens, found = source.tokens, []
    for number, token in enumerate(tokens):
        lemma = source.words.lemma(token)
        shared = any(t.head == number and t.label in {"conj", "ccomp"} for t in tokens)
        if token.xpos not in {"VBD", "VBZ"} or token.tag != "VERB" or shared or lemma in _UNTURNED:
            continue
        parts = {t.label: n for n, t in enumerate(tokens) if t.head == number and t.tag in {"NOUN", "PROPN"}}
        subject, object_ = (phrase(tokens, parts[label]) if label in parts else None for label in ("nsubj", "obj"))
        participle = source.words.form(lemma, "VBN")
        if subject and object_ and participle and subject[1] + 1 == token.start and token.end + 1 == object_[0]:
            many = tokens[parts["obj"]].xpos in {"NNS", "NNPS"}
            auxiliary = ("were" if many else "was") if token.xpos == "VBD" else "are" if many else "is"
            found.append((subject, (token.start, token.end), object_, f"{auxiliary} {participle} by"))
    return found


def entities(tokens: tuple[Token, ...]) -> list[tuple[int, int, str, int]]:
    """(start, end, kind, index of the first token) of the names."""
    found: list[tuple[int, int, str, int]] = []
    for number, token in enumerate(tokens):
        if token.entity[:1] == "B":
            found.append((token.start, token.end, token.entity[2:], number))
        elif token.entity[:1] == "I" and found:
            start, _, kind, first = found[-1]
            found[-1] = (start, token.end, kind, first)
    return found


def cased(new: str, old: Token) -> str:
    return new[:1].upper() + new[1:] if old.text[:1].isupper() else new


def exchanged(source: Source, token: Token, new: str) -> list[Change]:
    """The change, with a/an before it set right."""
    changes = [(token.start, token.end, cased(new, token))]
    before = re.search(r"\b(an?) $", source.text[: token.start], re.IGNORECASE)
    if before:
        article = "an" if new[:1] in "aeio" else "a"
        if before.group(1)[0].isupper():
            article = article.capitalize()
        changes.append((before.start(1), before.end(1), article))
    return changes


def spelled(tokens: tuple[Token, ...]) -> str:
    out = ""
    for token in tokens:
        out = out.ljust(token.start) + token.text
    return out

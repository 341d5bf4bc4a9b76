"""What a sentence can do without where it stands alone as a bullet: *also*, asides, a long sentence's details.

Only whole branches of the parse go, and only what a reader can miss without being misled: what is left says nothing that
the sentence does not say. What joins a sentence to the one before is cut earlier (``cleaning``). Attributions, conditions,
negations and quotations stay. After Clarke & Lapata (2008), "Global inference for sentence compression", by rules in place
of a search: what the rules leave out is certain to be an aside.
"""

from __future__ import annotations

import re

from aili.engines.embedded.tree import Tree

LONG = 24  # words; a sentence up to this length keeps its asides
LONGER = 30  # and up to this one, its clauses between commas
_ADDING = frozenset(("also", "likewise", "lastly"))
_ASIDE = re.compile(r"\s*\([^()]*\)|\s+[–—]\s[^–—;:]*[^–—;:\s]\s[–—](?=\s)|\s?—[^–—;:]+—(?=\S)")
_ASIDE_WORDS = 4
_FIGURE_WORDS = 8  # a shorter aside with a number in it is often what the reader came for
_DETAIL_WORDS = 6
_OPENS_DETAIL = frozenset(("which", "who", "whom", "whose", "where"))
_QUOTE = re.compile(r"[“”\"]")


def cuts(parsed: Tree) -> tuple[tuple[int, int], ...]:
    """Half-open character spans of ``parsed.text`` that a bullet leaves out, in order, not overlapping."""
    text = parsed.text
    found = _adding(parsed)
    words = len(text.split())
    if words > LONG:
        found += [span for span in _asides(text) if words - _count(text, span) >= LONG // 2]
    if words - sum(_count(text, span) for span in found) > LONGER:
        found += _details(parsed)
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if (not kept or start >= kept[-1][1]) and not _touches_quotation(text, start, end):
            kept.append((start, end))
    return tuple(kept)


def shortened(text: str) -> str:
    """What cutting leaves, mended: single spaces, none before a mark, a capital first."""
    mended = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split()))
    mended = re.sub(r",(?=[,.;:!?])", "", mended)
    return mended[:1].upper() + mended[1:]


def _count(text: str, span: tuple[int, int]) -> int:
    return len(text[slice(*span)].split())


def _touches_quotation(text: str, start: int, end: int) -> bool:
    """Whether a cut would change what somebody is quoted with."""
    before, inside = text[:start], text[start:end]
    opened = before.count("“") > before.count("”") or before.count('"') % 2 == 1
    return opened or bool(_QUOTE.search(inside))


def _adding(parsed: Tree) -> list[tuple[int, int]]:
    """*Also* within the main clause, which points at the sentence before."""
    found = []
    for i, token in enumerate(parsed.tokens):
        following = parsed.tokens[i + 1].text if i + 1 < len(parsed.tokens) else "."
        before = parsed.tokens[i - 1].text.lower() if i else ""
        if (
            token.text.lower() in _ADDING
            and token.label == "advmod"
            and token.head in (parsed.root, *parsed.all(parsed.root, "aux", "cop"))
            and i > 0
            and (following[0].isalnum() and before not in ("but", "and", "not", "only"))
        ):
            found.append((token.start, parsed.tokens[i + 1].start))
    return found


def _asides(text: str) -> list[tuple[int, int]]:
    """What stands between brackets or dashes, and is more than a short name or number."""
    return [
        match.span()
        for match in _ASIDE.finditer(text)
        if len(match[0].split()) >= (_FIGURE_WORDS if any(c.isdigit() for c in match[0]) else _ASIDE_WORDS)
    ]


def _details(parsed: Tree) -> list[tuple[int, int]]:
    """A relative clause or an apposition between two commas; at the end of a sentence it is often the point."""
    tokens = parsed.tokens
    found = []
    for i, token in enumerate(tokens):
        if token.label not in ("acl:relcl", "appos") or parsed.all(i, "conj"):
            continue
        branch = parsed.subtree(i)
        first, last = branch[0] + (tokens[branch[0]].text == ","), branch[-1] - (tokens[branch[-1]].text == ",")
        if not parsed.contiguous(branch) or len(branch) < _DETAIL_WORDS or first == 0 or last + 1 >= len(tokens):
            continue
        closed = tokens[first - 1].text == "," == tokens[last + 1].text
        if closed and (token.label == "appos" or tokens[first].text.lower() in _OPENS_DETAIL):
            found.append((tokens[first - 1].start, tokens[last + 1].end))
    return found

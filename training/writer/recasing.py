"""Word pieces as text: spelt, spaced and cased as the source has them, for the network knows no capitals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aili.engines.embedded.casing import lowered, opened
from training.writer.graphs import EVIDENCE, Source

_TIGHT = frozenset("?,.;:!%)]’'")  # no space before
_GLUE = frozenset("-–—/’'")  # nor after
_OPEN = frozenset("$€£([#")


def recased(
    pieces: Sequence[int], sources: Sequence[Source], spell: Callable[[int], str], names: frozenset[str]
) -> str:
    """The text of ``pieces``; ``spell`` gives a piece as the vocabulary has it, ``names`` are always written large.

    Inside a sentence capitals are a name's; those that open one, and those of titles and headings, are kept for ``names``.
    """
    running = sorted(sources, key=lambda each: each.role < EVIDENCE)
    parts: list[str] = []
    at = 0
    while at < len(pieces):
        length, text, small = _longest(pieces[at:], running, spell)
        if length:
            parts.append(lowered(text, names) if small == len(text) else lowered(text[:small], names) + text[small:])
        elif spell(pieces[at]).startswith("##") and parts:
            parts[-1] += spell(pieces[at])[2:]
            length = 1
        else:
            parts.append(spell(pieces[at]))
            length = 1
        at += length
    text = ""
    for part in parts:
        if not text or part[0] in _TIGHT or part[0] in _GLUE or text[-1] in _GLUE or text[-1] in _OPEN:
            text += part
        else:
            text += " " + part
    return opened(text)


def _longest(pieces: Sequence[int], sources: Sequence[Source], spell: Callable[[int], str]) -> tuple[int, str, int]:
    """How many of ``pieces`` stand in a row in a text, as whole words, what stands there, and how much of that may have
    capitals that are no name's."""
    best, text, small = 0, "", 0
    for each in sources:
        ids = each.ids
        for start, piece in enumerate(ids):
            if piece != pieces[0] or spell(piece).startswith("##"):
                continue
            length = 1
            while length < len(pieces) and start + length < len(ids) and ids[start + length] == pieces[length]:
                length += 1
            while length and start + length < len(ids) and spell(ids[start + length]).startswith("##"):
                length -= 1
            if length > best:
                best = length
                left = each.spans[start][0]
                text = each.text[left : each.spans[start + length - 1][1]]
                first = len(text.split(" ", 1)[0])
                small = (
                    len(text) if each.role < EVIDENCE else first if not any(map(str.isalnum, each.text[:left])) else 0
                )
    return best, text, small

"""Word pieces as text: spelt, spaced and cased as the source has them, for the network knows no capitals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aili.engines.embedded.casing import lowered, opened
from training.writer.data import Reading

_TIGHT = frozenset("?,.;:!%)]’'")  # no space before
_GLUE = frozenset("-–—/’'")  # nor after
_OPEN = frozenset("$€£([#")


def recased(
    pieces: Sequence[int], readings: Sequence[Reading], spell: Callable[[int], str], names: frozenset[str]
) -> str:
    """The text of ``pieces``; ``spell`` gives a piece as the vocabulary has it, ``names`` are always written large."""
    parts: list[str] = []
    at = 0
    while at < len(pieces):
        length, text = _longest(pieces[at:], readings, spell)
        if length:
            parts.append(text)
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
    return opened(lowered(text, names))


def _longest(pieces: Sequence[int], readings: Sequence[Reading], spell: Callable[[int], str]) -> tuple[int, str]:
    """How many of ``pieces`` stand in a row in a text, as whole words, and what stands there."""
    best, text = 0, ""
    for reading in readings:
        ids = reading.ids
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
                text = reading.text[reading.spans[start][0] : reading.spans[start + length - 1][1]]
    return best, text

"""Places of a sentence that a bullet says too, marked for the page to show with that bullet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from aili.renderers import plain


class Place(NamedTuple):
    """Characters ``start`` to ``end`` of a sentence, which the page's bullet number ``bullet`` (from 1) says too."""

    start: int
    end: int
    bullet: int


Places: TypeAlias = Mapping[int, Sequence[Place]]
"""The places of each sentence, by the sentence's id."""


def marked(text: str, places: Sequence[Place]) -> str:
    """``text`` as HTML, with a ``mark`` around each place that names its bullets; parts of two places name those of both."""
    cuts = {cut for place in places for cut in (place.start, place.end) if 0 < cut < len(text)}
    return "".join(_part(text, start, end, places) for start, end in pairwise(sorted({0, len(text), *cuts})))


def _part(text: str, start: int, end: int, places: Sequence[Place]) -> str:
    bullets = sorted({place.bullet for place in places if place.start <= start and end <= place.end})
    words = escape(plain(text[start:end]))
    return f'<mark data-for="{" ".join(map(str, bullets))}">{words}</mark>' if bullets else words

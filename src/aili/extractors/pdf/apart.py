"""Letters that are set apart from their words: readings above ideographs, and initials over several lines."""

from __future__ import annotations

import re
from dataclasses import replace

from aili.extractors.pdf.glyphs import Segment

_KANA = re.compile("[\u3041-\u30ff\u3105-\u312f\\s]+")
_IDEOGRAPH = re.compile("[\u3400-\u9fff]")


def without_ruby(segments: list[Segment]) -> list[Segment]:
    """Without the small kana above ideographs that say how these are read."""
    small = [one for one in segments if _KANA.fullmatch(one.text)]
    if not small:
        return segments
    bases = [one for one in segments if _IDEOGRAPH.search(one.text)]
    ruby = {
        id(one)
        for one in small
        if any(
            one.size < 0.65 * base.size
            and base.x0 - base.size < (one.x0 + one.x1) / 2 < base.x1 + base.size
            and 0.5 * base.size < one.y - base.y < 1.6 * base.size
            for base in bases
        )
    }
    return [one for one in segments if id(one) not in ruby]


def without_initials(segments: list[Segment]) -> list[Segment]:
    """An initial over several lines belongs to the word it begins, on the highest line beside it."""
    for initial in [one for one in segments if len(one.text) == 1 and one.text.isalpha() and one.size > 18]:
        beside = [
            one
            for one in segments
            if one.size < 0.55 * initial.size
            and 0 <= one.x0 - initial.x1 + 2 < initial.size
            and initial.y - 1 <= one.y < initial.y + initial.size
        ]
        if len(beside) > 1:
            top = max(beside, key=lambda one: one.y)
            segments.remove(initial)
            segments[segments.index(top)] = replace(top, text=initial.text + top.text, x0=initial.x0)
    return segments

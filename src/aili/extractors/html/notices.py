"""What a text holds and does not say: notices of law and trade below it, who wrote it, lines that point to other pages.

Disclaimers, licences, marks and registrations are the site's own; so is the author's life below an article. Lines such as
"Related: …" stand between its paragraphs. "Read more: …" and "See also: …" are as often in the truth of the pages measured
as not, and stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aili.extractors import Piece

_LAST = 8  # blocks of a text among which a notice stands; above, a text about such notices is its own subject
_MAX_WORDS = 160
_NOTICE = re.compile(
    r"\W*(?:disclaimers?|disclosures?)\b|\W*(?:©|copyright\b)|.{0,80}\b(?:all rights reserved"
    r"|registered investment advis[eo]r"
    r"|for (?:general )?(?:informational|educational) purposes only|does not constitute|not (?:intended as|a substitute for)"
    r"|licensed under a creative commons|under a noncommercial creative commons"
    r"|(?:certification|registered trade)marks?"
    r"|securities offered through|insurance and investment advisory services|not fdic insured)\b",
    re.IGNORECASE,
)
_KINDS = ("paragraph", "item", "quote")
_POINTER = re.compile(r"\W*related(?: (?:articles?|posts?|reading|stor(?:y|ies)))?:\s+\w", re.IGNORECASE)
_POINTER_WORDS = 25
_ABOUT = re.compile(
    r"(?:about (?:the |our )?(?:authors?|writers?|contributors?|reviewers?)|meet the authors?"
    r"|disclaimers?|disclosures?)\W*$",
    re.IGNORECASE,
)
_ABOUT_WORDS = 250  # below such a heading; what is longer is a text about its subject
_ABOUT_SHARE = 0.3  # of a text, from whose end it is counted


def without_notices(found: Sequence[Piece]) -> list[Piece]:
    """``found`` without the notices among its last blocks, and without lines that point away.

    A text that is little else keeps its notices.
    """
    found = [piece for piece in _without_life(found) if not _points_away(piece)]
    first = max(len(found) - _LAST, len(found) // 2)
    return [piece for index, piece in enumerate(found) if index < first or not _is_notice(piece)]


def _without_life(found: Sequence[Piece]) -> list[Piece]:
    """``found`` without the sections near its end that are about its author, or are a notice by their heading."""
    words = [len(piece.text.split()) for piece in found]
    gone: set[int] = set()
    for index, piece in enumerate(found):
        if piece.kind != "heading" or not _ABOUT.match(piece.text):
            continue
        if sum(words[index:]) <= _ABOUT_SHARE * sum(words):
            end = _section_end(found, index)
            if sum(words[index:end]) <= _ABOUT_WORDS:
                gone.update(range(index, end))
    return [piece for index, piece in enumerate(found) if index not in gone]


def _section_end(found: Sequence[Piece], start: int) -> int:
    after = range(start + 1, len(found))
    return next(
        (at for at in after if found[at].kind == "heading" and found[at].level <= found[start].level), len(found)
    )


def _points_away(piece: Piece) -> bool:
    text = " ".join(piece.text.split())
    return piece.kind in _KINDS and len(text.split()) <= _POINTER_WORDS and _POINTER.match(text) is not None


def _is_notice(piece: Piece) -> bool:
    text = " ".join(piece.text.split())
    return piece.kind in _KINDS and len(text.split()) <= _MAX_WORDS and _NOTICE.match(text) is not None

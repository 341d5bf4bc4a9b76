"""Notices of law and trade below a text: disclaimers, licences, marks and registrations, which are the site's own."""

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


def without_notices(found: Sequence[Piece]) -> list[Piece]:
    """``found`` without the notices among its last blocks; a text that is little else keeps them."""
    first = max(len(found) - _LAST, len(found) // 2)
    return [piece for index, piece in enumerate(found) if index < first or not _is_notice(piece)]


def _is_notice(piece: Piece) -> bool:
    text = " ".join(piece.text.split())
    return piece.kind in _KINDS and len(text.split()) <= _MAX_WORDS and _NOTICE.match(text) is not None

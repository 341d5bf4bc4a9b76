"""Quotations: words in quotation marks must stand in the evidence as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aili.verification.cases import Case, Finding, finding
from aili.verification.passages import normalise, passage

_QUOTED = re.compile(
    r"“([^“”]+)”|„([^„“”]+)[“”]|«\s*([^«»]+?)\s*»|「([^「」]+)」|『([^『』]+)』|(?<![\w\"])\"([^\"]+)\"(?!\w)|(?<![\w'’])['‘]([^'’‘]{3,}(?:['’]\w[^'’‘]*)*)['’](?!\w)"
)
_GAP = re.compile(r"\.{3,}|…|\[[^\]]*\]|\([^)]*\)")


def quotations(case: Case) -> Iterator[Finding]:
    """Refuted where quoted words are nowhere in the source, not enough info where they stand only outside the evidence."""
    matched = 0
    for match in _QUOTED.finditer(case.claim.text):
        quoted = next(group for group in match.groups() if group)
        for piece in _GAP.split(quoted):
            plain = _plain(piece)
            if not plain.strip():
                continue
            if plain in _plain(case.whole.text) or plain in _plain("\n".join(case.context.neighbours)):
                matched += 1
            elif plain in _plain(case.context.document):
                yield finding(
                    "quotation", "not enough info", f"“{quoted}” is quoted, but stands elsewhere in the document."
                )
            elif len(plain.split()) > 1 or not case.context.document:
                yield finding(
                    "quotation", "refuted", f"“{quoted}” is quoted, but the evidence does not have these words."
                )
    if matched:
        yield finding("quotation", "supported", "What is quoted stands in the evidence word for word.")


def quoted(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of what stands between quotation marks in ``text``, the pieces of a shortened quotation apart."""
    for match in _QUOTED.finditer(text):
        start, end = next(match.span(group) for group in range(1, _QUOTED.groups + 1) if match[group])
        for gap in _GAP.finditer(text, start, end):
            yield start, gap.start()
            start = gap.end()
        yield start, end


def _plain(text: str) -> str:
    """The words alone, so that quotation marks, white space and punctuation at the seams do not count."""
    return passage(normalise(text)).plain

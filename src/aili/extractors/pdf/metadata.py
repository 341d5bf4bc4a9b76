"""What a PDF says of itself: title, authors and day, from its information dictionary and from its first page.

Programs fill the dictionary with file names, templates and the names of accounts, so it is believed only where it reads
like a title or a person; the first page's largest type is asked first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from aili import properties
from aili.properties import NAME, OLDEST, turned

_DAY = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")
_PRINTED = re.compile(r"skia|mozilla|chrom(?:e|ium)|webkit|wkhtml|quartz|firefox|safari|\bedge\b", re.IGNORECASE)
_NEVER_SET = re.compile(r"(?:D:)?(?:1970|1980|2000)0101000000")
_BETWEEN = re.compile(r"\s*(?:;|/|\s(?:and|und|et|y|e)\s|&|,\s*(?:and\s)?)\s*")
_BY = re.compile(r"(?:by|von|par|por|di|author(?:s)?:?|autor(?:en|es)?:?)\s+(?=\S)", re.IGNORECASE)
_MARKS = re.compile(r"[\d*†‡§¶∗⋆]+(?:,[\d*†‡§¶∗⋆]+)*")
_NO_PERSON = re.compile(
    r"\b(?:university|universit\w+|institute?|instituto?|department|ministry|council|commission|agency|office|bank|group|team|"
    r"centre|center|school|college|society|association|committee|press|report|review|journal|annual|of|the|for|"
    r"street|road|city|inc|ltd|llc|gmbh|ag|version|draft|january|february|march|april|may|june|july|august|september|"
    r"october|november|december)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"@|https?://|\b(?:university|universit\w+|institut\w*|department|faculty|laborator\w+|college|school)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(?:[\dIVX]{0,3}\.?\s*)(?:abstract|summary|executive summary|introduction|background|zusammenfassung|einleitung"
    r"|résumé|introducción|resumen|introduzione|resumo|introdução|摘要|引言|要旨|はじめに)\s*[:.]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """The entries of the information dictionary and the catalog that matter here, empty where they are absent."""

    title: str = ""
    author: str = ""
    created: str = ""
    maker: str = ""  # the programs that made the file
    language: str = ""


def title(declared: str, *, shown: str, first_page: str, heads: str = "") -> str:
    """The title: what the page shows, as the dictionary spells it where both agree; the dictionary's where none shows.

    ``heads`` is all that stands on the first pages, running heads too: a book's title may stand only there.
    """
    told = properties.title(declared)
    if not told:
        return shown
    if not shown or _folded(told) == _folded(shown):
        return told
    # A dictionary's title that the first page shows as well is longer than its largest type, or says the same.
    if _folded(told) in _folded(first_page) and _folded(shown) in _folded(told):
        return told
    named = len(told.split()) > 2 and _folded(told) in _folded(heads) and _folded(told) not in _folded(first_page)
    return told if named else shown


def authors(declared: str, *, byline: Sequence[str], first_page: str, framed: bool) -> tuple[str, ...]:
    """Authors that the lines below the title name, else those of the dictionary that are persons by their look.

    Bare names below a title count only where ``framed`` says that a place, a day or an abstract follows them: "Early Years"
    is a heading.
    """
    for line in byline:
        named = persons(_BY.sub("", line, count=1)) if _BY.match(line) else ()
        if named:
            return named
    told = " ".join(declared.split())
    if not properties.nobody(told):
        parts = [part.strip() for part in re.split(r"\s*[;/&]\s*|\s+(?:and|und|et|y)\s+", told) if part.strip()]
        split = re.split(r",\s*", told)
        if len(parts) == 1 and all(NAME.fullmatch(part) for part in split):
            parts = split
        if all(NAME.fullmatch(turned(part)) for part in parts):
            return tuple(dict.fromkeys(turned(part) for part in parts))
        listed = [part for part in split if NAME.fullmatch(part)]
        if len(listed) > 1:
            return tuple(dict.fromkeys(listed))  # the rest says what they did
        if _folded(told) in _folded(first_page) and not re.search(r"\d", told) and not told.islower():
            return tuple(dict.fromkeys(parts))  # one name, or a script without capitals
    found: list[str] = []
    for line in byline if framed else ():
        named = persons(line)
        if not named:
            break
        found += named
    return tuple(dict.fromkeys(found))


def opens(heading: str) -> bool:
    """Whether a heading is one that a text begins with, below its title and authors."""
    return bool(_OPENS.fullmatch(heading.strip()))


def is_address(text: str) -> bool:
    """Whether a line below a title says where its authors are, or how to reach them."""
    return bool(_ADDRESS.search(text))


def persons(line: str) -> tuple[str, ...]:
    """The names in a line that holds nothing else; empty where it holds anything else."""
    text = _MARKS.sub(" ", line).strip(" ,")
    parts = [part for part in _BETWEEN.split(text) if part]
    if not parts or len(text) > 300 or _NO_PERSON.search(text):
        return ()
    return tuple(parts) if all(NAME.fullmatch(part) and len(part) < 50 for part in parts) else ()


def published(created: str, *, maker: str = "", today: date | None = None) -> str:
    """The day on which the file was made, ISO 8601; empty where its clock cannot be believed, or a browser printed it."""
    match = _DAY.match(created.strip())
    if match is None or _PRINTED.search(maker) or _NEVER_SET.match(created.strip()):
        return ""
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return ""
    latest = (today or datetime.now(UTC).date()) + timedelta(days=1)
    return day.isoformat() if date(OLDEST, 1, 1) <= day <= latest else ""


def language(declared: str) -> str:
    """The catalog's language as a primary tag."""
    match = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", declared.strip())
    return match[0].lower() if match else ""


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()

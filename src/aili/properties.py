"""Titles and authors that a file's own entries claim, without those that a program wrote and nobody meant.

Programs fill a file's properties with file names, templates and the names of accounts, so an entry is believed only where
it reads like a title or a person. Shared by the extractors of files that have such entries: PDF, office files, RTF.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from aili import dates

OLDEST = 1985  # no file of these kinds is much older; clocks that were never set say 1970 or 1980

NAME = re.compile(
    r"(?:(?:[^\W\d_a-z]\.[-\s]?)+|[^\W\d_a-z][^\W\d_]*(?:[-'’][^\W\d_]+)*)"
    r"(?:\s+(?:(?:[^\W\d_a-z]\.[-\s]?)+|(?:van|von|de|der|den|da|di|la|le|du|dos|del|bin|al|el|ter|ten|y)"
    r"|[^\W\d_a-z][^\W\d_]*(?:[-'’][^\W\d_]+)*)){1,5}"
)
_JUNK = re.compile(
    r"""(?:microsoft\s+(?:word|powerpoint|excel|office)\b.*|untitled.*|ohne\ titel|sans\ titre|\(?(?:no\ )?title\)?|template
    |document\d*|dokument\d*|presentation\d*|powerpoint[\s-]presentation|pr[äe]sentation\d*|slide\s\d+|book\d*|sheet\d*
    |print|scan.*|full\ page\ photo|about:blank|doi:.*|arxiv:.*|pii:.*|layout\ \d.*|main|paper|article|draft|new\ document.*
    |https?:.*|\S+\.(?:docx?|pdf|tex|dvi|indd|qxd|pptx?|xlsx?|rtf|odt|odp|html?|txt|e?ps|cdr|ai|fm|p65|wpd|pub|pages)
    |.*\.(?:docx?|pdf|tex|dvi|indd|qxd|pptx?|xlsx?|rtf|odt|odp)|[\d\W_]+|[^\s]*[\d_][^\s]*)""",
    re.IGNORECASE | re.VERBOSE,
)
_NOBODY = re.compile(
    r".*(?:@|\b(?:user|admin(?:istrator)?|owner|unknown|anonymous|author|microsoft|adobe|windows|canon|xerox|scanner|"
    r"hewlett|chromium|default|root|guest|latex|tex|copyright)\b).*",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
# Clocks that were never set; the last two are of the templates of python-docx and python-pptx.
_NEVER_SET = ("1970-01-01", "1980-01-01", "2000-01-01T00:00:00", "2013-12-23T23:15:00", "2013-01-27T09:14:16")
_BY = re.compile(r"(?:by|von|par|por|di|authors?:?|autor(?:en|es)?:?)\s+(?=\S)", re.IGNORECASE)
_ON = re.compile(rf"(?:(?:date|datum|fecha|data):?\s+|{dates.PUBLISHED.pattern})(?=\S)", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff]")


def title(declared: str) -> str:
    """The title that an entry gives, its white space normalized; empty where a program made it up."""
    told = " ".join(declared.split())
    return "" if len(told) > 300 or _JUNK.fullmatch(told) or not _LETTERS.search(told) else told


def nobody(declared: str) -> bool:
    """Whether an author's entry is empty, or names an account, a program or a device."""
    told = " ".join(declared.split())
    return not told or len(told) > 300 or bool(_NOBODY.fullmatch(told))


def turned(name: str) -> str:
    """``Berg, Ada`` as ``Ada Berg``."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first else name


def authors(declared: str) -> tuple[str, ...]:
    """The persons that an entry names: ``Ada Berg; Tor Eklund``; empty where it reads like anything else."""
    told = " ".join(declared.split())
    if nobody(told):
        return ()
    parts = [part.strip() for part in re.split(r"\s*[;/&]\s*|\s+(?:and|und|et|y)\s+", told) if part.strip()]
    split = re.split(r",\s*", told)
    if len(parts) == 1 and all(NAME.fullmatch(part) for part in split):
        parts = split
    named = [turned(part) for part in parts]
    uncased = all(len(part) < 30 and part.upper() == part.lower() and _LETTERS.search(part) for part in named)
    return tuple(dict.fromkeys(named)) if uncased or all(NAME.fullmatch(part) for part in named) else ()


def day(declared: str, *, today: date | None = None) -> str:
    """The day of an ISO 8601 time; empty where there is none, or a clock that was never set told it."""
    match = _DAY.match(declared.strip())
    if match is None or declared.strip().startswith(_NEVER_SET):
        return ""
    try:
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return ""
    latest = (today or datetime.now(UTC).date()) + timedelta(days=1)
    return found.isoformat() if date(OLDEST, 1, 1) <= found <= latest else ""


def language(declared: str) -> str:
    """The primary tag of a language (``en-US``, ``zh_TW``); empty where the entry names none."""
    match = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", declared.strip())
    found = match[0].lower() if match else ""
    return "" if found in ("und", "zxx", "mul", "x") else found


def written(text: str) -> str:
    """The day that a line names and is nothing else than, ISO 8601; empty where it is something else."""
    return day(dates.whole(text))


def byline(lines: Sequence[str], *, known: Sequence[str]) -> tuple[int, tuple[str, ...], str]:
    """How many of the lines below a title are its byline, and the authors and the day that they name.

    A line is one where it is a day and nothing else ("Date:" may stand before it), names only persons that are ``known``
    from the file's properties, begins with "by", or stands above a day where nobody is known. The day that is shown goes
    before the file's own, which is often that of its last conversion.
    """
    named: tuple[str, ...] = tuple(known)
    shown = ""
    for count, line in enumerate(lines):
        text = " ".join(line.split())
        if told := written(_ON.sub("", text, count=1)):
            shown = told
            continue
        persons = authors(_BY.sub("", text, count=1)) if len(text) < 200 else ()
        introduced = bool(_BY.match(text)) or (not named and bool(written(" ".join(lines[count + 1 : count + 2]))))
        if not persons or not (introduced or set(persons) <= set(named)):
            return count, named, shown
        named = persons if introduced else named
    return len(lines), named, shown

"""Dates as people write them: full, partial, weekday or relative to the day of publication, and whether two agree."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from aili.verification.passages import Passage
from aili.verification.words import word_list

_MONTHS = word_list("january february march april may june july august september october november december")
_WEEKDAYS = word_list("monday tuesday wednesday thursday friday saturday sunday")
_MONTH_OF = (
    {name: n for n, name in enumerate(_MONTHS, 1)} | {name[:3]: n for n, name in enumerate(_MONTHS, 1)} | {"sept": 9}
)
_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_BEFORE_MONTH = (
    r"(?:(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ll]ast|[Nn]ext|[Tt]his|[Ee]arly|[Ll]ate|[Mm]id-?|[Dd]uring|[Ff]rom|[Oo]f"
    r"|and|to) )"
)
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d{2})"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_YEAR}-(?P<nmonth>0[1-9]|1[0-2])-(?P<day>[0-3]\d)\b",
        rf"\b{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?\b(?!\d)",
        rf"\b{_MONTH} {_DAY}(?!\d|,\d{{3}}|:)(?:(?:,| of)? {_YEAR})?(?![\d%])",
        rf"\b{_MONTH}(?: of|,)? {_YEAR}\b",
        rf"\b{_BEFORE_MONTH}{_MONTH}\b(?! \d)",
        r"\b(?P<decade>1\d{2}0|20\d0)['’]?s\b",
        rf"(?<![\d,.$€£#/])\b{_YEAR}\b(?!,\d|\.\d|%| percent)",
        r"\b(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)s?\b",
        r"\b(?P<relative>[Yy]esterday|[Tt]oday|[Tt]omorrow)\b",
    )
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """A date as far as it is given (0 where it is not); ``weekday`` is 1 for Monday, ``decade`` the first year of one."""

    year: int = 0
    month: int = 0
    day: int = 0
    weekday: int = 0
    decade: int = 0
    relative: str = ""
    text: str = ""
    start: int = 0
    end: int = 0


@lru_cache(maxsize=2048)
def _of_text(text: str) -> tuple[When, ...]:
    taken: list[tuple[int, int]] = []
    found: list[When] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            found.append(_when(match))
    return tuple(sorted(found, key=lambda when: when.start))


def dates(part: Passage) -> tuple[When, ...]:
    """The dates of a passage in order, with their offsets in it."""
    return _of_text(part.text)


def _when(match: re.Match[str]) -> When:
    groups = {name: value for name, value in match.groupdict().items() if value}
    month = groups.get("month", "").rstrip(".").lower()
    weekday = groups.get("weekday", "").lower()
    return When(
        year=int(groups.get("year", 0)),
        month=_MONTH_OF.get(month, 0) or int(groups.get("nmonth", 0)),
        day=int(groups.get("day", 0)),
        weekday=_WEEKDAYS.index(weekday) + 1 if weekday else 0,
        decade=int(groups.get("decade", 0)),
        relative=groups.get("relative", "").lower(),
        text=match.group(),
        start=match.start(),
        end=match.end(),
    )


def resolve(when: When, published: str) -> tuple[When, ...]:
    """The dates that ``when`` can mean, itself first; weekdays and relative days need the ISO day of publication."""
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return (when,)
    offsets: tuple[int, ...] = ()
    if when.relative:
        offsets = ({"yesterday": -1, "today": 0, "tomorrow": 1}[when.relative],)
    elif when.weekday and not when.day:
        back = (day.isoweekday() - when.weekday) % 7
        offsets = (-back, 7 - back)
    meant = (day + timedelta(days=offset) for offset in offsets)
    return (when, *(replace(when, year=d.year, month=d.month, day=d.day, weekday=d.isoweekday()) for d in meant))


def agrees(claim: When, evidence: When) -> bool:
    """Whether nothing the claim's date gives contradicts the evidence's, and they share at least one part."""
    if claim.relative or evidence.relative:
        if claim.relative == evidence.relative:
            return True
        if not (claim.day and evidence.day):
            return False
    if claim.decade or evidence.decade:
        ours, theirs = claim.decade or claim.year, evidence.decade or evidence.year
        return ours // 10 == theirs // 10 and (bool(claim.decade) or claim.year == 0 or not evidence.decade)
    shared = False
    for part in ("year", "month", "day", "weekday"):
        ours, theirs = getattr(claim, part), getattr(evidence, part)
        if ours and theirs and ours != theirs:
            return False
        shared = shared or bool(ours and ours == theirs)
    return shared and not (claim.day and not evidence.day and not evidence.weekday)

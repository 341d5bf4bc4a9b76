"""Days as people write them, in any language: ``12 May 2020``, ``5 de mayo de 2020``, ``2020年5月12日``, ``31/03/2025``.

The names of months, and whether a day stands before its month, are those of the Unicode CLDR, from babel. What could be two
days is none: 03/10/2025 is read only where the language of the text, with its region, says which number is the month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from unicodedata import decimal, normalize

_YEAR = r"(?P<y>(?:19|20)\d\d)"
_WORD = r"(?P<m>[^\W\d_][^\s\d,./()–-]{1,14})\.?"
_DAY = r"(?P<d>\d{1,2})(?!\d)"
_OF = r"(?:(?:of|de|den|di)\s+|d['’]|ב)?"
_NAMED = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:\b(?:on|am|vom|den|le|el|il)\s+)?(?<!\d){_DAY}(?:st|nd|rd|th|er|re|o|a|[.])?[\s/-]+{_OF}{_WORD},?[\s/-]+(?:(?:de|del|of)\s+)?{_YEAR}(?!\d)(?:\s+[гр]\.?)?",
        rf"(?<![^\W\d_]){_WORD}[\s/-]+{_DAY}(?:st|nd|rd|th)?,?[\s/-]+{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}(?!\d)[.,]?[\s/-]+(?:m\.\s+)?{_WORD}[\s/-]+{_DAY}\.?(?:\s+d\.)?",
    )
)
_UNITS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}\s*[年년]\s*(?P<m>\d{{1,2}})\s*[月월]\s*{_DAY}\s*[日일]?",
        rf"(?:ngày\s+)?(?<!\d){_DAY}\s+tháng\s+(?P<m>\d{{1,2}}),?\s+(?:năm\s+)?{_YEAR}(?!\d)",
    )
)
_ISO = re.compile(
    r"(?<![\d./-])(?P<y>(?:19|20)\d\d)([-/.]\s?)(?P<m>0?[1-9]|1[0-2])\2(?P<d>0?[1-9]|[12]\d|3[01])\.?(?!\d)"
)
_COMPACT = re.compile(r"^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T|\d{6}|$)")
_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d\d)(?![\d/-])")
PUBLISHED = re.compile(
    r"(?:(?:first|originally)\s+|date\s+)?(?:(?:published|posted)(?:\s+date)?(?:\s+(?:on|at|in))?"
    r"|veröffentlicht(?:\s+am)?|erschienen(?:\s+am)?|publié(?:e)?\s+le|publicado\s+(?:el|em)|pubblicato\s+il"
    r"|gepubliceerd(?:\s+op)?|publicerad(?:\s+den)?|udgivet(?:\s+den)?|publisert|julkaistu|opublikowano|опубликовано"
    r"|发布(?:时间|日期|于)?|發布(?:時間|日期|於)?|公開日時?|掲載日|게시일|등록일|نُ?شر(?:\s+في)?|प्रकाशित)\s*[:：|–-]?\s*",
    re.IGNORECASE,
)
"""What stands before the day of publication on a page, at the beginning of a line."""
CHANGED = re.compile(
    r"(?:(?:this\s+)?(?:page|article|post|guide|document)\s+(?:was\s+)?)?(?:last\s+|date\s+)?"
    r"(?:(?:updated|reviewed|modified|revised|edited|changed)(?:\s+(?:on|at))?|update(?=\s*:)"
    r"|(?:zuletzt\s+)?(?:aktualisiert|geändert)(?:\s+am)?|mise?\s+à\s+jour(?:\s+le)?|actualizado\s+el|atualizado\s+em"
    r"|aggiornato\s+il|bijgewerkt(?:\s+op)?|uppdaterad|opdateret|oppdatert|päivitetty|zaktualizowano|обновлено"
    r"|更新(?:时间|日期|於|于)?|更新日時?|수정일)\s*[:：|–-]?\s*",
    re.IGNORECASE,
)
"""What stands before the day of a page's last change."""
_ENGLISH = "january february march april may june july august september october november december".split()
# Whose names are tried where nobody says what the language is.
_LANGUAGES = "de fr es it pt nl sv da nb fi pl cs hr ru uk el tr ro hu ca ar he hi id".split()
_LAST_MONTH = 12
_LONGEST = 200  # characters that are looked at


def find(text: str, *, language: str = "") -> str:
    """The first day in ``text``, ISO 8601; empty where there is no whole date, or one that could be two.

    ``language`` is a BCP 47 tag, such as ``en-GB``; English is read in any.
    """
    found = _days(_normalized(text)[:_LONGEST], language)
    return min(found, key=lambda one: one[1], default=("", 0, 0))[0]


def whole(text: str, *, language: str = "") -> str:
    """The day that ``text`` is and nothing else than; empty where it is something else."""
    folded = _normalized(text)
    if len(folded) > _LONGEST:
        return ""
    return next((day for day, begin, end in _days(folded, language) if not begin and end == len(folded)), "")


def month(name: str, *, language: str = "") -> int:
    """The number of the month of that name or its abbreviation; 0 where it is none."""
    key = _key(name)
    if found := _english().get(key, 0):
        return found
    if found := _named(_primary(language)).get(key, 0):
        return found
    return _anywhere().get(key, 0)  # pages often claim a language that is not theirs


def _normalized(text: str) -> str:
    """The same text in its usual letters and digits, without marks of direction."""
    usual = re.sub(r"[\u200e\u200f\u061c]", "", normalize("NFKC", text)).strip()
    return usual if usual.isascii() else "".join(str(decimal(char, char)) for char in usual)


def _days(text: str, language: str) -> Iterator[tuple[str, int, int]]:
    """The days in ``text``, the surest forms first, each with where it begins and ends."""
    if (match := _COMPACT.match(text)) and (day := iso(*match.groups())):
        yield day, *match.span()
    for form in (_ISO, *_UNITS):
        for match in form.finditer(text):
            if day := iso(match["y"], match["m"], match["d"]):
                yield day, *match.span()
    for form in _NAMED:
        for match in form.finditer(text):
            number = month(match["m"], language=language)
            if number and (day := iso(match["y"], number, match["d"])):
                yield day, *match.span()
    for match in _NUMBERS.finditer(text):
        if day := _in_numbers(*match.groups(), language=language):
            yield day, *match.span()


def _in_numbers(first: str, mark: str, second: str, year: str, *, language: str) -> str:
    if mark == "." or int(first) > _LAST_MONTH or first == second:
        return iso(year, second, first)
    if int(second) > _LAST_MONTH:
        return iso(year, first, second)
    order = _order(language)
    return iso(year, *((second, first) if order == "dm" else (first, second))) if order else ""


def iso(year: str, month: str | int, day: str | int) -> str:
    """The day of these numbers, ISO 8601; empty where there is none, as on 31 February."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _key(name: str) -> str:
    return re.sub(r"^(?:de |d['’])", "", normalize("NFKC", name).casefold()).replace(".", "").strip()


@cache
def _english() -> Mapping[str, int]:
    numbers = {name: at for at, name in enumerate(_ENGLISH, 1)}
    return numbers | {name[:3]: at for name, at in numbers.items()} | {"sept": 9}


def _primary(language: str) -> str:
    return re.split(r"[-_]", language.strip().lower())[0]


@cache
def _anywhere() -> Mapping[str, int]:
    """The months of many languages by name, without names that are two months."""
    found: dict[str, set[int]] = {}
    for one in _LANGUAGES:
        for name, number in _named(one).items():
            found.setdefault(name, set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


@cache
def _named(primary: str) -> Mapping[str, int]:
    if not primary:
        return {}
    from babel import Locale, UnknownLocaleError  # 15 ms, and most dates are in English

    try:
        months = Locale.parse(primary).months
    except (UnknownLocaleError, ValueError):
        return {}
    names = [
        (name, number)
        for context in months.values()
        for form in ("wide", "abbreviated")
        for number, name in context[form].items()
    ]
    return {_key(name): int(number) for name, number in names if not any(char.isdigit() for char in name)}


@cache
def _order(language: str) -> str:
    """``dm`` or ``md``: which of day and month a language writes first; empty where that is not known.

    English alone, without a region, is either.
    """
    from babel import Locale, UnknownLocaleError

    tag = language.strip().replace("-", "_")
    if not tag or tag.lower() == "en":
        return ""
    try:
        short = Locale.parse(tag).date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return ""
    return "".join(letter for letter in re.sub(r"(.)\1*", r"\1", short).lower() if letter in "dm")

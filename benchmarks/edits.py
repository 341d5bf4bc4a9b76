"""Single wrong edits of a true sentence, for measuring what checking catches; they know nothing of the rules they test."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Edit = Callable[[str, str, random.Random], str]

_MONTHS, _DAYS, _WORDS = (
    part.split()
    for part in (
        "January February March April May June July August September October November December",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "two three four five six seven eight nine ten eleven twelve",
    )
)
_YEAR = re.compile(r"\b(?:1[5-9]\d\d|20[0-2]\d)\b(?![,.]\d)")
_MONTH = re.compile(
    rf"\b(?:{'|'.join(_MONTHS)})\b(?= \d| of \d)|(?<=\d )(?:{'|'.join(_MONTHS)})\b|(?<=\bin )(?:{'|'.join(_MONTHS)})\b"
)
_DAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})\b")
_NUMBER = re.compile(r"(?<![\w.,/:-])\d{1,3}(?:,\d{3})+\b(?![./:-]\d)|(?<![\w.,/:-])\d+(?:\.\d+)?\b(?![./:-]|,\d)")
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-zà-ÿ]{2,}(?: [A-Z][a-zà-ÿ]{2,})*\b")
_AUXILIARY = re.compile(
    r"\b(is|was|are|were|will|can|could|would|should|did|does|must)\b(?! (?:not|n't|never|no|nothing|there))(?= \w)"
)
_NEGATION = re.compile(
    r"\b(do|does|did|is|was|are|were|will|can|could|would|should|has|have|had) ?(?:not|n't|n’t) |\bnever ",
    re.IGNORECASE,
)


def number(text: str, _document: str, rng: random.Random) -> str:
    """Another number in the place of one that is no year."""
    found = [m for m in _NUMBER.finditer(text) if not _YEAR.fullmatch(m.group())] or list(_NUMBER_WORD.finditer(text))
    return (
        _replace(text, rng.choice(found), _other_number(found[0].group(), rng))
        if len(found) == 1
        else _many(text, found, rng)
    )


def _many(text: str, found: list[re.Match[str]], rng: random.Random) -> str:
    if not found:
        return ""
    match = rng.choice(found)
    return _replace(text, match, _other_number(match.group(), rng))


def _other_number(old: str, rng: random.Random) -> str:
    if old in _WORDS:
        return rng.choice([word for word in _WORDS if word != old])
    plain = old.replace(",", "")
    if "." in plain:
        decimals = len(plain.partition(".")[2])
        return f"{float(plain) + rng.choice((1, 2, 3)) / 10 ** (decimals - 1):.{decimals}f}"
    value = int(plain)
    new = value + rng.choice((1, 2, 3, 5, 10)) * max(1, 10 ** (len(plain) - 2))
    return f"{new:,}" if "," in old else str(new)


def date(text: str, _document: str, rng: random.Random) -> str:
    """Another year, month or weekday."""
    found = [*_YEAR.finditer(text), *_MONTH.finditer(text), *_DAY.finditer(text)]
    if not found:
        return ""
    match = rng.choice(found)
    old = match.group()
    if old.isdigit():
        return _replace(text, match, str(int(old) - rng.randint(1, 9)))
    return _replace(text, match, rng.choice([name for name in (_MONTHS if old in _MONTHS else _DAYS) if name != old]))


def name(text: str, document: str, rng: random.Random) -> str:
    """Another name of the document in the place of one inside the sentence."""
    found = [match for match in _NAME.finditer(text) if _is_name(match.group(), document)]
    words = set(re.findall(r"\w+", text))
    others = sorted({m for m in _NAME.findall(document) if _is_name(m, document) and not words & set(m.split())})
    if not found or not others:
        return ""
    return _replace(text, rng.choice(found), rng.choice(others))


def _is_name(phrase: str, document: str) -> bool:
    words = phrase.split()
    return not set(words) & {*_MONTHS, *_DAYS} and not any(
        re.search(rf"\b{word.lower()}\b", document) for word in words
    )


def negated(text: str, _document: str, rng: random.Random) -> str:
    """A 'not' more."""
    found = list(_AUXILIARY.finditer(text))
    return _replace(text, match := rng.choice(found), f"{match.group()} not") if found else ""


def affirmed(text: str, _document: str, rng: random.Random) -> str:
    """A 'not' or 'never' less."""
    found = list(_NEGATION.finditer(text))
    if not found:
        return ""
    match = rng.choice(found)
    return _replace(text, match, f"{match.group(1)} " if match.group(1) else "")


def _replace(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


EDITS: dict[str, Edit] = {
    "number": number,
    "date": date,
    "name": name,
    "negation put in": negated,
    "negation left out": affirmed,
}

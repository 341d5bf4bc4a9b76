"""Numbers as people write them: digits, words, scale words, percent, currencies, units, ordinals, fractions, rounding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from aili.verification.passages import Passage, Token, passage
from aili.verification.words import word_list, word_set

_SMALL = dict(
    zip(
        word_list("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
"""),
        range(20),
        strict=True,
    )
)
_TENS = {word: 10 * n for n, word in enumerate(word_list("twenty thirty forty fifty sixty seventy eighty ninety"), 2)}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "dozen": 12.0,
    "lakh": 1e5,
    "crore": 1e7,
}
_SCALES |= {f"{word}s": value for word, value in _SCALES.items()}
_SHORT_SCALES = {"k": 1e3, "bn": 1e9, "mn": 1e6, "mln": 1e6, "tn": 1e12, "m": 1e6, "b": 1e9}
_ORDINALS = dict(
    zip(
        word_list("""
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth
"""),
        range(1, 20),
        strict=True,
    )
) | {f"{word[:-1]}ieth": value for word, value in _TENS.items()}
_FRACTIONS = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1}
_FRACTIONS |= {"halves": 0.5, "thirds": 1 / 3, "quarters": 0.25, "fifths": 0.2, "tenths": 0.1}
_SIGNS = {"½": 0.5, "⅓": 1 / 3, "¼": 0.25, "¾": 0.75, "⅔": 2 / 3}
_CURRENCIES = {
    "$": "$",
    "€": "€",
    "£": "£",
    "¥": "¥",
    "₹": "₹",
    "dollar": "$",
    "euro": "€",
    "pound": "£",
    "yen": "¥",
    "rupee": "₹",
}
_CURRENCIES |= {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "inr": "₹", "buck": "$"}
# A unit and its other names.
_UNIT_ROWS = """\
% percent pct percentage|km kilometre kilometer|mile mi|m metre meter|ft foot feet|cm centimetre centimeter|mm
millimetre millimeter|inch inches in.|kg kilogram kilo kilogramme|lb lbs pound|g gram gramme|ton
tonne|acre|hectare ha|litre liter|second sec|minute min|hour hr|day|week|month|year yr|decade|century
centuries|mph|degree °|watt|mw megawatt|gw gigawatt|gb gigabyte|mb megabyte|tb terabyte|hz hertz|mhz
megahertz|ghz gigahertz"""
_UNITS = {form: row.split()[0] for row in _UNIT_ROWS.split("|") for form in row.split()}
_ABOUT = word_set("about around approximately roughly some nearly almost circa estimated approx ca ~ ≈ c")
_OVER = word_set("over exceeding exceeded exceed exceeds above")
_UNDER = word_set("under below")


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """A number with its unit and how it was hedged; ``first`` and ``last`` are token positions in the passage.

    ``hedge`` is ``=`` exact, ``~`` about, ``>`` more than or at least, ``<`` less than or at most. ``step`` is the
    place value of the last digit given (1.2 million: 100,000). ``worded`` where it is a word below twenty,
    which may be a count.
    """

    value: float
    unit: str
    hedge: str
    step: float
    text: str
    first: int
    last: int
    ordinal: bool = False
    worded: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Number:
    """A Quantity before what stands around it was read."""

    value: float
    step: float
    first: int
    last: int
    ordinal: bool = False
    worded: bool = False


@lru_cache(maxsize=2048)
def _of_text(text: str) -> tuple[Quantity, ...]:
    tokens = passage(text).tokens
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        quantity = _read(tokens, at, text)
        if quantity is None:
            at += 1
        else:
            found.append(quantity)
            at = quantity.last + 1
    return _share_units(tuple(found), tokens)


def quantities(part: Passage) -> tuple[Quantity, ...]:
    """The numbers of a passage in order, without those that belong to a calendar date."""
    return _of_text(part.text)


def is_number(token: Token) -> bool:
    """Whether a token is a number or part of one, in digits or in words."""
    return token.text[0].isdigit() or token.norm in _SMALL or token.norm in _TENS or token.norm in _SCALES


def _read(tokens: tuple[Token, ...], at: int, text: str) -> Quantity | None:
    token = tokens[at]
    if token.text[0].isdigit() and token.text[0].isdecimal():
        return _digits(tokens, at, text)
    if token.text in _SIGNS:
        return _finish(_Number(value=_SIGNS[token.text], step=0.01, first=at, last=at), tokens, text)
    if (
        token.norm in _SMALL
        or token.norm in _TENS
        or (token.norm in _SCALES and _norm(tokens, at - 1) in ("a", "the", "several", "few"))
    ):
        return _words(tokens, at, text)
    if token.norm in _ORDINALS and not _is_sequence_word(tokens, at):
        number = _Number(value=float(_ORDINALS[token.norm]), step=1.0, first=at, last=at, ordinal=True, worded=True)
        return _finish(number, tokens, text)
    if token.norm in ("half", "quarter") and _norm(tokens, at + 1) in ("of", "a", "the"):
        number = _Number(value=_FRACTIONS[token.norm], step=0.01, first=at, last=at, worded=True)
        return _finish(number, tokens, text)
    return None


def _norm(tokens: tuple[Token, ...], at: int) -> str:
    return tokens[at].norm if 0 <= at < len(tokens) else ""


def _is_sequence_word(tokens: tuple[Token, ...], at: int) -> bool:
    """'First, …', 'a second', 'third parties': words that order a text rather than count."""
    return tokens[at].norm in ("first", "second") or (
        tokens[at].norm == "third" and _norm(tokens, at + 1) in ("party", "parties", "-")
    )


def _digits(tokens: tuple[Token, ...], at: int, text: str) -> Quantity | None:
    token = tokens[at]
    plain = token.norm.replace(",", "")
    if plain.count(".") > 1:  # a version or a date, not a number
        return None
    value, decimals = float(plain), len(plain.partition(".")[2])
    last = at
    after = _norm(tokens, at + 1)
    adjacent = at + 1 < len(tokens) and tokens[at + 1].start == token.start + len(token.text)
    if adjacent and after in ("st", "nd", "rd", "th"):
        return _finish(_Number(value=value, step=1.0, first=at, last=at + 1, ordinal=True), tokens, text)
    step = 10.0**-decimals
    if not decimals and value:
        step = 10.0 ** (len(plain) - len(plain.rstrip("0")))
    scale = _SCALES.get(after, 1.0)
    if scale == 1.0 and after in _SHORT_SCALES and (after not in ("m", "b") or _norm(tokens, at - 1) in _CURRENCIES):
        scale = _SHORT_SCALES[after]
    if after == "-" and _norm(tokens, at + 2) in _SCALES:
        scale, last = _SCALES[_norm(tokens, at + 2)], at + 1
    if scale > 1:
        last += 1
    return _finish(_Number(value=value * scale, step=step * scale, first=at, last=last), tokens, text)


def _words(tokens: tuple[Token, ...], at: int, text: str) -> Quantity | None:
    total, current, last, position = 0.0, 0.0, at, at
    smallest = 1.0
    while position < len(tokens):
        word = tokens[position].norm
        if word in _SMALL:
            if position > at and current % 10:
                break
            current += _SMALL[word]
        elif word in _TENS:
            if position > at and current % 100:
                break
            current += _TENS[word]
        elif word in ("hundred", "dozen", "hundreds", "dozens"):
            current = (current or 1) * _SCALES[word]
        elif word in _SCALES:
            total, current = total + (current or 1) * _SCALES[word], 0.0
        elif not (word in ("-", "and") and last > at - 1 and _continues(tokens, position, current + total, word)):
            break
        else:
            position += 1
            continue
        last = position
        position += 1
    value = total + current
    if value >= 20 and value % 10 == 0:
        smallest = 10.0 ** (len(str(int(value))) - len(str(int(value)).rstrip("0")))
    after = _norm(tokens, last + 1)
    follows = _norm(tokens, last + 2) if after == "-" else after
    if follows in _FRACTIONS and value < 10 and last == at:
        end = last + (2 if after == "-" else 1)
        return _finish(_Number(value=value * _FRACTIONS[follows], step=0.01, first=at, last=end), tokens, text)
    if after == "-" and follows in _ORDINALS and value >= 20:
        number = _Number(value=value + _ORDINALS[follows], step=1.0, first=at, last=last + 2, ordinal=True)
    else:
        number = _Number(value=value, step=smallest, first=at, last=last, worded=value <= 20)
    return _finish(number, tokens, text)


def _continues(tokens: tuple[Token, ...], position: int, so_far: float, word: str) -> bool:
    after = _norm(tokens, position + 1)
    if word == "and":
        return so_far >= 100 and so_far % 100 == 0 and (after in _SMALL or after in _TENS)
    return (after in _SMALL and 20 <= so_far % 100 < 100) or after in _SCALES


def _finish(number: _Number, tokens: tuple[Token, ...], text: str) -> Quantity:
    """The quantity with the unit and the hedge that stand beside it."""
    first, last = number.first, number.last
    unit = _CURRENCIES.get(_norm(tokens, first - 1), "")
    end = last
    if not unit:
        unit, end = _unit_after(tokens, last)
    start = tokens[first - 1].start if first and tokens[first - 1].norm in _CURRENCIES else tokens[first].start
    return Quantity(
        value=number.value,
        unit=unit,
        hedge=_hedge(tokens, first),
        step=number.step,
        first=first,
        last=last,
        ordinal=number.ordinal,
        worded=number.worded,
        text=text[start : tokens[end].start + len(tokens[end].text)],
    )


def _unit_after(tokens: tuple[Token, ...], last: int) -> tuple[str, int]:
    """The unit behind the token at ``last``, empty where there is none, and the position of the unit's last token."""
    after, place = _norm(tokens, last + 1), last + 1
    if after == "per" and _norm(tokens, last + 2) == "cent":
        return "%", last + 2
    if after == "-":
        after, place = _norm(tokens, last + 2), last + 2
    singular = after[:-1] if after.endswith("s") and after not in _UNITS else after
    unit = _CURRENCIES.get(singular, "") or _UNITS.get(singular, "")
    return unit, place if unit else last


def _hedge(tokens: tuple[Token, ...], first: int) -> str:
    near = [_norm(tokens, at) for at in range(first - 1, max(-1, first - 4), -1)]
    if near and near[0] in _CURRENCIES:
        near = near[1:]
    if not near:
        return "="
    if near[0] == "a" and len(near) > 1:
        near = near[1:]
    pair = f"{near[1]} {near[0]}" if len(near) > 1 else ""
    if pair in ("more than", "at least", "greater than", "higher than", "longer than", "upwards of", "larger than"):
        return ">"
    if pair in ("less than", "fewer than", "up to", "at most", "lower than", "close to", "as many", "shorter than"):
        return "~" if pair in ("close to", "as many") else "<"
    if near[0] in _ABOUT:
        return "~"
    return ">" if near[0] in _OVER else "<" if near[0] in _UNDER else "="


def _share_units(found: tuple[Quantity, ...], tokens: tuple[Token, ...]) -> tuple[Quantity, ...]:
    """Give the first number of '5 to 7 percent', '3 or 4 days', '$5–7' the unit of its partner."""
    out = list(found)
    for index in range(len(out) - 1):
        one, other = out[index], out[index + 1]
        between = [token.norm for token in tokens[one.last + 1 : other.first] if token.norm not in _CURRENCIES]
        if between not in (["to"], ["-"], ["–"], ["or"], ["and"], ["—"]) or bool(one.unit) == bool(other.unit):
            continue
        if not one.unit and (between != ["and"] or other.unit == "%"):
            out[index] = _with_unit(one, other.unit)
        elif one.unit in "$€£¥₹" and between != ["and"]:
            out[index + 1] = _with_unit(other, one.unit)
    return tuple(out)


def _with_unit(quantity: Quantity, unit: str) -> Quantity:
    return replace(quantity, unit=unit)


def agrees(claim: Quantity, evidence: Quantity) -> bool:
    """Whether the claim's number may be told from the evidence's: equal, or rounded and said to be so.

    A rounded claim must be hedged ("about 4,000" for 4,021) or rounded by a scale word to the digits it gives ("1.2
    million" for 1,213,000); an exact claim does not follow from a hedged number of another value.
    """
    if claim.unit and evidence.unit and claim.unit != evidence.unit and not {claim.unit, evidence.unit} <= {"£", "lb"}:
        return False
    if "%" in (claim.unit, evidence.unit) and claim.unit != evidence.unit:
        return False
    if claim.ordinal != evidence.ordinal and not (claim.worded or evidence.worded):
        return claim.value == evidence.value and claim.value < 32  # 19 June, June 19th
    difference = claim.value - evidence.value
    if abs(difference) <= 1e-6 * max(1.0, abs(claim.value)):
        return True
    if evidence.hedge != "=":  # rounded once already: nothing but the same number follows from it
        return False
    if claim.hedge == "=":
        return claim.step >= 1e4 and abs(difference) <= claim.step / 2 and abs(difference) <= 0.05 * evidence.value
    rounder = claim.step > evidence.step or (claim.value % 5 == 0 and evidence.value % 5 != 0 and claim.unit != "%")
    if claim.hedge == "~":
        return rounder and abs(difference) <= 0.075 * abs(evidence.value)
    if claim.hedge == ">":
        return rounder and difference < 0 and claim.value >= 0.75 * evidence.value
    return rounder and difference > 0 and claim.value <= 1.25 * evidence.value

"""Single wrong edits of a true sentence, for measuring what checking catches; they know nothing of the rules they test."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import cache

from aili.encoder import Encoder, Token, load

Edit = Callable[[str, str, random.Random], str]


def _table(text: str) -> dict[str, str]:
    """Word or words → what takes their place."""
    return dict(tuple(part.strip() for part in row.split(":", 1)) for row in text.split(";"))  # type: ignore[misc]


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


# Opposites by hand, as they stand in running text; drawn up without a look at the list that the rules have.
_OPPOSITES = _table(
    """
    increased: decreased; increase: decrease; increases: decreases; rose: fell; rising: falling; grew: shrank;
    growing: shrinking; more: less; higher: lower; highest: lowest; larger: smaller; largest: smallest; bigger:
    smaller; better: worse; best: worst; older: younger; oldest: youngest; earlier: later; early: late; before: after;
    after: before; above: below; strong: weak; stronger: weaker; success: failure; successful: unsuccessful; won:
    lost; win: lose; gained: lost; accepted: rejected; approved: rejected; allowed: banned; allows: forbids; opened:
    closed; open: closed; began: ended; started: stopped; supported: opposed; supports: opposes; support: oppose;
    included: excluded; includes: excludes; arrived: left; bought: sold; hired: fired; joined: left; praised:
    criticised; welcomed: condemned; public: private; positive: negative; legal: illegal; safe: dangerous; easy: hard;
    fast: slow; cheap: expensive; rich: poor; true: false; right: wrong; full: empty; long: short; wide: narrow; deep:
    shallow; hot: cold; warm: cold; dry: wet; light: heavy; clean: dirty; quiet: loud; simple: complicated; common:
    rare; modern: ancient; northern: southern; eastern: western; north: south; east: west; major: minor; most: fewest;
    many: few; improved: worsened; improve: worsen; raised: lowered; raise: lower; expanded: shrank; strengthened:
    weakened; remember: forget; agreed: disagreed; likely: unlikely; able: unable; possible: impossible; popular:
    unpopular; alive: dead; attacked: defended; created: destroyed; built: demolished; protects: endangers; reduced:
    increased; reduce: increase; reduces: increases; men: women; man: woman; male: female; father: mother; son:
    daughter; brother: sister; husband: wife
    """
)
_CERTAIN = _table(
    """
    may: will; might: will; could: will; can: must; possible: certain; possibly: certainly; perhaps: certainly;
    likely: certain; probably: certainly; suggests: proves; suggest: prove; suggested: proved; believes: knows;
    believed: known; reportedly: indeed; allegedly: indeed; plans to: did; hopes to: will certainly; wants to: will;
    expected to: certain to; sometimes: always; often: always; usually: always; some: all; most: all; nearly: exactly;
    about: exactly
    """
)
_TURNED = _table(
    """
    more: less; less: more; fewer: more; higher: lower; lower: higher; larger: smaller; smaller: larger; older:
    younger; younger: older; faster: slower; slower: faster; better: worse; worse: better; longer: shorter; shorter:
    longer
    """
)
_VERB = re.compile(
    r"(?<=[a-z] )(?!(?:used|based|called|need|speed|indeed|hundred)\b)[a-z]{3,}ed\b"
    r"(?= (?:the|a|an|his|her|its|their|that|to)\b)"
)
_SPEECH = (
    r"(?:said|says|told|argued|argues|explained|explains|warned|warns|believes|claimed|claims|added|noted|notes"
    r"|announced)"
)
_SPEAKER = re.compile(rf"^(?:The |A |An )?[A-Z][\w'’.-]*(?: [\w'’.-]+){{0,3}}(?= {_SPEECH}\b)")
_SOMEBODY = (
    "A local resident",
    "The government",
    "An independent expert",
    "Critics",
    "A spokesman for the ministry",
    "Her lawyer",
)
_TAIL = re.compile(
    r",? ((?:and|but|because|after|while|although|so that|in order to|due to|despite) [^,;:()\"“”]{15,70})[.!?]$"
)
_COUNTED = re.compile(r"\b(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|several|many) (?=[a-z])")
_PLACED = re.compile(r"(?<=[a-z]) (?=(?:in|on|at|for|with|from|during|through) (?:the |a |an )?[A-Za-z])")


def antonym(text: str, _document: str, rng: random.Random) -> str:
    """A word's opposite in its place."""
    return _of_table(text, _OPPOSITES, rng)


def comparative(text: str, _document: str, rng: random.Random) -> str:
    """A comparison the other way round."""
    return _of_table(text, _TURNED, rng)


def modality(text: str, _document: str, rng: random.Random) -> str:
    """What may be told as what is, some as all."""
    return _of_table(text, _CERTAIN, rng)


def only(text: str, _document: str, rng: random.Random) -> str:
    """Only, all or the first, where the sentence says no such thing."""
    if re.search(r"\b(?:only|all|first|every|just|sole|alone|always|never)\b", text, re.IGNORECASE):
        return ""
    places = [(match, f"only {match.group()}") for match in _COUNTED.finditer(text)]
    places += [(match, " only ") for match in _PLACED.finditer(text)]
    places += [(match, f"the {rng.choice(('first', 'only'))} ") for match in re.finditer(r"\b(?:a|an) (?=[a-z])", text)]
    places += [(match, f"all {match.group()}") for match in re.finditer(r"(?<=[a-z] )the (?=[a-z]+s\b)", text)]
    return _replace(text, *rng.choice(places)) if places else ""


def verb(text: str, document: str, rng: random.Random) -> str:
    """Another verb of the document in the place of one, both in the past with an object."""
    found = list(_VERB.finditer(text))
    others = sorted({m.group() for m in _VERB.finditer(document)} - set(re.findall(r"\w+", text)))
    return _replace(text, rng.choice(found), rng.choice(others)) if found and others else ""


def speaker(text: str, _document: str, rng: random.Random) -> str:
    """Somebody else says it."""
    match = _SPEAKER.match(text)
    return _replace(text, match, rng.choice(_SOMEBODY)) if match else ""


def added(text: str, document: str, rng: random.Random) -> str:
    """A clause of another sentence of the document at the end."""
    tails = [m[1] for line in re.split(r"(?<=[.!?])\s+", document) if (m := _TAIL.search(line)) and m[1] not in text]
    tails = [tail for tail in tails if not set(re.findall(r"[a-z]{5,}", tail)) <= set(re.findall(r"[a-z]{5,}", text))]
    return f"{text.rstrip('.!? ')} {rng.choice(sorted(tails))}." if tails and text.rstrip().endswith(".") else ""


# Verbs that say the same with their two parts exchanged.
_EITHER_WAY = set(
    "meet met meets marry married join joined joins include includes included fight fought equal resemble".split()
)
_PARTS = ("nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:agent")


def roles(text: str, _document: str, rng: random.Random) -> str:
    """Two parts of one verb, such as its subject and its object, in each other's place."""
    tokens = _encoder().analyse([text])[0].tokens
    swaps = []
    for at, token in enumerate(tokens):
        if token.tag != "VERB" or token.text.lower() in _EITHER_WAY:
            continue
        parts = [
            n for n, one in enumerate(tokens) if one.head == at and one.label in _PARTS and one.tag in ("NOUN", "PROPN")
        ]
        swaps += [
            (one, two)
            for one in parts
            for two in parts
            if one < two
            and (tokens[one].entity[2:] == tokens[two].entity[2:] or "obj" in (tokens[one].label, tokens[two].label))
        ]
    spans = [(_phrase(tokens, one), _phrase(tokens, two)) for one, two in swaps]
    spans = [(one, two) for one, two in spans if one[1] < two[0] and max(one[1] - one[0], two[1] - two[0]) < 50]
    if not spans:
        return ""
    (start, end), (second, last) = rng.choice(spans)
    one, two = text[start:end], text[second:last]
    if one.lower() == two.lower():
        return ""
    opening = start == 0 and one[:2] not in ("I ", "I'") and tokens[0].tag != "PROPN"
    return (
        text[:start]
        + (two[:1].upper() + two[1:] if start == 0 else two)
        + text[end:second]
        + (one[:1].lower() + one[1:] if opening else one)
        + text[last:]
    )


def _phrase(tokens: Sequence[Token], top: int) -> tuple[int, int]:
    """Offsets of a noun with its determiner, adjectives and compounds, without its preposition."""
    inside = {top}
    while more := {
        n
        for n, token in enumerate(tokens)
        if token.head in inside
        and n not in inside
        and token.label in ("det", "amod", "compound", "flat", "nummod", "nmod:poss")
    }:
        inside |= more
    return tokens[min(inside)].start, tokens[max(inside)].end


@cache
def _encoder() -> Encoder:
    return load(threads=1)


def _of_table(text: str, table: dict[str, str], rng: random.Random) -> str:
    found = [m for m in re.finditer(rf"\b(?:{'|'.join(sorted(table, key=len, reverse=True))})\b", text) if m.start()]
    return _replace(text, match := rng.choice(found), table[match.group()]) if found else ""


def _replace(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


EDITS: dict[str, Edit] = {
    "number": number,
    "date": date,
    "name": name,
    "negation put in": negated,
    "negation left out": affirmed,
    "antonym": antonym,
    "comparison turned": comparative,
    "modality": modality,
    "only, all or first put in": only,
    "another verb": verb,
    "another speaker": speaker,
    "roles exchanged": roles,
    "clause added": added,
}

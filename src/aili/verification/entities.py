"""Names in a passage: capitalised sequences, and whether two of them are one (surname, acronym, demonym, possessive)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from aili.verification.passages import Passage, Token, passage
from aili.verification.words import FRAME, REPORTING, STOPWORDS, TITLES, related, word_set

_CALENDAR = word_set("""
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december jan feb mar apr jun jul aug sept sep oct nov dec mondays tuesdays
    wednesdays thursdays fridays saturdays sundays
""")
_OPENERS = frozenset(".?!:;\"“”'‘’*•-–—(\n|/")
# What a state, its people and its capital's shorthand are called, where the letters do not show it.
_ALIASES = tuple(
    frozenset(group.split())
    for group in (
        "usa us u.s america american americans states united",
        "uk britain british britons kingdom united",
        "eu european europe union",
        "un nations united",
        "france french frenchman",
        "netherlands dutch holland",
        "germany german germans",
        "spain spanish spaniard",
        "greece greek greeks",
        "denmark danish danes",
        "switzerland swiss",
        "wales welsh",
        "ireland irish",
        "england english",
        "scotland scottish scots",
        "poland polish poles",
        "turkey turkish turks turkiye",
        "sweden swedish",
        "finland finnish",
        "norway norwegian",
        "thailand thai",
        "philippines filipino philippine filipinos",
        "myanmar burma burmese",
        "ukraine ukrainian",
        "moscow kremlin russia russian",
        "christian christianity christians",
        "islam muslim muslims islamic",
        "bill william",
        "bob robert",
        "mike michael",
        "jim james",
        "tom thomas",
        "joe joseph",
        "nyc york",
        "iraq iraqi",
        "peru peruvian",
        "congo congolese",
        "lebanon lebanese",
        "portugal portuguese",
        "vietnam vietnamese",
        "china chinese",
        "japan japanese",
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name: its tokens without joiners, as written, and the position of its first token in the passage."""

    tokens: tuple[Token, ...]
    text: str
    first: int
    opens: bool  # it is a single word at the start of a sentence, where every word has a capital

    @property
    def norms(self) -> frozenset[str]:
        """Folded words of the name."""
        return frozenset(token.norm for token in self.tokens)


def _may_name(token: Token) -> bool:
    return (
        token.is_word
        and token.is_capitalised
        and token.norm not in STOPWORDS
        and token.norm not in _CALENDAR
        and len(token.norm) > 1
    )


@lru_cache(maxsize=2048)
def _of_text(text: str) -> tuple[Name, ...]:
    tokens = passage(text).tokens
    found: list[Name] = []
    at = 0
    while at < len(tokens):
        if not _may_name(tokens[at]):
            at += 1
            continue
        end = at + 1
        while end < len(tokens):
            gap = text[tokens[end - 1].start + len(tokens[end - 1].text) : tokens[end].start]
            if "\n" in gap:
                break
            if _may_name(tokens[end]) and not tokens[end - 1].text.endswith(("'s", "’s")):
                end += 1
            elif _joins(tokens, end, gap) and end + 1 < len(tokens) and _may_name(tokens[end + 1]):
                end += 2
            else:
                break
        found.append(_name(tokens, at, end, text))
        at = end
    return tuple(found)


def _joins(tokens: tuple[Token, ...], at: int, gap: str) -> bool:
    """Whether a mark holds a name together: the hyphen of a double name, the full stop of an initial or a title."""
    return (tokens[at].text == "-" and not gap) or (tokens[at].text == "." and len(tokens[at - 1].text) <= 2)


def _name(tokens: tuple[Token, ...], first: int, end: int, text: str) -> Name:
    kept = tuple(token for token in tokens[first:end] if token.is_word)
    last = tokens[end - 1]
    opens = len(kept) == 1 and opens_sentence(tokens, first, text)
    return Name(tokens=kept, text=text[tokens[first].start : last.start + len(last.text)], first=first, opens=opens)


def opens_sentence(tokens: tuple[Token, ...], at: int, text: str) -> bool:
    """Whether the token stands where a sentence, a quotation or a line begins, so that its capital says nothing."""
    if at == 0 or tokens[at - 1].text in _OPENERS:
        return True
    return "\n" in text[tokens[at - 1].start + len(tokens[at - 1].text) : tokens[at].start]


def names_in(part: Passage) -> tuple[Name, ...]:
    """The names of a passage in order; a single capitalised word that opens a sentence is given with ``opens`` set."""
    return _of_text(part.text)


@lru_cache(maxsize=64)
def capitalised(text: str) -> frozenset[str]:
    """Folded words that have a capital where no sentence opens: what is certainly a name somewhere in ``text``."""
    tokens = passage(text).tokens
    return frozenset(
        token.norm for at, token in enumerate(tokens) if _may_name(token) and not opens_sentence(tokens, at, text)
    )


def plain_word(token: Token) -> bool:
    """Whether the word of a name only says what somebody or something is: a title, a frame word, a verb of saying."""
    return token.norm in TITLES or token.norm in FRAME or token.norm in REPORTING


def stands_in(token: Token, part: Passage) -> bool:
    """Whether a name's word stands in a passage, as it is or as possessive, plural, demonym, acronym or alias."""
    norm = token.norm
    if norm in part.norms or token.stem in part.stems:
        return True
    if f"{norm}s" in part.norms or (norm.endswith("s") and norm[:-1] in part.norms):  # GPUs, whose stem keeps its s
        return True
    if any(related(norm, other.norm) for other in part.tokens if other.is_capitalised):
        return True
    if any(norm in group and group & part.norms for group in _ALIASES):
        return True
    return token.text.isupper() and len(norm) > 1 and _expands(norm, part)


def _expands(acronym: str, part: Passage) -> bool:
    """Whether capitalised words with these initials stand in a row in the passage."""
    initials = "".join(
        token.norm[0] for token in part.tokens if token.is_word and (token.is_capitalised or len(token.norm) > 3)
    )
    return acronym in initials


def abbreviates(name: Name, part: Passage) -> bool:
    """Whether the passage has the acronym of a longer name."""
    initials = "".join(token.norm[0] for token in name.tokens)
    return len(initials) > 1 and any(
        token.text.replace(".", "").rstrip("s").isupper() and initials in (token.norm, token.norm.rstrip("s"))
        for token in part.tokens
    )

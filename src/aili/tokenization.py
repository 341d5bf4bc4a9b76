"""A sentence's words as the English Web Treebank has them, with what the encoder cannot see of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SHAPES = 16

# The tokenisation of EWT: clitics and marks stand alone; hyphenated words are split unless they open with a prefix;
# addresses, abbreviations, numbers and emoticons stay whole; every CJK ideograph is a token. First match wins.
_WORD = re.compile(
    r"""
    (?:https?://|www\.)[^\s<>"“”]*[^\s<>"“”.,;:!?'’)\]]                    # addresses
  | [\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}
  | [\w-]{1,80}\.(?i:pdf|docx?|xlsx?|html?|txt|jpe?g|png|zip)\b
  | (?:[a-z][\w-]{0,62}\.){1,8}(?:com|org|net|edu|gov|co|uk|io)\b(?:/[^\s<>"“”]*[\w/])?
  | (?<!\w)[#@](?=[A-Za-z_])\w+
  | [:;][-'^]?[)(DPp/|\]\[](?!\w)                                      # emoticons
  | <?/?3+(?!\w)(?<=<3)
  | [^\W\d_]+(?=(?i:n['’]t)\b)                                         # do|n't, can|not, gon|na
  | (?i:n['’]t)\b
  | ['’](?i:s|m|d|re|ve|ll)\b
  | \b(?i:can(?=not\b)|(?:gon|wan)(?=na\b)|got(?=ta\b))
  | (?i:(?<=\bcan)not\b|(?<=\b(?:gon|wan))na\b|(?<=\bgot)ta\b)
  | (?:[A-Z]\.){2,}(?![^\W\d_]) | (?:[a-z]\.){2,}(?![^\W\d_])                 # U.S., i.e.
  | (?:Mrs?|Ms|Drs?|Prof|St|Ft|Jr|Sr|Gen|Lt|Col|Sgt|Capt|Rev|Gov|Sens?|Reps?|Hon|Inc|Co|Corp|Ltd|Bros|Nos?(?=\.\s*\d)
      |etc(?!\.\s*$)|vs|cf|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Thurs?|Fri|approx|est|Ave|Blvd|Ph\.D|Attn)\.(?!\w)
  | \b[A-Z]\.(?=\s?[A-Z][\w.])                                           # initials
  | \d{3}-(?:\d{3}-)?\d{4}\b | \d+(?:[.,:]\d+)*(?:st|nd|rd|th)\b | \d+(?:[.,:/]\d+)+ | \d+['’]?s\b
  | \d+(?=(?:[ap]m|km|kg|mg|cm|mm|lbs?|ft|hrs?|mins?|k)\b)
  | [.]\d+
  | (?i:non|pre|post|co|e|anti|pro|ex|mid|multi|semi|re|un|sub|inter|intra|ultra|neo|quasi|pseudo|micro|bi)-[^\W\d_]+
  | [⺀-⿿぀-ヿ㐀-䶿一-鿿가-힯豈-﫿]
  | [^\W\d_]+(?:['’](?!(?i:s|m|d|re|ve|ll|t)\b)[^\W\d_]{2,}|&[A-Z]+)?[^\W_]*                # Ba'ath, AT&T
  | [^\W_]+
  | \.{2,} | -{2,} | [!?]{2,} | ([^\w\s])\1+ | ['’]{2} | _+ | [^\w\s]
    """,
    re.VERBOSE,
)


def words(text: str) -> list[tuple[int, int]]:
    """The character spans of a sentence's tokens."""
    return [match.span() for match in _WORD.finditer(text)]


def shapes(text: str, spans: Sequence[tuple[int, int]]) -> Floats:
    """What the uncased network cannot see of each token, as 16 zeros and ones (words, 16): case, digits, marks, place."""
    import numpy as np

    found = np.zeros((len(spans), SHAPES), np.float32)
    letters = capitals = 0
    before = -1
    for row, (start, end) in zip(found, spans, strict=True):
        word = text[start:end]
        alphabetic = any(map(str.isalpha, word))
        if alphabetic:
            title = word[:1].isupper()
            row[_casing(word)] = 1
            row[9] = letters == 0
            letters += 1
            capitals += title
        digits = sum(map(str.isdigit, word))
        row[5], row[6] = digits > 0, digits == len(word)
        row[7] = not alphabetic and not digits
        row[8] = before < 0
        row[10] = start > before >= 0
        row[11] = any(mark in word for mark in "'’")
        row[12] = len(word) > 2 and any(mark in word[1:-1] for mark in "-./@")
        before = end
    if len(spans):
        found[-1, 13] = 1
        found[:, 14] = letters > 3 and capitals >= 0.7 * letters
        found[:, 15] = letters > 0 and capitals == 0
    return found


def _casing(word: str) -> int:
    if word.islower():
        return 0
    if word.isupper():
        return 3 if len(word) == 1 else 2
    return 1 if word.istitle() else 4


def pooling(offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> Floats:
    """The matrix (words, pieces + 2) that averages each token's word pieces; the 2 are [CLS] and [SEP]."""
    import numpy as np

    matrix = np.zeros((len(spans), len(offsets) + 2), np.float32)
    first = 0
    for row, (start, end) in zip(matrix, spans, strict=True):
        while first < len(offsets) and offsets[first][1] <= start:
            first += 1
        last = first
        while last < len(offsets) and offsets[last][0] < end:
            last += 1
        if last > first:
            row[first + 1 : last + 1] = 1 / (last - first)
    return matrix

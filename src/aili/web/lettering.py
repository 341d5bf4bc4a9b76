"""Sets lines of text for pictures: a font for every word, lines broken and balanced, words in order that run both ways.

Latin, Greek and Cyrillic are set in the fonts that come along; for other scripts a Noto font of the system is used where
there is one. A text with a letter that no font here has, or that cannot be joined as its script wants, is not set at all:
boxes and broken words would be worse than nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import ImageDraw, ImageFont, features

Weight = Literal["Regular", "Bold"]
LONGEST = 400  # characters of a text that are looked at: a card has room for fewer, and the work stays bounded
FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_CJK = {
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "KATAKANA-HIRAGANA",
    "HANGUL",
    "IDEOGRAPHIC",
    "FULLWIDTH",
    "HALFWIDTH",
    "BOPOMOFO",
}
_CJK_FACE = {"ja": 0, "ko": 1, "zh": 2}  # of the collections that Noto's CJK fonts come in
_OURS = {"LATIN", "GREEK", "CYRILLIC"}
_SIMPLE = {*_OURS, *_CJK, "GEORGIAN", "ARMENIAN", "ETHIOPIC"}  # letter after letter
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_NEVER_FIRST = "、。，．・：；？！」』）］｝】〕〉》”’…ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々"
_NEVER_LAST = (
    "「『（［｛【〔〈《“‘\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"  # brackets; Thai, Lao vowels
)


@dataclass(frozen=True, slots=True)
class Face:
    """A font file and the face in it; one of our own where ``source`` is empty."""

    source: str
    index: int


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a line in one font. ``gap`` where a space stands before it, ``tied`` where no line may begin with it."""

    text: str
    font: ImageFont.FreeTypeFont
    width: float
    gap: bool = False
    tied: bool = False

    @property
    def rtl(self) -> bool | None:
        """Whether it runs from right to left; None where it runs as its line does. Numbers never do."""
        way = is_rtl(self.text)
        return False if way is None and any(character.isdigit() for character in self.text) else way


Line = tuple[Word, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """Lines ready to be drawn; ``size`` and ``space`` (of a blank) in pixels."""

    lines: tuple[Line, ...]
    size: int
    space: float
    rtl: bool = False

    def draw(self, draw: ImageDraw.ImageDraw, box: tuple[int, int, int], *, leading: int, fill: str) -> int:
        """Draw the lines into the box ``(left, right, first baseline)``; returns the last baseline."""
        left, right, baseline = box
        for number, words in enumerate(self.lines):
            x = right - _length(words, self.space) if self.rtl else float(left)
            for word, rtl, gap in _visual(words, rtl=self.rtl):
                x += self.space if gap else 0
                way = ("rtl" if rtl else "ltr") if _shapes() else None
                place = (x, baseline + number * leading)
                draw.text(place, word.text, font=word.font, fill=fill, anchor="ls", direction=way)
                x += word.width
        return baseline + max(0, len(self.lines) - 1) * leading


def typeset(text: str, *, sizes: Sequence[tuple[int, int]], weight: Weight, width: int, language: str) -> Setting:
    """The text in the first of ``sizes`` (pixels, most lines) that holds it, else cut; no lines where it cannot be set."""
    for size, most in sizes:
        words = tuple(_words(text[:LONGEST], size, weight, language))
        space = _font(_our(weight), size).getlength(" ")
        lines = _broken(words, width, space)
        if len(lines) <= most:
            lines = _balanced(words, lines, width, space)
            break
    else:
        font = _font(_our(weight), size)
        lines = _cut(lines, most, width, space, Word("…", font, font.getlength("…"), tied=True))
    return Setting(lines=lines, size=size, space=space, rtl=is_rtl(text) or False)


def is_rtl(text: str) -> bool | None:
    """Whether a text runs from right to left, by its first letter; None where it has none."""
    for character in text:
        way = unicodedata.bidirectional(character)
        if way in ("L", "R", "AL"):
            return way != "L"
    return None


def _words(text: str, size: int, weight: Weight, language: str) -> tuple[Word, ...]:
    """The text's words; none where one of them cannot be set."""
    made: list[Word] = []
    for chunk in unicodedata.normalize("NFC", text).split():
        gap = bool(made)
        for piece in _pieces(chunk):
            tied = False
            for face, run in _runs(piece, weight, language):
                if face is None:
                    return ()
                font = _font(face, size)
                made.append(Word(run, font, font.getlength(run), gap, tied))
                gap, tied = False, True
    return tuple(made)


def _pieces(chunk: str) -> Iterator[str]:
    """A run without spaces as the pieces between which a line may break."""
    start = 0
    for at in range(1, len(chunk)):
        breaks = _UNSPACED.match(chunk[at]) or _UNSPACED.match(chunk[at - 1])
        if breaks and chunk[at] not in _NEVER_FIRST and chunk[at - 1] not in _NEVER_LAST:
            yield chunk[start:at]
            start = at
    yield chunk[start:]


def _runs(piece: str, weight: Weight, language: str) -> Iterator[tuple[Face | None, str]]:
    """A piece as runs of one face each, without the symbols that no face has; a face of None for a letter that none has."""
    faces = (_our(weight), *_others(piece, weight, language))
    current, run = faces[0], ""
    for character in piece:
        kind = unicodedata.category(character)[0]
        if kind == "C" and not run:
            continue  # a joiner that joins nothing
        # Letters look alike only in their own font; digits and marks belong to what stands before them.
        order = faces if kind == "L" else (current, *faces)
        face = current if kind == "C" else next((face for face in order if _covers(face, character)), None)
        if face is None:
            if kind in "SM" or unicodedata.category(character) == "Cn":
                continue
            yield None, character
            return
        if face != current and run:
            yield current, run
            run = ""
        current, run = face, run + character
    if run.strip("\u200c\u200d"):
        yield current, run


def _our(weight: Weight) -> Face:
    return Face("", int(weight == "Bold"))


def _others(text: str, weight: Weight, language: str) -> Iterator[Face]:
    """Faces of the system for the scripts of a text that are not our own's."""
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in text if unicodedata.category(c)[0] == "L"} - _OURS
    if scripts - _SIMPLE and not _shapes():
        return
    for script in sorted(scripts):
        name = "CJK" if script in _CJK else script.capitalize()
        for family in ("NotoSerif", "NotoNaskh", "NotoSans"):
            for cut in dict.fromkeys((weight, "Regular")):
                for suffix in (".ttc", ".ttf", ".otf"):
                    if path := _system().get(f"{family}{name}-{cut}{suffix}".lower()):
                        yield Face(path, _CJK_FACE.get(language[:2], 2) if suffix == ".ttc" else 0)


@cache
def _system() -> dict[str, str]:
    """Paths of the Noto fonts of this system by their lower-case names."""
    found = (path for folder in FOLDERS for path in Path(folder).expanduser().rglob("Noto*.[to]t[fc]"))
    return {path.name.lower(): str(path) for path in found}


@cache
def _shapes() -> bool:
    """Whether Pillow can join and reorder letters here (libraqm with FriBiDi)."""
    return bool(features.check("raqm") and features.version("fribidi"))


@lru_cache(maxsize=64)
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """The face in a size of pixels."""
    if face.source:
        return ImageFont.truetype(face.source, size, index=face.index)
    name = ("NotoSerif-Regular.ttf", "NotoSerif-Bold.ttf")[face.index]
    return ImageFont.truetype(BytesIO((files("aili.web") / "fonts" / name).read_bytes()), size)


@lru_cache(maxsize=8192)
def _covers(face: Face, character: str) -> bool:
    """Whether a face has a picture for the character; Pillow does not tell, but what is missing looks as U+FFFF does."""
    font = _font(face, 24)
    shown = font.getmask(character)
    return bool(shown.getbbox()) and bytes(shown) != bytes(font.getmask("\uffff"))


def _length(words: Sequence[Word], space: float) -> float:
    return sum(word.width + (space if at and word.gap else 0) for at, word in enumerate(words))


def _broken(words: Sequence[Word], width: float, space: float) -> tuple[Line, ...]:
    """Lines as full as they go; a word that is longer than a line is broken where the line ends."""
    lines: list[Line] = []
    line: list[Word] = []
    for bundle in _bundles(words):
        parts = bundle if _length(bundle, space) <= width else [part for word in bundle for part in _parts(word, width)]
        for group in [parts] if parts is bundle else [[part] for part in parts]:
            if line and _length([*line, *group], space) > width:
                lines.append(tuple(line))
                line = []
            line += group
    return (*lines, tuple(line)) if line else tuple(lines)


def _bundles(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words with those that are tied to them."""
    bundle: list[Word] = []
    for word in words:
        if bundle and not word.tied:
            yield bundle
            bundle = []
        bundle.append(word)
    if bundle:
        yield bundle


def _parts(word: Word, width: float) -> Iterator[Word]:
    """A word as parts that are no longer than a line."""
    rest, gap = word.text, word.gap
    while rest:
        end = len(rest)
        while end > 1 and word.font.getlength(rest[:end]) > width:
            end = end * 24 // 25
        while 1 < end < len(rest) and (unicodedata.category(rest[end])[0] == "M" or rest[end - 1] in _NEVER_LAST):
            end -= 1
        yield Word(rest[:end], word.font, word.font.getlength(rest[:end]), gap)
        rest, gap = rest[end:], False


def _balanced(words: Sequence[Word], lines: tuple[Line, ...], width: float, space: float) -> tuple[Line, ...]:
    """As many lines of about the same length, so that the last is no lonely word."""
    low, high, best = width / 2, width, lines
    while high - low > 8 and len(lines) > 1:
        middle = (low + high) / 2
        tried = _broken(words, middle, space)
        if len(tried) == len(lines) and max(_length(line, space) for line in tried) <= middle:
            high, best = middle, tried
        else:
            low = middle
    return best


def _cut(lines: tuple[Line, ...], most: int, width: float, space: float, ellipsis: Word) -> tuple[Line, ...]:
    """The first lines, with ``ellipsis`` where the text goes on: a word of our own font, since not every font has one."""
    last = list(lines[most - 1])
    while last:
        word = last.pop()
        text = word.text.rstrip(".,;:–—-、。，،؛")
        while text:
            ending = (Word(text, word.font, word.font.getlength(text), word.gap, word.tied), ellipsis)
            if _length([*last, *ending], space) <= width:
                return (*lines[: most - 1], (*last, *ending))
            text = "" if last else text[:-1]  # a word that fills the line alone gives way by letters
    return lines[: most - 1]


def _visual(words: Line, *, rtl: bool) -> Iterator[tuple[Word, bool, bool]]:
    """A line's words from left to right, each with its way and whether a space stands at its left.

    Words that run against the line keep their order among themselves (Unicode Standard Annex 9, rule L2).
    """
    groups: list[list[int]] = []
    ways = [rtl if word.rtl is None else word.rtl for word in words]
    for at, way in enumerate(ways):
        if at and way == ways[at - 1] != rtl:
            groups[-1].append(at)
        else:
            groups.append([at])
    order = [
        at for group in (reversed(groups) if rtl else groups) for at in (reversed(group) if ways[group[0]] else group)
    ]
    for place, at in enumerate(order):
        # The space between two words is that of the one which comes later in the text.
        yield words[at], ways[at], place > 0 and words[max(at, order[place - 1])].gap

"""The characters of a PDF page as segments: text of one baseline and one size, with its place, as PDFium found it.

PDFium gives every character its code and its box, in an order it has made right for bidirectional text. The style is asked
once for each text object, since asking costs more than reading does.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from pypdfium2 import raw

from aili.extractors.pdf.runs import closed, logical, once

SPLIT = 0.75  # em; a wider gap may part cells (browsers set them 0.9 em apart, LaTeX 1.1); words mostly stand closer
FAR = 1e6  # points; no page is larger
TINY = 1.5  # points; nobody reads type this small

_BOLD = re.compile(r"bold|black|heavy|demi|semibd|cmbx|sfbx|-bd\b|\bbd$", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|consol|typewriter|cmtt|sftt|menlo", re.IGNORECASE)
_COMPATIBLE = re.compile("[\u2f00-\u2fdf\uf900-\ufaff\ufb00-\ufdff\ufe70-\ufefc]")
_LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_UNSPACED = re.compile("[\u0e00-\u0eff]")  # Thai and Lao: no spaces between words
_ACCENTS = {"`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "^": "\u0302", "˜": "\u0303", "¨": "\u0308", "˚": "\u030a"}
_ACCENTS |= {"ˇ": "\u030c", "¸": "\u0327", "¯": "\u0304", "˘": "\u0306", "˙": "\u0307", "˛": "\u0328", "˝": "\u030b"}
_HYPHENS = {0x02, 0xFFFE, 0xAD}  # PDFium's own marks for a hyphen at the end of a line, and the soft hyphen


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """Text set in one go: left and right edge, baseline ``y`` from below, and type ``size``, all in points.

    ``hidden`` is text that nobody sees (invisible, tiny), ``pale`` white text; ``glued`` has no space before it.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    mono: bool = False
    hidden: bool = False
    pale: bool = False
    glued: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A line drawn across, in points."""

    x0: float
    x1: float
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Glyphs:
    """A page's segments in PDFium's order, upright; those that stand askew or off the page are left out."""

    segments: tuple[Segment, ...]
    left: float
    bottom: float
    right: float
    top: float
    unmapped: int = 0  # characters whose font does not say what they are
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    y: float
    bold: bool
    mono: bool
    hidden: bool
    pale: bool
    turn: int  # quarter turns anticlockwise; -1: askew, or off the page


def glyphs(page: Any, box: tuple[float, float, float, float]) -> Glyphs:
    """The segments of a page (an ``FPDF_PAGE``) whose visible part is ``box``: left, bottom, right, top."""
    text = raw.FPDFText_LoadPage(page)
    if not text:
        return Glyphs(segments=(), left=box[0], bottom=box[1], right=box[2], top=box[3])
    try:
        reader = _Reader(text, raw.FPDFText_CountChars(text), box)
        read = (run.segment() for run in _accented(list(reader.runs())))
        found = [(turn, segment) for turn, segment in read if _is_placed(segment)]
    finally:
        raw.FPDFText_ClosePage(text)
    turns = Counter[int]()
    for turn, segment in found:
        turns[turn] += len(segment.text)
    turns.pop(-1, None)
    upright = turns.most_common(1)[0][0] if turns else 0
    left, bottom, right, top = _turned_box(box, upright)
    return Glyphs(
        segments=tuple(segment for turn, segment in found if turn == upright),
        left=left,
        bottom=bottom,
        right=right,
        top=top,
        unmapped=reader.unmapped,
    )


class _Reader:
    """One page's characters, read once from first to last."""

    def __init__(self, text: Any, count: int, box: tuple[float, float, float, float]) -> None:
        self._text = text
        self._count = count
        self._box = box
        self._fonts: dict[tuple[bytes, int], tuple[bool, bool]] = {}
        self._styles: dict[int, _Style] = {}
        self.unmapped = 0

    def runs(self) -> Iterator[_Run]:
        """The runs of characters; places are those of the page turned upright for each."""
        get_code, get_box = (
            raw.FPDFText_GetUnicode,
            raw.FPDFText_GetLooseCharBox,
        )  # looked up once, called a million times
        text, rect = self._text, raw.FS_RECTF()
        reference = ctypes.byref(rect)
        style: _Style | None = None
        run: _Run | None = None
        space, bottom, top = True, 0.0, 0.0
        for index in range(self._count):
            code = get_code(text, index)
            if code in (10, 13):
                space, style = True, None
                continue
            if code in (32, 160, 9):
                space = True
                continue
            if 0xD800 <= code < 0xE000 or (code < 32 and code not in _HYPHENS):
                self.unmapped += code == 0
                continue
            if not get_box(text, index, reference):
                continue
            if 0xE000 <= code < 0xF900 or code == 0xFFFD:
                self.unmapped += 1
            if style is None or space or abs(rect.bottom - bottom) > 0.05 or abs(rect.top - top) > 0.05:
                style = self._style(index, rect)
                bottom, top = rect.bottom, rect.top
            x0, x1 = (rect.left, rect.right) if style.turn <= 0 else _along(rect, style.turn)
            if run is not None and run.takes(style, x0, x1):
                run.add(code, x0, x1, space=space)
            else:
                glued = run is not None and not space and run.touches(x0, x1)
                if run is not None:
                    yield run
                run = _Run(style, code, x0, x1, glued=glued)
            space = False
        if run is not None:
            yield run

    def _style(self, index: int, rect: Any) -> _Style:
        """The style of a character, which it shares with its text object: what one operator set, on one baseline."""
        owner = raw.FPDFText_GetTextObject(self._text, index)
        address = ctypes.cast(owner, ctypes.c_void_p).value or 0
        if address not in self._styles:
            self._styles[address] = self._read_style(index, rect, owner)
        return self._styles[address]

    def _read_style(self, index: int, rect: Any, owner: Any) -> _Style:
        text = self._text
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(text, index, ctypes.byref(matrix))
        size = abs(raw.FPDFText_GetFontSize(text, index)) * math.hypot(matrix.c, matrix.d)
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text, index, ctypes.byref(x), ctypes.byref(y))
        left, bottom, right, top = self._box
        outside = rect.right < left or rect.left > right or rect.top < bottom or rect.bottom > top
        turn = -1 if outside else _turn(raw.FPDFText_GetCharAngle(text, index))
        bold, mono = self._font(index)
        invisible = bool(owner) and raw.FPDFTextObj_GetTextRenderMode(owner) == 3
        pale, clear = self._colour(index)
        return _Style(
            size=round(size, 2),
            y={0: y.value, 1: -x.value, 2: -y.value, 3: x.value}.get(turn, y.value),
            bold=bold,
            mono=mono,
            hidden=invisible or clear or size < TINY,
            pale=pale,
            turn=turn,
        )

    def _font(self, index: int) -> tuple[bool, bool]:
        name, flags = ctypes.create_string_buffer(96), ctypes.c_int()
        raw.FPDFText_GetFontInfo(self._text, index, name, 96, ctypes.byref(flags))
        key = (name.value, flags.value)
        if key not in self._fonts:
            told = name.value.decode("utf-8", "replace").partition("+")
            told_name = told[2] or told[0]
            bold = bool(_BOLD.search(told_name)) or bool(flags.value >= 0 and flags.value & (1 << 18))
            self._fonts[key] = bold, bool(_MONO.search(told_name))
        return self._fonts[key]

    def _colour(self, index: int) -> tuple[bool, bool]:
        """Whether the character is white, and whether it is transparent."""
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        references = map(ctypes.byref, (red, green, blue, alpha))
        if not raw.FPDFText_GetFillColor(self._text, index, *references):
            return False, False
        return min(red.value, green.value, blue.value) > 247, alpha.value < 8


class _Run:
    """A segment that is still growing."""

    def __init__(self, style: _Style, code: int, x0: float, x1: float, *, glued: bool) -> None:
        self._style = style
        self._chars: list[str] = []
        self._x0, self._x1 = x0, x1
        self._last = (x0, x1)
        self._glued = glued
        self._places: list[float] = []
        self._ends: list[float] = []
        self.add(code, x0, x1, space=False)

    def touches(self, x0: float, x1: float) -> bool:
        """Whether a character at this place stands beside the last one."""
        gap = max(x0 - self._last[1], self._last[0] - x1)
        return gap < 0.3 * max(self._style.size, 1.0)

    def takes(self, style: _Style, x0: float, x1: float) -> bool:
        """Whether a character of ``style`` at this place goes on with this run."""
        own = self._style
        if style is not own:
            if style.turn != own.turn or style.hidden != own.hidden or style.pale != own.pale or style.bold != own.bold:
                return False
            if abs(style.y - own.y) > 0.08 * own.size or abs(style.size - own.size) > 0.06 * own.size:
                return False
        begin, end = self._last
        gap = x0 - end if x0 >= begin else begin - x1
        return -3 * own.size < gap < SPLIT * own.size

    def add(self, code: int, x0: float, x1: float, *, space: bool) -> None:
        """Take a character; an accent that was struck over a letter is put on it."""
        char = "\u00ad" if code in _HYPHENS else _normal(chr(code))
        begin, end = self._last
        self._last = (x0, x1)
        if x0 < self._x0:
            self._x0 = x0
        if x1 > self._x1:
            self._x1 = x1
        if space and not (x0 - end < 0.05 * self._style.size and _UNSPACED.match(char)):
            self._chars.append(" ")
            self._places.append(x0)
            self._ends.append(end)
        elif abs(x0 + x1 - begin - end) < 0.8 * (x1 - x0 + end - begin) and self._merges(char, (begin, end), (x0, x1)):
            return
        self._chars.append(char)
        self._places.append(x0)
        self._ends.append(x1)

    def _merges(self, char: str, before: tuple[float, float], now: tuple[float, float]) -> bool:
        """Whether the last character and ``char``, which lie upon each other, are one; if so, it is put down."""
        if not self._chars:
            return False
        overlap = min(before[1], now[1]) - max(before[0], now[0])
        if overlap <= 0.5 * min(now[1] - now[0], before[1] - before[0]):
            return False
        last = self._chars[-1]
        if last == char and before != now and overlap > 0.8 * (now[1] - now[0]):
            return True  # struck twice, to look bold; the letters of a ligature share one box
        for accent, letter in ((last, char), (char, last)):
            if accent in _ACCENTS and letter.isalpha():
                base = {"ı": "i", "ȷ": "j"}.get(letter, letter)
                self._chars[-1] = unicodedata.normalize("NFC", base + _ACCENTS[accent])
                return True
        return False

    @property
    def accent(self) -> str:
        """The accent that is all of this run; empty where it is more, or none."""
        return self._chars[0] if len(self._chars) == 1 and self._chars[0] in _ACCENTS else ""

    def wear(self, other: _Run) -> bool:
        """Put the accent ``other`` on the letter that it stands over; False where it stands over none."""
        style, accent = self._style, other._style
        middle = (other._x0 + other._x1) / 2
        if style.turn != accent.turn or not (self._x0 <= middle <= self._x1 and 0 < accent.y - style.y < style.size):
            return False
        at = max((at for at, place in enumerate(self._places) if place <= middle), key=self._places.__getitem__)
        whole = unicodedata.normalize("NFC", self._chars[at] + _ACCENTS[other.accent])
        if len(whole) > 1:
            return False
        self._chars[at] = whole
        return True

    def segment(self) -> tuple[int, Segment]:
        """The quarter turns, and the segment."""
        style = self._style
        text = "".join(self._chars)
        if _LEFTWARD.search(text):
            text = logical(self._chars, self._places)
        elif _UNSPACED.search(text):
            text = once(self._chars, self._places, self._ends, style.size)
        elif 8 * text.count(" ") > len(text) > 4:
            text = closed(self._chars, self._places, self._ends, style.size)
        return style.turn, Segment(
            text=text,
            x0=self._x0,
            x1=self._x1,
            y=style.y,
            size=max(style.size, 0.1),
            bold=style.bold,
            mono=style.mono,
            hidden=style.hidden,
            pale=style.pale,
            glued=self._glued,
        )


def _accented(runs: list[_Run]) -> list[_Run]:
    """The runs with accents that were struck over capitals put on them."""
    accents = [run for run in runs if run.accent]
    worn = {id(accent) for accent in accents if any(run.wear(accent) for run in runs if run is not accent)}
    return [run for run in runs if id(run) not in worn]


def _is_placed(segment: Segment) -> bool:
    """Whether the segment has a place; damaged matrices give numbers that are none (NaN is less than nothing)."""
    return all(abs(value) < FAR for value in (segment.x0, segment.x1, segment.y, segment.size))


def _normal(char: str) -> str:
    """Ligatures, radicals and presentation forms as the letters they show."""
    if char < "\u2f00" or not _COMPATIBLE.match(char):
        return char
    return unicodedata.normalize("NFKC", char).strip() or char


def _turn(angle: float) -> int:
    quarters = -angle / (math.pi / 2)  # PDFium counts clockwise
    near = round(quarters)
    return near % 4 if abs(quarters - near) < 0.06 else -1


def _along(rect: Any, turn: int) -> tuple[float, float]:
    """The edges of a character along its line, growing in the direction of the line."""
    match turn:
        case 1:
            found = rect.bottom, rect.top
        case 2:
            found = -rect.right, -rect.left
        case 3:
            found = -rect.top, -rect.bottom
        case _:
            found = rect.left, rect.right
    return cast("tuple[float, float]", found)


def _turned_box(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
    left, bottom, right, top = box
    return {1: (bottom, -right, top, -left), 2: (-right, -top, -left, -bottom), 3: (-top, left, -bottom, right)}.get(
        turn, box
    )

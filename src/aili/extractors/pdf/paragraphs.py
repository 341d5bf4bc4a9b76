"""Lines become paragraphs and rows of tables, and the words that were divided at the ends of lines become whole.

A line begins a paragraph where it stands further from the line above than lines do, is set in another size or weight, is
indented, bears the mark of a list or a caption, or where the line above ends a sentence and had room for its first word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from aili.extractors.pdf.layout import Cell, Line, leading

ENDS = re.compile(r"[.!?:…。！？؟।][\"'”’»)\]]*$")
ITEM = re.compile(r"(?:(?P<bullet>[•‣◦▪▫●○■□–—▸►✓✔∙·\uf0b7*-])|\(?(?P<number>\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+(?=\S)")
CAPTION = re.compile(
    r"(?:fig(?:ure|\.)?|table|chart|plate|exhibit|abb(?:ildung|\.)|tab(?:elle|leau|la|ela|\.)|figura|schema|圖|图|図|表)"
    r"\s*(?:[A-Z]\.?)?\d{1,3}(?:[.\-]\d{1,2})*\s*(?:[.:|–—]\s|[：．]|$)",
    re.IGNORECASE,
)
LEADERS = re.compile(r"(?:\.\s?){3,}\s*[\divxlc]{1,6}\s*$", re.IGNORECASE)

_WIDE = re.compile("[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_UNSPACED = re.compile("[\u0e00-\u0eff]")  # Thai and Lao: lines end between words that no space parts
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DIVIDED = re.compile(r"([^\W_]+(?:[-'’][^\W_]+)*)[\u00ad\-‐]$")
_ALWAYS = frozenset({"self", "well", "non"})  # first parts of compounds whose hyphen is their own
_OFTEN = frozenset(  # where the second part is a word of the document
    """half all cross high low long short so full much ever far free first second third old new open hard soft deep wide
    broad large small great good best ill one two three four five six seven eight nine ten twenty thirty forty fifty sixty
    seventy eighty ninety north south east west near single double real time state world year day light heavy fast slow
    left right vice mother father sister brother""".split()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """Lines that belong together; of a table, its rows."""

    lines: tuple[Line, ...]
    is_table: bool = False

    @property
    def first(self) -> Line:
        """The first line."""
        return self.lines[0]

    @property
    def last(self) -> Line:
        """The last line."""
        return self.lines[-1]


FAR = 4  # times its size that a row begins further in than its column where its first cell is empty
LACKING = 4  # rows above that are looked at for the place of a cell, since each may lack it


class Vocabulary:
    """How often each word stands within a line of the document: what a divided word is to be is asked here."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._seen = Counter(
            word for line in lines for word in _WORD.findall(line.text.casefold().rstrip("-\u00ad‐")) if len(word) > 2
        )

    def keeps_hyphen(self, left: str, right: str) -> bool:
        """Whether ``left`` at the end of a line and ``right`` at the start of the next are parts of a compound."""
        if not right[:1].islower() or left[-1].isdigit() or "-" in left:
            return True
        whole, compound = self._seen[(left + right).casefold()], self._seen[f"{left}-{right}".casefold()]
        if compound or whole:
            return compound > whole
        return left.casefold() in _ALWAYS or (left.casefold() in _OFTEN and right.casefold() in self._seen)


def join(lines: Sequence[Line], words: Vocabulary) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text of the lines, and where in it each page begins: pairs of an offset and a page."""
    text = ""
    pages: list[tuple[int, int]] = []
    for line in lines:
        if text:
            text = _glued(text, line.text, words)
        if not pages or pages[-1][1] != line.page:
            pages.append((len(text), line.page))
        text += line.text
    return text, tuple(pages)


def _glued(text: str, after: str, words: Vocabulary) -> str:
    """``text`` made ready for the line ``after`` to follow."""
    if match := _DIVIDED.search(text):
        following = _WORD.match(after)
        if following and words.keeps_hyphen(match[1], following[0].partition("-")[0]):
            return text[:-1] + "-"
        if following or after[:1].isdigit():
            return text[:-1] if following else text[:-1] + "-"
    if any(script.match(text[-1:]) and script.match(after) for script in (_WIDE, _UNSPACED)):
        return text
    return text if re.search(r"\w[–—/]$", text) else text + " "


def paragraphs(lines: Sequence[Line], *, body: float, code: bool = True) -> Iterator[Paragraph]:
    """The paragraphs and tables of a document's lines; none goes over the end of a column.

    With ``code``, lines in a typewriter's face stay together, since their indentation and their gaps are their own.
    """
    usual = leading(lines, body)
    tabular = _tabular(lines)
    gathered: list[Line] = []
    table = False
    for number, line in enumerate(lines):
        in_table = number in tabular
        if gathered and (
            in_table != table
            or (gathered[-1].page, gathered[-1].column) != (line.page, line.column)
            or (not in_table and _begins(gathered, line, usual=usual, body=body, code=code))
            or (in_table and tabular[number] != tabular[number - 1])
        ):
            yield Paragraph(lines=tuple(gathered), is_table=table)
            gathered = []
        table = in_table
        gathered.append(line)
    if gathered:
        yield Paragraph(lines=tuple(gathered), is_table=table)


def _begins(above: Sequence[Line], line: Line, *, usual: float, body: float, code: bool) -> bool:
    """Whether ``line`` begins a paragraph below the lines ``above``, which are one so far."""
    last, first = above[-1], above[0]
    gap, size = last.y - line.y, max(last.size, line.size)
    if code and last.mono and line.mono:
        return not 0 < gap < 2 * usual * size
    if gap <= 0 or gap > 1.3 * usual * size or abs(last.size - line.size) > 0.08 * size:
        return True
    goes_on = not ENDS.search(last.text) and line.text[:1].islower()
    if last.bold != line.bold and not goes_on:
        return True
    if CAPTION.match(line.text) or (line.mark and line.size < 0.95 * body) or LEADERS.search(last.text):
        return True
    if ITEM.match(line.text) and _is_item(above, line):
        return True
    step = _start(line) - _start(last)
    if step > 0.8 * size:
        hangs = len(above) == 1 and (_hangs(first, line) or first.mark or first.text.startswith("["))
        return not (hangs or _centred(last, line) or goes_on)
    outdented = step < -0.8 * size and not _centred(last, line)
    if outdented and (len(above) > 1 or (ITEM.match(first.text) and _had_room(last, line))):
        return not goes_on
    return bool(ENDS.search(last.text)) and _had_room(last, line)


def _hangs(first: Line, line: Line) -> bool:
    """Whether ``line`` goes on with the item that ``first`` begins: it stands below the item's words, not further in."""
    match = ITEM.match(first.text)
    if match is None:
        return False
    mark = first.text[: match.end()].strip()
    if len(first.cells) > 1 and first.cells[0].text.strip() == mark:
        words = first.cells[1].x0 - first.x0 if not first.leftward else first.x1 - first.cells[1].x1
    else:
        words = match.end() / len(first.text) * (first.x1 - first.x0) + 1.5 * first.size
    return _start(line) - _start(first) < words + 0.8 * line.size


def _is_item(above: Sequence[Line], line: Line) -> bool:
    """A number or a dash at the start of a line is a mark where the line above ended, or is an item itself."""
    match = ITEM.match(line.text)
    if match is None:
        return False
    if match["bullet"] and match["bullet"] not in "–—-*·":
        return True
    if ENDS.search(above[-1].text) or above[-1].text.endswith((";", ",")):
        return True
    return bool(ITEM.match(above[0].text)) and _start(line) <= _start(above[0]) + 1


def _start(line: Line) -> float:
    """How far the line is indented."""
    return line.right - line.x1 if line.leftward else line.x0 - line.left


def _room(line: Line) -> float:
    """How much room the line leaves at its end."""
    return line.x0 - line.left if line.leftward else line.right - line.x1


def _centred(last: Line, line: Line) -> bool:
    middle = (line.left + line.right) / 2
    return all(
        abs((one.x0 + one.x1) / 2 - middle) < 0.6 * one.size and _start(one) > one.size for one in (last, line)
    ) or (
        abs((last.x0 + last.x1) - (line.x0 + line.x1)) < 0.8 * line.size and min(_start(last), _start(line)) > line.size
    )


def _had_room(last: Line, line: Line) -> bool:
    """Whether the first word of ``line`` would have fitted behind ``last``: the line was broken on purpose."""
    word = line.text.split(maxsplit=1)[0] if not _WIDE.match(line.text) else line.text[:2]
    width = (line.x1 - line.x0) / max(len(line.text), 1) * len(word)
    return _room(last) > width + 0.6 * line.size


def _tabular(lines: Sequence[Line]) -> dict[int, int]:
    """Numbers of the lines that are rows of tables, each with a number of its table."""
    found: dict[int, int] = {}
    runs: list[list[int]] = []
    for (before, above), (number, line) in pairwise(enumerate(lines)):
        if (above.page, above.column) != (line.page, line.column):
            continue
        goes_on = bool(runs) and runs[-1][-1] == before
        rows_above = [lines[row] for row in runs[-1][-LACKING:]] if goes_on else [above]
        near = 0 < above.y - line.y < 4 * line.size
        if (above.table and line.table) or (near and any(_aligned(row, line) for row in rows_above)):
            if goes_on:
                runs[-1].append(number)
            else:
                runs.append([before, number])
    for table, run in enumerate(runs):
        rows = [lines[number] for number in run]
        if any(LEADERS.search(row.text) for row in rows) or all(ITEM.match(row.text) for row in rows):
            continue
        right = max(row.x1 for row in rows) if len({len(row.cells) for row in rows}) > 1 else rows[0].right
        if all(row.even and row.x1 > right - row.size for row in rows):
            continue  # justified lines of few words
        # Two lines may have wide gaps at one place by chance; three have not, nor two of three cells each.
        if len(rows) > 2 or min(len(row.cells) for row in rows) > 2 or all(row.table for row in rows):
            found |= dict.fromkeys(run, table)
    return found


def _aligned(above: Line, line: Line) -> bool:
    """Whether a cell of both lines, and not their first, begins or ends at the same place.

    A first one that stands far in is none: the cell before it is empty.
    """
    near = 0.35 * line.size
    return any(
        abs(one.x0 - other.x0) < near
        or abs(one.x1 - other.x1) < near
        or abs(one.x0 + one.x1 - other.x0 - other.x1) < near
        for one in _inner(above)
        for other in _inner(line)
    )


def _inner(line: Line) -> tuple[Cell, ...]:
    return line.cells if len(line.cells) > 1 and _start(line) > FAR * line.size else line.cells[1:]

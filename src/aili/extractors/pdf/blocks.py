"""Paragraphs become pieces: headings, items, captions, tables; footnotes, references and contents are set aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from aili.document import BlockKind
from aili.extractors import Piece
from aili.extractors.pdf.columns import rows_text
from aili.extractors.pdf.layout import Line
from aili.extractors.pdf.paragraphs import CAPTION, ENDS, ITEM, LEADERS, Paragraph, Vocabulary, join, paragraphs

LARGER = 1.09  # of the body's size: headings are set in larger type than this, or bold, or in capitals
SMALLER = 0.93  # of the body's size: footnotes are set in smaller type than this
HEADING = 160  # characters
ENTRIES = 3  # blocks without a page's number may stand between entries of the contents
SCRAP = 40  # characters a line; what is written in a figure is shorter

_NUMBERED = re.compile(
    r"(?P<number>(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,4})\.?\s+(?=[^\W\d_])|(?P<roman>[IVX]{1,5})\.\s+(?=\S)"
)
_NOTE = re.compile(r"(?:\d{1,3}|[*†‡§¶∗])[.)]?\s*(?=[^\W\d_]|[“\"'(])")
_APART = re.compile(
    r"(?:[\dIVX]{1,4}(?:\.\d+)*\.?\s+)?(?:references|bibliography|works\s+cited|literature(?:\s+cited)?|sources|notes"
    r"|notes\s+and\s+references|endnotes|literatur(?:verzeichnis)?|quellen(?:verzeichnis)?|références|bibliographie|referencias"
    r"|bibliografía|bibliografia|riferimenti|referências|参考文献|參考文獻|المراجع|מקורות)\s*[:.]?",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:table\s+of\s+)?contents|list\s+of\s+(?:figures|tables)|inhalt(?:sverzeichnis)?|table\s+des\s+matières|sommaire|índice|indice|目录|目次",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"^(\d{1,2})\s+([^\W\d_])")
_FIGURE = re.compile(r"fig|abb|chart|plate|exhibit|圖|图|図", re.IGNORECASE)
_BULLET = re.compile(r"[•‣◦▪▫●○■□–—▸►✓✔∙·\uf0b7*-]\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A paragraph, what it is, its text, and where in it pages begin (pairs of an offset and a page)."""

    kind: BlockKind
    text: str
    lines: tuple[Line, ...]
    pages: tuple[tuple[int, int], ...]
    level: int = 0

    @property
    def size(self) -> float:
        """The type size of its first line, in points."""
        return self.lines[0].size


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """The blocks of the text proper, and how many notes, lists of references and tables of contents are none of it."""

    blocks: tuple[Block, ...]
    aside: Counter[str]


def body_size(lines: Sequence[Line]) -> float:
    """The size that most characters are set in, in points."""
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size * 4) / 4] += len(line.text)
    return max(sizes, key=lambda size: sizes[size]) if sizes else 10.0


def blocks(lines: Sequence[Line], *, body: float) -> Text:
    """The blocks of a document in reading order, without footnotes, contents and references."""
    words = Vocabulary(lines)
    aside: Counter[str] = Counter()
    plain = _without_notes(lines, body, aside)
    weight = sum(len(line.text) for line in plain if line.bold) > 0.5 * sum(len(line.text) for line in plain)
    typed = sum(len(line.text) for line in plain if line.mono) > 0.5 * sum(len(line.text) for line in plain)
    whole = [
        _block(paragraph, words, body=body, bold_body=weight, mono_body=typed)
        for paragraph in paragraphs(plain, body=body, code=not typed)
    ]
    found = tuple(_without_apart(levelled(_reunited(whole, words)), aside))
    return Text(blocks=found, aside=aside)


def _without_notes(lines: Sequence[Line], body: float, aside: Counter[str]) -> list[Line]:
    """The lines without footnotes: smaller type at the foot of a column, from the first line that bears a mark.

    Their number is added to ``aside``.
    """
    kept: list[Line] = []
    open_note = False  # whether the last note goes on below the next column
    for _, page in groupby(lines, key=lambda line: line.page):
        whole = list(page)
        has_body = any(line.size >= SMALLER * body for line in whole)
        for _, column in groupby(whole, key=lambda line: line.column):
            found = list(column)
            tail = len(found)
            while tail and found[tail - 1].size < SMALLER * body:
                tail -= 1
            marked = (at for at in range(tail, len(found)) if found[at].mark or _NOTE.match(found[at].text))
            begin = next(marked, len(found))
            if open_note and tail:
                begin = tail
            kept += found[:begin] if has_body else found
            if has_body and begin < len(found):
                aside["footnote"] += sum(bool(line.mark or _NOTE.match(line.text)) for line in found[begin:])
                open_note = not ENDS.search(found[-1].text)
    return kept


def _block(paragraph: Paragraph, words: Vocabulary, *, body: float, bold_body: bool, mono_body: bool) -> Block:
    lines = paragraph.lines
    text, pages = join(lines, words)
    if paragraph.is_table:
        return Block(kind="table", text=rows_text(lines), lines=lines, pages=((0, lines[0].page),))
    if CAPTION.match(text) and lines[0].size <= LARGER * body:
        return Block(kind="caption", text=text, lines=lines, pages=pages)
    if _is_heading(text, lines, body=body, bold_body=bold_body):
        return Block(kind="heading", text=text, lines=lines, pages=pages)
    if all(line.mono for line in lines) and not mono_body:
        return Block(kind="code", text=_code(lines), lines=lines, pages=((0, lines[0].page),))
    if match := ITEM.match(text):
        cut = len(bullet[0]) if (bullet := _BULLET.match(text)) else 0
        if match["number"] or cut:
            pages = tuple((max(0, at - cut), page) for at, page in pages)
            return Block(kind="item", text=text[cut:], lines=lines, pages=pages, level=1)
    return Block(kind="paragraph", text=text, lines=lines, pages=pages)


def _code(lines: Sequence[Line]) -> str:
    """The lines with the indentation that their places show."""
    longest = max(lines, key=lambda line: len(line.text))
    width = max((longest.x1 - longest.x0) / len(longest.text), 1.0)
    left = min(line.x0 for line in lines)
    return "\n".join(" " * min(40, round((line.x0 - left) / width)) + line.text for line in lines)


def _is_heading(text: str, lines: Sequence[Line], *, body: float, bold_body: bool) -> bool:
    if len(text) > HEADING or len(lines) > 4 or not re.search(r"[^\W\d_]{2}|[\u3040-\u9fff]", text):
        return False
    if LEADERS.search(text) or text.endswith((",", ";")):
        return False
    size = lines[0].size
    if size >= LARGER * body:
        return not (ENDS.search(text) and not text.endswith(("?", "!", ":")) and len(text) > 60)
    if size < 0.95 * body or (ENDS.search(text) and not text.endswith(("?", "!"))):
        return False
    if all(line.bold for line in lines) and not bold_body:
        return len(text) <= 120
    letters = re.sub(r"[\W\d_]", "", text)
    return text.isupper() and len(letters) > 3 and len(text) <= 90 and len(lines) < 3


def _reunited(found: Sequence[Block], words: Vocabulary) -> list[Block]:
    """Paragraphs that a column's or a page's end, a figure or a table parted are one again."""
    left = list(found)
    whole: list[Block] = []
    while left:
        block = left.pop(0)
        if block.kind in ("paragraph", "item"):
            at = next((at for at, one in enumerate(left[:4]) if one.kind not in ("caption", "table")), None)
            while at is not None and _goes_on(block, left[at], between=at):
                block = _united(block, left.pop(at), words)
                at = next((at for at, one in enumerate(left[:4]) if one.kind not in ("caption", "table")), None)
        whole.append(block)
    return whole


def _goes_on(block: Block, after: Block, *, between: int) -> bool:
    last, first = block.lines[-1], after.lines[0]
    if after.kind != "paragraph" or ENDS.search(block.text) or abs(last.size - first.size) > 0.08 * last.size:
        return False
    if (last.page, last.column) == (first.page, first.column) and not between:
        return False
    if first.page - last.page > 1 + between:
        return False
    if after.text[:1].islower() or re.search(r"[^\W\d_][-\u00ad‐]$", block.text):
        return True
    if after.text[:1].isupper() and block.kind == "item":
        return False
    room = last.x0 - last.left if last.leftward else last.right - last.x1
    return last.bold == first.bold and len(block.text) > 40 and room < 3 * last.size


def _united(block: Block, after: Block, words: Vocabulary) -> Block:
    lines = block.lines + after.lines
    text, pages = join(lines, words)
    cut = len(bullet[0]) if block.kind == "item" and (bullet := _BULLET.match(text)) else 0
    pages = tuple((max(0, at - cut), page) for at, page in pages)
    return replace(block, text=text[cut:], lines=lines, pages=pages)


def levelled(found: Sequence[Block]) -> list[Block]:
    """Headings with their rank: by the depth of their number, else by their type; items by how far they are indented."""
    ranks = _ranks(found)
    counted = _counted(found)
    indents: list[float] = []
    ranked: list[Block] = []
    for block in found:
        level, text = block.level, block.text
        if block.kind == "heading":
            match = _NUMBERED.match(block.text)
            depth = match["number"].count(".") if match and match["number"] else -1
            level = min(6, depth + 2 if depth >= 0 else ranks[_style(block)] + 2)
        if block.kind == "item":
            indents = [known for known in indents if known < block.lines[0].x0 - 2]
            indents.append(block.lines[0].x0)
            level = min(len(indents), 4)
        else:
            indents = []
        if block.kind == "heading" and counted:
            text = _COUNTED.sub(r"\1. \2", text)
        ranked.append(replace(block, level=level, text=text))
    return ranked


def _counted(found: Sequence[Block]) -> bool:
    """Whether the headings count ``1 Method``, ``2 Results``: to a reader of plain text, a point shows it better."""
    numbers = [int(match[1]) for block in found if block.kind == "heading" and (match := _COUNTED.match(block.text))]
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _ranks(found: Sequence[Block]) -> dict[tuple[float, bool], int]:
    """The rank of each style of heading, from 0; sizes that differ by less than 4 % are one (Chromium rounds them)."""
    ranks: dict[tuple[float, bool], int] = {}
    rank, before = -1, (0.0, False)
    for style in sorted({_style(block) for block in found if block.kind == "heading"}, reverse=True):
        if style[1] != before[1] or style[0] < 0.96 * before[0]:
            rank, before = rank + 1, style
        ranks[style] = rank
    return ranks


def _style(block: Block) -> tuple[float, bool]:
    return round(block.size, 1), block.lines[0].bold


def _without_apart(found: Sequence[Block], aside: Counter[str]) -> Iterator[Block]:
    """Without contents, and without references up to the next heading of their rank, unless they are the document.

    How many of them there are is added to ``aside``.
    """
    lists: Counter[str] = Counter()
    apart: set[int] = set()
    within = 0  # the rank of the references' heading
    contents = 0  # how many more blocks may be entries of the contents although they show no page
    for at, block in enumerate(found):
        heading = block.text.strip() if block.kind == "heading" else ""
        if heading and within and block.level <= within:
            within = 0
        if _APART.fullmatch(heading):
            within = block.level
            lists["reference list"] += 1
        if _CONTENTS.fullmatch(heading) or (contents and re.search(r"\d\s*$", block.text)):
            contents = ENTRIES
            if _CONTENTS.fullmatch(heading):
                lists["table of contents"] = 1
        elif contents:
            contents = contents - 1 if len(block.text) < 100 else 0
        if block.kind == "caption":
            continue  # of a figure that floated here
        if within or contents == ENTRIES or LEADERS.search(block.text):
            apart.add(at)
    apart.update(_lettering(found))
    words = sum(len(block.text) for block in found)
    if sum(len(found[at].text) for at in apart) > 0.6 * words:
        apart = set()
    else:
        aside.update(lists)
    yield from (block for at, block in enumerate(found) if at not in apart)


def _lettering(found: Sequence[Block]) -> Iterator[int]:
    """The scraps of text above a figure's caption, on its page: what is written in the figure."""
    for at, block in enumerate(found):
        if block.kind != "caption" or not _FIGURE.match(block.text):
            continue
        scraps: list[int] = []
        for before in range(at - 1, -1, -1):
            scrap = found[before]
            if scrap.lines[0].page != block.lines[0].page or scrap.kind not in ("paragraph", "table", "heading"):
                break
            if len(scrap.text) > SCRAP * len(scrap.lines) or ENDS.search(scrap.text) or scrap.lines[0].bold:
                break
            scraps.append(before)
        if len(scraps) > 1:
            yield from scraps


def pieces(found: Sequence[Block], labels: Sequence[str]) -> Iterator[Piece]:
    """The blocks as pieces; ``labels`` are the pages' names."""
    for block in found:
        locators = tuple((at, labels[page]) for at, page in block.pages)
        yield Piece(kind=block.kind, text=block.text, level=block.level, locators=locators)

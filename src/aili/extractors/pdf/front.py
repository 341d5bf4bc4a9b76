"""The head of a document: its title in the largest type, and the lines below it that name authors and their places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aili import properties
from aili.extractors.pdf import metadata
from aili.extractors.pdf.blocks import Block

TITLE = 1.15  # of the body's size, at least
REACH = 14  # blocks below the title that may belong to it
WITHIN = 10  # blocks from the beginning within which a title stands


@dataclass(frozen=True, kw_only=True, slots=True)
class Front:
    """What the head says, and the blocks that remain."""

    title: str
    authors: tuple[str, ...]
    published: str
    blocks: tuple[Block, ...]


def front(found: Sequence[Block], declared: metadata.Declared, *, body: float, heads: str) -> Front:
    """The head of a document whose blocks are ``found``; title and byline are no longer among its blocks.

    ``heads`` is all that stands on its first pages.
    """
    first = found[0].lines[0].page if found else 0
    opening = [block for block in found if block.lines[0].page == first]
    first_page = "\n".join(block.text for block in opening)
    begin, end = _title(opening[:WITHIN], body)
    shown = " ".join(block.text for block in opening[begin:end]).replace("\u00ad ", "")
    title = metadata.title(declared.title, shown=shown, first_page=first_page, heads=heads)
    if title and shown and _folded(title) != _folded(shown) and _folded(title) not in _folded(first_page):
        begin = end = 0  # the largest type is a chapter's heading
    below, framed = _below(opening[end : end + REACH]) if shown else ([], False)
    byline = [cell.text for block in below for line in block.lines for cell in line.cells]
    authors = metadata.authors(declared.author, byline=byline, first_page=first_page, framed=framed)
    apart = {id(block) for block in opening[begin:end]}
    apart |= {id(block) for block in below if _is_byline(block, authors)}
    apart |= {id(block) for block in opening[:begin] if block.kind != "paragraph" or len(block.text) < 120}
    kept = [block for block in found if id(block) not in apart]
    if kept and _folded(kept[0].text) == _folded(title):
        kept = kept[1:]
    day = next((day for text in byline if (day := properties.written(text))), "")
    return Front(
        title=title,
        authors=authors,
        published=day or metadata.published(declared.created, maker=declared.maker),
        blocks=tuple(kept),
    )


def _title(opening: Sequence[Block], body: float) -> tuple[int, int]:
    """Where the title begins and ends among the first blocks: the largest type; the same place twice where none shows."""
    sizes = [block.size if _may_be_title(block, body) else 0.0 for block in opening]
    if not any(sizes):
        return 0, 0
    begin = sizes.index(max(sizes))
    end = begin + 1
    while end < len(sizes) and end - begin < 4 and abs(sizes[end] - sizes[begin]) < 0.05 * sizes[begin]:
        if metadata.persons(opening[end].text):
            break
        end += 1
    return begin, end


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _may_be_title(block: Block, body: float) -> bool:
    letters = len(re.findall(r"[^\W\d_]", block.text))
    return (
        block.size >= TITLE * body and letters > 2 and len(block.text) < 300 and block.kind in ("heading", "paragraph")
    )


def _below(blocks: Sequence[Block]) -> tuple[list[Block], bool]:
    """The short blocks between the title and the text, and whether they or what follows show that they are a byline."""
    found: list[Block] = []
    framed = False
    for block in blocks:
        if block.kind == "heading" and metadata.opens(block.text):
            framed = True
            break
        if len(block.text.split()) > 25 or block.kind == "item":
            break
        found.append(block)
        lines = [cell.text for line in block.lines for cell in line.cells]
        framed = framed or any(metadata.is_address(text) or properties.written(text) for text in lines)
    return found, framed


def _is_byline(block: Block, authors: Sequence[str]) -> bool:
    text = " ".join(block.text.split())
    named = any(author in text for author in authors) and len(text.split()) < 25
    return named or metadata.is_address(text) or bool(properties.written(text))

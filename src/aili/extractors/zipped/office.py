"""What Word, OpenDocument and slides share: bold lines that are headings, properties, how a Document is made."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from lxml.etree import _Element

from aili import properties
from aili.document import Document, Metadata, Reading
from aili.errors import UnreadableError
from aili.extractors import ParseLimits, Piece, Task, compose, demand_words, set_aside
from aili.extractors.zipped.container import Container, resolved
from aili.language import count_words

HEADING = 80  # characters; a bold line that is longer is a paragraph in bold type
BYLINE = 4  # paragraphs below a title may belong to it
RANK = 3  # of a bold line with no heading above it; else it ranks one below that

_ENDS_SENTENCE = re.compile(r"[.,;:!?…。！？]['\"”’)\]]*$")
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A piece, and whether all of it is set in bold type."""

    piece: Piece
    bold: bool = False


@dataclass(kw_only=True, slots=True)
class Text:
    """What was found in a file: blocks, the title that they show, and what is no text proper.

    ``aside`` counts the parts set aside by their names, ``aside_words`` their words, ``hidden`` the words that nobody sees.
    """

    found: list[Found] = field(default_factory=list)
    title: str = ""
    aside: Counter[str] = field(default_factory=Counter)
    aside_words: int = 0
    hidden: int = 0


def document(task: Task, text: Text, declared: Metadata) -> Document:
    """The Document of what was found; raises EmptyError or ThinTextError where that is too little."""
    pieces = headed(text.found)
    title = " ".join(text.title.split()) or properties.title(declared.title)
    first = pieces[0] if pieces else None
    if first is not None and first.kind == "heading" and len(pieces) > 1:
        if not title and first.level == 1:
            title = " ".join(first.text.split())
        if _folded(first.text) == _folded(title):
            pieces = pieces[1:]
    if title:
        pieces, declared = without_byline(pieces, declared)
    kept = sum(count_words(piece.text) for piece in pieces) + count_words(title)
    warnings = set_aside(text.aside)
    if text.hidden:
        told = f"{text.hidden} word{'s' * (text.hidden > 1)}"
        warnings = (
            f"The file holds {told} that nobody sees (hidden, white or tiny letters), which were not read.",
            *warnings,
        )
    reading = Reading(share=round(kept / max(1, kept + text.aside_words), 3), warnings=warnings)
    about = replace(declared, title=title, location=task.resource.location)
    made = compose(pieces, metadata=about, reading=reading, source=task.resource.hash)
    return demand_words(made, limits=ParseLimits(min_words=task.min_words), reference=task.resource.reference)


def without_byline(pieces: Sequence[Piece], declared: Metadata) -> tuple[list[Piece], Metadata]:
    """The pieces below a title without those that name its authors and its day, and what is declared with what they say."""
    below = [piece.text for piece in takewhile(lambda piece: piece.kind == "paragraph", pieces[:BYLINE])]
    count, authors, day = properties.byline(below[: max(0, len(pieces) - 1)], known=declared.authors)
    return list(pieces[count:]), replace(declared, authors=authors, published=day or declared.published)


def headed(found: Sequence[Found]) -> list[Piece]:
    """The pieces; a bold line that ends no sentence heads the longer paragraph or the list below it."""
    pieces: list[Piece] = []
    rank = RANK - 1
    for at, one in enumerate(found):
        piece = one.piece
        below = found[at + 1] if at + 1 < len(found) else None
        if piece.kind == "heading":
            rank = piece.level
        elif one.bold and piece.kind == "paragraph" and below is not None and _heads(piece, below):
            piece = replace(piece, kind="heading", level=min(6, rank + 1))
        pieces.append(piece)
    return pieces


def core_properties(container: Container, language: str = "") -> Metadata:
    """What the core properties of Office Open XML (ECMA-376, part 2) say; nothing where they are damaged."""
    try:
        root = container.xml(related(container, "", "metadata/core-properties") or "docProps/core.xml")
    except UnreadableError:
        return Metadata(language=properties.language(language))
    return Metadata(
        title=_said(root, f"{_DC}title"),
        authors=properties.authors(_said(root, f"{_DC}creator")),
        published=properties.day(_said(root, f"{_DCTERMS}created")),
        language=properties.language(_said(root, f"{_DC}language")) or properties.language(language),
    )


def relations(container: Container, member: str) -> dict[str, tuple[str, str]]:
    """The relations of a member (empty for the container): their ids to what kind of thing they lead to, and where."""
    folder, _, name = member.rpartition("/")
    place = f"{folder}/_rels/{name}.rels" if member else "_rels/.rels"
    if place not in container:
        return {}
    return {
        one.get("Id", ""): (one.get("Type", ""), resolved(member, one.get("Target", "")))
        for one in container.xml(place).iter(_RELATIONS)
        if one.get("TargetMode") != "External"
    }


def related(container: Container, member: str, kind: str) -> str:
    """The first thing of a kind that ``member`` leads to; empty where there is none."""
    found = relations(container, member).values()
    return next((target for what, target in found if what.endswith(f"/{kind}") and target in container), "")


def _heads(piece: Piece, below: Found) -> bool:
    text = piece.text.strip()
    if not text or len(text) > HEADING or "\n" in text or _ENDS_SENTENCE.search(text) or text[:1].islower():
        return False
    if below.piece.kind == "item":
        return True
    return below.piece.kind == "paragraph" and not below.bold and len(below.piece.text) > len(text)


def _said(root: _Element, name: str) -> str:
    return " ".join((root.findtext(name) or "").split())


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()

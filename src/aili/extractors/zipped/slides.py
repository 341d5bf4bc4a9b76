"""What slides have in common: the first says who speaks and when, agendas are set aside, parts have ranks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from aili import properties
from aili.document import Metadata
from aili.extractors import Piece
from aili.extractors.zipped.office import Found, Text
from aili.language import count_words

_POINT = 12  # words; a line of an agenda is no longer
_APART = re.compile(r"[,;:|·–—]|\s[-/]\s")  # stands before a day at the end of a line


@dataclass(frozen=True, kw_only=True, slots=True)
class Slide:
    """What a slide says, its titles apart; ``section`` is one that opens a part, ``day`` that in its foot."""

    titles: tuple[Found, ...]
    rest: tuple[Found, ...]
    section: bool = False
    number: int = 0
    day: str = ""


def gather(shown: Sequence[Slide], text: Text, declared: Metadata) -> Metadata:
    """Add what the slides that are ``shown`` say to ``text``; what is ``declared``, with what the first slide says of it."""
    slides = list(shown)
    if slides and slides[0].number == 1 and slides[0].titles:
        text.title = " ".join(slides[0].titles[0].piece.text.split())
        slides[0], declared = _opening(slides[0], declared)
    for one in _ranked(_without_agendas(slides, text)):
        _take(one, text)
    return declared


def _opening(slide: Slide, declared: Metadata) -> tuple[Slide, Metadata]:
    """The first slide without its title and the lines that name its authors and its day, and what those say."""
    kept: list[Found] = []
    day = slide.day
    for one in slide.rest:
        lines = one.piece.text.split("\n") if one.piece.kind == "paragraph" else [one.piece.text]
        for line in lines:
            count, authors, shown = properties.byline([line], known=declared.authors)
            ends = (properties.written(line[match.end() :]) for match in _APART.finditer(line))
            day = shown or next(filter(None, ends), "") or day
            if count:
                declared = replace(declared, authors=authors)
            else:
                kept.append(replace(one, piece=replace(one.piece, text=line)))
    return replace(slide, titles=slide.titles[1:], rest=tuple(kept)), replace(
        declared, published=day or declared.published
    )


def _without_agendas(slides: Sequence[Slide], text: Text) -> Iterator[Slide]:
    """The slides without those that only list what other slides are about: short lines, most of them such titles."""
    names = {name for slide in slides for title in slide.titles if len(name := _bare(title.piece.text)) > 3}
    for slide in slides:
        lines = [_bare(one.piece.text) for one in slide.rest]
        short = all(one.piece.kind == "item" and len(one.piece.text.split()) <= _POINT for one in slide.rest)
        named = sum(
            any(line.startswith(name) or name.startswith(line) for name in names) for line in lines if len(line) > 3
        )
        if len(lines) > 2 and short and 2 * named > len(lines):
            text.aside["agenda slide"] += 1
            text.aside_words += count_words(" ".join(one.piece.text for one in (*slide.titles, *slide.rest)))
        else:
            yield slide


def _ranked(slides: Iterable[Slide]) -> Iterator[Slide]:
    """The slides; the titles of those in a part rank below that of the slide that opens it."""
    within = 0
    for slide in slides:
        level = 1 if slide.section else 1 + within
        within = within or int(slide.section)
        titles = (replace(one, piece=replace(one.piece, level=level)) for one in slide.titles)
        yield replace(slide, titles=tuple(titles))


def _take(slide: Slide, text: Text) -> None:
    titles = slide.titles
    if titles and _goes_on(titles[0].piece, text):
        titles = titles[1:]
    for at, one in enumerate((*titles, *slide.rest)):
        place = ((0, f"slide {slide.number}"),)
        text.found.append(one if at else replace(one, piece=replace(one.piece, locators=place)))


def _goes_on(title: Piece, text: Text) -> bool:
    """Whether a slide's title only says again what the slide before was about."""
    last = next((one.piece for one in reversed(text.found) if one.piece.kind == "heading"), None)
    return last is not None and _bare(last.text) == _bare(title.text)


def _bare(title: str) -> str:
    return re.sub(
        r"\s*\((?:cont(?:inued|['’]?d|\.)?|\d+(?:/\d+)?|forts\.?|suite)\)\s*$", "", title, flags=re.IGNORECASE
    ).casefold()

"""OpenDocument slides (ODF 1.3) become a Document: each slide's title a heading, its number a place; in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml.etree import _Element

from aili import codec, properties
from aili.document import Document
from aili.extractors import Piece, Task
from aili.extractors.zipped import office
from aili.extractors.zipped.container import Container
from aili.extractors.zipped.odf import PRESENTATION, Styles, Walker, all_text, body_of, declared, name_of
from aili.extractors.zipped.office import Found, Text
from aili.extractors.zipped.slides import Slide, gather
from aili.language import count_words

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_FURNITURE = frozenset(("header", "footer", "date-time", "page-number", "page", "handout", "notes"))


def parse(data: bytes) -> bytes:
    """From a ``Task`` to a ``Document``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, Task)))


def read(task: Task) -> Document:
    """The Document of one file; raises PasswordError where it is encrypted, UnreadableError where there is nothing."""
    container = Container(task.resource)
    body = body_of(container, "presentation")
    styles, text = Styles(body, container), Text()
    days = dict(_days(body))
    pages = enumerate(body.iterchildren(f"{_DRAW}page"), start=1)
    shown = [slide for number, page in pages if (slide := _slide(page, number, styles, text, days)) is not None]
    about = gather(shown, text, declared(container, styles.language))
    return office.document(task, text, about)


def _days(body: _Element) -> Iterator[tuple[str, str]]:
    """The days that slides may show in their feet, by name; one that is always today's tells nothing."""
    for one in body.iterchildren(f"{PRESENTATION}date-time-decl"):
        if one.get(f"{PRESENTATION}source") == "fixed":
            yield one.get(f"{PRESENTATION}name", ""), properties.written("".join(all_text(one)))


def _slide(page: _Element, number: int, styles: Styles, text: Text, days: Mapping[str, str]) -> Slide | None:
    """A slide; None where it is hidden."""
    shapes = [one for one in page if name_of(one) not in ("notes", "forms", "animations")]
    if styles.hides_page(page.get(f"{_DRAW}style-name", "")):
        text.aside["hidden slide"] += 1
        text.aside_words += count_words(" ".join(said for shape in shapes for said in all_text(shape)))
        return None
    if words := sum(_note_words(notes) for notes in page.iterchildren(f"{PRESENTATION}notes")):
        text.aside["speaker note"] += 1
        text.aside_words += words
    walker = Walker(styles)
    titles: list[Found] = []
    for shape in shapes:
        kind = shape.get(f"{PRESENTATION}class", "")
        if kind in _FURNITURE or shape.get(f"{PRESENTATION}placeholder") == "true":
            continue  # a placeholder that nobody filled shows nothing
        if kind == "title":
            said = " ".join(" ".join("".join(walker.said(one)) for one in shape.iter(f"{_TEXT}p")).split())
            titles += [Found(piece=Piece(kind="heading", text=said, level=1))] if said else []
        else:
            walker.blocks([shape], "paragraph", 0)
    text.aside.update(walker.text.aside)
    text.aside_words += walker.text.aside_words
    text.hidden += walker.text.hidden
    day = days.get(page.get(f"{PRESENTATION}use-date-time-name", ""), "")
    return Slide(titles=tuple(titles), rest=tuple(walker.text.found), number=number, day=day)


def _note_words(notes: _Element) -> int:
    frames = (one for one in notes if one.get(f"{PRESENTATION}class") == "notes")
    return count_words(" ".join(said for frame in frames for said in all_text(frame)))

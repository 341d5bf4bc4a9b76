"""A PDF file becomes a Document: opened, its pages read one by one, what is no text told; runs in the sandbox's worker."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2
from pypdfium2 import raw

from aili import codec
from aili.document import Document, Metadata, Reading
from aili.errors import EmptyError, MalformedError, PasswordError, ScanError
from aili.extractors import ParseLimits, compose, demand_words, set_aside
from aili.extractors.pdf import File, metadata
from aili.extractors.pdf.blocks import blocks, body_size, levelled, pieces
from aili.extractors.pdf.bullets import with_bullets
from aili.extractors.pdf.drawn import boxes, is_shape
from aili.extractors.pdf.front import front
from aili.extractors.pdf.furniture import without_furniture
from aili.extractors.pdf.glyphs import Glyphs, glyphs
from aili.extractors.pdf.layout import Line, lines
from aili.extractors.pdf.ruled import with_rules
from aili.extractors.pdf.unseen import pictures, without_hidden
from aili.language import count_words

HOPELESS = 200  # pages from the first on that cannot be read; a page tree may promise millions

_PASSWORD, _SECURITY = raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY
_LABEL = re.compile(r"[\w.\-–]{1,12}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pages:
    """The pages' glyphs, their names, and what could not be read of them."""

    glyphs: tuple[Glyphs, ...]
    labels: tuple[str, ...]
    pictured: int  # pages that show pictures and have no text
    broken: int
    hidden: int  # words that nobody sees


def parse(data: bytes) -> bytes:
    """From a ``File`` to a ``Document``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, File)))


def read(file: File) -> Document:
    """The Document of one file; raises UnreadableError where there is nothing to digest."""
    name = file.resource.reference
    document = _opened(file, name)
    try:
        declared = _declared(document)
        pages = _pages(document)
    finally:
        document.close()
    if pages.broken == len(pages.glyphs):
        raise MalformedError(
            f"{name} has no page that can be read.", hint="The file is damaged; try another copy of it."
        )
    furnished = without_furniture(pages.glyphs)
    found = [line for number, page in enumerate(furnished) for line in lines(page, number=number)]
    _refuse_scan(pages, found, name=name, min_words=file.min_words)
    return _document(file, declared, pages, found)


def _document(file: File, declared: metadata.Declared, pages: _Pages, found: Sequence[Line]) -> Document:
    body = body_size(found)
    heads = "\n".join(segment.text for page in pages.glyphs[:3] for segment in page.segments)
    text = blocks(found, body=body)
    head = front(text.blocks, declared, body=body, heads=heads)
    kept = list(pieces(levelled(head.blocks), [f"p. {label}" for label in pages.labels]))
    total = sum(count_words(segment.text) for page in pages.glyphs for segment in page.segments)
    words = sum(count_words(piece.text) for piece in kept) + count_words(head.title)
    about = Metadata(
        title=head.title,
        authors=head.authors,
        published=head.published,
        language=metadata.language(declared.language),
        location=file.resource.location,
    )
    warnings = (*_warnings(pages), *set_aside(text.aside))
    reading = Reading(share=round(min(1.0, words / max(1, total)), 3), warnings=warnings)
    document = compose(kept, metadata=about, reading=reading, source=file.resource.hash)
    return demand_words(document, limits=ParseLimits(min_words=file.min_words), reference=file.resource.reference)


def _opened(file: File, name: str) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(file.resource.data, password=file.password or None)
        if len(document):
            return document
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD and file.password:
            raise PasswordError(f"The password does not open {name}.", hint="Check it; capitals count.") from error
        if error.err_code == _PASSWORD:
            raise PasswordError(f"{name} is encrypted.", hint="Give its password: --password PASSWORD.") from error
        if error.err_code == _SECURITY:
            raise PasswordError(
                f"{name} is encrypted in a way that aili does not know.", hint="Save it without encryption."
            ) from error
        raise MalformedError(
            f"{name} is damaged: it cannot be opened as a PDF.", hint="Try another copy of it."
        ) from error
    raise EmptyError(f"{name} has no pages.", hint="There is nothing to read; is it the right file?")


def _declared(document: Any) -> metadata.Declared:
    said = {key: document.get_metadata_value(key) for key in ("Title", "Author", "CreationDate", "Creator", "Producer")}
    length = raw.FPDFCatalog_GetLanguage(document.raw, None, 0)
    language = ""
    if 2 < length < 200:
        buffer = ctypes.create_string_buffer(length)
        raw.FPDFCatalog_GetLanguage(document.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
        language = buffer.raw[: length - 2].decode("utf-16-le", "replace")
    return metadata.Declared(
        title=said["Title"],
        author=said["Author"],
        created=said["CreationDate"],
        maker=f"{said['Creator']} {said['Producer']}",
        language=language,
    )


def _pages(document: Any) -> _Pages:
    found: list[Glyphs] = []
    labels: list[str] = []
    pictured = broken = hidden = 0
    for number in range(len(document)):
        label = document.get_page_label(number).strip()
        labels.append(label if _LABEL.fullmatch(label) else str(number + 1))
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            broken += 1  # told as a warning
            found.append(Glyphs(segments=(), left=0, bottom=0, right=1, top=1))
            if broken == len(found) == HOPELESS:
                break
            continue
        try:
            seen, unseen = without_hidden(glyphs(page.raw, page.get_cropbox()), page)
            hidden += unseen
            if not any(segment.text.strip() for segment in seen.segments):
                pictured += pictures(page)
            drawn = boxes(page, is_shape)
            found.append(with_rules(with_bullets(seen, drawn), drawn))
        finally:
            page.close()
    return _Pages(glyphs=tuple(found), labels=tuple(labels), pictured=pictured, broken=broken, hidden=hidden)


def _refuse_scan(pages: _Pages, found: Sequence[Line], *, name: str, min_words: int) -> None:
    """Little text on pages that are pictures is a scan; letters whose font does not name them are as good as one."""
    letters = sum(len(line.text) for line in found)
    unmapped = sum(page.unmapped for page in pages.glyphs)
    if unmapped > 0.3 * (letters + unmapped) and unmapped > 100:
        raise ScanError(
            f"{name} shows letters without saying which they are.",
            hint="Its fonts are of no help; run it through text recognition (OCR) first.",
            pages=len(pages.glyphs),
        )
    words = sum(count_words(line.text) for line in found)
    if pages.pictured and words < min_words and 2 * pages.pictured >= len(pages.glyphs) - pages.broken:
        one = pages.pictured == 1
        raise ScanError(
            f"{name} is a scan: {pages.pictured} page{'' if one else 's'} of pictures and no text.",
            hint="Run it through text recognition (OCR) first.",
            pages=pages.pictured,
        )


def _warnings(pages: _Pages) -> Iterator[str]:
    count = len(pages.glyphs)
    if pages.pictured:
        yield f"{_counted(pages.pictured)} of {count} {_are(pages.pictured)} a picture without text and could not be read."
    if pages.broken:
        yield f"{_counted(pages.broken)} of {count} {_are(pages.broken)} damaged and could not be read."
    if pages.hidden:
        yield (
            f"The file holds {pages.hidden} word{'s' * (pages.hidden > 1)} that nobody sees (white, tiny or invisible "
            "letters), which were not read."
        )


def _counted(pages: int) -> str:
    return f"{pages} page{'s' * (pages > 1)}"


def _are(pages: int) -> str:
    return "is" if pages == 1 else "are each"

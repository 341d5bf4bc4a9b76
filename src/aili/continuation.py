"""Continuation: the further pages of an article are fetched in their order, and all are joined into one document.

Where a page links to the next (``extractors.html.onward``), that one is fetched as any other address is, behind the same
guard, until there is none or the settings end it. A page belongs to the article only where its title is the same and where
it says something new; else what was read before stands.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from aili import extractors
from aili.acquisition import MEGABYTE, acquire, parse_limits
from aili.document import Document, Locator, Resource
from aili.errors import AiliError, DeadlineError, ParserError
from aili.extractors import Onward, Piece, addressed, compose
from aili.labels import leads_on
from aili.settings import Settings

_WEB = ("http", "https")
_WORD = re.compile(r"\w+")
_TITLE_SHARE = 0.6  # of the words of the shorter of two titles
_REPEATED_WORDS = 6  # of a block that says the same as one before; a shorter one may be meant
_NEW_WORDS = 0.3  # the share of a page's words that is new, on a page that goes on
_WHOLE_SHARE = 0.7  # of the first page's four-word runs, in a page that shows all
_SENTENCE_END = re.compile(r"[.!?:…。！？؟।][\"'”’»)\]]*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    resource: Resource
    document: Document


def continued(
    resource: Resource, document: Document, settings: Settings
) -> Generator[tuple[Resource, bool], None, Document]:
    """The document of the whole article whose first page is ``resource``, read as ``document``; itself where there is one.

    Yields each further page that was fetched, and whether the server said that the one kept from last time is unchanged.
    ``reading.warnings`` say how many pages there are, and what was not read. Nothing is raised: a page that cannot be read
    ends the article, and is told.
    """
    onward = _onward(resource, document, settings)
    if not onward.next:
        return document
    if settings.fetch_pages < 2:
        return ended(document, onward)
    budget = _Budget(settings, used=len(resource.data))
    read = [_Page(resource=resource, document=document)]
    if onward.whole:
        whole = yield from _fetched(onward.whole, budget)
        if isinstance(whole, _Page) and _holds(whole.document, document):
            told = f"The article was read from the page that shows all of it, {onward.whole}."
            metadata = replace(whole.document.metadata, location=document.metadata.location)
            return _noted(replace(_at(whole.document, whole.resource.location), metadata=metadata), told)
    failure = ""
    while onward.next and len(read) < settings.fetch_pages and onward.next not in [p.resource.location for p in read]:
        page = yield from _fetched(onward.next, budget)
        if isinstance(page, AiliError):
            failure = f"The article goes on at {onward.next}, which could not be read. {page.message}"
            break
        if not _belongs(page.document, [entry.document for entry in read]):
            onward = Onward()
            break
        read.append(page)
        onward = _onward(page.resource, page.document, settings)
    whole_text = _joined(read)
    if failure:
        return _noted(whole_text, failure)
    return ended(whole_text, onward) if onward.next else whole_text


def told(resource: Resource, document: Document, settings: Settings) -> Document:
    """``document`` with the warning that its article goes on, for a page that was handed over: nothing is fetched."""
    onward = _onward(resource, document, settings)
    return ended(document, onward) if onward.next else document


def ended(document: Document, onward: Onward) -> Document:
    """``document`` with the warning that its article goes on where ``onward`` says, which was not read."""
    return _noted(document, f"The article goes on at {onward.next}, which was not read.")


class _Budget:
    """What is left for the further pages: the time of one fetch for all of them, and the bytes of one with the first."""

    def __init__(self, settings: Settings, *, used: int) -> None:
        self.settings = settings
        self._end = time.monotonic() + settings.fetch_seconds
        self._bytes = settings.fetch_megabytes * MEGABYTE - used

    def acquire(self, address: str) -> tuple[Resource, bool]:
        """The page at ``address``; raises AiliError."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise DeadlineError(
                f"Its pages took longer than the limit of {self.settings.fetch_seconds:g} seconds.",
                hint="Raise the setting fetch_seconds.",
                seconds=self.settings.fetch_seconds,
            )
        rest = replace(self.settings, fetch_seconds=left, fetch_megabytes=max(0.0, self._bytes / MEGABYTE))
        resource, cached = acquire(address, rest, None, _WEB)
        self._bytes -= len(resource.data)
        return resource, cached


def _fetched(address: str, budget: _Budget) -> Generator[tuple[Resource, bool], None, _Page | AiliError]:
    """The page at ``address``, or why it cannot be read."""
    limits = replace(parse_limits(budget.settings, ""), min_words=1)
    try:
        resource, cached = budget.acquire(address)
        yield resource, cached
        return _Page(resource=resource, document=extractors.extract(resource, limits=limits))
    except AiliError as error:
        return error


def _onward(resource: Resource, document: Document, settings: Settings) -> Onward:
    try:
        return extractors.goes_on(resource, document, limits=parse_limits(settings, ""))
    except ParserError:  # the page was read, and that is enough
        return Onward()


def _at(document: Document, address: str) -> Document:
    """``document`` with every place of it at ``address``."""
    places = document.locators
    if not places or places[0].start:
        places = (Locator(start=0, label=""), *places)
    return replace(document, locators=tuple(replace(place, address=address) for place in places))


def _noted(document: Document, told: str) -> Document:
    reading = document.reading
    return replace(document, reading=replace(reading, warnings=(told, *reading.warnings)))


def _belongs(page: Document, before: Sequence[Document]) -> bool:
    """Whether ``page`` has the title of the pages before it, and says what none of them says."""
    first, own = (_names(document.metadata.title) for document in (before[0], page))
    if len(first & own) < _TITLE_SHARE * min(len(first), len(own)):
        return False
    known = {text for document in before for text in _texts(document)}
    words = sum(len(text.split()) for text in _texts(page))
    return sum(len(text.split()) for text in _texts(page) if text not in known) >= _NEW_WORDS * words > 0


def _holds(whole: Document, first: Document) -> bool:
    """Whether ``whole`` has the text of the first page, and more."""
    own, all_ = _grams(first), _grams(whole)
    return len(own & all_) >= _WHOLE_SHARE * len(own) and len(all_) > len(own)


def _names(title: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(title.lower()) if not word.isdigit())


def _texts(document: Document) -> Iterator[str]:
    return (document.block(index) for index in range(len(document.blocks)))


def _grams(document: Document) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(document.text.lower())
    return frozenset(zip(words, words[1:], words[2:], words[3:], strict=False))


def _joined(read: Sequence[_Page]) -> Document:
    """One document of the pages' text, with the page as the place of each sentence; the first alone is as it was."""
    first, *further = read
    if not further:
        return first.document
    parts = _without_repeats([_pieces(page.document) for page in read])
    pieces = [
        replace(piece, locators=((0, f"p. {number}"),)) for number, part in enumerate(parts, start=1) for piece in part
    ]
    kept = sum(page.document.reading.words for page in read)
    seen = sum(page.document.reading.words / max(page.document.reading.share, 0.001) for page in read)
    told = f"The article was read from {len(read)} pages, the last of them {read[-1].resource.location}."
    warnings = dict.fromkeys((told, *(warning for page in read for warning in page.document.reading.warnings)))
    joined = compose(
        _mended(pieces),
        metadata=first.document.metadata,
        reading=replace(
            first.document.reading, share=round(min(1.0, kept / max(seen, 1)), 3), warnings=tuple(warnings)
        ),
        source=replace(first.resource, data=b"".join(page.resource.data for page in read)).hash,
    )
    # Where the page was found, since many a further page names the first one as its canonical address.
    return addressed(joined, {f"p. {number}": page.resource.location for number, page in enumerate(further, start=2)})


def _pieces(document: Document) -> list[Piece]:
    return [
        Piece(kind=block.kind, text=document.block(index), level=block.level)
        for index, block in enumerate(document.blocks)
        if block.kind not in ("paragraph", "item") or not leads_on(document.block(index))
    ]


def _without_repeats(parts: Sequence[list[Piece]]) -> list[list[Piece]]:
    """The parts without what a page repeats of those before it, and of what all end with only the last one's.

    A page often begins with the same lines as the one before it, and ends with the same notes on its author.
    """
    kept: list[list[Piece]] = []
    known: set[str] = set()
    for number, part in enumerate(parts):
        end = len(part)
        if number + 1 < len(parts):
            after = parts[number + 1]
            while end and end > len(part) - len(after) and part[end - 1].text == after[end - 1 - len(part)].text:
                end -= 1
        start = 0
        if number:
            before = parts[number - 1]
            while start < min(end, len(before)) and part[start].text == before[start].text:
                start += 1
        fresh = [
            piece for piece in part[start:end] if piece.text not in known or len(piece.text.split()) < _REPEATED_WORDS
        ]
        known.update(piece.text for piece in fresh)
        kept.append(fresh)
    return kept


def _mended(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with a paragraph that a page's end divided made whole."""
    mended: list[Piece] = []
    for piece in pieces:
        last = mended[-1] if mended else None
        if (
            last is not None
            and last.kind == piece.kind == "paragraph"
            and last.locators[-1][1] != piece.locators[0][1]
            and not _SENTENCE_END.search(last.text)
            and piece.text[:1].islower()
        ):
            places = (*last.locators, (len(last.text) + 1, piece.locators[0][1]))
            mended[-1] = replace(last, text=f"{last.text} {piece.text}", locators=places)
        else:
            mended.append(piece)
    return mended

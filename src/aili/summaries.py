"""What a person wants checked, read: any text, page or PDF, and whatever aili itself wrote, into the sentences to check.

A digest of aili's own is read bullet by bullet, since a bullet may hold more than a sentence and names its evidence, which
counts where it was made from the very document it is checked against. A page that a server of aili's shares is such a digest
too, though only its visible text is there. Everything else is extracted as a document is, and its sentences are the summary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

from aili import extractors, renderers
from aili.digest import Digest
from aili.document import Document, Resource
from aili.errors import MalformedError, ThinTextError, UsageError
from aili.extractors import ParseLimits
from aili.language import count_words, detect
from aili.verification import Summary

_KINDS = frozenset(("paragraph", "item", "quote"))
_OURS = re.compile(rb"Summarize by |aili-digest|<article id=\"digest\"")


def read_summary(resource: Resource, source: Document, *, limits: ParseLimits) -> Summary:
    """The sentences of ``resource``, which are to be checked against ``source``; one sentence is enough.

    Raises UnreadableError where there is none, or where it is JSON and no digest.
    """
    name = resource.reference if resource.reference != "-" else ""
    digest = _digest(resource)
    if digest is not None:
        return summary_of(digest, source, name=name)
    bullets = _SharedPage.bullets(resource.data) if b'<article id="digest"' in resource.data else ()
    if bullets:
        return _summary(bullets, source, name=name)
    return sentences_of(extractors.extract(resource, limits=limits), source, name=name)


def summary_of(digest: Digest, source: Document, *, name: str = "") -> Summary:
    """The abstract's sentences and the bullets of ``digest``, with their evidence where it was made from ``source``."""
    bullets = [bullet for bullet in renderers.bullets_of(digest) if _says(bullet.text)]
    same = digest.provenance.document == source.hash
    summary = _summary([bullet.text for bullet in bullets], source, name=name or digest.title, hint=digest.language)
    return replace(summary, evidence=tuple(bullet.evidence if same else () for bullet in bullets))


def sentences_of(document: Document, source: Document, *, name: str = "") -> Summary:
    """The sentences of ``document`` in its paragraphs, list items and quotations; headings and tables claim nothing."""
    numbers = [i for i, span in enumerate(document.sentences) if document.blocks[span.block].kind in _KINDS]
    texts = [" ".join(document.sentence(i).split()) for i in numbers]
    return _summary(texts, source, name=name or document.metadata.title or document.metadata.location)


def _summary(texts: Sequence[str], source: Document, *, name: str, hint: str = "") -> Summary:
    kept = tuple(text for text in texts if _says(text))
    if not kept:
        raise ThinTextError(
            f"{name or 'The summary'} holds no sentence that could be checked.",
            hint="A summary is one sentence or more, as text, Markdown, HTML, PDF or a digest of aili's.",
        )
    whole = " ".join(kept)
    # A few words do not tell a language: then it is taken to be the source's.
    language = detect(whole, hint=hint or source.metadata.language)
    return Summary(sentences=kept, language=language, name=name, words=count_words(whole))


def _says(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _digest(resource: Resource) -> Digest | None:
    """The digest that aili wrote into ``resource``, or None where it is another text."""
    data = resource.data.lstrip(b"\xef\xbb\xbf \t\r\n")
    json = data.startswith(b"{") and not resource.media_type.startswith(("text/html", "application/xhtml"))
    if not json and not _OURS.search(data[:400] if not data.startswith(b"<") else data):
        return None
    try:
        return renderers.parse(resource.data)
    except MalformedError as error:
        if json:
            raise MalformedError(
                f"{resource.reference} is JSON, but no digest that aili wrote: {error.message}",
                hint="Give a summary as text, Markdown, HTML, PDF, or a digest's own JSON.",
            ) from error
        return None  # edited by hand, or only its visible text: read as the text it is
    except UsageError:
        return None


class _SharedPage(HTMLParser):
    """Collects the bullets of a page that a server of aili's shows: elements of class *bullet*, without their marks."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._depth = 0  # of open elements within a bullet
        self._skipped = 0  # of open elements within its marks or remarks

    @classmethod
    def bullets(cls, data: bytes) -> tuple[str, ...]:
        """Texts of the bullets, in order."""
        parser = cls()
        parser.feed(data.decode("utf-8", "replace"))
        parser.close()
        return tuple(text for raw in parser.found if (text := " ".join(raw.split())))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if not self._depth:
            if "bullet" in classes:
                self.found.append("")
                self._depth = 1
            return
        if tag in ("br", "wbr", "img", "hr"):
            return
        self._depth += 1
        if self._skipped or tag == "p" or "marks" in classes:
            self._skipped += 1

    def handle_data(self, data: str) -> None:
        if self._depth and not self._skipped:
            self.found[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in ("br", "wbr", "img", "hr"):
            self._depth -= 1
            self._skipped = max(0, self._skipped - 1)

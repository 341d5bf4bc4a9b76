"""The embedded engine: digests a document on a small network in this process, with no key and nothing to download.

It never writes a claim of its own. Bullets are the document's sentences, shortened at their ends at most, with a pronoun
replaced where its noun is nearly certain; questions are formed from the parse of the sentences that answer them. For
languages other than English there is no parser, so that questions are topical and bullets verbatim.
"""

from __future__ import annotations

from collections.abc import Iterator

from aili import encoder
from aili import language as languages
from aili.answer import Inquiry, Reply
from aili.digest import Draft
from aili.document import Document
from aili.engines import EngineOptions
from aili.engines.embedded.extent import extent, fitted
from aili.engines.embedded.network import Network
from aili.engines.embedded.reading import survey
from aili.engines.embedded.writing import abstract, sections
from aili.errors import EngineError, UsageError

VERSION = "1"


class EmbeddedEngine:
    """``embedded``: same document, same bytes. Costs nothing, so nothing of it is cached."""

    name = "embedded"
    version = VERSION
    costly = False

    def __init__(self, model: str, options: EngineOptions) -> None:
        if model:
            raise EngineError("The embedded engine has one model.", hint="Write -m embedded.")
        self._options = options
        self._extent = extent(options.length)

    def prepare(self) -> None:
        """Load the network (about 0.2 s the first time)."""
        self._encoder()

    def draft(self, document: Document, *, language: str = "") -> Iterator[Draft]:
        """Yield one complete draft of ``document``; raises EngineError where it holds no sentence to rest a bullet on."""
        if not document.sentences:
            raise EngineError("The document has no text to digest.", hint="See what was read with aili read.")
        own = document.metadata.language or languages.detect(document.text)
        words = languages.phrases(own)
        network = Network(self._encoder()) if own == "en" else None
        surveyed = survey(document, language=own, network=network, max_words=self._options.max_words)
        length = fitted(self._extent, surveyed.words)
        made, names, pools = sections(surveyed, network, words, length)
        if not made and network is not None:  # no sentence stands alone for certain: verbatim, under plain questions
            made, names, pools = sections(surveyed, None, words, length)
        if not made:
            name = document.metadata.location or document.metadata.title or "The text"
            raise EngineError(
                f"{name} has no sentence that a digest could rest on.",
                hint="See what was read with aili read.",
            )
        yield Draft(
            abstract=abstract(surveyed, names, pools, words, length),
            sections=made,
            language=own,
            engine=self.name,
            version=self.version,
            share=surveyed.share,
            notes=_notes(own, language, words.language, surveyed.share, surveyed.words),
        )

    def answer(self, document: Document, inquiry: Inquiry, *, language: str = "") -> Iterator[Reply]:
        """Yield one complete reply to ``inquiry``, without bullets where the document does not say.

        Raises UsageError for a question in another language than the document's.
        """
        from aili.engines.embedded.answering import answer, foreign  # 15 ms, of no use to a digest

        own = document.metadata.language or languages.detect(document.text)
        if other := foreign(inquiry.question, own):
            raise UsageError(
                f"The question is in another language ({other}) than the document ({own}).",
                hint=f"Ask in {own}, or name a language model with -m.",
            )
        found = answer(document, inquiry, language=own, network=Network(self._encoder()) if own == "en" else None)
        yield Reply(
            bullets=found.bullets,
            language=own,
            engine=self.name,
            version=self.version,
            read_as=found.read_as,
            notes=_notes(own, language, own, 1.0, 0),
        )

    def _encoder(self) -> encoder.Encoder:
        return encoder.load(threads=self._options.threads or None)


def _notes(own: str, wanted: str, labels: str, share: float, words: int) -> tuple[str, ...]:
    notes = []
    if wanted and wanted != own:
        notes.append(
            f"The embedded engine does not translate: this is in the document's own language ({own}), not in {wanted}."
        )
    if labels != own:
        notes.append(
            f"aili does not know the language of this document ({own or 'unknown'}): labels and questions are in English."
        )
    if share < 0.995:
        notes.append(f"Only the first {words:,} words were read ({share:.0%} of the text).")
    return tuple(notes)

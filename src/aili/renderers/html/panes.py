"""A digest with what it rests on beside it: the body of the single-file page, and of the web app's pages."""

from __future__ import annotations

from aili.digest import Digest
from aili.document import Document
from aili.errors import UsageError
from aili.language import phrases
from aili.phrases import direction
from aili.renderers.html.content import article, cited_numbers, text_of
from aili.renderers.html.marking import Places
from aili.renderers.html.original import evidence_pane, original_pane

_NONE: Places = {}


def panes(digest: Digest, document: Document | None, *, places: Places = _NONE) -> str:
    """Markup for ``assets/page.css`` and ``page.js``: the digest, then ``document`` or else the cited sentences.

    ``places`` of the sentences are marked as what their bullets say too. Every text in it is escaped. Raises UsageError
    where ``document`` is not the one that the digest was made from.
    """
    if document and digest.provenance.document not in ("", document.hash):
        raise UsageError(
            "The document is not the one that this digest was made from; its sentences are numbered otherwise.",
            hint="Give the document that the pipeline returned with the digest, or none.",
        )
    words = phrases(digest.language)
    pane = original_pane(digest, document, words, places) if document else evidence_pane(digest, words, places)
    language = text_of(digest.language) or "en"
    return (
        f'<div class="{"panes" if pane else "alone"}" lang="{language}" dir="{direction(digest.language)}">\n'
        f"{article(digest, words, cited_numbers(digest, document))}\n{pane}\n</div>"
    )

"""The names, numbers, dates and quotations of a digest's bullets, as places in the sentences that these rest on."""

from __future__ import annotations

from collections import defaultdict

from aili.digest import Digest
from aili.document import Document
from aili.renderers import bullets_of
from aili.renderers.html.marking import Place, Places
from aili.verification import matches


def places(digest: Digest, document: Document | None) -> Places:
    """Where the evidence that a page shows says what the bullets say, by the evidence's ids.

    A citation that is not the document's sentence of that number, as an imported digest may have one, has no places.
    """
    found: defaultdict[int, list[Place]] = defaultdict(list)
    for number, bullet in enumerate(bullets_of(digest), 1):
        for span in matches(bullet, digest):
            cited = digest.citation(span.sentence)
            if cited and (document is None or _stands(cited.id, cited.text, document)):
                place = Place(span.source_start - cited.start, span.source_end - cited.start, number)
                found[cited.id].append(place)
    return dict(found)


def _stands(number: int, text: str, document: Document) -> bool:
    return number < len(document.sentences) and document.sentence(number) == text

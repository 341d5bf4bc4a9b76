"""Extraction of HTML: the door, which sends the page to the sandbox and takes the Document back.

Everything else in this folder runs in the sandbox's worker, so that a page that hangs, crashes or bloats its parser costs
one worker, and so that lxml and trafilatura (0.25 s to import) load while the parent loads its engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from aili import codec, sandbox
from aili.document import Document, Resource
from aili.extractors import ParseLimits


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What the worker needs: the resource and how many words are worth a digest."""

    resource: Resource
    min_words: int


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that an HTML page holds; raises UnreadableError (see ``aili.extractors.extract``)."""
    page = Page(resource=resource, min_words=limits.min_words)
    return codec.decode(sandbox.run("aili.extractors.html.page:parse", codec.encode(page), limits=limits), Document)

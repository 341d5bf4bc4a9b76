"""Extraction of RTF: the door, which sends the file to the sandbox and takes the Document back."""

from __future__ import annotations

from aili.document import Document, Resource
from aili.extractors import ParseLimits, sandboxed


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that an RTF file holds; raises UnreadableError (see ``aili.extractors.extract``)."""
    return sandboxed("aili.extractors.rtf.file:parse", resource, limits=limits)

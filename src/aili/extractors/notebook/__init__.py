"""Extraction of Jupyter notebooks: the door, which takes their Markdown from the sandbox and reads it as Markdown."""

from __future__ import annotations

from aili.document import Document, Resource
from aili.extractors import ParseLimits, unwrapped


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that a notebook's Markdown cells hold; raises UnreadableError (see ``aili.extractors.extract``)."""
    return unwrapped("aili.extractors.notebook.cells:parse", resource, limits=limits)

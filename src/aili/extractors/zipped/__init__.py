"""Extraction of books and office files, which are XML in a ZIP container: the doors, which send them to the sandbox.

Everything else in this folder runs in the sandbox's worker: container (members read within bounds, XML without entities),
and a module or more for each format.
"""

from __future__ import annotations

from aili.document import Document, Resource
from aili.extractors import ParseLimits, sandboxed


def extract_epub(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that an EPUB book holds.

    Raises RefusedError where it is protected against copying, MalformedError where it is damaged, and UnreadableError
    otherwise (see ``aili.extractors.extract``).
    """
    return sandboxed("aili.extractors.zipped.epub:parse", resource, limits=limits)


def extract_docx(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that a Word file (Office Open XML) holds; raises UnreadableError (see ``aili.extractors.extract``)."""
    return sandboxed("aili.extractors.zipped.docx:parse", resource, limits=limits)


def extract_odt(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that an OpenDocument text holds.

    Raises PasswordError where it is encrypted, and UnreadableError otherwise (see ``aili.extractors.extract``).
    """
    return sandboxed("aili.extractors.zipped.odt:parse", resource, limits=limits)


def extract_pptx(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that slides (Office Open XML) hold; raises UnreadableError (see ``aili.extractors.extract``)."""
    return sandboxed("aili.extractors.zipped.pptx:parse", resource, limits=limits)


def extract_odp(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that OpenDocument slides hold.

    Raises PasswordError where they are encrypted, and UnreadableError otherwise (see ``aili.extractors.extract``).
    """
    return sandboxed("aili.extractors.zipped.odp:parse", resource, limits=limits)

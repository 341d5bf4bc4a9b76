"""Extraction of subtitles (WebVTT, SubRip): the door, which sends them to the sandbox.

cues (what is shown, and when) → speech (said once, by whom) → transcript (paragraphs, with the times as places).
"""

from __future__ import annotations

from aili.document import Document, Resource
from aili.extractors import ParseLimits, sandboxed


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that subtitles hold; raises UnreadableError (see ``aili.extractors.extract``)."""
    return sandboxed("aili.extractors.subtitles.transcript:parse", resource, limits=limits)

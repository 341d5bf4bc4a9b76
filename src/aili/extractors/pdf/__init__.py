"""Extraction of PDF: the door, which sends the file to the sandbox and takes the Document back.

Everything else in this folder runs in the sandbox's worker, one stage a module: glyphs (characters as they were set) →
furniture (running heads and page numbers off) → layout (reading order) → paragraphs (lines joined) → blocks (what each is).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aili import codec, sandbox
from aili.document import Document, Resource
from aili.extractors import ParseLimits


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """What the worker needs: the resource, how many words are worth a digest, and the password, empty for none."""

    resource: Resource
    min_words: int
    password: str = field(default="", repr=False)


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that a PDF file holds.

    Raises PasswordError where it is encrypted and ``limits.password`` does not open it, ScanError where it holds pictures
    of pages, and UnreadableError otherwise (see ``aili.extractors.extract``).
    """
    file = File(resource=resource, min_words=limits.min_words, password=limits.password)
    return codec.decode(sandbox.run("aili.extractors.pdf.file:parse", codec.encode(file), limits=limits), Document)

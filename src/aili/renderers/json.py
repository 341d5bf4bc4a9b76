"""A digest as canonical JSON laid out for people; reading it back gives the same value, to the last field."""

from __future__ import annotations

from aili import codec
from aili.digest import Digest
from aili.document import Document
from aili.renderers import Options, Renderer


def _write(digest: Digest, _document: Document | None, _options: Options) -> str:
    return codec.encode(digest, indent=2).decode() + "\n"


def _read(text: str) -> Digest:
    return codec.decode(text.lstrip("\ufeff"), Digest)


RENDERER = Renderer(write=_write, read=_read)

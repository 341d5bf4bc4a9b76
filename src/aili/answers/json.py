"""An answer as canonical JSON laid out for people."""

from __future__ import annotations

from aili import codec
from aili.answer import Answer
from aili.renderers import Options


def write(answer: Answer, _options: Options) -> str:
    """The whole value, as ``codec.decode`` reads it back."""
    return codec.encode(answer, indent=2).decode() + "\n"

"""An answer as plain text: bullets with the numbers of their sentences, and those sentences where they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from aili.answer import Answer
from aili.answers import SILENT, evidence, remarks
from aili.renderers import Options, line


def write(answer: Answer, options: Options) -> str:
    """The answer; the evidence in full with ``options.evidence``."""
    return "\n".join(_lines(answer, options)) + "\n"


def _lines(answer: Answer, options: Options) -> Iterator[str]:
    if answer.read_as:
        yield f"Read as: {line(answer.read_as)}"
    if not answer.said:
        yield SILENT
    for bullet in answer.bullets:
        numbers = "".join(f"[{number + 1}]" for number in sorted(bullet.evidence))
        yield f"• {line(bullet.text)} {numbers}".rstrip()
        if options.evidence:
            yield from (f"  [{citation.id + 1}] {line(citation.text)}" for citation in evidence(answer, bullet))
    yield from (f"Note: {remark}" for remark in remarks(answer))

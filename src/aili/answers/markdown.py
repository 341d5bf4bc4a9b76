"""An answer as Markdown: the question as a heading, bullets with their sentences quoted beneath."""

from __future__ import annotations

from collections.abc import Iterator

from aili.answer import Answer
from aili.answers import SILENT, address, evidence, remarks, source
from aili.renderers import MARKS, Options
from aili.renderers.markdown.escaping import escaped, place_of


def write(answer: Answer, _options: Options) -> str:
    """The answer; every text in it is escaped."""
    place = address(answer)
    title = escaped(source(answer))
    blocks = [f"# {escaped(answer.question)}", f"From: [{title}](<{place}>)" if place else f"From: {title}"]
    if answer.read_as:
        blocks.append(f"Read as: {escaped(answer.read_as)}")
    blocks += [f"> **Note:** {escaped(remark)}" for remark in remarks(answer)]
    blocks.append("\n".join(_bullets(answer)) if answer.said else SILENT)
    return "\n\n".join(blocks) + "\n"


def _bullets(answer: Answer) -> Iterator[str]:
    for bullet in answer.bullets:
        mark = MARKS[bullet.verdict] if bullet.verdict else ""
        yield f"- {escaped(bullet.text)} {mark}".rstrip()
        for citation in evidence(answer, bullet):
            yield f"  > [{citation.id + 1}] {escaped(citation.text)}{place_of(citation)}"
            yield "  >"

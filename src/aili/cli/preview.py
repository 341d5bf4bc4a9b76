"""A digest while a model writes it, as lines for a terminal: what stands so far, not yet the checked digest."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from aili.digest import Draft
from aili.renderers import join_sentences, line


def preview(draft: Draft, *, width: int) -> list[str]:
    """The lines of ``draft``, none wider than ``width`` columns and none with a control character in it."""
    console = Console(width=max(20, width), color_system=None, legacy_windows=False)
    rows: list[str] = []
    for indent, text in _paragraphs(draft):
        wrapped = Text(text).wrap(console, console.width - len(indent))
        rows += [
            f"{indent if not number else ' ' * len(indent)}{row.plain.rstrip()}" for number, row in enumerate(wrapped)
        ]
    return rows


def _paragraphs(draft: Draft) -> Iterator[tuple[str, str]]:
    if draft.abstract:
        yield "", join_sentences((bullet.text for bullet in draft.abstract), draft.language)
    for number, section in enumerate(draft.sections, 1):
        yield "", ""
        yield f"[{number:02d}] ", line(section.heading)
        for position, question in enumerate(section.questions, 1):
            yield f"{position}. ", line(question.text)
            for bullet in question.bullets:
                yield "  • ", line(bullet.text)

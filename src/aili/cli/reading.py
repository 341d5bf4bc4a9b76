"""Shows a Document to a person: with numbered sentences, as its text alone (plain or Markdown), or as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from aili import codec
from aili.document import Block, Document
from aili.grid import cells

FORMATS = {".md": "markdown", ".markdown": "markdown", ".txt": "text", ".json": "json"}


def show_document(document: Document, format_: str) -> str:
    """``document`` as ``numbered`` sentences (from 1), ``markdown``, ``text`` or ``json``."""
    return _SHOW[format_](document)


def _json(document: Document) -> str:
    return codec.encode(document, indent=2).decode()


def _numbered(document: Document) -> str:
    metadata = document.metadata
    facts = [
        *(f"- {name}: {value}" for name, value in _facts(document) if value),
        *(f"- Warning: {warning}" for warning in document.reading.warnings),
    ]
    blocks = (_prefix(block) + text for block, text in zip(document.blocks, _sentences(document), strict=True))
    return "\n\n".join([f"# {metadata.title or 'Untitled'}", "\n".join(facts), *blocks])


def _markdown(document: Document) -> str:
    from aili.renderers.markdown.escaping import escaped  # here: numbered sentences need none of it

    parts = [f"# {escaped(document.metadata.title)}"] if document.metadata.title.strip() else []
    for index, block in enumerate(document.blocks):
        text = document.block(index)
        if block.kind == "table" and (table := _table(text.split("\n"), partial(escaped, inside=True))):
            parts.append(table)
        elif block.kind in ("code", "table"):
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            parts.append(f"{fence}\n{text}\n{fence}")
        else:
            lead = _prefix(block)
            gap = "\\\n" + (">" if block.kind == "quote" else " " * len(lead)).ljust(len(lead))
            parts.append(lead + gap.join(map(escaped, text.split("\n"))))
    return "\n\n".join(parts)


def _table(rows: Sequence[str], escaped: Callable[[str], str]) -> str:
    """A table of Markdown, whose first row is its head; empty where there is but one row or column."""
    table = [[escaped(row[start:end]) for start, end in cells(row)] for row in rows]
    width = max(map(len, table))
    if len(table) < 2 or width < 2:
        return ""
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in table]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _text(document: Document) -> str:
    return "\n\n".join([*filter(None, (document.metadata.title,)), document.text])


def _facts(document: Document) -> Iterator[tuple[str, str]]:
    metadata, reading = document.metadata, document.reading
    yield "Source", metadata.location
    yield "Site", metadata.site
    yield "Author", ", ".join(metadata.authors)
    yield "Published", metadata.published
    yield "Language", metadata.language
    yield (
        "Read",
        f"{reading.words:,} words in {len(document.sentences):,} sentences, {reading.share:.0%} of the visible text",
    )


def _sentences(document: Document) -> Iterator[str]:
    """The sentences of each block, each after its number."""
    numbered: dict[int, list[str]] = {}
    for number, sentence in enumerate(document.sentences):
        numbered.setdefault(sentence.block, []).append(f"[{number + 1}] {document.sentence(number)}")
    for index in range(len(document.blocks)):
        yield " ".join(numbered.get(index, ()))


def _prefix(block: Block) -> str:
    match block.kind:
        case "heading":
            return "#" * min(max(block.level, 1) + 1, 6) + " "
        case "item":
            return "  " * (max(block.level, 1) - 1) + "- "
        case "quote":
            return "> "
        case _:
            return ""


_SHOW: dict[str, Callable[[Document], str]] = {
    "numbered": _numbered,
    "markdown": _markdown,
    "text": _text,
    "json": _json,
}

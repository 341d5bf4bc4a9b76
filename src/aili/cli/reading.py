"""Shows a Document to a person: as Markdown or text with numbered sentences, or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aili import codec
from aili.document import Block, Document

FORMATS = {".md": "markdown", ".markdown": "markdown", ".txt": "text", ".json": "json"}


def show_document(document: Document, format_: str) -> str:
    """``document`` as ``markdown``, ``text`` or ``json``; sentences are numbered from 1 in the first two."""
    return _SHOW[format_](document)


def _json(document: Document) -> str:
    return codec.encode(document, indent=2).decode()


def _markdown(document: Document) -> str:
    metadata = document.metadata
    facts = [
        *(f"- {name}: {value}" for name, value in _facts(document) if value),
        *(f"- Warning: {warning}" for warning in document.reading.warnings),
    ]
    return "\n\n".join([f"# {metadata.title or 'Untitled'}", "\n".join(facts), *_blocks(document, markdown=True)])


def _text(document: Document) -> str:
    return "\n\n".join([document.metadata.title or "Untitled", *_blocks(document, markdown=False)])


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


def _blocks(document: Document, *, markdown: bool) -> Iterator[str]:
    numbered: dict[int, list[str]] = {}
    for number, sentence in enumerate(document.sentences, 1):
        text = document.text[sentence.start : sentence.end]
        numbered.setdefault(sentence.block, []).append(f"[{number}] {text}")
    for index, block in enumerate(document.blocks):
        text = " ".join(numbered.get(index, ()))
        yield (_prefix(block) if markdown else "") + text


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


_SHOW: dict[str, Callable[[Document], str]] = {"json": _json, "markdown": _markdown, "text": _text}

"""A Jupyter notebook (nbformat 3 and 4) becomes Markdown: its cells of text one after another; in the sandbox.

Own code: nbformat would bring jsonschema, traitlets and jupyter-core for what is a list in a JSON file.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from aili import codec
from aili.decoding import decode
from aili.document import Metadata
from aili.errors import EmptyError, MalformedError
from aili.extractors import Content, Task, set_aside
from aili.language import count_words

_FENCE = re.compile(r"^ {0,3}(?:```+|~~~+)", re.MULTILINE)
_TEXT = ("markdown", "heading", "html")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell of any kind; ``level`` is that of a heading cell (nbformat 3)."""

    cell_type: str
    source: str | list[str] = ""
    level: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A list of cells (nbformat 3)."""

    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Notebook:
    """What is read of a notebook."""

    cells: list[Cell] = field(default_factory=list)
    worksheets: list[Sheet] = field(default_factory=list)
    metadata: dict[str, object] = field(default_factory=dict)


def parse(data: bytes) -> bytes:
    """From a ``Task`` to a ``Content``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, Task)))


def read(task: Task) -> Content:
    """The Markdown of a notebook; raises MalformedError where it is none, EmptyError where it has code only."""
    name = task.resource.reference
    decoded = decode(task.resource.data, charset=task.resource.charset, name=name)
    try:
        notebook = codec.decode(decoded.text.lstrip("\ufeff"), Notebook)
    except MalformedError as error:
        raise MalformedError(
            f"{name} is no Jupyter notebook: {error.message}", hint="Try another copy of it."
        ) from error
    cells = [*notebook.cells, *(cell for sheet in notebook.worksheets for cell in sheet.cells)]
    texts: list[str] = []
    aside: Counter[str] = Counter()
    code_words = 0
    for at, cell in enumerate(cells):
        text = cell.source if isinstance(cell.source, str) else "".join(cell.source)
        if cell.cell_type in _TEXT or (at == 0 and cell.cell_type == "raw" and text.startswith("---\n")):
            texts.append(_closed(text, cell))
        elif text.strip():
            aside["code cell" if cell.cell_type == "code" else "raw cell"] += 1
            code_words += count_words(text)
    if cells and not any(text.strip() for text in texts):
        raise EmptyError(
            f"{name} holds code and no text.", hint="Only Markdown cells are read; is it the right notebook?"
        )
    whole = "\n\n".join(texts)
    words = count_words(whole)
    return Content(
        text=whole.encode("utf-8", "replace").decode("utf-8"),
        media_type="text/markdown",
        metadata=_metadata(notebook.metadata),
        share=round(words / max(1, words + code_words), 3),
        warnings=(*decoded.warnings, *set_aside(aside)),
    )


def _closed(text: str, cell: Cell) -> str:
    """The cell's text; what it leaves open must not swallow the next cell."""
    if cell.cell_type == "heading":
        return f"{'#' * max(1, min(6, cell.level))} {' '.join(text.split())}"
    return f"{text}\n```" if len(_FENCE.findall(text)) % 2 else text


def _metadata(said: dict[str, object]) -> Metadata:
    title = said.get("title")
    people = said.get("authors")
    names: list[str] = []
    for one in people if isinstance(people, list) else []:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str) and name.strip():
            names.append(" ".join(name.split()))
    return Metadata(
        title=" ".join(title.split()) if isinstance(title, str) else "", authors=tuple(dict.fromkeys(names))
    )

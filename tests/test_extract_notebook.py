"""A Jupyter notebook becomes the text of its Markdown cells; code is set aside and counted."""

from __future__ import annotations

import json

import pytest

from aili import sources
from aili.document import Document, Resource
from aili.errors import AiliError, EmptyError, MalformedError
from aili.extractors import ParseLimits, extract
from tests.zip_files import PROSE


def cell(text: str | list[str], kind: str = "markdown") -> dict[str, object]:
    return {"cell_type": kind, "metadata": {}, "source": text, "outputs": []}


def notebook(*cells: dict[str, object], **metadata: object) -> bytes:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


def read(data: bytes, *, name: str = "x.ipynb", declared: str = "") -> Document:
    kind = sources.media_type(data, name=name, declared=declared)
    assert kind == "application/x-ipynb+json"
    resource = Resource(data=data, media_type=kind, reference="x.ipynb", location="folder/x.ipynb")
    return extract(resource, limits=ParseLimits(min_words=5))


def test_markdown_is_read_and_code_is_set_aside_and_told() -> None:
    document = read(
        notebook(
            cell("# Storm\n\n" + PROSE[0]),
            cell("x = 1", "code"),
            cell(["## Pier\n", "\n", PROSE[1]]),
            cell("y", "code"),
        )
    )
    assert document.metadata.title == "Storm"
    assert [(block.kind, document.block(at)) for at, block in enumerate(document.blocks)] == [
        ("paragraph", PROSE[0]), ("heading", "Pier"), ("paragraph", PROSE[1]),
    ]  # fmt: skip
    assert document.reading.warnings == ("Set aside: 2 code cells.",)
    assert document.reading.share < 1
    assert document.metadata.location == "x.ipynb"


def test_what_a_cell_leaves_open_does_not_swallow_the_next() -> None:
    document = read(notebook(cell(f"{PROSE[0]}\n\n```python\nx = 1"), cell(PROSE[1])))
    assert [block.kind for block in document.blocks] == ["paragraph", "code", "paragraph"]


def test_title_and_authors_come_from_the_metadata_or_the_front_matter() -> None:
    document = read(notebook(cell("\n".join(PROSE)), title="The Pier", authors=[{"name": "Ada Berg"}, "Tor Eklund", 3]))
    assert (document.metadata.title, document.metadata.authors) == ("The Pier", ("Ada Berg", "Tor Eklund"))
    document = read(notebook(cell("\n".join(PROSE)), title="The\x07 \u200bpier", authors=["Ada\x00 Berg"]))
    assert (document.metadata.title, document.metadata.authors) == ("The pier", ("Ada Berg",))
    document = read(notebook(cell("---\ntitle: The Pier\nauthor: Ada Berg\n---\n", "raw"), cell("\n".join(PROSE))))
    assert (document.metadata.title, document.metadata.authors) == ("The Pier", ("Ada Berg",))


def test_the_older_form_is_read() -> None:
    old = {
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 2, "source": "Pier"},
                    cell(PROSE[0]),
                    {"cell_type": "code", "input": "x"},
                ]
            }
        ]
    }
    document = read(json.dumps({"metadata": {}, "nbformat": 3, **old}).encode())
    assert document.text == f"Pier\n\n{PROSE[0]}"


@pytest.mark.parametrize(
    ("name", "declared"),
    [("", ""), ("a.json", "application/json"), ("x.ipynb", "text/plain"), ("", "application/json")],
)
def test_a_notebook_is_known_by_its_name_or_its_cells(name: str, declared: str) -> None:
    assert PROSE[0] in read(notebook(cell(PROSE[0])), name=name, declared=declared).text


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (notebook(cell("x = 1", "code")), EmptyError),
        (notebook(), EmptyError),
        (b'{"cells": [', MalformedError),
        (b'{"cells": 3}', MalformedError),
        (b"[" * 100_000, MalformedError),
        (b'{"cells": [{"cell_type": "markdown", "source": ' + b"[" * 50_000, MalformedError),
    ],
)
def test_a_notebook_that_cannot_be_read_says_why_and_what_to_do(data: bytes, error: type[AiliError]) -> None:
    with pytest.raises(error, match=r"x\.ipynb") as raised:
        read(data)
    assert raised.value.hint

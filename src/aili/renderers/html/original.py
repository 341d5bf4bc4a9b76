"""The pane beside a digest: the original with its sentences numbered, or the cited sentences where only these are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from aili.digest import Digest
from aili.document import Block, Document
from aili.grid import cells
from aili.language import Phrases
from aili.phrases import direction
from aili.renderers import bullets_of, place_address, plain, web_address
from aili.renderers.html.content import place_of, text_of, there
from aili.renderers.html.marking import Places, marked

_ELEMENTS = {"quote": "blockquote", "code": "pre", "caption": "p", "paragraph": "p", "item": "li"}


def evidence_pane(digest: Digest, words: Phrases, places: Places) -> str:
    """The cited sentences as a list in the order of the document; empty where the digest carries none."""
    if not digest.citations:
        return ""
    numbers = sorted({citation.id for citation in digest.citations})
    items = "\n".join(_citation(digest, number, places) for number in numbers)
    return _pane(words.evidence, f'<ul class="citations">\n{items}\n</ul>')


def _citation(digest: Digest, number: int, places: Places) -> str:
    citation = digest.citation(number)
    text = citation.text if citation else ""
    told = marked(text, places[number]) if number in places else text_of(text)
    where = (
        f"{there(digest.location, citation)}{place_of(citation.locator, place_address(citation))}" if citation else ""
    )
    return f'<li id="s{number + 1}" class="sentence cited">{_number(number)}{told}{where}</li>'


def original_pane(digest: Digest, document: Document, words: Phrases, places: Places) -> str:
    """The document's blocks, every sentence with its number and an anchor."""
    cited = {number for bullet in bullets_of(digest) for number in bullet.evidence}
    language = document.metadata.language or digest.language
    body = "\n".join(_blocks(document, cited, places))
    return _pane(words.original, f'<div lang="{text_of(language)}" dir="{direction(language)}">\n{body}\n</div>')


def _pane(title: str, body: str) -> str:
    return f"""<section id="evidence" tabindex="0" aria-labelledby="evidence-title">
<div class="panehead">
<h2 id="evidence-title">{text_of(title)}</h2>
<button id="close" type="button" lang="en" hidden>Close</button>
</div>
{body}
</section>"""


def _number(number: int) -> str:
    return f'<a class="n" href="#s{number + 1}" tabindex="-1" aria-hidden="true">{number + 1}</a>'


def _blocks(document: Document, cited: set[int], places: Places) -> Iterator[str]:
    sentences: dict[int, list[int]] = {}
    for number, sentence in enumerate(document.sentences):
        sentences.setdefault(sentence.block, []).append(number)
    inside_list, rank = False, 2
    for index, block in enumerate(document.blocks):
        if (block.kind == "item") != inside_list:
            inside_list = not inside_list
            yield "<ul>" if inside_list else "</ul>"
        if block.kind == "heading":
            rank = max(3, min(block.level + 2, rank + 1, 6))  # without gaps: a screen reader's outline is a tree
        if block.kind == "table":
            yield _table(document, sentences.get(index, []), cited, places)
            continue
        element = f"h{rank}" if block.kind == "heading" else _ELEMENTS[block.kind]
        body = "".join(_parts(document, block, sentences.get(index, []), cited, places))
        yield f'<{element} class="{block.kind}">{body}</{element}>'
    if inside_list:
        yield "</ul>"


def _table(document: Document, numbers: Sequence[int], cited: set[int], places: Places) -> str:
    """A table whose rows are the block's sentences, each with its number and an anchor; it scrolls where it is wide."""
    rows = [(number, list(cells(document.sentence(number)))) for number in numbers]
    width = max((len(row) for _, row in rows), default=1)
    lines = "\n".join(_row(document, number, row, cited, places, width=width) for number, row in rows)
    return f'<div class="table" tabindex="0" role="group"><table>\n{lines}\n</table></div>'


def _row(
    document: Document, number: int, row: Sequence[tuple[int, int]], cited: set[int], places: Places, *, width: int
) -> str:
    text = document.sentence(number)
    told = [
        marked(text[start:end], [place._replace(start=place.start - start, end=place.end - start) for place in found])
        for start, end in row
        for found in [[place for place in places.get(number, ()) if place.start < end and start < place.end]]
    ]
    told[0] = f"{_number(number)}{told[0]}"
    told[-1] += _turn(document, number)
    over = f' colspan="{width}"' if len(row) == 1 < width else ""
    told += [""] * (width - len(told) if len(told) > 1 else 0)
    kind = "sentence cited" if number in cited else "sentence"
    return f'<tr id="s{number + 1}" class="{kind}">{" ".join(f"<td{over}>{cell}</td>" for cell in told)}</tr>'


def _parts(document: Document, block: Block, numbers: list[int], cited: set[int], places: Places) -> Iterator[str]:
    """A block's text, every character of it, with its sentences wrapped."""
    position = block.start
    for number in numbers:
        span = document.sentences[number]
        yield _text(document.text[position : span.start])
        kind = "sentence cited" if number in cited else "sentence"
        text = marked(document.text[span.start : span.end], places.get(number, ()))
        yield f'<span id="s{number + 1}" class="{kind}">{_number(number)}{text}</span>{_turn(document, number)}'
        position = span.end
    yield _text(document.text[position : block.end])


def _turn(document: Document, number: int) -> str:
    """The place that the next sentence stands at, where that is another one."""
    if not document.locators or number + 1 == len(document.sentences):
        return ""
    here, after = (document.sentences[at].start for at in (number, number + 1))
    label = document.locator(after)
    return place_of(label, web_address(document.address(after) or "")) if label != document.locator(here) else ""


def _text(text: str) -> str:
    return escape(plain(text))

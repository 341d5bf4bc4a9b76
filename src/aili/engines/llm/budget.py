"""How much of a document fits into one request: lines of numbered sentences, their tokens, and the parts they make.

No tokenizer is asked: providers do not publish theirs, and a wrong one is worse than a safe estimate. Three bytes of UTF-8 a
token and one token a digit is above what the tokenizers in use need for any script (English has some 4.3 bytes a token,
Chinese about 4; Qwen and Gemma write a token for each digit).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aili.document import Document

BYTES_A_TOKEN = 3
LOCAL_WINDOW, HOSTED_WINDOW = (
    4096,
    32_768,
)  # where nothing is known: what Ollama gives a model, what every provider's has
LEAST_WINDOW = 1024
_NUMBER_TOKENS = 4  # a line's number, its mark and its end


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a prompt: sentences ``ids`` may be cited from it; ``tokens`` is a safe estimate. ``block`` is its block's
    index."""

    text: str
    ids: tuple[int, ...]
    tokens: int
    block: int = -1


def tokens(text: str) -> int:
    """At most so many tokens has ``text``."""
    digits = sum(character.isdigit() for character in text)
    return digits + (len(text.encode("utf-8", "replace")) - digits) // BYTES_A_TOKEN + 1


def lines(document: Document, orders: frozenset[int]) -> Iterator[Line]:
    """The document's sentences as lines, numbered from 1; headings are shown and cannot be cited, orders are not shown.

    A mark stands after the number only where a digit follows: it would be a token more for each sentence.
    """
    for number, sentence in enumerate(document.sentences):
        if number not in orders:
            text = " ".join(document.sentence(number).split())
            heading = document.blocks[sentence.block].kind == "heading"
            yield Line(
                text=f"# {text}" if heading else f"{number + 1}{':' * text[:1].isdigit()} {text}",
                ids=() if heading else (number,),
                tokens=tokens(text) + _NUMBER_TOKENS,
                block=sentence.block,
            )


def parts(given: Iterable[Line], room: int) -> list[list[Line]]:
    """The lines in runs of at most ``room`` tokens, none cut and none left out; a run ends with a block where it can.

    A line that has more than ``room`` tokens is a run of its own.
    """
    made: list[list[Line]] = []
    for block in _blocks(given):
        size = _size(block)
        if made and _size(made[-1]) + size <= room:
            made[-1].extend(block)
        elif size <= room:
            made.append(block)
        else:
            made.extend(_split(block, room))
    return made


def _size(run: Sequence[Line]) -> int:
    return sum(line.tokens for line in run)


def _blocks(given: Iterable[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in given:
        if block and line.block != block[-1].block:
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _split(block: Sequence[Line], room: int) -> Iterator[list[Line]]:
    run: list[Line] = []
    for line in block:
        if run and _size(run) + line.tokens > room:
            yield run
            run = []
        run.append(line)
    yield run

"""From what a model wrote to values: whatever stands around the JSON is passed over, and what is broken off is read so far.

Models think aloud in ``<think>``, greet, fence their JSON and run out of tokens; servers without grammars let them. An
answer is read while it grows in the same way as when it is over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic_core import from_json

from aili.digest import Bullet, Question, Section
from aili.engines.llm.schemas import LONGEST

State = Literal["whole", "broken off", "empty", "refused", "no JSON"]

_THINKING = re.compile(r"<(think|thinking|reasoning|thought)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_START = re.compile(r"\{\s*\"(?:abstract|sections|bullets|said)\"")
_REFUSAL = re.compile(
    r"\b(?:I(?:'m| am) (?:sorry|unable|not able)|I (?:can(?:'|no)?t|cannot|won't|will not|must decline)|as an AI\b"
    r"|es tut mir leid|je suis désolé|lo siento|non posso|não posso)",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{1,7}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a model proposes so far; ``bullets`` only in replies that have no sections (notes, answers and corrections).

    ``said`` is what an answer says of the text, whether it answers the question; None where nothing of the kind is written.
    """

    abstract: tuple[Bullet, ...] = ()
    sections: tuple[Section, ...] = ()
    bullets: tuple[Bullet, ...] = ()
    numbers: tuple[int, ...] = ()  # of ``bullets``, where each answers to one that was asked about
    said: bool | None = None
    state: State = "whole"


def read(text: str) -> Reply:
    """The reply in ``text``; ids become those of the document (from 0), and what is unfinished is left out."""
    plain = _THINKING.sub("", text).rpartition("</think>")[2].strip()  # some templates open the thinking themselves
    if not plain:
        return Reply(state="empty")
    start = _START.search(plain)
    at = start.start() if start else plain.find("{")
    if at < 0:
        return Reply(state="refused" if _REFUSAL.search(plain[:400]) else "no JSON")
    table, whole = _parsed(plain[at:])
    if not isinstance(table, dict):
        return Reply(state="no JSON")
    bullets = [(number, bullet) for number, bullet in _bullets(table.get("bullets"))]
    said = table.get("said")
    return Reply(
        abstract=tuple(bullet for _, bullet in _bullets(table.get("abstract"))),
        sections=tuple(_sections(table.get("sections"))),
        bullets=tuple(bullet for _, bullet in bullets),
        numbers=tuple(number for number, _ in bullets),
        said=said if isinstance(said, bool) else None,
        state="whole" if whole else "broken off",
    )


def _parsed(text: str) -> tuple[Any, bool]:
    """The value that ``text`` begins with, as far as it goes, and whether that is all of it."""
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        try:
            return from_json(text, allow_partial=True), False
        except ValueError:
            return None, False
    return value, True


def _sections(value: object) -> Iterator[Section]:
    for entry in _tables(value):
        questions = tuple(
            Question(text=_line(question.get("question")), bullets=tuple(bullet for _, bullet in made))
            for question in _tables(entry.get("questions"))
            if (made := list(_bullets(question.get("bullets"))))
        )
        if questions:
            yield Section(heading=_line(entry.get("heading")), questions=questions)


def _bullets(value: object) -> Iterator[tuple[int, Bullet]]:
    for entry in _tables(value):
        text = _line(entry.get("text"))
        if text and len(text) <= LONGEST:
            number = entry.get("number")
            yield (
                number if isinstance(number, int) else 0,
                Bullet(text=text, evidence=tuple(dict.fromkeys(_ids(entry.get("ids"))))),
            )


def _ids(value: object) -> Iterator[int]:
    """Ids as they are, or as people write them: ``"[3]"``, ``"3, 4"``."""
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, int) and not isinstance(entry, bool):
            yield entry - 1
        elif isinstance(entry, str):
            yield from (int(number) - 1 for number in _DIGITS.findall(entry))


def _tables(value: object) -> Iterator[dict[str, Any]]:
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, dict):
            yield entry


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""

"""The forms of an answer, as JSON Schema and by example: the ids of its evidence stand before a bullet's text.

A model that names its evidence first writes what that says; one that writes first looks for evidence afterwards (LongCite).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_IDS = 3  # of a bullet: the minimum that proves it
LONGEST = 400  # characters of a bullet, or of any other text; what is longer is none


def _table(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any], least: int, most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}
_IDS = _list(_NUMBER, 1, MOST_IDS)
_BULLET = _table(ids=_IDS, text=_TEXT)
_BULLET_FORM = '{"ids":[2,3],"text":"…"}'

_SECTION_FORM = f'{{"heading":"…","questions":[{{"question":"…?","bullets":[{_BULLET_FORM}]}}]}}'

DIGEST_FORM = f'{{"abstract":[{_BULLET_FORM}],"sections":[{_SECTION_FORM}]}}'
NOTES_FORM = f'{{"bullets":[{_BULLET_FORM}]}}'
ANSWER_FORM = f'{{"said":true,"bullets":[{_BULLET_FORM}]}}'
CORRECTIONS_FORM = '{"bullets":[{"number":1,"ids":[2,3],"text":"…"}]}'


def digest_schema(*, abstract: int, sections: int, questions: int, bullets: int) -> dict[str, Any]:
    """Of a whole digest with at most so many bullets in the abstract, sections, questions in each, bullets under each."""
    question = _table(question=_TEXT, bullets=_list(_BULLET, 1, bullets))
    section = _table(heading=_TEXT, questions=_list(question, 1, questions))
    return _table(abstract=_list(_BULLET, 1, abstract), sections=_list(section, 1, sections))


def notes_schema(most: int) -> dict[str, Any]:
    """Of the bullets of a part."""
    return _table(bullets=_list(_BULLET, 1, most))


def answer_schema(most: int) -> dict[str, Any]:
    """Of an answer: whether the text says it, then at most so many bullets, none where it does not."""
    return _table(said={"type": "boolean"}, bullets=_list(_BULLET, 0, most))


def corrections_schema(count: int) -> dict[str, Any]:
    """Of bullets in place of numbered ones that failed."""
    return _table(bullets=_list(_table(number=_NUMBER, ids=_list(_NUMBER, 0, MOST_IDS), text=_TEXT), 0, count))


def bounded(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The form in which every text has an end: for servers that hold a model to it, whatever the model would do.

    Not for those of providers, some of which refuse what they do not know.
    """
    made: dict[str, Any] = {}
    for name, value in schema.items():
        made[name] = bounded(value) if isinstance(value, Mapping) else value
    return made | {"maxLength": LONGEST} if schema.get("type") == "string" else made

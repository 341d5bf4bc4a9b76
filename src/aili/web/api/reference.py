"""The OpenAPI description laid out for people: chapters of operations, the values they speak of, and what may go wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aili import errors
from aili.errors import AiliError
from aili.web.failures import InvalidError, slug, status_of

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A parameter or a field: its type in a few words, and what is said of it."""

    name: str
    kind: str
    about: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An operation."""

    name: str
    method: str
    path: str
    title: str
    about: str
    scope: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[Field, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """A value."""

    name: str
    about: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of problem: the end of its ``type``, its status and what it says."""

    slug: str
    status: int
    about: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """All that the page shows; a chapter is a title and its entries."""

    about: tuple[str, ...]
    chapters: tuple[tuple[str, tuple[Entry, ...]], ...]
    shapes: tuple[Shape, ...]
    kinds: tuple[Kind, ...]


def chapters(description: Json) -> Reference:
    """The description laid out."""
    operations = [
        (told["tags"][0], _entry(path, method, told))
        for path, methods in description["paths"].items()
        for method, told in methods.items()
    ]
    titles = [tag["name"] for tag in description["tags"]]
    return Reference(
        about=tuple(description["info"]["description"].split("\n\n")),
        chapters=tuple((title, tuple(entry for tag, entry in operations if tag == title)) for title in titles),
        shapes=tuple(_shape(name, schema) for name, schema in description["components"]["schemas"].items()),
        kinds=tuple(_kinds()),
    )


def _entry(path: str, method: str, told: Json) -> Entry:
    parameters = told.get("parameters", [])
    responses = told["responses"]
    scopes = [scope for way in told["security"] for scope in way.get("token", [])]
    return Entry(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        title=told["summary"],
        about=told["description"] if told["description"] != told["summary"] else "",
        scope="" if told["security"] == [{}] else scopes[0] if scopes else "any",
        parameters=tuple(
            Field(name=one["name"], kind=_kind(one["schema"]), about=one.get("description", ""), place=one["in"])
            for one in parameters
        ),
        body=tuple(_contents(told.get("requestBody", {}))),
        answers=tuple(
            Field(
                name=status,
                kind=", ".join(f"{one.kind} ({one.name})" for one in _contents(reply)),
                about=reply["description"],
            )
            for status, reply in responses.items()
            if "$ref" not in reply
        ),
        problems=tuple(status for status, reply in responses.items() if "$ref" in reply),
    )


def _contents(part: Json) -> Iterator[Field]:
    for media, content in part.get("content", {}).items():
        yield Field(name=media, kind=_kind(content.get("schema", {})))


def _shape(name: str, schema: Json) -> Shape:
    required = schema.get("required", ())
    return Shape(
        name=name,
        about=schema.get("description", ""),
        fields=tuple(
            Field(
                name=field,
                kind=_kind(told),
                about=told.get("description", ""),
                place="required" if field in required else "",
            )
            for field, told in schema.get("properties", {}).items()
        ),
    )


def _kind(schema: Json) -> str:
    """The type that a schema asks for, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " or ".join(f"“{value}”" if isinstance(value, str) else str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if schema.get("type") == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(map(_kind, schema['prefixItems']))}]"
        return f"list of {_kind(schema.get('items', {}))}"
    if schema.get("format") == "binary":
        return "bytes"
    return str(schema.get("type", "anything"))


def _kinds() -> Iterator[Kind]:
    named = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AiliError)]
    for kind in (*named, InvalidError):
        about = " ".join((kind.__doc__ or "").split())
        yield Kind(slug=slug(kind), status=status_of(kind), about=about)

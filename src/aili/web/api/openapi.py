"""The REST interface as OpenAPI 3.1, made from the operations and from the very types that the codec writes and reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from http import HTTPStatus
from typing import Any, get_type_hints

from aili import codec
from aili.web.api.operations import FORM, JSON, PREFIX, STREAM, Nothing, Operation, Reply, Routes
from aili.web.failures import MEDIA_TYPE, Problem

Json = dict[str, Any]
REFERENCES = "#/components/schemas/{name}"
ABOUT = """What the pages of aili can do, for programs.

On the reader's own machine no sign-in is needed. Elsewhere a program sends a token, made in the settings, as
`Authorization: Bearer …`; a token may do what its scopes say and no more. A POST with an `Idempotency-Key` that is
sent again is answered from its first answer. `RateLimit` headers say how much may still be asked. What goes wrong is told
as problem details (RFC 9457)."""
ALWAYS = (400, 422, 429, 503)  # may be the answer to anything
SIGNED = (401, 403)  # to anything that is not open to everyone
CHANGING = (507,)  # to anything that writes
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Any string that is new for each thing that you want done, best a UUID in quotation marks.",
    "schema": {"type": "string", "pattern": r'^("[ !#-\[\]-~]{1,255}"|[!#-\[\]-~]{1,255})$'},
}
_LAST_EVENT = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "Number of the last event that was seen; a browser sends it when it connects again.",
    "schema": {"type": "string", "pattern": r"^[0-9]{0,15}$"},
}


def description(subjects: Sequence[Routes], version: str) -> Json:
    """The OpenAPI description of all operations of these subjects."""
    operations = [(subject, name, held[0]) for subject in subjects for name, held in subject.operations.items()]
    places = list(_types(operation for _, _, operation in operations))
    schemas, components = codec.schemas([kind for _, kind in places], references=REFERENCES)
    known = {key: schema for (key, _), schema in zip(places, schemas, strict=True)}
    asked = {operation.query.__name__ for _, _, operation in operations}  # told as parameters, one by one
    paths: dict[str, Json] = {}
    links = _links(operations)
    for subject, name, operation in operations:
        told = _operation(operation, known, links) | {"operationId": name, "tags": [subject.title]}
        paths.setdefault(PREFIX + operation.path, {})[operation.method.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {"title": "aili", "version": version, "description": ABOUT, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "tags": [{"name": title} for title in dict.fromkeys(subject.title for subject in subjects)],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {name: _closed(schema) for name, schema in sorted(components.items()) if name not in asked},
            "responses": {str(status): _problem(status) for status in sorted(_statuses(operations))},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token from the settings."},
                "session": {"type": "apiKey", "in": "cookie", "name": "aili", "description": "A signed-in browser."},
            },
        },
    }


def _links(operations: Sequence[tuple[Routes, str, Operation]]) -> dict[str, list[str]]:
    """The operations that go on from each part of a path, by its name."""
    links: dict[str, list[str]] = {}
    for _, name, operation in operations:
        for part in _parts(operation.path):
            links.setdefault(part, []).append(name)
    return links


def _types(operations: Iterator[Operation]) -> Iterator[tuple[object, Any]]:
    """Every type that a schema is needed for, with what it is looked up by."""
    yield Problem, Problem
    for operation in operations:
        yield operation.query, operation.query
        for name, kind in get_type_hints(operation.query, include_extras=True).items():
            yield (operation.query, name), kind
        for kind in _bodies(operation):
            yield kind, kind
        for reply in operation.replies:
            if reply.value is not None:
                yield reply.value, reply.value


def _operation(operation: Operation, known: Mapping[object, Json], links: Mapping[str, list[str]]) -> Json:
    told: Json = {"summary": operation.about, "description": operation.more or operation.about}
    parameters = [*_path_parameters(operation.path), *_query_parameters(operation, known)]
    if operation.method == "POST":
        parameters.append(_KEY)
    if operation.path.endswith("/events"):
        parameters.append(_LAST_EVENT)
    if parameters:
        told["parameters"] = parameters
    if operation.body is not None or operation.media:
        told["requestBody"] = _body(operation, known)
    told["responses"] = {str(reply.status): _reply(reply, known, links) for reply in operation.replies}
    told["responses"] |= {
        str(status): {"$ref": f"#/components/responses/{status}"} for status in _problems_of(operation)
    }
    told["security"] = [{}] if operation.open else [{"token": _scopes(operation)}, {"session": []}, {}]
    return told


def _scopes(operation: Operation) -> list[str]:
    return [operation.scope] if operation.scope else []


def _problems_of(operation: Operation) -> list[int]:
    found = {*ALWAYS, *operation.problems}
    found |= set() if operation.open else set(SIGNED)
    found |= set(CHANGING) if operation.method != "GET" else set()
    found |= {409} if operation.method == "POST" else set()
    found |= {413, 415} if operation.body is not None or operation.media else set()
    return sorted(found - {reply.status for reply in operation.replies})


def _statuses(operations: Sequence[tuple[Routes, str, Operation]]) -> set[int]:
    return {status for _, _, operation in operations for status in _problems_of(operation)}


def _path_parameters(path: str) -> Iterator[Json]:
    for name in _parts(path):
        schema = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _parts(path: str) -> list[str]:
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]


def _query_parameters(operation: Operation, known: Mapping[object, Json]) -> Iterator[Json]:
    defaults = known[operation.query].get("properties", {}) if operation.query is not Nothing else {}
    for entry in fields(operation.query):
        schema = dict(known[operation.query, entry.name])
        about = schema.pop("description", "")
        if "default" in defaults.get(entry.name, {}):
            schema["default"] = defaults[entry.name]["default"]
        parameter: Json = {"name": entry.name, "in": "query", "schema": schema}
        if entry.default is MISSING and entry.default_factory is MISSING:
            parameter["required"] = True
        yield parameter | ({"description": about} if about else {})


def _body(operation: Operation, known: Mapping[object, Json]) -> Json:
    if operation.media:
        return {"required": True, "content": {operation.media: {"schema": {"type": "string", "format": "binary"}}}}
    schemas = [known[kind] for kind in _bodies(operation)]
    content: Json = {JSON: {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}}
    if operation.form:
        text = {"type": "string"}
        names = ("reference", "text", "media_type", "title", "engine", "language", "length", "tags")
        properties = {"file": {"type": "string", "format": "binary"}} | dict.fromkeys(names, text)
        form = {"type": "object", "properties": properties, "additionalProperties": False}
        content[FORM] = {"schema": form}
    return {"required": True, "content": content}


def _bodies(operation: Operation) -> tuple[type, ...]:
    body = operation.body
    return body if isinstance(body, tuple) else () if body is None else (body,)


def _reply(reply: Reply, known: Mapping[object, Json], links: Mapping[str, list[str]]) -> Json:
    content: Json = {}
    if reply.value is not None:
        content[JSON] = {"schema": known[reply.value]}
    for media in reply.media:
        # OpenAPI 3.1 cannot say what one event of a stream is (3.2 can), and the whole is no string that anybody would read.
        content[media] = {} if media == STREAM else {"schema": {"type": "string"}}
    told: Json = {"description": reply.about}
    if content:
        told["content"] = content
    if reply.headers:
        told["headers"] = {
            name: {"description": about, "schema": {"type": "string"}} for name, about in reply.headers.items()
        }
    if reply.leads:
        told["links"] = {
            name: {"operationId": name, "parameters": {part: f"$response.body#{pointer}"}}
            for part, pointer in reply.leads.items()
            for name in links[part]
        }
    return told


def _problem(status: int) -> Json:
    told: Json = {
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": REFERENCES.format(name=Problem.__name__)}}},
    }
    if status in (429, 503):
        about = "Seconds after which to ask again"
        told["headers"] = {"Retry-After": {"description": about, "schema": {"type": "string"}}}
    return told


def _closed(schema: Json) -> Json:
    """The schema of an object with all the fields there are: nothing else is written, and nothing else is read."""
    if schema.get("type") == "object" and "properties" in schema:
        return schema | {"additionalProperties": False}
    return schema

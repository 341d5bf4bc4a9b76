"""One codec for every value: canonical JSON, back again, its JSON schema and its content hash.

Canonical means: object keys sorted, no white space, UTF-8, every field present but those that are ``UNSET``. Two equal
values therefore have the same bytes and the same hash; a hash carries a prefix that names the form it was made from
(``digest-3:…``).
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Sequence
from typing import Any, Final, TypeVar

import msgspec

from aili.errors import MalformedError

Value = TypeVar("Value")

# The type and the value, which is falsy, of a field that few values have: JSON leaves it out, so that it costs the others
# nothing, and a value that was kept before there was such a field keeps its hash.
Unset = msgspec.UnsetType
UNSET: Final = msgspec.UNSET


def encode(value: object, *, indent: int = 0) -> bytes:
    """Canonical JSON of a value; ``indent`` > 0 gives the same JSON laid out for people."""
    data = msgspec.json.encode(value, order="sorted")
    return msgspec.json.format(data, indent=indent) if indent else data


def decode(data: bytes | str, kind: type[Value]) -> Value:
    """Read a value of type ``kind`` from JSON; raises MalformedError naming the field that does not fit."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError(f"This is not the JSON of a {kind.__name__}: {error}.") from error


def schema(kind: type) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the JSON that ``encode`` writes for a value of type ``kind``."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_undented(msgspec.json.schema(kind))}


def schemas(kinds: Sequence[object], *, references: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Schemas of several types that share their components: one for each of ``kinds``, and the components by name.

    ``references`` is where a component is found, with ``{name}`` for its name.
    """
    found, components = msgspec.json.schema_components(kinds, ref_template=references)
    return [_undented(schema) for schema in found], _undented(components)


def _undented(part: Any) -> Any:
    """The schema with its descriptions flush left: Python 3.13 takes a docstring's indentation away, 3.11 does not."""
    if isinstance(part, dict):
        return {name: _undented(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_undented(value) for value in part]
    return inspect.cleandoc(part) if isinstance(part, str) else part


def fingerprint(form: str, data: bytes) -> str:
    """SHA-256 of ``data`` as ``form:hex``, where ``form`` names what the bytes are, for example ``digest-3``."""
    return f"{form}:{hashlib.sha256(data).hexdigest()}"

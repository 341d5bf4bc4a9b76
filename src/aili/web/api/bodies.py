"""What a request brings, read strictly into plain values: JSON, query parameters; a field that nobody knows is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TypeVar, get_origin, get_type_hints

import msgspec
from starlette.datastructures import QueryParams

from aili.web.failures import Fault, InvalidError

Value = TypeVar("Value")

_PLACE = re.compile(r"(?P<said>.*?)(?: - at `\$?(?P<place>.*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[([^\]]*)\]")


def read_json(data: bytes, kind: type[Value]) -> Value:
    """The value of type ``kind`` that JSON holds; raises InvalidError, which says where it does not fit."""
    try:
        raw = msgspec.json.decode(data)
        value = msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise InvalidError("What was sent does not fit.", errors=(_fault(error),)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidError(f"This is no JSON: {error}.", status=400) from error
    unknown = tuple(_unknown(raw, msgspec.to_builtins(value), "#"))
    if unknown:
        raise InvalidError("What was sent has fields that nobody knows.", errors=unknown[:20])
    return value


def read_query(given: QueryParams, kind: type[Value]) -> Value:
    """The value of type ``kind`` that query parameters hold; a field that is a tuple may be given several times."""
    hints = get_type_hints(kind)
    several = {name for name, hint in hints.items() if get_origin(hint) is tuple}
    faults = []
    values: dict[str, object] = {}
    for name in dict.fromkeys(given.keys()):
        found = given.getlist(name)
        if name not in hints:
            faults.append(Fault(pointer=f"#/{_escaped(name)}", detail="There is no such parameter."))
        elif name not in several and len(found) > 1:
            faults.append(Fault(pointer=f"#/{name}", detail="This is given more than once."))
        values[name] = found if name in several else found[0]
    if not faults:
        try:
            return msgspec.convert(values, kind, strict=False)
        except msgspec.ValidationError as error:
            faults = [_fault(error)]
    known = ", ".join(entry.name for entry in fields(kind)) if hints else "none"  # type: ignore[arg-type]  # a dataclass
    raise InvalidError("The parameters do not fit.", hint=f"Known: {known}.", errors=tuple(faults[:20]))


def _fault(error: msgspec.ValidationError) -> Fault:
    found = _PLACE.fullmatch(str(error))
    said, place = (found["said"], found["place"] or "") if found else (str(error), "")
    steps = (name or (index if index.isdigit() else "*") for name, index in _STEP.findall(place))
    return Fault(pointer="/".join(("#", *map(_escaped, steps))), detail=f"{said}.")


def _unknown(raw: object, value: object, place: str) -> Iterator[Fault]:
    """Fields of ``raw`` that ``value``, which was read from it and has every field, does not have."""
    if isinstance(raw, Mapping) and isinstance(value, Mapping):
        for name, part in raw.items():
            if name in value:
                yield from _unknown(part, value[name], f"{place}/{_escaped(name)}")
            else:
                yield Fault(pointer=f"{place}/{_escaped(name)}", detail="There is no such field.")
    elif isinstance(raw, list) and isinstance(value, list | tuple):
        for index, (part, other) in enumerate(zip(raw, value, strict=False)):
            yield from _unknown(part, other, f"{place}/{index}")


def _escaped(name: str) -> str:
    return name[:80].replace("~", "~0").replace("/", "~1")

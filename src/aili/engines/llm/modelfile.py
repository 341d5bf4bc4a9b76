"""What a model file says of itself: window and size of what it remembers, read from its head without loading it.

The format is GGUF (github.com/ggml-org/ggml, docs/gguf.md): a magic word, a version, two counts, then keys with typed
values. Lists (the vocabulary) are passed over.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from aili.errors import MalformedError, MissingError

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}  # bytes of the plain types
_FORMS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_MOST_KEYS, _MOST_ENTRIES, _LONGEST = 10_000, 2_000_000, 1_000_000
_WORKING = 500_000_000  # scratch space and the program itself, as aili.models reckons it


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelFile:
    """A model on this machine.

    ``context`` is the most tokens that it reads and writes at once (0: it does not say), ``token_bytes`` what it keeps in
    memory for each, ``size`` its bytes; ``changed`` tells one version of the file from the next.
    """

    path: Path
    size: int
    changed: int
    context: int
    token_bytes: int

    def memory(self, window: int) -> int:
        """Bytes of memory that it needs with a window of so many tokens."""
        return self.size + window * self.token_bytes + min(self.size, _WORKING)


def model_file(path: Path) -> ModelFile:
    """The model at ``path``; raises MissingError where there is none, MalformedError where it is no GGUF."""
    try:
        status = path.stat()
        with path.open("rb") as file:
            table = _head(file, path)
    except FileNotFoundError:
        raise MissingError(f"There is no model {path}.", hint="Name a GGUF file: -m local:/path/model.gguf.") from None
    except OSError as error:
        raise MissingError(f"The model {path} cannot be read: {error.strerror or error}.") from error
    except (struct.error, MemoryError, UnicodeDecodeError) as error:
        raise _damaged(path) from error
    about = table.get("general.architecture", "")

    def number(name: str) -> int:
        value = table.get(f"{about}.{name}")
        return value if isinstance(value, int) and 0 <= value < 2**31 else 0

    heads = number("attention.head_count")
    width = number("attention.key_length") or (number("embedding_length") // heads if heads else 0)
    return ModelFile(
        path=path,
        size=status.st_size,
        changed=status.st_mtime_ns,
        context=number("context_length"),
        token_bytes=number("block_count") * 2 * (number("attention.head_count_kv") or heads) * width * 2,
    )


def _damaged(path: Path) -> MalformedError:
    return MalformedError(f"{path} is no model in GGUF, or a part of one.", hint="Get it again, or name another file.")


def _head(file: BinaryIO, path: Path) -> dict[str, object]:
    if file.read(4) != b"GGUF":
        raise _damaged(path)
    version, _, count = struct.unpack("<IQQ", _taken(file, 20))
    if version not in (2, 3) or count > _MOST_KEYS:
        raise _damaged(path)
    return dict(_pair(file, path) for _ in range(count))


def _pair(file: BinaryIO, path: Path) -> tuple[str, object]:
    key = _text(file, path)
    kind = int(struct.unpack("<I", _taken(file, 4))[0])
    return key, _value(file, kind, path)


def _value(file: BinaryIO, kind: int, path: Path) -> object:
    """The value, or None for a list."""
    if kind == _TEXT:
        return _text(file, path)
    if kind == _LIST:
        inner, count = struct.unpack("<IQ", _taken(file, 12))
        if count > _MOST_ENTRIES:
            raise _damaged(path)
        if inner in _SIZES:
            file.seek(count * _SIZES[inner], 1)
        elif inner == _TEXT:
            for _ in range(count):
                file.seek(_length(file, path), 1)
        else:
            raise _damaged(path)
        return None
    if kind not in _SIZES:
        raise _damaged(path)
    return struct.unpack(f"<{_FORMS[kind]}", _taken(file, _SIZES[kind]))[0]


def _text(file: BinaryIO, path: Path) -> str:
    return _taken(file, _length(file, path)).decode("utf-8", "replace")


def _length(file: BinaryIO, path: Path) -> int:
    length = int(struct.unpack("<Q", _taken(file, 8))[0])
    if length > _LONGEST:
        raise _damaged(path)
    return length


def _taken(file: BinaryIO, count: int) -> bytes:
    return file.read(count)  # too few bytes do not fit what is unpacked from them

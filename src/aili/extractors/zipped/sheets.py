"""The style sheets of a book: which classes set bold type. Books that a program converted say no more of their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from aili.errors import UnreadableError
from aili.extractors.zipped.container import Container, resolved

LARGEST = 1_000_000  # bytes; a larger sheet holds fonts

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]*)\}")
_CLASS = re.compile(r"\s*[a-z0-9]{0,10}\.([\w-]+)\s*", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold(?:er)?|[6-9]00)\b", re.IGNORECASE)


class Sheets:
    """The style sheets of the book in ``container``; each is read once, and a damaged one is as good as none."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._read: dict[str, frozenset[str]] = {}

    def bold(self, root: _Element, member: str) -> frozenset[str]:
        """The classes that are set bold on the page under ``root``, which is ``member``."""
        found: set[str] = set()
        for link in root.iter("{*}link"):
            if "stylesheet" in link.get("rel", ""):
                found |= self._sheet(resolved(member, link.get("href", "")))
        for style in root.iter("{*}style"):
            found.update(_classes("".join(str(text) for text in style.itertext())))
        return frozenset(found)

    def _sheet(self, member: str) -> frozenset[str]:
        if member not in self._read:
            try:
                data = self._container.read(member) if member in self._container else b""
            except UnreadableError:
                data = b""
            text = data.decode("utf-8", "replace") if len(data) < LARGEST else ""
            self._read[member] = frozenset(_classes(text))
        return self._read[member]


def is_bold(style: str) -> bool:
    """Whether the declarations of a style set bold type."""
    return bool(_BOLD.search(style))


def _classes(sheet: str) -> Iterator[str]:
    for selectors, declared in _RULE.findall(_COMMENT.sub("", sheet)):
        if is_bold(declared):
            yield from (match[1] for one in selectors.split(",") if (match := _CLASS.fullmatch(one)))

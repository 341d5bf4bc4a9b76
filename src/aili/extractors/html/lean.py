"""Imports trafilatura's extraction without what only its crawling and its dates need.

``import trafilatura`` takes 0.58 s, of which two thirds are URL handling (courlan, tld, babel), date parsing (htmldate,
dateutil), an HTTP client (urllib3) and encoding detection, none of which runs when a parsed tree is given and metadata is
not asked for. In their place stand modules whose every name raises when it is called. Measured: 0.58 s becomes 0.22 s.
Where trafilatura is imported already, it is left as it is.
"""

from __future__ import annotations

import sys
from types import ModuleType

_UNUSED = (
    "brotli",
    "charset_normalizer",
    "courlan",
    "htmldate",
    "trafilatura.downloads",
    "urllib3",
    "urllib3.response",
)


class _Absent(ModuleType):
    """A module whose names exist and must not be used."""

    def __getattr__(self, name: str) -> type[object]:
        if name.startswith("__"):
            raise AttributeError(name)

        def refuse(*_: object, **__: object) -> object:
            raise NotImplementedError(f"{self.__name__}.{name} is not loaded in aili's sandbox.")

        return type(name, (), {"__new__": refuse})


def load() -> None:
    """Import ``trafilatura.core`` once; other modules of this folder may then import from it."""
    if "trafilatura" in sys.modules:
        return
    stood_in = [name for name in _UNUSED if name not in sys.modules]
    for name in stood_in:
        sys.modules[name] = _Absent(name)
    try:
        import trafilatura.core  # noqa: F401 - here: it must find the stand-ins
    finally:
        for name in stood_in:
            del sys.modules[name]


load()

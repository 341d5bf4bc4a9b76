"""Plugs are names in tables: a row is ``name → "module:attribute"``, imported on first use.

Names cross process borders and configuration files; objects do not. Installed packages add rows through the entry-point
group ``aili.<family>``; these are looked up only for a name that the built-in table lacks, since scanning installed
packages costs about 20 ms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Generic, TypeVar, cast

from aili.errors import UsageError, quoted

Plug = TypeVar("Plug")


class Registry(Generic[Plug]):
    """A family's table. ``family`` names the entry-point group, ``what`` is the word an error uses for one row."""

    def __init__(self, family: str, what: str, rows: Mapping[str, str]) -> None:
        self.family = family
        self.what = what
        self._rows = dict(rows)

    def __iter__(self) -> Iterator[str]:
        yield from self._rows
        yield from (point.name for point in entry_points(group=f"aili.{self.family}") if point.name not in self._rows)

    def __contains__(self, name: str) -> bool:
        return name in self._rows or any(name == other for other in self)

    def load(self, name: str) -> Plug:
        """Import and return the plug called ``name``; raises UsageError where no row has that name."""
        target = self._rows.get(name)
        if target is None:
            for point in entry_points(group=f"aili.{self.family}", name=name):
                return cast(Plug, point.load())
            known = ", ".join(sorted(self))
            raise UsageError(f"There is no {self.what} called {quoted(name)}.", hint=f"Known: {known}.")
        module, _, attribute = target.partition(":")
        return cast(Plug, getattr(import_module(module), attribute))

"""The pages that people read in, one module for each place of the reading room; each offers a ``router``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.responses import RedirectResponse

from aili.renderers import line
from aili.store.digests import proper_tag


def see(path: str) -> RedirectResponse:
    """An answer to a form that leads to a page, so that reloading the page does not send the form again."""
    return RedirectResponse(path, status_code=303)


def tags_of(text: str) -> tuple[str, ...]:
    """The tags in what a person typed: parted by commas, semicolons or lines, each once, without ``#``.

    Raises UsageError for one that is longer than a tag may be.
    """
    found = (line(part).lstrip("# ").strip() for part in re.split(r"[,;،、\n]", text))
    return tuple(dict.fromkeys(proper_tag(tag) for tag in found if tag))


def texts(values: Iterable[object]) -> tuple[str, ...]:
    """Those values of a form that are texts, and not files."""
    return tuple(value for value in values if isinstance(value, str))

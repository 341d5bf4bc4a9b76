"""A report as canonical JSON laid out for people."""

from __future__ import annotations

from aili import codec
from aili.renderers import Options
from aili.report import Report


def write(report: Report, _options: Options) -> str:
    """The whole value."""
    return codec.encode(report, indent=2).decode() + "\n"

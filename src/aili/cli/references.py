"""What a command refuses before any work: reading from a keyboard, and writing over what it reads."""

from __future__ import annotations

import sys
from pathlib import Path

from aili.cli.exits import check_usage


def refuse_overwriting(reference: str, output: str) -> None:
    """What is written must not take the place of what it was made from; raises UsageError."""
    source, target = Path(reference).expanduser(), Path(output).expanduser()
    try:
        same = bool(output) and target.is_file() and source.is_file() and target.samefile(source)
    except (OSError, ValueError):
        return  # no path that a file could have
    check_usage(not same, f"{output} is the document itself.", hint="Name another file: -o digest.md.")


def refuse_typing(reference: str) -> None:
    """Standard input must be piped; raises UsageError where it is a keyboard."""
    check_usage(
        reference != "-" or not sys.stdin.isatty(),
        "Nothing is piped into standard input.",
        hint="Give a file or an address, or pipe a text: cat notes.txt | aili -",
    )

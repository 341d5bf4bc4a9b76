"""The command line: parse, call, show. ``aili REF`` is short for ``aili summarize REF``."""

from __future__ import annotations

import os
import sys

from aili.cli.exits import guarded


def main() -> None:
    """Run the command line with ``sys.argv`` and exit with the code that docs/errors.md documents."""
    from aili.cli.commands import cli

    code = guarded(lambda: cli(standalone_mode=False, prog_name="aili"))
    try:
        sys.stdout.flush()
    except OSError:
        code = code or 141
    # Skip the interpreter's tear-down: nothing is pending, and unloading onnxruntime costs 30 ms.
    os._exit(code)

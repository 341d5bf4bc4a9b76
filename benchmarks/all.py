"""Runs every benchmark here, each in a process of its own: ``python -m benchmarks.all [--gate] [NAME …]``.

A benchmark is a module beside this one that can be run. With ``--gate`` only those that know the word run, and they compare
with their floors; the exit code is 1 where one of them fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
RUNNABLE = 'if __name__ == "__main__":'


def main() -> int:
    """Run the benchmarks that were asked for, by default all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.all", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--gate", action="store_true", help="compare with the floors instead of only showing")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(benchmarks())}")
    options = parser.parse_args()
    chosen = options.names or benchmarks(gated=options.gate)
    failed = [name for name in chosen if not _passes(name, gate=options.gate)]
    if options.gate:
        print(f"{len(chosen) - len(failed)} passed, {len(failed)} failed" + "".join(f"\n  {name}" for name in failed))
    return int(bool(failed))


def benchmarks(*, gated: bool = False) -> list[str]:
    """Names of the benchmarks; with ``gated`` only of those that compare with floors."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.py")) if path.stem != "all"}
    return [name for name, text in sources.items() if RUNNABLE in text and (not gated or '"--gate"' in text)]


def _passes(name: str, *, gate: bool) -> bool:
    print(f"\n== {name} ==", flush=True)
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--gate"] if gate else [])]
    return subprocess.run(command, cwd=HERE.parent, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())

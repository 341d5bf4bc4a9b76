"""Start-up, one article, growth with length, beside sumy's LexRank: ``python -m benchmarks.speed [--gate]``.

Wall time is the median of several whole processes, started one after another from the same parent; memory is the largest
resident size that wait4(2) reports for a process or, if one of its children was larger, for that child. The first run of
each command is thrown away: it fills the file cache. Ratios compare figures of the same run only. Gate: the ceilings that
the project has set itself, in benchmarks/speed.toml; on a machine busy with other work it says so and skips.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import texts

ARTICLE = texts.EXAMPLES / "harbour-bridge.html"
CEILINGS = Path(__file__).with_name("speed.toml")
AILI = [sys.executable, "-m", "aili"]
SUMY = [sys.executable, "-m", "benchmarks.peers.sumy_lexrank"]
LENGTHS = (1_000, 10_000, 100_000)
BOOK_PAGES = 300
SUMY_LIMIT = 10_000  # words; LexRank compares every pair of sentences, 100,000 words would take it hours


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Median wall time and processor time in seconds, and largest resident memory in MB."""

    seconds: float
    cpu: float
    megabytes: float


def process(command: list[str], *, runs: int) -> Cost:
    """What it costs to run ``command`` as a process of its own; raises RuntimeError where it fails."""
    if runs > 1:
        _once(command)
    costs = [_once(command) for _ in range(runs)]
    return Cost(
        seconds=statistics.median(cost.seconds for cost in costs),
        cpu=statistics.median(cost.cpu for cost in costs),
        megabytes=max(cost.megabytes for cost in costs),
    )


def _once(command: list[str]) -> Cost:
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, cwd=texts.EXAMPLES.parent)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed: {errors.read().decode()[-500:]}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes here
    return Cost(seconds=seconds, cpu=usage.ru_utime + usage.ru_stime, megabytes=usage.ru_maxrss / unit)


def digest(path: Path, *, runs: int) -> Cost:
    """What ``aili PATH`` costs from a cold start."""
    return process([*AILI, str(path), "--quiet", "--no-cache"], runs=runs)


def warm(path: Path, runs: int) -> float:
    """Median seconds of a digest in a process that has made one before."""
    import aili  # here: this is called in a process of its own, the parent stays small

    settings = aili.Settings(cache=False)
    aili.summarize(path, settings=settings)
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        aili.summarize(path, settings=settings)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def article(folder: Path, *, runs: int) -> dict[str, float]:
    """Print the table for one article and return the figures that have a ceiling."""
    plain = folder / "article.txt"
    plain.write_text(texts.example_text(ARTICLE.name), encoding="utf-8")
    rows = {
        "aili --help": process([*AILI, "--help"], runs=runs),
        "aili ARTICLE.html": digest(ARTICLE, runs=runs),
        "aili ARTICLE.txt": digest(plain, runs=runs),
        "sumy LexRank ARTICLE.txt": process([*SUMY, str(plain)], runs=runs),
    }
    peer = rows["sumy LexRank ARTICLE.txt"]
    print(f"\nOne article of {len(plain.read_text(encoding='utf-8').split())} words; median of {runs}")
    line("process", "s", "CPU s", "MB", "× sumy")
    for name, cost in rows.items():
        ratio = f"{cost.seconds / peer.seconds:.1f}"
        line(name, f"{cost.seconds:.2f}", f"{cost.cpu:.2f}", f"{cost.megabytes:.0f}", ratio)
    # Spawned, not called: Linux hands a process's largest size on to the children it starts (getrusage(2)), so this
    # one must not grow before the others are measured.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds = pool.apply(warm, (ARTICLE, runs))
    line("aili.summarize, warm", f"{seconds:.2f}", "", "", f"{seconds / peer.seconds:.1f}")
    return {
        "help_seconds": rows["aili --help"].seconds,
        "article_seconds": rows["aili ARTICLE.html"].seconds,
        "article_megabytes": rows["aili ARTICLE.html"].megabytes,
        "warm_seconds": seconds,
    }


def lengths(folder: Path) -> dict[str, float]:
    """Print how time and memory grow with length and return the figures that have a ceiling."""
    print("\nLonger texts (the examples' sentences, shuffled and varied); one run each")
    line("text", "aili s", "CPU s", "MB", "s / 1,000 words", "sumy s", "MB")
    per_word = {}
    for words, name, path in _long_texts(folder):
        cost = digest(path, runs=1)
        per_word[words] = cost.seconds / words
        peer = process([*SUMY, str(path)], runs=1) if words <= 1.2 * SUMY_LIMIT else None
        shown = (f"{peer.seconds:.2f}", f"{peer.megabytes:.0f}") if peer else ("not run", "")
        rate = f"{1000 * cost.seconds / words:.2f}"
        line(name, f"{cost.seconds:.2f}", f"{cost.cpu:.2f}", f"{cost.megabytes:.0f}", rate, *shown)
    words = sorted(per_word)
    growth = per_word[words[-1]] / per_word[words[1]]
    print(f"Per word, the longest text takes {growth:.2f} times what 10,000 words take (1 or less: linear).")
    return {"growth": growth}


def _long_texts(folder: Path) -> Iterator[tuple[int, str, Path]]:
    for wanted in LENGTHS:
        yield _text(folder / f"{wanted}.txt", texts.article(wanted), f"{wanted:,} words")
    yield _text(folder / "book.md", texts.book(BOOK_PAGES), f"book of {BOOK_PAGES} pages")


def _text(path: Path, text: str, name: str) -> tuple[int, str, Path]:
    path.write_text(text, encoding="utf-8")
    return len(text.split()), name, path


def line(name: str, *cells: str) -> None:
    """Print a row of a table."""
    print(f"{name:28}" + "".join(f"{cell:>16}" for cell in cells), flush=True)


def main() -> int:
    """Entry of ``python -m benchmarks.speed``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--runs", type=int, default=7, help="processes per figure (default 7)")
    parser.add_argument("--article-only", action="store_true", help="leave out the longer texts")
    parser.add_argument("--gate", action="store_true", help="compare with benchmarks/speed.toml")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}")
    if options.gate and load > (os.cpu_count() or 1) / 2:
        print(f"skipped: other work keeps this machine busy (load {load:.1f}), so its times say nothing of aili")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        figures = article(Path(folder), runs=options.runs)
        if not options.article_only:
            figures |= lengths(Path(folder))
    if not options.gate:
        return 0
    held = [_holds(name, figures[name], ceiling) for name, ceiling in _ceilings().items() if name in figures]
    return int(not all(held))


def _ceilings() -> dict[str, float]:
    ceilings: dict[str, float] = tomllib.loads(CEILINGS.read_text(encoding="utf-8"))
    return ceilings


def _holds(name: str, figure: float, ceiling: float) -> bool:
    print(f"{'ok  ' if figure <= ceiling else 'FAIL'} speed {name}: {figure:.2f}, ceiling {ceiling}")
    return figure <= ceiling


if __name__ == "__main__":
    sys.exit(main())

"""Feeds damaged and dressed-up files to the parsers, through the sandbox, for as long as it is told.

    python -m benchmarks.fuzz                          every format for ten seconds
    python -m benchmarks.fuzz --minutes 10 html pdf    these two, ten minutes each
    python -m benchmarks.fuzz --seeds DIR docx         with the good files of a folder as seeds too

A finding is a file that ends as anything else than a sound Document or an error that says what is wrong with the file: an
exception of a library, a parser that overruns its time (twice) or memory, sentences outside of the text. Half of the files
are not damaged but dressed (see benchmarks/fuzz_changes.py): there a word that is lost, without the digest saying so, is a
finding too. Files of findings are kept in benchmarks/out/fuzz, at most three of a kind; the exit code is 1 where there are
any.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

from aili import codec
from aili.document import Document, Resource
from aili.errors import AiliError, ParserError
from aili.extractors import ParseLimits, entries, extract
from aili.feed import Feed
from aili.sources import media_type
from benchmarks.fuzz_changes import damaged, dressed
from benchmarks.fuzz_seeds import SUFFIXES, seeds

OUT = Path(__file__).parent / "out" / "fuzz"
KEPT = 3  # files of a kind
SECONDS = 15.0  # a file may take; the longest seed takes 0.5
LIMITS = ParseLimits(min_words=5, seconds=SECONDS, max_bytes=1_000_000_000)
LOST = 0.02  # of the words; fewer may be one that dressing divided
LOST_HTML = 0.1  # what is main text is weighed by its markup


@dataclass(slots=True)
class Tally:
    """What came of a format's files: counts by outcome, and findings by kind."""

    files: int = 0
    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended: its words where it was read, the error otherwise; ``finding`` is empty where all is well."""

    words: Counter[str]
    told: tuple[object, ...] = ()
    error: str = ""
    finding: str = ""


def resource(data: bytes, form: str) -> Resource:
    name = f"x{SUFFIXES[form][0]}"
    return Resource(data=data, media_type=media_type(data, name=name), reference=name, location=name)


def outcome(data: bytes, form: str) -> Outcome:
    """What becomes of ``data``."""
    try:
        found: Document | Feed = (entries if form == "feed" else extract)(resource(data, form), limits=LIMITS)
    except ParserError as error:
        kind = re.sub(r"\d+", "#", error.message)[:160]
        return Outcome(words=Counter(), error="ParserError", finding=kind)
    except AiliError as error:
        said = error.message and not re.search(r"Error\b|Traceback|<class", error.message)
        return Outcome(
            words=Counter(), error=type(error).__name__, finding="" if said else f"says {error.message[:99]}"
        )
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return Outcome(words=Counter(), error="bug", finding=f"{type(error).__name__}: {error}"[:160])
    if isinstance(found, Feed):
        return Outcome(words=_words(" ".join(entry.title for entry in found.entries)))
    title = " ".join((found.metadata.title, *found.metadata.authors))
    told = found.reading.warnings, found.reading.share
    return Outcome(words=_words(f"{title} {found.text}"), told=told, finding=unsound(found))


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def unsound(document: Document) -> str:
    """What is wrong with the value; empty where it is sound."""
    size = len(document.text)
    if any(not 0 <= one.start < one.end <= size for one in document.sentences):
        return "a sentence outside of the text"
    if any(one.end > other.start for one, other in pairwise(document.sentences)):
        return "sentences that overlap"
    if any(document.text[one.end : other.start].strip() for one, other in pairwise(document.sentences)):
        return "text between sentences"
    if any(not 0 <= one.start <= size for one in document.locators):
        return "a place outside of the text"
    if any(one.start > other.start for one, other in pairwise(document.locators)):
        return "places out of order"
    if re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", document.text + document.metadata.title):
        return "control characters or lone surrogates"
    if codec.decode(codec.encode(document), Document) != document:
        return "a value that JSON does not keep"
    return ""


def lost(before: Outcome, after: Outcome, form: str) -> str:
    """What dressing did to the text and nobody is told of; empty where nothing."""
    if after.error:
        return f"refused when dressed: {after.error}"
    missing = before.words - after.words
    if missing.total() <= (LOST_HTML if form == "html" else LOST) * before.words.total():
        return ""
    return "" if before.told[:1] != after.told[:1] else f"lost {'many words' if missing.total() > 50 else 'some words'}"


def fuzz(form: str, *, seconds: float, folder: Path | None, seed: int) -> Tally:
    """Read files of a format for ``seconds``."""
    chance, tally = Random(f"{form} {seed}"), Tally()
    good = seeds(form, folder)
    whole: dict[int, Outcome] = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        at = chance.randrange(len(good))
        if at not in whole:
            whole[at] = outcome(good[at], form)
        dress = chance.random() < 0.5 and not whole[at].error
        try:
            data = (
                dressed(good[at], form, chance) if dress else damaged(good[at], form, chance, other=chance.choice(good))
            )
        except (OSError, ValueError, RecursionError):
            continue
        began = time.monotonic()
        found = outcome(data, form)
        if "was stopped after" in found.finding:
            found = outcome(data, form)  # once more: the machine may have been busy
        tally.slowest = max(tally.slowest, time.monotonic() - began)
        tally.files += 1
        tally.read += not found.error
        if found.error:
            tally.refused[found.error] += 1
        finding = found.finding or (lost(whole[at], found, form) if dress else "")
        if finding:
            _keep(finding, data, good[at], form, tally)
    return tally


def _keep(finding: str, data: bytes, seed: bytes, form: str, tally: Tally) -> None:
    tally.findings[finding] += 1
    number = tally.findings[finding]
    if number > KEPT:
        return
    OUT.mkdir(parents=True, exist_ok=True)
    name = f"{form}-{re.sub(r'[^a-z]+', '-', finding.lower())[:60].strip('-')}-{number}"
    (OUT / f"{name}{SUFFIXES[form][0]}").write_bytes(data)
    (OUT / f"{name}-seed{SUFFIXES[form][0]}").write_bytes(seed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz the formats that were asked for, by default all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=str(__doc__).partition("\n")[0])
    parser.add_argument("forms", nargs="*", metavar="FORMAT", help=f"some of: {', '.join(SUFFIXES)}")
    parser.add_argument("--minutes", type=float, default=1 / 6, help="for each format")
    parser.add_argument("--seeds", type=Path, metavar="DIR", help="a folder of good files to begin with, too")
    parser.add_argument("--seed", type=int, default=1, help="of the chance")
    options = parser.parse_args(arguments)
    if unknown := set(options.forms) - set(SUFFIXES):
        parser.error(f"unknown format: {', '.join(sorted(unknown))}; there are {', '.join(SUFFIXES)}")
    print(f"{'format':8} {'files':>7} {'read':>7} {'refused':>8} {'slowest s':>10} {'findings':>9}")
    found = 0
    for form in options.forms or SUFFIXES:
        tally = fuzz(form, seconds=60 * options.minutes, folder=options.seeds, seed=options.seed)
        found += tally.findings.total()
        refused = tally.refused.total()
        print(
            f"{form:8} {tally.files:7} {tally.read:7} {refused:8} {tally.slowest:10.2f} {tally.findings.total():9}",
            flush=True,
        )
        for kind, count in tally.findings.most_common():
            print(f"    {count:5} × {kind}", flush=True)
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())

"""How well and how fast pages are read, beside plain trafilatura and readability in the same run.

    python -m benchmarks.extraction            print the tables
    python -m benchmarks.extraction --gate     compare with floors.toml, exit 1 below a floor

Text: the scrapinghub article-extraction benchmark's metric (4-gram shingles, each page weighing the same). Title, author and
date: equal after folding case, quotes, dashes and white space; *dated*: pages that have no date in the truth and were given
one, which may be that of their last change. Headings: of the page's h1–h4 whose words are a line of the
truth and not its title, the share that aili reads as headings (the others name none). The even-numbered pages were tuned on,
the odd ones were not. The pages (WCXB, CC BY 4.0) are read from ``../shared/dev/pages``; where they are not there, nothing
can be measured.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import multiprocessing
import re
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any
from unicodedata import normalize

PAGES = Path(__file__).parents[2] / "shared" / "dev" / "pages"
FLOORS = Path(__file__).parent / "floors.toml"
WORD = re.compile(r"\w+")
FOLD = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction:
    text: str = ""
    title: str = ""
    author: str = ""
    date: str = ""
    headings: tuple[str, ...] = ()
    refused: str = ""  # the error's name
    seconds: float = 0.0  # of CPU


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """One page's."""

    hits: float
    extra: float
    missed: float
    exact: bool
    title: bool
    author: bool | None  # None: the truth names none and none was found
    invented: bool
    date: bool | None
    dated: bool  # the truth names no day and one was found
    headings_wanted: int
    headings_found: int
    refused: str
    milliseconds: float


def read_aili(data: bytes, location: str) -> Extraction:
    from aili.document import Resource
    from aili.errors import UnreadableError
    from aili.extractors.html import Page
    from aili.extractors.html.page import read

    resource = Resource(data=data, media_type="text/html", reference=location, location=location)
    start = time.process_time()
    try:
        document = read(Page(resource=resource, min_words=40))
    except UnreadableError as error:
        return Extraction(refused=type(error).__name__, seconds=time.process_time() - start)
    seconds = time.process_time() - start
    about = document.metadata
    return Extraction(
        text=document.text,
        title=about.title,
        author="; ".join(about.authors),
        date=about.published,
        headings=tuple(document.block(at) for at, block in enumerate(document.blocks) if block.kind == "heading"),
        seconds=seconds,
    )


def read_trafilatura(data: bytes, location: str) -> Extraction:
    import trafilatura

    start = time.process_time()
    found: Any = trafilatura.bare_extraction(data, url=location, include_comments=False, with_metadata=True)
    seconds = time.process_time() - start
    if found is None:
        return Extraction(seconds=seconds)
    return Extraction(
        text=found.text or "",
        title=found.title or "",
        author=found.author or "",
        date=found.date or "",
        seconds=seconds,
    )


def read_readability(data: bytes, _location: str) -> Extraction:
    import html_text
    from readability import Document

    start = time.process_time()
    page = Document(data.decode("utf-8", "replace"))
    text, title = html_text.extract_text(page.summary()), page.short_title()
    return Extraction(text=text, title=title, seconds=time.process_time() - start)


READERS: dict[str, Callable[[bytes, str], Extraction]] = {
    "aili": read_aili,
    "trafilatura": read_trafilatura,
    "readability": read_readability,
}


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    return Counter(tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1))) if words else Counter()


def fold(text: str) -> str:
    return " ".join(normalize("NFKC", text).translate(FOLD).casefold().split())


def names(text: str) -> list[str]:
    return sorted(part for part in re.split(r"\s*(?:;|,|\band\b|&)\s*", fold(text)) if part)


def line(text: str) -> str:
    return " ".join(WORD.findall(fold(text)))


def true_headings(data: bytes, truth: dict[str, str]) -> frozenset[str]:
    """The page's h1–h4, as ``line`` gives them, that are lines of its true text."""
    from lxml.html import HTMLParser, document_fromstring

    page = document_fromstring(data, parser=HTMLParser(encoding="utf-8", huge_tree=True))
    lines = {line(text) for text in truth["main_content"].split("\n")} - {"", line(truth["title"] or "")}
    headings = page.iter("h1", "h2", "h3", "h4")
    return frozenset(line("".join(map(str, element.itertext()))) for element in headings) & lines


def score(truth: dict[str, str], found: Extraction, *, headings: frozenset[str] = frozenset()) -> Score:
    wanted, got = shingles(truth["main_content"]), shingles(found.text)
    hits = (wanted & got).total()
    extra, missed = got.total() - hits, wanted.total() - hits
    whole = max(1, hits + extra + missed)
    author, date = truth["author"] or "", truth["publish_date"] or ""
    return Score(
        hits=hits / whole,
        extra=extra / whole,
        missed=missed / whole,
        exact=wanted == got,
        title=fold(truth["title"] or "") == fold(found.title),
        author=None if not author else names(author) == names(found.author),
        invented=not author and bool(found.author),
        date=None if not date else date == found.date,
        dated=not date and bool(found.date),
        headings_wanted=len(headings),
        headings_found=len(headings & set(map(line, found.headings))),
        refused=found.refused,
        milliseconds=found.seconds * 1000,
    )


def read_page(task: tuple[str, str, dict[str, str]]) -> tuple[str, str, Score, Extraction]:
    reader, number, truth = task
    data = gzip.decompress((PAGES / "html" / f"{number}.html.gz").read_bytes())
    found = READERS[reader](data, truth["url"])
    return reader, number, score(truth, found, headings=true_headings(data, truth)), found


def measure(readers: Iterable[str]) -> dict[str, dict[str, tuple[Score, Extraction]]]:
    """Every page by every reader; each reader has processes of its own, since they would share their imports' state."""
    truth = json.loads((PAGES / "truth.json").read_text(encoding="utf-8"))
    results: dict[str, dict[str, tuple[Score, Extraction]]] = {}
    for reader in readers:
        tasks = [(reader, number, truth[number]) for number in truth]
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            done = pool.map(read_page, tasks, chunksize=8)
            results[reader] = {number: (points, found) for _, number, points, found in done}
    return results


def summary(scores: Sequence[Score]) -> dict[str, float]:
    found = [s for s in scores if s.hits + s.extra > 0]
    precision = mean(s.hits / (s.hits + s.extra) for s in found) if found else 0.0
    there = [s for s in scores if s.hits + s.missed > 0]
    recall = mean(s.hits / (s.hits + s.missed) for s in there) if there else 0.0
    times = [s.milliseconds for s in scores]
    unsigned = [s.invented for s in scores if s.author is None]
    return {
        "f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "precision": precision,
        "recall": recall,
        "exact": mean(s.exact for s in scores),
        "title": mean(s.title for s in scores),
        "author": mean([s.author for s in scores if s.author is not None] or [0]),
        "invented": mean(unsigned or [0]),
        "date": mean([s.date for s in scores if s.date is not None] or [0]),
        "dated": mean([s.dated for s in scores if s.date is None] or [0]),
        "headings": sum(s.headings_found for s in scores) / max(1, sum(s.headings_wanted for s in scores)),
        "refused": mean(bool(s.refused) for s in scores),
        "ms_median": median(times),
        "ms_p95": quantiles(times, n=20)[-1] if len(times) > 1 else times[0],
    }


def data_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted((*PAGES.glob("html/*.gz"), PAGES / "truth.json")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def groups(truth: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    articles = [number for number, page in truth.items() if page["page_type"] == "article"]
    named = {
        "articles": articles,
        "articles, even (tuned on)": [number for number in articles if int(number) % 2 == 0],
        "articles, odd": [number for number in articles if int(number) % 2],
        "all": list(truth),
    }
    for kind in sorted({page["page_type"] for page in truth.values()} - {"article"}):
        named[kind] = [number for number, page in truth.items() if page["page_type"] == kind]
    return named


def gate(measured: dict[str, float]) -> int:
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["extraction"]
    if floors["data"] != data_hash():
        print("The pages are not those that the floors were pinned on.")
        return 1
    failures = [
        f"{name}: {measured[name]:.4f}, floor {floor:.4f}"
        for name, floor in floors.items()
        if name != "data" and measured[name] < floor
    ]
    print("\n".join(failures) or "Extraction holds its floors.")
    return bool(failures)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--gate", action="store_true", help="compare with the floors, exit 1 below one")
    parser.add_argument("--only", choices=list(READERS), help="one reader")
    parser.add_argument("--dump", type=Path, help="write what was read to this JSON file")
    options = parser.parse_args(arguments)
    if not PAGES.is_dir():
        print(f"The pages are not at {PAGES}.")
        return 1
    readers = [options.only] if options.only else ["aili", "trafilatura"] if options.gate else list(READERS)
    results = measure(readers)
    truth = json.loads((PAGES / "truth.json").read_text(encoding="utf-8"))
    columns = list(summary([next(iter(results[readers[0]].values()))[0]] * 2))
    print(f"{'':26} {'':12} {'pages':>6} " + " ".join(f"{name:>9}" for name in columns))
    for name, numbers in groups(truth).items():
        for reader in readers:
            row = summary([results[reader][number][0] for number in numbers])
            cells = " ".join(f"{row[c]:9.1f}" if c.startswith("ms") else f"{row[c]:9.3f}" for c in columns)
            print(f"{name:26} {reader:12} {len(numbers):6} {cells}")
    if options.dump:
        found = {
            reader: {
                n: dict(zip(e.__slots__, [getattr(e, f) for f in e.__slots__], strict=True))
                for n, (_, e) in pages.items()
            }
            for reader, pages in results.items()
        }
        options.dump.write_text(json.dumps(found))
    if not options.gate:
        return 0
    articles = groups(truth)["articles"]
    own = summary([results["aili"][number][0] for number in articles])
    plain = summary([results["trafilatura"][number][0] for number in articles])
    lost = [n for n in articles if results["aili"][n][0].refused and len(truth[n]["main_content"].split()) > 100]
    measured = own | {
        "unsigned": 1 - own["invented"],
        "over_trafilatura": own["f1"] - plain["f1"],
        "articles_read": 1 - len(lost) / len(articles),
    }
    return gate(measured)


if __name__ == "__main__":
    sys.exit(main())

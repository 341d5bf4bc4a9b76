"""Search and listing over 10,000 digests: ``python -m benchmarks.library [--digests N] [--keep FILE]``.

The digests are made up: words by rank and frequency as Zipf's law has them, the most frequent ones English function words,
so that a search for them matches nearly every digest, as it does in a real library. Times are medians in milliseconds of
one warm process, through the door that every face uses. ``--keep`` leaves the library behind, or measures one that is there.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from aili.digest import Bullet, Citation, Digest, Provenance, Question, Section
from aili.document import Block, Document, Metadata, Reading, Sentence
from aili.library.digests import Digests
from aili.store import Store
from aili.store.digests import Entry
from aili.store.records import OWNER, Filter

COUNT = 10_000
RUNS = 9
BATCH = 250
SEED = 20240619
WORDS = 900  # of a document
FUNCTION_WORDS = "the of and to in a is that for it was on with as by he at from his be this not are had".split()
ONSETS = "b c d f g h j k l m n p r s t v w z br st tr pl gr sh".split()
NUCLEI = "a e i o u ai ou ea".split()
SITES = ("Ardmouth Courier", "Lowmere Gazette", "Tide and Harbour", "The Weaver", "Brevenau heute", "")
TAGS = ("climate", "to read", "harbour", "work", "money", "science", "family", "law")


class Writer:
    """Makes documents and digests of made-up words; the same ones for the same seed."""

    def __init__(self, seed: int = SEED) -> None:
        self._random = random.Random(seed)
        words = dict.fromkeys(FUNCTION_WORDS)
        while len(words) < 30_000:
            parts = range(self._random.randint(1, 4))
            words["".join(self._random.choice(ONSETS) + self._random.choice(NUCLEI) for _ in parts)] = None
        self.vocabulary = list(words)
        self._weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))

    def entry(self, number: int) -> Entry:
        """The digest with this number, its document, tags and moment."""
        pick = self._random
        sentences = [self._sentence() for _ in range(WORDS // 16)]
        site = pick.choice(SITES)
        title = self._sentence()[:70].rstrip(" .")
        document = _document(sentences, title, site, number)
        cited = pick.sample(range(len(sentences)), 20)
        bullets = [Bullet(text=sentences[at], evidence=(at,), origin="extracted", verdict="supported") for at in cited]
        rows = [
            Section(
                heading=title[:30],
                questions=(Question(text=f"What of {title[:20]}?", bullets=tuple(bullets[at : at + 4])),),
            )
            for at in range(4, 20, 4)
        ]
        spans = {at: document.sentences[at] for at in cited}
        digest = Digest(
            title=title,
            site=site,
            abstract=tuple(bullets[:4]),
            sections=tuple(rows),
            location=document.metadata.location,
            citations=tuple(
                Citation(id=at, text=sentences[at], start=span.start, end=span.end)
                for at, span in sorted(spans.items())
            ),
            provenance=Provenance(
                engine="embedded", version="1", document=document.hash, source=document.source, words=WORDS
            ),
        )
        day = f"20{20 + number * 5 // COUNT % 10:02}-{1 + number % 12:02}-{1 + number % 28:02}T08:00:00Z"
        return Entry(digest=digest, document=document, tags=tuple(pick.sample(TAGS, pick.randint(0, 3))), created=day)

    def _sentence(self) -> str:
        words = self._random.choices(self.vocabulary, cum_weights=self._weights, k=16)
        return " ".join(words).capitalize() + "."


def _document(sentences: list[str], title: str, site: str, number: int) -> Document:
    text = ""
    blocks: list[Block] = []
    spans: list[Sentence] = []
    for at in range(0, len(sentences), 5):
        text += "\n\n" if text else ""
        start = len(text)
        for sentence in sentences[at : at + 5]:
            text += " " if len(text) > start else ""
            spans.append(Sentence(start=len(text), end=len(text) + len(sentence), block=len(blocks)))
            text += sentence
        blocks.append(Block(kind="paragraph", start=start, end=len(text)))
    metadata = Metadata(title=title, site=site, language="en", location=f"https://news.example/{number}")
    return Document(
        text=text,
        blocks=tuple(blocks),
        sentences=tuple(spans),
        metadata=metadata,
        reading=Reading(words=WORDS),
        source=f"resource-1:{number:064x}",
    )


def fill(digests: Digests, count: int, writer: Writer) -> None:
    """Put ``count`` made-up digests into the owner's library."""
    for start in range(0, count, BATCH):
        digests.keep_all(OWNER, [writer.entry(number) for number in range(start, min(start + BATCH, count))])


def cases(digests: Digests, writer: Writer) -> Iterator[tuple[str, Callable[[], int]]]:
    """What is measured, and what returns how many were found."""
    words = writer.vocabulary
    asked = {
        "a rare word": Filter(query=words[25_000]),
        "a common word": Filter(query=words[400]),
        "a very common word": Filter(query="the"),
        "three very common words": Filter(query="the of and"),
        "two letters and more": Filter(query="th"),
        "a phrase of common words": Filter(query='"of the"'),
        "common, without common": Filter(query=f"the -{words[60]}"),
        "odd: unclosed, syntax, 10,000 characters": Filter(query='"unclosed AND col:x * a-b ' + "x" * 10_000),
        "very common, of a tag and a site": Filter(query="the", tags=("climate",), site=SITES[0]),
        "of a tag, since a day": Filter(tags=("Climate",), since="2022-01-01"),
        "the newest 50": Filter(),
        "by title": Filter(order="title"),
    }
    for name, wanted in asked.items():
        yield name, lambda wanted=wanted: digests.find(OWNER, wanted).total  # type: ignore[misc]
    yield "the newest, page 150", lambda: digests.find(OWNER, Filter(), offset=7_450).total
    yield "very common, page 150", lambda: digests.find(OWNER, Filter(query="the"), offset=7_450).total
    yield "facets", lambda: digests.facets(OWNER).total


def median_ms(work: Callable[[], int]) -> tuple[float, int]:
    """Median time of ``RUNS`` calls in milliseconds, and what the last gave."""
    times = []
    found = work()
    for _ in range(RUNS):
        began = time.perf_counter()
        found = work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--digests", type=int, default=COUNT)
    parser.add_argument("--keep", type=Path, help="the library's file")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path = chosen.keep or Path(directory) / "library.db"
        store = Store.open(path)
        digests, writer = Digests(store), Writer()
        there = digests.facets(OWNER).total
        began = time.perf_counter()
        if not there:
            fill(digests, chosen.digests, writer)
            print(f"kept {chosen.digests:,} digests in {time.perf_counter() - began:.0f} s")
        print(f"{path.stat().st_size / 1e6:,.0f} MB for {there or chosen.digests:,} digests of {WORDS} words\n")
        print(f"| {'asked':42} | {'found':>6} | {'ms':>6} |\n|{'-' * 44}|{'-' * 7}:|{'-' * 7}:|")
        for name, work in cases(digests, writer):
            took, found = median_ms(work)
            print(f"| {name:42} | {found:6,} | {took:6.1f} |")
        store.close()


if __name__ == "__main__":
    main()

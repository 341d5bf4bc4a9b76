"""How well and how fast PDF files are read, beside PDFium's own text, pypdf and pdfminer.six in the same run.

    python -m benchmarks.pdf               print the tables
    python -m benchmarks.pdf --keep DIR    write the files there as well, to look at

The files are made here from texts that are known (benchmarks/pdfs.py); what needs Chromium, LaTeX or LibreOffice is left
out, and named, where these are not installed. Words are compared with the truth as multisets (precision, recall, F1), and in
their order: ``order`` is the share of the words found that stand in the truth's order (longest common subsequence). Of
Chinese and Japanese, every character is a word. A last table has a book of 300 pages through the sandbox: time, and the
worker's memory.
"""

from __future__ import annotations

import argparse
import io
import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from unicodedata import normalize

from aili.document import Document, Resource
from aili.errors import UnreadableError
from aili.extractors import ParseLimits, extract
from aili.extractors.pdf import File
from aili.extractors.pdf.file import read
from benchmarks import pdfs
from benchmarks.pdf_drawn import book
from benchmarks.pdf_tools import missing
from benchmarks.pdfs_found import FOUND

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|(?:(?![\u3040-\u30ff\u3400-\u9fff])\w)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    precision: float
    recall: float
    order: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


def words(text: str) -> list[str]:
    return WORD.findall(normalize("NFC", text).casefold().replace("’", "'"))


def score(found: str, truth: str) -> Score:
    got, wanted = words(found), words(truth)
    shared = (Counter(got) & Counter(wanted)).total()
    return Score(
        precision=shared / max(1, len(got)),
        recall=shared / max(1, len(wanted)),
        order=common(got, wanted) / max(1, shared),
    )


def common(got: Sequence[str], wanted: Sequence[str]) -> int:
    """Length of the longest common subsequence, by bits (Hyyrö 2004): a row of the table is one number."""
    places: dict[str, int] = {}
    for at, word in enumerate(wanted):
        places[word] = places.get(word, 0) | 1 << at
    everything = (1 << len(wanted)) - 1
    row = everything
    for word in got:
        here = row & places.get(word, 0)
        row = ((row + here) | (row - here)) & everything
    return len(wanted) - row.bit_count()


def document(data: bytes, *, min_words: int = 20) -> Document:
    resource = Resource(data=data, media_type="application/pdf", reference="x.pdf", location="x.pdf")
    return read(File(resource=resource, min_words=min_words))


def shown(found: Document) -> str:
    return f"{found.metadata.title}\n\n{found.text}"


def by_aili(data: bytes) -> str:
    return shown(document(data))


def by_pdfium(data: bytes) -> str:
    import pypdfium2

    opened = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in opened)


def by_pypdf(data: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def by_pdfminer(data: bytes) -> str:
    from pdfminer.high_level import extract_text

    return str(extract_text(io.BytesIO(data)))


READERS: dict[str, Callable[[bytes], str]] = {
    "aili": by_aili,
    "pypdfium2": by_pdfium,
    "pypdf": by_pypdf,
    "pdfminer.six": by_pdfminer,
}


def measure(reader: str, data: bytes, truth: str) -> tuple[Score, float]:
    start = time.process_time()
    try:
        found = READERS[reader](data)
    except UnreadableError as error:
        print(f"    {reader}: {error}")
        found = ""
    return score(found, truth), time.process_time() - start


def pages_of(data: bytes) -> int:
    import pypdfium2

    return len(pypdfium2.PdfDocument(data))


def long_book() -> str:
    """A book of 300 pages through the door: seconds, and the worker's largest memory."""
    data = book(135_500)
    count = pages_of(data)
    resource = Resource(data=data, media_type="application/pdf", reference="book.pdf", location="book.pdf")
    start = time.perf_counter()
    found = extract(resource, limits=ParseLimits())
    seconds = time.perf_counter() - start
    return (
        f"{count} pages, {found.reading.words:,} words: {seconds:.1f} s ({1000 * seconds / count:.0f} ms a page), "
        f"{most_memory()} at most in the worker"
    )


def most_memory() -> str:
    """The largest resident size that any worker had so far, where /proc tells."""
    sizes = []
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            status = Path(f"/proc/{child}/status").read_text()
            sizes += [int(size) / 1000 for size in re.findall(r"VmHWM:\s*(\d+) kB", status)]
    return f"{max(sizes):.0f} MB" if sizes else "unknown memory"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--keep", type=Path, help="write the files to this folder")
    parser.add_argument("--only", choices=list(READERS), help="one reader")
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)  # pdfminer.six remarks on every font of Chromium's
    everything = pdfs.SHEETS + pdfs.LATER + FOUND
    files = pdfs.make(everything)
    for why in sorted({why for sheet in everything if (why := missing(sheet.tool, sheet.source))}):
        print(f"{why}: its files are left out.")
    readers = [options.only] if options.only else list(READERS)
    print(f"{'':52} {'':12} {'precision':>9} {'recall':>7} {'F1':>6} {'order':>6} {'ms/page':>8}")
    compare("all that the extractor was made on", pdfs.SHEETS, files, readers)
    compare("all that were written later", pdfs.LATER, files, readers)
    compare("all that it was mended on", FOUND, files, readers)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (options.keep / f"{re.sub(r'[^a-z]+', '-', name)}.pdf").write_bytes(data)
    if not options.only or options.only == "aili":
        print(long_book())
    return 0


def compare(title: str, sheets: Sequence[pdfs.Sheet], files: dict[str, bytes], readers: Sequence[str]) -> None:
    """A line for each file and reader, and each reader's averages."""
    totals: dict[str, list[tuple[Score, float]]] = {reader: [] for reader in readers}
    for sheet in sheets:
        if sheet.name not in files:
            continue
        data = files[sheet.name]
        for reader in readers:
            points, seconds = measure(reader, data, f"{sheet.title}\n\n{sheet.text}")
            totals[reader].append((points, seconds / pages_of(data)))
            print(f"{sheet.name:52} {reader:12} {row(points, 1000 * seconds / pages_of(data))}")
    for reader, results in totals.items():
        points = [one for one, _ in results]
        if not points:
            continue
        average = Score(
            precision=mean(one.precision for one in points),
            recall=mean(one.recall for one in points),
            order=mean(one.order for one in points),
        )
        low = min(one.f1 for one in points)
        print(f"{title:52} {reader:12} {row(average, 1000 * mean(s for _, s in results))}   lowest F1 {low:.3f}")


def row(points: Score, milliseconds: float) -> str:
    return f"{points.precision:9.3f} {points.recall:7.3f} {points.f1:6.3f} {points.order:6.3f} {milliseconds:8.1f}"


if __name__ == "__main__":
    sys.exit(main())

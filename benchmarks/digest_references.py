"""The yardsticks of `python -m benchmarks.digest`: documents with reference digests, and articles of real pages.

The reference digests in ../shared/data were written by a large language model under editorial rules. Their documents are
laid out as an extractor would; the digests become Digests, so that they can be judged like any other. The pages of
../shared/dev/pages are read by aili's own extractor and have no reference.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aili import extractors
from aili.digest import Bullet, Digest, Question, Section
from aili.document import Block, BlockKind, Document, Metadata, Reading, Resource, Sentence
from aili.errors import UnreadableError
from aili.extractors import ParseLimits

SHARED = Path(__file__).parents[2] / "shared"
DATA = SHARED / "data" / "reference-digests.jsonl"
PAGES = SHARED / "dev" / "pages"
FEWEST = 100  # words; a shorter page is no article to digest


@dataclass(frozen=True)
class Reference:
    """A document and its reference digest, whose bullets' evidence is what the reference cites."""

    name: str
    document: Document
    digest: Digest

    @property
    def cited(self) -> frozenset[int]:
        """Sentences that the bullets of the digest cite."""
        return frozenset(i for bullet in self.bullets for i in bullet.evidence)

    @property
    def bullets(self) -> tuple[Bullet, ...]:
        """All bullets under the digest's questions."""
        return tuple(b for s in self.digest.sections for q in s.questions for b in q.bullets)


def references(split: str) -> list[Reference]:
    """The reference digests of a split."""
    rows = map(json.loads, DATA.read_text(encoding="utf-8").splitlines())
    return [_reference(row) for row in rows if row["split"] == split]


def _reference(row: dict[str, Any]) -> Reference:
    sections = tuple(
        Section(
            heading=section["heading"],
            questions=tuple(
                Question(text=each["question"], bullets=tuple(map(_bullet, each["bullets"])))
                for each in section["questions"]
            ),
        )
        for section in row["digest"]["sections"]
    )
    return Reference(
        name=row["id"],
        document=lay_out(row["title"], row["paragraphs"]),
        digest=Digest(title=row["title"], abstract=(_bullet(row["digest"]["abstract"]),), sections=sections),
    )


def _bullet(row: dict[str, Any]) -> Bullet:
    return Bullet(text=row["text"], evidence=tuple(row["cites"]))


def lay_out(title: str, paragraphs: Iterable[list[str]]) -> Document:
    """A Document whose sentence ids count through ``paragraphs``; a short line without a full stop is a heading."""
    text, blocks, sentences = "", [], []
    for paragraph in filter(None, paragraphs):
        text += "\n\n" if text else ""
        start = len(text)
        for at, sentence in enumerate(paragraph):
            text += " " if at else ""
            sentences.append(Sentence(start=len(text), end=len(text) + len(sentence), block=len(blocks)))
            text += sentence
        line = paragraph[0].rstrip()
        heading = len(paragraph) == 1 and len(line.split()) < 12 and not line.endswith((".", "!", ":", '"', ","))
        kind: BlockKind = "heading" if heading else "paragraph"
        blocks.append(Block(kind=kind, start=start, end=len(text), level=2 if heading else 0))
    return Document(
        text=text,
        blocks=tuple(blocks),
        sentences=tuple(sentences),
        metadata=Metadata(title=title, language="en"),
        reading=Reading(words=len(text.split())),
    )


def articles(size: int, *, seed: int = 1) -> dict[str, Document]:
    """``size`` articles among the pages by their number, English and of FEWEST words or more; the same for a seed."""
    truth = json.loads((PAGES / "truth.json").read_text(encoding="utf-8"))
    numbers = sorted(number for number, page in truth.items() if page["page_type"] == "article")
    random.Random(seed).shuffle(numbers)
    found: dict[str, Document] = {}
    for number in numbers:
        if len(found) == size:
            break
        data = gzip.decompress((PAGES / "html" / f"{number}.html.gz").read_bytes())
        location = truth[number]["url"]
        try:
            document = extractors.extract(
                Resource(data=data, media_type="text/html", reference=location, location=location),
                limits=ParseLimits(),
            )
        except UnreadableError:
            continue
        if document.metadata.language == "en" and document.reading.words >= FEWEST:
            found[number] = document
    return found


def data_hash() -> str:
    """SHA-256 of the reference digests."""
    return hashlib.sha256(DATA.read_bytes()).hexdigest()

"""Pairs of a question and the sentences that answer it, with their word pieces' states: `python -m training.writer.data`.

A source is a list of short texts, each with a role: the title, a heading, up to three sentences of evidence, and what
stands before them. Every text is read alone by the int8 graph that ships, so that the writer sees in training what it sees
at run time. Where a set marks the answer, its span is kept; the writer is trained with and without the mark.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import tarfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aili import encoder
from aili.segmentation import segment
from benchmarks.digest_references import lay_out
from benchmarks.digest_systems import heading_over
from benchmarks.squad import held_out
from training.writer.graphs import EVIDENCE, HEADING, TITLE, source

CONTEXT = 5
MAX_EVIDENCE = 3
WORK = Path(__file__).parents[1] / "work" / "writer"
DATA = Path(__file__).parents[3] / "shared" / "data"
QUESTIONS = Path(__file__).parents[1] / "questions.jsonl"
_WORD = re.compile(r"\w+")
_MARKS = re.compile(r" (?=[.,;:!?’'])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A question with its source: texts, the role of each, and the answer as (text, start, end) in characters."""

    corpus: str
    split: str
    question: str
    texts: tuple[str, ...]
    roles: tuple[int, ...]
    answer: tuple[int, int, int] | None = None


def pairs(data: Path) -> Iterator[Pair]:
    """All pairs. Of SQuAD's test articles those that `benchmarks.squad` holds out are `dev`; so are the dev digests."""
    yield from _digests(data)
    asked = defaultdict(list)
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        asked[row["document"]].append(row)
    yield from _asked(data, asked)
    for number, page in json.loads((data.parent / "dev" / "pages" / "truth.json").read_text(encoding="utf-8")).items():
        yield from _elsewhere(asked, f"pages/{number}", page["title"], page["main_content"])
    with tarfile.open(data / "train-open.tar.gz") as archive:
        members = {member.name: member for member in archive.getmembers() if member.isfile()}

        def text(name: str) -> str:
            return archive.extractfile(members[name]).read().decode("utf-8")  # type: ignore[union-attr]

        for name in (
            "squad11_test_split/data/test-v1.1.json",
            "squad_jucho/dev.filtered_for_training.json",
            "squadshifts/datasets/new_wiki_v1.0.json",
        ):
            corpus = name.partition("/")[0]
            articles = json.loads(text(name))
            yield from _squad(articles, corpus)
            for place, article in enumerate(articles["data"]):
                title = article["title"].replace("_", " ")
                for number, paragraph in enumerate(article["paragraphs"]):
                    yield from _elsewhere(asked, f"{corpus}/{place}/{number}", title, paragraph["context"])
        for number, line in enumerate(text("scitldr_a/SciTLDR-Data/SciTLDR-A/train.jsonl").splitlines()):
            paper = json.loads(line)
            yield from _elsewhere(asked, f"scitldr_a/{number}", paper.get("title", ""), paper["source"])
        yield from _discourse(text("qadiscourse/Dataset/wikinews_train.tsv"))
        stories = sorted(name for name in members if "/train/" in name and name.endswith("-story.csv"))
        for name in stories:
            beside = name.replace("-story.csv", "-questions.csv")
            if beside in members:
                yield from _story(text(name), text(beside))


def _digests(data: Path) -> Iterator[Pair]:
    with (data / "reference-digests.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            sentences = [sentence for paragraph in document["paragraphs"] for sentence in paragraph]
            for section in document["digest"]["sections"]:
                for asked in section["questions"]:
                    cited = dict.fromkeys(cite for bullet in asked["bullets"] for cite in bullet["cites"][:1])
                    forms = {
                        "cites": [sentences[cite] for cite in cited],
                        "bullets": [bullet["text"] for bullet in asked["bullets"]],
                    }
                    for form, texts in forms.items():
                        for count in {1, min(len(texts), MAX_EVIDENCE)} if form == "cites" else {MAX_EVIDENCE}:
                            kept = texts[:count]
                            yield Pair(
                                corpus=form if count > 1 else f"{form}-first", split=document["split"],
                                question=asked["question"],
                                texts=(document["title"], section["heading"], *kept),
                                roles=(TITLE, HEADING, *range(EVIDENCE, EVIDENCE + len(kept))),
                            )  # fmt: skip


def _asked(data: Path, asked: dict[str, list[Any]]) -> Iterator[Pair]:
    """Questions that a large language model wrote over sentences of the train split's documents (training/README.md)."""
    with (data / "reference-digests.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            document = lay_out(row["title"], row["paragraphs"])
            for each in asked[row["id"]]:
                texts = [document.sentence(number) for number in each["numbers"]]
                yield from _both(each["question"], row["title"], heading_over(document, each["numbers"][0]), texts)


def _elsewhere(asked: dict[str, list[Any]], name: str, title: str, told: str | list[str]) -> Iterator[Pair]:
    """Such questions over a paragraph or the sentences of an abstract."""
    for each in asked[name]:
        if isinstance(told, str):
            texts = [told[start:end] for start, end in each["spans"]]
        else:
            texts = [told[number] for number in each["numbers"]]
        heading = told[slice(*each["heading"])] if isinstance(told, str) and "heading" in each else ""
        yield from _both(each["question"], title, heading, texts)


def _both(question: str, title: str, heading: str, texts: list[str]) -> Iterator[Pair]:
    """The question over the first sentence, and over all."""
    over = ((title, TITLE), (heading, HEADING)) if heading else ((title, TITLE),)
    for count in {1, len(texts)}:
        parts = (*over, *zip(texts[:count], range(EVIDENCE, EVIDENCE + count), strict=True))
        yield Pair(
            corpus="asked" if count > 1 else "asked-first", split="train", question=question,
            texts=tuple(text for text, _ in parts), roles=tuple(role for _, role in parts),
        )  # fmt: skip


def _squad(articles: Any, corpus: str) -> Iterator[Pair]:
    for article in articles["data"]:
        title = article["title"].replace("_", " ")
        split = "dev" if corpus == "squad11_test_split" and held_out(article["title"]) else "train"
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            spans = segment(context, language="en")
            for asked in paragraph["qas"]:
                answer = asked["answers"][0]
                start = answer["answer_start"]
                at = next(number for number, (_, right) in enumerate(spans) if start < right)
                left, right = spans[at]
                before = (context[slice(*spans[at - 1])],) if at else ()
                yield Pair(
                    corpus=corpus, split=split, question=" ".join(asked["question"].split()),
                    texts=(title, context[left:right], *before), roles=(TITLE, EVIDENCE, CONTEXT)[: 2 + len(before)],
                    answer=(1, start - left, min(start + len(answer["text"]), right) - left),
                )  # fmt: skip


_OPENINGS = {"What is the reason": "Why", "In what manner": "How", "What is the result of": "What is the result of"}


def _discourse(table: str) -> Iterator[Pair]:
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        opening = _OPENINGS.get(row["question_start"])
        if opening is None:
            continue
        rest = row["full_question"].removeprefix(row["question_start"]).strip()
        sentence = _MARKS.sub("", row["untokenized sentence"])
        found = sentence.find(row["full_answer"])
        yield Pair(
            corpus="qadiscourse", split="train", question=f"{opening} {rest}?", texts=(sentence,), roles=(EVIDENCE,),
            answer=(0, found, found + len(row["full_answer"])) if found >= 0 else None,
        )  # fmt: skip


def _story(sections: str, asked: str) -> Iterator[Pair]:
    told = {row["section"]: " ".join(row["text"].split()) for row in csv.DictReader(io.StringIO(sections))}
    for row in csv.DictReader(io.StringIO(asked)):
        text = told.get(row["cor_section"].strip(), "")
        if not text:
            continue
        sentences = [text[left:right] for left, right in segment(text, language="en")]
        wanted = _bag(row["answer1"]) | _bag(row["question"])
        ranked = sorted(range(len(sentences)), key=lambda n: -len(_bag(sentences[n]) & wanted))[:2]
        kept = [sentences[number] for number in sorted(ranked)]
        yield Pair(
            corpus="fairytaleqa", split="train", question=" ".join(row["question"].split()), texts=tuple(kept),
            roles=tuple(range(EVIDENCE, EVIDENCE + len(kept))),
        )  # fmt: skip


def _bag(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if len(word) > 3}


def prepare(data: Path, work: Path) -> None:
    """Write pairs.jsonl, and for each different text its piece ids and states (pieces, 3 x 384, float16)."""
    work.mkdir(parents=True, exist_ok=True)
    rows = list(pairs(data))
    texts = list(dict.fromkeys(text for row in rows for text in row.texts))
    number = {text: at for at, text in enumerate(texts)}
    reader = encoder.load(threads=1)
    begun = time.monotonic()

    ids: list[int] = []
    offsets: list[tuple[int, int]] = []
    starts = [0]
    with (work / "states.bin").open("wb") as file, ThreadPoolExecutor(2) as pool:
        for at, found in enumerate(pool.map(lambda text: source(text, reader.states(text), EVIDENCE), texts)):
            ids += found.ids
            offsets += found.spans
            starts.append(len(ids))
            file.write(found.states.astype(np.float16).tobytes())
            if at % 2000 == 0:
                print(f"{at} of {len(texts)} texts, {time.monotonic() - begun:.0f} s", flush=True)
    np.savez(work / "texts.npz", ids=np.array(ids), offsets=np.array(offsets), starts=np.array(starts))
    lines = [json.dumps({**asdict(row), "numbers": [number[text] for text in row.texts]}) for row in rows]
    (work / "pairs.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--work", type=Path, default=WORK)
    options = parser.parse_args()
    prepare(options.data, options.work)


if __name__ == "__main__":
    main()

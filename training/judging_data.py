"""Questions with sentences that answer them and sentences that do not: `python -m training.judging_data`.

One object a line of training/work/judging/{train,dev,rated}.jsonl: `title`, `question`, `texts` (what should answer it),
`corpus`, `answered` (0 to 1) and `asked` (0 to 1 whether it is a question to ask); null where nobody said so. The sentences
of a set are its own answers, and against them others of the same paragraph, section or document, likest in words first.
`rated` are questions that teachers accepted or refused (Quiz Design) and that readers rated (QSalience).
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import re
import tarfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from aili.segmentation import segment
from benchmarks.squad import held_out

WORK = Path(__file__).parent / "work" / "judging"
DATA = Path(__file__).parents[2] / "shared" / "data"
MOST = 3  # sentences
_WORD = re.compile(r"\w+")
_MARKS = re.compile(r" (?=[.,;:!?’'])")
_OPENINGS = {"What is the reason": "Why", "In what manner": "How", "What is the result of": "What is the result of"}
_TIED = re.compile(
    r"\b(?:because|since|due|by|through|so|therefore|to|for|as|with|using|after|when|if)\b", re.IGNORECASE
)
_FACT = re.compile(r"^(?:When|Where|In what year|On what date|What year) (did|was|were|is|are|does|do|has|had) ")

Row = dict[str, Any]


def rows(data: Path) -> Iterator[tuple[str, Row]]:
    """(split, row) of all sets."""
    for line in (data / "reference-digests.jsonl").read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        pick = random.Random(document["id"])
        yield from ((document["split"], row) for row in _digest(document, pick))
    with tarfile.open(data / "train-open.tar.gz") as archive:
        text = partial(_text, archive)
        members = {member.name for member in archive.getmembers() if member.isfile()}
        for name in (
            "squad11_test_split/data/test-v1.1.json",
            "squad_jucho/dev.filtered_for_training.json",
            "squadshifts/datasets/new_wiki_v1.0.json",
        ):
            for article in json.loads(text(name))["data"]:
                split = "dev" if name.startswith("squad11") and held_out(article["title"]) else "train"
                yield from ((split, row) for row in _article(article, random.Random(article["title"])))
        yield from (("train", row) for row in _discourse(text("qadiscourse/Dataset/wikinews_train.tsv")))
        stories = sorted(name for name in members if "/train/" in name and name.endswith("-story.csv"))
        for name in stories:
            asked = name.replace("-story.csv", "-questions.csv")
            if asked in members:
                yield from (("train", row) for row in _story(text(name), text(asked), random.Random(name)))


def rated(data: Path) -> Iterator[Row]:
    """Questions that people judged."""
    with tarfile.open(data / "train-open.tar.gz") as archive:
        lines = _text(archive, "quiz_design/Quiz_Design/quiz_design_groups.jsonl").splitlines()
        table = _text(archive, "qsalience/data/salience/salience.csv")
    for group in map(json.loads, lines):
        context = group["context"]
        spans = segment(context, language="en")
        start = max(context.find(group["answer_span"]), 0)
        left, right = next((span for span in spans if start < span[1]), spans[-1])
        for each in group["questions"]:
            fluent, fitting = each["reason"] != "disfluent", each["reason"] in ("No error", "disfluent")
            yield {"title": "", "question": each["question"], "texts": [context[left:right]], "corpus": "quiz",
                   "answered": float(fitting), "asked": float(fluent)}  # fmt: skip
    for row in csv.DictReader(io.StringIO(table)):
        score = max(float(row["human_salience"]) - 1, 0) / 4  # 0: no question at all
        yield {
            "title": "",
            "question": row["question"],
            "texts": [],
            "corpus": "salience",
            "answered": None,
            "asked": score,
        }


def _text(archive: tarfile.TarFile, name: str) -> str:
    file = archive.extractfile(next(member for member in archive.getmembers() if member.name.endswith(name)))
    assert file is not None
    return file.read().decode("utf-8")


def _digest(document: Row, pick: random.Random) -> Iterator[Row]:
    """A reference's questions over their own bullets and citations, and over those of others."""
    sentences = [sentence for paragraph in document["paragraphs"] for sentence in paragraph]
    asked = [
        (at, question) for at, section in enumerate(document["digest"]["sections"]) for question in section["questions"]
    ]
    cited = [{cite for bullet in question["bullets"] for cite in bullet["cites"]} for _, question in asked]

    def row(question: str, texts: Sequence[str], answered: float, kind: str) -> Row:
        return {"title": document["title"], "question": question, "texts": list(texts[:MOST]), "corpus": f"digests {kind}",
                "answered": answered, "asked": 1.0}  # fmt: skip

    for at, (section, question) in enumerate(asked):
        text, bullets = question["question"], [bullet["text"] for bullet in question["bullets"]]
        own = [sentences[cite] for bullet in question["bullets"] for cite in bullet["cites"][:1]]
        yield row(text, bullets, 1.0, "own")
        yield row(text, list(dict.fromkeys(own)), 1.0, "own")
        if len(bullets) > 1:
            yield row(text, [pick.choice(own)], 0.85, "part")
        others = sorted(
            (n for n in range(len(asked)) if n != at),
            key=lambda n: (asked[n][0] != section, -_alike(text, " ".join(b["text"] for b in asked[n][1]["bullets"]))),
        )
        for n in others[:2]:
            yield row(text, [bullet["text"] for bullet in asked[n][1]["bullets"]], 0.0, "other")
        left = [n for n in range(len(sentences)) if n not in cited[at] and len(sentences[n].split()) > 6]
        near = sorted(left, key=lambda n: -_alike(text, sentences[n]))[:6]
        for n in pick.sample(near, min(2, len(near))):
            yield row(text, [sentences[n]], 0.1, "uncited")


def _article(article: Row, pick: random.Random) -> Iterator[Row]:
    """Questions of SQuAD over the sentence that holds the answer, and over others of the paragraph."""
    title = article["title"].replace("_", " ")
    for paragraph in article["paragraphs"]:
        context = paragraph["context"]
        spans = segment(context, language="en")
        texts = [context[left:right] for left, right in spans]
        for asked in paragraph["qas"]:
            question = " ".join(asked["question"].split())
            start = asked["answers"][0]["answer_start"]
            at = next(number for number, (_, right) in enumerate(spans) if start < right)
            base = {"title": title, "corpus": "squad", "asked": None}
            yield base | {"question": question, "texts": [texts[at]], "answered": 1.0}
            others = sorted((n for n in range(len(texts)) if n != at), key=lambda n: -_alike(question, texts[n]))
            answer = asked["answers"][0]["text"].lower()
            others = [n for n in others if answer not in texts[n].lower()]
            if others:
                chosen = others[0] if pick.random() < 0.6 else pick.choice(others)
                yield base | {"question": question, "texts": [texts[chosen]], "answered": 0.0}
            fact = _FACT.match(question)
            if fact and not _TIED.search(texts[at]) and pick.random() < 0.5:
                word = pick.choice(("Why", "How"))
                turned = _FACT.sub(f"{word} {fact[1]} ", question)
                yield base | {"question": turned, "texts": [texts[at]], "answered": 0.0, "corpus": "squad turned"}


def _discourse(table: str) -> Iterator[Row]:
    found: list[tuple[str, str]] = []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        opening = _OPENINGS.get(row["question_start"])
        if opening is not None:
            rest = row["full_question"].removeprefix(row["question_start"]).strip()
            found.append((f"{opening} {rest}?", _MARKS.sub("", row["untokenized sentence"])))
    for at, (question, sentence) in enumerate(found):
        base = {"title": "", "question": question, "corpus": "discourse", "asked": None}
        yield base | {"texts": [sentence], "answered": 1.0}
        near = {other for _, other in found[max(at - 8, 0) : at + 8] if other != sentence}
        if near:
            yield base | {"texts": [max(sorted(near), key=lambda other: _alike(question, other))], "answered": 0.0}


def _story(sections: str, asked: str, pick: random.Random) -> Iterator[Row]:
    told = {row["section"]: " ".join(row["text"].split()) for row in csv.DictReader(io.StringIO(sections))}
    split = {at: [text[a:b] for a, b in segment(text, language="en")] for at, text in told.items()}
    for row in csv.DictReader(io.StringIO(asked)):
        section = row["cor_section"].strip()
        if section not in split:
            continue
        question, wanted = " ".join(row["question"].split()), f"{row['answer1']} {row['question']}"
        texts = split[section]
        ranked = sorted(range(len(texts)), key=lambda n: -_alike(wanted, texts[n]))[:2]
        base = {"title": "", "question": question, "corpus": "story", "asked": None}
        yield base | {"texts": [texts[n] for n in sorted(ranked)], "answered": 0.9}
        other = pick.choice([at for at in split if at != section] or [""])
        if other:
            best = max(split[other], key=lambda text: _alike(question, text))
            yield base | {"texts": [best], "answered": 0.0}


def _alike(first: str, second: str) -> float:
    """Content words of the first that the second has, a little less for every other word of the second."""
    a, b = ({word for word in _WORD.findall(text.lower()) if len(word) > 3} for text in (first, second))
    return len(a & b) - 0.01 * len(b)


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--work", type=Path, default=WORK)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    counts: dict[tuple[str, str], int] = {}
    with (
        (options.work / "train.jsonl").open("w", encoding="utf-8") as train,
        (options.work / "dev.jsonl").open("w", encoding="utf-8") as dev,
    ):
        for split, row in rows(options.data):
            counts[split, row["corpus"]] = counts.get((split, row["corpus"]), 0) + 1
            (train if split == "train" else dev).write(json.dumps(row, ensure_ascii=False) + "\n")
    with (options.work / "rated.jsonl").open("w", encoding="utf-8") as file:
        for row in rated(options.data):
            counts["rated", row["corpus"]] = counts.get(("rated", row["corpus"]), 0) + 1
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(counts)


if __name__ == "__main__":
    main()

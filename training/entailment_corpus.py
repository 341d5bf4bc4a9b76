"""True claims with the sentences they rest on, and the analysed sentences that edits are made from.

All in ../shared/data: the reference digests' bullets with their cites (train split; the dev split is only for measuring),
FEVER's claims with their evidence, what people wrote of papers (SciTLDR) and of meetings (QMSum), and plain sentences of the
digests' documents and of Wikipedia (SQuAD's paragraphs), which are cut down to true, shorter claims.
"""

from __future__ import annotations

import json
import pickle
import random
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aili.encoder import Token, load
from aili.segmentation import segment

FEVER = ("fever_athnlp/data/fever/validation.jsonl", "fever_athnlp/data/fever/test.jsonl")
SQUAD = "squad11_test_split/data/test-v1.1.json"
SCITLDR = "scitldr_a/SciTLDR-Data/SciTLDR-A/train.jsonl"
QMSUM = ("qmsum/data/Academic/jsonl/train.jsonl", "qmsum/data/Committee/jsonl/train.jsonl")
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-COLON-": ":", "``": '"', "''": '"'}
MINIMUM, MAXIMUM = 6, 45  # words of a sentence that claims are made from


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A claim, the numbers of the sentences of `text` that it rests on, and whether it is true of them."""

    corpus: str
    claim: str
    cites: tuple[int, ...]
    text: int  # index into the list of texts
    true: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A document's sentences; for FEVER, the evidence of one claim."""

    corpus: str
    split: str
    title: str
    sentences: tuple[str, ...]


def read(data: Path) -> tuple[list[Text], list[Pair]]:
    """All texts, and all claims given with them."""
    texts: list[Text] = []
    pairs: list[Pair] = []
    for line in (data / "reference-digests.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        sentences = tuple(sentence for paragraph in row["paragraphs"] for sentence in paragraph)
        texts.append(Text(corpus="digests", split=row["split"], title=row["title"], sentences=sentences))
        pairs += _digest(row["digest"], len(texts) - 1)
    with tarfile.open(data / "train-open.tar.gz") as archive:
        for text, claim, cites, true in _others(archive):
            texts.append(text)
            if claim:
                pairs.append(Pair(corpus=text.corpus, claim=claim, cites=cites, text=len(texts) - 1, true=true))
    return texts, pairs


def _digest(digest: dict[str, Any], text: int) -> Iterator[Pair]:
    for section in digest["sections"]:
        for question in section["questions"]:
            for bullet in question["bullets"]:
                yield Pair(corpus="bullet", claim=bullet["text"], cites=tuple(sorted(bullet["cites"])), text=text)


def _others(archive: tarfile.TarFile) -> Iterator[tuple[Text, str, tuple[int, ...], bool]]:
    def lines(name: str) -> list[str]:
        member = archive.extractfile(name)
        assert member is not None
        return member.read().decode("utf-8").splitlines()

    for name in FEVER:
        for line in lines(name):
            row = json.loads(line)
            sentences = tuple(plain(sentence) for sentence in row["evidence"][:3])
            text = Text(corpus="fever", split="train", title="", sentences=sentences)
            yield text, plain(row["claim"]), tuple(range(len(sentences))), row["label"] == "SUPPORTS"
    for line in lines(SCITLDR):
        row = json.loads(line)
        target = row["target"][0]
        cites = _nearest(target, row["source"])
        text = Text(corpus="scitldr", split="train", title="", sentences=tuple(row["source"]))
        yield text, target if cites else "", cites, True
    for name in QMSUM:
        for line in lines(name):
            yield from _meeting(json.loads(line))
    for article in json.loads("\n".join(lines(SQUAD)))["data"]:
        sentences = tuple(
            paragraph["context"][start:end]
            for paragraph in article["paragraphs"]
            for start, end in segment(paragraph["context"], language="en")
        )
        yield (
            Text(corpus="squad", split="train", title=article["title"].replace("_", " "), sentences=sentences),
            "",
            (),
            True,
        )


def _meeting(row: dict[str, Any]) -> Iterator[tuple[Text, str, tuple[int, ...], bool]]:
    """The sentences of each answer about a meeting, with the turns it is about; the speaker stands before each sentence."""
    for query in row["specific_query_list"]:
        turns = [
            row["meeting_transcripts"][n]
            for a, b in query["relevant_text_span"]
            for n in range(int(a), min(int(b) + 1, len(row["meeting_transcripts"])))
        ]
        said = tuple(
            f"{turn['speaker']}: {content[start:end]}"
            for turn in turns
            for content in (re.sub(r"\{\w+\} ?", "", plain(turn["content"])),)
            for start, end in segment(content, language="en")
            if end - start > 20
        )
        text = Text(corpus="qmsum", split="train", title="", sentences=said)
        answer = plain(query["answer"])
        for start, end in segment(answer, language="en"):
            claim = answer[start:end]
            cites = _nearest(claim, list(said), most=4, share=0.6) if said and worthy(claim) else ()
            if cites:
                yield text, claim, cites, True


def _nearest(claim: str, sentences: list[str], *, most: int = 3, share: float = 0.7) -> tuple[int, ...]:
    """The fewest sentences that hold this share of the claim's words, none if more than ``most`` would do; greedy."""
    wanted = content(claim)
    left, taken = set(wanted), []
    for _ in range(most):
        number = max(range(len(sentences)), key=lambda n: len(left & content(sentences[n])))
        if not left & content(sentences[number]):
            break
        taken.append(number)
        left -= content(sentences[number])
    return tuple(sorted(set(taken))) if wanted and len(left) <= (1 - share) * len(wanted) else ()


@cache
def content(text: str) -> frozenset[str]:
    """The longer words of a text, cut to six letters: a crude stem."""
    return frozenset(word[:6] for word in re.findall(r"\w+", text.lower()) if len(word) > 3 or word.isdigit())


def plain(text: str) -> str:
    """Penn Treebank's tokens as running text."""
    for old, new in _BRACKETS.items():
        text = text.replace(old, new)
    text = re.sub(r" ([.,;:!?%)\]]|'s\b|'\B|n't\b)", r"\1", text)
    text = re.sub(r"([(\[$£€]) ", r"\1", text)
    return re.sub(r'" ([^"]*?) "', r'"\1"', text).strip()


def worthy(sentence: str) -> bool:
    """Whether a sentence is whole and of a length that claims have."""
    words = sentence.split()
    return (
        MINIMUM <= len(words) <= MAXIMUM and sentence[0].isupper() and sentence[-1] in '.!”"' and "http" not in sentence
    )


def chosen(texts: list[Text], corpus: str, most: int, split: str = "train") -> list[tuple[int, int]]:
    """(text, sentence) of sentences to make claims from, spread over the texts; the same ones every time."""
    places = [
        (number, index)
        for number, text in enumerate(texts)
        if text.corpus == corpus and text.split == split
        for index, sentence in enumerate(text.sentences)
        if worthy(sentence)
    ]
    random.Random(corpus).shuffle(places)
    return places[:most]


def analysed(sentences: Iterable[str], cache: Path) -> dict[str, tuple[Token, ...]]:
    """The tokens of each sentence, read by the embedded engine's own heads; kept in a file, which only grows."""
    known: dict[str, tuple[Token, ...]] = pickle.loads(cache.read_bytes()) if cache.exists() else {}
    new = [sentence for sentence in dict.fromkeys(sentences) if sentence not in known]
    encoder = load(threads=2)
    for start in range(0, len(new), 2000):
        part = new[start : start + 2000]
        known |= {text: found.tokens for text, found in zip(part, encoder.analyse(part), strict=True)}
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(pickle.dumps(known))
        print(f"analysed {start + len(part)} of {len(new)}", flush=True)
    return known

"""Groups of claims over one set of evidence sentences: what the head is trained on, and its kinds of error measured on.

A group holds one true claim, perhaps reworded, and edited claims beside it, so that a batch shows the head what makes the
difference. `python -m training.entailment_data --help`.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from aili.encoder import Token
from training.entailment_corpus import Pair, Text, analysed, chosen, content, read
from training.entailment_edits import FALSE
from training.entailment_rewording import TRUE
from training.entailment_sentence import Source, apply
from training.entailment_words import Words, wordnet

SENTENCES = {"digests": 1500, "squad": 500}
FACTS = 6000  # of FEVER
# How often a kind of edit is tried first; the rarer it succeeds, the higher.
WEIGHTS = {
    "number": 1.5, "date": 1.5, "name": 2, "roles": 8, "antonym": 4, "sibling": 2.5, "verb": 2.5, "noun": 1.5,
    "adjective": 2, "swapped": 1.5, "modality": 3, "negated": 1.5, "affirmed": 3, "added": 2, "described": 1,
    "only": 1, "speaker": 4,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A claim; `spans` are the characters that are not supported, None where that is not known."""

    text: str
    true: bool
    kind: str
    spans: tuple[tuple[int, int], ...] | None = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Claims about the same sentences."""

    corpus: str
    evidence: tuple[str, ...]
    claims: tuple[Claim, ...]


class Builder:
    """Makes the groups of one split."""

    def __init__(
        self, given: tuple[list[Text], list[Pair]], tokens: dict[str, tuple[Token, ...]], words: Words, split: str
    ) -> None:
        self.texts, self.tokens, self.words = given[0], tokens, words
        self.rng = random.Random(f"entailment {split}")
        self.by_text = {
            number: [tokens[s] for s in text.sentences if s in tokens]
            for number, text in enumerate(self.texts)
            if text.corpus in SENTENCES and text.split == split
        }
        for pair in given[1]:
            if pair.text in self.by_text and pair.claim in tokens:
                self.by_text[pair.text].append(tokens[pair.claim])
        self.far = [found for number in self.by_text for found in self.by_text[number]]

    def bullets(self, pairs: list[Pair]) -> Iterator[Group]:
        """A reference bullet, reworded, edited, and with evidence that is not its own."""
        for pair in pairs:
            evidence = self._sentences(pair.text, pair.cites, pair.claim)
            true = Claim(text=pair.claim, true=True, kind="bullet")
            reworded = list(self._reworded(pair.claim))
            false = list(self._edited([true, *reworded], evidence, pair.text, count=2))
            yield Group(corpus="bullet", evidence=evidence, claims=(true, *reworded, *false))
            yield from self._unsupported(pair)

    def _unsupported(self, pair: Pair) -> Iterator[Group]:
        """The bullet without one of its sentences, if that one alone has several of its words; or with other sentences."""
        sentences = self.texts[pair.text].sentences
        wanted = content(pair.claim)
        if len(pair.cites) > 1:
            gone = self.rng.choice(pair.cites)
            rest = tuple(n for n in pair.cites if n != gone)
            missing = (wanted & content(sentences[gone])) - {w for n in rest for w in content(sentences[n])}
            if len(missing) >= 3:
                claim = Claim(text=pair.claim, true=False, kind="missing", spans=_spans(pair.claim, missing))
                yield Group(corpus="bullet", evidence=tuple(sentences[n] for n in rest), claims=(claim,))
        if self.rng.random() < 0.3:
            near = sorted(
                (n for n in range(len(sentences)) if n not in pair.cites and len(sentences[n].split()) > 5),
                key=lambda n: -len(wanted & content(sentences[n])),
            )[:3]
            if near and len(wanted & {w for n in near for w in content(sentences[n])}) < 0.5 * len(wanted):
                claim = Claim(text=pair.claim, true=False, kind="other", spans=None)
                yield Group(corpus="bullet", evidence=tuple(sentences[n] for n in sorted(near)), claims=(claim,))

    def sentences(self, corpus: str, most: int, split: str) -> Iterator[Group]:
        """A sentence cut down or reworded, and edited."""
        for number, index in chosen(self.texts, corpus, most, split):
            sentence = self.texts[number].sentences[index]
            if sentence not in self.tokens:
                continue
            evidence = self._sentences(number, (index,), sentence)
            true = list(self._reworded(sentence, likely=1.0))
            if self.rng.random() < 0.3 or not true:
                true.append(Claim(text=sentence, true=True, kind="copy"))
            false = list(self._edited([*true, Claim(text=sentence, true=True, kind="copy")], evidence, number, count=2))
            yield Group(corpus=corpus, evidence=evidence, claims=(*true, *false))

    def facts(self, pairs: list[Pair]) -> Iterator[Group]:
        """Claims as people wrote them; some edited, some with evidence that is not their own alone, or not theirs."""
        alike: defaultdict[str, list[Pair]] = defaultdict(list)
        for pair in pairs:
            alike[" ".join(pair.claim.split()[:2])].append(pair)
        for pair in pairs:
            fact = pair.corpus == "fever"
            other = self.rng.choice(alike[" ".join(pair.claim.split()[:2])])
            there = tuple(self.texts[other.text].sentences[n] for n in other.cites)
            evidence = self._sentences(pair.text, pair.cites, pair.claim)
            if fact and len(evidence) < 4 and other.text != pair.text and self.rng.random() < 0.4:
                evidence = (*evidence, there[0]) if self.rng.random() < 0.5 else (there[0], *evidence)
            claim = Claim(text=pair.claim, true=pair.true, kind=pair.corpus, spans=() if pair.true else None)
            true = [claim, *self._reworded(pair.claim)] if pair.true else [claim]
            edited = pair.true and self.rng.random() < (0.4 if fact else 1.0)
            false = list(self._edited(true, evidence, -1, count=1 if fact else 2)) if edited else []
            yield Group(corpus=pair.corpus, evidence=evidence, claims=(*true, *false))
            wanted = content(pair.claim)
            if self.rng.random() < 0.35 and len(wanted & content(" ".join(there))) <= 0.5 * len(wanted):
                stray = Claim(text=pair.claim, true=False, kind="other", spans=None)
                yield Group(corpus=pair.corpus, evidence=there, claims=(stray,))

    def _sentences(self, text: int, cites: tuple[int, ...], claim: str) -> tuple[str, ...]:
        """The cited sentences, mostly among neighbours or among those most like the claim, in the document's order."""
        sentences = self.texts[text].sentences
        taken = {n for n in cites if n < len(sentences)}
        if len(taken) < 4 and (drawn := self.rng.random()) < 0.7:
            most = self.rng.choice((1, 1, 2, 3))
            others = {n + step for n in taken for step in (-2, -1, 1, 2) if 0 <= n + step < len(sentences)} - taken
            near = self.rng.sample(sorted(others), min(len(others), most))
            if drawn < 0.35:
                wanted = content(claim)
                rest = (n for n in range(len(sentences)) if n not in taken and len(sentences[n].split()) > 4)
                near = sorted(rest, key=lambda n: -len(wanted & content(sentences[n])))[:most]
            taken |= set(near[: 4 - len(taken)])
        return tuple(sentences[n] for n in sorted(taken))

    def _source(self, text: str, number: int, evidence: tuple[str, ...]) -> Source | None:
        tokens = self.tokens.get(text)
        if tokens is None:
            return None
        words = frozenset(word.strip(".,;:!?()\"'“”’") for word in " ".join(evidence).lower().split())
        apart = [
            t
            for t in self.by_text.get(number, [])
            if "".join(x.text for x in t) not in "".join(evidence).replace(" ", "")
        ]
        return Source(text, tokens, self.words, apart, self.far, words)

    def _reworded(self, text: str, likely: float = 0.6) -> Iterator[Claim]:
        if self.rng.random() >= likely:
            return
        source = self._source(text, -1, ())
        kinds = list(TRUE)
        self.rng.shuffle(kinds)
        for kind in kinds:
            if source and (changes := TRUE[kind](source, self.rng)):
                new = apply(text, changes)[0].replace("  ", " ")
                if new != text:
                    yield Claim(text=new, true=True, kind=kind)
                    return

    def _edited(self, bases: list[Claim], evidence: tuple[str, ...], number: int, *, count: int) -> Iterator[Claim]:
        """Claims with one false edit; of a reworded claim, the tokens are read anew only if they are known."""
        kinds, made = list(WEIGHTS), 0
        for kind in _shuffled(kinds, list(WEIGHTS.values()), self.rng):
            base = self.rng.choice(bases)
            source = self._source(base.text, number, evidence)
            if source is None:
                base = bases[0] if bases[0].text in self.tokens else bases[-1]
                source = self._source(base.text, number, evidence)
            changes = FALSE[kind](source, self.rng) if source else []
            if changes:
                text, spans = apply(base.text, changes)
                if text.lower() != base.text.lower():
                    yield Claim(text=text, true=False, kind=kind, spans=tuple(spans))
                    made += 1
            if made == count:
                return


def _shuffled(items: list[str], weights: list[float], rng: random.Random) -> list[str]:
    """A random order in which heavier items come earlier (Efraimidis and Spirakis, 2006)."""
    keys = {item: rng.random() ** (1 / weight) for item, weight in zip(items, weights, strict=True)}
    return sorted(items, key=lambda item: -keys[item])


def _spans(text: str, stems: set[str]) -> tuple[tuple[int, int], ...]:
    lower, found = text.lower(), []
    for stem in stems:
        at = lower.find(stem)
        if at >= 0:
            end = at
            while end < len(text) and text[end].isalnum():
                end += 1
            found.append((at, end))
    return tuple(sorted(found))


def build(data: Path, work: Path, words: Words) -> None:
    """Write train.jsonl and dev.jsonl."""
    texts, pairs = read(data)
    facts = [pair for pair in pairs if pair.corpus == "fever"][:FACTS]
    pairs = [*(pair for pair in pairs if pair.corpus != "fever"), *facts]
    wanted = [pair.claim for pair in pairs if pair.true]
    for corpus, most in SENTENCES.items():
        wanted += [texts[a].sentences[b] for a, b in chosen(texts, corpus, most)]
    tokens = analysed(wanted, work / "analysed.pkl")
    words.learn(tokens.values())
    of = {
        split: [p for p in pairs if p.corpus == "bullet" and texts[p.text].split == split] for split in ("train", "dev")
    }
    train = Builder((texts, pairs), tokens, words, "train")
    groups = [
        *train.bullets(of["train"]),
        *train.facts([p for p in pairs if p.corpus in {"fever", "scitldr", "qmsum"}]),
    ]
    groups += [group for corpus, most in SENTENCES.items() for group in train.sentences(corpus, most, "train")]
    _write(work / "train.jsonl", groups)
    dev = Builder((texts, pairs), tokens, words, "dev")
    _write(work / "dev.jsonl", list(dev.bullets(of["dev"])))


def _write(path: Path, groups: list[Group]) -> None:
    path.write_text("".join(json.dumps(asdict(group), ensure_ascii=False) + "\n" for group in groups), encoding="utf-8")
    counts = Counter((claim.true, claim.kind) for group in groups for claim in group.claims)
    print(
        path.name,
        len(groups),
        "groups",
        sum(counts.values()),
        "claims",
        f"{sum(n for (t, _), n in counts.items() if t)} true",
    )
    print("  " + ", ".join(f"{kind} {'+' if true else '-'} {n}" for (true, kind), n in counts.most_common()))


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--wordnet", type=Path, default=Path("/usr/share/wordnet"), help="Debian: apt install wordnet-base"
    )
    parser.add_argument("--work", type=Path, default=Path("training/work/entailment"))
    arguments = parser.parse_args()
    build(arguments.data, arguments.work, wordnet(arguments.wordnet))


if __name__ == "__main__":
    main()

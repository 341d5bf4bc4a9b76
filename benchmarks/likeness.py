"""How like two texts are: ROUGE-1 and ROUGE-L (Lin 2004), and BLEU-4 and METEOR by NLTK.

Words are runs of letters and digits in lower case, without stemming, as rouge-score takes them by default; for BLEU and
METEOR marks count as words too. METEOR matches words and stems, not synonyms (WordNet is a download), with the weights of
its first paper (alpha .9, beta 3, gamma .5): its figures compare with one another, not with those of METEOR 1.5.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import mean

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|[^\w\s]")


def words(text: str) -> list[str]:
    """Words in lower case."""
    return _WORD.findall(text.lower())


def rouge_1(text: str, reference: str) -> float:
    """F1 of the words that two texts share, 0–1."""
    ours, theirs = words(text), words(reference)
    return _f1((Counter(ours) & Counter(theirs)).total(), len(ours), len(theirs))


def rouge_l(text: str, reference: str) -> float:
    """F1 of the longest common subsequence of words, 0–1."""
    ours, theirs = words(text), words(reference)
    return _f1(_common(ours, theirs), len(ours), len(theirs))


def _f1(hits: int, ours: int, theirs: int) -> float:
    return 2 * hits / (ours + theirs) if hits else 0.0


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    row = [0] * (len(right) + 1)
    for word in left:
        before = 0
        for at, other in enumerate(right, 1):
            before, row[at] = row[at], before + 1 if word == other else max(row[at], row[at - 1])
    return row[-1]


def bleu_4(texts: Sequence[str], references: Sequence[str]) -> float:
    """BLEU-4 of the whole set with one reference each (Papineni et al. 2002), unsmoothed, 0–1."""
    from nltk.translate.bleu_score import corpus_bleu

    return float(corpus_bleu([[_tokens(text)] for text in references], [_tokens(text) for text in texts]))


def meteor(texts: Sequence[str], references: Sequence[str]) -> float:
    """Mean METEOR (Banerjee & Lavie 2005) without synonyms, 0–1."""
    from nltk.translate.meteor_score import single_meteor_score

    class NoSynonyms:
        @staticmethod
        def synsets(_: str) -> tuple[()]:
            return ()

    pairs = zip(references, texts, strict=True)
    return mean(single_meteor_score(_tokens(ref), _tokens(text), wordnet=NoSynonyms()) for ref, text in pairs)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())

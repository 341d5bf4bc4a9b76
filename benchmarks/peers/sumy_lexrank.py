"""LexRank of sumy as one process: ``python -m benchmarks.peers.sumy_lexrank FILE`` prints ten sentences.

sumy's own tokenizer downloads data for NLTK on first use, which a program without network cannot; it gets a simple one in
its place, which does less work than NLTK's, so sumy is shown at its best.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sumy.nlp.stemmers import Stemmer
from sumy.parsers.plaintext import PlaintextParser
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.utils import get_stop_words

SENTENCES = 10


class SimpleTokenizer:
    """Sentences end at a mark before white space, words are runs of letters."""

    def to_sentences(self, paragraph: str) -> tuple[str, ...]:
        """Sentences of a paragraph."""
        return tuple(part for part in re.split(r"(?<=[.!?])\s+", paragraph.strip()) if part)

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """Words of a sentence."""
        return tuple(re.findall(r"[^\W\d_]+", sentence))


def main() -> None:
    """Print the summary of the file named on the command line."""
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    summarizer = LexRankSummarizer(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    for sentence in summarizer(PlaintextParser.from_string(text, SimpleTokenizer()).document, SENTENCES):
        print(f"- {sentence}")


if __name__ == "__main__":
    main()

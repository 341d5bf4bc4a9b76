"""Texts of any length for the speed benchmark, the same on every machine: the examples' sentences, shuffled and varied."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from aili.segmentation import segment

EXAMPLES = Path(__file__).parent.parent / "examples"
NAMES = (
    "Abena", "Bertil", "Corin", "Dagny", "Elspeth", "Farouk", "Greta", "Hamid", "Ines", "Joost", "Katya", "Lorcan", "Miriam",
    "Nils", "Odile", "Pavel", "Quentin", "Rosalind", "Sanjay", "Tove", "Ursula", "Viktor", "Wanda", "Yannick", "Zofia",
)  # fmt: skip
PAGE = 300  # words


def article(words: int) -> str:
    """Plain text of about ``words`` words in paragraphs, with a heading every ten paragraphs."""
    return "\n\n".join(_blocks(words, heading=""))


def book(pages: int) -> str:
    """Markdown of about ``pages`` printed pages, with a chapter every fifteen of them."""
    return "\n\n".join(["# The Book of Tides", *_blocks(pages * PAGE, heading="## ")])


def example_text(name: str) -> str:
    """Text of an example as sumy should see it: paragraphs alone, without any markup."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    if name.endswith(".html"):
        main = re.sub(
            r"<(aside|figure|ul)\b.*?</\1>",
            "",
            text[text.index("<article>") : text.index("</article>")],
            flags=re.DOTALL,
        )
        parts = re.findall(r"<(?:h1|h2|p)[^>]*>(.*?)</(?:h1|h2|p)>", main, re.DOTALL)
        return "\n\n".join(" ".join(re.sub(r"<[^>]+>", "", part).split()) for part in parts)
    return text


def _blocks(words: int, *, heading: str) -> Iterator[str]:
    pick = random.Random(20250313)
    pool = _sentences()
    written = paragraphs = 0
    while written < words:
        if paragraphs % 10 == 0:
            subject = pick.choice(("harbour", "winter", "river", "council"))
            yield f"{heading}Part {paragraphs // 10 + 1}: {pick.choice(NAMES)} and the {subject}"
        paragraph = " ".join(_varied(sentence, pick) for sentence in pick.sample(pool, pick.randint(3, 6)))
        written += len(paragraph.split())
        paragraphs += 1
        yield paragraph


def _sentences() -> list[str]:
    texts = [example_text("harbour-bridge.html"), example_text("tide-table.txt"), example_text("notice.txt")]
    paragraphs = [part for text in texts for part in text.split("\n\n") if part.rstrip().endswith(".")]
    return [part[start:end] for part in paragraphs for start, end in segment(part, language="en")]


def _varied(sentence: str, pick: random.Random) -> str:
    """The sentence with other numbers and other names, so that no two are equal and caches cannot help."""
    sentence = re.sub(r"\d+", lambda match: str(pick.randint(2, 10 ** len(match[0]) + 2)), sentence)
    return re.sub(r"(?<=[a-z,] )[A-Z][a-z]{3,}", lambda _: pick.choice(NAMES), sentence)

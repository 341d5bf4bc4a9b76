"""What requests say: the prompts for a text or its parts, and how much of both fits into the model's window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aili import language as languages
from aili.answer import Inquiry
from aili.document import Document
from aili.engines.llm import budget, prompting
from aili.engines.llm.asking import Prompt
from aili.engines.llm.budget import Line
from aili.engines.llm.prompting import Wish

_WORDS_A_POINT, _FEWEST_POINTS, _MOST_POINTS = 120, 4, 16
POINT_TOKENS = 120  # that the model writes for a point
MOST_BULLETS = 3  # of an answer
_INSTRUCTIONS = 700  # tokens of instructions, form and chat template, at most


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What is to be written about what; ``orders`` are the sentences that are kept from the model.

    ``window`` is the number of tokens that the model reads and writes at once; ``own`` the text's language.
    """

    document: Document
    orders: frozenset[int]
    wish: Wish
    own: str
    length: str
    window: int
    thinks: bool  # the answer's tokens include what the model thinks before it writes


class Composing:
    """The prompts of one task; the window may turn out to be smaller than the task says."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._window = task.window
        words = task.document.reading.words or languages.count_words(task.document.text, task.own)
        self._extent = prompting.extent(task.length, words)
        self._title = " ".join(task.document.metadata.title.split())

    def parts(self, lines: Sequence[Line]) -> list[list[Line]]:
        """The lines in runs that fit into one request each."""
        return budget.parts(lines, self._room)

    def points_prompt(self, part: Sequence[Line]) -> tuple[Prompt, int]:
        """What is asked about a part, and the most points that it may give."""
        words = sum(languages.count_words(line.text) for line in part)
        most = max(_FEWEST_POINTS, min(_MOST_POINTS, round(words / _WORDS_A_POINT)))
        most_tokens = min(self._max_tokens, 200 + POINT_TOKENS * most)
        return prompting.notes_prompt(part, self._task.wish, most, title=self._title, max_tokens=most_tokens), most

    def digest_prompt(self, lines: Sequence[Line], complaint: str = "") -> Prompt:
        """What is asked for the digest itself; ``complaint`` says what was wrong with the last answer."""
        return prompting.digest_prompt(
            lines,
            self._task.wish,
            self._extent,
            title=self._title,
            max_tokens=self._max_tokens,
            complaint=complaint,
        )

    def answer_prompt(self, lines: Sequence[Line], inquiry: Inquiry, complaint: str = "") -> Prompt:
        """What is asked for an answer from these lines; ``complaint`` as above."""
        return prompting.answer_prompt(
            lines,
            self._task.wish,
            inquiry,
            MOST_BULLETS,
            title=self._title,
            max_tokens=self._max_tokens,
            complaint=complaint,
        )

    @property
    def _room(self) -> int:
        return max(256, self._window - self._max_tokens - _INSTRUCTIONS - budget.tokens(self._task.wish.preset))

    @property
    def _max_tokens(self) -> int:
        wanted = self._extent.tokens * (prompting.THINKING if self._task.thinks else 1)
        return max(256, min(wanted, self._window // 3))

"""An Answer as something to read: one row per format in ``ANSWERS``, ``render`` over them.

Every format shows the question, what it was read as, the bullets with the sentences that they rest on, or that the document
does not say, and what the reader must know besides. Texts are distrusted as in ``aili.renderers``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aili.answer import Answer
from aili.digest import Bullet, Citation
from aili.registry import Registry
from aili.renderers import Options, line, web_address

Writer = Callable[[Answer, Options], str]
"""Makes a format's text of an Answer."""

ANSWERS: Registry[Writer] = Registry(
    "answers",
    "format of an answer",
    {
        "terminal": "aili.answers.terminal:write",
        "text": "aili.answers.text:write",
        "markdown": "aili.answers.markdown:write",
        "json": "aili.answers.json:write",
    },
)

SILENT = "The document does not say."


def render(answer: Answer, *, format: str = "text", options: Options | None = None) -> str:  # noqa: A002 (as elsewhere)
    """The answer in ``format``; raises UsageError where no format has that name."""
    return ANSWERS.load(format)(answer, options or Options())


def source(answer: Answer) -> str:
    """What was asked, as a reader knows it: the document's title, else its address."""
    return line(answer.title) or line(answer.location) or "a text without a title"


def address(answer: Answer) -> str:
    """Where the document can be read; empty where that is no web address."""
    return web_address(answer.location)


def remarks(answer: Answer) -> Iterator[str]:
    """What the reader must know of the whole answer, a sentence each."""
    yield from (line(note) for note in answer.provenance.notes)
    if answer.checks.dropped:
        count = answer.checks.dropped
        yield f"{count} bullet{'s' * (count > 1)} did not stand up to checking and {'is' if count == 1 else 'are'} left out."


def evidence(answer: Answer, bullet: Bullet) -> Iterator[Citation]:
    """The sentences that a bullet rests on, in the order of the text."""
    found = (answer.citation(number) for number in sorted(bullet.evidence))
    return (citation for citation in found if citation is not None)


def copied(answer: Answer, bullet: Bullet) -> bool:
    """Whether a bullet is its evidence word for word, so that showing both tells nothing more."""
    return line(" ".join(citation.text for citation in evidence(answer, bullet))) == line(bullet.text)

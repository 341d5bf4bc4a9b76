"""A digest for a terminal: lines of a comfortable length, marks that do not rely on colour, and what was read at the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO

from rich.console import Console
from rich.text import Text

from aili.digest import Bullet, Digest
from aili.document import Document
from aili.errors import UsageError
from aili.language import Phrases, phrases
from aili.renderers import (
    LEFT_OUT,
    MARKS,
    Options,
    Renderer,
    account,
    footer_lines,
    header_line,
    join_sentences,
    line,
    omission_lead,
    passage_address,
    remarks,
    title_line,
    web_address,
)

MEASURE = 92  # columns; longer lines are harder to find the next one of
_STYLES = {"✓": "dim", "✗": "bold red", "?": "bold yellow", "↺": "dim"}


def _write(digest: Digest, _document: Document | None, options: Options) -> str:
    return written(options, lambda console: _Page(console, digest, options).show())


def written(options: Options, show: Callable[[Console], None]) -> str:
    """What ``show`` prints; escape sequences only where ``options.color`` or ``options.links`` allows them."""
    escapes = options.color or options.links
    out = StringIO()
    console = Console(
        file=out,
        width=max(20, min(options.width, MEASURE)),
        force_terminal=escapes,
        color_system="standard" if escapes else None,
        no_color=not options.color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},  # what the terminal can do is said by the options alone
    )
    show(console)
    # Rich numbers its links by chance; the same value gives the same bytes here.
    return re.sub(r"(\x1b]8;)id=[^;]*;", r"\1;", out.getvalue())


class _Page:
    """One digest on one console."""

    def __init__(self, console: Console, digest: Digest, options: Options) -> None:
        self._console = console
        self._digest = digest
        self._options = options
        self._words: Phrases = phrases(digest.language)

    def show(self) -> None:
        digest, words = self._digest, self._words
        self._print(header_line(digest.imprint), "dim")
        self._print()
        address = web_address(digest.location)
        self._print(title_line(digest), "bold", link=address)
        byline = " · ".join(part for part in (*map(line, digest.authors), line(digest.published)) if part)
        for text in filter(None, (byline, address)):
            self._print(text, "dim", link=address)
        for note in digest.provenance.notes:
            self._hang("! ", f"Note: {line(note)}", "bold yellow")
        self._print()
        self._print(f"{line(digest.imprint.abstract_mark)} {words.abstract}".strip(), "bold")
        self._print()
        self._show_abstract()
        self._print()
        self._print(f"{line(digest.imprint.questions_mark)} {words.questions}".strip(), "bold")
        self._show_sections()
        self._print()
        for name, text in account(digest):
            self._hang(f"{name}: ", text, "dim")
        if self._options.omissions:
            self._show_omissions()
        footer = footer_lines(digest.imprint, words)
        if footer:
            self._print()
        for text in footer:
            self._print(text, "dim")

    def _show_abstract(self) -> None:
        self._print(join_sentences((bullet.text for bullet in self._digest.abstract), self._digest.language))
        for number, bullet in enumerate(self._digest.abstract, 1):
            for mark, remark in remarks(bullet, self._words):
                self._hang(f"  {mark} ", f"({number}) {remark}", _STYLES[mark])
        if self._options.evidence:
            for number in dict.fromkeys(number for bullet in self._digest.abstract for number in bullet.evidence):
                self._show_evidence(number, indent=2)

    def _show_sections(self) -> None:
        for number, section in enumerate(self._digest.sections, 1):
            self._print()
            self._hang([(f"[{number:02d}] ", "dim")], line(section.heading), "bold")
            for position, question in enumerate(section.questions, 1):
                self._print()
                self._hang([(f"{position}. ", "dim")], line(question.text), "bold")
                for bullet in question.bullets:
                    self._show_bullet(bullet)

    def _show_bullet(self, bullet: Bullet) -> None:
        mark = MARKS[bullet.verdict] if bullet.verdict else " "
        self._hang([(mark, _STYLES.get(mark, "")), (" • ", "")], line(bullet.text))
        for mark, remark in remarks(bullet, self._words):
            self._hang(f"    {mark} ", remark, _STYLES[mark])
        if self._options.evidence:
            for number in bullet.evidence:
                self._show_evidence(number, indent=4)

    def _show_evidence(self, number: int, *, indent: int) -> None:
        citation = self._digest.citation(number)
        text = line(citation.text) if citation else "…"
        link = passage_address(self._digest.location, citation) if citation else ""
        place = f" ({line(citation.locator)})" if citation and citation.locator else ""
        self._hang([(" " * indent, ""), (f"[{number + 1}] ", "dim", link)], text + place, "dim italic")

    def _show_omissions(self) -> None:
        self._print()
        self._print(LEFT_OUT, "bold")
        for omission in self._digest.coverage.omissions:
            self._hang("  • ", omission_lead(omission), "dim")
            link = passage_address(self._digest.location, omission)
            self._hang([("    ", ""), (f"[{omission.id + 1}] ", "dim", link)], line(omission.text))

    def _print(self, text: str = "", style: str = "", *, link: str = "") -> None:
        linked = f"{style} link {link}".strip() if link and self._options.links else style
        for row in Text(text, style=linked).wrap(self._console, self._console.width):
            row.rstrip()
            self._console.print(row, soft_wrap=True)

    def _hang(self, first: str | list[tuple[str, ...]], text: str, style: str = "") -> None:
        """Print ``text`` after ``first``, its further lines indented as far as ``first`` reaches."""
        lead = Text()
        for part, look, *link in [(first, style)] if isinstance(first, str) else first:
            target = link[0] if link and link[0] and self._options.links else ""
            lead.append(part, f"{look} link {target}".strip() if target else look)
        room = max(10, self._console.width - lead.cell_len)
        for number, row in enumerate(Text(text, style=style).wrap(self._console, room) or [Text()]):
            whole = Text.assemble(lead if not number else " " * lead.cell_len, row)
            whole.rstrip()
            self._console.print(whole, soft_wrap=True)


def _read(_text: str) -> Digest:
    raise UsageError(
        "A digest laid out for a terminal cannot be read back.", hint="Write it as text, markdown, json or html."
    )


RENDERER = Renderer(write=_write, read=_read)

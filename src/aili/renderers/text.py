"""The form in which a digest is shared as plain text, and a reader for what is left of it after a messenger or a mail.

The form is fixed to the letter: header, title with the site, abstract, numbered sections, questions and bullets, footer. It
says nothing of evidence and verdicts, so a digest read back from it has none. The reader forgives what is done to texts on
the way (other bullets, lost or added blank lines, indents, wrapped lines, quotation marks of a reply, emoji turned into
words, encoding damage) and nothing else: a missing part is an error with the number of the line, never a shorter digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from aili.digest import Bullet, Digest, Provenance, Question, Section
from aili.document import Document
from aili.errors import MalformedError
from aili.language import Phrases, detect, phrases
from aili.renderers import (
    Options,
    Renderer,
    footer_lines,
    header_line,
    join_sentences,
    line,
    read_footer,
    read_header,
    read_label,
    split_sentences,
    split_title,
    title_line,
)
from aili.repair import repair


def _write(digest: Digest, _document: Document | None, _options: Options) -> str:
    words, imprint = phrases(digest.language), digest.imprint
    parts = [
        header_line(imprint),
        title_line(digest),
        f"{line(imprint.abstract_mark)} {words.abstract}".strip(),
        join_sentences((bullet.text for bullet in digest.abstract), digest.language),
        f"{line(imprint.questions_mark)} {words.questions}".strip(),
    ]
    for number, section in enumerate(digest.sections, 1):
        parts.append(f"[{number:02d}] {line(section.heading)}".rstrip())
        for position, question in enumerate(section.questions, 1):
            parts.append(f"{position}. {line(question.text)}".rstrip())
            parts.append("\n".join(f"  • {line(bullet.text)}" for bullet in question.bullets))
    text = "\n\n".join(parts)
    if digest.provenance.notes:
        text += "\n\n" + "\n".join(f"Note: {line(note)}" for note in digest.provenance.notes)
    return "\n".join([text, *footer_lines(imprint, words)]) + "\n"


_SECTION = re.compile(r"[\[［【](\d{1,3})[\]］】]\s*(.*)")
_QUESTION = re.compile(r"(\d{1,3})(?:[.)]\s+|[．、]\s*)(.*)")
_BULLET = re.compile(r"(?:[•‣▪●◦∙·]\s*|[*\-–—]\s+)(.+)")
_NOTICE = ("©", "(c)", "(C)")
_WRAPPED = 40  # a line that a mail program broke is at least this long; a shorter one ended by itself


class _Lines:
    """The lines that say something, read one after the other."""

    def __init__(self, text: str) -> None:
        rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if all(row.startswith(">") for row in rows if row.strip()):
            rows = [row.lstrip("> ") for row in rows]
        cleaned = (line(row).strip("\u200b\u200e\u200f\u2060 ") for row in rows)
        self._lines = [(number, row) for number, row in enumerate(cleaned, 1) if row]
        self._next = 0

    def peek(self, ahead: int = 0) -> str:
        """The next line; empty at the end."""
        index = self._next + ahead
        return self._lines[index][1] if index < len(self._lines) else ""

    def take(self) -> str:
        """The next line, which is then read."""
        text = self.peek()
        self._next += 1
        return text

    def take_numbered(self, pattern: re.Pattern[str], number: int, wanted: str) -> str:
        """What stands after the number of the next line, which must be ``number``: a gap means that a part was lost."""
        match = pattern.fullmatch(self.peek())
        if match is None or int(match[1]) != number:
            raise self.error(wanted)
        self.take()
        return match[2]

    def take_wrapped(self, first: str, words: Phrases | None = None) -> str:
        """``first``, just taken, and what a mail program broke off it."""
        text = first
        while self.peek() and not _opens(self.peek(), words):
            (before, previous), (number, _) = self._lines[self._next - 1 : self._next + 1]
            if number != before + 1 or len(previous) < _WRAPPED:
                break
            text = f"{text} {self.take()}"
        return text

    def rest(self) -> str:
        """All lines that are left, joined by a space; they are not yet read."""
        return " ".join(text for _, text in self._lines[self._next :])

    def error(self, wanted: str) -> MalformedError:
        """An error that names the next line."""
        text = self.peek()
        number = self._lines[self._next][0] if text else (self._lines[-1][0] + 1 if self._lines else 1)
        found = f"found {_short(text)!r}" if text else "found the end of the text"
        return MalformedError(
            f"Line {number}: expected {wanted}, {found}.",
            hint="Only a digest that aili wrote can be read back, and all of it is needed.",
        )


def _opens(text: str, words: Phrases | None) -> bool:
    """Whether a line opens a part of its own and therefore goes on nothing."""
    if words and text.startswith(("Note:", words.shared_by, *_NOTICE)):
        return True
    pattern = any(kind.fullmatch(text) for kind in (_SECTION, _QUESTION, _BULLET))
    return pattern or bool(read_label(text, "questions")[1])


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _read(text: str) -> Digest:
    lines = _Lines(repair(text))
    imprint = read_header(lines.peek())
    if imprint is None:
        raise lines.error("the header '✨Summarize by Aili'")
    lines.take()
    title, site = split_title(_read_title(lines))
    abstract_mark, languages = _read_label(lines, "abstract", "🌈 Abstract")
    empty = read_label(lines.peek(), "questions")[1] and _SECTION.fullmatch(lines.peek(1))
    abstract = "" if empty else lines.take_wrapped(lines.take())
    questions_mark, others = _read_label(lines, "questions", "🙋 Q&A")
    words = phrases(next((tag for tag in languages if tag in others), languages[0]))
    sections = _read_sections(lines, words)
    notes = tuple(_read_notes(lines, words))
    footer = read_footer(lines.rest(), imprint, words)
    if footer is None:
        raise lines.error(f"a bullet, a question, a section, or the footer '{words.shared_by} …'")
    language = _language(words, abstract, sections)
    return Digest(
        title=title,
        site=site,
        language=language,
        abstract=tuple(Bullet(text=sentence) for sentence in split_sentences(abstract, language)),
        sections=sections,
        provenance=Provenance(notes=notes),
        imprint=replace(footer, abstract_mark=abstract_mark, questions_mark=questions_mark),
    )


def _language(words: Phrases, abstract: str, sections: tuple[Section, ...]) -> str:
    """The labels' language; English labels also stand around languages that have none of their own."""
    if words.language != "en":
        return words.language
    bullets = (bullet.text for section in sections for question in section.questions for bullet in question.bullets)
    found = detect(" ".join((abstract, *bullets)), hint="en")
    return found if phrases(found).language == "en" else "en"


def _read_title(lines: _Lines) -> str:
    """What stands before the abstract; a title may itself end in the word *Abstract*."""
    title = lines.take() if not _is_abstract(lines.peek()) or _is_abstract(lines.peek(1)) else ""
    while lines.peek() and not _is_abstract(lines.peek()):
        title = f"{title} {lines.take()}"
    return title


def _is_abstract(text: str) -> bool:
    return bool(read_label(text, "abstract")[1])


def _read_label(lines: _Lines, part: Literal["abstract", "questions"], example: str) -> tuple[str, tuple[str, ...]]:
    mark, languages = read_label(lines.peek(), part)
    if not languages:
        raise lines.error(f"the heading '{example}'")
    lines.take()
    return mark, languages


def _read_sections(lines: _Lines, words: Phrases) -> tuple[Section, ...]:
    sections: list[Section] = []
    while not sections or _SECTION.fullmatch(lines.peek()):
        heading = lines.take_numbered(_SECTION, len(sections) + 1, f"section [{len(sections) + 1:02d}]")
        questions: list[Question] = []
        while not questions or _QUESTION.fullmatch(lines.peek()):
            wanted = f"question {len(questions) + 1}."
            text = lines.take_wrapped(lines.take_numbered(_QUESTION, len(questions) + 1, wanted))
            questions.append(Question(text=text, bullets=tuple(_read_bullets(lines, words))))
        sections.append(Section(heading=heading, questions=tuple(questions)))
    return tuple(sections)


def _read_bullets(lines: _Lines, words: Phrases) -> Iterator[Bullet]:
    match = _BULLET.fullmatch(lines.peek())
    if match is None:
        raise lines.error("a bullet '• …'")
    while match is not None:
        lines.take()
        yield Bullet(text=lines.take_wrapped(match[1], words))
        match = _BULLET.fullmatch(lines.peek())


def _read_notes(lines: _Lines, words: Phrases) -> Iterator[str]:
    while lines.peek().startswith("Note:"):
        yield lines.take_wrapped(lines.take().removeprefix("Note:").strip(), words)


RENDERER = Renderer(write=_write, read=_read)

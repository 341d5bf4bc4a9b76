"""A digest as Markdown: citations are footnotes that quote the source, and what is read back is what is shown.

Verdicts, reasons, evidence and cited sentences are read from the visible text, so that a person may edit it. What no reader
needs to see (offsets, hashes, how a bullet came about) stands at the end in a link reference definition, which every
CommonMark renderer leaves out. Texts are escaped so that no page can put a heading, a link, an image or HTML into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, cast, get_args

from aili import codec
from aili.digest import (
    Bullet,
    Checks,
    Citation,
    Coverage,
    Digest,
    Origin,
    Provenance,
    Question,
    Reason,
    Rule,
    Section,
    Verdict,
)
from aili.document import Document
from aili.errors import MalformedError
from aili.language import Phrases, phrases
from aili.renderers import (
    LEFT_OUT,
    MARKS,
    REPLACED,
    Options,
    Renderer,
    account,
    bullets_of,
    footer_lines,
    header_line,
    line,
    omission_lead,
    read_footer,
    read_header,
    read_label,
    web_address,
)
from aili.renderers.markdown.escaping import NOT_CARRIED, UNNAMED, escaped, place_of, unescaped


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rest:
    """What the visible text does not say. ``origins`` are the bullets' in reading order, ``offsets`` the citations'."""

    language: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    location: str = ""
    checks: Checks = field(default_factory=Checks)
    coverage: Coverage = field(default_factory=Coverage)
    provenance: Provenance = field(default_factory=Provenance)
    origins: tuple[Origin, ...] = ()
    offsets: tuple[tuple[int, int], ...] = ()


def _write(digest: Digest, _document: Document | None, _options: Options) -> str:
    words = phrases(digest.language)
    blocks = [
        *_head(digest),
        f"## {escaped(digest.imprint.abstract_mark)} {words.abstract}",
        "\n".join(_bullet_line(bullet) for bullet in digest.abstract),
        "\n".join(
            f"- ({number}) {reason}"
            for number, bullet in enumerate(digest.abstract, 1)
            for reason in _reason_lines(bullet, words)
        ),
        f"## {escaped(digest.imprint.questions_mark)} {words.questions}",
    ]
    for number, section in enumerate(digest.sections, 1):
        blocks.append(f"### [{number:02d}] {escaped(section.heading)}")
        for position, question in enumerate(section.questions, 1):
            blocks.append(f"**{position}. {escaped(question.text)}**")
            blocks.append("\n".join(text for bullet in question.bullets for text in _bullet_lines(bullet, words)))
    told = [f"- {name}: {escaped(text)}" for name, text in account(digest)]
    told += [f"- {LEFT_OUT}:"] if digest.coverage.omissions else []
    told += [
        f"  - [{one.id + 1}] {escaped(one.text)} *{escaped(omission_lead(one))}*" for one in digest.coverage.omissions
    ]
    blocks += [
        f"## {words.about}",
        "\n".join(told),
        "---",
        "\n".join(map(escaped, footer_lines(digest.imprint, words))),
    ]
    blocks += ["\n".join(_footnotes(digest)), f"[aili]: # '{_rest_of(digest)}'"]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _head(digest: Digest) -> Iterator[str]:
    yield escaped(header_line(digest.imprint))
    address = web_address(digest.location)
    title = f"[{escaped(digest.title)}](<{address}>)" if address else escaped(digest.title)
    yield "# " + " | ".join(part for part in (title, escaped(digest.site)) if part)
    yield " · ".join(escaped(part) for part in (*digest.authors, digest.published) if line(part))
    for note in digest.provenance.notes:
        yield f"> **Note:** {escaped(note)}"


def _bullet_line(bullet: Bullet) -> str:
    refs = "".join(f"[^{number + 1}]" for number in bullet.evidence)
    mark = f" **{MARKS[bullet.verdict]}**" if bullet.verdict else ""
    return escaped(bullet.text) + refs + mark


def _bullet_lines(bullet: Bullet, words: Phrases) -> Iterator[str]:
    yield f"- {_bullet_line(bullet)}"
    yield from (f"  - {reason}" for reason in _reason_lines(bullet, words))


def _reason_lines(bullet: Bullet, words: Phrases) -> Iterator[str]:
    if bullet.verdict is not None:
        told = f"{MARKS[bullet.verdict]} *{words.verdict(bullet.verdict)}*"
        yield from (f"{told} ({reason.rule}): {escaped(reason.message)}" for reason in bullet.reasons)
        if bullet.verdict != "supported" and not bullet.reasons:
            yield told
    if bullet.origin == "replaced":
        yield f"↺ *{REPLACED}*"


def _footnotes(digest: Digest) -> Iterator[str]:
    for citation in digest.citations:
        yield f"[^{citation.id + 1}]: {escaped(citation.text)}{place_of(citation)}"
    missing = {n for bullet in bullets_of(digest) for n in bullet.evidence} - {one.id for one in digest.citations}
    yield from (f"[^{number + 1}]: {NOT_CARRIED}" for number in sorted(missing))


def _rest_of(digest: Digest) -> str:
    rest = _Rest(
        language=digest.language,
        authors=digest.authors,
        published=digest.published,
        location=digest.location,
        checks=digest.checks,
        coverage=digest.coverage,
        provenance=replace(digest.provenance, notes=()),  # they are shown
        origins=tuple(bullet.origin for bullet in bullets_of(digest)),
        offsets=tuple((citation.start, citation.end) for citation in digest.citations),
    )
    json = codec.encode(rest).decode()
    return re.sub(r"['<>&\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", lambda m: f"\\u{ord(m[0]):04x}", json)


_TITLE = re.compile(r"# (?:\[((?:[^\]\\]|\\.)*)\]\(<([^<>]*)>\)|((?:[^|\\]|\\.)*?))(?: \| (.*))?")
_LABEL = re.compile(r"## (.+)")
_SECTION = re.compile(r"### \[(\d{1,3})\] ?(.*)")
_QUESTION = re.compile(r"\*\*(\d{1,3})\. ?(.*)\*\*")
_BULLET = re.compile(r"[-*+] (.*)")
_REASON = re.compile(r"([✓✗?]) \*.+?\*(?: \((\w+)\): (.*))?|(↺) .*")
_BODY = re.compile(r"(.*?)((?:\[\^\d+\])*)(?: \*\*([✓✗?])\*\*)?")
_FOOTNOTE = re.compile(r"\[\^(\d+)\]: (.*?)(?: \*(?:\[((?:[^\]\\]|\\.)+)\]\(<([^<>]*)>\)|((?:[^*\\]|\\.)+))\*)?")
_REST = re.compile(r"\[aili\]: # '(.*)'")
_VERDICTS: dict[str, Verdict] = {mark: verdict for verdict, mark in MARKS.items()}


class _Lines:
    """The lines that are not empty, read one after the other."""

    def __init__(self, text: str) -> None:
        rows = enumerate(text.lstrip("\ufeff").replace("\r\n", "\n").split("\n"), 1)
        self._lines = [(number, row.rstrip()) for number, row in rows if row.strip()]
        self._next = 0

    def peek(self) -> str:
        """The next line; empty at the end."""
        return self._lines[self._next][1] if self._next < len(self._lines) else ""

    def take(self) -> str:
        """The next line, which is then read."""
        text = self.peek()
        self._next += 1
        return text

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The next line's match, which is then read; None where it does not fit."""
        match = pattern.fullmatch(self.peek()) if self.peek() else None
        self._next += match is not None
        return match

    def need(self, pattern: re.Pattern[str], wanted: str, *, number: int = 0) -> re.Match[str]:
        """The next line's match, whose first group is ``number`` where one is given; raises MalformedError."""
        match = pattern.fullmatch(self.peek())
        if match is None or (number and int(match[1]) != number):
            raise self.error(wanted)
        self.take()
        return match

    def error(self, wanted: str) -> MalformedError:
        """An error that names the next line."""
        text = self.peek()
        last = self._lines[-1][0] + 1 if self._lines else 1
        number = self._lines[self._next][0] if text else last
        found = f"found {text[:40]!r}" if text else "found the end of the text"
        return MalformedError(
            f"Line {number}: expected {wanted}, {found}.", hint="Only what aili wrote can be read back."
        )


def _read(text: str) -> Digest:
    lines = _Lines(text)
    imprint = read_header(unescaped(lines.peek()))
    if imprint is None:
        raise lines.error("the header '✨Summarize by Aili'")
    lines.take()
    title = lines.need(_TITLE, "the title '# …'")
    notes = _read_notes(lines)
    abstract_mark, languages = _read_label(lines, "abstract")
    abstract = _read_abstract(lines)
    questions_mark, others = _read_label(lines, "questions")
    words = phrases(next((tag for tag in languages if tag in others), languages[0]))
    sections = _read_sections(lines)
    while lines.peek() and lines.peek() != "---":  # the account of what was read; its numbers are in the rest
        lines.take()
    lines.need(re.compile("---"), "the rule '---' before the footer")
    footer: list[str] = []
    while lines.peek() and not (_FOOTNOTE.fullmatch(lines.peek()) or _REST.fullmatch(lines.peek())):
        footer.append(unescaped(lines.take()))
    shown = read_footer(" ".join(footer), imprint, words)
    if shown is None:
        raise lines.error(f"the footer '{words.shared_by} …' before this line")
    citations = tuple(_read_footnotes(lines))
    rest = codec.decode(match[1], _Rest) if (match := lines.match(_REST)) else _Rest(language=words.language)
    if lines.peek():
        raise lines.error("the end of the text")
    read = Digest(
        title=unescaped(title[1] or title[3] or ""),
        site=unescaped(title[4] or ""),
        location=title[2] or rest.location,
        language=rest.language,
        abstract=abstract,
        sections=sections,
        citations=citations,
        authors=rest.authors,
        published=rest.published,
        checks=rest.checks,
        coverage=rest.coverage,
        provenance=replace(rest.provenance, notes=notes),
        imprint=replace(shown, abstract_mark=abstract_mark, questions_mark=questions_mark),
    )
    return _with_rest(read, rest)


def _read_notes(lines: _Lines) -> tuple[str, ...]:
    notes: list[str] = []
    while lines.peek() and not lines.peek().startswith("## "):
        text = lines.take()  # anything else here is the line with authors and date, which the rest has
        if text.startswith("> **Note:** "):
            notes.append(unescaped(text.removeprefix("> **Note:** ")))
    return tuple(notes)


def _read_label(lines: _Lines, part: Literal["abstract", "questions"]) -> tuple[str, tuple[str, ...]]:
    match = _LABEL.fullmatch(lines.peek())
    mark, languages = read_label(unescaped(match[1]), part) if match else ("", ())
    if not languages:
        raise lines.error("the heading '## 🌈 Abstract'" if part == "abstract" else "the heading '## 🙋 Q&A'")
    lines.take()
    return mark, languages


def _read_abstract(lines: _Lines) -> tuple[Bullet, ...]:
    """One sentence a line, then remarks on sentence ``(n)``."""
    bullets: list[Bullet] = []
    while lines.peek() and not lines.peek().startswith(("## ", "- (")):
        bullets.append(_bullet(lines.take()))
    while remark := lines.match(re.compile(r"- \((\d{1,4})\) (.*)")):
        at = int(remark[1]) - 1
        reason = _REASON.fullmatch(remark[2])
        if reason is None or not 0 <= at < len(bullets):
            raise lines.error("before this line, a remark '- (1) ✗ *…*' on a sentence of the abstract")
        bullets[at] = _remarked(bullets[at], reason)
    return tuple(bullets)


def _read_sections(lines: _Lines) -> tuple[Section, ...]:
    sections: list[Section] = []
    while not sections or _SECTION.fullmatch(lines.peek()):
        number = len(sections) + 1
        heading = lines.need(_SECTION, f"section '### [{number:02d}] …'", number=number)
        questions: list[Question] = []
        while not questions or _QUESTION.fullmatch(lines.peek()):
            position = len(questions) + 1
            question = lines.need(_QUESTION, f"question '**{position}. …**'", number=position)
            questions.append(Question(text=unescaped(question[2]), bullets=tuple(_read_bullets(lines))))
        sections.append(Section(heading=unescaped(heading[2]), questions=tuple(questions)))
    if not lines.peek().startswith("## "):
        raise lines.error("a bullet, a question, a section, or the heading of the account")
    return tuple(sections)


def _read_bullets(lines: _Lines) -> Iterator[Bullet]:
    match: re.Match[str] | None = lines.need(_BULLET, "a bullet '- …'")
    while match is not None:
        bullet = _bullet(match[1])
        while reason := re.fullmatch(r"\s+[-*+] (.*)", lines.peek()):
            remark = _REASON.fullmatch(reason[1])
            if remark is None:
                raise lines.error("a remark '  - ✗ *…*'")
            lines.take()
            bullet = _remarked(bullet, remark)
        yield bullet
        match = lines.match(_BULLET)


def _bullet(text: str) -> Bullet:
    match = cast("re.Match[str]", _BODY.fullmatch(text))  # fits every text
    numbers = re.findall(r"\d+", match[2])
    return Bullet(
        text=unescaped(match[1]),
        evidence=tuple(int(number) - 1 for number in numbers),
        verdict=_VERDICTS[match[3]] if match[3] else None,
    )


def _remarked(bullet: Bullet, remark: re.Match[str]) -> Bullet:
    if remark[4]:
        return replace(bullet, origin="replaced")
    if remark[2] not in get_args(Rule):
        return bullet
    reason = Reason(rule=cast(Rule, remark[2]), message=unescaped(remark[3]))
    return replace(bullet, reasons=(*bullet.reasons, reason))


def _read_footnotes(lines: _Lines) -> Iterator[Citation]:
    while match := lines.match(_FOOTNOTE):
        if match[2] != NOT_CARRIED:
            yield Citation(
                id=int(match[1]) - 1,
                text=unescaped(match[2]),
                start=0,
                end=0,
                locator=unescaped(match[5] or "" if match[3] in (None, UNNAMED) else match[3]),
                address=match[4] or codec.UNSET,
            )


def _with_rest(digest: Digest, rest: _Rest) -> Digest:
    """Origins and offsets put back, each only where nothing was added or taken out since."""
    bullets = list(bullets_of(digest))
    if len(rest.origins) == len(bullets):
        origins = iter(rest.origins)
        digest = replace(
            digest,
            abstract=tuple(replace(bullet, origin=next(origins)) for bullet in digest.abstract),
            sections=tuple(
                replace(
                    section,
                    questions=tuple(
                        replace(
                            question,
                            bullets=tuple(replace(bullet, origin=next(origins)) for bullet in question.bullets),
                        )
                        for question in section.questions
                    ),
                )
                for section in digest.sections
            ),
        )
    if len(rest.offsets) == len(digest.citations):
        pairs = zip(digest.citations, rest.offsets, strict=True)
        digest = replace(digest, citations=tuple(replace(one, start=start, end=end) for one, (start, end) in pairs))
    return digest


RENDERER = Renderer(write=_write, read=_read)

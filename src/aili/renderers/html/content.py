"""The digest itself as HTML: title, abstract, questions with their answers, and what is known of its making."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from aili.digest import Bullet, Digest, Omission, Question
from aili.document import Document
from aili.language import Phrases
from aili.renderers import LEFT_OUT, MARKS, account, footer_lines, line, omission_lead, remarks, web_address

NEW_WINDOW = 'rel="noopener noreferrer"'


def text_of(text: str) -> str:
    """``text`` as one line of HTML, fit for elements and quoted attributes."""
    return escape(line(text), quote=True)


def cited_numbers(digest: Digest, document: Document | None) -> frozenset[int]:
    """Ids of the sentences that the page can show, and bullets may therefore point at."""
    if document:
        return frozenset(range(len(document.sentences)))
    return frozenset(citation.id for citation in digest.citations)


def article(digest: Digest, words: Phrases, numbers: frozenset[int]) -> str:
    """The digest as an ``article``; citations point at the sentences with these ids, others are left out."""
    language = _labels_language(digest, words)
    return "\n".join(
        (
            '<article id="digest" tabindex="-1">',
            *_head(digest, words),
            '<section aria-labelledby="abstract">',
            f'<h2 id="abstract"{language}>{_marked(digest.imprint.abstract_mark, words.abstract)}</h2>',
            *_abstract(digest, words, numbers),
            "</section>",
            '<section aria-labelledby="questions">',
            f'<h2 id="questions"{language}>{_marked(digest.imprint.questions_mark, words.questions)}</h2>',
            *_sections(digest, words, numbers),
            "</section>",
            *_about(digest, words, numbers),
            *_footer(digest, words),
            "</article>",
        )
    )


def _labels_language(digest: Digest, words: Phrases) -> str:
    """Labels are English where the digest's language has none of its own."""
    return "" if digest.language.startswith(words.language) else f' lang="{words.language}"'


def _marked(mark: str, label: str) -> str:
    return f'<span class="emoji" aria-hidden="true">{text_of(mark)}</span> {text_of(label)}'


def _head(digest: Digest, words: Phrases) -> Iterator[str]:
    if link := original_link(digest):
        yield f'<p class="original">{text_of(words.original)}: {link}</p>'
    site = f' <span class="site"><span class="bar">|</span> {text_of(digest.site)}</span>' if line(digest.site) else ""
    yield f"<h1>{text_of(digest.title)}{site}</h1>"
    byline = [text_of(part) for part in (*digest.authors, digest.published) if line(part)]
    if byline:
        yield f'<p class="byline">{" · ".join(byline)}</p>'
    for note in digest.provenance.notes:
        yield f'<p class="note" role="note" dir="auto"><span aria-hidden="true">⚠</span> {text_of(note)}</p>'


def original_link(digest: Digest) -> str:
    """A link to the original, its name where no browser could open it, empty where none is known."""
    address = web_address(digest.location)
    if address:
        parts = urlsplit(address)
        shown = f"{parts.netloc.rpartition('@')[2].lower()}{parts.path.rstrip('/')}"
        return f'<a href="{escape(address)}" {NEW_WINDOW} dir="ltr">{text_of(shown)}</a>'
    # A path is the sharer's own business; its last part is what the reader may know the document by.
    return f'<span dir="ltr">{text_of(PurePosixPath(digest.location).name)}</span>' if digest.location else ""


def _abstract(digest: Digest, words: Phrases, numbers: frozenset[int]) -> Iterator[str]:
    gap = "" if words.language in ("zh", "ja") else " "
    sentences = (
        f"<span{_opening(bullet, numbers)}>{_body(bullet, words, numbers)}</span>" for bullet in digest.abstract
    )
    yield f'<p class="abstract">{gap.join(sentences)}</p>'
    told = [
        f"<li>{number}. {remark}</li>"
        for number, bullet in enumerate(digest.abstract, 1)
        for remark in _remarks(bullet, words)
    ]
    if told:
        yield f'<ul class="remarks">{"".join(told)}</ul>'


def _sections(digest: Digest, words: Phrases, numbers: frozenset[int]) -> Iterator[str]:
    for number, section in enumerate(digest.sections, 1):
        yield f'<section class="topic" aria-labelledby="topic-{number}">'
        yield f'<h3 id="topic-{number}"><span class="number">[{number:02d}]</span> {text_of(section.heading)}</h3>'
        for position, question in enumerate(section.questions, 1):
            yield from _question(position, question, words, numbers)
        yield "</section>"


def _question(position: int, question: Question, words: Phrases, numbers: frozenset[int]) -> Iterator[str]:
    yield f'<h4><span class="number">{position}.</span> {text_of(question.text)}</h4>'
    yield '<ul class="answers">'
    for bullet in question.bullets:
        told = "".join(f"<p>{remark}</p>" for remark in _remarks(bullet, words))
        yield f"<li{_opening(bullet, numbers)}>{_body(bullet, words, numbers)}{told}</li>"
    yield "</ul>"


def _opening(bullet: Bullet, numbers: frozenset[int]) -> str:
    shown = [str(number + 1) for number in bullet.evidence if number in numbers]
    return f' class="bullet" data-evidence="{" ".join(shown)}"' if shown else ' class="bullet"'


def _body(bullet: Bullet, words: Phrases, numbers: frozenset[int]) -> str:
    cites = "".join(
        f'<a class="cite" href="#s{number + 1}"><span class="unseen">{text_of(words.evidence)} </span>{number + 1}</a>'
        for number in bullet.evidence
        if number in numbers
    )
    mark = ""
    if bullet.verdict is not None:
        word = text_of(words.verdict(bullet.verdict))
        kind = bullet.verdict.replace(" ", "-")
        mark = (
            f'<span class="verdict {kind}" title="{word}"><span aria-hidden="true">{MARKS[bullet.verdict]}</span>'
            f'<span class="unseen">{word}</span></span>'
        )
    # Joined without a place to break the line, so that a number never stands alone on the next one.
    marks = f'<span class="marks">{cites}{mark}</span>' if cites or mark else ""
    return f"{text_of(bullet.text)}{marks}"


def _remarks(bullet: Bullet, words: Phrases) -> Iterator[str]:
    for mark, remark in remarks(bullet, words):
        kind = "replaced" if mark == "↺" else str(bullet.verdict).replace(" ", "-")
        yield f'<span class="remark {kind}"><span aria-hidden="true">{mark}</span> {text_of(remark)}</span>'


def _about(digest: Digest, words: Phrases, numbers: frozenset[int]) -> Iterator[str]:
    origin = digest.provenance
    hashes = [
        (name, f"<code>{text_of(value)}</code>")
        for name, value in (
            ("Document hash", origin.document),
            ("Source hash", origin.source),
            ("Digest hash", digest.hash),
        )
        if value
    ]
    yield '<section class="about" aria-labelledby="about">'
    yield f'<h2 id="about"{_labels_language(digest, words)}>{text_of(words.about)}</h2>'
    yield _facts((name, text_of(told)) for name, told in account(digest))
    yield f'<details lang="en"><summary>Hashes</summary>\n{_facts(hashes)}\n</details>'
    yield from left_out(digest.coverage.omissions, numbers)
    yield "</section>"


def _facts(rows: Iterable[tuple[str, str]]) -> str:
    """Rows that run as the page does, each with its English kept in its own order."""
    shown = "\n".join(f"<div><dt><bdi>{name}</bdi></dt><dd><bdi>{told}</bdi></dd></div>" for name, told in rows)
    return f'<dl lang="en">\n{shown}\n</dl>'


def left_out(omissions: Iterable[Omission], numbers: frozenset[int] = frozenset()) -> Iterator[str]:
    """What was left out, folded away; its sentences are links where the page shows the sentences with these ids."""
    rows = "".join(
        f"<li>{_sentence_number(one.id, numbers)} {text_of(one.text)}"
        f' <span class="place" lang="en" dir="ltr">{text_of(omission_lead(one))}</span></li>'
        for one in omissions
    )
    if rows:
        yield f'<details class="omitted"><summary lang="en" dir="ltr">{LEFT_OUT}</summary><ol>{rows}</ol></details>'


def _sentence_number(number: int, numbers: frozenset[int]) -> str:
    if number in numbers:
        return f'<a class="cite" href="#s{number + 1}">{number + 1}</a>'
    return f'<span class="n">{number + 1}</span>'


def _footer(digest: Digest, words: Phrases) -> Iterator[str]:
    lines = footer_lines(digest.imprint, words)
    if lines:
        yield f"<footer{_labels_language(digest, words)}>{'<br>'.join(map(text_of, lines))}</footer>"

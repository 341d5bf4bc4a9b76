"""The digest itself as HTML: title, abstract, questions with their answers, and what is known of its making."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import urlsplit

from aili.digest import Bullet, Citation, Digest, Omission, Question
from aili.document import Document
from aili.language import Phrases, phrases
from aili.renderers import (
    LEFT_OUT,
    MARKS,
    account,
    footer_lines,
    line,
    omission_lead,
    passage_address,
    remarks,
    web_address,
)

Cited: TypeAlias = Mapping[int, str]
"""The cited sentences at hand by their ids."""
LONGEST_LAST = 24  # characters of a last word that is kept together with its marks: all fit a screen of 320 pixels
_WORD = re.compile(r"[^\W_]+(?:[.,:][0-9]+)*")
NEW_WINDOW = 'rel="noopener noreferrer"'


def text_of(text: str) -> str:
    """``text`` as one line of HTML, fit for elements and quoted attributes."""
    return escape(line(text), quote=True)


def there(location: str, cited: Citation) -> str:
    """The arrow that leads to a cited sentence in the original at ``location``; empty where that is no web address."""
    if link := passage_address(location, cited):
        return f'&nbsp;<a class="there" href="{escape(link)}" {NEW_WINDOW} aria-label="In the original">↗</a>'
    return ""


def place_of(label: str, address: str) -> str:
    """A page's number or a time, which leads to that page of an article or that moment of a video."""
    if line(label) and address:
        return f' <a class="place" href="{escape(address)}" {NEW_WINDOW}>{text_of(label)}</a>'
    return f' <span class="place">{text_of(label)}</span>' if line(label) else ""


def cited_numbers(digest: Digest, document: Document | None) -> frozenset[int]:
    """Ids of the sentences that the page can show, and bullets may therefore point at."""
    if document:
        return frozenset(range(len(document.sentences)))
    return frozenset(citation.id for citation in digest.citations)


def article(digest: Digest, words: Phrases, numbers: frozenset[int]) -> str:
    """The digest as an ``article``; citations point at the sentences with these ids, others are left out."""
    language = _labels_language(digest, words)
    cited = {citation.id: citation.text for citation in digest.citations}
    return "\n".join(
        (
            '<article id="digest" tabindex="-1">',
            *_head(digest, words),
            '<section aria-labelledby="abstract">',
            f'<h2 id="abstract"{language}>{_marked(digest.imprint.abstract_mark, words.abstract)}</h2>',
            *_abstract(digest, words, numbers, cited),
            "</section>",
            '<section aria-labelledby="questions">',
            f'<h2 id="questions"{language}>{_marked(digest.imprint.questions_mark, words.questions)}</h2>',
            *_sections(digest, words, numbers, cited),
            "</section>",
            *_about(digest, numbers),
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
    yield f"<h1>{text_of(digest.name)}{site}</h1>"
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


def _abstract(digest: Digest, words: Phrases, numbers: frozenset[int], cited: Cited) -> Iterator[str]:
    gap = "" if words.language in ("zh", "ja") else " "
    sentences = (
        f"<span{_opening(bullet, numbers)}>{_body(bullet, words, numbers, cited)}</span>" for bullet in digest.abstract
    )
    yield f'<p class="abstract">{gap.join(sentences)}</p>'
    told = [
        f"<li>{number}. {remark}</li>"
        for number, bullet in enumerate(digest.abstract, 1)
        for remark in _remarks(bullet, words)
    ]
    if told:
        yield f'<ul class="remarks">{"".join(told)}</ul>'


def _sections(digest: Digest, words: Phrases, numbers: frozenset[int], cited: Cited) -> Iterator[str]:
    for number, section in enumerate(digest.sections, 1):
        yield f'<section class="topic" aria-labelledby="topic-{number}">'
        yield f'<h3 id="topic-{number}"><span class="number">[{number:02d}]</span> {text_of(section.heading)}</h3>'
        for position, question in enumerate(section.questions, 1):
            yield f'<h4><span class="number">{position}.</span> {text_of(question.text)}</h4>'
            yield from _answers(question, words, numbers, cited)
        yield "</section>"


def _answers(question: Question, words: Phrases, numbers: frozenset[int], cited: Cited) -> Iterator[str]:
    yield '<ul class="answers">'
    for bullet in question.bullets:
        told = "".join(f"<p>{remark}</p>" for remark in _remarks(bullet, words))
        yield f"<li{_opening(bullet, numbers)}>{_body(bullet, words, numbers, cited)}{told}</li>"
    yield "</ul>"


def _opening(bullet: Bullet, numbers: frozenset[int]) -> str:
    shown = [str(number + 1) for number in bullet.evidence if number in numbers]
    return f' class="bullet" data-evidence="{" ".join(shown)}"' if shown else ' class="bullet"'


def _body(bullet: Bullet, words: Phrases, numbers: frozenset[int], cited: Cited) -> str:
    cites = "".join(
        f'<a class="cite" href="#s{number + 1}"><span class="unseen">{text_of(words.evidence)} </span>{number + 1}</a>'
        for number in bullet.evidence
        if number in numbers
    )
    mark = ""
    if bullet.verdict is not None:
        word = text_of(words.verdict(bullet.verdict))
        kind = bullet.verdict.replace(" ", "-")
        why = found_in(bullet, cited) if words.language == "en" else ""
        mark = (
            f'<span class="verdict {kind}" title="{word}{why and ": "}{why}">'
            f'<span aria-hidden="true">{MARKS[bullet.verdict]}</span><span class="unseen">{word}</span></span>'
        )
    if not cites and not mark:
        return text_of(bullet.text)
    # Joined without a place to break the line, so that no number and no mark stands alone on the next one.
    head, last = _parted(text_of(bullet.text))
    return f'{head}<span class="last">{last}<span class="marks">{cites}{mark}</span></span>'


def _parted(text: str) -> tuple[str, str]:
    """``text`` (as HTML) and its last word, which may be one that has no place on a narrow line; such a one stays whole."""
    head, gap, last = text.rpartition(" ")
    if len(last) <= LONGEST_LAST:
        return head + gap, last
    # What is written without spaces is held by its last two characters, unless they are those of a word or an entity.
    return (text[:-2], text[-2:]) if ord(min(text[-2:])) > 0x2E7F else (text, "")


def found_in(bullet: Bullet, cited: Cited) -> str:
    """What of a supported bullet's words stands in the sentences that it cites; empty where these are not all at hand."""
    if bullet.verdict != "supported" or not bullet.evidence or not all(number in cited for number in bullet.evidence):
        return ""
    there = {word for number in bullet.evidence for word in _words(cited[number])}
    words = _words(bullet.text)
    found = sum(word in there for word in words)
    numbers = [word for word in words if any(map(str.isdigit, word))]
    places = [str(number + 1) for number in bullet.evidence]
    where = f"sentence {places[0]}" if len(places) == 1 else f"sentences {', '.join(places[:-1])} and {places[-1]}"
    if not found:
        return ""
    if found == len(words):
        return f"every word of it stands in {where}"
    told = f"{found} of its {len(words)} words stand in {where}"
    if not numbers or not all(number in there for number in numbers):
        return told
    return f"{told}, {'its number' if len(numbers) == 1 else f'its {len(numbers)} numbers'} among them"


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _remarks(bullet: Bullet, words: Phrases) -> Iterator[str]:
    for mark, remark in remarks(bullet, words):
        kind = "replaced" if mark == "↺" else str(bullet.verdict).replace(" ", "-")
        yield f'<span class="remark {kind}"><span aria-hidden="true">{mark}</span> {text_of(remark)}</span>'


def _about(digest: Digest, numbers: frozenset[int]) -> Iterator[str]:
    """What is known of the making: in English, its heading too, since only that has words for all of it."""
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
    words = phrases("en")
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
        yield f'<details class="omitted"><summary lang="en"><bdi>{LEFT_OUT}</bdi></summary><ol>{rows}</ol></details>'


def _sentence_number(number: int, numbers: frozenset[int]) -> str:
    if number in numbers:
        return f'<a class="cite" href="#s{number + 1}">{number + 1}</a>'
    return f'<span class="n">{number + 1}</span>'


def _footer(digest: Digest, words: Phrases) -> Iterator[str]:
    lines = footer_lines(digest.imprint, words)
    if lines:
        yield f"<footer{_labels_language(digest, words)}>{'<br>'.join(map(text_of, lines))}</footer>"

"""The day on which a page was published, as it declares it to machines or shows it beside its title; none is guessed.

Pages tell machines two days, the first publication and the last change, and show their readers one of them. What readers
see is the page's day: a guide that shows only "Updated September 17, 2025" is the guide of that day, whatever the first of
its versions was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from lxml.html import HtmlElement

from aili import dates
from aili.extractors.html.structured import Structured, strings

DayIn = Callable[[str], str]
"""Reads the day in a text, ISO 8601; empty where there is none."""
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2]|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)[/-](0[1-9]|[12]\d|3[01])(?:/|-|$)",
    re.IGNORECASE,
)
_DATE_METAS = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "citation_publication_date",
    "publish-date",
    "publication_date",
    "pubdate",
    "date",
)
_CHANGE_METAS = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified")
_MACHINE = re.compile(r"\s*(?:19|20)\d\d-?\d\d")  # the start of ISO 8601, which schema.org and Open Graph ask for
_DATELINE = frozenset(
    ("date", "dateline", "post__date", "article__date", "byline-date", "pub-date", "pubdate", "timestamp")
)
_SHORT_LINE = 70  # characters; a longer line with a date in it is prose


def published(
    tree: HtmlElement, structured: Structured, *, location: str, lines: Sequence[str], language: str = ""
) -> str:
    """The day the page says it was published, ISO 8601: to machines, in its address, or in the ``lines`` beside its title.

    The day beside the title comes first where it is labelled as the day of publication, where it is one that the page tells
    machines too (its last change), or where what it tells them is no date of theirs: "Nov 05, 2025" there is the day on
    which a site was generated. Empty where it says none. ``language`` is the page's BCP 47 tag: it names months, and says
    whether 03/10/2025 is in March.
    """
    day_in = partial(dates.find, language=language)
    if day := next(filter(None, _labelled(lines, day_in, dates.PUBLISHED)), ""):
        return day
    texts = [text for text in _declared(structured) if day_in(text)]
    declared = day_in(texts[0]) if texts else _marked(tree, day_in)
    beside = [day for line in lines if len(line) <= _SHORT_LINE and (day := day_in(line))]
    if declared and beside and declared not in beside:
        told = {day_in(text) for text in (*texts, *_changes(structured))}
        if told & set(beside) or (texts and not _MACHINE.match(texts[0])):
            return next((day for day in beside if day in told), beside[0])
    match = _IN_ADDRESS.search(location)
    in_address = dates.iso(match[1], dates.month(match[2]) or match[2], match[3]) if match else ""
    found = declared or in_address or next(iter(beside), "")
    return found or next(filter(None, (only(tree, day_in) for only in (_only_time, _only_dateline, _only_label))), "")


def _labelled(lines: Sequence[str], day_in: DayIn, label: re.Pattern[str]) -> Iterator[str]:
    """The days in lines that begin with ``label``, as "Published …" does, or in the lines below them."""
    for line, below in zip(lines, [*lines[1:], ""], strict=False):
        if (match := label.match(line)) and len(line) <= _SHORT_LINE:
            yield day_in(line[match.end() :]) or (day_in(below) if match.end() == len(line) else "")


def _only_label(tree: HtmlElement, day_in: DayIn) -> str:
    """The day of the one line, wherever it stands, that says when the page was published, or else when it was changed."""
    unseen = ("script", "style", "noscript", "template")
    texts = (
        text
        for element in tree.iter()
        for text in ("" if element.tag in unseen or not isinstance(element.tag, str) else element.text, element.tail)
    )
    lines = [" ".join(text.split()) for text in texts if text and not text.isspace()]
    for label in (dates.PUBLISHED, dates.CHANGED):
        if len(days := [day for day in _labelled(lines, day_in, label) if day]) == 1:
            return days[0]
    return ""


def _only_time(tree: HtmlElement, day_in: DayIn) -> str:
    """The day of the page's <time> elements, where they all name one."""
    named = {day_in(element.get("datetime") or element.text_content()) for element in tree.iter("time")} - {""}
    return named.pop() if len(named) == 1 else ""


def _only_dateline(tree: HtmlElement, day_in: DayIn) -> str:
    """The day of the one element that is classed as a date; where there are several, they date what the page links to."""
    found = [element for element in tree.iter("*") if not _DATELINE.isdisjoint((element.get("class") or "").split())]
    return day_in(found[0].text_content()) if len(found) == 1 else ""


def _declared(structured: Structured) -> Sequence[str]:
    return strings(structured.subject().get("datePublished")) + [structured.meta(name) for name in _DATE_METAS]


def _changes(structured: Structured) -> Sequence[str]:
    return strings(structured.subject().get("dateModified")) + [structured.meta(name) for name in _CHANGE_METAS]


def _marked(tree: HtmlElement, day_in: DayIn) -> str:
    """The day in an element that is marked as the date of publication."""
    first: dict[int, HtmlElement] = {}
    for element in tree.iter("*"):
        names = element.get("class") or ""
        if "publish" in names or "-date" in names or element.tag == "time" or element.get("itemprop"):
            for place in _date_places(element, names):
                first.setdefault(place, element)
    for _, element in sorted(first.items()):
        shown = element.get("datetime") or element.get("content") or " ".join(element.itertext())
        if day := day_in(shown):
            return day
    return ""


def _date_places(element: HtmlElement, names: str) -> Iterator[int]:
    """The kinds of places for the date of publication that ``element``, of classes ``names``, is; the lower, the surer."""
    is_time = element.tag == "time"
    if element.get("itemprop") == "datePublished":
        yield from (0, 1) if is_time else (1,)
    elif is_time and element.get("pubdate") is not None:
        yield 0
    if is_time and ("publish" in names or "entry-date" in names):
        yield 2
    if "publish" in names and "date" in names:
        yield 3
    if "post-date" in names or "entry-date" in names or "article-date" in names:
        yield 4

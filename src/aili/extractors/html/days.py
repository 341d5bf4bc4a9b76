"""The day on which a page was published, as it declares it to machines or shows it beside its title; none is guessed.

Pages tell machines two days, the first publication and the last change, and show their readers one of them. What readers
see is the page's day: a guide that shows only "Updated September 17, 2025" is the guide of that day, whatever the first of
its versions was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from lxml.html import HtmlElement

from aili.extractors.html.structured import Structured, strings

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = re.compile(
    r"\b(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m>[A-Z][a-z]{2,8})\.?,?|(?P<m2>[A-Z][a-z]{2,8})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?)"
    r"\s+(?P<y>(?:19|20)\d\d)\b"
)
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])(?!\d)")
_COMPACT = re.compile(r"^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T|\d{6}|$)")
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
_PUBLISHED = re.compile(r"(?:first |originally )?(?:published|posted)(?: on| at)?\s*:?\s*", re.IGNORECASE)
_NUMBERS = re.compile(r"(?<![\d./])(\d{1,2})([/.])(\d{1,2})\2((?:19|20)\d\d)(?![\d/])")
_DATELINE = frozenset(
    ("date", "dateline", "post__date", "article__date", "byline-date", "pub-date", "pubdate", "timestamp")
)
_LAST_MONTH = 12
_SHORT_LINE = 70  # characters; a longer line with a date in it is prose


def published(tree: HtmlElement, structured: Structured, *, location: str, lines: Sequence[str]) -> str:
    """The day the page says it was published, ISO 8601: to machines, in its address, or in the ``lines`` beside its title.

    The day beside the title comes first where it is labelled as the day of publication, where it is one that the page tells
    machines too (its last change), or where what it tells them is no date of theirs: "Nov 05, 2025" there is the day on
    which a site was generated. Empty where it says none.
    """
    if day := _labelled(lines):
        return day
    texts = [text for text in _declared(structured) if parse_day(text)]
    declared = parse_day(texts[0]) if texts else _marked(tree)
    beside = [day for line in lines if len(line) <= _SHORT_LINE and (day := parse_day(line))]
    if declared and beside and declared not in beside:
        told = {parse_day(text) for text in (*texts, *_changes(structured))}
        if told & set(beside) or (texts and not _MACHINE.match(texts[0])):
            return next((day for day in beside if day in told), beside[0])
    match = _IN_ADDRESS.search(location)
    in_address = _day(match[1], _month(match[2]), match[3]) if match else ""
    return declared or in_address or next(iter(beside), "") or _only_time(tree) or _only_dateline(tree)


def _labelled(lines: Sequence[str]) -> str:
    """The day in a line "Published …", or in the line below it."""
    for line, below in zip(lines, [*lines[1:], ""], strict=False):
        if (label := _PUBLISHED.match(line)) and len(line) <= _SHORT_LINE:
            return parse_day(line) or (parse_day(below) if label.end() == len(line) else "")
    return ""


def _only_time(tree: HtmlElement) -> str:
    """The day of the page's <time> elements, where they all name one."""
    named = {parse_day(element.get("datetime") or element.text_content()) for element in tree.iter("time")} - {""}
    return named.pop() if len(named) == 1 else ""


def _only_dateline(tree: HtmlElement) -> str:
    """The day of the one element that is classed as a date; where there are several, they date what the page links to."""
    found = [element for element in tree.iter("*") if not _DATELINE.isdisjoint((element.get("class") or "").split())]
    return parse_day(found[0].text_content()) if len(found) == 1 else ""


def _declared(structured: Structured) -> Sequence[str]:
    return strings(structured.subject().get("datePublished")) + [structured.meta(name) for name in _DATE_METAS]


def _changes(structured: Structured) -> Sequence[str]:
    return strings(structured.subject().get("dateModified")) + [structured.meta(name) for name in _CHANGE_METAS]


def _marked(tree: HtmlElement) -> str:
    """The day in an element that is marked as the date of publication."""
    first: dict[int, HtmlElement] = {}
    for element in tree.iter("*"):
        names = element.get("class") or ""
        if "publish" in names or "-date" in names or element.tag == "time" or element.get("itemprop"):
            for place in _date_places(element, names):
                first.setdefault(place, element)
    for _, element in sorted(first.items()):
        shown = element.get("datetime") or element.get("content") or " ".join(element.itertext())
        if day := parse_day(shown):
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


def parse_day(text: str) -> str:
    """The day in ``text`` as ISO 8601, in whatever usual form it is written; empty where there is no whole date."""
    text = text.strip()[:200]
    if match := _COMPACT.match(text) or _ISO.search(text):
        return _day(*match.groups())
    if match := _NAMED.search(text):
        month = _month(match["m"] or match["m2"])
        if month.isdigit():
            return _day(match["y"], month, match["d"] or match["d2"])
    return next(_in_numbers(text), "")


def _month(name: str) -> str:
    """The number of a month's name, in figures; else ``name`` itself."""
    short = name[:3].lower()
    return str(_MONTHS.index(short) + 1) if short in _MONTHS else name


def _in_numbers(text: str) -> Iterator[str]:
    """The days written in numbers alone, where only one reading is possible: 12.12.2025, 31/03/2025, 03/31/2025."""
    for first, mark, second, year in _NUMBERS.findall(text):
        if mark == "." or int(first) > _LAST_MONTH or first == second:
            yield _day(year, second, first)
        elif int(second) > _LAST_MONTH:
            yield _day(year, first, second)


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:  # 31 February
        return ""

"""A page's title: what its heading, its metadata and its ``<title>`` agree on, without the site's name.

Sites put their name behind or before the title ("… | CNN"), repeat it, and use the first heading for their logo. Of the
texts that could be the title, a heading is best where the metadata confirm it. Measured: docs/extraction.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from lxml.html import HtmlElement

from aili.extractors.html.structured import Structured, strings

_SEPARATOR = re.compile(r"\s+[|·•»«›‹–—⋆~:/\\-]+\s+|\s*[|»›]\s*|:{2,}|\s+::\s+")
_FOLD = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "…": "..."})
_ALIKE = 0.5  # the share of common words with which a heading and a declared title are taken for versions of one
_FIFTH = 0.2  # else any word of a long title, as a heading, would be all in common with it
_MAX_HEADINGS = 8
_LOGO_PLACES = "ancestor::header or ancestor::nav or ancestor::footer or ancestor::aside"
_MAX_TITLE = 400  # characters; a longer "heading" is a mistake of the page


@dataclass(frozen=True, kw_only=True, slots=True)
class Titles:
    """The title, and every text of the page that repeats it or could have been it."""

    title: str
    repeats: tuple[str, ...]


def resolve(tree: HtmlElement, structured: Structured, *, site: str, host: str) -> Titles:
    """The title of the page; empty where nothing on the page names one. ``host`` is the address's, for the site's name."""
    headings = _headings(tree)
    declared = [text for text in _declared(tree, structured) if text]
    names = _site_names(structured, site, host)
    chosen = _choose(headings, declared, names)
    return Titles(title=chosen, repeats=tuple(dict.fromkeys((chosen, *declared, *headings[:1]))))


def fold(text: str) -> str:
    """``text`` as compared: case, typographic quotes, dashes and white space do not count."""
    return " ".join(normalize("NFKC", text).translate(_FOLD).casefold().split())


def without_site(text: str, names: Iterable[str]) -> str:
    """``text`` without a site's name (or a part of it) at its end or start, behind a separator."""
    names = list(names)
    known = {key for name in names if (key := _key(name))}
    while True:
        cuts = list(_SEPARATOR.finditer(text))
        if not cuts:
            first, _, rest = text.partition(" ")
            return rest if "." in first[1:-1] and first.lower() in names and rest else text  # "lind.example The pier"
        head, tail = text[: cuts[0].start()], text[cuts[-1].end() :]
        if _is_site(tail, known) and text[: cuts[-1].start()].strip():
            text = text[: cuts[-1].start()].strip()
        elif _is_site(head, known) and text[cuts[0].end() :].strip():
            text = text[cuts[0].end() :].strip()
        else:
            return text


def _choose(headings: Sequence[str], declared: Sequence[str], names: Sequence[str]) -> str:
    cleaned = [without_site(text, names) for text in declared]
    site_keys = {_key(name) for name in names}
    headings = [text for text in (without_site(text, names) for text in headings) if _key(text) not in site_keys]
    for heading in headings:
        if any(fold(heading) == fold(text) for text in cleaned):
            return heading
    for heading in headings:
        if any(_is_part(heading, text) for text in declared):
            return heading
    for heading in headings:
        if named := next((text for text in cleaned if fold(heading).endswith(f": {fold(text)}")), ""):
            return named  # "Blog: Where the pier ends"
    nearest = max(headings, key=lambda heading: _overlap(heading, cleaned), default="")
    if nearest and (not cleaned or _overlap(nearest, cleaned) >= _ALIKE):
        return nearest
    if cleaned:
        return _shortest_common(cleaned)
    return headings[0] if headings else ""


def _shortest_common(cleaned: Sequence[str]) -> str:
    """The first declared title, or a later one that it only extends by a slogan."""
    first = cleaned[0]
    return next((text for text in cleaned[1:] if _is_part(text, first)), first)


def _is_part(part: str, whole: str) -> bool:
    """Whether ``part`` is one of the pieces that separators cut ``whole`` into, or several in a row from its start."""
    pieces = [fold(piece) for piece in _SEPARATOR.split(whole)]
    wanted = fold(part)
    if wanted in pieces:
        return len(wanted.split()) >= 2 or wanted == pieces[0]
    return any(fold(whole[: cut.start()]) == wanted for cut in _SEPARATOR.finditer(whole))


def _overlap(heading: str, declared: Sequence[str]) -> float:
    """The share of words that ``heading`` has in common with the first title declared, or with a piece of that."""
    words = set(re.findall(r"\w+", fold(heading)))
    parts = [set(re.findall(r"\w+", fold(piece))) for text in declared[:1] for piece in _SEPARATOR.split(text)]
    return max((len(words & others) / _length(words, others) for others in parts), default=0.0)


def _length(words: set[str], others: set[str]) -> float:
    """Of how many words the common ones are a share: the shorter text's, or a fifth of the longer's."""
    return max(1, min(len(words), len(others)), _FIFTH * max(len(words), len(others)))


def _headings(tree: HtmlElement) -> list[str]:
    """Texts of the first-rank headings, those in a page's header or navigation last."""
    inside: list[str] = []
    outside: list[str] = []
    for element in list(tree.iter("h1"))[:_MAX_HEADINGS]:
        for line_break in element.iter("br"):
            line_break.tail = " " + (line_break.tail or "")
        text = " ".join(element.text_content().split())
        if text and len(text) <= _MAX_TITLE:
            (outside if element.xpath(_LOGO_PLACES) else inside).append(text)
    return inside + outside


def _declared(tree: HtmlElement, structured: Structured) -> list[str]:
    subject = structured.subject()
    title = next((element for element in tree.iter("title") if _is_page_title(element)), None)
    return [
        structured.meta("og:title"),
        *strings(subject.get("headline"))[:1],
        " ".join(title.text_content().split()) if title is not None else "",
        structured.meta(
            "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "citation_title"
        ),
    ]


def _is_page_title(element: HtmlElement) -> bool:
    return next(element.iterancestors("svg"), None) is None


def _site_names(structured: Structured, site: str, host: str) -> list[str]:
    labels = host.removeprefix("www.").split(".")
    names = [
        site,
        structured.meta("og:site_name", "application-name", "apple-mobile-web-app-title"),
        host,
        ".".join(labels),
    ]
    names += [labels[-2] if len(labels) > 1 else labels[0], *labels[:1]]
    for entry in structured.of_type("website", "organization", "newsmediaorganization", "corporation"):
        names += strings(entry.get("name"))[:1] + strings(entry.get("alternateName"))[:3]
    names += strings(structured.subject().get("publisher"), "name")
    names += [part for name in names[:2] for part in _SEPARATOR.split(name)]
    return [name for name in names if name]


def _key(name: str) -> str:
    return re.sub(r"\W+|^the\b", "", fold(name).removeprefix("the ").removeprefix("www."))


def _is_site(text: str, known: set[str]) -> bool:
    key = _key(text)
    if not key:
        return True
    return any(key == name or (len(name) >= 4 and key.startswith(name) and len(key) <= 2 * len(name)) for name in known)

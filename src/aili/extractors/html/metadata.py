"""A page's authors, site, language, address and description: what it declares, and nothing that it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from aili.extractors.html.structured import Structured, strings

_BY = re.compile(
    r"^(?:(?:written|posted|published|authored|reviewed)\s+)?(?:by|von|par|por|door)\b[:\s]+", re.IGNORECASE
)
_BY_ALONE = re.compile(
    r"^(?:(?:written|posted|published|authored)\s+)?by\s*:?$|^(?:author|written by)\s*:?$", re.IGNORECASE
)
_LABEL = re.compile(r"^(?:authors?|writer|written)\s*:?\s+(?=\S)", re.IGNORECASE)
_AND = re.compile(r"\s*(?:;|\s+(?:and|und|et|y|&)\s+)\s*")
_NO_AUTHOR = re.compile(
    r"^(?:admin(?:istrator)?|unknown|anonymous|none|null|n/?a|author|editor|user|guest|wordpress|root)$", re.IGNORECASE
)
_STAFF = re.compile(r"(?:inc|llc|ltd|team|staff|editors?|editorial|contributors?|admin|blog)$")
_PERSON_WORDS = 3
_NAME_WORDS = 5  # in a byline; what has more is a sentence that begins with "By"
_MAX_NAME = 80  # characters; a longer "name" is a biography

_AUTHOR_METAS = ("author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "dc.creator")
_MORE_AUTHOR_METAS = ("dcterms.creator", "citation_author", "byl", "twitter:creator:name")
# Where pages name their authors to readers, surest first: schema.org's marks, links, and the usual classes.
_NAME_OF_AUTHOR, _AUTHOR, _AUTHOR_LINK, _AUTHOR_NAME, _CARD, _BYLINE, _AUTHORS_BOX = range(7)
_AUTHOR_NAMES = ("author-name", "author__name", "authorName")
_BOXES = {_CARD: " author vcard ", _BYLINE: " byline ", _AUTHORS_BOX: " author "}
_TAG = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_](?:[A-Za-z]{4}[-_])?([A-Za-z]{2})(?![A-Za-z]))?(?:[-_,\s]|$)")
_XML_SPACES = re.compile(r"[ \t\r\n]+")
_NEAR_BEFORE, _NEAR_AFTER = 10, 30  # lines of text around the title in which a date is the article's own
_LOGO_WORDS = 3


def authors(tree: HtmlElement, structured: Structured, *, lines: Sequence[str], host: str) -> tuple[str, ...]:
    """The names the page declares as its authors, to machines or in a line "By …" beside its title; none is guessed.

    ``lines`` stand beside the title (``near_title``).

    Pages fill the field for machines with the site's own name where they name nobody: that counts only where readers see it
    beside the title. Measured on 320 articles: names for pages without an author fall from 15.5 to 8.6 %, exact ones from
    72.9 to 71.8 %, in both halves alike.
    """
    found = _declared(tree, structured) or _beside(lines)
    site_names = {_folded(name) for name in (site(structured), *_publishers(structured), _label(host))}
    shown = {_folded(_LABEL.sub("", _BY.sub("", line))) for line in lines}
    return tuple(name for name in found if not _is_site(name, site_names) or _folded(name) in shown)


def _declared(tree: HtmlElement, structured: Structured) -> tuple[str, ...]:
    subject = structured.subject()
    declared = strings(subject.get("author"), "name") or strings(subject.get("creator"), "name")
    for found in (
        declared,
        *([name] for meta in _AUTHOR_METAS + _MORE_AUTHOR_METAS for name in [structured.meta(meta)]),
    ):
        if names := _names(found):
            return names
    for _, element in sorted(_author_places(tree).items()):
        shown = _names([element.get("content") or " ".join(element.itertext())])
        if shown and all(_looks_like_name(name) for name in shown):
            return shown
    return ()


def _author_places(tree: HtmlElement) -> dict[int, HtmlElement]:
    """The first element of each kind of place where authors are named, found in one walk."""
    first: dict[int, HtmlElement] = {}
    for element in tree.iter("*"):
        if element.get("itemprop") == "author":
            first.setdefault(_AUTHOR, element)
            name = next((one for one in element.iterdescendants("*") if one.get("itemprop") == "name"), None)
            if name is not None:
                first.setdefault(_NAME_OF_AUTHOR, name)
        if element.tag == "a" and " author " in _padded(element.get("rel") or ""):
            first.setdefault(_AUTHOR_LINK, element)
        names = element.get("class")
        if names and ("author" in names or "byline" in names):
            for place in _places_named(names):
                first.setdefault(place, element)
    return first


def _places_named(names: str) -> Iterator[int]:
    if any(name in names for name in _AUTHOR_NAMES):
        yield _AUTHOR_NAME
    padded = _padded(names)
    yield from (place for place, name in _BOXES.items() if name in padded)


def _padded(names: str) -> str:
    return f" {_XML_SPACES.sub(' ', names).strip(' ')} "


def _beside(lines: Sequence[str]) -> tuple[str, ...]:
    """The names of a line "By …" beside the title."""
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        name = following if _BY_ALONE.match(line) else _BY.sub("", line) if _BY.match(line) else ""
        if _looks_like_name(name) and (names := _names([name])):
            return names
    return ()


def _is_site(name: str, site_names: set[str]) -> bool:
    """Whether a name is the site's; one of three words or more is more often a person's, after whom the site is called."""
    folded = _folded(name)
    staff = _STAFF.sub("", folded)
    return (len(name.split()) < _PERSON_WORDS and folded in site_names) or (staff != folded and staff in site_names)


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


def _label(host: str) -> str:
    return host.lower().removeprefix("www.").partition(".")[0]


def _publishers(structured: Structured) -> list[str]:
    return strings(structured.subject().get("publisher"), "name")


def _looks_like_name(text: str) -> bool:
    """For what a page shows to people only: few words, the first with a capital where its script has them, no numbers."""
    words = text.split()
    if not 0 < len(words) <= _NAME_WORDS or any(char.isdigit() for char in text) or _BY_ALONE.match(text):
        return False
    return text[0].isupper() or text[0].lower() == text[0].upper()


def near_title(tree: HtmlElement, title: str) -> list[str]:
    """The lines of text after the heading that shows ``title``, then those before it, nearest first.

    Where no heading shows it, the first heading of the first rank that is longer than a logo stands in, else any element.
    """
    headings = [(element, " ".join(element.text_content().split())) for element in tree.iter("h1", "h2")]
    shown = [element for element, text in headings if title and text == title]
    long = [element for element, text in headings if element.tag == "h1" and len(text.split()) > _LOGO_WORDS]
    anchor = next(iter(shown + long), None)
    lines: list[str] = []  # as they stand; of most, none is near
    at = -1
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "title", "option"):
            continue
        if element.tag == "time" and element.get("datetime"):
            lines.append(element.get("datetime", ""))
        if element is anchor or (at < 0 and anchor is None and title and (element.text or "").strip() == title):
            at = len(lines)
        lines.extend(text for text in (element.text, element.tail) if text and not text.isspace())
        if at >= 0 and len(lines) > at + _NEAR_AFTER:
            break
    near = [*lines[at : at + _NEAR_AFTER], *reversed(lines[max(0, at - _NEAR_BEFORE) : at])] if at >= 0 else []
    return [" ".join(line.split()) for line in near]


def site(structured: Structured) -> str:
    """The site's name."""
    named = structured.meta("og:site_name") or next(
        (name for entry in structured.of_type("website") for name in strings(entry.get("name"))), ""
    )
    publisher = _publishers(structured)
    return (named or (publisher[0] if publisher else "") or structured.meta("application-name"))[:100]


def locale(tree: HtmlElement, structured: Structured) -> str:
    """BCP 47 tag that the page claims for itself: language, and region where one of its places names that."""
    claimed = [tree.get("lang"), tree.get("xml:lang"), tree.get("{http://www.w3.org/XML/1998/namespace}lang")]
    claimed += [structured.meta(name) for name in ("content-language", "og:locale", "dc.language")]
    tags = [match.groups() for text in claimed if text and (match := _TAG.match(text))]
    if not tags:
        return ""
    primary = tags[0][0].lower()
    region = next((region for other, region in tags if region and other.lower() == primary), "")
    return f"{primary}-{region.upper()}" if region else primary


def location(tree: HtmlElement, structured: Structured, *, found_at: str) -> str:
    """The address the page calls its own, where that is on the same site: a page may not pass for another's.

    A page that was saved to a file has no site, and its own word is all there is.
    """
    links: list[str] = [
        link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"
    ]
    for claimed in (*links, structured.meta("og:url")):
        if not claimed.strip():
            continue
        try:
            address = urljoin(found_at, claimed.strip())
            parts, home = urlsplit(address), urlsplit(found_at)
        except ValueError:  # a damaged address
            continue
        own = not home.hostname or _registered(parts.hostname) == _registered(home.hostname)
        if parts.scheme in ("http", "https") and parts.hostname and own:
            return address
    return found_at


def description(structured: Structured) -> str:
    """What the page says it is about, in a sentence or two."""
    subject = structured.subject()
    return structured.meta("og:description", "description", "twitter:description") or next(
        iter(strings(subject.get("description"))), ""
    )


def _names(found: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    for text in found:
        text = _BY.sub("", _LABEL.sub("", " ".join(text.split()))).strip(' ,|·•-–—"')
        parts = _AND.split(text)
        if len(parts) > 1 and all(len(part.split(",")) == 1 for part in parts[1:]):
            parts = [name for part in parts for name in part.split(",")]
        else:
            parts = [text] if ";" not in text else parts
        for name in (part.strip() for part in parts):
            plausible = 1 < len(name) <= _MAX_NAME and "://" not in name and "@" not in name and not name.isdigit()
            if plausible and not _NO_AUTHOR.match(name) and name not in names:
                names.append(name)
    return tuple(names[:10])


def _registered(host: str | None) -> str:
    """The last two labels of a host name, or three where the last two are short, as in ``bbc.co.uk``."""
    labels = (host or "").lower().split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if short else labels[-2:])

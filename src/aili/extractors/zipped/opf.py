"""What an EPUB book says of itself: its package document (metadata, spine) and its contents (nav or NCX), read into values.

EPUB 3.3 (https://www.w3.org/TR/epub-33/) and OPF 2.0, of which books of both kinds are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html
from lxml.etree import _Element

from aili import properties
from aili.document import Metadata
from aili.errors import EmptyError, RefusedError, UnreadableError
from aili.extractors.zipped.container import Container, resolved

ENTRIES = 20_000  # of the contents; more than that is no book's

# Obfuscation of fonts, which hides no text.
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGES = ("application/xhtml+xml", "text/html", "application/xml", "text/x-oeb1-document")
_APART_TYPES = re.compile(
    r"\b(?:cover|title-?page|halftitlepage|toc|landmarks|loi|lot|loa|lov|page-list|copyright-page|colophon|imprint"
    r"|imprimatur|index|bibliography|(?:foot|end|rear)notes?|other-credits|other\.(?:backmatter|copyright))\b"
)
_APART_LABELS = re.compile(
    r"(?:front |back )?cover(?: (?:page|image))?|title ?page|half[- ]title(?: page)?|(?:table of )?contents|index"
    r"|bibliography|copyright(?: page| notice)?|(?:foot|end)?notes|also by .*|colophon|imprint|newsletters?"
    r"|list of (?:illustrations|figures|tables)|inhalt(?:sverzeichnis)?|titelseite|impressum|anmerkungen|register"
    r"|couverture|page de titre|table des matières|sommaire|portada|índice|cubierta|créditos|copertina|frontespizio"
    r"|indice|capa|sumário|目录|版权页|版權頁|封面|目次|奥付|表紙",
    re.IGNORECASE,
)
_YEARLESS = re.compile(r"0{4}|0101-01-01")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of the contents: where it leads (a member and an id within, maybe empty), its label, its depth from 1."""

    member: str
    anchor: str
    label: str
    depth: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """A book's metadata, its members of text in reading order, its contents, and the members that are no text proper."""

    metadata: Metadata
    spine: tuple[str, ...]
    entries: tuple[Entry, ...]
    apart: frozenset[str]


def read(container: Container) -> Book:
    """The book in ``container``; raises RefusedError where it is protected, MalformedError where it is damaged."""
    _refuse_protected(container)
    package = _package_member(container)
    root = container.xml(package)
    items = {
        item.get("id", ""): (resolved(package, item.get("href", "")), item)
        for item in _all(root, "item")
        if item.get("href")
    }
    spine, unlinear = _spine(root, items)
    if not spine:
        raise EmptyError(f"{container.name} is a book without text.", hint="Is it the right file?")
    nav = next((member for member, item in items.values() if "nav" in item.get("properties", "").split()), "")
    contents = next(_all(root, "spine")).get("toc", "")
    ncx = items[contents][0] if contents in items else _of_type(items, "application/x-dtbncx+xml")
    entries, apart = _contents(container, nav, ncx)
    apart |= unlinear | {nav} | _guided(root, package)
    apart |= {entry.member for entry in entries if entry.depth == 1 and _APART_LABELS.fullmatch(entry.label)}
    return Book(metadata=_metadata(root), spine=spine, entries=entries, apart=frozenset(apart))


def is_apart(types: str) -> bool:
    """Whether one of the ``epub:type`` or ``role`` values says that a part is none of the text proper."""
    return bool(_APART_TYPES.search(types))


def _refuse_protected(container: Container) -> None:
    if "META-INF/encryption.xml" not in container:
        return
    for method in _all(container.xml("META-INF/encryption.xml"), "EncryptionMethod"):
        parent = method.getparent()  # an EncryptedKey has a method too
        if parent is not None and _name(parent) == "EncryptedData" and method.get("Algorithm", "") not in _FONTS:
            raise RefusedError(
                f"{container.name} is protected against copying (DRM), which aili does not undo.",
                hint="Give a copy without protection.",
            )


def _package_member(container: Container) -> str:
    if "META-INF/container.xml" in container:
        for rootfile in _all(container.xml("META-INF/container.xml"), "rootfile"):
            path = resolved("", rootfile.get("full-path", ""))
            if path in container:
                return path
    found = next((member for member in container if member.lower().endswith(".opf")), "")
    if not found:
        raise container.damaged("it holds no package document, which says where its text is")
    return found


def _spine(root: _Element, items: dict[str, tuple[str, _Element]]) -> tuple[tuple[str, ...], set[str]]:
    members: dict[str, None] = {}
    unlinear: set[str] = set()
    for reference in _all(root, "itemref"):
        member, item = items.get(reference.get("idref", ""), ("", None))
        if item is None or item.get("media-type", _PAGES[0]).lower() not in _PAGES:
            continue
        members[member] = None
        if reference.get("linear", "").lower() == "no":
            unlinear.add(member)
    return tuple(members), unlinear


def _of_type(items: dict[str, tuple[str, _Element]], media_type: str) -> str:
    return next((member for member, item in items.values() if item.get("media-type") == media_type), "")


def _contents(container: Container, nav: str, ncx: str) -> tuple[tuple[Entry, ...], set[str]]:
    """The lines of the contents, and the members that the landmarks set aside; a damaged one is as good as none."""
    entries: list[Entry] = []
    apart: set[str] = set()
    try:
        if nav and nav in container:
            for found in _all(container.xhtml(nav), "nav"):
                types = f"{found.get('{http://www.idpf.org/2007/ops}type', '')} {found.get('role', '')}"
                if "landmarks" in types:
                    apart |= {resolved(nav, a.get("href", "")) for a in _all(found, "a") if _aside(a)}
                elif "toc" in types and not entries:
                    entries = list(_nav_entries(found, nav))
    except UnreadableError:
        entries = []
    try:
        if not entries and ncx and ncx in container:
            entries = list(_ncx_entries(container.xml(ncx), ncx))
    except UnreadableError:
        entries = []
    return tuple(entries[:ENTRIES]), apart


def _aside(link: _Element) -> bool:
    types = link.get("{http://www.idpf.org/2007/ops}type", "")
    return is_apart(types) and "#" not in link.get("href", "")


def _nav_entries(nav: _Element, base: str) -> Iterator[Entry]:
    for link in _all(nav, "a"):
        depth = sum(1 for parent in link.iterancestors() if _name(parent) == "ol")
        yield _entry(base, link.get("href", ""), _text(link), depth)


def _ncx_entries(root: _Element, base: str) -> Iterator[Entry]:
    for point in _all(root, "navPoint"):
        depth = 1 + sum(1 for parent in point.iterancestors() if _name(parent) == "navPoint")
        label = next((_text(child) for child in point if _name(child) == "navLabel"), "")
        href = next((child.get("src", "") for child in point if _name(child) == "content"), "")
        yield _entry(base, href, label, depth)


def _entry(base: str, href: str, label: str, depth: int) -> Entry:
    return Entry(member=resolved(base, href), anchor=href.partition("#")[2], label=label, depth=max(1, depth))


def _guided(root: _Element, package: str) -> set[str]:
    """The members that the guide of OPF 2.0 sets aside."""
    references = [one for one in _all(root, "reference") if "#" not in one.get("href", "#")]
    return {resolved(package, one.get("href", "")) for one in references if is_apart(one.get("type", "").lower())}


def _metadata(root: _Element) -> Metadata:
    refined: dict[str, dict[str, str]] = {}
    for meta in _all(root, "meta"):
        if about := meta.get("refines", "").lstrip("#"):
            refined.setdefault(about, {})[meta.get("property", "")] = _text(meta)
    titles = [one for one in _all(root, "title") if _text(one)]
    main = [one for one in titles if refined.get(one.get("id", ""), {}).get("title-type") == "main"]
    title = next((_text(one) for one in main + titles), "")
    return Metadata(
        title="" if title.lower() in ("unknown", "untitled", "[no title]") else title,
        authors=_authors(root, refined),
        published=_published(root),
        language=next((tag for one in _all(root, "language") if (tag := properties.language(_text(one)))), ""),
        description=_described(next((_text(one) for one in _all(root, "description")), "")),
    )


def _authors(root: _Element, refined: dict[str, dict[str, str]]) -> tuple[str, ...]:
    """Those whose role is author, else those who have none: a translator is none."""
    roles: dict[str, list[str]] = {}
    for creator in _all(root, "creator"):
        role = creator.get("{http://www.idpf.org/2007/opf}role") or refined.get(creator.get("id", ""), {}).get(
            "role", ""
        )
        name = _text(creator)
        if name and name.lower() not in ("unknown", "anonymous", "various", "n/a"):
            roles.setdefault(role.lower(), []).append(properties.turned(name))
    return tuple(dict.fromkeys(roles.get("aut") or roles.get("") or ()))


def _published(root: _Element) -> str:
    """The day of publication; a book that names a year only has none, and the day of a later change is another."""
    dates = {one.get("{http://www.idpf.org/2007/opf}event", "").lower(): _text(one) for one in _all(root, "date")}
    told = dates.get("publication") or dates.get("original-publication") or dates.get("", "")
    match = re.match(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", told)
    return "" if match is None or _YEARLESS.match(told) else match[0]


def _described(text: str) -> str:
    if "<" not in text:
        return text
    try:
        return _text(html.fromstring(f"<div>{text}</div>"))
    except (ValueError, TypeError):  # as lxml tells of what is no element at all
        return ""


def _all(root: _Element, name: str) -> Iterator[_Element]:
    """The elements of that local name, in any namespace: books mix the namespaces of their versions."""
    return root.iter("{*}" + name)


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: _Element) -> str:
    return " ".join("".join(str(text) for text in element.itertext()).split())

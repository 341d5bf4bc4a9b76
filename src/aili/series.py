"""The addresses of an article's pages: which one is the next page of which, by their form alone.

Sites number the pages of one article at the end of its path (``/story/2/``, ``/story/page/2``, ``/story-2.html``) or in its
query (``?page=2``). Two addresses belong together where they are equal without that number; whether they are pages of one
text, and not of a list or a thread, only the pages themselves tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

_NAMES = r"(?:page|pages|pg|p|pagina|página|pag|seite|sivu|sida|side|strona|stranica|str|sayfa|trang|halaman)"
_NUMBER = r"0?(?P<number>\d{1,2})"
_PATHS = (
    re.compile(rf"(?P<base>.+)/(?P<name>{_NAMES}[-_/]?){_NUMBER}(?P<end>)/?", re.IGNORECASE),  # /story/page/2
    re.compile(rf"(?P<base>.+)/(?P<name>){_NUMBER}(?P<end>)/?"),  # /story/2
    re.compile(rf"(?P<base>.+)[-_,.](?P<name>{_NAMES}[-_]?){_NUMBER}(?P<end>(?:\.\w{{2,5}})?)/?", re.IGNORECASE),
    re.compile(rf"(?P<base>.+)[-_,](?P<name>){_NUMBER}(?P<end>\.\w{{3,5}})"),  # /story-2.html
    re.compile(rf"(?P<base>.+)[_,](?P<name>){_NUMBER}(?P<end>)/?"),  # /story,2
    re.compile(rf"(?P<base>.+)/(?P<name>(?:index|{_NAMES})?[-_]?){_NUMBER}(?P<end>)\.\w{{3,5}}", re.IGNORECASE),
)
_KEYS = frozenset(
    ("page", "p", "pg", "pn", "pagenum", "page_num", "pagenumber", "page_number", "pageno", "page_no", "currentpage")
) | frozenset(("current_page", "pagewanted", "paged", "seite", "pagina", "pag", "num", "sivu", "strona", "sida"))
_HREF = re.compile(rb"""\bhref\s*=\s*["']?([^"'\s>]{1,2000})""", re.IGNORECASE)
_IN_QUERY = re.compile(rf"[?&;](?:{'|'.join(sorted(_KEYS))})=\d{{1,2}}(?!\d)", re.IGNORECASE)
_AT_END = re.compile(r"(?<!\d)\d{1,2}(?:\.\w{2,5})?/?$")
_RELATIVE = re.compile(rf"(?:\.?/)?(?:index|{_NAMES})?[-_/]?\d", re.IGNORECASE)
_TRACKING = re.compile(r"utm_|(?:fbclid|gclid|srsltid|ref|source|cmp|mc_cid|mc_eid)$", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.\w{3,5}$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered:
    """An address as page ``number`` of what is at ``base``; ``form`` is how it says so, empty for one without a number."""

    base: str
    number: int
    form: str = ""


def forms(address: str) -> tuple[Numbered, ...]:
    """What ``address`` may be: the first page of itself, and the page of that number of an address without it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ()
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ()
    return (Numbered(base=_base(parts), number=1), *_in_path(parts), *_in_query(parts))


def follows(address: str, other: str) -> Iterator[tuple[Numbered, Numbered]]:
    """Each way in which ``other`` is the page after ``address``: both as pages of one thing, in one form.

    Some sites count from 0, so that the address numbered 1 may be the second page; where it comes after an address without
    a number, that is one of the ways.
    """
    for there in forms(other):
        if not there.form:
            continue
        for here in forms(address):
            if here.base != there.base or here.form not in ("", there.form):
                continue
            if there.number == here.number + 1 or (not here.form and there.number == 1):
                yield here, there


def same_site(address: str, other: str) -> bool:
    """Whether two addresses have one host, ``www.`` aside, and one port."""
    try:
        return _host(urlsplit(address)) == _host(urlsplit(other)) != ""
    except ValueError:
        return False


def may_go_on(page: bytes, locations: Iterable[str]) -> bool:
    """Whether an address in the bytes of a page may be that of a later page, looked for where parsing is not worth it.

    Measured: of 410 pages, 78 may; the others are not parsed again.
    """
    own = {word for location in locations for form in forms(location) for word in _words(form.base)}
    for match in _HREF.finditer(page):
        target = match[1].partition(b"#")[0].decode("ascii", "replace")
        if _IN_QUERY.search(target):
            return True
        if _AT_END.search(target) and (_RELATIVE.match(target) or any(word in target for word in own)):
            return True
    return False


def _words(base: str) -> Iterator[str]:
    """The longest word of the last part of a path."""
    last = base.partition("?")[0].rpartition("/")[2]
    yield from sorted(re.findall(r"[A-Za-z0-9]+", last), key=len)[-1:]


def _in_path(parts: SplitResult) -> Iterator[Numbered]:
    path = unquote(parts.path)
    for form, pattern in enumerate(_PATHS):
        match = pattern.fullmatch(path)
        if match:
            base = _base(parts._replace(path=match["base"] + match["end"]))
            number = int(match["number"])
            yield Numbered(base=base, number=number, form=f"{form}{match['name'].lower()}")


def _in_query(parts: SplitResult) -> Iterator[Numbered]:
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for key, value in pairs:
        if key.lower() in _KEYS and value.isascii() and value.isdigit() and len(value) <= 2:
            rest = urlencode([(name, text) for name, text in pairs if name != key])
            yield Numbered(base=_base(parts._replace(query=rest)), number=int(value), form=f"?{key.lower()}")


def _base(parts: SplitResult) -> str:
    """The address in the form in which two of one page are equal."""
    path = _INDEX.sub("", unquote(parts.path)).rstrip("/")
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)]
    return f"{_host(parts)}{path}?{urlencode(sorted(pairs))}"


def _host(parts: SplitResult) -> str:
    try:
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:  # a port that is none
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}:{80 if port == 443 else port}" if host else ""

"""The library: every digest of a reader, found by words, tags, sites and dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast, get_args
from urllib.parse import urlencode

from fastapi import APIRouter
from markupsafe import Markup, escape
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from aili.errors import AiliError, UsageError
from aili.library import Library
from aili.renderers import plain
from aili.store.indexing import understand
from aili.store.records import Facets, Filter, Found, Job, Listing, Order, now
from aili.web.context import context
from aili.web.failures import status_of
from aili.web.identity import Asking, Person, require
from aili.web.languages import language_name
from aili.web.templating import count, page

router = APIRouter()

PAGE = 25  # digests
# The empty order is the one that a search, or the whole library, has of itself.
ORDERS_FOUND = (("", "Best match"), ("newest", "Newest first"), ("oldest", "Oldest first"), ("title", "By title"))
ORDERS_ALL = (("", "Newest first"), *ORDERS_FOUND[2:])


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """A condition that holds, and the address of the same search without it."""

    label: str
    without: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The page as a form left it: what went wrong, the query it was sent from, what was ticked, and what was typed.

    ``query`` is None where the request's own address has it; ``refused`` are sentences about what was not taken in.
    """

    fault: AiliError | None = None
    refused: tuple[str, ...] = ()
    query: QueryParams | None = None
    ticked: frozenset[str] = frozenset()
    everything: bool = False
    typed: str = ""


PLAIN = Shown()


@router.get("/library")
def show(request: Request, asking: Asking) -> Response:
    """What the query of the address asks for; everything, newest first, where it asks nothing."""
    require(asking, "read")
    return library_page(request, asking)


def filter_of(query: QueryParams) -> Filter:
    """The filter that an address asks for; what is no order is none, since addresses are kept and shared."""
    order = query.get("order", "")
    return Filter(
        query=query.get("q", "").strip(),
        tags=tuple(tag for tag in query.getlist("tag") if tag),
        site=query.get("site", ""),
        engine=query.get("engine", ""),
        language=query.get("language", ""),
        since=query.get("since", ""),
        until=query.get("until", ""),
        order=cast("Order", order) if order in get_args(Order) else None,
    )


def address_of_filter(wanted: Filter, *, number: int = 1) -> str:
    """The address of the library that shows ``wanted``, at page ``number``."""
    pairs = [
        ("q", wanted.query),
        *(("tag", tag) for tag in wanted.tags),
        ("site", wanted.site),
        ("engine", wanted.engine),
        ("language", wanted.language),
        ("since", wanted.since),
        ("until", wanted.until),
        ("order", wanted.order or ""),
        ("page", str(number) if number > 1 else ""),
    ]
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"/library?{query}" if query else "/library"


def chips(wanted: Filter) -> tuple[Chip, ...]:
    """Every condition that holds beside the words searched for."""
    made = [
        Chip(
            label=f"#{tag}",
            without=address_of_filter(replace(wanted, tags=tuple(one for one in wanted.tags if one != tag))),
        )
        for tag in wanted.tags
    ]
    for value, label, without in (
        (wanted.site, wanted.site, replace(wanted, site="")),
        (wanted.engine, wanted.engine, replace(wanted, engine="")),
        (wanted.language, language_name(wanted.language), replace(wanted, language="")),
        (wanted.since, f"since {wanted.since}", replace(wanted, since="")),
        (wanted.until, f"until {wanted.until}", replace(wanted, until="")),
    ):
        if value:
            made.append(Chip(label=label, without=address_of_filter(without)))
    return tuple(made)


def marked(found: Found) -> Markup:
    """The passage that matched, with what matched marked; everything is escaped."""
    parts: list[Markup] = []
    at = 0
    for start, end in found.marks:
        parts.append(escape(plain(found.passage[at:start])))
        parts.append(Markup("<mark>{}</mark>").format(plain(found.passage[start:end])))
        at = end
    parts.append(escape(plain(found.passage[at:])))
    return Markup("").join(parts)


def number_of(query: Mapping[str, str]) -> int:
    """The page that an address asks for, from 1; one beyond the last is shown as the last."""
    said = query.get("page", "1")
    return max(1, int(said[:6])) if said.isascii() and said.isdigit() else 1


def library_page(request: Request, asking: Person, shown: Shown = PLAIN) -> Response:
    """The library as ``shown``; a date that is none is told, and left out."""
    library, account = context(request).library, asking.account.id
    query = request.query_params if shown.query is None else shown.query
    wanted, error = filter_of(query), shown.fault
    try:
        listing = _listing(library, account, wanted, number_of(query))
    except UsageError as wrong:
        error, wanted = error or wrong, replace(wanted, since="", until="")
        listing = _listing(library, account, wanted, number_of(query))
    number = listing.offset // PAGE + 1
    facets: Facets = library.digests.facets(account)
    back = address_of_filter(wanted).partition("?")[2]
    return page(
        request,
        "library.html",
        asking,
        status=status_of(type(error)) if error else 200,
        wanted=wanted,
        listing=listing,
        found=[(one.kept, marked(one) if one.passage else "") for one in listing.items],
        facets=facets,
        orders=ORDERS_FOUND if wanted.query else ORDERS_ALL,
        chips=chips(wanted),
        back=address_of_filter(wanted, number=number).partition("?")[2],
        export=f"/library/export?{back}" if back else "/library/export",
        before=address_of_filter(wanted, number=number - 1) if number > 1 else "",
        after=address_of_filter(wanted, number=number + 1) if number * PAGE < listing.total else "",
        jobs=_unfinished(library, account, failed=number == 1 and not wanted.query and not chips(wanted)),
        told=told(query) if error is None else "",
        refused=shown.refused,
        ticked=shown.ticked,
        everything=shown.everything,
        wordless=bool(wanted.query) and not understand(wanted.query).asks,
        typed=shown.typed,
        fault=error,
    )


def told(query: Mapping[str, str]) -> str:
    """What the address says was just done, and to how many digests; empty where it says nothing."""
    changed, known = _whole(query.get("count", "")), _whole(query.get("known", ""))
    match query.get("done"):
        case "removed":
            return f"{count(changed, 'digest')} taken out of the library." if changed else "Taken out of the library."
        case "tagged" if changed:
            return f"{count(changed, 'digest')} tagged."
        case "tagged":
            return "Nothing changed: what was ticked had these tags already."
        case "untagged" if changed:
            return f"{count(changed, 'digest')} untagged."
        case "untagged":
            return "Nothing changed: nothing that was ticked had such a tag."
        case "taken" if known:
            return f"{count(changed, 'digest')} taken in; {known:,} {'was' if known == 1 else 'were'} here already."
        case "taken":
            return f"{count(changed, 'digest')} taken in."
    return ""


def _whole(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _listing(library: Library, account: str, wanted: Filter, number: int) -> Listing:
    listing = library.digests.find(account, wanted, offset=(number - 1) * PAGE, limit=PAGE)
    last = max(1, -(-listing.total // PAGE))
    if number <= last:
        return listing
    return library.digests.find(account, wanted, offset=(last - 1) * PAGE, limit=PAGE)


def _unfinished(library: Library, account: str, *, failed: bool) -> list[Job]:
    """What is under way, and where wanted what failed within a day: later it is on the page of all jobs only."""
    states = ("running", "waiting", *(("failed",) if failed else ()))
    jobs = [job for state in states for job in library.jobs.list(account, state=state, limit=5)]
    return [job for job in jobs if job.state != "failed" or job.ended >= now(ahead=-86_400)]

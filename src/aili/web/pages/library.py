"""The library: every digest of a reader, found by words, tags, sites and dates; and what is done to several at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO, cast, get_args
from urllib.parse import urlencode

from fastapi import APIRouter
from markupsafe import Markup, escape
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from aili.errors import AiliError, UsageError
from aili.library import Library
from aili.renderers import plain
from aili.store.records import Facets, Filter, Found, Job, Order, now
from aili.web.context import context
from aili.web.failures import status_of
from aili.web.identity import Asking, Person, require
from aili.web.languages import language_name
from aili.web.pages import see, tags_of, texts
from aili.web.pages.home import Form
from aili.web.templating import page

router = APIRouter()

PAGE = 25  # digests
PIECE = 65_536  # bytes of an export that are sent at a time
# The empty order is the one that a search, or the whole library, has of itself.
ORDERS_FOUND = (("", "Best match"), ("newest", "Newest first"), ("oldest", "Oldest first"), ("title", "By title"))
ORDERS_ALL = (("", "Newest first"), *ORDERS_FOUND[2:])
ACTIONS = ("tag", "untag", "remove", "export")
DONE = {"removed": "Taken out of the library.", "tagged": "Tags changed."}


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """A condition that holds, and the address of the same search without it."""

    label: str
    without: str


@router.get("/library")
def show(request: Request, asking: Asking) -> Response:
    """What the query of the address asks for; everything, newest first, where it asks nothing."""
    require(asking, "read")
    return _page(request, asking)


@router.post("/library")
def act(request: Request, asking: Asking, form: Form) -> Response:
    """Tag, untag, remove or export the ticked digests; removing asks once more."""
    require(asking, "write")
    digests = context(request).library.digests
    account = asking.account.id
    ids = texts(form.getlist("ids"))
    action = form.get("action")
    back = _back(form)
    try:
        if not ids:
            raise UsageError("No digest is ticked.", hint="Tick the ones that you mean, then choose what to do.")
        if action == "remove" and form.get("sure") != "yes":
            kept = tuple(digests.get(account, one) for one in ids)
            shares = sum(not share.revoked for one in ids for share in context(request).library.shares.of(account, one))
            return page(request, "remove.html", asking, kept=kept, shares=shares, action="/library")
        if action == "remove":
            digests.remove(account, ids)
            return see("/library?done=removed")
        if action == "export":
            return _export(request, asking, ids)
        tags = tags_of(", ".join(texts(form.getlist("tags"))))
        if action not in ACTIONS or not tags:
            raise UsageError("Which tag?", hint="Write one or more, parted by commas.")
        added, taken = (tags, ()) if action == "tag" else ((), tags)
        digests.tag(account, ids, add=added, remove=taken)
    except AiliError as error:
        return _page(request, asking, error=error)
    return see(f"/library?{back}{'&' if back else ''}done=tagged")


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


def _export(request: Request, asking: Person, ids: tuple[str, ...]) -> Response:
    from aili.library import exchange  # here: zipfile and its kin are needed by nobody who only reads

    file = tempfile.TemporaryFile(prefix="aili-")  # noqa: SIM115 (closed by the answer); it has no name that could be left behind
    try:
        exchange.export(context(request).library, asking.account.id, file, ids=ids)
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Disposition": 'attachment; filename="aili-library.zip"',
        "Content-Length": str(file.tell()),
    }
    file.seek(0)
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _back(form: FormData) -> str:
    """The query that the list was shown with, read and written anew so that only a library's address comes back."""
    said = form.get("back", "")
    query = QueryParams(said if isinstance(said, str) else "")
    return address_of_filter(filter_of(query), number=_number(query)).partition("?")[2]


def _number(query: Mapping[str, str]) -> int:
    said = query.get("page", "1")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 7 else 1


def _page(request: Request, asking: Person, *, error: AiliError | None = None) -> Response:
    library, account, query = context(request).library, asking.account.id, request.query_params
    wanted, number = filter_of(query), _number(query)
    try:
        listing = library.digests.find(account, wanted, offset=(number - 1) * PAGE, limit=PAGE)
    except UsageError as wrong:
        error, wanted = wrong, replace(wanted, since="", until="")
        listing = library.digests.find(account, wanted, offset=(number - 1) * PAGE, limit=PAGE)
    facets: Facets = library.digests.facets(account)
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
        before=address_of_filter(wanted, number=number - 1) if number > 1 else "",
        after=address_of_filter(wanted, number=number + 1) if number * PAGE < listing.total else "",
        jobs=_unfinished(library, account),
        done=DONE.get(query.get("done", ""), ""),
        fault=error,
    )


def _unfinished(library: Library, account: str) -> list[Job]:
    """What is under way, and what failed within a day: later it is on the page of all jobs only."""
    jobs = [
        job for state in ("running", "waiting", "failed") for job in library.jobs.list(account, state=state, limit=5)
    ]
    return [job for job in jobs if job.state != "failed" or job.ended >= now(ahead=-86_400)]

"""What is done to several digests at once: tagged, untagged, removed, exported."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from fastapi import APIRouter
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from aili.errors import AiliError, NotFoundError, UsageError
from aili.library.digests import Digests
from aili.web.context import context
from aili.web.identity import Asking, require
from aili.web.pages import see, tags_of, texts
from aili.web.pages.exchange import export, matching
from aili.web.pages.home import Form
from aili.web.pages.library import Shown, address_of_filter, filter_of, library_page, number_of
from aili.web.templating import page

router = APIRouter()

MOST = 1_000  # digests that are changed at once, as over REST


@router.post("/library")
def act(request: Request, asking: Asking, form: Form) -> Response:
    """Tag, untag, remove or export the ticked digests; removing asks once more.

    A fault brings back the search, its page, what was ticked and what was typed.
    """
    require(asking, "write")
    ids, back = texts(form.getlist("ids")), _back(form)
    everything = form.get("everything") == "yes"
    try:
        if everything:
            ids = _found(request, asking.account.id, back, most=0 if form.get("action") == "export" else MOST)
        if not ids:
            raise UsageError("No digest is ticked.", hint="Tick the ones that you mean, then choose what to do.")
        match form.get("action"):
            case "export":
                return export(request, asking.account.id, ids)
            case "remove" if form.get("sure") == "yes":
                gone = context(request).library.digests.remove(asking.account.id, ids)
                return _done(back, "removed", gone)
            case "remove":
                return _ask(request, asking, ids, back)
            case "tag":
                return _done(back, "tagged", _tag(request, asking.account.id, ids, add=_tags(form)))
            case "untag":
                return _done(back, "untagged", _tag(request, asking.account.id, ids, remove=_tags(form)))
        raise UsageError("There is no such thing to do.", hint="Choose one of the buttons below the list.")
    except AiliError as error:
        typed = ", ".join(texts(form.getlist("tags")))
        shown = Shown(fault=error, query=QueryParams(back), ticked=frozenset(ids), everything=everything, typed=typed)
        return library_page(request, asking, shown)


def _found(request: Request, account: str, back: str, *, most: int) -> tuple[str, ...]:
    """The ids of all that the list's query finds; raises UsageError where they are more than ``most``, 0 for any number."""
    wanted, digests = filter_of(QueryParams(back)), context(request).library.digests
    total = digests.find(account, wanted, limit=0).total
    if most and total > most:
        raise UsageError(f"These are {total:,} digests; {most:,} go at once.", hint="Narrow the search first.")
    return matching(digests, account, wanted)


def _ask(request: Request, asking: Asking, ids: tuple[str, ...], back: str) -> Response:
    library, account = context(request).library, asking.account.id
    kept = tuple(library.digests.get(account, one) for one in ids)
    shares = sum(not share.revoked for one in ids for share in library.shares.of(account, one))
    return page(request, "remove.html", asking, kept=kept, shares=shares, action="/library", back=back)


def _tags(form: FormData) -> tuple[str, ...]:
    tags = tags_of(", ".join(texts(form.getlist("tags"))))
    if not tags:
        raise UsageError("Which tag?", hint="Write one or more, parted by commas.")
    return tags


def _tag(
    request: Request, account: str, ids: tuple[str, ...], *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> int:
    """Change the tags; returns how many digests have others than before."""
    digests = context(request).library.digests
    before = _tagged(digests, account, ids)
    digests.tag(account, ids, add=add, remove=remove)
    after = _tagged(digests, account, ids)
    return sum(before.get(one) != tags for one, tags in after.items())


def _tagged(digests: Digests, account: str, ids: tuple[str, ...]) -> dict[str, frozenset[str]]:
    found = {}
    for one in ids:
        with suppress(NotFoundError):  # gone since the page was shown: there is nothing to change
            found[one] = frozenset(digests.get(account, one).tags)
    return found


def _back(form: FormData) -> str:
    """The query that the list was shown with, read and written anew so that only a library's address comes back."""
    said = form.get("back", "")
    query = QueryParams(said if isinstance(said, str) else "")
    return address_of_filter(filter_of(query), number=number_of(query)).partition("?")[2]


def _done(back: str, what: str, changed: int) -> Response:
    return see(f"/library?{back}{'&' if back else ''}done={what}&count={changed}")

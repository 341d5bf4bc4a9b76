"""Making, listing, changing and revoking one's shares."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from aili.errors import AiliError, ConflictError, UsageError
from aili.library.shares import Terms
from aili.store.records import Share, now
from aili.web.context import address_of, context
from aili.web.identity import Asking, Person, require
from aili.web.pages import see
from aili.web.pages.home import Form
from aili.web.server import loopback
from aili.web.templating import page

router = APIRouter()

DAY = 86_400
# What the form offers, with the seconds that it means.
LIVES = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}


@router.post("/digests/{digest_id}/shares")
def make(request: Request, asking: Asking, digest_id: str, form: Form) -> Response:
    """Share a digest and lead to its link."""
    require(asking, "share")
    shares = context(request).library.shares
    try:
        share = shares.make(asking.account.id, digest_id, **_terms(form))
    except UsageError as error:
        kept = context(request).library.digests.get(asking.account.id, digest_id)
        return page(request, "share_anew.html", asking, status=422, kept=kept, shares=(), fault=error)
    return see(f"/shares/{share.token}")


@router.get("/shares")
def overview(request: Request, asking: Asking) -> Response:
    """Every share, the newest first, and the feed of those that are listed."""
    require(asking, "share")
    shares = context(request).library.shares.of(asking.account.id)
    feed = address_of(request, f"/feeds/{asking.account.feed}.atom")
    return page(
        request,
        "shares.html",
        asking,
        shares=tuple((share, state_of(share)) for share in shares),
        feed=feed if any(share.listed and state_of(share) == "open" for share in shares) else "",
        here_only=_here_only(request),
    )


@router.get("/shares/{token}")
def show(request: Request, asking: Asking, token: str, done: str = "") -> Response:
    """One share: its link to copy, and what may be changed; ``done`` is ``saved`` where it was just changed."""
    require(asking, "share")
    share = context(request).library.shares.get(asking.account.id, token)
    return _one(request, asking, share, saved=done == "saved")


@router.post("/shares/{token}")
def change(request: Request, asking: Asking, token: str, form: Form) -> Response:
    """Change what a share shows, and for how long."""
    require(asking, "share")
    shares = context(request).library.shares
    try:
        shares.change(asking.account.id, token, **_terms(form))
    except (UsageError, ConflictError) as error:
        return _one(request, asking, shares.get(asking.account.id, token), fault=error)
    return see(f"/shares/{token}?done=saved")


@router.get("/shares/{token}/revoke")
def ask_to_revoke(request: Request, asking: Asking, token: str) -> Response:
    """Whether the link is really to be closed."""
    require(asking, "share")
    share = context(request).library.shares.get(asking.account.id, token)
    return page(request, "revoke.html", asking, share=share, revoke=f"/shares/{token}/revoke", keep=f"/shares/{token}")


@router.post("/shares/{token}/revoke")
def revoke(request: Request, asking: Asking, token: str) -> Response:
    """Close a link for ever."""
    require(asking, "share")
    context(request).library.shares.revoke(asking.account.id, token)
    return see("/shares")


def state_of(share: Share) -> str:
    """``open``, ``revoked`` or ``ended``, for people."""
    if share.revoked:
        return "revoked"
    return "ended" if share.expires and share.expires <= now() else "open"


def _one(
    request: Request, asking: Person, share: Share, *, fault: AiliError | None = None, saved: bool = False
) -> Response:
    return page(
        request,
        "share_one.html",
        asking,
        status=422 if fault else 200,
        share=share,
        kept=context(request).library.digests.get(asking.account.id, share.digest),
        state=state_of(share),
        address=address_of(request, f"/s/{share.token}"),
        here_only=_here_only(request),
        fault=fault,
        saved=saved,
    )


def _here_only(request: Request) -> bool:
    """Whether links lead nowhere from another machine."""
    return loopback(urlsplit(address_of(request)).hostname or "")


def _terms(form: FormData) -> Terms:
    """What the form says; a box that is not ticked is not sent."""
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    terms = Terms(
        shared_by=said.get("shared_by", ""),
        with_source=said.get("shows") == "source",
        listed="listed" in said,
        indexed="indexed" in said,
    )
    life = said.get("life", "never")
    if life in LIVES:
        terms["expires"] = now(ahead=LIVES[life])
    elif life == "date":
        if not said.get("until"):
            raise UsageError("No date is chosen on which the link ends.", hint="Choose one, or another time.")
        terms["expires"] = said["until"]
    elif life == "never":
        terms["expires"] = ""
    elif life != "same":
        raise UsageError("There is no such time for a link.", hint=f"Known: {', '.join(LIVES)}, date, never.")
    return terms

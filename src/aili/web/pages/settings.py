"""A reader's settings: the name on shares, what new digests are like, tokens for programs, and what this server is."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aili.errors import AiliError, UsageError
from aili.library.wishes import settings_for
from aili.renderers import line
from aili.spool import library_path
from aili.store.records import SCOPES, Preferences, Wish
from aili.store.reserve import size_of
from aili.web.choices import offered
from aili.web.context import context
from aili.web.failures import status_of
from aili.web.identity import Asking, Person, require
from aili.web.once import Secret
from aili.web.pages import see
from aili.web.pages.home import Form
from aili.web.templating import page

router = APIRouter()

LONGEST_NAME = 100  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """The form for a token as it was filled in."""

    name: str = ""
    expires: str = ""
    scopes: tuple[str, ...] = ("read",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the page says of what was just done: a fault, or that it was done; ``secret`` is shown this once.

    ``part`` names the form that a fault is about, ``tokens`` or ``account``; it is open then, and shows what was ``typed``.
    """

    fault: AiliError | None = None
    done: str = ""
    secret: str = ""
    part: str = ""
    typed: Typed = Typed()


NOTHING = Told()


@router.get("/settings")
def show(request: Request, asking: Asking, done: str = "", made: str = "") -> Response:
    """All settings; ``made`` is the key of a token's secret, which is on the page the first time only."""
    require(asking, "read")
    if made:
        return settings_page(request, asking, _told_of(context(request).once.take(asking.account.id, made)))
    return settings_page(request, asking, Told(done="Saved." if done == "saved" else ""))


@router.post("/settings")
def prefer(request: Request, asking: Asking, form: Form) -> Response:
    """Keep what was chosen; a fault keeps nothing and shows the form as it was filled in."""
    require(asking, "write")
    held = context(request)

    def said(name: str) -> str:
        value = form.get(name, "")
        return line(value) if isinstance(value, str) else ""

    wanted = Preferences(
        shared_by=said("shared_by"),
        engine=said("engine"),
        language=said("language"),
        length=said("length"),
    )
    try:
        if len(wanted.shared_by) > LONGEST_NAME:
            raise UsageError(f"Your name on shares may have {LONGEST_NAME} characters.", hint="Write a shorter one.")
        settings_for(held.settings, Wish(reference=""), wanted)
        held.library.accounts.prefer(asking.account.id, wanted)
    except AiliError as error:
        return settings_page(request, asking, Told(fault=error), preferences=wanted)
    return see("/settings?done=saved")


def settings_page(
    request: Request, asking: Person, told: Told = NOTHING, *, preferences: Preferences | None = None
) -> Response:
    """The page of settings, with what was just done on top; ``preferences`` are shown in place of the kept ones."""
    held = context(request)
    account = asking.account
    shown = preferences or account.preferences
    owner = account.role == "owner"
    return page(
        request,
        "settings.html",
        asking,
        status=status_of(type(told.fault)) if told.fault else 200,
        told=told,
        preferences=shown,
        longest_name=LONGEST_NAME,
        tokens=held.library.accounts.tokens(account.id),
        scopes=tuple(scope for scope in SCOPES if owner or scope != "admin"),
        kept=held.library.digests.facets(account.id).total,
        place=str(library_path(held.settings)) if owner else "",
        size=size_of(library_path(held.settings)) if owner else "",
        **offered(held.settings, shown),
    )


def _told_of(secret: Secret | None) -> Told:
    if secret is None:
        return Told(done="The token's secret was shown once. If nobody copied it, revoke the token and make another.")
    return Told(done=f"The token {secret.whose} is made. Copy it now: it is shown this once.", secret=secret.text)

"""What the forms of the settings page do to one's password, tokens and sessions."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from aili.errors import AccessError, ConflictError, LimitError, NotFoundError, UsageError, quoted
from aili.store.records import SCOPES, Scope, now
from aili.web.context import context
from aili.web.identity import SIGN_IN, Asking, forget_session, keep_session, peer, require
from aili.web.once import Secret
from aili.web.pages import see
from aili.web.pages.settings import Told, Typed, settings_page
from aili.web.templating import page

router = APIRouter()

DAY = 86_400


@router.post("/settings/password")
def change_password(
    request: Request,
    asking: Asking,
    current: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change one's password: every session ends, and this browser gets a new one.

    The current password is asked for wherever there is one, so that an open browser is not enough.
    """
    require(asking, "admin")
    accounts = context(request).library.accounts
    account = asking.account
    try:
        if password != again:
            raise UsageError("The new password was typed in two ways.", hint="Type the same twice.")
        if account.has_password:
            accounts.confirm(account, current, peer=peer(request))
        changed = accounts.set_password(account.name, password)
    except (UsageError, AccessError, LimitError) as error:
        return settings_page(request, asking, Told(fault=error, part="account"))
    done = Told(done="The password is changed. Whoever was signed in elsewhere must sign in again.")
    if asking.via == "loopback":
        return settings_page(request, replace(asking, account=changed, csrf=accounts.here().csrf), done)
    if asking.via == "token":
        return settings_page(request, asking, done)
    secret, session = accounts.open_session(changed)
    answer = settings_page(request, replace(asking, account=changed, csrf=session.csrf), done)
    request.state.cookie = ""
    keep_session(request, answer, secret)
    return answer


@router.post("/settings/tokens")
def make_token(
    request: Request,
    asking: Asking,
    name: Annotated[str, Form()] = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    expires: Annotated[str, Form()] = "",
) -> Response:
    """Make a token; its secret is on the page that this leads to, once, and nowhere after that.

    ``expires`` is a number of days, a date, or empty for never.
    """
    require(asking, "admin")
    accounts = context(request).library.accounts
    try:
        secret, token = accounts.make_token(
            asking.account.id, name, scopes_of(scopes or ["read"]), expires=moment_of(expires)
        )
    except (UsageError, ConflictError) as error:
        typed = Typed(name=name, expires=expires, scopes=tuple(scopes or ()))
        return settings_page(request, asking, Told(fault=error, part="tokens", typed=typed))
    key = context(request).once.keep(asking.account.id, Secret(whose=token.name, text=secret))
    return see(f"/settings?made={key}")


@router.get("/settings/tokens/{id_}/revoke")
def ask_to_revoke_token(request: Request, asking: Asking, id_: str) -> Response:
    """Whether the token is really to go."""
    require(asking, "admin")
    tokens = context(request).library.accounts.tokens(asking.account.id)
    token = next((one for one in tokens if one.id == id_), None)
    if token is None:
        raise NotFoundError("There is no such token.", hint="It may have been revoked already.")
    revoke = f"/settings/tokens/{id_}/revoke"
    return page(request, "revoke.html", asking, token=token, revoke=revoke, keep="/settings#tokens")


@router.post("/settings/tokens/{id_}/revoke")
def revoke_token(request: Request, asking: Asking, id_: str) -> Response:
    """Take a token away; the program that uses it is refused from now on."""
    require(asking, "admin")
    context(request).library.accounts.revoke_token(asking.account.id, id_)
    return see("/settings#tokens")


@router.post("/settings/sign-out")
def sign_out_everywhere(request: Request, asking: Asking) -> Response:
    """End every session of the account, this one too."""
    require(asking, "admin")
    context(request).library.accounts.sign_out_all(asking.account.id)
    answer = see(SIGN_IN)
    forget_session(request, answer)
    request.state.cookie = ""
    return answer


def scopes_of(names: list[str]) -> tuple[Scope, ...]:
    """The scopes of these names; raises UsageError for one that is none."""
    if unknown := set(names) - set(SCOPES):
        raise UsageError(f"There is no scope {quoted(min(unknown))}.", hint=f"Known: {', '.join(SCOPES)}.")
    return tuple(scope for scope in SCOPES if scope in names)


def moment_of(expires: str) -> str:
    """The moment that a form names by days from now or by a date; empty for never. Raises UsageError."""
    given = expires.strip()
    if not given:
        return ""
    if given.isascii() and given.isdigit() and 0 < int(given[:6]) <= 3_660:
        return now(ahead=int(given) * DAY)
    with suppress(ValueError):
        return f"{date.fromisoformat(given)}T23:59:59Z"
    raise UsageError(f"{quoted(given[:40])} is neither a number of days nor a date.", hint="Write 90, or 2027-01-31.")

"""Who asks: the owner on loopback, a signed-in browser, or a program with a token; and whether a form is really theirs."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from aili.errors import AccessError, NotFoundError
from aili.store.records import SCOPES, Account, Scope, Session, now
from aili.web.context import context

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What a form of any site can send without asking first (Fetch standard, CORS-safelisted request-header).
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
SIGN_IN = "/sign-in"
LASTING = 30 * 86_400  # seconds that a browser keeps the cookie; each use of the session begins them anew
FORGED = "This form was not sent from a page of this server, or the page is too old."
PROGRAMS = "/api/"
START_FORM = "/jobs"  # where the start page's form is sent to
TYPED = ("reference", "text", "engine", "language", "length", "tags")  # its fields, which must not be lost


class StaleFormError(HTTPException):
    """A form that does not bring its page's secret: the page is older than the session, or is not ours."""

    def __init__(self) -> None:
        super().__init__(403, f"{FORGED} Open the page again and send it from there.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An account and how it was known. A form of a page sends ``csrf`` back; ``scopes`` are what it may do."""

    account: Account
    via: Literal["loopback", "session", "token"]
    csrf: str = ""
    scopes: frozenset[Scope] = frozenset(SCOPES)


def person(request: Request) -> Person:
    """Whoever asks; raises AccessError where nobody is known (pages then lead to the sign-in page, REST answers 401)."""
    known = known_person(request)
    if known is None:
        raise AccessError("Nobody is signed in.", hint="Sign in, or send a valid token: Authorization: Bearer …")
    return known


def known_person(request: HTTPConnection) -> Person | None:
    """Whoever asks, or None; looked up once a request. A token that is not valid is nobody, whatever cookie is with it."""
    if not hasattr(request.state, "person"):
        request.state.person = _looked_up(request)
    found: Person | None = request.state.person
    return found


def owner(asking: Annotated[Person, Depends(person)]) -> Person:
    """The owner; whoever else asks is told that there is nothing here."""
    if asking.account.role != "owner" or "admin" not in asking.scopes:
        raise NotFoundError("There is no page at this address.")
    return asking


Asking = Annotated[Person, Depends(person)]
AskingOwner = Annotated[Person, Depends(owner)]


def require(asking: Person, scope: Scope) -> None:
    """Go on only where this person may do what ``scope`` says; answers 403 (RFC 6750 §3.1) where a token lacks it."""
    if scope not in asking.scopes:
        raise HTTPException(403, f"This token may not {scope}. Make one with the scope {scope!r} in the settings.")


async def genuine(request: Request) -> AsyncIterator[None]:
    """Stop a change that another site's form makes in somebody's name; a dependency of every route.

    Such a form can send only certain kinds of content, and no token; what it can send must bring the page's secret in the
    field ``csrf`` or the header ``X-CSRF-Token``. Everything else was checked by where it comes from (security.py).
    """
    try:
        await _check_form(request)
        yield
    finally:
        await request.close()  # of what was uploaded, whoever read it


def session_cookie(request: HTTPConnection) -> str:
    """Name of the cookie that holds the session; browsers accept ``__Host-`` only over TLS and for this very host."""
    return "__Host-aili" if _secure(request) else "aili"


def keep_session(request: HTTPConnection, response: Response, secret: str) -> None:
    """Have the browser keep this session."""
    _set(request, response, session_cookie(request), secret, LASTING)


def forget_session(request: HTTPConnection, response: Response) -> None:
    """Have the browser forget its session."""
    _set(request, response, session_cookie(request), "", 0)


def keep_sign_in_secret(request: HTTPConnection, response: Response, secret: str) -> None:
    """Have the browser keep what the form of the sign-in page must bring back, for an hour."""
    _set(request, response, f"{session_cookie(request)}-form", secret, 3_600)


def sign_in_secret(request: HTTPConnection) -> str:
    """What the form of the sign-in page must bring back; empty where the page was not asked for before."""
    return request.cookies.get(f"{session_cookie(request)}-form", "")


def session_secret(request: HTTPConnection) -> str:
    """The secret in the browser's cookie; empty where it has none."""
    return request.cookies.get(session_cookie(request), "")


def peer(request: HTTPConnection) -> str:
    """The address that asks: a trusted proxy's client, where there is such a proxy (security.py)."""
    return request.client.host if request.client else ""


def _looked_up(request: HTTPConnection) -> Person | None:
    held = context(request)
    accounts = held.library.accounts
    if secret := bearer(request):
        found = accounts.token(secret)
        return Person(account=found[0], via="token", scopes=frozenset(found[1].scopes)) if found else None
    if not held.serving.login:
        here = accounts.here()
        return Person(account=here.account, via="loopback", csrf=here.csrf)
    cookie = session_secret(request)
    session: Session | None = accounts.session(cookie) if cookie else None
    if session is None:
        return None
    if session.expires >= now(ahead=LASTING - 60):  # it has just been prolonged, or begun
        request.state.cookie = cookie  # the gate has the browser keep it as long
    return Person(account=session.account, via="session", csrf=session.csrf)


async def _check_form(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method in SAFE or bearer(request) or kind not in FORMS:
        return
    known = await run_in_threadpool(known_person, request)
    if known is None and request.url.path != SIGN_IN:
        await _save_typed(request, kind)
        if request.url.path.startswith(PROGRAMS):
            raise AccessError("Nobody is signed in.", hint="Send a valid token: Authorization: Bearer …")
        raise AccessError("You are signed out, so this was not taken.", hint="Sign in and send it again.")
    # Whoever signed in meanwhile, in another tab, may still send the sign-in form of this one.
    expected = {known.csrf} if known else set()
    expected |= {sign_in_secret(request)} if request.url.path == SIGN_IN else set()
    sent = request.headers.get("x-csrf-token", "")
    if not sent and kind != "text/plain":
        field = (await _form(request)).get("csrf", "")
        sent = field if isinstance(field, str) else ""
    if not any(_same(sent, one) for one in expected if one):
        await _save_typed(request, kind)
        raise StaleFormError


def _same(sent: str, expected: str) -> bool:
    return hmac.compare_digest(sent.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


async def _form(request: Request) -> FormData:
    # A text that was pasted is a part like the file; both were measured before they came here.
    largest = int((context(request).settings.fetch_megabytes + 1) * 1_000_000)
    return await request.form(max_part_size=largest)


async def _save_typed(request: Request, kind: str) -> None:
    """Put what was typed on the start page where the page that tells of the fault finds it (failures.py)."""
    if request.url.path != START_FORM or kind == "text/plain":
        return
    form = await _form(request)
    typed = {name: value for name in TYPED if isinstance(value := form.get(name, ""), str)}
    if typed.get("reference", "").strip() or typed.get("text", "").strip():
        request.state.typed = dict.fromkeys(TYPED, "") | typed


def bearer(request: HTTPConnection) -> str:
    """The token that a program sends (RFC 6750 §2.1); empty where it sends none."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _secure(request: HTTPConnection) -> bool:
    """Whether the browser speaks TLS, to us or to the proxy in front of us."""
    return request.url.scheme == "https" or context(request).serving.origin.startswith("https:")


def _set(request: HTTPConnection, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=_secure(request))

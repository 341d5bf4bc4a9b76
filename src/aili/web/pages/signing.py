"""Signing in and out."""

from __future__ import annotations

import logging
import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from aili.errors import AccessError, LimitError
from aili.web.context import address_of, context
from aili.web.identity import (
    SIGN_IN,
    forget_session,
    keep_session,
    keep_sign_in_secret,
    known_person,
    peer,
    session_secret,
    sign_in_secret,
)
from aili.web.pages import see
from aili.web.server import loopback
from aili.web.templating import page

router = APIRouter()
_LOG = logging.getLogger("aili.web")


@router.get(SIGN_IN)
def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002 (the word in the address)
    """The form; whoever is known already goes on at once."""
    if known_person(request):
        return see(own_path(next))
    return _form(request, own_path(next))


@router.post(SIGN_IN)
def sign_in(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 (the word in the form)
) -> Response:
    """Open a session, in place of one that the browser may have, and go on to where the person wanted to."""
    accounts = context(request).library.accounts
    if not context(request).serving.login:
        return see("/")
    try:
        secret, _session = accounts.sign_in(name, password, peer=peer(request))
    except AccessError as error:
        return _form(request, own_path(next), name=name, error=error, status=403)
    except LimitError as error:
        _LOG.warning("%s must wait %d seconds to sign in again as %r", peer(request), error.seconds, name[:40])
        answer = _form(request, own_path(next), name=name, error=error, status=429)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    if former := session_secret(request):
        accounts.sign_out(former)
    answer = see(own_path(next))
    keep_session(request, answer, secret)
    return answer


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the browser's session."""
    if secret := session_secret(request):
        context(request).library.accounts.sign_out(secret)
    answer = see(SIGN_IN)
    forget_session(request, answer)
    request.state.cookie = ""
    return answer


def own_path(wanted: str) -> str:
    """Where to go on: a path of this server, or the start page where ``wanted`` is anything else.

    Browsers take backslashes for slashes and pass over control characters, so that neither may be in it (WHATWG URL).
    """
    parts = urlsplit(wanted) if wanted.isprintable() and "\\" not in wanted else None
    if parts is None or parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    return "/" if parts.path == SIGN_IN else wanted


def _form(
    request: Request, next_: str, *, name: str = "", error: AccessError | LimitError | None = None, status: int = 200
) -> Response:
    secret = sign_in_secret(request) or secrets.token_urlsafe(32)
    person = known_person(request)
    answer = page(
        request,
        "sign_in.html",
        status=status,
        secret=person.csrf if person else secret,
        next=next_,
        typed=name[:40],
        message=error.message if error else "",
        hint=error.hint if error else "",
        plain=address_of(request).startswith("http:") and not loopback(request.url.hostname or ""),
    )
    keep_sign_in_secret(request, answer, secret)
    return answer

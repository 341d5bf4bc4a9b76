"""What a request that failed is answered: a page for people, problem details (RFC 9457) for programs, and never a trace.

One table gives every error its status. What nobody foresaw is logged under a number, and the answer names that number only.
"""

from __future__ import annotations

import errno
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aili import codec, errors
from aili.errors import AccessError, AiliError, LibraryBusyError, LibraryFullError, LimitError, OutputError, UsageError
from aili.store.records import new_id
from aili.web.context import context
from aili.web.identity import PROGRAMS, SIGN_IN, StaleFormError
from aili.web.templating import page

API = PROGRAMS
PROBLEMS = "/api/v1/docs"  # where each type of problem is described, under its name
MEDIA_TYPE = "application/problem+json"
BUSY_SECONDS = 1  # another program holds the library for moments, not for minutes
_LOG = logging.getLogger("aili.web")

STATUS: Mapping[type[AiliError], int] = {
    AiliError: 500,
    errors.UsageError: 422,
    errors.UnreadableError: 422,
    errors.RefusedError: 403,
    errors.TooLargeError: 413,
    errors.AccessError: 403,  # 401 where nobody is known
    errors.NetworkError: 502,
    errors.DeadlineError: 504,
    errors.EngineError: 500,
    errors.OutputError: 500,
    errors.LibraryError: 500,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.LimitError: 429,
    errors.LibraryFullError: 507,
    errors.LibraryBusyError: 503,
}
# What people read where the framework says only a word or two.
_SAID = {
    400: ("The request cannot be understood.", ""),
    404: ("There is no page at this address.", "It may have been removed, or the link may be incomplete."),
    405: ("This address does not take that.", ""),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing wrong with a request: a JSON Pointer (RFC 6901) as a fragment to where it is, and a sentence."""

    pointer: str
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why a request failed, as problem details (RFC 9457).

    ``type`` leads to what is said of this kind of problem, ``detail`` is a sentence about this one, ``instance`` the path
    that was asked for, ``hint`` what to do now (may be empty), ``errors`` what exactly is wrong with what was sent.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str = ""
    hint: str = ""
    errors: tuple[Fault, ...] = ()


class InvalidError(UsageError):
    """What was sent does not fit; ``errors`` says where. ``status`` is 422, or 400 where it cannot even be read."""

    def __init__(self, message: str, *, hint: str = "", errors: tuple[Fault, ...] = (), status: int = 422) -> None:
        super().__init__(message, hint=hint)
        self.errors = errors
        self.status = status


def install(app: FastAPI) -> None:
    """Answer everything that goes wrong in this application."""
    app.add_exception_handler(AiliError, _on_error)
    app.add_exception_handler(HTTPException, _on_error)
    app.add_exception_handler(RequestValidationError, _on_error)
    app.add_middleware(Unforeseen)


class Unforeseen:
    """ASGI middleware that logs what nobody foresaw and answers 500; inside the gate, so that the answer has its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application and answer what it raises, as long as no answer has begun."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return  # nobody is there any more to be answered
        except Exception as error:  # whatever it is: a reader gets a page, and the owner finds it in the log
            if begun:
                raise
            await answer(Request(scope, receive), error)(scope, receive, send)


def answer(request: Request, error: Exception) -> Response:
    """The answer to ``request`` that failed with ``error``; one that nobody foresaw is logged."""
    problem, headers = _understood(request, error)
    if request.url.path.startswith(API):
        return Response(codec.encode(problem), problem.status, headers, MEDIA_TYPE)
    if problem.status == 401 and request.method in ("GET", "HEAD") and context(request).serving.login:
        return RedirectResponse(_sign_in(_asked(request)), status_code=303)
    person = getattr(request.state, "person", None)  # whom it concerns where that is known; a failure asks no library
    values: dict[str, object] = {"message": problem.detail, "hint": problem.hint}
    if typed := getattr(request.state, "typed", {}):
        values["typed"] = typed
    back = "/" if typed else _came_from(request)
    if problem.status == 401 and context(request).serving.login:
        values |= {"where": _sign_in(back), "there": "Sign in"}
    elif isinstance(error, StaleFormError):
        values |= {"where": back, "there": "Open the page again"}
    shown = page(request, "error.html", person, status=problem.status, **values)
    shown.headers.update(headers)
    return shown


async def _on_error(request: Request, error: Exception) -> Response:
    return answer(request, error)


def status_of(kind: type[AiliError]) -> int:
    """The HTTP status (RFC 9110) of an error: its own, or that of the kind it belongs to."""
    return next(STATUS[parent] for parent in kind.__mro__ if parent in STATUS)


def slug(kind: type[AiliError]) -> str:
    """The name of a kind of error in addresses: ``not-found`` for NotFoundError."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__.removesuffix("Error")).lower()


def _understood(request: Request, error: Exception) -> tuple[Problem, dict[str, str]]:
    cause = error.__cause__ if isinstance(error, OutputError) else error
    if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
        error = LibraryFullError("The server's disk is full.", hint="Free some space and try again.")
    if isinstance(error, AiliError):
        return _of_error(request, error)
    if isinstance(error, HTTPException):
        return _of_framework(request, error)
    if isinstance(error, RequestValidationError):
        return _of_validation(request, error)
    number = new_id()
    _LOG.error("%s %s failed (%s)", request.method, request.url.path, number, exc_info=error)
    problem = _problem(
        request,
        500,
        "Something went wrong here that nobody foresaw.",
        hint=f"The server's log has it under the number {number}; tell it to whoever runs this server.",
    )
    return problem, {}


def _of_error(request: Request, error: AiliError) -> tuple[Problem, dict[str, str]]:
    status = error.status if isinstance(error, InvalidError) else status_of(type(error))
    headers = {}
    if isinstance(error, AccessError) and getattr(request.state, "person", None) is None:
        status = 401
        headers["WWW-Authenticate"] = 'Bearer realm="aili"'
    if isinstance(error, LimitError):
        headers["Retry-After"] = str(max(1, error.seconds))
    elif isinstance(error, LibraryBusyError):
        headers["Retry-After"] = str(BUSY_SECONDS)
    if status >= 500:
        _LOG.warning("%s %s failed: %s: %s", request.method, request.url.path, type(error).__name__, error)
    faults = error.errors if isinstance(error, InvalidError) else ()
    problem = Problem(
        type=f"{PROBLEMS}#{slug(type(error))}",
        title=_title(type(error)),
        status=status,
        detail=error.message,
        instance=request.url.path,
        hint=error.hint,
        errors=faults,
    )
    return problem, headers


def _of_framework(request: Request, error: HTTPException) -> tuple[Problem, dict[str, str]]:
    said, hint = _SAID.get(error.status_code, ("", ""))
    if isinstance(error, StaleFormError) and request.url.path.startswith(API):
        said = "A form that comes without a token must bring its secret."
        hint = "Send what /api/v1/me shows as csrf in the header X-CSRF-Token, or a token, or JSON as application/json."
    elif error.detail and error.detail != HTTPStatus(error.status_code).phrase:
        said, hint = error.detail, ""
    elif request.url.path.startswith(API):
        said = said.replace("page", "thing")
        hint = "The reference at /api/v1/docs has every address and what it takes."
    return _problem(request, error.status_code, said or HTTPStatus(error.status_code).phrase, hint=hint), dict(
        error.headers or {}
    )


def _of_validation(request: Request, error: RequestValidationError) -> tuple[Problem, dict[str, str]]:
    faults = tuple(
        Fault(pointer="#/" + "/".join(str(part) for part in found["loc"][1:]), detail=str(found["msg"]))
        for found in error.errors()
    )
    wrong = ", ".join(dict.fromkeys(fault.pointer[2:] for fault in faults if fault.pointer != "#/"))
    said = f"This does not fit: {wrong}." if wrong else "What was sent does not fit."
    return _problem(request, 422, said, faults=faults), {}


def _problem(request: Request, status: int, detail: str, *, hint: str = "", faults: tuple[Fault, ...] = ()) -> Problem:
    return Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request.url.path,
        hint=hint,
        errors=faults,
    )


def _title(kind: type[AiliError]) -> str:
    """The first sentence that the kind of error says of itself."""
    return (kind.__doc__ or kind.__name__).split(". ")[0].split("; ")[0].split(": ")[0].strip().rstrip(".")


def _sign_in(then: str) -> str:
    return f"{SIGN_IN}?next={quote(then, safe='')}"


def _came_from(request: Request) -> str:
    """The page of this server that the request was sent from; the start page where that is not known."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    ours = parts.netloc.lower() == request.headers.get("host", "").lower() and parts.path.startswith("/")
    if not ours or parts.path.startswith("//") or "\\" in parts.path:
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _asked(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")

"""The operations of the REST interface as values: what each takes and answers is said once, for the code and for OpenAPI.

An operation runs in the same steps whatever it does: who asks, how often, with which scope, what the request brings, whether
it was answered before; then its own few lines, which get a ``Call`` and return an answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from aili import codec
from aili.errors import AccessError, AiliError, LimitError
from aili.library import Library
from aili.settings import Settings
from aili.store.records import Scope
from aili.web import failures
from aili.web.api import idempotency
from aili.web.api.bodies import read_json, read_query
from aili.web.context import context
from aili.web.failures import InvalidError
from aili.web.identity import Person, known_person, peer
from aili.web.limits import ACCOUNT, ALONE, STRANGER, Buckets, Taken

Value = TypeVar("Value")
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

PREFIX = "/api/v1"
JSON = "application/json"
FORM = "multipart/form-data"
STREAM = "text/event-stream"
PARTS = 20  # of a form at most
LONGEST_PART = 1_000_000_000  # bytes of a text in a form; the gate in front holds the whole request below its own limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    """No parameters, or no body."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One way in which an operation answers: JSON of ``value``, or text of the media types ``media``.

    ``headers`` are the ones worth knowing, with a sentence each. ``leads`` says which part of a path is found where in the
    JSON (a JSON Pointer), for those who go on from here.
    """

    status: int
    about: str
    value: Any = None  # a type, or None where there is no JSON
    media: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    leads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """What can be asked: ``method`` and ``path`` (with its ``{names}``, under ``/api/v1``), and who may.

    ``body`` is the type of its JSON, or several, ``form`` whether a form with a file will do too, ``media`` what it takes
    instead of JSON. ``open`` is for everyone, ``owner`` for the library's owner only; ``secret`` answers are never kept.
    """

    method: Method
    path: str
    about: str
    more: str = ""
    scope: Scope | None = None
    replies: tuple[Reply, ...]
    problems: tuple[int, ...] = ()
    query: type = Nothing
    body: type | tuple[type, ...] | None = None
    form: bool = False
    media: str = ""
    open: bool = False
    owner: bool = False
    secret: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A request to an operation, after it was let through."""

    request: Request
    operation: Operation
    asking: Person | None
    content: bytes = b""
    form: FormData | None = None

    @property
    def person(self) -> Person:
        """Whoever asks; there always is somebody unless the operation is open to everyone."""
        assert self.asking is not None
        return self.asking

    @property
    def account(self) -> str:
        """The id of the account that asks."""
        return self.person.account.id

    @property
    def library(self) -> Library:
        """The library."""
        return context(self.request).library

    @property
    def settings(self) -> Settings:
        """The server's settings."""
        return context(self.request).settings

    def part(self, name: str) -> str:
        """The part of the path that is called ``name``."""
        return str(self.request.path_params[name])

    def query(self, kind: type[Value]) -> Value:
        """The query parameters; raises InvalidError."""
        assert kind is self.operation.query, f"{self.operation.path} declares other parameters"
        return read_query(self.request.query_params, kind)

    def body(self, kind: type[Value]) -> Value:
        """The JSON that was sent; raises InvalidError."""
        assert kind is self.operation.body, f"{self.operation.path} declares another body"
        return read_json(self.content, kind)


Handler: TypeAlias = Callable[[Call], Response | Awaitable[Response]]


class Routes:
    """The operations of one subject, which ``title`` names in the reference."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.operations: dict[str, tuple[Operation, Handler]] = {}

    def add(self, operation: Operation) -> Callable[[Handler], Handler]:
        """Decorate a function: it answers ``operation``, in a thread unless it is a coroutine function."""

        def added(handler: Handler) -> Handler:
            self.operations[handler.__name__] = (operation, handler)
            return handler

        return added


def router_of(subjects: Iterable[Routes]) -> APIRouter:
    """A router with one route for each path, so that what answers 405 knows every method of it."""
    router = APIRouter(prefix=PREFIX)
    paths: dict[str, dict[str, tuple[Operation, Handler]]] = {}
    for subject in subjects:
        for operation, handler in subject.operations.values():
            paths.setdefault(operation.path, {})[operation.method] = (operation, handler)
    for path in sorted(paths, key=_specific):
        endpoint = _endpoint(paths[path])
        router.add_api_route(path, endpoint, methods=list(paths[path]), response_model=None, include_in_schema=False)
    return router


def _specific(path: str) -> str:
    """Sorts names before parameters: /digests/bulk is looked for before /digests/{digest}."""
    return path.replace("{", "\x7f")


def shown(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer with the canonical JSON of ``value``."""
    return Response(codec.encode(value), status, dict(headers or {}), JSON)


def done() -> Response:
    """The answer to a change that leaves nothing to show."""
    return Response(status_code=204)


def _endpoint(methods: Mapping[str, tuple[Operation, Handler]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        operation, handler = methods[request.method]
        try:
            asking = await run_in_threadpool(known_person, request)
            taken = _take(request, asking)
        except (AiliError, HTTPException, OSError) as error:
            return failures.answer(request, error)
        try:
            _demand(operation, asking, taken)
            call = await _call(request, operation, asking)
            response = await idempotency.once(call.request, _key_space(call), lambda: _run(handler, call))
        except (AiliError, HTTPException, OSError) as error:
            response = failures.answer(request, error)
        response.headers.update(taken.headers)
        return response

    return endpoint


async def _run(handler: Handler, call: Call) -> Response:
    if inspect.iscoroutinefunction(handler):
        response: Response = await handler(call)
        return response
    result = await run_in_threadpool(handler, call)
    assert isinstance(result, Response)
    return result


def _take(request: Request, asking: Person | None) -> Taken:
    state = request.app.state
    if not hasattr(state, "buckets"):  # made in the event loop's own thread, so that there is one
        state.buckets = Buckets()
    buckets: Buckets = state.buckets
    if asking is None:
        return buckets.take(STRANGER, peer(request))
    return buckets.take(ALONE if asking.via == "loopback" else ACCOUNT, asking.account.id)


def _demand(operation: Operation, asking: Person | None, taken: Taken) -> None:
    if not taken.allowed:
        raise LimitError(
            f"That is more than {taken.policy.quota} requests in {taken.policy.window} seconds.",
            hint=f"Go on in {max(1, taken.seconds)} s.",
            seconds=taken.seconds,
        )
    if operation.open:
        return
    if asking is None:
        raise AccessError("Nobody is signed in.", hint="Send a valid token: Authorization: Bearer …")
    if operation.scope and operation.scope not in asking.scopes:
        challenge = f'Bearer realm="aili", error="insufficient_scope", scope="{operation.scope}"'
        raise HTTPException(
            403,
            f"This token lacks the scope {operation.scope!r}. Make one that has it.",
            headers={"WWW-Authenticate": challenge},
        )
    if operation.owner and asking.account.role != "owner":
        raise AccessError("Only the owner of this library may do this.")


async def _call(request: Request, operation: Operation, asking: Person | None) -> Call:
    """The call with what the request brings, of the kind that the operation takes."""
    if operation.query is Nothing and request.query_params:
        read_query(request.query_params, Nothing)
    content, form = b"", None
    if operation.body is not None:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if operation.form and kind == FORM:
            form = await request.form(max_files=1, max_fields=PARTS, max_part_size=LONGEST_PART)
        elif kind == JSON:
            content = await request.body()
        else:
            takes = f"{JSON} or {FORM}" if operation.form else JSON
            raise HTTPException(415, f"This takes {takes}, not {kind or 'a body of no declared type'}.")
    elif operation.media:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != operation.media:
            raise HTTPException(415, f"This takes {operation.media}, not {kind or 'a body of no declared type'}.")
        content = await request.body()
    elif await request.body():
        raise InvalidError("This takes no body.", status=400)
    return Call(request=request, operation=operation, asking=asking, content=content, form=form)


def _key_space(call: Call) -> idempotency.Space | None:
    """Where the keys of this request are looked for; only a POST of somebody has such keys."""
    if call.operation.method != "POST" or call.asking is None:
        return None
    return idempotency.Space(
        store=call.library.store, account=call.account, secret=call.operation.secret, content=partial(_parts, call)
    )


def _parts(call: Call) -> Iterator[bytes]:
    """What was sent, part by part; a form's boundary is another one each time."""
    yield call.content
    for name, value in call.form.multi_items() if call.form else ():
        yield name.encode()
        if isinstance(value, str):
            yield value.encode()
        else:
            yield (value.filename or "").encode()
            yield value.file.read()
            value.file.seek(0)

"""Asking twice asks once: a request with a key is answered from its first answer (IETF draft idempotency-key-header).

The truth is a row in the library, so that two processes agree: whoever inserts it answers, and writes the answer only as
long as the row is still its own. A request that failed changed nothing, so its key is free again. An answer that holds a
secret is never kept. The change and its answer are two transactions: a process killed between them leaves a change whose
key is free again once that process is known to be gone.
"""

from __future__ import annotations

import hashlib
import re
import time
import zlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from aili import codec
from aili.errors import ConflictError, UsageError
from aili.library.ownership import is_gone, new_owner
from aili.store import Store
from aili.store import answers as rows
from aili.web.failures import Fault, InvalidError

HEADER = "Idempotency-Key"
LONGEST_RUN = 600.0  # seconds after which a request that is still being answered counts as lost
_KEY = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255})')
_KEPT_HEADERS = ("content-type", "location", "link")


@dataclass(frozen=True, kw_only=True, slots=True)
class Space:
    """Where a key is looked for: the account's answers. ``content`` gives what the request brought, part by part."""

    store: Store
    account: str
    content: Callable[[], Iterable[bytes]]
    secret: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A kept answer."""

    headers: tuple[tuple[str, str], ...]
    content: bytes


async def once(request: Request, space: Space | None, run: Callable[[], Awaitable[Response]]) -> Response:
    """The answer of ``run``, or the one that was given to the same request with the same key before.

    Raises UsageError for a key that came with another request, ConflictError while the first is still being answered.
    """
    given = request.headers.get(HEADER)
    if given is None or space is None:
        return await run()
    claimed = rows.Claimed(account=space.account, key=_key(given), owner=new_owner().encode())
    known = await run_in_threadpool(_claim, request, space, claimed)
    if known is not None:
        return _again(known)
    response = None
    try:
        response = await run()
    finally:
        kept = response is not None and response.status_code < 400
        await run_in_threadpool(_settle, space, claimed, response if kept else None)
    return response


def _claim(request: Request, space: Space, claimed: rows.Claimed) -> rows.Answered | None:
    """None where the key is now ours to answer, or what was answered."""
    asked, moment = _hash(request, space), time.time()
    with space.store.writing() as connection:
        known = rows.answered(connection, space.account, claimed.key)
        if known is None or known.moment < moment - rows.SECONDS or _lost(known, moment):
            rows.claim(connection, claimed, asked, moment)
            return None
    if known.request != asked:
        raise UsageError(
            f"This {HEADER} came with another request before.", hint="Make a new key for each thing that you want done."
        )
    if known.status == 0:
        raise ConflictError("The first request with this key is still being answered.", hint="Ask again in a moment.")
    if space.secret:
        raise ConflictError(
            "This was done, and its answer held a secret that is shown once.",
            hint="Revoke what was made; make another.",
        )
    return known


def _settle(space: Space, claimed: rows.Claimed, response: Response | None) -> None:
    with space.store.writing() as connection:
        if response is None:
            rows.release(connection, claimed)
            return
        headers = tuple((name, value) for name, value in response.headers.items() if name in _KEPT_HEADERS)
        content = b"" if space.secret else bytes(response.body)
        body = zlib.compress(codec.encode(Answer(headers=headers, content=content)))
        rows.settle(connection, claimed, response.status_code, body)


def _again(known: rows.Answered) -> Response:
    answer = codec.decode(zlib.decompress(known.body), Answer)
    response = Response(answer.content, known.status)
    for name, value in answer.headers:
        response.headers[name] = value
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _lost(known: rows.Answered, moment: float) -> bool:
    """Whether whoever was answering will not any more."""
    return known.status == 0 and (known.moment < moment - LONGEST_RUN or is_gone(known.body.decode("utf-8", "replace")))


def _hash(request: Request, space: Space) -> str:
    """What was asked; of a request whose answer is secret only where it went, since what it brings may be a secret too."""
    found = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if not space.secret:
        for part in space.content():
            found.update(len(part).to_bytes(8) + part)
    return found.hexdigest()


def _key(text: str) -> str:
    """The key, which the draft has as a quoted string; one without quotes will do as well."""
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise InvalidError(
            f"{HEADER} is no string of 1 to 255 printable characters.",
            errors=(Fault(pointer=f"#/{HEADER}", detail="Expected a quoted string, for example a UUID."),),
            status=400,
        )
    return str(match[1] or match[2])

"""Taking a library along as one file, all of it or what a search finds, and taking one in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from aili.errors import AiliError, UsageError
from aili.library.digests import Digests
from aili.renderers import line
from aili.store.records import Filter
from aili.web.context import context
from aili.web.identity import Asking, require
from aili.web.pages import see
from aili.web.pages.home import Form
from aili.web.pages.library import Shown, filter_of, library_page
from aili.web.templating import count

router = APIRouter()

PIECE = 65_536  # bytes of an export that are sent at a time
AT_ONCE = 500  # digests looked up at a time
TOLD = 20  # refusals that are told one by one
IMPORTED = (
    "What can be imported is an export of a library (a ZIP file) or one digest that was downloaded as a page, as Markdown, "
    "as text or as JSON. For anything else, open the start page: it is read there."
)


@router.get("/library/export")
def export_found(request: Request, asking: Asking) -> Response:
    """Every digest that the query of the address finds, as one file."""
    require(asking, "read")
    digests, account = context(request).library.digests, asking.account.id
    return export(request, account, matching(digests, account, filter_of(request.query_params)))


@router.post("/library/import")
def take_in(request: Request, asking: Asking, form: Form) -> Response:
    """Take in the file that was chosen; what does not fit is told beside what was taken in."""
    from aili.library import exchange  # here: zipfile and its kin are needed by nobody who only reads

    require(asking, "write")
    file = form.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise UsageError("No file is chosen.", hint=IMPORTED)
        name = line(file.filename)[:200] or "The file"
        taken = exchange.take(context(request).library, asking.account.id, file.file, name=name)
    except AiliError as error:
        return library_page(request, asking, Shown(fault=error))
    if not taken.refused:
        return see(f"/library?{urlencode({'done': 'taken', 'count': taken.new, 'known': taken.known})}")
    told = [f"{row.name}: {row.message}" if row.name != name else row.message for row in taken.refused[:TOLD]]
    more = len(taken.refused) - len(told)
    told += [f"And {more:,} more."] if more else []
    if taken.new + taken.known:
        said = f"{count(taken.new, 'digest')} taken in, {taken.known} known before, {len(taken.refused)} refused."
        return library_page(request, asking, Shown(fault=UsageError(said), refused=tuple(told)))
    nothing = UsageError(f"{name} could not be taken in.", hint=IMPORTED)
    return library_page(request, asking, Shown(fault=nothing, refused=tuple(told)))


def export(request: Request, account: str, ids: Iterable[str]) -> Response:
    """These digests as one file, written beside memory first: a failure is then still told."""
    from aili.library import exchange  # as in take_in

    file = tempfile.TemporaryFile(prefix="aili-")  # noqa: SIM115 (closed by the answer); it has no name that could be left behind
    try:
        exchange.export(context(request).library, account, file, ids=ids)
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Disposition": 'attachment; filename="aili-library.zip"',
        "Content-Length": str(file.tell()),
    }
    file.seek(0)
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)


def matching(digests: Digests, account: str, wanted: Filter) -> tuple[str, ...]:
    """The ids of every digest that ``wanted`` lets through."""
    ids: list[str] = []
    while items := digests.find(account, wanted, offset=len(ids), limit=AT_ONCE).items:
        ids += [found.kept.id for found in items]
    return tuple(ids)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece

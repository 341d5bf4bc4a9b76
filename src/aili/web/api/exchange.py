"""A whole library out and in again, as one ZIP file of plain JSON."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Annotated

from msgspec import Meta
from starlette.responses import Response, StreamingResponse

from aili.library import exchange
from aili.web.api.operations import Call, Operation, Reply, Routes, shown
from aili.web.api.schemas import Id
from aili.web.failures import Fault, InvalidError

routes = Routes("Digests")

ZIP = "application/zip"
PIECE = 65_536  # bytes sent at a time
MOST = 500  # ids in an address; a request's head may have 64 KB


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportQuery:
    """Which digests to take along; none named: all."""

    id: Annotated[tuple[Id, ...], Meta(max_length=MOST)] = ()


@routes.add(
    Operation(
        method="GET",
        path="/export",
        about="Take the library along",
        more="Every digest with its document and tags, as a ZIP file that /import reads again; with id only those.",
        scope="read",
        query=ExportQuery,
        replies=(
            Reply(
                status=200, about="The ZIP file", media=(ZIP,), headers={"Content-Disposition": "A name for the file"}
            ),
        ),
        problems=(404, 507),
    )
)
def export_library(call: Call) -> Response:
    """The library as a file, written beside memory first: it may be large, and a failure is then still told."""
    ids = call.query(ExportQuery).id
    target = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it has been sent)
    try:
        exchange.export(call.library, call.account, target, ids or None)
        size = target.tell()
        target.seek(0)
    except BaseException:
        target.close()
        raise
    headers = {"Content-Disposition": 'attachment; filename="aili-library.zip"', "Content-Length": str(size)}
    return StreamingResponse(_pieces(target), headers=headers, media_type=ZIP)


def _pieces(target: IO[bytes]) -> Iterator[bytes]:
    with target:
        while piece := target.read(PIECE):
            yield piece


@routes.add(
    Operation(
        method="POST",
        path="/import",
        about="Take a library in",
        more="A ZIP file that /export or the command line wrote. What is there already stays as it is, and what does not fit"
        " is told beside what was taken in.",
        scope="write",
        media=ZIP,
        replies=(Reply(status=200, about="How many there were", value=exchange.Taken),),
        problems=(409,),
    )
)
def import_library(call: Call) -> Response:
    """Digests out of a file."""
    taken = exchange.take(call.library, call.account, io.BytesIO(call.content))
    if taken.refused and not taken.new + taken.known:
        faults = tuple(Fault(pointer="#", detail=f"{one.name}: {one.message}") for one in taken.refused[:20])
        raise InvalidError("Nothing of this could be taken in.", errors=faults)
    return shown(taken)

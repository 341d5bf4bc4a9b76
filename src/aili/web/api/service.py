"""What the server says of itself: that it is there, its engines, and how to speak to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from aili import __version__
from aili.library.wishes import engines_of
from aili.settings import LENGTHS
from aili.web.api import openapi, reference
from aili.web.api.operations import Call, Operation, Reply, Routes, shown
from aili.web.api.schemas import Engines, Health
from aili.web.templating import page

routes = Routes("Service")


@routes.add(
    Operation(
        method="GET",
        path="/health",
        about="Whether the server answers",
        open=True,
        replies=(Reply(status=200, about="It does", value=Health),),
    )
)
async def show_health(_call: Call) -> Response:
    """Cheap, and says nothing of what the library holds."""
    return shown(Health(status="ok", version=__version__))


@routes.add(
    Operation(
        method="GET",
        path="/engines",
        about="The engines of this server",
        scope="read",
        replies=(Reply(status=200, about="Engines, lengths and what is usual", value=Engines),),
    )
)
def show_engines(call: Call) -> Response:
    """What may be asked for."""
    settings = call.settings
    return shown(
        Engines(
            engines=engines_of(settings),
            lengths=LENGTHS,
            engine=settings.engine,
            language=settings.language,
            length=settings.length,
        )
    )


def describe(subjects: Sequence[Routes]) -> None:
    """Add the operations that describe all of ``subjects``, themselves among them."""

    @routes.add(
        Operation(
            method="GET",
            path="/openapi.json",
            about="This interface as OpenAPI 3.1",
            open=True,
            replies=(Reply(status=200, about="The description", value=dict[str, Any]),),
        )
    )
    def show_description(_call: Call) -> Response:
        return shown(openapi.description(subjects, __version__))

    @routes.add(
        Operation(
            method="GET",
            path="/docs",
            about="This interface as a page",
            open=True,
            replies=(Reply(status=200, about="The reference", media=("text/html",)),),
        )
    )
    def show_reference(call: Call) -> Response:
        told = reference.chapters(openapi.description(subjects, __version__))
        return page(call.request, "reference.html", call.asking, told=told)

"""The web app: pages, share pages and REST over one library, made by ``create_app``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from aili.library import Library
from aili.settings import Settings
from aili.web.assets import Static
from aili.web.context import Context, Serving
from aili.web.heads import Heads
from aili.web.identity import genuine

ROUTERS = (
    "aili.web.shares",  # what whoever has a link sees; first, since routes are tried in turn: a quarter of its time
    "aili.web.pages.home",  # the form
    "aili.web.pages.jobs",  # jobs and their progress
    "aili.web.pages.asking",  # a question to a digest's document
    "aili.web.pages.digest",  # a digest with its source; downloads
    "aili.web.pages.library",  # search, tags, filters
    "aili.web.pages.bulk",  # what is done to several digests at once
    "aili.web.pages.exchange",  # taking a library along, and in
    "aili.web.pages.settings",
    "aili.web.pages.help",
    "aili.web.pages.sharing",  # making, listing and revoking shares
    "aili.web.pages.signing",  # sign in and out
    "aili.web.pages.admin",
    "aili.web.pages.credentials",  # password, tokens, signing out everywhere
    "aili.web.api",
)


def create_app(library: Library, settings: Settings, serving: Serving) -> FastAPI:
    """The application over an open library; whoever runs it closes the library afterwards."""
    from aili.library.working import Workers
    from aili.web.failures import install as install_failures
    from aili.web.security import install as install_security

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        workers = Workers(library, settings)
        workers.start()
        try:
            yield
        finally:
            workers.stop()

    app = FastAPI(
        title="aili",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        dependencies=[Depends(genuine)],  # of every route: a form of another site changes nothing
    )
    app.state.context = Context(library=library, settings=settings, serving=serving)
    for name in ROUTERS:
        app.include_router(import_module(name).router)
    app.mount("/static", GZipMiddleware(Static()), name="static")
    app.add_middleware(Heads)
    install_failures(app)
    install_security(app, serving)
    return app

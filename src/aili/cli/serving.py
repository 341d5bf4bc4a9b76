"""``aili serve``: the reading room in the browser, on this machine or for a team."""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import click

from aili.cli.configuration import configured
from aili.errors import UsageError
from aili.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How to serve, beside the settings: open a browser, take the next free port, ask to sign in, log each request."""

    browser: bool = True
    search: bool = False
    login: bool = False
    log: bool = False


@click.command()
@click.option("--host", metavar="HOST", help="Address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65_535), metavar="PORT", help="Port to listen on. [default: 8017]")
@click.option("--public-url", metavar="URL", help="Address that others use, such as https://aili.example.org.")
@click.option("--library", metavar="FILE", help="Library to serve. [default: your own]")
@click.option("--login", is_flag=True, help="Ask people to sign in, also on this machine's own address.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@click.option("--log", is_flag=True, help="Write a line for each request to standard error.")
def serve(
    host: str | None,
    port: int | None,
    public_url: str | None,
    library: str | None,
    **ways: bool,
) -> int:
    """Open the reading room in the browser: http://127.0.0.1:8017.

    On this machine's own address nobody signs in: it is yours. On any other address
    people sign in, and the owner needs a password first: aili user passwd owner.
    """
    settings = configured({"host": host, "port": port, "public_url": public_url, "library": library})
    manner = Manner(
        browser=not ways["no_browser"] and sys.stderr.isatty(),
        search=port is None and settings.port == Settings().port,
        login=ways["login"],
        log=ways["log"],
    )
    return run(settings, manner)


def run(settings: Settings, manner: Manner) -> int:
    """Serve the library of these settings until told to end; the exit code.

    Raises UsageError where it may not start, LibraryError where the library cannot be opened.
    """
    from aili.library import open_library  # here, as below: the server costs half a second to import
    from aili.web.server import Ending, address, listen, serving_of

    with listen(settings.host, settings.port, search=manner.search) as socket:
        serving = serving_of(settings, socket.getsockname()[1], login=manner.login)
        library = open_library(settings)
        try:
            if serving.login and not library.accounts.get("owner").has_password:
                raise UsageError(
                    "Others could reach this server, and its owner has no password.",
                    hint="Choose one first: aili user passwd owner.",
                )
            import webbrowser

            from aili.web import create_app

            def ready() -> None:
                click.echo(f"aili is ready at {serving.origin or address(serving)} (Ctrl-C ends it)")
                if serving.login and _overheard(serving.origin, settings.host):
                    click.echo(
                        "Whoever shares the network can read passwords on the way, since this is http and not https"
                        " (TLS): docs/serving.md says what to do.",
                        err=True,
                    )
                if manner.browser:
                    threading.Thread(target=webbrowser.open, args=[address(serving)], daemon=True).start()

            app = create_app(library, replace(settings, port=serving.port), serving)
            server = Ending(app, ready=ready, log=manner.log)
            _log_to_standard_error(server, requests=manner.log)
            server.run(sockets=[socket])
        finally:
            library.close()
    return 0


def _overheard(origin: str, host: str) -> bool:
    """Whether what browsers send to ``origin``, or to ``host`` where it is empty, leaves this machine in clear text."""
    from aili.web.server import loopback

    address = urlsplit(origin)
    return address.scheme != "https" and not loopback(address.hostname or host)


def _log_to_standard_error(server: object, *, requests: bool) -> None:
    """What the server warns of; what uvicorn says of requests that end with it is no news."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(lambda _record: not getattr(server, "should_exit", False))
    if requests:
        logging.getLogger("uvicorn.access").setLevel(logging.INFO)

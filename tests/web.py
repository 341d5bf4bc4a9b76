"""The real web app on loopback for tests: ``served`` is one with a library of its own, ``serving_app`` one made to order.

    def test_…(served: Served) -> None:
        answer = served.client().get("/library")

The server runs under uvicorn in a thread of the test's process, bound to a free port of 127.0.0.1. ``served.library`` is the
library that it serves, so that a test can put things in and look at what a request left behind.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

if TYPE_CHECKING:  # FastAPI and SQLAlchemy cost a second, which tests without a server need not pay
    import uvicorn

    from aili.library import Library
    from aili.settings import Settings
    from aili.web.context import Serving

PASSWORD = "five lanterns by the harbour"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(kw_only=True)
class Served:
    """A running server: where it is, what it serves, and clients that are closed with it."""

    url: str
    library: Library
    settings: Settings
    serving: Serving
    server: uvicorn.Server
    thread: threading.Thread
    _open: ExitStack = field(default_factory=ExitStack)

    def client(self, **options: Any) -> httpx2.Client:
        """A new client, with cookies of its own, whose paths are this server's; redirects are not followed."""
        return self._open.enter_context(httpx2.Client(base_url=self.url, timeout=30, trust_env=False, **options))

    def signed_in(self, name: str = "owner") -> httpx2.Client:
        """A client with a session of this account, whose password was not asked for: that takes half a second."""
        accounts = self.library.accounts
        return self.client(cookies={"aili": accounts.open_session(accounts.named(name))[0]})

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx2.Client:
        """A client that has signed in as a browser does, through the form."""
        client = self.client()
        answer = client.post("/sign-in", data={"name": name, "password": password, "csrf": csrf(client, "/sign-in")})
        assert answer.status_code == 303, answer.text
        return client

    def close(self) -> None:
        """End the server as Ctrl-C does, and wait until it has ended."""
        self._open.close()
        self.server.should_exit = True
        self.thread.join(timeout=30)
        assert not self.thread.is_alive(), "the server did not end"
        self.library.close()


def csrf(client: httpx2.Client, path: str = "/") -> str:
    """The secret that the forms of this page send back."""
    found = CSRF.search(client.get(path).text)
    assert found, f"{path} shows no form"
    return found[1]


@cache
def _hash() -> str:
    from aili.library import passwords

    return passwords.hashed(PASSWORD)


def give_password(library: Library, name: str) -> None:
    """Give an account the password ``PASSWORD``, and make it where there is none; hashed once for all tests."""
    from aili.store import accounts as rows
    from aili.store.records import Account, new_id, now

    with library.store.writing() as connection:
        found = rows.by_name(connection, name)
        if found is None:
            rows.insert_account(connection, Account(id=new_id(), name=name, created=now(), feed=new_id()), _hash())
        else:
            rows.change_account(connection, found.id, {"password": _hash()})


@contextmanager
def serving_app(directory: Path, *, login: bool = False, **settings: Any) -> Iterator[Served]:
    """The app over the library in ``directory``; with ``login`` the owner has the password ``PASSWORD``."""
    from aili.library import open_library
    from aili.settings import Settings
    from aili.web import create_app
    from aili.web.server import Ending, listen, serving_of

    directory.mkdir(parents=True, exist_ok=True)
    chosen = replace(
        Settings(library=str(directory / "library.db"), cache_dir=str(directory / "cache"), port=0, workers=1),
        **settings,
    )
    socket = listen("127.0.0.1", 0)
    port = socket.getsockname()[1]
    library = open_library(chosen)
    if login:
        give_password(library, "owner")
    serving = serving_of(chosen, port, login=login)
    running = Ending(create_app(library, chosen, serving))
    failures: list[BaseException] = []

    def run() -> None:
        try:
            running.run(sockets=[socket])
        except BaseException as error:  # noqa: BLE001 (raised in the test's own thread)
            failures.append(error)

    thread = threading.Thread(target=run, name="served", daemon=True)
    thread.start()
    while not running.started and thread.is_alive():
        time.sleep(0.01)
    if failures:
        socket.close()
        library.close()
        raise failures[0]
    served = Served(
        url=f"http://127.0.0.1:{port}",
        library=library,
        settings=chosen,
        serving=serving,
        server=running,
        thread=thread,
    )
    try:
        yield served
    finally:
        if thread.is_alive():
            served.close()
    if failures:
        raise failures[0]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The app as ``aili serve`` runs it on a reader's own machine: on loopback, without sign-in."""
    with serving_app(tmp_path / "served") as running:
        yield running


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Served]:
    """The app as a team uses it: everyone signs in; owner, ``ada`` and ``ben`` all have the password ``PASSWORD``."""
    with serving_app(tmp_path / "team", login=True) as running:
        for name in ("ada", "ben"):
            give_password(running.library, name)
        yield running

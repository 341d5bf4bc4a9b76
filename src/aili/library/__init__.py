"""What the faces do together with what is kept: digests, shares, jobs, accounts, each a small class over one store."""

from __future__ import annotations

from dataclasses import dataclass

from aili.library.accounts import Accounts
from aili.library.digests import Digests
from aili.library.jobs import Jobs
from aili.library.shares import Shares
from aili.settings import Settings
from aili.spool import library_path
from aili.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """An open library; close it when done."""

    store: Store
    settings: Settings
    digests: Digests
    shares: Shares
    jobs: Jobs
    accounts: Accounts

    def close(self) -> None:
        """Close the library's connections."""
        self.store.close()


def open_library(settings: Settings) -> Library:
    """Open the library of these settings, and take in what the command line left for it; raises LibraryError."""
    store = Store.open(library_path(settings))
    library = Library(
        store=store,
        settings=settings,
        digests=Digests(store),
        shares=Shares(store),
        jobs=Jobs(store, settings),
        accounts=Accounts(store),
    )
    library.digests.take_in()
    return library

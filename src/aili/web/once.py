"""Secrets that a page shows once: held for the moment between the form that made one and the page that it leads to."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

SECONDS = 120.0  # a browser follows at once; what it has not asked for by then is forgotten
MOST = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """A secret that was just made, and the name of the token or person it is for."""

    whose: str
    text: str


class Once:
    """Secrets by a key that stands in an address; in memory only, safe to use from several threads.

    An address that is loaded again, or found in the history, shows nothing any more, and makes nothing anew.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[float, str, Secret]] = OrderedDict()

    def keep(self, account: str, secret: Secret) -> str:
        """The key under which this account may see the secret once."""
        key = secrets.token_urlsafe(16)
        with self._lock:
            self._held[key] = (self._clock() + SECONDS, account, secret)
            while self._held and (len(self._held) > MOST or next(iter(self._held.values()))[0] <= self._clock()):
                self._held.popitem(last=False)
        return key

    def take(self, account: str, key: str) -> Secret | None:
        """The secret, which is then forgotten; None where there is none for this account."""
        with self._lock:
            until, whose, secret = self._held.get(key, (0.0, "", None))
            if secret is None or whose != account:
                return None
            del self._held[key]
            return secret if until > self._clock() else None

"""Limits on guessing passwords: each account and each peer has a few free tries, then waits that double.

What a guesser gets is 10 tries at an account at once, about 15 in the first quarter of an hour and one every few minutes
after that, however many addresses he uses; a person who mistypes waits seconds. A try is counted before the password is
looked at, so that tries at the same moment count too.
"""

from __future__ import annotations

import ipaddress
import time

from aili.errors import LimitError
from aili.store import Store
from aili.store import accounts as rows

WINDOW = 15 * 60.0  # seconds for which a failure counts
PER_ACCOUNT = 10
PER_PEER = 30
FIRST_WAIT = 15.0  # seconds, doubled with every further failure
LONGEST_WAIT = WINDOW


class Attempt:
    """One try to sign in, which counts as failed until it is said to have succeeded."""

    def __init__(self, store: Store, name: str, peer: str) -> None:
        """Count the try; raises LimitError where the account or the peer must wait."""
        self._store = store
        self._name = account_key(name)
        self._peer = f"peer:{_network(peer)}"
        self._moment = time.time()
        with store.writing() as connection:
            rows.delete_old_attempts(connection, self._moment - WINDOW)
            seconds = max(
                _wait(rows.attempts_of(connection, self._name, self._moment - WINDOW), PER_ACCOUNT, self._moment),
                _wait(rows.attempts_of(connection, self._peer, self._moment - WINDOW), PER_PEER, self._moment),
            )
            if seconds <= 0:
                rows.insert_attempts(connection, (self._name, self._peer), self._moment)
        if seconds > 0:
            raise LimitError(
                "There were too many attempts to sign in.",
                hint=f"Try again in {_in_words(seconds)}.",
                seconds=int(seconds) + 1,
            )

    def succeeded(self) -> None:
        """Forget the account's failures, and this try of the peer; its others stay: a guesser may have an account too."""
        with self._store.writing() as connection:
            rows.delete_attempts(connection, self._name)
            rows.delete_attempt(connection, self._peer, self._moment)


def account_key(name: str) -> str:
    """Under what the attempts at an account are counted, whether there is such an account or not."""
    return f"account:{name.casefold()[:40]}"


def _wait(failures: tuple[float, ...], free: int, moment: float) -> float:
    """Seconds until the next try, after failures at these moments."""
    if len(failures) < free:
        return 0.0
    pause = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(len(failures) - free, 16))
    return failures[-1] + pause - moment


def _network(peer: str) -> str:
    """An IPv6 client owns a /64 and can take any address in it."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _in_words(seconds: float) -> str:
    whole = int(seconds) + 1
    return f"{whole} seconds" if whole < 90 else f"{round(whole / 60)} minutes"

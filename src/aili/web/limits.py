"""How often one account, or one address that nobody has signed in from, may ask: token buckets in memory.

Each is filled evenly up to its quota, so that a burst is served and a flood is not. The buckets are those of one process,
and a restart fills them: they keep a mistaken program from starving others; what must hold across processes is limited in
the library (jobs, attempts to sign in). The headers are those of draft-ietf-httpapi-ratelimit-headers.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_BUCKETS = 10_000  # the longest unused goes first; it is the fullest


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """``quota`` requests in ``window`` seconds; ``name`` tells policies apart in headers."""

    name: str
    quota: int
    window: int = 60


ALONE = Policy(name="alone", quota=6_000)  # the reader's own machine: a guard against a program that runs wild
ACCOUNT = Policy(name="account", quota=600)
STRANGER = Policy(name="stranger", quota=300)


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What came of asking: whether it is ``allowed``, how many ``remain``, and in how many ``seconds`` there is one more."""

    policy: Policy
    allowed: bool
    remain: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says of the limit."""
        policy = self.policy
        return {
            "RateLimit-Policy": f'"{policy.name}";q={policy.quota};w={policy.window}',
            "RateLimit": f'"{policy.name}";r={self.remain};t={self.seconds}',
        }


class Buckets:
    """The buckets of a process, by who asks; safe to use from several threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, most: int = MOST_BUCKETS) -> None:
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._levels: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()  # tokens, and when it was so

    def take(self, policy: Policy, who: str) -> Taken:
        """Take one request of ``who`` under ``policy``; one that is not allowed takes nothing."""
        rate = policy.quota / policy.window
        with self._lock:
            now = self._clock()
            level, then = self._levels.pop((policy.name, who), (float(policy.quota), now))
            level = min(float(policy.quota), level + (now - then) * rate)
            allowed = level >= 1
            level -= 1 if allowed else 0
            self._levels[policy.name, who] = (level, now)
            while len(self._levels) > self._most:
                self._levels.popitem(last=False)
        seconds = max(0, math.ceil((math.floor(level) + 1 - level) / rate))
        return Taken(policy=policy, allowed=allowed, remain=math.floor(level), seconds=seconds)

"""REST under ``/api/v1``: everything that a page can do, in the values and the JSON of the command line."""

from __future__ import annotations

from aili.web.api import accounts, digests, events, exchange, jobs, making, me, service, shares
from aili.web.api.operations import Routes, router_of

SUBJECTS: tuple[Routes, ...] = (
    jobs.routes,
    events.routes,
    making.routes,
    digests.routes,
    exchange.routes,
    shares.routes,
    me.routes,
    accounts.routes,
    service.routes,
)
service.describe(SUBJECTS)
router = router_of(SUBJECTS)

"""Links to digests: made, listed, changed, revoked; and the address of the feed of those that are listed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import cast

from starlette.responses import Response

from aili.library.shares import Terms
from aili.store.records import Share
from aili.web.api.operations import PREFIX, Call, Operation, Reply, Routes, shown
from aili.web.api.schemas import Feed, Line, ShareChange, ShareTerms
from aili.web.context import address_of

routes = Routes("Shares")


@dataclass(frozen=True, kw_only=True, slots=True)
class SharesQuery:
    """Of which digest shares are wanted; empty: of all."""

    digest: Line = ""


@routes.add(
    Operation(
        method="POST",
        path="/digests/{digest}/shares",
        about="Share a digest",
        more="Whoever has the link /s/TOKEN reads the digest there, until it expires or is revoked.",
        scope="share",
        body=ShareTerms,
        replies=(
            Reply(
                status=201,
                about="The share",
                value=Share,
                headers={"Location": "Address of the share", "Link": "Its page"},
                leads={"share": "/token"},
            ),
        ),
        problems=(404, 409),
    )
)
def make_share(call: Call) -> Response:
    """A new link."""
    share = call.library.shares.make(call.account, call.part("digest"), **cast(Terms, asdict(call.body(ShareTerms))))
    return shown(share, 201, {"Location": f"{PREFIX}/shares/{share.token}"} | _page(call, share))


@routes.add(
    Operation(
        method="GET",
        path="/shares",
        about="List the shares",
        scope="share",
        query=SharesQuery,
        replies=(Reply(status=200, about="The shares, the newest first", value=tuple[Share, ...]),),
    )
)
def list_shares(call: Call) -> Response:
    """One's shares."""
    return shown(call.library.shares.of(call.account, call.query(SharesQuery).digest))


@routes.add(
    Operation(
        method="GET",
        path="/shares/{share}",
        about="Look at a share",
        scope="share",
        replies=(Reply(status=200, about="The share", value=Share, headers={"Link": "Its page"}),),
        problems=(404,),
    )
)
def show_share(call: Call) -> Response:
    """One share, open or not."""
    share = call.library.shares.get(call.account, call.part("share"))
    return shown(share, headers=_page(call, share))


@routes.add(
    Operation(
        method="PATCH",
        path="/shares/{share}",
        about="Change the terms of a share",
        scope="share",
        body=ShareChange,
        replies=(Reply(status=200, about="The share", value=Share, headers={"Link": "Its page"}),),
        problems=(404, 409),
    )
)
def change_share(call: Call) -> Response:
    """Change what is given."""
    given = {name: value for name, value in asdict(call.body(ShareChange)).items() if value is not None}
    share = call.library.shares.change(call.account, call.part("share"), **cast(Terms, given))
    return shown(share, headers=_page(call, share))


@routes.add(
    Operation(
        method="DELETE",
        path="/shares/{share}",
        about="Revoke a share",
        more="Its link stays closed for ever; the share is listed with the moment.",
        scope="share",
        replies=(Reply(status=200, about="The share", value=Share),),
        problems=(404,),
    )
)
def revoke_share(call: Call) -> Response:
    """Close the link."""
    return shown(call.library.shares.revoke(call.account, call.part("share")))


@routes.add(
    Operation(
        method="GET",
        path="/feed",
        about="The address of the feed of one's listed shares",
        scope="share",
        replies=(Reply(status=200, about="The address", value=Feed),),
    )
)
def show_feed(call: Call) -> Response:
    """Where the feed is."""
    return shown(Feed(address=address_of(call.request, f"/feeds/{call.person.account.feed}.atom")))


def _page(call: Call, share: Share) -> dict[str, str]:
    return {"Link": f'<{address_of(call.request, f"/s/{share.token}")}>; rel="alternate"; type="text/html"'}

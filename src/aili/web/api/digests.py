"""The digests of a library: found, read in any form, tagged, removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from msgspec import Meta
from starlette.responses import Response

from aili.answer import Answer
from aili.asking import LONGEST
from aili.digest import Digest
from aili.document import Document
from aili.errors import NotFoundError
from aili.library.asking import answer
from aili.renderers import render
from aili.store.records import Facets, Filter, Kept, Listing
from aili.web.api.negotiation import preferred
from aili.web.api.operations import JSON, PREFIX, Call, Operation, Reply, Routes, done, shown
from aili.web.api.schemas import PARTING, BulkChange, Changed, Line, TagChange
from aili.web.failures import Fault, InvalidError

routes = Routes("Digests")

FORMATS = {
    JSON: "json",
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/html": "html",
}
Day = Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="A date: 2024-06-19.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class FindQuery:
    """Which digests are wanted: all conditions hold together, and a tag may be given several times."""

    q: Line = ""
    tag: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()
    site: Line = ""
    engine: Line = ""
    language: Line = ""
    since: Day = ""
    until: Day = ""
    order: Literal["", "relevance", "newest", "oldest", "title"] = ""
    offset: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class FormatQuery:
    """In which form a digest is wanted; empty: as Accept says."""

    format: Literal["", "json", "text", "markdown", "html"] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionQuery:
    """What is asked."""

    q: Annotated[str, Meta(min_length=1, max_length=LONGEST, description="The question.")]


@routes.add(
    Operation(
        method="GET",
        path="/digests",
        about="Find digests",
        more="q is searched for in titles, digests and texts; quotation marks hold words together. Link leads to the first,"
        " previous, next and last page (RFC 8288).",
        scope="read",
        query=FindQuery,
        replies=(Reply(status=200, about="A page of them", value=Listing, headers={"Link": "The other pages"}),),
    )
)
def find_digests(call: Call) -> Response:
    """A page of the digests that were asked for."""
    query = call.query(FindQuery)
    wanted = Filter(
        query=query.q,
        tags=query.tag,
        site=query.site,
        engine=query.engine,
        language=query.language,
        since=query.since,
        until=query.until,
        order=query.order or None,
    )
    listing = call.library.digests.find(call.account, wanted, offset=query.offset, limit=query.limit)
    return shown(listing, headers={"Link": _links(call, listing)})


def _links(call: Call, listing: Listing) -> str:
    last = max(0, (listing.total - 1) // listing.limit * listing.limit)
    pages = {"first": 0, "last": last}
    if listing.offset > 0:
        pages["prev"] = min(max(0, listing.offset - listing.limit), last)
    if listing.offset + listing.limit < listing.total:
        pages["next"] = listing.offset + listing.limit
    asked = [pair for pair in call.request.query_params.multi_items() if pair[0] not in ("offset", "limit")]
    return ", ".join(
        f"<{PREFIX}/digests?{urlencode([*asked, ('offset', str(offset)), ('limit', str(listing.limit))])}>; rel={name}"
        for name, offset in sorted(pages.items())
    )


@routes.add(
    Operation(
        method="GET",
        path="/digests/{digest}",
        about="Read a digest",
        more="Its form is the one that format names, or that Accept prefers. HTML is one file that works offline.",
        scope="read",
        query=FormatQuery,
        replies=(
            Reply(
                status=200,
                about="The digest",
                value=Digest,
                media=("text/plain", "text/markdown", "text/html"),
                headers={"ETag": "Hash of the digest"},
            ),
            Reply(status=304, about="It has not changed since it was asked for with this ETag"),
        ),
        problems=(404, 406),
    )
)
def show_digest(call: Call) -> Response:
    """The digest in the form that is wanted."""
    asked = call.query(FormatQuery).format
    media = next((media for media, name in FORMATS.items() if name == asked), "")
    media = media or preferred(call.request, tuple(FORMATS))
    digest = call.library.digests.digest(call.account, call.part("digest"))
    headers = {"ETag": f'"{digest.hash}-{FORMATS[media]}"', "Vary": "Accept"}
    if headers["ETag"] in call.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if media == JSON:
        return shown(digest, headers=headers)
    document = call.library.digests.document(call.account, call.part("digest")) if media == "text/html" else None
    if media == "text/html":  # a file of its own, with styles and a script of its own: not a page of this server
        headers["Content-Disposition"] = 'attachment; filename="digest.html"'
    text = render(digest, format=FORMATS[media], document=document)
    return Response(text.encode("utf-8", "replace"), headers=headers, media_type=media)


@routes.add(
    Operation(
        method="DELETE",
        path="/digests/{digest}",
        about="Remove a digest",
        more="For good, with its shares; its document goes too where no other digest needs it.",
        scope="write",
        replies=(Reply(status=204, about="It is gone"),),
        problems=(404,),
    )
)
def remove_digest(call: Call) -> Response:
    """Take it out."""
    if not call.library.digests.remove(call.account, (call.part("digest"),)):
        raise _nothing()
    return done()


@routes.add(
    Operation(
        method="GET",
        path="/digests/{digest}/entry",
        about="What the library knows of a digest",
        more="Its title, site, tags and so on, without the digest itself.",
        scope="read",
        replies=(Reply(status=200, about="The entry", value=Kept),),
        problems=(404,),
    )
)
def show_entry(call: Call) -> Response:
    """The entry of one digest."""
    return shown(call.library.digests.get(call.account, call.part("digest")))


@routes.add(
    Operation(
        method="GET",
        path="/digests/{digest}/answer",
        about="Ask the document of a digest",
        more="The embedded engine answers with one to three checked bullets of the document, or said is false: the document"
        " does not say.",
        scope="read",
        query=QuestionQuery,
        replies=(Reply(status=200, about="The answer", value=Answer),),
        problems=(404,),
    )
)
def answer_question(call: Call) -> Response:
    """The answer to a question."""
    question = call.query(QuestionQuery).q
    return shown(answer(call.library, call.account, call.part("digest"), question, call.settings))


@routes.add(
    Operation(
        method="GET",
        path="/digests/{digest}/document",
        about="Read the document of a digest",
        more="There is none where a digest was imported without its document.",
        scope="read",
        replies=(Reply(status=200, about="The document", value=Document),),
        problems=(404,),
    )
)
def show_document(call: Call) -> Response:
    """The text that the digest was made from."""
    document = call.library.digests.document(call.account, call.part("digest"))
    if document is None:
        raise NotFoundError("This digest is kept without its document.")
    return shown(document)


@routes.add(
    Operation(
        method="PATCH",
        path="/digests/{digest}/tags",
        about="Add and remove tags",
        scope="write",
        body=TagChange,
        replies=(Reply(status=200, about="The entry with its tags", value=Kept),),
        problems=(404,),
    )
)
def change_tags(call: Call) -> Response:
    """Change the tags of one digest."""
    change, digest = call.body(TagChange), call.part("digest")
    if not call.library.digests.tag(call.account, (digest,), add=change.add, remove=change.remove):
        raise _nothing()
    return shown(call.library.digests.get(call.account, digest))


@routes.add(
    Operation(
        method="POST",
        path="/digests/bulk",
        about="Tag, untag or remove several digests",
        scope="write",
        body=BulkChange,
        replies=(Reply(status=200, about="How many there were", value=Changed),),
        problems=(409,),
    )
)
def change_digests(call: Call) -> Response:
    """The same change to several digests."""
    change, digests = call.body(BulkChange), call.library.digests
    if change.action == "remove":
        return shown(Changed(count=digests.remove(call.account, change.ids)))
    if not change.tags:
        missing = Fault(pointer="#/tags", detail="Expected at least one tag.")
        raise InvalidError("No tags were given.", errors=(missing,))
    if change.action == "tag" and (parted := [at for at, tag in enumerate(change.tags) if set(tag) & set(PARTING)]):
        faults = tuple(Fault(pointer=f"#/tags/{at}", detail="A tag holds no comma and no semicolon.") for at in parted)
        raise InvalidError("A tag holds no comma and no semicolon.", hint="Send each tag by itself.", errors=faults)
    wanted = {"add" if change.action == "tag" else "remove": change.tags}
    return shown(Changed(count=digests.tag(call.account, change.ids, **wanted)))


@routes.add(
    Operation(
        method="GET",
        path="/facets",
        about="By what the library can be narrowed",
        scope="read",
        replies=(Reply(status=200, about="Tags, sites, engines and languages with their numbers", value=Facets),),
    )
)
def show_facets(call: Call) -> Response:
    """What there is to narrow by."""
    return shown(call.library.digests.facets(call.account))


def _nothing() -> NotFoundError:
    return NotFoundError("There is no such digest in this library.")

"""A digest to read, with what it rests on beside it; to copy, to download, to tag, to take out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from aili.digest import Digest
from aili.errors import AiliError, NotFoundError, quoted
from aili.language import phrases
from aili.phrases import direction
from aili.renderers import header_line, name_line, render
from aili.renderers.html.panes import panes
from aili.web.context import context
from aili.web.failures import status_of
from aili.web.identity import Asking, Person, require
from aili.web.marking import places
from aili.web.pages import see, tags_of, texts
from aili.web.pages.home import Form
from aili.web.templating import page

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """A file that a digest can be had as."""

    suffix: str
    renderer: str
    media_type: str
    label: str


FORMATS = {
    made.suffix: made
    for made in (
        Format(suffix="html", renderer="html", media_type="text/html", label="Page – one file, works offline"),
        Format(suffix="md", renderer="markdown", media_type="text/markdown", label="Markdown"),
        Format(suffix="txt", renderer="text", media_type="text/plain", label="Text"),
        Format(suffix="json", renderer="json", media_type="application/json", label="JSON – with all checks"),
    )
}
LONGEST_NAME = 80  # characters of a file's, without its ending
COPIED = ("txt", "md")


@router.get("/digests/{digest_id}")
def show(request: Request, asking: Asking, digest_id: str) -> Response:
    """The digest with the document, or with the cited sentences where it came without one."""
    return _page(request, asking, digest_id)


@router.get("/digests/{digest_id}/download.{suffix}")
def download(request: Request, asking: Asking, digest_id: str, suffix: str) -> Response:
    """The digest as a file; the single page holds the document too, unless ``source=no`` is asked for.

    Markdown comes without the account of its checks where ``checks=no`` is asked for.
    """
    require(asking, "read")
    made = _format(suffix)
    digests = context(request).library.digests
    digest = digests.digest(asking.account.id, digest_id)
    whole = made.renderer == "html" and request.query_params.get("source") != "no"
    document = digests.document(asking.account.id, digest_id) if whole else None
    text = render(digest, format=made.renderer, document=document)
    if made.renderer == "markdown" and request.query_params.get("checks") == "no":
        text = without_account(text, digest)
    headers = {"Content-Disposition": disposition(digest, suffix), "Cache-Control": "no-store"}
    return Response(text, media_type=f"{made.media_type}; charset=utf-8", headers=headers)


@router.get("/digests/{digest_id}/copy.{suffix}")
def copy(request: Request, asking: Asking, digest_id: str, suffix: str) -> Response:
    """The digest's text in a field to copy from, for browsers that give a page no clipboard."""
    require(asking, "read")
    if suffix not in COPIED:
        raise NotFoundError(f"A digest cannot be copied as {quoted(suffix[:20])}.")
    made = _format(suffix)
    digests = context(request).library.digests
    kept, digest = digests.get(asking.account.id, digest_id), digests.digest(asking.account.id, digest_id)
    text = render(digest, format=made.renderer)
    if made.renderer == "markdown":
        text = without_account(text, digest)
    return page(request, "copy.html", asking, kept=kept, made=made, text=text)


@router.post("/digests/{digest_id}/tags")
def tag(request: Request, asking: Asking, digest_id: str, form: Form) -> Response:
    """Add the tags in ``add``, take off those in ``remove``."""
    require(asking, "write")
    digests = context(request).library.digests
    digests.get(asking.account.id, digest_id)
    try:
        added = tags_of(", ".join(texts(form.getlist("add"))))
        digests.tag(asking.account.id, [digest_id], add=added, remove=texts(form.getlist("remove")))
    except AiliError as error:
        return _page(request, asking, digest_id, error=error, typed=", ".join(texts(form.getlist("add"))))
    return see(f"/digests/{digest_id}")


@router.get("/digests/{digest_id}/remove")
def ask_to_remove(request: Request, asking: Asking, digest_id: str) -> Response:
    """Whether it is really to go."""
    require(asking, "write")
    library = context(request).library
    kept = library.digests.get(asking.account.id, digest_id)
    shares = [share for share in library.shares.of(asking.account.id, digest_id) if not share.revoked]
    return page(
        request, "remove.html", asking, kept=(kept,), shares=len(shares), action=f"/digests/{digest_id}/remove", back=""
    )


@router.post("/digests/{digest_id}/remove")
def remove(request: Request, asking: Asking, digest_id: str) -> Response:
    """Take the digest out, with its shares."""
    require(asking, "write")
    digests = context(request).library.digests
    digests.get(asking.account.id, digest_id)
    digests.remove(asking.account.id, [digest_id])
    return see("/library?done=removed")


def without_account(text: str, digest: Digest) -> str:
    """A digest's Markdown as one pastes it: without what was checked, and without the data by which it is read back."""
    blocks = text.rstrip("\n").split("\n\n")
    about = blocks.index(f"## {phrases(digest.language).about}")  # of a text, every such line is escaped
    rule = blocks.index("---", about)
    kept = [*blocks[:about], *(block for block in blocks[rule:] if not block.startswith("[aili]: #"))]
    return "\n\n".join(kept) + "\n"


def disposition(digest: Digest, suffix: str, *, kind: Literal["attachment", "inline"] = "attachment") -> str:
    """A ``Content-Disposition`` (RFC 6266) that names the file after the digest's title."""
    title = re.sub(r"[^\w\s-]+", "", name_line(digest)).strip()
    name = re.sub(r"[\s_-]+", "-", title).strip("-") or "digest"
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME + 1].rpartition("-")[0] or name[:LONGEST_NAME]
    plain = re.sub(r"[^A-Za-z0-9-]+", "", name) or "digest"
    return f"{kind}; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(name)}.{suffix}"


def _format(suffix: str) -> Format:
    if suffix not in FORMATS:
        raise NotFoundError(f"A digest cannot be had as {quoted(suffix[:20])}.", hint=f"Known: {', '.join(FORMATS)}.")
    return FORMATS[suffix]


def _page(
    request: Request, asking: Person, digest_id: str, *, error: AiliError | None = None, typed: str = ""
) -> Response:
    require(asking, "read")
    library, account = context(request).library, asking.account.id
    kept = library.digests.get(account, digest_id)
    digest = library.digests.digest(account, digest_id)
    document = library.digests.document(account, digest_id)
    # Our own renderer's markup: it escapes every text that it is given, and tests hold it to that.
    body = Markup(panes(digest, document, places=places(digest, document)))  # noqa: S704
    return page(
        request,
        "digest.html",
        asking,
        status=status_of(type(error)) if error else 200,
        kept=kept,
        digest=digest,
        body=body,
        header=header_line(digest.imprint),
        direction=direction(digest.language),
        formats=tuple(FORMATS.values()),
        shares=library.shares.of(account, digest_id),
        has_document=document is not None,
        fault=error,
        typed=typed,
    )

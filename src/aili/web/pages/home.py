"""The start page: one field for a link or a text, a place to drop a file, and the newest digests beneath."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from aili.document import Resource
from aili.errors import AiliError, EmptyError, TooLargeError, UsageError
from aili.renderers import line
from aili.sources import media_type
from aili.store.records import Filter, Wish
from aili.web.choices import offered
from aili.web.context import context
from aili.web.failures import status_of
from aili.web.identity import Asking, Person, require
from aili.web.pages import see, tags_of
from aili.web.templating import page

router = APIRouter()

LATEST = 6  # digests that the start page shows
AT_ONCE = 20  # links that may be handed in together
PASTED = "Pasted text"
MEGABYTE = 1_000_000

# What people type for a page: with its scheme, or a host with at least one dot and a path or a known kind of ending.
_LINK = re.compile(r"https?://\S+|(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """What a form hands in: links to fetch, or one file or text."""

    links: tuple[str, ...] = ()
    upload: Resource | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """The start form as it was filled in, so that a fault brings it back as it was."""

    reference: str = ""
    text: str = ""
    engine: str = ""
    language: str | None = None  # None: not chosen; empty: the document's own
    length: str = ""
    tags: str = ""
    file: UploadFile | None = field(default=None, compare=False)


async def form_of(request: Request) -> FormData:
    """The form that was sent, parsed before the route runs in its thread."""
    return await request.form()


Form = Annotated[FormData, Depends(form_of)]


@router.get("/")
def start(request: Request, asking: Asking, reference: str = "") -> Response:
    """The form, with ``reference`` filled in where a link leads here with one."""
    require(asking, "read")
    return _page(request, asking, Typed(reference=reference))


@router.post("/jobs")
def submit(request: Request, asking: Asking, form: Form) -> Response:
    """Begin a digest and lead to its progress; a fault brings back the form as it was filled in."""
    require(asking, "write")
    typed = _typed(form)
    jobs, settings = context(request).library.jobs, context(request).settings
    try:
        handed = understood(typed, megabytes=settings.fetch_megabytes)
        wishes = [
            _wish(asking, typed, name) for name in handed.links or (handed.upload.reference if handed.upload else "",)
        ]
        for wish in wishes:
            jobs.check(wish, handed.upload)
        made = [jobs.submit(asking.account.id, wish, upload=handed.upload) for wish in wishes]
    except AiliError as error:
        return _page(request, asking, typed, error=error)
    return see(f"/jobs/{made[0].id}" if len(made) == 1 else "/jobs")


def understood(typed: Typed, *, megabytes: float) -> Handed:
    """What was handed in: a file before a text before a link; raises UsageError, EmptyError or TooLargeError."""
    if typed.file is not None and typed.file.filename:
        return Handed(upload=_file(typed.file, limit=int(megabytes * MEGABYTE)))
    if typed.text.strip():
        return Handed(upload=_text(typed.text))
    lines = [part.strip() for part in typed.reference.splitlines() if part.strip()]
    if not lines:
        raise UsageError("There is nothing to read yet.", hint="Paste a link or a text, or choose a file.")
    if all(_LINK.fullmatch(one) for one in lines):
        links = tuple(dict.fromkeys(lines))
        if len(links) > AT_ONCE:
            raise UsageError(
                f"These are {len(links)} links; {AT_ONCE} go at once.", hint="Hand in the rest afterwards."
            )
        return Handed(links=links)
    if len(lines) == 1 and _OTHER_SCHEME.fullmatch(lines[0]):
        raise UsageError(
            f"{line(lines[0])[:200]!r} is no web address.",
            hint="A link begins with https:// or http://. For a file of yours, choose or drop the file itself.",
        )
    return Handed(upload=_text(typed.reference))


def _text(text: str) -> Resource:
    return Resource(
        data=text.encode("utf-8", "replace"), media_type="text/plain", charset="utf-8", reference=PASTED, location=""
    )


def _file(file: UploadFile, *, limit: int) -> Resource:
    name = line(PurePath((file.filename or "").replace("\\", "/")).name)[:200] or "A file"
    if (file.size or 0) > limit:
        raise TooLargeError(
            f"{name} is larger than the limit of {limit / MEGABYTE:g} MB.",
            hint="Hand in the part of it that matters.",
            limit=limit,
        )
    data = file.file.read()
    if not data:
        raise EmptyError(f"{name} is empty.", hint="Choose another file.")
    declared = (file.content_type or "").partition(";")[0].strip().lower()
    return Resource(data=data, media_type=media_type(data, name=name, declared=declared), reference=name, location=name)


def _wish(asking: Person, typed: Typed, reference: str) -> Wish:
    chosen = asking.account.preferences
    return Wish(
        reference=reference,
        engine=typed.engine or chosen.engine,
        language=chosen.language if typed.language is None else typed.language,
        length=typed.length or chosen.length,
        tags=tags_of(typed.tags),
    )


def _typed(form: FormData) -> Typed:
    def said(name: str) -> str:
        value = form.get(name, "")
        return value if isinstance(value, str) else ""

    file = form.get("file")
    return Typed(
        reference=said("reference"),
        text=said("text"),
        engine=said("engine"),
        language=said("language") if "language" in form else None,
        length=said("length"),
        tags=said("tags"),
        file=file if isinstance(file, UploadFile) else None,
    )


def _page(request: Request, asking: Person, typed: Typed, *, error: AiliError | None = None) -> Response:
    held = context(request)
    library, account = held.library, asking.account.id
    return page(
        request,
        "home.html",
        asking,
        status=status_of(type(error)) if error else 200,
        typed=typed,
        fault=error.message if error else "",
        hint=error.hint if error else "",
        latest=library.digests.find(account, Filter(), limit=LATEST),
        working=[job for state in ("running", "waiting") for job in library.jobs.list(account, state=state, limit=5)],
        megabytes=held.settings.fetch_megabytes,
        **offered(held.settings, asking.account.preferences),
    )

"""The start page: one field for a link or a text, a place to drop a file, and the newest digests beneath."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from aili.document import Resource
from aili.errors import AiliError, EmptyError, ThinTextError, TooLargeError, UsageError, quoted
from aili.language import count_words
from aili.library.wishes import name_of
from aili.renderers import line
from aili.sources import media_type
from aili.store.records import Filter, Wish
from aili.web.choices import offered
from aili.web.context import context
from aili.web.failures import status_of
from aili.web.identity import Asking, Person, require
from aili.web.pages import see, tags_of
from aili.web.templating import count, page

router = APIRouter()

LATEST = 6  # digests that the start page shows
AT_ONCE = 20  # links that may be handed in together
PASTED = "Pasted text"
MEGABYTE = 1_000_000

# What people type for a page: with its scheme; a host with a dot, in numbers, or localhost; any name with port and path.
_LINK = re.compile(
    r"https?://\S+"
    r"|(?:(?:[\w-]+\.)+[^\W\d_]{2,}|\d{1,3}(?:\.\d{1,3}){3}|localhost|\[[0-9a-f:.]+\])(?::\d+)?(?:[/?#]\S*)?"
    r"|[\w-]+:\d{1,5}/\S*",
    re.IGNORECASE,
)
_STATED = re.compile(r"(?<![A-Za-z0-9])https?://\S+", re.IGNORECASE)  # a link among words must say that it is one
_NUMERIC = re.compile(r"(?:localhost|\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+\])(?![^:/?#])", re.IGNORECASE)
_AFTER_LINK = re.compile(r"[<>\"“”«»，。、；！？）】》」]")
_OPENING = {")": "(", "]": "[", "}": "{"}
_PARTED = re.compile(r"https?://[\w-]+\s+[\w-]+(?:\.[\w-]+)+(?:[:/?#]\S*)?", re.IGNORECASE)  # https://exa mple.org
_OTHER_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """What a form hands in: links to fetch, or files, or one text, and what this goes by.

    ``among_words`` says that the links were taken out of words around them, which are left aside.
    """

    links: tuple[str, ...] = ()
    uploads: tuple[Resource, ...] = ()
    name: str = ""
    among_words: bool = False

    @property
    def wanted(self) -> tuple[tuple[str, Resource | None], ...]:
        """What each job goes by, with what was handed over for it."""
        if self.links:
            return tuple((link, None) for link in self.links)
        return tuple((self.name or upload.reference, upload) for upload in self.uploads)


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """The start form as it was filled in, so that a fault brings it back as it was."""

    reference: str = ""
    text: str = ""
    engine: str = ""
    language: str | None = None  # None: not chosen; empty: the document's own
    length: str = ""
    tags: str = ""
    files: tuple[UploadFile, ...] = field(default=(), compare=False)


async def form_of(request: Request) -> FormData:
    """The form that was sent, parsed before the route runs in its thread."""
    return await request.form()


Form = Annotated[FormData, Depends(form_of)]


@router.get("/")
def start(request: Request, asking: Asking, reference: str = "", job: str = "") -> Response:
    """The form, with ``reference`` filled in where a link leads here with one, or as it was for the reader's ``job``."""
    require(asking, "read")
    typed = _typed_for(request, asking, job) if job else Typed(reference=reference)
    return _page(request, asking, typed)


@router.post("/jobs")
def submit(request: Request, asking: Asking, form: Form) -> Response:
    """Begin a digest and lead to its progress; a fault brings back the form as it was filled in."""
    require(asking, "write")
    typed = _typed(form)
    jobs, settings = context(request).library.jobs, context(request).settings
    try:
        handed = understood(typed, megabytes=settings.fetch_megabytes, min_words=settings.min_words)
        made = jobs.submit_all(
            asking.account.id, [(_wish(asking, typed, name), upload) for name, upload in handed.wanted]
        )
    except AiliError as error:
        return _page(request, asking, typed, error=error)
    taken = "?taken=links" if handed.among_words else ""
    return see(f"/jobs/{made[0].id}{taken}" if len(made) == 1 else f"/jobs{taken}")


def understood(typed: Typed, *, megabytes: float, min_words: int = 40) -> Handed:
    """What was handed in: files before a text before links; raises UsageError, ThinTextError, EmptyError or TooLargeError.

    A text needs ``min_words`` words: that one is too short is told at once, without a job. Links are what stands alone on
    every line; and, where fewer than ``min_words`` words stand around them, so that nothing could be digested but what they
    lead to, also those among words: a title and its link, as phones pass pages on.
    """
    if typed.files:
        _demand_few(len(typed.files), "files")
        return Handed(uploads=tuple(_file(file, limit=int(megabytes * MEGABYTE)) for file in typed.files))
    if typed.text.strip():
        return _text(typed.text, min_words=min_words)
    lines = [part.strip() for part in typed.reference.splitlines() if part.strip()]
    if not lines:
        raise UsageError("There is nothing to read yet.", hint="Paste a link or a text, or choose a file.")
    alone = [_unwrapped(one) for one in lines]
    if all(map(_is_link, alone)):
        return _links(alone)
    if len(lines) == 1 and _OTHER_SCHEME.fullmatch(lines[0]):
        raise UsageError(
            f"{quoted(line(lines[0])[:200])} is no web address.",
            hint="A link begins with https:// or http://. For a file of yours, choose or drop the file itself.",
        )
    if len(lines) == 1 and _PARTED.fullmatch(lines[0]):
        raise UsageError(
            f"{quoted(line(lines[0])[:200])} is no web address: there is a space in it.",
            hint="Take the space out and send it again.",
        )
    stated = [link for found in _STATED.findall(typed.reference) if _STATED.fullmatch(link := _trimmed(found))]
    if stated and count_words(_STATED.sub(" ", typed.reference)) < min_words:
        return _links(stated, among_words=True)
    return _text(typed.reference, min_words=min_words)


def _demand_few(number: int, what: str) -> None:
    if number > AT_ONCE:
        raise UsageError(f"These are {number} {what}; {AT_ONCE} go at once.", hint="Hand in the rest afterwards.")


def _links(found: Iterable[str], *, among_words: bool = False) -> Handed:
    links = tuple(dict.fromkeys(map(_with_scheme, found)))
    _demand_few(len(links), "links")
    return Handed(links=links, among_words=among_words)


def _is_link(typed: str) -> bool:
    return bool(_LINK.fullmatch(typed))


def _with_scheme(link: str) -> str:
    if _STATED.match(link):
        return link
    return f"http://{link}" if _NUMERIC.match(link) else f"https://{link}"  # as on the command line


def _unwrapped(typed: str) -> str:
    """A line without the angle brackets that mark a link in mails and Markdown (RFC 3986, appendix C)."""
    return typed[1:-1].strip() if typed.startswith("<") and typed.endswith(">") else typed


def _trimmed(link: str) -> str:
    """A link out of a sentence without the marks after it, and without a bracket that was opened before it."""
    link = _AFTER_LINK.split(link, maxsplit=1)[0]
    while link and (link[-1] in ".,;:!?'*’…" or link.count(link[-1]) > link.count(_OPENING.get(link[-1], link[-1]))):
        link = link[:-1]
    return link


def _text(text: str, *, min_words: int) -> Handed:
    words = count_words(text)
    if words < min_words:
        raise ThinTextError(
            f"This text has {count(words, 'word')}, too few for a digest.",
            hint=f"A text needs {min_words} words. For a page of the web, paste its whole address.",
            found=text[:200],
            words=words,
        )
    upload = Resource(
        data=text.encode("utf-8", "replace"), media_type="text/plain", charset="utf-8", reference=PASTED, location=""
    )
    return Handed(uploads=(upload,), name=name_of(text))


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


def _typed_for(request: Request, asking: Person, job_id: str) -> Typed:
    """The form as it was filled in for a job, as far as that is still known; a file is chosen again by the reader."""
    jobs = context(request).library.jobs
    job, upload = jobs.get(asking.account.id, job_id), jobs.upload(asking.account.id, job_id)
    pasted = upload is not None and upload.reference == PASTED
    return Typed(
        reference=upload.data.decode("utf-8", "replace")
        if upload and pasted
        else ""
        if job.upload
        else job.wish.reference,
        engine=job.wish.engine,
        language=job.wish.language,
        length=job.wish.length,
        tags=", ".join(job.wish.tags),
    )


def _typed(form: FormData) -> Typed:
    def said(name: str) -> str:
        value = form.get(name, "")
        return value if isinstance(value, str) else ""

    return Typed(
        reference=said("reference"),
        text=said("text"),
        engine=said("engine"),
        language=said("language") if "language" in form else None,
        length=said("length"),
        tags=said("tags"),
        files=tuple(file for file in form.getlist("file") if isinstance(file, UploadFile) and file.filename),
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
        min_words=held.settings.min_words,
        **offered(held.settings, asking.account.preferences),
    )

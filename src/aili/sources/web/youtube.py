"""YouTube: a video is read by its captions, which youtube-transcript-api (the extra ``youtube``) finds.

That library speaks through requests; here requests in turn speaks through the guarded connection of every other fetch, so
that addresses, redirects, size and time are limited alike. What comes back is WebVTT, and read like any other subtitles.
"""
# ruff: noqa: ARG002 (requests names the parameters of an adapter)

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import httpx2

from aili.document import Resource
from aili.errors import (
    AiliError,
    EmptyError,
    LoginWallError,
    MediaTypeError,
    MissingError,
    NetworkError,
    RedirectError,
    StatusError,
)
from aili.sources import Limits, Request
from aili.sources.web import USER_AGENT, body
from aili.sources.web.connection import Deadline, Transport
from aili.sources.web.failures import translated

try:
    import requests
    import youtube_transcript_api as captions
    from requests.adapters import BaseAdapter
    from requests.structures import CaseInsensitiveDict
except ImportError as error:
    raise MediaTypeError(
        "A video of YouTube is read by its captions, for which a package is missing.",
        hint="Run: pip install 'aili[youtube]'",
    ) from error

if TYPE_CHECKING:
    from youtube_transcript_api import FetchedTranscript, Transcript, TranscriptList

_SAVE = "Give its captions as a file (.vtt or .srt) instead."
_AGAIN = "Try again later, or give its captions as a file (.vtt or .srt)."


@dataclass(kw_only=True, slots=True)
class _About:
    """What YouTube says of a video on the way to its captions."""

    title: str = ""
    channel: str = ""
    day: str = ""

    def hear(self, response: Any, **_: object) -> None:
        """A hook of requests: take note of what an answer says."""
        if response.status_code != 200:
            return
        if response.request.method == "POST":
            details = response.json().get("videoDetails", {})
            self.title, self.channel = (" ".join(str(details.get(name, "")).split()) for name in ("title", "author"))
        elif match := re.search(r'itemprop="(?:datePublished|uploadDate)" content="(\d{4}-\d\d-\d\d)', response.text):
            self.day = match[1]


def fetch(request: Request, video: str) -> Resource:
    """The captions of ``video`` as WebVTT, in the language of ``request.limits`` where there are such, else the original's.

    Raises EmptyError where it has none, MissingError where there is no such video, LoginWallError where it is shown to
    those who sign in, and NetworkError where YouTube does not answer, or refuses to.
    """
    place = f"https://www.youtube.com/watch?v={video}"
    about = _About()
    adapter = _Adapter(request.limits)
    with closing(adapter), requests.Session() as session:
        session.trust_env = False
        session.max_redirects = request.limits.redirects
        session.headers.update(
            {"User-Agent": request.limits.user_agent or USER_AGENT, "Accept-Encoding": body.ENCODING}
        )
        session.hooks["response"].append(about.hear)
        for scheme in ("http://", "https://"):
            session.mount(scheme, adapter)
        try:
            listed = captions.YouTubeTranscriptApi(http_client=session).list(video)
            found = _chosen(listed, request.limits.language).fetch()
        except captions.CouldNotRetrieveTranscript as error:
            raise _translated(error, place) from error
        except requests.TooManyRedirects as error:
            raise RedirectError(f"{place} redirects too often.", hint=_AGAIN) from error
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, ParseError) as error:
            raise NetworkError(
                f"YouTube answers for {place} in a way that is not understood.",
                hint="A newer package may help: pip install --upgrade youtube-transcript-api",
            ) from error
    if not any(snippet.text.strip() for snippet in found):
        raise EmptyError(f"The captions of {place} are empty.", hint=_SAVE)
    note = ("The captions were written by a machine, YouTube's speech recognition.",) if found.is_generated else ()
    return Resource(
        data=_webvtt(found, about).encode("utf-8", "replace"),
        media_type="text/vtt",
        reference=request.reference,
        location=place,
        charset="utf-8",
        notes=note,
    )


def _chosen(listed: TranscriptList, language: str) -> Transcript:
    """Captions in ``language``, else in the one that is spoken; those that a person wrote before those of a machine."""
    every: list[Transcript] = list(listed)  # a person's come first
    spoken = next((one.language_code for one in every if one.is_generated), "")
    for wished in filter(None, (language, spoken)):
        for one in every:
            if _primary(one.language_code) == _primary(wished):
                return one
    if not every:
        raise captions.TranscriptsDisabled(listed.video_id)
    return every[0]


def _primary(tag: str) -> str:
    return re.split("[-_]", tag.lower())[0]


def _webvtt(found: FetchedTranscript, about: _About) -> str:
    head = ("Kind: captions", f"Language: {found.language_code}", "Site: YouTube")
    said = (("Author", about.channel), ("Published", about.day))
    lines = [
        f"WEBVTT {escape(about.title, quote=False)}".strip(),
        *head,
        *(f"{key}: {text}" for key, text in said if text),
    ]
    for snippet in found:
        text = "\n".join(filter(None, (escape(row.strip(), quote=False) for row in snippet.text.split("\n"))))
        if text:
            lines += ["", f"{_clock(snippet.start)} --> {_clock(snippet.start + snippet.duration)}", text]
    return "\n".join(lines) + "\n"


def _clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"


class _Adapter(BaseAdapter):
    """Sends the requests of one fetch over guarded connections; what goes wrong there is aili's own error."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self._transport = Transport(limits, Deadline(limits.seconds))

    def send(
        self,
        request: Any,
        stream: bool = False,
        timeout: object = None,
        verify: object = True,
        cert: object = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Any:
        url = httpx2.URL(request.url)
        message = httpx2.Request(request.method, url, headers=dict(request.headers), content=request.body or b"")
        with translated(url, self._limits.seconds), closing(self._transport.handle_request(message)) as answer:
            data = body.read(answer, url, limit=self._limits.max_bytes)
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers = CaseInsensitiveDict(answer.headers)
        response.encoding = answer.charset_encoding or "utf-8"
        response.url, response.request = request.url, request
        response._content, response._content_consumed = data, True  # noqa: SLF001 (as requests' own adapter leaves them)
        return response

    def close(self) -> None:
        self._transport.close()


def _translated(error: Any, place: str) -> AiliError:
    """aili's own error for what youtube-transcript-api met."""
    match error:
        case captions.TranscriptsDisabled() | captions.NoTranscriptFound():
            return EmptyError(f"{place} has no captions, and nothing else of a video can be read.", hint=_SAVE)
        case captions.VideoUnavailable() | captions.InvalidVideoId():
            return MissingError(f"There is no video at {place}, or it is private.", hint="Check the address.")
        case captions.AgeRestricted():
            return LoginWallError(f"{place} is shown only to those who sign in.", hint=_SAVE)
        case captions.RequestBlocked() | captions.PoTokenRequired() | captions.FailedToCreateConsentCookie():
            return NetworkError(f"YouTube refuses to give the captions of {place} to this machine.", hint=_AGAIN)
        case captions.VideoUnplayable():
            why = " ".join(str(error.reason or "it does not say why").split())[:200].rstrip(".")
            return MissingError(f"YouTube does not play {place}: {why}.", hint=_SAVE)
        case captions.YouTubeRequestFailed():
            return StatusError(f"YouTube does not give the captions of {place}: {_status(error.reason)}.", hint=_AGAIN)
        case _:
            return NetworkError(
                f"YouTube answers for {place} in a way that is not understood.",
                hint="A newer package may help: pip install --upgrade youtube-transcript-api",
            )


def _status(reason: str) -> str:
    match = re.match(r"\d{3}", reason)
    return f"status {match[0]}" if match else "it answered with an error"

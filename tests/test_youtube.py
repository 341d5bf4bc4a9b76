"""A video of YouTube is read by its captions: the real youtube-transcript-api, against an exchange written by hand.

Every answer stands on a server of loopback; only the two addresses that the library knows YouTube by are changed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from youtube_transcript_api import _transcripts

import aili
from aili.codec import UNSET
from aili.document import Resource
from aili.errors import (
    AiliError,
    DeadlineError,
    EmptyError,
    ForbiddenAddressError,
    LoginWallError,
    MissingError,
    NetworkError,
    StatusError,
    TooLargeError,
)
from aili.extractors import ParseLimits, extract
from aili.sources import Limits, fetch
from aili.sources.web.sites import _video
from tests.servers import Page, Server, page, redirect, serve

ID = "dQw4w9WgXcQ"
VIDEO = f"https://www.youtube.com/watch?v={ID}"
LIMITS = Limits(allow_hosts=("127.0.0.1",), seconds=10)
SETTINGS = aili.Settings(allow_hosts=("127.0.0.1",))
LINES = (
    "The harbour bridge of Lind was closed on Monday.",
    "Divers found cracks in eleven of its sixteen pillars.",
    "The council says that repairs will take fourteen months.",
    "A ferry sails every half hour until then, & it costs nothing.",
    "Shops on the north bank expect to lose half of their customers this winter.",
)
WATCH = page(
    '<html><meta itemprop="datePublished" content="2024-06-19T02:00:00-07:00">'
    '<script>ytcfg.set({"INNERTUBE_API_KEY": "a-key_1"});</script></html>'
)


def spoken(*lines: str, step: float = 40.0) -> Page:
    """The captions of one language as YouTube writes them: text that is escaped twice."""
    rows = "".join(
        f'<text start="{at * step + 3.5}" dur="5.25">{line.replace("&", "&amp;amp;").replace("<", "&amp;lt;")}</text>'
        for at, line in enumerate(lines)
    )
    return page(f'<?xml version="1.0" encoding="utf-8" ?><transcript>{rows}</transcript>', media_type="text/xml")


def track(server: Server, tag: str, *, machine: bool = False) -> dict[str, Any]:
    kind = {"kind": "asr"} if machine else {}
    place = server.url(f"/captions/{tag}{'/asr' if machine else ''}")
    return {"baseUrl": f"{place}?v={ID}&fmt=srv3", "languageCode": tag, "name": {"runs": [{"text": tag}]}, **kind}


def player(*tracks: Mapping[str, Any], status: str = "OK", **more: object) -> Page:
    told = {
        "playabilityStatus": {"status": status, **more},
        "videoDetails": {"title": "The bridge & the ferry", "author": "Lind Harbour News"},
        **({"captions": {"playerCaptionsTracklistRenderer": {"captionTracks": tracks}}} if tracks else {}),
    }
    return page(json.dumps(told), media_type="application/json")


@pytest.fixture
def youtube(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve({"/watch": WATCH}) as server:
        monkeypatch.setattr(_transcripts, "WATCH_URL", server.url("/watch") + "?v={video_id}")
        monkeypatch.setattr(_transcripts, "INNERTUBE_API_URL", server.url("/player") + "?key={api_key}")
        server.routes["/player"] = player(track(server, "en"))
        server.routes["/captions/en"] = spoken(*LINES)
        yield server


def test_the_captions_are_the_text_and_every_sentence_knows_its_moment(youtube: Server) -> None:
    document = aili.read(VIDEO, settings=SETTINGS)
    assert " ".join(document.text.split()) == " ".join(LINES)
    assert [document.locator(span.start) for span in document.sentences] == ["0:03", "0:43", "1:23", "2:03", "2:43"]
    told = document.metadata
    assert (told.title, told.authors, told.site) == ("The bridge & the ferry", ("Lind Harbour News",), "YouTube")
    assert (told.published, told.language, told.location) == ("2024-06-19", "en", VIDEO)
    assert document.reading.warnings == ()
    assert [asked.path for asked in youtube.requests] == [
        f"/watch?v={ID}", "/player?key=a-key_1", f"/captions/en?v={ID}",
    ]  # fmt: skip
    assert all(asked.headers["user-agent"].startswith("aili/") for asked in youtube.requests)
    assert json.loads(youtube.requests[1].body)["videoId"] == ID


def test_a_citation_leads_to_the_moment_in_every_form_that_has_links(youtube: Server) -> None:
    document = aili.read(VIDEO, settings=SETTINGS)
    digest = aili.summarize(document)
    (third,) = (one for one in digest.citations if one.text == LINES[2])
    assert third.locator == "1:23"
    moment = f"https://youtu.be/{ID}?t=83"
    assert f'href="{moment}"' in aili.render(digest, format="html")
    assert f'<a class="place" href="{moment}"' in aili.render(digest, format="html", document=document)
    markdown = aili.render(digest, format="markdown")
    assert f"*[1\\:23](<{moment}>)*" in markdown or f"*[1:23](<{moment}>)*" in markdown
    assert aili.parse(markdown).citations == digest.citations
    assert aili.parse(aili.render(digest, format="html")).citations == digest.citations
    options = aili.renderers.Options(evidence=True, links=True)
    assert moment in aili.render(digest, format="terminal", options=options)
    assert "text=" not in aili.render(digest, format="terminal", options=options), "a video has no text to scroll to"


def test_what_was_read_is_told(youtube: Server) -> None:
    digest = aili.summarize(VIDEO, settings=SETTINGS)
    assert (digest.provenance.words, digest.provenance.page_share) == (52, 1.0)
    assert "of the document's 52 words" in aili.render(digest, format="terminal")


@pytest.mark.parametrize(
    ("wished", "tracks", "read", "machine"),
    [
        ("", [("de", False), ("en", True)], "en", True),
        ("", [("de", False), ("en", False), ("en", True)], "en", False),
        ("de", [("en", False), ("de", False), ("en", True)], "de", False),
        ("de", [("en", False), ("de-AT", True)], "de-AT", True),
        ("fr", [("de", False), ("en", True)], "en", True),
        ("", [("nl", False), ("de", False)], "nl", False),
    ],
)
def test_the_language_is_the_one_wished_for_else_the_one_that_is_spoken(
    wished: str, tracks: list[tuple[str, bool]], read: str, machine: bool, youtube: Server
) -> None:
    youtube.routes["/player"] = player(*(track(youtube, tag, machine=asr) for tag, asr in tracks))
    for tag, asr in tracks:
        youtube.routes[f"/captions/{tag}{'/asr' if asr else ''}"] = spoken(*LINES)
    resource = fetch(VIDEO, limits=Limits(allow_hosts=("127.0.0.1",), language=wished))
    assert f"\nLanguage: {read}\n".encode() in resource.data
    assert resource.notes == (("The captions were written by a machine, YouTube's speech recognition.",) * machine)


def test_the_setting_language_chooses_and_a_machines_captions_are_told(youtube: Server) -> None:
    youtube.routes["/player"] = player(track(youtube, "de", machine=True), track(youtube, "en"))
    document = aili.read(VIDEO, settings=aili.Settings(allow_hosts=("127.0.0.1",), language="en"))
    assert document.metadata.language == "en"
    youtube.routes["/player"] = player(track(youtube, "en", machine=True))
    youtube.routes["/captions/en/asr"] = spoken(*LINES)
    assert aili.read(VIDEO, settings=SETTINGS).reading.warnings[0].startswith("The captions were written by a machine")


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (player(), EmptyError, "has no captions, and nothing else of a video can be read"),
        (player(status="ERROR", reason="This video is unavailable"), MissingError, "There is no video"),
        (
            player(status="ERROR", reason="Removed by the uploader."),
            MissingError,
            "does not play .*: Removed by the uploader",
        ),
        (player(status="UNPLAYABLE"), MissingError, "it does not say why"),
        (
            player(status="LOGIN_REQUIRED", reason="This video may be inappropriate for some users."),
            LoginWallError,
            "only to those who sign in",
        ),
        (
            player(status="LOGIN_REQUIRED", reason="Sign in to confirm you’re not a bot"),
            NetworkError,
            "refuses to give the captions",
        ),
        (page("", status=429), NetworkError, "refuses to give the captions"),
        (page("", status=500), StatusError, "status 500"),
        (page("no JSON"), NetworkError, "not understood"),
        (page("[]", media_type="application/json"), NetworkError, "not understood"),
        (redirect("http://169.254.169.254/"), ForbiddenAddressError, "169.254.169.254"),
        (page(" " * 2_000_000), TooLargeError, "larger than the limit"),
        (lambda exchange: exchange.stopping.wait(8), DeadlineError, "longer than the limit of 2 seconds"),
        (lambda exchange: exchange.reset(), NetworkError, "broke"),
    ],
)
def test_what_fails_is_a_sentence_of_its_own(answer: Page, error: type[AiliError], said: str, youtube: Server) -> None:
    youtube.routes["/player"] = answer
    limits = Limits(allow_hosts=("127.0.0.1",), seconds=2, max_bytes=1_000_000)
    with pytest.raises(error, match=said) as raised:
        fetch(VIDEO, limits=limits)
    assert type(raised.value) is error
    assert raised.value.hint
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("watch", [page("<html>nothing"), page('<div class="g-recaptcha">'), page("", status=404)])
def test_a_page_without_what_is_needed_is_a_failure_of_the_network(watch: Page, youtube: Server) -> None:
    youtube.routes["/watch"] = watch
    with pytest.raises(NetworkError, match="YouTube"):
        fetch(VIDEO, limits=LIMITS)


@pytest.mark.parametrize(
    ("captions", "error"),
    [(spoken(), EmptyError), (page(""), NetworkError), (page("<transcript><text>x</text></transcript>"), NetworkError)],
)
def test_captions_that_are_empty_or_damaged_are_an_error(
    captions: Page, error: type[AiliError], youtube: Server
) -> None:
    youtube.routes["/captions/en"] = captions
    with pytest.raises(error):
        fetch(VIDEO, limits=LIMITS)


def test_captions_that_lead_to_a_private_address_are_refused(youtube: Server) -> None:
    youtube.routes["/player"] = player({**track(youtube, "en"), "baseUrl": "http://10.0.0.1/captions"})
    with pytest.raises(ForbiddenAddressError):
        fetch(VIDEO, limits=LIMITS)


def test_an_answer_that_bloats_is_stopped(youtube: Server) -> None:
    youtube.routes["/captions/en"] = page(
        '<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><transcript><text start="1">&b;</text></transcript>'
    )
    with pytest.raises(AiliError):
        fetch(VIDEO, limits=LIMITS)


@pytest.mark.parametrize(
    "address",
    [
        VIDEO,
        f"https://youtube.com/watch?app=desktop&v={ID}&t=83s",
        f"https://m.youtube.com/watch?v={ID}#x",
        f"https://music.youtube.com/watch?v={ID}&list=abc",
        f"http://youtu.be/{ID}?si=abc",
        f"https://www.youtube.com/shorts/{ID}",
        f"https://www.youtube.com/live/{ID}?feature=share",
        f"https://www.youtube-nocookie.com/embed/{ID}",
    ],
)
def test_every_address_of_a_video_is_known(address: str) -> None:
    assert _video(httpx2.URL(address)) == ID


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/@lind",
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/playlist?list=abcdefghijk",
        f"https://youtube.com.example/watch?v={ID}",
        f"https://notyoutu.be/{ID}",
        "https://youtu.be/../etc/passw",
    ],
)
def test_other_addresses_are_pages(address: str) -> None:
    assert not _video(httpx2.URL(address))


@pytest.mark.parametrize(
    ("location", "addresses"),
    [
        (VIDEO, [f"https://youtu.be/{ID}?t=83", f"https://youtu.be/{ID}?t=3723"]),
        ("talk.vtt", [UNSET, UNSET]),
        (f"https://example.org/watch?v={ID}", [UNSET, UNSET]),
        (f"https://www.youtube.com/watch?v={ID}&evil=1", [UNSET, UNSET]),
    ],
)
def test_a_moment_of_a_video_has_an_address(location: str, addresses: list[str]) -> None:
    data = b"WEBVTT\n\n01:23.900 --> 01:30.000\nThe ferry is late.\n\n1:02:03.000 --> 1:02:09.000\nIt came at last.\n"
    resource = Resource(data=data, media_type="text/vtt", reference=location, location=location)
    document = extract(resource, limits=ParseLimits(min_words=1))
    assert [document.locator(span.start) for span in document.sentences] == ["1:23", "1:02:03"]
    assert [document.address(span.start) for span in document.sentences] == addresses


def test_the_packages_are_loaded_only_for_a_video_and_named_where_they_are_missing() -> None:
    code = (
        "import sys\nsys.modules['youtube_transcript_api'] = None\nfrom aili.sources import fetch\n"
        "try:\n    fetch('http://127.0.0.1:9/')\nexcept Exception as error:\n    print(type(error).__name__)\n"
        "print('requests' in sys.modules)\n"
        f"try:\n    fetch({VIDEO!r})\nexcept Exception as error:\n    print(error.exit_code, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == [
        "ForbiddenAddressError",
        "False",
        "3 A video of YouTube is read by its captions, for which a package is missing. Run: pip install 'aili[youtube]'",
    ]


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_whatever_is_said_in_captions_they_stay_captions(lines: list[str]) -> None:
    from aili.extractors.subtitles import cues
    from aili.sources.web.youtube import _About, _webvtt

    found = _transcripts.FetchedTranscript(
        snippets=[
            _transcripts.FetchedTranscriptSnippet(text=line, start=4.0 * at, duration=3.0)
            for at, line in enumerate(lines)
        ],
        video_id=ID,
        language="English",
        language_code="en",
        is_generated=False,
    )
    text = _webvtt(found, _About(title="A title", channel="x"))
    assert cues.declared(text)["Title"] == "A title"
    assert all(cue.start % 4 == 0 for cue in cues.read(text.replace("\r\n", "\n").replace("\r", "\n")))

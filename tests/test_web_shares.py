"""A share shows one digest to whoever has the link, says nothing else of its sharer, and is gone when it is revoked."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from aili.codec import UNSET
from aili.digest import Coverage, Digest, Omission
from aili.document import Document
from aili.errors import ConflictError, NotFoundError, UsageError
from aili.library import Library, open_library
from aili.pipeline import stream
from aili.renderers import line, parse
from aili.settings import Settings
from aili.store import shares as rows
from aili.store.records import OWNER, Share, now
from aili.web.shares.showing import Shelf, shown
from tests.test_render_samples import (
    ARABIC,
    ARABIC_DOCUMENT,
    DOCUMENT,
    FERRY,
    HOSTILE_WORDS,
    JAPANESE,
    JAPANESE_DOCUMENT,
    hostile_digest,
    hostile_document,
)
from tests.web import Served, csrf, serving_app

UNCITED = "Bicycles are carried at no charge outside the morning rush."
CITED = "The first boat leaves on 2 May."
DEAD = ("unknown", "revoked", "expired", "disabled", "removed")
MALFORMED = (
    "x",
    "A" * 22,
    "A" * 5000,
    "%00",
    "%ff%fe",
    "..%2f..%2fetc%2fpasswd",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "' OR 1=1 --",
    "a/b/c",
    "",
    "%F0%9F%8C%88",
    "x/",
)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for the tests that only read."""
    with serving_app(tmp_path_factory.mktemp("hall"), owner="Quiet Reading Ltd.") as running:
        yield running


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = open_library(Settings(library=str(tmp_path / "library.db")))
    yield opened
    opened.close()


def kept(library: Library, digest: Digest = FERRY, document: Document | None = DOCUMENT, account: str = OWNER) -> str:
    return library.digests.keep(account, digest, document).id


def ended(library: Library, share: Share) -> None:
    """Let the share's time be over."""
    with library.store.writing() as connection:
        rows.change_share(connection, share.token, {"expires": now(ahead=-1)})


# Shares in the library


def test_a_share_is_open_until_it_is_revoked_and_never_again(library: Library) -> None:
    digest = kept(library)
    share = library.shares.make(OWNER, digest, shared_by="Ada Okafor")
    assert len(share.token) >= 22  # 128 bits
    opened = library.shares.open(share.token)
    assert opened.share == share == library.shares.get(OWNER, share.token)
    assert opened.digest.title == FERRY.title
    assert opened.document is None
    revoked = library.shares.revoke(OWNER, share.token)
    assert revoked.revoked
    assert library.shares.revoke(OWNER, share.token) == revoked
    with pytest.raises(NotFoundError):
        library.shares.open(share.token)
    with pytest.raises(ConflictError, match="revoked"):
        library.shares.change(OWNER, share.token, listed=True)
    assert library.shares.of(OWNER) == (revoked,)


def test_a_change_leaves_what_is_not_named(library: Library) -> None:
    digest = kept(library)
    share = library.shares.make(OWNER, digest, shared_by="Ada", listed=True, expires="2030-01-02T03:04:05+02:00")
    assert share.expires == "2030-01-02T01:04:05Z"
    changed = library.shares.change(OWNER, share.token, with_source=True)
    assert changed == replace(share, with_source=True) == library.shares.get(OWNER, share.token)
    assert library.shares.open(share.token).document == DOCUMENT
    assert library.shares.change(OWNER, share.token, expires="", shared_by="").expires == ""


def test_a_date_is_the_last_day_on_which_a_link_is_open(library: Library) -> None:
    assert library.shares.make(OWNER, kept(library), expires="2030-01-02").expires == "2030-01-02T23:59:59Z"


@pytest.mark.parametrize(
    "expires",
    [
        "2020-01-01T00:00:00Z",
        "2099-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "soon",
        "2030-02-30",
        " ",
    ],
)
def test_a_time_that_is_over_too_far_or_no_time_is_refused(library: Library, expires: str) -> None:
    with pytest.raises(UsageError):
        library.shares.make(OWNER, kept(library), expires=expires)
    assert library.shares.of(OWNER) == ()


@pytest.mark.parametrize("name", ["x" * 101, "two\nlines", "two\u2028lines", "two\r\nlines"])
def test_a_name_is_one_short_line(library: Library, name: str) -> None:
    with pytest.raises(UsageError, match="name on a share"):
        library.shares.make(OWNER, kept(library), shared_by=name)


def test_a_name_loses_what_would_reorder_the_line(library: Library) -> None:
    assert library.shares.make(OWNER, kept(library), shared_by=" \u202eAda\x1b[2J\u2066 ").shared_by == "Ada[2J"


def test_a_digest_without_its_document_cannot_be_shared_with_it(library: Library) -> None:
    digest = kept(library, FERRY, None)
    with pytest.raises(UsageError, match="without its document"):
        library.shares.make(OWNER, digest, with_source=True)
    share = library.shares.make(OWNER, digest)
    with pytest.raises(UsageError, match="without its document"):
        library.shares.change(OWNER, share.token, with_source=True)


def test_what_is_another_accounts_is_not_there(library: Library) -> None:
    ben = library.accounts.add("ben", "nine grey herons standing").id
    digest = kept(library)
    share = library.shares.make(OWNER, digest)
    for attempt in (
        lambda: library.shares.make(ben, digest),
        lambda: library.shares.get(ben, share.token),
        lambda: library.shares.change(ben, share.token, listed=True),
        lambda: library.shares.revoke(ben, share.token),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert library.shares.of(ben) == ()
    assert library.shares.of(ben, digest) == ()
    assert library.shares.open(share.token)


@given(expires=st.text(max_size=40) | st.datetimes(timezones=st.timezones() | st.none()).map(datetime.isoformat))
def test_any_text_for_a_time_is_a_moment_to_come_or_refused(expires: str) -> None:
    from aili.library.shares import _expiry

    try:
        moment = _expiry(expires)
    except UsageError as error:
        assert "\n" not in str(error)
        return
    assert moment == "" or now() <= moment <= (datetime.now(UTC) + timedelta(days=3654)).strftime("%Y-%m-%dT%H:%M:%SZ")


# The page


def test_the_page_has_the_parts_of_a_shared_digest_in_their_order(hall: Served) -> None:
    share = hall.library.shares.make(OWNER, kept(hall.library), shared_by="Ada Okafor")
    text = hall.client().get(f"/s/{share.token}").text
    parts = [
        "✨Summarize by Aili",
        '<a href="https://www.harbourgazette.example/2025/03/ferry-line-7?ref=home" rel="noopener noreferrer"',
        "The Ferry That Almost Was Not",
        "Harbour Gazette",
        "🌈",
        "Abstract",
        "🙋",
        "[01]",
        "What did the council of Maren decide?",
        "[02]",
        f"Shared by Ada Okafor ·<br>© {share.created[:4]} Quiet Reading Ltd.",
    ]
    at = text.index("<body>")
    for part in parts:
        assert part in text[at:], part
        at = text.index(part, at)
    for reason in ("refuted: The bullet says €3.2 million", "not enough info", "replaced"):
        assert reason in text


def test_only_what_is_cited_is_shown_unless_the_whole_is_shared(hall: Served) -> None:
    client, shares = hall.client(), hall.library.shares
    digest = kept(hall.library)
    share = shares.make(OWNER, digest)
    for path in (f"/s/{share.token}", f"/s/{share.token}/digest.html"):
        text = unmarked(client.get(path).text)
        assert CITED in text
        assert UNCITED not in text
    shares.change(OWNER, share.token, with_source=True)
    for path in (f"/s/{share.token}", f"/s/{share.token}/digest.html"):
        assert UNCITED in unmarked(client.get(path).text)
    shares.change(OWNER, share.token, with_source=False)
    assert UNCITED not in unmarked(client.get(f"/s/{share.token}").text)


def unmarked(page: str) -> str:
    """A page without the marks around what a bullet and its evidence both say."""
    return re.sub(r"</?mark[^>]*>", "", page)


def test_a_digest_that_carries_more_than_it_cites_shares_only_that(library: Library) -> None:
    more = replace(FERRY.citations[0], id=12, text=UNCITED)
    digest = kept(library, replace(FERRY, citations=(*FERRY.citations, more)))
    opened = library.shares.open(library.shares.make(OWNER, digest).token)
    assert opened.digest.citations == FERRY.citations


@pytest.mark.parametrize(
    ("location", "public"),
    [
        ("/home/ada/secret/notes.txt", "notes.txt"),
        ("C:\\Users\\ada\\secret\\notes.txt", "notes.txt"),
        ("https://ada:hunter2@example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("https://example.org/a", "https://example.org/a"),
        ("", ""),
    ],
)
def test_nothing_of_the_sharer_is_shown_but_the_name_they_gave(hall: Served, location: str, public: str) -> None:
    library, client = hall.library, hall.client()
    named = replace(FERRY, location=location, imprint=replace(FERRY.imprint, shared_by="Real Name", brand="Mine"))
    digest = library.digests.keep(OWNER, named, DOCUMENT, tags=("private-tag",)).id
    share = library.shares.make(OWNER, digest, shared_by="A. O.", with_source=True)
    page, file = client.get(f"/s/{share.token}").text, client.get(f"/s/{share.token}/digest.html").text
    for text in (page, file):
        for secret in ("Real Name", "private-tag", "hunter2", "/home/ada", "Users", "1,840", "0.0031", digest):
            assert secret not in text, secret
        assert "Shared by A. O." in text
    assert parse(file).location == public
    assert f">{OWNER}<" not in page


def test_a_password_in_the_address_of_a_further_page_is_not_shared(hall: Served) -> None:
    library = hall.library
    first, second, *others = FERRY.citations
    told = (
        replace(first, locator="p. 2", address="https://ada:hunter2@example.org/2"),
        replace(second, locator="p. 3", address="javascript:alert('hunter2')"),
        *others,
    )
    omission = Omission(id=0, text="x", address="https://ada:hunter2@example.org/3")
    named = replace(FERRY, citations=told, coverage=Coverage(share=0.5, passages=2, omitted=1, omissions=(omission,)))
    share = library.shares.make(OWNER, library.digests.keep(OWNER, named, None).id)
    page, file = (hall.client().get(f"/s/{share.token}{form}").text for form in ("", "/digest.html"))
    for text in (page, file):
        assert "hunter2" not in text
        assert '<a class="place" href="https://example.org/2" rel="noopener noreferrer">p. 2</a>' in text
    shared = parse(file)
    assert [one.address for one in shared.citations[:2]] == ["https://example.org/2", UNSET]
    assert shared.coverage.omissions[0].address == "https://example.org/3"


def test_a_share_without_a_name_names_nobody(hall: Served) -> None:
    share = hall.library.shares.make(OWNER, kept(hall.library))
    assert "Shared by" not in hall.client().get(f"/s/{share.token}").text


def test_search_engines_are_kept_away_unless_they_are_wanted(hall: Served) -> None:
    client, shares = hall.client(), hall.library.shares
    share = shares.make(OWNER, kept(hall.library))
    answer = client.get(f"/s/{share.token}")
    assert answer.headers["x-robots-tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "canonical" not in answer.text
    shares.change(OWNER, share.token, indexed=True)
    answer = client.get(f"/s/{share.token}?utm_source=somewhere")
    assert "x-robots-tag" not in answer.headers
    assert "noindex" not in answer.text
    assert f'<link rel="canonical" href="{hall.url}/s/{share.token}">' in answer.text
    assert client.get(f"/s/{share.token}/digest.html").headers["x-robots-tag"] == "noindex"


# Links that show nothing


def dead_link(served: Served, kind: str) -> str:
    library = served.library
    share = library.shares.make(OWNER, kept(library))
    client = served.client()
    assert client.get(f"/s/{share.token}").status_code == 200  # it is on the shelf
    match kind:
        case "unknown":
            return share.token[:-1] + ("A" if share.token[-1] != "A" else "Q")
        case "revoked":
            library.shares.revoke(OWNER, share.token)
        case "expired":
            ended(library, share)
        case "removed":
            library.digests.remove(OWNER, [share.digest])
        case "disabled":
            ben = library.accounts.add("ben", "nine grey herons standing")
            share = library.shares.make(ben.id, kept(library, account=ben.id))
            assert client.get(f"/s/{share.token}").status_code == 200
            library.accounts.disable("ben")
    return share.token


def told(answer: httpx2.Response) -> tuple[int, bytes, dict[str, str]]:
    return answer.status_code, answer.content, {k: v for k, v in answer.headers.items() if k != "date"}


@pytest.mark.parametrize("below", ["", "/card.png", "/digest.html"])
def test_every_link_that_shows_nothing_answers_the_same(served: Served, below: str) -> None:
    client = served.client()
    answers = {kind: told(client.get(f"/s/{dead_link(served, kind)}{below}")) for kind in DEAD}
    answers |= {token: told(client.get(f"/s/{token}{below}")) for token in MALFORMED}
    answers["feed"] = told(client.get("/feeds/" + "A" * 43 + ".atom"))
    for kind, answer in answers.items():
        assert answer == answers["unknown"], kind
    status, body, headers = answers["unknown"]
    assert status == 404
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex"
    assert b"Nothing is shared here" in body


def test_asking_again_whether_it_is_unchanged_does_not_keep_a_revoked_link_alive(served: Served) -> None:
    share = served.library.shares.make(OWNER, kept(served.library))
    client = served.client()
    for below in ("", "/card.png", "/digest.html"):
        first = client.get(f"/s/{share.token}{below}")
        assert first.headers["cache-control"] == "private, no-cache"
        again = client.get(f"/s/{share.token}{below}", headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    served.library.shares.revoke(OWNER, share.token)
    for below in ("", "/card.png", "/digest.html"):
        again = client.get(f"/s/{share.token}{below}", headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 404
        assert client.get(f"/s/{share.token}{below}", headers={"If-None-Match": "*"}).status_code == 404


def test_a_link_needs_no_sign_in_and_knows_nobody(team: Served) -> None:
    ada = team.library.accounts.named("ada")
    share = team.library.shares.make(ada.id, kept(team.library, account=ada.id), shared_by="A.")
    stranger = team.client().get(f"/s/{share.token}")
    friend = team.signed_in("ben").get(f"/s/{share.token}")
    assert stranger.status_code == 200
    assert stranger.content == friend.content
    assert "set-cookie" not in stranger.headers
    assert ">ada<" not in stranger.text


# What previewers, browsers and caches read


@pytest.mark.parametrize("agent", ["facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0", "Twitterbot/1.0", "curl/8"])
def test_a_previewer_finds_title_description_and_picture(hall: Served, agent: str) -> None:
    share = hall.library.shares.make(OWNER, kept(hall.library))
    with httpx2.Client(trust_env=False, headers={"User-Agent": agent, "Accept": "*/*"}) as client:
        answer = client.get(f"{hall.url}/s/{share.token}")
        found = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', answer.text))
        address = f"{hall.url}/s/{share.token}"
        assert found["og:title"] == "The Ferry That Almost Was Not | Harbour Gazette"
        assert found["og:description"].startswith("The article discusses the decision of Maren&#39;s council")
        assert found["og:description"] == found["description"]
        assert (found["og:type"], found["og:site_name"], found["og:locale"]) == ("article", "Aili", "en_US")
        assert (found["og:url"], found["twitter:card"]) == (address, "summary_large_image")
        picture = client.get(found["og:image"])
        assert picture.headers["content-type"] == "image/png"
        assert picture.headers["cross-origin-resource-policy"] == "cross-origin"
        assert len(picture.content) <= 100_000
        with Image.open(BytesIO(picture.content)) as image:
            assert image.size == (int(found["og:image:width"]), int(found["og:image:height"])) == (1200, 630)
        for seen in (answer, picture):
            assert "set-cookie" not in seen.headers
        assert client.head(address).status_code == 200
        assert client.head(address).content == b""


def test_a_long_abstract_is_cut_between_words(hall: Served) -> None:
    long = replace(FERRY.abstract[0], text="The harbour reopens. " * 60)
    share = hall.library.shares.make(OWNER, kept(hall.library, replace(FERRY, abstract=(long,))))
    found = re.search(r'"og:description" content="([^"]*)"', hall.client().get(f"/s/{share.token}").text)
    assert found
    assert len(found[1]) <= 301
    assert found[1].endswith(" The…")


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip, deflate, br, zstd", True),
        ("GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("br, gzip; q=0.000", False),
    ],
)
def test_the_page_is_packed_for_those_who_take_it(hall: Served, accepted: str, packed: bool) -> None:
    share = hall.library.shares.make(OWNER, kept(hall.library))
    with hall.client().stream("GET", f"/s/{share.token}", headers={"Accept-Encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert answer.headers["vary"] == "Accept-Encoding"
    text = gzip.decompress(raw) if packed else raw
    assert text.startswith(b"<!DOCTYPE html>")
    assert text.endswith(b"</html>")


def test_a_page_of_900_words_weighs_less_than_40_kilobytes(hall: Served, examples: Path) -> None:
    *_, last = stream(str(examples / "harbour-bridge.html"), settings=Settings(cache=False))
    digest = kept(hall.library, last.digest, last.document)  # type: ignore[union-attr]
    share = hall.library.shares.make(OWNER, digest, shared_by="Ada Okafor", with_source=True)
    client = hall.client()
    page = client.get(f"/s/{share.token}")
    loaded = re.findall(r'(?:rel="stylesheet" href|src)="([^"]+)"', page.text)
    assert len(loaded) == 3
    answers = [page, *(client.get(path) for path in loaded)]
    assert all(answer.status_code == 200 for answer in answers)
    assert sum(int(answer.headers["content-length"]) for answer in answers) <= 40_000


def test_the_single_file_is_the_whole_digest_under_a_good_name(hall: Served) -> None:
    share = hall.library.shares.make(OWNER, kept(hall.library), shared_by="Ada Okafor", with_source=True)
    answer = hall.client().get(f"/s/{share.token}/digest.html")
    assert answer.headers["content-disposition"].startswith('attachment; filename="The-Ferry-That-Almost-Was-Not')
    read = parse(answer.content)
    assert read.sections == FERRY.sections
    assert (read.imprint.shared_by, read.imprint.owner) == ("Ada Okafor", "Quiet Reading Ltd.")
    assert not re.search(r'(?:src|href)="(?!#|data:|https://www\.harbourgazette\.example)', answer.text)


def test_many_who_come_at_once_get_the_same(hall: Served) -> None:
    share = hall.library.shares.make(OWNER, kept(hall.library))

    def asked(number: int) -> tuple[int, bytes]:
        answer = hall.client().get(f"/s/{share.token}" + ("/card.png" if number % 2 else ""))
        return answer.status_code, answer.content

    with ThreadPoolExecutor(16) as readers:
        answers = list(readers.map(asked, range(32)))
    assert {status for status, _ in answers} == {200}
    assert len({content for _, content in answers}) == 2


def test_the_shelf_never_holds_more_than_its_bytes() -> None:
    shelf = Shelf(1_000)
    for number in range(50):
        shelf.put(number, shown(bytes(90), squeeze=False))
        assert shelf.get(number)
        assert sum(len(found.body) for at in range(50) if (found := shelf.get(at))) <= 1_000
    assert shelf.get(0) is None
    shelf.put("vast", shown(bytes(2_000), squeeze=False))
    assert shelf.get("vast") is None
    shelf.put("again", shown(b"one", squeeze=False))
    shelf.put("again", shown(b"two", squeeze=False))
    again = shelf.get("again")
    assert again
    assert again.body == b"two"


# Making and changing, as people do


def test_a_form_makes_a_link_that_opens_and_says_where(served: Served) -> None:
    digest = kept(served.library)
    client = served.client()
    secret = csrf(client)
    made = client.post(
        f"/digests/{digest}/shares",
        data={"csrf": secret, "shared_by": "Ada", "shows": "source", "life": "week", "listed": "yes"},
    )
    assert made.status_code == 303
    (share,) = served.library.shares.of(OWNER)
    assert made.headers["location"] == f"/shares/{share.token}"
    assert (share.shared_by, share.with_source, share.listed, share.indexed) == ("Ada", True, True, False)
    assert now(ahead=6.9 * 86_400) < share.expires < now(ahead=7.1 * 86_400)
    page = client.get(made.headers["location"]).text
    assert f'value="{served.url}/s/{share.token}"' in page
    assert "opens only on this machine" in page
    assert f"{served.url}/s/{share.token}/digest.html" in page
    assert client.get(f"/s/{share.token}").status_code == 200
    client.post(f"/shares/{share.token}", data={"csrf": secret, "shared_by": "", "shows": "excerpts", "life": "same"})
    changed = served.library.shares.get(OWNER, share.token)
    assert changed == replace(share, shared_by="", with_source=False, listed=False)
    assert client.post(f"/shares/{share.token}/revoke", data={"csrf": secret}).headers["location"] == "/shares"
    assert client.get(f"/s/{share.token}").status_code == 404
    assert "Revoked" in client.get("/shares").text


def test_a_link_that_others_can_open_is_not_said_to_be_of_this_machine_alone(tmp_path: Path) -> None:
    with serving_app(tmp_path, login=True, public_url="https://aili.example.org") as public:
        token, _ = public.library.accounts.make_token(OWNER, "test", ("share",))  # a browser's cookie would need TLS
        client = public.client(headers={"Authorization": f"Bearer {token}"})
        share = public.library.shares.make(OWNER, kept(public.library))
        page = client.get(f"/shares/{share.token}").text
        assert f'value="https://aili.example.org/s/{share.token}"' in page
        assert "only on this machine" not in page
        shown_page = public.client().get(f"/s/{share.token}").text
        assert f'"og:image" content="https://aili.example.org/s/{share.token}/card.png"' in shown_page


@pytest.mark.parametrize(
    "wrong",
    [
        {"life": "date", "until": "2001-01-01"},
        {"life": "date", "until": "tomorrow"},
        {"life": "date"},
        {"life": "century"},
        {"shared_by": "x" * 101},
    ],
)
def test_a_form_that_does_not_fit_comes_back_with_what_is_wrong(served: Served, wrong: dict[str, str]) -> None:
    digest = kept(served.library)
    client = served.client()
    sent = {"csrf": csrf(client), **wrong}
    answer = client.post(f"/digests/{digest}/shares", data=sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert served.library.shares.of(OWNER) == ()
    share = served.library.shares.make(OWNER, digest)
    assert client.post(f"/shares/{share.token}", data=sent).status_code == 422
    assert served.library.shares.of(OWNER) == (share,)


def test_shares_of_others_are_not_found_and_not_changed(team: Served) -> None:
    ada = team.library.accounts.named("ada")
    digest = kept(team.library, account=ada.id)
    share = team.library.shares.make(ada.id, digest)
    ben = team.signed_in("ben")
    sent = {"csrf": csrf(ben)}
    assert ben.get(f"/shares/{share.token}").status_code == 404
    for path in (f"/shares/{share.token}", f"/shares/{share.token}/revoke", f"/digests/{digest}/shares"):
        assert ben.post(path, data=sent).status_code == 404
    assert share.token not in ben.get("/shares").text
    assert team.library.shares.of(ada.id) == (share,)
    assert team.client().get("/shares").status_code == 303


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_form_of_another_site_changes_nothing(served: Served, secret: str) -> None:
    digest = kept(served.library)
    share = served.library.shares.make(OWNER, digest)
    client = served.client()
    for path in (f"/shares/{share.token}", f"/shares/{share.token}/revoke", f"/digests/{digest}/shares"):
        assert client.post(path, data={"csrf": secret, "listed": "yes"}).status_code == 403
    assert served.library.shares.of(OWNER) == (share,)


# The feed

ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(served: Served) -> str:
    return f"/feeds/{served.library.accounts.get(OWNER).feed}.atom"


def test_the_feed_has_the_listed_and_open_shares_and_what_atom_asks_for(served: Served) -> None:
    library, client = served.library, served.client()
    digest, other = kept(library), kept(library, JAPANESE, JAPANESE_DOCUMENT)
    listed = library.shares.make(OWNER, digest, shared_by="Ada Okafor", listed=True)
    library.shares.make(OWNER, digest)
    library.shares.revoke(OWNER, library.shares.make(OWNER, digest, listed=True).token)
    ended(library, library.shares.make(OWNER, digest, listed=True))
    nameless = library.shares.make(OWNER, other, listed=True)
    answer = client.get(feed_of(served))
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["x-robots-tag"] == "noindex"
    root = ET.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{ATOM}{name}")) == 1
    own = root.find(f"{ATOM}link[@rel='self']")
    assert own is not None
    assert own.get("href") == served.url + feed_of(served)
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        for name in ("id", "title", "updated", "summary"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1, name
        assert (entry.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
        datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "")
    links = {link.get("href") for entry in entries for link in entry.findall(f"{ATOM}link[@rel='alternate']")}
    assert links == {f"{served.url}/s/{listed.token}", f"{served.url}/s/{nameless.token}"}
    assert {entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries} == {"Ada Okafor", None}
    assert len({entry.findtext(f"{ATOM}id") for entry in entries} | {root.findtext(f"{ATOM}id")}) == 3
    assert feed_of(served) in client.get("/shares").text


def test_the_feed_is_sent_again_only_when_it_has_changed(served: Served) -> None:
    library, client = served.library, served.client()
    share = library.shares.make(OWNER, kept(library), listed=True)
    tag = {"If-None-Match": client.get(feed_of(served)).headers["etag"]}
    assert client.get(feed_of(served), headers=tag).status_code == 304
    library.shares.revoke(OWNER, share.token)
    answer = client.get(feed_of(served), headers=tag)
    assert answer.status_code == 200
    assert share.token not in answer.text


def test_the_feed_of_hostile_digests_is_xml(served: Served) -> None:
    library = served.library
    library.shares.make(OWNER, kept(library, hostile_digest(), hostile_document()), shared_by="]]><x>&", listed=True)
    odd = replace(FERRY, title="a\x00b\ufffe\ud83d<c", location="javascript:alert(1)")
    with pytest.raises(UnicodeEncodeError):
        odd.title.encode()
    library.shares.make(OWNER, kept(library, replace(odd, title="a\x00b\ufffe<c")), listed=True)
    root = ET.fromstring(served.client().get(feed_of(served)).content)
    assert len(root.findall(f"{ATOM}entry")) == 2
    assert {link.get("href", "")[:5] for link in root.iter(f"{ATOM}link")} == {"http:"}


# In a browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed: shares are not tested in a browser"
)
WATCH = """
window.complaints = [];
document.addEventListener("securitypolicyviolation", (event) => window.complaints.push(event.violatedDirective));
window.alert = () => window.complaints.push("alert");
"""
HOSTILE_NAME = "</title><img src=x onerror=alert(1)>\"'><svg onload=alert(1)> {{ 7*7 }}"
# What sanitizers and parsers have been fooled by (mutation XSS): each would become another tree when parsed again.
MUTANTS = (
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<a href="java\tscript:alert(1)">x</a> <a href=data:text/html,<script>alert(1)</script>>x</a>',
    "[x](javascript:alert(1)) ![y](https://evil.example/y.png) <https://evil.example/z>",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@dataclass
class Visit:
    """A tab with everything that it asked for or complained of."""

    context: BrowserContext
    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def check(self, *origins: str) -> None:
        assert [url for url in self.requests if not url.startswith(origins)] == []
        assert self.complaints + self.page.evaluate("window.complaints || []") == []


def visit(browser: Browser, address: str, *, width: int = 1440, script: bool = True, dark: bool = False) -> Visit:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    context.add_init_script(WATCH)
    seen = Visit(context=context, page=context.new_page())
    context.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("dialog", lambda dialog: seen.complaints.append(dialog.message))
    seen.page.goto(address)
    return seen


def mutant_digest() -> Digest:
    bullets = tuple(replace(bullet, text=text) for bullet, text in zip(FERRY.abstract * 3, MUTANTS, strict=True))
    return replace(
        FERRY,
        title=MUTANTS[0],
        site=MUTANTS[1],
        authors=MUTANTS[2:4],
        abstract=bullets,
        location="data:text/html,<script>alert(1)</script>",
        citations=tuple(replace(c, text=MUTANTS[c.id % len(MUTANTS)]) for c in FERRY.citations),
    )


@needs_browser
@pytest.mark.parametrize("with_source", [False, True], ids=["excerpts", "source"])
@pytest.mark.parametrize("kind", ["words", "mutants"])
def test_nothing_in_a_hostile_digest_runs_loads_or_leads_away(
    browser: Browser, hall: Served, tmp_path: Path, kind: str, with_source: bool
) -> None:
    library = hall.library
    digest, document = (hostile_digest(), hostile_document()) if kind == "words" else (mutant_digest(), DOCUMENT)
    item = library.digests.keep(
        OWNER, digest, document, tags=("<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>')
    )
    share = library.shares.make(OWNER, item.id, shared_by=HOSTILE_NAME, with_source=with_source, listed=True)
    file = tmp_path / "digest.html"
    file.write_bytes(hall.client().get(f"/s/{share.token}/digest.html").content)
    for address in (f"{hall.url}/s/{share.token}", file.as_uri()):
        seen = visit(browser, address)
        seen.page.locator(".answers .bullet").first.click()
        text = line(seen.page.locator("body").inner_text())
        for words in HOSTILE_WORDS if kind == "words" else MUTANTS:
            assert line(words) in text
        assert HOSTILE_NAME in text
        assert seen.page.locator("img, svg, iframe, math, noscript").count() == 0
        links = seen.page.eval_on_selector_all("a", "all => all.map(one => one.href)")
        own = address.partition("#")[0]
        assert [link for link in links if not link.startswith((f"{own}#", f"{own}/digest.html"))] == []
        seen.check(hall.url, file.as_uri())
        seen.context.close()


@needs_browser
def test_hostile_names_titles_and_tags_are_text_where_shares_are_made_and_listed(
    browser: Browser, hall: Served
) -> None:
    library = hall.library
    item = library.digests.keep(OWNER, hostile_digest(), hostile_document(), tags=("<img src=x onerror=alert(1)>",))
    share = library.shares.make(OWNER, item.id, shared_by=HOSTILE_NAME, listed=True)
    for path in ("/shares", f"/shares/{share.token}", f"/digests/{item.id}"):
        seen = visit(browser, hall.url + path)
        assert seen.page.locator("main img, main svg, main iframe").count() == 0
        seen.check(hall.url)
        seen.context.close()


@needs_browser
def test_the_page_shows_what_a_bullet_rests_on_by_click_key_and_mouse(browser: Browser, hall: Served) -> None:
    share = hall.library.shares.make(OWNER, kept(hall.library), with_source=True)
    seen = visit(browser, f"{hall.url}/s/{share.token}")
    lit = "found => found.map(one => one.id)"
    seen.page.get_by_text("Tomas Reyk wants the state to pay").click()
    assert seen.page.eval_on_selector_all(".sentence.lit", lit) == ["s17", "s18"]
    seen.page.keyboard.press("Escape")
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("Enter")
    assert seen.page.eval_on_selector_all(".sentence.lit", lit)
    seen.page.keyboard.press("Escape")
    seen.page.get_by_text("Its battery charges in 18 minutes").hover()
    expect(seen.page.locator(".sentence.hinted")).to_have_id("s11")
    seen.page.keyboard.press("?")
    expect(seen.page.locator("#help")).to_be_visible()
    seen.check(hall.url)
    seen.context.close()


@needs_browser
def test_without_script_the_page_reads_and_its_numbers_lead_to_the_sentences(browser: Browser, hall: Served) -> None:
    share = hall.library.shares.make(OWNER, kept(hall.library))
    seen = visit(browser, f"{hall.url}/s/{share.token}", script=False)
    seen.page.locator(".cite", has_text="18").click()
    assert seen.page.url.endswith("#s18")
    expect(seen.page.locator("#keys")).to_be_hidden()
    assert seen.complaints == []
    seen.context.close()


@needs_browser
def test_a_link_is_made_copied_changed_and_revoked(browser: Browser, served: Served) -> None:
    digest = kept(served.library)
    seen = visit(browser, f"{served.url}/digests/{digest}")
    page = seen.page
    seen.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.url)
    page.locator("#share summary").click()
    expect(page.get_by_label("Last day")).to_be_hidden()
    page.get_by_label("The link is open").select_option("date")
    page.get_by_label("Last day").fill("2030-05-01")
    page.get_by_label("Name shown").fill("Ada Okafor")
    page.get_by_role("button", name="Make a link").click()
    page.wait_for_url("**/shares/*")
    (share,) = served.library.shares.of(OWNER)
    assert share.expires == "2030-05-01T23:59:59Z"
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{served.url}/s/{share.token}"
    page.get_by_label("The whole text").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("The whole text")).to_be_checked()
    assert served.library.shares.get(OWNER, share.token) == replace(share, with_source=True)
    page.get_by_role("link", name="All shares").click()
    page.get_by_role("link", name=re.compile("Revoke")).click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Revoked", exact=True)).to_be_visible()
    assert served.client().get(f"/s/{share.token}").status_code == 404
    seen.check(served.url)
    seen.context.close()


@needs_browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_are_accessible_and_fit_a_phone(browser: Browser, hall: Served, dark: bool) -> None:
    library, axe = hall.library, Axe()
    digest, other = kept(library), kept(library, ARABIC, ARABIC_DOCUMENT)
    listed = library.shares.make(
        OWNER, digest, shared_by="Ada Okafor", with_source=True, listed=True, expires="2030-01-01"
    )
    arabic = library.shares.make(OWNER, other, shared_by="Layla")
    revoked = library.shares.revoke(OWNER, library.shares.make(OWNER, digest).token)
    ended(library, library.shares.make(OWNER, digest))
    paths = (
        "/shares",
        f"/shares/{listed.token}",
        f"/shares/{revoked.token}",
        f"/s/{listed.token}",
        f"/s/{arabic.token}",
    )
    for path in (*paths, "/s/nothing"):
        seen = visit(browser, hall.url + path, width=380, dark=dark)
        found = axe.run(seen.page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == [], path
        assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        seen.context.close()

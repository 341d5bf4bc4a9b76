"""Attacks on the server end at its gate: forged requests, foreign names, guessed passwords, other people's things."""

from __future__ import annotations

import json
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi.routing import iter_route_contexts
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from aili.library.attempts import PER_ACCOUNT, PER_PEER
from aili.store import accounts as rows
from aili.store.records import OWNER, SCOPES, Wish, now
from aili.store.tables import attempts, sessions
from aili.web.pages.signing import own_path
from aili.web.security import forwarded, networks
from tests.servers import page, serve
from tests.test_render_samples import DOCUMENT, FERRY
from tests.web import PASSWORD, Served, csrf, serving_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# What whoever asks may see, each for a reason; every other route is somebody's own.
PUBLIC = (
    "/sign-in",  # who nobody is yet
    "/help",  # words only
    "/s/",  # shares: whoever has the link
    "/feeds/",
    "/api/v1/openapi.json",  # how to ask
    "/api/v1/docs",
    "/api/v1/health",  # that it runs
    "/robots.txt",
)


def public(route: str) -> bool:
    return any(route.startswith(one) if one.endswith("/") else route == one for one in PUBLIC)


def routes(served: Served) -> list[tuple[str, str]]:
    """Method and path of everything that the app answers, beside files."""
    found = {
        (method, path)
        for route in iter_route_contexts(served.server.config.app.routes)  # type: ignore[union-attr]
        for path in [getattr(route, "path", None) or getattr(getattr(route, "original_route", None), "path", "")]
        for method in (
            getattr(route, "methods", None) or getattr(getattr(route, "original_route", None), "methods", ())
        )
        if method not in ("HEAD", "OPTIONS") and path
    }
    assert len(found) > 40, found
    return sorted(found)


class Things:
    """Things of one account, and paths to them in the place of a route's parameters."""

    def __init__(self, served: Served, name: str) -> None:
        library = served.library
        self.account = library.accounts.named(name)
        own = library.digests.keep(self.account.id, FERRY, DOCUMENT, tags=(f"tag-of-{name}",))
        self.digest = own.id
        self.job = library.jobs.submit(self.account.id, Wish(reference=f"http://127.0.0.1:9/job-of-{name}")).id
        self.share = library.shares.make(self.account.id, own.id, shared_by=f"share-of-{name}").token
        self.token = library.accounts.make_token(self.account.id, f"token-of-{name}", ("read",))[1].id
        self.marks = (self.digest, self.job, self.share, self.token, f"-of-{name}", FERRY.title)

    def path(self, route: str) -> str:
        """The route's path with this account's things in it."""
        names = {
            "/accounts/": self.account.id,
            "/digests/": self.digest,
            "/jobs/": self.job,
            "/shares/": self.share,
            "/tokens/": self.token,
            "/s/": self.share,
            "/feeds/": self.account.feed,
        }

        def named(match: re.Match[str]) -> str:
            before = route[: match.start()]
            last = max(names, key=lambda name: before.rfind(name))
            if before.endswith(last):
                return names[last]
            return {"suffix": "json", "format": "json", "tag": "bridge"}.get(match[1], "1")

        return re.sub(r"\{(\w+)(?::\w+)?\}", named, route)


def said(answer: httpx2.Response, path: str) -> str:
    """What an answer says beside what it was asked with."""
    text = answer.text
    for asked in filter(None, path.split("/")):
        text = text.replace(asked, "")
    return text


def ask(client: httpx2.Client, method: str, path: str, secret: str = "") -> httpx2.Response:
    """Ask as a person does: pages by form, REST by JSON."""
    if method == "GET":
        return client.get(path)
    if path.startswith("/api/"):
        return client.request(method, path, json={})
    return client.request(method, path, data={"csrf": secret})


def test_every_route_is_either_public_for_a_reason_or_closed_to_strangers(team: Served) -> None:
    ada = Things(team, "ada")
    answered = {}
    for method, route in routes(team):
        answer = ask(team.client(), method, ada.path(route))
        answered[method, route] = answer.status_code
        if public(route):
            continue
        assert not [mark for mark in ada.marks if mark in said(answer, ada.path(route))], (method, route)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/sign-in"), (method, route)
    opened = {key for key, status in answered.items() if status not in (303, 401, 404) and not public(key[1])}
    assert opened == set()


def test_nobody_reaches_another_members_things(team: Served) -> None:
    ada, ben = Things(team, "ada"), team.signed_in("ben")
    secret = csrf(ben, "/settings")
    for method, route in routes(team):
        if public(route) or route in ("/sign-out", "/settings/sign-out"):
            continue
        path = ada.path(route)
        answer = ask(ben, method, path, secret)
        shown = said(answer, path)
        assert not [mark for mark in ada.marks if mark in shown], (method, route, answer.status_code)
        if path != route:
            # Where what was sent is wrong already, it makes no difference whose the thing is, or whether it is there.
            other = ask(ben, method, re.sub(r"\{\w+(?::\w+)?\}", "nothing-of-anyone", route), secret)
            assert answer.status_code in (400, 403, 404, 422), (method, route, answer.status_code)
            assert answer.status_code == other.status_code, (method, route)
    library = team.library
    assert library.digests.get(ada.account.id, ada.digest).tags == ("tag-of-ada",)
    assert library.jobs.get(ada.account.id, ada.job)
    assert library.shares.get(ada.account.id, ada.share).revoked == ""
    assert [token.id for token in library.accounts.tokens(ada.account.id)] == [ada.token]
    assert library.accounts.get(ada.account.id).disabled is False


def test_what_is_another_members_is_answered_like_what_is_not_there(team: Served) -> None:
    ada, ben = Things(team, "ada"), team.signed_in("ben")
    for path, own in (("/digests/{}", ada.digest), ("/jobs/{}", ada.job), ("/api/v1/jobs/{}", ada.job)):
        theirs, nothing = ben.get(path.format(own)), ben.get(path.format("x" * len(own)))
        assert theirs.status_code == nothing.status_code == 404
        assert theirs.text.replace(own, "x" * len(own)) == nothing.text


def test_the_events_of_a_job_are_its_owners_only(team: Served) -> None:
    ada, ben = Things(team, "ada"), team.signed_in("ben")
    assert ben.get(f"/api/v1/jobs/{ada.job}/events").status_code == 404
    assert team.client().get(f"/api/v1/jobs/{ada.job}/events").status_code == 401


def test_the_owner_administers_and_members_find_no_such_page(team: Served) -> None:
    ada = Things(team, "ada")
    ben, owner = team.signed_in("ben"), team.signed_in()
    secret = csrf(ben, "/settings")
    for method, route in routes(team):
        if route.startswith("/admin"):
            assert ask(ben, method, ada.path(route), secret).status_code == 404, route
    shown = owner.get("/admin").text
    assert "ada" in shown
    assert "1 digest" in shown
    assert FERRY.title not in shown
    for mark in (ada.digest, ada.job, ada.share, ada.token):
        assert mark not in shown


# Forged requests (attack 23)


def test_no_form_is_taken_without_the_pages_secret(served: Served) -> None:
    served.library.digests.keep(OWNER, FERRY, DOCUMENT)
    own = Things(served, "owner")
    client = served.client()
    forms = [(method, route) for method, route in routes(served) if method != "GET"]
    assert len([route for _, route in forms if not route.startswith("/api/")]) > 12
    for method, route in forms:
        for sent in ({"data": {"a": "b"}}, {"data": {"csrf": "guess"}}, {"files": {"file": b"text"}}):
            answer = client.request(method, own.path(route), **sent)
            assert answer.status_code == 403, (method, route, sent, answer.status_code)
    plain = client.post(
        "/api/v1/jobs", content='{"reference": "http://127.0.0.1/"}', headers={"Content-Type": "text/plain"}
    )
    assert plain.status_code == 403
    assert [job.id for job in served.library.jobs.list(OWNER)] == [own.job]


FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_change_that_another_site_sends_is_refused_whatever_it_brings(
    served: Served, headers: dict[str, str]
) -> None:
    client = served.client()
    secret = csrf(client)
    form = {"csrf": secret, "reference": "http://127.0.0.1:9/"}
    assert client.post("/jobs", data=form, headers=headers).status_code == 403
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.request(method, "/api/v1/jobs", json={}, headers=headers).status_code == 403, method
    assert served.library.jobs.list(OWNER) == ()


def test_our_own_pages_changes_are_taken(served: Served) -> None:
    client = served.client()
    secret = csrf(client)
    for headers in (
        {},
        {"Origin": served.url, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": served.url},
        {"Sec-Fetch-Site": "none"},
    ):
        form = {"csrf": secret, "shared_by": "Ada"}
        assert client.post("/settings", data=form, headers=headers).status_code == 303, headers
    assert client.post("/settings", data={"a": "b"}, headers={"X-CSRF-Token": secret}).status_code == 303


def test_a_program_on_this_machine_needs_no_secret_for_what_no_form_can_send(served: Served) -> None:
    client = served.client()
    made = client.post("/api/v1/jobs", json={"reference": "http://127.0.0.1:9/"})
    assert made.status_code in (201, 202), made.text


def test_another_site_cannot_look_into_our_pages(served: Served) -> None:
    client = served.client()
    for mode, dest in (("no-cors", "image"), ("no-cors", "script"), ("cors", "empty"), ("navigate", "iframe")):
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        assert client.get("/library", headers=headers).status_code == 403, headers
        assert client.get("/api/v1/digests", headers=headers).status_code == 403, headers
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/library", headers=followed).status_code == 200
    answer = client.options("/api/v1/digests", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


# Foreign names and proxies (attacks 23, 24)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:8017", 421),
        ("10.0.0.7", 421),
        ("2130706433", 421),
        ("evil@127.0.0.1", 421),
        ("127.0.0.1/x", 421),
        ("", 421),
        ("localhost", 200),
        ("LOCALHOST:8017", 200),
        ("localhost.", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8017", 200),
    ],
)
def test_only_its_own_names_are_answered(served: Served, host: str, status: int) -> None:
    for path in ("/", "/api/v1/digests", "/static/app.css", "/s/none"):
        answer = served.client().get(path, headers={"Host": host})
        assert answer.status_code in ({status} if status != 200 or path != "/s/none" else {404}), path
    if status == 421:
        assert "public-url" in answer.text


def test_a_request_without_one_host_is_refused(served: Served) -> None:
    for lines in (b"", b"Host: 127.0.0.1\r\nHost: evil.example\r\n"):
        with socket.create_connection(("127.0.0.1", served.serving.port), timeout=30) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\n" + lines + b"Connection: close\r\n\r\n")
            assert raw.recv(64).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP"])
def test_a_proxy_in_front_of_an_open_library_shows_nobody_anything(served: Served, name: str) -> None:
    answer = served.client().get("/library", headers={name: "203.0.113.9"})
    assert answer.status_code == 403
    assert "--login" in answer.text


def test_where_people_sign_in_an_address_is_a_name_too(team: Served) -> None:
    assert team.client().get("/sign-in", headers={"Host": "192.168.1.7:8017"}).status_code == 200
    assert team.client().get("/sign-in", headers={"Host": "evil.example"}).status_code == 421


def test_a_public_address_is_answered_to_and_its_pages_are_ours(tmp_path: Path) -> None:
    with serving_app(tmp_path / "public", login=True, public_url="https://aili.example.org") as served:
        client = served.client(headers={"Host": "aili.example.org"})
        answer = client.get("/sign-in")
        assert answer.status_code == 200
        assert "strict-transport-security" in answer.headers
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-aili-form=")
        assert {"HttpOnly", "Secure", "Path=/"} <= set(cookie.split("; "))
        secret = cookie.partition("=")[2].partition(";")[0]
        for origin, status in (
            ("https://aili.example.org", 303),
            ("http://aili.example.org", 303),
            ("https://b.example", 403),
        ):
            form = {"name": "owner", "password": PASSWORD, "csrf": secret}
            headers = {"Origin": origin, "Cookie": f"__Host-aili-form={secret}"}
            signed = client.post("/sign-in", data=form, headers=headers)
            assert signed.status_code == status, origin
            if status == 303:
                assert re.match(r"__Host-aili=[\w-]{43}; ", signed.headers["set-cookie"])
                assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(signed.headers["set-cookie"].split("; "))


def guess(client: httpx2.Client, secret: str, name: str, **headers: str) -> int:
    form = {"name": name, "password": "wrong every time", "csrf": secret}
    return client.post("/sign-in", data=form, headers=headers).status_code


def peers(served: Served) -> set[str]:
    """The addresses from which somebody tried to sign in."""
    with served.library.store.reading() as connection:
        whats = connection.execute(select(attempts.c.what)).scalars().all()
    return {what.removeprefix("peer:") for what in whats if what.startswith("peer:")}


def test_naming_other_addresses_helps_no_guesser(team: Served) -> None:
    client = team.client()
    secret = csrf(client, "/sign-in")
    with team.library.store.writing() as connection:
        for _ in range(PER_PEER - 1):
            rows.insert_attempts(connection, ("peer:127.0.0.1",), time.time())
    statuses = [
        guess(client, secret, f"name{number}", **{"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": "203.0.113.1"})
        for number in range(4)
    ]
    assert statuses == [403, 429, 429, 429]
    assert peers(team) == {"127.0.0.1"}


def test_a_trusted_proxys_clients_are_told_apart(tmp_path: Path) -> None:
    with serving_app(tmp_path / "proxied", login=True, trusted_proxies=("127.0.0.0/8",)) as served:
        client = served.client()
        secret = csrf(client, "/sign-in")
        for chain in ("198.51.100.1", "6.6.6.6, 198.51.100.2", "6.6.6.6, 198.51.100.3, 127.0.0.2", "nonsense"):
            assert guess(client, secret, "owner", **{"X-Forwarded-For": chain}) == 403
        assert peers(served) == {"198.51.100.1", "198.51.100.2", "198.51.100.3", "127.0.0.1"}
        secure = client.get("/sign-in", headers={"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "https"})
        assert secure.headers["set-cookie"].startswith("__Host-aili-form=")
        assert "strict-transport-security" in secure.headers
        assert "strict-transport-security" not in client.get("/sign-in").headers


@given(st.lists(st.text(st.characters(max_codepoint=255), max_size=40), max_size=4), st.text(max_size=10))
def test_whatever_a_client_writes_the_peer_is_an_address(lines: list[str], proto: str) -> None:
    headers = [(b"x-forwarded-for", line.encode("latin-1")) for line in lines]
    headers.append((b"x-forwarded-proto", proto.encode("utf-8")))
    trusted = networks(["10.0.0.0/8"])
    from_proxy = {"type": "http", "client": ("10.0.0.1", 1), "scheme": "http", "headers": headers}
    forwarded(from_proxy, trusted)
    assert networks([from_proxy["client"][0]])  # type: ignore[list-item, index]
    assert from_proxy["scheme"] in ("http", "https")
    direct = {"type": "http", "client": ("192.0.2.1", 1), "scheme": "http", "headers": headers}
    forwarded(direct, trusted)
    assert (direct["client"], direct["scheme"]) == (("192.0.2.1", 1), "http")


# Signing in and out (attack 24)


def test_the_page_that_was_asked_for_comes_after_signing_in(team: Served) -> None:
    client = team.client()
    asked = client.get("/library?q=ferry&tag=a%20b")
    assert asked.status_code == 303
    address = asked.headers["location"]
    wanted = re.search(r'name="next" value="([^"]*)"', client.get(address).text)
    assert wanted
    next_ = wanted[1].replace("&amp;", "&")
    form = {"name": "ada", "password": PASSWORD, "csrf": csrf(client, address), "next": next_}
    assert client.post("/sign-in", data=form).headers["location"] == "/library?q=ferry&tag=a%20b"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
        "/\t/evil.example",
        "\n//evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http:evil.example",
        "/sign-in?next=/sign-in",
        "",
    ],
)
def test_nobody_is_led_to_another_site(team: Served, wanted: str) -> None:
    client = team.client()
    form = {"name": "ada", "password": PASSWORD, "csrf": csrf(client, "/sign-in"), "next": wanted}
    assert client.post("/sign-in", data=form).headers["location"] == "/"
    assert client.get("/sign-in", params={"next": wanted}).headers["location"] == "/"


@given(
    st.text(max_size=30)
    | st.builds("{}{}".format, st.sampled_from(["/", "//", "/\\", "/%2f", "/.//"]), st.text(max_size=12))
)
def test_a_path_to_go_on_to_is_always_on_this_server(wanted: str) -> None:
    parts = urlsplit(own_path(wanted))
    assert (parts.scheme, parts.netloc) == ("", "")
    assert parts.path.startswith("/")
    assert not re.match(r"[/\\]{2}", own_path(wanted))


def test_a_session_is_new_at_each_sign_in_and_the_former_one_ends(team: Served) -> None:
    client = team.client()
    client.cookies.set("aili", "chosen-by-somebody-else", domain="127.0.0.1")
    form = {"name": "ada", "password": PASSWORD, "csrf": csrf(client, "/sign-in")}
    first = client.post("/sign-in", data=form)
    assert first.status_code == 303
    former = re.search(r"aili=([\w-]{43});", first.headers["set-cookie"])
    assert former
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(first.headers["set-cookie"].split("; "))
    form["csrf"] = csrf(client, "/settings")
    again = client.post("/sign-in", data=form)
    assert again.status_code == 303
    assert former[1] not in again.headers["set-cookie"]
    assert team.library.accounts.session(former[1]) is None


def test_the_browser_keeps_its_cookie_as_long_as_the_session_lasts(team: Served) -> None:
    client = team.signed_in("ada")
    secret = client.cookies["aili"]
    for hours, kept in ((1, True), (24 * 29.5, False)):
        with team.library.store.writing() as connection:
            connection.execute(update(sessions).values(expires=now(ahead=hours * 3_600)))
        cookie = client.get("/library").headers.get("set-cookie", "")
        assert cookie.startswith(f"aili={secret}; HttpOnly; Max-Age=2592000;") is kept, cookie


def test_signing_out_ends_the_session_on_the_server(team: Served) -> None:
    client = team.sign_in("ada")
    secret = client.cookies["aili"]
    assert client.post("/sign-out", data={"csrf": csrf(client, "/settings")}).headers["location"] == "/sign-in"
    assert "aili" not in client.cookies
    assert team.library.accounts.session(secret) is None
    assert client.get("/library").status_code == 303


def test_a_guessed_password_is_answered_with_a_wait(team: Served) -> None:
    client = team.client()
    secret = csrf(client, "/sign-in")
    with team.library.store.writing() as connection:
        for _ in range(PER_ACCOUNT - 1):
            rows.insert_attempts(connection, ("account:ada",), time.time())
    assert [guess(client, secret, "ada"), guess(client, secret, "ADA ")] == [403, 429]
    right = client.post("/sign-in", data={"name": "ada", "password": PASSWORD, "csrf": secret})
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0
    assert "seconds" in right.text


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(team: Served) -> None:
    client = team.client()
    secret = csrf(client, "/sign-in")
    answers = []
    for name in ("ada", "nobody"):
        answer = client.post("/sign-in", data={"name": name, "password": "not this one", "csrf": secret})
        answers.append((answer.status_code, answer.text.replace(name, "NAME")))
    assert answers[0] == answers[1]


def test_the_sign_in_form_of_another_site_signs_nobody_in(team: Served) -> None:
    client = team.client()
    for secret in ("", "guess"):
        form = {"name": "ada", "password": PASSWORD, "csrf": secret}
        assert client.post("/sign-in", data=form).status_code == 403


def test_on_this_machine_alone_there_is_nothing_to_sign_in_to(served: Served) -> None:
    client = served.client()
    assert client.get("/sign-in").headers["location"] == "/"
    assert "Sign out" not in client.get("/").text


def test_a_new_password_keeps_this_browser_and_ends_the_others(team: Served) -> None:
    here, elsewhere = team.signed_in("ada"), team.signed_in("ada")
    form = {
        "csrf": csrf(here, "/settings"),
        "current": "not this one",
        "password": "a new one to keep",
        "again": "a new one to keep",
    }
    wrong = here.post("/settings/password", data=form)
    assert wrong.status_code == 403
    assert elsewhere.get("/library").status_code == 200
    form["current"] = PASSWORD
    assert here.post("/settings/password", data=form | {"again": "typed otherwise"}).status_code == 422
    done = here.post("/settings/password", data=form)
    assert done.status_code == 200, done.text
    assert here.get("/library").status_code == 200
    assert elsewhere.get("/library").status_code == 303
    again = here.post("/settings", data={"csrf": csrf(here, "/settings")})
    assert again.status_code == 303


def test_signing_out_everywhere_ends_every_session(team: Served) -> None:
    here, elsewhere = team.signed_in("ada"), team.signed_in("ada")
    other = team.signed_in("ben")
    answer = here.post("/settings/sign-out", data={"csrf": csrf(here, "/settings")})
    assert answer.headers["location"] == "/sign-in"
    assert [client.get("/library").status_code for client in (here, elsewhere, other)] == [303, 303, 200]


# Tokens


def test_a_token_is_shown_once_and_lets_a_program_in(team: Served) -> None:
    client = team.signed_in("ada")
    form = {"csrf": csrf(client, "/settings"), "name": "my script", "scopes": ["read", "write"], "expires": "30"}
    made = client.post("/settings/tokens", data=form)
    assert made.status_code == 303
    place = made.headers["location"]
    assert "aili_" not in place + made.text + team.signed_in("ben").get(place).text
    shown = client.get(place)
    found = re.search(r"aili_[\w-]{43}", shown.text)
    assert found, shown.text
    assert found[0] not in client.get("/settings").text
    again = client.get(place).text
    assert found[0] not in again
    assert "was shown once" in again
    program = team.client(headers={"Authorization": f"Bearer {found[0]}"})
    assert program.get("/api/v1/digests").status_code == 200
    assert program.post("/api/v1/jobs", json={"reference": "http://127.0.0.1:9/"}).status_code in (201, 202)
    (token,) = team.library.accounts.tokens(team.library.accounts.named("ada").id)
    assert (token.name, token.scopes) == ("my script", ("read", "write"))
    revoked = client.post(f"/settings/tokens/{token.id}/revoke", data={"csrf": csrf(client, "/settings")})
    assert revoked.status_code == 303
    assert program.get("/api/v1/digests").status_code == 401


def test_a_token_does_what_it_was_made_for_and_no_more(team: Served) -> None:
    ada = Things(team, "ada")
    reader, _ = team.library.accounts.make_token(ada.account.id, "reader", ("read",))
    program = team.client(headers={"Authorization": f"Bearer {reader}"})
    assert program.get(f"/api/v1/digests/{ada.digest}").status_code == 200
    for method, route in routes(team):
        if method != "GET" and not public(route):
            answer = ask(program, method, ada.path(route))
            assert answer.status_code in (303, 401, 403, 404), (method, route, answer.status_code)
    assert team.library.digests.get(ada.account.id, ada.digest).tags == ("tag-of-ada",)
    assert team.library.shares.get(ada.account.id, ada.share).revoked == ""


@pytest.mark.parametrize("sent", ["Bearer", "Bearer x", "Bearer aili_guess", "bearer \tx", "Basic b3duZXI6", "x"])
def test_a_token_that_is_none_lets_nobody_in(team: Served, sent: str) -> None:
    assert team.client(headers={"Authorization": sent}).get("/api/v1/digests").status_code == 401


def test_a_wrong_token_is_nobody_even_on_this_machine_and_beside_a_session(served: Served, team: Served) -> None:
    headers = {"Authorization": "Bearer aili_guess"}
    assert served.client(headers=headers).get("/api/v1/digests").status_code == 401
    assert team.signed_in("ada").get("/api/v1/digests", headers=headers).status_code == 401


# What comes with every answer (attacks 19-21)

NEVER = ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "*", "http:", "https:")


def test_every_answer_says_what_a_browser_may_do_with_it(team: Served) -> None:
    ada, client = Things(team, "ada"), team.signed_in("ada")
    strange: list[Callable[[], httpx2.Response]] = [
        lambda: client.get("/nothing/here"),
        lambda: client.get("/", headers={"Host": "evil.example"}),
        lambda: client.get("/static/app.css"),
        lambda: client.get("/static/none.css"),
        lambda: client.post("/jobs", data={}),
        lambda: client.delete("/library"),
        lambda: client.get("/api/v1/nothing"),
        lambda: client.head("/library"),
        lambda: team.client().get("/library"),
    ]
    gets = [route for method, route in routes(team) if method == "GET" and "events" not in route]
    for look in [*strange, *(partial(client.get, ada.path(route)) for route in gets)]:
        answer = look()
        headers, name = answer.headers, str(answer.request.url)
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), name
        assert "frame-ancestors 'none'" in policy, name
        assert "base-uri 'none'" in policy, name
        assert not [word for word in NEVER if word in policy.split()], name
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers["x-frame-options"] == "DENY", name
        assert headers["referrer-policy"] in ("same-origin", "no-referrer"), name
        assert "cross-origin-opener-policy" in headers, name
        assert "cross-origin-resource-policy" in headers, name
        assert "permissions-policy" in headers, name
        assert "server" not in headers, name
        assert "access-control-allow-origin" not in headers, name
        if not re.search(r"/(static|s|feeds)/|/api/v1/(docs|openapi)|/help$", name):
            assert "no-store" in headers["cache-control"] or "private" in headers["cache-control"], name


def test_files_are_kept_by_the_browser(served: Served) -> None:
    address = re.search(r'href="(/static/app\.css[^"]*)"', served.client().get("/").text)
    assert address
    assert "max-age" in served.client().get(address[1]).headers["cache-control"]


# Too much (attack 24)


def test_more_than_is_allowed_is_refused(tmp_path: Path) -> None:
    with serving_app(tmp_path / "small", fetch_megabytes=1.0) as served:
        client = served.client()
        secret = csrf(client)
        large = client.post("/jobs", data={"csrf": secret}, files={"file": ("a.txt", b"a " * 1_500_000)})
        assert large.status_code == 413
        assert "larger than 1 MB" in large.text
        form = client.post("/settings", data={"csrf": secret, "shared_by": "x" * 1_100_000})
        assert form.status_code == 413
        rest = client.post(
            "/api/v1/jobs", content=b'"' + b"x" * 2_100_000, headers={"Content-Type": "application/json"}
        )
        assert rest.status_code == 413
        assert rest.headers["content-type"] == "application/problem+json"

        def unannounced() -> Iterator[bytes]:
            for _ in range(40):
                yield b"x" * 100_000

        chunked = client.post("/api/v1/jobs", content=unannounced(), headers={"Content-Type": "application/json"})
        assert chunked.status_code == 413
        assert served.library.jobs.list(OWNER) == ()


def test_strangers_documents_are_not_even_taken_in(team: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aili.web.security.DRAIN_SECONDS", 0.1)
    head = b"POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    for more in (
        b"Content-Length: 9000000\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Cookie: aili=x\r\nContent-Length: 9000000\r\n",
    ):
        with socket.create_connection(("127.0.0.1", team.serving.port), timeout=20) as raw:
            raw.sendall(head + more + b"\r\n" + (b"" if b"chunked" in more else b"--b\r\n"))
            assert raw.recv(64).startswith(b"HTTP/1.1 401"), more


def test_strangers_documents_are_refused(team: Served) -> None:
    for client in (
        team.client(),
        team.client(cookies={"aili": "made-up"}),
        team.client(headers={"Authorization": "Bearer x"}),
    ):
        answer = client.post("/jobs", files={"file": ("a.txt", b"a " * 600_000)})
        assert answer.status_code == 401


def test_who_stops_in_the_middle_of_a_request_is_not_waited_for(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aili.web.security.BODY_SECONDS", 0.2)
    head = b"POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with socket.create_connection(("127.0.0.1", served.serving.port), timeout=30) as raw:
        raw.sendall(head + b"Content-Length: 1000\r\n\r\nreference=")
        answer = b""
        while more := raw.recv(4_096):  # until the server hangs up
            answer += more
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer.lower()


def test_a_length_that_is_none_is_refused(served: Served) -> None:
    for length in (b"-1", b"1e3", b"0x10", b"1, 2"):
        with socket.create_connection(("127.0.0.1", served.serving.port), timeout=30) as raw:
            raw.sendall(b"POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + length + b"\r\n\r\n")
            assert raw.recv(64).startswith(b"HTTP/1.1 400"), length


# The owner's page


def test_a_person_who_is_added_gets_a_password_that_is_shown_once(team: Served) -> None:
    owner = team.signed_in()
    place = owner.post("/admin/accounts", data={"csrf": csrf(owner, "/admin"), "name": "Cleo"}).headers["location"]
    shown = owner.get(place)
    made = re.search(r'class="secret"[^>]*>([a-z2-9-]{23})<', shown.text)
    assert made, shown.text
    assert made[1] not in owner.get("/admin").text + owner.get(place).text
    cleo = team.sign_in("cleo", made[1])
    assert cleo.get("/library").status_code == 200
    assert owner.post("/admin/accounts", data={"csrf": csrf(owner, "/admin"), "name": "cleo"}).status_code == 422


def test_a_person_is_kept_out_let_in_given_a_password_and_removed(team: Served) -> None:
    owner, ada = team.signed_in(), team.signed_in("ada")
    things = Things(team, "ada")
    secret, place = csrf(owner, "/admin"), f"/admin/accounts/{things.account.id}"
    assert owner.post(f"{place}/disable", data={"csrf": secret}).status_code == 303
    assert ada.get("/library").status_code == 303
    assert team.client().get(f"/s/{things.share}").status_code == 404
    assert owner.post(f"{place}/enable", data={"csrf": secret}).status_code == 303
    shown = owner.get(owner.post(f"{place}/password", data={"csrf": secret}).headers["location"]).text
    made = re.search(r'class="secret"[^>]*>([a-z2-9-]{23})<', shown)
    assert made
    assert team.sign_in("ada", made[1]).get("/library").status_code == 200
    assert "1 digest" in owner.get(f"{place}/remove").text
    refused = owner.post(f"{place}/remove", data={"csrf": secret, "name": "ben"})
    assert refused.status_code == 422
    assert "The name does not match" in refused.text
    assert 'href="/admin">Keep' in refused.text
    assert owner.post(f"{place}/remove", data={"csrf": secret, "name": "ada"}).status_code == 303
    assert [account.name for account in team.library.accounts.all()] == ["owner", "ben"]
    assert team.client().get(f"/s/{things.share}").status_code == 404
    assert team.library.store.faults() == ()


def test_the_owner_cannot_be_removed_or_disabled(team: Served) -> None:
    owner = team.signed_in()
    secret = csrf(owner, "/admin")
    assert owner.get("/admin/accounts/owner/remove").status_code == 404
    for act, more in (("remove", {"name": "owner"}), ("disable", {}), ("password", {})):
        assert owner.post(f"/admin/accounts/owner/{act}", data={"csrf": secret, **more}).status_code == 422
    assert team.library.accounts.get(OWNER).disabled is False


def test_names_of_people_are_text_on_the_page(team: Served) -> None:
    owner = team.signed_in()
    shown = owner.post("/admin/accounts", data={"csrf": csrf(owner, "/admin"), "name": "<script>alert(1)</script>"})
    assert shown.status_code == 422
    assert "<script>alert" not in shown.text


# In a real browser, where the browser decides


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: nothing is tested in a browser")
def test_a_browser_keeps_another_sites_page_out(served: Served) -> None:
    from playwright.sync_api import sync_playwright

    own = Things(served, "owner")
    attack = f"""<!doctype html><title>attack</title>
    <iframe name="sink"></iframe><iframe id="frame" src="{served.url}/library"></iframe>
    <form id="f" method="post" action="{served.url}/jobs" target="sink"><input name="reference" value="http://127.0.0.1:9/"></form>
    <form id="g" method="post" action="{served.url}/digests/{own.digest}/remove" target="sink" enctype="text/plain">
    <input name="a" value="b"></form>
    <script>
    const results = [];
    const ask = (path, options) => fetch("{served.url}" + path, options).then(
      (answer) => results.push(path + " " + answer.type), () => results.push(path + " refused"));
    f.submit(); setTimeout(() => g.submit(), 300);
    ask("/api/v1/digests", {{credentials: "include"}});
    ask("/api/v1/jobs", {{method: "POST", body: '{{"reference": "http://127.0.0.1:9/"}}', credentials: "include"}});
    ask("/api/v1/jobs", {{method: "POST", mode: "no-cors", body: '{{"reference": "http://127.0.0.1:9/"}}'}});
    ask("/api/v1/digests/{own.digest}", {{method: "DELETE", credentials: "include"}});
    navigator.sendBeacon("{served.url}/jobs", new URLSearchParams({{reference: "http://127.0.0.1:9/"}}));
    </script>"""
    port = served.serving.port
    with serve({"/": page(attack)}) as other, sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP rebound.example 127.0.0.1:{port}"
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", rules])
        tab = chromium.new_page()
        for address in (other.url("/"), other.url("/", host="localhost")):  # another origin, and another site
            tab.goto(address)
            tab.wait_for_function("results.length === 4")
            tab.wait_for_timeout(800)
            results = set(tab.evaluate("results"))
            assert "/api/v1/digests refused" in results
            assert f"/api/v1/digests/{own.digest} refused" in results
            assert not [result for result in results if result.endswith((" cors", " basic"))]
            framed = tab.frame(url=f"{served.url}/library")
            assert framed is None or FERRY.title not in framed.content()
        answer = tab.goto("http://rebound.example/library")
        assert answer is not None
        assert answer.status == 421
        assert FERRY.title not in tab.content()
        chromium.close()
    assert [job.id for job in served.library.jobs.list(OWNER)] == [own.job]
    assert served.library.digests.get(OWNER, own.digest)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: nothing is tested in a browser")
def test_a_person_signs_in_changes_things_and_signs_out_in_a_browser(team: Served) -> None:
    from playwright.sync_api import sync_playwright

    complaints: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = chromium.new_page()
        tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        tab.goto(f"{team.url}/admin")
        tab.fill("[name=name]", "owner")
        tab.fill("[name=password]", PASSWORD)
        tab.click("main button")
        tab.wait_for_url("**/admin")
        tab.fill("form[action='/admin/accounts'] [name=name]", "dora")
        tab.click("form[action='/admin/accounts'] button")
        made = tab.inner_text(".secret")
        tab.click("summary")
        tab.click("form[action='/sign-out'] button")
        tab.wait_for_url("**/sign-in")
        tab.fill("[name=name]", "dora")
        tab.fill("[name=password]", made)
        tab.keyboard.press("Enter")
        tab.wait_for_url(f"{team.url}/")
        assert "dora" in tab.inner_text("header")
        chromium.close()
    assert complaints == []


def test_scopes_on_the_settings_page_are_those_there_are(served: Served) -> None:
    shown = served.client().get("/settings").text
    assert [scope for scope in SCOPES if f'value="{scope}"' not in shown] == []


def test_problems_are_told_to_programs_as_problem_details(served: Served) -> None:
    answer = served.client().get("/api/v1/digests", headers={"Host": "evil.example"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text)["status"] == 421

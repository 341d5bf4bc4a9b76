"""Who may ask, how often, what asking twice does, and how REST says no: the same for every operation."""

from __future__ import annotations

import errno
import logging
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili import errors
from aili.errors import AiliError, LibraryBusyError, LibraryFullError
from aili.library.digests import Digests
from aili.store import answers
from aili.store.records import SCOPES
from aili.web.api import SUBJECTS, idempotency, operations
from aili.web.api.operations import Operation
from aili.web.failures import STATUS, slug, status_of
from aili.web.limits import Buckets, Policy
from tests.test_web_api import API, FERRY, made, problem, token
from tests.web import PASSWORD, Served, serving_app

OPERATIONS: list[Operation] = [held[0] for subject in SUBJECTS for held in subject.operations.values()]
KEY = {"Idempotency-Key": '"0f8fad5b-d9cb-469f-a165-70867728950e"'}


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Served]:
    """A server on which nobody works, so that a job waits."""
    with serving_app(tmp_path / "idle", workers=0) as running:
        yield running


def asked(client: httpx2.Client, operation: Operation) -> httpx2.Response:
    """The answer to ``operation`` with nothing of use in it."""
    path = re.sub(r"\{\w+\}", "A" * 22, operation.path)
    kinds = {"content": b"{}", "headers": {"Content-Type": operation.media or "application/json"}}
    bodies = kinds if operation.body is not None or operation.media else {}
    return client.request(operation.method, f"{API}{path}", **bodies)  # type: ignore[arg-type]


# Who may ask.


def test_nobody_gets_anything_but_what_is_open(team: Served) -> None:
    stranger = team.client()
    for operation in OPERATIONS:
        answer = asked(stranger, operation)
        if operation.open:
            assert answer.status_code == 200, operation.path
        else:
            problem(answer, 401)
            assert answer.headers["www-authenticate"].startswith("Bearer")
    assert {operation.path for operation in OPERATIONS if operation.open} == {"/health", "/openapi.json", "/docs"}


def test_a_token_that_is_none_is_nobody_whatever_cookie_comes_with_it(team: Served) -> None:
    client = team.signed_in("ada")
    assert client.get(f"{API}/me").status_code == 200
    problem(client.get(f"{API}/me", headers={"Authorization": "Bearer aili_" + "A" * 43}), 401)


def test_every_operation_wants_its_own_scope_and_no_scope_implies_another(team: Served) -> None:
    programs = {scope: team.client(headers=token(team, scope)) for scope in SCOPES}
    for operation in OPERATIONS:
        if operation.scope is None:
            continue
        for scope, program in programs.items():
            answer = asked(program, operation)
            if scope == operation.scope:
                assert answer.status_code not in (401, 403), f"{operation.method} {operation.path}"
                programs[scope] = team.client(headers=token(team, scope))  # the owner's sessions and tokens may be gone
            else:
                told = problem(answer, 403)
                assert repr(operation.scope) in told["detail"]
                assert f'scope="{operation.scope}"' in answer.headers["www-authenticate"]


def test_what_changes_something_is_never_had_with_read_alone() -> None:
    for operation in OPERATIONS:
        assert (operation.method == "GET") or operation.scope in ("write", "share", "admin"), operation.path


# Asking twice.


def test_the_same_request_with_the_same_key_is_done_once(idle: Served) -> None:
    client = idle.client()
    first = client.post(f"{API}/jobs", json={"text": FERRY}, headers=KEY)
    again = client.post(f"{API}/jobs", json={"text": FERRY}, headers=KEY)
    assert again.headers["idempotency-replayed"] == "true"
    for name in ("location", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert len(client.get(f"{API}/jobs").json()) == 1


def test_the_same_file_with_the_same_key_is_read_once(idle: Served) -> None:
    client = idle.client(headers=token(idle, "read", "write"))
    answers = [
        client.post(f"{API}/jobs", files={"file": ("ferry.txt", FERRY)}, headers=KEY)  # each with a boundary of its own
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    problem(client.post(f"{API}/jobs", files={"file": ("ferry.txt", FERRY + "!")}, headers=KEY), 422)
    assert len(client.get(f"{API}/jobs").json()) == 1


@pytest.mark.parametrize("key", ['"one"', "one"])
def test_a_key_is_the_same_with_and_without_quotes(idle: Served, key: str) -> None:
    client = idle.client()
    first = client.post(f"{API}/jobs", json={"text": FERRY}, headers={"Idempotency-Key": '"one"'})
    assert client.post(f"{API}/jobs", json={"text": FERRY}, headers={"Idempotency-Key": key}).content == first.content


def test_a_key_that_came_with_another_request_is_refused(idle: Served) -> None:
    client = idle.client()
    client.post(f"{API}/jobs", json={"text": FERRY}, headers=KEY)
    problem(client.post(f"{API}/jobs", json={"text": FERRY + "!"}, headers=KEY), 422)
    problem(client.post(f"{API}/digests", json={"text": FERRY}, headers=KEY), 422)
    problem(client.post(f"{API}/digests", params={"wait": 0}, json={"text": FERRY}, headers=KEY), 422)


@pytest.mark.parametrize("key", ["", '""', '"', 'a"b', "x" * 256, "a b", "ä", "\x7f"])
def test_a_key_that_is_none_is_refused(idle: Served, key: str) -> None:
    answer = idle.client().post(f"{API}/jobs", json={"text": FERRY}, headers={"Idempotency-Key": key.encode("latin-1")})
    assert answer.status_code == 400
    assert idle.library.jobs.list("owner") == ()


def test_a_key_belongs_to_an_account(team: Served) -> None:
    answers = [
        team.signed_in(name).post(f"{API}/jobs", json={"reference": "https://news.example/"}, headers=KEY).json()["id"]
        for name in ("ada", "ben")
    ]
    assert answers[0] != answers[1]


def test_a_request_that_failed_leaves_its_key_free(idle: Served) -> None:
    client = idle.client()
    problem(client.post(f"{API}/jobs", json={"text": " "}, headers=KEY), 422)
    assert client.post(f"{API}/jobs", json={"text": FERRY}, headers=KEY).status_code == 202


def test_while_the_first_request_runs_the_second_is_told_so_by_every_process(tmp_path: Path) -> None:
    """Two servers over one library: the first waits for a digest that nobody makes, the second is asked the same."""
    with (
        serving_app(tmp_path / "one", workers=0) as one,
        serving_app(tmp_path / "two", workers=0, library=one.settings.library) as two,
        ThreadPoolExecutor() as pool,
    ):
        request = {"url": f"{API}/digests", "params": {"wait": 3}, "json": {"text": FERRY}, "headers": KEY}
        waiting = pool.submit(lambda: one.client().post(**request))  # type: ignore[arg-type]
        while not one.library.jobs.list("owner"):
            time.sleep(0.01)
        problem(two.client().post(**request), 409)  # type: ignore[arg-type]
        problem(one.client().post(**request), 409)  # type: ignore[arg-type]
        first = waiting.result()
        assert first.status_code == 202
        assert two.client().post(**request).content == first.content  # type: ignore[arg-type]
        assert len(one.library.jobs.list("owner")) == 1


def test_many_at_once_with_one_key_are_done_once(idle: Served) -> None:
    client = idle.client()
    with ThreadPoolExecutor(16) as pool:
        found = list(
            pool.map(lambda _: client.post(f"{API}/jobs", json={"text": FERRY}, headers=KEY).status_code, range(32))
        )
    assert set(found) <= {202, 409}
    assert 202 in found
    assert len(client.get(f"{API}/jobs").json()) == 1


DIES = """
import os, sys
from pathlib import Path
from aili.library.ownership import new_owner
from aili.store import Store, answers
store = Store.open(Path(sys.argv[1]))
claimed = answers.Claimed(account="owner", key=sys.argv[2], owner=new_owner().encode())
with store.writing() as connection:
    answers.claim(connection, claimed, "a hash", float(sys.argv[3]))
os._exit(9)
"""


def test_the_key_of_a_process_that_was_killed_is_free_again(idle: Served) -> None:
    key = KEY["Idempotency-Key"].strip('"')
    subprocess.run([sys.executable, "-c", DIES, idle.settings.library, key, str(time.time())], check=False, timeout=60)
    with idle.library.store.reading() as connection:
        known = answers.answered(connection, "owner", key)
    assert known is not None
    assert known.status == 0
    assert idle.client().post(f"{API}/jobs", json={"text": FERRY}, headers=KEY).status_code == 202


def test_an_answer_is_kept_for_a_day(idle: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    client = idle.client()
    first = client.post(f"{API}/jobs", json={"text": FERRY}, headers=KEY)
    clock = time.time
    monkeypatch.setattr(idempotency.time, "time", lambda: clock() + answers.SECONDS - 60)
    assert client.post(f"{API}/jobs", json={"text": FERRY}, headers=KEY).content == first.content
    monkeypatch.setattr(idempotency.time, "time", lambda: clock() + answers.SECONDS + 60)
    assert client.post(f"{API}/jobs", json={"text": FERRY}, headers=KEY).content != first.content


def test_an_account_has_room_for_so_many_answers_and_the_oldest_go(
    idle: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MOST", 3)
    client = idle.client()
    sent = [
        client.post(
            f"{API}/digests/bulk", json={"action": "remove", "ids": ["x"]}, headers={"Idempotency-Key": f"k{n}"}
        )
        for n in range(5)
    ]
    assert {answer.status_code for answer in sent} == {200}
    with idle.library.store.reading() as connection:
        left = [n for n in range(5) if answers.answered(connection, "owner", f"k{n}")]
    assert left == [2, 3, 4]


def test_a_secret_is_not_kept_to_be_shown_again(team: Served) -> None:
    owner = team.signed_in("owner")
    body = {"name": "once", "scopes": ["read"]}
    secret = owner.post(f"{API}/tokens", json=body, headers=KEY).json()["secret"]
    problem(owner.post(f"{API}/tokens", json=body, headers=KEY), 409)
    assert len(owner.get(f"{API}/tokens").json()) == 1
    person = {"name": "cleo", "password": PASSWORD}
    assert owner.post(f"{API}/accounts", json=person, headers={"Idempotency-Key": "b"}).status_code == 201
    problem(owner.post(f"{API}/accounts", json=person, headers={"Idempotency-Key": "b"}), 409)
    kept = b"".join(path.read_bytes() for path in Path(team.settings.library).parent.glob("library.db*"))
    assert secret.encode() not in kept
    assert PASSWORD.encode() not in kept


# How often.


def test_every_answer_says_how_much_may_still_be_asked(idle: Served) -> None:
    client = idle.client()
    for answer in (client.get(f"{API}/me"), client.get(f"{API}/digests/{'A' * 22}"), client.post(f"{API}/jobs")):
        assert re.fullmatch(r'"\w+";q=\d+;w=60', answer.headers["ratelimit-policy"])
        assert re.fullmatch(r'"\w+";r=\d+;t=\d+', answer.headers["ratelimit"])


def test_whoever_asks_too_often_waits_and_others_do_not(team: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "ACCOUNT", Policy(name="account", quota=3))
    ada, ben = team.signed_in("ada"), team.signed_in("ben")
    assert [ada.get(f"{API}/me").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    answer = ada.get(f"{API}/me")
    told = problem(answer, 429)
    assert told["type"].endswith("#limit")
    assert 1 <= int(answer.headers["retry-after"]) <= 20
    assert answer.headers["ratelimit"].startswith('"account";r=0;')
    assert ben.get(f"{API}/me").status_code == 200


def test_strangers_are_limited_by_their_address(team: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "STRANGER", Policy(name="stranger", quota=2))
    client = team.client()
    found = [client.get(f"{API}/me", headers={"Authorization": f"Bearer guess{n}"}).status_code for n in range(4)]
    assert found == [401, 401, 429, 429]
    assert team.signed_in("ada").get(f"{API}/me").status_code == 200


def test_a_bucket_fills_again_evenly() -> None:
    moment = 0.0
    buckets = Buckets(clock=lambda: moment)
    policy = Policy(name="p", quota=60, window=60)
    assert all(buckets.take(policy, "a").allowed for _ in range(60))
    refused = buckets.take(policy, "a")
    assert (refused.allowed, refused.remain, refused.seconds) == (False, 0, 1)
    moment = 10.0
    assert sum(buckets.take(policy, "a").allowed for _ in range(60)) == 10
    moment = 10_000.0
    assert sum(buckets.take(policy, "a").allowed for _ in range(100)) == 60


def test_the_buckets_are_no_more_than_they_may_be() -> None:
    buckets = Buckets(most=10)
    policy = Policy(name="p", quota=1, window=3_600)
    for number in range(100):
        assert buckets.take(policy, f"peer {number}").allowed
    assert not buckets.take(policy, "peer 99").allowed
    assert buckets.take(policy, "peer 0").allowed  # forgotten, and so full


@given(st.lists(st.floats(min_value=0, max_value=30), max_size=60))
def test_nobody_gets_more_than_the_quota_and_what_was_filled_since(waits: list[float]) -> None:
    moment = 0.0
    buckets = Buckets(clock=lambda: moment)
    policy = Policy(name="p", quota=5, window=10)
    allowed = 0
    for wait in waits:
        moment += wait
        taken = buckets.take(policy, "a")
        allowed += taken.allowed
        assert 0 <= taken.remain <= policy.quota
        assert allowed <= policy.quota + moment * policy.quota / policy.window + 1e-6


# How REST says no.


def test_what_is_not_there_is_a_problem_and_for_people_a_page(served: Served) -> None:
    client = served.client()
    told = problem(client.get(f"{API}/nothing"), 404)
    assert told["instance"] == f"{API}/nothing"
    page = client.get("/nothing")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "<main" in page.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/jobs", {"DELETE", "GET", "POST"}),
        ("POST", "/digests/AAAA", {"GET", "DELETE"}),
        ("PATCH", "/preferences", {"GET", "PUT"}),
    ],
)
def test_a_method_that_is_not_taken_is_told_the_ones_that_are(
    served: Served, method: str, path: str, allowed: set[str]
) -> None:
    answer = served.client().request(method, f"{API}{path}")
    problem(answer, 405)
    assert set(re.split(", *", answer.headers["allow"])) == allowed


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"text": NaN}', "application/json", 400),
        (b'{"text": "\\ud800"}', "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"text": 1}', "application/json", 422),
        (b'{"text": "a", "txet": "b"}', "application/json", 422),
        (b'{"text": "a", "length": "endless"}', "application/json", 422),
        (b'{"text": "a", "tags": "b"}', "application/json", 422),
        (b"{}", "application/json", 422),
        (b"text=a", "application/xml", 415),
        (b"{}", "", 415),
    ],
)
def test_a_body_that_does_not_fit_is_told_why(idle: Served, content: bytes, media: str, status: int) -> None:
    headers = {"Content-Type": media} if media else {}
    for path in ("jobs", "digests"):
        problem(idle.client().post(f"{API}/{path}", content=content, headers=headers), status)
    assert idle.library.jobs.list("owner") == ()


def test_as_many_ids_as_may_be_named_in_an_address_fit_into_one(served: Served) -> None:
    """More than a request's head may hold was answered by the protocol's parser, and with no problem details."""
    client = served.client()
    problem(client.get(f"{API}/export", params={"id": ["A" * 64] * 500}), 404)
    problem(client.get(f"{API}/export", params={"id": ["A"] * 501}), 422)
    problem(client.get(f"{API}/export", params={"id": "\U0001f9ca"}), 422)


def test_each_fault_is_pointed_at(served: Served) -> None:
    client = served.client()
    told = problem(client.post(f"{API}/jobs", json={"text": "a", "tags": ["fine", 7]}), 422)
    assert [fault["pointer"] for fault in told["errors"]] == ["#/tags/1"]
    told = problem(client.get(f"{API}/digests", params={"limit": "many", "q": "x"}), 422)
    assert [fault["pointer"] for fault in told["errors"]] == ["#/limit"]
    told = problem(client.get(f"{API}/digests?qq=1&q=a&q=b"), 422)
    assert {fault["pointer"] for fault in told["errors"]} == {"#/qq", "#/q"}
    told = problem(client.post(f"{API}/jobs", json={"text": "a", "a/b": 1}), 422)
    assert [fault["pointer"] for fault in told["errors"]] == ["#/a~1b"]


def test_an_imported_digest_may_have_no_field_that_a_digest_has_not(served: Served) -> None:
    client = served.client()
    digest = client.get(f"{API}/digests/{made(client)['id']}").json()
    digest["sections"][0]["questions"][0]["mood"] = "cheerful"
    told = problem(client.post(f"{API}/digests", json={"digest": digest}), 422)
    assert [fault["pointer"] for fault in told["errors"]] == ["#/digest/sections/0/questions/0/mood"]


def test_more_than_the_limit_is_not_read(tmp_path: Path) -> None:
    with serving_app(tmp_path / "app", fetch_megabytes=0.1) as running:
        problem(running.client().post(f"{API}/jobs", json={"text": "a" * 1_200_000}), 413)
        problem(running.client().post(f"{API}/jobs", json={"text": "a " * 60_000}), 413)


def fails_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Digests, "facets", fail)


def test_what_nobody_foresaw_is_logged_under_the_number_that_is_told(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fails_with(monkeypatch, ZeroDivisionError("the secret of the house"))
    with caplog.at_level(logging.ERROR, "aili.web"):
        api = served.client().get(f"{API}/facets")
        page = served.client().get("/library")
    told = problem(api, 500)
    for text in (api.text, page.text):
        assert "secret" not in text
        assert "ZeroDivisionError" not in text
        assert "Traceback" not in text
    assert page.status_code == 500
    assert page.headers["content-security-policy"]
    assert api.headers["x-content-type-options"] == "nosniff"
    numbers = [re.search(r"number ([\w-]{22})", text) for text in (told["hint"], page.text)]
    for number in numbers:
        assert number
        logged = [record for record in caplog.records if number[1] in record.getMessage()]
        assert len(logged) == 1
        assert logged[0].exc_info
        assert logged[0].exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LibraryFullError("The disk is full."), 507),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
        (LibraryBusyError("Another program holds the library."), 503),
        (errors.LibraryDamagedError("It is damaged."), 500),
        (errors.DeadlineError("Too slow."), 504),
        (errors.StatusError("It said 500."), 502),
    ],
    ids=lambda value: type(value).__name__,
)
def test_trouble_of_the_server_has_its_status_in_rest_and_on_pages(
    served: Served, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    fails_with(monkeypatch, error)
    answer = served.client().get(f"{API}/facets")
    problem(answer, status)
    assert ("retry-after" in answer.headers) == (status == 503)
    assert served.client().get("/library").status_code == status


def test_every_error_has_a_status_and_a_place_in_the_reference(served: Served) -> None:
    reference = served.client().get(f"{API}/docs").text
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AiliError)]
    assert len(kinds) > len(STATUS)
    for kind in kinds:
        assert 400 <= status_of(kind) < 600
        assert f'id="{slug(kind)}"' in reference


def test_a_page_that_nobody_may_see_leads_to_signing_in_and_back(team: Served) -> None:
    answer = team.client().get("/library", params={"q": "ice & snow"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Flibrary%3Fq%3Dice%2B%2526%2Bsnow"

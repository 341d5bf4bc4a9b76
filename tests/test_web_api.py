"""REST does what the pages do, in the command line's values: digests made, watched, found, shared, and who may do that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from aili import codec
from aili.digest import Digest
from aili.document import Document
from tests.servers import page, serve
from tests.web import PASSWORD, Served, serving_app

if TYPE_CHECKING:
    from aili.store.records import Scope

API = "/api/v1"
FERRY = (
    "The ferry to Norholm ran late on Friday because ice had closed the inner channel. The harbour office said that two "
    "tugs kept a lane open from noon. About 300 passengers waited in the hall, where the canteen gave out soup. The company "
    "expects normal service on Saturday, when milder air should clear the ice. Commuters can use the bus over the bridge."
)
ORCHARD = (
    "The orchard at Velm lost a third of its pears to hail on Sunday. Its owner, Marta Lind, said that the trees themselves "
    "were unhurt and will bear again next year. A co-operative in the valley offered to press the bruised fruit into cider. "
    "Insurance covers half of the loss, according to Lind. The village plans a market in October to sell what can be saved."
)


@pytest.fixture
def api(served: Served) -> httpx2.Client:
    return served.client()


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Served]:
    """A server on which nobody works, so that a job waits."""
    with serving_app(tmp_path / "idle", workers=0) as running:
        yield running


def made(client: httpx2.Client, text: str = FERRY, **fields: Any) -> dict[str, Any]:
    """The entry of a digest of ``text``, waited for."""
    answer = client.post(f"{API}/digests", params={"wait": 60}, json={"text": text, **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["kept"])


def problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert set(told) == {"type", "title", "status", "detail", "instance", "hint", "errors"}
    return dict(told)


def token(served: Served, *scopes: Scope, name: str = "owner") -> dict[str, str]:
    """The header of a program whose token has these scopes."""
    accounts = served.library.accounts
    secret, _ = accounts.make_token(accounts.named(name).id, "a program", scopes)
    return {"Authorization": f"Bearer {secret}"}


# Making digests.


def test_health_says_the_version_and_nothing_else(team: Served) -> None:
    answer = team.client().get(f"{API}/health")
    assert answer.status_code == 200
    assert set(answer.json()) == {"status", "version"}


def test_a_text_becomes_a_job_and_the_job_a_digest(api: httpx2.Client) -> None:
    answer = api.post(f"{API}/jobs", json={"text": FERRY, "title": "The late ferry", "tags": ["ice", "ships"]})
    assert answer.status_code == 202
    assert answer.headers["location"] == f"{API}/jobs/{answer.json()['id']}"
    with api.stream("GET", f"{answer.headers['location']}/events") as stream:
        assert "event: finished" in "".join(stream.iter_text())
    job = api.get(answer.headers["location"]).json()
    assert job["state"] == "done"
    entry = api.get(f"{API}/digests/{job['digest']}/entry").json()
    assert (entry["title"], entry["tags"]) == ("The late ferry", ["ice", "ships"])
    assert [each["id"] for each in api.get(f"{API}/jobs", params={"state": "done"}).json()] == [job["id"]]


def test_a_page_on_the_web_is_fetched(tmp_path: Path) -> None:
    article = page(f"<title>Ice in the harbour</title><article><h1>Ice in the harbour</h1><p>{FERRY}</p></article>")
    with serve({"/ice": article}) as web, serving_app(tmp_path / "app", allow_hosts=("127.0.0.1",)) as running:
        answer = running.client().post(f"{API}/digests", json={"reference": web.url("/ice")})
    assert answer.status_code == 201
    assert answer.json()["digest"]["title"] == "Ice in the harbour"


def test_what_a_browser_shows_is_read_instead_of_the_address(api: httpx2.Client) -> None:
    shown = f"<title>For members</title><article><p>{FERRY}</p><p>{ORCHARD}</p></article>"
    answer = api.post(
        f"{API}/digests", json={"reference": "https://news.example/members", "text": shown, "media_type": "text/html"}
    )
    assert answer.status_code == 201
    assert answer.json()["digest"]["location"] == "https://news.example/members"


def test_a_file_comes_as_a_form_with_a_token(served: Served) -> None:
    answer = served.client(headers=token(served, "write")).post(
        f"{API}/digests", files={"file": ("ferry.md", f"# Ice\n\n{FERRY}")}, data={"tags": "ice, ships"}
    )
    assert answer.status_code == 201
    assert answer.json()["kept"]["title"] == "Ice"
    assert answer.json()["kept"]["tags"] == ["ice", "ships"]


def test_a_form_without_a_token_must_bring_the_secret_that_me_shows(api: httpx2.Client) -> None:
    files = {"file": ("ferry.txt", FERRY)}
    problem(api.post(f"{API}/jobs", files=files), 403)
    secret = api.get(f"{API}/me").json()["csrf"]
    assert api.post(f"{API}/jobs", files=files, headers={"X-CSRF-Token": secret}).status_code == 202


def test_a_digest_that_takes_longer_than_one_waits_is_a_job(idle: Served) -> None:
    answer = idle.client().post(f"{API}/digests", params={"wait": 0.2}, json={"text": FERRY})
    assert answer.status_code == 202
    assert answer.json()["state"] == "waiting"


def test_waiting_for_a_digest_that_fails_tells_why(api: httpx2.Client) -> None:
    told = problem(api.post(f"{API}/digests", json={"text": "Too thin to digest."}), 422)
    assert told["type"] == f"{API}/docs#thin-text"
    assert "words" in told["detail"]
    assert told["hint"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://169.254.169.254/latest", "http://[::1]/"])
def test_a_private_address_is_refused(api: httpx2.Client, address: str) -> None:
    told = problem(api.post(f"{API}/digests", json={"reference": address}), 403)
    assert told["type"].endswith("#forbidden-address")


@pytest.mark.parametrize("reference", ["/etc/passwd", "file:///etc/passwd", "-", "ftp://example.org/a", ""])
def test_only_web_addresses_are_fetched(api: httpx2.Client, reference: str) -> None:
    problem(api.post(f"{API}/jobs", json={"reference": reference}), 422)


def test_an_engine_that_the_server_lacks_is_named(api: httpx2.Client) -> None:
    told = problem(api.post(f"{API}/jobs", json={"text": FERRY, "engine": "scripted:/etc/passwd"}), 422)
    assert "engine" in told["detail"]
    assert api.get(f"{API}/engines").json()["engines"] == ["embedded"]


def test_a_cancelled_job_can_be_tried_again_with_the_text_that_was_handed_over(idle: Served) -> None:
    client = idle.client()
    fetched = client.post(f"{API}/jobs", json={"reference": "https://news.example/ice"}).json()["id"]
    pasted = client.post(f"{API}/jobs", json={"text": FERRY}).json()["id"]
    problem(client.post(f"{API}/jobs/{fetched}/retry"), 409)
    for job in (fetched, pasted):
        assert client.post(f"{API}/jobs/{job}/cancel").json()["state"] == "cancelled"
    again = client.post(f"{API}/jobs/{fetched}/retry")
    assert again.status_code == 202
    assert again.json()["id"] != fetched
    assert again.json()["wish"]["reference"] == "https://news.example/ice"
    again = client.post(f"{API}/jobs/{pasted}/retry")
    assert (again.status_code, again.json()["upload"]) == (202, "kept")
    with idle.library.store.writing() as connection:
        connection.exec_driver_sql("UPDATE jobs SET upload = x''")
    assert client.get(f"{API}/jobs/{pasted}").json()["upload"] == "dropped"
    problem(client.post(f"{API}/jobs/{pasted}/retry"), 409)


def test_too_many_jobs_are_refused_with_the_time_to_wait(tmp_path: Path) -> None:
    with serving_app(tmp_path / "app", workers=0, jobs_per_account=2) as running:
        client = running.client()
        assert [client.post(f"{API}/jobs", json={"text": FERRY}).status_code for _ in range(2)] == [202, 202]
        answer = client.post(f"{API}/jobs", json={"text": FERRY})
    assert problem(answer, 429)["type"].endswith("#limit")
    assert int(answer.headers["retry-after"]) >= 1


# Digests.


def test_the_values_are_those_of_the_command_line(api: httpx2.Client) -> None:
    entry = made(api)
    answer = api.get(f"{API}/digests/{entry['id']}")
    digest = codec.decode(answer.content, Digest)
    assert codec.encode(digest) == answer.content
    assert digest.hash == entry["hash"]
    answer = api.get(f"{API}/digests/{entry['id']}/document")
    document = codec.decode(answer.content, Document)
    assert codec.encode(document) == answer.content
    assert document.hash == entry["document"]


@pytest.mark.parametrize(
    ("form", "media", "start"),
    [
        ("json", "application/json", "{"),
        ("text", "text/plain", "✨"),
        ("markdown", "text/markdown", "✨"),
        ("html", "text/html", "<!DOCTYPE html>"),
    ],
)
def test_a_digest_is_read_in_the_form_that_is_asked_for(api: httpx2.Client, form: str, media: str, start: str) -> None:
    address = f"{API}/digests/{made(api)['id']}"
    named = api.get(address, params={"format": form})
    accepted = api.get(address, headers={"Accept": f"image/png, {media};q=0.9, */*;q=0.1"})
    assert named.content == accepted.content
    for answer in (named, accepted):
        assert answer.headers["content-type"].partition(";")[0] == media
        assert answer.text.startswith(start)


def test_a_form_that_there_is_not_is_not_acceptable(api: httpx2.Client) -> None:
    address = f"{API}/digests/{made(api)['id']}"
    problem(api.get(address, headers={"Accept": "image/png"}), 406)
    problem(api.get(address, params={"format": "pdf"}), 422)


def test_a_digest_that_has_not_changed_is_not_sent_again(api: httpx2.Client) -> None:
    address = f"{API}/digests/{made(api)['id']}"
    tag = api.get(address).headers["etag"]
    assert api.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert api.get(address, headers={"If-None-Match": tag, "Accept": "text/plain"}).status_code == 200


def test_digests_are_found_and_leafed_through_by_links(api: httpx2.Client) -> None:
    ferry, orchard = made(api, FERRY, tags=["ice"]), made(api, ORCHARD, tags=["fruit"])
    found = api.get(f"{API}/digests", params={"q": "pears"}).json()
    assert [item["kept"]["id"] for item in found["items"]] == [orchard["id"]]
    found = api.get(f"{API}/digests", params={"tag": "ice"}).json()
    assert [item["kept"]["id"] for item in found["items"]] == [ferry["id"]]
    answer = api.get(f"{API}/digests", params={"limit": 1, "order": "oldest"})
    seen = [answer.json()["items"][0]["kept"]["id"]]
    while "next" in answer.links:
        answer = api.get(answer.links["next"]["url"])
        seen.append(answer.json()["items"][0]["kept"]["id"])
    assert seen == [ferry["id"], orchard["id"]]
    assert "next" not in answer.links
    assert answer.links["prev"]["url"]


@pytest.mark.parametrize(
    "query", ['"unclosed', "AND", "a-b", "col:x", "*", "NEAR(", "\U0001f9ca", "'; DROP TABLE digests"]
)
def test_an_odd_query_finds_or_finds_nothing(api: httpx2.Client, query: str) -> None:
    assert api.get(f"{API}/digests", params={"q": query}).status_code == 200


def test_tags_are_added_and_removed_one_by_one_and_in_bulk(api: httpx2.Client) -> None:
    first, second = made(api, FERRY)["id"], made(api, ORCHARD)["id"]
    answer = api.patch(f"{API}/digests/{first}/tags", json={"add": ["ice", "later"]})
    assert answer.json()["tags"] == ["ice", "later"]
    assert api.patch(f"{API}/digests/{first}/tags", json={"remove": ["later"]}).json()["tags"] == ["ice"]
    bulk = {"ids": [first, second, "nobodys"], "tags": ["winter"]}
    assert api.post(f"{API}/digests/bulk", json={"action": "tag", **bulk}).json() == {"count": 2}
    assert dict(api.get(f"{API}/facets").json()["tags"]) == {"winter": 2, "ice": 1}
    assert api.post(f"{API}/digests/bulk", json={"action": "untag", **bulk}).json() == {"count": 2}
    problem(api.post(f"{API}/digests/bulk", json={"action": "tag", "ids": [first]}), 422)
    assert api.post(f"{API}/digests/bulk", json={"action": "remove", "ids": [first, second]}).json() == {"count": 2}
    assert api.get(f"{API}/digests").json()["total"] == 0


def test_a_digest_that_was_removed_is_gone(api: httpx2.Client) -> None:
    address = f"{API}/digests/{made(api)['id']}"
    assert api.delete(address).status_code == 204
    for answer in (api.get(address), api.delete(address), api.get(f"{address}/document"), api.get(f"{address}/entry")):
        assert problem(answer, 404)["type"].endswith("#not-found")
    problem(api.patch(f"{address}/tags", json={"add": ["x"]}), 404)


def test_a_digest_is_imported_with_its_document_or_without(team: Served) -> None:
    ada, ben = team.signed_in("ada"), team.signed_in("ben")
    entry = made(ada)
    digest = ada.get(f"{API}/digests/{entry['id']}").json()
    document = ada.get(f"{API}/digests/{entry['id']}/document").json()
    answer = ben.post(f"{API}/digests", json={"digest": digest, "tags": ["from Ada"]})
    assert answer.status_code == 201
    address = answer.headers["location"]
    problem(ben.get(f"{address}/document"), 404)
    assert ben.post(f"{API}/digests", json={"digest": digest, "document": document}).headers["location"] == address
    assert ben.get(f"{address}/document").json() == document
    other = {**document, "text": "Another text."}
    problem(ben.post(f"{API}/digests", json={"digest": digest, "document": other}), 422)


def test_a_library_is_taken_along_and_taken_in(team: Served) -> None:
    ada, ben = team.signed_in("ada"), team.signed_in("ben")
    first, second = made(ada, FERRY, tags=["ice"]), made(ada, ORCHARD)
    archive = ada.get(f"{API}/export")
    assert archive.headers["content-type"] == "application/zip"
    headers = {"Content-Type": "application/zip"}
    assert ben.post(f"{API}/import", content=archive.content, headers=headers).json()["new"] == 2
    assert ben.post(f"{API}/import", content=archive.content, headers=headers).json()["known"] == 2
    found = ben.get(f"{API}/digests").json()["items"]
    assert {item["kept"]["hash"] for item in found} == {first["hash"], second["hash"]}
    one = ada.get(f"{API}/export", params={"id": first["id"]})
    assert len(one.content) < len(archive.content)
    problem(ben.get(f"{API}/export", params={"id": first["id"]}), 404)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"no archive", b"\0" * 1000])
def test_what_is_no_export_is_not_taken_in(api: httpx2.Client, content: bytes) -> None:
    problem(api.post(f"{API}/import", content=content, headers={"Content-Type": "application/zip"}), 422)


# Shares, preferences, accounts.


def test_a_digest_is_shared_changed_and_revoked(served: Served, api: httpx2.Client) -> None:
    entry = made(api)
    answer = api.post(f"{API}/digests/{entry['id']}/shares", json={"shared_by": "Ada", "listed": True})
    assert answer.status_code == 201
    share, address = answer.json(), answer.headers["location"]
    public = answer.links["alternate"]["url"]
    stranger = served.client()
    assert "Ada" in stranger.get(public).text
    assert api.patch(address, json={"shared_by": "A. L."}).json()["shared_by"] == "A. L."
    assert api.patch(address, json={"listed": False}).json()["shared_by"] == "A. L."
    assert [each["token"] for each in api.get(f"{API}/shares", params={"digest": entry["id"]}).json()] == [
        share["token"]
    ]
    assert api.delete(address).json()["revoked"]
    assert stranger.get(public).status_code == 404
    problem(api.patch(address, json={"listed": True}), 409)


def test_the_address_of_the_feed_leads_to_the_listed_shares(served: Served, api: httpx2.Client) -> None:
    share = api.post(f"{API}/digests/{made(api)['id']}/shares", json={"listed": True}).json()
    feed = served.client().get(api.get(f"{API}/feed").json()["address"])
    assert feed.status_code == 200
    assert share["token"] in feed.text


def test_preferences_hold_for_what_is_made_afterwards(api: httpx2.Client) -> None:
    chosen = {"shared_by": "Ada", "engine": "embedded", "language": "en", "length": "brief"}
    assert api.put(f"{API}/preferences", json=chosen).json() == chosen
    assert api.get(f"{API}/preferences").json() == chosen
    assert api.get(f"{API}/me").json()["preferences"] == chosen
    problem(api.put(f"{API}/preferences", json={"engine": "nobody:knows"}), 422)


def test_a_token_is_shown_once_works_and_is_revoked(team: Served) -> None:
    ada = team.signed_in("ada")
    answer = ada.post(f"{API}/tokens", json={"name": "reader", "scopes": ["read"]})
    assert answer.status_code == 201
    secret = answer.json()["secret"]
    program = team.client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get(f"{API}/me").json() | {"preferences": None} == {
        "id": ada.get(f"{API}/me").json()["id"],
        "name": "ada",
        "role": "member",
        "via": "token",
        "scopes": ["read"],
        "preferences": None,
        "csrf": "",
    }
    assert secret not in ada.get(f"{API}/tokens").text
    assert ada.get(answer.headers["location"]).json()["name"] == "reader"
    assert ada.delete(answer.headers["location"]).status_code == 204
    problem(program.get(f"{API}/me"), 401)


def test_a_token_makes_none_that_may_do_more(team: Served) -> None:
    program = team.client(headers=token(team, "admin"))
    problem(program.post(f"{API}/tokens", json={"name": "more", "scopes": ["admin", "write"]}), 403)
    assert program.post(f"{API}/tokens", json={"name": "as much", "scopes": ["admin"]}).status_code == 201


def test_the_owner_adds_changes_and_removes_people(team: Served) -> None:
    owner = team.signed_in("owner")
    answer = owner.post(f"{API}/accounts", json={"name": "Cleo", "password": PASSWORD})
    assert answer.status_code == 201
    address = answer.headers["location"]
    assert PASSWORD not in answer.text
    cleo = team.signed_in("cleo")
    assert cleo.get(f"{API}/me").status_code == 200
    assert owner.patch(address, json={"disabled": True}).json()["disabled"]
    problem(cleo.get(f"{API}/me"), 401)
    assert not owner.patch(address, json={"disabled": False}).json()["disabled"]
    assert owner.patch(address, json={"password": "seven boats on a lake"}).status_code == 200
    team.sign_in("cleo", "seven boats on a lake")
    assert owner.delete(address).status_code == 204
    problem(owner.get(address), 404)
    assert [each["name"] for each in owner.get(f"{API}/accounts").json()] == ["owner", "ada", "ben"]
    problem(owner.delete(f"{API}/accounts/owner"), 422)


def test_accounts_are_the_owners_business(team: Served) -> None:
    problem(team.signed_in("ada").get(f"{API}/accounts"), 403)
    problem(team.signed_in("ada").post(f"{API}/accounts", json={"name": "eve", "password": PASSWORD}), 403)


def test_a_password_is_changed_by_who_knows_the_present_one(team: Served) -> None:
    ada = team.signed_in("ada")
    wrong = {"current": "not this one at all", "password": "seven boats on a lake"}
    problem(ada.post(f"{API}/me/password", json=wrong), 403)
    assert ada.post(f"{API}/me/password", json={**wrong, "current": PASSWORD}).status_code == 204
    problem(ada.get(f"{API}/me"), 401)
    team.sign_in("ada", "seven boats on a lake")


def test_signing_out_everywhere_ends_every_session(team: Served) -> None:
    here, there = team.signed_in("ada"), team.signed_in("ada")
    assert here.delete(f"{API}/me/sessions").json() == {"count": 2}
    problem(there.get(f"{API}/me"), 401)


def test_nobody_reaches_what_is_somebody_elses(team: Served) -> None:
    ada, ben = team.signed_in("ada"), team.signed_in("ben")
    digest, job = made(ada)["id"], ada.get(f"{API}/jobs").json()[0]["id"]
    share = ada.post(f"{API}/digests/{digest}/shares", json={}).json()["token"]
    secret = ada.post(f"{API}/tokens", json={"name": "mine"}).json()["token"]["id"]
    paths = {
        "digests/{}": digest,
        "digests/{}/entry": digest,
        "digests/{}/document": digest,
        "jobs/{}": job,
        "shares/{}": share,
        "tokens/{}": secret,
    }
    for path, theirs in paths.items():
        unknown = "A" * 22
        assert ada.get(f"{API}/{path.format(theirs)}").status_code == 200
        told = problem(ben.get(f"{API}/{path.format(theirs)}"), 404)
        same = problem(ben.get(f"{API}/{path.format(unknown)}"), 404)
        assert json.dumps(told).replace(theirs, "") == json.dumps(same).replace(unknown, "")
    problem(ben.get(f"{API}/jobs/{job}/events"), 404)
    assert ben.get(f"{API}/digests").json()["total"] == 0
    assert ben.get(f"{API}/jobs").json() == []

"""Digests are kept once each, tagged, removed with what only they needed, and taken in from the command line's inbox."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili import spool
from aili.digest import Bullet, Citation, Digest, Provenance
from aili.document import Block, Document, Metadata, Sentence
from aili.errors import NotFoundError, UsageError
from aili.library.digests import Digests
from aili.store import Store
from aili.store.digests import MOST_TAGS, TAG_LENGTH, proper_tag
from aili.store.records import OWNER, Filter
from tests import strategies

TEXT = "The ferry to Lowmere runs again from Monday. Tickets cost four euros."


def document(text: str = TEXT, source: str = "resource-1:1") -> Document:
    return Document(
        text=text,
        blocks=(Block(kind="paragraph", start=0, end=len(text)),),
        sentences=(Sentence(start=0, end=len(text), block=0),),
        metadata=Metadata(title="Ferry", language="en"),
        source=source,
    )


def digest(title: str = "The ferry runs again", *, of: Document | None = None) -> Digest:
    provenance = Provenance(engine="embedded", document=of.hash if of else "", words=12)
    return Digest(
        title=title,
        site="Lowmere Gazette",
        authors=("Hanna Osei",),
        abstract=(Bullet(text="The ferry to Lowmere runs again.", evidence=(0,)),),
        sections=(),
        citations=(Citation(id=0, text="The ferry to Lowmere runs again from Monday.", start=0, end=44),),
        provenance=provenance,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "library.db")
    with store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO accounts (id, name, role, password, feed, preferences, disabled, created) "
            "VALUES ('other', 'other', 'member', '', 'f', '{}', 0, '')"
        )
    yield store
    store.close()


@pytest.fixture
def digests(store: Store) -> Digests:
    return Digests(store)


def count(store: Store, table: str) -> int:
    with store.reading() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def test_what_is_kept_comes_back_as_it_was(digests: Digests) -> None:
    source = document()
    kept = digests.keep(OWNER, digest(of=source), source, tags=["to read"])
    assert digests.digest(OWNER, kept.id) == digest(of=source)
    assert digests.document(OWNER, kept.id) == source
    assert digests.get(OWNER, kept.id) == kept
    assert (kept.title, kept.site, kept.authors) == ("The ferry runs again", "Lowmere Gazette", ("Hanna Osei",))
    assert (kept.tags, kept.engine, kept.document) == (("to read",), "embedded", source.hash)


def test_the_same_digest_twice_is_one_that_gains_the_new_tags(digests: Digests) -> None:
    source = document()
    first = digests.keep(OWNER, digest(of=source), source, tags=["a"])
    second = digests.keep(OWNER, digest(of=source), source, tags=["b"])
    assert second == replace(first, tags=("a", "b"))
    assert digests.facets(OWNER).total == 1


def test_a_digest_that_came_without_its_document_gains_it(digests: Digests) -> None:
    source = document()
    kept = digests.keep(OWNER, digest(of=source), None)
    assert kept.document == ""
    assert digests.document(OWNER, kept.id) is None
    assert digests.find(OWNER, Filter(query="tickets")).total == 0
    assert digests.keep(OWNER, digest(of=source), source).id == kept.id
    assert digests.document(OWNER, kept.id) == source
    assert digests.find(OWNER, Filter(query="tickets")).total == 1


def test_a_digest_is_not_kept_with_another_one_s_document(digests: Digests, store: Store) -> None:
    with pytest.raises(UsageError, match="not the one"):
        digests.keep(OWNER, digest(of=document()), document("Another text altogether."))
    assert count(store, "documents") == 0


def test_a_digest_opens_no_document_of_another_account(digests: Digests) -> None:
    source = document()
    digests.keep(OWNER, digest(of=source), source)
    theirs = digests.keep("other", digest(of=source), None)
    assert digests.document("other", theirs.id) is None
    ours = digests.keep(OWNER, digest("Another digest of it", of=source), None)
    assert digests.document(OWNER, ours.id) == source


def test_what_is_not_yours_is_not_there(digests: Digests) -> None:
    kept = digests.keep(OWNER, digest(), None)
    for look in (digests.get, digests.digest, digests.document, digests.resolve):
        with pytest.raises(NotFoundError):
            look("other", kept.id)
    assert digests.tag("other", [kept.id], add=["mine"]) == 0
    assert digests.remove("other", [kept.id]) == 0
    assert digests.find("other", Filter()).total == 0
    assert digests.get(OWNER, kept.id) == kept


def test_a_document_is_stored_once_and_goes_with_the_last_digest_of_it(digests: Digests, store: Store) -> None:
    source = document()
    one = digests.keep(OWNER, digest("One", of=source), source, tags=["t"])
    two = digests.keep("other", digest("Two", of=source), source)
    assert count(store, "documents") == 1
    assert digests.remove(OWNER, [one.id, one.id, "unknown"]) == 1
    assert digests.document("other", two.id) == source
    assert digests.remove("other", [two.id]) == 1
    assert [count(store, table) for table in ("digests", "documents", "search", "tags")] == [0, 0, 0, 0]
    assert store.faults() == ()


def test_an_account_that_goes_takes_its_digests_with_it(digests: Digests, store: Store) -> None:
    source = document()
    digests.keep("other", digest(of=source), source, tags=["t"])
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM accounts WHERE id = 'other'")
    assert [count(store, table) for table in ("digests", "documents", "search", "tags")] == [0, 0, 0, 0]
    digests.keep(OWNER, digest(), None)
    assert store.faults() == ()


def test_many_are_removed_at_once(digests: Digests, store: Store) -> None:
    ids = [digests.keep(OWNER, digest(f"Ferry {number}"), None).id for number in range(45)]
    assert digests.remove(OWNER, ids) == 45
    assert store.faults() == ()


def test_the_newest_digest_of_the_same_source_is_found_again(digests: Digests) -> None:
    source = document(source="resource-1:9")
    digests.keep(OWNER, digest("Old", of=source), source)
    newest = digests.keep(OWNER, digest("New", of=source), source)
    wanted = {"source": "resource-1:9", "engine": "embedded"}
    assert digests.same(OWNER, **wanted, language="en") == newest
    assert digests.same(OWNER, **wanted, language="") == newest
    assert digests.same(OWNER, **wanted, language="de") is None
    assert digests.same("other", **wanted, language="") is None


def test_an_id_may_be_shortened_while_it_is_clear(digests: Digests, store: Store) -> None:
    kept = [digests.keep(OWNER, digest(f"Ferry {number}"), None) for number in range(2)]
    with store.writing() as connection:
        for number, id_ in ((1, "abcdefgh-1"), (2, "abcdefgh-2")):
            connection.exec_driver_sql("UPDATE digests SET id = ? WHERE number = ?", (id_, number))
    assert len(kept) == 2
    assert digests.resolve(OWNER, "abcdefgh-1") == "abcdefgh-1"
    with pytest.raises(UsageError, match="Several"):
        digests.resolve(OWNER, "abc")
    for unknown in ("", "b", "abcdefgh-3", "%", "*"):
        with pytest.raises(NotFoundError):
            digests.resolve(OWNER, unknown)


def test_no_id_looks_like_an_option(digests: Digests) -> None:
    assert all(digests.keep(OWNER, digest(f"Ferry {n}"), None).id[0].isalnum() for n in range(70))


def test_a_tag_is_the_same_however_it_is_written(digests: Digests) -> None:
    one = digests.keep(OWNER, digest("One"), None, tags=["  Straße   und Weg "])
    two = digests.keep(OWNER, digest("Two"), None, tags=["STRASSE und weg"])
    assert one.tags == two.tags == ("Straße und Weg",)
    assert digests.find(OWNER, Filter(tags=("strasse UND weg",))).total == 2
    assert digests.facets(OWNER).tags == (("Straße und Weg", 2),)
    assert digests.tag(OWNER, [one.id, two.id], remove=["strasse und weg"], add=["roads"]) == 2
    assert digests.get(OWNER, one.id).tags == ("roads",)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\x1bb", "x" * (TAG_LENGTH + 1)])
def test_what_is_no_tag_is_refused_and_changes_nothing(name: str, digests: Digests) -> None:
    kept = digests.keep(OWNER, digest(), None, tags=["a"])
    with pytest.raises(UsageError):
        digests.tag(OWNER, [kept.id], add=["good", name])
    assert digests.get(OWNER, kept.id).tags == ("a",)


def test_a_digest_has_a_limited_number_of_tags(digests: Digests) -> None:
    kept = digests.keep(OWNER, digest(), None, tags=[f"tag {n}" for n in range(MOST_TAGS)])
    assert len(kept.tags) == MOST_TAGS
    with pytest.raises(UsageError, match="at most"):
        digests.tag(OWNER, [kept.id], add=["one more"])
    assert len(digests.get(OWNER, kept.id).tags) == MOST_TAGS


@given(st.text(max_size=80))
def test_a_tag_that_is_proper_stays_as_it_is(name: str) -> None:
    try:
        tag = proper_tag(name)
    except UsageError:
        return
    assert proper_tag(tag) == tag
    assert tag == tag.strip()
    assert 0 < len(tag) <= TAG_LENGTH


@given(strategies.digests)
def test_any_digest_is_kept_and_comes_back(whole: Digest) -> None:
    with _shared().writing() as connection:
        connection.exec_driver_sql("DELETE FROM digests")
    kept = Digests(_shared()).keep(OWNER, whole, None)
    assert Digests(_shared()).digest(OWNER, kept.id) == whole
    assert kept.hash == whole.hash
    assert _shared().faults() == ()


_opened: list[Store] = []


def _shared() -> Store:
    """One library for all examples of a property."""
    return _opened[0]


@pytest.fixture(autouse=True, scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    _opened.append(Store.open(tmp_path_factory.mktemp("shared") / "library.db"))
    yield
    _opened.pop().close()


def leave(store: Store, *titles: str) -> Path:
    inbox = spool.inbox_of(store.path)
    for title in titles:
        source = document(f"{title} and its text.")
        spool.leave(inbox, digest(title, of=source), source)
    return inbox


def test_what_the_command_line_left_is_taken_in_once(digests: Digests, store: Store) -> None:
    assert not digests.waiting()
    assert digests.take_in() == 0
    inbox = leave(store, "One", "Two", "One")
    assert digests.waiting()
    assert stat.S_IMODE(inbox.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in inbox.iterdir()} == {0o600}
    assert digests.take_in() == 2
    assert not digests.waiting()
    assert list(inbox.iterdir()) == []
    listing = digests.find(OWNER, Filter(order="oldest"))
    assert [found.kept.title for found in listing.items] == ["One", "Two"]
    assert digests.document(OWNER, listing.items[0].kept.id) == document("One and its text.")


def test_a_file_that_outlived_a_crash_is_taken_in_as_the_digest_that_is_there(digests: Digests, store: Store) -> None:
    [path] = spool.waiting(leave(store, "One"))
    data = path.read_bytes()
    assert digests.take_in() == 1
    path.write_bytes(data)
    assert digests.take_in() == 0
    assert digests.facets(OWNER).total == 1
    assert not path.exists()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"digest": {}}', b"\xff\xfe\x00"])
def test_a_damaged_file_is_set_aside_and_keeps_nothing_else_out(
    damage: bytes, digests: Digests, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = leave(store, "One")
    (inbox / "damaged.json").write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        assert digests.take_in() == 1
    assert [path.read_bytes() for path in spool.aside(inbox)] == [damage]
    assert "damaged.json" in caplog.text
    caplog.clear()
    assert digests.take_in() == 0
    assert not caplog.records


def test_a_document_that_is_not_the_digest_s_is_set_aside(digests: Digests, store: Store) -> None:
    inbox = spool.inbox_of(store.path)
    spool.leave(inbox, digest("One", of=document()), document("Another text."))
    leave(store, "Two")
    assert digests.take_in() == 1
    assert len(spool.aside(inbox)) == 1
    assert store.faults() == ()


def test_a_half_written_file_waits_for_nobody(digests: Digests, store: Store) -> None:
    inbox = leave(store, "One")
    (inbox / "tmp1234.tmp").write_bytes(b"{")
    assert digests.take_in() == 1
    assert (inbox / "tmp1234.tmp").exists()

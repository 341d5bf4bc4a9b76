"""A library goes out as one ZIP and comes in again whole; what comes from elsewhere is taken in, or refused, singly."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aili
from aili import codec
from aili.digest import Digest
from aili.document import Document
from aili.errors import NotFoundError, OutputError
from aili.library.digests import Digests
from aili.library.exchange import FORM, INDEX, Index, Row, Taken, export, take
from aili.store import Store
from aili.store.records import OWNER, Filter

Open = Callable[[str], "Shelf"]


@dataclass(frozen=True)
class Shelf:
    """A library with nothing but its digests."""

    digests: Digests


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    stores: list[Store] = []

    def open_(name: str) -> Shelf:
        stores.append(Store.open(tmp_path / name))
        return Shelf(Digests(stores[-1]))

    yield open_
    for store in stores:
        store.close()


@pytest.fixture(scope="session")
def made(examples: Path) -> list[tuple[Digest, Document]]:
    """Digests of two examples with their documents."""
    found = []
    for name in ("notice.txt", "library-ja.txt"):
        *_, finished = aili.stream(examples / name, settings=aili.Settings(cache=False))
        assert isinstance(finished, aili.Finished)
        found.append((finished.digest, finished.document))
    return found


@pytest.fixture
def full(opened: Open, made: list[tuple[Digest, Document]]) -> Shelf:
    shelf = opened("full.db")
    for number, (digest, document) in enumerate(made):
        shelf.digests.keep(OWNER, digest, document, tags=["all", f"tag {number}"])
    return shelf


def listed(shelf: Shelf) -> list[tuple[str, str, str, tuple[str, ...]]]:
    rows = shelf.digests.find(OWNER, Filter(order="oldest")).items
    return [(found.kept.hash, found.kept.document, found.kept.created, found.kept.tags) for found in rows]


def test_a_library_that_went_out_comes_in_whole_and_only_once(full: Shelf, opened: Open, tmp_path: Path) -> None:
    target, other = tmp_path / "out.zip", opened("other.db")
    assert export(full, OWNER, target) == 2
    assert take(other, OWNER, target) == Taken(new=2)
    assert listed(other) == listed(full)
    assert take(other, OWNER, target) == Taken(known=2)
    first = other.digests.find(OWNER, Filter()).items[0].kept
    document = other.digests.document(OWNER, first.id)
    assert document is not None
    assert document.hash == first.document


def test_the_same_library_gives_the_same_bytes(full: Shelf) -> None:
    streams = [io.BytesIO(), io.BytesIO()]
    assert [export(full, OWNER, stream) for stream in streams] == [2, 2]
    assert streams[0].getvalue() == streams[1].getvalue()


def test_some_digests_go_out_by_their_ids_and_an_unknown_one_leaves_no_file(full: Shelf, tmp_path: Path) -> None:
    [found] = full.digests.find(OWNER, Filter(tags=("tag 1",))).items
    assert export(full, OWNER, tmp_path / "one.zip", [found.kept.id]) == 1
    with pytest.raises(NotFoundError):
        export(full, OWNER, tmp_path / "none.zip", ["unknown"])
    assert not (tmp_path / "none.zip").exists()


def test_an_export_takes_no_other_file_s_place(full: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    target.write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        export(full, OWNER, target)
    assert target.read_text() == "mine"
    with pytest.raises(OutputError, match="could not be written"):
        export(full, OWNER, tmp_path / "missing" / "out.zip")


@pytest.mark.parametrize("format_", ["json", "html", "markdown", "text"])
def test_a_shared_digest_is_taken_in_in_every_form(
    format_: str, made: list[tuple[Digest, Document]], opened: Open, tmp_path: Path
) -> None:
    shelf, path = opened("library.db"), tmp_path / f"shared-{format_}"
    path.write_text(aili.render(made[0][0], format=format_), encoding="utf-8")
    assert take(shelf, OWNER, path) == Taken(new=1)
    assert take(shelf, OWNER, path) == Taken(known=1)
    assert shelf.digests.find(OWNER, Filter(query="water supply")).total == 1


@pytest.mark.parametrize("content", [b"", b"{", b"\x00\xff", b"PK\x03\x04", b"<html></html>", b"A text of somebody."])
def test_what_is_no_digest_is_a_row_of_what_was_refused(content: bytes, opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "thing"
    path.write_bytes(content)
    taken = take(opened("library.db"), OWNER, path)
    assert (taken.new, taken.known) == (0, 0)
    assert [row.name for row in taken.refused] == [str(path)]
    assert taken.refused[0].message


def test_a_missing_file_is_a_row_of_what_was_refused(opened: Open, tmp_path: Path) -> None:
    assert [row.kind for row in take(opened("l.db"), OWNER, tmp_path / "missing").refused] == ["MissingError"]


def archive(members: dict[str, bytes], *rows: Row, form: str = FORM) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
        file.writestr(INDEX, codec.encode(Index(form=form, digests=rows)))
    stream.seek(0)
    return stream


def test_a_damaged_digest_keeps_the_others_in_the_archive(made: list[tuple[Digest, Document]], opened: Open) -> None:
    (digest, document), (other, _) = made
    good = codec.encode(digest)
    members = {"a": good, "b": b"{}", "c": codec.encode(other), "d": codec.encode(document)}
    rows = (
        Row(digest="a", document="d", title="good"),
        Row(digest="b", title="damaged"),
        Row(digest="missing", title="missing"),
        Row(digest="c", document="d", title="the wrong document"),
        Row(digest="c", title="badly tagged", tags=("x" * 100,)),
    )
    taken = take(opened("library.db"), OWNER, archive(members, *rows))
    assert (taken.new, taken.known) == (1, 0)
    assert [row.name for row in taken.refused][:2] == ["damaged", "missing"]
    assert len(taken.refused) == 4


def test_no_name_in_an_archive_becomes_a_path(
    made: list[tuple[Digest, Document]], opened: Open, tmp_path: Path
) -> None:
    names = ["../outside.json", "/absolute.json", "C:\\drive.json", "digests/../../up.json"]
    members = {name: codec.encode(made[0][0]) for name in names}
    shelf = opened("deep.db")
    before = sorted(tmp_path.rglob("*"))
    taken = take(shelf, OWNER, archive(members, *(Row(digest=name) for name in names)))
    assert taken.new == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_an_archive_that_unpacks_to_far_too_much_is_refused(opened: Open) -> None:
    bomb = archive({"a": b" " * 70_000_000}, Row(digest="a"))
    assert len(bomb.getvalue()) < 100_000
    assert [row.kind for row in take(opened("library.db"), OWNER, bomb).refused] == ["TooLargeError"]


def test_many_rows_of_one_large_member_are_refused_together(opened: Open) -> None:
    bomb = archive({"a": b" " * 5_000_000}, *[Row(digest="a")] * 1000)
    taken = take(opened("library.db"), OWNER, bomb)
    assert "TooLargeError" in {row.kind for row in taken.refused}
    assert len(taken.refused) < 100


def test_an_archive_of_another_form_is_refused(opened: Open) -> None:
    [row] = take(opened("library.db"), OWNER, archive({}, form="aili-library-9")).refused
    assert "aili-library-9" in row.message
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as file:
        file.writestr("holiday.jpg", b"x")
    assert take(opened("library.db"), OWNER, plain, name="photos.zip").refused[0].name == "photos.zip"


@pytest.mark.parametrize("moment", ["", "yesterday", "2999-01-01T00:00:00Z", "2025-02-30T00:00:00Z", "2025-01-01"])
def test_a_moment_that_cannot_be_is_this_one(moment: str, made: list[tuple[Digest, Document]], opened: Open) -> None:
    shelf = opened("library.db")
    take(shelf, OWNER, archive({"a": codec.encode(made[0][0])}, Row(digest="a", created=moment)))
    [found] = shelf.digests.find(OWNER, Filter()).items
    assert found.kept.created > "2025-06-01T00:00:00Z"
    assert found.kept.created < "2999"


@pytest.fixture(scope="module", name="shelf")
def _shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    store = Store.open(tmp_path_factory.mktemp("any") / "library.db")
    yield Shelf(Digests(store))
    store.close()


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda data: b"PK\x03\x04" + data))
def test_no_bytes_are_more_than_a_refusal(shelf: Shelf, data: bytes) -> None:
    taken = take(shelf, OWNER, io.BytesIO(data))
    assert taken.new + taken.known + len(taken.refused) == 1


@given(st.integers(0, 3000), st.integers(0, 255))
def test_an_archive_with_a_wrong_byte_is_at_most_refused(shelf: Shelf, at: int, byte: int) -> None:
    digest = Digest(title="A", abstract=(), sections=())
    data = bytearray(archive({"a": codec.encode(digest)}, Row(digest="a")).getvalue())
    data[at % len(data)] = byte
    taken = take(shelf, OWNER, io.BytesIO(bytes(data)))
    assert taken.new + taken.known + len(taken.refused) <= 2


def test_an_archive_of_a_later_zip_version_is_refused(shelf: Shelf) -> None:
    digest = Digest(title="A", abstract=(), sections=())
    data = bytearray(archive({"a": codec.encode(digest)}, Row(digest="a")).getvalue())
    data[data.index(b"PK\x01\x02") + 6] = 64  # version needed to extract (APPNOTE 4.4.3)
    taken = take(shelf, OWNER, io.BytesIO(bytes(data)))
    assert "damaged ZIP archive" in taken.refused[0].message

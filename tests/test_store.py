"""The library's file is made, brought forward, shared between processes and kept whole, on a full disk too."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from aili.digest import Bullet, Digest
from aili.errors import (
    LibraryDamagedError,
    LibraryError,
    LibraryFullError,
    LibraryVersionError,
)
from aili.library.digests import Digests
from aili.store import HEAD, Store, migrations
from aili.store.records import OWNER, Filter, Preferences
from aili.store.tables import metadata

LIBRARIES = Path(__file__).with_name("libraries")
VERSIONS = Path(migrations.__file__).with_name("versions")


def revisions() -> list[str]:
    """Every form that a library has had: migrations are named by it."""
    return sorted(script.name[:4] for script in VERSIONS.glob("*.py"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "library.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store.open(path)
    yield store
    store.close()


def made_up(number: int, *, words: int = 40) -> Digest:
    return Digest(
        title=f"Report {number}",
        abstract=(Bullet(text=" ".join(f"word{number}x{at}" for at in range(words))),),
        sections=(),
    )


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )


def test_the_tables_and_the_migrations_tell_the_same(store: Store) -> None:
    def ours(thing: object, name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and (name or "").startswith(("search", "alembic_version")))

    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_form_is_the_one_that_the_store_names() -> None:
    assert revisions()[-1] == HEAD


def test_a_new_library_has_its_owner_and_is_private(store: Store, path: Path) -> None:
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT id, name, role, password, preferences, feed FROM accounts").fetchall()
    assert [tuple(row)[:5] for row in rows] == [(OWNER, "owner", "owner", "", "{}")]
    assert len(rows[0][5]) >= 22
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert store.faults() == ()


def test_no_two_libraries_have_the_same_feed_secret(tmp_path: Path) -> None:
    feeds = set()
    for name in ("a.db", "b.db"):
        with closing(Store.open(tmp_path / name)) as store, store.reading() as connection:
            feeds.add(connection.exec_driver_sql("SELECT feed FROM accounts").scalar())
    assert len(feeds) == 2


@pytest.mark.parametrize("dump", sorted(LIBRARIES.glob("*.sql")), ids=lambda dump: dump.stem)
def test_a_library_of_every_release_comes_forward_with_all_it_holds(dump: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(dump.read_text(encoding="utf-8"))
    with closing(Store.open(path)) as store:
        digests = Digests(store)
        assert store.faults() == ()
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
            assert connection.exec_driver_sql("SELECT count(*) FROM shares").scalar() == 1
        listing = digests.find(OWNER, Filter(query="water supply", tags=("notices",)))
        assert [found.kept.title for found in listing.items] == [
            "Water supply interrupted in Mill Lane and Weaver Street"
        ]
        kept = listing.items[0].kept
        document = digests.document(OWNER, kept.id)
        assert document is not None
        assert document.hash == kept.document
        assert kept.hash.startswith("digest-1:")  # what it was kept under, though digests have more fields now
        assert digests.digest(OWNER, kept.id).title == kept.title


def test_every_release_left_a_library_to_test_with() -> None:
    assert {dump.stem for dump in LIBRARIES.glob("*.sql")} == set(revisions())


def test_processes_that_start_together_make_one_library(path: Path) -> None:
    code = "import sys; from pathlib import Path; from aili.store import Store; Store.open(Path(sys.argv[1])).close()"
    starting = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    told = [process.communicate(timeout=120)[1] for process in starting]
    assert [process.returncode for process in starting] == [0] * 4, told
    with closing(Store.open(path)) as store, store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM accounts").scalar() == 1


def test_a_library_of_a_newer_aili_is_left_alone(store: Store, path: Path) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    before = path.read_bytes()
    with pytest.raises(LibraryVersionError, match="newer aili"):
        Store.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database, only words " * 40, b"SQLite format 3\x00" + bytes(range(256)) * 16]
)
def test_a_file_that_is_no_database_is_no_library(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    with pytest.raises(LibraryDamagedError, match=r"notes\.db"):
        Store.open(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_no_library(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("CREATE TABLE accounts (id)")
        theirs.commit()
    with pytest.raises(LibraryDamagedError, match="another program"):
        Store.open(path)


def test_a_directory_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="is a folder"):
        Store.open(tmp_path)


def test_a_damaged_page_is_found(store: Store, path: Path) -> None:
    digests = Digests(store)
    for number in range(30):
        digests.keep(OWNER, made_up(number), None)
    store.close()
    with path.open("r+b") as file:
        size = path.stat().st_size
        file.seek(size // 2)
        file.write(b"\xff" * 8192)
    assert faults_of(path)


def faults_of(path: Path) -> tuple[str, ...]:
    """What doctor would say: the faults, or the error that keeps the library from being opened or looked through."""
    try:
        with closing(Store.open(path)) as store:
            return store.faults()
    except LibraryDamagedError as error:
        return (error.message,)


def test_a_search_index_that_has_lost_a_digest_is_found(store: Store) -> None:
    Digests(store).keep(OWNER, made_up(1), None)
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM search")
    assert any("search index" in fault for fault in store.faults())


def test_what_fails_midway_leaves_nothing_behind(store: Store) -> None:
    def failing() -> None:
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE accounts SET name = 'other'")
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        failing()
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT name FROM accounts").scalar() == "owner"


def test_a_reader_sees_one_moment_while_others_write(store: Store) -> None:
    digests = Digests(store)
    digests.keep(OWNER, made_up(1), None)
    with store.reading() as connection:
        count = "SELECT count(*) FROM digests"
        assert connection.exec_driver_sql(count).scalar() == 1
        digests.keep(OWNER, made_up(2), None)
        assert connection.exec_driver_sql(count).scalar() == 1
    assert digests.facets(OWNER).total == 2


def test_what_was_acknowledged_outlives_the_process_that_was_killed(path: Path) -> None:
    code = """
import sys
from pathlib import Path
from aili.digest import Digest
from aili.library.digests import Digests
from aili.store import Store
digests = Digests(Store.open(Path(sys.argv[1])))
for number in range(10_000):
    print(digests.keep("owner", Digest(title=f"Report {number}", abstract=(), sections=()), None).id, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().strip() for _ in range(25)]
        process.kill()
        acknowledged += process.stdout.read().split()
    with closing(Store.open(path)) as store:
        for id_ in filter(lambda id_: len(id_) == 22, acknowledged):  # the last line may be half a one
            assert Digests(store).get(OWNER, id_).id == id_
        assert store.faults() == ()


def test_a_backup_taken_in_use_is_a_library_of_its_own(store: Store, tmp_path: Path) -> None:
    digests, target = Digests(store), tmp_path / "backup.db"
    kept = digests.keep(OWNER, made_up(1), None, tags=["a"])
    with store.reading():
        store.backup(target)
    digests.remove(OWNER, [kept.id])
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with closing(Store.open(target)) as copy:
        assert copy.faults() == ()
        assert Digests(copy).get(OWNER, kept.id) == kept


def test_a_backup_takes_no_other_file_s_place(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    target.write_text("mine")
    with pytest.raises(LibraryError, match="exists already"):
        store.backup(target)
    assert target.read_text() == "mine"
    with pytest.raises(LibraryError, match=r"missing.*could not be written"):
        store.backup(tmp_path / "missing" / "backup.db")


def test_a_name_that_a_web_address_could_not_hold_is_a_library_s_name_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "mes études?mode=ro#1 %41.db"
    with closing(Store.open(path)):
        assert path.is_file()


def test_preferences_of_a_new_owner_are_the_server_s_own(store: Store) -> None:
    import msgspec

    with store.reading() as connection:
        stored = connection.exec_driver_sql("SELECT preferences FROM accounts").scalar()
    assert msgspec.json.decode(stored, type=Preferences) == Preferences()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 40 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=40m,mode=700", "tmpfs", str(place)]
    if os.name != "posix" or shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here: the test of a full or read-only disk needs one")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte."""
    filler = disk / f"filler-{len(list(disk.iterdir()))}"
    with filler.open("wb", buffering=0) as file:
        while shutil.disk_usage(disk).free:
            file.write(b"x" * 4096)
    return filler


def keep_until_full(digests: Digests, ids: list[str]) -> None:
    for number in range(1000):
        ids.append(digests.keep(OWNER, made_up(len(ids) + number, words=2000), None).id)


READ = """
import sys
from pathlib import Path
from aili.library.digests import Digests
from aili.store import Store
from aili.store.records import Filter
print(Digests(Store.open(Path(sys.argv[1]))).find("owner", Filter(query="report")).total)
"""


def test_on_a_full_disk_a_library_is_read_and_emptied_and_stays_whole(small_disk: Path) -> None:
    path = small_disk / "library.db"
    store = Store.open(path)
    digests = Digests(store)
    ids = [digests.keep(OWNER, made_up(number, words=2000), None).id for number in range(60)]
    filler = fill(small_disk)
    with pytest.raises(LibraryFullError, match="full"):
        keep_until_full(digests, ids)
    others = fill(small_disk)
    assert digests.find(OWNER, Filter(query="report")).total == len(ids)
    store.close()
    fill(small_disk)
    beside = run(READ, path)
    assert beside.stdout.strip() == str(len(ids)), beside.stderr

    store = Store.open(path)
    digests = Digests(store)
    assert digests.remove(OWNER, ids[:50]) == 50
    assert store.faults() == ()
    assert digests.find(OWNER, Filter(query="report")).total == len(ids) - 50
    for file in (filler, others):
        file.unlink()
    digests.keep(OWNER, made_up(5000), None)
    digests.remove(OWNER, ids[50:51])
    assert path.with_name("library.db-reserve").is_file()
    store.close()


def test_on_a_disk_that_cannot_be_written_to_the_error_says_so(small_disk: Path) -> None:
    path = small_disk / "library.db"
    Store.open(path).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for name in ("library.db", "new.db"):
        with pytest.raises(LibraryError, match=r"(?i)read-only"):
            Store.open(small_disk / name)

"""The cache keeps what was read, privately, gives back what can be read, and never costs anybody a digest."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

import aili
from aili.cache import Cache
from aili.document import Resource

ROOM = 1_000_000  # bytes


def resource(text: str = "kept") -> Resource:
    return Resource(data=text.encode(), media_type="text/plain", reference="a", location="a", etag='"1"')


def files(directory: Path) -> list[Path]:
    return sorted(directory.iterdir())


def aged(directory: Path, seconds: int) -> None:
    """Let every entry have been used ``seconds`` ago."""
    for path in files(directory):
        now = path.stat().st_mtime
        os.utime(path, (now - seconds, now - seconds))


def test_what_is_put_under_a_key_is_got_back_by_another_cache_of_the_same_directory(tmp_path: Path) -> None:
    assert Cache(tmp_path, max_bytes=ROOM).put(resource(), "https://example.org/a", "en")
    again = Cache(tmp_path, max_bytes=ROOM)
    assert again.get(Resource, "https://example.org/a", "en") == resource()


def test_another_key_another_kind_and_an_empty_cache_hold_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "none", max_bytes=ROOM)
    assert cache.get(Resource, "a") is None
    cache.put(resource(), "a", "b")
    assert cache.get(Resource, "a") is None
    assert cache.get(Resource, "ab") is None
    assert cache.get(aili.Document, "a", "b") is None


def test_a_newer_value_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=ROOM)
    cache.put(resource("old"), "a")
    cache.put(resource("new"), "a")
    assert cache.get(Resource, "a") == resource("new")
    assert len(files(tmp_path)) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_user_may_look_into_the_directory_and_its_entries(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        Cache(tmp_path / "one" / "two", max_bytes=ROOM).put(resource(), "a")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "one" / "two").stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in files(tmp_path / "one" / "two")] == [0o600]


def test_names_of_entries_tell_nothing_of_what_was_read(tmp_path: Path) -> None:
    Cache(tmp_path, max_bytes=ROOM).put(resource(), "https://example.org/secret")
    assert "secret" not in files(tmp_path)[0].name
    assert "example" not in files(tmp_path)[0].name


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\x00", b'{"data": 3}'])
def test_a_damaged_entry_counts_as_absent_and_can_be_written_again(tmp_path: Path, damage: bytes) -> None:
    cache = Cache(tmp_path, max_bytes=ROOM)
    cache.put(resource(), "a")
    files(tmp_path)[0].write_bytes(damage)
    assert cache.get(Resource, "a") is None
    assert cache.put(resource(), "a")
    assert cache.get(Resource, "a") == resource()


def test_the_entries_used_longest_ago_go_when_there_is_no_room(tmp_path: Path) -> None:
    Cache(tmp_path, max_bytes=ROOM).put(resource(), "measured")
    entry = files(tmp_path)[0].stat().st_size
    cache = Cache(tmp_path, max_bytes=3 * entry)
    for name in ("used again", "forgotten"):
        aged(tmp_path, 100)
        cache.put(resource(), name)
    assert cache.get(Resource, "used again") is not None
    cache.put(resource(), "newest")
    assert [name for name in ("used again", "newest") if cache.get(Resource, name) is None] == []
    assert cache.get(Resource, "measured") is None
    assert cache.put(resource(), "newer still")
    assert cache.get(Resource, "forgotten") is None
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 3 * entry


def test_what_is_larger_than_the_whole_cache_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=1000)
    cache.put(resource(5000 * "x"), "a")
    assert files(tmp_path) == []
    assert cache.get(Resource, "a") is None


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=ROOM)
    cache.put(resource(), "a")
    assert [path.suffix for path in files(tmp_path)] == [".json"]


def test_a_place_where_no_directory_can_be_says_false(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache", max_bytes=ROOM)
    assert cache.put(resource(), "a") is False
    assert cache.get(Resource, "a") is None


def test_a_directory_that_may_not_be_written_says_false(tmp_path: Path) -> None:
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("for this user every directory may be written")
    tmp_path.chmod(0o500)
    try:
        assert Cache(tmp_path, max_bytes=ROOM).put(resource(), "a") is False
    finally:
        tmp_path.chmod(0o700)


def test_a_full_disk_says_false_and_leaves_nothing(tmp_path: Path) -> None:
    resources = pytest.importorskip("resource", reason="this system has no limit on the size of files")
    soft, hard = resources.getrlimit(resources.RLIMIT_FSIZE)
    resources.setrlimit(resources.RLIMIT_FSIZE, (1000, hard))  # what is larger fails as on a full disk: with OSError
    try:
        assert Cache(tmp_path, max_bytes=ROOM).put(resource(100_000 * "x"), "a") is False
    finally:
        resources.setrlimit(resources.RLIMIT_FSIZE, (soft, hard))
    assert files(tmp_path) == []


def test_a_cache_that_cannot_be_kept_costs_no_digest(tmp_path: Path, examples: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = aili.Settings(cache_dir=str(tmp_path / "file" / "cache"))
    assert aili.summarize(examples / "notice.txt", settings=settings).sections

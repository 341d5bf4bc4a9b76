"""What every test stands on: directories of its own, a guarded network, and no process left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.web import served, team  # noqa: F401 (fixtures for every test)

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"

# No deadline: the machine may be busy, and a slow example is no wrong one. In CI the same examples run every time.
settings.register_profile("developer", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("developer"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "developer")


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the test's own, which processes it starts inherit: nobody's settings are read, nobody's cache is touched."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith("AILI_")]:
        monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("AILI_CACHE_DIR", str(home / "cache" / "aili"))
    return home


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of this repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def examples() -> Path:
    """The texts written for this project."""
    return REPOSITORY / "examples"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The yardsticks beside the repository; a test that needs them skips where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is absent: this test measures on data that is not part of the repository")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def no_process_left_behind() -> Iterator[None]:
    """Ends processes that tests started and left running, so that a run of the suite never leaks one."""
    yield
    for child in _descendants(os.getpid()):
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _descendants(process: int) -> list[int]:
    """Process ids beneath ``process``, deepest first; empty where /proc does not tell."""
    found: list[int] = []
    for listing in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = [int(number) for number in listing.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [*_descendants(child), child]
    return found

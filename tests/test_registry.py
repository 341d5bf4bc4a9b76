"""Plugs are names in tables: a known name loads, an unknown one is a usage error that lists the known."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from aili.errors import UsageError
from aili.registry import Registry


def table() -> Registry[object]:
    return Registry("testfamily", "test plug", {"encode": "aili.codec:encode", "broken": "aili.codec:nothing_here"})


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package that adds the row ``shout`` to the family and tries to take over ``encode``."""
    (tmp_path / "shouting.py").write_text("def shout(text):\n    return text.upper()\n")
    metadata = tmp_path / "shouting-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting\nVersion: 1.0\n")
    points = "[aili.testfamily]\nshout = shouting:shout\nencode = shouting:shout\n"
    (metadata / "entry_points.txt").write_text(points)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()


def test_a_known_name_loads_what_its_row_points_at() -> None:
    from aili.codec import encode

    assert table().load("encode") is encode


def test_a_table_lists_its_names_without_importing_them() -> None:
    rows = Registry[object]("testfamily", "test plug", {"never": "a_module_that_is_not:here"})
    assert list(rows) == ["never"]
    assert "never" in rows
    assert "a_module_that_is_not" not in sys.modules


def test_an_unknown_name_is_a_usage_error_that_lists_the_known_names() -> None:
    with pytest.raises(UsageError) as caught:
        table().load("decode")
    assert "no test plug called 'decode'" in caught.value.message
    assert "broken, encode" in caught.value.hint


def test_a_row_that_points_nowhere_fails_loudly() -> None:
    with pytest.raises(AttributeError, match="nothing_here"):
        table().load("broken")


@pytest.mark.usefixtures("plugin")
def test_an_installed_package_adds_a_row() -> None:
    rows = table()
    assert "shout" in rows
    shout = rows.load("shout")
    assert callable(shout)
    assert shout("quiet") == "QUIET"


@pytest.mark.usefixtures("plugin")
def test_an_installed_package_cannot_take_over_a_built_in_row() -> None:
    from aili.codec import encode

    rows = table()
    assert rows.load("encode") is encode
    assert list(rows).count("encode") == 1

"""Settings come from flags, then the environment, then the file, then the defaults; a bad one is named with its place."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili.errors import UsageError
from aili.settings import PREFIX, Settings, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(
        'engine = "from-file"\nowner = "The File"\nfetch_seconds = 7\nallow_hosts = ["wiki.example", "10.0.0.0/8"]\n'
    )
    return path


def test_without_anything_the_defaults_hold() -> None:
    assert load({}) == Settings()


def test_a_file_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    assert load({}, file=tmp_path / "nowhere.toml") == Settings()


def test_a_file_overrides_the_defaults(file: Path) -> None:
    settings = load({}, file=file)
    assert settings.engine == "from-file"
    assert settings.fetch_seconds == 7.0
    assert settings.allow_hosts == ("wiki.example", "10.0.0.0/8")


def test_the_environment_overrides_the_file(file: Path) -> None:
    settings = load({"AILI_ENGINE": "from-environment", "AILI_FETCH_SECONDS": "2.5"}, file=file)
    assert settings.engine == "from-environment"
    assert settings.fetch_seconds == 2.5
    assert settings.owner == "The File"


def test_flags_override_everything_and_none_means_not_given(file: Path) -> None:
    flags = {"engine": "from-flag", "owner": None}
    settings = load({"AILI_ENGINE": "from-environment", "AILI_OWNER": "The Environment"}, file=file, flags=flags)
    assert settings.engine == "from-flag"
    assert settings.owner == "The Environment"


@pytest.mark.parametrize("text", ["0", "false", "False"])
def test_a_switch_in_the_environment_can_be_turned_off(text: str) -> None:
    assert load({"AILI_CACHE": text}).cache is False


def test_several_hosts_in_the_environment_are_separated_by_commas() -> None:
    assert load({"AILI_ALLOW_HOSTS": "intranet, 192.168.1.4 ,"}).allow_hosts == ("intranet", "192.168.1.4")


def test_variables_of_other_programs_are_ignored() -> None:
    assert load({"AILI_CONFIG": "a.toml", "AILI_TRACEBACK": "1", "ENGINE": "x", "PATH": "/bin"}) == Settings()


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"AILI_FETCH_SECONDS": "soon"}, "fetch_seconds"),
        ({"AILI_SOMETHING_ELSE": "1"}, "something_else"),
        ({"AILI_LANGUAGE": "xx!"}, "language tag"),
        ({"AILI_MIN_WORDS": "4.5"}, "min_words"),
        ({"AILI_CACHE": "perhaps"}, "cache"),
        ({"AILI_FETCH_MEGABYTES": "-1"}, "fetch_megabytes"),
        ({"AILI_FETCH_SECONDS": "nan"}, "fetch_seconds"),
    ],
)
def test_a_value_that_does_not_fit_is_a_usage_error_that_names_the_setting(environ: dict[str, str], named: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(environ)
    assert named in caught.value.message
    assert "in the environment" in caught.value.message


def test_an_unknown_setting_in_the_file_is_a_usage_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('engin = "embedded"\n')
    with pytest.raises(UsageError) as caught:
        load({}, file=path)
    assert "'engin'" in caught.value.message
    assert str(path) in caught.value.message
    assert "engine" in caught.value.hint


@pytest.mark.parametrize("content", [b"engine = ", b"\xff\xfe\x00", b"[engine"])
def test_a_file_that_is_not_toml_is_a_usage_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"config\.toml"):
        load({}, file=path)


@given(
    st.dictionaries(st.sampled_from([PREFIX + entry.name.upper() for entry in fields(Settings)]), st.text(max_size=20))
)
def test_any_environment_gives_settings_or_a_usage_error(environ: dict[str, str]) -> None:
    try:
        settings = load(environ)
    except UsageError as error:
        assert "in the environment" in error.message
    else:
        for entry in fields(Settings):
            assert type(getattr(settings, entry.name)) is type(getattr(Settings(), entry.name))

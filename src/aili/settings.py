"""Every setting, where it may come from, and what it is when nobody says: flags, then environment, then file, then this.

Settings are read once, at a face's door; below the pipeline there are only ordinary arguments. A setting ``NAME`` is the
environment variable ``AILI_NAME`` and the key ``name`` of the file ``config.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, cast

from aili.errors import UsageError

PREFIX = "AILI_"
FACES = ("config", "password", "traceback")  # variables that a face reads itself
LENGTHS = ("brief", "standard", "detailed")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The settings in effect; docs/settings.md describes each."""

    engine: str = "embedded"
    language: str = ""  # of the digest; empty: the document's own
    brand: str = "Aili"
    shared_by: str = ""
    owner: str = ""
    user_agent: str = ""  # empty: aili's own
    allow_hosts: tuple[str, ...] = ()  # private hosts that may be fetched from: names, addresses, networks
    fetch_seconds: float = 30.0
    fetch_megabytes: float = 50.0
    fetch_redirects: int = 5
    ca_file: str = ""  # certificate authorities (PEM) trusted beside the system's
    parse_seconds: float = 60.0
    parse_megabytes: int = 2048
    min_words: int = 40
    max_words: int = 300_000  # the embedded engine reads this much; the digest says which share that was
    threads: int = 0  # of the embedded engine; 0: as many as there are cores, 8 at most
    cache: bool = True
    cache_dir: str = ""  # empty: the user's cache directory
    cache_megabytes: int = 500
    length: str = "standard"  # of the digest: brief, standard or detailed
    save: bool = True  # the command line keeps its digests in the library
    library: str = ""  # the library's file; empty: library.db in the user's data directory
    host: str = "127.0.0.1"  # where the server listens
    port: int = 8017
    public_url: str = ""  # the server's address as others see it, for links; empty: as it was asked for
    allow_origins: tuple[str, ...] = ()  # further host names that the server answers to
    trusted_proxies: tuple[str, ...] = ()  # addresses or networks whose X-Forwarded-For and -Proto are believed
    workers: int = 2  # digests made at a time
    jobs_per_account: int = 50  # waiting or running
    jobs_waiting: int = 500  # of all accounts


def load(
    environ: Mapping[str, str], *, file: Path | None = None, flags: Mapping[str, object] | None = None
) -> Settings:
    """Settings from a file, then ``environ``, then ``flags`` (None values are left out), each overriding the one before.

    Raises UsageError naming the setting and where it came from.
    """
    settings = Settings()
    if file is not None and file.is_file():
        settings = _override(settings, _from_file(file), where=f"in {file}")
    named = {name[len(PREFIX) :].lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    settings = _override(settings, {k: v for k, v in named.items() if k not in FACES}, where="in the environment")
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    return _override(settings, given, where="on the command line")


def _from_file(file: Path) -> dict[str, object]:
    try:
        return cast("dict[str, object]", tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"The settings file {file} cannot be read: {error}.") from error


def _override(settings: Settings, given: Mapping[str, object], *, where: str) -> Settings:
    import msgspec  # here: nothing else needs it for `aili --help`, and it takes 30 ms

    known = {entry.name: entry for entry in fields(Settings)}
    changed: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise UsageError(f"There is no setting {name!r} ({where}).", hint=f"Known: {', '.join(known)}.")
        kind = type(getattr(settings, name))
        if kind is tuple and isinstance(value, str):
            value = tuple(part.strip() for part in value.split(",") if part.strip())
        try:
            changed[name] = msgspec.convert(value, tuple[str, ...] if kind is tuple else kind, strict=False)
        except msgspec.ValidationError as error:
            raise UsageError(f"The setting {name} = {value!r} ({where}) does not fit: {error}.") from error
        if isinstance(changed[name], int | float) and not changed[name] >= 0:
            raise UsageError(f"The setting {name} = {value!r} ({where}) must not be negative.")
    if changed.get("length", LENGTHS[0]) not in LENGTHS:
        raise UsageError(f"There is no length {changed['length']!r} ({where}).", hint=f"Known: {', '.join(LENGTHS)}.")
    if changed.get("language") and not _TAG.fullmatch(changed["language"]):
        raise UsageError(f"{changed['language']!r} is no language tag ({where}).", hint="Write en, de or pt-BR.")
    return replace(settings, **changed)

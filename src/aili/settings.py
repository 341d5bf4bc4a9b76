"""Every setting, where it may come from, and what it is when nobody says: flags, then environment, then file, then this.

Settings are read once, at a face's door; below the pipeline there are only ordinary arguments. A setting ``NAME`` is the
environment variable ``AILI_NAME`` and the key ``name`` of the file ``config.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

from aili.errors import UsageError, quoted

PREFIX = "AILI_"
FACES = ("config", "password", "traceback")  # variables that a face reads itself
LENGTHS = ("brief", "standard", "detailed")
_KINDS: dict[type, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    tuple: "words with commas between",
}
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
# Where the providers of language models tell people to put their keys: the names that every other program reads too.
KEY_VARIABLES: dict[str, tuple[str, ...]] = {
    "openai": ("OPENAI_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY",),
    "google": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "openrouter": ("OPENROUTER_API_KEY",),
    "mistral": ("MISTRAL_API_KEY",),
    "groq": ("GROQ_API_KEY",),
    "ollama": ("OLLAMA_API_KEY",),
    "compatible": ("COMPATIBLE_API_KEY",),
}


class Keys(Mapping[str, str]):
    """Keys by provider. It shows which there are and never what they are, so that no log, error or traceback tells one."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Mapping[str, str] | None = None) -> None:
        self._keys = dict(keys or {})

    def __getitem__(self, provider: str) -> str:
        return self._keys[provider]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"Keys({', '.join(self._keys)})"

    def __hash__(self) -> int:
        return hash(frozenset(self._keys.items()))


def keys_in(environ: Mapping[str, str]) -> Keys:
    """The keys of ``environ``, each under its provider's name."""
    found = ((name, environ.get(variable, "").strip()) for name, all_ in KEY_VARIABLES.items() for variable in all_)
    return Keys({name: key for name, key in reversed([*found]) if key})


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
    fetch_pages: int = 20  # of an article that goes on over several; 1: only the one named
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
    focus: str = ""  # what the reader cares about; for language models
    prompt: str = ""  # a file of further instructions for a language model
    fallback: bool = True  # where a language model fails, the embedded engine writes the digest, marked as such
    context_window: int = 0  # tokens that the language model reads and writes at once; 0: what is known of it
    draft_seconds: float = 600.0  # a language model's time for one digest
    max_cost: float = 0.0  # US dollars that one digest or answer may cost; 0: no limit
    refresh: bool = False  # ask the language model again, also for what it wrote before
    draft_parallel: int = 4  # parts of a long document that are with a language model at a time
    key_file: str = ""  # keys of providers; empty: keys.toml beside the user's config.toml
    keys: Keys = field(default_factory=Keys)  # by provider; never from a file of settings
    save: bool = True  # the command line keeps its digests in the library
    library: str = ""  # the library's file; empty: library.db in the user's data directory
    models: str = ""  # where pulled models lie; empty: models in the user's data directory
    models_url: str = ""  # the server they come from; empty: the publisher's own
    host: str = "127.0.0.1"  # where the server listens
    port: int = 8017
    public_url: str = ""  # the server's address as others see it, for links; empty: as it was asked for
    allow_origins: tuple[str, ...] = ()  # further host names that the server answers to
    trusted_proxies: tuple[str, ...] = ()  # addresses or networks whose X-Forwarded-For and -Proto are believed
    workers: int = 2  # digests made at a time
    jobs_per_account: int = 50  # waiting or running
    jobs_waiting: int = 500  # of all accounts


def load(
    environ: Mapping[str, str],
    *,
    file: Path | None = None,
    flags: Mapping[str, object] | None = None,
    where: str = " (on the command line)",
) -> Settings:
    """Settings from a file, then ``environ``, then ``flags`` (None values are left out), each overriding the one before.

    Raises UsageError naming the setting and where it came from; ``where`` says that of the flags.
    """
    settings = Settings(keys=keys_in(environ))
    if file is not None and file.is_file():
        settings = _override(settings, _from_file(file), where=f" (in {file})")
    named = {name[len(PREFIX) :].lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    settings = _override(settings, {k: v for k, v in named.items() if k not in FACES}, where=" (in the environment)")
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    return _override(settings, given, where=where)


def origins(environ: Mapping[str, str], *, file: Path | None = None) -> dict[str, str]:
    """Where each setting comes from that ``load`` gives: ``environment``, ``file`` or ``default``. Raises UsageError."""
    load(environ, file=file)  # names that do not exist are refused there
    found = dict.fromkeys((entry.name for entry in fields(Settings) if entry.name != "keys"), "default")
    if file is not None and file.is_file():
        found |= dict.fromkeys(_from_file(file), "file")
    named = (name[len(PREFIX) :].lower() for name in environ if name.startswith(PREFIX))
    return found | {name: "environment" for name in named if name in found}


def _from_file(file: Path) -> dict[str, object]:
    try:
        return cast("dict[str, object]", tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"The settings file {file} cannot be read: {error.strerror or error}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"The settings file {file} cannot be read: {error}.", hint="Mend that line.") from error


def _override(settings: Settings, given: Mapping[str, object], *, where: str) -> Settings:
    import msgspec  # here: nothing else needs it for `aili --help`, and it takes 30 ms

    known = {entry.name: entry for entry in fields(Settings) if entry.name != "keys"}
    changed: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise UsageError(f"There is no setting {quoted(name)}{where}.", hint=f"Known: {', '.join(known)}.")
        kind = type(getattr(settings, name))
        if kind is tuple and isinstance(value, str):
            value = tuple(part.strip() for part in value.split(",") if part.strip())
        try:
            changed[name] = msgspec.convert(value, tuple[str, ...] if kind is tuple else kind, strict=False)
        except msgspec.ValidationError as error:
            raise UsageError(f"The setting {name} = {_shown(value)}{where} must be {_KINDS[kind]}.") from error
        if isinstance(changed[name], int | float) and not changed[name] >= 0:
            raise UsageError(f"The setting {name} = {_shown(value)}{where} must not be negative.")
    if changed.get("length", LENGTHS[0]) not in LENGTHS:
        raise UsageError(
            f"There is no length {quoted(changed['length'])}{where}.", hint=f"Known: {', '.join(LENGTHS)}."
        )
    if changed.get("language") and not _TAG.fullmatch(changed["language"]):
        raise UsageError(
            f"{quoted(changed['language'])} is no language tag{where}.",
            hint="Write the short name of a language, such as en, de or pt-BR.",
        )
    return replace(settings, **changed)


def _shown(value: object) -> str:
    return quoted(value) if isinstance(value, str) else str(value)

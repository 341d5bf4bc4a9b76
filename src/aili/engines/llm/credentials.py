"""Where a provider's key is: the environment, the user's keyring, or a file that only the user can read."""

from __future__ import annotations

import os
import tomllib
from importlib.util import find_spec
from pathlib import Path

import platformdirs

from aili.engines.llm.providers import Provider
from aili.errors import ProviderError, UsageError
from aili.settings import KEY_VARIABLES, Keys

SERVICE = "aili"  # under which a keyring has the keys, by provider


def key(provider: Provider, *, keys: Keys, key_file: str) -> str:
    """The provider's key; empty where it needs none and there is none.

    Raises ProviderError where there is none, UsageError where the file of keys cannot be used.
    """
    found, _ = found_key(provider, keys=keys, key_file=key_file)
    if not found and not provider.keyless:
        variable = KEY_VARIABLES[provider.name][0]
        raise ProviderError(
            f"There is no key for {provider.label}.",
            hint=f"Put it into the environment variable {variable}, or into {_path(key_file)}.",
        )
    if not found.isascii() or not found.isprintable() or " " in found:
        raise ProviderError(f"The key for {provider.label} holds characters that no key has.", hint="Copy it again.")
    return found


def found_key(provider: Provider, *, keys: Keys, key_file: str) -> tuple[str, str]:
    """The provider's key and where it stands; both empty where there is none. Raises UsageError as ``key`` does."""
    if found := keys.get(provider.name, ""):
        return found, "the environment"
    if found := _in_keyring(provider.name):
        return found, "the keyring"
    if found := _in_file(provider.name, key_file):
        return found, str(_path(key_file))
    return "", ""


def _in_keyring(provider: str) -> str:
    if find_spec("keyring") is None:
        return ""
    import keyring
    from keyring.errors import KeyringError

    try:
        return (keyring.get_password(SERVICE, provider) or "").strip()
    except KeyringError:  # locked, or a system without one: the file may have it
        return ""


def _path(key_file: str) -> Path:
    return Path(key_file).expanduser() if key_file else platformdirs.user_config_path("aili") / "keys.toml"


def _in_file(provider: str, key_file: str) -> str:
    path = _path(key_file)
    try:
        status = path.stat()
        if os.name == "posix" and status.st_mode & 0o077:
            raise UsageError(f"The file of keys {path} can be read by others.", hint=f"Run: chmod 600 '{path}'")
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if key_file:
            raise UsageError(f"There is no file of keys {path}.", hint="Make it, or name another.") from None
        return ""
    except OSError as error:
        raise UsageError(f"The file of keys {path} cannot be read: {error.strerror or error}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):  # whose message may show what stands there
        raise UsageError(f"The file of keys {path} is no TOML.", hint='A line of it reads: openai = "KEY"') from None
    found = table.get(provider, "")
    if not isinstance(found, str):
        raise UsageError(f"In the file of keys {path}, {provider} is no text.", hint=f'Write: {provider} = "KEY"')
    return found.strip()

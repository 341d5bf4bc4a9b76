"""The settings of a command: from its options, the environment and the reader's file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from aili import settings


def configured(flags: Mapping[str, object]) -> settings.Settings:
    """The settings in effect; options that were not given are None or an empty tuple. Raises UsageError."""
    given = {name: value for name, value in flags.items() if value not in (None, ())}
    default = platformdirs.user_config_path("aili") / "config.toml"
    return settings.load(os.environ, file=Path(os.environ.get("AILI_CONFIG") or default), flags=given)

"""Names the process that works on a job, so that others can tell whether it still lives.

A process is known by the machine it runs on (host name, boot and the table of processes it is in), its number and the moment
it started, since numbers are used again. Where that cannot be told, a process counts as living, and its lease runs out.
"""

from __future__ import annotations

import os
import platform
import secrets
import sys
from functools import cache
from pathlib import Path

_SEPARATOR = "|"


def new_owner() -> str:
    """A name for one claim of this process."""
    return _SEPARATOR.join((_machine(), str(os.getpid()), _start(os.getpid()), secrets.token_hex(8)))


def is_gone(owner: str) -> bool:
    """Whether the process of ``owner`` is known to have ended; False where nobody here can know."""
    machine, number, start, *_ = (*owner.split(_SEPARATOR), "", "", "")
    if machine != _machine() or not number.isdigit():
        return False
    if start:
        return _start(int(number)) != start
    return not _exists(int(number))


@cache
def _machine() -> str:
    boot = _read("/proc/sys/kernel/random/boot_id")
    try:
        table = str(
            Path("/proc/self/ns/pid").readlink()
        )  # two containers may have one host name, and each its own process 1
    except OSError:
        table = ""
    return f"{platform.node()} {boot} {table}".replace(_SEPARATOR, " ")


def _start(number: int) -> str:
    """When the process started, in ticks since the machine did; empty where none lives, or it cannot be told."""
    fields = _read(f"/proc/{number}/stat").rpartition(")")[2].split()  # its name, in brackets, may hold anything
    return fields[19] if len(fields) > 19 and fields[0] not in "ZX" else ""


def _exists(number: int) -> bool:
    if sys.platform == "win32":
        return True  # there, asking with signal 0 would end the process
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""

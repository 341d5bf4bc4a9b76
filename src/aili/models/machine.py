"""What this machine has for a model: room on a disk, and memory."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from aili.errors import OutputError
from aili.models.storage import told
from aili.models.table import Model

MARGIN = 256_000_000  # bytes that stay free: what else runs here needs a disk too
_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def check_room(model: Model, path: Path, *, there: int) -> None:
    """Raise OutputError unless the disk of ``path`` has room for what is missing of a model, ``there`` bytes being here."""
    with told(path):
        free = shutil.disk_usage(path.parent).free
    needed = model.size - there
    if free < needed + MARGIN:
        raise OutputError(
            f"The model {model.name} needs {amount(needed)} more on the disk that holds {path.parent},"
            f" of which {amount(max(free - MARGIN, 0))} can be used.",
            hint="Free some space, or name another folder with the setting models.",
        )


def shortage(model: Model) -> str:
    """A warning where this machine has less memory than a model needs; empty where it has enough, or does not tell."""
    has, needs = memory(), model.memory()
    if not has or has >= needs:
        return ""
    return (
        f"The model {model.name} needs about {amount(needs)} of memory, and this machine has {amount(has)}:"
        " it will be very slow, or not run at all."
    )


def memory() -> int:
    """Bytes of memory that a process here may use in all: the machine's, or its container's share; 0 where unknown."""
    limits = [_physical(), *filter(None, map(_limit, _LIMITS))]
    return min(filter(None, limits), default=0)


def amount(count: int) -> str:
    """A number of bytes as people say it: ``2.5 GB``, ``12.0 MB``, ``1.4 kB``."""
    if count >= 1e8:
        return f"{count / 1e9:,.1f} GB"
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{count / 1e3:,.1f} kB"


def _physical() -> int:
    if sys.platform == "win32":
        import ctypes

        class Status(ctypes.Structure):
            _fields_ = (
                ("length", ctypes.c_ulong),
                ("load", ctypes.c_ulong),
                *(
                    (name, ctypes.c_ulonglong)
                    for name in "total free pages pages_free virtual virtual_free more".split()
                ),
            )

        status = Status()
        status.length = ctypes.sizeof(Status)
        return int(status.total) if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else 0
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _limit(file: Path) -> int:
    """The limit that a control group puts on memory; 0 where it puts none."""
    try:
        text = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return 0
    return int(text) if text.isdigit() else 0

"""The blocks of docs/rest.md do what the page says, in their order, with curl against a real server."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.test_docs import DOCS, FENCE, fits
from tests.web import Served

PAGE = DOCS / "rest.md"
HERE = "http://127.0.0.1:8017"


def test_the_blocks_run_and_print_what_the_page_shows(served: Served, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    shutil.copytree(DOCS.parent / "examples", tmp_path / "examples")
    blocks = [match["code"] for match in FENCE.finditer(PAGE.read_text(encoding="utf-8")) if match["kind"] == "sh"]
    assert blocks
    for block in blocks:
        commands, shown = understood(block.replace(HERE, served.url))
        done = subprocess.run(
            ["/bin/sh", "-ec", commands], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120
        )
        assert done.returncode == 0, f"{commands}\n{done.stderr}"
        assert fits(shown, done.stdout), f"{commands}\nprints:\n{done.stdout}\nthe page shows:\n" + "\n".join(shown)


def understood(block: str) -> tuple[str, list[str]]:
    """The commands of a block as one script, and the lines that they print; a quotation may go over several lines."""
    commands: list[str] = []
    shown: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append(line[2:])
        elif commands[-1].count("'") % 2:
            commands[-1] += f"\n{line}"
        else:
            shown.append(line)
    return "\n".join(commands), shown


def test_every_address_that_the_page_names_is_there() -> None:
    from aili.web.api import SUBJECTS
    from aili.web.api.operations import PREFIX

    known = {held[0].path for subject in SUBJECTS for held in subject.operations.values()}
    page = PAGE.read_text(encoding="utf-8")
    named = {path.removeprefix(PREFIX) for path in re.findall(r"`(?:GET |POST )?((?:/[a-z{}.0-9]+)+)", page)}
    assert {re.sub(r"\{\w+\}", "{}", path) for path in named - {"/s", ""}} <= {
        re.sub(r"\{\w+\}", "{}", path) for path in known
    }

"""What the documentation says is so: its blocks run, its links lead somewhere, every setting, error and plug is in it."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from aili import errors
from aili.errors import AiliError
from aili.settings import Settings
from tests.test_architecture import FAMILIES, table

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
PAGES = [
    path
    for path in [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
    if path.is_file()
]
SHELL = {"sh", "shell", "bash", "console"}
FENCE = re.compile(
    r"(?:<!-- (?P<mark>not run|output not checked): (?P<reason>.+?) -->\n+)?^```(?P<kind>\w*)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class CodeBlock:
    """A fenced block of a page; ``mark`` and ``reason`` are what the comment above it says, empty where there is none."""

    page: Path
    line: int
    kind: str
    code: str
    mark: str
    reason: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(REPOSITORY).as_posix()}:{self.line}"


def code_blocks() -> list[CodeBlock]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found += [code_block(page, text, match) for match in FENCE.finditer(text)]
    return found


def code_block(page: Path, text: str, match: re.Match[str]) -> CodeBlock:
    return CodeBlock(
        page=page,
        line=text.count("\n", 0, match.start("code")),
        kind=match["kind"],
        code=match["code"],
        mark=match["mark"] or "",
        reason=match["reason"] or "",
    )


BLOCKS = code_blocks()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing in it but the examples, as the pages assume; ``aili`` is the one under test."""
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.kind == "python"], ids=str)
@pytest.mark.usefixtures("place")
def test_every_python_block_runs(block: CodeBlock) -> None:
    if block.mark == "not run":
        pytest.skip(f"the page says: {block.reason}")
    exec(compile(block.code, str(block), "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.kind in SHELL], ids=str)
@pytest.mark.usefixtures("place")
def test_every_shell_block_runs_and_prints_what_the_page_shows(block: CodeBlock) -> None:
    """``$ `` starts a command; other lines are its output, where a line ``…`` stands for any number of lines."""
    if block.mark == "not run":
        pytest.skip(f"the page says: {block.reason}")
    for command, shown in commands_of(block):
        done = subprocess.run(
            ["/bin/sh", "-ec", command], capture_output=True, text=True, encoding="utf-8", timeout=300
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        if block.mark != "output not checked":
            assert fits(shown, done.stdout), f"{command}\nprints:\n{done.stdout}\nthe page shows:\n" + "\n".join(shown)


def commands_of(block: CodeBlock) -> list[tuple[str, list[str]]]:
    commands: list[tuple[str, list[str]]] = []
    continued = False
    for line in block.code.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif continued:
            commands[-1] = (f"{commands[-1][0]}\n{line}", [])
        else:
            assert commands, f"{block}: a shell block starts with '$ ', or a comment above it says why it is not run"
            commands[-1][1].append(line.rstrip())
        continued = line.endswith("\\")
    return commands


def fits(shown: list[str], printed: str) -> bool:
    """Whether the shown lines are the printed ones; nothing shown fits anything."""
    if not any(shown):
        return True
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + "[ ]*\n" for line in shown)
    return re.fullmatch(pattern, printed.rstrip("\n") + "\n") is not None


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.kind in {"json", "toml"}], ids=str)
def test_every_data_block_is_well_formed(block: CodeBlock) -> None:
    (json.loads if block.kind == "json" else tomllib.loads)(block.code)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in DOCS.glob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" not in index} == set()


def rows(page: str) -> dict[str, list[str]]:
    """Rows of the page's tables by their first cell, which stands in backticks."""
    text = (DOCS / page).read_text(encoding="utf-8")
    cells = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("| `")
    ]
    return {row[0].strip("` "): row[1:] for row in cells}


def test_every_setting_is_documented_with_its_default() -> None:
    documented = rows("settings.md")
    assert list(documented) == [entry.name for entry in fields(Settings)]
    for entry in fields(Settings):
        default = documented[entry.name][0].strip("`")
        value = {"true": True, "false": False}[default] if default in {"true", "false"} else ast.literal_eval(default)
        assert value == getattr(Settings(), entry.name), entry.name
        assert documented[entry.name][1].strip().endswith((".", "it.")), entry.name


def test_every_error_is_documented_with_its_exit_code() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AiliError)]
    documented = rows("errors.md")
    assert {name: int(row[0]) for name, row in documented.items()} == {kind.__name__: kind.exit_code for kind in kinds}


def test_every_attribute_of_an_error_is_documented() -> None:
    documented = rows("errors.md")
    for kind in [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AiliError)]:
        if "__init__" in vars(kind) and kind is not AiliError:
            for name in set(vars(kind("x"))) - {"message", "hint"}:
                assert f"`{name}`" in " ".join(documented[kind.__name__]), f"{kind.__name__}.{name}"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_plug_is_documented(family: str) -> None:
    page = (DOCS / "plugs.md").read_text(encoding="utf-8")
    part = page.partition(f"\n## {family.capitalize()}\n")[2].partition("\n## ")[0]
    documented = set(
        re.findall(
            r"`([^`]+)`", "\n".join(line.split(" | ")[0] for line in part.splitlines() if line.startswith("| `"))
        )
    )
    assert documented == {name or "path" for name in table(FAMILIES[family])}


def test_every_benchmark_is_documented() -> None:
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    runnable = [
        path for path in (REPOSITORY / "benchmarks").glob("*.py") if "__main__" in path.read_text(encoding="utf-8")
    ]
    for name in {path.stem for path in runnable} - {"all"}:
        assert f"`python -m benchmarks.{name}`" in page


def test_the_generated_pages_are_current(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=repository, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr

"""The floors stand as docs/architecture.md draws them: short modules, light start-up, tables that load, guarded names."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

import aili
from aili.registry import Registry

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = REPOSITORY / "src" / "aili"
MODULES = sorted(PACKAGE.rglob("*.py"))
CEILING = 400  # lines

# Declared and never imported here: what is found and used by a package that is.
FOUND_BY_OTHERS = {"python-multipart": "starlette", "httptools": "uvicorn", "lxml-html-clean": "jusText"}

FAMILIES = {
    "sources": "aili.sources:SOURCES",
    "extractors": "aili.extractors:EXTRACTORS",
    "engines": "aili.engines:ENGINES",
    "renderers": "aili.renderers:RENDERERS",
    "reports": "aili.reports:REPORTS",
    "answers": "aili.answers:ANSWERS",
}

# What an embedded digest has no use for, and what would cost its start-up seconds.
HEAVY = {
    "pydantic", "sqlalchemy", "alembic", "fastapi", "starlette", "uvicorn", "jinja2", "mcp", "openai", "anthropic", "google",
    "ollama", "pydantic_ai", "huggingface_hub", "torch", "transformers", "spacy", "nltk", "sklearn", "scipy", "pandas",
    "pyarrow", "dask", "requests",
}  # fmt: skip
# `aili --help` shows words: it loads no parser, no model, no network client.
HELP_HEAVY = HEAVY | {
    "numpy",
    "onnxruntime",
    "tokenizers",
    "trafilatura",
    "lxml",
    "ftfy",
    "readability",
    "httpx2",
    "rich",
}


def table(target: str) -> Registry[object]:
    module, _, name = target.partition(":")
    found = getattr(importlib.import_module(module), name)
    assert isinstance(found, Registry)
    return found


def relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_no_module_is_longer_than_the_ceiling(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= CEILING


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_every_module_opens_with_a_sentence_of_what_it_is(module: Path) -> None:
    summary = (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").split("\n\n")[0]
    assert summary.rstrip().endswith((".", ":")), f"{module.name} opens with {summary!r}"


@pytest.mark.parametrize("module", [module for module in MODULES if module.parent.name != "cli"], ids=relative)
def test_only_the_command_line_reads_the_environment(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    reads = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
    }
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not (reads | imported) & {"environ", "environb", "getenv", "getenvb"}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_row_of_a_table_loads(family: str) -> None:
    rows = table(FAMILIES[family])
    names = list(rows)
    assert names
    for name in names:
        assert rows.load(name) is not None, name


def test_the_tables_are_all_the_tables_there_are() -> None:
    found = set()
    for module in MODULES:
        for match in re.finditer(r"^([A-Z_]+)(?::.*)? = Registry\(", module.read_text(encoding="utf-8"), re.MULTILINE):
            parts = module.relative_to(PACKAGE.parent).with_suffix("").parts
            dotted = ".".join(part for part in parts if part != "__init__")
            found.add(f"{dotted}:{match[1]}")
    assert found == set(FAMILIES.values())


def imported_by(*arguments: str, stdin: bytes = b"") -> set[str]:
    """Top-level names of what ``python -m aili`` with these arguments imports, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "aili", *arguments], input=stdin, capture_output=True, timeout=120
    )
    log = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, log[-2000:]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in log.splitlines() if "|" in line}


def test_help_imports_nothing_heavy() -> None:
    assert not imported_by("--help") & HELP_HEAVY


def test_an_embedded_digest_imports_nothing_it_has_no_use_for(examples: Path) -> None:
    seen = imported_by(str(examples / "harbour-bridge.html"), "--quiet", "--no-cache")
    assert "onnxruntime" in seen
    assert not seen & HEAVY


def test_importing_the_package_imports_none_of_its_floors() -> None:
    code = "import sys, aili; print(*sorted(n for n in sys.modules if n.startswith('aili.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []


def test_the_public_names_are_those_listed_here() -> None:
    """A name added here is a promise; one taken away breaks somebody."""
    assert sorted(aili.__all__) == sorted([
        "AiliError", "Answer", "Block", "Bullet", "Checks", "Citation", "Conversation", "Coverage", "Digest", "Document",
        "Draft", "Drafted", "Entry", "Event", "Expected", "Extracted", "Feed", "FellBack", "Fetched", "Finished", "Imprint",
        "Listed", "Metadata", "Omission", "Provenance",
        "Question", "Reading", "Reason", "Report", "Resource", "Section", "Sentence", "Settings", "Span", "Started",
        "Statement", "Usage", "Verified", "ask", "check", "list_feed", "parse", "read", "render", "stream", "summarize",
    ])  # fmt: skip


@pytest.mark.parametrize("name", aili.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name: str) -> None:
    thing = getattr(aili, name)
    assert name == "Event" or thing.__doc__


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="sumarize"):
        _ = aili.sumarize


def test_every_module_has_its_place_in_the_drawing() -> None:
    page = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| \d+ \| (.*?) \|", page, re.MULTILINE)))
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert sorted(drawn) == sorted(there - {"__init__", "__main__"})


def project() -> dict[str, Any]:
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        found: dict[str, Any] = tomllib.load(file)["project"]
    return found


def names(lines: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[; ]", line)[0].lower() for line in lines}


def dependencies() -> set[str]:
    return names(project()["dependencies"])


def extras() -> set[str]:
    return {name for lines in project()["optional-dependencies"].values() for name in names(lines)}


@pytest.mark.parametrize(
    ("heading", "needed"),
    [("What an installation brings", dependencies()), ("Extras", extras())],
    ids=["all", "extras"],
)
def test_every_dependency_is_explained_and_nothing_else_is(heading: str, needed: set[str]) -> None:
    page = (REPOSITORY / "docs" / "dependencies.md").read_text(encoding="utf-8")
    part = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    explained = set(re.findall(r"^\| \[?`?([a-z0-9-]+)", part, re.MULTILINE)) - {"package", "---", "-"}
    assert explained - {""} == needed


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    found: set[str] = set()
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").partition(".")[0])
    foreign = found - sys.stdlib_module_names - {"aili"}
    distributions = packages_distributions()
    needed = {name.lower().replace("_", "-") for module in foreign for name in distributions.get(module, [module])}
    assert needed | FOUND_BY_OTHERS.keys() == dependencies() | extras()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_locked_with_hashes(lock: str) -> None:
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9-]+)==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)
    assert dependencies() <= set(pins)
    assert len(pins) == len(re.findall(r"^[a-z0-9-]+==", text, re.MULTILINE))
    assert "://" not in text  # the reader's own index is used, whichever that is


def test_no_tracked_file_knows_a_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, timeout=60)
    if listed.returncode:
        pytest.skip("not a git checkout: there is no list of tracked files")
    # Written in two parts, so that this file does not name what it looks for.
    places = [f"/{top}/" for top in ("work", "root", "home/[a-z]", "Users/[A-Za-z]", "tmp/[a-z]")]
    pattern = re.compile(rf"(?<![\w.~/:-])(?:{'|'.join(places)})")
    knowing = []
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = REPOSITORY / name
        if path.suffix in {".onnx", ".png", ".pdf", ".ttf"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        knowing += [f"{name}: {match[0]}" for match in pattern.finditer(text)]
    assert not knowing

"""What is built is what was tested: the wheel holds all that a digest needs, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email.parser import BytesParser
from pathlib import Path

import pytest

import aili


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built here without any network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "-w",
        str(folder),
        ".",
    ]
    subprocess.run([sys.executable, *command], cwd=repository, check=True, capture_output=True, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_code_weights_assets_and_their_licences(wheel: Path, repository: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = repository / "src" / "aili"
    written = [path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {name for name in names if name.startswith("aili/")} == {
        f"aili/{path.relative_to(package)}" for path in written
    }
    assert {"aili/py.typed", "aili/weights/encoder.onnx", "aili/weights/NOTICE"} <= names
    licences = f"aili-{aili.__version__}.dist-info/licenses/"
    assert {f"{licences}LICENSE", f"{licences}src/aili/weights/NOTICE"} <= names


def test_the_wheel_says_what_it_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(f"aili-{aili.__version__}.dist-info/METADATA")
    metadata = BytesParser().parsebytes(data)
    assert metadata["Requires-Python"] == "<3.15,>=3.11"
    assert "Apache-2.0" in metadata["License-Expression"]
    assert not any("pytest" in line for line in metadata.get_all("Requires-Dist", []))


def test_the_wheel_digests_without_the_source_tree(wheel: Path, examples: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    site, notice = str(tmp_path / "site"), str(examples / "notice.txt")
    code = f"""
import sys
sys.path.insert(0, {site!r})
import aili
assert aili.__file__.startswith({site!r}), aili.__file__
print(aili.render(aili.summarize({notice!r})))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "Mill Lane" in done.stdout

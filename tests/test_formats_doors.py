"""Every kind of file through every door: by its name, without a name, and under a wrong one."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

import aili
from aili.document import Document
from aili.extractors import EXTRACTORS
from aili.feed import MEDIA_TYPES
from aili.pipeline import read
from aili.sources import media_type
from tests.test_extract_mail import mail
from tests.test_extract_notebook import cell, notebook
from tests.test_extract_rtf import HEAD
from tests.test_extract_subtitles import srt, vtt
from tests.zip_files import PROSE, docx, epub, frame, odp, odt, p, paragraphs, pptx, shape, slide, xhtml

SPOKEN = [(4 * at, 4 * at + 3, line) for at, line in enumerate(PROSE)]
FILES: dict[str, bytes] = {
    "book.epub": epub({"a.xhtml": xhtml(paragraphs())}),
    "letter.docx": docx("".join(map(p, PROSE))),
    "letter.odt": odt("".join(f"<text:p>{line}</text:p>" for line in PROSE)),
    "talk.pptx": pptx(slide(shape(*PROSE))),
    "talk.odp": odp(frame(*PROSE)),
    "letter.rtf": (HEAD + "".join("\\pard " + line + "\\par " for line in PROSE) + "}").encode(),
    "mail.eml": mail("\n\n".join(PROSE)),
    "talk.vtt": vtt(*SPOKEN).encode(),
    "talk.srt": srt(*SPOKEN).encode(),
    "study.ipynb": notebook(cell("\n\n".join(PROSE)), cell("x = 1", "code")),
}


def words(document: Document) -> str:
    return " ".join(document.text.split())


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_by_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    document = aili.read(tmp_path / name)
    assert words(document) == " ".join(PROSE)
    assert document.metadata.location == name
    assert str(tmp_path) not in repr(document)


@pytest.mark.parametrize("name", FILES)
def test_a_file_without_a_name_or_with_a_wrong_one_is_read_by_its_bytes(name: str, tmp_path: Path) -> None:
    assert words(read("-", stdin=io.BytesIO(FILES[name]))) == " ".join(PROSE)
    (tmp_path / "wrong.txt").write_bytes(FILES[name])
    assert words(aili.read(tmp_path / "wrong.txt")) == " ".join(PROSE)


@pytest.mark.parametrize("name", FILES)
def test_the_command_line_digests_it(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    done = subprocess.run(
        [sys.executable, "-m", "aili", str(tmp_path / name), "-f", "json", "--no-cache", "--quiet"],
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    digest = json.loads(done.stdout)
    assert {one["text"] for one in digest["citations"]} <= set(PROSE)
    assert digest["citations"]


def test_every_kind_of_file_that_is_read_is_here_or_in_tests_of_its_own() -> None:
    own = {"text/html", "application/xhtml+xml", "application/pdf", "text/markdown", "text/plain", "text/rtf"}
    assert {media_type(data, name=name) for name, data in FILES.items()} == set(EXTRACTORS) - own - MEDIA_TYPES

"""The files that fuzzing begins with: good ones of each format, by the makers of tests and benchmarks, and real pages.

A folder of other files may be given; those whose names end in a format's suffix are seeds of it too.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.pdf_drawn import book, letter, manuscript, row_by_row
from benchmarks.pdf_sources import english, headings
from benchmarks.pdf_texts import ENGLISH, FOOTNOTES, ROWS, STEPS, TITLE
from tests import test_feeds as feeds
from tests.test_extract_mail import mail
from tests.test_extract_notebook import cell, notebook
from tests.test_extract_rtf import HEAD
from tests.test_extract_subtitles import srt, vtt
from tests.zip_files import docx, epub, frame, listed, odp, odt, p, points, pptx, shape, slide, table, xhtml

PAGES = Path(__file__).parent.parent.parent / "shared" / "dev" / "pages" / "html"
EXAMPLES = Path(__file__).parent.parent / "examples"
SUFFIXES = {
    "html": (".html", ".htm"), "pdf": (".pdf",), "epub": (".epub",), "docx": (".docx",), "odt": (".odt",), "odp": (".odp",),
    "pptx": (".pptx",), "rtf": (".rtf",), "eml": (".eml",), "vtt": (".vtt",), "srt": (".srt",), "ipynb": (".ipynb",),
    "feed": (".rss", ".atom", ".rdf", ".xml"),
}  # fmt: skip
LARGEST = 300_000  # bytes; a longer file shows no more and takes longer


def seeds(form: str, folder: Path | None = None) -> list[bytes]:
    """The good files of a format; those of ``folder`` too."""
    found = _MAKERS[form]()
    if folder is not None:
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES[form])
        found += [path.read_bytes() for path in paths if path.stat().st_size <= LARGEST]
    return found


def _paragraphs() -> list[tuple[str, str]]:
    """The English text as pairs of a kind (heading, paragraph, item) and a text."""
    found = []
    for heading, *paragraphs in ENGLISH:
        found += [("heading", heading)] * bool(heading) + [("paragraph", text) for text in paragraphs]
    return found + [("item", step) for step in STEPS]


def _html() -> list[bytes]:
    paths = sorted(PAGES.glob("*.html.gz"))
    pages = [gzip.decompress(path.read_bytes()) for path in paths] or [
        path.read_bytes() for path in sorted(EXAMPLES.glob("*.html"))
    ]
    return [page for page in pages if len(page) <= LARGEST]


def _pdf() -> list[bytes]:
    return [book(1_500), letter(), letter(hidden="white words"), manuscript(), row_by_row()]


def _epub() -> list[bytes]:
    body = "".join(
        f"<h2 id='k{at}'>{text}</h2>" if kind == "heading" else f"<p>{text}</p>"
        for at, (kind, text) in enumerate(_paragraphs())
    )
    note = f'<aside epub:type="footnote" id="n1"><p>{FOOTNOTES[0]}</p></aside>'
    pages = {"a.xhtml": xhtml(f"<h1>{TITLE}</h1>{body}{note}"), "b.xhtml": xhtml(f"<h1>Again</h1>{body}")}
    return [epub(pages, nav=[(TITLE, "a.xhtml"), (headings()[0], "a.xhtml#k2"), ("Again", "b.xhtml")]), epub(pages)]


def _docx() -> list[bytes]:
    body = p(TITLE, style="Titre")
    for kind, text in _paragraphs():
        body += listed(text) if kind == "item" else p(text, style="berschrift1" if kind == "heading" else "")
    return [docx(body + table(*ROWS)), docx("".join(p(text) for _, text in _paragraphs()))]


def _odt() -> list[bytes]:
    body = f'<text:p text:style-name="P1">{TITLE}</text:p>'
    for kind, text in _paragraphs():
        if kind == "item":
            body += f"<text:list><text:list-item><text:p>{text}</text:p></text:list-item></text:list>"
        else:
            name, level = ("h", ' text:outline-level="1"') if kind == "heading" else ("p", "")
            body += f"<text:{name}{level}>{text}</text:{name}>"
    note = "<text:note><text:note-body><text:p>aside</text:p></text:note-body></text:note>"
    return [odt(body), odt(f"{body}<text:p>Noted{note}.</text:p>")]


def _odp() -> list[bytes]:
    pages = [
        frame(heading or TITLE, kind="title") + frame(points(*texts), kind="outline") for heading, *texts in ENGLISH
    ]
    return [odp(*pages), odp(*pages, f'<draw:page draw:style-name="Out">{pages[0]}</draw:page>')]


def _pptx() -> list[bytes]:
    pages = [slide(shape(heading or TITLE, kind="title"), shape(*texts, kind="")) for heading, *texts in ENGLISH]
    return [pptx(*pages), pptx(*pages, notes={1: "What the speaker says."})]


def _rtf() -> list[bytes]:
    body = ""
    for kind, text in _paragraphs():
        mark = {"heading": r"\pard\plain\s1\b ", "item": r"\pard\ls1\ilvl0{\listtext\'b7\tab}"}.get(
            kind, r"\pard\plain "
        )
        body += f"{mark}{text}\\par\n"
    rows = "".join(rf"\trowd\cellx1\cellx2\pard\intbl {a}\cell {b}\cell\row" + "\n" for a, b, *_ in ROWS)
    return [f"{HEAD}{body}{rows}}}".encode("cp1252")]


def _eml() -> list[bytes]:
    text = english()
    html = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    history = (
        "\n\nOn Mon, 13 May 2024 at 09:00, Tor Eklund <tor@example.org> wrote:\n> What of the pier?\n> Is it safe?"
    )
    packed = base64.encodebytes(text.encode()).decode()
    coded = f"From: a@b.example\nSubject: Water\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n{packed}"
    return [mail(text), mail(text + history, attached=1), mail("See below.", html=html), coded.encode()]


def _spoken() -> list[tuple[float, float, str]]:
    lines = [text for _, text in _paragraphs()]
    halves = [part for line in lines for part in (line[: len(line) // 2], line[len(line) // 2 :])]
    return [(4.0 * at, 4.0 * at + 4, half.strip()) for at, half in enumerate(halves)]


def _ipynb() -> list[bytes]:
    cells = [cell("# " + TITLE)]
    for kind, text in _paragraphs():
        cells += [
            cell(f"## {text}" if kind == "heading" else f"- {text}" if kind == "item" else text),
            cell("x = 1", "code"),
        ]
    return [notebook(*cells), json.dumps(json.loads(notebook(*cells)), indent=1).encode()]


def _feeds() -> list[bytes]:
    return [make("https://courier.example").encode() for make in feeds.FORMS.values()]


_MAKERS: dict[str, Callable[[], list[bytes]]] = {
    "html": _html, "pdf": _pdf, "epub": _epub, "docx": _docx, "odt": _odt, "odp": _odp, "pptx": _pptx, "rtf": _rtf,
    "eml": _eml,
    "vtt": lambda: [vtt(*_spoken()).encode()], "srt": lambda: [srt(*_spoken()).encode()], "ipynb": _ipynb, "feed": _feeds,
}  # fmt: skip

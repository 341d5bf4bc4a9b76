"""The HTML and LaTeX that the benchmark's PDF files are made from, and the text that a reader would see of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from benchmarks import pdf_texts as texts


def english() -> str:
    return "\n\n".join(part for heading, *paragraphs in texts.ENGLISH for part in (heading, *paragraphs) if part)


def headings() -> tuple[str, ...]:
    return tuple(heading for heading, *_ in texts.ENGLISH if heading)


def web(body: str, *, css: str = "", language: str = "en", direction: str = "ltr", title: str = "") -> str:
    style = f"@page {{ size: A4; margin: 22mm }} body {{ font: 11pt/1.35 'DejaVu Serif' }} {css}"
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style><body>{body}</body></html>"
    )


def sections(level: int = 2, *, between: str = "") -> str:
    parts = []
    for number, (heading, *paragraphs) in enumerate(texts.ENGLISH):
        if heading:
            parts.append(f"<h{level}>{escape(heading)}</h{level}>")
        parts += [f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs]
        if number == 1:
            parts.append(between)
    return "".join(parts)


def simple(title: str, paragraphs: Iterable[str]) -> str:
    return f"<h1>{escape(title)}</h1>" + "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)


FIGURE = (
    '<figure style="break-inside:avoid"><div style="height:80px;background:#9bc"></div>'
    f"<figcaption style='font-size:9pt'>{texts.CAPTION}</figcaption></figure>"
)
TABLE = (
    "<table style='border-spacing:24px 3px'>"
    + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in texts.ROWS)
    + "</table>"
)
LIST = "<ul>" + "".join(f"<li>{step}</li>" for step in texts.STEPS) + "</ul>"
COLUMNS = "main { columns: 2; column-gap: 7mm; text-align: justify; hyphens: auto } h1 { font-size: 22pt }"


def with_figure(extra: str) -> str:
    """English, with ``extra`` after its second section."""
    parts = []
    for number, (heading, *paragraphs) in enumerate(texts.ENGLISH):
        parts += [heading, *paragraphs]
        if number == 1:
            parts.append(extra)
    return "\n\n".join(filter(None, parts))


def tex(text: str) -> str:
    for plain, code in (("\\", ""), ("%", r"\%"), ("&", r"\&"), ("#", r"\#"), ("_", r"\_")):
        text = text.replace(plain, code)
    return text


def latex_sections(note: bool = True) -> str:
    parts = []
    notes = list(texts.FOOTNOTES) if note else []
    for heading, *paragraphs in texts.ENGLISH:
        if heading:
            parts.append(rf"\section{{{heading}}}")
        for paragraph in paragraphs:
            foot = rf"\footnote{{{notes.pop(0)}}}" if notes and heading else ""
            parts.append(tex(paragraph) + foot)
    return "\n\n".join(parts)


def bibliography() -> str:
    items = "\n".join(rf"\bibitem{{k{number}}} {entry}" for number, entry in enumerate(texts.REFERENCES))
    return "\\begin{thebibliography}{9}\n" + items + "\n\\end{thebibliography}"


def latex(options: str, body: str, *, preamble: str = r"\usepackage[T1]{fontenc}\usepackage{lmodern}") -> str:
    return rf"""\documentclass[{options}]{{article}}
\usepackage[utf8]{{inputenc}}
{preamble}
\title{{{texts.TITLE}}}
\author{{{texts.AUTHOR}}}
\date{{3 May 2019}}
\begin{{document}}
{body}
\end{{document}}
"""


ABSTRACT = (
    "Three dry winters forced a small town to rebuild its water supply. We describe how it found its leaks, changed its "
    "tariff and halved its losses, and we ask which of its decisions other towns could copy."
)


def numbered(numbers: Sequence[str]) -> str:
    parts = []
    left = list(numbers)
    for heading, *paragraphs in texts.ENGLISH:
        parts += [f"{left.pop(0)} {heading}" if heading else "", *paragraphs]
    return "\n\n".join(filter(None, parts))


def chapters() -> str:
    parts = []
    for number, (heading, *paragraphs) in enumerate(texts.ENGLISH):
        parts += [f"Chapter {number}", heading, *paragraphs] if heading else paragraphs
    return "\n\n".join(parts)

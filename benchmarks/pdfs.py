"""PDF files with known text, made when they are asked for: by Chromium, LaTeX, LibreOffice and reportlab, as people's are.

Each ``Sheet`` says which tool makes it, and the text that a reader would read: without running heads, page numbers,
footnotes and references. ``make`` gives the files of those tools that are installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from benchmarks import pdf_texts as texts
from benchmarks.pdf_drawn import book, manuscript, row_by_row, turned
from benchmarks.pdf_sources import (
    ABSTRACT,
    COLUMNS,
    FIGURE,
    LIST,
    TABLE,
    bibliography,
    chapters,
    english,
    headings,
    latex,
    latex_sections,
    numbered,
    sections,
    simple,
    tex,
    web,
    with_figure,
)
from benchmarks.pdf_tools import exported, missing, print_pages, typeset
from benchmarks.texts import article


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One PDF: how it is made (``tool`` and ``source``), and the truth about it. ``text`` is words in reading order."""

    name: str
    tool: str  # chromium, latex, libreoffice or reportlab
    source: str | Callable[[], bytes]
    title: str
    text: str
    authors: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()


def _cjk(title: str, paragraphs: Sequence[str], *, language: str, font: str) -> Sheet:
    css = f"body {{ font-family: '{font}' }}"
    return Sheet(
        name=f"{language}, one column",
        tool="chromium",
        source=web(simple(title, paragraphs), css=css, language=language, title=title),
        title=title,
        text="\n\n".join(paragraphs),
    )


SHEETS = (
    Sheet(
        name="one column, heads and page numbers",
        tool="chromium",
        source=web(
            f"<h1>{texts.TITLE}</h1><p>By {texts.AUTHOR}</p>" + sections(),
            css="@page { size: A5 } h2 { font-size: 14pt }",
        ),
        title=texts.TITLE,
        authors=(texts.AUTHOR,),
        text=english(),
        lacks=("Annals of Northern Water", "Page 1 of"),
        headings=headings(),
    ),
    Sheet(
        name="two columns, hyphens, a figure",
        tool="chromium",
        source=web(f"<h1>{texts.TITLE}</h1><main>{sections(between=FIGURE)}</main>", css=COLUMNS, title="untitled"),
        title=texts.TITLE,
        text=with_figure(texts.CAPTION),
        headings=headings(),
    ),
    Sheet(
        name="three columns",
        tool="chromium",
        source=web(
            f"<h1>{texts.TITLE}</h1><main>{sections(3)}</main>",
            css="main { columns: 3; column-gap: 6mm; font-size: 9.5pt; hyphens: auto } h1 { font-size: 26pt }",
        ),
        title=texts.TITLE,
        text=english(),
        headings=headings(),
    ),
    Sheet(
        name="a table and a list",
        tool="chromium",
        source=web(f"<h1>{texts.TITLE}</h1>" + sections(between=TABLE + LIST)),
        title=texts.TITLE,
        text=with_figure(" ".join(" ".join(row) for row in texts.ROWS) + "\n\n" + "\n\n".join(texts.STEPS)),
        headings=headings(),
    ),
    Sheet(
        name="de, narrow and hyphenated",
        tool="chromium",
        source=web(
            simple(texts.GERMAN_TITLE, texts.GERMAN),
            css="body { width: 62mm; hyphens: auto; text-align: justify }",
            language="de",
        ),
        title=texts.GERMAN_TITLE,
        text="\n\n".join(texts.GERMAN),
    ),
    Sheet(
        name="he, right to left",
        tool="chromium",
        source=web(
            simple(texts.HEBREW_TITLE, texts.HEBREW),
            css="body { font-family: 'Noto Sans Hebrew' }",
            language="he",
            direction="rtl",
        ),
        title=texts.HEBREW_TITLE,
        text="\n\n".join(texts.HEBREW),
    ),
    Sheet(
        name="ar, right to left",
        tool="chromium",
        source=web(
            simple(texts.ARABIC_TITLE, texts.ARABIC),
            css="body { font-family: 'Noto Naskh Arabic' }",
            language="ar",
            direction="rtl",
        ),
        title=texts.ARABIC_TITLE,
        text="\n\n".join(texts.ARABIC),
    ),
    _cjk(texts.CHINESE_TITLE, texts.CHINESE, language="zh", font="Noto Sans CJK SC"),
    _cjk(texts.JAPANESE_TITLE, texts.JAPANESE, language="ja", font="Noto Sans CJK JP"),
    Sheet(
        name="an article with footnotes and references",
        tool="latex",
        source=latex("11pt", rf"\maketitle {latex_sections()} {bibliography()}"),
        title=texts.TITLE,
        authors=(texts.AUTHOR,),
        text=numbered(("1", "2", "3")),
        lacks=("archive of the waterworks", "appealed against the fine", "Northern Hydraulics"),
        headings=headings(),
    ),
    Sheet(
        name="an article in two columns",
        tool="latex",
        source=latex(
            "10pt,twocolumn",
            rf"""\maketitle \begin{{abstract}} {ABSTRACT} \end{{abstract}}

{latex_sections()}
            \begin{{figure}}[b] \centering \rule{{4cm}}{{2cm}} \caption{{{tex(texts.CAPTION.partition(": ")[2])}}}
            \end{{figure}} {bibliography()}""",
        ),
        title=texts.TITLE,
        authors=(texts.AUTHOR,),
        text=f"Abstract\n\n{ABSTRACT}\n\n" + numbered(("1", "2", "3")) + "\n\n" + texts.CAPTION,
        lacks=("archive of the waterworks", "appealed against the fine", "Northern Hydraulics"),
        headings=headings(),
    ),
    Sheet(
        name="fr, accents struck over their letters",
        tool="latex",
        source=latex(
            "12pt",
            rf"\section*{{{texts.FRENCH_TITLE}}}" + "\n\n".join(texts.FRENCH),
            preamble="",
        ),
        title=texts.FRENCH_TITLE,
        text="\n\n".join(texts.FRENCH),
    ),
    Sheet(
        name="a book, running heads on both sides",
        tool="reportlab",
        source=lambda: book(6_000),
        title="The Book of Tides",
        authors=("Greta Holm",),
        text=article(6_000),
        lacks=("The Book of Tides",),
    ),
    Sheet(
        name="two columns, drawn row by row",
        tool="reportlab",
        source=row_by_row,
        title=texts.TITLE,
        text="\n\n".join(part for section in texts.ENGLISH[:3] for part in section if part),
        headings=headings()[:2],
    ),
    Sheet(
        name="a page on its side",
        tool="reportlab",
        source=turned,
        title=texts.TITLE,
        text="\n\n".join(texts.ENGLISH[0][1:]),
    ),
)


# Written when the extractor was done, to see what it does to files that it was not made on.
LATER = (
    Sheet(
        name="ar, two columns",
        tool="chromium",
        source=web(
            f"<h1>{texts.ARABIC_TITLE}</h1><main>" + "".join(f"<p>{one}</p>" for one in texts.ARABIC * 3) + "</main>",
            css="body { font-family: 'Noto Naskh Arabic' } main { columns: 2 }",
            language="ar",
            direction="rtl",
        ),
        title=texts.ARABIC_TITLE,
        text="\n\n".join(texts.ARABIC * 3),
    ),
    Sheet(
        name="an initial, a box beside the text",
        tool="chromium",
        source=web(
            f"<h1>{texts.TITLE}</h1><p><i>by {texts.AUTHOR}</i></p>"
            + sections(
                between=(
                    "<aside style='background:#eee;padding:8px;margin:10px 0;font-size:10pt'><b>In short</b>"
                    f"<p>{escape(ABSTRACT)}</p></aside>"
                )
            ),
            css="h1 + p + p::first-letter { font-size: 42pt; float: left; line-height: .9; padding-right: 3px }",
        ),
        title=texts.TITLE,
        authors=(texts.AUTHOR,),
        text=with_figure(f"In short\n\n{ABSTRACT}"),
        headings=headings(),
    ),
    Sheet(
        name="a report with chapters and contents",
        tool="latex",
        source=latex(
            "11pt,twoside",
            r"\maketitle\tableofcontents\newpage\pagestyle{headings} "
            + latex_sections()
            + r"\begin{itemize}"
            + "".join(rf"\item {tex(step)}" for step in texts.STEPS)
            + r"\end{itemize} "
            + r"\begin{tabular}{lrr}"
            + r"\\ ".join(" & ".join(map(tex, row)) for row in texts.ROWS)
            + r"\end{tabular} "
            + bibliography(),
        )
        .replace(r"\section", r"\chapter")
        .replace("{article}", "{report}"),
        title=texts.TITLE,
        authors=(texts.AUTHOR,),
        text=chapters() + "\n\n" + "\n\n".join(texts.STEPS) + "\n\n" + " ".join(" ".join(row) for row in texts.ROWS),
        lacks=("archive of the waterworks", "Northern Hydraulics"),
        headings=headings(),
    ),
    Sheet(
        name="two columns, three authors and their places",
        tool="latex",
        source=latex(
            "10pt,twocolumn,a4paper",
            rf"\maketitle \begin{{abstract}} {ABSTRACT} \end{{abstract}}"
            "\n\n" + latex_sections(note=False) + bibliography(),
        ).replace(
            rf"\author{{{texts.AUTHOR}}}",
            r"\author{Ada Berg$^1$, Tor Eklund$^{1,2}$ and Siri Nyman$^2$\\ \small $^1$University of Lind \quad "
            r"$^2$Waterworks Institute, Holm\\ \small \texttt{ada.berg@example.org}}",
        ),
        title=texts.TITLE,
        authors=("Ada Berg", "Tor Eklund", "Siri Nyman"),
        text=f"Abstract\n\n{ABSTRACT}\n\n" + numbered(("1", "2", "3")),
        headings=headings(),
    ),
    Sheet(
        name="three narrow columns, words divided",
        tool="latex",
        source=latex(
            "10pt",
            r"\begin{multicols}{3}"
            f"[\\section*{{{texts.TITLE}}}]"
            + "\n\n".join(
                (rf"\subsection*{{{heading}}}" + "\n" if heading else "") + "\n\n".join(map(tex, paragraphs))
                for heading, *paragraphs in texts.ENGLISH
            )
            + r"\end{multicols}",
            preamble=r"\usepackage[T1]{fontenc}\usepackage{lmodern}\usepackage{multicol}",
        ),
        title=texts.TITLE,
        text=english(),
        headings=headings(),
    ),
    Sheet(
        name="a manuscript with numbered lines",
        tool="reportlab",
        source=manuscript,
        title=texts.TITLE,
        text="\n\n".join(part for section in texts.ENGLISH for part in section if part),
    ),
)


def make(sheets: Iterable[Sheet] = SHEETS + LATER) -> dict[str, bytes]:
    """The files, by name, of those sheets whose tool is installed; Chromium and LibreOffice are started once for all."""
    wanted = [sheet for sheet in sheets if not missing(sheet.tool, sheet.source)]
    files: dict[str, bytes] = {}
    pages = {sheet.name: str(sheet.source) for sheet in wanted if sheet.tool == "chromium"}
    if pages:
        files |= print_pages(pages)
    if written := {sheet.name: str(sheet.source) for sheet in wanted if sheet.tool == "libreoffice"}:
        files |= exported(written)
    for sheet in wanted:
        if sheet.tool == "latex":
            files[sheet.name] = typeset(str(sheet.source))
        elif callable(sheet.source):
            files[sheet.name] = sheet.source()
    return files

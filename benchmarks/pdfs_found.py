"""PDF files that the extractor read wrongly when they were first made, on 28 November 2026, and that it was mended on.

LibreOffice makes the first of them, from OpenDocument sources (benchmarks/pdf_office.py); then LaTeX, then Chromium.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks import pdf_texts as texts
from benchmarks.pdf_office import Part, odf
from benchmarks.pdf_sources import COLUMNS, english, headings, latex, sections, simple, tex, web, with_figure
from benchmarks.pdfs import Sheet

PROGRAM = (
    "def loss(network):",
    "    total = 0",
    "    for pipe in network:",
    "        if pipe.hisses:",
    "            total += pipe.flow",
    "    return total",
)
DONE = (
    ("Year", "Leaks", "What was done"),
    ("2008", "38", "Two crews walked every street of the old town with microphones pressed against the hydrants."),
    ("2010", "412", "The council decided to replace pipes in the order of what they lost, and not of the complaints."),
    ("2012", "97", "The loss had fallen from 31 to 14 percent by the end of the second year of the programme."),
)
INNER = (
    "walk the old town first",
    "then walk the new town, and write down every hydrant that hisses when it is closed at night",
)
QUOTE = "“A sieve that somebody had buried and forgotten”"
ASIDE = ("Contact", "Ada Berg", "Water Street 5", "Lind", "Languages", "English", "German", "Swedish")
HEBREW_MIXED = "בשנת 2019 פתחה חברת Northern Water מפעל חדש בעיר לינד, והוא מייצר 412 מיליון ליטר בכל שנה."
ARABIC_MIXED = (
    "في عام 2019 افتتحت شركة Northern Water مصنعا جديدا في المدينة، وأضافت المديرة أن السعر سيبلغ ١٢٫٥ جنيها."
)
THAI_TITLE = "สวนใหม่กลางเมือง"
THAI = "เมืองได้เปิดสวนสาธารณะแห่งใหม่ใจกลางเมืองในสัปดาห์นี้ สวนตั้งอยู่บนที่ดินของสถานีรถไฟเก่าที่ถูกทิ้งร้าง"


def _parts(title: str, paragraphs: Iterable[str]) -> list[Part]:
    return [("title", title), *(("paragraph", one) for one in paragraphs)]


def _english(*extra: Part) -> list[Part]:
    """The English text, with ``extra`` after its second section."""
    parts: list[Part] = [("title", texts.TITLE), ("byline", f"by {texts.AUTHOR}")]
    for number, (heading, *paragraphs) in enumerate(texts.ENGLISH):
        parts += [("heading", heading)] * bool(heading) + [("paragraph", one) for one in paragraphs]
        parts += extra if number == 1 else ()
    return parts


def _rows(rows: Sequence[Sequence[str]]) -> str:
    return "\n\n".join(" ".join(row) for row in rows)


def _office(name: str, source: str, *, title: str = texts.TITLE, text: str, **more: tuple[str, ...]) -> Sheet:
    return Sheet(name=f"LibreOffice: {name}", tool="libreoffice", source=source, title=title, text=text, **more)  # type: ignore[arg-type]


OFFICE = (
    _office(
        "a report on small pages",
        odf(
            _english(("caption", texts.CAPTION), ("table", ""), *(("item", step) for step in texts.STEPS)),
            header="Annals of Northern Water", notes=texts.FOOTNOTES, rows=texts.ROWS, page="A5",
        ),
        text=with_figure("\n\n".join((texts.CAPTION, _rows(texts.ROWS), *texts.STEPS))),
        authors=(texts.AUTHOR,), lacks=("Annals of", "Page 1", "archive of the waterworks"), headings=headings(),
    ),
    _office(
        "two columns and footnotes",
        odf(_english(), columns=2, header="Annals of Northern Water", notes=texts.FOOTNOTES),
        text=english(),
        authors=(texts.AUTHOR,), lacks=("Annals of", "appealed against"), headings=headings(),
    ),
    _office(
        "three columns below a title",
        odf(_english(), columns=3, size="9.5pt", font="DejaVu Sans"),
        text=english(), authors=(texts.AUTHOR,), headings=headings(),
    ),
    _office(
        "a table whose cells have several lines",
        odf(_english(("table", "")), rows=DONE),
        text=with_figure(_rows(DONE)), authors=(texts.AUTHOR,), headings=headings(),
    ),
    _office(
        "a program",
        odf(_english(("subheading", "How it is counted"), ("code", "\n".join(PROGRAM)))),
        text=with_figure("How it is counted\n\n" + "\n".join(PROGRAM)),
        authors=(texts.AUTHOR,), headings=(*headings(), "How it is counted"),
    ),
    _office(
        "de, three narrow columns, a divided title",
        odf(_parts(texts.GERMAN_TITLE, texts.GERMAN), language="de", country="DE", columns=3, size="10pt"),
        title=texts.GERMAN_TITLE, text="\n\n".join(texts.GERMAN),
    ),
    _office(
        "he",
        odf(_parts(texts.HEBREW_TITLE, texts.HEBREW), language="he", country="IL", font="Noto Sans Hebrew", footer=False),
        title=texts.HEBREW_TITLE, text="\n\n".join(texts.HEBREW),
    ),
    _office(
        "ar, two columns",
        odf(
            _parts(texts.ARABIC_TITLE, texts.ARABIC * 3),
            language="ar", country="EG", font="Noto Naskh Arabic", columns=2, footer=False,
        ),
        title=texts.ARABIC_TITLE, text="\n\n".join(texts.ARABIC * 3),
    ),
    _office(
        "zh, two columns",
        odf(_parts(texts.CHINESE_TITLE, texts.CHINESE * 3), language="zh", country="CN", font="Noto Sans CJK SC", columns=2),
        title=texts.CHINESE_TITLE, text="\n\n".join(texts.CHINESE * 3),
    ),
    _office(
        "ja",
        odf(_parts(texts.JAPANESE_TITLE, texts.JAPANESE), language="ja", country="JP", font="Noto Sans CJK JP"),
        title=texts.JAPANESE_TITLE, text="\n\n".join(texts.JAPANESE),
    ),
)  # fmt: skip


def _latex(name: str, source: str, *, text: str, **more: tuple[str, ...]) -> Sheet:
    return Sheet(name=f"LaTeX: {name}", tool="latex", source=source, title=texts.TITLE, text=text, **more)  # type: ignore[arg-type]


def _between(source: str) -> str:
    """A short article: two paragraphs, with ``source`` between them."""
    first, second = map(tex, texts.ENGLISH[0][1:])
    return latex("11pt", rf"\section*{{{texts.TITLE}}} {first}" + f"\n\n{source}\n\n{second}")


def _with(extra: str) -> str:
    first, second = texts.ENGLISH[0][1:]
    return f"{first}\n\n{extra}\n\n{second}"


SET = (
    _latex(
        "a book, the chapters' names at the head",
        latex(
            "11pt,a5paper",
            r"\maketitle "
            + "\n\n".join(
                rf"\chapter{{{heading or 'The years of plenty'}}}" + "\n\n".join(map(tex, paragraphs))
                for heading, *paragraphs in texts.ENGLISH
            ),
        ).replace("{article}", "{book}"),
        text="\n\n".join(
            "\n\n".join((f"Chapter {number}", heading or "The years of plenty", *paragraphs))
            for number, (heading, *paragraphs) in enumerate(texts.ENGLISH, start=1)
        ),
        authors=(texts.AUTHOR,), lacks=("CHAPTER 2",), headings=headings(),
    ),
    _latex(
        "a table whose cells have several lines",
        _between(
            r"\begin{tabular}{llp{5cm}}" + r"\\ ".join(" & ".join(map(tex, row)) for row in DONE) + r"\end{tabular}"
        ),
        text=_with(_rows(DONE)),
    ),
    _latex(
        "a program",
        _between("\\begin{verbatim}\n" + "\n".join(PROGRAM) + "\n\\end{verbatim}"),
        text=_with("\n".join(PROGRAM)),
    ),
    _latex(
        "lists within lists",
        _between(
            rf"\begin{{enumerate}} \item {texts.STEPS[0]} \item {texts.STEPS[1]} \begin{{enumerate}} "
            rf"\item {INNER[0]} \item {INNER[1]} \end{{enumerate}} \item {texts.STEPS[2]} \end{{enumerate}}"
        ),
        text=_with(
            f"1. {texts.STEPS[0]}\n\n2. {texts.STEPS[1]}\n\n(a) {INNER[0]}\n\n(b) {INNER[1]}\n\n3. {texts.STEPS[2]}"
        ),
    ),
)  # fmt: skip


def _print(name: str, source: str, *, title: str = texts.TITLE, text: str, **more: tuple[str, ...]) -> Sheet:
    return Sheet(name=f"Chromium: {name}", tool="chromium", source=source, title=title, text=text, **more)  # type: ignore[arg-type]


def _page(extra: str, *, css: str = "", around: str = "{}") -> str:
    return web(f"<h1>{texts.TITLE}</h1>" + around.format(sections(between=extra)), css=css)


PRINTED = (
    _print(
        "a table whose cells have several lines",
        _page(
            "<table border=1 cellpadding=6 style='border-collapse:collapse'>"
            + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in DONE)
            + "</table>"
        ),
        text=with_figure(_rows(DONE)), headings=headings(),
    ),
    _print(
        "a list whose inner bullets are drawn",
        _page(
            f"<ol><li>{texts.STEPS[0]}<ul>{''.join(f'<li>{one}</li>' for one in INNER)}</ul></li>"
            f"<li>{texts.STEPS[1]}</li></ol>"
        ),
        text=with_figure("\n\n".join((f"1. {texts.STEPS[0]}", *INNER, f"2. {texts.STEPS[1]}"))), headings=headings(),
    ),
    _print(
        "a program",
        _page(f"<pre style=\"font: 10pt 'DejaVu Sans Mono'\">{chr(10).join(PROGRAM)}</pre>"),
        text=with_figure("\n".join(PROGRAM)), headings=headings(),
    ),
    _print(
        "headings that are set wide",
        _page("", css="h2 { font-variant: small-caps; letter-spacing: .1em }"),
        text=english(),
    ),
    _print(
        "a large quotation in a column",
        _page(
            f'<blockquote style="font-size: 17pt; font-style: italic">{QUOTE}</blockquote>',
            css=COLUMNS, around="<main>{}</main>",
        ),
        text=with_figure(QUOTE), headings=headings(),
    ),
    _print(
        "a list beside the text",
        _page(
            "",
            around="<div style='display: grid; grid-template-columns: 50mm 1fr; gap: 8mm'><nav style='font-size: 9pt'>"
            f"{'<br>'.join(ASIDE)}</nav><main>{{}}</main></div>",
        ),
        text="\n\n".join((*ASIDE, english())), headings=headings(),
    ),
    _print(
        "ja, readings above the words",
        web(
            simple(texts.JAPANESE_TITLE, texts.JAPANESE).replace("図書館", "<ruby>図書館<rt>としょかん</rt></ruby>"),
            css="body { font-family: 'Noto Sans CJK JP' }", language="ja",
        ),
        title=texts.JAPANESE_TITLE, text="\n\n".join(texts.JAPANESE), lacks=("し ょ", "しょかん"),
    ),
    _print(
        "he, with names of another script",
        web(
            simple(texts.HEBREW_TITLE, (HEBREW_MIXED, *texts.HEBREW)),
            css="body { font-family: 'Noto Sans Hebrew', 'DejaVu Sans' }", language="he", direction="rtl",
        ),
        title=texts.HEBREW_TITLE, text="\n\n".join((HEBREW_MIXED, *texts.HEBREW)), lacks=("Water Northern",),
    ),
    _print(
        "ar, with names and numbers",
        web(
            simple(texts.ARABIC_TITLE, (ARABIC_MIXED, *texts.ARABIC)),
            css="body { font-family: 'Noto Naskh Arabic', 'DejaVu Sans' }", language="ar", direction="rtl",
        ),
        title=texts.ARABIC_TITLE, text="\n\n".join((ARABIC_MIXED, *texts.ARABIC)), lacks=("Water Northern", "٥٫٢١"),
    ),
    _print(
        "th",
        web(simple(THAI_TITLE, (THAI,)), css="body { font-family: 'Noto Sans Thai' }", language="th"),
        title=THAI_TITLE, text=THAI, lacks=("มืมื",),
    ),
)  # fmt: skip

FOUND = OFFICE + SET + PRINTED

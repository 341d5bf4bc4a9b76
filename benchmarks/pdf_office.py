"""OpenDocument sources, for LibreOffice to make PDF files of: parts of a text become one flat file (.fodt)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Part = tuple[str, str]  # a kind (title, byline, heading, paragraph, item, …) and a text

_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"),
    )
)  # fmt: skip
_STYLES = {
    "title": 'fo:font-size="22pt" fo:font-weight="bold"',
    "byline": 'fo:font-size="11pt" fo:font-style="italic"',
    "heading": 'fo:font-size="15pt" fo:font-weight="bold"',
    "subheading": 'fo:font-size="12pt" fo:font-weight="bold"',
    "caption": 'fo:font-size="9pt" fo:font-style="italic"',
    "code": 'style:font-name="M" fo:font-size="9.5pt"',
}


def odf(
    parts: Sequence[Part],
    *,
    columns: int = 1,
    font: str = "DejaVu Serif",
    language: str = "en",
    country: str = "GB",
    size: str = "11pt",
    header: str = "",
    footer: bool = True,
    page: str = "A4",
    notes: Sequence[str] = (),
    rows: Sequence[Sequence[str]] = (),
) -> str:
    """A flat OpenDocument text; ``notes`` go below the first paragraphs, ``rows`` stand where a part is a table."""
    leftward = language in ("he", "ar", "fa")
    width, height = {"A4": ("21cm", "29.7cm"), "A5": ("14.8cm", "21cm")}[page]
    mode = 'style:writing-mode="rl-tb"' if leftward else ""
    left = list(notes)
    body = "".join(_part(kind, text, left, rows) for kind, text in parts if kind not in ("title", "byline"))
    head = "".join(_part(kind, text, [], rows) for kind, text in parts if kind in ("title", "byline"))
    section = f'<text:section text:style-name="S" text:name="s">{body}</text:section>' if columns > 1 else body
    fonts = f'style:font-name="F" style:font-name-asian="F" style:font-name-complex="F" fo:font-size="{size}"'
    sized = f'style:font-size-asian="{size}" style:font-size-complex="{size}"'
    spoken = f'fo:language="{language}" fo:country="{country}" style:language-asian="{language}"'
    spoken += f' style:language-complex="{language}"'
    just = f'fo:text-align="{"justify" if columns > 1 and not leftward else "start"}"'
    styles = "".join(
        f'<style:style style:name="{kind}" style:family="paragraph" style:parent-style-name="Standard">'
        f'<style:paragraph-properties fo:margin-top="0.3cm" fo:margin-bottom="0.15cm" fo:text-align="start" {mode}'
        f' fo:keep-with-next="{"always" if "heading" in kind else "auto"}"/>'
        f"<style:text-properties {look} {_complex(look)}/></style:style>"
        for kind, look in _STYLES.items()
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {_NAMES} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="F" svg:font-family="'{font}'"/>
<style:font-face style:name="M" svg:font-family="'DejaVu Sans Mono'"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph"><style:text-properties {fonts} {sized} {spoken}
 fo:hyphenate="{"true" if columns > 1 else "false"}"
 fo:hyphenation-remain-char-count="2" fo:hyphenation-push-char-count="2"/>
</style:default-style>
<style:style style:name="Standard" style:family="paragraph">
<style:paragraph-properties fo:margin-bottom="0.2cm" {mode} {just}/></style:style>
<style:style style:name="Footnote" style:family="paragraph"><style:text-properties fo:font-size="8.5pt"/></style:style>
<style:style style:name="small" style:family="paragraph"><style:text-properties fo:font-size="8.5pt"/></style:style>
{styles}
<text:list-style style:name="L"><text:list-level-style-bullet text:level="1" text:bullet-char="•">
<style:list-level-properties text:space-before="0.5cm" text:min-label-width="0.5cm"/></text:list-level-style-bullet>
</text:list-style>
<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix=".">
<style:list-level-properties text:space-before="0.5cm" text:min-label-width="0.6cm"/></text:list-level-style-number>
</text:list-style>
<text:notes-configuration text:note-class="footnote" style:num-format="1"/></office:styles>
<office:automatic-styles>
<style:page-layout style:name="P"><style:page-layout-properties fo:page-width="{width}" fo:page-height="{height}"
 fo:margin="2cm" {'style:writing-mode="rl-tb"' if leftward else ""}/>
<style:header-style/><style:footer-style/></style:page-layout>
<style:style style:name="S" style:family="section"><style:section-properties
 {'style:writing-mode="rl-tb"' if leftward else ""}>
<style:columns fo:column-count="{columns}" fo:column-gap="0.6cm"/></style:section-properties></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="P">
<style:header><text:p text:style-name="small">{escape(header)}</text:p></style:header>
<style:footer><text:p text:style-name="small">{_FOOT if footer else ""}</text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>{head}{section}</office:text></office:body></office:document>"""


_FOOT = "Page <text:page-number text:select-page='current'>1</text:page-number> of <text:page-count>1</text:page-count>"


def _complex(look: str) -> str:
    """The same look for scripts of Asia, and for those from right to left."""
    pairs = [pair for pair in look.split() if "size" in pair or "weight" in pair]
    kinds = ("asian", "complex")
    return " ".join(pair.replace("fo:", "style:").replace("=", f"-{kind}=", 1) for pair in pairs for kind in kinds)


def _part(kind: str, text: str, notes: list[str], rows: Sequence[Sequence[str]]) -> str:
    shown = escape(text)
    if kind == "table":
        cells = (
            "".join(f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row)
            for row in rows
        )
        columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
        lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
        return f"<table:table>{columns}{lines}</table:table>"
    if kind in ("item", "number"):
        style = "L" if kind == "item" else "N"
        going = ' text:continue-numbering="true"' if kind == "number" else ""
        item = f"<text:list-item><text:p>{shown}</text:p></text:list-item>"
        return f'<text:list text:style-name="{style}"{going}>{item}</text:list>'
    if kind in ("heading", "subheading"):
        level = 1 if kind == "heading" else 2
        return f'<text:h text:style-name="{kind}" text:outline-level="{level}">{shown}</text:h>'
    if kind == "code":
        lines = "<text:line-break/>".join(
            escape(line).replace("  ", "<text:s text:c='2'/>") for line in text.split("\n")
        )
        return f'<text:p text:style-name="code">{lines}</text:p>'
    if kind == "paragraph" and notes:
        number = f"n{len(notes)}"
        note = f'<text:p text:style-name="Footnote">{escape(notes.pop(0))}</text:p>'
        shown += (
            f'<text:note text:id="{number}" text:note-class="footnote"><text:note-citation>1</text:note-citation>'
            f"<text:note-body>{note}</text:note-body></text:note>"
        )
    return f'<text:p text:style-name="{kind if kind in _STYLES else "Standard"}">{shown}</text:p>'

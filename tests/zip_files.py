"""Books and office files written member by member, from texts that are known; what no program would make, too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

PROSE = (
    "The ferry to the islands was cancelled twice this week because of the storm.",
    "Fishermen could not leave the harbour, and the school stayed closed until Thursday.",
    "The mayor said that the northern pier must be rebuilt before the next winter begins.",
    "Engineers found cracks in eleven of its forty pillars and measured every one of them.",
)


def packed(members: Mapping[str, str | bytes], *, stored: Sequence[str] = ("mimetype",)) -> bytes:
    """A ZIP of these members; those of ``stored`` are not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def xhtml(body: str, *, title: str = "A page", attributes: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title>{title}</title></head><body {attributes}>{body}</body></html>"
    )


def container(package: str = "OEBPS/content.opf") -> str:
    return (
        '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        f'<rootfile full-path="{package}" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )


METADATA = (
    '<dc:title>The Northern Pier</dc:title><dc:creator id="c1">Berg, Ada</dc:creator><dc:language>en-GB</dc:language>'
    "<dc:date>2021-03-09</dc:date><dc:identifier>x</dc:identifier>"
)


def epub(
    pages: Mapping[str, str],
    *,
    nav: Sequence[tuple[str, str]] = (),
    metadata: str = METADATA,
    more: Mapping[str, str | bytes] | None = None,
    spine: str = "",
    manifest: str = "",
    guide: str = "",
) -> bytes:
    """A book of these pages, in this order; ``nav`` are labels and where they lead, for its contents."""
    items = "".join(
        f'<item id="i{at}" href="{escape(name)}" media-type="application/xhtml+xml"/>' for at, name in enumerate(pages)
    )
    references = spine or "".join(f'<itemref idref="i{at}"/>' for at in range(len(pages)))
    contents = "".join(f'<li><a href="{escape(href)}">{escape(label)}</a></li>' for label, href in nav)
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        'xmlns:opf="http://www.idpf.org/2007/opf" unique-identifier="u">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata><manifest>{items}{manifest}'
        '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest>'
        f"<spine>{references}</spine>{guide}</package>"
    )
    members: dict[str, str | bytes] = {"mimetype": "application/epub+zip", "META-INF/container.xml": container()}
    members["OEBPS/content.opf"] = package
    members["OEBPS/nav.xhtml"] = xhtml(f'<nav epub:type="toc"><ol>{contents}</ol></nav>')
    members |= {f"OEBPS/{name}": page for name, page in pages.items()}
    return packed(members | dict(more or {}))


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts or PROSE)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">{}</cp:coreProperties>'
)
STYLES = (
    f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault>'
    "</w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Titre"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="My heads"/><w:basedOn w:val="berschrift2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Outlined"><w:name w:val="Own"/>'
    '<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Caption"><w:name w:val="caption"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style></w:styles>'
)
NUMBERING = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="8">'
    '<w:lvl w:ilvl="0">'
    '<w:numFmt w:val="none"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num></w:numbering>'
)


def relations(leads: Mapping[str, tuple[str, str]]) -> str:
    """A part's relations: their ids to the last word of their type, and to where they lead."""
    lines = (f'<Relationship Id="{key}" Type="{_RELATION}/{kind}" Target="{to}"/>' for key, (kind, to) in leads.items())
    return f'<Relationships xmlns="{_PACKAGE_RELATION}">{"".join(lines)}</Relationships>'


def p(text: str = "", *, style: str = "", marks: str = "", look: str = "", more: str = "") -> str:
    """A paragraph of Word: ``marks`` are its own properties, ``look`` those of its run, ``more`` follows the run."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    run = f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{named}{marks}</w:pPr>{run}{more}</w:p>"


def listed(text: str, *, depth: int = 0, number: int = 1) -> str:
    return p(text, marks=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def table(*rows: Sequence[str]) -> str:
    """A table of Word; a cell is a text, or markup of blocks."""
    cells = ("".join(f"<w:tc>{cell if cell.startswith('<') else p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def docx(body: str, *, core: str = "", more: Mapping[str, str | bytes] | None = None, namespace: str = W) -> bytes:
    leads = {"r1": ("styles", "styles.xml"), "r2": ("numbering", "numbering.xml"), "r3": ("footnotes", "footnotes.xml")}
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(
            {"r1": ("officeDocument", "word/document.xml"), "r2": ("metadata/core-properties", "docProps/core.xml")}
        ),
        "word/document.xml": f'<w:document xmlns:w="{namespace}" xmlns:mc="urn:mc"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": relations(leads),
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "docProps/core.xml": CORE.format(core),
    }
    return packed(members | dict(more or {}))


_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_ODF_NAMES = " ".join(
    f'xmlns:{short}="{_ODF}:{long}:1.0"'
    for short, long in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"), ("meta", "meta"), ("manifest", "manifest"), ("presentation", "presentation"),
    )
)  # fmt: skip
ODT_STYLES = (
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    '<style:style style:name="P2" style:family="paragraph" style:parent-style-name="Quotations"/>'
    '<style:style style:name="Bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="Hidden" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="Loop" style:family="paragraph" style:parent-style-name="Loop"/>'
    '<style:style style:name="Out" style:family="drawing-page">'
    '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
)


def odt(body: str, *, meta: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    return _opendocument("text", body, meta=meta, more=more)


def frame(*lines: str, kind: str = "", more: str = "") -> str:
    """A frame on an OpenDocument slide, of a class (empty: a box of text); a line may be markup."""
    texts = (one if one.startswith("<text:") else f"<text:p>{escape(one)}</text:p>" for one in lines)
    named = f' presentation:class="{kind}"' if kind else ""
    return f"<draw:frame{named} {more}><draw:text-box>{''.join(texts)}</draw:text-box></draw:frame>"


def points(*lines: str) -> str:
    """A list of OpenDocument."""
    items = (f"<text:list-item><text:p>{escape(line)}</text:p></text:list-item>" for line in lines)
    return f"<text:list>{''.join(items)}</text:list>"


def odp(*pages: str, decls: str = "", meta: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """OpenDocument slides; a page is its shapes, or the whole ``<draw:page>``."""
    whole = (page if page.startswith("<draw:page") else f"<draw:page>{page}</draw:page>" for page in pages)
    return _opendocument("presentation", decls + "".join(whole), meta=meta, more=more)


def _opendocument(kind: str, body: str, *, meta: str, more: Mapping[str, str | bytes] | None) -> bytes:
    members: dict[str, str | bytes] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {_ODF_NAMES}>"
        f"<office:automatic-styles>{ODT_STYLES}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        "meta.xml": f'<office:document-meta {_ODF_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>{meta}'
        "</office:meta></office:document-meta>",
        "META-INF/manifest.xml": f"<manifest:manifest {_ODF_NAMES}/>",
    }
    return packed(members | dict(more or {}))


_SLIDE_NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    f'xmlns:r="{_RELATION}"'
)


def shape(*lines: str, kind: str | None = None, marks: str = "") -> str:
    """A shape of a slide: a placeholder of a kind (empty for the usual one), or a box of text; a line may be markup."""
    placeholder = "" if kind is None else f'<p:ph type="{kind}"/>' if kind else '<p:ph idx="1"/>'
    texts = (
        one if one.startswith("<a:p>") else f"<a:p>{marks}<a:r><a:t>{escape(one)}</a:t></a:r></a:p>" for one in lines
    )
    return f"<p:sp><p:nvSpPr><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:txBody>{''.join(texts)}</p:txBody></p:sp>"


def slide(*shapes: str, attributes: str = "") -> str:
    return f"<p:sld {_SLIDE_NAMES} {attributes}><p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld></p:sld>"


def pptx(
    *slides: str,
    notes: Mapping[int, str] | None = None,
    order: Sequence[int] = (),
    core: str = "",
    sections: Sequence[int] = (),
) -> bytes:
    """Slides, shown in ``order`` (numbers from 1); ``notes`` are the words of the speaker, ``sections`` open parts."""
    count = len(slides)
    shown = "".join(f'<p:sldId id="{256 + at}" r:id="r{at}"/>' for at in order or range(1, count + 1))
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(
            {"r1": ("officeDocument", "ppt/presentation.xml"), "r2": ("metadata/core-properties", "docProps/core.xml")}
        ),
        "ppt/presentation.xml": f"<p:presentation {_SLIDE_NAMES}><p:sldIdLst>{shown}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            {f"r{at + 1}": ("slide", f"slides/slide{at + 1}.xml") for at in range(count)}
        ),
        "docProps/core.xml": CORE.format(core),
    }
    for at, content in enumerate(slides, start=1):
        members[f"ppt/slides/slide{at}.xml"] = content
        if at in sections:
            members[f"ppt/slides/_rels/slide{at}.xml.rels"] = relations(
                {"r9": ("slideLayout", "../slideLayouts/slideLayout3.xml")}
            )
            members["ppt/slideLayouts/slideLayout3.xml"] = f'<p:sldLayout {_SLIDE_NAMES} type="secHead"/>'
        if notes and at in notes:
            members[f"ppt/slides/_rels/slide{at}.xml.rels"] = relations(
                {"r1": ("notesSlide", f"../notesSlides/note{at}.xml")}
            )
            members[f"ppt/notesSlides/note{at}.xml"] = (
                slide(shape(notes[at], kind="body")).replace("p:sld ", "p:notes ").replace("p:sld>", "p:notes>")
            )
    return packed(members)

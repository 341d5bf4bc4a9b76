"""A paper on arXiv that LaTeXML made a page of is read without what stands around it and marks of its typesetting."""

from __future__ import annotations

from aili.document import Document
from tests.test_extract_page import BREAD, FERRY, MAIL, read_page

MATH = (
    '<math alttext="{0}" display="inline"><semantics><mi>w</mi><annotation-xml encoding="MathML-Content"><ci>w</ci>'
    '</annotation-xml><annotation encoding="application/x-tex">{0}</annotation></semantics></math>'
)
ALERTS = (
    '<div class="package-alerts ltx_document" role="status"><p>HTML conversions sometimes display errors due to content '
    "that did not convert correctly from the source. This paper uses packages that are not yet supported.</p></div>"
)
REPORTING = (
    "<div><h2>Instructions for reporting errors</h2><p>We are continuing to improve HTML versions of papers.</p></div>"
)
AUTHORS = (
    '<div class="ltx_authors"><span class="ltx_creator ltx_role_author"><span class="ltx_personname">Ada Okafor<sup>1</sup>'
    ' and Tor Eklund<br class="ltx_break"/>University of Lind</span></span></div>'
)
NOTE = (
    '<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup><span class="ltx_note_outer">'
    '<span class="ltx_note_content">Data: see the shop.</span></span></span>'
)
EQUATION = (
    '<table class="ltx_equation ltx_eqn_table"><tr><td></td><td>{}</td><td><span class="ltx_tag ltx_tag_equation">(1)</span>'
    "</td></tr></table>"
)


def section(number: int, name: str, *inside: str) -> str:
    tag = f'<span class="ltx_tag ltx_tag_section">{number} </span>'
    heading = f'<h2 class="ltx_title ltx_title_section">{tag}{name}</h2>'
    return f'<section class="ltx_section">{heading}{"".join(inside)}</section>'


def paper() -> Document:
    item = '<li class="ltx_item"><span class="ltx_tag ltx_tag_item">•</span><div class="ltx_para"><p>{}</p></div></li>'
    items = (
        f'<ul class="ltx_itemize">{item.format("forty cars at a time;")}{item.format("six crossings in summer.")}</ul>'
    )
    references = '<ul><li class="ltx_bibitem">Berg, 2019.</li></ul>'
    formula = f"<p>{MAIL} It is a sum:</p>{EQUATION.format(MATH.format('w=a+b'))}<p>So the mail waits {{}} days.</p>"
    article = (
        f'<article class="ltx_document"><h1 class="ltx_title ltx_title_document">The ferry of Lind</h1>{AUTHORS}'
        + section(1, "Introduction", f"<p>{FERRY}{NOTE}</p>{items}<p>{BREAD}</p>")
        + section(2, "Method", formula.format(MATH.format("w_{i}")), f"<p>{BREAD} {MAIL}</p>")
        + f'<section class="ltx_bibliography"><h2>References</h2>{references}</section></article>'
    )
    return read_page(f'{ALERTS}<div class="ltx_page_main">{article}</div>{REPORTING}')


def test_only_the_paper_is_read_and_its_notes_and_references_are_set_aside_and_told() -> None:
    document = paper()
    for outside in ("HTML conversions", "reporting errors", "Data: see", "Berg", "University"):
        assert outside not in document.text
    assert document.reading.warnings == ("Set aside: 1 footnote and 1 reference.",)


def test_authors_stand_below_the_title() -> None:
    assert paper().metadata.authors == ("Ada Okafor", "Tor Eklund")


def test_marks_numbers_and_formulas_are_what_a_reader_sees() -> None:
    document = paper()
    found = [(block.kind, document.block(at)) for at, block in enumerate(document.blocks)]
    assert [text for kind, text in found if kind == "heading"] == ["1. Introduction", "2. Method"]
    assert [text for kind, text in found if kind == "item"] == ["forty cars at a time;", "six crossings in summer."]
    assert "w=a+b" in [text for kind, text in found if kind != "table"]
    assert "ww" not in document.text.replace(" ", "")
    assert document.text.count("w_{i}") <= 1


def test_what_mathml_says_for_machines_is_read_on_no_page() -> None:
    text = read_page(
        f"<article><h1>The ferry of Lind</h1><p>{FERRY} It takes {MATH.format('t_{0}')} minutes.</p></article>"
    ).text
    assert "ww" not in text.replace(" ", "")
    assert text.count("t_{0}") <= 1

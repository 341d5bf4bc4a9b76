"""What a book or an office file does to a reader, it does to a worker: bombs, entities, odd names and damage end clearly."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aili import sources
from aili.document import Document, Resource
from aili.errors import AiliError, TooLargeError, UnreadableError
from aili.extractors import EXTRACTORS, ParseLimits, Task, extract
from aili.extractors.zipped import container as containers
from aili.extractors.zipped import docx as word
from aili.extractors.zipped import epub as book
from aili.extractors.zipped import odp as opened_slides
from aili.extractors.zipped import odt as opendocument
from aili.extractors.zipped import pptx as slides
from tests.zip_files import (
    PROSE,
    docx,
    epub,
    frame,
    listed,
    odp,
    odt,
    p,
    packed,
    paragraphs,
    pptx,
    shape,
    slide,
    table,
    xhtml,
)

PAGES = {"a.xhtml": xhtml(f"<h1>Storm</h1>{paragraphs()}"), "b.xhtml": xhtml(f"<h1>Pier</h1>{paragraphs()}")}
GOOD = {
    "epub": epub(PAGES, nav=[("Storm", "a.xhtml"), ("Pier", "b.xhtml")]),
    "docx": docx(p("Storm", style="berschrift1") + listed("one") + table(("a", "b")) + "".join(map(p, PROSE))),
    "odt": odt("".join(f"<text:p>{line}</text:p>" for line in PROSE)),
    "odp": odp(frame(*PROSE)),
    "pptx": pptx(slide(shape("Storm", kind="title"), shape(*PROSE)), slide(shape(*PROSE))),
}
MAIN = {
    "epub": "OEBPS/a.xhtml",
    "docx": "word/document.xml",
    "odt": "content.xml",
    "odp": "content.xml",
    "pptx": "ppt/slides/slide1.xml",
}
READERS: dict[str, Callable[[Task], Document]] = {
    "epub": book.read, "docx": word.read, "odt": opendocument.read, "odp": opened_slides.read, "pptx": slides.read,
}  # fmt: skip


def resource(data: bytes, form: str = "") -> Resource:
    kind = sources.media_type(data, name=f"x.{form}")
    if kind not in EXTRACTORS:
        kind = sources.media_type(GOOD[form], name=f"x.{form}")
    return Resource(data=data, media_type=kind, reference="x.zip", location="x.zip")


def read(data: bytes, form: str, *, seconds: float = 20) -> Document:
    return extract(resource(data, form), limits=ParseLimits(min_words=5, seconds=seconds, max_bytes=900_000_000))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(form: str, content: bytes, member: str = "") -> bytes:
    return packed(members(GOOD[form]) | {member or MAIN[form]: content})


@pytest.mark.parametrize("form", GOOD)
def test_a_member_that_unpacks_without_end_is_stopped(form: str) -> None:
    """Attack 15: 300 MB of spaces in 0.3 MB."""
    began = time.monotonic()
    bomb = changed(form, b"<a>" + b" " * 300_000_000 + b"</a>")
    assert len(bomb) < 1_000_000
    try:
        read(bomb, form)
    except (TooLargeError, UnreadableError) as error:
        assert "x.zip" in error.message
    else:
        assert form in ("epub", "pptx")  # whose other pages are read
    assert time.monotonic() - began < 30


def test_many_members_that_unpack_to_much_are_stopped_by_their_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "TOTAL_BYTES", 100_000)
    chapters = {f"c{at}.xhtml": xhtml("<p>a b c</p>" + " " * 20_000) for at in range(50)}
    with pytest.raises(TooLargeError, match="unpacks to more than"):
        book.read(Task(resource=resource(epub(chapters), "epub"), min_words=1))


def test_a_container_of_countless_members_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MEMBERS", 100)
    with pytest.raises(TooLargeError, match="201 files"):
        book.read(
            Task(
                resource=resource(
                    packed({f"OEBPS/{at}": "" for at in range(200)} | {"mimetype": "application/epub+zip"}), "epub"
                ),
                min_words=1,
            )
        )


def test_pictures_are_never_unpacked() -> None:
    data = epub(PAGES, more={"OEBPS/huge.png": bytes(200_000_000)})
    assert PROSE[0] in read(data, "epub").text


ENTITIES = b'<!DOCTYPE x [<!ENTITY a0 "words and words ">%b<!ENTITY all "&a9;">]>' % b"".join(
    b'<!ENTITY a%d "%b">' % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 10)
)


@pytest.mark.parametrize("form", GOOD)
def test_billion_laughs_are_an_error(form: str) -> None:
    """Attack 17."""
    whole = members(GOOD[form])[MAIN[form]].partition(b"?>\n<!DOCTYPE html>\n")
    body = whole[2] or whole[0]
    data = changed(form, ENTITIES + body.replace(PROSE[0].encode(), b"&all;"))
    told = {
        "epub": "1 of 2 parts of the book is missing or damaged and could not be read.",
        "pptx": "Set aside: 1 damaged slide.",
    }
    if form in told:  # the other page is read
        assert read(data, form).reading.warnings == (told[form],)
        return
    with pytest.raises(UnreadableError, match=r"x\.zip is damaged"):
        read(data, form)


@pytest.fixture
def asked() -> object:
    """A server that counts who asks for what, at its address."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"FETCHED")

        def log_message(self, *arguments: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("form", GOOD)
def test_nothing_is_fetched_and_no_file_is_read_for_an_entity(
    form: str, asked: tuple[str, list[str]], tmp_path: Path
) -> None:
    """Attack 17, XXE: an outer entity, an outer definition, a parameter entity, an include."""
    address, seen = asked
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    body = (
        members(GOOD[form])[MAIN[form]]
        .replace(b"<!DOCTYPE html>\n", b"")
        .removeprefix(b'<?xml version="1.0" encoding="utf-8"?>\n')
    )
    body = body.replace(PROSE[0].encode(), b"&x; stands here.")
    for outer in (address, secret.as_uri()):
        for head in (
            f'<!DOCTYPE r [<!ENTITY x SYSTEM "{outer}/x">]>', f'<!DOCTYPE r SYSTEM "{outer}/x.dtd">',
            f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{outer}/x.dtd"> %p;]>', f'<?xml-stylesheet href="{outer}/x.xsl"?>',
        ):  # fmt: skip
            try:
                document = read(changed(form, head.encode() + body), form)
            except UnreadableError:
                continue
            assert "FETCHED" not in document.text
            assert "TOPSECRET" not in document.text
    assert seen == []


NAMES = [
    "../../evil.txt",
    "/etc/evil.txt",
    "C:\\evil.txt",
    "..\\..\\evil.txt",
    "a/../../evil.txt",
    "CON",
    "a" * 300,
]


@pytest.mark.parametrize("name", NAMES)
def test_names_in_a_container_lead_nowhere(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack 18: names are keys; nothing is ever written."""
    monkeypatch.chdir(tmp_path)
    spine = '<itemref idref="i0"/><itemref idref="evil"/>'
    item = f'<item id="evil" href="{name}" media-type="application/xhtml+xml"/>'
    data = epub({"a.xhtml": PAGES["a.xhtml"]}, manifest=item, spine=spine, more={name: xhtml("<p>evil</p>")})
    assert PROSE[0] in read(data, "epub").text
    assert list(tmp_path.iterdir()) == []


def test_a_symbolic_link_in_a_container_is_its_bytes(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xhtml"
    secret.write_text(xhtml("<p>TOPSECRET words of a file</p>"))
    buffer = io.BytesIO(epub({"a.xhtml": PAGES["a.xhtml"]}, manifest='<item id="l" href="l.xhtml" media-type="text/html"/>',
                             spine='<itemref idref="i0"/><itemref idref="l"/>'))  # fmt: skip
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("OEBPS/l.xhtml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, str(secret))
    assert "TOPSECRET" not in read(buffer.getvalue(), "epub").text


def test_relations_that_lead_out_or_in_circles_end() -> None:
    outside = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    )
    outside += 'Type="x/slide" Target="http://127.0.0.1:1/x" TargetMode="External"/></Relationships>'
    with pytest.raises(UnreadableError):
        read(changed("pptx", outside.encode(), "ppt/_rels/presentation.xml.rels"), "pptx")
    again = pptx(slide(shape(*PROSE)), order=(1,) * 5)
    assert read(again, "pptx").text.count(PROSE[0]) == 5


@pytest.mark.parametrize(
    ("form", "opened", "closed"),
    [("docx", "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"), ("odt", "<text:section>", "</text:section>")],
)
def test_what_is_nested_too_deep_is_an_error(form: str, opened: str, closed: str) -> None:
    make = docx if form == "docx" else odt
    with pytest.raises(UnreadableError, match=r"x\.zip"):
        read(make(opened * 100_000 + closed * 100_000), form)


def test_a_page_nested_too_deep_is_read_as_far_as_it_goes_or_told() -> None:
    deep = xhtml("<div>" * 100_000 + "deep" + "</div>" * 100_000)
    assert PROSE[0] in read(epub({**PAGES, "deep.xhtml": deep}), "epub").text


def test_a_table_of_a_million_cells_ends() -> None:
    row = "<w:tr>" + "<w:tc><w:p/></w:tc>" * 1000 + "</w:tr>"
    try:
        read(docx(f"<w:tbl>{row * 1000}</w:tbl>" + "".join(map(p, PROSE))), "docx", seconds=4)
    except UnreadableError as error:
        assert "x.zip" in error.message


@pytest.mark.parametrize("form", GOOD)
def test_a_container_that_ends_anywhere_is_read_or_refused(form: str) -> None:
    data = GOOD[form]
    for end in range(40, len(data), 61):
        try:
            READERS[form](Task(resource=resource(data[:end], form), min_words=5))
        except AiliError as error:
            assert "x.zip" in error.message


@pytest.mark.parametrize("form", GOOD)
def test_a_damaged_container_is_a_document_or_a_clear_error(form: str) -> None:
    chance = Random(form)
    for _ in range(150):
        data = bytearray(GOOD[form])
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(4, len(data))
            data[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        reads_or_says(bytes(data), form)


@pytest.mark.parametrize("form", GOOD)
def test_damaged_xml_is_a_document_or_a_clear_error(form: str) -> None:
    chance = Random(form)
    whole = members(GOOD[form])
    tokens = [
        b"",
        b"<",
        b">",
        b"</",
        b"&amp;",
        b"\x00",
        b"\xff",
        b'"',
        b"-1",
        b"99999999999",
        b"w:val",
        b"id",
        b"#",
        b"../",
        b" ",
    ]
    for _ in range(250):
        name = chance.choice([one for one in whole if whole[one] and one != "mimetype"])
        data = bytearray(whole[name])
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.randint(0, 12)] = chance.choice(tokens)
        reads_or_says(packed({**whole, name: bytes(data)}), form)


def reads_or_says(data: bytes, form: str) -> None:
    try:
        document = READERS[form](Task(resource=resource(data, form), min_words=5))
    except AiliError as error:
        assert error.message.startswith("x.zip") or error.message.startswith("'")
        return
    assert all(0 <= one.start < one.end <= len(document.text) for one in document.sentences)
    assert all(0 <= one.start <= len(document.text) for one in document.locators)


TAGS = (
    "p",
    "h1",
    "h2",
    "div",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "blockquote",
    "pre",
    "a",
    "sup",
    "aside",
    "ruby",
    "rt",
    "br",
    "span",
    "section",
)
NODES = st.recursive(
    st.sampled_from([*PROSE, "1", "é北", " ", "\ue000\ue001"]).map(lambda text: text.replace("&", "&amp;")),
    lambda inner: st.builds(
        lambda tag, mark, parts: f"<{tag}{mark}>{''.join(parts)}</{tag}>",
        st.sampled_from(TAGS),
        st.sampled_from(
            [
                "",
                ' id="k"',
                ' epub:type="pagebreak" title="3"',
                ' epub:type="footnote"',
                ' hidden="hidden"',
                ' href="#k"',
            ]
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(NODES, max_size=6), st.sampled_from(["a.xhtml", "a.xhtml#k", "b.xhtml", "", "#"]), st.text(max_size=12))
def test_pages_of_any_structure_are_read(parts: list[str], href: str, label: str) -> None:
    data = epub(
        {"a.xhtml": xhtml("".join(parts)), "b.xhtml": PAGES["b.xhtml"]}, nav=[(label, href), ("Pier", "b.xhtml")]
    )
    reads_or_says(data, "epub")


WORD = st.recursive(
    st.builds(
        p,
        st.sampled_from([*PROSE, "", "x"]),
        style=st.sampled_from(["", "berschrift1", "Mine", "Titre", "TOC1", "Loop", "?"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(st.lists(inner, max_size=3), max_size=3).map(lambda rows: table(*rows)),
        inner.map(lambda one: f"<w:sdt><w:sdtContent>{one}</w:sdtContent></w:sdt>"),
        inner.map(lambda one: p(more=f"<w:r><w:pict><w:txbxContent>{one}</w:txbxContent></w:pict></w:r>")),
    ),
    max_leaves=20,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORD, max_size=5).map("".join))
def test_word_files_of_any_structure_are_read(body: str) -> None:
    reads_or_says(docx(body + p(PROSE[0])), "docx")


ROW = ("<table:table><table:table-row>", "</table:table-row></table:table>")
BOX = ("<text:p><draw:frame><draw:text-box>", "</draw:text-box></draw:frame></text:p>")
NOTE = ("<text:p>a<text:note><text:note-body>", "</text:note-body></text:note></text:p>")
LIST = ("<text:list><text:list-item>", "</text:list-item></text:list>")
ODF = st.recursive(
    st.sampled_from([f"<text:p>{PROSE[0]}</text:p>", '<text:h text:outline-level="x">a</text:h>', "<text:s/>", "loose"]),
    lambda inner: st.builds(
        lambda wrap, parts: wrap[0] + "".join(parts) + wrap[1],
        st.sampled_from(
            [
                LIST, BOX, NOTE, ("<text:section>", "</text:section>"), ("<text:p>", "</text:p>"),
                ("<text:span>", "</text:span>"),
                (f"{ROW[0]}<table:table-cell>", f"</table:table-cell><table:table-cell/>{ROW[1]}"),
            ]
        ),
        st.lists(inner, max_size=3),
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ODF, max_size=5).map("".join))
def test_opendocument_texts_of_any_structure_are_read(body: str) -> None:
    reads_or_says(odt(f"{body}<text:p>{PROSE[0]}</text:p>"), "odt")


SHAPES = st.recursive(
    st.builds(
        lambda lines, kind, marks: shape(*lines, kind=kind, marks=marks),
        st.lists(st.sampled_from([*PROSE, "", "x"]), max_size=3),
        st.sampled_from([None, "", "title", "ctrTitle", "body", "sldNum", "?"]),
        st.sampled_from(["", '<a:pPr lvl="9"/>', '<a:pPr lvl="2"><a:buNone/></a:pPr>', "<a:br/>"]),
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"<p:grpSp>{''.join(parts)}</p:grpSp>"),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(SHAPES, max_size=4), max_size=4), st.lists(st.integers(0, 6), max_size=5))
def test_slides_of_any_structure_are_read(pages: list[list[str]], order: list[int]) -> None:
    reads_or_says(pptx(*(slide(*shapes) for shapes in pages), order=order), "pptx")

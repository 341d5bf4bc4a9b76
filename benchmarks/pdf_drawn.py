"""PDF files that are drawn line by line with reportlab: a book, a manuscript, columns row by row, a page on its side."""

from __future__ import annotations

import io
from collections.abc import Callable

from benchmarks import pdf_texts as texts
from benchmarks.texts import article


def _canvas(draw: Callable[[object], None], **options: object) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1, **options)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if stringWidth(longer, font, size) > width and line:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def book(words: int, *, title: str = "The Book of Tides") -> bytes:
    """A book in Times with running heads that change sides, page numbers, and first lines that are indented."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(420, 595), invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor("Greta Holm")
    page, y = 0, -1.0

    def turn() -> float:
        nonlocal page
        if page:
            canvas.showPage()
        page += 1
        canvas.setFont("Times-Italic", 9)
        if page % 2:
            canvas.drawRightString(370, 560, "The Book of Tides")
            canvas.drawRightString(370, 30, str(page))
        else:
            canvas.drawString(50, 560, "Greta Holm")
            canvas.drawString(50, 30, str(page))
        return 530.0

    for block in article(words).split("\n\n"):
        heading = block.startswith("Part ") and "\n" not in block and len(block) < 80
        font, size = ("Times-Bold", 15) if heading else ("Times-Roman", 10)
        lines = wrapped(block, font, size, 320 if heading else 306)
        if y < 60 + 14 * min(len(lines), 2):
            y = turn()
        if heading:
            y -= 16
        for number, line in enumerate(lines):
            if y < 55:
                y = turn()
            canvas.setFont(font, size)
            canvas.drawString(50 + (14 if not number and not heading else 0), y, line)
            y -= 18 if heading else 13
        y -= 8 if heading else 0
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def row_by_row() -> bytes:
    """Two columns, drawn one line across both after the other, as some programs do."""

    def draw(canvas: object) -> None:
        lines: list[str] = []
        for heading, *paragraphs in texts.ENGLISH[:3]:
            lines += [f"*{heading}"] * bool(heading)
            for paragraph in paragraphs:
                lines += wrapped(paragraph, "Helvetica", 9, 240)
        canvas.setTitle("Microsoft Word - water_final_v3.docx")  # type: ignore[attr-defined]
        canvas.setFont("Helvetica-Bold", 18)  # type: ignore[attr-defined]
        canvas.drawString(45, 790, texts.TITLE)  # type: ignore[attr-defined]
        half = (len(lines) + 1) // 2
        for number in range(half):
            for column, at in ((45, number), (310, number + half)):
                if at < len(lines):
                    line = lines[at]
                    font = "Helvetica-Bold" if line.startswith("*") else "Helvetica"
                    canvas.setFont(font, 9)  # type: ignore[attr-defined]
                    canvas.drawString(column, 755 - 12 * number, line.lstrip("*"))  # type: ignore[attr-defined]

    return _canvas(draw)


def turned() -> bytes:
    """A page on its side: its text runs upwards, and the page says that it is to be turned."""

    def draw(canvas: object) -> None:
        canvas.setPageRotation(90)  # type: ignore[attr-defined]
        canvas.rotate(90)  # type: ignore[attr-defined]
        canvas.translate(0, -595)  # type: ignore[attr-defined]
        canvas.setFont("Helvetica-Bold", 20)  # type: ignore[attr-defined]
        canvas.drawString(60, 540, texts.TITLE)  # type: ignore[attr-defined]
        y = 505
        for _, *paragraphs in texts.ENGLISH[:1]:
            for paragraph in paragraphs:
                for line in wrapped(paragraph, "Helvetica", 12, 700):
                    canvas.setFont("Helvetica", 12)  # type: ignore[attr-defined]
                    canvas.drawString(60, y, line)  # type: ignore[attr-defined]
                    y -= 15
                y -= 10

    return _canvas(draw)


def manuscript() -> bytes:
    """Double-spaced lines, numbered in the margin from page to page."""

    def draw(canvas: object) -> None:
        canvas.setFont("Times-Bold", 16)  # type: ignore[attr-defined]
        canvas.drawString(90, 780, texts.TITLE)  # type: ignore[attr-defined]
        y, number = 740, 0
        for heading, *paragraphs in texts.ENGLISH:
            for text in filter(None, (heading, *paragraphs)):
                for line in wrapped(text, "Times-Roman", 12, 420):
                    number += 1
                    if y < 70:
                        canvas.showPage()  # type: ignore[attr-defined]
                        y = 780
                    canvas.setFont("Times-Roman", 8)  # type: ignore[attr-defined]
                    canvas.drawRightString(75, y, str(number))  # type: ignore[attr-defined]
                    canvas.setFont("Times-Bold" if text == heading else "Times-Roman", 12)  # type: ignore[attr-defined]
                    canvas.drawString(90, y, line)  # type: ignore[attr-defined]
                    y -= 24
                y -= 12

    return _canvas(draw)


def letter(*, hidden: str = "", encrypt: object = None, pictures: int = 0) -> bytes:
    """One page of English: with white text in it, or encrypted, or as ``pictures`` of pages without a word of text."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    def draw(canvas: object) -> None:
        for _ in range(pictures):
            picture = ImageReader(Image.new("L", (200, 280), 220))
            canvas.drawImage(picture, 0, 0, 595, 842)  # type: ignore[attr-defined]
            canvas.showPage()  # type: ignore[attr-defined]
        if pictures:
            return
        y = 780
        canvas.setFont("Helvetica-Bold", 18)  # type: ignore[attr-defined]
        canvas.drawString(60, y, texts.TITLE)  # type: ignore[attr-defined]
        for paragraph in texts.ENGLISH[0][1:]:
            y -= 20
            for line in wrapped(paragraph, "Helvetica", 11, 470):
                canvas.setFont("Helvetica", 11)  # type: ignore[attr-defined]
                canvas.drawString(60, y, line)  # type: ignore[attr-defined]
                y -= 14
        if hidden:
            canvas.setFillGray(1)  # type: ignore[attr-defined]
            canvas.drawString(60, y - 30, hidden)  # type: ignore[attr-defined]

    return _canvas(draw, **({"encrypt": encrypt} if encrypt else {}))

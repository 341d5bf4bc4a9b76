"""PDF files written by hand, object by object, for what no program would make; the text's place is given line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

PROSE = (
    "The ferry to the islands was cancelled twice this week because of the storm.",
    "Fishermen could not leave the harbour, and the school stayed closed until Thursday.",
    "The mayor said that the northern pier must be rebuilt before the next winter begins.",
    "Engineers found cracks in eleven of its forty pillars and measured every one of them.",
)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A line of text: its place, its size in points, and PDF operators that stand before it."""

    text: str
    x: float = 72
    y: float = 700
    size: float = 11
    font: str = "F1"
    before: str = ""


def paragraph(lines: Iterable[str], *, y: float = 700, size: float = 11) -> list[Text]:
    return [Text(text=line, y=y - number * 1.3 * size, size=size) for number, line in enumerate(lines)]


def written(objects: Mapping[int, bytes], *, info: int = 0, root: int = 1) -> bytes:
    """A file of these objects, with a cross-reference table that is right."""
    out = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00000 f \n"
    more = b"/Info %d 0 R" % info if info else b""
    out += b"trailer\n<< /Size %d /Root %d 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, more, start)
    return bytes(out)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries, content)


def shown(texts: Sequence[Text]) -> bytes:
    parts = []
    for one in texts:
        safe = one.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        parts.append(f"q {one.before} BT /{one.font} {one.size} Tf {one.x} {one.y} Td ({safe}) Tj ET Q")
    return "\n".join(parts).encode("cp1252")


def pdf(
    *pages: Sequence[Text], info: Mapping[str, str] | None = None, box: str = "0 0 612 792", more: bytes = b""
) -> bytes:
    """A file of pages of text, in Helvetica (F1) and Helvetica-Bold (F2); ``more`` is put into the page's content."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * number) for number in range(len(pages)))
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%b /Encoding /WinAnsiEncoding >>"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)),
        3: font % b"Helvetica",
        4: font % b"Helvetica-Bold",
        5: b"<< %b >>" % b" ".join(f"/{key} ({value})".encode("cp1252") for key, value in (info or {}).items()),
    }
    for number, texts in enumerate(pages):
        objects[10 + 2 * number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [%b] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (box.encode(), 11 + 2 * number)
        )
        objects[11 + 2 * number] = stream(more + shown(texts))
    return written(objects, info=5)

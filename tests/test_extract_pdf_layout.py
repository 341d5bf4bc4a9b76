"""How text is laid out on a PDF's page decides how it is read: columns, boxes, tables, lists, programs, running heads.

What each test places by hand, LibreOffice, LaTeX or Chromium set so, and was read wrongly before 28 November 2026.
"""

from __future__ import annotations

from collections.abc import Iterable

from aili.extractors.pdf.runs import once
from tests.pdf_files import Text, pdf
from tests.test_extract_pdf import blocks, read

WORDS = (
    "the ferry to the islands was cancelled twice this week because of the storm and fishermen could not leave the harbour "
    "while the school stayed closed until thursday when the mayor said that the northern pier must be rebuilt before winter"
).split()


def column(x: float, y: float, name: str, *, lines: int = 14, step: float = 12, size: float = 9.5) -> list[Text]:
    """Lines of five words, about 120 points wide, each ending in a word that says which it is."""
    return [
        Text(text=f"{' '.join(WORDS[(3 * at) % 30 : (3 * at) % 30 + 5])} {name}{at}", x=x, y=y - step * at, size=size)
        for at in range(lines)
    ]


def said(names: Iterable[str], text: str) -> list[int]:
    """Where each of the names stands in the text."""
    return [text.index(name) for name in names]


def test_three_columns_with_baselines_of_their_own_are_read_one_after_the_other() -> None:
    """LibreOffice: a heading in one column moves its lines between those of the next."""
    page = [
        Text(text="How the town learned to share its water", x=60, y=740, size=22, font="F2"),
        *column(50, 700, "a"), *column(235, 695, "b"), *column(420, 703, "c"),
    ]  # fmt: skip
    text = read(pdf(page)).text
    places = said([f"{name}{at}" for name in "abc" for at in range(14)], text)
    assert places == sorted(places)


def test_a_list_beside_the_text_is_no_part_of_its_lines() -> None:
    beside = ("Contact", "Ada Berg", "Water Street", "Lind", "Languages", "English", "German")
    page = [Text(text=one, x=60, y=700 - 11 * at, size=8) for at, one in enumerate(beside)]
    page += column(230, 703, "a", lines=20, step=14, size=11)
    text = " ".join(read(pdf(page)).text.split())
    assert "Contact Ada Berg Water Street Lind Languages English German" in text
    assert "a0 " in text
    places = said([f"a{at}" for at in range(20)], text)
    assert places == sorted(places)


def table(*, middle: bool) -> list[Text]:
    """A table of three columns whose last has two lines a row; the others stand at its first line, or between both."""
    rows = (("2008", "38", "Two crews walked every street", "with their microphones."),
            ("2010", "412", "The council replaced the pipes", "in the order of what they lost."),
            ("2012", "97", "The loss had fallen to a half", "by the end of the second year."))  # fmt: skip
    page = [
        Text(text=one, y=740 - 13 * at)
        for at, one in enumerate(["In every year it was written down what was done."] * 3)
    ]
    for at, (year, leaks, *done) in enumerate(rows):
        y = 660 - at * (38 if middle else 26)
        page += [Text(text=line, x=160, y=y - 13 * number) for number, line in enumerate(done)]
        page += [Text(text=year, x=72, y=y - 6.5 * middle), Text(text=leaks, x=110, y=y - 6.5 * middle)]
    return page


def test_cells_of_several_lines_are_cells() -> None:
    for middle in (False, True):
        found = [text for kind, text in blocks(read(pdf(table(middle=middle)))) if kind == "table"]
        assert found == [CELLS]


CELLS = (
    "2008 | 38 | Two crews walked every street with their microphones.\n"
    "2010 | 412 | The council replaced the pipes in the order of what they lost.\n"
    "2012 | 97 | The loss had fallen to a half by the end of the second year."
)


def test_remarks_in_the_margin_make_no_table_of_the_text() -> None:
    page = [Text(text=" ".join(WORDS[at : at + 9]), x=72, y=740 - 13 * at) for at in range(24)]
    page += [Text(text="remark", x=480, y=740 - 13 * at, size=8) for at in (3, 9, 15)]
    assert "table" not in {kind for kind, _ in blocks(read(pdf(page)))}


def test_a_program_keeps_its_indentation() -> None:
    lines = (
        "def loss(network):",
        "    total = 0",
        "    for pipe in network:",
        "        total += pipe.flow",
        "    return total",
    )
    page = [Text(text=" ".join(WORDS[at : at + 9]), y=740 - 13 * at) for at in range(5)]
    page += [
        Text(text=line.strip(), x=72 + 6 * (len(line) - len(line.lstrip())), y=660 - 12 * at, size=10, font="F3")
        for at, line in enumerate(lines)
    ]
    data = pdf(page).replace(b"/F2 4 0 R", b"/F2 4 0 R /F3 6 0 R")
    data = data.replace(b"5 0 obj", b"6 0 obj\n" + COURIER + b"\nendobj\n5 0 obj", 1)
    assert ("code", "\n".join(lines)) in blocks(read(data))


COURIER = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"


def test_drawn_bullets_and_deeper_indents_are_items() -> None:
    """Chromium draws the bullets of inner lists as shapes."""
    page = [Text(text=" ".join(WORDS[at : at + 9]), y=740 - 13 * at) for at in range(5)]
    page += [Text(text="1. listen at every hydrant of the town", x=84, y=650)]
    page += [Text(text="walk the old town first", x=128, y=636), Text(text="then walk the new town", x=128, y=622)]
    page += [Text(text="2. replace the pipes", x=84, y=608)]
    drawn = b"117 638 4 4 re f 117 624 4 4 re f\n"
    assert [text for kind, text in blocks(read(pdf(page, more=drawn))) if kind == "item"] == [
        "1. listen at every hydrant of the town",
        "walk the old town first",
        "then walk the new town",
        "2. replace the pipes",
    ]


def test_letters_that_are_set_wide_are_words() -> None:
    page = [Text(text=" ".join(WORDS[at : at + 9]), y=700 - 13 * at) for at in range(8)]
    wide = Text(text="A price that tells the truth", y=740, size=16, font="F2", before="4 Tc")
    assert read(pdf([wide, *page])).metadata.title == "A price that tells the truth"


def test_thai_beside_a_ligature_is_read() -> None:
    """A ligature is two letters at one place."""
    chars = [*"เม", "ื", "fi", "ม", "ื", "อ"]
    assert once(chars, [float(at) for at in range(7)], [at + 1.0 for at in range(7)], 10.0) == "".join(chars)


def test_the_names_of_chapters_beside_page_numbers_are_no_text() -> None:
    def page(number: int) -> list[Text]:
        head = f"CHAPTER {number}. FINDING THE {WORDS[number].upper()}"
        shown = [Text(text=str(number), x=72, y=760), Text(text=head, x=300, y=760)]
        return shown + [Text(text=" ".join(WORDS[at : at + 9]), y=700 - 13 * at) for at in range(20)]

    assert "CHAPTER" not in read(pdf(*map(page, range(3, 8)))).text


def test_a_numbered_heading_at_the_top_of_its_page_is_read() -> None:
    def page(number: int) -> list[Text]:
        heading = Text(text=f"{number} Finding the {WORDS[number]}", y=740, size=16, font="F2")
        lines = [Text(text=" ".join(WORDS[at : at + 9]), y=700 - 13 * at) for at in range(20)]
        return [heading, *lines, Text(text=str(number), x=300, y=40)]

    document = read(pdf(*map(page, range(1, 5))))
    assert [text for kind, text in blocks(document) if kind == "heading"][-1] == f"4. Finding the {WORDS[4]}"
    assert not document.text.endswith("4")

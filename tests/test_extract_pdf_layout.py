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


PAIRS = (
    ("High adaptability to changing requirements", "May lead to scope creep without clear bounds"),
    ("Frequent releases give continuous feedback", "Needs customers who give much of their time"),
    ("Improves team collaboration and openness", "Not ideal for projects with strict deadlines"),
    ("Supports early detection of hard issues", "Can be challenging for large and distant teams"),
)
RULED = "Pros | Cons\n" + "\n".join(" | ".join(pair) for pair in PAIRS)


def rule(y: float, x0: float = 70, x1: float = 540) -> Text:
    return Text(text=" ", before=f"{x0} {y} {x1 - x0} 0.8 re f")


def ruled(*, last: bool, x: float = 72) -> list[Text]:
    """A table of sentences as LaTeX sets it: a head between two rules, and a rule below the last row."""
    page = [Text(text=" ".join(WORDS[at : at + 9]), y=740 - 13 * at) for at in range(4)]
    page += [rule(656), Text(text="Pros", y=645), Text(text="Cons", x=x + 230, y=645), rule(640)]
    for at, (pro, con) in enumerate(PAIRS):
        page += [Text(text=pro, y=626 - 13 * at), Text(text=con, x=302, y=626 - 13 * at)]
    return [*page, rule(580)] if last else page


def test_sentences_in_a_table_between_rules_are_cells_and_not_columns() -> None:
    """LaTeX: the cells were read one below the other, as one sentence each column."""
    after = [Text(text=" ".join(WORDS[at : at + 9]), y=556 - 13 * at) for at in range(4)]
    for page in (ruled(last=True) + after, ruled(last=False)):
        assert [text for kind, text in blocks(read(pdf(page))) if kind == "table"] == [RULED]


def test_cells_that_go_on_below_stay_in_their_row() -> None:
    page = ruled(last=False)
    page += [Text(text="Reduced time to reach", y=574), Text(text="Needs skilled, collaborative", x=302, y=574)]
    page += [Text(text="the customers", y=561), Text(text="teams of every trade", x=302, y=561), rule(555)]
    found = [text for kind, text in blocks(read(pdf(page))) if kind == "table"]
    assert found == [
        f"{RULED}\nReduced time to reach the customers | Needs skilled, collaborative teams of every trade"
    ]


def test_columns_of_text_below_a_masthead_between_rules_are_columns() -> None:
    page = [rule(712), Text(text="Vol. 12, No. 3", y=700), Text(text="14 May 2024", x=480, y=700), rule(694)]
    page += [*column(72, 670, "a"), *column(320, 670, "b"), rule(500)]
    text = read(pdf(page)).text
    places = said([f"{name}{at}" for name in "ab" for at in range(14)], text)
    assert places == sorted(places)


def test_the_name_of_a_chapter_beside_a_running_head_is_no_text() -> None:
    """LaTeX: the title of the report on the left, that of the section on the right."""
    pages = []
    for number, name in enumerate(("Storms", "Storms", "Tides", "Repairs of the pier")):
        head = [Text(text="Quiet Reading | Report", y=760), Text(text=name.upper(), x=400, y=760)]
        pages.append(
            head + [Text(text=" ".join(WORDS[at : at + 9]), y=720 - 13 * at) for at in range(number, number + 20)]
        )
    text = read(pdf(*pages)).text
    assert "Quiet" not in text
    assert not {"STORMS", "TIDES", "REPAIRS"} & set(text.split())


def test_a_paragraph_after_the_last_item_is_none_of_it() -> None:
    """LibreOffice sets it as close as the items, at the left edge."""
    page = [Text(text=" ".join(WORDS[at : at + 9]), y=740 - 13 * at) for at in range(3)]
    page += [Text(text=f"• {one}", x=90, y=701 - 13 * at) for at, one in enumerate(("Planning", "Deployment"))]
    page += [Text(text=f"We know {' '.join(WORDS[at : at + 8])}", y=675 - 13 * at) for at in range(3)]
    found = blocks(read(pdf(page)))
    assert [text for kind, text in found if kind == "item"] == ["Planning", "Deployment"]
    assert found[-1][1].startswith("We know")


def headed(pairs: Iterable[Iterable[str]], *, step: float = 13) -> list[Text]:
    """Two columns below bold heads."""
    page = [Text(text=" ".join(WORDS[at : at + 9]), y=740 - 13 * at) for at in range(4)]
    page += [Text(text="Pros", y=645, font="F2"), Text(text="Cons", x=302, y=645, font="F2")]
    for at, pair in enumerate(pairs):
        page += [Text(text=text, x=x, y=626 - step * at) for text, x in zip(pair, (72, 302), strict=True)]
    return page


def test_sentences_below_bold_heads_are_cells_where_each_line_begins_one() -> None:
    """LibreOffice, without borders: Pros and Cons were headings, each with one endless sentence."""
    assert [text for kind, text in blocks(read(pdf(headed(PAIRS)))) if kind == "table"] == [RULED]


def test_boxes_of_text_below_bold_headings_are_no_table() -> None:
    lines = [[" ".join(WORDS[(3 * at + shift) % 30 :][:5]) for shift in (0, 2)] for at in range(12)]
    lines = [[f"{text} {name}{at}" for text, name in zip(pair, "ab", strict=True)] for at, pair in enumerate(lines)]
    found = blocks(read(pdf(headed(lines))))
    assert [text for kind, text in found if kind == "heading"] == ["Pros", "Cons"]
    text = "\n".join(one for _, one in found)
    assert said([f"{name}{at} " for name in "ab" for at in range(11)], text) == sorted(
        said([f"{name}{at} " for name in "ab" for at in range(11)], text)
    )


def test_notes_contents_and_references_are_set_aside_and_told() -> None:
    page = [
        Text(text="Contents", y=740, size=16, font="F2"),
        Text(text="Storm ........ 2", y=715),
        Text(text="Pier ........ 3", y=700),
    ]
    page += [Text(text="Storm", y=670, size=16, font="F2")]
    page += [Text(text=" ".join(WORDS[at : at + 9]), y=645 - 13 * at) for at in range(24)]
    page += [Text(text=f"{number} See the minutes of that year.", y=100 - 10 * number, size=8) for number in (1, 2)]
    last = [Text(text="Pier", y=740, size=16, font="F2"), *(Text(text=line.text, y=line.y + 70) for line in page[4:28])]
    last += [
        Text(text="References", y=370, size=16, font="F2"),
        Text(text="[1] A. Berg, Storms of Lind. Tollen, 2019.", y=345),
    ]
    document = read(pdf(page, last))
    assert document.reading.warnings == ("Set aside: 2 footnotes, 1 table of contents and 1 reference list.",)
    assert document.reading.share < 1
    assert not {"minutes", "Berg,", "Contents"} & set(document.text.split())


def test_a_heading_whose_number_stands_apart_heads_no_table() -> None:
    """The manual of pdfTeX sets its text below the heading's words, and the number in the margin."""
    page = [Text(text="1.1", x=60, y=740, size=11, font="F2"), Text(text="About this manual", x=110, y=740, font="F2")]
    page += [Text(text=" ".join(WORDS[at : at + 8]).capitalize(), x=110, y=720 - 13 * at) for at in range(12)]
    page += [Text(text="1.2", x=60, y=540, size=11, font="F2"), Text(text="About its makers", x=110, y=540, font="F2")]
    page += [Text(text=" ".join(WORDS[at : at + 8]).capitalize(), x=110, y=520 - 13 * at) for at in range(12)]
    found = blocks(read(pdf(page)))
    assert [text for kind, text in found if kind == "heading"] == ["1.1 About this manual", "1.2 About its makers"]
    assert "table" not in {kind for kind, _ in found}


def test_a_bold_line_below_a_table_is_none_of_its_rows() -> None:
    page = [*ruled(last=False), Text(text="Costs", y=574, font="F2")]
    page += [Text(text=" ".join(WORDS[at : at + 9]), y=556 - 13 * at) for at in range(4)]
    found = blocks(read(pdf(page)))
    assert [text for kind, text in found if kind == "table"] == [RULED]
    assert ("heading", "Costs") in found


def test_rows_of_a_table_at_the_top_of_each_page_are_no_running_heads() -> None:
    pages = []
    for number, name in enumerate(("Storms", "Tides", "Repairs of the pier", "Ferries")):
        rows = [Text(text="Cost", y=740), Text(text=name, x=300, y=740)]
        rows += [Text(text=f"Item {at}", y=727 - 13 * at) for at in range(9)]
        rows += [Text(text=f"Value {number}{at} of {WORDS[at]}", x=300, y=727 - 13 * at) for at in range(9)]
        pages.append(
            rows + [Text(text=" ".join(WORDS[at : at + 9]), y=580 - 13 * at) for at in range(number, number + 9)]
        )
    text = read(pdf(*pages)).text
    assert all(name in text for name in ("Storms", "Tides", "Repairs", "Ferries"))

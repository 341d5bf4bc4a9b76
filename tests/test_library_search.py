"""Search finds words, phrases and beginnings in every script, shows the passage, and takes any query that a person types."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili.digest import Bullet, Citation, Digest, Provenance
from aili.document import Document, Metadata
from aili.errors import LibraryDamagedError, UsageError
from aili.library.digests import Digests
from aili.store import Store, finding
from aili.store.digests import Entry
from aili.store.indexing import GAP, indexed, understand
from aili.store.passages import WIDTH, passage
from aili.store.records import OWNER, Filter, Listing, Order
from aili.store.spelling import MOST, spellings

TEXTS = {
    "Harbour bridge closed": "The harbour bridge is closed. Divers found cracks in the café's pier. It costs £3.5 million.",
    "A tide table": "High water at the bridge is at noon, low water in the evening. Railway works go on.",
    "丘の上の図書館": "水森市は市立図書館の開館時間を延長する。費用は年間２０２４万円である。",
    "ไปห้องสมุด": "ห้องสมุดเปิดทุกวันจนถึงสามทุ่ม",
    "도서관 개관": "시립도서관은 밤 아홉 시까지 문을 연다.",
    "पुस्तकालय की खबर": "किताबें अब रात नौ बजे तक मिलेंगी।",
    "كتاب المدينة": "كَتَبَ المدير رسالة إلى القراء.",
    "Nachtzug": "Der Nachtzug fährt wieder über die Brücke nach Brevenau; die Straße bleibt gesperrt.",
}


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Digests]:
    store = Store.open(tmp_path_factory.mktemp("search") / "library.db")
    digests = Digests(store)
    entries = []
    for number, (title, text) in enumerate(TEXTS.items()):
        source = Document(text=text, blocks=(), sentences=(), metadata=Metadata(title=title))
        whole = Digest(
            title=title,
            abstract=(Bullet(text=f"About {title}."),),
            sections=(),
            site="Ardmouth Courier" if number < 2 else "",
            language="en" if number < 2 else "xx",
            provenance=Provenance(engine="embedded" if number else "scripted", document=source.hash),
        )
        created = f"2025-01-{number + 1:02}T12:00:00Z"
        entries.append(Entry(digest=whole, document=source, tags=("news",) if number < 3 else (), created=created))
    digests.keep_all(OWNER, entries)
    yield digests
    store.close()


def titles(listing: Listing) -> list[str]:
    return [found.kept.title for found in listing.items]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("harbour", ["Harbour bridge closed"]),
        ("HARBOUR bridge", ["Harbour bridge closed"]),
        ("brid", ["Harbour bridge closed", "A tide table"]),
        ("brid closed", []),  # only the last word may go on
        ("bridge -railway", ["Harbour bridge closed"]),
        ('bridge -"low water"', ["Harbour bridge closed"]),
        ('"harbour bridge"', ["Harbour bridge closed"]),
        ('"bridge harbour"', []),
        ("cafe", ["Harbour bridge closed"]),
        ("café's", ["Harbour bridge closed"]),
        ("3.5", ["Harbour bridge closed"]),
        ("図書館", ["丘の上の図書館"]),
        ("図書", ["丘の上の図書館"]),
        ("書図", []),
        ("2024万円", ["丘の上の図書館"]),
        ("ห้องสมุด", ["ไปห้องสมุด"]),
        ("도서관", ["도서관 개관"]),
        ("서관은", ["도서관 개관"]),
        ("किताबें", ["पुस्तकालय की खबर"]),
        ("كتب", ["كتاب المدينة"]),
        ("brucke", ["Nachtzug"]),
        ("straße", ["Nachtzug"]),
        ("courier", ["A tide table", "Harbour bridge closed"]),
        ("nowhere", []),
    ],
)
def test_a_query_finds_what_holds_all_its_words(query: str, found: list[str], digests: Digests) -> None:
    listing = digests.find(OWNER, Filter(query=query))
    assert titles(listing) == found
    assert listing.total == len(found)


SPELT = {
    "Straßburg": "Die Straße nach Straßburg ist gesperrt.",
    "Zurich": "In Zurich the street is called Bahnhofstrasse; Mr Mueller lives there.",
    "København": "Metroen i København kører igen til Sorø.",
    "Łódź": "Tramwaje w Łodzi; Diyarbakır; Đorđe; Sigurðsson; un œuvre; Cæsar.",
    "الإذاعة": "أعلنت الإذاعة أن المكتبة العامة في ألمانيا مغلقة حتى يوم الأحد، وعلى القراء الانتظار.",
    "اعلان": "اعلنت الاذاعه عن فتح المكتبه، كما ذكر علي، عام ٢٠٢٤.",
    "کتاب": "این کتاب درباره‌ی تاریخی است که کسی نمی‌داند.",
    "Αθήνα": "Η βιβλιοθήκη της Αθήνας και το προϊόν. ΝΕΟ ΩΡΑΡΙΟ ΟΔΟΣ",
    "Ещё": "Ещё один мост через реку.",
    "बाज़ार": "बाज़ार सोमवार को खुलेगा।",
}


@pytest.fixture(scope="module", name="spelt")
def _spelt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Digests]:
    store = Store.open(tmp_path_factory.mktemp("spelt") / "library.db")
    digests = Digests(store)
    for title, text in SPELT.items():
        source = Document(text=text, blocks=(), sentences=(), metadata=Metadata(title=title))
        digest = Digest(title=title, abstract=(), sections=(), provenance=Provenance(document=source.hash))
        digests.keep(OWNER, digest, source)
    yield digests
    store.close()


@pytest.mark.parametrize(
    ("query", "title", "marked"),
    [
        ("strasse", "Straßburg", "Straße"),
        ("STRASSE", "Straßburg", "Straße"),
        ("bahnhofstraße", "Zurich", "Bahnhofstrasse"),
        ('"strasse nach strassburg"', "Straßburg", "Straße nach Straßburg"),
        ("Müller", "Zurich", "Mueller"),
        ("kobenhavn", "København", "København"),
        ("soro", "København", "Sorø"),
        ("lodzi", "Łódź", "Łodzi"),
        ("diyarbakir", "Łódź", "Diyarbakır"),
        ("dorde", "Łódź", "Đorđe"),
        ("sigurdsson", "Łódź", "Sigurðsson"),
        ("oeuvre", "Łódź", "œuvre"),
        ("caesar", "Łódź", "Cæsar"),
        ("الاذاعة", "الإذاعة", "الإذاعة"),
        ("الإذاعة", "اعلان", "الاذاعه"),
        ("اعلنت", "الإذاعة", "أعلنت"),
        ("أعلنت", "اعلان", "اعلنت"),
        ("المكتبه", "الإذاعة", "المكتبة"),
        ("المكتبة", "اعلان", "المكتبه"),
        ("المانيا", "الإذاعة", "ألمانيا"),
        ("وعلي", "الإذاعة", "وعلى"),
        ("على", "اعلان", "علي"),
        ("2024", "اعلان", "٢٠٢٤"),
        ("كتاب", "کتاب", "کتاب"),
        ("تاريخي", "کتاب", "تاریخی"),
        ("βιβλιοθηκη", "Αθήνα", "βιβλιοθήκη"),
        ("αθηνας", "Αθήνα", "Αθήνας"),
        ("προιον", "Αθήνα", "προϊόν"),
        ("ωράριο", "Αθήνα", "ΩΡΑΡΙΟ"),
        ("οδός", "Αθήνα", "ΟΔΟΣ"),
        ("еще", "Ещё", "Ещё"),
        ("рёку", "Ещё", "реку"),
        ("बाजार", "बाज़ार", "बाज़ार"),
    ],
)
def test_a_word_is_found_and_marked_however_it_is_spelt(query: str, title: str, marked: str, spelt: Digests) -> None:
    [found] = [found for found in spelt.find(OWNER, Filter(query=query)).items if found.kept.title == title]
    assert marked in [found.passage[start:end] for start, end in found.marks]
    assert titles(spelt.find(OWNER, Filter(query=f"{title} -{query}"))).count(title) == 0


def test_a_word_is_not_taken_for_another(spelt: Digests) -> None:
    for query in ("strase", "muller", "αθήνον", "الاذاعت"):
        assert spelt.find(OWNER, Filter(query=f'"{query}"')).total == 0, query


@given(st.text(st.sampled_from("ssaeoeiıdlłøßth اأإآىيةهکكی αεΑηςйеёज़2٢"), max_size=120))
def test_spellings_are_few_and_begin_with_the_word_itself(words: str) -> None:
    found = spellings(words)
    assert found[0] == words
    assert 1 <= len(found) <= MOST
    assert len(set(found)) == len(found)
    assert all(spelt.count(" ") == words.count(" ") for spelt in found)


def test_a_list_and_digests_that_do_not_agree_are_a_damaged_library(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "library.db")
    digests = Digests(store)
    kept = digests.keep(OWNER, Digest(title="A tide table", abstract=(), sections=(), provenance=Provenance()), None)
    with store.writing() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        # An index that lists what its table no longer holds, as half a write to the disk leaves it.
        connection.exec_driver_sql("UPDATE search_content SET id = id + 1")
    assert digests.get(OWNER, kept.id).title == "A tide table"
    with pytest.raises(LibraryDamagedError, match=r"damaged.*aili doctor"):
        digests.find(OWNER, Filter(query="tide"))
    store.close()


@pytest.mark.parametrize("query", ["", "  ", "*", '"', '""', "-", "--", "()", "!?", "\x00", "\ud800", "\u200b", '-""'])
def test_a_query_without_a_word_asks_nothing(query: str, digests: Digests) -> None:
    assert digests.find(OWNER, Filter(query=query)).total == len(TEXTS)


ODD = [
    '"unclosed', "AND", "OR NOT", "NEAR(a b)", "a-b", "col:x", "title:bridge", "{title text}:x", "^bridge", "bridge*",
    "(bridge", "bridge)", "a AND", '"a" + "b"', "'; DROP TABLE digests; --", "bridge\x00harbour", "bridge \ud800", "%", "_",
    "\\", "--bridge",
    "x" * 10_000, "word " * 5_000, '"' * 10_000, "-a " * 5_000, "図" * 10_000, "(" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("query", ODD, ids=lambda query: repr(query[:20]))
def test_an_odd_query_is_no_error(query: str, digests: Digests) -> None:
    assert digests.find(OWNER, Filter(query=query)).total >= 0


@given(st.text(max_size=200) | st.text(st.sampled_from('"-*():^+ ab図\x00\ud800'), max_size=60))
def test_no_query_is_an_error(shared: Digests, query: str) -> None:
    assert shared.find(OWNER, Filter(query=query)).total >= 0


@pytest.fixture(scope="module", name="shared")
def _shared(digests: Digests) -> Digests:
    return digests


@given(
    st.lists(
        st.text(st.characters(categories=["Ll", "Lu", "Lo", "Nd"], max_codepoint=0xFFFF), min_size=1, max_size=8),
        min_size=1,
    ),
    st.data(),
)
def test_marks_stand_over_the_words_that_were_asked_for(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    asked = data.draw(st.sampled_from(words))
    shown, marks = passage(understand(f'"{asked}"'), [indexed(text)], lambda _: text)
    assert GAP not in shown
    assert len(shown) <= WIDTH + 2
    assert all(0 <= start < end <= len(shown) for start, end in marks)
    assert list(marks) == sorted(marks)
    assert all(before[1] <= after[0] for before, after in pairwise(marks))


def test_the_passage_reads_as_the_text_does(digests: Digests) -> None:
    [found] = digests.find(OWNER, Filter(query="開館 延長")).items
    assert found.passage == "水森市は市立図書館の開館時間を延長する。費用は年間２０２４万円である。"
    assert [found.passage[start:end] for start, end in found.marks] == ["開館", "延長"]
    [found] = digests.find(OWNER, Filter(query="fahrt")).items
    assert [found.passage[start:end] for start, end in found.marks] == ["fährt"]


# Texts in letters that the index does not keep, a query, what the passage is, and what of it is marked.
WRITTEN = (
    ("كَتَبَ المُدِيرُ رِسَالَةً إلى القُرَّاءِ.", "المدير", ["المُدِيرُ"]),
    ("費用は，年間２０２４万円（税込）である。", "2024 税込", ["２０２４", "税込"]),
    ("The oﬃce keeps its ﬁles in ﬁve ﬂats.", "files five", ["ﬁles", "ﬁve"]),
    ("Ｔｏｒｖｉｋ　ｌｉｂｒａｒｙ！", "library", ["ｌｉｂｒａｒｙ"]),
    ("A cafe\u0301 in Torvik, a to\u200bwn by the sea.", "café town", ["cafe\u0301", "to\u200bwn"]),
    ("Тестـــ и عـــربي with a stretched word", "عربي", ["عـــربي"]),
    ("\u1109\u1175\u1105\u1175\u11b8 도서관", "도서관", ["도서관"]),
)


@pytest.mark.parametrize("where", ["text", "digest", "citation"])
@pytest.mark.parametrize(("text", "query", "marked"), WRITTEN)
def test_a_passage_is_cut_from_the_text_as_it_was_written(
    text: str, query: str, marked: list[str], where: str, tmp_path: Path
) -> None:
    source = Document(text=f"A first line.\n\n{text}\n\nA last line.", blocks=(), sentences=())
    digest = Digest(
        title="News",
        abstract=(Bullet(text=text if where == "digest" else "News."),),
        sections=(),
        citations=(Citation(id=0, text=text, start=0, end=0),) if where == "citation" else (),
        provenance=Provenance(document=source.hash if where == "text" else ""),
    )
    with closing(Store.open(tmp_path / "library.db")) as store:
        digests = Digests(store)
        digests.keep(OWNER, digest, source if where == "text" else None)
        [found] = digests.find(OWNER, Filter(query=query)).items
    assert found.passage == text
    assert [found.passage[start:end] for start, end in found.marks] == marked


@given(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_a_short_passage_is_the_line_whatever_it_is_written_in(text: str) -> None:
    shown, marks = passage(understand(text), [indexed(text)], lambda _: text)
    assert shown == text or unicodedata.normalize("NFC", text) != text
    assert all(0 <= start < end <= len(shown) for start, end in marks)


def test_a_long_passage_is_cut_around_the_words() -> None:
    text = (
        "The beginning says nothing. " * 40 + "Then the otter swims under the bridge. " + "Nothing more is said. " * 40
    )
    shown, marks = passage(understand("otter bridge"), [text], lambda _: text)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= WIDTH + 2
    assert [shown[start:end] for start, end in marks] == ["otter", "bridge"]


def test_words_in_the_title_weigh_more_than_words_in_the_text(digests: Digests) -> None:
    assert titles(digests.find(OWNER, Filter(query="bridge")))[0] == "Harbour bridge closed"


def test_conditions_hold_together(digests: Digests) -> None:
    wanted = Filter(query="bridge", tags=("NEWS",), site="Ardmouth Courier", engine="embedded", language="en")
    assert titles(digests.find(OWNER, wanted)) == ["A tide table"]
    assert digests.find(OWNER, Filter(query="bridge", tags=("news", "absent"))).total == 0


def test_days_are_the_first_and_the_last_that_count(digests: Digests) -> None:
    assert digests.find(OWNER, Filter(since="2025-01-02", until="2025-01-03")).total == 2
    for wrong in (Filter(since="yesterday"), Filter(until="2025-13-01")):
        with pytest.raises(UsageError, match="no date"):
            digests.find(OWNER, wrong)


@pytest.mark.parametrize(
    ("order", "first"),
    [("newest", "Nachtzug"), ("oldest", "Harbour bridge closed"), ("title", "A tide table"), (None, "Nachtzug")],
)
def test_digests_come_in_the_order_that_was_asked_for(order: Order | None, first: str, digests: Digests) -> None:
    assert titles(digests.find(OWNER, Filter(order=order)))[0] == first


@pytest.mark.parametrize("query", ["", "about"])
def test_pages_together_are_the_whole(query: str, digests: Digests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_RANKED", 3)  # so that pages cross the bound of what is ranked
    pages = [digests.find(OWNER, Filter(query=query), offset=offset, limit=2) for offset in range(0, 10, 2)]
    assert [len(page.items) for page in pages] == [2, 2, 2, 2, 0]
    assert {page.total for page in pages} == {len(TEXTS)}
    assert sorted(title for page in pages for title in titles(page)) == sorted(TEXTS)


def test_a_page_that_cannot_be_is_refused(digests: Digests) -> None:
    for offset, limit in ((-1, 10), (0, -1), (0, 100_000)):
        with pytest.raises(UsageError, match="page"):
            digests.find(OWNER, Filter(), offset=offset, limit=limit)


def test_facets_count_what_there_is(digests: Digests) -> None:
    facets = digests.facets(OWNER)
    assert facets.tags == (("news", 3),)
    assert facets.sites == (("Ardmouth Courier", 2),)
    assert dict(facets.engines) == {"embedded": 7, "scripted": 1}
    assert facets.languages == (("xx", 6), ("en", 2))
    assert facets.total == 8


def test_the_benchmark_s_own_library_is_found_in(tmp_path: Path) -> None:
    from benchmarks.library import Writer, cases, fill

    store = Store.open(tmp_path / "library.db")
    writer = Writer()
    fill(Digests(store), 5, writer)
    found = {name: work() for name, work in cases(Digests(store), writer)}
    assert found["a very common word"] == found["the newest 50"] == found["facets"] == 5
    store.close()

"""Bytes become the text that a browser would show, and what is no text is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aili.decoding import decode
from aili.errors import MalformedError

FRENCH = "L’été, “déjà” vu – 5 €"
RUSSIAN = "Привет, мир. Это обычный текст."


@pytest.mark.parametrize(
    ("data", "charset", "html", "expected"),
    [
        (FRENCH.encode(), "", False, FRENCH),
        (FRENCH.encode("utf-8-sig"), "iso-8859-1", False, FRENCH),
        (FRENCH.encode("utf-16"), "", False, FRENCH),
        (FRENCH.encode("cp1252"), "", False, FRENCH),
        (FRENCH.encode("cp1252"), "ISO-8859-1", False, FRENCH),
        (FRENCH.encode("cp1252"), "us-ascii", False, FRENCH),
        (FRENCH.encode("cp1252"), "utf-8", False, FRENCH),
        (FRENCH.encode(), "iso-8859-1", False, FRENCH),
        (RUSSIAN.encode("cp1251"), "windows-1251", False, RUSSIAN),
        (RUSSIAN.encode("koi8-r"), "KOI8-R", False, RUSSIAN),
        (
            b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251"),
            "",
            True,
            '<meta charset="windows-1251">' + RUSSIAN,
        ),
        (b"<?xml version='1.0' encoding='koi8-r'?>" + RUSSIAN.encode("koi8-r"), "", True, None),
        (b'<meta http-equiv="x" content="text/html; charset=Shift_JIS">' + "日本語".encode("cp932"), "", True, None),
        ("中文网页".encode("gb18030"), "gb2312", False, "中文网页"),
        ("한국어".encode("cp949"), "ks_c_5601-1987", False, "한국어"),
        ("ภาษาไทย".encode("cp874"), "TIS-620", False, "ภาษาไทย"),
        ("日本語".encode("iso2022_jp"), "iso-2022-jp", False, "日本語"),
        (b"\x81\x8d caf\xe9", "", False, "\x81\x8d café"),
        (b"caf\xc3", "", False, "caf"),
        (b"plain", "no-such-charset", False, "plain"),
        (b"plain", "base64", False, "plain"),
        (b"", "", False, ""),
    ],
)
def test_bytes_are_read_as_the_web_reads_them(data: bytes, charset: str, html: bool, expected: str | None) -> None:
    text = decode(data, charset=charset, html=html).text
    if expected is None:
        assert any(word in text for word in (RUSSIAN, "日本語"))
    else:
        assert text == expected


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        (FRENCH.encode("cp1252"), "was read as Windows-1252"),
        ("много текста ".encode() * 20 + b"\xff", "One character could not be decoded"),
        (b"caf\xc3", "ends in the middle"),
    ],
)
def test_a_guess_is_told(data: bytes, warning: str) -> None:
    assert warning in " ".join(decode(data).warnings)


@pytest.mark.parametrize("data", [bytes(range(256)) * 8, b"\x00\x01\x02\x03" * 100, b"\x7fELF" + b"\x00" * 500])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError, match=r"^report\.txt is no text"):
        decode(data, name="report.txt")


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "utf-8", "latin1", "utf-16", "gbk", "hz", "utf-7", "rot13", "\x00", "idna"]),
)
def test_no_bytes_and_no_label_break_it(data: bytes, charset: str) -> None:
    try:
        assert isinstance(decode(data, charset=charset, html=True).text, str)
    except MalformedError as error:
        assert error.hint

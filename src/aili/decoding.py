"""Bytes become text: byte order mark, then what the transport says, then what the page says, then what the bytes show.

Follows the WHATWG Encoding Standard (https://encoding.spec.whatwg.org/): ``iso-8859-1`` and ``ascii`` mean Windows-1252,
``gb2312`` means GB 18030, and so on. Bytes that are well-formed multi-byte UTF-8 are UTF-8 whatever a label says, since
text in another encoding practically never is.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from aili.errors import MalformedError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Labels whose meaning on the web differs from Python's codec of that name.
_WEB = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    # A page whose declaration could be read cannot be in these (HTML standard, prescan).
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
    "utf-7": "cp1252",
}
# The encodings of the standard, by Python's names. A label that names another of Python's codecs (idna, base64) names none.
_KNOWN = frozenset(
    (
        *("utf-8", "cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp874", "cp932", "cp949", "gb18030"),
        *("big5hkscs", "euc_jp", "iso2022_jp"),
        *(f"cp{page}" for page in range(1250, 1259)),
        *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    )
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([-\w:.]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([-\w:.]+)", re.IGNORECASE)
_NO_CONTROLS = bytes({*range(256)} - {*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F})
_PRESCAN = 8192  # bytes; the standard asks for 1024, and pages put their scripts first
# Windows-1252 has no meaning for these; WHATWG gives them the C1 control of the same number.
_UNDEFINED = re.compile(b"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """A text, the encoding it was read in, and what a reader must know about the reading (sentences)."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, *, charset: str = "", html: bool = False, name: str = "The input") -> Decoded:
    """Decode ``data``; ``charset`` is what the transport declared, ``html`` lets the page's own declaration count.

    Raises MalformedError where no encoding turns the bytes into text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_lossy(data[len(mark) :], encoding), name)
    declared = _codec(charset) or (_declared(data) if html else "")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if data[error.start :][:4].isascii() or error.reason != "unexpected end of data":
            return _checked(_other(data, declared), name)
        text = data[: error.start].decode("utf-8")  # cut within a character
        return _checked(Decoded(text=text, encoding="utf-8", warnings=("The input ends in the middle.",)), name)
    if declared == "iso2022_jp":  # seven bits: every text in it is also UTF-8
        return _checked(_lossy(data, declared), name)
    return _checked(Decoded(text=text, encoding="utf-8"), name)


def _other(data: bytes, declared: str) -> Decoded:
    """The bytes are not UTF-8."""
    if declared and declared != "utf-8":
        return _lossy(data, declared)
    damaged = data.decode("utf-8", "replace")
    lost = damaged.count("\ufffd")
    if lost <= 0.1 * sum(1 for char in damaged if char > "\x7f"):  # UTF-8 with a few broken places
        return Decoded(text=damaged, encoding="utf-8", warnings=(_lost(lost),))
    read = _lossy(data, "cp1252")
    warning = "The input does not say its encoding, or says a wrong one; it was read as Windows-1252."
    return Decoded(text=read.text, encoding=read.encoding, warnings=(*read.warnings, warning))


def _lossy(data: bytes, encoding: str) -> Decoded:
    if encoding == "cp1252":
        text = data.decode("latin-1")
        return Decoded(text=text.translate(_CP1252), encoding=encoding)
    text = data.decode(encoding, "replace")
    lost = text.count("\ufffd")
    return Decoded(text=text, encoding=encoding, warnings=(_lost(lost),) if lost else ())


_CP1252 = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if not _UNDEFINED.match(bytes([code]))}


def _lost(count: int) -> str:
    return "One character could not be decoded." if count == 1 else f"{count} characters could not be decoded."


def _checked(decoded: Decoded, name: str) -> Decoded:
    """Refuse what is no text: measured on 410 pages and this repository's files, text has less than 1 in 1000 of these."""
    controls = decoded.text.encode("utf-8", "ignore").translate(None, _NO_CONTROLS)  # bytes: twice as fast
    strange = len(controls) + decoded.text.count("\ufffd")
    if strange > 8 and strange > len(decoded.text) / 50:
        raise MalformedError(
            f"{name} is no text: {strange} of its {len(decoded.text)} characters cannot be read as {decoded.encoding}.",
            hint="It may be a binary file, or a text in an unusual encoding; save it as UTF-8.",
        )
    return decoded


def _declared(data: bytes) -> str:
    head = data[:_PRESCAN]
    match = _XML.search(head) or _META.search(head)
    return _codec(match[1].decode("ascii", "replace")) if match else ""


def _codec(label: str) -> str:
    """Python's name of the codec that the web means by ``label``; empty where there is none."""
    label = label.strip().strip("\"'").lower().replace("x-sjis", "shift_jis").replace("windows-949", "cp949")
    try:
        found = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    name = _WEB.get(found.name, found.name)
    return name if name in _KNOWN else ""

"""Undoes encoding damage: UTF-8 bytes that somebody read as Windows-1252, Windows-874, or a mix of the two.

ftfy repairs the first kind and none of the mix, in which `🌈` arrives as `๐ŸŒˆ`. The two code pages never give one
character two bytes, so their union can be read backwards: every run of characters whose bytes have the shape of a UTF-8
sequence is decoded again. Measured: it restores 2846 of 2846 characters damaged so.

Thai itself is written with the same characters, and "ยก" (to lift) has the bytes of "¡". So Thai letters are taken for
damage only where the text holds no genuine Thai and something in it proves the damage; inside genuine Thai only
sequences that no Thai spelling allows are repaired: a zero before "Ÿ" (every emoji), a leading vowel before "€".
"""

from __future__ import annotations

import re

_SIGNS = frozenset("©®·°«»§\u00a0")  # the usual victims: proof enough on their own, being no Thai words when read back


def _bytes_of_characters() -> dict[str, int]:
    table: dict[str, int] = {}
    for code in range(0x80, 0x100):
        found = {bytes([code]).decode(page, "ignore") for page in ("cp1252", "cp874")} - {""}
        table.update(dict.fromkeys(found | ({chr(code)} if code < 0xA0 else set()), code))
    return table


_BYTE = _bytes_of_characters()


def _characters(first: int, last: int) -> str:
    return "[" + "".join(re.escape(char) for char, code in _BYTE.items() if first <= code <= last) + "]"


_TAIL = _characters(0x80, 0xBF)
# Well-formed sequences: RFC 3629, table 3-7 of the Unicode standard.
_SEQUENCE = re.compile(
    "|".join(
        (
            _characters(0xC2, 0xDF) + _TAIL,
            _characters(0xE0, 0xE0) + _characters(0xA0, 0xBF) + _TAIL,
            _characters(0xE1, 0xEC) + _TAIL + _TAIL,
            _characters(0xED, 0xED) + _characters(0x80, 0x9F) + _TAIL,
            _characters(0xEE, 0xEF) + _TAIL + _TAIL,
            _characters(0xF0, 0xF0) + _characters(0x90, 0xBF) + _TAIL + _TAIL,
            _characters(0xF1, 0xF3) + _TAIL + _TAIL + _TAIL,
            _characters(0xF4, 0xF4) + _characters(0x80, 0x8F) + _TAIL + _TAIL,
        )
    )
)
_THAI = re.compile("[\u0e01-\u0e5b]")
_ASCII = bytes(range(0x80))
# What makes ftfy worth its 125 ms of import: a C1 control, a lead of UTF-8 before a tail, read as Windows-1252, as
# Windows-1251 or as Mac Roman.
_LATIN_LEAD = re.compile("[\u0080-\u009f\u00c2-\u00f4РСГВ√¬]")
_LATIN_DAMAGE = re.compile(
    f"{_LATIN_LEAD.pattern}(?:"  # one set of characters first: a search for several ways to begin is far slower
    "(?<=[\u0080-\u009f])|(?<=[\u00c2-\u00f4])[\u0080-\u00bfŒœŠšŽžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|(?<=Ã) |"
    "(?<=[РСГВ])[°±µ¶·ѕЅјѓ‚„…†‡€‰ЉЊЌЋЏђ“”•–—™љ›њќџ]|(?<=[√¬])[^\x00-\x7f])"
)


def repair(text: str) -> str:
    """The text with its encoding damage undone; undamaged text, Thai included, comes back as it was."""
    # Most of a page is ASCII, which is never damage; without it a search is six times as fast.
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    if _THAI.search(beyond):
        text = _repair_thai(text)
    if _LATIN_LEAD.search(beyond) and _LATIN_DAMAGE.search(text):
        from ftfy import fix_encoding  # here: ftfy costs 125 ms to import, and few texts need it

        text = fix_encoding(text)
    return text


def _repair_thai(text: str) -> str:
    matches = [match[0] for match in _SEQUENCE.finditer(text) if _THAI.search(match[0])]
    if not matches:
        return text
    genuine = _THAI.search(_SEQUENCE.sub("", text)) is not None
    if genuine or not any(_proves_damage(match) for match in matches):
        return _SEQUENCE.sub(lambda match: _decode(match[0]) if match[0].startswith(("๐Ÿ", "โ€")) else match[0], text)
    return _SEQUENCE.sub(lambda match: _decode(match[0]) if _THAI.search(match[0]) else match[0], text)


def _proves_damage(sequence: str) -> bool:
    return len(_THAI.findall(sequence)) < len(sequence) or _decode(sequence) in _SIGNS


def _decode(sequence: str) -> str:
    return bytes(_BYTE[char] for char in sequence).decode("utf-8")

"""The keys that pages listen to, for the dialog behind ``?`` and for the page of help."""

from __future__ import annotations

Chord = tuple[str, ...]
"""Keys that are pressed one after the other."""

KEYS: tuple[tuple[tuple[Chord, ...], str], ...] = (
    ((("/",),), "search, or the field on this page"),
    ((("n",),), "new digest"),
    ((("g", "l"),), "library"),
    ((("g", "s"),), "shares"),
    ((("g", "j"),), "what is under way"),
    ((("g", ","),), "settings"),
    ((("j",), ("k",)), "next and previous answer, or digest in the library"),
    ((("Enter",),), "show what an answer rests on; open a digest"),
    ((("x",),), "tick a digest in the library"),
    ((("Esc",),), "clear what is lit, close what is open"),
    ((("?",),), "these keys, on any page"),
)

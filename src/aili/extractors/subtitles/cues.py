"""The cues of subtitles in WebVTT (https://www.w3.org/TR/webvtt1/) or SubRip: when each is shown, and its lines.

Own code, since reading a cue is two dozen lines: pysubs2 1.8 drops who speaks, and webvtt-py 0.6 gives a cue of two voices
to one, and refuses a file that lacks its first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?", re.ASCII)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,200})>")
_TAG = re.compile(r"</?[A-Za-z0-9:.][^<>]{0,500}>|</[a-z]*>|\{\\[^{}]{0,200}\}|\{[yY]:[a-z]+\}")
_NUMBER = re.compile(r"\d{1,7}")
_TITLE = re.compile(r"\ufeff?WEBVTT[ \t]+(?:-[ \t]*)?(\S[^\n]*)")
_FIELD = re.compile(r"^(Language|Site|Author|Published):[ \t]*(\S[^\n]{0,300})$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """What is shown from ``start`` to ``end`` (seconds): lines of text without markup, and who speaks, where it is said."""

    start: float
    end: float
    lines: tuple[str, ...]
    speaker: str = ""


def read(text: str) -> list[Cue]:
    """The cues in the order in which they are shown; comments, styles and cues without text are left out."""
    cues: list[Cue] = []
    timing: re.Match[str] | None = None
    shown: list[str] = []
    for line in [*text.split("\n"), ""]:
        match = _TIMING.fullmatch(line) if "-->" in line else None
        if match is None and line.strip():
            if timing is not None:
                shown.append(line)
            continue
        if match is not None and shown and _NUMBER.fullmatch(shown[-1].strip()):
            shown.pop()  # the number of this cue: the blank line before it is lost
        if timing is not None and (shown or match is not None):
            cues.extend(_cue(timing, shown))
            timing, shown = None, []
        if match is not None:
            timing, shown = match, []
    return sorted(cues, key=lambda cue: cue.start)


def declared(text: str) -> dict[str, str]:
    """What the head of a WebVTT file says: its ``Title``, ``Language``, ``Site``, ``Author``, ``Published``."""
    head = text[:2000].partition("\n\n")[0]
    if not (title := _TITLE.match(head)) and not head.startswith(("WEBVTT", "\ufeffWEBVTT")):
        return {}
    said = {name: " ".join(unescape(value).split()) for name, value in _FIELD.findall(head)}
    return said | ({"Title": " ".join(unescape(title[1]).split())} if title else {})


def _cue(timing: re.Match[str], shown: list[str]) -> Iterator[Cue]:
    """One cue, or one for each voice in it."""
    start, end = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
    parts = _VOICE.split("\n".join(shown))
    for speaker, said in zip(["", *parts[1::2]], parts[::2], strict=True):
        lines = (" ".join(unescape(_TAG.sub("", line)).split()) for line in said.split("\n"))
        if kept := tuple(line for line in lines if line):
            yield Cue(start=start, end=max(start, end), lines=kept, speaker=" ".join(unescape(speaker).split()))


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction or 0}")

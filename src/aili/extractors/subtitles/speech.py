"""Cues become speech: captions that roll or grow say each word once, and who speaks is taken out of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aili.extractors.subtitles.cues import Cue

TOUCH = 0.5  # seconds between cues that still roll on
LULL = 12.0  # seconds after which a line may still be shown again above a new one
OVERLAP = 3  # words that two cues must share to be taken for one text that rolls
WINDOW = 60  # words looked back

_SOUND = re.compile(r"[\[(（【][^\[\]()（）【】]{1,80}[\])）】]|[♪♫#*\s]+")
_INLINE_SOUND = re.compile(r"\[[^\[\]]{1,60}\]|【[^【】]{1,60}】|[♪♫]+")
_TURN = re.compile(r"(?:>>+|&gt;&gt;|[-–—‐])\s*(?=\S)")
_CAPITALS = re.compile(r"((?:[^\W\d_a-z]|[.’' -]){2,40}?(?:\s#?\d{1,2})?)\s?(?:\([^()]{1,40}\))?\s?[:：]\s+(?=\S)")
_NAMED = re.compile(r"([^\W\d_a-z][\w.’'-]*(?:\s[^\W\d_a-z][\w.’'-]*){0,2}(?:\s\d{1,2})?)[:：]\s+(?=\S)")
_NO_NAMES = frozenset(
    ("note", "question", "answer", "warning", "example", "remember", "so", "and", "chapter", "part", "step")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Utterance:
    """Some words, when they begin and end (seconds), who says them (empty: nobody says), and whether a turn begins here."""

    start: float
    end: float
    text: str
    speaker: str = ""
    turn: bool = False


def speech(cues: Sequence[Cue]) -> tuple[list[Utterance], int]:
    """What is said, each word once, and how many descriptions of sounds were left out."""
    names = _names(cues)
    said: list[Utterance] = []
    sounds = 0
    heard: list[str] = []  # the last words, folded
    last: Cue | None = None
    for cue in cues:
        lines = _fresh(cue, last)
        last = cue if last is None or cue.end >= last.end else replace(cue, end=last.end)
        for line in lines:
            if _SOUND.fullmatch(line):
                sounds += bool(re.search(r"\w", line))
                continue
            one = _utterance(line, cue, names)
            words = one.text.split()
            folded = [_folded(word) for word in words]
            shared = _shared(heard, folded) if said and cue.start <= said[-1].end + TOUCH else 0
            heard = [*heard, *folded[shared:]][-WINDOW:]
            if text := " ".join(words[shared:]):
                said.append(replace(one, text=text))
            elif said:
                said[-1] = replace(said[-1], end=max(said[-1].end, cue.end))
    return said, sounds


def _fresh(cue: Cue, last: Cue | None) -> tuple[str, ...]:
    """The lines of a cue that the cue before does not show already: captions roll up, the last line first."""
    if last is None or cue.start > last.end + LULL:
        return cue.lines
    if cue.start > last.end + TOUCH:
        rolls = len(cue.lines) == 2 and cue.lines[0] == last.lines[-1] and len(cue.lines[0].split()) >= OVERLAP
        return cue.lines[1:] if rolls else cue.lines
    for count in range(min(len(cue.lines), len(last.lines)), 0, -1):
        if cue.lines[:count] == last.lines[-count:]:
            return cue.lines[count:]
    return cue.lines


def _shared(heard: Sequence[str], words: Sequence[str]) -> int:
    """How many of the first ``words`` were heard just now: the longest end of one that begins the other."""
    for count in range(min(len(heard), len(words)), OVERLAP - 1, -1):
        if heard[-count:] == words[:count]:
            return count
    return 0


def _names(cues: Sequence[Cue]) -> frozenset[str]:
    """The names before a colon that come more than once: "Note:" once is no person."""
    counts = Counter(
        match[1] for cue in cues for line in cue.lines if (match := _NAMED.match(_TURN.sub("", line, count=1)))
    )
    return frozenset(name for name, count in counts.items() if count > 1 and name.lower() not in _NO_NAMES)


def _utterance(line: str, cue: Cue, names: frozenset[str]) -> Utterance:
    turned = _TURN.match(line)
    text = line[turned.end() :] if turned else line
    speaker = cue.speaker
    match = _CAPITALS.match(text) or _NAMED.match(text)
    if match and (match[1] in names or (match[1].isupper() and match[1].lower() not in _NO_NAMES)):
        speaker, text = " ".join(match[1].split()), text[match.end() :]
    text = " ".join(_INLINE_SOUND.sub(" ", text).split())
    return Utterance(start=cue.start, end=cue.end, text=text, speaker=speaker, turn=bool(turned))


def _folded(word: str) -> str:
    return re.sub(r"\W+", "", word.casefold()) or word


def spans(said: Sequence[Utterance]) -> Iterator[tuple[Utterance, float, bool]]:
    """Each utterance with the silence before it (seconds) and whether somebody else begins to speak."""
    before: Utterance | None = None
    speaker = ""
    for one in said:
        other = one.turn or bool(one.speaker and one.speaker != speaker)
        speaker = one.speaker or ("" if one.turn else speaker)
        yield one, max(0.0, one.start - before.end) if before else 0.0, other
        before = one

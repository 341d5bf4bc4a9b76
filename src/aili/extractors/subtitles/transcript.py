"""Subtitles become a Document: speech in paragraphs, cut where speakers change or pause, with times as places.

Captions that a machine wrote have no full stops; then what is said between two pauses is given a capital and a full stop, so
that a digest can cite a line and not an hour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aili import codec, properties
from aili.decoding import decode
from aili.document import Document, Metadata, Reading
from aili.errors import MalformedError
from aili.extractors import ParseLimits, Piece, Task, addressed, compose, demand_words, set_aside
from aili.extractors.subtitles import cues
from aili.extractors.subtitles.speech import Utterance, spans, speech
from aili.language import count_words
from aili.repair import repair

PAUSE = 3.0  # seconds of silence that part paragraphs, after a full stop
SILENCE = 12.0  # seconds that part them anyhow
WORDS = 110  # of a paragraph, from which on it ends at a full stop
UNMARKED = 60  # words to a full stop, from which on captions count as without punctuation
BREATH = 0.6  # seconds that part what has no punctuation,
CHUNK = 16  # after so many words,
LONGEST = 36  # and without a breath after so many

_VIDEO = re.compile(r"https://www\.youtube\.com/watch\?v=([\w-]{11})", re.ASCII)
_ENDS = re.compile(r"[.!?…。！？؟।]['\"”’)\]」』]*$")
_STOPS = re.compile(r"[.!?…。！？؟।]['\"”’)\]」』]*(?=\s|$)|[。！？]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u0e00-\u0e7f]")


def parse(data: bytes) -> bytes:
    """From a ``Task`` to a ``Document``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, Task)))


def read(task: Task) -> Document:
    """The Document of subtitles; raises UnreadableError where there is nothing to digest."""
    resource = task.resource
    decoded = decode(resource.data, charset=resource.charset, name=resource.reference)
    text = repair(decoded.text).replace("\r\n", "\n").replace("\r", "\n")
    found = cues.read(text)
    if not found:
        raise MalformedError(
            f"{resource.reference} holds no subtitles: no line says when one is shown.", hint="Try another copy of it."
        )
    said, sounds = speech(found)
    whole = " ".join(one.text for one in said)
    marked = len(_STOPS.findall(whole)) * UNMARKED >= count_words(whole)
    pieces = [_piece(group, marked=marked) for group in _groups(said, marked=marked)]
    warnings = list(decoded.warnings)
    if not marked:
        warnings.append("The subtitles have no punctuation; what is said between two pauses was made a sentence.")
    said_of_it = cues.declared(text)
    document = compose(
        pieces,
        metadata=Metadata(
            title=said_of_it.get("Title", ""),
            authors=tuple(filter(None, (said_of_it.get("Author", ""),))),
            published=properties.day(said_of_it.get("Published", "")),
            site=said_of_it.get("Site", ""),
            language=properties.language(said_of_it.get("Language", "")),
            location=resource.location,
        ),
        reading=Reading(warnings=(*warnings, *set_aside({"sound description": sounds}))),
        source=resource.hash,
    )
    if video := _VIDEO.fullmatch(resource.location):
        moments = {_clock(one.start): f"https://youtu.be/{video[1]}?t={int(one.start)}" for one in said}
        document = addressed(document, moments)
    return demand_words(document, limits=ParseLimits(min_words=task.min_words), reference=resource.reference)


def _groups(said: Sequence[Utterance], *, marked: bool) -> Iterator[list[Utterance]]:
    group: list[Utterance] = []
    words = 0
    for one, silence, other in spans(said):
        ended = bool(group) and bool(_ENDS.search(group[-1].text)) and not one.text[:1].islower()  # "6,000 sq." | "ft."
        if group and (other or _parts(words, silence, ended=ended, marked=marked)):
            yield group
            group, words = [], 0
        group.append(one)
        words += count_words(one.text)
    if group:
        yield group


def _parts(words: int, silence: float, *, ended: bool, marked: bool) -> bool:
    """Whether a paragraph of so many words, ``ended`` by a full stop or not, ends before this silence."""
    if not marked:
        return words >= LONGEST or silence >= SILENCE or (words >= CHUNK and silence >= BREATH)
    if ended:
        return silence >= PAUSE or words >= WORDS
    return silence >= SILENCE or words >= 4 * WORDS


def _piece(group: Sequence[Utterance], *, marked: bool) -> Piece:
    """One paragraph, opened by who speaks, where it is said; without ``marked``, it is made a sentence."""
    text = f"{group[0].speaker}: " if group[0].speaker else ""
    locators: list[tuple[int, str]] = []
    for at, one in enumerate(group):
        if at and not (_UNSPACED.match(text[-1]) and _UNSPACED.match(one.text)):
            text += " "
        locators.append((len(text) if at else 0, _clock(one.start)))
        text += one.text if marked or at else one.text[:1].upper() + one.text[1:]
    if not marked and not _ENDS.search(text):
        text += "。" if _UNSPACED.match(text[-1]) else "."
    return Piece(kind="paragraph", text=text, locators=tuple(locators))


def _clock(seconds: float) -> str:
    """``1:02:03`` or ``2:03``, as players show it."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"

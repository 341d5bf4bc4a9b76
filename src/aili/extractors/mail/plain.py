"""The plain text of a mail without what its sender did not write: quoted history, signatures, footers of lists.

What is forwarded stays, since it is what the mail is about; so does a history below a mail that says nearly nothing itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from aili.language import count_words

NOTHING = 12  # words; a mail that says fewer itself points to what it quotes
SIGNATURE = 20  # lines; what follows a mark of a signature and is longer is none
FOOTER = 12  # lines of a list's footer

_QUOTED = re.compile(r"\s{0,3}(?:>\s?)+")
_MARK = re.compile(r"--\s?")
_LINE = re.compile(r"[_=*-]{15,}\s*")
_ORIGINAL = re.compile(
    r"\s*-{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|original-nachricht"
    r"|message d['’]origine|mensaje original|messaggio originale|mensagem original"
    r"|oorspronkelijk bericht|исходное сообщение|原始邮件|原始郵件)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"\s*(?:-{3,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|messaggio inoltrato"
    r"|mensagem encaminhada)\s*-{3,}|begin forwarded message:)\s*",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:on|am|le|el|il|em|op|den|w dniu)\s.{6,240}?"
    r"(?:wrote|schrieb(?: .{1,80})?|a écrit|escribió|ha scritto|escreveu|schreef"
    r"|skrev|napisał\(?a?\)?)\s*[:：]\s*|.{4,120}(?:写道|寫道|さんは書きました)\s*[:：]\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(?:from|von|de|da|van|od|från|发件人|差出人)\s?\*?[:：]\*?\s+\S", re.IGNORECASE)
_HEAD = re.compile(
    r"\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à"
    r"|objet|enviado|fecha|para|asunto|inviato|data|a"
    r"|oggetto"
    r"|verzonden|aan|onderwerp|assunto|reply-to|发送时间|收件人|主题)\s?\*?[:：]",
    re.IGNORECASE,
)
_MOBILE = re.compile(
    r"(?:sent (?:from|via) (?:my|the)?\s?\S.{0,40}|get outlook for \S+.{0,30}|von meinem .{1,30} gesendet"
    r"|envoyé de mon .{1,30}|enviado desde mi .{1,30}|inviato da .{1,30})",
    re.IGNORECASE,
)


@dataclass(kw_only=True, slots=True)
class Written:
    """What the sender wrote, what was set aside (parts by name) and how many words that is."""

    text: str
    aside: Counter[str] = field(default_factory=Counter)
    aside_words: int = 0


def flowed(text: str) -> str:
    """Text whose soft line breaks (RFC 3676, format=flowed) are spaces again."""
    out: list[str] = []
    open_line = False
    for line in text.split("\n"):
        body = line.removeprefix(" ")
        soft = body.endswith(" ") and body != "-- "
        if open_line and not _QUOTED.match(body) and body.strip():
            out[-1] += body.rstrip("\n")
        else:
            out.append(body)
        open_line = soft and not _QUOTED.match(body)
    return "\n".join(out)


def written(text: str) -> Written:
    """The text of a mail as its sender wrote it."""
    lines = text.split("\n")
    lines, footer = _without_footer(lines)
    cut = next((at for at, line in enumerate(lines) if _begins_history(lines, at, line)), len(lines))
    own, history = lines[:cut], lines[cut:]
    own, quoted = _without_quotes(own)
    own, signed = _without_signature(own)
    found = Written(text="\n".join(own).strip("\n"))
    older = [*quoted, *history]
    if count_words(found.text) < NOTHING and count_words("\n".join(older)) > NOTHING:
        kept = [_QUOTED.sub("", line, count=1) for line in (history or quoted)]
        found.text = "\n".join([*own, "", *_without_heads(kept)]).strip("\n")
        older = quoted if history else []
    for what, part in (("quoted message", older), ("signature", signed), ("footer", footer)):
        if words := count_words("\n".join(part)):
            found.aside[what] += 1
            found.aside_words += words
    return found


def _begins_history(lines: Sequence[str], at: int, line: str) -> bool:
    """Whether from here on everything is an older message; one that is forwarded is none."""
    if _ORIGINAL.fullmatch(line):
        return True
    if not _FROM.match(line) or at == 0:
        return False
    before = next((one for one in reversed(lines[max(0, at - 3) : at]) if one.strip()), "")
    heads = sum(1 for one in lines[at + 1 : at + 7] if _HEAD.match(one))
    return heads >= 2 and not _FORWARDED.fullmatch(before)


def _without_quotes(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines that are not quoted, and those that are, with the line that says who wrote them."""
    kept: list[str] = []
    quoted: list[str] = []
    skipped = 0
    for at, line in enumerate(lines):
        if skipped:
            skipped -= 1
            quoted.append(line)
        elif _QUOTED.match(line):
            quoted.append(line)
        elif span := _introduces(lines, at):
            skipped = span - 1
            quoted.append(line)
        else:
            kept.append(line)
    return kept, quoted


def _introduces(lines: Sequence[str], at: int) -> int:
    """Of how many lines, up to three, is the line that says who wrote what is quoted below; 0 where there is none here."""
    for span in (1, 2, 3):
        below = next((line for line in lines[at + span : at + span + 3] if line.strip()), "")
        if len(lines) >= at + span and _WROTE.fullmatch(" ".join(lines[at : at + span])):
            return span if _QUOTED.match(below) or not below else 0
    return 0


def _without_signature(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    marks = [at for at, line in enumerate(lines) if _MARK.fullmatch(line)]
    if marks and len(lines) - marks[-1] <= SIGNATURE:
        return list(lines[: marks[-1]]), list(lines[marks[-1] + 1 :])
    end = len(lines)
    while end and (not lines[end - 1].strip() or _MOBILE.fullmatch(lines[end - 1].strip())):
        end -= 1
    return list(lines[:end]), list(lines[end:])


def _without_footer(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Mailing lists put a line and their address below every mail."""
    for at in range(max(0, len(lines) - FOOTER), len(lines)):
        rest = "\n".join(lines[at + 1 :])
        if _LINE.fullmatch(lines[at]) and re.search(r"unsubscribe|mailing list|listinfo|abmelden", rest, re.IGNORECASE):
            return list(lines[:at]), list(lines[at + 1 :])
    return list(lines), []


def _without_heads(lines: Sequence[str]) -> list[str]:
    """An older message without the lines that say who sent it to whom."""
    start = 0
    while start < len(lines) and (
        not lines[start].strip()
        or _ORIGINAL.fullmatch(lines[start])
        or _FROM.match(lines[start])
        or _HEAD.match(lines[start])
        or _WROTE.fullmatch(lines[start])
    ):
        start += 1
    return list(lines[start:])

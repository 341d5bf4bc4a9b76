"""What takes the place of a bullet that failed: its source sentence, where that one can be read alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from aili.digest import Bullet, Reason
from aili.document import Document
from aili.verification.passages import normalise
from aili.verification.words import word_set

_LEANS = word_set("""
    he she they it his her hers their theirs its him them this that these those such there here i we my our me us
    you your and but or nor so yet however moreover furthermore therefore thus hence also additionally then
    meanwhile instead otherwise still besides nevertheless nonetheless consequently accordingly likewise similarly
    afterwards later both another others either neither which who whose because although though while whereas when
    if once unfortunately indeed finally first second third secondly thirdly lastly
""")
_LEANING_STARTS = (
    "in addition",
    "as a result",
    "for example",
    "for instance",
    "on the other hand",
    "at the same time",
    "in fact",
    "the former",
    "the latter",
    "after that",
    "since then",
    "as such",
    "that said",
    "in contrast",
)
_KINDS = frozenset(("paragraph", "item", "quote"))
_FEWEST, _MOST = 5, 60  # words, or 10 to 200 characters a word apart where the script writes without spaces


def stands_alone(document: Document, number: int) -> bool:
    """Whether the sentence can be read without those before it: no opening pronoun or connective, whole, not too long."""
    text = document.sentence(number).strip()
    span = document.sentences[number]
    if document.blocks[span.block].kind not in _KINDS:
        return False
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.casefold())
    wordless = len(words) < _FEWEST and len(text) >= 10 and not text.isascii()
    if not (_FEWEST <= len(words) <= _MOST or (wordless and len(text) <= 200)):
        return False
    if words[0].partition("'")[0].partition("’")[0] in _LEANS or " ".join(words).startswith(_LEANING_STARTS):
        return False
    if text[0].islower() or text[0] in ",;:)]" or text.count('"') % 2 or text.count("“") != text.count("”"):
        return False
    return text[-1] in ".!?。！？…\"”»)'’」।؟" or document.blocks[span.block].kind == "item"


def replacement(
    bullet: Bullet, document: Document, *, candidates: Iterable[int], used: Collection[str]
) -> Bullet | None:
    """The first of the ``candidates`` that stands alone and is not told yet, as a bullet; None where there is none."""
    for number in candidates:
        text = " ".join(document.sentence(number).split())
        if stands_alone(document, number) and normalise(text) not in used:
            why = "; ".join(reason.message.rstrip(".") for reason in bullet.reasons)
            return replace(
                bullet,
                text=text,
                evidence=(number,),
                origin="replaced",
                verdict="supported",
                reasons=(
                    Reason(rule="evidence", message=f"The source sentence, in place of a bullet that failed: {why}."),
                ),
            )
    return None

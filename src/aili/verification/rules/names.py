"""Names: who and what the claim names must be named, or clearly meant, in its evidence.

This is the case of the cited sentence that names another official: the name stands in the document, even near, but the
evidence says it of somebody else. A name that is missing from the evidence is accepted only where the evidence leaves
its place open: a pronoun or a definite noun whose antecedent stands before it, a subject that the title names.
"""

from __future__ import annotations

from collections.abc import Iterator

from aili.verification.cases import Case, Edit, Finding, finding
from aili.verification.entities import Name, abbreviates, capitalised, names_in, plain_word, stands_in
from aili.verification.passages import Passage, Token
from aili.verification.words import REPORTING, word_set

_ANAPHORS = word_set("""
    he she they it his her hers their theirs its him them i we my our me us this these that those who such both
    one here there himself herself itself themselves you your
""")

# A name that the document has this often is what it is about, and "she" or "the company" may mean it from afar.
CENTRAL = 5


def names(case: Case) -> Iterator[Finding]:
    """Refuted where the evidence names another in that place, not enough info where it does not name it."""
    matched: list[str] = []
    for name in names_in(case.claim):
        words = [token for token in name.tokens if not plain_word(token)]
        missing = [token for token in words if not stands_in(token, case.whole)]
        swapped = _in_place(case, name) if missing or case.is_copy else ""
        if swapped:
            yield finding("name", "refuted", f"The evidence names {swapped!r} where the claim names {name.text!r}.")
        elif name.opens and not _is_known(case, name):
            continue
        elif not missing or abbreviates(name, case.whole):
            if words:
                matched.append(name.text)
        elif len(missing) < len(words):
            yield from _partly(case, name, missing)
        else:
            yield from _absent(case, name)
    if matched:
        yield finding("name", "supported", f"In the evidence: {', '.join(dict.fromkeys(matched))}.")


def _is_known(case: Case, name: Name) -> bool:
    """Whether a word that opens the claim is a name, which its capital alone cannot tell."""
    norm = name.tokens[0].norm
    texts = (case.whole.text, case.neighbours.text, case.context.document)
    return (
        any(norm in capitalised(text) for text in texts if text)
        or name.tokens[0].text[1:].lower() != name.tokens[0].text[1:]
    )


def _partly(case: Case, name: Name, missing: list[Token]) -> Iterator[Finding]:
    """A full name of which the evidence has a part is the same person only where the document joins the two."""
    plain = " " + " ".join(token.norm for token in name.tokens) + " "
    if plain in case.neighbours.plain or plain in case.document.plain:
        return
    if all(stands_in(token, case.neighbours) for token in missing) and not _rivals(case):
        return
    known = all(stands_in(token, case.document) for token in missing)
    parts = ", ".join(token.text for token in missing)
    where = "only elsewhere in the document" if known else "nowhere in the document"
    if not known or _rivals(case):
        yield finding("name", "not enough info", f"{name.text!r}: the evidence lacks {parts!r}, which stands {where}.")


def _absent(case: Case, name: Name) -> Iterator[Finding]:
    near = all(stands_in(token, case.neighbours) for token in name.tokens if not plain_word(token))
    known = near or all(stands_in(token, case.document) for token in name.tokens if not plain_word(token))
    if known and case.is_overview:
        return
    rivals = _rivals(case)
    central = known and _mentions(case, name) >= CENTRAL
    meant = near or central or (known and _speaks(case, name))
    if meant and (not rivals or _leaves_open(case)):
        return
    if not known:
        yield finding("name", "not enough info", f"{name.text!r} is nowhere in the document.")
    elif rivals:
        yield finding(
            "name", "refuted", f"The evidence names {rivals[0]!r}; {name.text!r} stands only elsewhere in the document."
        )
    else:
        yield finding(
            "name", "not enough info", f"{name.text!r} is not in the evidence, only elsewhere in the document."
        )


def _speaks(case: Case, name: Name) -> bool:
    """Whether the claim gives its content as this person's words, and the evidence is somebody's own: "I think …"."""
    after = case.claim.tokens[name.first + len(name.tokens) :][:1]
    return bool(after) and after[0].norm in REPORTING and not _rivals(case) and not _speech(case)


def _speech(case: Case) -> bool:
    """Whether the evidence has a verb of saying, and with it a speaker of its own."""
    return any(token.norm in REPORTING for part in case.evidence for token in part.tokens)


def _mentions(case: Case, name: Name) -> int:
    """How often the document names it, by the word of the name it has least often."""
    plain = case.document.plain
    return min(plain.count(f" {token.norm} ") for token in name.tokens)


def _rivals(case: Case) -> list[str]:
    """Names of the evidence that the claim does not have in any form."""
    return [
        name.text
        for part in case.evidence
        for name in names_in(part)
        if not name.opens
        and not any(stands_in(token, case.claim) for token in name.tokens)
        and not abbreviates(name, case.claim)
    ]


def _leaves_open(case: Case) -> bool:
    """Whether some evidence sentence refers back: a pronoun or 'the …' before any name of its own."""
    for part in case.evidence:
        starts = [name.first for name in names_in(part) if not name.opens and not _shared(case, name)]
        first = min(starts, default=len(part.tokens))
        for token in part.tokens[:first]:
            if token.norm in _ANAPHORS or (token.norm == "the" and not token.is_capitalised) or token.text == "The":
                return True
    return False


def _shared(case: Case, name: Name) -> bool:
    return any(stands_in(token, case.claim) for token in name.tokens)


def _in_place(case: Case, name: Name) -> str:
    """What the nearest sentence names where a near copy has this name, or nothing."""
    for edit in case.edits:
        if len(edit.claim) <= 6 and len(edit.evidence) <= 6 and any(token in edit.claim for token in name.tokens):
            other = _named(edit, case.nearest)
            ours = {token.norm for token in edit.claim}
            if other and not any(
                _same(token, edit) for token in name.tokens if token in edit.claim and not plain_word(token)
            ):
                return "" if other.casefold() in " ".join(sorted(ours)) else other
    return ""


def _named(edit: Edit, part: Passage) -> str:
    kept = [
        t for name in names_in(part) if not name.opens for t in name.tokens if t in edit.evidence and not plain_word(t)
    ]
    return " ".join(token.text for token in kept)


def _same(token: Token, edit: Edit) -> bool:
    """Whether the replaced words are another form of the name's word."""
    there = Passage(" ".join(t.text for t in edit.evidence))
    return stands_in(token, there) or any(
        len(t.norm) > 1 and t.text.isupper() and t.norm.startswith(token.norm[0]) and len(t.norm) <= 4
        for t in edit.evidence
    )

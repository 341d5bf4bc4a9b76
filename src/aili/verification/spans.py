"""Where a claim and its evidence say the same name, number, date or quotation, as offsets into both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from aili.digest import Bullet, Digest, Rule
from aili.document import Document
from aili.report import Span
from aili.verification import dating
from aili.verification.dating import dates
from aili.verification.entities import Name, abbreviates, names_in, plain_word, stands_in
from aili.verification.passages import Passage, Token, passage
from aili.verification.quantities import Quantity, agrees, quantities
from aili.verification.rules.quotations import quoted

_Pair = tuple[Rule, tuple[int, int], tuple[int, int]]
_ANYWHERE: frozenset[Rule] = frozenset(("number", "quotation"))  # what any language writes alike


def spans(claim: str, evidence: Sequence[int], document: Document, *, published: str = "") -> tuple[Span, ...]:
    """What of ``claim`` was found in which evidence sentence, in the order of the claim; each part of it once.

    ``evidence`` are ids of the document's sentences, searched in this order; ``published`` is the ISO 8601 date by which
    weekdays are read.
    """
    given = ((number, document.sentences[number].start, document.sentence(number)) for number in evidence)
    return _spans(claim, given, published)


def matches(bullet: Bullet, digest: Digest) -> tuple[Span, ...]:
    """What of a supported ``bullet`` of ``digest`` was found in the sentences that it cites; nothing of any other bullet.

    It is read from the digest alone, so that a digest need not store it. Names and dates are looked for in English only.
    """
    if bullet.verdict != "supported":
        return ()
    cited = (citation for number in bullet.evidence if (citation := digest.citation(number)) is not None)
    found = _spans(bullet.text, ((one.id, one.start, one.text) for one in cited), digest.published)
    english = digest.language.partition("-")[0].lower() in ("", "en")
    return tuple(span for span in found if english or span.rule in _ANYWHERE)


def _spans(claim: str, evidence: Iterable[tuple[int, int, str]], published: str) -> tuple[Span, ...]:
    """The spans for evidence that is given as id, offset in the document's text, and words."""
    ours = passage(claim)
    found: dict[tuple[int, int], Span] = {}
    for number, begin, text in evidence:
        for rule, here, there in _pairs(ours, passage(text), published):
            if not any(here[0] < end and start < here[1] for start, end in found):
                found[here] = Span(
                    rule=rule,
                    start=here[0],
                    end=here[1],
                    sentence=number,
                    source_start=begin + there[0],
                    source_end=begin + there[1],
                )
    return tuple(found[place] for place in sorted(found))


def _pairs(claim: Passage, evidence: Passage, published: str) -> Iterator[_Pair]:
    yield from _quotations(claim, evidence)
    for when in dates(claim):
        for other in dates(evidence):
            meanings = dating.resolve(other, published)
            if any(dating.agrees(mine, meant) for mine in dating.resolve(when, published) for meant in meanings):
                yield "date", (when.start, when.end), (other.start, other.end)
                break
    for told in quantities(claim):
        match = next((given for given in quantities(evidence) if agrees(told, given)), None)
        if match is not None:
            yield "number", _place(claim, told), _place(evidence, match)
    for name in names_in(claim):
        if (there := _named(name, evidence)) is not None:
            yield "name", _extent(name.tokens), there


def _named(name: Name, evidence: Passage) -> tuple[int, int] | None:
    """The name of the evidence that is another form of ``name``, or the only word of it that stands there."""
    words = [token for token in name.tokens if not plain_word(token)]
    for other in names_in(evidence):
        if (not other.opens or other.norms & name.norms) and (
            any(stands_in(token, Passage(other.text)) for token in words) or abbreviates(name, Passage(other.text))
        ):
            return _extent(other.tokens)
    return None


def _quotations(claim: Passage, evidence: Passage) -> Iterator[_Pair]:
    for start, end in quoted(claim.text):
        words = re.findall(r"\w+", claim.text[start:end])
        if words and (match := re.search(r"\W+".join(map(re.escape, words)), evidence.text, re.IGNORECASE)):
            yield "quotation", (start, end), match.span()


def _place(part: Passage, quantity: Quantity) -> tuple[int, int]:
    start = part.tokens[quantity.first].start
    at = part.text.find(quantity.text, max(0, start - 1))
    if 0 <= at <= start:
        return at, at + len(quantity.text)
    return _extent(part.tokens[quantity.first : quantity.last + 1])


def _extent(tokens: Sequence[Token]) -> tuple[int, int]:
    return tokens[0].start, tokens[-1].start + len(tokens[-1].text)

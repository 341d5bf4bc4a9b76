"""The words that edits exchange: what makes a claim false when it stands in another's place."""

from __future__ import annotations


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Word → what may replace it, alternatives divided by commas."""
    rows = (row.split(":") for row in text.split(";"))
    return {word.strip(): tuple(one.strip() for one in others.split(",")) for word, others in rows}


MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NUMBERS = "two three four five six seven eight nine ten eleven twelve twenty thirty".split()
# Quantifiers, orders, directions, relations, and who is a man or a woman.
SWAPS = _table(
    """
    some: all, no; many: few; most: few; several: no; all: some, few; every: no; each: no; always: never; often:
    rarely; usually: never, rarely; sometimes: always; never: always; first: last, second, third; last: first;
    before: after; after: before; until: since; since: until; both: neither; majority: minority; half: all; more:
    less, fewer; less: more; fewer: more; over: under; under: over; above: below; below: above; inside: outside;
    outside: inside; with: without; without: with; despite: because of; although: because; because: although; from:
    to; to: from; north: south; south: north; east: west; west: east; northern: southern; southern: northern;
    eastern: western; western: eastern; like: unlike; during: before, after; for: against; against: for; into: out
    of; up: down; down: up; only: not only; early: late; late: early; increased: decreased; rose: fell; fell: rose;
    higher: lower; lower: higher; rises: falls; won: lost; lost: won; accepted: rejected; rejected: accepted; man:
    woman; woman: man; men: women; women: men; he: she; she: he; his: her; son: daughter; daughter: son; father:
    mother; mother: father; brother: sister; sister: brother; husband: wife; wife: husband
    """
)
# What may be told as what is; a request as an order; a wish as its contrary.
CERTAIN = _table(
    """
    may: will, must; might: will; could: will; would: did not; can: must, cannot; should: must; possible: certain;
    possibly: certainly; perhaps: certainly; likely: certain, sure; probably: certainly; believed: known, proven;
    suggests: proves; suggest: prove; suggested: proved; believes: knows; hopes: refuses; wants: refuses; wanted:
    refused; plans: refuses; tried: refused; allegedly: indeed; reportedly: certainly; encourages: forces; allows:
    forces; recommends: demands; asks: orders; asked: ordered; offers: refuses; offered: refused; agrees: refuses
    """
)
# "plans to build" is not "built".
INTENDS = frozenset(
    """
    plan plans planned want wants wanted hope hopes hoped intend intends intended aim aims aimed expected scheduled
    going will try tries tried attempt attempted
    """.split()
)
# Verbs whose clause is not yet a fact.
BELIEF = frozenset(
    """
    claims claimed believes believed argues argued alleged suggested suggests thinks feared fears hopes
    """.split()
)
# Verbs that say the same with subject and object exchanged.
SYMMETRIC = frozenset(
    """
    meet met marry married join joined resemble equal divorce fight fought border borders include includes
    """.split()
)
AUXILIARY = frozenset(
    """
    is was are were will can could would should did does must has have had may might do
    """.split()
)
SOMEBODY = (
    "critics",
    "officials",
    "experts",
    "the government",
    "the company",
    "researchers",
    "local residents",
    "the police",
)

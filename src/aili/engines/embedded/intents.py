"""What a curious reader would ask of a subject, given what is told of it: its use, its price, its drawbacks and more.

A topical form ("intent") asks for one kind of thing and takes any subject. It is offered only where a sentence holds what
it asks for: a word that says so (``holds``) and none that turns it round (``unless``), told of the subject itself where
``told`` says so (``aili.engines.embedded.holding``). "What are the benefits of X?" over a text without benefits would be a
wrong digest, so what no form fits keeps the plain question. Which of the fitting forms is asked, the ranker decides
(``aili.engines.embedded.ranking``).

Measured: a model that tells from the vectors and cue words of bullets what the reference asks of them (25 kinds, trained on
2,525 questions) was right in 26 % of 661, and sure of itself (p > 0.5) in 3 %; so words decide here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aili.engines.embedded.questions.base import Asked, sized

PLAIN = "What does the article say about {x}?"
KNOW = "What should you know about {x}?"
NOTABLE = "What is notable about {x}?"
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What is asked about: as it reads inside a sentence, how many it is, and whether it is a person or has a name.

    ``act`` is what a heading tells to do, from the base form of its verb on, else empty.
    """

    text: str
    plural: bool = False
    person: bool = False
    named: bool = False
    act: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """A topical form: its wordings for one and for several, and the words that a sentence must and must not hold.

    ``told``: the sentence must have the subject as its grammatical subject. ``persons``: whether it fits a person too.
    """

    name: str
    one: str
    many: str
    holds: re.Pattern[str]
    unless: re.Pattern[str] = _NOTHING
    told: bool = True
    persons: bool = False
    named: bool = False  # asks only of what has a name
    whole: bool = False  # its words may stand in the subject as well
    verb: bool = False  # the predicate itself must be one of the words
    share: float = 0.3  # of the sentences, which more than that must hold it

    def ask(self, subject: Subject) -> Asked:
        """The question for ``subject``."""
        wording = self.many if subject.plural else self.one
        return Asked(text=sized(wording.format(x=subject.text)), form=self.name, weight=0.6, topic=subject.text)


def words(pattern: str) -> re.Pattern[str]:
    """A pattern of whole words, in either case."""
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_LESS = words(
    r"reduc\w+|lower\w*|prevent\w*|avoid\w*|minimi[sz]\w+|without|protect\w*|manag\w+|mitigat\w+|no|not|eliminat\w+"
)
DENIED = words(r"no|not|never|cannot|without|hardly|n[’']t|\w+n[’']t|lacks?")
_GROUP = (
    r"people|beginners?|students?|users?|business(?:es)?|families|travell?ers|anyone|those|teams|companies|parents|developers|"
    r"professionals|couples|kids|children|adults|owners|readers|hikers|runners|learners|organi[sz]ations|freelancers|women|men|"
    r"gamers|buyers|employees|teachers|schools"
)

INTENTS: tuple[Intent, ...] = (
    Intent(
        name="benefits", one="What are the benefits of {x}?", many="What are the benefits of {x}?",
        holds=words(r"benefits|advantages?|perks|upsides?"), whole=True,
        unless=words(
            r"no|not|disadvantages?|drawbacks?|downsides?|employee benefits|benefits (?:plans?|packages?|administration|"
            r"management)|tak(?:e|es|ing) advantage|tax benefits?|\w+,? and benefits|(?:retirement|health) benefits"
        ),
    ),
    Intent(
        name="drawbacks", one="What are the drawbacks of {x}?", many="What are the drawbacks of {x}?",
        holds=words(r"drawbacks?|disadvantages?|downsides?|limitations|shortcomings?|weakness(?:es)?|cons"), unless=_LESS,
        whole=True,
    ),
    Intent(
        name="risks", one="What are the risks of {x}?", many="What are the risks of {x}?",
        holds=words(
            r"risks?(?= (?:of|that|to|from|for|in|such|include|are)\b)|risks|dangers?|dangerous|hazards?|hazardous"
        ),
        unless=_LESS,
    ),
    Intent(
        name="cost", one="How much does {x} cost?", many="How much do {x} cost?",
        holds=re.compile(
            r"\b(?:costs?|priced?|retails?|starts?|runs?|sells?|goes) (?:\w+ ){0,3}?[$€£]\s?\d|\bpriced?\b.{0,30}[$€£]\s?\d|"
            r"[$€£]\s?\d[\d,.]* (?:a|per|each|/) ?(?:month|year|person|night|user|day|week|ticket|hour)?",
            re.IGNORECASE,
        ),
        unless=words(r"sav(?:e|es|ed|ings?)|rais(?:e|ed)|won|earn\w*|revenue|fined?|donat\w+|worth|invest\w*"),
    ),
    Intent(
        name="importance", one="Why is {x} important?", many="Why are {x} important?", verb=True,
        holds=words(r"important|crucial|essential|vital|critical|indispensable|matters?|fundamental"),
        unless=words(r"no|not|less|most important"),
    ),
    Intent(
        name="help", one="How does {x} help?", many="How do {x} help?",
        holds=words(
            r"help(?:s|ed|ing)?|improv(?:e|es|ed)|boosts?|eases?|protects?|streamlin\w+|simplif\w+|sav(?:e|es|ed)|reduces?|"
            r"enhances?|strengthens?|ensur(?:e|es)|supports?|prevents?|optimi[sz]es?|automates?"
        ),
        verb=True, unless=DENIED,
    ),
    Intent(
        name="possible", one="What does {x} make possible?", many="What do {x} make possible?",
        holds=words(r"allow(?:s|ing)?|enabl(?:e|es|ing)|lets?|empower(?:s|ing)?"), verb=True, unless=DENIED,
    ),
    Intent(
        name="offers", one="What does {x} offer?", many="What do {x} offer?",
        holds=words(r"offers?|provid(?:e|es)|features?|includ(?:e|es)|delivers?|combines?|boasts?|packs?"),
        verb=True, unless=DENIED, named=True,
    ),
    Intent(
        name="works", one="How does {x} work?", many="How do {x} work?",
        holds=words(r"works? by|automatically|based on|rel(?:ies|y) on"), unless=DENIED,
    ),
    Intent(
        name="suits", one="Who is {x} suited to?", many="Who are {x} suited to?",
        holds=words(
            rf"(?:ideal|perfect|great|suitable|suited|good|best|excellent|recommended|designed|made|aimed|built|option|choice|"
            rf"meant|intended) (?:for|at|to) (?:\w+[- ]){{0,4}}(?:{_GROUP})"
        ),
        unless=DENIED,
    ),
    Intent(
        name="goodfor", one="What is {x} good for?", many="What are {x} good for?",
        holds=words(r"(?:ideal|perfect|great|suitable|suited|good|best|excellent|recommended|useful) (?:for|to)"),
        unless=words(rf"{_GROUP}|not"),
    ),
    Intent(
        name="knownfor", one="What is {x} known for?", many="What are {x} known for?", persons=True,
        holds=words(r"(?:best |well |widely )?(?:known|famous|renowned|recogni[sz]ed) for"),
    ),
    Intent(
        name="special", one="What is special about {x}?", many="What is special about {x}?",
        holds=words(r"unlike|unique|uniquely|stands? out|sets? \w+ apart|distinct(?:ive|ively)?|the only"), unless=DENIED,
    ),
    Intent(
        name="notable", one="What makes {x} stand out?", many="What makes {x} stand out?", named=True,
        holds=words(
            r"(?:one of )?the (?:\w+[’']s )?(?:most|best|largest|oldest|fastest|smallest|highest|leading|top)|award-winning"
        ),
        unless=words(r"at the most|not|never"),
    ),
    Intent(
        name="origin", one="How did {x} come about?", many="How did {x} come about?",
        holds=words(
            r"(?:was|were) (?:first )?(?:founded|established|created|invented|introduced|launched|developed|born)|"
            r"originated|dates? back|emerged|began as|started as|grew out of"
        ),
        unless=DENIED,
    ),
    Intent(
        name="like", one="What is {x} like?", many="What are {x} like?",
        holds=_NOTHING,  # see holding
    ),
    Intent(
        name="does", one="What does {x} do?", many="What do {x} do?", holds=_NOTHING,  # see holding
    ),
    Intent(
        name="definition", one="What is {x}?", many="What are {x}?",
        holds=words(r"refers? to|is defined as|are defined as|is a term|is the term|is the process of|is the practice of"),
    ),
    Intent(
        name="involves", one="What does {x} involve?", many="What do {x} involve?", holds=_NOTHING,
    ),
    Intent(
        name="counsel", one="What is the advice on {x}?", many="What is the advice on {x}?", holds=_NOTHING, told=False,
        share=0.49,
    ),
)  # fmt: skip
BY_NAME = {intent.name: intent for intent in INTENTS}
_FRAMES = tuple(
    re.compile("^" + re.escape(wording).replace(r"\{x\}", ".+") + "$")
    for wording in (
        PLAIN,
        KNOW,
        NOTABLE,
        "How can you {x}?",
        "Why should you {x}?",
        *(w for i in INTENTS for w in (i.one, i.many)),
    )
)


def frame(text: str) -> int:
    """Which topical form ``text`` was asked by, -1 for none."""
    return next((at for at, pattern in enumerate(_FRAMES) if pattern.match(text)), -1)

"""English verb morphology, as much as a question needs: the base form, and the auxiliary that carries the tense.

A regular past ("cited", "visited", "planned") is undone by spelling rules, with a word list to decide where two base
forms are possible; irregular verbs are listed.
"""

from __future__ import annotations

from collections.abc import Callable

_IRREGULAR = """
arise arose arisen | bear bore born | awake awoke awoken | be was were been | bear bore borne | beat beat beaten |
become became become | begin began begun | bend bent bent | bet bet bet | bind bound bound | bite bit bitten | bleed
bled bled | blow blew blown | break broke broken | breed bred bred | bring brought brought | broadcast broadcast
broadcast | build built built | burn burnt burnt | burst burst burst | buy bought bought | cast cast cast | catch
caught caught | choose chose chosen | cling clung clung | come came come | cost cost cost | creep crept crept | cut
cut cut | deal dealt dealt | dig dug dug | do did done | draw drew drawn | drink drank drunk | drive drove driven |
eat ate eaten | fall fell fallen | feed fed fed | feel felt felt | fight fought fought | find found found | flee fled
fled | fling flung flung | fly flew flown | forbid forbade forbidden | forecast forecast forecast | foresee foresaw
foreseen | forget forgot forgotten | forgive forgave forgiven | freeze froze frozen | get got gotten | give gave given
| go went gone | grind ground ground | grow grew grown | hang hung hung | have had had | hear heard heard | hide hid
hidden | hit hit hit | hold held held | hurt hurt hurt | keep kept kept | kneel knelt knelt | know knew known | lay
laid laid | lead led led | leap leapt leapt | learn learnt learnt | leave left left | lend lent lent | let let let |
lie lay lain | light lit lit | lose lost lost | make made made | mean meant meant | meet met met | mislead misled
misled | mistake mistook mistaken | outdo outdid outdone | overcome overcame overcome | oversee oversaw overseen |
overtake overtook overtaken | overthrow overthrew overthrown | pay paid paid | prove proved proven | put put put |
quit quit quit | read read read | rebuild rebuilt rebuilt | ride rode ridden | ring rang rung | rise rose risen | run
ran run | say said said | see saw seen | seek sought sought | sell sold sold | send sent sent | set set set | sew
sewed sewn | shake shook shaken | shed shed shed | shine shone shone | shoot shot shot | show showed shown | shrink
shrank shrunk | shut shut shut | sing sang sung | sink sank sunk | sit sat sat | sleep slept slept | slide slid slid |
sow sowed sown | speak spoke spoken | speed sped sped | spend spent spent | spill spilt spilt | spin spun spun | split
split split | spread spread spread | spring sprang sprung | stand stood stood | steal stole stolen | stick stuck stuck
| sting stung stung | strike struck stricken | strive strove striven | swear swore sworn | sweep swept swept | swell
swelled swollen | swim swam swum | swing swung swung | take took taken | teach taught taught | tear tore torn | tell
told told | think thought thought | throw threw thrown | undergo underwent undergone | understand understood
understood | undertake undertook undertaken | undo undid undone | uphold upheld upheld | upset upset upset | wake woke
woken | wear wore worn | weave wove woven | weep wept wept | win won won | wind wound wound | withdraw withdrew
withdrawn | withhold withheld withheld | withstand withstood withstood | wring wrung wrung | write wrote written
"""
_BASE_OF = {
    form: row.split()[0] for row in " ".join(_IRREGULAR.split()).split("|") for form in row.split()[1:] if row.split()
}
_PARTICIPLE_OF = {row.split()[0]: row.split()[-1] for row in " ".join(_IRREGULAR.split()).split("|") if row.split()} | {
    "burn": "burned",
    "get": "got",
    "leap": "leaped",
    "learn": "learned",
    "prove": "proved",
    "spill": "spilled",
}
_THIRD = {"is": "be", "are": "be", "am": "be", "has": "have", "does": "do", "goes": "go"}
_VOWELS = "aeiou"
# Stems that never end a verb without -e: "argu-ed", "hous-ed" … decided by the last letters.
_TAKES_E = (
    "c",
    "v",
    "u",
    "z",
    "dg",
    "lg",
    "rg",
    "ng",
    "bl",
    "cl",
    "dl",
    "fl",
    "gl",
    "kl",
    "pl",
    "tl",
    "zl",
    "rs",
    "ns",
    "ls",
    "ps",
)
_BOTH = frozenset("sing ring swing bath past tast".split())
_NO_E = ("ing", "ong", "ang", "zz")


def regular(form: str) -> str:
    """The base form of an irregular verb's past or participle ("found": find); any other word as it is."""
    return _BASE_OF.get(form, form)


def base_form(form: str, xpos: str, known: Callable[[str], bool]) -> str:
    """The base form of a verb ``form`` with Penn tag ``xpos``; ``known`` says whether a word is a word."""
    word = form.lower()
    if xpos in ("VBD", "VBN") and word in _BASE_OF:
        return _BASE_OF[word]
    if xpos == "VBZ":
        return _THIRD.get(word) or _without_s(word, known)
    if xpos in ("VBD", "VBN") and word.endswith("ed"):
        if word.endswith("ied"):
            return word[:-1] if len(word) == 4 else word[:-3] + "y"  # tied, carried
        return _without_suffix(word[:-2], known)
    if xpos == "VBG" and word.endswith("ying") and len(word) <= 5:
        return word[:-4] + "ie"  # tying
    if xpos == "VBG" and word.endswith("ing"):
        return _without_suffix(word[:-3], known)
    return word


def _without_s(word: str, known: Callable[[str], bool]) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and known(word[:-1]) and not known(word[:-2]):
        return word[:-1]  # aches
    if word.endswith(("ches", "shes", "sses", "xes", "zzes", "oes")):
        return word[:-2]
    if word.endswith("es") and not known(word[:-1]) and known(word[:-2]):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _without_suffix(stem: str, known: Callable[[str], bool]) -> str:
    if stem.endswith("ick") and known(stem[:-1]):
        return stem[:-1]  # panicked
    if len(stem) > 2 and stem[-1] == stem[-2] and not known(stem) and stem[-1] not in "lsfz" + _VOWELS:
        return stem[:-1]  # planned → plan
    if stem.endswith("ll") and not known(stem) and known(stem[:-1]):
        return stem[:-1]  # cancelled → cancel
    if len(stem) <= 2 and stem in ("be", "do", "go"):
        return stem
    with_e = stem + "e"
    if known(with_e) != known(stem):
        return with_e if known(with_e) else stem
    if known(stem):  # both are words: "hop" would have doubled its consonant, "sing" is the verb
        return stem if stem in _BOTH else with_e
    if stem.endswith(_NO_E):
        return stem
    if stem.endswith(_TAKES_E):
        return with_e
    short = len(stem) >= 3 and stem[-1] not in _VOWELS + "wxy" and stem[-2] in _VOWELS and stem[-3] not in _VOWELS
    if short and sum(letter in _VOWELS for letter in stem) == 1:
        return with_e  # hoped: "hop" would have doubled its consonant
    return (
        with_e
        if stem.endswith(("pon", "lon", "et", "vok", "at", "iz", "is", "ur", "ir", "or"))
        and len(stem) > 4
        and not known(stem)
        else stem
    )


# Verbs of two syllables that stress the second, and those in -uit, double their last letter.
_DOUBLED = frozenset(
    """
    abet abhor acquit admit allot begin commit compel concur confer control defer deter dispel emit equip excel expel
    forbid forget incur infer occur omit outfit patrol permit prefer propel quit rebel rebut recap recur refer regret
    remit repel reset submit transfer transmit upset
    """.split()
)


def auxiliary(xpos: str, *, plural: bool) -> str:
    """The form of *do* that carries the tense of a main verb with Penn tag ``xpos``."""
    if xpos == "VBD":
        return "did"
    return {"VBZ": "does", "VBP": "do"}.get(xpos, "do" if plural else "does")


def gerund(base: str) -> str:
    """The -ing form of a verb's base form: *make* → *making*, *run* → *running*, *tie* → *tying*."""
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "ye", "oe")) and base != "be":
        return base[:-1] + "ing"
    short = len(base) >= 3 and base[-1] not in _VOWELS + "wxy" and base[-2] in _VOWELS and base[-3] not in _VOWELS
    if (short and sum(letter in _VOWELS for letter in base) == 1) or base in _DOUBLED:
        return base + base[-1] + "ing"
    return base + "ing"


def participle(base: str) -> str:
    """The past participle of a verb's base form: *make* → *made*, *plan* → *planned*, *carry* → *carried*."""
    if base in _PARTICIPLE_OF:
        return _PARTICIPLE_OF[base]
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ied"
    return gerund(base)[:-3] + "ed"

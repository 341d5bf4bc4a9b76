"""English verbs go back to their base form, so that a question can be built on *do*."""

from __future__ import annotations

import pytest

from aili import encoder
from aili.engines.embedded.verbs import auxiliary, base_form, participle

PAST = """
    cited cite | visited visit | planned plan | hoped hope | hopped hop | carried carry | tried try | went go | laid lay
    agreed agree | freed free | travelled travel | traveled travel | controlled control | cancelled cancel
    argued argue | issued issue | continued continue | valued value | studied study | stopped stop | moved move
    closed close | opened open | offered offer | developed develop | limited limit | created create | treated treat
    repeated repeat | measured measure | required require | prepared prepare | charged charge | belonged belong
    forced force | solved solve | admitted admit | preferred prefer | occurred occur | referred refer | filled fill
    called call | installed install | passed pass | discussed discuss | missed miss | ended end | needed need
    voted vote | waited wait | handled handle | doubled double | founded found | found find | led lead | fled flee
    flew fly | saw see | bought buy | taught teach | played play | stayed stay | fixed fix | showed show | raised raise
    promised promise | published publish | watched watch | wrote write | shared share | hired hire | retired retire
    repaired repair | delivered deliver | delayed delay | determined determine | trained train | signed sign
    named name | aimed aim | competed compete | edited edit | benefited benefit | helped help | typed type
    swapped swap | baked bake | looked look | decided decide | included include | flooded flood | avoided avoid
    tied tie | died die | lied lie | used use | changed change | added add | deleted delete | united unite
    erased erase | pleased please | invoked invoke | breathed breathe | panicked panic
    released release | tasted taste | tested test | adopted adopt | restored restore | poured pour | caused cause
"""
PARTICIPLES = """
    seen see | begun begin | hidden hide | driven drive | known know | built build | paid pay | cut cut | borne bear
    born bear
"""
THIRD = """
    offers offer | goes go | watches watch | studies study | does do | has have | is be | ties tie | dies die | uses use
    closes close | passes pass | focuses focus | washes wash | vetoes veto | argues argue | frees free | agrees agree
    judges judge | increases increase | discusses discuss | relies rely | says say | loses lose | raises raise
    aches ache
"""
ING = """
    making make | running run | planning plan | hoping hope | hopping hop | agreeing agree | being be | closing close
    replacing replace | keeping keep | building build | controlling control | studying study | bringing bring
    using use | changing change | dying die | tying tie | lying lie
"""


def pairs(table: str, tag: str) -> list[tuple[str, str, str]]:
    rows = [row.split() for line in table.split("\n") for row in line.split("|") if row.strip()]
    return [(form, tag, base) for form, base in rows]


@pytest.mark.parametrize(
    ("form", "tag", "base"),
    [
        *pairs(PAST, "VBD"),
        *pairs(PARTICIPLES, "VBN"),
        *pairs(THIRD, "VBZ"),
        *pairs(ING, "VBG"),
    ],
)
def test_a_form_goes_back_to_its_base(form: str, tag: str, base: str) -> None:
    assert base_form(form, tag, encoder.load().knows) == base


@pytest.mark.parametrize("tag", ["VB", "VBP", "MD", "NN", ""])
def test_a_form_that_carries_no_ending_stays_as_it_is(tag: str) -> None:
    assert base_form("Need", tag, encoder.load().knows) == "need"


@pytest.mark.parametrize("form", ["Went", "WENT", "went"])
def test_capitals_do_not_matter(form: str) -> None:
    assert base_form(form, "VBD", encoder.load().knows) == "go"


@pytest.mark.parametrize("tag", ["VBD", "VBN", "VBZ", "VBG"])
@pytest.mark.parametrize("form", ["", "s", "ed", "ies", "ing", "ied", "’s", "æ", "123", "sss"])
def test_scraps_of_words_do_no_harm(form: str, tag: str) -> None:
    assert isinstance(base_form(form, tag, encoder.load().knows), str)


@pytest.mark.parametrize(
    ("tag", "plural", "expected"),
    [("VBD", False, "did"), ("VBD", True, "did"), ("VBZ", False, "does"), ("VBP", True, "do")],
)
def test_do_carries_the_tense(tag: str, plural: bool, expected: str) -> None:
    assert auxiliary(tag, plural=plural) == expected


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("make", "made"), ("plan", "planned"), ("carry", "carried"), ("play", "played"), ("use", "used"),
        ("write", "written"), ("build", "built"), ("learn", "learned"), ("commit", "committed"), ("visit", "visited"),
        ("tie", "tied"), ("put", "put"),
    ],
)  # fmt: skip
def test_a_past_participle_is_spelt(base: str, expected: str) -> None:
    assert participle(base) == expected

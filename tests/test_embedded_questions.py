"""A sentence is asked only what it answers, and every question reads like one that a person would ask."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aili import encoder
from aili.engines.embedded.questions import Asked, Sentence, questions
from aili.engines.embedded.tree import tree

ASKED = [
    ("Simon & Schuster relies on readers in the north.", "What does Simon & Schuster rely on?"),
    ("The crowds can however be avoided by walking to the next station.", "How can the crowds be avoided?"),
    ("Heavy floods can also lead to a loss of soil.", "What can heavy floods lead to?"),
    ("Kitchen tools such as a whisk rely on good steel.", "What do kitchen tools rely on?"),
    ("Ada Lovelace was born in London in December 1815.", "When was Ada Lovelace born in London?"),
    ("The ferry was cancelled because the harbour had frozen.", "Why was the ferry cancelled?"),
    (
        "The council closed the bridge because divers found cracks in its bearings.",
        "Why did the council close the bridge?",
    ),
    ("Because the road was flooded, the school stayed closed.", "Why did the school stay closed?"),
    ("The factory will close because orders have fallen.", "Why will the factory close?"),
    (
        "The valve causes the water in the pipe to change direction.",
        "What causes the water in the pipe to change direction?",
    ),
    (
        "The village was cut off because a landslide had blocked the only road.",
        "Why was the village cut off?",
    ),
    ("The concert was postponed due to heavy rain.", "Why was the concert postponed?"),
    ("Prices rose because of the drought.", "Why did prices rise?"),
    ("The firm installed new pumps to protect the town from floods.", "Why did the firm install new pumps?"),
    ("The city has saved money by switching off every second lamp.", "How has the city saved money?"),
    ("Bakers keep bread fresh by storing it in paper.", "How do bakers keep bread fresh?"),
    ("You can lower your bill by washing at night.", "How can you lower your bill?"),
    ("Residents reacted to the plan with anger.", "How did residents react to the plan?"),
    ("The shipyard employs 340 people.", "How many people does the shipyard employ?"),
    ("Forty volunteers cleaned the beach on Saturday.", "How many volunteers cleaned the beach on Saturday?"),
    ("The library bought 1,200 books last year.", "How many books did the library buy last year?"),
    ("The county paid $38 million for the old factory.", "How much did the county pay for the old factory?"),
    ("The charity raised £20,000 for the hospice.", "How much did the charity raise for the hospice?"),
    ("The club spent €3 million on a new stand.", "How much did the club spend on a new stand?"),
    ("The tower is 98 metres high.", "How high is the tower?"),
    ("The cable is 400 kilometres long.", "How long is the cable?"),
    ("Marie Curie was a physicist who studied radioactivity.", "Who was Marie Curie?"),
    ("Heat pumps are machines that move heat from outside to inside.", "What are heat pumps?"),
    ("Thermal mass is a measure of how much heat a wall can store.", "What is thermal mass?"),
    ("The mayor said the bridge would stay closed until autumn.", "What did the mayor say about the bridge?"),
    ("Maria Lopez said that the new line would cut travel times.", "What did Maria Lopez say about the new line?"),
    ("“The roof must go,” the inspector said.", "What did the inspector say about the roof?"),
    ("“We need more buses,” said Clara Voss, who chairs the committee.", "What did Clara Voss say about buses?"),
    ("Nurses argued that the ward was too small.", "What did nurses argue about the ward?"),
    ("Dr. Chen warned that antibiotics would stop working.", "What did Dr. Chen warn about antibiotics?"),
    (
        "According to the Health Department, the vaccine prevents most infections.",
        "What does the Health Department say about the vaccine?",
    ),
    ("You should call a doctor if the fever lasts three days.", "What should you do if the fever lasts three days?"),
    ("Drivers must carry chains when snow is forecast.", "What must drivers do when snow is forecast?"),
    ("Tenants should ask the landlord for a written contract.", "What should tenants do?"),
    ("If the alarm sounds, leave the building at once.", "What should you do if the alarm sounds?"),
    ("Look for a lamp with a dimmer.", "What should you look for?"),
    ("Ask for a receipt.", "What should you ask for?"),
    ("Avoid plants that need a lot of water.", "What should you avoid?"),
    ("The old mill was destroyed by fire in 1911.", "What happened to the old mill?"),
    ("The harbour bridge was closed in March.", "What happened to the harbour bridge?"),
    ("The harvest depends on the spring rains.", "What does the harvest depend on?"),
    ("The economy of the island relies on tourism.", "What does the economy of the island rely on?"),
    ("The panel consists of twelve citizens.", "What does the panel consist of?"),
    ("The company plans to open a second plant in Leeds.", "What does the company plan to do?"),
    ("The committee agreed to raise the fee for visitors.", "What did the committee agree to do?"),
    ("The book was published in 1998.", "When was the book published?"),
    ("The museum opened in May 2004.", "When did the museum open?"),
    ("The museum opened on Sunday, May 4, 2008.", "When did the museum open?"),
    ("The telescope was invented by Hans Lippershey.", "Who invented the telescope?"),
    ("The storm caused widespread damage along the coast.", "What caused widespread damage along the coast?"),
    ("The reform led to higher wages.", "What did the reform lead to?"),
    ("The bypass was designed to keep lorries out of the village.", "What was the bypass designed to do?"),
    ("Scientists discovered a new species of frog in Ecuador.", "What did scientists discover in Ecuador?"),
    ("The gauge is used to measure rainfall.", "What is the gauge used for?"),
    ("Copper is used to make electric wires.", "What is copper used for?"),
]
THE_CLASS = "not asked before a noun with the: Creativity is the main focus defines nothing"
MISSED = [  # right questions that are not made
    (
        "The city reduced traffic by closing three streets to cars.",
        "How did the city reduce traffic?",
        "reduced is read as a participle",
    ),
    ("Photosynthesis is the process by which plants make sugar.", "What is photosynthesis?", THE_CLASS),
    ("Osmosis is the movement of water through a membrane.", "What is osmosis?", THE_CLASS),
    (
        "The school can stay open thanks to a grant from the county.",
        "Why can the school stay open?",
        "thanks is read as an adjective of the school",
    ),
]
TEXTS = [text for text, *_ in [*ASKED, *MISSED]]

# Sentence, then the forms that would ask for what it does not tell.
NOT_ASKED = [
    ("The crowds can however be avoided by walking to the next station.", "How can the crowds be avoided?"),
    ("Heavy floods can also lead to a loss of soil.", "What can heavy floods lead to?"),
    ("Kitchen tools such as a whisk rely on good steel.", "What do kitchen tools rely on?"),
    ("The ferry was cancelled in the evening.", "why purpose how cause"),
    ("The council closed the bridge on Monday.", "why purpose how cause how-many"),
    ("The museum opened on Sunday.", "when"),
    ("The soup was too salty for my taste.", "why definition"),
    ("The film is brilliant.", "why definition"),
    ("The painting is beautiful.", "why definition"),
    ("The reason is the cold winter.", "definition"),
    ("The plan is to build a tunnel.", "definition"),
    ("It is important to drink enough water.", "why purpose definition said"),
    ("It was Anna Berger who found the letter.", "definition who"),
    ("There are many reasons to visit the coast.", "why purpose definition how-many"),
    ("There is a simple reason for the delay.", "why definition"),
    ("This is a step forward.", "definition"),
    ("The hall is in the north of the town.", "definition"),
    ("He closed the shop because he was ill.", "why"),
    ("They were machines of great beauty.", "definition"),
    ("Both houses were old mills.", "definition"),
    ("One visitor bought a map.", "how-many"),
    ("The hall opened in the year 1998.", "how-many how-much"),
    ("The firm paid the fine.", "how-much how-many"),
    ("The library bought the books in May.", "how-many how-much"),
    ("The house was painted by the sea.", "who"),
    ("Never mix bleach with ammonia.", "advice"),
    ("Do not open the valve.", "advice"),
    ("Tenants must not change the locks.", "duty advice"),
    ("The mayor spoke for an hour.", "said"),
    ("The mayor has said nothing about the bridge.", "said"),
    ("The house was admired by visitors.", "happened"),
    ("The river freezes in January.", "when why how"),
    ("What did the council decide?", "said why definition"),
    ("Who pays?", "who definition"),
]
# A wrong question under a right sentence tells the reader something that the text denies, or does not say.
TURNED = [
    # nothing in particular
    ("You need headphones to hear yourself as you record.", "What do you need?"),
    ("You may want to work with a therapist in spring.", "What may you want to do?"),
    # the subject is more than was seen, or another
    ("The history of the dam contribute to the loss of fish.", "What do the history of the dam contribute to?"),
    ("Low levels of either can lead to damage of the engine.", "What can low levels of either lead to?"),
    (
        "The lens causes beams parallel to, but distant from, the axis to be focused elsewhere.",
        "What causes beams parallel to?",
    ),
    # what is said of the object would be left out
    (
        (
            "Due to the administration requirements, many employers prefer to keep paid sick leave, FMLA, ADA and other "
            "types of protected leave (paid or unpaid) separate from their unlimited-PTO policy."
        ),
        "Why do employers prefer to keep paid sick leave?",
    ),
    # the word that denies would be left out
    ("Few trains ran because of the strike.", "Why did trains run?"),
    ("The company no longer plans to open a second plant.", "What does the company plan to do?"),
    ("Solar panels are not a cure for high bills.", "What are solar panels?"),
    ("The old mill was not destroyed by the fire.", "What happened to the old mill?"),
    # what is alleged would be asked as if it were known
    ("The firm allegedly paid $3 million to the minister.", "How much did the firm pay to the minister?"),
    # a person would be asked for with *what*
    ("A man shot Paul Reyes in Leeds.", "What did the man shoot in Leeds?"),
    ("The minister said that no school would close.", "What did the minister say about no school?"),
    # all other things, or years, would answer as well
    ("The drug does not cause cancer.", "What does not cause cancer?"),
    ("The park was not closed in 1998.", "When was the park not closed?"),
]
CROOKED = [
    (
        "People with asthma should see a doctor before they fly.",
        "What should people with asthma see?",
        "a doctor is asked for with what",
    ),
]
NO_MANNER = [
    "The new law protects tenants.",
    "Cycling improves sleep.",
    "The vaccine prevents most infections in children.",
    "According to the Health Department, the vaccine prevents most infections.",
]

ODD = {
    "nothing": "",
    "blanks": "  \t ",
    "marks": "?!… — “” () [] $ %",
    "emoji": "😀 👍🏽 🎉",
    "a word": "Rain.",
    "capitals": "BREAKING: PRIME MINISTER RESIGNS BECAUSE HE LOST THE VOTE",
    "300 words": " ".join(["the report on the quarter was read by the board because"] * 30) + ".",
    "open quotation": "The mayor said “the bridge, which the council (in 1990) closed because it was old.",
    "open bracket": "The bridge (which the council closed because it was old.",
    "prices": "$ 5 , $ 6 and £ 7 cost 8 % because of 9 .",
    "digits": "1 2 3 4 5 6 7 8 9 10 11 12",
    "dashes": "The plan – because – of – the – rain – failed –.",
    "Chinese": "人工智能正在改变世界。",
    "German": "Die Brücke wurde gesperrt, weil Taucher Risse fanden.",
    "controls": "The \x00 bridge was closed because \u200b of \x07 rain.",
    "contractions": "They’d’ve gone because it’ll’ve rained, wouldn’t’ve they?",
    "commas": ",,,, because ,,,,",
    "nested": "The man whose dog that the cat the rat bit chased barked left because he could.",
}
WORDS = (
    "the a council bridge Anna Berger said that because of due to by closing was closed should if you must 340 people $ 5 "
    "million is are machine which who “ ” ( ) \" , . ; : – not n't 's to help use used for in 1998 May and or it he they "
    "this according helps rose plans depend on paid However 😀 ' % London-based"
).split()


@cache
def asked(text: str) -> tuple[Asked, ...]:
    reader = encoder.load()
    (analysis,) = reader.analyse([text])
    return questions(Sentence(tree=tree(text, analysis.tokens), substitutes={}, known=reader.knows))


def faults(question: str) -> list[str]:
    found = []
    if not (question[0].isupper() and question.endswith("?") and question.count("?") == 1):
        found.append("does not begin with a capital or end with one question mark")
    if not 3 <= len(question.split()) <= 20:
        found.append("is too short or too long")
    if (
        question.count('"') % 2
        or question.count("“") != question.count("”")
        or question.count("(") != question.count(")")
    ):
        found.append("opens what it does not close")
    if "  " in question or " ?" in question or " ," in question:
        found.append("has a space that does not belong")
    return found


@pytest.mark.parametrize(
    ("text", "question"),
    [
        *ASKED,
        *(
            pytest.param(text, question, marks=pytest.mark.xfail(strict=True, reason=reason))
            for text, question, reason in MISSED
        ),
    ],
)
def test_a_sentence_is_asked_what_it_answers(text: str, question: str) -> None:
    assert question in [each.text for each in asked(text)]


@pytest.mark.parametrize(("text", "forms"), NOT_ASKED, ids=[text for text, _ in NOT_ASKED])
def test_a_sentence_is_not_asked_what_it_does_not_tell(text: str, forms: str) -> None:
    unwanted = {form.replace("-", " ") for form in forms.split()}
    assert [each.text for each in asked(text) if each.form in unwanted] == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        *TURNED,
        *(
            pytest.param(text, question, marks=pytest.mark.xfail(strict=True, reason=reason))
            for text, question, reason in CROOKED
        ),
    ],
)
def test_no_question_turns_what_its_sentence_says(text: str, question: str) -> None:
    assert question not in [each.text for each in asked(text)]


@pytest.mark.xfail(strict=True, reason="What causes cancer? has three words")
def test_a_question_has_four_words_at_least() -> None:
    assert [each.text for each in asked("Smoking causes cancer.") if len(each.text.split()) < 4] == []


@pytest.mark.parametrize(
    "text",
    [
        "The bridge isn't safe because its bearings are cracked.",
        "The council can't pay because the budget is frozen.",
        "The bridge wasn’t repaired because the money was missing.",
        "The museum did not open on Monday because the heating had failed.",
        "The council never paid the firm because the work was late.",
    ],
)
def test_a_denial_is_never_asked_without_its_not(text: str) -> None:
    for each in asked(text):
        assert {"not", "never"} & set(each.text.rstrip("?").split()), each.text


def test_a_question_keeps_doubt() -> None:
    assert "How much would the firm have paid?" in [each.text for each in asked("The firm would have paid $3 million.")]


@pytest.mark.parametrize("text", NO_MANNER)
def test_a_sentence_without_a_manner_is_not_asked_how(text: str) -> None:
    assert [each.text for each in asked(text) if each.text.startswith("How does")] == []


def test_a_question_keeps_the_name_of_what_it_is_about() -> None:
    assert "How long is the bridge at Tollen?" in [
        each.text for each in asked("The bridge at Tollen is 600 metres long.")
    ]


def test_a_question_keeps_a_name_in_apposition() -> None:
    assert "How long is the river Ouse?" in [each.text for each in asked("The river Ouse is 60 miles long.")]


@pytest.mark.parametrize("text", TEXTS)
def test_no_question_takes_a_pronoun_for_its_subject(text: str) -> None:
    pronouns = {"he", "she", "it", "they", "this", "that", "these", "those", "we", "i"}
    for each in asked(text):
        assert each.text.split()[2].lower() not in pronouns, each.text


def test_a_pronoun_that_has_its_noun_is_asked_by_the_noun() -> None:
    reader = encoder.load()
    text = "She closed the shop because the roof leaked."
    (analysis,) = reader.analyse([text])
    sentence = Sentence(tree=tree(text, analysis.tokens), substitutes={0: "Anna Berger"}, known=reader.knows)
    assert "Why did Anna Berger close the shop?" in [each.text for each in questions(sentence)]


@pytest.mark.parametrize("text", [*ODD.values(), *TEXTS, *(text for text, _ in NOT_ASKED)])
def test_every_question_is_well_formed(text: str) -> None:
    for each in asked(text):
        assert not faults(each.text), (each.text, faults(each.text))
        assert 0 < each.weight <= 1


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_no_heap_of_words_makes_a_crooked_question(text: str) -> None:
    for each in asked(text):
        assert not faults(each.text), (each.text, faults(each.text))


@settings(max_examples=40)
@given(st.text(max_size=120))
def test_no_text_breaks_the_forms(text: str) -> None:
    for each in asked(text):
        assert each.text.endswith("?")

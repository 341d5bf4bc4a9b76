"""The word lists behind the question forms: verbs by what may be asked of their clauses, and nouns that name nobody."""

# Verbs of saying: "What did X say about Y?"
SPEECH = frozenset(
    """
    acknowledge add admit announce argue claim confirm declare deny emphasise emphasize estimate explain insist note
    observe point predict recommend remark report say state stress suggest tell warn write
    """.split()
)
# Verbs of finding and believing, asked with the verb itself.
FINDING = frozenset(
    """
    believe conclude demonstrate discover estimate expect fear find hope indicate reveal show suggest think
    """.split()
)
# Verbs with an infinitive that tells what somebody means to do.
INTENTION = frozenset(
    """
    agree aim attempt decide hope intend offer plan pledge promise propose refuse seek try vow want
    """.split()
)
# Verbs whose object is worth asking for.
GIVING = frozenset(
    """
    affect announce approve ban build cause contain cover create demand develop discover examine face feature
    identify include introduce involve launch lose measure need offer present produce propose provide publish
    receive recommend reject replace require reveal sign study suffer support threaten win
    """.split()
)
# Verbs that are worth asking the object of, though what they tell is no gift and no deed.
TELLING = frozenset(
    """
    analyze combine consider control define describe employ encourage enforce expect explore favour favor generate
    govern guarantee illustrate inspire limit list manage mark negotiate operate oppose own power prevent process prove
    reach reduce rely report represent reward serve teach track transform value
    """.split()
)
# Verbs that say little without their object: "What does X make?" asks nothing.
LIGHT = frozenset(
    """
    add ask be become begin bring call come do feel find get give go have hold keep know leave let like look love
    make mean play pull push put remain run say see seem set show start take tell tend think try turn use want work
    """.split()
)
# Verbs that tell what a thing does for another.
HELPING = frozenset(
    """
    affect boost change help improve increase influence prevent protect reduce support
    """.split()
)
# What one can be told to do with a thing that is worth asking for.
ADVISABLE = frozenset(
    """
    ask avoid bring buy check choose compare consider expect find get know learn look pick prepare read remember see
    try use watch
    """.split()
)
# Verbs whose object is a sum.
MONEY_VERBS = frozenset(
    """
    award charge contribute cost donate earn give invest lose make owe pay raise save spend
    """.split()
)
# Events whose date matters.
EVENTS = frozenset(
    """
    bear begin build close complete die end establish found introduce launch open publish release sign start vote
    """.split()
)
# Predicates that judge their subject and do not say what it is.
JUDGING = frozenset(
    """
    must way thing part key matter win plus bonus challenge place choice option start step lot fan risk mistake
    problem result reminder example fit deal reason secret goal focus point time cause kind type sort priority
    advantage benefit concern task contributor component element aspect role source factor force asset
    """.split()
)
# Passives that tell what became of a thing.
HAPPENING = frozenset(
    """
    arrest cancel charge close convict damage delay destroy elect evacuate fire injure kill remove replace sell
    """.split()
)
# Auxiliaries of duty and possibility.
DUTY = frozenset(
    """
    can could must need should
    """.split()
)
# Months and days of the week.
TIMES = frozenset(
    """
    april august december february friday january july june march may monday november october saturday september
    sunday thursday tuesday wednesday
    """.split()
)
# Nouns that name no topic when they stand alone.
VAGUE_NOUNS = frozenset(
    """
    addition answer article author bit blog case cases century couple day days dozen end evening everyone example
    fact growth hour hours idea it kind lot lots minute minutes moment month months morning number one ones order
    others part people percent point post question range reason rest result results sense someone something term
    terms thing things times today tomorrow type use variety view way week weeks year years yesterday
    """.split()
)
# Nouns for a body of people, which "they" can mean as well.
COLLECTIVE = frozenset(
    """
    team group family staff police government crew company couple band council board committee agency ministry
    department court party firm union club bank association commission parliament army navy office authority
    university hospital school chamber
    """.split()
)
# What weakens or denies a statement, so that no question may take it as a fact.
HEDGES = frozenset(
    """
    allegedly reportedly supposedly hardly barely rarely seldom never longer almost nearly scarcely apparently
    purportedly
    """.split()
)
# Nouns for one person that no suffix gives away.
PERSONS = frozenset(
    """
    aunt baby boss boy bride brother candidate captain chef chief child coach colleague dad daughter doctor father
    fellow friend girl groom guest guide guy head host husband judge kid king lady lawyer man member mom mother mum
    nurse owner parent patient person pilot player poet pope prince princess queen resident sister soldier son
    student uncle widow wife witness woman
    """.split()
)
# What ends like a person and is none.
NO_PERSONS = frozenset(
    """
    accident achievement agreement amount announcement apartment argument basement border cement center chapter
    character color colour computer container content continent corner counter cover customer-base danger department
    development dinner disaster document element employment engine-room environment equipment error event experiment
    factor filter finger flavor floor gender government grant harbor harbour honor humor improvement ingredient
    instrument investment labor layer letter management master-plan matter member-state mirror moment monitor
    mother-board motor movement murder newsletter newspaper number offer order paper parliament payment percent
    plant poster power present processor quarter register requirement restaurant river sector sensor server
    settlement shelter shipment shoulder silver spider statement summer super talent terror theater theatre thunder
    timber tournament tower tractor transfer treatment trigger user-interface vector warrant water weather winter
    wonder
    """.split()
)
# Verbs with the preposition that belongs to them.
PREPOSITIONAL = dict(
    pair.split()
    for pair in """
    depend on, rely on, focus on, consist of, suffer from, deal with, refer to, belong to, specialize in, specialise in,
    relate to, benefit from, stem from, concentrate on, struggle with, account for, respond to, originate in
    """.split(",")
)


def is_person(noun: str) -> bool:
    """Whether a noun names a person: by the list above, or by an ending such as -er, -ist or -woman."""
    word = noun.lower()
    if word in PERSONS or word.endswith(("man", "woman", "person", "ist", "ician", "eer")):
        return len(word) > 2
    return word.endswith(("er", "or", "ant", "ent")) and word not in NO_PERSONS and len(word) > 4

"""The word lists behind the question forms: verbs by what may be asked of their clauses."""

# Verbs of saying: "What did X say about Y?"
SPEECH = frozenset(
    ["acknowledge", "add", "admit", "announce", "argue", "claim", "confirm", "declare", "deny", "emphasise", "emphasize", "estimate", "explain", "insist", "note", "observe", "point", "predict", "recommend", "remark", "report", "say", "state", "stress", "suggest", "tell", "warn", "write"]
)
# Verbs of finding and believing, asked with the verb itself.
FINDING = frozenset(
    ["believe", "conclude", "demonstrate", "discover", "estimate", "expect", "fear", "find", "hope", "indicate", "reveal", "show", "suggest", "think"]
)
# Verbs with an infinitive that tells what somebody means to do.
INTENTION = frozenset(
    ["agree", "aim", "attempt", "decide", "hope", "intend", "offer", "plan", "pledge", "promise", "propose", "refuse", "seek", "try", "vow", "want"]
)
# Verbs whose object is worth asking for.
GIVING = frozenset(
    ["affect", "announce", "approve", "ban", "build", "cause", "contain", "cover", "create", "demand", "develop", "discover", "examine", "face", "feature", "identify", "include", "introduce", "involve", "launch", "lose", "measure", "need", "offer", "present", "produce", "propose", "provide", "publish", "receive", "recommend", "reject", "replace", "require", "reveal", "sign", "study", "suffer", "support", "threaten", "win"]
)
# Verbs that tell what a thing does for another.
HELPING = frozenset(
    ["affect", "allow", "boost", "change", "enable", "help", "improve", "increase", "influence", "let", "prevent", "protect", "reduce", "support"]
)
# Verbs whose object is a sum.
MONEY_VERBS = frozenset(
    ["award", "charge", "contribute", "cost", "donate", "earn", "give", "invest", "lose", "make", "owe", "pay", "raise", "save", "spend"]
)
# Events whose date matters.
EVENTS = frozenset(
    ["bear", "begin", "build", "close", "complete", "die", "end", "establish", "found", "introduce", "launch", "open", "publish", "release", "sign", "start", "vote"]
)
# Passives that tell what became of a thing.
HAPPENING = frozenset(
    ["arrest", "cancel", "charge", "close", "convict", "damage", "delay", "destroy", "elect", "evacuate", "fire", "injure", "kill", "remove", "replace", "sell"]
)
# Auxiliaries of duty and possibility.
DUTY = frozenset(
    ["can", "could", "must", "need", "should"]
)
# Months and days of the week.
TIMES = frozenset(
    ["april", "august", "december", "february", "friday", "january", "july", "june", "march", "may", "monday", "november", "october", "saturday", "september", "sunday", "thursday", "tuesday", "wednesday"]
)
# Nouns that name no topic when they stand alone.
VAGUE_NOUNS = frozenset(
    ["answer", "end", "everyone", "example", "fact", "idea", "it", "kind", "lot", "lots", "number", "one", "ones", "others", "part", "people", "point", "question", "reason", "rest", "result", "results", "someone", "something", "thing", "things", "times", "type", "way"]
)

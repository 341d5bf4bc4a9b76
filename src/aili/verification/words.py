"""Words as the rules compare them: folded forms, light English stems, and the word lists that carry meaning for checking."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set, for tables that are easier to read as text."""
    return frozenset(text.split())


def word_list(text: str) -> list[str]:
    """The words of a text in order."""
    return text.split()


STOPWORDS = word_set("""
    a about above after again against all also although am among an and another any are around as at be because
    been before being between both but by can could did do does doing done down during each either even every few
    for from further get gets got had has have having he her here hers herself him himself his how however i if in
    into is it its itself just later least less like made make makes many may me might more most much must my
    neither new no nor not now of off often on once one only onto or other others our out over own per rather s
    same she should since so some still such than that the their theirs them themselves then there therefore these
    they this those though through thus to too toward towards under until up upon us use used uses using very via
    was we well were what when where whether which while who whom whose why will with within without would yet you
    your
""")
# "The article discusses …": the frame of an abstract, which no source sentence carries.
FRAME = word_set("""
    account article author book covers cover cover describe described describes describing detail details discuss
    discusses discussed document email episode essay examine examines explain explains explore explores feature
    features focus focuses give gives guide highlight highlights include includes including interview introduce
    introduces mention mentions note notes outline outlines overview page paper passage piece present presents
    profile recount recounts report reports review reviews section speaker story summarize summarizes text topic
    various author's writer call caller company speaker
""")
NEGATIONS = word_set("""
    not no never none nobody nothing nowhere neither nor cannot without n't can't won't don't doesn't didn't isn't
    aren't wasn't weren't hasn't haven't hadn't wouldn't shouldn't couldn't mustn't ain't
""")
# Verbs and adjectives that deny what follows: "failed to sign", "denies taking", "is unable to".
DENIALS = word_set("""
    fail fails failed failing failure deny denies denied denying refuse refuses refused refusing decline declines declined
    lack lacks lacked lacking unable unlikely cease ceased avoid avoided avoids prevent prevents prevented reject
    rejects rejected rejecting hardly barely scarcely rarely seldom impossible absent forgo forwent unwilling stop
    stops stopped prohibit prohibits prohibited ban banned bans forbid forbids forbidden instead free
""")
MODALS = word_set("""
    may might could would should can possibly perhaps maybe potentially likely probably expected expects expect
    hope hopes hoped plan plans planned planning intend intends intended aim aims aimed consider considers
    considering seek seeks proposed proposes propose if unless appear appears appeared seem seems seemed suggest
    suggests suggested believed thought allegedly reportedly rumored rumoured scheduled set due ought try tries
    tried trying want wants wanted attempt attempts attempted able will shall 'd'll going must need needs needed
    tend tends often sometimes usually generally unclear whether chance possible possibility risk potential
    encourage encourages encouraged urge urged
""")
WEAK_MODALS = word_set("may might could possibly perhaps maybe potentially allegedly reportedly")
REPORTING = word_set("""
    said says say saying told tell tells telling stated states state added adds claimed claims claim claiming
    alleged alleges allege argued argues argue believed believes believe asserted asserts assert insisted insists
    insist announced announces announce warned warns warn suggested suggests suggest reported reports report
    according wrote writes write explained explains noted notes note declared declares declare admitted admits
    admit confirmed confirms confirm denied denies deny accused accuses accuse thinks think thought called calls
    described describes describe recalled recalls maintained maintains contended contends estimated estimates
    estimate predicted predicts predict quoted quotes quoting commented comments testified testifies concluded
    concludes conclude found finds agreed agrees considers considered consider feels felt feel sees saw hopes
    hoped hope expects expected expect advised advises advise recommended recommends recommend acknowledged
    acknowledges stressed stresses emphasized emphasizes praised praises criticized criticised criticizes
    criticises cited cites cite asked asks ask replied replies answered answers responded view views opinion
    accordingly put puts urged urges observed observes observe proposed proposes propose remarked pointed points
    speculated speculates reckons reckoned reportedly allegedly supposedly apparently purportedly regards regarded
    held holds credits credited attributes attributed likened likens compares compared blames blamed suspects
    suspected accusation allegations allegation rumored rumoured words
""")
# Verbs that keep their distance: what follows them is not told as a fact.
DISTANCING = word_set("""
    claimed claims claim claiming alleged alleges allege allegedly accused accuses believes believed believe
    reportedly purportedly supposedly suspected suspects speculated speculates rumored rumoured contends contended
    insisted insists
""")
# What tells a statement as less than certain or than whole; left out of a copy, it makes another statement of it.
HEDGES = word_set("""
    may might could possibly perhaps maybe potentially allegedly reportedly likely probably possible suggests suggest
    suggested believes believed believe seems seem appears appear plans planned plan hopes hoped hope wants wanted intends
    intended expected expects aims aimed some most often sometimes usually generally many nearly almost about around
    approximately roughly should would partly partially mostly tends tend supposedly claimed claims
    rarely seldom typically proposed proposes considers considering tried attempted try
""")
# Verbs and prepositions that say the same with their two parts exchanged.
SYMMETRIC = word_set("""
    is are was were be meet met meets married marry marries joined joins join resemble resembles equal equals
    include includes included including fight fought between among with versus vs alongside plus beside
""")
TITLES = word_set("""
    mr mrs ms miss dr doctor prof professor sir dame lord lady king queen prince princess president vice prime
    minister chancellor secretary senator sen representative rep governor gov mayor judge justice general gen
    colonel col captain capt major maj lieutenant lt sergeant sgt officer chief director chairman chairwoman chair
    ceo cfo coo cto founder spokesman spokeswoman spokesperson pope saint st bishop archbishop cardinal father
    brother sister rev reverend rabbi imam sheikh ambassador attorney commissioner coach detective inspector
    congressman congresswoman emperor empress sultan count countess duke duchess baron aunt uncle agent client
    manager deputy acting former company inc corp ltd llc co plc gmbh ag
""")
ANTONYM_PAIRS = """\
increase decrease|rise fall|rose fell|grow shrink|gain lose|gain loss|win lose|won lost|accept reject|accept
refuse|approve reject|allow forbid|allow ban|allow prohibit|permit prohibit|open close|begin end|start
end|start stop|begin stop|support oppose|agree disagree|include exclude|high low|higher lower|highest
lowest|large small|larger smaller|largest smallest|big small|bigger smaller|biggest smallest|early
late|earlier later|before after|more less|more fewer|most least|above below|old young|older younger|oldest
youngest|oldest newest|first last|strong weak|stronger weaker|strengthen weaken|success failure|succeed
fail|guilty innocent|legal illegal|lawful unlawful|north south|east west|northern southern|eastern
western|male female|man woman|father mother|son daughter|brother sister|husband wife|buy sell|bought
sold|import export|arrive depart|arrive leave|alive dead|survive die|born died|up down|public private|rich
poor|cheap expensive|easy difficult|easy hard|safe dangerous|fast slow|faster slower|hot cold|true false|right
wrong|good bad|better worse|best worst|positive negative|maximum minimum|majority minority|internal
external|increase reduce|raise lower|raise reduce|raise cut|expand shrink|expand reduce|improve worsen|improve
deteriorate|praise criticize|welcome condemn|love hate|like dislike|remember forget|inside outside|major
minor|always never|everyone nobody|possible impossible|able unable|likely unlikely|happy unhappy|satisfied
dissatisfied|advantage disadvantage|enemy ally|profit loss|import export|employ dismiss|hire fire|hired
fired|join leave|joined left|enter leave|attack defend|create destroy|build demolish|upward downward|all
none|convict acquit|convicted acquitted|deny confirm|denied confirmed|denied admitted|deny admit|optional
mandatory|voluntary compulsory|temporary permanent|morning evening|day night|past future|ancient modern|urban
rural|wet dry|thick thin|heavy light|long short|longer shorter|longest shortest|wide narrow|deep shallow|full
empty|full partial|rare common|simple complex|upper lower|domestic foreign|offensive defensive|exceed
miss|ahead behind|subtract add|older newer|popular unpopular|successful unsuccessful|praise criticise|praise blame|criticise
support|praise condemn|protect endanger|protect harm|help harm|help hinder|encourage discourage|expensive affordable|busy
quiet|loud quiet|clean dirty|cleaner dirtier|wet arid|warm cool|warmer cooler|hotter colder|heavier lighter|thicker
thinner|wider narrower|deeper shallower|frequent rare|often rarely|often seldom|usually rarely|permanent provisional|win
fail|victory defeat|defend accuse|guilt innocence|honest dishonest|generous greedy|brave cowardly|calm nervous|healthy
sick|healthy ill|strength weakness|optimist pessimist|optimistic pessimistic|progress setback|growth decline|growth
contraction|rise decline|rise drop|rose dropped|climb drop|climb fall|climb descend|gain drop|up lower|soar plunge|surge
plunge|accelerate slow|hasten delay|advance retreat|attract repel|appear disappear|arrive go|ascend descend|assemble
disperse|borrow lend|bless curse|collect distribute|combine separate|unite divide|unite separate|connect disconnect|connect
separate|construct demolish|continue stop|continue end|cooperate compete|cure cause|donate receive|emerge vanish|employ
fire|hire dismiss|appoint dismiss|elect oust|enable prevent|enable disable|ease tighten|ease worsen|expand
contract|extend shorten|shorten lengthen|find lose|follow precede|follow lead|freeze thaw|freeze melt|give take|give
receive|send receive|grant deny|grant refuse|grant revoke|hide reveal|conceal reveal|honour insult|ignore heed|inhale
exhale|inflate deflate|invest divest|keep discard|land depart|lend borrow|load unload|lock unlock|maximise
minimise|maximize minimize|multiply divide|obey disobey|occupy vacate|offer refuse|offer withdraw|overestimate
underestimate|pass fail|permit ban|plant uproot|please annoy|preserve destroy|save waste|save spend|produce consume|promote
demote|prove disprove|confirm refute|push pull|recall forget|recruit dismiss|release detain|release arrest|release
capture|repair damage|resist surrender|resist yield|respect despise|restore remove|reward punish|sink float|spread
contain|strengthen undermine|support undermine|survive perish|suspend resume|tighten loosen|trust distrust|trust
suspect|upgrade downgrade|urge discourage|validate invalidate|welcome reject|widen narrow|abundant scarce|active
inactive|active passive|adequate inadequate|artificial natural|asleep awake|attractive ugly|available unavailable|aware
unaware|beginning end|bitter sweet|bright dark|bright dull|certain uncertain|clear unclear|clear vague|close distant|near
far|closer farther|comfortable uncomfortable|complete incomplete|confident doubtful|constant variable|correct
incorrect|correct wrong|dead living|decent indecent|dense sparse|direct indirect|dry humid|early late|effective
ineffective|efficient inefficient|equal unequal|even odd|evil good|exact approximate|fair unfair|familiar
unfamiliar|famous unknown|fertile barren|final initial|firm soft|flexible rigid|formal informal|fresh stale|friendly
hostile|front back|front rear|general specific|gentle harsh|global local|national local|happy sad|hard soft|harmful
harmless|harmful beneficial|horizontal vertical|huge tiny|human animal|identical different|important unimportant|important
trivial|independent dependent|indoor outdoor|inferior superior|innocent culpable|intentional accidental|deliberate
accidental|joy sorrow|junior senior|known unknown|left right|liberal conservative|literal figurative|little much|loose
tight|low high|lucky unlucky|mature immature|mild severe|mild harsh|minor severe|mobile stationary|moderate
extreme|modest ambitious|moist dry|necessary unnecessary|noisy quiet|normal abnormal|normal unusual|usual
unusual|official unofficial|open closed|opaque transparent|organic synthetic|original copy|partial complete|patient
impatient|peace war|peaceful violent|perfect imperfect|plural singular|polite rude|poverty wealth|powerful
powerless|powerful weak|precise vague|present absent|pretty ugly|probable improbable|proud ashamed|pure impure|quick
slow|quicker slower|quickly slowly|rapid slow|rapidly slowly|rational irrational|raw cooked|real fake|real
imaginary|reasonable unreasonable|recent ancient|regular irregular|relevant irrelevant|reliable
unreliable|responsible irresponsible|rough smooth|rural metropolitan|sane insane|secret public|secular religious|secure
insecure|sharp blunt|sharply slightly|short tall|shorter taller|shortage surplus|sick well|significant
insignificant|similar different|similar dissimilar|slightly greatly|sober drunk|solid liquid|solid hollow|stable
unstable|steep gentle|straight crooked|strict lenient|suitable unsuitable|sunny cloudy|supply demand|sure unsure|tame
wild|tiny enormous|top bottom|traditional modern|unanimous divided|union separation|useful useless|vacant
occupied|valid invalid|valuable worthless|vast tiny|verbal written|visible invisible|voluntary forced|well
badly|well poorly|whole part|wise foolish|youth age|zero infinite|inward outward|morning night|dawn dusk|sunrise
sunset|entrance exit|import deport|asset liability|credit debt|buyer seller|teacher student|employer
employee|landlord tenant|parent child|king queen|prince princess|boy girl|boys girls|men women|male women|uncle
aunt|nephew niece|he she|his her|him her|winner loser|friend enemy|hero villain|optimism pessimism|hope
despair|summer winter|plus minus|over under|with without|during after|since until|inside beyond"""


def fold(word: str) -> str:
    """Lower case, compatibility forms and diacritics removed, ASCII apostrophes and digits."""
    if word.isascii():
        return word.lower()
    return _fold(word)


@lru_cache(maxsize=8192)
def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.replace("’", "'").replace("ʼ", "'"))
    kept = (char for char in decomposed if not unicodedata.combining(char))
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in kept)
    return plain.casefold().translate(_SPELLED)


# Letters that do not decompose although people write them without the stroke: Møller for Moller, Łódź for Lodz.
_SPELLED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

_ENDINGS = (
    ("ational", "ate"), ("ization", "ize"), ("isation", "ize"), ("ations", "ate"), ("ation", "ate"), ("iveness", "ive"),
    ("fulness", "ful"), ("ousness", "ous"), ("ements", "e"), ("ement", "e"), ("ments", ""), ("ment", ""), ("ities", "ity"),
    ("nesses", ""), ("ness", ""), ("ising", "ize"), ("ised", "ize"), ("ises", "ize"), ("ise", "ize"), ("ions", ""),
    ("ion", ""), ("ingly", ""), ("edly", ""), ("ally", "al"), ("ings", ""), ("ing", ""), ("ied", "y"), ("ies", "y"),
    ("ed", ""), ("ers", ""), ("er", ""), ("ors", ""), ("or", ""), ("ly", ""), ("es", ""), ("s", ""), ("e", ""),
)  # fmt: skip
# Base form and its irregular forms, verbs before nouns.
_IRREGULAR_ROWS = """\
be am is are was were been being|have has had having|do does did done doing|go goes went gone going|say says said
saying|make makes made|take takes took taken taking|come comes came|become becomes became|give gives gave given|find
finds found|think thinks thought|tell tells told|get gets got gotten|know knows knew known|see sees saw seen|leave
leaves left|feel feels felt|bring brings brought|begin begins began begun|keep keeps kept|hold holds held|write writes
wrote written|stand stands stood|hear hears heard|mean means meant|meet meets met|run runs ran|pay pays paid|sit sits
sat|speak speaks spoke spoken|lead leads led|grow grows grew grown growth|lose loses lost loss losses|fall falls fell
fallen|send sends sent|build builds built|understand understood|draw draws drew drawn|break breaks broke broken|spend
spends spent|rise rises rose risen|drive drives drove driven|buy buys bought|wear wore worn|choose chose chosen
choice|win wins won winner|sell sells sold sale sales|teach taught|fight fought|catch caught|throw threw thrown|fly
flew flown flight|eat ate eaten|man men|woman women|child children|person people persons|foot feet|life lives|die dies
died dying death deaths|kill kills killed|sing sang sung|show shows showed shown|seek seeks sought|sink sank
sunk|shoot shot|strike struck|steal stole stolen|swear swore sworn|hide hid hidden|bear bore born|analysis analyses"""
_IRREGULAR = {form: row.split()[0] for row in _IRREGULAR_ROWS.split("|") for form in row.split()}


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """Light stem of a folded English word, the same for inflections and most derivations; at least three letters stay."""
    known = _IRREGULAR.get(word)
    if known is not None:
        return known
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    for ending, put in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(put) >= 3:
            word = word[: -len(ending)] + put
            break
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    if word.endswith("i"):
        word = word[:-1] + "y"
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word


def _antonyms() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for pair in ANTONYM_PAIRS.split("|"):
        one, other = pair.split()
        table.setdefault(stem(one), set()).add(stem(other))
        table.setdefault(stem(other), set()).add(stem(one))
    return {word: frozenset(others) for word, others in table.items()}


ANTONYMS = _antonyms()


@lru_cache(maxsize=32768)
def related(one: str, other: str) -> bool:
    """Whether two stems share so long a beginning that they are of one family (announce, announcement)."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 4:
        return False
    common = 0
    for a, b in zip(shorter, longer, strict=False):
        if a != b:
            break
        common += 1
    return common >= 4 and common >= 0.75 * len(shorter) and common >= 0.5 * len(longer)

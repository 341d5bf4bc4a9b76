"""Words that a full stop follows without ending a sentence, per language, as tables for segmentation.

Three kinds, because they behave differently (names after the sides they lean to):

- *leading*: something always follows (``Mr. Smith``, ``e.g. this``); never the end of a sentence;
- *numbered*: a number or letter follows (``No. 5``, ``Fig. B``); with anything else after it the word is an ordinary one;
- *trailing*: may well be the last word (``Acme Inc.``, ``at 5 p.m.``); the end only where the next word is one that
  opens sentences (``starters``).

All are lower-case, without the last full stop. Words that are also common words (``art.``, ``no.``, ``am.``) may stand
only under *numbered*.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, kw_only=True, slots=True)
class Abbreviations:
    """The tables of one language; ``ordinals`` is True where a full stop after a number makes it an ordinal (German).

    ``small_starts`` is True where a sentence may be seen to open with a small letter, which takes a list of abbreviations
    as complete as the English one.
    """

    leading: frozenset[str]
    numbered: frozenset[str]
    trailing: frozenset[str]
    starters: frozenset[str]
    ordinals: bool = False
    small_starts: bool = False


_ANY_LEADING = "mr mrs ms dr prof mme mlle cf vs st bl"
_ANY_NUMBERED = "no nr vol pp p fig tab art abb cap"
_ANY_TRAILING = "inc ltd co corp jr sr etc llc plc ph.d u.s u.k u.n e.u a.m p.m"

_LEADING = {
    "en": """mr mrs ms mx messrs dr drs prof rev fr gen adm col lt maj capt cpt cmdr sgt cpl pvt sen rep reps sens gov
        pres hon supt det insp st mt ft e.g i.e eg ie viz cf vs v approx ca c incl esp attn re asst assoc dir brig
        msgr p.s avg misc orig prev cont lt.gov lt.col maj.gen brig.gen amb atty ald""",
    "es": """sr sra sres srta sras d dña da dr dra dres dras lic ing arq prof profa gral cnel cap tte sgto mons fr sto
        sta s p.ej ej p.e vs aprox av avda c pza excmo excma ilmo ilma rvdo ud uds vd vds núm""",
    "fr": """m mm mme mmes mlle mlles me mgr dr drs pr prof st ste cf p.ex ex env vs av bd boul apr hab gén col cne lt
        capt c.-à-d sté ets resp""",
    "de": """hr hrn fr dr prof dipl ing mag frl st hl z.b z. zb bzw d.h u.a u.ä o.ä i.d.r v.a s.o s.u ca vgl evtl ggf
        inkl exkl zzgl sog insb bes geb gest verh max min mind allg ehem einschl usf z.t z.zt zt i.a i.d.r m.e n.chr
        v.d a.d o.g sen präs gen dt engl frz lat griech bspw tel rd resp abs str.-nr b. d.""",
    "it": """sig sigg sig.ra sig.na dott dott.ssa dr prof prof.ssa ing avv arch geom rag on sen gen col cap magg ten s ss
        mons cav comm egr gent.mo gent.ma spett es p.es cfr vs ca""",
    "pt": """sr sra srs sras srta d dr dra drs dras prof profa profs eng engª arq exmo exma ilmo v.exa gen cel cap ten
        sgt mons st sto sta ex p.ex vs aprox av r pç dep""",
    "nl": """dhr mevr mw mr drs dr ir ing prof ds st bijv bv o.a m.b.t i.p.v d.w.z t.o.v i.v.m m.a.w n.a.v o.l.v e.g ca
        max min resp incl excl evt jhr z.g zgn vgl gen kol kapt lt""",
    "pl": """p pp prof dr hab mgr inż lek doc ks bp abp kard o s św im ul al pl os gen płk ppłk mjr kpt por ppor sierż
        red np m.in tzw tj tzn ok ww wg zob por ang niem fr łac hiszp ros wł t.zw dyr min pn ur zm""",
    "ru": """г-н г-жа гг проф акад доц д-р им ул пл пр просп пер стр кв св о архиеп митр ген полк подп майор кап лейт т.е
        т.н т.к т.ч напр см ср англ нем фр лат гр тов р ок ред сост пос дер обл""",
}
_NUMBERED = {
    "en": """no nos vol vols p pp fig figs eq eqs sec sect ch chap art arts para par pt ed op app ex tab div cl n jan feb
        mar apr may jun jul aug sep sept oct nov dec ph fax tel sun mon tue wed thu thur fri sat""",
    "es": """no núm nº n vol vols pág págs p pp fig figs art arts cap caps tomo t tel ene feb mar abr may jun jul ago
        sept oct nov dic""",
    "fr": "no n vol vols p pp fig figs art arts chap ch t tél al éd janv févr avr juil sept oct nov déc",
    "de": """nr bd bde s abb art abs kap tab ziff rn rdnr anm aufl jg heft tel jan feb mär apr jun jul aug sep sept okt
        nov dez kl""",
    "it": """n nn nr vol voll p pp pag pagg fig figg art artt cap capp par tel gen feb mar apr mag giu lug ago set sett
        ott nov dic""",
    "pt": """n nº num vol vols p pp pág págs fig figs art arts cap caps tel jan fev mar abr mai jun jul ago set out nov
        dez""",
    "nl": "nr nrs blz p pp art artt fig afb hfst vol dl tel jan feb mrt apr jun jul aug sep sept okt nov dec",
    "pl": "nr nry t s ss str poz art ust pkt par rys tab rozdz tel zob sygn godz lit",
    "ru": "№ с стр т тт рис табл гл ст п пп разд вып изд тел д кв корп к",
}
_TRAILING = {
    "en": """inc ltd co corp bros jr sr etc llc llp plc u.s u.k u.n e.u u.s.a d.c a.m p.m a.d b.c b.c.e c.e ph.d
        m.d b.a m.a b.s m.s m.b.a j.d r.n esq dept univ ave blvd rd hwy est mfg intl natl assn govt al et.al et ext
        max min ed eds tues thurs fri calif wash mass conn penn ariz okla ill wis minn temp spec approx fla ga ala
        tenn ore""",
    "es": "etc cía s.a s.l s.r.l a.c d.c ee.uu ee uu u.e a.m p.m jr min máx admón depto dto dpto op cit ob",
    "fr": "etc s.a s.a.r.l sarl av j.-c apr j.c jr min max cie édit ibid hab n.d.l.r",
    "de": """etc usw u.s.w gmbh co kg ag e.v ev jr sen str chr n.chr v.chr mio mrd mill mr tsd std min sek jh jhd jhdt
        u.a.m ff f mwst jan feb apr aug sept okt nov dez mo di mi do fr sa so""",
    "it": "ecc etc s.p.a spa s.r.l srl a.c d.c jr u.s.a u.e op cit ibid tel",
    "pt": "etc ltda cia s.a a.c d.c e.u.a eua jr op cit ibid",
    "nl": "enz etc e.d b.v n.v e.a v.chr n.chr jr sr mln mld",
    "pl": "itd itp etc r w n.e p.n.e wsch zach płn płd tys mln mld zł gr godz min sek jr cdn s.a sp z.o.o",
    "ru": "др пр т.д т.п т.д проч руб коп тыс млн млрд г гг в вв н.э н э до мин сек ч км см мм м кг род ум",
}
_STARTERS = {
    "en": """the this that these those he she it they we you i in on at for but and so if when while there here what who
        how why where after before as although however his her their our my its your a an no not yes all some many
        most since then now another such both each meanwhile moreover also according one two is are was were do does
        did can could will would should has have had let please by from with to even until once just only because
        during under over despite thus therefore still yet instead perhaps maybe nobody everyone anyone someone
        those whether which or nor""",
    "es": """el la los las un una unos unas este esta esto estos estas ese esa eso él ella ellos ellas yo tú nosotros
        usted en por para con pero y si no sí cuando mientras que qué quién cómo dónde según desde hasta tras sin
        aunque además también su sus mi nuestro se es son fue ha han hay al del como entonces así ahora después
        antes""",
    "fr": """le la les l un une des ce cet cette ces il elle ils elles on nous vous je tu j c en dans pour par avec sur
        mais et si non oui quand que qui comment où pourquoi selon depuis après avant sans ainsi aussi son sa ses
        leur leurs notre mon est sont a ont d au aux à de du comme alors puis cependant""",
    "de": """der die das den dem des ein eine einer einen einem er sie es wir ihr ich du man in im am an auf für mit von
        vom bei beim aber und doch wenn als während dass wer was wie wo warum nach vor seit ohne obwohl auch dies
        diese dieser dieses sein seine ihre unser kein keine nicht so dann nun jetzt dort hier da damit dabei danach
        zudem außerdem ob zu zum zur um durch über unter ist sind war waren hat haben nur noch schon trotz laut""",
    "it": """il lo la i gli le l un uno una questo questa questi queste quello quella egli lui lei essi loro noi voi io
        tu in nel nella per con ma e se non sì quando mentre che chi come dove perché secondo dopo prima senza anche
        inoltre suo sua è sono ha hanno al alla del della di da dal dalla su sul sulla così allora poi ora""",
    "pt": """o a os as um uma uns umas este esta isto esse essa isso ele ela eles elas nós vós eu tu você em no na nos
        nas por para com mas e se não sim quando enquanto que quem como onde segundo desde após antes sem também
        além seu sua é são foi há ao à do da de pelo pela assim então agora depois""",
    "nl": """de het een dit dat deze die hij zij ze het wij we jij je u ik men in op aan voor met van bij maar en als
        wanneer terwijl wie wat hoe waar waarom na sinds zonder hoewel ook zijn haar hun ons onze geen niet dan nu
        daar hier toen volgens door over onder is was waren heeft hebben er om te naar tot""",
    "pl": """ten ta to te ci on ona ono oni one my wy ja ty w we na do od z ze za po przed przy dla ale i a jeśli gdy
        kiedy kto co jak gdzie dlaczego według bez choć także również jego jej ich nasz nie tak więc teraz tam tu
        potem jest są był była było o u pod nad czy jednak natomiast""",
    "ru": """это этот эта эти тот та те он она оно они мы вы я ты в во на по от до из за с со к ко у о об при для но и а
        если когда кто что как где почему после перед без хотя также его её их наш не так теперь там тут потом был
        была было были есть однако затем поэтому""",
}


def _words(table: dict[str, str], language: str, common: str) -> frozenset[str]:
    return frozenset(table.get(language, common).split()) | frozenset(common.split())


@cache
def abbreviations(language: str) -> Abbreviations:
    """The tables for a BCP 47 primary tag; English for an empty tag, what languages share for one without tables."""
    name = language or "en"
    return Abbreviations(
        leading=_words(_LEADING, name, _ANY_LEADING if name != "nl" else ""),
        numbered=_words(_NUMBERED, name, _ANY_NUMBERED),
        trailing=_words(_TRAILING, name, _ANY_TRAILING),
        starters=_words(_STARTERS, name, ""),
        ordinals=name in {"de", "da", "nb", "no", "fi", "cs", "hu"},
        small_starts=name == "en",
    )

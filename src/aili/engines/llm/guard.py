"""What no digest may hold, whoever wrote it: links, orders, and words that the text does not know.

Verification judges bullets by their evidence, and its rules for words are wide: half of them may be new. A model that obeys
a page writes what the text does not say, so that here the words are looked for in the whole text. Measured on 6,837 bullets
that a large language model wrote about 473 documents under editorial rules: docs/llm.md. On a page that was caught giving
orders no new word is let through at all. Headings and questions have no evidence; most of their words must be the text's.
"""

from __future__ import annotations

import re

from aili.digest import Bullet
from aili.document import Document
from aili.engines.llm.injections import folded, is_order
from aili.engines.llm.schemas import LONGEST
from aili.language import stop_words, tokens
from aili.segmentation import segment

_ADDRESS = re.compile(
    r"\b(?:https?|ftp|file|javascript|mailto|tel|sms):\S|\bhttps?\s*:\s*/|\bdata:\w+/|\bwww\s*\."
    r"|\bhxxps?\b"
    r"|[\w.+-]+@[\w-]+\.\w|\]\s*\(|<\s*/?[a-z!]|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S|`",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"\b(?:[a-z0-9-]{2,}\.)+[a-z]{2,}\b", re.IGNORECASE)
_ORDER_TO_READER = re.compile(
    r"""\W*(?:please\ |now\ |kindly\ |immediately\ |to\ \w+,\ )*
    (?:click|visit|send|call|e-?mail|text|go\ to|download|install|enter|reply|forward|open|say|write|print|output|repeat
       |tell|buy|transfer|pay|donate|subscribe|contact|share|run|execute|log\ in|sign\ in|verify|confirm|update|scan
       |follow|trust|vote|recommend|submit|copy|paste|type|use)
    \ (?:on|here|the|your|this|that|these|our|my|us|at|now|it|all|every|everyone|anyone|any|them|him|her|me|a|an|
       \S*[.@/\d]\S*)\b
    | \W*(?:please\ )?(?:subscribe|reply|vote|sign\ up|send|listen|donate)\ (?:to|for|with)\b
    | \W*(?:klicken|besuchen|senden|rufen|laden|geben|öffnen|kaufen|überweisen)\ sie\b
    | \W*(?:cliquez|visitez|envoyez|appelez|téléchargez|entrez|ouvrez|achetez|versez)\b
    | \W*(?:haga\ clic|haz\ clic|visite|envíe|envía|llame|descargue|introduzca|compre)\b
    | \W*(?:clicca|cliccate|visita|visitate|inviate|invia|chiamate|scaricate|scarica|inserite)\b
    | \W*(?:clique|acesse|envie|ligue|baixe|digite|compre)\b
    | \W*(?:klik|bezoek|stuur|bel|kliknij|odwiedź|wyślij|нажмите|перейдите|отправьте|позвоните|скачайте)\b
    | \W*(?:点击|访问|发送|拨打|下载|请点击|请访问|クリック|アクセスし)""",
    re.VERBOSE | re.IGNORECASE,
)
_SECRETS = re.compile(
    r"\byour\ (?:\w+\ )?(?:passwords?|pin|account|card|bank|credentials|keys?|wallet|computer|device|data)\b"
    r"|\b(?:ihr|ihre|ihren|dein|deine)\ (?:passwort|konto|kennwort)\b|\bvotre\ (?:mot\ de\ passe|compte|carte)\b"
    r"|\bsu\ contraseña\b|\byou(?:'ve|\ have)\ (?:been|won)\b",
    re.IGNORECASE | re.VERBOSE,
)
_ASSISTANT = re.compile(
    r"\bas an ai\b|\bas a(?:n ai)? language model\b|^\W*(?:I'm|I am|I can|I will|I have|sorry|sure|certainly|okay)\b"
    r"|^\W*here (?:is|are) (?:the|your)\b",
    re.IGNORECASE,
)
# Words that a question or heading may bring along: they ask, and say nothing.
_ASKING = frozenset(
    """
    purpose reason reasons cause causes caused effect effects result results main role impact happen happened happens report
    reported article text author describe describes described explain explains explained mean means meant include includes
    included change changed changes plan plans planned affect affected important importance significance background overview
    summary introduction conclusion next steps details detail facts respond response reaction react reacted concern concerns
    key findings finding evidence claim claims claimed does what which whose when where people happening goal goals benefit
    benefits challenge challenges problem problems issue issues question questions answer outcome outcomes consequences
    consequence features feature different difference differences
    """.split()
)
FEW_WORDS, MANY_WORDS = 8, 30  # of a heading; of a question
_KNOWN = 0.5  # the share of a heading's or question's own words that must be the text's
_NEW, _NEW_ELSEWHERE = (
    0.25,
    0.5,
)  # the share of new words from which on a bullet is refused: in English; in other languages
_NEXT_SENTENCE = re.compile(r"[.!?]\s+[A-Z]")
_CLOSING = "\"'”’»)] "
_MOST_SENTENCES = 2  # of a bullet: a quotation may have one of its own
_INTERROGATIVE = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|must)\b"
    r"|\b(?:what|which|who|whom|whose|when|where|why|how)\b",
    re.IGNORECASE,
)
_NEGATORS = frozenset(("no", "not", "never", "none", "nothing", "nobody", "neither", "nor", "without", "cannot"))


class Guard:
    """The guard of one document, for a digest in ``language``; ``orders`` are the ids of sentences that are none."""

    def __init__(self, document: Document, *, language: str, translated: bool, orders: frozenset[int]) -> None:
        self._document = document
        self._language = language
        self._translated = translated
        self._orders = orders
        kept = (document.sentence(i) for i in range(len(document.sentences)) if i not in orders)
        self._text = folded("\n".join((document.metadata.title, *kept))).casefold()
        self._stems = {_stem(word) for word in _words(self._text, language)}
        headings = (i for i, span in enumerate(document.sentences) if document.blocks[span.block].kind == "heading")
        self._titles = {_letters(text) for text in (document.metadata.title, *map(document.sentence, headings))}

    def bullet(self, bullet: Bullet, allowed: frozenset[int]) -> str:
        """What is wrong with a bullet that may cite ``allowed`` ids, as a sentence for the model; empty where nothing is."""
        if not bullet.evidence or not set(bullet.evidence) <= allowed:
            return "Cite only numbers that stand before sentences of the text."
        return self._unfinished(bullet.text) or self._spoken(bullet.text) or self._about(bullet)

    def heading(self, text: str) -> str:
        """What is wrong with a heading; empty where nothing is."""
        if not _says(text) or len(text.split()) > FEW_WORDS or text.endswith((".", "!", "?")):
            return f"A heading names its topic in at most {FEW_WORDS} words."
        return self._spoken(text) or self._grounded(text)

    def question(self, text: str) -> str:
        """What is wrong with a question; empty where nothing is."""
        if (
            not _says(text)
            or not text.endswith(("?", "？", "؟", ";", "՞"))
            or len(text.split()) > MANY_WORDS
            or _NEXT_SENTENCE.search(text)
        ):
            return "A question is one short sentence with a question mark."
        if self._language.startswith("en") and not _INTERROGATIVE.search(text):
            return "Ask a question."
        return self._spoken(text) or self._grounded(text)

    def _unfinished(self, text: str) -> str:
        """What is wrong with the form of a bullet: no words, a heading's, no end, no end to its sentences.

        Measured: a model of 270 million parameters copied titles, and wrote until the longest text that its server lets
        through, three sentences and half of a fourth; of the 6,837 bullets one has more than two sentences, and all have
        an end.
        """
        if not _says(text) or _letters(text) in self._titles:
            return "Write a full sentence."
        bare = text.rstrip(_CLOSING)
        if bare[-1:].isalnum() or bare.endswith((",", ":", "-", "–")):
            last = bare.split()[-1].casefold()
            if len(text) >= LONGEST - 1 or last in stop_words(self._language):
                return "Write the sentence to its end, in fewer words."
        if sum(1 for _ in segment(text, language=self._language)) > _MOST_SENTENCES:
            return "Write one sentence."
        return ""

    def _spoken(self, text: str) -> str:
        plain = folded(text)
        if _ADDRESS.search(plain) or any(match.casefold() not in self._text for match in _DOMAIN.findall(plain)):
            return "Write no link, address or markup."
        if _ORDER_TO_READER.match(plain) or _SECRETS.search(plain) or is_order(plain) or _ASSISTANT.search(plain):
            return "Say in the third person what the text says; address nobody and ask for nothing."
        return ""

    def _about(self, bullet: Bullet) -> str:
        """What is wrong with the words of a bullet: too many that the text does not have, or on a page with orders any."""
        if self._translated:
            return ""
        words = [word.casefold() for word in _words(folded(bullet.text), self._language)]
        new = [word for word in words if _stem(word) not in self._stems]
        if not self._orders:
            new = [word for word in new if word not in _ASKING]
        else:
            evidence = " ".join(self._document.sentence(number) for number in bullet.evidence).casefold()
            denied = (_NEGATORS & set(bullet.text.casefold().split())) - set(evidence.split())
            return "Use only words that the text has." if new or denied else ""
        most = _NEW if self._language.startswith("en") else _NEW_ELSEWHERE
        return "Use the text's own words." if new and len(new) >= most * len(words) else ""

    def _grounded(self, text: str) -> str:
        digits = re.findall(r"\d+", text)
        if any(number not in self._text for number in digits):
            return "Use no number that the text does not have."
        if self._translated:
            return ""
        words = _words(text, self._language)
        own = [word for word in words if word.casefold() not in _ASKING]
        known = [word for word in own if _stem(word.casefold()) in self._stems]
        # German writes every noun large; elsewhere a capital inside a sentence is a name, which must be the text's.
        named = [word for word in own[1:] if word[0].isupper() and self._language != "de" and word not in known]
        share = 1.0 if self._orders else _KNOWN
        if len(known) < share * len(own) or (named and not _titled(words)):
            return "Use the text's own words."
        return ""


def _says(text: str) -> bool:
    """Whether there are words in a text: models copy the dots that stand for them in the form."""
    return any(character.isalpha() for character in text)


def _letters(text: str) -> str:
    """The letters of a text, by which a heading is the same however it is numbered and punctuated."""
    return "".join(character for character in folded(text).casefold() if character.isalpha())


def _titled(words: list[str]) -> bool:
    """Whether a heading is written With Capitals Throughout, where they tell nothing."""
    return sum(word[0].isupper() for word in words) > len(words) / 2


def _words(text: str, language: str) -> list[str]:
    """The words that say something: no function words, and none of less than three letters but in scripts without spaces."""
    stop = stop_words(language)
    found = (text[start:end] for start, end in tokens(text, language))
    return [word for word in found if word.casefold() not in stop and (len(word) > 2 or not word.isascii())]


def _stem(word: str) -> str:
    return word[:5]

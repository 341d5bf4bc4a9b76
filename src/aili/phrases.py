"""The words a digest needs around its content, in fourteen languages.

No phrase inflects what is put into it: a topic stands between quotation marks or after a colon wherever the language would
change its ending or its article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi"})


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Which way a language is written, by its BCP 47 primary tag."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrases:
    """Labels and sentence patterns of one language; ``{n}`` is a number, ``{topic}`` and ``{topics}`` a text.

    ``language`` is the language the phrases are in, which is English for a language without phrases of its own: compare it
    with the digest's language to know. Patterns already hold the quotation marks the language needs.
    """

    language: str
    abstract: str
    questions: str
    overview: str
    part: str  # {n}
    ask_topic: str  # {topic}
    ask_part: str
    ask_overview: str
    discusses: str  # {topics}
    also_covers: str  # {topics}
    comma: str
    conjunction: str  # with its spaces, between the last two of a list
    open_quote: str
    close_quote: str
    shared_by: str
    supported: str
    refuted: str
    not_enough_info: str
    original: str
    evidence: str
    about: str

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way the language is written."""
        return direction(self.language)

    def quote(self, text: str) -> str:
        """The text in the language's quotation marks."""
        return f"{self.open_quote}{text}{self.close_quote}"

    def join(self, items: Sequence[str]) -> str:
        """The items as a list in running text: ``a, b and c``; empty for no items."""
        if len(items) < 2:
            return "".join(items)
        conjunction = self.conjunction
        if self.language == "es" and items[-1].lower().startswith(("i", "hi")) and items[-1][:3].lower() != "hie":
            conjunction = " e "  # Spanish y becomes e before the sound i
        return self.comma.join(items[:-1]) + conjunction + items[-1]

    def verdict(self, verdict: Literal["supported", "refuted", "not enough info"]) -> str:
        """The word for a verdict of verification."""
        return {
            "supported": self.supported,
            "refuted": self.refuted,
            "not enough info": self.not_enough_info,
        }[verdict]


def phrases(language: str) -> Phrases:
    """The phrases of a language by its BCP 47 tag; the English ones for a language that has none."""
    return _PHRASES.get(language.partition("-")[0].lower(), _PHRASES["en"])


# fmt: off
_PHRASES = {
    entry.language: entry
    for entry in (
        Phrases(
            language="en",
            abstract="Abstract",
            questions="Q&A",
            overview="Overview",
            part="Part {n}",
            ask_topic="What does the article say about {topic}?",
            ask_part="What is this part about?",
            ask_overview="What is the article about?",
            discusses="The article discusses {topics}.",
            also_covers="It also covers {topics}.",
            comma=", ", conjunction=" and ", open_quote="“", close_quote="”",
            shared_by="Shared by",
            supported="supported", refuted="refuted", not_enough_info="not enough info",
            original="Original",
            evidence="Evidence",
            about="About this digest",
        ),
        Phrases(
            language="es",
            abstract="Resumen",
            questions="Preguntas y respuestas",
            overview="Visión general",
            part="Parte {n}",
            ask_topic="¿Qué dice el texto sobre «{topic}»?",
            ask_part="¿De qué trata esta parte?",
            ask_overview="¿De qué trata el texto?",
            discusses="El artículo trata los siguientes temas: {topics}.",
            also_covers="También aborda: {topics}.",
            comma=", ", conjunction=" y ", open_quote="«", close_quote="»",
            shared_by="Compartido por",
            supported="confirmado", refuted="refutado", not_enough_info="información insuficiente",
            original="Original",
            evidence="Evidencia",
            about="Acerca de este resumen",
        ),
        Phrases(
            language="fr",
            abstract="Résumé",
            questions="Questions-réponses",
            overview="Vue d’ensemble",
            part="Partie {n}",
            ask_topic="Que dit le texte au sujet de «\u00a0{topic}\u00a0»\u00a0?",
            ask_part="De quoi parle cette partie\u00a0?",
            ask_overview="De quoi parle le texte\u00a0?",
            discusses="L’article traite des sujets suivants\u00a0: {topics}.",
            also_covers="Il aborde aussi\u00a0: {topics}.",
            comma=", ", conjunction=" et ", open_quote="«\u00a0", close_quote="\u00a0»",
            shared_by="Partagé par",
            supported="confirmé", refuted="réfuté", not_enough_info="informations insuffisantes",
            original="Original",
            evidence="Preuves",
            about="À propos de ce résumé",
        ),
        Phrases(
            language="de",
            abstract="Zusammenfassung",
            questions="Fragen und Antworten",
            overview="Überblick",
            part="Teil {n}",
            ask_topic="Was sagt der Text über „{topic}“?",
            ask_part="Worum geht es in diesem Teil?",
            ask_overview="Worum geht es in dem Text?",
            discusses="Der Artikel behandelt folgende Themen: {topics}.",
            also_covers="Außerdem geht es um Folgendes: {topics}.",
            comma=", ", conjunction=" und ", open_quote="„", close_quote="“",
            shared_by="Geteilt von",
            supported="belegt", refuted="widerlegt", not_enough_info="nicht genügend Angaben",
            original="Original",
            evidence="Belege",
            about="Über diese Zusammenfassung",
        ),
        Phrases(
            language="it",
            abstract="Sintesi",
            questions="Domande e risposte",
            overview="Panoramica",
            part="Parte {n}",
            ask_topic="Che cosa dice il testo su «{topic}»?",
            ask_part="Di che cosa parla questa parte?",
            ask_overview="Di che cosa parla il testo?",
            discusses="L’articolo tratta i seguenti temi: {topics}.",
            also_covers="Affronta inoltre: {topics}.",
            comma=", ", conjunction=" e ", open_quote="«", close_quote="»",
            shared_by="Condiviso da",
            supported="confermato", refuted="smentito", not_enough_info="informazioni insufficienti",
            original="Originale",
            evidence="Prove",
            about="Informazioni su questa sintesi",
        ),
        Phrases(
            language="pt",
            abstract="Resumo",
            questions="Perguntas e respostas",
            overview="Visão geral",
            part="Parte {n}",
            ask_topic="O que diz o texto sobre “{topic}”?",
            ask_part="De que trata esta parte?",
            ask_overview="De que trata o texto?",
            discusses="O artigo trata dos seguintes temas: {topics}.",
            also_covers="Também aborda: {topics}.",
            comma=", ", conjunction=" e ", open_quote="“", close_quote="”",
            shared_by="Partilhado por",
            supported="confirmado", refuted="refutado", not_enough_info="informação insuficiente",
            original="Original",
            evidence="Evidências",
            about="Sobre este resumo",
        ),
        Phrases(
            language="nl",
            abstract="Samenvatting",
            questions="Vragen en antwoorden",
            overview="Overzicht",
            part="Deel {n}",
            ask_topic="Wat zegt de tekst over “{topic}”?",
            ask_part="Waar gaat dit deel over?",
            ask_overview="Waar gaat de tekst over?",
            discusses="Het artikel behandelt de volgende onderwerpen: {topics}.",
            also_covers="Ook komt aan bod: {topics}.",
            comma=", ", conjunction=" en ", open_quote="“", close_quote="”",
            shared_by="Gedeeld door",
            supported="bevestigd", refuted="weerlegd", not_enough_info="onvoldoende informatie",
            original="Origineel",
            evidence="Bewijs",
            about="Over deze samenvatting",
        ),
        Phrases(
            language="pl",
            abstract="Streszczenie",
            questions="Pytania i odpowiedzi",
            overview="Informacje ogólne",
            part="Część {n}",
            ask_topic="Co mówi tekst na temat „{topic}”?",
            ask_part="O czym jest ta część?",
            ask_overview="O czym jest ten tekst?",
            discusses="Artykuł porusza następujące tematy: {topics}.",
            also_covers="Omawia także: {topics}.",
            comma=", ", conjunction=" i ", open_quote="„", close_quote="”",
            shared_by="Udostępnia:",
            supported="potwierdzone", refuted="zaprzeczone", not_enough_info="za mało informacji",
            original="Oryginał",
            evidence="Dowody",
            about="O tym streszczeniu",
        ),
        Phrases(
            language="ru",
            abstract="Краткое содержание",
            questions="Вопросы и ответы",
            overview="Обзор",
            part="Часть {n}",
            ask_topic="Что говорится в тексте на тему «{topic}»?",
            ask_part="О чём эта часть?",
            ask_overview="О чём этот текст?",
            discusses="В статье рассматриваются следующие темы: {topics}.",
            also_covers="Затрагиваются также темы: {topics}.",
            comma=", ", conjunction=" и ", open_quote="«", close_quote="»",
            shared_by="Поделился(-ась):",
            supported="подтверждено", refuted="опровергнуто", not_enough_info="недостаточно сведений",
            original="Оригинал",
            evidence="Подтверждения",
            about="Об этой сводке",
        ),
        Phrases(
            language="zh",
            abstract="摘要",
            questions="问答",
            overview="概述",
            part="第{n}部分",
            ask_topic="关于“{topic}”，文中说了什么？",
            ask_part="这一部分讲了什么？",
            ask_overview="这篇文章讲了什么？",
            discusses="本文讨论了{topics}。",
            also_covers="文中还谈到了{topics}。",
            comma="、", conjunction="和", open_quote="“", close_quote="”",
            shared_by="分享者：",
            supported="有依据", refuted="与原文不符", not_enough_info="信息不足",
            original="原文",
            evidence="依据",
            about="关于本摘要",
        ),
        Phrases(
            language="ja",
            abstract="要約",
            questions="質問と回答",
            overview="概要",
            part="第{n}部",
            ask_topic="「{topic}」について何が述べられていますか？",
            ask_part="この部分は何についてのものですか？",
            ask_overview="この文章は何についてのものですか？",
            discusses="この記事は、{topics}について述べています。",
            also_covers="また、{topics}についても取り上げています。",
            comma="、", conjunction="、", open_quote="「", close_quote="」",
            shared_by="共有者：",
            supported="裏付けあり", refuted="原文と矛盾", not_enough_info="情報不足",
            original="原文",
            evidence="根拠",
            about="この要約について",
        ),
        Phrases(
            language="ko",
            abstract="요약",
            questions="질문과 답변",
            overview="개요",
            part="{n}부",
            ask_topic="‘{topic}’에 대해 무엇을 말하고 있습니까?",
            ask_part="이 부분은 무엇에 관한 내용입니까?",
            ask_overview="이 글은 무엇에 관한 내용입니까?",
            discusses="이 글은 다음 주제를 다룹니다: {topics}.",
            also_covers="다음 주제도 다룹니다: {topics}.",
            comma=", ", conjunction=", ", open_quote="‘", close_quote="’",
            shared_by="공유한 사람:",
            supported="확인됨", refuted="원문과 다름", not_enough_info="정보 부족",
            original="원문",
            evidence="근거",
            about="이 요약에 대하여",
        ),
        Phrases(
            language="ar",
            abstract="الملخص",
            questions="أسئلة وأجوبة",
            overview="نظرة عامة",
            part="الجزء {n}",
            ask_topic="ماذا يقول النص عن «{topic}»؟",
            ask_part="عمّ يتحدث هذا الجزء؟",
            ask_overview="عمّ يتحدث النص؟",
            discusses="يتناول المقال المواضيع التالية: {topics}.",
            also_covers="ويتطرق أيضًا إلى المواضيع التالية: {topics}.",
            comma="، ", conjunction=" و", open_quote="«", close_quote="»",
            shared_by="تمت المشاركة بواسطة",
            supported="مدعوم بالنص", refuted="يناقض النص", not_enough_info="معلومات غير كافية",
            original="الأصل",
            evidence="الأدلة",
            about="عن هذا الملخص",
        ),
        Phrases(
            language="hi",
            abstract="सारांश",
            questions="प्रश्न और उत्तर",
            overview="अवलोकन",
            part="भाग {n}",
            ask_topic="“{topic}” के बारे में लेख क्या कहता है?",
            ask_part="यह भाग किस बारे में है?",
            ask_overview="यह लेख किस बारे में है?",
            discusses="लेख में इन विषयों पर चर्चा की गई है: {topics}।",
            also_covers="इसमें ये विषय भी शामिल हैं: {topics}।",
            comma=", ", conjunction=" और ", open_quote="“", close_quote="”",
            shared_by="साझाकर्ता:",
            supported="पुष्ट", refuted="खंडित", not_enough_info="पर्याप्त जानकारी नहीं",
            original="मूल",
            evidence="साक्ष्य",
            about="इस सारांश के बारे में",
        ),
    )
}
# fmt: on

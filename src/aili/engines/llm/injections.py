"""Finds sentences of a page that speak to a program instead of a reader: they are kept from the model and are no evidence.

A digest may cite what a page says, and an order to the model is something that the page says: a bullet that carries it out
would pass every check of its evidence. So what looks like an order is taken out before the model sees it, together with the
rest of its block, and the digest says so. What is not recognised meets the guard (``guard``), which trusts no model.

The patterns are the families that OWASP LLM01 and the spotlighting paper (arXiv 2403.14720) name. They ask for an order in
the imperative: "the driver ignored the instructions" is a sentence like any other.
"""

from __future__ import annotations

import re
import unicodedata

from aili.document import Document

_MODEL = (
    r"(?:a\.?i\.?|llms?|(?:large )?language models?|(?:ai )?assistants?|chat ?bots?|summari[sz]ers?|ai models?|gpt|claude"
    r"|gemini)"
).replace(" ", r"\ ")
_RESULT = r"(?:summar(?:y|ies)|digests?|answers?|outputs?|responses?|repl(?:y|ies)|bullets?|abstracts?|headings?)"
_ORDERS = rf"""
    (?<!\bto\ )(?<!\bnot\ )(?<!n't\ )(?<!n’t\ )(?<!\bnever\ )
        \b(?:ignore|disregard|forget|override|bypass|discard)\b\W.{{0,40}}?
        (?:\b(?:previous|prior|above|earlier|preceding|original|initial|everything)\b|instructions?\b|prompts?\b
        |\b(?:your|the|all|any|these)\ (?:\w+\ )?(?:rules|guidelines|training|context|article|text|page|document)\b)
    | \b(?:do\ not|don't|stop)\ (?:follow|following|obey|obeying)\b.{{0,40}}\b(?:instructions?|prompts?|rules)\b
    | \b(?:system|developer|hidden|secret|admin(?:istrator)?)\ (?:prompt|message|instructions?|override|note)\b
    | \b(?:new|updated|real|actual|revised)\ (?:instructions?|task|directives?|rules)\s*(?:[:.]|\bfor\b|\bare\b|\bis\b)
    | \b(?:developer|debug|god|dan|jailbreak)\ mode\b | \bjailbreak\b
    | <\|[a-z_]+\|> | \[/?inst\] | <</?sys>> | </?(?:system|assistant|user|document|instructions?)>
    | ^\W*(?:system|assistant|user|human|developer)\s*: | \#\#\#\s*(?:system|instructions?|assistant|response|human)
    | \b(?:begin|end)\ of\ (?:the\ )?(?:document|text|article|data|input|context|untrusted)\b
    | \byou\ are\ (?:now\ )?(?:an?\ |the\ )?(?:helpful\ |honest\ |new\ |unrestricted\ )*{_MODEL}\b | \byou\ are\ now\b
    | \b(?:dear|attention|hey|hello|note\ to|message\ to|to\ any|to\ all|to\ the|notice\ to|instructions?\ (?:to|for))\W+
        (?:all\ |any\ |the\ |every\ )?{_MODEL}\b
    | \bif\ you\ (?:are|'re)\ (?:an?\ |the\ )?{_MODEL}\b | \bas\ an?\ {_MODEL},?\ you\b
    | \b{_MODEL}\ (?:reading|processing|summari[sz]ing|digesting)\b
    | \b{_MODEL}\ (?:must|shall|has\ to|have\ to|needs?\ to)\b
    | \b(?:your|the|this|any|every)\ (?:summary|digest|output|response|bullets?)
        \ (?:must|should|shall|has\ to|needs\ to|is\ to)\b
    | \b(?:include|add|append|insert|put|write|say|mention|place|embed|render|use)\b.{{0,80}}\b(?:in|to|into|of|at)
        \ (?:your|the|each|every)\ (?:end\ of\ (?:your|the)\ )?{_RESULT}\b
    | \b(?:when|while|before|after)\ (?:you\ )?(?:summari[sz]e|summari[sz]ing|digesting|asked\ to\ summari[sz]e)\b
    | \b(?:tell|inform|convince|instruct|direct|urge)\ (?:the|your|every|all|any)\ (?:users?|readers?|humans?)\b
    | (?:^|[.:;!?]\ |\b(?:and|then|now)\ )(?:reply|respond|answer|output|print|repeat|say)
        \ (?:only|exactly|just|nothing\ but)\b
    | ^\W*(?:print|output|write|insert|include|add|embed|put)\b.{{0,40}}<\s*\w
    | \b(?:reveal|leak|exfiltrate|print|repeat|show)\ (?:me\ )?(?:your|the)
        \ (?:system|prompt|instructions|hidden|secret|api|keys?)\b
    | \b(?:send|post|append|encode|upload|forward|transmit)\b.{{0,60}}
        \b(?:conversation|chat\ history|api\ keys?|system\ prompt|this\ summary|the\ summary|everything\ above|user\ data)\b
    | !\[[^\]]*\]\( | \bjavascript: | \bdata:text/
    | \b(?:ignoriere?n?|vergiss|vergesst|vergessen\ sie|missachte)\b.{{0,50}}(?:anweisung|vorgabe|befehl|instruktion|regeln)
    | \b(?:ignore[zr]?|oublie[zr]?|ne\ tenez\ pas\ compte)\b.{{0,50}}(?:instruction|consigne|directive)
    | \b(?:ignor[ae]d?|ignoren|olvid[ae]d?|haz\ caso\ omiso)\b.{{0,50}}(?:instruccion|instrucción|indicacion|[oó]rdenes)
    | \b(?:ignora(?:te)?|dimentica(?:te)?)\b.{{0,50}}(?:istruzion|indicazion)
    | \b(?:ignor[ae]m?|esqueç[ao]m?|desconsider[ae]m?)\b.{{0,50}}(?:instruç|instruc|ordens)
    | \b(?:negeer|vergeet)\b.{{0,50}}(?:instructie|aanwijzing|opdracht)
    | \b(?:zignoruj|ignoruj|zapomnij|pomiń)\w*.{{0,50}}(?:instrukcj|polece)
    | (?:игнорируй|проигнорируй|забудь)\w*.{{0,50}}(?:инструкц|указани|команд)
    | (?:önceki|tüm).{{0,30}}talimat.{{0,30}}(?:yok\ say|görmezden|unut)
    | (?:忽略|无视|無視|忘记|忘掉|忽視).{{0,20}}(?:指令|指示|说明|說明|提示|规则)
    | (?:指示|命令|プロンプト|指令).{{0,20}}(?:無視|忘れ|従わない)
    | (?:지시|명령|프롬프트|지침).{{0,20}}(?:무시|잊)
    | (?:تجاهل|تجاهلوا|انس).{{0,50}}(?:تعليمات|التعليمات|أوامر|الأوامر)
    | (?:निर्देश|आदेश).{{0,50}}(?:अनदेखा|अनदेखी|नज़रअंदाज़|भूल)
"""
_ORDER = re.compile(_ORDERS, re.VERBOSE | re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
_WINDOW = 2000  # characters of a sentence that are looked at; orders do not wait


def folded(text: str) -> str:
    """``text`` as a model reads it: compatibility forms resolved, invisible characters gone, one space between words."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


def is_order(text: str) -> bool:
    """Whether ``text`` speaks to a program."""
    return _ORDER.search(folded(text[:_WINDOW])) is not None


def orders(document: Document) -> frozenset[int]:
    """Ids of the sentences that give orders to a program: each that is recognised, the rest of its block, and the items of
    a list that it opens with a colon.
    """
    found: set[int] = set()
    block, opened = -1, False
    for number, sentence in enumerate(document.sentences):
        text = document.sentence(number)
        if sentence.block != block:
            follows = opened and document.blocks[sentence.block].kind == "item"
            opened = follows
            block, inside = sentence.block, follows
        inside = inside or is_order(text)
        if inside:
            found.add(number)
            opened = opened or text.rstrip().endswith((":", "："))
    return frozenset(found)

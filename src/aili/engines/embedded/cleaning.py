"""Which sentences may never be a bullet, and what is cut from those that may: nothing but wrapping.

Datelines, bylines, captions, calls to click or subscribe and sentences without a verb's worth of words carry no answer.
What is cut from the front of a sentence only joined it to the one before ("Moreover, …"), so its claim is unchanged.
"""

from __future__ import annotations

import re

_DATELINE = re.compile(
    r"^(?:[A-Z][\w.’' ]{2,30}(?:, [A-Z][\w.]+(?: \d{1,2})?)? ?)?\((?:AP|Reuters|AFP|CNN|UPI|Xinhua|KCNA|"
    r"BBC|dpa)[^)]{0,20}\) ?(?:[—–-]{1,2}) ?|"
    r"^[A-Z][A-Za-z .,’'-]{2,40} \([A-Z][A-Z0-9-]{2,7}\) ?(?:--|[—–-]) ?|"
    r"^[A-Z][A-Z .,’'-]{3,40}(?:, [A-Z][a-z]+\.?(?: \d{1,2})?)? ?[—–]{1,2} ?(?=[A-Z“\"])|"
    r"^[A-Z][a-z]+(?:, [A-Z][a-z]+)?(?:, (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|"
    r"Dec)[a-z.]* \d{1,2})? (?:—|–|--) (?=[A-Z])"
)
_PICTURES = re.compile(r"^(?:[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d]?\s*)+")
_MARKER = re.compile(r"^(?:[•·▪◦*>–—-]+|\(?(?:\d{1,2}|[a-z])[.)]|\(?[A-Z]\))\s+")
_REFERENCE = re.compile(
    r"\s?\[(?:\d{1,3}|[a-z]|note \d+|(?:better source|citation|clarification|page|verification|update)s? needed|"
    r"not in citation given|dubious|failed verification|(?:according to |by )?(?:who|whom|when|where|why|which)\?|edit)\]"
)
_JOINING = re.compile(
    r"^(?:And|But|Moreover|Furthermore|Additionally|Also|In addition|However|Meanwhile|Of course|Indeed|"
    r"Similarly|Likewise|"
    r"Finally|Overall|In fact|At the same time|To be sure|Nevertheless|Nonetheless|Besides|Again|Firstly?|"
    r"Secondly|Thirdly|Lastly|"
    r"After all|In short|Ultimately|Notably|Importantly|Unfortunately|Fortunately|Interestingly|"
    r"In conclusion|Still|Yet|So|Naturally|Surprisingly|Unsurprisingly|Luckily|Thankfully|Basically|Essentially|"
    r"Simply put|That being said|As always|As you (?:can see|might expect)|Needless to say|Not surprisingly),? "
    r"(?=\S)(?!to )"
)
_NEVER = re.compile(
    r"\b(?:click (?:here|on|below)|read (?:more|also|our|the full)|sign up|subscribe|newsletter|log ?in|"
    r"follow (?:us|me|him|her)|"
    r"share this|all rights reserved|terms of (?:use|service)|privacy policy|cookie|advertisement|"
    r"affiliate|sponsored|"
    r"photo(?:graph)?(?: credit)?[: ]+(?:by|courtesy)|image (?:credit|source)|getty images|"
    r"min(?:ute)?s? read|last updated|originally published|"
    r"this (?:article|post|story|blog)(?: \w+)? (?:was|is|has|will|contains|originally)|editor[’']s note|"
    r"leave a comment|contact us|"
    r"let (?:me|us) know|check (?:it |them )?out|stay tuned|meet the (?:experts?|authors?|team)|stop by|"
    r"in the comments|call us|book (?:a|your)|get in touch|our (?:team|experts?|newsletter)|"
    r"thanks? (?:you )?for reading|learn more|find out more|watch the video|"
    r"not (?:responsible|liable) for the (?:\w+ )?(?:accuracy|content)|(?:views|opinions) expressed (?:in|by|here)|"
    r"do(?:es)? not constitute \w+ (?:or \w+ )?advice|substitute for professional|(?:for|only) informational purposes|"
    r"leave your (?:e-?mail|details|number)|enter your (?:e-?mail|name)|request a (?:free )?(?:consultation|quote|demo)|"
    r"shown (?:above|below)|see (?:also|above|below|table|figure)|download (?:the|our|a))\b|©|https?://|"
    r"www\.|\S+@\S+\.\S+",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^(?:By|Written by|Posted by|Photo by|Author:|Editor:|Reporting by|Source:|Published|Updated|"
    r"Copyright)\b[^.!?]{0,90}$"
)
_ENDS = re.compile(r"[.!?…][\"'”’»)\]]*$")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def clean(text: str, *, english: bool) -> str:
    """``text`` without line breaks, list marker, dateline, reference marks and (in English) a joining word in front."""
    text = _REFERENCE.sub("", " ".join(text.split()))
    text = _MARKER.sub("", _PICTURES.sub("", text))
    if text.startswith("(") and text.endswith((")", ").")) and text.count("(") == 1:
        text = text.strip("().") + "."
    if not english:
        return text
    text = _DATELINE.sub("", text)
    match = _JOINING.match(text)
    if match and ("," in match.group() or match.group().strip() in ("And", "But")):
        rest = text[match.end() :]
        # "Notably absent was …" needs its first word, "But for the rain, …" its second
        if not rest.startswith(("for ", "then ")):
            text = rest[:1].upper() + rest[1:]
    return text


def is_answer(text: str, kind: str) -> bool:
    """Whether a cleaned sentence standing in a block of ``kind`` may become a bullet at all."""
    if kind in ("heading", "caption", "code", "table"):
        return False
    if _CJK.search(text):
        return 10 <= len(text) <= 200 and text.endswith(("。", "！", ".", "다.", "」", "』"))
    words = text.split()
    if not 6 <= len(words) <= 60 or _NEVER.search(text) or _BYLINE.match(text):
        return False
    if not _ENDS.search(text) and not text.endswith(("।", "؟", "۔")):
        return False
    if text.rstrip("\"'”’»)").endswith(("?", "…", "...", ":", "؟")):
        return False
    if text[0].islower() and not any(character.isdigit() or character.isupper() for character in words[0]):
        return False  # n8n and iPhone begin sentences
    letters = sum(character.isalpha() for character in text)
    return (
        letters > 0.6 * len(text.replace(" ", ""))
        and text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
        and text.count("(") == text.count(")")
    )

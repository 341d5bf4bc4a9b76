"""What a page's heading says, without the marks around it, and which headings say nothing."""

from __future__ import annotations

import re

MAX_WORDS = 8
_NUMBERING = re.compile(
    r"^\d{1,2}(?:\.\d{1,2}){1,4}\.?\s+(?=\D)|^(?:(?:step|part|chapter|section|tip|lesson|reason|rule|trend|idea|way|hack|trick)\s+)?#?\d{1,3}\s*[.:)–—-]\s*|"
    r"^\(?[ivxIVX]{1,4}[.)]\s+|^#\d+\s+",
    re.IGNORECASE,
)
_EMPTY_HEADINGS = re.compile(
    r"^(?:introduction|in this (?:article|post|guide)|on this page|key points|overview|summary of .*|"
    r"(?:in )?conclusion|summary|background|final thoughts?|"
    r"wrap(?:ping)? up|learn more|get started|key takeaways?|table of contents?|contents|faqs?|"
    r"frequently asked questions|references|related .*|notes?|about.*|what’s next|more|share|comments?|"
    r"(?:are you )?ready to .*|"
    r"(?:visit|contact|call|join|follow|shop|book|order|schedule|request) (?:us\b.*|.* (?:today|now))|"
    r"(?:runner-?up,? ?(?:for )?)?(?:the )?(?:best|most) (?:overall|budget|value|splurge|premium|cheap|mid-?range|"
    r"runner-?up|versatile|affordable|popular|innovative|durable|stylish|comfortable|portable|convenient|unique)"
    r"(?: (?:pick|choice|option))?|runner-?up|"
    r"who (?:curated|wrote|made) this .*|the bottom line|in summary|takeaways?|tl;?dr|"
    r"next|this (?:story|article|site) is (?:funded|supported) by .*|more ways .* can help .*|collaborate with us|"
    r"best for|getting started|details|description|read next|further reading|sources?|bonus|.*newsletter.*|"
    r".*subscribe.*|advertisement|official (?:web)?site|best value|what[’']s up|at a glance|disclaimer|"
    r"(?:originally |last )?(?:posted|published|updated?|reviewed)\b.*|available(?::| (?:at|in|from|on)\b).*|"
    r"(?:photo|image|picture|video)(?: credits?)?(?:: | by ).*|(?:price|location|address|phone|author|written by):? .*|"
    r"by .*|(?:reading|read) time\b.*|\d+[- ]min(?:ute)?s?\b.{0,8}read.*|sound familiar\??|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day,? .*\d.*|"
    r"(?:\d{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d|"
    r"\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (?:19|20)\d\d)$",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s*\(\d{1,2}\)$")  # the second of two parts with one heading
_LABEL = re.compile(
    r"^(?:[\w-]+ ){0,4}(?:pro|con|tip|step|note|bonus|hint|update|reminder|lesson|rule|reason)s?:\s+(?=\w+ \w)",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"^\$ |\s--\w|\\$|[{};]$")  # "$ make --all \"
_SIGNS = re.compile(r"^[^\w\s\"'“‘(\[#$€£@.¿¡+*–—-]+\s*")  # "✅ Step 1: Stop and stare"
_BRACKETED = re.compile(r"(?<=\w)\s*\[[^\]]{3,}\]$")  # "Root [War strategy with unique factions]"
# A row of a table, set in bold; two and more labels with their figures.
_FIGURES = re.compile(
    r"(?:[$€£]\s?\d[\d,.]*\D*){2}|[:)]\s*[$€£]?\d[\d,.]*\s?%?$|(?:\w:\s+[$€£]?\d[^:]*){2}|"
    r"^(?:base |starting )?price: ",
    re.IGNORECASE,
)
_EXCLAIMED = re.compile(r"[?!]*![?!]*$")
ASKS = re.compile(
    r"^(?:what|who|where|how|when)[’']s\b|^(?:what|why|how|who|when|where|which|whose)\b.*\b"
    r"(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|had|may|might|must)(?:n[’']t)?\b|"
    r"^(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|may|must)(?:n[’']t)?\b",
    re.IGNORECASE,
)
# A question without its mark: "How long is a marathon", not "How long a marathon is".
INVERTED = re.compile(
    r"^(?:how (?:long|much|far|often|old|big|fast|well|safe|deep|tall|high|large|hard|soon|heavy|expensive|common|important|"
    r"effective|accurate|many \w+)|why|when|where|what|who) "
    r"(?:is|are|was|were|do|does|did|can|could|should|will|would)(?:n[’']t)? \w",
    re.IGNORECASE,
)


# Over what the author thinks matters most.
_SUMS_UP = re.compile(
    r"(?:(?:executive|quick|brief|short) )?summary|abstract|(?:the )?(?:key|main) points?|highlights|tl;?dr(?:[ :,].*)?|"
    r"(?:(?:the )?(?:key|main) )?takeaways?(?: (?:for|from|on|about) .*)?|at a glance|in (?:brief|short|a nutshell)|"
    r"the short version",
    re.IGNORECASE,
)


def sums_up(text: str) -> bool:
    """Whether a heading stands over the author's own summary."""
    return bool(_SUMS_UP.fullmatch(_SIGNS.sub("", _NUMBERING.sub("", " ".join(text.split()))).strip(" :.–—-#*¶§")))


def clean_heading(text: str) -> str:
    """A page's heading without number and final marks; empty where it says nothing ("Introduction")."""
    text = _NUMBERING.sub("", _SIGNS.sub("", " ".join(text.split()))).partition(" | ")[0].strip(" :.–—-#*¶§|│┃")
    text = _LABEL.sub("", text)
    text = _BRACKETED.sub("", _EXCLAIMED.sub("", _COUNTED.sub("", text)))
    if ": " in text and len(text.split()) > MAX_WORDS:
        before, _, after = text.partition(": ")
        text = before if len(before.split()) >= 2 else after
    if (
        not any(c.isalpha() for c in text)
        or len(text) < 4
        or _EMPTY_HEADINGS.match(text.rstrip("?"))
        or _FIGURES.search(text)
    ):
        return ""
    if _COMMAND.search(text):
        return ""
    return text

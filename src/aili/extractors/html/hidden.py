"""What a browser would not show is not read; and where it speaks to an AI, the reader is told.

Text can be hidden by an attribute, by a style, or by a rule of the page's own style sheet. Attributes and styles that hide
for certain take their element out. Rules of style sheets and pale colours also dress menus and tabs that a script shows, so
what they hide is taken out only where it is addressed to an AI: no reader was meant to see that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from aili.extractors.html.tree import drop, visible_text

_NEVER_SHOWN = ("noscript", "template", "style", "datalist", "dialog")
# Read aloud only: "opens in a new tab", or the same words again for a screen reader.
_UNSEEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|screen-reader-only)(?:\s|$)", re.IGNORECASE
)
# "none !important" and "none;color:red" hide too; "none-of-these" does not exist.
_HIDING = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none\b|visibility\s*:\s*(?:hidden|collapse)\b|text-indent\s*:\s*-\d{3,}"
    r"|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%)",
    re.IGNORECASE,
)
# Pages also fade in, fold out and slide in what they mean to be read, and set gaps between boxes with a font of size nought.
_PERHAPS_HIDING = re.compile(
    r"(?:^|[;\s])(?:font-size\s*:\s*0+(?:\.\d+)?(?:[a-z%]*)\s*(?:;|!|$)|opacity\s*:\s*0+(?:\.0\d*)?\s*(?:;|!|$)"
    r"|(?:left|top|right|margin-left|margin-top)\s*:\s*-\d{3,}|transform\s*:\s*(?:scale\(0|translate[xy]?\(-\d{3,}))",
    re.IGNORECASE,
)
_FLAT = re.compile(r"(?:^|[;\s])(?:max-)?(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_CUT_OFF = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_COLOUR = re.compile(r"(?:^|[;\s])color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"(?:^|[;\s])background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_PALE = frozenset(("white", "transparent", "fff", "ffffff", "fefefe", "rgb(255,255,255)", "rgba(0,0,0,0)"))
_RULE = re.compile(r"([^{}]{1,400})\{([^{}]{0,2000})\}")
_NAMED = re.compile(r"[.#][\w-]+")
_COMMENT = re.compile(r"<!--(.{20,4000}?)-->", re.DOTALL)
_STYLE = re.compile(r"<style\b[^>]*>(.{0,200000}?)</style", re.DOTALL | re.IGNORECASE)
# Words that speak to whoever summarizes, not to whoever reads. Of the hidden texts of 410 pages none matches.
_MACHINE = (
    r"(?:ai|a\.i\.|llm|(?:large )?language model|chatbot|chatgpt|claude|gemini|copilot|(?:ai|virtual) assistant|"
    r"summari[sz]er)s?"
)
_ADDRESSED = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,30}\b(?:instructions?|prompts?|rules|(?:text|everything|all) (?:above|before))\b"
    rf"|\b(?:if you are|note (?:to|for)|attention|instructions? (?:to|for))\b.{{0,12}}\b{_MACHINE}\b"
    rf"|\b(?:dear|hey|hello),? {_MACHINE}[,:!]"
    rf"|\b(?:system|assistant)\s*:\s*you\b|\byou are (?:now )?(?:an?|the) {_MACHINE}\b|\bas an? {_MACHINE},? you\b"
    r"|\bwhen (?:you )?summari[sz](?:e|ing) (?:this|the)\b.{0,60}\b(?:say|write|include|mention|state|omit|recommend)\b"
    r"|\bin your (?:summary|answer|response)\b.{0,40}\b(?:say|write|include|mention|state|omit|recommend)\b"
    r"|\b(?:say|write|include|mention|state|omit|recommend)\b.{0,60}\bin your (?:summary|answer|response)\b",
    re.IGNORECASE | re.DOTALL,
)
_SHOWN = 80  # characters of such a text that are told
_MOST = 400  # words; a hidden part that is longer is no message


@dataclass(frozen=True, kw_only=True, slots=True)
class Hidden:
    """What was found: whether the page itself is hidden until a script shows it, and the texts addressed to an AI."""

    shown_by_script: bool = False
    addressed: tuple[str, ...] = ()

    def warnings(self) -> Iterator[str]:
        """What the reader is told, in sentences."""
        if self.shown_by_script:
            yield "The page hides its text until a script shows it; what it hides was read."
        if self.addressed:
            yield f"The page hides text that is addressed to an AI, which was not read: “{self.addressed[0]}”"


def hide(tree: HtmlElement, source: str) -> Hidden:
    """Remove from ``tree``, in place, what a browser would not show or not read out; scripts stay for the metadata.

    ``source`` is the page's text, for its comments and style sheets. An element that holds more than half of the page's
    words is the page itself, hidden until a script shows it, and stays.
    """
    addressed = [_told(comment) for comment in _COMMENT.findall(source) if _speaks_to_ai(comment)]
    rules = _rules(source)
    for element in list(tree.iter(*_NEVER_SHOWN)):
        if element.tag != "style" and _speaks_to_ai(text := element.text_content()):
            addressed.append(_told(text))
        drop(element)
    marked = tree.xpath("//*[@hidden or @aria-hidden or @style or @class or @id]")
    certain = [element for element in marked if _is_hidden(element)]
    half = len(visible_text(tree)) / 2 if certain else 0.0
    shown_by_script = False
    for element in certain:
        text = visible_text(element)
        if element.tag in ("html", "body") or len(text) > half:
            shown_by_script = True
            continue
        if _speaks_to_ai(text):
            addressed.append(_told(text))
        drop(element)
    for element in marked:
        if (
            element.getparent() is not None
            and _may_be_hidden(element, rules)
            and _speaks_to_ai(text := visible_text(element))
        ):
            addressed.append(_told(text))
            drop(element)
    for element in tree.iter():  # trafilatura drops whatever has "hidden" in its style, as in "overflow: hidden"
        element.attrib.pop("style", None)
    return Hidden(shown_by_script=shown_by_script, addressed=tuple(dict.fromkeys(addressed)))


def _is_hidden(element: HtmlElement) -> bool:
    if element.get("hidden") is not None and element.get("hidden", "").lower() != "until-found":
        return True
    if element.get("aria-hidden", "").lower() == "true":
        return True
    if element.tag in ("span", "div", "p") and _UNSEEN_CLASS.search(element.get("class", "")):
        return True
    style = element.get("style")
    return style is not None and _HIDING.search(style) is not None


def _may_be_hidden(element: HtmlElement, rules: frozenset[str]) -> bool:
    """Whether a style or a rule of the page's may hide the element."""
    names = {f".{name}" for name in element.get("class", "").split()} | {f"#{element.get('id', '')}"}
    return bool(names & rules) or _may_hide(element.get("style", ""))


def _may_hide(style: str) -> bool:
    """Whether ``style`` makes text invisible for the time being, too small, too far away, or pale on pale."""
    if _HIDING.search(style) or _PERHAPS_HIDING.search(style) or (_FLAT.search(style) and _CUT_OFF.search(style)):
        return True
    colour, ground = _COLOUR.search(style), _GROUND.search(style)
    shown = _plain(colour[1]) if colour else ""
    return shown in _PALE or (ground is not None and shown == _plain(ground[1]))


def _rules(source: str) -> frozenset[str]:
    """The classes and ids that the page's own style sheets hide or write in the colour behind them."""
    found: set[str] = set()
    for sheet in _STYLE.findall(source):
        for selectors, declared in _RULE.findall(sheet):
            if _may_hide(declared):
                found.update(_NAMED.findall(selectors))
    return frozenset(found)


def _plain(colour: str) -> str:
    return colour.strip().lower().replace(" ", "").lstrip("#")


def _speaks_to_ai(text: str) -> bool:
    return len(text.split()) <= _MOST and _ADDRESSED.search(" ".join(text.split())) is not None


def _told(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN].rsplit(' ', 1)[0]} …"

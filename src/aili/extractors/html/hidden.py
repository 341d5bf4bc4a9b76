"""What a browser would not show is not read; and where it speaks to an AI, the reader is told.

Text can be hidden by an attribute, by a style, or by a rule of the page's own style sheet. Attributes and styles that hide
for certain take their element out. Rules of style sheets and pale colours also dress menus and tabs that a script shows, so
what they hide is taken out only where it is addressed to an AI: no reader was meant to see that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from aili.extractors.html.tree import drop, shown_text

_NEVER_SHOWN = ("noscript", "template", "style", "datalist", "dialog")
# Read aloud only: "opens in a new tab", or the same words again for a screen reader.
_UNSEEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|screen-reader-only)(?:\s|$)", re.IGNORECASE
)
_UNSEEN_TAGS = frozenset(("span", "div", "p"))
_HIDERS = frozenset(("hidden", "aria-hidden", "style"))
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
_MAX_SELECTORS, _MAX_DECLARED = 400, 2000  # characters of a rule; what is longer dresses and does not hide
_NAMED = re.compile(r"[.#][\w-]+")
_COMMENT = re.compile(r"<!--(.{20,4000}?)-->", re.DOTALL)
_STYLE = re.compile(r"<style\b[^>]*>", re.IGNORECASE)
# Words that speak to whoever summarizes, not to whoever reads. Of the hidden texts of 410 pages none matches.
_MACHINE = (
    r"(?:ai|a\.i\.|llm|(?:large )?language model|chatbot|chatgpt|claude|gemini|copilot|(?:ai|virtual) assistant|"
    r"summari[sz]er)s?"
)
_TO_TELL = r"(?:say|write|include|mention|state|omit|recommend)"
_ADDRESSED = re.compile(
    r"\b(?=[adfhimnorswy])(?:"  # the first letters of what follows: twice as fast
    r"(?:ignore|disregard|forget)\b.{0,30}\b(?:instructions?|prompts?|rules|(?:text|everything|all) (?:above|before))\b"
    rf"|(?:if you are|note (?:to|for)|attention|instructions? (?:to|for))\b.{{0,12}}\b{_MACHINE}\b"
    rf"|(?:dear|hey|hello),? {_MACHINE}[,:!]"
    rf"|(?:system|assistant)\s*:\s*you\b|you are (?:now )?(?:an?|the) {_MACHINE}\b|as an? {_MACHINE},? you\b"
    rf"|when (?:you )?summari[sz](?:e|ing) (?:this|the)\b.{{0,60}}\b{_TO_TELL}\b"
    rf"|in your (?:summary|answer|response)\b.{{0,40}}\b{_TO_TELL}\b"
    rf"|{_TO_TELL}\b.{{0,60}}\bin your (?:summary|answer|response)\b)",
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
    addressed = [told(comment) for comment in _COMMENT.findall(source) if speaks_to_ai(comment)]
    _place_streamed(tree)
    whole = shown_text(tree)
    suspect = _ADDRESSED.search(whole) is not None  # else no part of it is addressed to an AI either
    shown = len(whole)
    for element in list(tree.iter(*_NEVER_SHOWN)):
        if element.getparent() is None or element.tag == "style":
            drop(element)
            continue
        text = shown_text(element)
        shown -= len(text)
        if suspect and speaks_to_ai(text):
            addressed.append(told(text))
        drop(element)
    certain, unseen, styled = _marked(tree)
    certain += unseen
    shown_by_script = False
    for element in certain:
        text = shown_text(element)
        if element.tag in ("html", "body") or len(text) > shown / 2:
            shown_by_script = True
            continue
        if suspect and speaks_to_ai(text):
            addressed.append(told(text))
        drop(element)
    if suspect:
        addressed += _perhaps_hidden(tree.xpath("//*[@style or @class or @id]"), _rules(source))
    for element in styled:  # trafilatura drops what has "hidden" in it, as in "overflow: hidden"
        del element.attrib["style"]
    return Hidden(shown_by_script=shown_by_script, addressed=tuple(dict.fromkeys(addressed)))


def _marked(tree: HtmlElement) -> tuple[list[HtmlElement], list[HtmlElement], list[HtmlElement]]:
    """The elements that are hidden, those of classes that are only read aloud, and those with a style, found in one walk."""
    hidden: list[HtmlElement] = []
    unseen: list[HtmlElement] = []
    styled: list[HtmlElement] = []
    for element in tree.iter("*"):
        attributes = dict(element.items())
        if not _HIDERS.isdisjoint(attributes):
            if "style" in attributes:
                styled.append(element)
            if _is_hidden(attributes):
                hidden.append(element)
        if "class" in attributes and element.tag in _UNSEEN_TAGS and _is_unseen(attributes["class"]):
            unseen.append(element)
    return hidden, unseen, styled


def _place_streamed(tree: HtmlElement) -> None:
    """Put, in place, each part that React sends behind the page, hidden, where its script would put it at once.

    ``B:`` marks a boundary that waited for its content, ``P:`` a segment within one.
    """
    for part in tree.xpath("//div[@hidden][starts-with(@id, 'S:')]"):
        number = part.get("id")[2:]
        for place in tree.xpath("//template[@id=$boundary or @id=$part]", boundary=f"B:{number}", part=f"P:{number}")[
            :1
        ]:
            del part.attrib["hidden"]
            place.addprevious(part)


def _perhaps_hidden(marked: list[HtmlElement], rules: frozenset[str]) -> list[str]:
    """Remove the elements that may be hidden and are addressed to an AI; what they say."""
    addressed: list[str] = []
    for element in marked:
        if element.getparent() is None or not _may_be_hidden(element, rules):
            continue
        if speaks_to_ai(text := shown_text(element)):
            addressed.append(told(text))
            drop(element)
    return addressed


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    if attributes.get("hidden", "until-found").lower() != "until-found":
        return True
    return (
        attributes.get("aria-hidden", "").lower() == "true" or _HIDING.search(attributes.get("style", "")) is not None
    )


@lru_cache(8192)
def _is_unseen(names: str) -> bool:
    return _UNSEEN_CLASS.search(names) is not None


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
    for part in _STYLE.split(source)[1:]:
        for rule in part.partition("</style")[0].split("}"):
            before, _, declared = rule.rpartition("{")
            if before and len(declared) <= _MAX_DECLARED and _may_hide(declared):
                found.update(_NAMED.findall(before.rpartition("{")[2][-_MAX_SELECTORS:]))
    return frozenset(found)


def _plain(colour: str) -> str:
    return colour.strip().lower().replace(" ", "").lstrip("#")


def speaks_to_ai(text: str) -> bool:
    """Whether ``text`` is short and gives orders to whoever summarizes."""
    return len(text.split()) <= _MOST and _ADDRESSED.search(" ".join(text.split())) is not None


def told(text: str) -> str:
    """The start of such a text, as the reader is told of it."""
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN].rsplit(' ', 1)[0]} …"

"""Texts in Markdown: escaped so that they show exactly their characters, and the place that a cited sentence stands at."""

from __future__ import annotations

import re

from aili.digest import Citation
from aili.renderers import line, place_address

# Escaped wherever they stand: what opens emphasis, code, links, images, footnotes, tables, strikes and formulas. A bare
# address is a link to many renderers, unless a backslash parts it. The rest only counts at the start of a line.
_ANYWHERE = re.compile(r"[\\`*_\[\]#|~$@]|&(?=#?\w+;)|:(?=//|[\w+-]+:)|(?<=\bwww)\.", re.IGNORECASE)
_AT_START = re.compile(r"[-+=:](?!\w)|-(?=-)|\d+(?=[.)])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|&(lt|gt|amp);")
NOT_CARRIED = "&hellip;"  # no escaped text reads so
UNNAMED = "↗"  # a place with an address and no name


def escaped(text: str, *, inside: bool = False) -> str:
    """``text`` as one line of Markdown that shows exactly its characters; ``inside`` a line, where nothing is a list."""
    shown = line(text)
    start = None if inside else _AT_START.match(shown)
    head = ""
    if start and start[0].isdigit():
        head, shown = start[0] + "\\" + shown[start.end()], shown[start.end() + 1 :]
    elif start:
        head, shown = "\\" + shown[0], shown[1:]
    body = _ANYWHERE.sub(lambda match: _ENTITIES.get(match[0], "\\" + match[0]), shown)
    return head + body.replace("<", "&lt;").replace(">", "&gt;")


def place_of(cited: Citation) -> str:
    """The place of a cited sentence, to stand after it: a link where the place has an address of its own."""
    place, address = escaped(cited.locator), place_address(cited)
    if address:
        return f" *[{place or UNNAMED}](<{address}>)*"
    return f" *{place}*" if place else ""


def unescaped(text: str) -> str:
    """What ``escaped`` text shows."""
    names = {"lt": "<", "gt": ">", "amp": "&"}
    return _ESCAPED.sub(lambda match: match[1] or names[match[2]], text)

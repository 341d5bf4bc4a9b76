"""What a page says of itself for machines: ``<meta>`` elements and JSON-LD (https://schema.org, https://ogp.me)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml.html import HtmlElement

Json = object  # what json.loads returns: dict, list, str, int, float, bool or None
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/)\s*;?\s*$"
)
_MAX_SCRIPT = 1_000_000  # characters of JSON-LD; the longest of 410 pages has 120,000
_ARTICLE = frozenset(
    ("article", "newsarticle", "blogposting", "techarticle", "reportagenewsarticle", "scholarlyarticle", "report")
) | frozenset(
    ("analysisnewsarticle", "opinionnewsarticle", "reviewnewsarticle", "socialmediaposting", "liveblogposting")
)
_ARTICLES_LAST = ("discussionforumposting", "howto", "recipe", "review", "webpage", "product", "course", "qapage")


@dataclass(frozen=True, kw_only=True)
class Structured:
    """The page's ``meta`` contents by lower-cased name, each in order, and its JSON-LD objects, flattened."""

    metas: dict[str, list[str]]
    objects: list[dict[str, Json]]

    def meta(self, *names: str) -> str:
        """The first content that is not empty, in the order of ``names``."""
        return next((content for name in names for content in self.metas.get(name, ()) if content), "")

    def subject(self) -> dict[str, Json]:
        """The JSON-LD object that describes the page's article, empty where there is none."""
        ranked = [entry for entry in self.objects if types(entry) & _ARTICLE]
        ranked += [entry for kind in _ARTICLES_LAST for entry in self.objects if kind in types(entry)]
        return ranked[0] if ranked else {}

    def of_type(self, *kinds: str) -> Iterator[dict[str, Json]]:
        """The JSON-LD objects of one of these types (lower-cased)."""
        return (entry for entry in self.objects if types(entry) & frozenset(kinds))


def read(tree: HtmlElement) -> Structured:
    """Gather what ``tree`` declares; JSON-LD that is no JSON is passed over, since the page is read without it too."""
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = clean(element.get("content") or "")
        if name and content:
            metas.setdefault(name.strip().lower(), []).append(content)
    objects: list[dict[str, Json]] = []
    for script in _linked_data(tree):
        _flatten(_loads(script.text_content()), objects)
    return Structured(metas=metas, objects=objects)


def empty(tree: HtmlElement) -> None:
    """Empty the JSON-LD in ``tree`` that has an ``articleBody``, in place: trafilatura reads it as if the page showed it."""
    for script in _linked_data(tree):
        if "articlebody" in script.text_content().lower():
            script.text = None


def _linked_data(tree: HtmlElement) -> Iterator[HtmlElement]:
    return (script for script in tree.iter("script") if "ld+json" in (script.get("type") or "").lower())


def clean(text: str) -> str:
    """Text of an attribute or a JSON string: entities resolved, tags removed, white space collapsed."""
    return " ".join(re.sub(r"</?[a-zA-Z][^<>]*>", "", html.unescape(text)).split())


def types(entry: dict[str, Json]) -> frozenset[str]:
    """The ``@type`` of a JSON-LD object, lower-cased, without its vocabulary's address."""
    declared = entry.get("@type")
    names = declared if isinstance(declared, list) else [declared]
    return frozenset(name.rpartition("/")[2].lower() for name in names if isinstance(name, str))


def strings(value: Json, *keys: str) -> list[str]:
    """The texts in a JSON-LD value: itself, its list's, or those under the first of ``keys`` that an object has."""
    if isinstance(value, str):
        return [text] if (text := clean(value)) else []
    if isinstance(value, list):
        return [text for entry in value[:50] for text in strings(entry, *keys)]
    if isinstance(value, dict):
        return next((found for key in keys if (found := strings(value.get(key)))), [])
    return []


def _loads(text: str) -> Json:
    if len(text) > _MAX_SCRIPT:
        return None
    try:
        return cast(Json, json.loads(_WRAPPING.sub("", text), strict=False))
    except (ValueError, RecursionError):
        return None


def _flatten(value: Json, found: list[dict[str, Json]], depth: int = 0) -> None:
    if depth > 4:
        return
    if isinstance(value, list):
        for entry in value:
            _flatten(entry, found, depth + 1)
    elif isinstance(value, dict):
        found.append(value)
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
            if isinstance(value.get(key), list | dict):
                _flatten(value[key], found, depth + 1)

"""The page of a product without the shop around it: its customers' reviews, its cart, and what else is sold.

Reviews are comments, as those under an article are; a shop's windows (cart, sign-in, newsletter) are written into the page
and shown by a script. They are taken out of the text that was found, and not out of the page: what a method takes for the
main text depends on all that stands around it. Measured: docs/extraction.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from aili.extractors import Piece
from aili.extractors.html.apart import key
from aili.extractors.html.blocks import pieces

_AROUND = re.compile(
    r"(?:^|[\s_-])(?:reviews?|testimonials?|feedback|yotpo|bazaarvoice|trustpilot|modal|popup|pop-up|lightbox|drawer"
    r"|(?:mini|side|shopping|ajax)[-_]?cart|cart[-_](?:drawer|modal|popup|items?|summary)|newsletter|sign-?(?:in|up)|log-?in|account|joinchat"
    r"|(?:cross|up)-?sells?|recommend(?:ed|ations?)|related|recently-viewed|(?:you-)?may-also-like|also-bought)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BOXES = ("div", "section", "aside", "ul", "ol", "form", "article", "table")
_BUTTON = re.compile(
    r"\W*(?:\d+(?:[.,]\d\d)?\W*)?(?:add to (?:cart|bag|basket|wish ?list)|buy (?:it )?now|in den warenkorb|ajouter au panier"
    r"|añadir al carrito|aggiungi al carrello|adicionar ao carrinho|in winkelwagen)\W*",
    re.IGNORECASE,
)
_LABEL = 40  # characters of a button
_LEAST = 0.25  # the share of the found words that is left; less, and the page is the reviews


def sells(tree: HtmlElement) -> bool:
    """Whether the page has a button that puts something into a cart."""
    return any(
        _is_button("".join(map(str, element.itertext())) or element.get("value") or "")
        for element in tree.iter("button", "a", "input")
    )


def about_product(tree: HtmlElement, found: Sequence[Piece]) -> list[Piece]:
    """``found``, the main text of the product's page ``tree``, without what is said around the product."""
    boxes = (box for box in tree.iter(*_BOXES) if _AROUND.search(f"{box.get('id', '')} {box.get('class', '')}"))
    around: set[tuple[str, ...]] = set()
    read: set[HtmlElement] = set()
    for box in boxes:
        if box not in read:
            read.update(box.iter(*_BOXES))
            around.update(key(piece) for piece in pieces(box))
    kept = [piece for piece in found if key(piece) not in around and not _is_button(piece.text)]
    return kept if _words(kept) >= _LEAST * _words(found) else list(found)


def _is_button(text: str) -> bool:
    return len(text) <= _LABEL and _BUTTON.fullmatch(text) is not None


def _words(found: Sequence[Piece]) -> int:
    return sum(len(piece.text.split()) for piece in found)

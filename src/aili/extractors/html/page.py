"""An HTML page becomes a Document: decoded, stripped of what is hidden, its text found, its walls refused."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from aili import codec, properties
from aili.decoding import decode
from aili.document import Document, Metadata, Reading
from aili.extractors import compose
from aili.extractors.html import (
    Page,
    apart,
    body,
    boxes,
    days,
    kinds,
    live,
    marks,
    metadata,
    paper,
    related,
    shop,
    structured,
    title,
    tree,
    unshown,
    walls,
)
from aili.extractors.html.hidden import hide
from aili.extractors.html.structured import Structured
from aili.language import count_words
from aili.repair import repair


def parse(data: bytes) -> bytes:
    """From a ``Page`` to a ``Document``, both as JSON; called in the sandbox."""
    page = codec.decode(data, Page)
    return codec.encode(read(page))


def read(page: Page) -> Document:
    """The Document of one page; raises UnreadableError where there is nothing to digest."""
    resource = page.resource
    name = resource.location or resource.reference
    decoded = decode(resource.data, charset=resource.charset, html=True, name=name)
    source = repair(decoded.text)
    root = tree.parse(source, name=name)
    noscript = " ".join(text for element in root.iter("noscript") for text in element.itertext())
    unscripted = unshown.unscripted(root)
    declared = structured.read(root)
    structured.empty(root)
    hidden = hide(root, source)
    tree.free_buttons(root)
    paper.without_annotations(root)
    about, repeats = _metadata(root, declared, resource.location)
    read_alone = paper.alone(root)
    about = replace(about, authors=about.authors or read_alone.authors)
    visible = tree.visible_text(root)
    marks.drop_note_marks(root)
    related.drop_related(root, words=len(visible.split()))
    if kinds.says_article(declared) or about.authors or about.published:
        boxes.drop_boxes(root)
    set_apart = apart.apart(root)
    posts = live.posts(root, declared, title=about.title)
    main = body.main_text(root, titles=repeats, visible=visible)
    main = apart.separated(live.read(posts, main) if posts else main, set_apart)
    kind = kinds.kind(root, declared, location=resource.location)
    if kind == "product" or (kind != "thread" and not kinds.says_article(declared) and shop.sells(root)):
        main = shop.about_product(root, main)
    main, told = unshown.instead(
        main, body=unshown.declared(declared), noscript=unscripted, titles=repeats, min_words=page.min_words
    )
    words = count_words("\n".join(piece.text for piece in main))
    seen = walls.Seen(name=name, tree=root, noscript=noscript, visible=visible, main=main, words=words)
    walls.refuse(seen, min_words=page.min_words)
    warnings = [*decoded.warnings, *told]
    if walls.shows_only_beginning(seen, declared):
        warnings.append("The page shows only its beginning: it asks to subscribe.")
    if posts:
        warnings.append(live.told(posts))
    elif kind == "list":
        warnings.append(kinds.TOLD)
    warnings += (*hidden.warnings(), *read_alone.warnings())
    share = min(1.0, words / max(1, count_words(visible)))
    reading = Reading(share=round(share, 3), warnings=tuple(warnings))
    return compose(main, metadata=about, reading=reading, source=resource.hash)


def _metadata(root: HtmlElement, declared: Structured, found_at: str) -> tuple[Metadata, tuple[str, ...]]:
    site = metadata.site(declared)
    location = metadata.location(root, declared, found_at=found_at)
    titles = title.resolve(root, declared, site=site, host=_host(location))
    lines = metadata.near_title(root, titles.title)
    locale = metadata.locale(root, declared)
    about = Metadata(
        title=titles.title,
        authors=metadata.authors(root, declared, lines=lines, host=_host(location)),
        published=days.published(root, declared, location=location, lines=lines, language=locale),
        site=site,
        language=properties.language(locale),
        location=location,
        description=metadata.description(declared),
    )
    return about, titles.repeats


def _host(location: str) -> str:
    try:
        return urlsplit(location).hostname or ""
    except ValueError:  # a damaged address
        return ""

"""What trafilatura looks for by names is found without its expressions, and only where those are the ones known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import Element, HtmlElement, document_fromstring

from aili.extractors.html import readable, searches

from trafilatura import core, main_extractor, settings, xpaths  # isort: skip - after aili, which imports less of it

NAMES = (
    *(
        "article",
        "Article",
        "article ",
        "article-body",
        "articleContent",
        "post",
        "post-body",
        "entry-content",
        "story",
    ),
    *(
        "text",
        "cell",
        "fullText",
        "primary",
        "content",
        "content_main",
        "Main-Content",
        "main",
        "mainly",
        "Page-content",
    ),
    *("share-bar", "Share", "nav", "Navigation", "menu", "sidebar", "widget", "bar", "an ad here", "ad-1", "related"),
    *(
        "cookie",
        "cookie-banner",
        "OneTrust",
        "hidden",
        " hidden",
        "hide-me",
        "reply-1",
        "a-reply-b",
        "akismet",
        "footer",
    ),
    *(
        "comments",
        "Commentary",
        "comment-list",
        "disqus_thread",
        "post-comments",
        "comments-title",
        "teaser",
        "bigTeaser",
    ),
    *("caption", "mvp-post-add-box", "infinite-scroll", "elementor-share-buttons", "display:none", "Nav", "plain", ""),
)
ATTRIBUTES = (
    "id",
    "class",
    "role",
    "style",
    "itemprop",
    "aria-hidden",
    "data-component",
    "data-lp-replacement-content",
)
VALUES = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(" ".join) | st.sampled_from(
    ("true", "articleBody", "MostPopularStories", "navigation", *NAMES)
)
TAGS = (
    *("div", "section", "aside", "article", "main", "p", "span", "ul", "ol", "details", "list", "item", "a", "h1"),
    *("footer", "script", "style", "svg", "template", "fencedframe", "li"),
)
NAMED = st.tuples(
    st.sampled_from(TAGS),
    st.lists(st.tuples(st.sampled_from(ATTRIBUTES), VALUES), max_size=3, unique_by=lambda one: one[0]),
)
Named = tuple[str, list[tuple[str, str]]]


SEARCHED = (
    (searches.appended, xpaths.RAW_TREE_PRUNE_XPATH),
    (searches.comments, xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH),
    (searches.beside, xpaths.OVERALL_DISCARD_XPATH),
    (searches.teasers, xpaths.TEASER_DISCARD_XPATH),
    (searches.captions, xpaths.DISCARD_IMAGE_ELEMENTS),
    (searches.unread, [settings.BASIC_CLEAN_XPATH]),
)
PAGE = """<html><body><div id="menu" class="menu">Home <b>News</b></div><div id="story">
<p>The harbour of Lind was closed for three days after the storm, and the ferry was cancelled twice.</p>
<p>Engineers who inspected the pier found cracks in eleven of its forty pillars, said the mayor.</p>
<div class="sidebar"><p>Read <span class="popup">more</span></p></div></div></body></html>"""


def built(named: Named, children: list[HtmlElement]) -> HtmlElement:
    tag, attributes = named
    element: HtmlElement = Element(tag)
    for name, value in attributes:  # in their order, on which some expressions depend
        element.set(name, value)
    element.extend(children)
    return element


def assert_found_alike(tree: HtmlElement) -> None:
    for search, expressions in SEARCHED:
        found = search(tree)
        assert len(set(found)) == len(found)
        assert set(found) == {element for expression in expressions for element in expression(tree)}, search
    for search, expression in zip(searches.BODIES, xpaths.BODY_XPATH, strict=True):
        assert search(tree) == expression(tree)[:1], search


@pytest.mark.parametrize("tag", ["div", "p", "a", "ol", "main", "article"])
@pytest.mark.parametrize(
    "order", [("id", "class"), ("class", "id"), ("id", "style"), *((name,) for name in ATTRIBUTES)]
)
def test_each_name_in_each_place_is_judged_as_trafilaturas_expressions_judge_it(
    tag: str, order: tuple[str, ...]
) -> None:
    values = (*NAMES, "true", "articleBody", "MostPopularStories", "navigation", "display: none")
    elements = [built((tag, [(order[0], value), *((name, "plain") for name in order[1:])]), []) for value in values]
    assert_found_alike(built(("body", []), elements))
    for element in elements:  # of those that are looked for one at a time, each alone
        assert_found_alike(built(("body", []), [element]))


@given(drawn=st.lists(st.tuples(NAMED, st.lists(NAMED, max_size=2)), max_size=6))
def test_the_same_elements_are_found_as_by_trafilaturas_expressions(drawn: list[tuple[Named, list[Named]]]) -> None:
    boxes = [built(box, [built(one, []) for one in inside]) for box, inside in drawn]
    assert_found_alike(built(("body", [("class", "article"), ("id", "content")]), boxes))


def test_the_expressions_of_the_installed_trafilatura_are_those_known_and_are_there_again_afterwards() -> None:
    assert searches.KNOWN
    with searches.quick():
        assert main_extractor.BODY_XPATH is searches.BODIES
        assert [searches.appended] == core.RAW_TREE_PRUNE_XPATH
    assert main_extractor.BODY_XPATH is xpaths.BODY_XPATH
    assert core.RAW_TREE_PRUNE_XPATH is xpaths.RAW_TREE_PRUNE_XPATH


def test_expressions_that_are_not_known_are_used_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "KNOWN", False)
    with searches.quick():
        assert main_extractor.BODY_XPATH is xpaths.BODY_XPATH


def test_readability_is_not_finished_where_it_finds_too_few_words() -> None:
    tree = document_fromstring(PAGE)
    texts = [piece.text for piece in readable.readable(tree, least=30)]
    assert [text[:12] for text in texts] == ["The harbour ", "Engineers wh"]
    assert readable.readable(tree, least=40) == []


def test_words_that_readability_drops_by_their_elements_names_are_counted_once() -> None:
    assert readable.words_beside(document_fromstring(PAGE)) == len("Home News Read more".split())

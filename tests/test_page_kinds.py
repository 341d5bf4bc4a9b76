"""A live blog and a list of pages are told as what they are, and what is embedded is not taken for the author's words."""

from __future__ import annotations

import pytest

import aili
from aili.document import Document
from aili.renderers import bullets_of
from aili.settings import Settings
from tests.servers import page, serve
from tests.test_extraction import MORE, PROSE, blocks, read_text
from tests.test_extraction import page as html

LIST = "This page lists other pages, rather than being a text of its own."
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
POSTS = tuple(
    f"The council met for the {number} time on the closing of the pier, and the engineers told it that the {number} "
    f"pillar is cracked from the water to the deck."
    for number in ("first", "second", "third", "fourth", "fifth")
)


def live_page(*, said: str = "", box: str = "live-blog__posts", hours: tuple[int, ...] = (14, 13, 12, 11, 10)) -> str:
    posts = "".join(
        f'<article><time datetime="2026-11-28T{hour:02}:05:00Z">{hour:02}:05</time><h2>Pillar {5 - at}</h2>'
        f"<p>{POSTS[at]}</p></article>"
        for at, hour in enumerate(hours)
    )
    return html(
        f'<main><h1>The pier of Lind, hour by hour</h1><p>{PROSE}</p><div class="{box}">{posts}</div></main>',
        head=f"<title>The pier of Lind, hour by hour</title>{said}",
    )


DECLARED = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "The pier of Lind"}</script>'


@pytest.mark.parametrize(
    "source", [live_page(), live_page(said=DECLARED, box="x1")], ids=["by the names of its boxes", "as it says itself"]
)
def test_a_live_blog_is_told_and_its_posts_are_read_in_order_with_their_times(source: str) -> None:
    document = read_text(source)
    assert "This page is a live blog: 5 posts, the newest first." in document.reading.warnings
    assert blocks(document)[0] == ("paragraph", 0, PROSE)
    assert [text for kind, _, text in blocks(document)[1:] if kind == "paragraph"] == list(POSTS)
    places = {text: document.locator(document.text.index(text)) for text in POSTS}
    assert list(places.values()) == ["14:05", "13:05", "12:05", "11:05", "10:05"]
    assert "14:05" not in document.text


def test_a_live_blog_of_several_days_names_the_day() -> None:
    source = live_page(hours=(14, 13, 12, 11, 10)).replace("2026-11-28T10", "2026-11-27T10")
    document = read_text(source)
    assert document.locator(document.text.index(POSTS[4])) == "2026-11-27 10:05"


def test_the_oldest_post_may_come_first() -> None:
    document = read_text(live_page(hours=(8, 9, 10, 11, 12)))
    assert "This page is a live blog: 5 posts, the oldest first." in document.reading.warnings


@pytest.mark.parametrize("box", ["comments", "entries"])
def test_comments_and_teasers_with_times_are_no_live_blog(box: str) -> None:
    document = read_text(live_page(box=box))
    assert not [told for told in document.reading.warnings if "live blog" in told]


def test_a_digest_of_a_live_blog_says_so_and_when_each_thing_was_said() -> None:
    with serve({"/live": page(live_page())}) as server:
        digest = aili.summarize(server.url("/live"), settings=Settings(allow_hosts=("127.0.0.1",), cache=False))
    assert "This page is a live blog: 5 posts, the newest first." in digest.provenance.notes
    assert {cited.locator for cited in digest.citations} <= {"", "14:05", "13:05", "12:05", "11:05", "10:05"}


def cards(*, words: int = 30, count: int = 12) -> str:
    teaser = " ".join(
        ["Engineers looked at the pier and told the council what they had found below the water."] * (words // 15)
    )
    return "".join(
        f'<div class="card"><h3><a href="/{number}">Pillar {number} of the pier is cracked</a></h3><p>{teaser}</p></div>'
        for number in range(count)
    )


COLLECTION = '<script type="application/ld+json">{"@type": "CollectionPage"}</script>'


@pytest.mark.parametrize(
    "source",
    [
        html(f"<main><h1>News</h1><div>{cards()}</div></main>"),
        html(f"<main><h1>News</h1><p>{PROSE}</p><div>{cards(words=60)}</div></main>"),
        html(
            f"<main><h1>News</h1><p>{PROSE}</p><p>{MORE}</p></main>",
            head='<script type="application/ld+json">{"@type": "CollectionPage"}</script>',
        ),
        html(
            "<main><h1>News</h1>"
            + "".join(f'<div><h2>{day}</h2><a href="/{day}"><p>{day}: {PROSE}</p></a></div><hr/>' for day in DAYS[:3])
            + f'<section><a href="/last"><p>{MORE}</p></a></section></main>'
        ),
    ],
    ids=["cards alone", "cards under a text", "as it says itself", "teasers within links, one by one"],
)
def test_a_page_that_lists_others_is_told(source: str) -> None:
    assert LIST in read_text(source).reading.warnings


LONG = "".join(f"<p>{PROSE} {day}.</p><p>{MORE} {day}.</p>" for day in DAYS)


@pytest.mark.parametrize(
    "source",
    [
        html(f"<article><h1>Pier</h1><p>{PROSE}</p><p>{MORE}</p></article>"),
        html(f"<article><h1>Pier</h1><p>{PROSE}</p><p>{MORE}</p></article><aside>{cards()}</aside>"),
        html(f"<article><h1>Pier</h1>{LONG}</article><div>{cards()}</div>"),
        html("<main><h1>Six days</h1><ul>" + "".join(f"<li>{day}: {PROSE}</li>" for day in DAYS) + "</ul></main>"),
        html(f'<main><h1>Pier</h1>{LONG}<a href="/1"><p>{MORE}</p></a><a href="/2"><p>{PROSE}</p></a></main>'),
    ],
    ids=["an article", "an article with a margin", "an article above cards", "a list of texts", "links in a text"],
)
def test_a_text_is_no_list_of_pages(source: str) -> None:
    assert LIST not in read_text(source).reading.warnings


TWEET = "I have never seen such a storm in all my years at the harbour, and I will not go out again this winter."
EMBEDDED = {
    "a tweet": f'<blockquote class="twitter-tweet"><p>{TWEET}</p>&mdash; Bo (@bo) <a href="#">May 3, 2024</a></blockquote>',
    "a post of Mastodon": f'<blockquote class="mastodon-embed" data-embed-url="https://m.example/1"><p>{TWEET}</p></blockquote>',
    "a post in WordPress' box": f'<figure class="wp-block-embed"><blockquote><p>{TWEET}</p></blockquote></figure>',
    "a caption": f'<figure><img src="a.jpg" alt=""><figcaption>{TWEET}</figcaption></figure>',
    "a caption in a paragraph": f'<div><img src="a.jpg" alt=""><p class="wp-caption-text">{TWEET}</p></div>',
}


def embedded(inside: str) -> Document:
    return read_text(html(f"<article><h1>Storm</h1><p>{PROSE}</p>{inside}<p>{MORE}</p><p>{PROSE} Again.</p></article>"))


@pytest.mark.parametrize("inside", EMBEDDED.values(), ids=EMBEDDED)
def test_what_is_embedded_is_no_running_text(inside: str) -> None:
    kinds = {kind for kind, _, text in blocks(embedded(inside)) if TWEET[:40] in text}
    assert kinds <= {"caption"}


def test_a_quotation_of_the_author_stays_one() -> None:
    kinds = {
        kind for kind, _, text in blocks(embedded(f"<blockquote><p>{TWEET}</p></blockquote>")) if TWEET[:40] in text
    }
    assert kinds == {"quote"}


def test_no_bullet_of_a_digest_is_made_of_a_tweet() -> None:
    document = embedded("".join(EMBEDDED["a tweet"].replace("never", f"never, on a {day},") for day in DAYS))
    assert "on a Monday" in document.text
    digest = aili.summarize(document)
    told = [bullet.text for bullet in bullets_of(digest)]
    assert not [text for text in told if "such a storm" in text]


SHOP = (
    f"<main><h1>Rope</h1><p>{PROSE}</p><p>{MORE}</p><button>Add to cart</button>"
    f'<section class="customer-reviews"><p>{POSTS[0]}</p><p>{POSTS[1]}</p></section>'
    f'<div class="newsletter-modal"><p>{POSTS[2]}</p></div></main>'
)
PRODUCT = '<script type="application/ld+json">{"@type": "Product", "name": "Rope"}</script>'


@pytest.mark.parametrize("head", ["", PRODUCT], ids=["by its button", "as it says itself"])
def test_the_page_of_a_product_is_read_without_its_customers_reviews(head: str) -> None:
    document = read_text(html(SHOP, head=f"<title>Rope</title>{head}"))
    assert PROSE in document.text
    assert not [post for post in POSTS if post in document.text]


def test_an_article_on_reviews_keeps_what_stands_in_a_box_of_that_name() -> None:
    document = read_text(html(SHOP, head='<title>Rope</title><meta property="og:type" content="article">'))
    assert POSTS[0] in document.text


def test_a_page_that_is_mostly_reviews_keeps_them() -> None:
    many = "".join(f"<p>{post} {day}.</p>" for post in POSTS for day in DAYS)
    source = f'<main><h1>Rope</h1><p>{PROSE}</p><div class="reviews">{many}</div><button>Buy now</button></main>'
    assert POSTS[4] in read_text(html(source, head=f"<title>Rope</title>{PRODUCT}")).text
